"""Topics and payloads, as other programs rely on them. Pure: a report in, JSON out.

Units are in the field names; times are ISO 8601 in UTC. `shift_s` is how far the wall clock has stepped from the
cellar's clock since the start: it is added to every time that is published, and to none that is used.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import isfinite, isnan, log

import numpy as np

from brewpi.control.sugar import attenuation
from brewpi.quantities import plato_from_sg
from brewpi.records import Array, Band, Event, Forecast, Report, TankState

ONLINE, OFFLINE = "online", "offline"
EXPIRES_S = 3600.0  # a forecast that has not been renewed for so long is worth nothing
COMPLETE_SG = 0.002  # above terminal gravity: the definition of completion
MEASURED_POINTS = 200
BAND_POINTS = 40
PUBLISHED = {"beer_c": 2, "room_c": 2, "sg": 4}  # decimals

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
        """`word` is state, forecast, curve, event or ack."""
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
        "alarms": [
            {
                "key": a.key, "severity": a.severity, "text": a.text, "since": iso(a.since + shift_s),
                "todo": a.todo, "acknowledged_by": a.acknowledged_by,
            }
            for a in command.alarms
        ],
        "stale_s": ages,
    }
    if demand.modes:
        fields["modes"] = demand.modes
        fields["asks"] = [
            {"key": a.key, "action": a.action, "standing": a.standing, "text": a.text, "since": iso(a.since + shift_s)}
            for a in demand.asks
        ]
    if tank.doses:
        fields["doses"] = [
            {"number": d.number, "standing": d.standing, "volume_ml": round(d.volume_ml, 1),
             "given_ml": round(d.counted_ml, 1), "at": iso(d.at + shift_s)}
            for d in tank.doses
        ]  # fmt: skip
    if command.drain is not None:
        fields["drain"] = {
            "state": command.drain.standing,
            "why": command.drain.why,
            "permissives": [{"name": p.name, "ok": p.met, "text": p.text} for p in command.drain.permissives],
        }
    return dumps(fields)


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
            "remaining_h": _band(said.remaining_h, 2),
            "rest_h": _band(said.rest_h, 2),
            "complete_at": _times(said.remaining_h, at),
            "rest_at": _times(said.rest_h, at),
            "final_sg": _band(said.final_sg, 5),
            "p_stuck": _rounded(said.p_stuck, 3),
            "model": said.model,
            "why": said.why,
        }
    )


def said_at(report: Report) -> float:
    """When a report's forecast was made: `at_h` hours after the first reading of the batch, and never later than
    the report."""
    history = report.state.history
    return min(report.at, history[0][0] + 3600.0 * report.forecast.at_h) if history else report.at


def curve(report: Report, shift_s: float = 0.0) -> str:
    """The batch so far, thinned, and the band of the forecast, in columns of hours since `started_at`.

    At most 300 points in all. The band is drawn, not predicted: from the last gravity down to the quantiles of
    terminal gravity, each arriving when its quantile of the completion time says.
    """
    history = report.state.history
    start = history[0][0] if history else report.at
    columns = np.array(_thinned(history, MEASURED_POINTS), dtype=np.float64).reshape(-1, 3).T
    beer_c: list[float | None] = [None if isnan(c) else c for c in np.round(columns[2], 1).tolist()]
    return dumps(
        {
            "at": iso(report.at + shift_s),
            "started_at": iso(start + shift_s) if history else None,
            "measured": {
                "hours": np.round((columns[0] - start) / 3600.0, 2).tolist(),
                "sg": np.round(columns[1], 4).tolist(),
                "beer_c": beer_c,
            },
            "forecast": _bundle(report.forecast, report.state),
        }
    )


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


Points = Sequence[tuple[float, float, float]]


def _thinned(points: Points, most: int) -> Points:
    """Evenly, with the first and the last."""
    if len(points) <= most:
        return points
    step = (len(points) - 1) / (most - 1)
    return [points[round(i * step)] for i in range(most)]


def _bundle(said: Forecast, tank: TankState) -> dict[str, list[float]] | None:
    """Three falls to terminal gravity over a common run of hours: early and low, likely, late and high."""
    ends, finals = said.remaining_h, said.final_sg
    if ends is None or finals is None or not tank.history:
        return None
    sg = tank.history[-1][1]
    steps = np.linspace(0.0, max(ends.p90, 1.0), BAND_POINTS)
    columns: dict[str, list[float]] = {"hours": np.round(said.at_h + steps, 2).tolist()}
    for name in ("p10", "p50", "p90"):
        fall = _fall(sg, getattr(finals, name), getattr(ends, name), steps)
        columns[f"sg_{name}"] = np.round(fall, 4).tolist()
    return columns


def _fall(sg: float, final: float, hours: float, steps: Array) -> Array:
    """An exponential fall that is `COMPLETE_SG` above `final` after `hours`; flat if that is where it is already."""
    left = sg - final
    if left <= COMPLETE_SG or hours <= 0.0:
        return np.full_like(steps, sg)
    fall: Array = final + left * np.exp(-log(left / COMPLETE_SG) / hours * steps)
    return fall
