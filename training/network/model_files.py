"""A model directory on disk: weights and card, written together or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brewpi.forecast.features import NAMES
from brewpi.forecast.quantiles import QUANTILES
from brewpi.forecast.tflite_model import FORMAT

FILES = ("fermentation.tflite", "fermentation.json")
DEFINITION = (
    "completion: a falling fit of the log crosses its terminal gravity + 0.002 SG (labels.py, rules 1-6); "
    "rest cue: it crosses OG - 0.75 of the drop (rule 7)"
)


def whole_card(
    card: Mapping[str, Any], weights: bytes, versions: Mapping[str, str], form: int = FORMAT
) -> dict[str, Any]:
    """The card with what every card says. card: name, calibration, distance, house, trained_on, held_out."""
    return {
        "format": form,
        **card,
        "features": list(NAMES),
        "quantiles": list(QUANTILES),
        "targets": ["remaining: log1p(h)", "rest: log1p(h)", "final: asinh(points still to fall)", "stuck: log-odds"],
        "definition": DEFINITION,
        "sha256": hashlib.sha256(weights).hexdigest(),
        "versions": dict(versions),
    }


def write_pair(out: Path, weights: bytes, card: bytes) -> None:
    """Put both files into `out` once both are whole on the disk: a full disk leaves there what was there."""
    out.mkdir(parents=True, exist_ok=True)
    pair = dict(zip(FILES, (weights, card), strict=True))
    with tempfile.TemporaryDirectory(dir=out, prefix=".new-") as place:
        for name, content in pair.items():
            with (Path(place) / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for name in pair:
            (Path(place) / name).replace(out / name)
