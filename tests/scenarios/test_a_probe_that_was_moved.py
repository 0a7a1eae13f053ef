"""A probe that slips half out of its well, or a reader that jumps: from then on something else is held than the beer,
and nothing but the step shows it."""

from dataclasses import replace
from math import exp

import pytest
from cellar_harness import CellarBench, Nobody, tank_options

from brewpi.plant.simulated_tank import ALE
from brewpi.records import Reading
from brewpi.sensors.simulated import Simulated as Sensor

TICK_S = 60.0
RESTED = replace(ALE, og=1.012, room_swing_c=0.0)


class Moved:
    """A steel probe that reads `share` of the beer and the rest of the room, and is `off_c` wrong; it comes there
    within minutes."""

    def __init__(self, vessel, share=1.0, off_c=0.0, lag_s=200.0):
        self.vessel, self.share, self.off_c, self.lag_s = vessel, share, off_c, lag_s
        self.reads_c = vessel.beer_c

    def read(self, now):
        beer_c = self.vessel.measure("beer_c", now)
        if beer_c is None:
            return []
        seen_c = self.share * beer_c + (1.0 - self.share) * self.vessel.room_c(now) + self.off_c
        self.reads_c += (seen_c - self.reads_c) * (1.0 - exp(-TICK_S / self.lag_s))
        return [Reading(now, "beer_c", round(16.0 * self.reads_c) / 16.0)]

    def close(self):
        """Nothing to let go of."""


class Bench(CellarBench):
    """One tank in ticks of a minute, a day after pitching."""

    def __init__(self, directory, target_c=19.0, room_c=22.0, volume_l=200.0, pitched_h=24.0, brew=RESTED):
        options = tank_options(target_c, hydrometer=Sensor(measure=("sg",), every_s=900.0))
        super().__init__(directory, fv1=options.model_copy(update={"volume_l": volume_l}))
        self.vessel = self.vessels["fv1"]
        self.vessel.brew = replace(brew, start_c=target_c, room_c=room_c)
        self.vessel.beer_c, self.seen = target_c, set()
        self.send("start_batch", name="Pale", og=1.050, medium="beer")
        self.place(Moved(self.vessel))
        self.go(pitched_h)

    def place(self, probe):
        probe.reads_c = getattr(self.sensor.probe, "reads_c", self.vessel.beer_c)
        self.sensor.probe = probe

    @property
    def sensor(self):
        return next(sensor for sensor in self.cellar.tanks["fv1"].sensors if sensor.name == "beer")

    def power_on(self):
        super().power_on()
        self.cellar.tanks["fv1"].forecaster = Nobody()

    def go(self, hours):
        for _ in range(round(hours * 3600.0 / TICK_S)):
            self.now += TICK_S
            self.last = {report.tank: report for report in self.cellar.tick(self.now)}
            self.seen |= self.alarms.keys()

    @property
    def alarms(self):
        return {alarm.key: alarm for alarm in self.last["fv1"].command.alarms}


@pytest.mark.parametrize(("target_c", "room_c", "share", "volume_l"), [
    (19.0, 32.0, 0.5, 200.0), (19.0, 5.0, 0.5, 2000.0), (10.0, 32.0, 0.8, 200.0), (10.0, 22.0, 0.2, 20.0),
])  # fmt: skip
def test_a_probe_that_hangs_half_out_is_said_within_half_an_hour_and_no_longer_once_it_is_back(
    tmp_path, target_c, room_c, share, volume_l
):
    bench = Bench(tmp_path, target_c, room_c, volume_l)
    assert "beer: moved" not in bench.seen
    bench.place(Moved(bench.vessel, share))
    bench.go(0.5)
    alarm = bench.alarms["beer: moved"]
    assert alarm.severity == "alarm"
    assert "is the probe all the way in its well" in alarm.text
    assert abs(bench.vessel.beer_c - target_c) < 2.0
    bench.go(5.0)
    assert "beer: moved" in bench.alarms  # what is held by it looks as it should
    bench.restart()
    bench.place(Moved(bench.vessel, share))
    bench.sensor.probe.reads_c = share * bench.vessel.beer_c + (1.0 - share) * room_c
    bench.go(0.5)
    assert "beer: moved" in bench.alarms
    bench.place(Moved(bench.vessel))
    bench.go(0.5)
    assert "beer: moved" not in bench.alarms
    bench.power_off()


@pytest.mark.parametrize("off_c", [3.0, -3.0])
def test_a_reader_that_jumps_and_stays_is_said_until_somebody_resumes(tmp_path, off_c):
    bench = Bench(tmp_path)
    bench.place(Moved(bench.vessel, off_c=off_c))
    bench.go(8.0)
    assert "beer: moved" in bench.alarms
    bench.send("resume")
    bench.go(1.0)
    assert "beer: moved" not in bench.alarms
    bench.power_off()


def test_a_probe_that_was_taken_out_for_a_while_and_is_not_all_the_way_back(tmp_path):
    bench = Bench(tmp_path, room_c=30.0)
    bench.vessel.unplug("beer_c")
    bench.go(0.3)
    bench.vessel.plug("beer_c")
    bench.place(Moved(bench.vessel, 0.5))
    bench.go(0.7)
    assert "beer: moved" in bench.alarms
    bench.power_off()


def test_a_probe_that_is_read_in_the_air_for_a_moment_is_no_matter(tmp_path):
    bench = Bench(tmp_path, room_c=30.0)
    for _ in range(3):
        bench.place(Moved(bench.vessel, 0.0))
        bench.go(0.05)
        bench.place(Moved(bench.vessel))
        bench.go(1.0)
    assert "beer: moved" not in bench.seen
    bench.power_off()


@pytest.mark.parametrize("volume_l", [5.0, 200.0])
def test_filling_a_warm_ale_and_its_crash_are_no_moved_probe(tmp_path, volume_l):
    bench = Bench(tmp_path, room_c=14.0, volume_l=volume_l, pitched_h=2.0, brew=replace(ALE, room_swing_c=3.0))
    bench.vessel.beer_c = 25.0  # wort on air
    bench.go(30.0)
    bench.vessel.supply.update(heat=15.0, cool=2.0)  # a hundred watts and more in a bucket
    for target_c in (24.0, 1.0):
        bench.send("target", target_c=target_c)
        bench.go(12.0)
    assert "beer: moved" not in bench.seen
    bench.power_off()
