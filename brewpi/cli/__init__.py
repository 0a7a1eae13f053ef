"""The command line: a module for each group of commands, in the order of `brewpi --help`.

A command imports what it needs when it is called, so that the help comes at once.
"""

import sys  # noqa: I001 - commands stand in the help in the order of their imports
from io import TextIOWrapper

from brewpi.cli import cellar, calibrate, backup, laptop, recipes, models, board, network  # noqa: F401
from brewpi.cli.common import app

__all__ = ["app", "main"]


def main() -> None:
    """The command line. What a terminal has no letter for, such as the ° of °C, is a question mark there."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    app()
