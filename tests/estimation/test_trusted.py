"""What may be acted on: fresh, and of a sensor that nobody doubts."""

from __future__ import annotations

import pytest

from brewpi.control.setpoint import Setpoint
from brewpi.control.temperature import Temperature
from brewpi.estimation.gravity import alcohol_pct, attenuation, fermentable_fraction_consumed
from brewpi.estimation.trusted import trusted
from brewpi.records import Batch, Fault, Measured, TankState

NOW = 1_790_000_000.0


def tank(*doubted: str, age_s: float = 10.0) -> TankState:
    measured = {name: Measured(value, NOW - age_s, value) for name, value in (("sg", 1.020), ("beer_c", 19.0))}
    faults = tuple(Fault("probe", quantity, "twin", "probe: reads the same as another", NOW) for quantity in doubted)
    return TankState(Batch(NOW, og=1.050), measured, faults)


def test_a_fresh_number_of_a_believed_sensor_is_trusted():
    assert trusted(tank(), "sg", NOW, 60.0) == 1.020
    assert trusted(tank("beer_c"), "sg", NOW, 60.0) == 1.020
    assert trusted(tank(), "sg", NOW, 5.0) is None
    assert trusted(tank(age_s=-10.0), "sg", NOW, 60.0) is None
    assert trusted(tank(), "top_bar", NOW, 60.0) is None


def test_a_driver_that_could_not_read_once_leaves_its_last_reading_until_that_is_old():
    state = tank("")
    assert trusted(state, "beer_c", NOW, 60.0) == 19.0
    assert trusted(state, "beer_c", NOW + 60.0, 60.0) is None


@pytest.mark.parametrize("fact", [attenuation, fermentable_fraction_consumed, alcohol_pct])
def test_what_is_worked_out_from_gravity_needs_a_gravity_that_is_believed(fact):
    assert fact(tank(), NOW, 2.0) is not None
    assert fact(tank("sg"), NOW, 2.0) is None


def test_nothing_is_wished_for_by_a_thermometer_that_is_doubted():
    setpoint = Setpoint(Temperature(target_c=25.0, ramp_c_per_h=20.0))
    setpoint.decide(tank(), NOW)
    assert setpoint.decide(tank(), NOW + 200.0).duty("heat") == 1.0
    doubted = setpoint.decide(tank("beer_c"), NOW + 200.0)
    assert doubted.duty("heat") == 0.0
    assert doubted.why == "hold: waits for a beer temperature"
