"""A drain valve is open only while its pin says so; its sibling empties the simulated tank."""

import pytest
from gpiozero.pins.mock import MockFactory

from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs.valve import Valve
from brewpi.plant.simulated_tank import DRAIN_S, Vessel

START = 1_790_000_000.0


@pytest.mark.parametrize("active_high", [True, False])
def test_off_and_closed_are_shut(active_high: bool):
    pins = MockFactory()
    valve = Valve(pin=24, active_high=active_high).open(PlugContext(pin_factory=pins))
    assert pins.pin(24).state != active_high
    valve.set(1.0, START)
    assert pins.pin(24).state == active_high
    valve.off()
    assert pins.pin(24).state != active_high
    valve.set(1.0, START)
    valve.close()
    assert pins.pin(24).state != active_high


def test_its_sibling_empties_the_tank():
    vessel = Vessel(volume_l=200.0, now=START)
    valve = Valve(pin=24).simulated("drain").open(PlugContext(vessel=vessel))
    assert vessel.measure("flow", START) == 0.0
    valve.set(1.0, START)
    assert vessel.measure("flow", START + 1.0) == 1.0
    assert vessel.measure("level_low", START + DRAIN_S / 2) == 0.0
    assert vessel.drained_l == pytest.approx(100.0)
    assert vessel.measure("level_low", START + 2 * DRAIN_S) == 1.0
    assert vessel.measure("flow", START + 2 * DRAIN_S) == 0.0
    assert vessel.drained_l == 200.0


def test_a_jammed_valve_lets_nothing_out():
    vessel = Vessel(volume_l=200.0, now=START)
    vessel.break_output("drain", stuck_at=0.0)
    Valve(pin=24).simulated("drain").open(PlugContext(vessel=vessel)).set(1.0, START)
    assert vessel.measure("flow", START + 60.0) == 0.0
    assert vessel.drained_l == 0.0


def test_the_switches_of_a_simulated_tank_are_as_the_test_sets_them():
    vessel = Vessel(now=START)
    assert vessel.measure("vent_open", START) == 1.0
    vessel.plug("vent_open", 0.0)
    assert vessel.measure("vent_open", START) == 0.0
    vessel.unplug("vent_open")
    assert vessel.measure("vent_open", START) is None
