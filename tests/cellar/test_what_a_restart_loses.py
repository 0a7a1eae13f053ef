"""What a tank has learnt in a batch and does not know any more after a restart: a list, each with why it may be."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from cellar_harness import CellarBench, tank_options

from brewpi.cellar.tank import Tank, TankSnapshot
from brewpi.outputs.simulated import Simulated as Output
from brewpi.plant.simulated_tank import ALE, Errors
from brewpi.sensors.simulated import Simulated as Sensor

TICK_S = 60.0
PARTS = ("recipe", "approvals", "interlocks", "alarm_manager", "alarm_monitors", "life_cycle", "absorber", "forecaster")
MEASURED = "is measured anew"
OFF = "every output is off at the start, and its rest begins"
MINUTES = "minutes, in which nothing is decided by it"
SAID = "is worked out again with the next tick"
ROUNDED = "is kept, rounded: a record that changes at every tick wears out a card"
LOST: Mapping[str, str] = {
    "absorber._batch": SAID, "absorber._born": SAID, "absorber._look_at": SAID,
    "absorber.channels.*._fine_moves": ROUNDED, "absorber.channels.*._moves": ROUNDED,  # whether they are fine is kept
    "absorber.channels.*._reference": MEASURED, "absorber.channels.*.received_at": MEASURED,
    "absorber.channels.*._same_count": MINUTES, "absorber.channels.*._same_since": ROUNDED,
    "absorber.channels.*.gaps": MINUTES,  # the longer staleness of the config counts until five readings came
    "absorber.channels.*.raw": MEASURED, "absorber.channels.*.value": MEASURED, "absorber.channels.*.window": MEASURED,
    "alarm_manager._restored_until": SAID, "alarm_manager._went": "a loose plug is said once more",
    "alarm_monitors._batch": SAID, "alarm_monitors._due_at": SAID, "alarm_monitors._forecast": SAID,
    "alarm_monitors._steady_since": SAID, "alarm_monitors._target_c": SAID,
    "alarm_monitors.blocks": "half a day of minutes: what needs them is said half a day later",
    "alarm_monitors.pauses": "six hours of minutes: what needs them is said so much later",
    "alarm_monitors.samples": "six hours of minutes: what needs them is said so much later",
    "alarm_monitors.forecasts": "three hours: a jump over a restart may have the restart's reason",
    "alarm_monitors.latches.*.due_at": SAID, "alarm_monitors.latches.*.gone_at": MINUTES,
    "alarm_monitors.probe.heard": SAID, "alarm_monitors.probe.pairs.*": "a day of pairs; how it began is kept",
    "alarm_monitors.probe.still": ROUNDED, "alarm_monitors.probe.ran_at": MINUTES,
    "alarm_monitors.steps._minutes": MINUTES, "alarm_monitors.steps._from_c": MINUTES,
    "alarm_monitors.leaps._minutes": MINUTES, "alarm_monitors.leaps._from_c": MINUTES,
    "alarm_monitors.leaps.step": "only one that is known of a probe that was moved is kept",
    "forecaster._due_at": SAID, "forecaster._now": SAID, "forecaster._said": SAID,
    "forecaster.asked": "is opened anew",
    "interlocks._cycles_before.*": SAID, "interlocks._ran_before.*": SAID, "interlocks._seen_before.*": SAID,
    **dict.fromkeys((f"interlocks.probe_step.{name}" for name in ("read_at", "read_c", "moved_c")), MEASURED),
    "interlocks.probe_step.shown_c": "only that of a coarse probe is kept", "interlocks.probe_step.moves": MINUTES,
    **dict.fromkeys((f"interlocks.beer_probe.balances.by_role.*.{name}" for name in (
        "missing_c", "moves_c_per_h", "wall_per_h", "_learnt_s", "_lost_c", "_away_c_h",
    )), ROUNDED),
    **dict.fromkeys((f"interlocks.beer_probe.balances.by_role.*.{name}" for name in (
        "_felt", "_was_on", "_last_at", "_block", "_setpoint_c", "_is_there", "since",
    )), MINUTES),
    **{f"interlocks.beer_probe.balances.by_role.*.{name}": "hours of blocks; what they showed is kept"
       for name in ("_other_ran_at", *(f"_fit.{n}" for n in ("n", "x", "y", "xx", "xy", "yy")))},
    "interlocks.beer_probe.room_share.share": ROUNDED,
    **dict.fromkeys((f"interlocks.beer_probe.room_share.{name}" for name in (
        "_block", "_began_at", "_last_at", "since",
    )), MINUTES),
    "interlocks.beer_probe.room_share._blocks": "six hours of blocks; what they showed is kept",
    "interlocks.beer_probe.noise._means._minute": MINUTES,
    "interlocks.beer_probe.noise._means._minutes": "three hours of minutes; the most that they showed is kept",
    "interlocks.beer_probe.noise._drives._changes": "three hours of minutes; the most that they showed is kept",
    "interlocks.beer_probe.noise._due_at": SAID,
    "interlocks.beer_probe.noise._seen": "the largest of the day is kept",
    "life_cycle._history": SAID, "life_cycle._judged": SAID, "life_cycle._phase": SAID,
    "recipe.setpoint._trend._points": MINUTES,
    **{f"recipe.setpoint._probe_step.{name}": "three moves of the probe, in which a relay turns more often"
       for name in ("read_at", "read_c", "moved_c", "shown_c", "moves")},
    **dict.fromkeys((f"interlocks.outputs.*.{name}" for name in ("starts", "hunts_since")), "two hours of starts"),
    **dict.fromkeys((f"interlocks.outputs.*.{name}" for name in ("started_at", "stopped_at", "ran_until")), OFF),
    **dict.fromkeys((f"interlocks.outputs.*.cycle.{name}" for name in (
        "began_at", "owed_s", "_share", "_last_at", "_spent",
    )), OFF),
    **dict.fromkeys((f"interlocks.outputs.*.cycle.{name}" for name in ("used_s", "before_s")), ROUNDED),
    **dict.fromkeys((f"interlocks.outputs.*.response.{name}" for name in (
        "effort.on_s", "effort.driven_s", "effort.gain_c", "learnt_c_per_h",
    )), ROUNDED),
    **dict.fromkeys((f"interlocks.outputs.*.response.{name}" for name in (
        "standing", "since", "_trial_ended_at", "_cleared_at", "_unproven", "_behind", "_trial", "_compared",
        "_tried", "_look._due_at",
    )), "a latch is kept; what is weak is found so again, and a trial begins anew"),
    **dict.fromkeys((f"interlocks.outputs.*.response.{name}" for name in (
        "_from_c", "_from_at", "_run", "_last", "_on_s", "_means._minute", "_means._minutes",
        "_look.drives._changes", "other_on",
        "_pause._off_since", "_pause._seen", *(f"chance.{name}" for name in (
            "_recent", "_rested_from", "_was_warm", "_cold_since", "_on_s", "_run", "_last_at", "_was_slow",
            "recovered_at", "others_at",
        )),
    )), MEASURED),
}  # fmt: skip


@pytest.fixture
def bench(tmp_path):
    floating = Sensor(measure=("sg", "beer_c"), every_s=900.0)
    options = tank_options(19.0, floating=floating).model_copy(
        update={"outputs": {"cool": Output(role="cool", compressor=True, duty_max=0.8),
                            "heat": Output(role="heat", cycle_s=600.0)}}
    )  # fmt: skip
    bench = CellarBench(tmp_path, fv1=options)
    bench.vessels["fv1"].brew = replace(ALE, room_c=14.0, room_swing_c=4.0)
    bench.send("start_batch", name="Pale", og=1.050, medium="beer")
    yield bench
    bench.power_off()


def go(bench: CellarBench, hours: float, tick_s: float = TICK_S) -> None:
    for _ in range(round(hours * 3600.0 / tick_s)):
        bench.now += tick_s
        bench.last = {report.tank: report for report in bench.cellar.tick(bench.now)}


def again(bench: CellarBench) -> Tank:
    """The tank as a new process has it, of what the store would hold now."""
    tank = bench.cellar.tanks["fv1"]
    held, skipped = TankSnapshot.read(json.loads(tank.snapshot().model_dump_json()))
    assert not skipped.damaged
    blank: Tank = bench.cellar.operator.restart.blank("fv1")
    blank.restore(held, bench.now)
    blank.interlocks._begin(bench.now)
    return blank


def apart(one: Any, other: Any, path: str) -> Iterator[str]:
    """Paths of what differs, the keys of tables left out."""
    if type(one) is not type(other):
        yield path
    elif isinstance(one, Mapping):
        for key in {*one, *other}:
            yield from apart(one.get(key), other.get(key), f"{path}.*")
    elif isinstance(one, list | tuple | deque):
        if list(one) != list(other):
            yield path
    elif fields := _fields(one):
        for name in fields:
            yield from apart(getattr(one, name, None), getattr(other, name, None), f"{path}.{name}")
    elif one != other:
        yield path


def _fields(thing: Any) -> list[str]:
    if not type(thing).__module__.startswith("brewpi.") or hasattr(type(thing), "model_fields"):
        return []
    slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    return [*slots, *getattr(thing, "__dict__", {})]


def test_each_thing_that_a_restart_loses_may_be_lost(bench):
    go(bench, 40.0, 120.0)
    blank, tank = again(bench), bench.cellar.tanks["fv1"]
    lost = {way for part in PARTS for way in apart(getattr(tank, part), getattr(blank, part), part)}
    assert lost
    assert not lost - set(LOST)


# --- and what it must not lose: each of these goes on through a restart every few hours


def test_a_hydrometer_that_repeats_one_value_is_not_believed_anew_after_each_restart(bench):
    bench.vessels["fv1"].errors = Errors(sg=0.0001, sg_drift=0.0002)
    go(bench, 8.0, 300.0)
    bench.vessels["fv1"].plug("sg", 1.0421)
    for _ in range(4):
        go(bench, 20.0, 900.0)
        bench.restart()
    go(bench, 1.0, 300.0)
    assert "has been exactly 1.0421 SG for 72 h" in alarms(bench)["floating: frozen"]


def test_a_beer_probe_that_hangs_is_found_although_the_service_began_anew(bench):
    go(bench, 20.0, 300.0)
    bench.vessels["fv1"].plug("beer_c", 19.0)
    go(bench, 5.0, 300.0)
    for _ in range(2):
        bench.restart()
        go(bench, 4.0, 300.0)
    assert "does the probe still measure?" in alarms(bench)["beer: standstill"]


def test_a_heater_without_effect_is_found_although_the_power_flickers(bench):
    bench.beer("fv1", 15.0)
    heated = 0
    for _ in range(12):
        for _ in range(30):
            go(bench, TICK_S / 3600.0)
            heated += bench.vessels["fv1"].duties["heat"] > 0.0
        bench.restart()
    assert heated * TICK_S < 2.0 * 3600.0
    go(bench, 3.0)
    assert "heat: dead" in alarms(bench)


def test_what_is_suspected_for_hours_is_said_in_its_time(bench):
    go(bench, 30.0, 300.0)
    bench.vessels["fv1"].plug("sg", bench.vessels["fv1"].sg + 0.012)
    for _ in range(3):
        go(bench, 3.0, 300.0)
        bench.restart()
    go(bench, 1.0, 300.0)
    assert "batch: rose" in alarms(bench)


def test_a_night_without_power_is_still_said_when_the_power_flickers_in_the_morning(bench):
    go(bench, 2.0)
    bench.restart(10 * 3600.0)
    for away_s in (60.0, 1500.0, 0.0):
        go(bench, 0.2)
        bench.restart(away_s)
    go(bench, 0.2)
    assert "brewpi was away for 10.0 h" in alarms(bench)["brewpi: away"]
    assert bench.send("acknowledge", key="brewpi: away")["ok"]
    bench.restart()
    go(bench, 0.2)
    assert "brewpi: away" not in alarms(bench)


def alarms(bench: CellarBench) -> dict[str, str]:
    return {alarm.key: alarm.text for alarm in bench.last["fv1"].command.alarms}
