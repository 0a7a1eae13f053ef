"""The shipped pair of weights and card: it fits together, says what it said when it was made, and keeps its manners."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brewpi.forecast.features import NAMES, vector
from brewpi.forecast.tflite_model import CHECKOUT, Model, ModelError, OutOfDistribution
from brewpi.records import BatchSeries

GOLDEN = json.loads((Path(__file__).parents[1] / "data" / "golden.json").read_text())
HOURS = 14  # of the outputs: seven quantiles to completion and seven to the rest cue
TOLERANCE = 2e-3  # in log1p of hours: interpreters of different machines round differently


@pytest.fixture(scope="module")
def model():
    return Model.load(CHECKOUT)


@pytest.fixture
def pair(tmp_path):
    for name in ("fermentation.tflite", "fermentation.json"):
        shutil.copyfile(CHECKOUT / name, tmp_path / name)
    return tmp_path


def edit(folder, **entries):
    card = json.loads((folder / "fermentation.json").read_text())
    (folder / "fermentation.json").write_text(json.dumps(card | entries))


def course(hours, sg, temp_c=19.0):
    hours = np.asarray(hours, float)
    return BatchSeries(hours, np.asarray(sg, float), np.full(hours.size, temp_c), medium="beer")


def ale(step_h=12.0, until_h=240.0, half_h=45.0):
    hours = np.arange(0.0, until_h, step_h)
    return course(hours, np.round(1.050 - 0.040 / (1 + np.exp(-3.6 * (hours / half_h - 1))), 4))


def test_the_interpreter_says_what_it_said_when_the_model_was_made(model):
    assert model.card.sha256 == GOLDEN["sha256"]
    for pair in GOLDEN["vectors"]:
        assert model.raw(np.array(pair["row"])) == pytest.approx(pair["out"], abs=TOLERANCE, rel=TOLERANCE)


RUNTIME = "tflite_runtime" if find_spec("tflite_runtime") else "ai_edge_litert"
LOADS = "from brewpi.forecast.tflite_model import CHECKOUT, Model; Model.load(CHECKOUT)"
WARNS = f"""
import os
import {RUNTIME}.interpreter as runtime

class Warns(runtime.Interpreter):
    def __init__(self, **options):
        os.write(2, b"WARNING: an odd processor\\n")
        super().__init__(**options)

