"""`python -m training COMMAND`: the laptop's half, from simulated batches to the scorecard on real ones."""

from __future__ import annotations

import os

from training import absent

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def main() -> None:
    """The front door."""
    try:
        from training.cli import app

        app()
    except ModuleNotFoundError as error:
        absent(error)


if __name__ == "__main__":
    main()
