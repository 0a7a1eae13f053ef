"""What has been heard, as HTML: every word that came from a broker is escaped. Pure."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from brewpi.dashboard.model import Board, Tank, Units, coming, completion, day, moment

NEEDS = ("alarm", "stale", "asks", "warning", "well")
DAYS = 7


def whiteboard(board: Board, now: float, units: Units) -> str:
    """A card a tank, those who need someone first."""
    if not board.tanks:
        heard = "waits for the first tank to speak" if board.connected else "the broker does not answer"
        return f'<p class="b-empty">{heard}</p>'
    return "".join(card(board, tank, now, units) for tank in board.ordered(now))


def link(tank: Tank) -> str:
    """The address of a tank's page."""
    return f"/tank/{quote(tank.site, safe='')}/{quote(tank.name, safe='')}"


def named(board: Board, tank: Tank) -> str:
    """With its site where there are several."""
    several = len({site for site, _ in board.tanks}) > 1
    return f"{tank.site} / {tank.name}" if several else tank.name


def card(board: Board, tank: Tank, now: float, units: Units) -> str:
    """Readable from two metres: name, gravity, temperature; then when it is done."""
    stale = board.stale(tank, now)
    need = NEEDS[board.need(tank, now)]
    state = tank.state
    there = board.time_at(tank.site, now)
    done, between = completion(tank, there)
    lines = [f'<a class="b-card b-{need}{" b-old" if stale else ""}" href="{link(tank)}">']
    step = state.step if state and state.step else ""
    about = " · ".join(word for word in (day(tank, there), step) if word)
    lines.append(f'<span class="b-top"><b>{escape(named(board, tank))}</b><span>{escape(about)}</span></span>')
    if stale:
        lines.append(f'<span class="b-alarm" role="status">{escape(stale)}</span>')
    for alarm in state.alarms[:3] if state else []:
        lines.append(f'<span class="b-alarm" role="alert">{escape(alarm.text)}</span>')
    target = f" <small>→ {units.degrees(state.target_c)}</small>" if state and state.target_c is not None else ""
    lines.append(
        f'<span class="b-big"><span>{units.gravity(state.sg if state else None)}</span>'
        f"<span>{units.degrees(state.beer_c if state else None)}{target}</span></span>"
    )
    lines.append(f'<span class="b-done">{escape(done)}</span><span class="b-between">{escape(between)}</span>')
    lines.append(f'<span class="b-foot"><span>{escape(coming(tank, there))}</span>{output(tank)}</span></a>')
    return "".join(lines)


def output(tank: Tank) -> str:
    """What runs now, in a word as well as in a colour."""
    state = tank.state
    running = (
        [side for side, duty in (("heat", state.heat_duty), ("cool", state.cool_duty)) if duty > 0] if state else []
    )
    return "".join(f'<span class="b-out b-{side}">{side}</span>' for side in running)


