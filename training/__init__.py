"""The laptop's half of the project: simulation, training and judging. Imports `brewpi`, never the other way."""

import sys
from typing import Any, NoReturn


def absent(error: ModuleNotFoundError) -> NoReturn:
    """Say in a sentence what is not installed, and leave. Raises `error` where it is a part of our own."""
    library = (error.name or "").split(".")[0]
    if library in ("training", "brewpi", ""):
        raise error
    print(
        f"{library} is not installed; from the checkout, make retrain LOGS=FOLDER installs what retraining and "
        "evaluate need, make .venv/.dev what everything needs; then say .venv/bin/python -m training",
        file=sys.stderr,
    )
    sys.exit(2)


try:
    import numpy as np
    from numpy.typing import NDArray
except ModuleNotFoundError as error:
    absent(error)

Floats = NDArray[np.floating[Any]]  # of any precision: networks count in 32 bits, the rest in 64
