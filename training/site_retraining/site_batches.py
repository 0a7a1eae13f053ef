"""A site's batches as material to learn from and to be asked about."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from brewpi.forecast.features import vector
from brewpi.forecast.site_forest import known_words, words_of
from brewpi.forecast.site_history import BATCHES_KNOWN
from brewpi.records import Array, SiteHistory
from training.data.dataset import Rows, half_drop_h, moments, site_history_of, targets
from training.data.logs import Batch
from training.evaluation.scoring import Trial, trials

ROUNDS = 8  # times over, with other moments
KEEP = {"medium": 0.7, "style": 0.6, "brand": 0.9, "og": 0.5, "temp": 0.85}
WORD_FROM = 5  # batches of a brand, a style or a yeast, and the site knows it by name
Advance = Callable[[int], None]


def site_history(batches: Sequence[Batch]) -> SiteHistory:
    """What the latest of these batches were like, as a daemon keeps it."""
    latest = batches[-BATCHES_KNOWN:]
    summaries = [(b.label.completion_h, b.label.attenuation, half_drop_h(b.series, b.label)) for b in latest]
    return site_history_of(summaries)


def site_words(batches: Sequence[Batch]) -> tuple[str, ...]:
    """Brands, styles and yeasts that at least WORD_FROM of the batches name, and not all of them."""
    count = Counter(word for batch in batches for word in set(words_of(batch.series)))
    return tuple(sorted(word for word, n in count.items() if WORD_FROM <= n < len(batches)))


@dataclass(frozen=True)
class SiteRows:
    """Rows of a site's batches; words: (n, words) which of the site's words are said in each."""

    rows: Rows
    words: NDArray[np.float32]

    def where(self, keep: NDArray[np.bool_]) -> Self:
        return type(self)(self.rows.where(keep), self.words[keep])


def site_rows(
    batches: Sequence[Batch],
    known: SiteHistory | None,
    seed: int,
    rounds: int = ROUNDS,
    words: Sequence[str] = (),
    advance: Advance = lambda n: None,
) -> SiteRows:
    """Prefixes of real batches, with what is optional dropped now and then. known: the site they come from."""
    rng = np.random.default_rng(seed)
    x, y, log, at, word_rows = [], [], [], [], []
    for i, batch in enumerate(batches):
        for at_h in [h for _ in range(rounds) for h in moments(batch.series, batch.label, rng)]:
            if batch.series.until(at_h).hours.size < 2:
                continue
            keep = {what: rng.random() < share for what, share in KEEP.items()}
            series = replace(
                batch.series,
                site_history=known,
                medium=batch.series.medium if keep["medium"] else None,
                style=batch.series.style if keep["style"] else None,
                brand=batch.series.brand if keep["brand"] else None,
                og=batch.series.og if keep["og"] else None,
                temp_c=batch.series.temp_c if keep["temp"] else np.full(batch.series.hours.size, np.nan),
            )
            x.append(vector(series, at_h))
            y.append(targets(batch.label, batch.series, at_h, np.nan))
            log.append(i)
            at.append(at_h)
            word_rows.append(known_words(series, words))
        advance(1)
    rows = Rows(np.array(x, np.float32), np.array(y, np.float32), np.array(log), np.array(at, np.float32))
    return SiteRows(rows, np.array(word_rows, np.float32).reshape(len(log), len(words)))


@dataclass(frozen=True)
class Questions:
    """The scorecard's trials of some batches as rows. x: (n, features); words: (n, words); log: (n,) of which batch
    each is."""

    x: NDArray[np.float32]
    words: NDArray[np.float32]
    log: NDArray[np.int64]
    trials: Sequence[Trial]

    @classmethod
    def of(cls, batches: Sequence[Batch], known: SiteHistory | None, words: Sequence[str] = ()) -> Self:
        """All of them, asked by a daemon that knows the site."""
        asked = trials(batches)
        x = [vector(replace(batches[t.batch].series, site_history=known), t.at_h) for t in asked]
        word_rows = [known_words(batches[t.batch].series, words) for t in asked]
        return cls(
            np.array(x, np.float32),
            np.array(word_rows, np.float32).reshape(len(asked), len(words)),
            np.array([t.batch for t in asked]),
            asked,
        )

    def of_batches(self, first: int) -> Self:
        """Those of the batches from `first` on."""
        late = self.log >= first
        some = [trial for trial, keep in zip(self.trials, late, strict=True) if keep]
        return type(self)(self.x[late], self.words[late], self.log[late], some)

    @cached_property
    def remaining_h(self) -> Array:
        """(n,) hours that did remain."""
        return np.array([t.remaining_h for t in self.trials])


def fingerprint(batch: Batch) -> str:
    """What tells a batch from others, whatever its file is called."""
    series = batch.series
    readings = np.column_stack([series.hours.round(3), series.sg.round(5)])
    return hashlib.sha256(readings.tobytes()).hexdigest()[:12]
