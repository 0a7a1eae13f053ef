"""Folders of logs as the training garden uses them: in the order in which they were brewed, with their labels."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from brewpi.forecast.labels import Label, Refused, label
from brewpi.importers import File, Log, LogError, files_in, read_all
from brewpi.records import BatchSeries

REASONS = {  # of `labels.Refused`, for a brewer
    "readings": "under three readings",
    "plateau": "gravity still falls at the end",
    "drop": "gravity falls by under 12 points",
    "attenuation": "attenuates under half",
    "fall": "gravity jumps about",
    "rise": "gravity rises once half done",
    "level": "gravity still falls at the end",
    "gap": "no readings around the end",
    "early": "complete within 12 h",
    "late": "first reading long after pitching",
    "long": "over 60 days",
}
THINNED = " thinned"       # behind the name of a site
LONGEST_H = 60 * 24.0      # what lies longer is barrel or bottle, no primary fermentation


@dataclass(frozen=True, slots=True)
class Unused:
    """A log, or a file that is none, that does not count: by what rule, and why in words."""

    name: str
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Batch:
    """A finished batch whose completion is known; `site` is the folder it comes from."""

    name: str
    series: BatchSeries
    label: Label
    site: str = ""


def read_folder(
    folder: str | Path, unused: list[Unused] | None = None, advance: Callable[[int], None] = lambda n: None
) -> list[Log]:
    """Every batch in every file of a folder, earliest first (by `start_date` of the sidecar, else by when it began,
    then by name).

    What is no log is named on standard error, or in `unused`, and left out. advance: called after each file.
    Raises OSError if there is no folder.
    """
    logs: list[Log] = []
    with os.scandir(folder):
        pass
    for path, name in files_in(Path(folder)):
        try:
            file = read_all(path, name=name)
        except LogError as error:
            file = File((), (error,))
        logs += file.logs
        for sentence in file.refused:
            if unused is None:
                print(sentence, file=sys.stderr)
            else:
                unused.append(Unused(name, "no_log", str(sentence).removeprefix(f"{name}: ")))
        advance(1)
    return sorted(logs, key=lambda log: (_began(log), log.name))


def folders_of(folder: Path) -> list[Path]:
    """The folders in a folder, one a site; the folder itself where logs lie directly in it, or where it is none."""
    if not folder.is_dir():
        return [folder]
    below = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    return [folder] if not below or any(_is_log(path) for path in folder.iterdir()) else below


def _is_log(path: Path) -> bool:
    if not path.is_file() or path.name.startswith("."):
        return False
    try:
        return bool(read_all(path).logs)
    except LogError:
        return False


def _began(log: Log) -> str:
    declared = log.facts.get("start_date")
    if declared:
        return str(declared)
    if log.start_h is None:
        return ""
    return (datetime(1970, 1, 1) + timedelta(hours=log.start_h)).isoformat()


def complete(logs: Iterable[Log], site: str = "", unused: list[Unused] | None = None) -> list[Batch]:
    """The logs that `labels.py` does not refuse, from pitching on and of at most 60 days, in the same order.

    unused: gets the others, with the reason.
    """
    batches = []
    unused = [] if unused is None else unused
    for log in logs:
        if _begins_late(log):
            unused.append(Unused(log.name, "late", REASONS["late"]))
        elif log.series.hours[-1] > LONGEST_H:
            unused.append(Unused(log.name, "long", REASONS["long"]))
        else:
            try:
                batches.append(Batch(log.name, log.series, label(log.series), site))
            except Refused as error:
                unused.append(Unused(log.name, error.rule, REASONS[error.rule]))
    return batches


def read_complete(folder: str | Path) -> list[Batch]:
    """The complete batches of a folder, earliest first."""
    return complete(read_folder(folder), Path(folder).name)


def write_folder(batches: Sequence[Batch], folder: Path) -> None:
    """Batches as plain logs with sidecars, in names that keep their order."""
    folder.mkdir(parents=True)
    for i, batch in enumerate(batches):
        series = batch.series
        rows = np.column_stack([series.hours, series.sg, series.temp_c])
        lines = [f"{hours:.6f},{sg:.6f},{'' if np.isnan(temp) else f'{temp:.3f}'}" for hours, sg, temp in rows]
        (folder / f"{i:04d}.csv").write_text("\n".join(["hours,sg,temp_c", *lines, ""]))
        facts = {"beverage": series.medium, "style": series.style, "yeast": series.yeast, "brand": series.brand,
                 "og_declared": series.og}  # fmt: skip
        (folder / f"{i:04d}.json").write_text(json.dumps(facts))


def thinned(batch: Batch, every_h: float = 12.0) -> Batch:
    """The batch as a person with a hydrometer would have kept it: the first reading of every `every_h` hours."""
    series = batch.series
    slot = np.floor(series.hours / every_h + 1e-9)
    keep = np.diff(slot, prepend=-1.0) > 0
    thin = replace(series, hours=series.hours[keep], sg=series.sg[keep], temp_c=series.temp_c[keep])
    return replace(batch, series=thin, site=batch.site + THINNED)


def _begins_late(log: Log) -> bool:
    """Whether its sidecar says that the first reading is not near pitching."""
    reasons = log.facts.get("incomplete_reasons")
    return isinstance(reasons, list) and any("first reading" in str(reason) for reason in reasons)
