"""One tank in full, beside its chart: what is wrong, why the step waits, the drain's checklist, doses, where it ends,
and what happened. Every word that came from a broker is escaped. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape

from brewpi.dashboard.feed.board import Board, Tank
from brewpi.dashboard.views.cards import absent
from brewpi.dashboard.views.formatting import HOUR_S, WAITING, View, hours, moment, percent
from brewpi.dashboard.views.links import linked
from brewpi.dashboard.views.sentences import in_words, question, why_sentence
from brewpi.mqtt.payloads import StatePayload
from brewpi.mqtt.state_payload import ConditionPayload, DosePayload
from brewpi.quantities import QUANTITIES, Quantity, published_rows

ON_THE_CARD = ("sg", "plato", "beer_c", "target_c", "target_goal_c", "heat_duty", "cool_duty")
NOT_DUE = ("step", "stable", "forecast", "temperature")  # of a drain, before its step is reached
SEVERITIES = ("info", "warning", "alarm")


def section(title: str, inner: str) -> str:
    """Nothing where there is nothing to say."""
    return f"<section><h2>{title}</h2>{inner}</section>" if inner else ""


def items(rows: Iterable[str], kind: str = "") -> str:
    """An HTML list; nothing where there are no items."""
    inner = "".join(rows)
    return f'<ul class="{kind}">{inner}</ul>' if inner else ""


MET, UNMET, WAITS = ("✔", "met", "b-met"), ("✘", "not met", "b-unmet"), ("○", "waits", "b-waits")


def tick(sign_word_kind: tuple[str, str, str], html: str, view: View) -> str:
    """A line of a checklist: a sign for the eye, a word for the ear."""
    sign, word, kind = sign_word_kind
    text = view.tr(word)
    return f'<li class="{kind}"><span aria-hidden="true">{sign}</span><span class="b-sr">{text}: </span> {html}</li>'


def details(board: Board, tank: Tank, now: float, view: View) -> str:
    """All of it but the log."""
    state, there = tank.state, board.time_at(tank.site, now)
    if state is None:
        return ""
    return "".join(
        (
            section(view.tr("What is wrong"), items(alarms(state, view), "b-alarms")),
            section(view.tr("Why"), why(tank, state, there, view)),
            section(view.tr("Where it ends"), "" if tank.last_batch else ending(tank, there, view)),
            section(view.tr("Drain"), drain(state, view)),
            section(view.tr("Doses"), items((dose(one, there, view) for one in state.doses), "b-doses")),
            section(view.tr("Measured"), also_measured(state, view)),
            section(view.tr("Calibrated"), items(calibrated(state, there, view))),
        )
    )


def alarms(state: StatePayload, view: View) -> Iterable[str]:
    """With what to do, and who has seen it."""
    for alarm in state.alarms:
        by = alarm.acknowledged_by
        seen = f" {escape(view.tr('Seen by {name}.', name=by))}" if by else ""
        todo = f"<br>{escape(view.tr(alarm.todo))}" if alarm.todo else ""
        kind = "alarm" if alarm.severity == "alarm" and not by else "warning"
        text = escape(in_words(alarm.text, alarm.message, view))
        yield f'<li class="b-banner b-is-{kind}"><b>{text}</b>{todo}{seen}</li>'


def why(tank: Tank, state: StatePayload, there: float, view: View) -> str:
    """A sentence for the step and for each thing that it waits for or that is asked; the numbers are one touch away."""
    parts = []
    if state.step:
        step = f"<b>{escape(view.tr(state.step))}</b>"
        line = view.tr("Step {step}", step=step)
        if state.step_since:
            since = moment(state.step_since, there, view)
            line = view.tr("Step {step} since {time}", step=step, time=since)
        if state.next_step:
            line += ", " + view.tr("then {step}", step=f"<b>{escape(view.tr(state.next_step))}</b>")
        parts.append(f"<p>{line}.</p>")
    parts.append(items((awaited(tank, one, there, view) for one in state.conditions), "b-ticks"))
    quiet = ((view.tr(ask.standing), question(tank, ask, view)) for ask in state.asks if ask.standing not in WAITING)
    parts.append(items(f"<li><b>{escape(standing)}</b>: {escape(text)}</li>" for standing, text in quiet))
    inner = items(
        f"<li>{escape(text)}</li>"
        for text in (
            why_sentence(state, view),
            *(in_words(ask.text, ask.message, view) for ask in state.asks),
            *(in_words(c.text, c.message, view) for c in state.conditions),
        )
        if text
    )
    if inner:
        summary = view.tr("The numbers behind it")
        parts.append(f'<details class="b-numbers"><summary>{summary}</summary>{inner}</details>')
    return "".join(parts)


def awaited(tank: Tank, condition: ConditionPayload, there: float, view: View) -> str:
    """What a step waits for. Of the rest cue, which the model sees coming, how far ahead it is: enough may be
    attenuated long before."""
    text, forecast = in_words(condition.text, condition.message, view), tank.forecast
    waits = condition.kind == "rest_cue" and not condition.met
    if waits and forecast and forecast.rest_at and forecast.expires_at.timestamp() > there:
        early_h, late_h = ((at.timestamp() - there) / HOUR_S for at in (forecast.rest_at.p10, forecast.rest_at.p90))
        length = view.tr("in {length}", length=hours(early_h, late_h, view))
        text += f", {view.tr('rest cue {when}', when=length)}" if late_h >= 0.5 else ""
    return tick(MET if condition.met else WAITS, escape(text), view)


def ending(tank: Tank, there: float, view: View) -> str:
    """Terminal gravity, the rest cue, who says so, and how likely it is to stick."""
    forecast = tank.forecast
    if forecast is None:
        return ""
    parts = []
    if forecast.final_sg:
        low, high = (view.gravity(sg) for sg in (forecast.final_sg.p10, forecast.final_sg.p90))
        likely = f"<b>{view.gravity(forecast.final_sg.p50)}</b>"
        parts.append(f"<p>{view.tr('At {gravity}, between {low} and {high}.', gravity=likely, low=low, high=high)}</p>")
    if forecast.rest_at and forecast.expires_at.timestamp() >= there:
        low_h, high_h = ((at.timestamp() - there) / HOUR_S for at in (forecast.rest_at.p10, forecast.rest_at.p90))
        length = hours(low_h, high_h, view)
        cue = view.tr("Rest cue reached.") if high_h < 0.5 else view.tr("Rest cue in {length}.", length=length)
        parts.append(f"<p>{cue}</p>")
    who = view.tr("Says the {source}", source=escape(view.tr(forecast.source)))
    reason = f" ({escape(in_words(forecast.why, forecast.message, view))})" if forecast.why else ""
    stuck = ""
    if forecast.p_stuck is not None:
        stuck = "; " + view.tr("chance that it sticks within 48 h: {share}", share=percent(forecast.p_stuck, view))
    parts.append(f"<p>{who}{reason}{stuck}.</p>")
    return "".join(parts)


def drain(state: StatePayload, view: View) -> str:
    """Where the transfer is, and its permissives as a checklist: a cross only for what is wrong, not for what is not
    due yet."""
    if state.drain is None:
        return ""
    why_ = in_words(state.drain.why, state.drain.message, view)
    reason = "" if state.drain.why == state.drain.state else f" {escape(why_)}"
    due = not any(p.name == "step" and not p.ok for p in state.drain.permissives)
    lines = (
        tick(
            MET if p.ok else UNMET if due or p.name not in NOT_DUE else WAITS,
            f"<b>{escape(view.tr(p.name))}</b>: {escape(in_words(p.text, p.message, view))}",
            view,
        )
        for p in state.drain.permissives
    )
    return f"<p><b>{escape(view.tr(state.drain.state))}</b>{reason}</p>{items(lines, 'b-ticks')}"


def dose(one: DosePayload, there: float, view: View) -> str:
    """ "dose 2: given, 409 of 409 ml, Tue 08:00"."""
    at = f", {moment(one.at, there, view)}" if one.at else ""
    standing = f"<b>{escape(view.tr(one.standing.replace('_', ' ')))}</b>"
    line = view.tr(
        "dose {number}: {standing}, {given} of {volume} ml",
        number=one.number, standing=standing, given=f"{one.given_ml:.0f}", volume=f"{one.volume_ml:.0f}",
    )  # fmt: skip
    return f"<li>{line}{at}</li>"


def also_measured(state: StatePayload, view: View) -> str:
    """Everything that the tank measures and that has no place on the card, switches too."""
    shown = (row for row in published_rows() if not row.binary and row.name not in ON_THE_CARD)
    return items((*(_measured(state, row, view) for row in shown), *_switches(state, view)))


def calibrated(state: StatePayload, there: float, view: View) -> Iterable[str]:
    """Sensors that are believed to read something else than they do: who said so, and when."""
    for one in state.sensors:
        if one.calibration is None or one.quantity not in QUANTITIES:
            continue
        row = QUANTITIES[one.quantity]
        who = view.tr("by {name}", name=one.by) if one.by else view.tr("by the config")
        since = f", {moment(one.since, there, view)}" if one.since else ""
        line = view.tr(
            "{sensor}, {label}: reads {read}, taken as {value}", sensor=one.sensor, label=view.tr(row.label),
            read=view.value(row, one.raw), value=view.value(row, one.value),
        )  # fmt: skip
        yield f"<li>{escape(line)} ({escape(who)}{escape(since)})</li>"


def _measured(state: StatePayload, row: Quantity, view: View) -> str:
    """One row; nothing where the tank has no such sensor."""
    value, label = state.number(row), escape(view.tr(row.label))
    if value is not None:
        return f"<li>{label}: {view.value(row, value)}</li>"
    missed = row.name in state.stale_s and not (row.always and state.stale_s[row.name] is None)
    return f"<li>{label}: –{absent(state, row.name, view)}</li>" if missed else ""


def _switches(state: StatePayload, view: View) -> Iterable[str]:
    """By their rows' names; one that this board does not know by its own."""
    rows = {row.name: row for row in published_rows()}
    says = {True: view.tr("yes"), False: view.tr("no"), None: view.tr("unknown")}
    for name, closed in state.switches.items():
        label = rows[name].label if name in rows else name.replace("_", " ")
        yield f"<li>{escape(view.tr(label))}: {says[closed]}</li>"


def events(tank: Tank, there: float, view: View) -> str:
    """The newest first: what was heard since the board began to listen, and the steps and doses of before, which the
    cellar keeps with the curve."""
    heard = {event.text for event in tank.events}
    happened = [(e.at.timestamp(), e.severity, in_words(e.text, e.message, view)) for e in tank.events]
    if tank.curve and tank.curve.started_at:
        start_s = tank.curve.started_at.timestamp()
        marks = (mark for mark in tank.curve.marks if mark.text not in heard)
        happened += [(start_s + HOUR_S * mark.hours, "info", in_words(mark.text, mark.message, view)) for mark in marks]
    rows = (
        f'<li class="b-ev-{level if level in SEVERITIES else "info"}">'
        f"<time>{moment(datetime.fromtimestamp(at, UTC), there, view)}</time> "
        f"{severity(level, view)}{linked(text)}</li>"
        for at, level, text in sorted(happened, key=lambda one: -one[0])
    )
    return items(rows, "b-events") or f"<p>{view.tr('Nothing since the board began to listen.')}</p>"


def severity(word: str, view: View) -> str:
    """In a word, not by its colour alone."""
    return f"<b>{view.tr(word)}:</b> " if word in SEVERITIES[1:] else ""
