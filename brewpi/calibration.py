"""What a sensor reads against what is true: an offset, points or a polynomial, and a hydrometer's temperature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from math import isfinite
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from brewpi.quantities import QUANTITIES
from brewpi.records import Reading

MOST_C, MOST_SG = 5.0, 0.03  # farther off, the sensor is broken or the calibration wrong
MOST_SHARE = 0.2  # of any other reading
TEMPERATURE_WITHIN_S = 7200.0
SAMPLES, STEPS = 51, 3001  # of what a sensor may read: to try a calibration on, and to undo one


class Calibration(BaseModel):
    """`calibration = { sg = { points = [[1.002, 1.000], [1.051, 1.048]], since = 2026-09-01 } }`, by quantity."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: date = Field(description="applied to readings from that day on")
    offset: float | None = Field(default=None, description="added to each reading")
    points: tuple[tuple[float, float], ...] = Field(
        default=(), max_length=20, description="pairs of read and true, rising; straight lines between them"
    )
    polynomial: tuple[float, ...] = Field(
        default=(), max_length=5, description="true = a + b read + c read^2 ...; as [a, b, c]"
    )
    reference_c: float | None = Field(
        default=None, ge=0.0, le=40.0, description="a hydrometer's own temperature: its gravity is corrected to that"
    )

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        ways = (self.offset is not None) + bool(self.points) + bool(self.polynomial)
        if ways > 1 or (ways == 0 and self.reference_c is None):
            raise ValueError("needs one of offset, points and polynomial, or reference_c")
        falls = any(b[0] <= a[0] or b[1] <= a[1] for a, b in pairwise(self.points))
        if len(self.points) == 1 or falls:
            raise ValueError("points have to be two at least, and to rise: [[read, true], [read, true]]")
        if self.polynomial and len(self.polynomial) < 2:
            raise ValueError("a polynomial has two numbers at least: [a, b]")
        return self

    def applies(self, at: float) -> bool:
        """Whether it holds at a time."""
        return at >= self.begins_at

    @property
    def begins_at(self) -> float:
        """When the calibration begins to count, Unix seconds."""
        return datetime.combine(self.since, datetime.min.time(), UTC).timestamp()

    def corrected(self, read: float, beer_c: float | None = None) -> float:
        """What is true where `read` is read, of beer of this temperature."""
        true = read * self._expansion(beer_c)
        if self.offset is not None:
            return true + self.offset
        if self.points:
            reads, trues = (np.array(column) for column in zip(*self.points, strict=True))
            return true + float(np.interp(true, reads, trues - reads))  # beyond the ends as at the end
        if self.polynomial:
            return _polynomial(self.polynomial, true)
        return true

    def undone(self, quantity: str, values: Sequence[tuple[float, float | None]]) -> list[float] | None:
        """What was read where these values, each with the beer's temperature, came of it: the reverse of `corrected`.
        None where several readings may have."""
        row = QUANTITIES[quantity]
        reads = np.linspace(row.low, row.high, STEPS)
        trues = [self.corrected(read) for read in reads.tolist()]
        if np.any(np.diff(trues) <= 0.0):
            return None
        return [float(np.interp(true, trues, reads)) / self._expansion(beer_c) for true, beer_c in values]

    def _expansion(self, beer_c: float | None) -> float:
        """By what the reading of a hydrometer has to be multiplied in beer of this temperature."""
        if self.reference_c is None or beer_c is None:
            return 1.0
        return water_kg_l(self.reference_c) / water_kg_l(beer_c)


class StoredCalibration(BaseModel):
    """What somebody has said of a sensor while it runs: who, and when (Unix seconds)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sensor: str
    quantity: str
    how: Calibration
    by: str
    at: float


def calibrated(
    readings: list[Reading], calibration: Mapping[str, Calibration], last_c: tuple[float, float] | None
) -> list[Reading]:
    """Readings of one sensor as they should be, each with what was read; those that a correction cannot be true of,
    or that lack the temperature it needs, are left out. last_c: time and value of its last beer temperature."""
    out = []
    for one in sorted(readings, key=lambda reading: reading.quantity != "beer_c"):
        how = calibration.get(one.quantity)
        if how is not None and how.applies(one.at):
            beer_c = last_c[1] if last_c and abs(one.at - last_c[0]) <= TEMPERATURE_WITHIN_S else None
            if how.reference_c is not None and beer_c is None:
                continue
            true = how.corrected(one.value, beer_c)
            if not isfinite(true) or abs(true - one.value) > most(one.quantity, one.value):
                continue
            out.append(replace(one, value=true, raw=one.value))
        else:
            out.append(one)
        if one.quantity == "beer_c":
            last_c = (one.at, out[-1].value)
    return out


def recalibrated(
    quantity: str, values: Sequence[tuple[float, float | None]], before: Calibration | None, after: Calibration | None
) -> list[float] | None:
    """Values, each with the beer's temperature, that were calibrated as `before`, calibrated as `after`; None where
    nobody can tell what was read."""
    read = [value for value, _ in values] if before is None else before.undone(quantity, values)
    if read is None or after is None:
        return read
    return [after.corrected(one, beer_c) for one, (_, beer_c) in zip(read, values, strict=True)]


def most(quantity: str, value: float) -> float:
    """How far a correction may move a reading."""
    if quantity == "sg":
        return MOST_SG
    return MOST_C if QUANTITIES[quantity].unit == "°C" else MOST_SHARE * abs(value)


def loses_everything(quantity: str, how: Calibration) -> bool:
    """Whether no reading that can be true is moved by less than that: all of them would be left out."""
    row = QUANTITIES[quantity]
    reads = (float(read) for read in np.linspace(row.low, row.high, SAMPLES))
    return not any(abs(how.corrected(read) - read) <= most(quantity, read) for read in reads)


def water_kg_l(celsius: float) -> float:
    """Density of water, 0 to 100 °C (Kell 1975, J. Chem. Eng. Data 20, 97). Beer expands much like it."""
    terms = (999.83952, 16.945176, -7.9870401e-3, -46.170461e-6, 105.56302e-9, -280.54253e-12)
    return _polynomial(terms, celsius) / (1.0 + 16.879850e-3 * celsius) / 1000.0


def _polynomial(terms: tuple[float, ...], x: float) -> float:
    """a + b x + c x^2 ..."""
    return sum(term * x**power for power, term in enumerate(terms))


def fitted(pairs: list[tuple[float, float]], degree: int | None) -> dict[str, object]:
    """What the options of a calibration are for pairs of read and true: one is an offset, several are points, or with a
    degree the least squares through them. Raises ValueError where they are too few."""
    if degree is None:
        return {"points": pairs} if len(pairs) > 1 else {"offset": round(pairs[0][1] - pairs[0][0], 9)} if pairs else {}
    if len(pairs) <= degree:
        raise ValueError(f"a polynomial of degree {degree} needs {degree + 1} points at least; there are {len(pairs)}")
    reads, trues = (np.array(column) for column in zip(*pairs, strict=True))
    columns = np.vander(reads, degree + 1, increasing=True)
    found = np.linalg.lstsq(columns, trues, rcond=None)[0]
    return {"polynomial": [float(f"{term:.8g}") for term in found]}


def line_of(how: Calibration) -> str:
    """A calibration as a line of TOML."""
    options = how.model_dump(exclude_defaults=True)
    options = {key: [list(v) if isinstance(v, tuple) else v for v in value] if isinstance(value, tuple) else value
               for key, value in options.items()}  # fmt: skip
    return "{ " + ", ".join(f"{key} = {value}" for key, value in options.items()) + " }"
