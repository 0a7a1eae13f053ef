"""A crash by a probe of coarse steps: the setpoint goes down, each run ends within a step, and the cooler works."""

import pytest
from test_a_coarse_probe import held

NOT_TRUE = {"cool: weak", "cool: dead", "cool: guilty", "heat: stuck on"}


@pytest.mark.parametrize("step_f", [0.9, 1.0])
@pytest.mark.parametrize("volume_l", [200.0, 1000.0])
def test_it_arrives_and_no_output_is_called_weak(volume_l, step_f):
    """The cooler was tried as soon as one step was due, off for hours each time: `weak` two to six times in a day."""
    tank, seen = held(volume_l, 19.0, 20.0, step_f=step_f), set()
    tank.run(hours=12)
    tank.run(target_c=2.0, minutes=1)
    for _ in range(40):
        tank.run(hours=1)
        seen |= tank.alarms.keys()
    assert not seen & NOT_TRUE
    assert tank.vessel.beer_c < 2.0 + 0.9 * step_f


@pytest.mark.parametrize("step_f", [0.9, 1.0, 1.8])
@pytest.mark.parametrize("volume_l", [20.0, 200.0])
def test_a_cooler_that_dies_on_the_way_is_still_found(volume_l, step_f):
    tank = held(volume_l, 19.0, 20.0, step_f=step_f)
    tank.run(hours=12)
    tank.run(target_c=2.0, hours=6)
    tank.vessel.break_output("cool", stuck_at=0.0)
    tank.run(hours=10)
    assert "beer: off target" in tank.alarms
    tank.run(hours=14)
    assert tank.alarms.keys() & {"cool: dead", "cool: guilty"}
