"""Simulated batches: the same for the same seed, plausible, foretold better by the shipped model than by a curve."""

from dataclasses import fields

import numpy as np
import pytest

from brewpi.forecast import fitted_curve
from brewpi.forecast.features import NAMES, vector
from brewpi.forecast.tflite_model import CHECKOUT, Model, OutOfDistribution
from brewpi.media import MEDIA
from training.data.dataset import STUCK, build, try_label
from training.evaluation.scoring import FRACTIONS
from training.simulation.batches import RED, draw
from training.simulation.ferment import ferment
from training.simulation.simulate import Logs, each, simulate

HELD_OUT_SEED = 9001


@pytest.fixture(scope="module")
def logs():
    return simulate(320, HELD_OUT_SEED, workers=1)


@pytest.fixture(scope="module")
def labelled(logs):
    return [(series, truth) for series in each(logs) if (truth := try_label(series)) is not None]


def same(a, b):
    return all(np.array_equal(getattr(a, f.name), getattr(b, f.name), equal_nan=True) for f in fields(a))


def test_the_same_seed_gives_the_same_logs_however_many_workers(logs):
    assert same(logs, simulate(320, HELD_OUT_SEED, workers=2))
    assert not same(logs, simulate(320, HELD_OUT_SEED + 1, workers=2))


def test_a_file_gives_back_what_was_put_in(logs, tmp_path):
    logs.save(tmp_path / "logs.npz")
    assert same(logs, Logs.load(tmp_path / "logs.npz"))


def test_logs_look_like_logs(logs, labelled):
    assert len(logs) > 300
    assert len(labelled) > 200
    assert set(logs.medium) == set(range(len(MEDIA)))
    for series in each(logs):
        assert series.hours[0] == 0.0
        assert (np.diff(series.hours) >= 0.0).all()
        assert ((series.sg > 0.97) & (series.sg < 1.18)).all()


def test_rows_are_the_same_for_the_same_seed_and_say_what_the_pi_would_see(logs):
    rows = build(logs, 3, workers=1)
    again = build(logs, 3, workers=2)
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(rows.columns, again.columns, strict=True))
    assert rows.x.shape == (len(rows), len(NAMES))
    series = logs.series(int(rows.log[0]))
    seen = vector(series, float(rows.at_h[0]) + 0.001)  # it is kept in 32 bits
    assert rows.x[0, NAMES.index("attenuation")] == pytest.approx(seen[NAMES.index("attenuation")], abs=1e-3)
    assert 0.001 < np.nanmean(rows.y[:, STUCK]) < 0.1


def test_the_shipped_model_beats_the_fitted_curve_at_a_quarter_half_and_three_quarters(labelled):
    model = Model.load(CHECKOUT)
    for fraction in FRACTIONS:
        ours, fitted = [], []
        for series, truth in labelled:
            at_h = fraction * truth.completion_h
            if series.until(at_h).hours.size < 2:
                continue
            try:
                said = model.forecast(series, at_h).remaining_h
            except OutOfDistribution:
                continue
            left = truth.completion_h - at_h
            ours.append(abs(said.p50 - left))
            fitted.append(abs(fitted_curve.forecast(series, at_h).remaining_h.p50 - left))
        assert len(ours) > 150
        assert np.mean(ours) < 0.9 * np.mean(fitted)


def test_red_must_that_is_soaked_lies_cold_and_waits():
    rng = np.random.default_rng(5)
    drawn = draw(3000, rng)
    soaked = drawn.part(np.flatnonzero((drawn.kind == RED) & (drawn.soak_h > 48.0))[:40])
    truth = ferment(soaked, rng)
    end = np.floor(soaked.soak_h / truth.dt_h).astype(int)
    each_one = np.arange(len(soaked))
    gone = (soaked.og - truth.sg[each_one, end]) / (soaked.og - soaked.terminal_sg)
    assert len(soaked) > 20
    assert np.mean(gone < 0.05) > 0.9
    assert np.median(truth.temp_c[each_one, end]) < 18.0
    assert np.median(truth.temp_c.max(axis=1)) > 23.0
