"""A tank on the whiteboard, readable from two metres: every word that came from a broker is escaped. Pure."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from brewpi.dashboard.feed.board import NEEDS, Board, Tank, is_seen_of_cellar
from brewpi.dashboard.views.formatting import (
    ENGLISH,
    HOUR_S,
    LIKELY_STUCK,
    WAITING,
    View,
    ago,
    completion,
    day,
    due_in,
    hours,
    is_complete,
    moment,
    percent,
)
from brewpi.dashboard.views.sentences import in_words, question, reason
from brewpi.dashboard.views.units import NO_BREAK
from brewpi.mqtt.payloads import StatePayload

ALARMS_SHOWN = 2
# Tanks in the one sentence over all: nobody scrolls a television, so each with an alarm that nobody has seen is named.
ALARMS_NAMED, OTHERS_NAMED = 60, 5
PHASES = {  # where a batch is in its life, as one says it at the tank
    "empty": "empty", "filled": "not fermenting yet", "fermenting": "fermenting", "done": "fermentation complete",
    "stuck": "stuck", "emptied": "emptied?", "unknown": "nobody knows what is in it",
}  # fmt: skip
SIGNS = {"heat": "▲", "cool": "▼", "idle": "–", "drain open": "▶"}  # never by colour alone


def link(tank: Tank) -> str:
    """The address of a tank's page."""
    return f"/tank/{quote(tank.site, safe='')}/{quote(tank.name, safe='')}"


def classes(board: Board, tank: Tank, now: float) -> str:
    """What a card looks like: how much it needs somebody, and whether it can be believed."""
    old = " b-old" if board.stale(tank, now) else ""
    return f"b-card b-need-{NEEDS[board.need(tank, now)]}{old}"


def heading(board: Board, tank: Tank) -> str:
    """The name, which is also the way to the tank's page."""
    return f'<a href="{link(tank)}">{escape(board.named(tank))}</a>'


def body(board: Board, tank: Tank, now: float, view: View, questions: bool = True) -> str:
    """Alarms and questions first, then gravity and temperature, then when it is done and what comes next."""
    state, there = tank.state, board.time_at(tank.site, now)
    words = escape(batch(tank, there, view)), phase(tank, view)
    return "".join(
        (
            f'<div class="b-top">{running(state, view)}<p class="b-batch">{" · ".join(filter(None, words))}</p></div>',
            warnings(board, tank, now, view),
            asked(tank, view) if questions else "",
            measured(state, view),
            when(tank, there, view),
            foot(state, coming(tank, there, view), view),
        )
    )


def batch(tank: Tank, there: float, view: View = ENGLISH) -> str:
    """ "Amber 27 · pale ale · day 3"; the tank's own name is not said twice. Of an empty tank what was in it."""
    last = tank.last_batch
    if last:
        name = last.name or view.tr("a batch")
        return view.tr("last: {batch}", batch=" · ".join(word for word in (name, last.style or "") if word))
    known = tank.state.batch if tank.state else None
    name = known.name if known and known.name != tank.name else ""
    style = view.tr(known.style or known.medium or "") if known and (known.style or known.medium) else ""
    return " · ".join(word for word in (name, style, day(tank.started_at, there, view)) if word)


def phase(tank: Tank, view: View) -> str:
    """Where the batch is in its life, in words; an empty tank with a past says so below, with since when."""
    found = tank.state.phase if tank.state else None
    if found not in PHASES or (found == "empty" and tank.last_batch):
        return ""
    return f'<span class="b-phase b-phase-{found}">{escape(view.tr(PHASES[found]))}</span>'


