"""The simulated output: what it is told reaches the vessel, and the vessel's faults do not reach it."""

import pytest

from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs import OutputError
from brewpi.outputs.simulated import Simulated
from brewpi.plant.simulated_tank import Vessel


def test_a_heater_warms_and_a_cooler_cools():
    for role, sign in (("heat", 1.0), ("cool", -1.0)):
        vessel, alone = Vessel(), Vessel()
        drive = Simulated(role=role).open(PlugContext(vessel=vessel))
        drive.set(1.0, 0.0)
        vessel.advance(3600.0)
        alone.advance(3600.0)
        assert sign * (vessel.beer_c - alone.beer_c) > 0.1


def test_off_is_off_and_needs_no_time():
    vessel = Vessel()
    drive = Simulated(role="heat").open(PlugContext(vessel=vessel))
    drive.set(1.0, 60.0)
    drive.off()
    assert vessel.duties["heat"] == 0.0
    assert vessel.at == 60.0


def test_a_welded_relay_heats_on_whatever_it_is_told():
    vessel, alone = Vessel(), Vessel()
    vessel.break_output("heat", stuck_at=1.0)
    Simulated(role="heat").open(PlugContext(vessel=vessel)).set(0.0, 0.0)
    vessel.advance(3600.0)
    alone.advance(3600.0)
    assert vessel.beer_c > alone.beer_c + 0.1
    vessel.mend_output("heat")
    assert vessel.broken == {}


def test_without_a_simulated_tank_it_says_what_to_do():
    with pytest.raises(OutputError, match="brewpi simulate or the demo"):
        Simulated(role="heat").open(PlugContext())
