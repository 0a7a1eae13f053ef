"""Two tanks side by side: probes in each other's well, a batch that moves on and on, one chiller with a valve that is
welded open, a probe whose reader was changed to degrees Fahrenheit."""

from dataclasses import replace

import pytest
from cellar_harness import CellarBench, Nobody, tank_options

from brewpi.config.config import TankOptions
from brewpi.control.shared import Shared
from brewpi.outputs.simulated import Simulated as Output
from brewpi.plant.simulated_tank import ALE, Vessel
from brewpi.records import Reading
from brewpi.sensors.simulated import Simulated as Sensor

TICK_S = 60.0


class Neighbors(CellarBench):
    """In ticks of a minute; `said` has every alarm that a tank raised. Nobody asks for a forecast."""

    def power_on(self):
        super().power_on()
        self.said = {name: {} for name in self.cellar.tanks}
        for tank in self.cellar.tanks.values():
            tank.forecaster = Nobody()

    def go(self, hours, tick_s=TICK_S):
        for _ in range(round(hours * 3600.0 / tick_s)):
            self.now += tick_s
            self.last = {report.tank: report for report in self.cellar.tick(self.now)}
            for name, report in self.last.items():
                self.said[name] |= {alarm.key: alarm for alarm in report.command.alarms}


class Elsewhere:
    """A probe in another tank's well."""

    def __init__(self, vessel):
        self.vessel = vessel

    def read(self, now):
        return [Reading(now, "beer_c", self.vessel.measure("beer_c", now))]

    def close(self):
        """Nothing to let go of."""


def test_the_probes_of_two_tanks_are_swapped_after_cleaning(tmp_path):
    """An ale and a lager: each cooler or heater works on a beer that its probe does not see, and is found out."""
    bench = Neighbors(tmp_path, fv1=tank_options(19.0), fv2=tank_options(10.0))
    ale, lager = bench.vessels["fv1"], bench.vessels["fv2"]
    bench.go(1.0)
    bench.cellar.tanks["fv1"].sensors["beer"].probe = Elsewhere(lager)
    bench.cellar.tanks["fv2"].sensors["beer"].probe = Elsewhere(ale)
    before_c = ale.beer_c, lager.beer_c
    bench.go(24.0)
    assert abs(ale.beer_c - before_c[0]) < 3.0
    assert abs(lager.beer_c - before_c[1]) < 3.0
    for name in ("fv1", "fv2"):
        assert not any(bench.vessels[name].duties.values())
        assert not {"heat: dead", "heat: guilty", "cool: dead", "cool: guilty"} & bench.said[name].keys()
        assert "are the two swapped?" in bench.said[name]["beer: swapped"].text
    bench.power_off()


@pytest.mark.parametrize("targets", [(19.0, 18.0), (19.0, 12.0)])
def test_two_tanks_whose_probes_are_swapped_in_mid_batch_wait_for_resume(tmp_path, targets):
    """They went on by each other's beer: 10 °C away within three days, with the alarm on the board."""
    names = ("fv1", "fv2")
    bench = Neighbors(tmp_path, **{n: tank_options(target_c) for n, target_c in zip(names, targets, strict=True)})
    beers = [bench.vessels[name] for name in names]
    for vessel, room_c in zip(beers, (12.0, 24.0), strict=True):
        vessel.brew = replace(ALE, og=1.012, room_c=room_c)
        vessel._fermentation = vessel._fermentation._replace(glucose_g_l=0.0, maltose_g_l=0.0, maltotriose_g_l=0.0)
    bench.go(3.0)
    probes = [bench.cellar.tanks[name].sensors["beer"] for name in names]
    right = [sensor.probe for sensor in probes]
    for sensor, vessel in zip(probes, reversed(beers), strict=True):
        sensor.probe = Elsewhere(vessel)
    bench.go(1.0)
    assert all("beer: swapped" in bench.said[name] for name in names)
    assert any("another tank, waits for resume" in bench.last[name].command.why for name in names)
    bench.restart()
    probes = [bench.cellar.tanks[name].sensors["beer"] for name in names]
    bench.go(0.5)
    assert all("beer: swapped" in bench.said[name] for name in names)
    assert not any(any(vessel.duties.values()) for vessel in beers)
    for sensor, probe in zip(probes, right, strict=True):
        sensor.probe = probe
    for name in names:
        bench.send("resume", tank=name)
    bench.go(3.0)
    for name, vessel, target_c in zip(names, beers, targets, strict=True):
        assert "beer: swapped" not in {alarm.key for alarm in bench.last[name].command.alarms}
        assert abs(vessel.beer_c - target_c) < 1.0
    bench.power_off()


def floating() -> TankOptions:
    return tank_options(19.0, hydrometer=Sensor(measure=("sg",), every_s=900.0))


