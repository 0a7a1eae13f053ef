"""Conditions of a recipe step: what they need, what they say, and that none is met by silence."""

import tomllib
from dataclasses import replace

import pytest

from brewpi.control import until
from brewpi.control.conditions import KINDS, View
from brewpi.records import Batch, Fault, Forecast, Interval, Measured, TankState
from brewpi.registry import load

HOUR = 3600.0
START = 1_790_000_000.0


def forecast(p10=5.0, p50=8.0, p90=11.0, source="model"):
    band, final = Interval(p10, p50, p90), Interval(1.008, 1.01, 1.012)
    return Forecast(48.0, 1.02, source, band, band, final, actionable=source == "model")


def view(sgs=(1.050, 1.020), hours=48.0, *, beer_c=19.0, age_h=0.1, target_c=19.0, confirmed=(), og=1.050, **more):
    """A tank whose gravity went evenly through `sgs` over `hours`, last read `age_h` ago."""
    now = START + hours * HOUR
    last = now - age_h * HOUR
    times = [START + (last - START) * i / max(len(sgs) - 1, 1) for i in range(len(sgs))]
    measured = {"sg": Measured(sgs[-1], last, sgs[-1]), "beer_c": Measured(beer_c, last, beer_c)} if sgs else {}
    history = tuple((t, sg, beer_c) for t, sg in zip(times, sgs, strict=True))
    state = TankState(Batch(START, og=og), measured, (), history)
    return View(state, more.get("forecast", forecast()), now, START, target_c, frozenset(confirmed))


def evaluate(toml: str, seen: View, held=None):
    tree = until.parse(tomllib.loads(f"until = {toml}")["until"])
    return tree.evaluate(seen, {} if held is None else held)


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_each_condition_is_right(kind):
    condition = load(KINDS, kind)
    tree = until.parse(tomllib.loads(f"until = {condition.example}")["until"])
    assert isinstance(tree, until.Leaf)
    assert type(tree.condition) is condition


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"elapsed", "operator"}))
def test_no_condition_is_met_by_silence(kind):
    blind = view(sgs=(), forecast=Forecast(0.0, None, "none", why="needs two readings; has none"))
    verdict = evaluate(load(KINDS, kind).example, blind)
    assert not verdict.met
    assert "needs" in verdict.why


@pytest.mark.parametrize("kind", ["attenuation", "gravity_at_most", "stable", "rest_cue"])
def test_a_gravity_of_yesterday_does_not_count(kind):
    verdict = evaluate(load(KINDS, kind).example, view(sgs=(1.050, 1.010, 1.010, 1.010), hours=96, age_h=24))
    assert not verdict.met
    assert verdict.why == "needs a fresh gravity, the last is 24 h old"


@pytest.mark.parametrize("kind", ["attenuation", "gravity_at_most", "stable", "rest_cue", "temperature_reached"])
def test_a_sensor_that_is_doubted_does_not_count(kind):
    seen = view(sgs=(1.050, *24 * (1.010,)), hours=96, forecast=forecast(0.0, 0.0, 0.0))
    example = load(KINDS, kind).example.replace("dwell_h = 2", "dwell_h = 0").replace("dwell_h = 1", "dwell_h = 0")
    quantity = "beer_c" if kind == "temperature_reached" else "sg"
    doubted = replace(seen.state, faults=(Fault("floater", quantity, "frozen", "floater: stands still", seen.now),))
    assert evaluate(example, seen).met
    verdict = evaluate(example, replace(seen, state=doubted))
    assert not verdict.met
    assert verdict.why.startswith("needs a ")


def test_attenuation_tells_how_far_it_is():
    assert (
        evaluate('{ kind = "attenuation", at_least = 0.68 }', view((1.050, 1.0195))).why == "attenuation 0.61 of 0.68"
    )
    assert evaluate('{ kind = "attenuation", at_least = 0.6 }', view((1.050, 1.0195))).met


def test_a_lag_phase_is_not_stable():
    verdict = evaluate('{ kind = "stable", window_h = 24, min_attenuation = 0.6 }', view((1.050,) * 97, hours=48))
    assert not verdict.met
    assert verdict.why == "attenuation 0.00 of 0.60, too early to be stable"


