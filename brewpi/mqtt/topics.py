"""Topics and payloads, as other programs rely on them. Pure: a report in, JSON out.

Units are in the field names; times are ISO 8601 in UTC. `shift_s` is how far the wall clock has stepped from the
cellar's clock since the start: it is added to every time that is published, and to none that is used.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from math import isfinite

from brewpi.estimation.gravity import (
    alcohol_pct,
    attenuation,
    original_gravity,
    rate_points_per_day,
    real_attenuation,
)
from brewpi.forecast.what_if import WhatIf
from brewpi.mqtt.payloads import AckPayload, EventPayload, ForecastPayload, StatePayload, WhatIfPayload
from brewpi.mqtt.wire_types import iso as iso
from brewpi.mqtt.wire_types import when
from brewpi.quantities import DERIVED, QUANTITIES, RATE_WINDOWS_H, SWITCH_STALE_S
from brewpi.records import (
    Alarm,
    Batch,
    ControlRequest,
    Dose,
    Drain,
    EndedBatch,
    Event,
    Forecast,
    Interval,
    Report,
    SensorReading,
    TankState,
)
from brewpi.roles import ROLES, in_order
from brewpi.sentences import message_of

ONLINE, OFFLINE = "online", "offline"
EXPIRES_S = 3600.0  # a forecast that has not been renewed for so long is worth nothing
USUAL_STALE_S = 7200.0  # of a measurement of which nobody says when it is missed
BATCH = ("id", "name", "medium", "style", "yeast", "og", "expected_attenuation")

_ENCODE = json.JSONEncoder(separators=(",", ":"), allow_nan=False, ensure_ascii=False).encode


class Topics:
    """The topics of one site."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.base = f"brewpi/{site}"
        self.availability = f"{self.base}/availability"
        self.scorecard = f"{self.base}/scorecard"
        self.model = f"{self.base}/model"

    def of(self, tank: str, word: str) -> str:
        """`word` is state, forecast, what_if, curve, event or ack."""
        return f"{self.base}/{tank}/{word}"

    def commands(self, tank: str) -> str:
        """The filter for every command to a tank."""
        return f"{self.base}/{tank}/command/+"


def dumps(payload: object) -> str:
    """Compact JSON. Raises ValueError for NaN, which is no JSON."""
    return _ENCODE(payload)


def state(
    report: Report,
    shift_s: float = 0.0,
    stale_s: Mapping[str, float] | None = None,
    outputs: Collection[str] | None = None,
) -> str:
    """What is believed and done now. `stale_s` has the quantities that the tank measures, each with the age from which
    on it is absent: null, and its age in seconds in the payload's own `stale_s` (null if there never was one).
    `outputs` has the roles of those that the tank has, None where nobody can say."""
    tank, demand, command, limits = report.state, report.demand, report.command, stale_s or {}
    measured, ages = _measured(report, limits)
    fresh_h = limits.get("sg", USUAL_STALE_S) / 3600.0
    derived = {
        "attenuation": attenuation(tank, report.at, fresh_h),
        "real_attenuation": real_attenuation(tank, report.at, fresh_h),
        "abv_pct": alcohol_pct(tank, report.at, fresh_h),
        "target_goal_c": demand.target_goal_c,
        "target_c": demand.target_c,
        **{role.field: command.duty(role.name) for role in ROLES.values() if role.field in DERIVED},
    }
    fields: dict[str, object] = {
        "at": when(report.at + shift_s),
        **measured,
        **{name: DERIVED[name].published(value) for name, value in derived.items()},
        **{row.name: row.published(row.worked_out(measured)) for row in DERIVED.values() if row.formula},
        "rate_points_per_day": {
            window: DERIVED[f"rate_{window}"].published(rate_points_per_day(tank, report.at, hours))
            for window, hours in RATE_WINDOWS_H.items()
        },
        "step": demand.step,
        **_told("why", command.why or demand.why),
        "alarms": [_alarm(alarm, shift_s) for alarm in command.alarms],
        "stale_s": ages,
    }
    fields["phase"] = report.phase
    if tank.batch is not None:
        fields["batch"] = _batch(tank, tank.batch, shift_s)
    elif tank.last_batch is not None:
        fields["last_batch"] = _ended(tank.last_batch, shift_s)
    if demand.modes:
        fields |= _procedure(demand, shift_s)
    switches = _switches(report, limits)
    if switches:
        fields["switches"] = switches
    if tank.doses:
        fields["doses"] = [_dose(dose, shift_s) for dose in tank.doses]
    if command.drain is not None:
        fields["drain"] = _drain(command.drain)
    if report.sensors:
        fields["sensors"] = [_sensor(one, shift_s) for one in report.sensors]
    if outputs is not None:
        fields["outputs"] = in_order(outputs)
    return StatePayload.model_validate(fields).json_text()


