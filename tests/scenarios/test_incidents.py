"""What happened to others, each as the sentence that they would say; in brackets where it was reported. Here it ends
well, and an operator is told."""

from __future__ import annotations

import threading
from collections import deque
from itertools import pairwise
from pathlib import Path

import pytest
from batch_scenario import Story, a_tank
from cellar_harness import CellarBench, tank_options
from scenario_harness import Harness

from brewpi.config.config import ConfigErrors, loads
from brewpi.estimation.signal_filter import SignalSource
from brewpi.estimation.state import StateEstimator
from brewpi.hardware.watchdog import HUNG_STATUS, Watchdog
from brewpi.records import Reading, TankState
from brewpi.sensors.simulated import Simulated as Sensor

HOUR = 3600.0


@pytest.fixture
def tank() -> Harness:
    """An ale tank with a compressor and a heater, target 19 °C."""
    return Harness()


@pytest.fixture
def cellar(tmp_path: Path):
    """Two tanks behind a broker."""
    bench = CellarBench(tmp_path)
    yield bench
    bench.power_off()


@pytest.fixture
def ale(tmp_path: Path):
    """The ready ale, by day one, and allowed to act by itself."""
    story = Story(tmp_path, a_tank("ale", target_c=19.0), og=1.050)
    assert story.send("mode", action="step", mode="act")["ok"]
    story.until(lambda: story.hour >= 24.0, within_h=25)
    yield story
    story.power_off()


# --- probes that lie, vanish or repeat themselves


def test_a_vanished_fridge_probe_shows_the_beers_temperature_and_the_heater_runs_to_60_degrees(tmp_path):
    """BrewPiLess#400: two probes that agree to the last digit through every change are one, and neither is believed."""
    bench = CellarBench(tmp_path, fv1=tank_options(target_c=25.0, fridge=Sensor(measure=("glycol_c",))))
    bench.beer("fv1", 19.0)
    bench.vessels["fv1"].plug("glycol_c", 30.0)
    bench.run(minutes=20)
    assert bench.vessels["fv1"].duties["heat"] == 1.0
    for n in range(8):
        bench.beer("fv1", 19.0 + n / 16.0)
        bench.vessels["fv1"].plug("glycol_c", 19.0 + n / 16.0)
        bench.tick(2)
    assert bench.vessels["fv1"].duties["heat"] == 0.0
    assert "beer: twin" in {alarm.key for alarm in bench.last["fv1"].command.alarms}
    bench.power_off()


def test_a_room_probe_never_takes_the_place_of_the_beers(tmp_path):
    """BrewPiLess#400, the other half: what is not measured is unknown, whatever else is measured."""
    bench = CellarBench(tmp_path, fv1=tank_options(target_c=19.0, room=Sensor(measure=("room_c",))))
    bench.beer("fv1", 17.0)
    bench.run(minutes=20)
    assert bench.vessels["fv1"].duties["heat"] == 1.0
    bench.vessels["fv1"].unplug("beer_c")
    bench.vessels["fv1"].plug("room_c", 5.0)
    bench.run(minutes=6)
    assert bench.vessels["fv1"].duties["heat"] == 0.0
    assert bench.last["fv1"].command.why == "hold: waits for a beer temperature"
    bench.power_off()


def test_an_unplugged_probe_and_its_old_value_reappears(tank):
    """Mycodo#795: a value has an age, and one that is too old is none; that cannot be switched off."""
    tank.run(beer_c=22.0, minutes=10)
    tank.unplug("beer")
    tank.run(minutes=5)
    assert not tank.cooling
    with pytest.raises(ValueError, match="greater than or equal to 10"):
        Sensor(measure=("beer_c",), stale_s=0.0)


def test_the_probe_cable_is_torn_and_found_two_days_later(cellar):
    """BrewPiLess#388: said after five minutes, and again until somebody has seen it."""
    cellar.beer("fv1", 19.0)
    cellar.run(minutes=10)
    cellar.vessels["fv1"].unplug("beer_c")
    cellar.run(minutes=6)
    assert any("heating and cooling are off, check the probe" in text for text in cellar.events("alarm_raised"))
    cellar.run(minutes=40)
    assert cellar.events("alarm_repeated")


def test_the_freezer_runs_two_minutes_at_a_time_because_the_probe_drops_out(tank):
    """BrewPiLess#107, #313: the compressor's rest is kept through every fault."""
    for n in range(60):
        tank.unplug("beer") if n % 2 else tank.plug("beer", 25.0 if n % 4 else 18.0)
        tank.run(minutes=6)
    starts = [now for before, now in pairwise(tank.track) if now[2] and not before[2]]
    stops = [now for before, now in pairwise(tank.track) if before[2] and not now[2]]
    assert len(starts) > 3
    for stop in stops:
        assert not any(stop[0] < start[0] < stop[0] + 300.0 for start in starts)


