"""Which temperature is that of the beer whose gravity a column has, and what is said of one that may not be. Pure."""

from __future__ import annotations

from brewpi.importers.columns.column import NOT_OF_BEER, Column
from brewpi.importers.columns.samples import Groups
from brewpi.importers.columns.temperature_columns import is_of_beer
from brewpi.importers.sheet import Sheet
from brewpi.importers.units import temperature_ranges
from brewpi.importers.words import vocabulary as known

_OF_A_PLACE = {"device", "internal", "keg", "module", "case", "top", "bottom", "upper", "oben", "haut"}


def temperature_for(gravity: Column, temps: list[Column], groups: Groups) -> Column | None:
    """The beer's temperature of the same device, else one that belongs to none."""
    usable = [t for t in temps if t.rank < NOT_OF_BEER]
    if len(groups) > 1:
        own = _of_tank(gravity)
        same = [t for t in usable if set(t.stem) == set(gravity.stem)] or [
            t for t in usable if _of_tank(t) and _of_tank(t) <= own
        ]
        return min(same, key=lambda t: t.rank, default=None)
    most = max((t.filled for t in usable), default=0)
    return min(usable, key=lambda t: (2 * t.filled < most, t.rank, *_strange(t, gravity), t.index), default=None)


def _of_tank(column: Column) -> set[str]:
    """The words that tell its tank or beer from others: "IPA" of "IPA tank temp"."""
    return {word for word in column.stem if not known.DEVICE.fullmatch(word)} or set(column.stem)


def _strange(temp: Column, gravity: Column) -> tuple[bool, bool, int]:
    """Whether a temperature is of something that the gravity is not of, whether that is no tank, and how many words
    both have: "Tilt Red Temp" and then "Temp" before "Tank Temp" before "Upstairs Temp"."""
    own, others = set(gravity.stem), set(temp.stem)
    return not others <= own, not all(map(known.DEVICE.fullmatch, others - own)), -len(others & own)


def of_nobody(temp: Column | None, temps: list[Column], groups: Groups) -> tuple[str, ...]:
    """A remark on a temperature that stands beside several beers, and says of none that it is its own."""
    shared = [t for t in temps if t.rank < NOT_OF_BEER and not t.stem]
    if len(groups) < 2 or temp is not None or not shared:
        return ()
    return (f'"{shared[0].head.text}" does not say of which beer it is, and is left out',)


def of_a_probe(temp: Column | None) -> tuple[str, ...]:
    """That it is no more than the only one, where its head says what measures it, or a place of which nobody knows
    whether the beer is in it."""
    if temp is None:
        return ()
    probe = temp.head.says(known.PROBE) and not temp.head.is_temperature
    if not probe and not (_OF_A_PLACE & set(temp.head.words)):
        return ()
    return (f'"{temp.head.text}" taken as the temperature of the beer, for there is no other',)


def unread(sheet: Sheet, temp: Column | None, groups: Groups) -> list[str]:
    """What stands in the cells of the beer's temperature and is no number; where all of them do, it has none."""
    if temp is not None:
        return temperature_ranges.unread(sheet, temp.index)
    called = [i for i in range(len(sheet.heads)) if is_of_beer(sheet, i)] if len(groups) == 1 else []
    return [note for i in called for note in temperature_ranges.unread(sheet, i)]
