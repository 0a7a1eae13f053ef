"""Models to put into a site: the shipped weights under other names."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from brewpi.forecast.tflite_model import CHECKOUT

FILES = ("fermentation.tflite", "fermentation.json")


def model(folder: Path, name: str, **card: object) -> Path:
    """The shipped weights under another name."""
    folder.mkdir()
    shutil.copy(CHECKOUT / FILES[0], folder)
    known = json.loads((CHECKOUT / FILES[1]).read_text())
    (folder / FILES[1]).write_text(json.dumps({**known, "name": name, **card}))
    return folder