def test_stable_needs_readings_through_the_whole_window():
    flat = (1.050, *[1.010] * 96)
    assert evaluate('{ kind = "stable", window_h = 24, min_attenuation = 0.6 }', view(flat, hours=48)).met
    few = evaluate('{ kind = "stable", window_h = 24, min_attenuation = 0.6 }', view((1.05, 1.01, 1.01), hours=96))
    assert not few.met
    assert "readings cover" in few.why


def test_a_forecast_decides_with_its_cautious_end():
    near = '{ kind = "forecast_remaining", at_most_h = 8 }'
    assert not evaluate(near, view()).met
    assert evaluate(near, view()).why == "forecast 5-11 h, waits for p90 of 8 h"
    assert evaluate('{ kind = "forecast_remaining", at_most_h = 8, quantile = "p50" }', view()).met


def test_a_fallback_curve_never_decides():
    for kind in ("forecast_remaining", "rest_cue"):
        assert not evaluate(load(KINDS, kind).example, view((1.05, 1.01), forecast=forecast(0, 0, 0, "curve"))).met


def test_the_rest_cue_needs_the_measurement_too():
    passed = forecast(0.0, 0.0, 0.0)
    assert not evaluate('{ kind = "rest_cue" }', view((1.050, 1.045), forecast=passed)).met
    assert evaluate('{ kind = "rest_cue" }', view((1.050, 1.020), forecast=passed)).met


def test_an_operator_confirms_what_no_sensor_knows():
    vdk = '{ kind = "operator", confirms = "vdk" }'
    assert evaluate(vdk, view()).why == "vdk waits for an operator"
    assert evaluate(vdk, view(confirmed=["vdk"])).met


def test_a_condition_has_to_hold_for_its_dwell_without_a_break():
    warm = '{ kind = "temperature_reached", within_c = 0.5, dwell_h = 2 }'
    held: dict[str, float] = {}
    assert not evaluate(warm, view(hours=48), held).met
    assert evaluate(warm, view(hours=49), held).why == "beer at 19.0 of 19.0 °C, holds 1.0 of 2 h"
    assert not evaluate(warm, view(hours=49.5, beer_c=21.0), held).met
    assert not evaluate(warm, view(hours=50.5), held).met
    assert evaluate(warm, view(hours=52.5), held).met


def test_all_tells_what_waits_and_any_what_might_help():
    both = '{ all = [ { kind = "attenuation", at_least = 0.68 }, { kind = "elapsed", hours = 10 } ] }'
    either = '{ any = [ { kind = "attenuation", at_least = 0.68 }, { kind = "elapsed", hours = 99 } ] }'
    assert evaluate(both, view()).why == "attenuation 0.60 of 0.68"
    assert evaluate(either, view()).why == "attenuation 0.60 of 0.68 or 48 h of 99 h"
    assert not evaluate(both, view()).met
    assert evaluate(either, view((1.05, 1.012))).met


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ("3", "until: has to be a table"),
        ("{ hours = 3 }", 'until: option "kind" is missing; known: attenuation, elapsed'),
        ('{ kind = "elapsd", hours = 3 }', 'until: unknown kind "elapsd"; did you mean "elapsed"?'),
        ('{ kind = "elapsed", hour = 3 }', 'until: unknown option "hour"; did you mean "hours"?'),
        ('{ kind = "elapsed" }', 'until: option "hours" is missing (hours since the step began)'),
        ('{ kind = "elapsed", hours = -3 }', "until.hours: is -3; it should be greater than 0"),
        ("{ all = [] }", "until: all has to be alone"),
        ('{ all = [ { kind = "x" } ] }', 'until.all.0: unknown kind "x"'),
    ],
)
def test_a_wrong_until_gets_a_sentence(toml, sentence):
    with pytest.raises(until.BadUntil) as wrong:
        until.parse(tomllib.loads(f"until = {toml}")["until"])
    assert sentence in str(wrong.value)
