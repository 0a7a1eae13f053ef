"""What happens in a cellar on any day: a door left open, a probe that says its power-on value, a belt that only just
holds a kveik, a big tank that takes its time."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from cellar_harness import CellarBench, tank_options
from scenario_harness import Harness

from brewpi.control.limits import Limits
from brewpi.plant.kinetics import Strain
from brewpi.plant.simulated_tank import ALE, CIDER
from brewpi.sensors.dht import Dht22, DhtProbe
from brewpi.sensors.ds18b20 import Ds18b20, Ds18b20Probe
from brewpi.sensors.simulated import Simulated as Sensor

ALL_DAY = {"compressor": False, "max_run_s": 48 * 3600.0}
LATCHED = {"heat: dead", "heat: guilty", "cool: dead", "cool: guilty"}


# --- the door


def a_fridge() -> Harness:
    """A bucket of 23 l at 19 °C in a fridge, in a kitchen of 28 °C; 7 W/l while its door is shut."""
    fridge = Harness(volume_l=23.0, cool=ALL_DAY, brew=replace(ALE, og=1.012, room_c=28.0), tick_s=15.0)
    fridge.run(hours=1)
    return fridge


def test_the_door_of_the_fridge_is_left_ajar_over_night():
    """Most of the cold goes into the kitchen: that is said, the fridge goes on, and once it is shut all is well."""
    fridge = a_fridge()
    fridge.vessel.supply["cool"] = 0.08
    seen = seen_in(fridge, 12)
    assert {"beer: off target", "cool: weak"} & seen
    assert not seen & LATCHED
    fridge.vessel.supply["cool"] = 1.0
    fridge.run(hours=5)
    assert abs(fridge.vessel.beer_c - 19.0) < 0.6
    assert not fridge.alarms


def test_the_door_of_the_fridge_stands_wide_open():
    """All of the cold goes into the kitchen. As with a probe in the room, it stops, says so and waits for a person."""
    fridge = a_fridge()
    fridge.vessel.supply["cool"] = 0.0
    seen = seen_in(fridge, 12)
    assert "cool: dead" in seen
    assert fridge.longest("cooling") < 4 * 3600.0
    fridge.vessel.supply["cool"] = 1.0
    fridge.resume()
    fridge.run(hours=6)
    assert abs(fridge.vessel.beer_c - 19.0) < 0.6
    assert not fridge.alarms


def seen_in(tank: Harness, hours: int) -> set[str]:
    seen: set[str] = set()
    for _ in range(hours):
        tank.run(hours=1)
        seen |= tank.alarms.keys()
    return seen


# --- a belt alone, a big tank


def test_a_kveik_at_38_degrees_on_a_heat_belt_that_only_just_holds_it():
    """20 W around 20 l in a room of 20 °C: too weak without the yeast's own warmth, said, and never latched."""
    kveik = replace(
        ALE, og=1.058, terminal_sg=1.012, yeast_g_l=0.8, start_c=36.0, room_c=20.0,
        strain=Strain(hot_c=46.0, cold_c=14.0, lag_h=4.0, activation_kj=40.0),
    )  # fmt: skip
    belt = Harness(
        volume_l=20.0, without="cool", heat={"max_run_s": 48 * 3600.0}, brew=kveik, tick_s=15.0,
        temperature={"target_c": 38.0}, limits=Limits(beer_high_c=41.0).model_dump(),
    )  # fmt: skip
    assert seen_in(belt, 72) <= {"heat: weak"}
    assert belt.vessel.sg < 1.016
    assert 36.0 < belt.vessel.beer_c < 39.0


def test_a_quiet_batch_in_a_tank_of_10_000_litres_raises_nothing():
    """0.25 W/l: it follows its target by a fifth of a degree an hour, through krausen, rise and crash."""
    tank = Harness(
        volume_l=10_000.0, cool=ALL_DAY, heat=ALL_DAY, brew=replace(ALE, room_c=16.0), tick_s=60.0,
        temperature={"ramp_c_per_h": 0.1},
    )  # fmt: skip
    tank.vessel.supply.update(cool=0.08, heat=0.25)
    seen = seen_in(tank, 60)
    tank.run(target_c=21.0)
    seen |= seen_in(tank, 36)
    assert abs(tank.vessel.beer_c - 21.0) < 0.6
    tank.run(target_c=12.0)
    seen |= seen_in(tank, 84)
    assert tank.vessel.beer_c < 14.0
    assert not seen


def test_a_cider_of_2000_litres_on_a_jacket_alone_raises_nothing():
    brew = replace(CIDER, start_c=16.0, room_c=21.0)
    tank = Harness(volume_l=2000.0, without="heat", brew=brew, tick_s=60.0, temperature={"target_c": 16.0})
    assert not seen_in(tank, 72)
    assert abs(tank.vessel.beer_c - 16.0) < 0.6


# --- one of two sensors