def test_the_last_reading_is_sent_again_and_again_after_the_hydrometer_died():
    """tiltbridge#17, #247: a reading is as old as when it was taken, however often it arrives."""
    absorber, state, start = StateEstimator([SignalSource("sg", "tilt", 7200.0)]), TankState(), 1_790_000_000.0
    for n in range(8 * 60):
        now = start + 60.0 * n
        state = absorber.absorb(state, [Reading(start, "sg", 1.020, "tilt")], now)
    assert state.fresh("sg", now, 7200.0) is None
    assert [fault.kind for fault in state.faults] == ["silent"]


def test_a_gravity_of_1_843_and_others_in_the_millions(ale):
    """fermentrack#413, brewblox-tilt: what cannot be is not believed, and moves no step."""
    before = ale.report.state.measured["sg"].value
    for nonsense in (1.843, 3_000_000.0, float("nan"), -1.0):
        ale.vessel.plug("sg", nonsense)
        ale.tick(60)
        assert ale.report.state.measured["sg"].value == before
    assert any("hydrometer" in alarm.text for alarm in ale.report.command.alarms)
    assert list(ale.steps) == ["primary"]


def test_the_probe_was_never_read_and_its_zero_degrees_heat_the_beer(tank):
    """CraftBeerPi 4, onewire: nothing runs on a temperature that nobody has measured, nor on a dead zero."""
    tank.unplug("beer")
    tank.run(minutes=20)
    tank.run(beer_c=0.0, minutes=20)
    assert not any(heats for _, heats, _ in tank.track)


def test_a_cached_temperature_of_before_the_restart_switches_the_heater_on(tank):
    """BrewSignal, temp_controller: a temperature does not survive a restart, it is measured."""
    tank.run(beer_c=17.0, minutes=10)
    assert tank.heating
    tank.unplug("beer")
    tank.restart()
    tank.run(minutes=30)
    assert not tank.heating


# --- outputs


def test_the_daemon_dies_and_the_relay_stays_in_its_last_state(cellar):
    """Mycodo#244: leaving for whatever reason switches off; a process that is killed is in test_daemon.py."""
    cellar.beer("fv1", 25.0)
    cellar.run(minutes=10)
    assert cellar.cooling("fv1")
    cellar.open.__exit__(RuntimeError, RuntimeError("a bug"), None)
    assert not cellar.cooling("fv1")
    cellar.power_on()


def test_a_relay_for_240_seconds_stays_on_until_somebody_switches_it_off():
    """Mycodo#249: the longest run is counted below whatever wishes for it."""
    tank = Harness(heat={"max_run_s": 240.0})
    tank.run(beer_c=10.0, minutes=30)
    assert 0.0 < tank.longest("heating") <= 240.0
    assert not tank.heating
    assert "heat: longest run" in tank.alarms


def test_period_and_longest_run_contradict_each_other_and_the_compressor_runs_on():
    """Mycodo#484: settings that cannot both be true are refused before anything starts."""
    with pytest.raises(ConfigErrors) as refused:
        loads(
            'site = "x"\n[tanks.fv1]\nvolume_l = 100\n[tanks.fv1.temperature]\ntarget_c = 19\n'
            '[tanks.fv1.sensors]\nbeer = { kind = "simulated", measure = ["beer_c"] }\n'
            '[tanks.fv1.outputs]\ncool = { kind = "relay", pin = 1, min_on_s = 900, max_run_s = 600 }\n',
            "c",
        )
    assert refused.value.sentences == [
        "c: tanks.fv1.outputs.cool: min_on_s 900 is not below max_run_s 600; it could never run"
    ]


def test_an_output_that_sleeps_for_an_hour_holds_up_the_daemon():
    """Mycodo#1074: a tick that hangs is ended by a thread of its own, with everything off; systemd starts anew."""
    off, ended = threading.Event(), []
    with Watchdog(off.set, limit_s=0.05, end=ended.append) as watchdog:
        watchdog.thread.join(5.0)
    assert off.is_set()
    assert ended == [HUNG_STATUS]


def test_the_heat_belt_is_in_the_cooling_socket_and_the_beer_at_32_degrees(tank):
    """blog.webden.org.uk, March 2019, with a target of 17 °C: who moves the beer the wrong way is found out."""
    tank.plug("beer")
    tank.vessel.beer_c = 20.5
    tank.cross_the_sockets()
    tank.run(hours=4)
    assert tank.vessel.beer_c < 25.0
    assert "is it wired to the right socket?" in tank.alarms["cool: guilty"]