def warnings(board: Board, tank: Tank, now: float, view: View) -> str:
    """Why this may be untrue, and what is wrong; the worst first."""
    stale = staleness(board, tank, now, view)
    shown = [banner("stale", view.tr("Old"), escape(stale))] if stale else []
    raised = tank.state.alarms if tank.state else []
    alarms = sorted(
        raised, key=lambda a: (is_seen_of_cellar(a), a.severity != "alarm", a.acknowledged_by is not None)
    )
    for alarm in alarms[:ALARMS_SHOWN]:
        grave = alarm.severity == "alarm" and not alarm.acknowledged_by
        by = alarm.acknowledged_by
        seen = f" ({escape(view.tr('seen by {name}', name=by))})" if by else ""
        word = view.tr("Alarm") if grave else view.tr("Warning")
        text = escape(in_words(alarm.text, alarm.message, view)) + seen
        shown.append(banner("alarm" if grave else "warning", word, text))
    if len(alarms) > ALARMS_SHOWN:
        more = view.tr("and {number} more", number=len(alarms) - ALARMS_SHOWN)
        shown.append(f'<p class="b-more">{more}</p>')
    return "".join(shown)


def asked(tank: Tank, view: View) -> str:
    """What waits for an answer, and why it is asked."""
    shown = []
    for ask in tank.state.asks if tank.state else []:
        if ask.standing in WAITING:
            word = view.tr("Asks") if ask.standing == "asked" else view.tr("Unless vetoed")
            because = reason(ask, view)
            small = f" <small>{escape(because)}</small>" if because else ""
            text = f"<b>{escape(question(tank, ask, view))}</b>{small}"
            shown.append(banner(ask.standing, word, text))
    return "".join(shown)


def banner(kind: str, word: str, html: str) -> str:
    """A coloured line with its kind as a word."""
    signs = {"alarm": "✖", "warning": "!", "stale": "◌", "asked": "?", "announced": "…"}
    sign = f'<b class="b-kind"><span aria-hidden="true">{signs[kind]}</span> {escape(word)}</b>'
    return f'<p class="b-banner b-is-{kind}">{sign} {html}</p>'


def staleness(board: Board, tank: Tank, now: float, view: View) -> str:
    """Why what is shown of a tank may be untrue, and how old it is; nothing if it is fresh."""
    match board.stale(tank, now):
        case None:
            return ""
        case "unheard":
            return view.tr("nothing heard yet")
        case "broker":
            return view.tr("no broker: this is {age} old", age=ago(now - tank.received_at, view))
        case "service":
            return view.tr("the cellar's service is gone: this is {age} old", age=ago(now - tank.received_at, view))
    return view.tr("silent: this is {age} old", age=ago(now - tank.received_at, view))


def measured(state: StatePayload | None, view: View) -> str:
    """The two numbers one walks up to the board for; of one that is missing, how old the last is."""
    if state is None:
        return ""
    target = "" if state.target_c is None else f" <small>→ {view.decimal(view.number(state.target_c), 1)}</small>"
    gravity = f"{figure(view.gravity(state.sg))}{absent(state, 'sg', view)}"
    beer = f"{figure(view.degrees(state.beer_c))}{target}{absent(state, 'beer_c', view)}"
    return (
        f'<p class="b-big"><span><span class="b-sr">{view.tr("gravity")} </span>{gravity}</span>'
        f' <span><span class="b-sr">{view.tr("beer")} </span>{beer}</span></p>'
    )


def figure(text: str) -> str:
    """The number large, its unit small."""
    number, _, unit = text.partition(NO_BREAK)
    return f"{number}<small>{NO_BREAK}{unit}</small>" if unit else number


def absent(state: StatePayload, quantity: str, view: View = ENGLISH) -> str:
    """Beside a dash: since when there is no such measurement."""
    if quantity not in state.stale_s:
        return ""
    age_s = state.stale_s[quantity]
    if age_s is None:
        return f" <small>{view.tr('never measured')}</small>"
    return f" <small>{view.tr('last {age} ago', age=ago(age_s, view))}</small>"


def when(tank: Tank, there: float, view: View) -> str:
    """When it is done, how far that is ahead, and the interval."""
    last = tank.last_batch
    if last:
        since = moment(last.ended_at, there, view) if last.ended_at else ""
        text = view.tr("empty since {time}", time=since) if since else view.tr("empty")
        return f'<div><p class="b-done">{escape(text)}</p><p class="b-between"></p></div>'
    done, interval = completion(tank.forecast, there, view)
    ahead = due_in(tank.forecast, there, view)
    small = f" <small>{escape(ahead)}</small>" if ahead else ""
    return (
        f'<div><p class="b-done">{escape(done)}{small}</p>'
        f'<p class="b-between">{escape(interval)}{sticks(tank, view)}</p></div>'
    )


