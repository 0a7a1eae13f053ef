"""Where a batch is in its life: one answer, which state, Home Assistant, alarms and forecast share."""

import json
from dataclasses import replace
from random import Random

import pytest
from cellar_harness import CellarBench, tank_options

from brewpi.estimation.life_cycle import LifeCycle
from brewpi.records import Batch, Forecast, Interval, Measured, TankState
from brewpi.sensors.manual import Manual

FALL = (1.050, 1.046, 1.038, 1.030, 1.022, 1.016, 1.013, 1.012)


@pytest.fixture
def bench(tmp_path):
    bench = CellarBench(tmp_path, fv1=tank_options(target_c=19.0, hand=Manual()))
    yield bench
    bench.power_off()


def measured(bench, *gravities, hours=8.0):
    phases = []
    for sg in gravities:
        assert bench.send("reading", quantity="sg", value=sg, unit="sg")["ok"]
        for _ in range(round(hours * 3.0)):
            bench.now += 1195.0
            bench.tick()
        phases.append(bench.last["fv1"].phase)
        assert said(bench)["phase"] == phases[-1]
    return phases


def said(bench):
    bench.now += 60.0
    bench.tick()
    return json.loads(bench.link.retained["brewpi/riverside/fv1/state"])


def complete(bench):
    ends = bench.last["fv1"].forecast.remaining_h
    return ends is not None and ends.p50 <= 0.0


def test_a_batch_goes_through_its_life_and_is_known_when_it_is_over(bench):
    bench.tick()
    assert said(bench)["phase"] == "empty"
    bench.send("start_batch", name="Pale", medium="beer", style="pale ale", og=1.050)
    assert said(bench)["phase"] == "filled"
    assert measured(bench, *FALL[:2]) == ["filled", "fermenting"]
    assert set(measured(bench, *FALL[2:])) == {"fermenting"}
    phases = measured(bench, *[1.011] * 10)
    assert phases[-1] == "done"
    assert complete(bench)
    assert bench.events("complete") == ["fermentation is complete, gravity 1.0110 SG"]
    assert "batch: stuck" not in {alarm.key for alarm in bench.last["fv1"].command.alarms}
    ended_at = bench.now
    bench.send("end_batch")
    for _ in range(2):
        state = said(bench)
        assert (state["phase"], state["batch"]) == ("empty", None) if "batch" in state else state["phase"] == "empty"
        last = state["last_batch"]
        assert (last["name"], last["style"], last["og"], last["fg"]) == ("Pale", "pale ale", 1.05, 1.011)
        assert last["started_at"] < last["ended_at"]
        bench.restart()
    assert bench.now - ended_at < 600.0
    bench.send("start_batch", name="Next")
    assert "last_batch" not in said(bench)


@pytest.mark.parametrize(("expected", "phase"), [(0.80, "stuck"), (0.55, "done"), (None, "stuck")])
def test_stuck_and_complete_exclude_each_other(bench, expected, phase):
    told = {} if expected is None else {"expected_attenuation": expected}
    bench.send("start_batch", name="Pale", medium="beer", og=1.050, **told)
    phases = measured(bench, 1.050, 1.045, 1.038, 1.031, 1.027, *[1.025] * 15)
    assert phases[-1] == phase
    assert complete(bench) == (phase == "done")
    assert bool(bench.events("complete")) == (phase == "done")
    assert ("batch: stuck" in {alarm.key for alarm in bench.last["fv1"].command.alarms}) == (phase == "stuck")
    life_cycle, state = bench.cellar.tanks["fv1"].life_cycle, bench.last["fv1"].state
    soon, late = (Forecast(170.0, 1.025, "model", Interval(1.0, hours, 400.0)) for hours in (5.0, 300.0))
    assert (life_cycle.believed(soon, state).remaining_h is None) == (phase == "stuck")  # it moves too little for that
    if phase == "stuck":
        assert life_cycle.believed(soon, state).why.startswith("stands still at 1.0250, ")
        assert life_cycle.believed(late, state) is late


def test_new_wort_in_a_batch_that_never_ended_is_unknown_until_somebody_says(bench):
    bench.send("start_batch", name="Pale", medium="beer", og=1.050)
    measured(bench, *FALL, 1.011, 1.011, 1.011)
    assert measured(bench, 1.052, 1.051, 1.052, hours=1.0)[-1] == "unknown"
    bench.send("start_batch", name="Next", og=1.052)
    assert said(bench)["phase"] == "filled"


def test_rinse_water_after_a_beer_is_an_emptied_tank(bench):
    bench.send("start_batch", name="Pale", medium="beer", og=1.050)
    measured(bench, *FALL, *[1.011] * 8)
    assert measured(bench, 1.000, 1.000, 1.000, hours=1.0)[-1] == "emptied"
    assert bench.last["fv1"].forecast.source == "none"


def phases(batch, *gravities, every_h=0.25):
    """Where the life cycle says a batch is, reading by reading."""
    life_cycle, state, said = LifeCycle(), TankState(batch=batch), []
    for n, sg in enumerate(gravities):
        at = batch.started_at + 3600.0 * every_h * n
        state = replace(state, history=(*state.history, (at, sg, 19.0)), measured={"sg": Measured(sg, at, sg)})
        life_cycle.update(state, at)
        said.append(life_cycle.phase(state))
    return said


LAG, FERMENTS = [1.0500] * 16, [1.0500 - 0.0005 * n for n in range(24)]


def test_foam_that_lifts_the_hydrometer_again_does_not_make_a_fermenting_batch_fresh_wort():
    said = phases(Batch(0.0, id="b", og=1.050), *LAG, *FERMENTS, *[1.0510] * 40)
    assert said[len(LAG) - 1] == "filled"
    assert set(said[-50:]) == {"fermenting"}


def test_a_hydrometer_that_reads_four_points_low_does_not_make_fresh_wort_ferment():
    biased = [sg - 0.004 for sg in (*LAG, *FERMENTS)]
    said = phases(Batch(0.0, id="b", og=1.050), *biased)
    assert set(said[: len(LAG)]) == {"filled"}
    assert said[-1] == "fermenting"


def test_noise_of_a_hydrometer_in_a_long_lag_is_no_fermentation():
    noise = Random(3)
    said = phases(Batch(0.0, id="b", og=1.050), *[1.050 + noise.gauss(0.0, 0.0012) for _ in range(200)])
    assert set(said[-100:]) == {"filled"}