def test_the_limits_become_null_and_the_owner_cannot_get_the_heater_off(cellar):
    """RabbitFarmer#239, #241: without a number there is no heat, and stop is stop."""
    cellar.beer("fv1", 10.0)
    cellar.run(minutes=10)
    assert cellar.vessels["fv1"].duties["heat"] == 1.0
    assert not cellar.send("target", target_c=None)["ok"]
    assert cellar.last["fv1"].demand.target_c is not None
    assert cellar.send("stop")["ok"]
    cellar.run(minutes=60)
    assert cellar.vessels["fv1"].duties["heat"] == 0.0
    with pytest.raises(ConfigErrors, match="nothing drives them"):
        loads(
            'site = "x"\n[tanks.fv1]\nvolume_l = 100\n'
            '[tanks.fv1.outputs]\nheat = { kind = "relay", pin = 1 }\n',
            "c",
        )


# --- restarts


def test_the_controller_lost_power_the_beer_warmed_and_nobody_was_told(cellar):
    """fermentrack#649: the broker's last will says offline meanwhile; back, it says for how long it was away."""
    cellar.send("start_batch", name="Helles 12")
    cellar.run(minutes=10)
    cellar.restart(away_s=5 * HOUR)
    cellar.tick()
    assert any(text.startswith("brewpi was away for 5.0 h") for text in cellar.events("alarm_raised"))


def test_a_reboot_leaves_the_fermenter_off(ale):
    """craftbeerpi3#136, craftbeerpi#208: what people wanted is resumed, and said."""
    ale.restart(away_s=300.0)
    ale.vessel.plug("beer_c", 23.0)
    ale.until(lambda: ale.vessel.duties["cool"] > 0.0, within_h=0.5)
    (said,) = ale.texts("restarted")
    assert said.endswith("step primary")


def test_it_froze_for_twenty_minutes_and_then_set_the_profile_three_degrees_higher(ale):
    """BrewPiLess#275, "My beer went bad now": after a restart the setpoint goes on where it was."""
    ale.send("target", target_c=22.0)
    ale.tick(20)
    seen = [ale.report.demand.target_c]
    ale.restart(away_s=1200.0)
    for _ in range(30):
        ale.tick()
        seen.append(ale.report.demand.target_c)
    ramp_c = 2.0 * 1200.0 / HOUR  # what the ramp would have done in these twenty minutes
    assert max(after - before for before, after in pairwise(seen)) <= ramp_c + 0.1


# --- steps


@pytest.mark.parametrize("gravity", [1.008, 1.000, None])
def test_the_gravity_profile_skips_to_the_crash_at_ten_per_cent_attenuation(ale, gravity):
    """BrewPiLess#116, #280: a crash wants two days of stable gravity and a person, however it looks for six hours."""
    assert (1.050 - ale.vessel.sg) / 0.050 < 0.2
    ale.vessel.unplug("sg") if gravity is None else ale.vessel.plug("sg", gravity)
    ale.until(lambda: ale.hour >= 30.0, within_h=7)
    ale.vessel.plug("sg")
    ale.until(lambda: ale.hour >= 60.0, within_h=31)
    assert "crash" not in ale.steps
    assert ale.report.demand.target_c >= 19.0
    assert ale.vessel.beer_c > 17.5


def test_the_lag_phase_looks_stable(tmp_path):
    """BrewPiLess, docs: stable needs attenuation first; three days without any are an alarm and not a step."""
    story = Story(tmp_path, a_tank("ale", target_c=19.0), og=1.050)
    story.send("mode", action="step", mode="act")
    day = deque([1.0500, 1.0501, 1.0499])
    for _ in range(72):
        story.vessel.plug("sg", day[0])
        day.rotate()
        story.tick(12, tick_s=300.0)
    assert list(story.steps) == ["primary"]
    assert any("batch: late lag" in alarm.key for alarm in story.report.command.alarms)
    story.power_off()


