"""Gravity in the unit that a file uses, as SG; and what its size says of that unit.

A unit is believed where the file names it and the numbers can be in it. Numbers decide only where they leave no choice:
no wort is 1 °P and no beer is 67 °C. Everything else is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brewpi.importers.sheet import LogError
from brewpi.importers.units import lost_digits
from brewpi.quantities import QUANTITIES
from brewpi.records import Array
from brewpi.units import plato_from_sg, sg_from_brix, sg_from_plato

WATER_G_CM3 = 0.99823  # of water at 20 °C: what SG 20/20 is relative to (CRC Handbook, "Properties of Water")


NEAR_WATER = {  # so far from 0 in each unit is 12 points from water
    "plato": 3.1, "brix": 3.1, "refractometer": 3.1, "oechsle": 12.0, "points": 12.0, "baume": 1.7, "kmw": 2.6,
    "twaddell": 2.4, "g/100ml": 3.1, "g/l of extract": 31.0,
}  # fmt: skip
_NOTHING = (999.0, 9999.0)  # what many devices say for no value, beside gravities with their points
_SGS = np.linspace(0.96, 1.2, 481)


def _sg_from_g_100ml(x: Array) -> Array:
    """Extract by volume is °P times the density; there is no closed way back, and 0.0005 SG apart it is a line."""
    return np.asarray(np.interp(x, plato_from_sg(_SGS) * _SGS * WATER_G_CM3, _SGS))


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit of gravity: how people call it, its way to SG, and between which values a wort or a beer can be."""

    label: str
    to_sg: Callable[[Array], Array]
    low: float
    high: float


SCALES: dict[str, Scale] = {
    "sg": Scale("SG", lambda x: x, 0.95, 1.2),
    "plato": Scale("°P", sg_from_plato, -12.0, 45.0),
    "brix": Scale("°Brix", sg_from_brix, -12.0, 45.0),
    "refractometer": Scale("°Brix by refractometer", sg_from_brix, 0.0, 45.0),
    "oechsle": Scale("°Oechsle", lambda x: 1.0 + x / 1000.0, -30.0, 200.0),
    "points": Scale("gravity points", lambda x: 1.0 + x / 1000.0, -30.0, 200.0),
    "baume": Scale("°Baumé", lambda x: 145.0 / (145.0 - x), -7.0, 24.0),  # modulus 145, as hydrometers are engraved
    "kmw": Scale("°KMW", lambda x: 1.0 + x * (0.022 * x + 4.54) / 1000.0, -6.0, 32.0),  # °Oe = KMW (0.022 KMW + 4.54)
    "twaddell": Scale("°Twaddell", lambda x: 1.0 + x / 200.0, -6.0, 40.0),
    "g/cm3": Scale("g/cm³", lambda x: x / WATER_G_CM3, 0.95, 1.2),
    "g/100ml": Scale("g/100 ml of extract", _sg_from_g_100ml, -8.0, 50.0),
    "g/l of extract": Scale("g/l of extract", lambda x: _sg_from_g_100ml(x / 10.0), -80.0, 500.0),
    "g/l": Scale("g/l", lambda x: x / (1000.0 * WATER_G_CM3), 950.0, 1200.0),
    "kg/hl": Scale("kg/hl", lambda x: x / (100.0 * WATER_G_CM3), 95.0, 120.0),
}
DENSITIES = ("sg", "g/cm3", "g/l", "kg/hl")
MOST_TENTHS = 300.0  # of a degree, of the strongest wort
WORDS = {  # in a column of units, in small letters
    "g": "sg", "sg": "sg", "s.g": "sg", "p": "plato", "°p": "plato", "plato": "plato", "degp": "plato",
    "°bx": "brix", "brix": "brix", "bx": "brix", "°brix": "brix", "°oe": "oechsle", "oe": "oechsle",
    "blg": "plato", "oechsle": "oechsle", "g/cm3": "g/cm3", "g/cm³": "g/cm3", "kg/l": "g/cm3", "kg/m3": "g/l",
    "kg/hl": "kg/hl",
    "kg/m³": "g/l", "g/l": "g/l", "°plato": "plato", "specific gravity": "sg", "°be": "baume", "baume": "baume",
    "bé": "baume", "°bé": "baume", "ºbé": "baume", "baumé": "baume", "pts": "points", "points": "points",
    "gu": "points", "gp": "points", "balling": "plato", "°balling": "plato", "deg p": "plato", "degrees p": "plato",
    "gg%": "plato", "gew.-%": "plato", "%w/w": "plato", "w/w%": "plato", "% mas": "plato",
    "g/ml": "g/cm3", "kg/dm3": "g/cm3",
    "g/100ml": "g/100ml", "g/100 ml": "g/100ml", "g/dl": "g/100ml", "g/dm3": "g/l", "t/m3": "g/cm3", "% w/v": "g/100ml",
    **{f"{degrees} {scale}": scale for degrees in ("degree", "degrees", "deg", "grad", "°")
       for scale in ("plato", "brix", "oechsle", "baume")}, "°oechsle": "oechsle", "°baume": "baume",
    "kmw": "kmw", "°kmw": "kmw", "babo": "kmw", "°babo": "kmw", "°p.": "plato", "% w/w": "plato", "°blg": "plato",
    "°tw": "twaddell", "twaddell": "twaddell", "°twaddell": "twaddell",
}  # fmt: skip
TEMPERATURE_WORDS = {
    "c": "c", "°c": "c", "degc": "c", "celsius": "c", "metric": "c", "℃": "c", "ºc": "c", "f": "f", "°f": "f",
    "degf": "f", "fahrenheit": "f", "℉": "f", "ºf": "f", "k": "k", "kelvin": "k", "imperial": "f", "deg c": "c",
    "deg f": "f", "degrees c": "c", "degrees f": "f", "degrees celsius": "c", "degrees fahrenheit": "f",
    "°r": "r", "°ré": "r", "°re": "r", "réaumur": "r", "reaumur": "r", "°réaumur": "r", "°ra": "r", "rankine": "r",
}  # fmt: skip


