"""Alarms: each condition raised, held, cleared; what people see of them; and the incidents of others about alarms."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from cellar_harness import CellarBench
from stored import stored

from brewpi.alarms.catalogue import entry_of
from brewpi.alarms.manager import AlarmManager, ClockAlarm
from brewpi.alarms.monitors import AlarmMonitors
from brewpi.alarms.options import Alarming
from brewpi.records import (
    Alarm,
    Batch,
    Command,
    ControlRequest,
    Fault,
    Forecast,
    Interval,
    Measured,
    Phase,
    TankState,
)  # fmt: skip
from brewpi.sentences import Sentence

START = 1_790_000_000.0
HOUR_S = 3600.0
SILENT = Alarm("beer: silent", "alarm", "beer: no beer temperature for over 5 min", START)
NONE = Forecast(0.0, None, "none")
ROLES = frozenset({"heat", "cool"})


class Watched:
    """A tank of 500 L as the watches see it, minute by minute."""

    def __init__(self, beer_c: float | None = 19.0, target_c: float | None = 19.0, **options: object) -> None:
        self.alarm_monitors = AlarmMonitors(Alarming(**options), 500.0, ROLES)
        self.batch: Batch | None = Batch(START, "b1", "Helles", "beer", og=1.050, expected_attenuation=0.78)
        self.now, self.beer_c, self.target_c, self.sg = START, beer_c, target_c, 1.050
        self.heat = self.cool = 0.0
        self.every_h = 0.25  # between readings of gravity
        self.forecast, self.faults = NONE, ()
        self.phase: Phase | None = None
        self.done_sg: float | None = None
        self.others: dict[str, tuple[float, float]] = {}  # second thermometers: when and what they read
        self.history: list[tuple[float, float, float]] = []
        self.alarms: dict[str, Alarm] = {}

    def run(self, hours: float, *, c_per_h: float = 0.0, sg_per_h: float = 0.0) -> dict[str, Alarm]:
        """Let hours pass; beer and gravity go on at so much an hour."""
        for _ in range(round(hours * 60)):
            self.now += 60.0
            self.beer_c = None if self.beer_c is None else self.beer_c + c_per_h / 60.0
            self.sg += sg_per_h / 60.0
            if (self.now - START) % (3600.0 * self.every_h) == 0.0 and not self.faults:
                self.history.append((self.now, self.sg, 19.0 if self.beer_c is None else self.beer_c))
            self.evaluate()
        return self.alarms

    def evaluate(self) -> None:
        beer = {} if self.beer_c is None else {"beer_c": Measured(self.beer_c, self.now, self.beer_c)}
        measured = MappingProxyType({**beer, "sg": Measured(self.sg, self.now, self.sg), **self.measured()})
        state = TankState(self.batch, measured, self.faults, tuple(self.history))
        demand, command = ControlRequest("hold", self.target_c), Command(self.duties())
        raised = self.alarm_monitors.evaluate(
            state, self.forecast, demand, command, self.now, self.phase, self.done_sg, self.others
        )
        self.alarms = {a.key: a for a in raised}

    def measured(self) -> dict[str, Measured]:
        """What else is measured."""
        return {}

    def duties(self) -> dict[str, float]:
        """What runs."""
        return {"heat": self.heat, "cool": self.cool}


@pytest.fixture
def tank() -> Watched:
    return Watched()


# --- beer does not follow its output


def test_temperature_that_rises_while_heat_is_off_is_a_stuck_relay(tank):
    tank.run(2)
    assert not tank.alarms
    alarm = tank.run(1.5, c_per_h=1.5)["heat: stuck on"]
    assert alarm.text.startswith("temperature rises while heat is off: 1.5 °C in 60 min, without heating 0.")
    assert alarm.severity == "alarm"
    assert "plug of the heater" in alarm.todo
    assert "heat: stuck on" not in tank.run(2)


def heated(volume_l: float, hours: float = 3.0) -> Watched:
    """A tank without a cooler that was held by its heater, in a room that nobody measures."""
    tank = Watched()
    tank.alarm_monitors = AlarmMonitors(Alarming(), volume_l, frozenset({"heat"}))
    for _ in range(round(hours)):  # falls for 40 minutes, is heated for 20
        tank.run(2 / 3, c_per_h=-0.3, sg_per_h=-0.0003)
        tank.heat = 1.0
        tank.run(1 / 3, c_per_h=0.6, sg_per_h=-0.0003)
        tank.heat = 0.0
    return tank


@pytest.mark.parametrize("volume_l", [20.0, 60.0])
def test_a_small_heater_that_welds_is_said_soon_where_it_was_needed_until_then(volume_l):
    tank = heated(volume_l)
    tank.run(0.5, c_per_h=0.67, sg_per_h=-0.0003)
    assert not tank.alarms
    alarm = tank.run(1.5, c_per_h=0.67, sg_per_h=-0.0003)["heat: stuck on"]
    assert alarm.text.startswith("temperature rises while heat is off: 0.7 °C in 60 min, without heating 0.")


@pytest.mark.parametrize("volume_l", [20.0, 500.0])
@pytest.mark.parametrize("doubles_h", [2.5, 5.0])
def test_a_fermentation_that_sets_in_where_the_heater_was_needed_is_no_welded_one(volume_l, doubles_h):
    tank, sg_per_h = heated(volume_l, 6.0), 0.0003
    for _ in range(10):
        sg_per_h = min(0.0018, sg_per_h * 2.0 ** (1.0 / doubles_h))
        assert "heat: stuck on" not in tank.run(1.0, c_per_h=299.0 * (sg_per_h - 0.0003), sg_per_h=-sg_per_h)


def test_a_day_that_grows_warm_around_a_small_tank_that_was_heated_at_night_is_no_welded_heater():
    tank, away_c = heated(20.0), -1.0
    for _ in range(32):
        away_c += 0.5  # of a room that gains 2 °C an hour
        assert "heat: stuck on" not in tank.run(0.25, c_per_h=0.0456 * away_c, sg_per_h=-0.0002)


def test_a_heater_that_ran_to_a_new_setpoint_says_nothing_of_the_room():
    tank = Watched(beer_c=8.0, target_c=8.0)
    tank.alarm_monitors = AlarmMonitors(Alarming(), 20.0, frozenset({"heat"}))
    tank.run(3)
    tank.target_c, tank.heat = 12.0, 1.0
    tank.run(1, c_per_h=4.0)
    tank.heat = 0.0  # there, and the room has 24 °C
    assert "heat: stuck on" not in tank.run(4, c_per_h=0.55, sg_per_h=-0.00001)


@pytest.mark.parametrize(("c_per_h", "key"), [(6.8, "heat: stuck on"), (-6.8, "cool: stuck on")])
def test_a_probe_that_slipped_out_of_its_well_is_looked_at_before_the_relay(tank, c_per_h: float, key: str):
    tank.run(2)
    alarm = tank.run(2, c_per_h=c_per_h)[key]
    assert alarm.text.endswith("is the probe in its well, its relay stuck on?")
    assert alarm.todo.startswith("Look whether the probe is in its thermowell")
    assert all("replace" not in todo.partition(".")[0] for todo in (alarm.todo, *entry_of(key).todo_in.values()))
    assert "the probe is in the beer" in entry_of(f"{key.partition(':')[0]}: guilty").todo


def test_what_fermentation_can_make_is_no_stuck_relay(tank):
    assert "heat: stuck on" not in tank.run(6, c_per_h=0.6, sg_per_h=-0.0018)


def test_the_same_rise_without_fermentation_is_one(tank):
    tank.run(10)
    assert "heat: stuck on" in tank.run(4, c_per_h=0.9)


def test_a_rise_while_heat_runs_and_a_single_step_are_none(tank):
    tank.heat = 1.0
    assert "heat: stuck on" not in tank.run(4, c_per_h=1.5)
    tank.heat = 0.0
    tank.run(3)
    tank.beer_c += 3.0  # topped up with warm wort
    assert "heat: stuck on" not in tank.run(3)


def test_temperature_that_falls_while_cooling_is_off_is_a_stuck_valve(tank):
    tank.run(2)
    assert "falls while cool is off" in tank.run(2, c_per_h=-1.5)["cool: stuck on"].text


class InARoom(Watched):
    """In a room that is measured."""

    room_c = 9.0

    def measured(self):
        return {"room_c": Measured(self.room_c, self.now, self.room_c)}


@pytest.mark.parametrize(("volume_l", "per_h"), [(20.0, 0.137), (50.0, 0.101), (500.0, 0.047)])
def test_a_bare_tank_in_a_cold_room_has_no_stuck_valve_and_what_falls_faster_has(volume_l, per_h):
    tank = InARoom()  # per_h: three times an insulated wall, for each degree
    tank.alarm_monitors = AlarmMonitors(Alarming(), volume_l, ROLES)
    tank.run(2)
    for _ in range(8):
        assert "cool: stuck on" not in tank.run(0.25, c_per_h=per_h * (tank.room_c - tank.beer_c))
    assert "cool: stuck on" in tank.run(2, c_per_h=per_h * (tank.room_c - tank.beer_c) - 0.5)


# --- off target


def test_off_target_is_raised_after_three_hours_and_cleared_with_hysteresis(tank):
    tank.run(1)
    tank.beer_c = 20.5
    assert not tank.run(2.9)
    alarm = tank.run(0.3)["beer: off target"]
    assert alarm.text == "beer 20.5 °C, 1.5 above its setpoint 19.0 and not on its way"
    tank.beer_c = 19.9  # nearer, but not yet near
    assert tank.run(3)
    tank.beer_c = 19.5
    assert tank.run(0.2)
    assert not tank.run(0.1)


def test_off_target_waits_for_the_end_of_the_ramp_and_for_a_tank_on_its_way(tank):
    tank.cool = 1.0
    for _ in range(16):
        tank.target_c -= 1.0
        assert not tank.run(1, c_per_h=-0.5)
    assert not tank.run(10, c_per_h=-0.5)
    assert tank.run(4.5)


def test_without_a_beer_temperature_off_target_stays_as_it_is_and_suspicion_begins_anew(tank):
    tank.beer_c = 21.0
    tank.run(2)
    tank.beer_c = None
    tank.run(2)
    tank.beer_c = 21.0
    assert not tank.run(2.9)
    assert tank.run(0.3)
    tank.beer_c = None
    assert "beer: off target" in tank.run(2)


# --- lag


def test_a_late_lag_is_raised_a_day_after_pitching_and_cleared_when_gravity_falls(tank):
    assert not tank.run(24)
    alarm = tank.run(1.5)["batch: late lag"]
    assert alarm.text.startswith("late lag: gravity fell by 0.0 °P in 2")
    assert alarm.text.endswith("h since pitching, 0.5 °P are due by 24 h")
    assert not tank.run(6, sg_per_h=-0.001)


@pytest.mark.parametrize(("medium", "beer_c"), [("beer", 10.0), ("wine", 18.0), ("mead", 20.0), ("cider", 16.0)])
def test_lager_wine_mead_and_cider_have_two_days(medium, beer_c):
    tank = Watched(beer_c, beer_c)
    tank.batch = replace(tank.batch, medium=medium)
    assert not tank.run(48)
    assert "batch: late lag" in tank.run(2)


def test_readings_that_are_kept_by_the_day_say_a_day_only_with_half_a_day_more():
    """Between "yesterday" and "today" lie twelve hours, or thirty-six."""
    tank = Watched()
    tank.every_h = 24.0
    assert not tank.run(30)
    assert "batch: late lag" in tank.run(24)


def test_a_gravity_sensor_in_trouble_is_named_before_the_yeast(tank):
    tank.run(20)
    tank.faults = (Fault("gravity", "sg", "silent", "gravity: no gravity for over 2 h", tank.now),)
    assert not tank.run(20)


def test_another_batch_forgets_the_lag_of_the_last(tank):
    tank.run(26)
    assert tank.alarms
    tank.batch, tank.history = Batch(tank.now, "b2", medium="beer"), []
    assert not tank.run(1)


# --- stuck


def test_stuck_needs_the_model_and_the_rule(tank):
    tank.run(2)
    tank.run(20, sg_per_h=-0.001)
    tank.forecast = Forecast(22.0, tank.sg, "model", p_stuck=0.1)
    assert not tank.run(30)
    tank.forecast = Forecast(52.0, tank.sg, "model", p_stuck=0.8)
    alarm = tank.run(2)["batch: stuck"]
    assert "points above the 1.01" in alarm.text
    assert "expected; the model gives it 80 %" in alarm.text
    assert alarm.severity == "alarm"
    tank.run(10, sg_per_h=-0.001)
    assert "batch: stuck" not in tank.alarms


def test_without_a_model_the_rule_alone_takes_two_days_and_warns(tank):
    tank.run(2)
    tank.run(20, sg_per_h=-0.001)
    assert not tank.run(40)
    assert tank.run(10)["batch: stuck"].severity == "warning"


def test_a_finished_or_a_crashed_beer_is_not_stuck(tank):
    tank.run(40, sg_per_h=-0.00095)
    assert not tank.run(60)
    crashed = Watched(target_c=None)
    crashed.run(30, sg_per_h=-0.0006)
    crashed.beer_c = 3.0
    assert not crashed.run(60)


def test_lag_phase_looks_stable_but_it_is_never_called_stuck(tank):
    """BrewPiLess docs B0."""
    tank.forecast = Forecast(1.0, 1.05, "model", p_stuck=0.9)
    tank.run(60)
    assert set(tank.alarms) == {"batch: late lag"}


# --- the yeast's range


def test_beer_out_of_its_yeasts_range(tank):
    tank = Watched(target_c=None, yeast_low_c=16.0, yeast_high_c=22.0)
    tank.beer_c = 23.0
    assert not tank.run(0.9)
    assert tank.run(0.3)["beer: yeast range"].text == "beer 23.0 °C is above the yeast's range, 22 at most"
    tank.batch = replace(tank.batch, yeast_high_c=30.0)
    assert not tank.run(1.2)
    tank.beer_c = 12.0
    assert "below the yeast's range, 16 at least" in tank.run(1.2)["beer: yeast range"].text
    tank.forecast = Forecast(90.0, 1.011, "model", Interval(0.0, 0.0, 2.0))
    assert not tank.run(1.2), "a finished beer may be crashed"


# --- the forecast jumped


def said(
    tank: Watched, hours: float, complete_in_h: float, each_h: float = 0.25, why: Sentence | None = None
) -> dict[str, Alarm]:
    """Forecasts every quarter of an hour that mean the same moment."""
    end = tank.now + complete_in_h * HOUR_S
    for _ in range(round(hours / each_h)):
        left = (end - tank.now) / HOUR_S
        tank.forecast = Forecast(0.0, tank.sg, "model", Interval(left - 5.0, left, left + 5.0), why=why, p_stuck=0.0)
        tank.run(each_h, sg_per_h=-0.0004)
    return tank.alarms


def test_a_forecast_that_jumps_without_cause_is_said_once_smoothed(tank):
    assert not said(tank, 6, 60.0)
    assert not said(tank, 0.25, 90.0), "one odd forecast"
    assert not said(tank, 3, 53.0)
    alarm = said(tank, 2, 75.0)["forecast: jumped"]
    assert "h later than said" in alarm.text
    assert alarm.severity == "warning"
    assert not said(tank, 6, 73.0)


def test_a_forecast_that_moves_because_the_target_did_has_not_jumped(tank):
    said(tank, 6, 60.0)
    tank.target_c = tank.beer_c = 22.0
    assert not said(tank, 4, 35.0)


def test_a_forecast_that_says_why_it_waits_has_not_jumped(tank):
    """A beer that the cold has stopped: "nothing was changed" was wrong, and what happened is said."""
    said(tank, 6, 20.0)
    assert not said(tank, 4, 75.0, why=Sentence("paused by the cold, not complete"))
    assert not said(tank, 4, 30.0)


# --- the desk: said, repeated, acknowledged, over


def test_an_alarm_says_what_to_do_and_is_repeated_until_acknowledged():
    desk = AlarmManager()
    (shown,) = desk.update([SILENT], START)
    assert (shown.todo, shown.times, shown.acknowledged_by) == (entry_of("beer: silent").todo, 1, None)
    assert desk.update([SILENT], START + 1799.0)[0].times == 1
    assert desk.update([SILENT], START + 1800.0)[0].times == 2
    assert desk.acknowledge("beer: silent", "anna") is None
    (shown,) = desk.update([SILENT], START + 86_400.0)
    assert (shown.times, shown.acknowledged_by) == (2, "anna")
    assert desk.acknowledge("beer: silent", "bob") == "already acknowledged by anna"
    assert desk.acknowledge("bier: silent", "bob") == (
        'there is no alarm "bier: silent"; did you mean "beer: silent"?'
    )


def test_a_warning_is_repeated_every_six_hours():
    desk, warning = AlarmManager(), replace(SILENT, severity="warning")
    times = [desk.update([warning], START + n * HOUR_S)[0].times for n in range(13)]
    assert times == [1] * 6 + [2] * 6 + [3]


def test_what_has_become_worse_has_to_be_acknowledged_again():
    desk = AlarmManager()
    desk.update([replace(SILENT, severity="warning")], START)
    desk.acknowledge("beer: silent", "anna")
    assert desk.update([SILENT], START + 5.0)[0].acknowledged_by is None


def test_a_loose_plug_is_one_alarm_and_not_a_hundred():
    desk = AlarmManager()
    for n in range(100):
        shown = desk.update([replace(SILENT, since=START + 5.0 * n)] if n % 2 == 0 else [], START + 5.0 * n)
        assert [alarm.since for alarm in shown] == [START]
    assert desk.update([], START + 495.0 + 60.0) == ()
    assert desk.acknowledge("beer: silent", "anna") == "there is no alarm"


def test_acknowledgements_survive_a_restart_for_alarms_that_come_back():
    desk, again = AlarmManager(), AlarmManager()
    desk.update([SILENT], START)
    desk.acknowledge("beer: silent", "anna")
    again.restore(stored(desk.snapshot()), START + 60.0)
    assert again.snapshot() == desk.snapshot()
    assert again.update([SILENT], START + 360.0)[0].acknowledged_by == "anna"
    late = AlarmManager()
    late.restore(desk.snapshot(), START)
    assert late.update([SILENT], START + 3600.0)[0].acknowledged_by is None


def test_what_took_a_day_to_find_survives_a_restart(tank):
    tank.run(26)
    held = stored(tank.alarm_monitors.snapshot())
    before = tank.alarms["batch: late lag"]
    tank.alarm_monitors = AlarmMonitors(Alarming(), 500.0, ROLES)
    tank.alarm_monitors.restore(held, START)
    tank.run(0.1)
    assert tank.alarms["batch: late lag"].since == before.since


def test_a_fault_in_a_watch_is_said_and_costs_no_tick(tank, monkeypatch):
    latch = tank.alarm_monitors.latches["heat: stuck on"]
    monkeypatch.setattr(latch, "entry", replace(latch.entry, rule=lambda _: 1 / 0))
    tank.run(1)
    assert tank.alarms["heat: stuck on"].text == (
        "heat: stuck on: cannot be judged (ZeroDivisionError: division by zero)"
    )


@pytest.mark.parametrize(("stepped_s", "said"), [(59.0, None), (3600.0, "3600 s forward"), (-90.0, "90 s back")])
def test_a_stepped_clock_is_said(stepped_s, said):
    alarm = ClockAlarm().alarm(stepped_s, START)
    assert (alarm is None) if said is None else (said in alarm.text)


@pytest.mark.parametrize("kind", ["silent", "implausible", "frozen", "twin", "error"])
def test_every_fault_of_a_sensor_has_its_own_advice(kind):
    assert entry_of(f"beer: {kind}").todo != entry_of("nobody knows").todo


# --- through the whole cellar: incidents of others


@pytest.fixture
def bench(tmp_path):
    bench = CellarBench(tmp_path)
    yield bench
    bench.power_off()


def test_cable_torn_and_found_two_days_later(bench):
    """BrewPiLess#388: here it is said after five minutes and every half hour, with what to do."""
    bench.beer("fv1", 19.0)
    bench.run(minutes=10)
    bench.vessels["fv1"].unplug("beer_c")
    bench.run(minutes=6)
    assert any("no beer temperature" in text for text in bench.events("alarm_raised"))
    bench.run(minutes=60)
    assert len([text for text in bench.events("alarm_repeated") if text.endswith("check the probe")]) == 2
    keys = [alarm.key for alarm in bench.last["fv1"].command.alarms]
    for key in keys:
        assert bench.send("acknowledge", key=key)["ok"]
    alarms = bench.last["fv1"].command.alarms
    assert {alarm.acknowledged_by for alarm in alarms} == {"anna"}
    assert all(alarm.todo for alarm in alarms)
    before = len(bench.events("alarm_repeated"))
    bench.run(minutes=90)
    assert len(bench.events("alarm_repeated")) == before
    bench.vessels["fv1"].plug("beer_c", 19.0)
    bench.run(minutes=5)
    assert bench.last["fv1"].command.alarms == ()