def test_the_timer_of_a_step_starts_only_at_its_target_and_the_steps_never_advance(tmp_path):
    """craftbeerpi3#212: a step says what it waits for, and asks when it takes too long."""
    (tmp_path / "warm.toml").write_text(
        'name = "warm"\n[[steps]]\nname = "warm"\ntarget_c = 25.0\nlatest_h = 12\n'
        'until = { kind = "temperature_reached", within_c = 0.3, dwell_h = 2 }\n'
        '[[steps]]\nname = "hold"\n'
    )
    story = Story(tmp_path, a_tank(str(tmp_path / "warm.toml"), target_c=19.0))
    story.vessel.break_output("heat", stuck_at=0.0)
    story.vessel.plug("beer_c", 19.0)
    story.tick(60)
    assert story.report.demand.why.startswith("warm: waits, beer at 19.0 of 25.0 °C")
    assert story.until_asked("step", within_h=13) == (
        "warm has waited 0 h longer than its 12 h: beer at 19.0 of 25.0 °C; go on?"
    )
    story.confirm("step")
    assert story.report.demand.step == "hold"
    story.power_off()


def test_fermentation_ends_by_a_timer_of_fourteen_days(ale):
    """picobrew_pico PR#224: a clock alone finishes nothing, it asks."""
    ale.vessel.unplug("sg")
    ale.until(lambda: ale.hour >= 15 * 24.0, within_h=15 * 24.0)
    assert list(ale.steps) == ["primary"]
    assert "primary has waited" in ale.asks["step"]
    assert ale.report.demand.target_c == 19.0


# --- gravity, forecasts and records


def test_in_the_cold_crash_gravity_rises_from_1_011_to_1_020(tmp_path):
    """fermentrack#583: steps do not go back, and no valve opens while gravity moves."""
    (tmp_path / "cold.toml").write_text(
        'name = "cold"\n[batch]\nog = 1.050\n[[steps]]\nname = "crash"\ntarget_c = 3.0\n'
        'until = { kind = "temperature_reached", within_c = 0.7, dwell_h = 12 }\n'
        '[[steps]]\nname = "transfer"\ntransfer = { window_h = 48, change_sg = 0.002, min_attenuation = 0.55 }\n'
    )
    story = Story(tmp_path, a_tank(str(tmp_path / "cold.toml"), target_c=19.0), og=1.050)
    story.send("mode", action="step", mode="act")
    for hour in range(72):
        story.vessel.plug("sg", 1.011 + 0.009 * min(1.0, hour / 48.0))
        story.vessel.plug("beer_c", max(3.0, 19.0 - hour))
        story.tick(12, tick_s=300.0)
    assert list(story.steps) == ["crash", "transfer"]
    assert story.waits_for["stable"].startswith("gravity swings by 0.00")
    assert not story.send("drain")["ok"]
    story.power_off()


def test_no_prediction_at_96_per_cent_attenuation(ale):
    """brewsignal b51d3f02: once there is a forecast there is one until the end, and it closes in."""
    ale.until(lambda: ale.vessel.sg < 1.050 - 0.96 * 0.039, within_h=200)
    later = [report.forecast for report in ale.reports if report.forecast.at_h > 3.0]
    assert {forecast.source for forecast in later} == {"model"}
    assert all(forecast.remaining_h is not None for forecast in later)
    assert later[-1].remaining_h.p50 < 24.0


def test_logging_needed_a_reboot_and_the_gravities_are_lost(tmp_path):
    """fermentrack#490: what cannot be written is said with the first tick; the history is kept in memory meanwhile."""
    (tmp_path / "a file").write_text("")
    story = Story(tmp_path / "a file" / "is no directory", a_tank("ale", target_c=19.0), og=1.050)
    assert "store" in {alarm.key for alarm in story.report.command.alarms}
    story.until(lambda: story.hour >= 6.0, within_h=7)
    assert len(story.report.state.history) > 20
    story.power_off()


def test_three_sd_cards_in_a_year(cellar):
    """Mycodo#709: reports are written together; an hour of two quiet tanks is at most a write or two a minute."""
    cellar.beer("fv1", 19.0)
    cellar.beer("fv2", 19.0)
    cellar.run(minutes=30)
    written: list[int] = []
    write = cellar.cellar.store.database.write
    cellar.cellar.store.database.write = lambda statements, *how: (written.append(1), write(statements, *how))[1]
    cellar.run(minutes=60)
    assert 0 < len(written) <= 120


def test_the_cloud_is_switched_off_and_the_hydrometer_is_dead(cellar):
    """open-plaato-keg: nothing here asks anybody outside; without a broker control and record go on."""
    cellar.cellar.publisher.forward = lambda store: None  # nobody takes anything
    cellar.beer("fv1", 22.0)
    cellar.vessels["fv2"].unplug("beer_c")
    cellar.run(minutes=30)
    assert cellar.cooling("fv1")
    told = [event.text for event in cellar.cellar.store.events("fv2")]
    assert any("no beer temperature" in text for text in told)
    assert [event.text for event in cellar.cellar.store.unsent.values()] == told
