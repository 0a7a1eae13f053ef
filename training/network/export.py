"""From Keras to what the Pi runs: one `.tflite` and its card, refused if the two networks disagree."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from brewpi.forecast.features import NAMES
from brewpi.forecast.tflite_model import FORMAT
from brewpi.records import Array
from training import Floats
from training.network.network import QUANTILES
from training.network.ondevice import through

TOLERANCE = 2e-3  # in log1p of hours and asinh of points
HALF_TOLERANCE = 1e-2  # with numbers in 16 bits; of hours that is 1 %, and labels are good to a day
LIMIT_BYTES = 500_000
DEFINITION = (
    "completion: a falling fit of the log crosses its terminal gravity + 0.002 SG (labels.py, rules 1-6); "
    "rest cue: it crosses OG - 0.75 of the drop (rule 7)"
)


class Disagreement(Exception):
    """The exported network does not say what the trained one says."""


def export(
    model: keras.Model, card: dict[str, Any], rows: Floats, out: Path, half: bool = False, agreeing: float = 1.0
) -> dict[str, Any]:
    """Write both files; `rows` (some real inputs) are run through both networks.

    card: name, calibration, distance, house, trained_on, held_out. half: numbers in 16 bits. agreeing: the share of
    rows that must agree, less than all where trees may fall either way by a hair. Returns the whole card.
    Raises Disagreement and then writes nothing.
    """
    blob = convert(model, half)
    _compare(model, blob, rows, agreeing, HALF_TOLERANCE if half else TOLERANCE)
    if len(blob) > LIMIT_BYTES:
        raise Disagreement(f"{len(blob)} bytes; at most {LIMIT_BYTES}")
    whole = {
        "format": FORMAT,
        **card,
        "features": list(NAMES),
        "quantiles": list(QUANTILES),
        "targets": ["remaining: log1p(h)", "rest: log1p(h)", "final: asinh(points still to fall)", "stuck: log-odds"],
        "definition": DEFINITION,
        "sha256": hashlib.sha256(blob).hexdigest(),
        "versions": {
            "python": platform.python_version(),
            "tensorflow": tf.__version__,
            "keras": keras.__version__,
            "numpy": np.__version__,
        },
    }
    write_pair(out, blob, (json.dumps(whole, indent=1) + "\n").encode())
    return whole


def write_pair(out: Path, weights: bytes, card: bytes) -> None:
    """Put both files into `out` once both are whole on the disk: a full disk leaves there what was there."""
    out.mkdir(parents=True, exist_ok=True)
    pair = {"fermentation.tflite": weights, "fermentation.json": card}
    with tempfile.TemporaryDirectory(dir=out, prefix=".new-") as place:
        for name, content in pair.items():
            with (Path(place) / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for name in pair:
            (Path(place) / name).replace(out / name)


def convert(model: keras.Model, half: bool = False) -> bytes:
    """The network as a TFLite flat buffer for one row at a time; half: with its numbers in 16 bits."""
    one = [keras.InputSpec(shape=(1, len(NAMES)), dtype="float32")]
    with tempfile.TemporaryDirectory() as place:
        model.export(place, verbose=False, input_signature=one)
        converter = tf.lite.TFLiteConverter.from_saved_model(place)
        if half:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
            converter.target_spec.supported_types = [tf.float16]
        blob: bytes = converter.convert()
    return blob


def _compare(model: keras.Model, blob: bytes, rows: Array, agreeing: float, tolerance: float) -> None:
    said = through(blob, rows)
    meant = model.predict(rows.astype(np.float32), verbose=0)
    worst = float(np.quantile(np.max(np.abs(said - meant) / (1 + np.abs(meant)), axis=1), agreeing))
    if not worst <= tolerance:
        raise Disagreement(f"Keras and TFLite differ by {worst:.4f} on {len(rows)} rows; at most {tolerance}")


def golden(directory: Path, rows: Array, path: Path) -> None:
    """Rows and what the on-device interpreter makes of them: the fixture of a test."""
    blob = (directory / "fermentation.tflite").read_bytes()
    rows = rows.round(4)
    pairs = [
        {"row": row, "out": out} for row, out in zip(rows.tolist(), through(blob, rows).tolist(), strict=True)
    ]
    path.write_text(json.dumps({"sha256": hashlib.sha256(blob).hexdigest(), "vectors": pairs}) + "\n")