def test_an_acknowledgement_is_a_command_like_any_other_and_survives_a_restart(bench):
    assert bench.send("acknowledge", key="stop")["why"] == "there is no alarm"
    bench.send("stop")
    assert bench.send("acknowledge", key="stop")["ok"]
    assert bench.events("command")[-1] == "anna has seen: stop"
    bench.restart()
    bench.tick()
    stop = next(alarm for alarm in bench.last["fv1"].command.alarms if alarm.key == "stop")
    assert stop.acknowledged_by == "anna"


def test_what_concerns_the_whole_cellar_is_seen_once_for_all_of_its_tanks(bench):
    bench.cellar.notices["model"] = Alarm("model: refused", "warning", "it is not taken", bench.now)
    bench.send("stop")
    bench.send("stop", tank="fv2")
    assert bench.send("acknowledge", key="model: refused")["ok"]
    assert bench.send("acknowledge", key="stop")["ok"]
    seen = {alarm.key: alarm.acknowledged_by for alarm in bench.last["fv2"].command.alarms}
    assert seen == {"model: refused": "anna", "stop": None}


def test_an_alarm_of_somebody_else_passes_over_the_same_desk(bench):
    odd = Alarm("cellar: CO2", "alarm", "5200 ppm of CO2", bench.now)
    tank = bench.cellar.tanks["fv1"]
    tank.absence.alarm = odd
    bench.tick()
    assert bench.send("acknowledge", key="cellar: CO2")["ok"]


def test_controller_lost_power_and_it_is_said_when_it_is_back(bench):
    """fermentrack#649: while it is away the broker says `offline` (last will); back, it says for how long it was."""
    bench.send("start_batch", name="Helles 12")
    bench.run(minutes=10)
    bench.restart(away_s=5 * HOUR_S)
    bench.tick()
    away = next(alarm for alarm in bench.last["fv1"].command.alarms if alarm.key == "brewpi: away")
    assert away.text.startswith("brewpi was away for 5.0 h")
    assert bench.send("acknowledge", key="brewpi: away")["ok"]
    bench.tick()
    assert "brewpi: away" not in {alarm.key for alarm in bench.last["fv1"].command.alarms}
