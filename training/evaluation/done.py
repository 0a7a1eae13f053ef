"""`python -m training done`: "done" said at every reading of every log, the refused ones too; and who sticks.

Of a complete batch it is false over NOT_DONE_H before its completion. Where nobody can say when a batch was complete,
it is false if gravity fell on by more than completion allows: the median of three readings, over NOT_DONE_H later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from brewpi.forecast.labels import hand_kept, original_gravity
from brewpi.media import COMPLETE_ABOVE_TERMINAL
from brewpi.records import Array, BatchSeries
from training.data.logs import complete, read_folder
from training.evaluation.scoring import NOT_DONE_H, SAYS_DONE_H, Answerer, answerer, done_at_every_reading, sparsely

DAY_7_H, HALF_WAY = 168.0, 0.5
HEAD = (
    f"{'logs':34} {'complete':>8} {'asked':>6} {'false':>5} {'h until done':>12} {'never':>5}   "
    f"{'refused':>7} {'asked':>6} false"
)


@dataclass(frozen=True, slots=True)
class Done:
    """Of one folder: figures of `done_at_every_reading` over its complete batches; of the refused ones how many, how
    often they were asked, and which of them were said to be done before gravity fell on."""

    folder: str
    batches: int
    complete: dict[str, float]
    refused: int
    asked: int
    fell_on: tuple[str, ...]

    def line(self) -> str:
        c = self.complete
        return (
            f"{self.folder:34} {self.batches:8} {c['asked']:6.0f} {c['false_done']:5.0f} {c['hours_until_done']:12.0f} "
            f"{c['never_done']:5.0f}   {self.refused:7} {self.asked:6} {len(self.fell_on)} {', '.join(self.fell_on)}"
        ).rstrip()


def done(model: Path, groups: Path) -> list[Done]:
    """Of each folder with logs."""
    ask = answerer(model)
    return [found for path in sorted(groups.iterdir()) if path.is_dir() and (found := _of_folder(ask, path))]


def stuck(model: Path, groups: Path) -> str:
    """How well `p_stuck` on day 7 tells the logs that never came half way from those that were complete."""
    ask, odds, never = answerer(model), list[float](), list[bool]()
    for path in sorted(path for path in groups.iterdir() if path.is_dir()):
        logs = [log for log in read_folder(path) if log.series.hours.size > 2 and log.series.hours[-1] > DAY_7_H]
        known = {batch.name for batch in complete(logs)}
        for log in logs:
            short = _attenuation(log.series) < HALF_WAY
            p_stuck = ask([(log.series, DAY_7_H)])[0].p_stuck
            if p_stuck is not None and (short or log.name in known):
                odds.append(p_stuck)
                never.append(short)
    if len(set(never)) < 2:
        return "p_stuck on day 7: no log that never came half way, or no other"
    return f"p_stuck on day 7: AUROC {roc_auc_score(never, odds):.2f}; {sum(never)} of {len(never)} never came half way"


def _attenuation(series: BatchSeries) -> float:
    og = original_gravity(series.hours, series.sg, hand_kept(series.hours))
    return (og - float(np.median(series.sg[-3:]))) / max(og - 1.0, 0.01)


def _of_folder(ask: Answerer, folder: Path) -> Done | None:
    logs = read_folder(folder)
    batches = complete(logs, folder.name)
    known = {batch.name for batch in batches}
    refused = [log for log in logs if log.name not in known and log.series.hours.size > 2]
    if not batches and not refused:
        return None
    asked, fell_on = 0, []
    for log in refused:
        times = sparsely(log.series.hours[1:])
        asked += len(times)
        if _falls_on(log.series, _said_done(ask, log.series, times)):
            fell_on.append(log.name)
    of_complete = done_at_every_reading(ask, batches)
    return Done(folder.name, len(batches), of_complete, len(refused), asked, tuple(fell_on))


def _said_done(ask: Answerer, series: BatchSeries, times: Sequence[float]) -> list[float]:
    answers = ask([(series, at_h) for at_h in times])
    return [a.at_h for a in answers if a.remaining_h and a.remaining_h.p50 < SAYS_DONE_H]


def _falls_on(series: BatchSeries, said_h: Sequence[float]) -> bool:
    """Whether gravity falls by more than completion allows, over NOT_DONE_H after it was said to be done."""
    level = _medians(series.sg)
    for at_h in said_h:
        later = series.hours > at_h + NOT_DONE_H
        then = float(level[int(np.searchsorted(series.hours, at_h, side="right")) - 1])
        if later.any() and then - float(level[later].min()) > COMPLETE_ABOVE_TERMINAL:
            return True
    return False


def _medians(sg: Array) -> Array:
    """Of each reading and its two neighbours, (n,)."""
    around = np.concatenate([sg[:1], sg, sg[-1:]])
    middle: Array = np.median(np.lib.stride_tricks.sliding_window_view(around, 3), axis=1)
    return middle
