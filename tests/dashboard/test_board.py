import json
import tracemalloc
from datetime import timedelta
from pathlib import Path

from payload_factory import NOW, READER, board_of, curve, forecast, fv1, say, state, wall

from brewpi.dashboard.views import cards
from brewpi.dashboard.views.render_cache import HELD_S, RenderCache
from brewpi.hardware.plug_context import Message
from brewpi.mqtt.payloads import CurvePayload, read
from brewpi.mqtt.topics import iso


def test_a_service_that_dies_turns_its_cards_stale_and_recovers():
    board = board_of("fv1")
    assert "b-old" not in wall(board)
    say(board, "availability", "offline")
    assert "b-old" in wall(board, NOW + 40)
    assert "service is gone: this is 40 s old" in wall(board, NOW + 40)
    say(board, "availability", "online")
    assert "b-old" not in wall(board)


def test_a_service_that_goes_on_speaking_is_not_gone_whoever_says_so():
    board = board_of("fv1")
    say(board, "availability", "offline", at=NOW + 1)
    say(board, "fv1/state", state(), at=NOW + 0.5, retained=False)  # said before it left
    assert board.stale(fv1(board), NOW + 2)
    say(board, "fv1/state", state(at=NOW + 3), at=NOW + 3, retained=False)
    assert board.stale(fv1(board), NOW + 4) is None


def test_a_service_that_hangs_and_a_broker_that_is_away_show_too():
    board = board_of("fv1")
    assert "silent: this is 5 min old" in wall(board, NOW + 300)
    board.connected = False
    assert "no broker: this is 20 s old" in wall(board, NOW + 20)


def test_what_a_broker_repeats_of_a_cellar_that_is_long_gone_is_old():
    board = board_of()
    say(board, "fv1/state", state(at=NOW - 86_400 * 3))
    assert "this is 3 d old" in wall(board)


def test_a_site_is_judged_by_its_own_clock():
    board, ahead_s = board_of("fv1"), 10 * 86_400.0
    now = NOW + 600
    say(board, "fv1/state", state(at=now + ahead_s), at=now, retained=False)
    assert board.stale(fv1(board), now) is None
    assert board.time_at("cellar", now + 5) == now + 5 + ahead_s
    assert board.stale(fv1(board), now + 200) == "silent"


def test_who_needs_someone_comes_first_and_is_named_first():
    board = board_of("calm", "warns", "asks", "old", "burns")
    alarm = {"key": "k", "severity": "warning", "text": "look"}
    say(board, "warns/state", state(alarms=[alarm]))
    say(board, "burns/state", state(alarms=[{**alarm, "severity": "alarm"}]))
    say(board, "old/state", state(at=NOW - 3600))
    ask = {"key": "rise", "action": "step", "standing": "asked", "text": "primary -> rise"}
    say(board, "asks/state", state(asks=[ask]))
    assert [tank.name for tank in board.ordered(NOW)] == ["burns", "old", "asks", "warns", "calm"]
    assert wall(board).startswith("Alarm: burns. Silent: old. Asks: asks. Warning: warns. 1 of 5 tanks well.")


def test_tanks_stand_in_the_order_that_people_count_them():
    board = board_of("fv10", "fv2", "fv1", "brite")
    assert [tank.name for tank in board.ordered(NOW)] == ["brite", "fv1", "fv2", "fv10"]


def test_an_alarm_that_somebody_has_seen_no_longer_comes_first():
    board = board_of("fv1", "fv2")
    seen = {"key": "k", "severity": "alarm", "text": "too warm", "acknowledged_by": "anna"}
    say(board, "fv1/state", state(alarms=[seen]))
    say(board, "fv2/state", state(alarms=[{**seen, "acknowledged_by": None}]))
    assert [tank.name for tank in board.ordered(NOW)] == ["fv2", "fv1"]
    assert "too warm (seen by anna)" in wall(board)


def test_what_the_whole_cellar_has_and_somebody_has_seen_stands_behind_what_a_tank_has_of_its_own():
    board = board_of("fv1", "fv2")
    drift = {"key": "model: drift", "severity": "warning", "text": "retrain it", "acknowledged_by": None}
    own = [{"key": key, "severity": "warning", "text": key} for key in ("beer: drift", "gravity: battery")]
    for tank in ("fv1", "fv2"):
        say(board, f"{tank}/state", state(alarms=[drift]))
    assert wall(board).startswith("Warning: fv1, fv2. 0 of 2 tanks well.")
    drift["acknowledged_by"] = "anna"
    say(board, "fv1/state", state(alarms=[drift]))
    say(board, "fv2/state", state(alarms=[drift, *own]))
    html = wall(board)
    assert html.startswith("Warning: fv2. 1 of 2 tanks well.")
    assert html.count("retrain it (seen by anna)") == 1
    assert html.index("gravity: battery") < html.index("and 1 more") < html.index("retrain it")


def test_of_several_states_that_arrive_together_the_newest_counts_and_every_event():
    board = board_of()
    messages = []
    for n in range(3):
        messages.append(Message("brewpi/cellar/fv1/state", json.dumps(state(sg=1.020 + n / 1000)).encode(), False, NOW))
        event = json.dumps({"at": iso(NOW), "text": f"event {n}"}).encode()
        messages.append(Message("brewpi/cellar/fv1/event", event, False, NOW))
    board.receive(messages)
    tank = fv1(board)
    assert tank.state
    assert tank.state.sg == 1.022
    assert [event.text for event in tank.events] == ["event 2", "event 1", "event 0"]