def gravity(values: Array, unit: str | None, og: float | None, given: bool = False) -> tuple[Array, str, list[str]]:
    """Gravities as SG (NaN for what no sensor can mean), the unit they were taken to be in, and remarks.

    values: (n,), NaN where absent; unit: as the file or a person says; og: declared, in SG, for a refractometer;
    given: whether a person gave the unit.
    Raises LogError where the unit is missing or contradicts the numbers.
    """
    known = measured(values, unit) & ((values > -100.0) & (values < 13_000.0))
    if unit in (None, "sg") and lost_digits.lacks_its_one(values[known]):
        lacking = known & (values < lost_digits.MOST_EXCESS)
        sg, _, remarks = gravity(np.where(lacking, values + 1.0, values), unit, og, given)
        shown = float(values[lacking][0])
        return sg, "sg", [f"gravity of {shown:.4g} is SG {1.0 + shown:.4f} without its 1", *remarks]
    if unit in ("plato", "brix", "refractometer") and lost_digits.is_share(values[known]):
        sg, unit, remarks = gravity(values * 100.0, unit, og, given)
        shown = float(values[known][0])
        share = f"gravity of {shown:.4g} is {100.0 * shown:.4g} {SCALES[unit].label} as a share of 1"
        return sg, unit, [share, *remarks]
    if not known.any():
        raise LogError("holds no reading of a gravity; log at least two.")
    if unit in ("plato", "brix", "refractometer") and (divisor := lost_digits.without_point(values[known])) > 1.0:
        sg, unit, remarks = gravity(values / divisor, unit, og, given)
        shown = float(values[known][0])
        lost = f"gravity of {shown:.4g} is {shown / divisor:.4g} {SCALES[unit].label} without its point"
        return sg, unit, [lost, *remarks]
    size = float(np.median(values[known]))
    with_point = np.count_nonzero((values[known] > 0.95) & (values[known] < 1.25))
    if size < 900.0 and with_point > 1:
        size = float(np.median(values[known] / _lost_point(values[known])))
    if unit in (None, "sg"):
        lost_digits.check_digits(values[known])
    unit, remarks = _believed(unit, size, values[known])
    scale = SCALES[unit]
    if unit == "sg":
        values, more = _with_points(values, size)
        remarks += more
    sg = np.full(len(values), np.nan)
    sensible = known & (values >= scale.low) & (values <= scale.high)
    sg[sensible] = scale.to_sg(values[sensible])
    if unit == "refractometer":
        sg[sensible], more = _refractometer(values[sensible], og)
        remarks += more
    row = QUANTITIES["sg"]
    sg[~((sg >= row.low) & (sg <= row.high))] = np.nan
    stray = values[known & np.isnan(sg)]
    too_strong = unit not in DENSITIES and bool(np.all((stray >= scale.high) & (stray < MOST_TENTHS)))
    if len(stray) > (0.2 if too_strong else 0.5) * np.count_nonzero(known):
        raise _no_unit(float(stray[0]), unit)
    _check_mixed(stray, sg, unit)
    if unit == "sg" and _is_rounded(values[known]):
        remarks.append("gravities are rounded to 0.01, ten points: export three decimals")
    if unit == "brix" and not given and float(np.nanmin(values[sensible])) > 0.3 * float(np.nanmax(values[sensible])):
        remarks.append("°Brix taken as a hydrometer's; if it is a refractometer's, say --unit refractometer")
    if len(stray):
        remarks.append(
            f"{len(stray)} gravit{'y' if len(stray) == 1 else 'ies'} such as {stray[0]:.5g} cannot be true, left out"
        )
    return sg, unit, remarks


