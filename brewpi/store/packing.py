"""A minute of one tank's reports as a few hundred bytes, and back: enough to decide again what was decided.

Each tick holds its readings, and of the rest only what differs from the tick before it. A history is told by what was
added to it, also from one block to the next.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from brewpi.records import (
    Alarm,
    Batch,
    Command,
    ControlInput,
    ControlRequest,
    Dose,
    Fault,
    Forecast,
    Interval,
    Measured,
    Reading,
    Report,
)
from brewpi.validation import sentences

LEVEL = 6  # of zlib: once a minute, room on the card counts more than time
LARGEST = 2**23  # bytes of a minute or so of reports, unpacked
EARLIER_ROLES = ("heat", "cool")

History = tuple[tuple[float, float, float], ...]

# What is worked out anew from the rest, or is the same sentence at every tick, is left out.
KEPT: dict[str, tuple[TypeAdapter[Any], Any]] = {
    "forecast": (TypeAdapter(Forecast), None),
    "demand": (TypeAdapter(ControlRequest), {"requirements"}),
    "command": (
        TypeAdapter(Command),
        {"drain": {"permissives"}, "alarms": {"__all__": {"todo", "acknowledged_by", "times"}}},
    ),
    "batch": (TypeAdapter(Batch | None), None),
    "faults": (TypeAdapter(tuple[Fault, ...]), None),
    "doses": (TypeAdapter(tuple[Dose, ...]), None),
    "doses_before": (TypeAdapter(tuple[Dose, ...]), None),
    "inputs": (TypeAdapter(tuple[ControlInput, ...]), None),
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A report as it comes back. grown: of the history, how many points stayed and which follow; None: the same."""

    at: float
    readings: tuple[Reading, ...]
    measured: Mapping[str, Measured]
    forecast: Forecast
    demand: ControlRequest
    command: Command
    batch: Batch | None = None
    faults: tuple[Fault, ...] = ()
    doses: tuple[Dose, ...] = ()
    doses_before: tuple[Dose, ...] = ()
    grown: tuple[int, History] | None = None
    inputs: tuple[ControlInput, ...] = field(default=())


def pack(reports: Sequence[Report], history: History = ()) -> bytes:
    """Compressed JSON, one list for each tick. history: as it was before the first of them."""
    rows: list[Any] = []
    before: dict[str, Any] = {}
    measured: Mapping[str, Measured] = {}
    for report in reports:
        readings = [_reading(reading, report.at) for reading in report.readings]
        parts = _parts(report)
        changes = {name: _packed(name, part) for name, part in parts.items() if _is_news(name, part, before)}
        if report.state.measured is not measured:
            read = {r.quantity: (r.at, r.value) for r in report.readings}
            changes["measured"] = {
                name: m.value if read.get(name) == (m.at, m.raw) else (m.value, m.at, m.raw)
                for name, m in report.state.measured.items()
                if measured.get(name) is not m
            }
        if report.state.history is not history:
            changes["grown"] = _grown(history, report.state.history)
        rows.append((report.at, readings, changes))
        before, measured, history = parts, report.state.measured, report.state.history
    return zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), LEVEL)


def _reading(r: Reading, now: float) -> tuple[Any, ...]:
    return (None if r.at == now else r.at, r.quantity, r.value, r.sensor, *([] if r.raw is None else [r.raw]))


def _parts(report: Report) -> dict[str, Any]:
    state = report.state
    return {
        "forecast": report.forecast, "demand": report.demand, "command": report.command, "batch": state.batch,
        "faults": state.faults, "doses": state.doses, "doses_before": state.doses_before, "inputs": report.inputs,
    }  # fmt: skip


def _is_news(name: str, part: Any, before: Mapping[str, Any]) -> bool:
    if name == "inputs" or name not in before:
        return bool(part)  # what is not there is none
    return part is not before[name] and part != before[name]


def _packed(name: str, part: Any) -> Any:
    kind, left_out = KEPT[name]
    return kind.dump_python(part, mode="json", exclude_defaults=True, exclude=left_out)


def _grown(before: History, history: History) -> tuple[int, History]:
    """How many of the points stayed, and those after them."""
    if history[: len(before)] == before:
        return len(before), history[len(before) :]
    kept = next((i for i, pair in enumerate(zip(before, history, strict=False)) if pair[0] != pair[1]), len(history))
    return kept, history[kept:]


def unpack(data: bytes) -> Iterator[Recorded]:
    """The ticks of a block, in order. Raises whatever is wrong with it."""
    inflate = zlib.decompressobj()
    text = inflate.decompress(data, LARGEST)
    if inflate.unconsumed_tail:
        raise ValueError("a block is too large")
    measured: dict[str, Measured] = {}
    parts: dict[str, Any] = {}
    for at, rows, changes in json.loads(text):
        readings = tuple(Reading(at if r_at is None else r_at, *rest) for r_at, *rest in rows)
        read = {r.quantity: r for r in readings}
        for name, value in changes.pop("measured", {}).items():
            bare = not isinstance(value, list)
            measured[name] = Measured(value, read[name].at, read[name].value) if bare else Measured(*value)
        kept, points = changes.pop("grown", (0, None))
        grown = None if points is None else (int(kept), tuple((float(t), float(sg), float(c)) for t, sg, c in points))
        parts.pop("inputs", None)
        parts |= {name: _unpacked(name, fields) for name, fields in changes.items()}
        yield Recorded(at, readings, dict(measured), grown=grown, **parts)


def _unpacked(name: str, fields: Any) -> Any:
    """A part of a tick. Raises ValueError for what it cannot be."""
    if isinstance(fields, list) and name in EARLIER:
        return EARLIER[name](fields)
    try:
        return KEPT[name][0].validate_python(fields)
    except ValidationError as error:
        raise ValueError(sentences(error, key=name, word="field")[0]) from None


# --- as brewpi 0.1 has written them


def _earlier_forecast(fields: Any) -> Forecast:
    at_h, sg, source, *bands, p_stuck, why, model = fields[:9]
    remaining, rest, final = (None if band is None else Interval(*band) for band in bands)
    actionable = fields[9] if len(fields) > 9 else source == "model"  # in records of earlier versions nothing else was
    return Forecast(at_h, sg, source, remaining, rest, final, p_stuck, why, model, actionable=actionable)


def _earlier_demand(fields: Any) -> ControlRequest:
    step, target_c, *duties, why = fields
    return ControlRequest(step, target_c, dict(zip(EARLIER_ROLES, duties, strict=True)), why)


def _earlier_command(fields: Any) -> Command:
    heat, cool, why, alarms, *others = fields
    duties = {**dict(zip(EARLIER_ROLES, (heat, cool), strict=True)), **(others[0] if others else {})}
    return Command(duties, why, tuple(Alarm(*a) for a in alarms))


EARLIER: dict[str, Any] = {
    "forecast": _earlier_forecast,
    "demand": _earlier_demand,
    "command": _earlier_command,
}
