"""A wall clock that is wrong, unknown, stepped or set late: what is dated how, through the real cellar."""

import json
from itertools import pairwise

import pytest
from cellar_harness import START, TICK_S, CellarBench, Post, tank_options
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from brewpi.cellar.build import build
from brewpi.clock import Machine as Pi
from brewpi.clock import SystemClock
from brewpi.mqtt.topics import iso
from brewpi.sensors.simulated import Simulated as Sensor

HOUR = 3600.0
YEAR = 365 * 24 * HOUR


class Machine(CellarBench):
    """A Pi without a battery. `now` is the true time, which only the test knows; `wall` is what the Pi shows."""

    has_no_listeners = True

    def __init__(self, directory, **tanks):
        directory.mkdir(exist_ok=True)
        self.wall_off_s, self.synchronised, self.rtc, self.boots = 0.0, True, False, 0
        tanks = tanks or {"fv1": tank_options(spindle=Sensor(measure=("sg",), every_s=900.0))}
        super().__init__(directory, **tanks)

    @property
    def wall(self):
        return self.now + self.wall_off_s

    def power_on(self):
        self.link = Post()
        self.clock = SystemClock(Pi(
            wall=lambda: self.wall, monotonic=lambda: self.now - START, synchronised=lambda: self.synchronised,
            rtc=lambda: self.rtc, boot=lambda: f"boot {self.boots}",
        ))  # fmt: skip
        self.cellar = build(
            self.config, self.clock.now, vessels=self.vessels, link=self.link,
            stepped_s=self.clock.stepped_s, is_clock_known=self.clock.is_known,
        )  # fmt: skip
        self.open = self.cellar.opened(self.cellar.begin(self.clock))
        self.open.__enter__()

    def tick(self, times=1, tick_s=TICK_S):
        for _ in range(times):
            self.now += tick_s
            self.cellar.follow(self.clock)
            self.last = {report.tank: report for report in self.cellar.tick(self.clock.now())}

    def cut(self, hours, wakes_s=0.0):
        """The mains fail for so long; it wakes up in the second of the cut, or so much later or earlier by its wall."""
        self.power_off()
        shown, self.boots = self.wall, self.boots + 1
        self.now += hours * HOUR
        self.wall_off_s = shown + wakes_s - self.now
        self.synchronised = False
        self.power_on()

    def ntp(self):
        """The network has answered."""
        self.wall_off_s, self.synchronised = 0.0, True

    @property
    def batch(self):
        return self.last["fv1"].state.batch

    @property
    def pitched_h(self):
        """Hours since pitching, as the tank has it."""
        return (self.last["fv1"].at - self.batch.started_at) / HOUR

    def published(self):
        return json.loads(self.link.retained["brewpi/riverside/fv1/curve"])


@pytest.fixture
def machine(tmp_path):
    machine = Machine(tmp_path)
    machine.send("start_batch", name="Pale", og=1.050)
    machine.tick(240, 30.0)
    yield machine
    machine.power_off()


@pytest.mark.parametrize("wakes_s", [0.0, 60.0, -600.0, -5 * HOUR, -YEAR, YEAR])
def test_the_power_is_away_for_ten_hours_and_the_time_comes_after_the_start(machine, wakes_s):
    began, before = machine.now - 2 * HOUR, machine.last["fv1"].state.history
    machine.cut(10.0, wakes_s)
    machine.tick(80, 30.0)
    since_start = [at for at, _, _ in machine.last["fv1"].state.history[len(before) :]]
    assert since_start, "gravity is not recorded"
    ack = machine.send("reading", quantity="beer_c", value=19.0, at=iso(machine.now - 60.0))
    assert ack["ok"] or (wakes_s == YEAR and "if it is new, a clock is wrong" in ack["why"])
    machine.ntp()
    machine.tick(2, 30.0)
    assert machine.last["fv1"].at == pytest.approx(machine.now, abs=1.0)
    assert machine.pitched_h == pytest.approx((machine.now - began) / HOUR, abs=0.05)
    assert "brewpi was away for 10.0 h" in machine.last["fv1"].command.alarms[0].text
    for _ in range(2):  # the record agrees
        history = machine.last["fv1"].state.history
        assert [at for at, _, _ in history[: len(before)]] == pytest.approx([at for at, _, _ in before], abs=1.0)
        gap_h = (history[len(before)][0] - history[len(before) - 1][0]) / HOUR
        assert gap_h == pytest.approx(10.2, abs=0.3)
        machine.restart()
        machine.tick(1)
    machine.tick(80, 30.0)
    assert machine.last["fv1"].state.history[-1][0] > machine.now - 1000.0
    assert machine.published()["started_at"] == iso(before[0][0])


@pytest.mark.parametrize(("is_kept", "ahead_h"), [(True, -26.0), (False, 0.0)])
def test_devices_are_as_far_ahead_as_a_wall_clock_that_is_kept(machine, is_kept, ahead_h):
    """Started at a time of tomorrow, which a time service puts right; one that somebody turns may be the wrong one."""
    machine.wall_off_s = -26 * HOUR
    machine.synchronised = is_kept
    assert machine.clock.senders_ahead_s() == pytest.approx(ahead_h * HOUR)


def test_a_battery_backed_clock_is_believed_at_once(machine):
    machine.power_off()
    machine.now, machine.boots = machine.now + 10 * HOUR, 1
    machine.rtc, machine.synchronised = True, False
    machine.power_on()
    machine.tick(2)
    assert "brewpi was away for 10.0 h" in machine.last["fv1"].command.alarms[0].text
    machine.ntp()
    machine.tick(2)
    assert machine.events("clock") == []