def details(board: Board, tank: Tank, now: float, units: Units) -> str:
    """Beside the chart: alarms with what to do, why it waits, the drain's checklist, doses."""
    state = tank.state
    stale = board.stale(tank, now)
    parts = [f'<p class="b-alarm" role="status">{escape(stale)}</p>'] if stale else []
    if state is None:
        return "".join(parts)
    for alarm in state.alarms:
        seen = f" (seen by {escape(alarm.acknowledged_by)})" if alarm.acknowledged_by else ""
        todo = f"<br><small>{escape(alarm.todo)}</small>" if alarm.todo else ""
        parts.append(f'<p class="b-alarm" role="alert">{escape(alarm.text)}{seen}{todo}</p>')
    parts.append(f"<h2>Why</h2><p>{escape(state.why or '–')}</p>")
    if state.asks:
        asks = "".join(f"<li><b>{escape(ask.standing)}</b>: {escape(ask.text)}</li>" for ask in state.asks)
        parts.append(f"<h2>Waits for you</h2><ul>{asks}</ul>")
    said = tank.forecast
    if said:
        final = said.final_sg
        if final:
            ends = " to ".join(units.gravity(sg) for sg in (final.p90, final.p10))
            parts.append(f"<h2>Where it ends</h2><p>{units.gravity(final.p50)}, between {ends}</p>")
        stuck = "" if said.p_stuck is None else f"; chance that it sticks {said.p_stuck:.0%}"
        why = f" ({escape(said.why)})" if said.why else ""
        parts.append(f"<p>says the {escape(said.source)}{why}{stuck}</p>")
    if state.drain:
        ticks = "".join(
            f"<li>{'✔' if p.ok else '✘'} <b>{escape(p.name)}</b>: {escape(p.text)}</li>"
            for p in state.drain.permissives
        )
        drain = escape(f"{state.drain.state} {state.drain.why}")
        parts.append(f'<h2>Drain: {drain}</h2><ul class="b-ticks">{ticks}</ul>')
    if state.doses:
        doses = "".join(
            f"<li>dose {d.number}: {escape(d.standing)}, {d.given_ml:.0f} of {d.volume_ml:.0f} ml</li>"
            for d in state.doses
        )
        parts.append(f"<h2>Doses</h2><ul>{doses}</ul>")
    return "".join(parts)


def events(board: Board, tank: Tank, now: float) -> str:
    """The newest first, since this page's server began to listen."""
    there = board.time_at(tank.site, now)
    rows = "".join(
        f'<li class="b-ev-{escape(e.severity)}"><time>{moment(e.at, there)}</time> {escape(e.text)}</li>'
        for e in tank.events
    )
    return f"<h2>Events</h2><ul class='b-events'>{rows or '<li>none since the board began to listen</li>'}</ul>"


def schedule(board: Board, now: float) -> str:
    """The next seven days over all tanks: a bar from early to late, a mark where it is likely."""
    span = DAYS * 86_400.0
    rows = []
    for tank in board.ordered(now):
        there = board.time_at(tank.site, now)
        done, between = completion(tank, there)
        times = tank.forecast.complete_at if tank.forecast else None
        bar = ""
        if times and between and not between.startswith("said"):
            begin, likely, end = (
                100 * min(1.0, max(0.0, (at.timestamp() - there) / span)) for at in (times.p10, times.p50, times.p90)
            )
            if begin < 100:
                bar = f'<i class="b-bar" style="left:{begin:.1f}%;width:{max(0.5, end - begin):.1f}%"></i>'
            if likely < 100:
                bar += f'<i class="b-mark" style="left:{likely:.1f}%"></i>'
        text = escape(f"{done}, {between}" if between else done)
        rows.append(
            f'<tr><th scope="row"><a href="{link(tank)}">{escape(named(board, tank))}</a></th>'
            f'<td><div class="b-lane" role="img" aria-label="{text}">{bar}</div><small>{text}</small></td></tr>'
        )
    return f'<p>From now to seven days ahead.</p><table class="b-table b-week">{"".join(rows)}</table>'


def scorecard(board: Board) -> str:
    """How past forecasts turned out, by site."""
    if not board.scorecards:
        return "<p>No batch has been finished yet: the scorecard begins with the first <code>end_batch</code>.</p>"
    head = "<tr><th>said at</th><th>forecasts</th><th>median error</th><th>inside the 80 % interval</th></tr>"
    parts = []
    for site, card in sorted(board.scorecards.items()):
        rows = ""
        for name, f in (("all", card), *card.by_way.items()):
            error = "–" if f.median_abs_error_h is None else f"{f.median_abs_error_h:.1f} h"
            inside = "–" if f.inside_interval is None else f"{f.inside_interval:.0%}"
            rows += (
                f"<tr><th scope='row'>{escape(name)}</th><td>{f.forecasts}</td><td>{error}</td><td>{inside}</td></tr>"
            )
        parts.append(f"<h2>{escape(site)}: {card.batches} batches</h2><table class='b-table'>{head}{rows}</table>")
    return "".join(parts)
