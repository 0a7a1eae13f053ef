"""One completion against another, as bars on one axis: what another temperature would change from now on, and how the
forecasts of before held. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from statistics import median

from brewpi.dashboard.feed.board import Tank
from brewpi.dashboard.views.details import section
from brewpi.dashboard.views.formatting import HOUR_S, View, between, fineness_s, is_complete, moment, sooner
from brewpi.dashboard.views.sentences import in_words
from brewpi.media import COMPLETE_ABOVE_TERMINAL
from brewpi.mqtt.payloads import EarlierPayload, HoldPayload, Times, WhatIfPayload

SAME_C = 0.26  # what is held now is rounded to half a degree before it is asked for
NARROWEST = 1.0  # per cent: a bar that is still seen
LONGEST = 1.4  # one early guess that knew nothing yet does not squeeze all the others


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its name, what is small beneath it, the interval, and what to say of it."""

    name: str
    note: str
    times: Times
    verdict: str
    emphasis: bool = False
    made_at: float | None = None


def tables(tank: Tank, there: float, view: View) -> str:
    """Both, where there is anything to tell."""
    done = tank.forecast is not None and is_complete(tank.forecast)
    ahead = "" if done or tank.last_batch else what_if(tank.what_if, there, view)
    return section(view.tr("If it were held at, from now on"), ahead) + section(
        view.tr("Forecast history"), held(tank, there, view)
    )


def what_if(asked: WhatIfPayload | None, there: float, view: View) -> str:
    """Each temperature with its interval from the same model, and the difference to the present plan in words."""
    if asked is None:
        return ""
    if asked.expires_at and asked.expires_at.timestamp() < there:
        return f"<p>{view.tr('The last answer is too old.')}</p>"
    if asked.why or not asked.holds:
        why = in_words(asked.why, asked.message, view)
        return f"<p>{escape(why or view.tr('The model has no answer.'))}</p>"
    now_c = asked.target_c if asked.target_c is not None else asked.beer_c
    plan = asked.planned.complete_at if asked.planned else None
    lines = [_hold(hold, now_c, plan, view) for hold in asked.holds]
    return lanes(view.tr("temperature"), view.tr("against the plan"), lines, there, view)


def _hold(hold: HoldPayload, now_c: float | None, plan: Times | None, view: View) -> Line:
    apart_c = 0.0 if now_c is None else hold.hold_c - now_c
    same = now_c is not None and abs(apart_c) < SAME_C
    apart = view.apart(apart_c)
    moved = view.tr("{degrees} warmer", degrees=apart) if apart_c > 0 else view.tr("{degrees} colder", degrees=apart)
    note = view.tr("as now") if same else moved
    verdict = sooner(hold.complete_at.p50, plan.p50, view) if plan else ""
    return Line(view.degrees(hold.hold_c), "" if now_c is None else note, hold.complete_at, verdict, same)


def held(tank: Tank, there: float, view: View) -> str:
    """Earlier forecasts, the oldest first, and the present one last: a good forecast narrows and does not move. Once
    the batch is complete all of them are judged by when it was, and no longer move with the clock."""
    curve, forecast = tank.curve, tank.forecast
    if curve is None or curve.started_at is None or not curve.earlier:
        return ""
    if forecast is None or forecast.complete_at is None:
        return ""
    start_s = curve.started_at.timestamp()
    if is_complete(forecast):
        completed_at = completion_of(tank)
        if completed_at is None:
            return ""
        truth = Times(p10=completed_at, p50=completed_at, p90=completed_at)
        earlier = [one for one in curve.earlier if start_s + HOUR_S * one.at_h < completed_at.timestamp()]
        lines = [_earlier(one, start_s, truth, there, view) for one in earlier]
        last = Line(view.tr("complete"), "", truth, "", emphasis=True)
        return lanes(view.tr("said"), view.tr("it was"), [*lines, last], start_s, view) if lines else ""
    lines = [_earlier(one, start_s, forecast.complete_at, there, view) for one in curve.earlier]
    now = Line(view.tr("now"), "", forecast.complete_at, "", emphasis=True)
    return lanes(view.tr("said"), view.tr("now it is"), [*lines, now], there, view)