@pytest.mark.parametrize("off_s", [YEAR, -YEAR, 3 * HOUR, -3 * HOUR])
def test_a_command_is_refused_for_its_age_only_when_the_clock_is_known(machine, off_s):
    machine.wall_off_s = off_s
    assert "clock is wrong" in machine.send("target", target_c=18.0)["why"]
    assert machine.send("stop")["ok"]
    machine.wall_off_s = 0.0
    machine.restart()
    machine.cut(0.1, off_s)
    behind = off_s < 0.0  # as a clock without a battery is; one that is ahead refuses until it is put right
    assert machine.send("target", target_c=18.0)["ok"] == behind
    assert not machine.send("target", age_s=YEAR * 1.5, target_c=18.0)["ok"]
    if behind:
        sample = {"quantity": "sg", "value": 1.049, "unit": "sg", "at": iso(machine.now - HOUR)}
        ack = machine.send("reading", **sample)
        assert ack["ok"], ack["why"]
    assert machine.send("stop")["ok"]
    machine.ntp()
    machine.tick()
    assert "issued 10 min ago" in machine.send("target", age_s=600.0, target_c=18.0)["why"]


def test_a_hand_reading_is_dated_by_its_sender_whatever_our_clock_shows(tmp_path):
    machine = Machine(tmp_path, fv1=tank_options())
    machine.send("start_batch", name="Pale", og=1.050)
    machine.tick(200, 60.0)
    machine.cut(1.0)
    machine.tick(20, 60.0)
    assert machine.send("reading", quantity="sg", value=1.048, unit="sg", at=iso(machine.now - 600.0))["ok"]
    machine.ntp()
    machine.tick(2)
    assert machine.last["fv1"].state.history[-1][0] == pytest.approx(machine.now - 600.0, abs=30.0)
    machine.power_off()


def test_a_compressor_rests_through_the_moment_in_which_the_clock_becomes_known(machine):
    machine.beer("fv1", 23.0)
    machine.cut(10.0)
    machine.tick(120)
    assert machine.cooling("fv1")
    machine.ntp()
    off_s = 0.0
    for _ in range(100):
        machine.tick()
        off_s += 0.0 if machine.cooling("fv1") else TICK_S
    assert machine.cooling("fv1")
    assert off_s >= 300.0


def test_a_clock_that_nobody_sets_is_said(machine):
    machine.cut(1.0)
    machine.tick(62, 30.0)
    assert "nobody has set the wall clock" in {a.key: a.text for a in machine.last["fv1"].command.alarms}["clock"]
    machine.ntp()
    machine.tick(2)
    assert "clock" not in {alarm.key for alarm in machine.last["fv1"].command.alarms}


MISHAPS = st.lists(
    st.tuples(
        st.sampled_from(["step", "unset", "restart", "cut"]),
        st.sampled_from([-YEAR, -26 * HOUR, -HOUR, -90.0, 90.0, HOUR, 26 * HOUR, YEAR]),
        st.integers(1, 10),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


def told(machine):
    """What decides: hours since pitching, target, forecast; and when gravity was read, as hours before now."""
    report = machine.last["fv1"]
    ends = report.forecast.remaining_h
    read_h = [(report.at - at) / HOUR for at, *_ in report.state.history]
    return machine.pitched_h, report.demand.target_c, ends and machine.now + ends.p50 * HOUR, read_h


def brewed(directory, mishaps):
    """Two days; the mishaps come one after the other, the time service answers half an hour after each."""
    machine = Machine(directory)
    machine.send("start_batch", name="Pale", og=1.050, medium="beer")
    runs, rests, was, since = [], [], False, machine.now
    end, due, waiting = machine.now + 48 * HOUR, machine.now + 2 * HOUR, list(mishaps)
    ntp_at = None
    while machine.now < end:
        if waiting and machine.now >= due:
            what, by_s, hours = waiting.pop(0)
            due = machine.now + hours * HOUR
            if what == "step":
                machine.wall_off_s += by_s
            elif what == "restart":
                machine.restart(60.0)
            else:
                machine.cut(0.02, by_s if what == "unset" else 0.0)
                ntp_at = machine.now + 1800.0
            was, since = False, machine.now
        if ntp_at is not None and machine.now >= ntp_at:
            machine.ntp()
            ntp_at = None
        machine.tick(1, 600.0)
        if machine.cooling("fv1") != was:
            (rests if was is False else runs).append(machine.now - since)
            was, since = not was, machine.now
    said = told(machine)
    assert all(rest >= 300.0 for rest in rests[1:])
    machine.power_off()
    return said


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    return brewed(tmp_path_factory.mktemp("untouched") / "m", [])


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate],
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(MISHAPS)
@example([("restart", -HOUR, 4), ("unset", -YEAR, 4), ("restart", YEAR, 10), ("cut", -90.0, 5),
          ("restart", -26 * HOUR, 9), ("step", HOUR, 2)])  # fmt: skip
def test_a_batch_goes_on_as_if_nobody_had_touched_the_clock(tmp_path_factory, untouched, mishaps):
    """Readings lie where they were taken. The forecast of other noise differs: one restart alone moves it by 17 h."""
    pitched_h, target_c, ends_at, read_h = brewed(tmp_path_factory.mktemp("touched") / "m", mishaps)
    assert pitched_h == pytest.approx(untouched[0], abs=0.2)
    assert target_c == untouched[1]
    assert read_h[0] == pytest.approx(untouched[3][0], abs=0.2)
    assert 0.0 <= read_h[-1] <= 1.0
    assert all(0.0 < earlier - later <= 1.0 for earlier, later in pairwise(read_h))
    assert ends_at == pytest.approx(untouched[2], abs=30 * HOUR)