def measured(values: Array, unit: str | None) -> NDArray[Any]:
    """Which numbers are measured. 0 mostly says that nothing was, but is water's in degrees: where both neighbours are
    near it, or one above and one near below it, a must goes through it."""
    known: NDArray[Any] = np.isfinite(values) & (values != 0.0)
    if unit is None or unit not in NEAR_WATER or not known.any():
        return known
    at = np.flatnonzero(known)
    after = np.searchsorted(at, np.arange(len(values)))
    beside = np.stack([at[np.clip(after - 1, 0, len(at) - 1)], at[np.clip(after, 0, len(at) - 1)]])
    first, second = values[beside]
    is_near = np.abs(np.stack([first, second])) <= NEAR_WATER[unit]
    through = (first * second < 0.0) & np.where(first < second, *is_near)
    return np.where(values == 0.0, np.all(is_near, axis=0) | through, known)


def _with_points(values: Array, size: float) -> tuple[Array, list[str]]:
    """SG of which some or all have lost their point, 1050 or 10500; a remark where it is not all. size: the median."""
    divisor = _lost_point(values)
    if size < 2.0:
        divisor = np.where(np.isin(values, _NOTHING), 1.0, divisor)
    lost = divisor > 1.0
    n = int(np.count_nonzero(lost))
    if n == 0 or size > 2.0:
        return values / divisor, []
    several, are = ("gravity", "is") if n == 1 else ("gravities", "are")
    return values / divisor, [f"{n} {several} such as {values[lost][0]:.5g} {are} SG without the point"]


def _lost_point(values: Array) -> Array:
    """What each would be divided by as SG without its point; 1 where it has one."""
    thousand, ten_thousand = (values > 900.0) & (values < 1250.0), (values > 9_500.0) & (values < 12_500.0)
    return np.where(thousand, 1000.0, np.where(ten_thousand, 10_000.0, 1.0))


def _check_mixed(stray: Array, sg: Array, unit: str) -> None:
    """Raises LogError where a unit was changed on the way: numbers that are none in this unit, and are in another."""
    if unit not in DENSITIES or len(stray) < 3 or 10 * len(stray) <= np.count_nonzero(np.isfinite(sg)):
        return
    other = stray[(stray >= 1.5) & (stray <= 130.0)] if unit != "g/l" else stray[stray < 130.0]
    if 2 * len(other) > len(stray) and len(np.unique(other)) > 2:
        raise LogError(
            f"gravity of {stray[0]:.4g} is no {SCALES[unit].label}, as {len(stray)} others: its unit was changed on "
            "the way; export it in one unit.",
            "unit",
        )


def _is_rounded(values: Array) -> bool:
    """To two decimals, where ten points are all that can be seen."""
    hundreds = values * 100.0
    return len(values) > 3 and float(values.max()) < 2.0 and bool(np.all(np.abs(hundreds - np.round(hundreds)) < 1e-6))


