"""A site's batches as material to learn from and to be asked about."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from brewpi.forecast.features import vector
from brewpi.records import Array, SiteHistory
from training.data.dataset import Rows, half_drop_h, house_of, moments, targets
from training.data.logs import Batch
from training.evaluation.scoring import Trial, trials

ROUNDS = 8  # times over, with other moments
KEEP = {"medium": 0.7, "style": 0.6, "og": 0.5, "temp": 0.85}


def house(batches: Sequence[Batch]) -> SiteHistory:
    """What these batches were like."""
    return house_of([(b.label.completion_h, b.label.attenuation, half_drop_h(b.course, b.label)) for b in batches])


def site_rows(batches: Sequence[Batch], known: SiteHistory | None, seed: int, rounds: int = ROUNDS) -> Rows:
    """Prefixes of real batches, with what is optional dropped now and then. known: the house they come from."""
    rng = np.random.default_rng(seed)
    x, y, log, at = [], [], [], []
    for i, batch in enumerate(batches):
        for at_h in [h for _ in range(rounds) for h in moments(batch.course, batch.label, rng)]:
            if batch.course.until(at_h).hours.size < 2:
                continue
            keep = {what: rng.random() < share for what, share in KEEP.items()}
            course = replace(
                batch.course,
                house=known,
                medium=batch.course.medium if keep["medium"] else None,
                style=batch.course.style if keep["style"] else None,
                og=batch.course.og if keep["og"] else None,
                temp_c=batch.course.temp_c if keep["temp"] else np.full(batch.course.hours.size, np.nan),
            )
            x.append(vector(course, at_h))
            y.append(targets(batch.label, batch.course, at_h, np.nan))
            log.append(i)
            at.append(at_h)
    return Rows(np.array(x, np.float32), np.array(y, np.float32), np.array(log), np.array(at, np.float32))


@dataclass(frozen=True)
class Questions:
    """The scorecard's trials of some batches as rows. x: (n, features); log: (n,) of which batch each is."""

    x: NDArray[np.float32]
    log: NDArray[np.int64]
    trials: Sequence[Trial]

    @classmethod
    def of(cls, batches: Sequence[Batch], known: SiteHistory | None) -> Questions:
        """All of them, asked by a daemon that knows the house."""
        asked = trials(batches)
        x = [vector(replace(batches[t.batch].course, house=known), t.at_h) for t in asked]
        return cls(np.array(x, np.float32), np.array([t.batch for t in asked]), asked)

    @cached_property
    def remaining_h(self) -> Array:
        """(n,) hours that did remain."""
        return np.array([t.remaining_h for t in self.trials])


def fingerprint(batch: Batch) -> str:
    """What tells a batch from others, whatever its file is called."""
    course = batch.course
    readings = np.column_stack([course.hours.round(3), course.sg.round(5)])
    return hashlib.sha256(readings.tobytes()).hexdigest()[:12]
