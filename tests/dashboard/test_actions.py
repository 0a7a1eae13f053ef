"""What a person does becomes a command that the cellar takes, with a sentence that names tank and effect."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from payload_factory import NO_BREAK, NOW, READER, board_of, fv1, say, state

from brewpi.cellar.command_sentences import spoken_command
from brewpi.dashboard.actions import batch_orders, commands
from brewpi.dashboard.actions.batch_orders import Facts
from brewpi.dashboard.actions.calibration_orders import calibrate, forget_calibration
from brewpi.dashboard.actions.commands import Order
from brewpi.dashboard.feed.board import Tank
from brewpi.dashboard.views.formatting import Units, View
from brewpi.hardware.plug_context import Message
from brewpi.mqtt.command_fields import COMMANDS
from brewpi.mqtt.commands import Accepted, parse
from brewpi.mqtt.state_payload import AlarmPayload, AskPayload, SensorPayload
from brewpi.mqtt.topics import iso

ASK = AskPayload(key="rise", action="step", standing="asked", text="primary -> rise: attenuation 0.62 of 0.45")
FACTS = Facts("Amber 28", 1.061, "pale ale", "US-05", datetime.fromtimestamp(NOW - 86_400.0, UTC))
PILL = SensorPayload.model_validate(
    {"sensor": "pill", "quantity": "sg", "value": 1.051, "raw": 1.051, "at": iso(NOW), "by": "anna"}
)
ALARM = AlarmPayload(key="beer: silent", severity="alarm", text="no beer temperature")


@pytest.fixture
def tank() -> Tank:
    board = board_of()
    say(board, "fv1/state", state(target_c=19.0))
    return board.tanks["cellar", "fv1"]


def test_an_order_is_a_command_with_id_time_and_name(tank):
    topic, payload = commands.setpoint(tank, 18.0, Units()).message("1", "anna", NOW)
    assert topic == "brewpi/cellar/fv1/command/target"
    assert json.loads(payload) == {"id": "1", "issued_at": iso(NOW), "by": "anna", "target_c": 18.0}


def all_orders(tank: Tank) -> list[Order]:
    return [
        commands.setpoint(tank, 18.5, Units()),
        commands.hand_reading(tank, 1.0234, "sg"),
        commands.hand_reading(tank, 5.9, "plato"),
        commands.dose(tank, 400.0, by_hand=False),
        commands.dose(tank, 400.0, by_hand=True),
        calibrate(tank, PILL, {"offset": -0.003}, 1.048, Units()),
        forget_calibration(tank, PILL, Units()),
        commands.arm_drain(tank),
        commands.open_drain(tank),
        commands.abort_drain(tank),
        commands.answer(tank, ASK, yes=True),
        commands.answer(tank, ASK, yes=False),
        commands.confirm_word(tank, "vdk"),
        commands.acknowledge(tank, ALARM),
        *(commands.mode(tank, what, how) for what in ("step", "dose", "drain") for how in commands.MODES),
        batch_orders.start_batch(tank, "Amber 27", 1.052, "beer"),
        batch_orders.start_batch(tank, "Amber 28", None, None),
        batch_orders.end_batch(tank),
        batch_orders.correct_batch(tank, FACTS),
        batch_orders.move_batch(tank, "fv2"),
        batch_orders.addition(tank, "raspberries, 12 kg", 12.0),
        batch_orders.note(tank, "dry hop"),
        batch_orders.note(tank, "dry hop", datetime.fromtimestamp(NOW - 3600.0, UTC)),
        batch_orders.forget_reading(tank, "1", "anna entered 1.0655"),
        commands.stop(tank),
        commands.resume(tank),
    ]


def test_the_cellar_takes_every_one_and_every_command_can_be_given(tank):
    given = set()
    for number, order in enumerate(all_orders(tank)):
        topic, payload = order.message(str(number), "anna", NOW)
        asked = parse(Message(topic, payload.encode(), False, NOW), NOW, set())
        assert isinstance(asked, Accepted), asked
        assert (asked.tank, asked.fields.by) == ("fv1", "anna")
        given.add(asked.name)
    assert given == set(COMMANDS)


def test_every_effect_names_the_tank(tank):
    for order in all_orders(tank):
        assert "fv1" in order.effect, order
        assert order.yes


def test_a_setpoint_is_said_as_the_person_reads_it(tank):
    order = commands.setpoint(tank, 64.4, Units(fahrenheit=True))
    assert order.fields == {"target_c": 18.0}
    assert order.effect == (
        f"fv1 is brought to 64.4{NO_BREAK}°F and held there; its setpoint is 66.2{NO_BREAK}°F now."
    )


def test_a_setpoint_promises_no_temperature_where_nothing_heats_or_cools():
    board = board_of()
    for outputs, promised in ((None, True), (["nutrient", "heat"], True), (["drain"], False), ([], False)):
        say(board, "fv1/state", state(target_c=19.0, outputs=outputs))
        effect = commands.setpoint(board.tanks["cellar", "fv1"], 18.0, Units()).effect
        assert (f"brought to 18.0{NO_BREAK}°C" in effect) == promised
        assert (f"Nothing here heats or cools fv1: 18.0{NO_BREAK}°C is for its forecast alone" in effect) != promised


def test_of_a_stopped_tank_no_setpoint_promises_to_move_the_beer():
    board = board_of("fv1")
    say(board, "fv1/state", state(alarms=[{"key": "stop", "severity": "alarm", "text": "stopped by bert"}]))
    effect = commands.setpoint(fv1(board), 18.0, READER).effect
    assert effect.startswith(f"fv1 is stopped and stays so; 18.0{NO_BREAK}°C is held once somebody resumes.")


def test_a_tank_without_a_pump_is_offered_none():
    board = board_of()
    for outputs, pumps in ((None, True), (["heat", "nutrient"], True), (["heat"], False)):
        say(board, "fv1/state", state(outputs=outputs))
        assert commands.may_pump(board.tanks["cellar", "fv1"]) == pumps


def test_opening_the_drain_says_so(tank):
    assert "OPENS" in commands.open_drain(tank).effect
    assert commands.open_drain(tank).danger
    assert not commands.arm_drain(tank).danger
    assert "Nothing opens yet" in commands.arm_drain(tank).effect


@pytest.mark.parametrize("order", [
    lambda tank: commands.setpoint(tank, 1000.0, Units()),
    lambda tank: commands.setpoint(tank, float("nan"), Units()),
    lambda tank: commands.hand_reading(tank, 10.0, "sg"),
    lambda tank: commands.dose(tank, -1.0, by_hand=False),
    lambda tank: commands.mode(tank, "all", "act"),
    lambda tank: batch_orders.start_batch(tank, "x" * 100, None, None),
    lambda tank: commands.confirm_word(tank, "VDK; stop"),
])  # fmt: skip
def test_what_cannot_be_right_is_not_sent(tank, order):
    with pytest.raises(ValueError, match=r"validation error|JSON|range"):
        order(tank).message("1", "anna", NOW)


def offered(tank: Tank) -> list[tuple[tuple[str, ...], list[str]]]:
    return [(offer.kind, [label for label, _ in offer.orders]) for offer in commands.offers(tank)]


def test_what_waits_is_offered_and_stays_the_same_question_while_its_numbers_change():
    board = board_of()
    for attenuation in (0.62, 0.63):
        ask = ASK.model_copy(update={"text": f"primary -> rise: attenuation {attenuation}"}).model_dump()
        say(board, "fv1/state", state(asks=[ask]))
        assert offered(board.tanks["cellar", "fv1"]) == [(("ask", "step", "rise"), ["Confirm rise", "Not now"])]
    assert commands.offers(board.tanks["cellar", "fv1"])[0].text == "primary -> rise: attenuation 0.63"
    say(board, "fv1/state", state(asks=[ASK.model_copy(update={"standing": "confirmed"}).model_dump()]))
    assert offered(board.tanks["cellar", "fv1"]) == []


def test_tests_and_alarms_that_nobody_has_seen_are_offered():
    board = board_of()
    condition = {"kind": "operator", "met": False, "text": "vdk waits for an operator"}
    seen = {**ALARM.model_dump(), "key": "old", "acknowledged_by": "vera"}
    conditions = [condition, {**condition, "met": True}]
    say(board, "fv1/state", state(conditions=conditions, alarms=[ALARM.model_dump(), seen]))
    assert offered(board.tanks["cellar", "fv1"]) == [
        (("word", "vdk"), ["vdk has passed"]),
        (("alarm", "beer: silent"), ["Acknowledge beer: silent"]),
    ]


@pytest.mark.parametrize(
    ("standing", "labels"),
    [
        ("closed", ["Arm drain"]), ("armed", ["Open drain", "Abort drain"]),
        ("open", ["Abort drain"]), ("done", ["Arm drain"]),
    ],
)  # fmt: skip
def test_the_drain_has_two_steps_and_a_way_back(standing, labels):
    board = board_of()
    say(board, "fv1/state", state(drain={"state": standing, "why": ""}))
    assert offered(board.tanks["cellar", "fv1"]) == [(("drain", standing), labels)]


def test_a_drain_that_may_not_be_armed_yet_asks_nobody():
    board = board_of()
    drain = {"state": "closed", "why": "", "permissives": [{"name": "step", "ok": False, "text": "not there yet"}]}
    say(board, "fv1/state", state(drain=drain))
    assert offered(board.tanks["cellar", "fv1"]) == []
    say(board, "fv1/state", state(drain={**drain, "state": "armed"}))
    assert offered(board.tanks["cellar", "fv1"]) == [(("drain", "armed"), ["Open drain", "Abort drain"])]


def test_what_was_done_is_told_by_what_the_button_said():
    board = board_of()
    ask = {"key": "step rise", "action": "step", "standing": "asked", "text": "", "step": "rise", "target_c": 21.0}
    alarm = {**ALARM.model_dump(), "text": "beer: silent for 6 min"}
    say(board, "fv1/state", state(asks=[ask], alarms=[alarm]))
    orders = [order for offer in commands.offers(board.tanks["cellar", "fv1"]) for _, order in offer.orders]
    titles = [f"Raise to 21.0{NO_BREAK}°C", f"not now: Raise to 21.0{NO_BREAK}°C", "seen: beer: silent for 6 min"]
    assert [order.title for order in orders] == titles


def heard(board, order, number, at=NOW):
    """An order obeyed, as the cellar tells of it."""
    _, payload = order.message(str(number), "anna", at)
    asked = parse(Message(f"brewpi/cellar/fv1/command/{order.name}", payload.encode(), False, at), at, set())
    text = spoken_command(asked.name, asked.fields)
    taken = {"reading": asked.fields.reading} if order.name == "forget_reading" else {}
    event = {
        "id": f"e{number}", "at": iso(at), "kind": "command", "severity": "info", "text": text, "by": "anna",
        "message": text.message(), "command": order.name, "command_id": str(number), **taken,
    }  # fmt: skip
    say(board, "fv1/event", event, retained=False)


def test_a_hand_reading_can_be_taken_back_until_somebody_has_and_only_in_its_batch(tank):
    board = board_of()
    say(board, "fv1/state", state(batch={"name": "Amber", "started_at": iso(NOW - 86_400.0)}))
    tank = board.tanks["cellar", "fv1"]
    heard(board, commands.hand_reading(tank, 1.0655, "sg"), 1, NOW - 2 * 86_400.0)
    heard(board, commands.hand_reading(tank, 1.0405, "sg"), 2)
    heard(board, commands.hand_reading(tank, 9.0, "plato"), 3)
    given = batch_orders.given_readings(tank)
    assert [one.id for one in given] == ["3", "2"], "the reading of the batch before is not offered"
    assert given[1].text == "anna entered a gravity of 1.0405 SG"
    (offer,) = batch_orders.just_entered(tank, NOW + 60.0, READER)
    ((label, order),) = offer.orders
    assert (label, order.fields) == ("Take it back", {"reading": "3"})
    assert list(batch_orders.just_entered(tank, NOW + 3600.0, READER)) == [], "later it is found in the history only"
    heard(board, order, 4)
    assert [one.id for one in batch_orders.given_readings(tank)] == ["2"]


def test_a_gravity_in_a_sentence_is_in_the_readers_unit(tank):
    board = board_of("fv1")
    tank = board.tanks["cellar", "fv1"]
    heard(board, commands.hand_reading(tank, 1.0405, "sg"), 1)
    (given,) = batch_orders.given_readings(tank, Units(plato=True))
    assert given.text == f"anna entered a gravity of 10.1{NO_BREAK}°P"


def test_only_what_is_changed_is_corrected(tank):
    order = batch_orders.correct_batch(tank, Facts(og=1.061))
    assert order.fields == {"og": 1.061}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("2026-10-25T02:30", "Sun 25 Oct 02:30 CEST"), ("2026-03-29T02:30", "Sun 29 Mar 03:30"), ("", "now")],
)
def test_a_time_that_was_typed_is_said_as_it_is_taken(tank, typed, meant):
    berlin = ZoneInfo("Europe/Berlin")
    at = datetime.fromisoformat(typed).replace(tzinfo=berlin) if typed else None
    effect = batch_orders.note(tank, "dry hop", at, View(zone=berlin)).effect
    assert effect == f"The note stands on the curve of fv1, at its time: {meant}."
    if at:
        effect = batch_orders.correct_batch(tank, Facts(pitched_at=at), View(zone=berlin)).effect
        assert effect.endswith(f" Pitched: {meant}.")
