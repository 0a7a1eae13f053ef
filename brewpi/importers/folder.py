"""Folders of logs: every file in them counts, but for what stands beside a log or belongs to the system."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath

ANSWERS = "brewpi-answers.json"  # what a person has answered about the logs beside it
REPORT = "brewpi-import.json"  # of a folder that `brewpi import` wrote: what was read, and what was not and why
_SYSTEM = ("thumbs.db", "desktop.ini", ANSWERS, REPORT)


def files_in(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file below a folder, in order, with its name from there.

    Left out are hidden files, those of the system, the lock of an open workbook (~$book.xlsx), and a JSON file that has
    the name of a log beside it: its sidecar.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not is_ours(path.relative_to(folder))]
    beside = {sidecar for path in files if path.suffix.lower() != ".json" for sidecar in sidecars(path)}
    for path in files:
        if path.suffix.lower() != ".json" or path.with_suffix(".json") not in beside:
            yield path, path.relative_to(folder).as_posix()


def sidecars(path: Path) -> list[Path]:
    """Where facts about a log may stand: fv1.json beside fv1.csv; also beside fv1.csv.gz, or else fv1.csv.json."""
    packed = path.suffix.lower() == ".gz" and path.with_suffix("").suffix
    return [*([path.with_suffix("").with_suffix(".json")] if packed else []), path.with_suffix(".json")]


def is_ours(path: PurePath) -> bool:
    """Whether a file is hidden, the system's, a lock or what a database writes beside itself."""
    hidden = any(part.startswith((".", "~$")) for part in path.parts)
    return hidden or path.name.lower() in _SYSTEM or path.name.endswith(("-wal", "-shm", "-journal"))
