"""Where a record is whose `[store] path` does not begin at /. A record that is begun anew knows of no dose given."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from brewpi.store.options import StoreOptions

INSTALLED = Path("/etc/brewpi")  # where nothing is written that changes; its service keeps the record in
STATE = Path("/var/lib/brewpi")


class TwoRecords(Exception):
    """Nobody knows which of two goes on; the message is a sentence."""


def located(options: StoreOptions, folder: Path) -> tuple[StoreOptions, str | None]:
    """With the whole path, and what to do where the record is not found from everywhere. It is below `folder`, that of
    the config, or of a service below the folder that systemd gives it; if only the working directory has one, as
    every start looked there once, it is that.

    Raises TwoRecords.
    """
    path = options.path
    if path.is_absolute() or str(path) == ":memory:":
        return options, None
    usual, here = home(folder) / path, Path.cwd() / path
    found = {place.resolve(): place for place in (here, usual) if _is_file(place)}
    if len(found) > 1:
        raise TwoRecords(f"{path} is a record in {here.parent} and in {usual.parent}; write the whole path of yours")
    if found and usual not in found.values():
        return _at(options, here), f'the record is found from {Path.cwd()} only; write path = "{here}"'
    return _at(options, usual), None


def _is_file(path: Path) -> bool:
    with suppress(OSError):  # in a folder that is not ours to look into
        return path.is_file()
    return False


def _at(options: StoreOptions, path: Path) -> StoreOptions:
    return options.model_copy(update={"path": path})


def home(folder: Path) -> Path:
    """Where a service keeps what changes, `folder` being that of its config."""
    given = os.environ.get("STATE_DIRECTORY")
    if given:
        return Path(given.split(":")[0])
    return STATE if folder == INSTALLED else folder
