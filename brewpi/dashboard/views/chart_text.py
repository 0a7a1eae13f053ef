"""The chart for who does not see it, and for who wants the numbers: a sentence, and a table."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from brewpi.dashboard.feed.board import Tank
from brewpi.dashboard.views.formatting import HOUR_S, View, fineness_s, moment
from brewpi.dashboard.views.sentences import in_words
from brewpi.mqtt.payloads import CurvePayload, MeasuredColumns

TABLE_ROWS = 24
NOTHING = CurvePayload(measured=MeasuredColumns())


def spoken(tank: Tank, view: View, there: float | None) -> str:
    """The chart in a sentence, for who does not see it."""
    seen, forecast = (tank.curve or NOTHING).measured, tank.forecast
    if not seen.sg:
        return view.tr("Chart of gravity and temperature: no reading yet.")
    text = view.tr(
        "Chart: gravity from {first} to {last} in {hours} h",
        first=view.gravity(seen.sg[0]), last=view.gravity(seen.sg[-1]), hours=f"{seen.hours[-1]:.0f}",
    )  # fmt: skip
    if forecast and forecast.final_sg and forecast.complete_at and there is not None:
        done = moment(forecast.complete_at.p50, there, view, fineness_s(forecast.complete_at))
        text += ", " + view.tr(
            "expected to end at {gravity}, complete {time}", gravity=view.gravity(forecast.final_sg.p50), time=done
        )
    return f"{text}. {view.tr('The same as a table below.')}"


def at_hours(tank: Tank, hours: float, view: View) -> str:
    """So many hours after the first reading, with its date."""
    start = tank.curve.started_at if tank.curve else None
    if start is None:
        return ""
    at = datetime.fromtimestamp(start.timestamp() + HOUR_S * hours, UTC)
    return moment(at, at.timestamp(), view, dated=True)


def table(tank: Tank, view: View, there: float) -> str:
    """What the chart shows, in at most `TABLE_ROWS` rows of the batch so far, and the marks."""
    curve = tank.curve or NOTHING
    start, seen = curve.started_at, curve.measured
    count = min(len(seen.hours), len(seen.sg))
    if start is None or not count:
        return f"<p>{view.tr('No reading yet.')}</p>"
    every = max(1, -(-count // TABLE_ROWS))
    picked = sorted({*range(0, count, every), count - 1})
    beer = [*seen.beer_c, *[None] * count]

    def when(hours: float) -> str:
        at = datetime.fromtimestamp(start.timestamp() + HOUR_S * hours, UTC)
        return moment(at, there, view)

    rows = "".join(
        f"<tr><th scope='row'>{when(seen.hours[i])}</th><td>{seen.hours[i]:.0f} h</td>"
        f"<td>{view.gravity(seen.sg[i])}</td><td>{view.degrees(beer[i])}</td></tr>"
        for i in picked
    )
    texts = ((mark.hours, in_words(mark.text, mark.message, view)) for mark in curve.marks)
    marks = "".join(f"<li>{when(at_h)}: {escape(text)}</li>" for at_h, text in texts)
    return (
        f"<table class='b-table'><thead><tr><th scope='col'>{view.tr('time')}</th>"
        f"<th scope='col'>{view.tr('since the start')}</th><th scope='col'>{view.tr('gravity')}</th>"
        f"<th scope='col'>{view.tr('beer')}</th></tr></thead><tbody>{rows}</tbody></table>"
        + (f"<ul>{marks}</ul>" if marks else "")
    )

