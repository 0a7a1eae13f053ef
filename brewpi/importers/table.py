"""Any other table whose column names say what they hold."""

from __future__ import annotations

from brewpi.importers.sheet import LogError, Readings, Sheet
from brewpi.importers.times import hours_of
from brewpi.quantities import GravityUnit
from brewpi.records import Array

_GRAVITY = ("specific gravity", "specific_gravity", "gravity", "plato", "°p", "brix", "sg", "density")
_PLAIN = "hours,sg,temp_c"


class Table:
    """A column of times, hours or days and one of gravity; the unit counts if a name or --unit says it."""

    def matches(self, sheet: Sheet) -> bool:
        """Takes what nobody else knows."""
        return True

    def readings(self, sheet: Sheet) -> Readings:
        """Raises LogError with what is missing."""
        if not sheet.names:
            raise LogError(f"has no header that names its columns; write one such as {_PLAIN}.")
        gravity, temp = _gravity(sheet), sheet.find("beer temp", "beer_temp", "fluid temp", "temp")
        return Readings(
            _hours(sheet),
            sheet.numbers(gravity),
            _unit(gravity),
            sheet.numbers(temp, strict=False) if temp else None,
            None if temp is None else "f" if "(°f)" in temp or temp.endswith("_f") else None,
        )


def _gravity(sheet: Sheet) -> str:
    columns = [name for name in sheet.names if any(word in name for word in _GRAVITY) and "original" not in name]
    if not columns:
        shown = ", ".join(sheet.names[:6])
        raise LogError(f"no column holds a gravity ({shown}); brewpi reads {_PLAIN}.")
    if len(columns) > 1 and sum(any(word in name for word in ("plato", "gravity")) for name in columns) > 2:
        raise LogError(f"holds {len(columns)} tanks ({columns[0]}, {columns[1]}, ...); export one tank a file.")
    return next(name for word in _GRAVITY for name in columns if word in name)


def _hours(sheet: Sheet) -> Array:
    for word, hours in (("hours", 1.0), ("days", 24.0), ("day", 24.0)):
        if sheet.has(word):
            return sheet.numbers(word) * hours
    name = sheet.find("timestamp", "datetime", "date", "time")
    if name is None:
        raise LogError(f"no column holds a time; brewpi reads {_PLAIN}.")
    return hours_of(sheet.text(name))


def _unit(name: str) -> GravityUnit:
    if "plato" in name or "°p" in name:
        return "plato"
    return "brix" if "brix" in name else "sg"
