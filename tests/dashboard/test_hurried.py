"""What a person in a hurry would have read wrongly, typed wrongly, or lost."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from payload_factory import NO_BREAK, NOW, READER, board_of, curve, forecast, fv1, say, state, times, wall

from brewpi.dashboard.actions import commands, plausibility
from brewpi.dashboard.auth.users import User, Users, hashed, write
from brewpi.dashboard.feed import forecast_history
from brewpi.dashboard.feed.board import Board
from brewpi.dashboard.views import details, schedule
from brewpi.dashboard.views.formatting import View
from brewpi.hardware.plug_context import Message
from brewpi.mqtt.topics import iso
from brewpi.units import sg_from_plato

DAY_S = 86_400.0


def finished(days: float = 40.0) -> Board:
    """A batch that was complete three days after its first reading, and stands there since."""
    board = board_of("fv1")
    hours = [12.0 * n for n in range(int(2 * days))]
    falls = [max(1.010, 1.050 - 0.040 * h / 72.0) for h in hours]
    measured = {"hours": hours, "sg": falls, "beer_c": [19.0] * len(hours)}
    earlier = [
        {"at_h": 24.0, "complete_h": {"p10": 60.0, "p50": 70.0, "p90": 90.0}},
        {"at_h": 600.0, "complete_h": {"p10": 600.0, "p50": 600.0, "p90": 600.1}},
    ]
    say(board, "fv1/curve", {"started_at": iso(NOW - days * DAY_S), "measured": measured, "earlier": earlier})
    say(board, "fv1/forecast", forecast(0, 0, 0.1))
    return board


# --- the promise of a batch that is complete


def test_a_finished_batch_is_judged_by_when_it_was_complete_not_by_now():
    board = finished()
    html = forecast_history.held(fv1(board), NOW, READER)
    assert "within its interval" in html
    assert "days later" not in html
    completed_at = forecast_history.completion_of(fv1(board))
    assert completed_at is not None
    assert (completed_at.timestamp() - (NOW - 40 * DAY_S)) / 3600.0 == pytest.approx(69.0, abs=4.0)


def test_the_judgement_stands_still_while_days_go_by():
    board = finished()
    before = forecast_history.held(fv1(board), NOW, READER)
    assert before == forecast_history.held(fv1(board), NOW + 5 * DAY_S, READER)


def test_what_the_cellar_marked_as_complete_is_the_completion():
    board = finished()
    marks = [{"hours": 66.0, "kind": "complete", "text": "fermentation is complete"}]
    say(board, "fv1/curve", {**curve(96, marks=marks), "started_at": iso(NOW - 40 * DAY_S)})
    assert forecast_history.completion_of(fv1(board)) == datetime.fromtimestamp(NOW - 40 * DAY_S + 66 * 3600, UTC)


def test_nothing_is_held_at_another_temperature_once_it_is_done():
    board = finished()
    holds = [{"hold_c": 21.0, "complete_at": times(6, 10, 20)}]
    say(board, "fv1/what_if", {"at": iso(NOW), "expires_at": iso(NOW + 3600), "target_c": 19.0, "holds": holds})
    assert "If it were held at" not in forecast_history.tables(fv1(board), NOW, READER)


# --- an empty tank


def test_an_empty_tank_says_so_and_what_was_in_it():
    board = finished()
    last = {"name": "Amber 27", "ended_at": iso(NOW - 3600), "og": 1.05, "sg": 1.01}
    say(board, "fv1/state", state(last_batch=last))
    html = wall(board)
    assert "empty since Sun 06:00" in html
    assert "last: Amber 27" in html
    assert "fermentation complete" not in html
    assert "Where it ends" not in details.details(board, fv1(board), NOW, READER)


# --- readings by hand


@pytest.mark.parametrize(
    ("typed", "unit", "meant"),
    [(1012.0, "sg", (1.012, "sg")), (12.4, "sg", (12.4, "plato")), (12.0, "sg", (1.012, "sg")),
     (1048.5, "sg", (1.0485, "sg")), (1.012, "plato", (1.012, "sg")), (1012.0, "plato", (1.012, "sg"))],
)  # fmt: skip
def test_a_gravity_that_cannot_be_is_asked_back(typed: float, unit: str, meant: tuple[float, str]):
    assert meant in plausibility.likely_meant(typed, unit)


@pytest.mark.parametrize(
    ("typed", "unit"), [(1.012, "sg"), (0.998, "sg"), (12.4, "plato"), (3.1, "plato"), (-1.2, "plato")]
)
def test_a_gravity_that_can_be_is_not(typed: float, unit: str):
    assert plausibility.likely_meant(typed, unit) == []


def test_a_reading_far_from_the_last_is_doubted_before_it_is_sent():
    board = board_of()
    say(board, "fv1/state", state(sg=1.011))
    secret_problem = plausibility.implausible_reading(fv1(board), 1.0505, "sg", View())
    assert secret_problem == "That is 40 points above the last gravity, 1.011."
    assert plausibility.implausible_reading(fv1(board), 12.4, "plato", View()).startswith("That is 39 points above")
    assert plausibility.implausible_reading(fv1(board), 1.0105, "sg", View()) == ""
    say(board, "fv1/state", state(sg=1.062))
    secret_problem = plausibility.implausible_reading(fv1(board), 1.012, "sg", View())
    assert secret_problem == "That is 50 points below the last gravity, 1.062."
    assert plausibility.implausible_reading(fv1(board), sg_from_plato(15.0), "sg", View()) == ""


def test_a_reading_may_say_when_it_was_taken():
    order = commands.hand_reading(fv1(board_of("fv1")), 1.02, "sg", View(), at=NOW - 3600.0)
    assert order.fields["at"] == iso(NOW - 3600.0)
    order.message("id", "anna", NOW)


# --- what is due and what is wrong


def permissives(*said: tuple[str, bool]) -> dict[str, object]:
    return {"state": "closed", "permissives": [{"name": name, "ok": ok, "text": "it"} for name, ok in said]}


def test_a_cross_is_for_what_is_wrong_not_for_what_is_not_due():
    board = board_of()
    say(board, "fv1/state", state(drain=permissives(("step", False), ("stable", False), ("vent", True))))
    assert details.UNMET[0] not in details.details(board, fv1(board), NOW, READER)
    say(board, "fv1/state", state(drain=permissives(("step", False), ("vent", False))))
    assert details.details(board, fv1(board), NOW, READER).count(details.UNMET[0]) == 1
    say(board, "fv1/state", state(drain=permissives(("step", True), ("stable", False), ("vent", True))))
    assert details.details(board, fv1(board), NOW, READER).count(details.UNMET[0]) == 1


def test_a_question_is_one_and_its_button_says_what_it_does():
    board = board_of()
    reason = {"key": "attenuation {reached:.2f} of {needed:.2f}", "values": {"reached": 0.75, "needed": 0.45}}
    message = {"key": "{step} -> {following}: {reason}", "values": {"step": "primary", "reason": reason}}
    ask = {
        "key": "primary->rise", "action": "step", "standing": "asked", "text": "primary -> rise: x", "step": "rise",
        "target_c": 21.0, "message": message,
    }  # fmt: skip
    say(board, "fv1/state", state(asks=[ask]))
    html = wall(board)
    assert f"Raise fv1 to 21.0{NO_BREAK}°C?" in html
    assert "75\N{NO-BREAK SPACE}% attenuated, 45\N{NO-BREAK SPACE}% needed" in html
    (offer,) = commands.offers(fv1(board), View())
    assert [label for label, _ in offer.orders] == [f"Raise to 21.0{NO_BREAK}°C", "Not now"]
    say(board, "fv1/state", state(asks=[{**ask, "target_c": 2.0}]))
    assert commands.offers(fv1(board), View(fahrenheit=True))[0].orders[0][0] == f"Cool to 35.6{NO_BREAK}°F"


# --- seven days


def test_the_axis_of_seven_days_is_on_the_clock_of_the_cellar_as_its_text_is():
    board, ahead_s = board_of("fv1"), 10 * DAY_S
    say(board, "fv1/state", state(at=NOW + ahead_s), retained=False)
    html = schedule.schedule(board, NOW, READER)
    assert "<b>Wed</b> 27" in html
    assert "<b>Sun</b> 17" not in html


def test_cellars_of_different_clocks_have_an_axis_each():
    board = board_of("fv1")
    say(board, "fv1/state", state(at=NOW), retained=False)
    said = state(at=NOW + 10 * DAY_S)
    board.receive([Message("brewpi/other/x/state", json.dumps(said).encode(), False, NOW)])
    assert schedule.schedule(board, NOW, READER).count("<table") == 2


# --- people


def test_a_phone_begins_a_name_with_a_capital(tmp_path: Path):
    file = tmp_path / "users.toml"
    write(file, {"anna": User(role="operate", password=hashed("hops and malt"))})
    users = Users(file)
    assert [users.known_as(name) for name in ("Anna", "anna ", "ANNA", "bert")] == ["anna", "anna", "anna", "bert"]


def test_two_who_differ_by_a_capital_are_two(tmp_path: Path):
    file, user = tmp_path / "users.toml", User(password=hashed("hops and malt"))
    write(file, {"anna": user, "Anna": user})
    assert Users(file).known_as("Anna") == "Anna"
    assert Users(file).known_as("ANNA") == "ANNA"


def test_an_original_gravity_is_doubted_against_what_was_measured_since():
    board = board_of("fv1")
    say(board, "fv1/curve", curve())  # from 1.050 down
    assert plausibility.implausible_og(fv1(board), 1.040, View()) == "1.050 was measured in this batch, which is more."
    highest = "The highest that was measured in this batch is 1.050."
    assert plausibility.implausible_og(fv1(board), 1.150, View()) == highest
    assert plausibility.implausible_og(fv1(board), 1.052, View()) == ""


def test_an_addition_is_worth_points_also_where_it_is_said_in_plato():
    board = board_of()
    say(board, "fv1/state", state(sg=1.020))
    assert plausibility.addition_points(fv1(board), 12.0, "sg") == 12.0
    assert plausibility.addition_points(fv1(board), 3.0, "plato") == pytest.approx(11.9, abs=0.3)
    assert plausibility.implausible_addition(12.0, View()) == ""
    assert "a lot" in plausibility.implausible_addition(80.0, View())
    assert "water" in plausibility.implausible_addition(-3.0, View())
