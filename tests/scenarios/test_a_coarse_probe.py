"""A Tilt that is the beer probe shows whole °F: two of its steps are more than a deadband of 0.3 °C, twice."""

from dataclasses import replace
from random import Random

import pytest
from scenario_harness import Harness

from brewpi.plant.simulated_tank import ALE

TICK_S = 60.0


class WholeFahrenheit(Harness):
    """`starts`: how often each output began to run."""

    def __init__(self, step_f: float = 1.0, **options) -> None:
        self.step_f, self.noise = step_f, Random(5)
        self.starts = {"heating": 0, "cooling": 0}
        super().__init__(tick_s=TICK_S, **options)

    def tick(self) -> None:
        was = self.heating, self.cooling
        shown = round((self.in_beer_c() * 1.8 + 32.0 + self.noise.gauss(0.0, 0.15)) / self.step_f) * self.step_f
        self.plug("beer", (shown - 32.0) / 1.8)
        super().tick()
        self.starts["heating"] += self.heating and not was[0]
        self.starts["cooling"] += self.cooling and not was[1]

    def in_beer_c(self) -> float:
        return self.vessel.beer_c


def held(volume_l: float, target_c: float, room_c: float, og: float = 1.012, **more) -> WholeFahrenheit:
    brew = replace(ALE, og=og, start_c=target_c, room_c=room_c)
    return WholeFahrenheit(volume_l=volume_l, brew=brew, temperature={"target_c": target_c}, **more)


@pytest.mark.parametrize(("volume_l", "target_c", "room_c", "og"), [
    (20.0, 18.0, 12.0, 1.012), (20.0, 19.0, 12.0, 1.050), (200.0, 18.0, 12.0, 1.012), (1000.0, 19.0, 12.0, 1.012),
    (20.0, 18.0, 24.0, 1.050), (200.0, 20.0, 24.0, 1.012),
])  # fmt: skip
@pytest.mark.parametrize("step_f", [1.0, 1.8])
def test_it_holds_the_beer_and_no_output_that_works_is_called_dead(volume_l, target_c, room_c, og, step_f):
    """Each run ended within a step, nothing showed its effect, and the heater was off in the first night: 12 °C. And a
    compressor that began six times an hour, by the flicker between two steps."""
    tank, seen = held(volume_l, target_c, room_c, og, step_f=step_f), set()
    for _ in range(48):
        tank.run(hours=1)
        seen |= tank.alarms.keys()
        assert abs(tank.vessel.beer_c - target_c) < 0.9 * step_f
    assert not seen
    assert tank.starts["cooling"] <= 30
    assert tank.starts["heating"] <= 30


@pytest.mark.parametrize(("role", "room_c"), [("heat", 12.0), ("cool", 28.0)])
@pytest.mark.parametrize("volume_l", [20.0, 200.0])
def test_an_output_without_effect_is_still_found(role, room_c, volume_l):
    tank = held(volume_l, 19.0, room_c)
    tank.run(hours=12)
    tank.vessel.break_output(role, stuck_at=0.0)
    tank.run(hours=14)
    assert f"{role}: dead" in tank.alarms


def test_a_tilt_that_was_left_on_the_shelf_freezes_no_beer():
    tank = held(20.0, 19.0, 26.0)
    tank.run(hours=12)
    tank.in_beer_c = lambda: tank.vessel.room_c(tank.now)
    tank.run(hours=12)
    assert "cool: dead" in tank.alarms
    assert tank.vessel.beer_c > 8.0


def test_its_step_is_known_through_a_restart():
    tank = held(20.0, 18.0, 12.0)
    tank.run(hours=12)
    for _ in range(6):
        tank.restart()
        tank.run(hours=2)
        assert not tank.alarms
    assert abs(tank.vessel.beer_c - 18.0) < 0.9


@pytest.mark.parametrize(
    ("volume_l", "from_c", "to_c", "room_c"), [(200.0, 10.0, 18.0, 12.0), (20.0, 19.0, 4.0, 25.0)]
)
def test_a_flicker_between_two_steps_is_no_beer_that_goes_the_wrong_way(volume_l, from_c, to_c, room_c):
    """A degree there and back within one run: the output was off until somebody resumed, two hours into the rise."""
    tank = held(volume_l, from_c, room_c, step_f=1.8)
    tank.noise.gauss = lambda mean, _: Random.gauss(tank.noise, mean, 0.27)
    tank.run(hours=8)
    tank.run(target_c=to_c, hours=10)
    assert not tank.alarms.keys() & {"heat: guilty", "cool: guilty"}
    assert abs(tank.vessel.beer_c - to_c) < 7.0


def test_sockets_that_are_crossed_are_found_by_whole_degrees_too():
    tank = held(200.0, 19.0, 12.0, step_f=1.8)
    tank.run(hours=6)
    tank.cross_the_sockets()
    tank.run(hours=8)
    assert tank.alarms.keys() & {"heat: guilty", "heat: dead"}
    assert tank.vessel.beer_c > 14.0
