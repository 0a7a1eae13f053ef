"""Fermentation logs as files: one importer a format, found by looking into the file, never by its name.

Add a format with one file, one line in KINDS and one test. An importer says whether a sheet is its own
(`matches`) and which columns hold what (`readings`); units, sentinels, order and duplicates are dealt with here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from brewpi.importers.sheet import LogError, Readings, Sheet, parse
from brewpi.quantities import QUANTITIES, GravityUnit, celsius_from_f, to_sg
from brewpi.records import Array, Course
from brewpi.registry import load

__all__ = ["KINDS", "Importer", "Log", "LogError", "Readings", "Sheet", "read"]

# In the order in which they are asked; the last takes any table that names a time and a gravity.
KINDS: dict[str, str] = {
    "plain": "brewpi.importers.plain:Plain",
    "plaato": "brewpi.importers.plaato:Plaato",
    "brewiq": "brewpi.importers.brewiq:BrewIQ",
    "rapt": "brewpi.importers.rapt:Rapt",
    "fermonitor": "brewpi.importers.fermonitor:Fermonitor",
    "tilt_events": "brewpi.importers.tilt_events:TiltEvents",
    "tilt": "brewpi.importers.tilt:Tilt",
    "ispindel": "brewpi.importers.ispindel:ISpindel",
    "ekos": "brewpi.importers.ekos:Ekos",
    "manual": "brewpi.importers.manual:Manual",
    "table": "brewpi.importers.table:Table",
}
MEDIA = ("beer", "wine", "cider", "mead")
NO_START_SG = 1.012            # a log that never was above this holds no fermentation, only its tail
_ABSENT_C = (85.0, -127.0)     # DS18B20: power-on value, absent probe (Maxim datasheet)


class Importer(Protocol):
    """One format of log."""

    def matches(self, sheet: Sheet) -> bool:
        """Whether the sheet is of this format, from what it holds."""
        ...

    def readings(self, sheet: Sheet) -> Readings:
        """The columns that matter. Raises LogError without the file's name."""
        ...


@dataclass(frozen=True, slots=True)
class Log:
    """One batch from one file; `facts` is the JSON sidecar beside it, if there is one."""

    name: str
    course: Course
    kind: str = "plain"
    facts: Mapping[str, object] = field(default_factory=dict)


def read(path: str | Path, unit: GravityUnit | None = None) -> Log:
    """The log in a file; `unit` overrides what the format says of its gravity.

    Raises LogError: one sentence with the file, what is wrong and what to do.
    """
    path = Path(path)
    try:
        sheet = parse(_bytes(path))
        kind, importer = _importer(sheet)
        readings = importer.readings(sheet)
        course = _course(replace(readings, unit=unit) if unit else readings)
        if kind != "plain":      # which by its definition begins near pitching
            _check_start(course)
    except LogError as error:
        raise LogError(f"{path.name}: {error}") from None
    facts = _facts(path.with_suffix(".json"))
    return Log(path.name, _with_facts(course, facts), kind, facts)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except IsADirectoryError:
        raise LogError("is a folder; name the logs in it.") from None
    except OSError as error:
        raise LogError(f"cannot be read ({error.strerror}).") from None


def _importer(sheet: Sheet) -> tuple[str, Importer]:
    for kind in KINDS:
        importer: Importer = load(KINDS, kind)()
        if importer.matches(sheet):
            return kind, importer
    raise AssertionError("the last importer takes anything")


def _course(readings: Readings) -> Course:
    """Readings as a course: °C and SG, no impossible value, in order, nothing twice, none before pitching."""
    hours = np.asarray(readings.hours, float)
    sg = _specific_gravity(np.asarray(readings.gravity, float), readings.unit)
    temp = _celsius(readings.temp, readings.temp_unit, len(hours))
    keep = np.isfinite(hours) & np.isfinite(sg) & (hours >= 0.0)
    if not keep.any():
        raise LogError("holds no reading of a gravity; log at least two.")
    hours, sg, temp = hours[keep], sg[keep], temp[keep]
    order = np.argsort(hours, kind="stable")
    return Course(*_once(hours[order], sg[order], temp[order]), og=readings.og)


def _check_start(course: Course) -> None:
    start = float(course.sg[course.hours <= course.hours[0] + 24.0].max())
    if start < NO_START_SG:
        raise LogError(f"begins at SG {start:.4f}, where fermentations end; export it from pitching on.")


def _specific_gravity(gravity: Array, unit: GravityUnit | None) -> Array:
    """SG with NaN for what no sensor can mean: 0, -616.87 °P ("no density"), a spike into thousands."""
    row = QUANTITIES["sg"]
    said = np.isfinite(gravity) & (gravity != 0.0) & (gravity > -100.0)
    sensible = said & (gravity < 50.0)
    sg = np.full(len(gravity), np.nan)
    sg[sensible] = to_sg(gravity[sensible], unit or "sg")
    sg[~((sg >= row.low) & (sg <= row.high))] = np.nan
    stray = gravity[said & np.isnan(sg)]
    if 2 * len(stray) > np.count_nonzero(said):
        raise LogError(_which_unit(float(stray[0]), unit or "sg"))
    return sg


def _which_unit(value: float, unit: GravityUnit) -> str:
    if unit != "sg":
        return f"gravity of {value:.4g} is no degrees {unit.title()}; check the unit."
    if 1.2 < value <= 40.0:
        return f"gravity of {value:.4g} looks like degrees Plato; say so with --unit plato."
    if 900.0 < value < 1200.0:
        return f"gravity of {value:.4g} looks like SG without its point; divide it by 1000."
    return f"gravity of {value:.4g} is no specific gravity; name its unit with --unit (sg, plato, brix)."


def _celsius(temp: Array | None, unit: str | None, n: int) -> Array:
    """Beer temperature in °C, NaN where absent or impossible. Nothing ferments at 45 °C, so that is °F."""
    if temp is None:
        return np.full(n, np.nan)
    temp = np.where(np.isin(temp, _ABSENT_C), np.nan, np.asarray(temp, float))
    known = temp[np.isfinite(temp)]
    if unit == "f" or (unit is None and len(known) and float(np.median(known)) > 45.0):
        temp = celsius_from_f(temp)
    row = QUANTITIES["beer_c"]
    return np.where((temp >= row.low) & (temp <= row.high), temp, np.nan)


def _once(hours: Array, sg: Array, temp: Array) -> tuple[Array, Array, Array]:
    """Without the repeats of whole rows that exports leave behind."""
    same = (np.diff(hours) == 0) & (np.diff(sg) == 0)
    same &= (np.diff(temp) == 0) | (np.isnan(temp[1:]) & np.isnan(temp[:-1]))
    keep = np.concatenate([[True], ~same])
    return hours[keep], sg[keep], temp[keep]


def _facts(sidecar: Path) -> Mapping[str, object]:
    """What a JSON sidecar says; nothing if it is absent or says nothing."""
    try:
        facts = json.loads(sidecar.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _with_facts(course: Course, facts: Mapping[str, object]) -> Course:
    """The course with what the sidecar declares: og, medium, style, yeast."""
    og, medium = facts.get("og_declared"), facts.get("beverage")
    style, yeast = facts.get("style"), facts.get("yeast")
    return replace(
        course,
        og=float(og) if isinstance(og, (int, float)) and 1.0 < og <= QUANTITIES["sg"].high else course.og,
        medium=medium if isinstance(medium, str) and medium in MEDIA else None,
        style=style if isinstance(style, str) else None,
        yeast=yeast if isinstance(yeast, str) else None,
    )
