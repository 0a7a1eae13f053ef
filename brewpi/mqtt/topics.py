"""Topics and payloads, as other programs rely on them. Pure: a report in, JSON out.

Units are in the field names; times are ISO 8601 in UTC. `shift_s` is how far the wall clock has stepped from the
cellar's clock since the start: it is added to every time that is published, and to none that is used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from math import isfinite

from brewpi.estimation.gravity import attenuation
from brewpi.forecast.what_if import WhatIf
from brewpi.quantities import QUANTITIES, SWITCH_STALE_S, plato_from_sg
from brewpi.records import Alarm, Band, Batch, Demand, Dose, Drain, Event, Forecast, Report

ONLINE, OFFLINE = "online", "offline"
EXPIRES_S = 3600.0  # a forecast that has not been renewed for so long is worth nothing
PUBLISHED = {"beer_c": 2, "room_c": 2, "sg": 4}  # decimals
BATCH = ("id", "name", "medium", "style", "yeast", "og", "expected_attenuation")

_ENCODE = json.JSONEncoder(separators=(",", ":"), allow_nan=False, ensure_ascii=False).encode
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Topics:
    """The topics of one site."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.base = f"brewpi/{site}"
        self.availability = f"{self.base}/availability"
        self.scorecard = f"{self.base}/scorecard"

    def of(self, tank: str, word: str) -> str:
        """`word` is state, forecast, what_if, curve, event or ack."""
        return f"{self.base}/{tank}/{word}"

    def commands(self, tank: str) -> str:
        """The filter for every command to a tank."""
        return f"{self.base}/{tank}/command/+"


def iso(at: float) -> str:
    """Unix seconds as ISO 8601 in UTC, to the millisecond: "2026-05-01T14:30:00.000Z"."""
    return (_EPOCH + timedelta(seconds=at)).isoformat(timespec="milliseconds")[:23] + "Z"


def dumps(payload: object) -> str:
    """Compact JSON. Raises ValueError for NaN, which is no JSON."""
    return _ENCODE(payload)


def state(report: Report, shift_s: float = 0.0, stale_s: dict[str, float] | None = None) -> str:
    """What is believed and done now. A measurement that is absent, or older than `stale_s` says for its quantity,
    is null, and `stale_s` holds its age in seconds (null if there never was one)."""
    now, tank, limits = report.at, report.state, stale_s or {}
    fields: dict[str, object] = {"at": iso(now + shift_s)}
    ages: dict[str, float | None] = {}
    for quantity, decimals in PUBLISHED.items():
        value = tank.fresh(quantity, now, limits.get(quantity, 7200.0))
        fields[quantity] = None if value is None else round(value, decimals)
        if value is None:
            age = tank.age_s(quantity, now)
            ages[quantity] = None if age is None else round(age)
    sg = fields["sg"]
    fields["plato"] = round(plato_from_sg(sg), 2) if isinstance(sg, float) else None
    fields["attenuation"] = _rounded(attenuation(tank, now, limits.get("sg", 7200.0) / 3600.0), 3)
    demand, command = report.demand, report.command
    fields |= {
        "target_c": None if demand.target_c is None else round(demand.target_c, 2),
        "step": demand.step,
        "heat_duty": round(command.heat_duty, 3),
        "cool_duty": round(command.cool_duty, 3),
        "why": command.why or demand.why,
        "alarms": [_alarm(alarm, shift_s) for alarm in command.alarms],
        "stale_s": ages,
    }
    if tank.batch is not None:
        fields["batch"] = _batch(tank.batch, shift_s)
    if demand.modes:
        fields |= _procedure(demand, shift_s)
    switches = _switches(report, limits)
    if switches:
        fields["switches"] = switches
    if tank.doses:
        fields["doses"] = [_dose(dose, shift_s) for dose in tank.doses]
    if command.drain is not None:
        fields["drain"] = _drain(command.drain)
    return dumps(fields)


def _alarm(alarm: Alarm, shift_s: float) -> dict[str, object]:
    return {
        "key": alarm.key, "severity": alarm.severity, "text": alarm.text, "since": iso(alarm.since + shift_s),
        "todo": alarm.todo, "acknowledged_by": alarm.acknowledged_by,
    }  # fmt: skip


def _dose(dose: Dose, shift_s: float) -> dict[str, object]:
    return {
        "number": dose.number, "standing": dose.standing, "volume_ml": round(dose.volume_ml, 1),
        "given_ml": round(dose.counted_ml, 1), "at": iso(dose.at + shift_s),
    }  # fmt: skip


