"""The next seven days over all tanks: windows as bars, a mark where it is likely, so that brews and transfers can be
planned. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from math import inf

from brewpi.dashboard.feed.board import Board, Tank
from brewpi.dashboard.views.cards import batch, link, staleness
from brewpi.dashboard.views.formatting import View, between, completion, fineness_s, is_complete, moment
from brewpi.dashboard.views.language import weekdays
from brewpi.mqtt.payloads import ForecastPayload, Times

DAYS = 7
SPAN_S = DAYS * 86_400.0
ROOM_FOR_A_NAME = 8.0  # per cent
SAME_CLOCK_S = 600.0  # clocks of two sites that differ by less share an axis
NARROWEST = 0.6  # per cent: a bar that is still seen


def schedule(board: Board, now: float, view: View) -> str:
    """A row a tank, on one axis of local days."""
    if not board.tanks:
        return f'<p class="b-empty">{view.tr("No data from any tank yet.")}</p>'
    key = (
        f'<p class="b-key"><span><i class="b-swatch b-bar-done"></i> '
        f'{view.tr("done: eight times in ten within the bar, most likely at the mark")}</span> '
        f'<span><i class="b-swatch b-bar-rest"></i> {view.tr("rest cue")}</span></p>'
    )
    clocks: dict[int, list[Tank]] = {}
    for tank in sorted(board.tanks.values(), key=due):
        clocks.setdefault(round(board.ahead_s.get(tank.site, 0.0) / SAME_CLOCK_S), []).append(tank)
    return key + "".join(_table(board, tanks, now, view) for tanks in clocks.values())


def _table(board: Board, tanks: Sequence[Tank], now: float, view: View) -> str:
    """The tanks that live by one clock, on an axis of that clock's days."""
    there = board.time_at(tanks[0].site, now)
    rows = "".join(row(board, tank, now, view) for tank in tanks)
    names = "".join(
        f'<span style="left:{day.left:.2f}%;width:{day.width:.2f}%">{day.name}</span>' for day in days(there, view)
    )
    return (
        f'<table class="b-week"><thead><tr><th scope="col">{view.tr("tank")}</th>'
        f'<th scope="col"><span class="b-sr">{view.tr("seven days from now")}</span>'
        f'<div class="b-days" aria-hidden="true">{names}</div>'
        f"</th></tr></thead><tbody>{rows}</tbody></table>"
    )


@dataclass(frozen=True, slots=True)
class Day:
    """A local day of the axis: left and width in per cent, and its name where there is room for it."""

    left: float
    width: float
    name: str
    weekend: bool


def due(tank: Tank) -> tuple[float, str, str]:
    """What is done first comes first; a tank without a forecast comes last."""
    times = tank.forecast.complete_at if tank.forecast else None
    return (times.p50.timestamp() if times else inf), tank.site, tank.name


def days(now: float, view: View) -> Iterator[Day]:
    """From now to the seventh day."""
    begin = datetime.fromtimestamp(now, UTC).astimezone(view.zone)
    midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    for n in range(DAYS + 1):
        starts, ends = (_local(midnight, n + more, view) for more in (0, 1))
        left, right = (min(100.0, max(0.0, 100.0 * (at - now) / SPAN_S)) for at in (starts, ends))
        if right > left:
            noon = datetime.fromtimestamp((starts + ends) / 2, UTC).astimezone(view.zone)
            name = _name(noon, view) if right - left > ROOM_FOR_A_NAME else ""
            yield Day(left, right - left, name, noon.weekday() >= 5)


def _name(noon: datetime, view: View) -> str:
    """ "Tue 5", the number below the day where it is narrow."""
    return f"<b>{weekdays(view.language)[noon.weekday()]}</b> {noon.day}"


def _local(midnight: datetime, days_on: int, view: View) -> float:
    """The midnight so many days on: a day of the clock change has 23 or 25 hours."""
    if view.zone is None:
        return (midnight.replace(tzinfo=None) + timedelta(days=days_on)).timestamp()
    return (midnight + timedelta(days=days_on)).timestamp()


def row(board: Board, tank: Tank, now: float, view: View) -> str:
    """The tank's name, its lane, and the same in words."""
    there = board.time_at(tank.site, now)
    done, interval = completion(tank.forecast, there, view)
    forecast = tank.forecast
    bars, words = "", f"{done}, {interval}" if interval else done
    if tank.last_batch:
        words = view.tr("empty")
    elif forecast and forecast.complete_at and forecast.expires_at.timestamp() >= there:
        if not is_complete(forecast):
            bars += bar(forecast.complete_at, there, "done")
        bars += rest_bar(forecast, there)
        words += rest_words(forecast, there, view)
    stale = staleness(board, tank, now, view)
    old = " class=b-old" if stale else ""
    words = f"{stale}; {words}" if stale else words
    return (
        f'<tr{old}><th scope="row"><a href="{link(tank)}">{escape(board.named(tank))}</a>'
        f"<small>{escape(batch(tank, there, view))}</small></th>"
        f'<td><div class="b-lane" aria-hidden="true">{grid(there, view)}{bars}</div>'
        f"<p>{escape(words)}</p></td></tr>"
    )


def grid(now: float, view: View) -> str:
    """A line at each midnight; the days on which fewer people are there are tinted."""
    svg = ""
    for day in days(now, view):
        if day.weekend:
            svg += f'<i class="b-weekend" style="left:{day.left:.2f}%;width:{day.width:.2f}%"></i>'
        if day.left:
            svg += f'<i class="b-midnight" style="left:{day.left:.2f}%"></i>'
    return svg


def bar(times: Times, there: float, kind: str) -> str:
    """From early to late, with a mark where it is likely; what lies past the seventh day is cut."""
    early, likely, late = (100.0 * (at.timestamp() - there) / SPAN_S for at in (times.p10, times.p50, times.p90))
    if early >= 100.0:
        return ""
    left, right = max(0.0, early), min(100.0, late)
    beyond = " b-beyond" if late > 100.0 else ""
    place = f"left:{left:.2f}%;width:{max(NARROWEST, right - left):.2f}%"
    svg = f'<i class="b-bar b-bar-{kind}{beyond}" style="{place}"></i>'
    if likely < 100.0:
        svg += f'<i class="b-mark b-mark-{kind}" style="left:{max(0.0, likely):.2f}%"></i>'
    return svg


def rest_bar(forecast: ForecastPayload, there: float) -> str:
    """The rest cue, while it lies ahead."""
    rest = forecast.rest_at
    return bar(rest, there, "rest") if rest and rest.p90.timestamp() - there > 1800.0 else ""


def rest_words(forecast: ForecastPayload, there: float, view: View) -> str:
    """ "; rest cue Tue 08:00, between ..."."""
    rest = forecast.rest_at
    if rest is None or rest.p90.timestamp() - there <= 1800.0:
        return ""
    at = moment(rest.p50, there, view, fineness_s(rest))
    return f"; {view.tr('rest cue {when}', when=at)}, {between(rest, there, view)}"