def _sensor(one: SensorReading, shift_s: float) -> dict[str, object]:
    last = one.last
    digits = QUANTITIES[last.quantity].decimals + 1
    fields: dict[str, object] = {
        "sensor": last.sensor or "", "quantity": last.quantity, "value": round(last.value, digits),
        "raw": round(last.value if last.raw is None else last.raw, digits), "at": when(last.at + shift_s),
    }  # fmt: skip
    if one.how is not None:
        fields |= {"calibration": one.how, "by": one.by}
        fields["since"] = None if one.since is None else when(one.since + shift_s)
    return fields


def _ended(ended: EndedBatch, shift_s: float) -> dict[str, object]:
    return {
        "id": ended.id, "name": ended.name, "medium": ended.medium, "style": ended.style,
        "og": _rounded(ended.og, 4), "sg": _rounded(ended.fg, 4), "fg": _rounded(ended.fg, 4),
        "started_at": when(ended.started_at + shift_s), "ended_at": when(ended.ended_at + shift_s),
    }  # fmt: skip


def _measured(report: Report, limits: Mapping[str, float]) -> tuple[dict[str, float | None], dict[str, float | None]]:
    """Each quantity of the tank (and those that are always said), and the ages of those that are absent."""
    values: dict[str, float | None] = {}
    ages: dict[str, float | None] = {}
    for name, row in QUANTITIES.items():
        if row.binary or not (row.always or name in limits or name in report.state.measured):
            continue
        limit_s = limits.get(name, min(row.stale_s, USUAL_STALE_S) if not row.always else USUAL_STALE_S)
        values[name] = row.published(report.state.fresh(name, report.at, limit_s))
        if values[name] is None:
            age = report.state.age_s(name, report.at)
            ages[name] = None if age is None else round(age)
    return values, ages


def _alarm(alarm: Alarm, shift_s: float) -> dict[str, object]:
    return {
        "key": alarm.key, "severity": alarm.severity, **_told("text", alarm.text), "since": when(alarm.since + shift_s),
        "todo": alarm.todo, "acknowledged_by": alarm.acknowledged_by,
    }  # fmt: skip


def _dose(dose: Dose, shift_s: float) -> dict[str, object]:
    return {
        "number": dose.number, "standing": dose.standing, "volume_ml": round(dose.volume_ml, 1),
        "given_ml": round(dose.counted_ml, 1), "at": when(dose.at + shift_s),
    }  # fmt: skip


def _drain(drain: Drain) -> dict[str, object]:
    permissives = [{"name": p.name, "ok": p.met, **_told("text", p.text)} for p in drain.permissives]
    return {"state": drain.standing, **_told("why", drain.why), "permissives": permissives}


def _batch(tank: TankState, batch: Batch, shift_s: float) -> dict[str, object]:
    """What is known of it; what nobody said or measured is left out."""
    known: dict[str, object] = {name: value for name in BATCH if (value := getattr(batch, name))}
    original_sg = original_gravity(tank)
    if original_sg is not None:
        known["original_sg"] = round(original_sg, 4)
    return known | {"started_at": when(batch.started_at + shift_s)}


