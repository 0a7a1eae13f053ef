"""Folders of logs as the training garden uses them: in the order in which they were brewed, with their labels."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
}
THINNED = " thinned"       # behind the name of a site
LONGEST_H = 60 * 24.0      # what lies longer is barrel or bottle, no primary fermentation


@dataclass(frozen=True, slots=True)
class Batch:
    """A finished batch whose completion is known; `site` is the folder it comes from."""

    name: str
    course: BatchSeries
    label: Label
    site: str = ""


def read_folder(folder: str | Path, refused: Counter[str] | None = None) -> list[Log]:
    """Every batch in every file of a folder, earliest first (by `start_date` of the sidecar, then by name).

    What is no log is named on standard error, counted in `refused` and left out. Raises OSError if there is no folder.
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
            print(sentence, file=sys.stderr)
            if refused is not None:
                refused["no log, named above"] += 1
    return sorted(logs, key=lambda log: (str(log.facts.get("start_date", "")), log.name))


def complete(logs: Iterable[Log], site: str = "", refused: Counter[str] | None = None) -> list[Batch]:
    """The logs that `labels.py` does not refuse, from pitching on and of at most 60 days, in the same order.

    refused: counts the others by reason.
    """
    batches = []
    refused = Counter() if refused is None else refused
    for log in logs:
        if _begins_late(log):
            refused["first reading long after pitching"] += 1
        elif log.course.hours[-1] > LONGEST_H:
            refused["over 60 days"] += 1
        else:
            try:
                batches.append(Batch(log.name, log.course, label(log.course), site))
            except Refused as error:
                refused[REASONS[error.rule]] += 1
    return batches


def read_complete(folder: str | Path) -> list[Batch]:
    """The complete batches of a folder, earliest first."""
    return complete(read_folder(folder), Path(folder).name)


def write_folder(batches: Sequence[Batch], folder: Path) -> None:
    """Batches as plain logs with sidecars, in names that keep their order."""
    folder.mkdir(parents=True)
    for i, batch in enumerate(batches):
        course = batch.course
        rows = np.column_stack([course.hours, course.sg, course.temp_c])
        lines = [f"{hours:.6f},{sg:.6f},{'' if np.isnan(temp) else f'{temp:.3f}'}" for hours, sg, temp in rows]
        (folder / f"{i:04d}.csv").write_text("\n".join(["hours,sg,temp_c", *lines, ""]))
        facts = {"beverage": course.medium, "style": course.style, "yeast": course.yeast, "og_declared": course.og}
        (folder / f"{i:04d}.json").write_text(json.dumps(facts))


def thinned(batch: Batch, every_h: float = 12.0) -> Batch:
    """The batch as a person with a hydrometer would have kept it: the first reading of every `every_h` hours."""
    course = batch.course
    slot = np.floor(course.hours / every_h + 1e-9)
    keep = np.diff(slot, prepend=-1.0) > 0
    thin = replace(course, hours=course.hours[keep], sg=course.sg[keep], temp_c=course.temp_c[keep])
    return replace(batch, course=thin, site=batch.site + THINNED)


def _begins_late(log: Log) -> bool:
    """Whether its sidecar says that the first reading is not near pitching."""
    reasons = log.facts.get("incomplete_reasons")
    return isinstance(reasons, list) and any("first reading" in str(reason) for reason in reasons)
