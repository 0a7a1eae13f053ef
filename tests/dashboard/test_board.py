import json
from datetime import UTC

from brewpi.dashboard import cards, chart
from brewpi.dashboard.actions import Order
from brewpi.dashboard.model import Board, Units, completion
from brewpi.dashboard.users import Users, hashed, users_of
from brewpi.mqtt.topics import iso
from brewpi.site import Message

NOW = 1_779_000_000.0  # Sun 17 May 2026 06:40 UTC


def say(board: Board, topic: str, payload: object) -> None:
    body = payload if isinstance(payload, str) else json.dumps(payload)
    board.hear([Message(f"brewpi/cellar/{topic}", body.encode(), True, NOW)])


def board_of(*tanks: str) -> Board:
    board = Board()
    board.connected = True
    say(board, "availability", "online")
    for tank in tanks:
        say(board, f"{tank}/state", state())
    return board


def state(at: float = NOW, **more: object) -> dict[str, object]:
    return {"at": iso(at), "sg": 1.0234, "beer_c": 18.9, "target_c": 19.0, "step": "hold", "why": "hold", **more}


def forecast(p10: float, p50: float, p90: float) -> dict[str, object]:
    times = {name: iso(NOW + 3600 * h) for name, h in (("p10", p10), ("p50", p50), ("p90", p90))}
    return {"at": iso(NOW), "expires_at": iso(NOW + 3600), "source": "model", "complete_at": times, "rest_at": times}


def test_a_card_says_when_it_is_done_and_between_when():
    board = board_of("fv1")
    say(board, "fv1/forecast", forecast(10, 24, 50))
    said = completion(board.tanks["cellar", "fv1"], NOW, UTC)
    assert said == ("done Mon 06:40", "between Sun 16:40 and Tue 08:40")
    assert "rest cue in 10-50 h" in cards.whiteboard(board, NOW, Units())


def test_a_service_that_dies_turns_its_cards_stale_and_recovers():
    board = board_of("fv1")
    assert "b-old" not in cards.whiteboard(board, NOW, Units())
    say(board, "availability", "offline")
    assert "service is gone" in cards.whiteboard(board, NOW, Units())
    say(board, "availability", "online")
    assert "b-old" not in cards.whiteboard(board, NOW, Units())


def test_a_service_that_hangs_and_a_broker_that_is_away_show_too():
    board = board_of("fv1")
    assert "last heard 5 min ago" in cards.whiteboard(board, NOW + 300, Units())
    board.connected = False
    assert "no broker" in cards.whiteboard(board, NOW, Units())


def test_a_site_is_judged_by_its_own_clock():
    board, ahead_s = board_of("fv1"), 10 * 86_400.0
    now = NOW + 600
    said = json.dumps(state(at=now + ahead_s)).encode()
    board.hear([Message("brewpi/cellar/fv1/state", said, False, now)])
    assert board.stale(board.tanks["cellar", "fv1"], now) is None
    assert board.time_at("cellar", now + 5) == now + 5 + ahead_s
    assert board.stale(board.tanks["cellar", "fv1"], now + 200) == "last heard 3 min ago"


def test_who_needs_someone_comes_first():
    board = board_of("calm", "warns", "asks", "old", "burns")
    alarm = {"key": "k", "severity": "warning", "text": "look"}
    say(board, "warns/state", state(alarms=[alarm]))
    say(board, "burns/state", state(alarms=[{**alarm, "severity": "alarm"}]))
    say(board, "old/state", state(at=NOW - 3600))
    ask = {"key": "rise", "action": "step", "standing": "asked", "text": "primary -> rise"}
    say(board, "asks/state", state(asks=[ask]))
    assert [tank.name for tank in board.ordered(NOW)] == ["burns", "old", "asks", "warns", "calm"]


def test_nonsense_on_the_broker_changes_nothing_and_words_are_escaped():
    board = board_of("fv1")
    for nonsense in ("", "no json", "[]", '{"at": 5, "alarms": 7}', '{"sg": NaN}'):
        say(board, "fv2/forecast", nonsense)
        say(board, "fv2/state", nonsense)
    assert list(board.tanks) == [("cellar", "fv1")]
    say(board, "fv1/state", state(step="<script>alert(1)</script>"))
    assert "<script>" not in cards.whiteboard(board, NOW, Units())


def test_units_are_those_of_the_reader():
    html = cards.whiteboard(board_of("fv1"), NOW, Units(plato=True, fahrenheit=True))
    assert "5.9 °P" in html
    assert "66.0 °F" in html


def test_the_chart_has_measured_band_and_window():
    board = board_of("fv1")
    say(board, "fv1/forecast", forecast(10, 24, 50))
    bundle = {"hours": [1, 2], "sg_p10": [1.04, 1.01], "sg_p50": [1.04, 1.015], "sg_p90": [1.04, 1.02]}
    measured = {"hours": [0, 1], "sg": [1.05, 1.04], "beer_c": [None, 19.0]}
    say(board, "fv1/curve", {"started_at": iso(NOW - 3600), "measured": measured, "forecast": bundle})
    series = {one["name"]: one for one in chart.options(board.tanks["cellar", "fv1"], Units())["series"]}
    assert set(series) == {"low", "80 % band", "forecast", "gravity", "beer"}
    assert series["80 % band"]["data"][1][1] == 0.01
    assert series["gravity"]["markArea"]["data"][0][1]["xAxis"] == 1000 * (NOW + 50 * 3600)


def test_the_drain_shows_what_is_missing():
    board = board_of()
    drain = {"state": "closed", "why": "", "permissives": [{"name": "vent", "ok": False, "text": "the switch says no"}]}
    say(board, "fv1/state", state(drain=drain))
    assert "✘ <b>vent</b>: the switch says no" in cards.details(board, board.tanks["cellar", "fv1"], NOW, Units())


def test_an_action_is_a_command_with_id_time_and_name():
    topic, payload = Order("cellar", "fv1", "target", "hold", (("target_c", 18.0),)).message("1", "anna", NOW)
    assert topic == "brewpi/cellar/fv1/command/target"
    assert json.loads(payload) == {"id": "1", "issued_at": iso(NOW), "by": "anna", "target_c": 18.0}


def test_passwords_are_hashed_and_patience_runs_out():
    users = users_of({"anna": {"role": "operate", "password": hashed("hops and malt")}})
    assert isinstance(users, Users)
    assert users.sign_in("anna", "hops and malt", NOW) == users.known["anna"]
    for _ in range(5):
        assert users.sign_in("anna", "wrong", NOW) == "name or password is wrong"
    assert users.sign_in("anna", "hops and malt", NOW) == "too many tries; wait five minutes"
    assert users.sign_in("anna", "hops and malt", NOW + 301) == users.known["anna"]
    assert users.sign_in("nobody", "wrong", NOW) == "name or password is wrong"
