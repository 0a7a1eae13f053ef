"""A minute of one tank's reports as a few hundred bytes, and back: enough to replay it.

Each tick holds its readings, and of the rest only what differs from the tick before it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from brewpi.records import Alarm, Command, ControlRequest, Forecast, Interval, Measured, Reading, Report

KEPT = ("heat", "cool")  # roles whose duty has a place of its own in a row; of others only what runs is written
LARGEST = 2**23  # bytes of a minute or so of reports, unpacked


@dataclass(frozen=True, slots=True)
class Recorded:
    """A report as it comes back: the state only as its filtered measurements."""

    at: float
    readings: tuple[Reading, ...]
    measured: Mapping[str, Measured]
    forecast: Forecast
    demand: ControlRequest
    command: Command


def pack(reports: Sequence[Report]) -> bytes:
    """Compressed JSON, one list for each tick."""
    rows: list[Any] = []
    before: Report | None = None
    for report in reports:
        readings = [(r.at, r.quantity, r.value, r.sensor, *([] if r.raw is None else [r.raw])) for r in report.readings]
        rows.append((report.at, readings, _changes(before, report)))
        before = report
    return zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 1)


def unpack(data: bytes) -> Iterator[Recorded]:
    """The ticks of a block, in order. Raises whatever is wrong with it."""
    inflate = zlib.decompressobj()
    text = inflate.decompress(data, LARGEST)
    if inflate.unconsumed_tail:
        raise ValueError("a block is too large")
    measured: dict[str, Measured] = {}
    parts: dict[str, Any] = {}
    for at, readings, changes in json.loads(text):
        for quantity, value in changes.pop("measured", {}).items():
            measured[quantity] = Measured(*value)
        for name, fields in changes.items():
            parts[name] = _BUILDERS[name](fields)
        yield Recorded(at, tuple(Reading(*r) for r in readings), dict(measured), **parts)


def _changes(before: Report | None, report: Report) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if before is None or report.forecast is not before.forecast:
        changes["forecast"] = _forecast(report.forecast)
    if before is None or report.demand != before.demand:
        changes["demand"] = _demand(report.demand)
    if before is None or report.command != before.command:
        changes["command"] = _command(report.command)
    old = before.state.measured if before else {}
    if report.state.measured is not old:
        changes["measured"] = {
            name: (m.value, m.at, m.raw) for name, m in report.state.measured.items() if old.get(name) is not m
        }
    return changes


def _forecast(f: Forecast) -> tuple[Any, ...]:
    bands = (_band(f.remaining_h), _band(f.rest_h), _band(f.final_sg))
    return (f.at_h, f.sg, f.source, *bands, f.p_stuck, f.why, f.model, f.actionable)


def _band(b: Interval | None) -> tuple[float, float, float] | None:
    return None if b is None else (b.p10, b.p50, b.p90)


def _demand(d: ControlRequest) -> tuple[Any, ...]:
    return (d.step, d.target_c, *_duties(d.duties), d.why)


def _command(c: Command) -> tuple[Any, ...]:
    alarms = [(a.key, a.severity, a.text, a.since) for a in c.alarms]
    others = {role: duty for role, duty in c.duties.items() if role not in KEPT and duty}
    return (*_duties(c.duties), c.why, alarms, *([others] if others else []))


def _duties(duties: Mapping[str, float]) -> tuple[float, ...]:
    return tuple(duties.get(role, 0.0) for role in KEPT)


def _forecast_of(fields: Any) -> Forecast:
    at_h, sg, source, *bands, p_stuck, why, model = fields[:9]
    remaining, rest, final = (None if band is None else Interval(*band) for band in bands)
    actionable = fields[9] if len(fields) > 9 else source == "model"  # in records of earlier versions nothing else was
    return Forecast(at_h, sg, source, remaining, rest, final, p_stuck, why, model, actionable=actionable)


def _demand_of(fields: Any) -> ControlRequest:
    step, target_c, *duties, why = fields
    return ControlRequest(step, target_c, dict(zip(KEPT, duties, strict=True)), why)


def _command_of(fields: Any) -> Command:
    heat, cool, why, alarms, *others = fields
    duties = {**dict(zip(KEPT, (heat, cool), strict=True)), **(others[0] if others else {})}
    return Command(duties, why, tuple(Alarm(*a) for a in alarms))


_BUILDERS: dict[str, Any] = {
    "forecast": _forecast_of,
    "demand": _demand_of,
    "command": _command_of,
}