def test_nonsense_on_the_broker_changes_nothing():
    board = board_of("fv1")
    for nonsense in ("", "no json", "[]", '{"at": 5, "alarms": 7}', '{"sg": NaN}'):
        for word in ("forecast", "state", "curve", "what_if", "event", "ack"):
            say(board, f"fv2/{word}", nonsense)
        say(board, "scorecard", nonsense)
    assert list(board.tanks) == [("cellar", "fv1")]
    assert not board.scorecards


def test_a_tank_that_was_removed_is_gone():
    board = board_of("fv1", "fv2")
    say(board, "fv2/state", "")
    assert list(board.tanks) == [("cellar", "fv1")]


def test_a_tank_is_called_with_its_site_where_there_are_several():
    board = board_of("fv1")
    assert board.named(fv1(board)) == "fv1"
    board.receive([Message("brewpi/hill/fv1/state", json.dumps(state()).encode(), True, NOW)])
    assert board.named(fv1(board)) == "cellar / fv1"


def test_a_card_is_drawn_once_for_all_who_read_alike_until_something_is_heard():
    board = board_of("fv1", "fv2")
    drawn = RenderCache(board)
    first = drawn.card(fv1(board), NOW, READER)
    assert drawn.card(fv1(board), NOW + 1, READER) is first
    say(board, "fv2/state", state(sg=1.01))
    assert drawn.card(fv1(board), NOW + 1, READER) is first
    say(board, "fv1/forecast", forecast(10, 24, 50))
    assert "done Mon" in drawn.card(fv1(board), NOW + 1, READER).body


def test_cards_keep_their_places_for_a_while_but_for_one_that_needs_somebody():
    board = board_of("fv1", "fv2")
    drawn = RenderCache(board)
    say(board, "fv1/forecast", forecast(10, 24, 50))
    say(board, "fv2/forecast", forecast(10, 25, 50))
    assert names(drawn, NOW) == ["fv1", "fv2"]
    say(board, "fv1/forecast", forecast(10, 26, 50))
    assert names(drawn, NOW + 1) == ["fv1", "fv2"]
    assert names(drawn, NOW + HELD_S + 1) == ["fv2", "fv1"]
    say(board, "fv1/state", state(alarms=[{"key": "k", "severity": "alarm", "text": "it burns"}]))
    assert names(drawn, NOW + HELD_S + 2) == ["fv1", "fv2"]
    say(board, "fv0/state", state())
    assert names(drawn, NOW + HELD_S + 3) == ["fv1", "fv2", "fv0"]
    say(board, "fv2/state", "")
    assert names(drawn, NOW + HELD_S + 4) == ["fv1", "fv0"]


def test_a_clock_that_is_set_back_holds_nothing():
    board = board_of("fv1", "fv2")
    drawn = RenderCache(board)
    assert names(drawn, NOW) == ["fv1", "fv2"]
    say(board, "fv2/forecast", forecast(10, 24, 50))
    assert names(drawn, NOW - 3600.0) == ["fv2", "fv1"]


def test_no_rule_of_the_style_sheets_asks_what_an_element_holds():
    """`:has` with a place among others in it has a browser style a thousand cards anew whenever one of them changes."""
    sheets = list(Path(cards.__file__).parent.glob("*.css"))
    assert sheets
    assert [sheet.name for sheet in sheets if ":has(" in sheet.read_text(encoding="utf-8")] == []


def names(drawn, now):
    return [tank.name for tank in drawn.order(now)]


def test_a_card_is_drawn_again_as_time_goes_by():
    board = board_of("fv1")
    drawn = RenderCache(board)
    say(board, "fv1/forecast", forecast(10, 24, 50))
    assert "too old" not in drawn.card(fv1(board), NOW, READER).body
    later = NOW + timedelta(hours=2).total_seconds()
    say(board, "fv1/state", state(at=later), at=later, retained=False)
    assert "forecast is too old" in drawn.card(fv1(board), later, READER).body


def long_curve() -> dict[str, object]:
    """Two weeks by the hour, with what was forecast on each day of them."""
    band = {"p10": 200.0, "p50": 210.0, "p90": 240.0}
    earlier = [
        {"at_h": 24.0 * n, "source": "model", "complete_h": band, "hours": [24.0 * n, 210.0], "sg": [1.04, 1.01]}
        for n in range(14)
    ]
    marks = [{"hours": 24.0 * n, "kind": "step", "text": f"step {n}"} for n in range(8)]
    return curve(14 * 24, earlier=earlier, marks=marks)


def test_a_curve_reads_as_it_came():
    board = board_of("fv1")
    assert fv1(board).curve is None
    assert fv1(board).started_at is None
    say(board, "fv1/curve", long_curve())
    came = read(CurvePayload, json.dumps(long_curve()).encode())
    assert came
    assert fv1(board).curve == came
    assert fv1(board).started_at == came.started_at


def test_a_card_draws_its_curve_anew_when_another_comes():
    board = board_of("fv1")
    drawn = RenderCache(board)
    say(board, "fv1/curve", curve(24))
    first = drawn.card(fv1(board), NOW, READER).spark
    say(board, "fv1/curve", curve(48))
    assert drawn.card(fv1(board), NOW, READER).spark != first


def test_the_curves_of_many_tanks_take_hardly_more_memory_than_their_text():
    payload = json.dumps(long_curve())
    board = board_of("fv1")
    say(board, "fv1/curve", payload)  # what is made once
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for n in range(100):
        say(board, f"other{n}/curve", payload)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 100 * 1.3 * len(payload), f"{grown / 100 / 1024:.0f} KiB a tank for {len(payload) / 1024:.0f} KiB"