def coming(tank: Tank, there: float, view: View) -> str:
    """What happens next, and when as an interval: what is advised, else the next step or the rest cue."""
    state, forecast = tank.state, tank.forecast
    quiet = [ask for ask in state.asks if ask.standing not in WAITING] if state else []
    if quiet:
        return f"{view.tr(quiet[0].standing)}: {question(tank, quiet[0], view)}"
    following = view.tr(state.next_step) if state and state.next_step else ""
    then = view.tr("then {step}", step=following) if following else ""
    goes_on = forecast is not None and forecast.expires_at.timestamp() >= there and not is_complete(forecast)
    rest = forecast.rest_at if forecast and goes_on else None
    if rest is None or tank.last_batch:
        return then
    late_h = (rest.p90.timestamp() - there) / HOUR_S
    length = view.tr("in {length}", length=hours((rest.p10.timestamp() - there) / HOUR_S, late_h, view))
    if state and following and {c.kind for c in state.conditions if not c.met} == {"rest_cue"}:
        return f"{following} {length}"
    cue = view.tr("rest cue {when}", when=length) if late_h >= 0.5 else view.tr("rest cue reached")
    return f"{then} · {cue}" if then else cue


def foot(state: StatePayload | None, then: str, view: View) -> str:
    """The step, as a word of its own, and what comes next."""
    step = f'<b class="b-step">{escape(view.tr(state.step))}</b>' if state and state.step else ""
    return f'<p class="b-foot">{" · ".join(word for word in (step, escape(then)) if word)}</p>'


def sticks(tank: Tank, view: View) -> str:
    """Only when it is likely enough to be looked at."""
    stuck = tank.forecast.p_stuck if tank.forecast else None
    if not stuck or stuck < LIKELY_STUCK:
        return ""
    return f' <b class="b-stuck">{view.tr("may stick: {share}", share=percent(stuck, view))}</b>'


def running(state: StatePayload | None, view: View) -> str:
    """What the outputs do, in a sign and a word as well as in a colour."""
    if state is None:
        return ""
    does = [side for side, duty in (("heat", state.heat_duty), ("cool", state.cool_duty)) if duty]
    if state.drain and state.drain.state == "open":
        does.append("drain open")
    chips = (
        f'<span class="b-out b-out-{word.split()[0]}">{SIGNS[word]} {view.tr(word)}</span>' for word in does or ["idle"]
    )
    return f'<span class="b-outs">{"".join(chips)}</span>'


def summary(board: Board, now: float, view: View = ENGLISH) -> str:
    """One sentence over all tanks: what a screen reader is told when it changes."""
    if not board.connected:
        return view.tr("No broker: everything shown is old.")
    if not board.tanks:
        return view.tr("No data from any tank yet.")
    named: dict[int, list[str]] = {}
    for tank in board.ordered(now):
        named.setdefault(board.need(tank, now), []).append(board.named(tank))
    says = (view.tr("Alarm"), view.tr("Silent"), view.tr("Asks"), view.tr("Warning"))
    shown = [
        f"{says[need]}: {escape(some(names, view, OTHERS_NAMED if need else ALARMS_NAMED))}."
        for need, names in sorted(named.items())
        if need < len(says)
    ]
    tanks = view.trn("{count} tank", "{count} tanks", len(board.tanks))
    if not shown:
        return view.tr("All is well: {tanks}.", tanks=tanks)
    shown.append(view.tr("{number} of {tanks} well.", number=len(named.get(len(says), [])), tanks=tanks))
    return " ".join(shown)


def some(names: list[str], view: View, most: int) -> str:
    """The first few, and how many more."""
    more = f" {view.tr('and {number} more', number=len(names) - most)}" if len(names) > most else ""
    return ", ".join(names[:most]) + more
