"""Temperatures in the unit that a file uses, as °C: what it says where a beer can have that, else what alone can be."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from brewpi.importers.sheet import LogError
from brewpi.quantities import QUANTITIES
from brewpi.records import Array
from brewpi.units import celsius_from_f

_ABSENT_C = (85.0, -127.0)  # DS18B20: power-on value, absent probe (Maxim datasheet)
WARMEST_C = 43.0  # beyond it brewing yeasts die (kveik is pitched at up to 42 °C)
HOTTEST_F = 109.4  # the same in °F
COLDEST_F = 33.0  # and at this many °F nothing has fermented
SAME_BEER_C = 3.0  # from one reading to the next
COLDEST_C = 4.0  # what has fermented was not colder for most of its days
COLDEST_RANKINE, ZERO_F_IN_RANKINE = 400.0, 459.67
SLOW_SG, WARM_SG = 0.011, 0.014  # in a day: nothing ferments more slowly at 34 °C, nor faster at 5
FAR_TOO_WARM_F = 80.0  # for what is slow: 27 °C
LEAST_APART = 3  # different temperatures, for one that stands still may be anything
JUMP_C, JUMP_C_PER_H = 5.0, 2.0  # farther and faster no tank of beer is cooled or heated
LONGEST_JUMP, LONGEST_JUMP_H = 6, 24.0  # readings and hours from which it comes back
HOT_C = 40.0  # hardly a beer's
LEAST_STUCK = 6  # readings of one temperature to the last digit
MOST_JUMPS = 4  # in so many temperatures there may be one; with more it is another course
BEERS = (15.0, 110.0)  # temperatures of beers, in °C or °F; as many °P has hardly a wort


def celsius(temp: Array | None, unit: str | None, hours: Array, sg: Array) -> tuple[Array, list[str]]:
    """Beer temperatures in °C, NaN where absent or impossible, and remarks.

    temp: (n,) or None; unit: c, f, k or None where nobody says; hours, sg: (n,), for what ferments at what speed.
    Raises LogError where the numbers can be nobody's, or °C as well as °F.
    """
    if temp is None:
        return np.full(len(hours), np.nan), []
    temp = np.where(np.isin(temp, _ABSENT_C), np.nan, np.asarray(temp, float))
    known = temp[np.isfinite(temp)]
    if 2 * np.count_nonzero(impossible := (known < -60.0) | (known > 400.0)) < len(known):  # in °C, °F and kelvin
        known = known[~impossible]
    if len(known) == 0 or not known.any():
        return np.full(len(hours), np.nan), []
    if (lost := _lost_point(known, unit)) is not None:
        divisor, unit = lost
        remarks = [f"temperature of {known[0]:.4g} is {known[0] / divisor:.4g} °{unit.upper()} without its point"]
        return celsius_from_f(temp / divisor) if unit == "f" else temp / divisor, remarks
    if unit != "k" and (of_f := _which_are_f(temp)) is not None:
        return np.where(of_f, celsius_from_f(temp), temp), [_mixed_remark(temp, of_f, hours)]
    if (found_tenths := _cold_tenths(known, unit, hours, sg)) is not None:
        return temp / 10.0, found_tenths
    found, remarks = _temperature_unit(known, unit, hours, sg)
    if found == "f":
        temp = celsius_from_f(temp)
    elif found == "k":
        temp = temp - 273.15
    row = QUANTITIES["beer_c"]
    fits = (temp >= row.low) & (temp <= row.high)
    if not fits.any() or 2 * np.count_nonzero(fits) < len(known):
        raise LogError(f"temperature of {known[0]:.4g} is no beer's; correct that column or leave it out.")
    wrong = int(np.count_nonzero(np.isfinite(temp) & ~fits))
    if wrong and wrong * 20 > len(known):
        remarks.append(f"{wrong} temperature{'s' if wrong > 1 else ''} that no beer has left out")
    temp, jumps = _without_jumps(np.where(fits, temp, np.nan), hours)
    return temp, [*remarks, *jumps]


def _without_jumps(temp: Array, hours: Array) -> tuple[Array, list[str]]:
    """Temperatures, (n,) in °C at hours (n,) in time order, without those that a thermometer jumps to and back from, as
    to the 0 or -1 that a loose wire reads, and a remark: no beer changes so fast."""
    at = np.flatnonzero(np.isfinite(temp))
    steps, gaps_h = np.diff(temp[at]), np.diff(hours[at])
    jumps = np.flatnonzero(np.abs(steps) > np.maximum(JUMP_C, JUMP_C_PER_H * gaps_h))
    wrong: list[int] = []
    for i, j in pairwise(jumps.tolist()):
        back = j - i <= LONGEST_JUMP and hours[at[j + 1]] - hours[at[i]] <= LONGEST_JUMP_H
        if back and abs(float(temp[at[j + 1]] - temp[at[i]])) <= SAME_BEER_C and i not in wrong:
            wrong += range(i + 1, j + 1)
    if MOST_JUMPS * len(wrong) > len(at):
        return temp, []
    wrong += _stuck(temp[at], jumps)
    if not wrong:
        return temp, []
    out = temp.copy()
    out[at[wrong]] = np.nan
    several = f"{len(wrong)} temperatures" if len(wrong) > 1 else "1 temperature"
    return out, [f"{several} such as {temp[at[wrong[0]]]:.3g} °C left out: no beer jumps so"]


def _stuck(temp: Array, jumps: NDArray[np.intp]) -> list[int]:
    """Which of the temperatures, (n,) in °C, are all the same behind the last jump or before the first, as 0 or -1 is
    of a thermometer that fell out or did not measure yet. jumps: before which of them one stands."""
    if len(jumps) == 0:
        return []
    ends = range(int(jumps[0]) + 1), range(int(jumps[-1]) + 1, len(temp))
    return [
        i
        for end in ends
        if len(end) >= LEAST_STUCK and np.ptp(temp[end]) == 0.0 and not 0.0 < temp[end[0]] < HOT_C
        for i in end
    ]


def _lost_point(known: Array, unit: str | None) -> tuple[float, str] | None:
    """By what whole numbers are divided that are no beer's in °C, °F or kelvin, and the unit of what comes out: tenths
    or hundredths of a degree, as controllers keep them. None where they are none, or may be of more than one kind."""
    middle = float(np.median(known))
    is_kelvin = unit == "k" or (unit is None and 265.0 < middle < 320.0)
    if middle <= HOTTEST_F or is_kelvin or np.any(known % 1.0) or len(np.unique(known)) < LEAST_APART:
        return None
    kinds = [
        (divisor, one)
        for divisor in (10.0, 100.0)
        for one, in_c in (("c", known / divisor), ("f", celsius_from_f(known / divisor)))
        if float(np.min(in_c)) >= QUANTITIES["beer_c"].low
        and float(np.median(in_c)) >= COLDEST_C
        and float(np.max(in_c)) <= WARMEST_C
    ]
    if (10.0, unit) in kinds:
        return 10.0, str(unit)
    return kinds[0] if len(kinds) == 1 and unit in (None, kinds[0][1]) else None


def celsius_of_r(values: Array) -> Array:
    """°C of what is written °R, (n,): Réaumur, in which water boils at 80, or Rankine, °F from absolute zero."""
    known = values[np.isfinite(values)]
    is_rankine = len(known) > 0 and float(np.median(known)) > COLDEST_RANKINE
    return celsius_from_f(values - ZERO_F_IN_RANKINE) if is_rankine else 1.25 * values


def are_of_a_beer(values: Array, coldest: float = BEERS[0]) -> bool:
    """Whether numbers, (n,), may be a beer's temperatures: they go up and down, by no more than a third. coldest: what
    none of them is below in the middle; less than the usual where they can be no °P."""
    if not go_up_and_down(values):
        return False
    finite = values[np.isfinite(values)]
    middle = float(np.median(finite))
    return coldest <= middle <= BEERS[1] and float(np.ptp(finite)) < middle / 3.0


def go_up_and_down(values: Array) -> bool:
    """Whether numbers, (n,), both rise and fall from one to the next, as what is measured does."""
    steps = np.diff(values[np.isfinite(values)])
    return bool(np.any(steps > 0.0) and np.any(steps < 0.0))


def _which_are_f(temp: Array) -> NDArray[np.bool_] | None:
    """Which readings are in °F where others are in °C, from some reading on or by turns: too warm for a beer in °C,
    beside ones too cold for one in °F, and no farther from them than a beer goes. None where that is not so."""
    known = np.flatnonzero(np.isfinite(temp))
    values = temp[known]
    warm = values > WARMEST_C
    turns = np.flatnonzero(np.diff(warm.astype(int)))
    if len(turns) == 0 or min(np.count_nonzero(warm), np.count_nonzero(~warm)) < 2:
        return None
    steps = np.abs(np.diff(np.where(warm, celsius_from_f(values), values)))[turns]
    if float(np.max(steps)) > SAME_BEER_C or float(np.max(values[~warm])) >= COLDEST_F + 1.0:
        return None
    return np.asarray(temp > WARMEST_C)


def _mixed_remark(temp: Array, of_f: NDArray[np.bool_], hours: Array) -> str:
    """What was found of a temperature whose unit changes; hours: (n,), of the readings."""
    known = np.flatnonzero(np.isfinite(temp))
    turns = np.flatnonzero(np.diff(of_f[known].astype(int)))
    first = f"{temp[int(np.argmax(of_f))]:.4g} and others like it are °F"
    if len(turns) == 1:
        return f"temperature unit changed at {hours[known[turns[0] + 1]]:.0f} h: {first}"
    return f"temperature in °C and °F by turns: {first}"


def _temperature_unit(known: Array, unit: str | None, hours: Array, sg: Array) -> tuple[str, list[str]]:
    """From the whole file: what the head says if a beer can have that, else what alone can be."""
    middle, high = float(np.median(known)), float(np.quantile(known, 0.9))
    if unit == "c" and middle > WARMEST_C + 2.0 and middle < 115.0:
        return "f", [f"temperature of {middle:.4g} is °F, whatever the file says"]
    if unit == "f" and middle < COLDEST_F - 3.0 and float(known.max()) < WARMEST_C:
        return "c", [f"temperature of {middle:.4g} is °C, whatever the file says"]
    if unit is not None:
        return unit, []
    if 265.0 < middle < 320.0:
        return "k", ["temperatures without a unit taken as kelvin"]
    if high > WARMEST_C:
        return "f", ["temperatures without a unit taken as °F"]
    if middle < COLDEST_F + 1.0 or float(known.min()) < 30.0:
        return "c", []
    return _by_speed(middle, hours, sg)


def _by_speed(middle: float, hours: Array, sg: Array) -> tuple[str, list[str]]:
    """34 to 43 is kveik in °C or a lager in °F: 5 °C gives no eleven points in a day, and
    warm kveik more than twice that."""
    if _per_day(hours, sg) >= WARM_SG:
        return "c", ["temperatures without a unit taken as °C, for what ferments so fast is warm"]
    if _is_slow(hours, sg) or middle > 41.0:
        return "f", ["temperatures without a unit taken as °F, for nothing ferments so slowly at as many °C"]
    raise LogError(f"temperature of {middle:.3g} may be °C or °F; say so with --temp-unit c or f.", "temp_unit")


def _per_day(hours: Array, sg: Array) -> float:
    """By how much gravity fell in its fastest day."""
    order = np.argsort(hours)
    h, low = hours[order], np.minimum.accumulate(sg[order])
    return float(np.max(np.interp(h, h, low) - np.interp(h + 24.0, h, low), initial=0.0))


def _is_slow(hours: Array, sg: Array) -> bool:
    """Whether it was never fast, in a log that is long enough to say so."""
    return float(np.ptp(hours)) >= 36.0 and _per_day(hours, sg) <= SLOW_SG


def _cold_tenths(known: Array, unit: str | None, hours: Array, sg: Array) -> list[str] | None:
    """A remark on whole numbers under °C that are tenths of it, as controllers keep them, where °F would be far too
    warm for what ferments so slowly; None where they are not. Raises LogError for what is no beer's in °C, and may be
    °F as well."""
    middle = float(np.median(known))
    if unit != "c" or np.any(known % 1.0) or len(np.unique(known)) < LEAST_APART:
        return None
    if not HOT_C < middle <= HOTTEST_F or not _is_slow(hours, sg):
        return None
    if middle > FAR_TOO_WARM_F:
        return [f"temperature of {known[0]:.4g} is {known[0] / 10.0:.4g} °C without its point, for it ferments slowly"]
    if middle <= WARMEST_C + 2.0:
        raise LogError(
            f"temperature of {middle:.3g} is no beer's in °C, and may be °F, or {middle / 10.0:.3g} °C without its"
            " point; say --temp-unit f, or write the point."
        )
    return None
