"""The command line: a module for each group of commands, in the order of `brewpi --help`.

A command imports what it needs when it is called, so that the help comes at once.
"""

from brewpi.cli import cellar, calibrate, backup, laptop, recipes, models, board, network  # noqa: F401, I001 - the order of the help
from brewpi.cli.common import app

__all__ = ["app", "main"]


def main() -> None:
    """The console script."""
    app()