def test_the_hydrometers_of_two_tanks_are_swapped_after_cleaning(tmp_path):
    """Where it seems to rise, everything is held; where it seems to have fallen within the hour, that is said."""
    bench = Neighbors(tmp_path, fv1=floating(), fv2=floating())
    old, fresh = bench.vessels["fv1"], bench.vessels["fv2"]
    bench.send("start_batch", name="Pale", og=1.050)
    bench.go(60.0, 300.0)
    fresh._fermentation = Vessel(ALE, volume_l=500.0)._fermentation
    bench.send("start_batch", tank="fv2", name="Amber", og=1.050)
    bench.go(12.0, 300.0)
    assert not {"batch: another", "batch: fell at once"} & (bench.said["fv1"] | bench.said["fv2"]).keys()
    for _ in range(48):
        old.plug("sg", round(fresh.sg, 4))
        fresh.plug("sg", round(old.sg, 4))
        bench.go(0.1, 300.0)
    assert "batch: another" in bench.said["fv1"]
    assert "faster than yeast does" in bench.said["fv2"]["batch: fell at once"].text
    bench.power_off()


def test_a_batch_is_topped_up_with_a_fifth_of_water_and_nobody_says_so(tmp_path):
    bench = Neighbors(tmp_path, fv1=floating())
    vessel = bench.vessels["fv1"]
    bench.send("start_batch", name="Pale", og=1.050)
    bench.go(12.0, 300.0)
    for _ in range(40):
        vessel.plug("sg", round(1.0 + 0.8 * (vessel.sg - 1.0), 4))
        bench.go(0.1, 300.0)
    assert "did water come in?" in bench.said["fv1"]["batch: fell at once"].text
    bench.power_off()


def test_a_batch_that_moves_three_times_keeps_its_curve_its_name_and_its_pitching(tmp_path):
    hydrometer = {"hydrometer": Sensor(measure=("sg",), every_s=900.0)}
    bench = Neighbors(tmp_path, **{name: tank_options(19.0, **hydrometer) for name in ("fv1", "fv2", "fv3")})
    bench.send("start_batch", name="Pale", og=1.050, medium="beer")
    bench.go(36.0, 600.0)
    pitched_at = bench.last["fv1"].state.batch.started_at
    for here, there in (("fv1", "fv2"), ("fv2", "fv3"), ("fv3", "fv1")):
        readings = len(bench.last[here].state.history)
        assert bench.send("move_batch", tank=here, to=there)["ok"]
        pumped = bench.vessels[here], bench.vessels[there]
        for what in ("_fermentation", "brew", "beer_c"):
            one, other = getattr(pumped[0], what), getattr(pumped[1], what)
            setattr(pumped[0], what, other)
            setattr(pumped[1], what, one)
        bench.go(3.0, 600.0)
        assert bench.last[here].state.batch is None
        assert len(bench.last[there].state.history) >= readings + 8
    bench.restart()
    bench.go(1.0, 600.0)
    state = bench.last["fv1"].state
    assert (state.batch.name, state.batch.started_at) == ("Pale", pitched_at)
    assert bench.last["fv1"].phase == "fermenting"
    assert not [key for said in bench.said.values() for key in said if key.startswith("batch")]
    bench.power_off()


def test_a_valve_that_is_welded_open_lets_its_tank_go_cold_whenever_the_others_are_cooled(tmp_path):
    chiller = Shared(output=Output(role="cool", compressor=True, min_on_s=60.0))
    bench = Neighbors(tmp_path, shared={"glycol": chiller}, fv1=tank_options(10.0), fv2=a_tank_without_heater())
    bench.vessels["fv1"].brew = replace(bench.vessels["fv1"].brew, room_c=24.0)
    bench.go(3.0)
    bench.vessels["fv2"].break_output("cool", stuck_at=1.0)
    bench.go(12.0)
    assert "below its setpoint 19.0 and not on its way" in bench.said["fv2"]["beer: off target"].text
    assert bench.vessels["fv2"].beer_c > 12.0
    assert "beer: off target" not in bench.said["fv1"]
    bench.power_off()


def a_tank_without_heater():
    options = tank_options(19.0)
    return options.model_copy(update={"outputs": {"cool": Output(role="cool")}})


@pytest.mark.parametrize(("target_c", "may_lose_c"), [(19.0, 0.5), (8.0, 3.0), (3.0, 3.0)])
def test_a_probe_whose_reader_was_changed_to_fahrenheit_does_not_freeze_the_beer(tmp_path, target_c, may_lose_c):
    """66 °F is no beer in °C; 46 °F and 37 °F might be, and the cooler that runs by them has no effect."""
    bench = Neighbors(tmp_path, fv1=tank_options(target_c))
    bench.go(2.0)
    before_c = bench.vessels["fv1"].beer_c
    bench.beer("fv1", 1.8 * before_c + 32.0)
    bench.go(24.0)
    assert bench.vessels["fv1"].beer_c > before_c - may_lose_c
    assert bench.vessels["fv1"].beer_c > -1.5
    assert {"beer: unknown", "cool: dead"} & bench.said["fv1"].keys()
    assert not bench.cooling("fv1")
    bench.power_off()