def completion_of(tank: Tank) -> datetime | None:
    """When a batch that is complete was so: as the cellar marked it, else when its gravity had come down for good to
    `COMPLETE_ABOVE_TERMINAL` above the gravity at which it stands now."""
    curve = tank.curve
    if curve is None or curve.started_at is None:
        return None
    start_s = curve.started_at.timestamp()
    marked = [mark.hours for mark in curve.marks if mark.kind == "complete"]
    if marked:
        return _at(start_s, marked[0])
    hours, gravities = curve.measured.hours, curve.measured.sg
    if len(gravities) < 3:
        return None
    smooth = [median(gravities[max(0, n - 1) : n + 2]) for n in range(len(gravities))]
    level_sg = median(smooth[-max(3, len(smooth) // 10) :]) + COMPLETE_ABOVE_TERMINAL
    above = [n for n, sg in enumerate(smooth) if sg > level_sg]
    if not above or above[-1] + 1 >= len(hours):
        return None
    before, after = above[-1], above[-1] + 1
    share = (smooth[before] - level_sg) / max(1e-9, smooth[before] - smooth[after])
    return _at(start_s, hours[before] + min(1.0, share) * (hours[after] - hours[before]))


def _earlier(past: EarlierPayload, start_s: float, now: Times, there: float, view: View) -> Line:
    ends = past.complete_h
    times = Times(p10=_at(start_s, ends.p10), p50=_at(start_s, ends.p50), p90=_at(start_s, ends.p90))
    inside = times.p10 <= now.p50 <= times.p90
    change = sooner(now.p50, times.p50, view)
    within = view.tr("within its interval") if inside else view.tr("outside its interval")
    verdict = f"{change}, {within}"
    at = _at(start_s, past.at_h)
    return Line(moment(at, there, view, HOUR_S), "", times, verdict, made_at=at.timestamp())


def _at(start_s: float, hours: float) -> datetime:
    return datetime.fromtimestamp(start_s + HOUR_S * hours, UTC)


def lanes(first: str, last: str, lines: Sequence[Line], there: float, view: View) -> str:
    """A table whose second column draws each interval on an axis that all share."""
    begin = min(there, *(line.times.p10.timestamp() for line in lines))
    likely = max(lines[-1].times.p90, *(line.times.p50 for line in lines)).timestamp()
    latest = max(line.times.p90 for line in lines).timestamp()
    span_s = max(3600.0, min(latest - begin, LONGEST * (likely - begin)))

    def percent(at: datetime) -> float:
        return 100.0 * (at.timestamp() - begin) / span_s

    now = min(100.0, 100.0 * (there - begin) / span_s)
    rows = "".join(row(line, percent, now, there, view) for line in lines)
    return (
        f'<table class="b-table b-lanes"><thead><tr><th scope="col">{first}</th><th scope="col">{view.tr("done")}</th>'
        f'<th scope="col">{last}</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def row(line: Line, percent: Callable[[datetime], float], now: float, there: float, view: View) -> str:
    """The bar, and the same in words."""
    early, likely, late = percent(line.times.p10), percent(line.times.p50), percent(line.times.p90)
    likely_at = moment(line.times.p50, there, view, fineness_s(line.times))
    beyond, late = (" b-beyond", 100.0) if late > 100.0 else ("", late)
    exact = line.times.p10 == line.times.p90
    interval = "" if exact else f", {between(line.times, there, view, line.made_at)}"
    note = f"<small>{line.note}</small>" if line.note else ""
    return (
        f'<tr{" class=b-plan" if line.emphasis else ""}><th scope="row">{line.name}{note}</th>'
        f'<td><div class="b-lane b-thin" aria-hidden="true"><i class="b-now" style="left:{now:.1f}%"></i>'
        f'<i class="b-bar b-bar-done{beyond}" style="left:{early:.1f}%;width:{max(NARROWEST, late - early):.1f}%"></i>'
        f'<i class="b-mark" style="left:{likely:.1f}%"></i></div>'
        f"<b>{likely_at}</b>{interval}</td><td>{line.verdict}</td></tr>"
    )
