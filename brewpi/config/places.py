"""Where the files are that a config names by a path which does not begin at /: beside the config, wherever brewpi is
started from. Where the record is has a rule of its own (`store/place.py`)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from brewpi.hardware.files import Unfound
from brewpi.store.options import StoreOptions
from brewpi.store.place import home
from brewpi.toml_text import dotted

Model = TypeVar("Model", bound=BaseModel)

log = logging.getLogger(__name__)


def placed(options: Model, folder: Path, key: str = "") -> Model:
    """With whole paths, in every table below. What only the working directory has, where every start looked once, is
    taken from there, which is said. folder: that of the config; key: of the options."""
    moved: dict[str, Any] = {}
    for name in type(options).model_fields:
        value = getattr(options, name, None)
        new = _placed(value, folder, f"{key}.{name}" if key else name)
        if new is not value:
            moved[name] = new
    return options.model_copy(update=moved) if moved else options


def _placed(value: Any, folder: Path, key: str) -> Any:
    match value:
        case StoreOptions():
            return value
        case Path():
            return value if value.is_absolute() else _found(value, folder, key)
        case BaseModel():
            return placed(value, folder, key)
        case Mapping():
            tables = {name: _placed(inner, folder, f"{key}.{dotted(name)}") for name, inner in value.items()}
            return tables if any(tables[name] is not value[name] for name in tables) else value
    return value


def _found(path: Path, folder: Path, key: str) -> Path:
    """Beside the config, below what systemd gives its service, or where we are; else where it should be."""
    usual, here = folder / path, Path.cwd() / path
    for place in (usual, home(folder) / path):
        if _is_there(place):
            return place
    if not _is_there(here):
        return Unfound(usual)
    log.warning('%s: %s is found from %s only; write %s = "%s"', key, path, here.parent, key.rpartition(".")[2], here)
    return here


def _is_there(path: Path) -> bool:
    with suppress(OSError):  # in a folder that is not ours to look into
        return path.exists()
    return False
