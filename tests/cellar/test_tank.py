"""One tank, one tick: in which order, and what of it survives a fault."""

from __future__ import annotations

from collections import deque

import pytest
from plugs import RecordingOutput, ScriptedSensor

from brewpi.cellar.sensor_bank import SensorBank
from brewpi.cellar.tank import OutputBank, Tank
from brewpi.control.interlocks import Interlocks
from brewpi.control.limits import Limits
from brewpi.control.recipe import Recipe
from brewpi.control.temperature import Temperature
from brewpi.estimation.state import StateEstimator
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs import OutputError
from brewpi.outputs.dose_runner import DoseRunner
from brewpi.records import Batch, Command, Reading
from brewpi.sensors import SensorError, meters
from brewpi.sensors.manual import Manual
from brewpi.store import Store

START = 1_790_000_000.0


def a_tank(journal: list[str], *, opens=(), faults=(), **sensors) -> Tank:
    """The faults are the cooler's; the heater is well."""
    outputs = {
        "cool": RecordingOutput(label="cool", journal=journal, min_off_s=0.0, opens=deque(opens), faults=deque(faults)),
        "heat": RecordingOutput(label="heat", journal=journal, min_off_s=0.0),
    }
    known = meters(sensors)
    tank = Tank(
        name="fv1",
        sensors=SensorBank(sensors, PlugContext("fv1")),
        absorber=StateEstimator(known),
        forecaster=TankForecaster(None),
        recipe=Recipe(Temperature(target_c=19.0, ramp_c_per_h=20.0)),
        interlocks=Interlocks(Limits(), outputs),
        outputs=OutputBank(outputs, PlugContext("fv1")),
        dose_runner=DoseRunner("fv1", Store()),
    )
    tank.outputs.open(START)
    return tank


@pytest.fixture
def journal() -> list[str]:
    return []


def test_a_tick_reads_first_and_moves_the_outputs_last(journal):
    beer = ScriptedSensor(says=[19.0], journal=journal)
    room = ScriptedSensor(measure="room_c", says=[18.0], journal=journal)
    a_tank(journal, beer=beer, room=room).tick(START)
    assert journal == ["beer_c read", "room_c read", "cool 0", "heat 0"]


def test_a_report_holds_all_that_went_in_and_came_out(journal):
    tank = a_tank(journal, beer=ScriptedSensor(says=[22.0]))
    tank.recipe.set_target(19.0, START, "anna")
    report = tank.tick(START)
    (reading,) = report.readings
    assert (reading.sensor, reading.quantity, reading.value, reading.at) == ("beer", "beer_c", 22.0, START)
    assert report.state.measured["beer_c"].value == 22.0
    assert report.forecast.source == "none"
    assert (report.demand.duty("cool"), report.command.duty("cool")) == (1.0, 1.0)
    assert journal[-1] == "cool 1"
    assert report.command.why == "cool: beer 22.0, setpoint 19.0 °C"


def test_what_goes_off_does_so_before_what_goes_on(journal):
    tank = a_tank(journal, beer=ScriptedSensor(says=[19.0]))
    tank.outputs.apply(Command({"cool": 1.0}), START)
    tank.outputs.apply(Command({"heat": 1.0}), START)
    assert journal == ["heat 0", "cool 1", "cool 0", "heat 1"]


def test_each_sensor_keeps_its_own_cadence(journal):
    beer = ScriptedSensor(says=[19.0], journal=journal)
    room = ScriptedSensor(measure="room_c", says=[18.0], journal=journal, every_s=30.0)
    tank = a_tank(journal, beer=beer, room=room)
    for n in range(12):
        tank.tick(START + 5.0 * n)
    assert journal.count("beer_c read") == 12
    assert journal.count("room_c read") == 2


# --- faults of sensors


@pytest.mark.parametrize("error", [SensorError("no answer"), RuntimeError("checksum"), OSError(5, "I/O"), ValueError()])
def test_a_sensor_that_raises_is_a_fault_and_the_others_are_read(journal, error):
    tank = a_tank(journal, room=ScriptedSensor(measure="room_c", says=[error]), beer=ScriptedSensor(says=[22.0]))
    report = tank.tick(START)
    assert report.state.measured["beer_c"].value == 22.0
    (fault,) = report.state.faults
    assert (fault.sensor, fault.kind) == ("room", "error")
    assert fault.text.startswith("room: ")
    assert report.command.alarms[0].severity == "warning"


def test_a_sensor_in_trouble_is_trouble_until_its_next_good_read(journal):
    room = ScriptedSensor(measure="room_c", says=[OSError("x"), 18.0], every_s=20.0)
    tank = a_tank(journal, beer=ScriptedSensor(says=[19.0]), room=room)
    assert tank.tick(START).state.faults
    assert tank.tick(START + 5).state.faults[0].since == START
    assert tank.tick(START + 20).state.faults == ()


def test_a_fault_knows_since_when_it_lasts(journal):
    tank = a_tank(journal, beer=ScriptedSensor(says=[19.0, OSError("x")]))
    for n in range(5):
        report = tank.tick(START + 5.0 * n)
    assert [fault.since for fault in report.state.faults] == [START + 5.0]


