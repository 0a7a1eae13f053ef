"""`python -m training COMMAND`: a module for each group of commands, in the order of its `--help`.

A command imports what it needs when it is called, so that the help comes at once.
"""

from training.cli import simulation, learning, judging, studies  # noqa: F401, I001 - the order of the help
from training.cli.common import app

__all__ = ["app"]
