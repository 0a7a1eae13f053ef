"""A pump gives doses that end by themselves, judged by the level of its pin; and its sibling does in virtual time."""

from __future__ import annotations

import time
from collections import deque

import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs import MeteringPump, OutputError
from brewpi.outputs.pump import Pump
from brewpi.outputs.simulated import Simulated
from brewpi.plant.simulated_tank import NUTRIENT_MG_N_PER_ML, Vessel

START = 1_790_000_000.0


class Pin(MockPin):
    """A pin that fails once for each fault in its queue."""

    def __init__(self, *args: object, **options: object) -> None:
        self.faults: deque[Exception] = deque()
        super().__init__(*args, **options)

    def _set_state(self, value: float) -> None:
        if self.faults:
            raise self.faults.popleft()
        super()._set_state(value)


@pytest.fixture
def pins():
    factory = MockFactory(pin_class=Pin)
    yield factory
    factory.reset()


@pytest.fixture(params=[True, False], ids=["active high", "active low"])
def active_high(request) -> bool:
    return request.param


@pytest.fixture
def pump(pins, active_high):
    pump = Pump(pin=25, ml_per_s=10.0, active_high=active_high).open(PlugContext(pin_factory=pins))
    yield pump
    pump.close()


@pytest.fixture
def turns(pins, active_high):
    """Whether the board behind the pin has switched on."""
    return lambda: pins.pin(25).state == active_high


def test_it_is_off_once_opened_and_a_doser(pump, turns):
    assert not turns()
    assert isinstance(pump, MeteringPump)
    assert not pump.running
    assert pump.given_ml == 0.0


def test_a_dose_ends_on_time_without_anybody_looking(pump, turns):
    assert pump.give(2.0) == pytest.approx(0.2)
    assert turns()
    assert pump.running
    began = time.monotonic()
    while turns() and time.monotonic() - began < 5.0:
        time.sleep(0.005)

    assert 0.15 < time.monotonic() - began < 1.0
    while pump.running:
        time.sleep(0.005)
    assert pump.given_ml == pytest.approx(2.0)


def test_a_tick_leaves_a_dose_alone(pump, turns):
    pump.give(100.0)
    pump.set(0.0, START)
    assert turns()


def test_off_stops_at_once_and_what_was_given_stands(pump, turns):
    pump.give(100.0)
    time.sleep(0.1)
    pump.off()

    assert not turns()
    assert not pump.running
    given_ml = pump.given_ml
    assert 0.9 <= given_ml < 20.0
    time.sleep(0.05)
    pump.off()
    assert pump.given_ml == given_ml


def test_no_second_dose_into_the_first(pump):
    pump.give(100.0)
    with pytest.raises(OutputError, match="still gives the last dose"):
        pump.give(1.0)


@pytest.mark.parametrize(
    ("volume_ml", "sentence"),
    [(0.0, "0 ml is none"), (float("nan"), "nan ml is none"), (20_000.0, "20000 ml take 2000 s, longer than")],
)
def test_a_dose_that_makes_no_sense_is_refused(pump, turns, volume_ml: float, sentence: str):
    with pytest.raises(OutputError, match=sentence):
        pump.give(volume_ml)
    assert not turns()


def test_it_cannot_be_driven_like_a_relay(pump, turns):
    with pytest.raises(OutputError, match="gives doses"):
        pump.set(1.0, START)
    assert not turns()


def test_a_pin_that_fails_at_the_start_gave_nothing(pump, pins, turns):
    pins.pin(25).faults.append(OSError("short circuit"))
    with pytest.raises(OutputError, match=r"the pump does not start \(short circuit\)"):
        pump.give(5.0)
    assert not turns()
    assert not pump.running
    assert pump.given_ml == 0.0


def test_a_pin_that_fails_at_the_end_is_switched_off_by_the_next_tick(pump, pins, turns, active_high, recwarn):
    pump.give(1.0)
    while pump.running:
        time.sleep(0.005)
    time.sleep(0.05)
    pins.pin(25)._state = active_high  # as if the thread had failed to write it
    pump.set(0.0, START)
    assert not turns()


def test_closing_stops_it_first(pins, active_high, turns):
    pump = Pump(pin=25, ml_per_s=10.0, active_high=active_high).open(PlugContext(pin_factory=pins))
    pump.give(100.0)
    pump.close()
    assert not turns()


# --- its sibling


@pytest.fixture
def vessel() -> Vessel:
    return Vessel(volume_l=100.0, now=START)


@pytest.fixture
def sibling(vessel):
    return Pump(pin=25, ml_per_s=2.0).simulated("nutrient").open(PlugContext(vessel=vessel))


def test_a_simulated_dose_lasts_in_virtual_time_and_reaches_the_yeast(sibling, vessel):
    before = vessel._fermentation.nitrogen_g_l
    assert sibling.give(100.0) == 50.0
    sibling.set(0.0, START + 20.0)
    assert sibling.running
    assert sibling.given_ml == pytest.approx(40.0)
    sibling.set(0.0, START + 3600.0)
    assert not sibling.running
    assert sibling.given_ml == pytest.approx(100.0)
    assert vessel.fed_ml == pytest.approx(100.0)
    fed_g_l = 100.0 * NUTRIENT_MG_N_PER_ML / 1000.0 / 100.0
    assert vessel._fermentation.nitrogen_g_l <= before + fed_g_l


def test_a_simulated_dose_is_stopped_where_it_is(sibling, vessel):
    sibling.give(100.0)
    sibling.set(0.0, START + 10.0)
    sibling.off()
    sibling.set(0.0, START + 100.0)
    assert vessel.fed_ml == pytest.approx(20.0)
    assert sibling.given_ml == pytest.approx(20.0)


def test_faults_of_a_simulated_pump(sibling, vessel):
    vessel.jams.append("the pump is jammed")
    with pytest.raises(OutputError, match="jammed"):
        sibling.give(10.0)
    assert not sibling.running

    vessel.break_output("nutrient", stuck_at=0.0)  # no hose: it turns and gives nothing
    sibling.give(10.0)
    sibling.set(0.0, START + 60.0)
    assert (vessel.fed_ml, sibling.given_ml) == (0.0, 10.0)


def test_a_simulated_pump_keeps_its_calibration():
    sibling = Pump(pin=25, ml_per_s=2.5).simulated("nutrient")
    assert isinstance(sibling, Simulated)
    assert (sibling.role, sibling.ml_per_s) == ("nutrient", 2.5)