def test_a_sensor_that_cannot_be_opened_is_tried_again(journal):
    late = ScriptedSensor(says=[19.0], opens=deque([SensorError("not on the bus"), SensorError("not on the bus")]))
    tank = a_tank(journal, beer=late)
    assert tank.tick(START).state.faults[0].text == "beer: not on the bus"
    tank.tick(START + 5)
    assert tank.tick(START + 10).state.measured["beer_c"].value == 19.0


def test_a_beer_probe_that_raises_switches_everything_off_once_its_last_word_is_stale(journal):
    tank = a_tank(journal, beer=ScriptedSensor(says=[22.0] * 20 + [SensorError("no answer")]))
    tank.recipe.set_target(19.0, START, "anna")
    for n in range(79):
        report = tank.tick(START + 5.0 * n)
    assert report.command.duty("cool") == 1.0
    for n in range(79, 82):
        report = tank.tick(START + 5.0 * n)
    assert report.command.duty("cool") == 0.0
    assert "beer: unknown" in {alarm.key for alarm in report.command.alarms}


# --- faults of outputs and of the tick itself


def test_an_output_that_raises_is_switched_off_and_the_tick_goes_on(journal):
    tank = a_tank(journal, faults=[OSError("short circuit")], beer=ScriptedSensor(says=[19.0]))
    report = tank.tick(START)
    assert journal == ["cool 0", "cool off", "heat 0"]
    assert report.command.alarms[0].text == (
        "cool: output does not obey (short circuit); switched off, check its wiring"
    )


@pytest.mark.parametrize(
    ("error", "said"),
    [(OutputError("GPIO17: in use"), "GPIO17: in use"), (ImportError("no lgpio"), "ImportError: no lgpio")],
)
def test_an_output_that_cannot_be_opened_is_an_alarm_and_the_other_one_works(journal, error, said):
    tank = a_tank(journal, opens=[error], beer=ScriptedSensor(says=[17.0]))
    tank.recipe.set_target(19.0, START, "anna")
    report = tank.tick(START)
    assert journal == ["heat 1"]
    assert [alarm.text for alarm in report.command.alarms] == [f"cool: output cannot be used, {said}"]


def test_safe_is_off_with_the_reason_for_the_operator(journal):
    tank = a_tank(journal, beer=ScriptedSensor(says=[22.0]))
    tank.recipe.set_target(19.0, START, "anna")
    tank.tick(START)
    assert journal[-1] == "cool 1"
    report = tank.safe(START + 5, ZeroDivisionError("division by zero"))
    assert journal[-2:] == ["cool off", "heat off"]
    (alarm,) = report.command.alarms
    assert alarm.text == "control of fv1 failed (ZeroDivisionError: division by zero); its outputs are off"
    assert tank.safe(START + 10, ZeroDivisionError("again")).command.alarms[0].since == START + 5
    assert tank.tick(START + 15).command.alarms == ()
    assert tank.safe(START + 20, ZeroDivisionError("again")).command.alarms[0].since == START + 20


def test_closing_switches_off_lets_go_of_outputs_and_then_of_sensors_whatever_fails(journal):
    tank = a_tank(journal, beer=ScriptedSensor(says=[19.0], journal=journal))
    tank.tick(START)
    journal.clear()
    tank.close()
    assert journal == ["cool off", "heat off", "cool close", "heat close", "beer_c close"]


def test_closing_goes_on_past_an_output_that_fails(journal):
    tank = a_tank(journal, faults=[OSError("x"), OSError("x"), OSError("x")], beer=ScriptedSensor(says=[19.0]))
    tank.close()
    assert journal == ["cool off", "heat off", "cool close", "heat close"]


# --- hands and batches


def test_a_hand_reading_is_read_at_the_next_tick_whatever_the_cadence(journal):
    tank = a_tank(journal, beer=ScriptedSensor(says=[19.0]), hand=Manual(every_s=3600.0))
    tank.tick(START)
    assert tank.sensors.read_by_hand("sg")
    assert not tank.sensors.read_by_hand("battery_v")
    tank.take_by_hand(Reading(START + 1, "sg", 1.048))
    report = tank.tick(START + 5)
    assert report.state.measured["sg"].value == 1.048
    assert report.state.history[-1][:2] == (START + 1, 1.048)


def test_a_new_batch_begins_with_an_empty_history_and_control_goes_on(journal):
    tank = a_tank(journal, beer=ScriptedSensor(says=[22.0]), hand=Manual())
    tank.recipe.set_target(19.0, START, "anna")
    tank.begin(Batch(START, id="b1"))
    tank.take_by_hand(Reading(START, "sg", 1.012))
    tank.tick(START)
    tank.begin(Batch(START + 60, id="b2"))
    report = tank.tick(START + 60)
    assert report.state.batch.id == "b2"
    assert report.state.history == ()
    assert report.command.duty("cool") == 1.0
    tank.take_by_hand(Reading(START + 65, "sg", 1.055))
    assert [sg for _, sg, _ in tank.tick(START + 65).state.history] == [1.055]