runtime.Interpreter = Warns
{LOADS}
os.write(2, b"afterwards\\n")
"""


@pytest.mark.parametrize(
    ("program", "stderr", "said"),
    [(LOADS, "", ""), (WARNS, "", "WARNING: an odd processor\nafterwards\n"), (LOADS, "2>&-", "")],
)
def test_what_the_interpreter_announces_is_no_mistake_and_what_else_is_said_is_heard(program, stderr, said):
    words = ["sh", "-c", f'exec "$0" -c "$1" {stderr}', sys.executable, program]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", said)


def test_weights_that_are_not_the_cards_are_refused(pair):
    edit(pair, sha256="0" * 64)
    with pytest.raises(ModelError, match="does not belong to its card"):
        Model.load(pair)


def test_features_that_this_version_does_not_know_are_refused(pair):
    edit(pair, features=[*NAMES[:-1], "phase_of_the_moon"])
    with pytest.raises(ModelError, match="other features"):
        Model.load(pair)


def test_a_card_from_the_future_is_refused(pair):
    edit(pair, format=99)
    with pytest.raises(ModelError, match="format 99"):
        Model.load(pair)


def test_half_a_pair_is_refused(pair):
    (pair / "fermentation.tflite").unlink()
    with pytest.raises(ModelError, match="No such file"):
        Model.load(pair)


gravities = st.lists(st.floats(0.990, 1.110), min_size=2, max_size=40)


@given(sg=gravities, step_h=st.sampled_from([0.5, 8.0, 24.0, 48.0]), later_h=st.floats(0.0, 48.0))
def test_quantiles_are_in_order_whatever_it_is_shown(model, sg, step_h, later_h):
    seen = course(np.arange(len(sg)) * step_h, sg)
    try:
        said = model.forecast(seen, float(seen.hours[-1]) + later_h)
    except OutOfDistribution:
        return
    for band in (said.remaining_h, said.rest_h, said.final_sg):
        assert band.p10 <= band.p50 <= band.p90
    assert said.remaining_h.p10 >= 0.0
    assert said.rest_h.p90 <= said.remaining_h.p90
    assert 0.0 <= said.p_stuck <= 1.0


@pytest.mark.parametrize("step_h", [0.5, 12.0, 24.0])
def test_once_measured_stable_it_says_zero(model, step_h):
    said = model.forecast(ale(step_h), 230.0 - 230.0 % step_h)
    assert (said.remaining_h.p10, said.remaining_h.p50, said.remaining_h.p90) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("step_h", [0.5, 12.0, 24.0])
def test_it_never_says_done_while_the_gravity_falls(model, step_h):
    beer = ale(step_h)
    for at_h in np.arange(24.0, 66.0, 6.0):
        assert model.forecast(beer, float(at_h)).remaining_h.p50 >= 1.0


def test_by_hand_done_is_said_once_two_days_have_measured_it_and_not_before(model):
    paused = course(24.0 * np.arange(10), [1.052, 1.034, 1.019, 1.013, 1.0118, 1.0116, 1.0116, 1.0116, 1.0116, 1.0116])
    assert model.forecast(paused, 120.0).remaining_h.p50 >= 1.5
    assert model.forecast(paused, 168.0).remaining_h.p90 == 0.0


@given(sg=gravities, step_h=st.sampled_from([0.5, 8.0, 24.0]), plan_c=st.floats(5, 30), warmer_c=st.floats(0.5, 8))
def test_a_warmer_plan_is_never_later(model, sg, step_h, plan_c, warmer_c):
    seen = course(np.arange(len(sg)) * step_h, sg)
    plans = [replace(seen, planned_temp_c=c) for c in (plan_c, plan_c + warmer_c)]
    cold, warm = (model.raw(vector(plan, float(seen.hours[-1])))[:HOURS] for plan in plans)
    assert (warm <= cold + 1e-4).all()


@given(sg=gravities, step_h=st.sampled_from([0.5, 8.0, 24.0]), now_c=st.floats(8, 26))
def test_holding_it_warmer_is_never_said_to_take_longer_by_any_number(model, sg, step_h, now_c):
    seen = course(np.arange(len(sg)) * step_h, sg, now_c)
    try:
        answers = model.what_if(seen, float(seen.hours[-1]), [now_c + by_c for by_c in range(-6, 7)])
    except OutOfDistribution:
        return
    for key in ("remaining_h", "rest_h"):
        for quantile in ("p10", "p50", "p90"):
            hours = [getattr(getattr(answer, key), quantile) for answer in answers]
            assert all(warmer <= colder + 1e-3 for colder, warmer in pairwise(hours)), (key, quantile, hours)


def test_holding_it_as_it_is_changes_nothing_and_asks_the_same_model(model):
    beer = ale()
    (same,) = model.what_if(beer, 60.0, [19.0])
    assert same.remaining_h.p50 == pytest.approx(model.forecast(beer, 60.0).remaining_h.p50, rel=1e-4)
    (warm,) = model.what_if(beer, 60.0, [22.0])
    assert warm == model.forecast(replace(beer, planned_temp_c=22.0), 60.0)
    assert warm.remaining_h.p50 < same.remaining_h.p50


def test_where_no_temperature_was_measured_nothing_is_said_of_another(model):
    beer = ale()
    assert model.what_if(replace(beer, temp_c=np.full(beer.hours.size, np.nan)), 60.0, [19.0]) == []


def test_a_batch_from_another_world_is_out_of_its_depth(model):
    with pytest.raises(OutOfDistribution):
        model.forecast(course([0.0, 5.0, 10.0], [5.0, 9.0, 20.0], temp_c=900.0), 10.0)


def test_small_enough_for_a_pi_zero(model):
    assert (CHECKOUT / "fermentation.tflite").stat().st_size < 500_000
    row = np.array(GOLDEN["vectors"][0]["row"])
    took = []
    for _ in range(50):
        start = perf_counter()
        model.raw(row)
        took.append(perf_counter() - start)
    assert min(took) < 200e-6


def finished_then(after):
    """An ale that stands still from hour 120 to 200; `after` is what its hydrometer shows from then on."""
    hours = np.arange(0.0, 260.0, 2.0)
    sg = 1.010 + 0.040 / (1.0 + np.exp(0.12 * (hours - 45.0)))
    return course(hours, np.where(hours < 200.0, sg, after(hours)))


def test_a_cold_crash_that_moves_the_hydrometer_does_not_take_done_back(model):
    cold = finished_then(lambda hours: 1.013 + 0.001 * np.sin(hours))
    assert model.forecast(cold, 198.0).remaining_h.p90 == 0.0
    assert model.forecast(cold, 230.0).remaining_h.p90 == 0.0


def test_a_batch_that_falls_again_is_not_done_any_more(model):
    fruited = finished_then(lambda hours: 1.010 - 0.0002 * (hours - 200.0))
    assert model.forecast(fruited, 198.0).remaining_h.p90 == 0.0
    assert model.forecast(fruited, 230.0).remaining_h.p50 > 0.0


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_network_whose_answer_is_no_number_has_failed_and_nothing_is_worked_out_of_it(model, value, recwarn):
    overflown = Model(model.card, lambda row: np.full(23, value))
    with pytest.raises(ValueError, match="the network's answer is no number"):
        overflown.forecast(ale(), 60.0)
    assert not recwarn


def test_quantiles_that_the_network_gives_out_of_order_are_said_in_order(model):
    """Each of seven at least the one before it, and the band from those."""
    past = ale().until(60.0)
    row = model.row(past, 60.0)
    out = model.raw(row).copy()
    out[:14] = [2.0, 1.0, 3.5, 3.0, 3.2, 2.5, 9.0] * 2
    card = replace(model.card, offsets=np.zeros_like(model.card.offsets), spread=(1.0, 1.0, 1.0))
    (said,) = Model(card, lambda _: out).planned(past, 60.0, [None], row)
    assert np.log1p(said.remaining_h) == pytest.approx((2.0, 3.5, 3.5))
    assert said.rest_h == said.remaining_h