def _believed(unit: str | None, size: float, values: Array) -> tuple[str, list[str]]:
    """The unit that the numbers can be in."""
    pointed = values / _lost_point(values)
    is_sg = 0.97 < size < 1.2 and float(np.mean((pointed > 0.95) & (pointed < 1.25))) > 0.7
    is_thousand = 900.0 < size < 1250.0
    if (is_thousand or 9_500.0 < size < 12_500.0) and unit in (None, "sg", "plato", "brix"):
        divisor = 1000.0 if is_thousand else 10_000.0
        lost = float(values[values > 900.0][0])
        return "sg", [f"gravity of {lost:.5g} is SG {lost / divisor:.5g} without its point"]
    if (unit in ("g/l", "kg/hl") and is_sg) or (unit in ("g/cm3", "kg/hl") and is_thousand):
        other = "g/cm3" if is_sg else "g/l"
        return other, [f"gravity of {values[0]:.5g} is in {SCALES[other].label}, whatever the file says"]
    if unit in ("plato", "brix", "refractometer", "oechsle", "points", "baume", "kmw", "twaddell", "g/100ml") and is_sg:
        return "sg", [f"gravity of {values[0]:.5g} is SG, whatever the file says"]
    if unit is None and not is_sg:
        in_sg, rest = values[(values > 0.95) & (values < 1.25)], values[(values > 1.25) & (values < 900.0)]
        if len(in_sg) and len(rest):
            two = f"gravities such as {in_sg[0]:.5g} and {rest[0]:.5g}"
            raise LogError(f"{two} are in different units; write all in one, or each with its unit.")
        raise _no_unit(float(values[0]), "sg")
    return unit or "sg", []


def contradiction(given: str, stated: str | None, values: Array) -> str | None:
    """Why a unit that a person gave cannot be, None if it can; `stated` is the one in the file."""
    known = values[np.isfinite(values) & (values != 0.0)]
    if len(known) == 0:
        return None
    size = float(np.median(known))
    is_sg = 0.97 < size < 1.2 or 900.0 < size < 1250.0
    is_sg = is_sg or ("kg/hl" in (given, stated) and SCALES["kg/hl"].low < size < SCALES["kg/hl"].high)
    if is_sg and given not in DENSITIES:
        label = SCALES[stated].label if stated else "SG"
        return f"--unit {given} contradicts the file: gravity of {known[0]:.5g} is {label}; leave --unit out."
    alike = {"plato", "brix", "refractometer"}
    if (
        stated
        and stated != given
        and not {stated, given} <= alike
        and not {stated, given} <= {"oechsle", "points"}
        and not (stated in DENSITIES and not is_sg)
        and not {stated, given} <= set(DENSITIES)
    ):
        label = SCALES[stated].label
        return f"--unit {given} contradicts the file, which says {label}; leave --unit out or correct the file."
    if given in DENSITIES and not is_sg:
        return f"--unit {given} cannot be: gravity of {known[0]:.5g} is no {SCALES[given].label}; check the unit."
    return None


def _no_unit(value: float, unit: str) -> LogError:
    if unit != "sg":
        return LogError(f"gravity of {value:.4g} is no {SCALES[unit].label}; check the unit.", "unit")
    if 1.2 < value <= 40.0:
        return LogError(f"gravity of {value:.4g} looks like degrees Plato; say so with --unit plato.", "unit")
    if 40.0 < value <= 200.0:
        return LogError(f"gravity of {value:.4g} looks like degrees Oechsle; say so with --unit oechsle.", "unit")
    return LogError(
        f"gravity of {value:.4g} is no specific gravity; name its unit with --unit "
        "(sg, plato, brix, refractometer, oechsle).",
        "unit",
    )


def _refractometer(brix: Array, og: float | None) -> tuple[Array, list[str]]:
    """SG from °Brix by refractometer, which alcohol raises; the original gravity decides by how much.

    Novotny's quadratic fit (P. Novotny, "Refractometer FG Results", Zymurgy July/August 2017), shifted so that
    unfermented wort reads its own gravity; the shift fades as the sugar does.
    """
    first = float(np.max(brix[:3])) if og is None else float(plato_from_sg(og))
    raw = _novotny(first, brix)
    start = float(sg_from_brix(first)) - float(_novotny(first, np.array([first]))[0])
    sg = raw + start * np.clip(brix / first, 0.0, 1.0) ** 2
    sg = np.where(brix >= first, sg_from_brix(brix), sg)
    at = f"{first:.1f} °Brix ({float(sg_from_brix(first)):.4f}) at the start"
    return sg, [f"°Brix by refractometer, corrected for alcohol with {at}"]


def _novotny(first: float, brix: Array) -> Array:
    return 1.335e-5 * first**2 - 3.239e-5 * first * brix + 2.916e-5 * brix**2 - 2.421e-3 * first + 6.219e-3 * brix + 1.0
