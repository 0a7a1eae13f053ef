"""Every batch that was ever in a tank, as a row of the store: what the list of batches is made of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from brewpi.forecast.scorecard import ForecastScore
from brewpi.sanitize import clean_text
from brewpi.snapshot import EARLIEST, LATEST
from brewpi.store.rows import value_of

COLUMNS = "id, tank, since, started_at, ended_at, facts"
WORDS = ("name", "style", "yeast", "medium")
SENSOR = "sensor"  # kind of what measures its gravity, as the config has it
FIGURES = {"og": (0.9, 1.3), "fg": (0.9, 1.3), "complete_h": (0.0, 1e5)}
Read = Callable[..., list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class KeptBatch:
    """A batch, present or past. since: from when on the gravities of its tank are its own; ended_at: None while it
    lasts; facts: name, style, yeast, medium, sensor, and og, fg (SG) and complete_h where they are known."""

    id: str
    tank: str
    since: float
    started_at: float
    ended_at: float | None
    facts: dict[str, Any]

    @property
    def row(self) -> tuple[Any, ...]:
        """In the order of COLUMNS."""
        facts = {key: value for key, value in self.facts.items() if value is not None}
        return (self.id, self.tank, self.since, self.started_at, self.ended_at, json.dumps(facts))


def kept_of(row: tuple[Any, ...]) -> KeptBatch:
    """The reverse. Raises ValueError for a row that cannot be true; of its facts only those that cannot are left
    out."""
    key, tank, since, started_at, ended_at, text = row
    times = [value for value in (since, started_at, ended_at) if value is not None]
    if not all(isinstance(value, float) and EARLIEST <= value <= LATEST for value in times) or not key or not tank:
        raise ValueError("no batch is like this")
    known = value_of(text)
    facts: dict[str, Any] = {}
    if isinstance(known, dict):
        facts |= {word: clean_text(known[word], 100) for word in (*WORDS, SENSOR) if isinstance(known.get(word), str)}
        for name, (low, high) in FIGURES.items():
            value = known.get(name)
            if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
                facts[name] = float(value)
    return KeptBatch(clean_text(str(key), 100), str(tank), since, started_at, ended_at, facts)


def scores_by_batch(marks: Iterable[tuple[str, ForecastScore]]) -> dict[str, list[ForecastScore]]:
    """How forecasts turned out, by the id of their batch."""
    batches: dict[str, list[ForecastScore]] = {}
    for batch, mark in marks:
        batches.setdefault(batch, []).append(mark)
    return batches
