"""The laptop's half of the project: simulation, training and judging. Imports `brewpi`, never the other way."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]  # of any precision: networks count in 32 bits, the rest in 64