def _procedure(demand: ControlRequest, shift_s: float) -> dict[str, object]:
    """Where the recipe is, what it waits for, and what it asks."""
    return {
        "step_since": None if demand.step_since is None else when(demand.step_since + shift_s),
        "next_step": demand.following,
        "conditions": [
            {"path": r.path, "kind": r.kind, "met": r.met, **_told("text", r.text)} for r in demand.requirements
        ],
        "modes": demand.modes,
        "asks": [
            {
                "key": a.key, "action": a.action, "standing": a.standing, **_told("text", a.text),
                "since": when(a.since + shift_s), **a.effect,
            }
            for a in demand.asks
        ],
    }  # fmt: skip


def _switches(report: Report, limits: Mapping[str, float]) -> dict[str, bool | None]:
    """Every switch of the tank, true for yes, null if it does not answer; and which outputs, its own and
    those that it shares, are on."""
    names = [name for name in {**limits, **report.state.measured} if name in QUANTITIES and QUANTITIES[name].binary]
    values = {name: report.state.fresh(name, report.at, limits.get(name, SWITCH_STALE_S)) for name in sorted(names)}
    on = {role: duty > 0.0 for role, duty in report.command.duties.items() if not ROLES[role].field}
    return {name: None if value is None else value != 0.0 for name, value in values.items()} | on | dict(report.shared)


def forecast(forecast: Forecast, said_at: float, shift_s: float = 0.0) -> str:
    """What `predict` says of the batch, with the times that follow from it; `said_at` on the cellar's clock."""
    at = said_at + shift_s
    fields = {
        "at": when(at),
        "expires_at": when(at + EXPIRES_S),
        "at_h": round(forecast.at_h, 3),
        "sg": _rounded(forecast.sg, 5),
        "source": forecast.source,
        "actionable": forecast.actionable,
        "planned_c": _rounded(forecast.planned_c, 2),
        **_ends(forecast.remaining_h, forecast.rest_h, at),
        "final_sg": _band(forecast.final_sg, 5),
        "p_stuck": _rounded(forecast.p_stuck, 3),
        "model": forecast.model,
        "assumed": forecast.assumed and forecast.assumed.fields(),
        **_told("why", forecast.why),
    }
    return ForecastPayload.model_validate(fields).json_text()


def what_if(asked: WhatIf, said_at: float, shift_s: float = 0.0) -> str:
    """The completion if the tank is held at other temperatures from now on, beside the forecast as it stands."""
    at = said_at + shift_s
    planned = asked.planned
    fields = {
        "at": when(at),
        "expires_at": when(at + EXPIRES_S),
        "source": planned.source,
        "beer_c": _rounded(asked.beer_c, 2),
        "target_c": _rounded(asked.target_c, 2),
        "planned": _ends(planned.remaining_h, planned.rest_h, at),
        "holds": [{"hold_c": hold.hold_c, **_ends(hold.remaining_h, hold.rest_h, at)} for hold in asked.holds],
        **_told("why", asked.why),
    }
    return WhatIfPayload.model_validate(fields).json_text()


def _ends(remaining_h: Interval | None, rest_h: Interval | None, at: float) -> dict[str, object]:
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
    payload = EventPayload(
        id=happened.id, at=when(happened.at + shift_s), kind=happened.kind, severity=happened.severity,
        text=happened.text,
    )  # fmt: skip
    return dumps({**happened.details, **payload.model_dump(mode="json", exclude_unset=True)})


def ack(command_id: str | None, why: str | None = None) -> str:
    """The answer to a command: `why` is the refusal, None if it was obeyed."""
    return AckPayload.model_validate({"id": command_id, "ok": why is None, **_told("why", why)}).json_text()


def _told(field: str, text: str | None) -> dict[str, object]:
    """A sentence, and beside it what others need to say it in their language."""
    message = message_of(text)
    return {field: text} if message is None else {field: text, "message": message}


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None or not isfinite(value) else round(value, digits)


def _band(band: Interval | None, digits: int) -> dict[str, float | None] | None:
    if band is None:
        return None
    return {name: _rounded(getattr(band, name), digits) for name in ("p10", "p50", "p90")}


def _times(hours: Interval | None, at: float) -> dict[str, datetime] | None:
    if hours is None:
        return None
    return {name: when(at + 3600.0 * getattr(hours, name)) for name in ("p10", "p50", "p90")}
