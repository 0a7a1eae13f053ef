"""From Keras to what the Pi runs: one `.tflite` and its card, refused if the two networks disagree."""

from __future__ import annotations

import hashlib
import json
import platform
import tempfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from brewpi.forecast.features import NAMES
from brewpi.records import Array
from training import Floats
from training.network.model_files import whole_card, write_pair
from training.network.ondevice import through

TOLERANCE = 2e-3  # in log1p of hours and asinh of points
LIMIT_BYTES = 500_000


class Disagreement(Exception):
    """The exported network does not say what the trained one says."""


def export(
    model: keras.Model, card: dict[str, Any], rows: Floats, out: Path
) -> dict[str, Any]:
    """Write both files; `rows` (some real inputs) are run through both networks.

    card: name, calibration, distance, house, trained_on, held_out. Returns the whole card.
    Raises Disagreement and then writes nothing.
    """
    blob = convert(model)
    _compare(model, blob, rows)
    if len(blob) > LIMIT_BYTES:
        raise Disagreement(f"{len(blob)} bytes; at most {LIMIT_BYTES}")
    versions = {
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "numpy": np.__version__,
    }
    whole = whole_card(card, blob, versions)
    write_pair(out, blob, (json.dumps(whole, indent=1) + "\n").encode())
    return whole


def convert(model: keras.Model) -> bytes:
    """The network as a TFLite flat buffer for one row at a time."""
    one = [keras.InputSpec(shape=(1, len(NAMES)), dtype="float32")]
    with tempfile.TemporaryDirectory() as place:
        model.export(place, verbose=False, input_signature=one)
        converter = tf.lite.TFLiteConverter.from_saved_model(place)
        blob: bytes = converter.convert()
    return blob


def _compare(model: keras.Model, blob: bytes, rows: Array) -> None:
    exported = through(blob, rows)
    meant = model.predict(rows.astype(np.float32), verbose=0)
    worst = float(np.max(np.abs(exported - meant) / (1 + np.abs(meant))))
    if not worst <= TOLERANCE:
        raise Disagreement(f"Keras and TFLite differ by {worst:.4f} on {len(rows)} rows; at most {TOLERANCE}")


def golden(directory: Path, rows: Array, path: Path) -> None:
    """Rows and what the on-device interpreter makes of them: the fixture of a test."""
    blob = (directory / "fermentation.tflite").read_bytes()
    rows = rows.round(4)
    pairs = [
        {"row": row, "out": out} for row, out in zip(rows.tolist(), through(blob, rows).tolist(), strict=True)
    ]
    path.write_text(json.dumps({"sha256": hashlib.sha256(blob).hexdigest(), "vectors": pairs}) + "\n")
