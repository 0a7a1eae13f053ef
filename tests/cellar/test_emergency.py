"""The emergency stop: an edge on a pin, and every output of its tanks is off before the next tick knows of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from brewpi.cellar.build import build, vessels_for
from brewpi.cellar.cellar import Cellar
from brewpi.cellar.control_commands import CONTROL
from brewpi.config.config import Config, TankOptions
from brewpi.control.temperature import Temperature
from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs import OutputError
from brewpi.outputs.output_bank import OutputBank
from brewpi.outputs.pump import Pump
from brewpi.outputs.relay import Relay
from brewpi.outputs.valve import Valve
from brewpi.records import Command, Drain, Report
from brewpi.sensors.simulated import Simulated
from brewpi.sensors.switch import Switch
from brewpi.store import Store

START = 1_790_000_000.0
STOP, HEAT, COOL, DRAIN, PUMP = 5, 17, 27, 24, 25
ALL_ON = Command({"heat": 1.0, "cool": 1.0, "drain": 1.0}, drain=Drain("open", "empties"))


class RecordingOutput(MockPin):
    """A pin that remembers when it went off."""

    def __init__(self, *args: object, **options: object) -> None:
        self.went_off: list[float] = []
        super().__init__(*args, **options)

    def _set_state(self, value: float) -> None:
        was = getattr(self, "_state", False)
        super()._set_state(value)
        if was and not value:
            self.went_off.append(time.monotonic())


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    factory = MockFactory(pin_class=RecordingOutput)
    yield factory
    factory.reset()


@pytest.fixture
def bank(pins) -> Iterator[OutputBank]:
    outputs = {
        "heat": Relay(pin=HEAT), "cool": Relay(pin=COOL), "drain": Valve(pin=DRAIN),
        "nutrient": Pump(pin=PUMP, ml_per_s=1.0),
    }  # fmt: skip
    bank = OutputBank(outputs, PlugContext(pin_factory=pins))
    bank.open(START)
    yield bank
    bank.close()


def levels(pins: MockFactory) -> set[int]:
    """The pins that are on."""
    return {number for number in (HEAT, COOL, DRAIN, PUMP) if pins.pin(number).state}


# --- the bank


def test_everything_goes_off_valve_and_pump_first(bank, pins):
    bank.apply(ALL_ON, START)
    bank.pump.give(100.0)
    assert levels(pins) == {HEAT, COOL, DRAIN, PUMP}
    began = time.monotonic()
    bank.emergency()

    assert time.monotonic() - began < 0.5
    assert levels(pins) == set()
    order = sorted((pins.pin(number).went_off[-1], number) for number in (HEAT, COOL, DRAIN, PUMP))
    assert [number for _, number in order] == [DRAIN, PUMP, COOL, HEAT]


def test_nothing_goes_on_until_the_tick_has_heeded_it(bank, pins):
    bank.emergency()
    done = bank.apply(ALL_ON, START)
    assert levels(pins) == set()
    assert (done.duty("heat"), done.duty("cool"), done.duty("drain")) == (0.0, 0.0, 0.0)
    assert done.drain.why == "aborted: the emergency stop was pressed: everything is off"
    (alarm,) = done.alarms
    assert (alarm.severity, alarm.text) == ("alarm", "the emergency stop was pressed: everything is off")
    with pytest.raises(OutputError, match="the emergency stop was pressed"):
        bank.pump.give(10.0)
    assert levels(pins) == set()

    assert bank.take_emergency()
    assert not bank.take_emergency()
    bank.apply(ALL_ON, START)
    assert levels(pins) == {HEAT, COOL, DRAIN}


def test_one_output_that_fails_holds_up_no_other(bank, pins, monkeypatch):
    bank.apply(ALL_ON, START)
    monkeypatch.setattr(bank.actuators["drain"], "off", lambda: 1 / 0)
    bank.emergency()
    assert levels(pins) == {DRAIN}


def test_a_driver_that_hangs_in_a_tick_does_not_hold_it_up(bank, pins, monkeypatch):
    """The tick is stuck in the heater's driver and has the lock; the valve still closes, and nothing goes on after."""
    bank.apply(ALL_ON, START)
    hangs, lets_go = threading.Event(), threading.Event()
    heater = bank.actuators["heat"]
    honest = heater.set

    def stuck(duty: float, now: float) -> None:
        hangs.set()
        lets_go.wait(10.0)
        honest(duty, now)

    monkeypatch.setattr(heater, "set", stuck)
    tick = threading.Thread(target=bank.apply, args=(ALL_ON, START))
    tick.start()
    hangs.wait(10.0)
    began = time.monotonic()
    bank.emergency()
    assert time.monotonic() - began < 0.5
    assert levels(pins) == set()
    lets_go.set()
    tick.join(10.0)
    assert levels(pins) == set()


def test_whenever_it_comes_in_a_tick_everything_is_off(bank, pins):
    """Two hundred presses in the midst of ticks that want everything on."""
    for n in range(200):
        bank.apply(ALL_ON, START)
        press = threading.Timer(0.0001 * (n % 7), bank.emergency)
        press.start()
        for _ in range(3):
            bank.apply(ALL_ON, START)
            bank.apply(Command(), START)
        press.join()
        bank.apply(ALL_ON, START)
        assert levels(pins) == set()
        assert bank.take_emergency()


# --- a cellar with a button for two tanks


def tank(pin: int, **sensors) -> TankOptions:
    return TankOptions(
        volume_l=100.0,
        temperature=Temperature(target_c=19.0, ramp_c_per_h=20.0),
        sensors={"beer": Simulated(measure=("beer_c",)), "stop": Switch(pin=STOP, measure="emergency_stop"), **sensors},
        outputs={"cool": Relay(pin=pin, min_off_s=0.0)},
    )


