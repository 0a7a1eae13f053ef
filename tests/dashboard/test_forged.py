"""Whatever anybody sends to the broker, the board goes on for everybody."""

from __future__ import annotations

import pytest
from forging import forged, golden
from payload_factory import NOW, READER, board_of, say, state, wall

from brewpi.dashboard.feed.board import Board
from brewpi.dashboard.feed.forecast_history import tables
from brewpi.dashboard.feed.metrics import exposition
from brewpi.dashboard.views import cards, chart, chart_text, schedule, scores
from brewpi.dashboard.views.details import details, events
from brewpi.dashboard.views.formatting import View
from brewpi.hardware.plug_context import Message
from brewpi.mqtt.payloads import TOPICS, read

IMPERIAL = View(plato=True, fahrenheit=True, zone=READER.zone)


def draw(board: Board, view: View) -> None:
    """Every page and every number of it."""
    assert wall(board, NOW, view)
    assert schedule.schedule(board, NOW, view)
    for tank in board.tanks.values():
        there = board.time_at(tank.site, NOW)
        details(board, tank, NOW, view)
        events(tank, there, view)
        tables(tank, there, view)
        chart.options(tank, view, there)
        chart_text.spoken(tank, view, there)
        chart_text.table(tank, view, there)
    scores.scorecard(board)
    exposition(board, NOW)


@pytest.mark.parametrize("word", TOPICS)
def test_a_forged_message_keeps_no_page_from_being_drawn(word: str):
    board = board_of("fv1", "fv2")
    for other in ("state", "forecast", "curve", "what_if"):
        say(board, f"fv1/{other}", golden(other)[0], retained=False)
    usual = cards.body(board, board.tanks["cellar", "fv2"], NOW, READER)
    topic = "brewpi/cellar/scorecard" if word == "scorecard" else f"brewpi/cellar/fv1/{word}"
    drawn: set[str] = set()
    messages = list(forged(word))
    for payload in messages:
        board.receive([Message(topic, payload, True, NOW)])
        understood = read(TOPICS[word], payload)
        if understood is None or understood.json_text() in drawn:  # what is refused is on no page
            continue
        drawn.add(understood.json_text())
        say(board, "fv2/state", state())
        draw(board, (READER, IMPERIAL)[len(drawn) % 2])
        assert cards.body(board, board.tanks["cellar", "fv2"], NOW, READER) == usual
    assert len(messages) > 40
    assert len(drawn) > 10
