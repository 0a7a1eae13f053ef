"""Rows through the interpreter of the Pi, in a process of its own: it and TensorFlow do not share one.

    python -m training.network.ondevice weights.tflite rows.npy out.npy
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from brewpi.forecast.interpreter import interpreter
from brewpi.records import Array


def through(blob: bytes, rows: Array) -> Array:
    """What the on-device interpreter says to each row: (n, outputs)."""
    with tempfile.TemporaryDirectory() as place:
        weights, given, answered = (Path(place) / name for name in ("weights.tflite", "rows.npy", "out.npy"))
        weights.write_bytes(blob)
        np.save(given, rows)
        subprocess.run([sys.executable, "-m", __spec__.name, str(weights), str(given), str(answered)], check=True)
        out: Array = np.load(answered)
    return out


def main(weights: Path, given: Path, answered: Path) -> None:
    """The child's half."""
    rows = np.load(given)
    network = interpreter(weights.read_bytes(), weights, rows.shape[1])
    np.save(answered, np.array([network(row) for row in rows]))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