class WiredCellar:
    """Two cellar tanks that cool, and the button."""

    def __init__(self, pins: MockFactory, cellar: Cellar) -> None:
        self.pins, self.cellar, self.now = pins, cellar, START

    def tick(self, times: int = 1) -> dict[str, Report]:
        for _ in range(times):
            self.now += 5.0
            reports = self.cellar.tick(self.now)
        return {report.tank: report for report in reports}

    def cooling(self) -> list[bool]:
        return [bool(self.pins.pin(pin).state) for pin in (COOL, HEAT)]

    def resume(self, name: str = "fv1") -> str | None:
        return CONTROL["resume"](None, self.cellar.tanks[name], self.now)

    def release(self) -> None:
        self.pins.pin(STOP).drive_low()

    def press(self) -> None:
        self.pins.pin(STOP).drive_high()


@pytest.fixture
def opened(pins):
    def _opened(**tanks: TankOptions):
        config = Config(site="bench", tanks=tanks or {"fv1": tank(COOL), "fv2": tank(HEAT)})
        vessels = vessels_for(config, START)
        for vessel in vessels.values():
            vessel.plug("beer_c", 22.0)
        return build(config, lambda: START, vessels=vessels, store=Store(), pin_factory=pins).opened(START)

    return _opened


@pytest.fixture
def running(pins, opened) -> Iterator[WiredCellar]:
    """Both tanks cool. A mock pin comes up with its pull, as a button does that is pressed."""
    with opened() as cellar:
        wired = WiredCellar(pins, cellar)
        wired.release()
        wired.tick()
        assert [wired.resume("fv1"), wired.resume("fv2")] == [None, None]
        wired.tick(150)
        assert wired.cooling() == [True, True]
        yield wired


def test_the_edge_switches_every_tank_off_within_half_a_second_without_a_tick(running):
    began = time.monotonic()
    running.press()
    while any(running.cooling()) and time.monotonic() - began < 5.0:
        time.sleep(0.001)
    assert time.monotonic() - began < 0.5
    assert running.cooling() == [False, False]


def test_the_next_tick_says_so_and_it_is_latched(running):
    running.press()
    running.release()
    for report in running.tick().values():
        assert report.command.duty("cool") == 0.0
        assert report.command.why == "cool: stopped by the emergency stop, waits for resume"
        texts = [alarm.text for alarm in report.command.alarms if alarm.severity == "alarm"]
        assert "stopped by the emergency stop: everything is off until somebody resumes" in texts
    running.tick(500)
    assert running.cooling() == [False, False]


def test_resume_is_refused_while_it_is_pressed_and_obeyed_after(running):
    running.press()
    running.tick()
    assert running.resume() == "the emergency stop is still pressed, or its wire is broken; release it first"
    running.tick(10)
    running.release()
    running.tick(10)
    assert running.cooling() == [False, False]
    assert running.resume("fv1") is None
    running.tick(150)
    assert running.cooling() == [True, False]


def test_a_stop_by_a_person_becomes_the_emergency_s(running):
    running.cellar.tanks["fv1"].interlocks.stop(running.now, "anna")
    running.press()
    running.tick()
    assert running.cellar.tanks["fv1"].interlocks.stopped_by == "the emergency stop"


def test_since_when_is_kept_while_it_stays_pressed(running):
    running.press()
    running.tick()
    since = running.cellar.tanks["fv1"].interlocks.stopped_since
    running.tick(10)
    assert running.cellar.tanks["fv1"].interlocks.stopped_since == since


def test_an_edge_that_was_missed_is_found_by_the_tick(running, pins):
    pins.pin(STOP)._state = True  # as a driver that lost the interrupt
    running.tick()
    assert running.cooling() == [False, False]
    assert running.resume() is not None


def test_pressed_at_the_start_or_a_broken_wire_starts_nothing(pins, opened):
    with opened() as cellar:  # the wire hangs in the air: the pull-up says pressed
        wired = WiredCellar(pins, cellar)
        reports = wired.tick(200)
        assert wired.cooling() == [False, False]
        assert all("stopped by the emergency stop" in report.command.why for report in reports.values())
        assert wired.resume() is not None


def test_a_stop_that_cannot_be_opened_counts_as_pressed(pins, opened):
    with opened(fv1=tank(STOP)) as cellar:  # the tank's own relay took the pin
        wired = WiredCellar(pins, cellar)
        reports = wired.tick(200)
        assert not pins.pin(STOP).state
        assert wired.resume() is not None
        assert any("GPIO5" in alarm.text for alarm in reports["fv1"].command.alarms)


def test_a_simulated_stop_is_read_by_the_tick(opened):
    with opened(
        fv1=TankOptions(
            volume_l=100.0,
            temperature=Temperature(target_c=19.0, ramp_c_per_h=20.0),
            sensors={"beer": Simulated(measure=("beer_c",)), "stop": Simulated(measure=("emergency_stop",))},
            outputs={"cool": Relay(pin=COOL, min_off_s=0.0)},
        )
    ) as cellar:
        vessel = cellar.tanks["fv1"].sensors["beer"].site.vessel
        wired = WiredCellar(None, cellar)
        assert wired.tick(150)["fv1"].command.duty("cool") == 1.0
        vessel.plug("emergency_stop", 1.0)
        assert wired.tick()["fv1"].command.duty("cool") == 0.0
        assert wired.resume() is not None
        vessel.unplug("emergency_stop")  # silent is pressed as well
        wired.tick()
        assert wired.resume() is not None
        vessel.plug("emergency_stop")
        assert wired.resume() is None
        assert wired.tick(150)["fv1"].command.duty("cool") == 1.0
