"""Gravity and temperature below each other's heads: known by their numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from brewpi.importers.columns.headless import falls, is_sg
from brewpi.importers.sheet import LogError, Readings
from brewpi.importers.units.degrees import are_of_a_beer
from brewpi.records import Array

LEAST, LEAST_H = 5, 36.0  # readings and hours: a wort that cools before it ferments takes less
HALF = 0.6  # of what it was at first: so far down goes a gravity


def put_right(readings: Readings) -> Readings:
    """The same with both columns exchanged where SG stands below the temperature's head, and a remark.

    Raises LogError where the gravity stands still like a temperature and the temperature falls like a wort's °P, for
    both may be true of a wort that nobody has pitched.
    """
    gravity, temp = readings.gravity, readings.temp
    if temp is None or np.count_nonzero(np.isfinite(gravity) & np.isfinite(temp)) < LEAST:
        return readings
    if readings.unit in (None, "sg") and is_sg(temp) and are_of_a_beer(gravity):
        note = "gravity and temperature exchanged: their numbers stand below each other's heads"
        return replace(readings, gravity=temp, unit="sg", temp=gravity, temp_unit=None, notes=(*readings.notes, note))
    if readings.unit in ("plato", "brix") and are_of_a_beer(gravity) and _is_of_worts(temp) and _lasts(readings.hours):
        raise LogError(
            f"the gravity stands about {np.nanmedian(gravity):.3g} and the temperature falls from {_first(temp):.3g} "
            f"to {_last(temp):.3g} as a gravity does: their heads seem to be exchanged; correct them.",
            "columns",
        )
    return readings


def _is_of_worts(values: Array) -> bool:
    return falls(values) and _last(values) < HALF * _first(values)


def _lasts(hours: Array) -> bool:
    return bool(np.nanmax(hours) - np.nanmin(hours) >= LEAST_H)


def _first(values: Array) -> float:
    return float(np.median(values[np.isfinite(values)][:3]))


def _last(values: Array) -> float:
    return float(np.median(values[np.isfinite(values)][-3:]))
