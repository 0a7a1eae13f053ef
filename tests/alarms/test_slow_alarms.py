"""What comes over days: a probe that drifts or hangs, foam on a hydrometer, a second fermentation, a sluggish cider."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import pytest
from test_alarms import HOUR_S, START, Watched

from brewpi.alarms.monitors import MonitorsSnapshot
from brewpi.records import Forecast, Measured

TILT_C = 5.0 / 9.0  # whole degrees Fahrenheit


STEP_S = 600.0


class Slow(Watched):
    """In steps of ten minutes."""

    def run(self, hours: float, *, c_per_h: float = 0.0, sg_per_h: float = 0.0) -> dict:
        for _ in range(round(hours * HOUR_S / STEP_S)):
            self.now += STEP_S
            self.sg += sg_per_h * STEP_S / HOUR_S
            if (self.now - START) % (HOUR_S * max(1.0, self.every_h)) == 0.0:
                self.history.append((self.now, self.sg, self.beer_c))
            self.evaluate()
        return self.alarms


class Floating(Slow):
    """The beer is held by its probe; a hydrometer with an offset of its own, behind by two hours, floats in it."""

    def __init__(self, drift_c_per_day: float, step_c: float = 0.1, offset_c: float = -1.3, every_h: float = 0.25):
        super().__init__()
        self.drift, self.step_c, self.offset_c, self.interval_h = drift_c_per_day, step_c, offset_c, every_h
        self.true_c = self.shell_c = 19.0
        self.layers_c = 0.0  # how much warmer it is on top
        self.noise = Random(4)

    def days(self, days: float, to_c: float | None = None) -> dict:
        """Time passes, with another setpoint at the end of it if one is given."""
        from_c, steps = self.target_c, round(days * 24.0 * HOUR_S / STEP_S)
        for step in range(steps):
            if to_c is not None:
                self.target_c = from_c + (to_c - from_c) * min(1.0, (step + 1) / steps * 2.0)
            error_c = self.drift * (self.now - START) / (24.0 * HOUR_S)
            self.true_c = self.target_c - error_c + 0.25 * ((self.now // 3600.0) % 2 - 0.5)  # held by what drifts
            self.shell_c += (self.true_c + self.layers_c - self.shell_c) / 12.0
            self.beer_c = round(16.0 * (self.true_c + error_c + self.noise.gauss(0.0, 0.03))) / 16.0
            if step % max(1, round(self.interval_h * HOUR_S / STEP_S)) == 0:
                read_c = self.shell_c + self.offset_c + self.noise.gauss(0.0, 0.05)
                self.others = {"tilt": (self.now + STEP_S, round(read_c / self.step_c) * self.step_c)}
            self.run(STEP_S / HOUR_S)
        return self.alarms


@pytest.mark.parametrize(("per_day", "step_c", "every_h"), [
    (0.15, 0.1, 0.25), (-0.2, 0.0625, 1.0), (0.2, TILT_C, 0.25),
])  # fmt: skip
def test_a_probe_that_drifts_is_warned_of_within_nine_days(per_day, step_c, every_h):
    tank = Floating(per_day, step_c, every_h=every_h)
    assert "beer: drift" not in tank.days(3)
    alarm = tank.days(6)["beer: drift"]
    assert alarm.severity == "warning"
    assert alarm.text.startswith("beer probe and tilt have moved ")
    assert "since the batch began, 19." in alarm.text


def test_the_beginning_is_remembered_through_a_restart():
    tank = Floating(0.15)
    tank.days(4)
    kept, _ = MonitorsSnapshot.read(json.loads(tank.alarm_monitors.snapshot().model_dump_json()))
    tank.alarm_monitors = Watched().alarm_monitors
    tank.alarm_monitors.restore(kept, tank.now)
    assert "beer: drift" in tank.days(5)


@pytest.mark.parametrize("step_c", [0.0625, 0.1, TILT_C])
@pytest.mark.parametrize("offset_c", [-1.3, 0.27, 2.0])
def test_a_hydrometer_with_an_offset_in_layers_a_rise_and_a_crash_is_no_drift(step_c, offset_c):
    tank = Floating(0.0, step_c, offset_c)
    assert "beer: drift" not in tank.days(4)
    assert "beer: drift" not in tank.days(2, to_c=21.5)
    tank.layers_c = 0.4  # the yeast settles, nothing stirs any more
    assert "beer: drift" not in tank.days(3)
    assert "beer: drift" not in tank.days(2, to_c=2.0)
    tank.layers_c = 2.5
    assert "beer: drift" not in tank.days(4)


@pytest.mark.parametrize(("reads_c", "beer_c_per_h", "cools", "said"), [
    (28.0, 0.0, False, True),  # the probe is half in the cold room
    (12.0, 0.0, True, True),  # it hangs in the warm one
    (22.0, 0.0, False, False),  # an offset
    (24.2, -1.5, False, False),  # a hydrometer follows a crash hours later
    (27.0, 0.0, True, False),  # warm beer lies on cold
])  # fmt: skip
def test_a_hydrometer_that_reads_another_beer_altogether_is_said_within_hours(reads_c, beer_c_per_h, cools, said):
    tank = Slow()
    tank.cool = float(cools)
    for _ in range(32):
        tank.others = {"tilt": (tank.now + STEP_S, reads_c + beer_c_per_h * (tank.now - START) / HOUR_S)}
        tank.run(0.25, c_per_h=beer_c_per_h)
    assert ("beer: elsewhere" in tank.alarms) == said
    if said:
        alarm = tank.alarms["beer: elsewhere"]
        assert alarm.severity == "alarm"
        assert alarm.text.startswith(f"beer probe and tilt read 19.0 and {reads_c:.1f} °C")
        tank.others = {"tilt": (tank.now + STEP_S, 19.3)}
        assert "beer: elsewhere" not in tank.run(3)


def test_nothing_heats_or_cools_by_the_hydrometer():
    tank = Floating(0.2)
    tank.days(9)
    assert tank.alarms["beer: drift"].todo.startswith("Measure by hand")


# --- a probe that hangs


def fermenting(hours: float, live: bool, tank: Slow, step_c: float = 0.0625) -> dict:
    """The probe flickers by one step while it lives."""
    for step in range(round(hours * HOUR_S / STEP_S)):
        if live:
            tank.beer_c = 19.0 + step_c * (step % 3)
        tank.run(STEP_S / HOUR_S, sg_per_h=-0.0005)
    return tank.alarms


def test_a_probe_that_reads_the_same_to_the_last_digit_while_the_beer_ferments_hangs():
    tank = Slow()
    assert not fermenting(12, True, tank)
    assert not fermenting(6, False, tank)
    alarm = fermenting(4, False, tank)["beer: standstill"]
    assert (alarm.severity, alarm.text[:33]) == ("alarm", "beer temperature is exactly 19.12")
    assert "beer: standstill" not in fermenting(2, True, tank)


class Roomy(Slow):
    """A tank in a room that is measured."""

    room_c = 32.0

    def measured(self) -> dict[str, Measured]:
        return {"room_c": Measured(self.room_c, self.now, self.room_c)}


def flickering(tank: Slow, hours: float) -> dict:
    for step in range(round(hours * HOUR_S / STEP_S)):
        tank.beer_c = 19.0 + 0.0625 * (step % 3)
        tank.run(STEP_S / HOUR_S)
    return tank.alarms


@pytest.mark.parametrize("room_c", [32.0, 5.0])
def test_a_probe_that_reads_the_same_while_the_room_warms_or_cools_the_beer_hangs(room_c):
    tank = Roomy(target_c=None)
    tank.phase, tank.room_c = "done", room_c
    flickering(tank, 12)
    assert "beer: standstill" not in tank.run(7)
    alarm = tank.run(6)["beer: standstill"]
    assert f"a room of {room_c:.0f} °C moves it by " in alarm.text
    assert "beer: standstill" not in flickering(tank, 3)


@pytest.mark.parametrize(("room_c", "cool"), [(21.0, 0.0), (32.0, 1.0)], ids=["as warm", "held"])
def test_in_a_room_as_warm_or_while_it_is_held_it_may_stand(room_c, cool):
    tank = Roomy(target_c=None)
    tank.phase, tank.room_c, tank.cool = "done", room_c, cool
    flickering(tank, 12)
    assert "beer: standstill" not in tank.run(20)


def held(tank: Slow, hours: float, every_h: float) -> dict:
    """It falls to and fro by steps of the probe, and the heater runs for a while every so often."""
    for step in range(round(hours * HOUR_S / STEP_S)):
        tank.beer_c = 19.0 + 0.0625 * (step % 3)
        tank.heat = float(step * STEP_S / HOUR_S % every_h < 0.3)
        tank.run(STEP_S / HOUR_S)
    tank.heat = 0.0
    return tank.alarms


@pytest.mark.parametrize(("every_h", "within_h"), [(2.0, 8.5), (4.0, 13.0), (8.0, 25.0)])
def test_a_probe_that_stands_still_after_it_was_heated_all_day_hangs(every_h, within_h):
    tank = Slow()
    tank.phase = "done"
    assert "beer: standstill" not in held(tank, 30, every_h)
    assert "beer: standstill" not in tank.run(7.5)
    alarm = tank.run(within_h - 7.5)["beer: standstill"]
    assert alarm.severity == "alarm"
    assert "times in the day before: does the probe still measure?" in alarm.text
    assert "beer: standstill" not in flickering(tank, 3)


@pytest.mark.parametrize("why", ["seldom heated", "still heated"])
def test_a_beer_that_was_seldom_held_or_is_still_held_may_stand_still(why):
    tank = Slow()
    tank.phase = "done"
    held(tank, 30, 20.0 if why == "seldom heated" else 4.0)
    tank.heat = float(why == "still heated")
    assert "beer: standstill" not in tank.run(40)


def test_a_coarse_probe_and_a_beer_at_rest_may_stand_still_for_days():
    tilt = Slow()
    fermenting(12, True, tilt, TILT_C)
    assert "beer: standstill" not in fermenting(30, False, tilt, TILT_C)
    rested = Slow()
    fermenting(12, True, rested)
    assert "beer: standstill" not in rested.run(60)


# --- what gravity tells


def test_foam_that_lifts_the_hydrometer_for_forty_hours_is_said_and_is_no_lag():
    tank = Slow()
    tank.run(20, sg_per_h=-0.0004)
    tank.sg = 1.062
    tank.run(40)
    assert set(tank.alarms) == {"batch: rose"}
    assert tank.alarms["batch: rose"].text == (
        "gravity rose by 18 points to 1.062 and nothing was told: foam or trub on the hydrometer, or was something"
        " added?"
    )
    tank.sg = 1.030
    assert "batch: rose" not in tank.run(8)


def test_a_crash_that_lifts_a_hydrometer_is_no_rise():
    tank = Slow(target_c=None)
    tank.run(30, sg_per_h=-0.0013)
    tank.phase = "done"
    tank.run(24)
    tank.beer_c, tank.sg = 3.0, tank.sg + 0.010
    assert "batch: rose" not in tank.run(24)


@pytest.mark.parametrize("every_h", [1.0, 24.0])
def test_hops_that_set_sugar_free_are_said(every_h):
    tank = Slow()
    tank.every_h = every_h
    tank.run(30, sg_per_h=-0.0013)
    tank.phase, tank.done_sg = "done", tank.sg
    assert not tank.run(30)
    assert not tank.run(24, sg_per_h=-0.00008)  # two points are left by definition
    alarm = tank.run(90, sg_per_h=-0.00008)["batch: falls again"]
    assert alarm.text.startswith("gravity fell from 1.0110 to 1.00")


def test_a_tank_that_was_emptied_is_asked_about():
    tank = Slow()
    tank.run(30, sg_per_h=-0.0013)
    tank.sg, tank.phase = 1.0, "emptied"
    assert tank.run(2)["batch: emptied"].text == "gravity 1.000 is not that of this beer: was the tank emptied?"


def test_a_sluggish_cider_is_one_warning_not_eight():
    """It falls by half a point a day, more or less: at rest today, and tomorrow not."""
    tank, raised = Slow(), 0
    tank.batch = replace(tank.batch, medium="cider", expected_attenuation=1.0)
    tank.run(30, sg_per_h=-0.0005)
    for day in range(20):
        tank.phase = "stuck" if day % 3 else "fermenting"
        tank.forecast = Forecast(22.0, tank.sg, "model", p_stuck=0.1)
        before = "batch: stuck" in tank.alarms
        raised += "batch: stuck" in tank.run(24, sg_per_h=-0.00002) and not before
    assert raised == 1
    tank.phase = "fermenting"
    assert "batch: stuck" not in tank.run(24, sg_per_h=-0.0005)
