"""Nobody told what happened to the tank: new wort, sugar, a drained tank, a second fermentation. By the live vessel."""

from dataclasses import replace

import pytest
from cellar_harness import CellarBench, Nobody, tank_options

from brewpi.physics import SG_PER_G_L
from brewpi.plant.kinetics import pitched
from brewpi.records import Reading
from brewpi.sensors.simulated import Simulated as Sensor

HOUR = 3600.0
TICK_S = 600.0


class Live(CellarBench):
    """`fv1` with a hydrometer of every quarter of an hour, in ticks of ten minutes; its yeast is quick."""

    def __init__(self, directory, target_c=19.0, options=None, **batch):
        usual = tank_options(target_c=target_c, hydrometer=Sensor(measure=("sg",), every_s=900.0))
        super().__init__(directory, fv1=options or usual)
        self.pump_in(1.050, target_c, yeast_g_l=4.0)
        self.said = {}
        assert self.send("start_batch", name="Pale", og=1.050, medium="beer", **batch)["ok"]

    def power_on(self):
        super().power_on()
        self.cellar.tanks["fv1"].forecaster = Nobody()

    def go(self, hours, until=lambda: False):
        """Time passes, at most so long; `said` has every alarm that was raised since it was emptied."""
        end = self.now + hours * HOUR
        while self.now < end and not until():
            self.now += TICK_S
            self.last = {report.tank: report for report in self.cellar.tick(self.now)}
            self.said |= {alarm.key: alarm for alarm in self.report.command.alarms}

    @property
    def report(self):
        return self.last["fv1"]

    @property
    def vessel(self):
        return self.vessels["fv1"]

    def pump_in(self, og, at_c, yeast_g_l=1.0):
        """Fresh wort, with its yeast."""
        vessel = self.vessel
        vessel.brew, vessel.beer_c = replace(vessel.brew, og=og), at_c
        vessel._fermentation = pitched(
            yeast_g_l, 0.16, (og - vessel.brew.terminal_sg) / SG_PER_G_L, vessel.brew.shares
        )


@pytest.fixture
def live(tmp_path):
    bench = Live(tmp_path)
    yield bench
    bench.power_off()


def test_new_wort_in_a_tank_at_3_degrees_is_held_where_it_was_found_while_it_ferments(live):
    live.go(100.0)
    live.send("target", target_c=3.0)
    live.go(24.0)
    assert live.vessel.beer_c < 4.0
    live.pump_in(1.052, 19.0)
    live.go(6.0, until=lambda: live.report.phase == "unknown")
    found_c, live.said = live.vessel.beer_c, {}
    assert found_c > 14.0
    live.go(24.0)
    live.restart()
    live.go(48.0)
    assert live.vessel.sg < 1.040  # it ferments, and makes heat
    assert abs(live.vessel.beer_c - found_c) < 1.0
    assert set(live.said) == {"batch: another"}
    assert "another batch?" in live.report.command.why
    assert live.report.demand.target_goal_c == 3.0


def test_new_wort_is_not_called_a_stuck_beer(live):
    """Kept apart from what is held: the batch that never ended is over, whatever gravity does."""
    live.go(100.0)
    live.pump_in(1.052, 19.0)
    live.go(60.0)
    assert "batch: another" in live.said
    assert "batch: stuck" not in live.said


def test_sugar_that_nobody_told_of_is_asked_about_and_told_it_is_explained(live):
    live.go(24.0)
    live.pump_in(live.vessel.sg + 0.013, 19.0, yeast_g_l=0.1)
    live.go(10.0)
    assert "or was something added?" in live.said["batch: rose"].text
    assert live.send("addition", what="sugar", points=13)["ok"]
    live.go(7.0)
    assert "batch: rose" not in {alarm.key for alarm in live.report.command.alarms}


@pytest.mark.parametrize("read_sg", [1.0, 0.962])
def test_a_tank_that_was_drained_by_hand_is_asked_about(live, read_sg):
    """The hydrometer lies in rinse water, or on the floor; the probe reads the cellar."""
    live.go(100.0)
    live.vessel.plug("sg", read_sg)
    live.vessel.plug("beer_c", 12.0)
    live.go(8.0)
    assert live.report.phase == "emptied"
    assert "was the tank emptied?" in live.said["batch: emptied"].text
    assert not live.vessel.duties["heat"]


def test_hop_creep_after_complete_is_said(live):
    live.go(130.0, until=lambda: live.report.phase == "done")
    assert live.report.phase == "done"
    live.vessel.brew = replace(live.vessel.brew, terminal_sg=live.vessel.sg - 0.005)
    live.vessel._fermentation = pitched(0.3, 0.1, 0.005 / SG_PER_G_L, live.vessel.brew.shares)
    live.go(36.0)
    live.restart()
    live.go(84.0)
    assert "it ferments again, do not package yet" in live.said["batch: falls again"].text


def test_a_hydrometer_beside_a_probe_that_ages_is_looked_at_and_never_used(tmp_path):
    """0.2 °C a day: water in its sleeve. The beer gets as much colder, and the hydrometer that floats in it knows."""
    floating = {"hydrometer": Sensor(measure=("sg", "beer_c"), every_s=900.0)}
    options = tank_options(target_c=19.0)
    options = options.model_copy(update={"sensors": {**options.sensors, **floating}})
    bench = Live(tmp_path, options=options)
    probe = bench.cellar.tanks["fv1"].sensors["beer"]
    probe.probe = Ageing(bench.vessel, bench.now)
    for day in range(8):
        bench.go(24.0)
        assert ("beer: drift" in bench.said) <= (day > 3)
    assert "beer probe and hydrometer have moved" in bench.said["beer: drift"].text
    assert bench.report.state.measured["beer_c"].value - bench.vessel.beer_c > 1.4
    bench.vessel.unplug("beer_c")
    probe.probe = None
    bench.go(1.0)
    assert "no beer temperature" in bench.said["beer: unknown"].text
    bench.power_off()


class Ageing:
    """A probe that reads more with each day."""

    def __init__(self, vessel, since):
        self.vessel, self.since = vessel, since

    def read(self, now):
        return [Reading(now, "beer_c", self.vessel.measure("beer_c", now) + 0.2 * (now - self.since) / 86_400.0)]

    def close(self):
        """Nothing to let go of."""


def test_a_probe_whose_firmware_hangs_is_found_while_the_beer_ferments(tmp_path):
    bench = Live(tmp_path)
    bench.pump_in(1.050, 19.0)
    bench.go(24.0)
    bench.vessel.plug("beer_c", 19.0)
    bench.go(24.0)
    assert "does the probe still measure?" in bench.said["beer: standstill"].text
    bench.power_off()
