"""What the model sees of a batch: one fixed row of numbers from the readings up to now, and nothing later.

The only definition: training and the Pi both call `vector`. It is causal by construction, since the first thing
it does is `series.until(at_h)`. A typical prefix takes less than a tenth of a millisecond; most of that is what numpy
takes to begin an operation, so what has few numbers is done without it.

Hours enter as log1p, gravity falls in points (0.001 SG) as log1p, attenuation as it is. What is optional
(temperature, medium, style, site history, ...) is 0 where absent, beside a flag that says so.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import copysign, log, log1p

import numpy as np

from brewpi.estimation.stability import day_stamped
from brewpi.forecast.prefix import AT_EIGHTHS, AT_EVEN_24, EIGHTHS, LAGS_H, Prefix
from brewpi.forecast.sampling import sorted_gaps
from brewpi.media import COMPLETE_ABOVE_TERMINAL, MEDIA
from brewpi.records import Array, BatchSeries

LEVELS = np.array([0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])  # apparent attenuation
SHARES = np.array([0.02, 0.1, 0.25, 0.5, 0.75, 0.9])  # of the fall so far
WITHIN_SG = np.array([0.0005, 0.001, 0.002, 0.004, 0.008])  # of the present gravity
WIDEST_SG = float(WITHIN_SG.max())
# Marks that the fall passes, all of them as so much of the extract and so much of the fall, less something.
OF_SCALE = np.concatenate((LEVELS, np.zeros(SHARES.size + WITHIN_SG.size)))
OF_FALL = np.concatenate((np.zeros(LEVELS.size), SHARES, np.ones(WITHIN_SG.size)))
LESS_SG = np.concatenate((np.zeros(LEVELS.size + SHARES.size), WITHIN_SG))
RISING = 1e-9 * np.arange(512)  # so that no two falls are the same
# Numbers as numpy has them: one of Python's is made into such at every operation, which takes as long as the operation.
ZERO, ONE, KELVIN, COLDEST_C, WARMEST_C = (np.array(number) for number in (0.0, 1.0, 273.15, -2.0, 45.0))
PER_20C = np.array(1 / 293.15)
EVEN_8 = np.linspace(0.0, 1.0, 9)
SPACINGS_H = (12.0, 24.0, 48.0)
AT_LAG = {float(lag_h): i for i, lag_h in enumerate(LAGS_H)}  # both lags of each spacing are among them
KINDS = {
    "lager": ("lager", "pils", "helles", "märzen", "bock", "s-23", "w-34", "34/70", "2124"),
    "farmhouse": ("saison", "grisette", "belg", "tripel", "brett", "diastaticus", "be-134", "brut"),
    "hoppy": ("ipa", "pale ale", "nepa"),
    "dark": ("stout", "porter", "brown", "brune", "barleywine", "imperial"),
    "kveik": ("kveik", "voss", "hornindal"),
}
LARGEST = 50.0  # of a row
TOLD_KEPT = 64  # media and styles: a batch keeps its own
KILOJOULE = 54.0  # activation energy of fermentation (Foster 2022)
ACTIVATION_K = np.array(KILOJOULE / 8.314e-3)

NAMES: tuple[str, ...] = (
    "elapsed", "og", "sg", "attenuation", "fall", "rise", "declared_og", "has_declared_og",
    *(f"since_attenuation_{x:g}" for x in LEVELS),
    *(f"since_share_{x:g}" for x in SHARES),
    *(f"flat_within_{x * 1e3:g}" for x in WITHIN_SG),
    *(f"fall_over_{x:g}h" for x in LAGS_H),
    *(f"attenuation_at_{x:g}" for x in EIGHTHS),
    "top_rate", "since_top_rate", "rate_to_top", "rate_now",
    *(f"{what}_{w:g}h" for w in SPACINGS_H for what in ("slowing", "fall_left", "hours_left")),
    "last_fall", "last_gap", "fall_before", "gap_before", "fall_before_that", "gap_before_that",
    "readings", "median_gap", "longest_gap", "age", "day_stamped", "logged", "noise",
    "has_temp", "temp", "temp_mean", "temp_day", "temp_first", "temp_change", "warm_hours", "cooled",
    "has_plan", "plan", "plan_change",
    "has_medium", *MEDIA,
    "has_kind", *KINDS,
    "has_expected", "expected", "expected_fall_left",
    "has_house", "house_duration", "house_half_drop", "house_attenuation", "house_batches",
    "house_left", "house_fall_left",
)  # fmt: skip
_HAS_TEMP, _TEMP = NAMES.index("has_temp"), NAMES.index("temp")
_MEDIUM = slice(NAMES.index("has_medium"), NAMES.index("has_medium") + 1 + len(MEDIA))
_PLAN = slice(NAMES.index("has_plan"), NAMES.index("plan_change") + 1)


def vector(series: BatchSeries, at_h: float) -> Array:
    """The row for a batch at `at_h` hours after its first reading: (len(NAMES),), finite.

    Needs one reading at or before `at_h`; raises ValueError without.
    """
    past = series.until(at_h)
    if past.hours.size == 0:
        raise ValueError(f"no reading in the first {at_h:g} h")
    seen = Prefix.of(past, at_h)
    row = np.array(
        [
            *_now(seen, past),
            *_progress(seen),
            *_speed(seen),
            *_bend(seen),
            *_sampling(past, at_h),
            *_temperature(past, at_h),
            *_told(seen, past, at_h),
        ]
    )
    if not (row.item(row.argmin()) >= -LARGEST and row.item(row.argmax()) <= LARGEST):  # or one is not a number
        row[row != row] = 0.0
        np.minimum(np.maximum(row, -LARGEST, out=row), LARGEST, out=row)
    return row


def replanned(row: Array, planned_c: float | None) -> Array:
    """The row that `vector` gives for the same batch under another planned temperature (None: no plan)."""
    last_c = float(18.0 + 5.0 * row[_TEMP]) if row[_HAS_TEMP] else None
    other = row.copy()
    other[_PLAN] = _plan(planned_c, last_c)
    return other


def retold(row: Array, medium: str | None) -> Array:
    """The row that `vector` gives for the same batch told another medium, or none."""
    other = row.copy()
    other[_MEDIUM] = _medium(medium)
    return other


def _points(fall_sg: float) -> float:
    """log1p of a fall in points, odd about 0."""
    return log1p(1e3 * fall_sg) if fall_sg >= 0 else -log1p(-1e3 * fall_sg)


def _now(seen: Prefix, past: BatchSeries) -> tuple[float, ...]:
    low, last = float(seen.low[-1]), float(seen.sg[-1])
    declared = past.og
    return (
        log1p(seen.at_h),
        (seen.og - 1.0) * 20,
        (last - 1.0) * 20,
        (seen.og - low) / seen.scale,
        _points(seen.og - low),
        _points(last - low),
        0.0 if declared is None else _points(declared - seen.og),
        float(declared is not None),
    )


def _progress(seen: Prefix) -> list[float]:
    """Hours since the fall passed given marks: attenuations, shares of itself, and a little above the present."""
    fall = seen.og - seen.low
    now = fall.item(-1)
    marks = OF_SCALE * seen.scale
    marks += OF_FALL * now
    marks -= LESS_SG
    is_passed = marks <= now
    if fall.item(0) < 0.0:  # it only grows: if the first is not, none is
        np.maximum(fall, ZERO, out=fall)
    fall += RISING[: fall.size] if fall.size <= RISING.size else 1e-9 * np.arange(fall.size)
    passed_h = np.interp(marks, fall, seen.hours)
    if now <= WIDEST_SG:
        passed_h *= marks > 0.0
    since = np.subtract(seen.at_h, passed_h, out=passed_h)
    np.maximum(since, ZERO, out=since)
    since *= is_passed
    hours: list[float] = np.log1p(since, out=since).tolist()
    return hours


def _speed(seen: Prefix) -> list[float]:
    sg, last, over_h = seen.asked_sg, float(seen.sg[-1]), max(seen.at_h, 1.0)
    rates = [(one - next_) * 24e3 / over_h * 24 for one, next_ in pairwise(sg[AT_EVEN_24:])]  # points a day
    fastest = max(rates)
    top_rate = max(fastest, 0.1)
    since_top = log1p(seen.at_h * (1 - (rates.index(fastest) + 0.5) / 24))
    rate_now = (sg[AT_LAG[24.0]] - last) * 1e3 / min(24.0, over_h) * 24
    return [
        *[_points(then - last) for then in sg[:AT_EIGHTHS]],
        *[(seen.og - then) / seen.scale for then in sg[AT_EIGHTHS:AT_EVEN_24]],
        log1p(top_rate), since_top, min(rate_now / top_rate, 2.0), _points(rate_now / 1e3),
    ]  # fmt: skip


def _bend(seen: Prefix) -> list[float]:
    """How the fall slows over two spans of equal length, and where that would lead if it went on (Aitken)."""
    sg = seen.asked_sg
    out: list[float] = []
    for w in SPACINGS_H:
        a, b, c = sg[AT_LAG[2 * w]], sg[AT_LAG[w]], sg[-1]
        before, after = a - b, b - c
        if before < 5e-4 or after <= 0:
            out += [0.0 if after <= 0 else 1.2, _points(max(after, 0.0)), log1p(w if after > 0 else 0.0)]
            continue
        slowing = min(after / before, 2.0)
        shrinking = min(slowing, 0.97)
        left = after * shrinking / (1 - shrinking)
        done = left <= COMPLETE_ABOVE_TERMINAL
        hours = 0.0 if done else w * log(COMPLETE_ABOVE_TERMINAL / left) / log(shrinking)
        out += [slowing, _points(left), log1p(min(hours, 2000.0))]
    return out


def _sampling(past: BatchSeries, at_h: float) -> list[float]:
    hours, sg = past.hours, past.sg
    n = hours.size
    last_h, last_sg = hours[:-5:-1].tolist(), sg[:-5:-1].tolist()
    out: list[float] = []
    for k in (1, 2, 3):  # the last three steps, as read
        out += [_points(last_sg[k] - last_sg[k - 1]), log1p(last_h[k - 1] - last_h[k])] if n > k else [0.0, 0.0]
    gaps = sorted_gaps(hours)
    median = float(gaps[gaps.size // 2]) if n > 1 else 24.0
    logged = n > 8 and median < 3.0
    return [
        *out,
        log1p(n),
        log1p(median),
        log1p(float(gaps[-1])) if n > 1 else 0.0,
        log1p(at_h - last_h[0]),
        float(day_stamped(hours)) if n > 1 else 0.5,
        float(logged),
        _points(_noise(sg)) if logged else 0.0,
    ]


def _noise(sg: Array) -> float:
    """The mean of how far each reading lies beside the line through its neighbours, twice."""
    middle = sg[1:-1]
    off = sg[2:] - (middle + middle) + sg[:-2]
    return float(np.add.reduce(np.abs(off, out=off))) / (sg.size - 2)


def _temperature(past: BatchSeries, at_h: float) -> list[float]:
    stride = max(1, past.hours.size // 100)
    begin = (past.hours.size - 1) % stride  # so that the last is among them
    temp, hours = past.temp_c[begin::stride], past.hours[begin::stride]
    total = float(np.add.reduce(temp))
    if total != total:  # some are not known
        known = temp == temp
        temp, hours = temp[known], hours[known]
        total = float(np.add.reduce(temp))
    if not temp.size:
        return [0.0] * 8 + _plan(past.planned_temp_c, None)
    first, last, mean, last_h = temp.item(0), temp.item(-1), total / temp.size, hours.item(-1)
    day = temp[hours.searchsorted(last_h - 24.0, side="right") :]
    warm_h = float(np.add.reduce(np.interp(at_h * EVEN_8, hours, _pace(temp)))) / EVEN_8.size * at_h
    return [
        1.0,
        (last - 18.0) / 5,
        (mean - 18.0) / 5,
        (float(np.add.reduce(day)) / day.size - 18.0) / 5,
        (first - 18.0) / 5,
        (last - first) / 5,
        log1p(warm_h),
        float(_is_cooled(temp[hours.searchsorted(last_h - 48.0, side="right") :])),
        *_plan(past.planned_temp_c, last),
    ]


def _pace(temp_c: Array) -> Array:
    """Of fermentation, 1 at 20 °C (Arrhenius)."""
    kelvin = np.maximum(temp_c, COLDEST_C)
    np.minimum(kelvin, WARMEST_C, out=kelvin)
    kelvin += KELVIN
    colder = np.subtract(PER_20C, np.divide(ONE, kelvin, out=kelvin), out=kelvin)
    colder *= ACTIVATION_K
    np.exp(colder, out=colder)
    return colder


def _is_cooled(temp_c: Array) -> bool:
    """Whether the last lies 4 °C below their median."""
    last, warmest = temp_c.item(-1), temp_c.item(temp_c.argmax())
    if warmest - 4.0 <= last:  # nor is the median then
        return False
    return last < float(np.sort(temp_c)[temp_c.size // 2]) - 4.0


def _plan(planned_c: float | None, last_c: float | None) -> list[float]:
    if planned_c is None:
        return [0.0, 0.0, 0.0]
    return [1.0, (planned_c - 18.0) / 5, 0.0 if last_c is None else (planned_c - last_c) / 5]


@lru_cache(maxsize=TOLD_KEPT)
def _medium(declared: str | None) -> tuple[float, ...]:
    return float(declared is not None), *[float(declared == medium) for medium in MEDIA]


@lru_cache(maxsize=TOLD_KEPT)
def _kind(style: str | None, yeast: str | None) -> tuple[float, ...]:
    words = f"{style or ''} {yeast or ''}".lower().strip()
    return float(bool(words)), *[float(any(mark in words for mark in marks)) for marks in KINDS.values()]


def _told(seen: Prefix, past: BatchSeries, at_h: float) -> list[float]:
    """What is known beside the readings: medium, style and yeast, expected attenuation, the site's history."""
    low = float(seen.low[-1])
    expected = past.expected_attenuation
    out = [*_medium(past.medium), *_kind(past.style, past.yeast)]
    if expected is None:
        out += [0.0, 0.0, 0.0]
    else:
        out += [1.0, expected, _points(low - (seen.og - expected * seen.scale))]
    site_history = past.site_history
    if site_history is None or site_history.batches == 0:
        return out + [0.0] * 7
    left = site_history.duration_h - at_h
    return [
        *out,
        1.0,
        log1p(site_history.duration_h),
        log1p(site_history.half_drop_h),
        site_history.attenuation,
        log1p(site_history.batches),
        copysign(log1p(abs(left)), left),
        _points(low - (seen.og - site_history.attenuation * seen.scale)),
    ]
