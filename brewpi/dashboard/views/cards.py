"""A tank on the whiteboard, readable from two metres: every word that came from a broker is escaped. Pure."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from brewpi.dashboard.feed.board import NEEDS, Board, Tank
from brewpi.dashboard.views.formatting import LIKELY_STUCK, WAITING, View, ago, coming, completion, day, percent
from brewpi.mqtt.payloads import StatePayload

ALARMS_SHOWN = 2
SIGNS = {"heat": "▲", "cool": "▼", "idle": "–", "drain open": "▶", "stopped": "■"}  # never by colour alone


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


def body(board: Board, tank: Tank, now: float, view: View) -> str:
    """Alarms and questions first, then gravity and temperature, then when it is done and what comes next."""
    state, there = tank.state, board.time_at(tank.site, now)
    done, interval = completion(tank.forecast, there, view.zone)
    return "".join(
        (
            running(state),
            f'<p class="b-batch">{escape(batch(tank, there))}</p>',
            warnings(board, tank, now),
            measured(state, view),
            f'<div><p class="b-done">{escape(done)}</p><p class="b-between">{escape(interval)}{sticks(tank)}</p></div>',
            foot(state, coming(state, tank.forecast, there)),
        )
    )


def batch(tank: Tank, there: float) -> str:
    """ "Amber 27 · pale ale · day 3"; the tank's own name is not said twice."""
    said = tank.state.batch if tank.state else None
    name = said.name if said and said.name != tank.name else ""
    style = (said.style or said.medium or "") if said else ""
    return " · ".join(word for word in (name, style, day(tank.started_at, there)) if word)


def warnings(board: Board, tank: Tank, now: float) -> str:
    """Why this may be untrue, and what is wrong; the worst first."""
    stale = board.stale(tank, now)
    shown = [f'<p class="b-banner b-is-stale">{escape(stale)}</p>'] if stale else []
    raised = tank.state.alarms if tank.state else []
    alarms = sorted(raised, key=lambda a: (a.severity != "alarm", a.acknowledged_by is not None))
    for alarm in alarms[:ALARMS_SHOWN]:
        kind = "alarm" if alarm.severity == "alarm" and not alarm.acknowledged_by else "warning"
        seen = f" (seen by {escape(alarm.acknowledged_by)})" if alarm.acknowledged_by else ""
        shown.append(f'<p class="b-banner b-is-{kind}">{escape(alarm.text)}{seen}</p>')
    if len(alarms) > ALARMS_SHOWN:
        shown.append(f'<p class="b-more">and {len(alarms) - ALARMS_SHOWN} more</p>')
    waiting = [ask for ask in tank.state.asks if ask.standing in WAITING] if tank.state else []
    shown += [f'<p class="b-banner b-is-{ask.standing}">{escape(ask.text)}</p>' for ask in waiting]
    return "".join(shown)


def measured(state: StatePayload | None, view: View) -> str:
    """The two numbers one walks up to the board for; of one that is missing, how old the last is."""
    if state is None:
        return ""
    target = "" if state.target_c is None else f" <small>→ {view.number(state.target_c):.1f}</small>"
    gravity = f"{figure(view.gravity(state.sg))}{absent(state, 'sg')}"
    beer = f"{figure(view.degrees(state.beer_c))}{target}{absent(state, 'beer_c')}"
    return (
        f'<p class="b-big"><span><span class="b-sr">gravity </span>{gravity}</span>'
        f' <span><span class="b-sr">beer </span>{beer}</span></p>'
    )


def figure(text: str) -> str:
    """The number large, its unit small."""
    number, _, unit = text.partition(" ")
    return f"{number}<small> {unit}</small>" if unit else number


def absent(state: StatePayload, quantity: str) -> str:
    """Beside a dash: since when there is no such measurement."""
    if quantity not in state.stale_s:
        return ""
    age_s = state.stale_s[quantity]
    return f" <small>{'never measured' if age_s is None else f'last {ago(age_s)} ago'}</small>"


def foot(state: StatePayload | None, then: str) -> str:
    """The step, as a word of its own, and what comes next."""
    step = f'<b class="b-step">{escape(state.step)}</b>' if state and state.step else ""
    return f'<p class="b-foot">{" · ".join(word for word in (step, escape(then)) if word)}</p>'


def sticks(tank: Tank) -> str:
    """Only when it is likely enough to be looked at."""
    stuck = tank.forecast.p_stuck if tank.forecast else None
    return f' <b class="b-stuck">may stick: {percent(stuck)}</b>' if stuck and stuck >= LIKELY_STUCK else ""


def running(state: StatePayload | None) -> str:
    """What the outputs do, in a sign and a word as well as in a colour."""
    if state is None:
        return ""
    does = [side for side, duty in (("heat", state.heat_duty), ("cool", state.cool_duty)) if duty]
    if state.drain and state.drain.state == "open":
        does.append("drain open")
    chips = (f'<span class="b-out b-out-{word.split()[0]}">{SIGNS[word]} {word}</span>' for word in does or ["idle"])
    return f'<span class="b-outs">{"".join(chips)}</span>'


def summary(board: Board, now: float) -> str:
    """One sentence over all tanks: what a screen reader is told when it changes."""
    if not board.connected:
        return "No broker: everything shown is old."
    if not board.tanks:
        return "Waits for the first tank to speak."
    named: dict[int, list[str]] = {}
    for tank in board.ordered(now):
        named.setdefault(board.need(tank, now), []).append(board.named(tank))
    says = ("Alarm", "Silent", "Asks", "Warning")
    told = [f"{says[need]}: {escape(some(names))}." for need, names in sorted(named.items()) if need < len(says)]
    well = len(named.get(len(says), []))
    tanks = f"{len(board.tanks)} tank{'s' if len(board.tanks) > 1 else ''}"
    told.append(f"{well} of {tanks} well." if told else f"All is well: {tanks}.")
    return " ".join(told)


def some(names: list[str], most: int = 5) -> str:
    """The first few, and how many more."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
