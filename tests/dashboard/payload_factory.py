"""What a cellar says to a board, made by hand."""

from __future__ import annotations

import json
from datetime import UTC

from brewpi.dashboard.feed.board import Board, Tank
from brewpi.dashboard.views import cards
from brewpi.dashboard.views.formatting import View
from brewpi.dashboard.views.render_cache import RenderCache
from brewpi.hardware.plug_context import Message
from brewpi.mqtt.topics import iso

NO_BREAK = "\N{NO-BREAK SPACE}"  # between a number and its unit
NOW = 1_779_001_200.0  # Sun 17 May 2026 07:00 UTC
READER = View(zone=UTC)


def say(board: Board, topic: str, payload: object, at: float = NOW, retained: bool = True) -> None:
    body = payload if isinstance(payload, str) else json.dumps(payload)
    board.receive([Message(f"brewpi/cellar/{topic}", body.encode(), retained, at)])


def board_of(*tanks: str) -> Board:
    board = Board()
    board.connected = True
    say(board, "availability", "online")
    for tank in tanks:
        say(board, f"{tank}/state", state())
    return board


def fv1(board: Board) -> Tank:
    return board.tanks["cellar", "fv1"]


def state(at: float = NOW, **more: object) -> dict[str, object]:
    return {"at": iso(at), "sg": 1.0234, "beer_c": 18.9, "target_c": 19.0, "step": "hold", "why": "hold", **more}


def times(p10: float, p50: float, p90: float) -> dict[str, str]:
    return {name: iso(NOW + 3600 * h) for name, h in (("p10", p10), ("p50", p50), ("p90", p90))}


def forecast(p10: float, p50: float, p90: float, rest: object = None, **more: object) -> dict[str, object]:
    return {
        "at": iso(NOW), "expires_at": iso(NOW + 3600), "source": "model", "complete_at": times(p10, p50, p90),
        "rest_at": rest, **more,
    }  # fmt: skip


def curve(hours: int = 48, **more: object) -> dict[str, object]:
    """Two days of falling gravity, and a band of a day."""
    falling, beer_c = [1.05 - 0.0005 * h for h in range(hours)], [None, *[19.0] * (hours - 1)]
    measured = {"hours": list(range(hours)), "sg": falling, "beer_c": beer_c}
    ahead = {"hours": [hours, hours + 24], "sg_p10": [1.026, 1.010], "sg_p50": [1.026, 1.015], "sg_p90": [1.026, 1.02]}
    return {"started_at": iso(NOW - 3600 * hours), "measured": measured, "forecast": ahead, **more}


def wall(board: Board, now: float = NOW, view: View = READER) -> str:
    """The whiteboard, all cards one after the other."""
    drawn = RenderCache(board)
    html = ""
    for tank in drawn.order(now):
        card = drawn.card(tank, now, view)
        html += f'<li class="{card.classes}">{card.heading}{card.body}{card.spark}</li>'
    return cards.summary(board, now) + html
