"""One tank in full, beside its chart: what is wrong, why the step waits, the drain's checklist, doses, where it ends,
and what happened. Every word that came from a broker is escaped. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape

from brewpi.dashboard.feed.board import Board, Tank
from brewpi.dashboard.views.cards import absent
from brewpi.dashboard.views.formatting import HOUR_S, View, hours, moment, percent
from brewpi.mqtt.payloads import StatePayload
from brewpi.mqtt.state_payload import DosePayload
from brewpi.quantities import QUANTITIES, Quantity, published_rows

ON_THE_CARD = ("sg", "plato", "beer_c", "target_c", "target_goal_c", "heat_duty", "cool_duty")
SEVERITIES = ("info", "warning", "alarm")


def section(title: str, inner: str) -> str:
    """Nothing where there is nothing to say."""
    return f"<section><h2>{title}</h2>{inner}</section>" if inner else ""


def items(rows: Iterable[str], kind: str = "") -> str:
    """A list, or nothing."""
    inner = "".join(rows)
    return f'<ul class="{kind}">{inner}</ul>' if inner else ""


MET, UNMET, WAITS = ("✔", "met", "b-met"), ("✘", "not met", "b-unmet"), ("○", "waits", "b-waits")


def tick(sign_word_kind: tuple[str, str, str], text: str) -> str:
    """A line of a checklist: a sign for the eye, a word for the ear."""
    sign, word, kind = sign_word_kind
    return f'<li class="{kind}"><span aria-hidden="true">{sign}</span><span class="b-sr">{word}: </span> {text}</li>'


def details(board: Board, tank: Tank, now: float, view: View) -> str:
    """All of it but the log."""
    state, there = tank.state, board.time_at(tank.site, now)
    if state is None:
        return ""
    return "".join(
        (
            section("What is wrong", items(alarms(state), "b-alarms")),
            section("Waits for you", items(asks(state), "b-asks")),
            section("Why", why(state, there, view)),
            section("Where it ends", ending(tank, there, view)),
            section("Drain", drain(state)),
            section("Doses", items((dose(one, there, view) for one in state.doses), "b-doses")),
            section("Measured", also_measured(state, view)),
        )
    )


def alarms(state: StatePayload) -> Iterable[str]:
    """With what to do, and who has seen it."""
    for alarm in state.alarms:
        seen = f" Seen by {escape(alarm.acknowledged_by)}." if alarm.acknowledged_by else ""
        todo = f"<br>{escape(alarm.todo)}" if alarm.todo else ""
        kind = "alarm" if alarm.severity == "alarm" and not alarm.acknowledged_by else "warning"
        yield f'<li class="b-banner b-is-{kind}"><b>{escape(alarm.text)}</b>{todo}{seen}</li>'


def asks(state: StatePayload) -> Iterable[str]:
    """What stands before somebody."""
    return (f"<li><b>{escape(ask.standing)}</b>: {escape(ask.text)}</li>" for ask in state.asks)


def why(state: StatePayload, there: float, view: View) -> str:
    """The step, what each of its conditions waits for, and the sentence with the number that decided."""
    parts = []
    if state.step:
        since = f" since {moment(state.step_since, there, view.zone)}" if state.step_since else ""
        then = f", then <b>{escape(state.next_step)}</b>" if state.next_step else ""
        parts.append(f"<p>Step <b>{escape(state.step)}</b>{since}{then}.</p>")
    parts.append(items((tick(MET if c.met else WAITS, escape(c.text)) for c in state.conditions), "b-ticks"))
    parts.append(f'<p class="b-soft">{escape(state.why)}</p>' if state.why else "")
    return "".join(parts)


def ending(tank: Tank, there: float, view: View) -> str:
    """Terminal gravity, the rest cue, who says so, and how likely it is to stick."""
    said = tank.forecast
    if said is None:
        return ""
    parts = []
    if said.final_sg:
        low, high = (view.gravity(sg) for sg in (said.final_sg.p10, said.final_sg.p90))
        parts.append(f"<p>At <b>{view.gravity(said.final_sg.p50)}</b>, between {low} and {high}.</p>")
    if said.rest_at and said.expires_at.timestamp() >= there:
        low_h, high_h = ((at.timestamp() - there) / HOUR_S for at in (said.rest_at.p10, said.rest_at.p90))
        parts.append(f"<p>Rest cue {'reached' if high_h < 0.5 else f'in {hours(low_h, high_h)}'}.</p>")
    stuck = "" if said.p_stuck is None else f"; chance that it sticks within 48 h: {percent(said.p_stuck)}"
    reason = f" ({escape(said.why)})" if said.why else ""
    parts.append(f"<p>Says the {escape(said.source)}{reason}{stuck}.</p>")
    return "".join(parts)


def drain(state: StatePayload) -> str:
    """Where the transfer is, and its permissives as a checklist."""
    if state.drain is None:
        return ""
    reason = "" if state.drain.why == state.drain.state else f" {escape(state.drain.why)}"
    where = f"<b>{escape(state.drain.state)}</b>{reason}"
    lines = (
        tick(MET if p.ok else UNMET, f"<b>{escape(p.name)}</b>: {escape(p.text)}") for p in state.drain.permissives
    )
    return f"<p>{where}</p>{items(lines, 'b-ticks')}"


def dose(one: DosePayload, there: float, view: View) -> str:
    """ "dose 2: given, 409 of 409 ml, Tue 08:00"."""
    at = f", {moment(one.at, there, view.zone)}" if one.at else ""
    return (
        f"<li>dose {one.number}: <b>{escape(one.standing)}</b>, "
        f"{one.given_ml:.0f} of {one.volume_ml:.0f} ml{at}</li>"
    )


def also_measured(state: StatePayload, view: View) -> str:
    """Everything that the tank measures and that has no place on the card, switches too."""
    shown = (row for row in published_rows() if not row.binary and row.name not in ON_THE_CARD)
    return items((*(_measured(state, row, view) for row in shown), *_switches(state)))


def _measured(state: StatePayload, row: Quantity, view: View) -> str:
    """One row; nothing where the tank has no such sensor."""
    value = state.number(row)
    if value is not None:
        return f"<li>{escape(row.label)}: {view.value(row, value)}</li>"
    missed = row.name in state.stale_s and not (row.always and state.stale_s[row.name] is None)
    return f"<li>{escape(row.label)}: –{absent(state, row.name)}</li>" if missed else ""


def _switches(state: StatePayload) -> Iterable[str]:
    """By their rows' names; one that this board does not know by its own."""
    says = {True: "yes", False: "no", None: "unknown"}
    for name, closed in state.switches.items():
        label = QUANTITIES[name].label if name in QUANTITIES else name.replace("_", " ")
        yield f"<li>{escape(label)}: {says[closed]}</li>"


def events(tank: Tank, there: float, view: View) -> str:
    """The newest first: what was heard since the board began to listen, and the steps and doses of before, which the
    cellar keeps with the curve."""
    heard = {event.text for event in tank.events}
    happened = [(event.at.timestamp(), event.severity, event.text) for event in tank.events]
    if tank.curve and tank.curve.started_at:
        start_s = tank.curve.started_at.timestamp()
        marks = (mark for mark in tank.curve.marks if mark.text not in heard)
        happened += [(start_s + HOUR_S * mark.hours, "info", mark.text) for mark in marks]
    rows = (
        f'<li class="b-ev-{level if level in SEVERITIES else "info"}">'
        f"<time>{moment(datetime.fromtimestamp(at, UTC), there, view.zone)}</time> {severity(level)}{escape(text)}</li>"
        for at, level, text in sorted(happened, key=lambda one: -one[0])
    )
    return items(rows, "b-events") or "<p>Nothing since the board began to listen.</p>"


def severity(word: str) -> str:
    """In a word, not by its colour alone."""
    return f"<b>{word}:</b> " if word in SEVERITIES[1:] else ""