def _drain(drain: Drain) -> dict[str, object]:
    permissives = [{"name": p.name, "ok": p.met, "text": p.text} for p in drain.permissives]
    return {"state": drain.standing, "why": drain.why, "permissives": permissives}


def _batch(batch: Batch, shift_s: float) -> dict[str, object]:
    """What is known of it; what nobody said is left out."""
    known: dict[str, object] = {name: value for name in BATCH if (value := getattr(batch, name))}
    return known | {"started_at": iso(batch.started_at + shift_s)}


def _procedure(demand: Demand, shift_s: float) -> dict[str, object]:
    """Where the recipe is, what it waits for, and what it asks."""
    return {
        "step_since": None if demand.step_since is None else iso(demand.step_since + shift_s),
        "next_step": demand.following,
        "conditions": [
            {"path": r.path, "kind": r.kind, "met": r.met, "text": r.text} for r in demand.requirements
        ],
        "modes": demand.modes,
        "asks": [
            {"key": a.key, "action": a.action, "standing": a.standing, "text": a.text, "since": iso(a.since + shift_s)}
            for a in demand.asks
        ],
    }  # fmt: skip


def _switches(report: Report, limits: Mapping[str, float]) -> dict[str, bool | None]:
    """Every switch of the tank: true for yes, null if it does not answer."""
    names = [name for name in {**limits, **report.state.measured} if name in QUANTITIES and QUANTITIES[name].binary]
    said = {name: report.state.fresh(name, report.at, limits.get(name, SWITCH_STALE_S)) for name in sorted(names)}
    return {name: None if value is None else value != 0.0 for name, value in said.items()}


def forecast(said: Forecast, said_at: float, shift_s: float = 0.0) -> str:
    """What `predict` says of the batch, with the times that follow from it; `said_at` on the cellar's clock."""
    at = said_at + shift_s
    return dumps(
        {
            "at": iso(at),
            "expires_at": iso(at + EXPIRES_S),
            "at_h": round(said.at_h, 3),
            "sg": _rounded(said.sg, 5),
            "source": said.source,
            **_ends(said.remaining_h, said.rest_h, at),
            "final_sg": _band(said.final_sg, 5),
            "p_stuck": _rounded(said.p_stuck, 3),
            "model": said.model,
            "why": said.why,
        }
    )


def what_if(asked: WhatIf, said_at: float, shift_s: float = 0.0) -> str:
    """The completion if the tank is held at other temperatures from now on, beside the forecast as it stands."""
    at = said_at + shift_s
    planned = asked.planned
    return dumps(
        {
            "at": iso(at),
            "expires_at": iso(at + EXPIRES_S),
            "source": planned.source,
            "beer_c": _rounded(asked.beer_c, 2),
            "target_c": _rounded(asked.target_c, 2),
            "planned": _ends(planned.remaining_h, planned.rest_h, at),
            "holds": [{"hold_c": hold.hold_c, **_ends(hold.remaining_h, hold.rest_h, at)} for hold in asked.holds],
            "why": asked.why,
        }
    )


def _ends(remaining_h: Band | None, rest_h: Band | None, at: float) -> dict[str, object]:
    return {
        "remaining_h": _band(remaining_h, 2),
        "rest_h": _band(rest_h, 2),
        "complete_at": _times(remaining_h, at),
        "rest_at": _times(rest_h, at),
    }


def said_at(report: Report) -> float:
    """When a report's forecast was made: `at_h` hours after the first reading of the batch, and never later than
    the report."""
    history = report.state.history
    return min(report.at, history[0][0] + 3600.0 * report.forecast.at_h) if history else report.at


def event(happened: Event, shift_s: float = 0.0) -> str:
    """Something that happened, with its details beside it."""
    fields = {
        "id": happened.id,
        "at": iso(happened.at + shift_s),
        "kind": happened.kind,
        "severity": happened.severity,
        "text": happened.text,
    }
    return dumps({**happened.details, **fields})


def ack(command_id: str | None, why: str | None = None) -> str:
    """The answer to a command: `why` is the refusal, None if it was obeyed."""
    return dumps({"id": command_id, "ok": why is None, "why": why})


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None or not isfinite(value) else round(value, digits)


def _band(band: Band | None, digits: int) -> dict[str, float | None] | None:
    if band is None:
        return None
    return {name: _rounded(getattr(band, name), digits) for name in ("p10", "p50", "p90")}


def _times(hours: Band | None, at: float) -> dict[str, str] | None:
    if hours is None:
        return None
    return {name: iso(at + 3600.0 * getattr(hours, name)) for name in ("p10", "p50", "p90")}