def test_the_second_thermometer_dies_and_the_first_goes_on(tmp_path):
    bench = CellarBench(tmp_path, fv1=tank_options(target_c=19.0, witness=Sensor(measure=("beer_c",))))
    bench.beer("fv1", 22.0)
    bench.run(minutes=10)
    witness = bench.cellar.tanks["fv1"].sensors["witness"]
    witness.probe = Silent()
    bench.run(minutes=30)
    assert bench.cooling("fv1")
    (alarm,) = bench.last["fv1"].command.alarms
    assert (alarm.key, alarm.severity) == ("witness: silent", "warning")
    bench.power_off()


def test_the_second_of_two_hydrometers_is_shown_and_never_mixed_in(tmp_path):
    two = {name: Sensor(measure=("sg",), every_s=900.0) for name in ("tilt", "pill")}
    bench = CellarBench(tmp_path, fv1=tank_options(target_c=19.0, **two))
    bench.send("start_batch", name="Pale", og=1.050)
    bench.run(minutes=20)
    tilt, pill = (sensor for sensor in bench.cellar.tanks["fv1"].sensors if sensor.name in two)
    tilt.probe = Silent()
    bench.vessels["fv1"].plug("sg", 1.030)
    for _ in range(18):
        bench.now += 595.0
        bench.tick()
    state = bench.last["fv1"].state
    assert pill.last["sg"].value == 1.030
    assert state.measured["sg"].value > 1.045
    assert state.fresh("sg", bench.now, 7200.0) is None
    assert "tilt: silent" in {alarm.key for alarm in bench.last["fv1"].command.alarms}
    bench.power_off()


class Silent:
    """A sensor with an empty battery."""

    def read(self, now):
        return []

    def close(self):
        """Nothing to let go of."""


# --- what a sensor says that is no measurement


NO_LIBRARY = SimpleNamespace(**{
    name: type(name, (Exception,), {}) for name in ("NoSensorFoundError", "ResetValueError", "W1ThermSensorError")
})  # fmt: skip


class Says:
    """A device that says one thing after another, the last one for ever."""

    def __init__(self, *values) -> None:
        self.values = list(values)

    def __next__(self):
        return self.values.pop(0) if len(self.values) > 1 else self.values[0]

    def get_temperature(self) -> float:
        return next(self)

    def measure(self) -> None:
        self.temperature, self.humidity = next(self)

    def exit(self) -> None:
        """Nothing to let go of."""


def a_tank_with(tmp_path, *values) -> CellarBench:
    bench = CellarBench(tmp_path, fv1=tank_options(target_c=19.0, room=Sensor(measure=("room_c", "humidity_pct"))))
    probe = Ds18b20Probe(Says(*values), Ds18b20(id="28-0316a2794eff"), NO_LIBRARY)
    bench.cellar.tanks["fv1"].sensors["beer"].probe = probe
    return bench


def outputs_of(bench: CellarBench) -> dict[str, float]:
    return {role: bench.vessels["fv1"].duties[role] for role in ("heat", "cool")}


@pytest.mark.parametrize("nonsense", [85.0, -127.0, float("nan")])
def test_a_ds18b20_says_its_power_on_value_or_that_it_is_absent(tmp_path, nonsense):
    """Once between two temperatures it switches nothing; for ever it is said, and nothing heats or cools."""
    bench = a_tank_with(tmp_path, *[17.0] * 150, nonsense, *[17.0] * 150, nonsense)
    bench.run(minutes=12)
    assert outputs_of(bench) == {"heat": 1.0, "cool": 0.0}
    for _ in range(160):
        bench.tick()
        assert outputs_of(bench) == {"heat": 1.0, "cool": 0.0}
    bench.run(minutes=8)
    assert outputs_of(bench) == {"heat": 0.0, "cool": 0.0}
    assert any("heating and cooling are off, check the probe" in text for text in bench.events("alarm_raised"))
    assert bench.last["fv1"].state.measured["beer_c"].value == 17.0
    bench.power_off()


@pytest.mark.parametrize("nonsense", [(140.0, 20.0), (-90.0, 99.9), (21.0, 0.0), (None, None)])
def test_a_dht_says_what_no_room_is_and_the_beer_is_controlled_all_the_same(tmp_path, nonsense):
    bench = a_tank_with(tmp_path, 17.0)
    room = next(sensor for sensor in bench.cellar.tanks["fv1"].sensors if sensor.name == "room")
    room.probe = DhtProbe(Says(*[(18.0, 60.0)] * 60, nonsense), Dht22(pin=4))
    bench.run(minutes=20)
    measured = bench.last["fv1"].state.measured
    assert measured["room_c"].value == 18.0
    assert bench.last["fv1"].state.fresh("room_c", bench.now, 300.0) is None
    assert {alarm.severity for alarm in bench.last["fv1"].command.alarms} == {"warning"}
    assert outputs_of(bench) == {"heat": 1.0, "cool": 0.0}
    bench.power_off()
