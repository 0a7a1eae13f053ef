"""Nobody told what happened to the tank: new wort, sugar, a drained tank, a second fermentation. By the live vessel."""

from dataclasses import replace

import pytest
from cellar_harness import CellarBench, tank_options

from brewpi.physics import SG_PER_G_L
from brewpi.plant.kinetics import pitched
from brewpi.sensors.simulated import Simulated as Sensor

HOUR = 3600.0
TICK_S = 300.0


class Live(CellarBench):
    """`fv1` with a hydrometer of every quarter of an hour, in ticks of five minutes."""

    def __init__(self, directory, target_c=19.0, **batch):
        options = tank_options(target_c=target_c, hydrometer=Sensor(measure=("sg",), every_s=900.0))
        super().__init__(directory, fv1=options)
        self.pump_in(1.050, target_c, yeast_g_l=4.0)
        self.said = {}
        assert self.send("start_batch", name="Pale", og=1.050, medium="beer", **batch)["ok"]

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
