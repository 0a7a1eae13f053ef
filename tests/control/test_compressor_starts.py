"""A compressor that starts again and again: a probe on the jacket answers within a minute, and no beer does."""

from collections import deque
from itertools import pairwise
from math import exp

import pytest

from brewpi.alarms.rules import temperature_rules, welded_relay
from brewpi.alarms.rules.output_pauses import Pauses
from brewpi.alarms.rules.view import FINE, AlarmCondition, Sample
from brewpi.control.duty_cycle import DutyCycle
from brewpi.control.output_timers import OutputTimers
from brewpi.control.tank_output import TankOutput
from brewpi.outputs.simulated import Simulated as Output
from brewpi.roles import ROLES

TICK_S = 20.0


def started(output: OutputTimers, hours: float, run_s: float, warms_s: float = 0.0, after: float = 0.0) -> list[float]:
    """When it started: asked for whenever it may run and the probe is warm again, and off after `run_s`."""
    starts = []
    for n in range(round(hours * 3600.0 / TICK_S)):
        now = after + n * TICK_S
        if output.started_at is not None and now - output.started_at >= run_s:
            output.switch(False, now)
        elif output.started_at is None and output.rests(now) is None and now - output.stopped_at >= warms_s:
            output.switch(True, now)
            starts.append(now)
        if isinstance(output, TankOutput):
            output.note_starts(now)
    return starts


def cooler(**options: bool) -> TankOutput:
    plug = Output(role="cool", **options)
    return TankOutput(role=ROLES["cool"], options=plug, cycle=DutyCycle(plug), stopped_at=0.0)


def test_it_starts_six_times_an_hour_at_most_once_it_hunts():
    starts = started(OutputTimers(options=Output(role="cool", compressor=True), stopped_at=0.0), 6.0, run_s=60.0)
    assert all(then - first >= 300.0 for first, then in pairwise(starts))
    assert max(sum(at <= other < at + 3600.0 for other in starts[2:]) for at in starts[2:]) <= 6


def test_a_beer_that_makes_it_run_for_ten_minutes_finds_it_as_before():
    timers = OutputTimers(options=Output(role="cool", compressor=True), stopped_at=0.0)
    starts = started(timers, 3.0, run_s=600.0)
    assert all(then - first == 900.0 for first, then in pairwise(starts))


@pytest.mark.parametrize(
    ("compressor", "run_s", "is_said"), [(True, 60.0, True), (True, 600.0, False), (False, 60.0, False)]
)
def test_a_compressor_that_hunts_is_an_alarm_that_names_the_probes_place(compressor, run_s, is_said):
    output = cooler(compressor=compressor)
    started(output, 3.0, run_s)
    said = {alarm.key: alarm for alarm in output.alarms()}
    assert ("cool: short cycles" in said) == is_said
    if is_said:
        alarm = said["cool: short cycles"]
        assert "cool starts 6 times an hour, 6 are what a compressor bears" in alarm.text
        assert "does its probe lie on the jacket" in alarm.text
        started(output, 3.0, 900.0, 1800.0, after=3.0 * 3600.0)
        assert output.hunts_since is None


def minutes(run: int, pause: int) -> deque[Sample]:
    """Two hours of a cooler that runs for some minutes and pauses."""
    ran = [n % (run + pause) < run for n in range(121)]
    return deque(Sample(60.0 * n, 19.0, frozenset({"cool"} if on else ())) for n, on in enumerate(ran))


@pytest.mark.parametrize(("run", "pause", "holds"), [(2, 8, None), (15, 10, True)])
def test_a_probe_that_swings_back_after_each_short_run_makes_no_heater_a_welded_one(monkeypatch, run, pause, holds):
    class Seen:
        now, samples, roles, finest_c, pauses = 7200.0, minutes(run, pause), frozenset({"heat", "cool"}), 0.0625, {}

    monkeypatch.setattr(temperature_rules, "stuck_on", lambda view, role: AlarmCondition(True, "it rises"))
    assert welded_relay.stuck_on(Seen(), "heat").holds is holds


@pytest.mark.parametrize(
    ("fades_min", "holds"), [(2.0, False), (5.0, False), (1e6, True)], ids=["jacket", "thick wall", "heater"]
)
def test_what_fades_within_each_pause_swings_back_and_what_goes_on_is_a_welded_heater(monkeypatch, fades_min, holds):
    """Runs of eight minutes and pauses of sixteen, in which it rises by two degrees."""
    noted = Pauses("heat")
    for n in range(361):
        run, gone_min = n % 24 < 8, n % 24 - 8
        rise_c = 0.0 if run else 2.0 * (1.0 - exp(-gone_min / fades_min)) / (1.0 - exp(-16.0 / fades_min))
        noted.note(Sample(60.0 * n, 18.5 + rise_c, frozenset({"cool"} if run else ())))

    class Seen:
        now, samples, roles, finest_c = 21600.0, minutes(8, 16), frozenset({"heat", "cool"}), 0.0625
        pauses = {"heat": noted.known()}  # noqa: RUF012

    monkeypatch.setattr(temperature_rules, "stuck_on", lambda view, role: FINE)
    monkeypatch.setattr(temperature_rules, "could_c_per_h", lambda view, sign: 0.1)
    assert welded_relay.stuck_on(Seen(), "heat").holds is holds
