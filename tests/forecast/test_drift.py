"""When a model does worse at a site than its card promises: seldom by chance, soon in earnest, and without flapping."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest

from brewpi.forecast.drift import LATEST_BATCHES, LEAST_BATCHES, CardAccuracy, Drift, card_accuracy_of, drift_of
from brewpi.forecast.scorecard import WAYS, ForecastScore
from brewpi.forecast.tflite_model import CHECKOUT

PROMISE = CardAccuracy(12.0, 0.8)
WIDTH_80 = 1.2816  # standard deviations on each side of the middle 80 % of a normal distribution


def batches(count: int, rng: np.random.Generator, sigma: float = 1.0, narrow: float = 1.0) -> list[list[ForecastScore]]:
    """What a model says that keeps its promise (sigma 1): half of the errors within 12 h, eight in ten in the window.
    Errors of one batch go together. narrow: how much too narrow the windows are."""
    sd_h = 12.0 / 0.6745
    found = []
    for _ in range(count):
        errors = sigma * sd_h * (np.sqrt(0.6) * rng.normal() + np.sqrt(0.4) * rng.normal(size=3))
        inside = np.abs(errors) <= WIDTH_80 * sd_h * narrow
        found.append([
            ForecastScore(way, float(error), bool(held), "model")
            for way, error, held in zip(WAYS, errors, inside, strict=True)
        ])  # fmt: skip
    return found


def alarms(found: list[list[ForecastScore]], stated: CardAccuracy = PROMISE) -> list[bool]:
    """After each batch, as a site would ask."""
    worse, said = False, []
    for n in range(1, len(found) + 1):
        drift = drift_of(found[:n], stated, worse)
        assert drift is not None
        worse = drift.is_worse
        said.append(worse)
    return said


def test_a_model_that_keeps_its_promise_is_seldom_blamed():
    rng = np.random.default_rng(1)
    blamed = sum(any(alarms(batches(40, rng))) for _ in range(200))
    assert blamed <= 20  # of 200 sites, in 40 batches each


@pytest.mark.parametrize("worse", [{"sigma": 2.0}, {"narrow": 0.5}])
def test_one_that_does_not_is_named_within_some_twenty_batches(worse):
    rng = np.random.default_rng(2)
    named = [alarms(batches(25, rng, **worse)) for _ in range(100)]
    assert sum(any(said) for said in named) >= 90
    assert not any(any(said[: LEAST_BATCHES - 1]) for said in named)


def test_it_is_kept_until_it_is_well_within_chance_again_and_then_let_go():
    rng = np.random.default_rng(3)
    found = [*batches(20, rng, sigma=3.0), *batches(3 * LATEST_BATCHES, rng)]
    said = alarms(found)
    turns = sum(a != b for a, b in pairwise(said))
    assert said[19]
    assert not said[-1]
    assert turns == 2


def test_what_the_curves_said_is_none_of_its_errors():
    poor = [[ForecastScore(way, 99.0, False, "curve") for way in WAYS] for _ in range(20)]
    assert drift_of(poor, PROMISE) is None
    good = [[ForecastScore(way, 1.0, True, "model") for way in WAYS]]
    assert drift_of([*poor, *good], PROMISE) == Drift(1, 3, 1.0, 1.0, False)


def test_what_cards_promise():
    assert card_accuracy_of(
        {"held_out": {"as_told": {"median_abs_error_h": 11.5, "inside_interval": 0.83}}}
    ) == CardAccuracy(
        11.5, 0.83
    )
    shipped = card_accuracy_of(json.loads((CHECKOUT / "fermentation.json").read_text()))
    assert shipped is not None
    assert shipped.median_abs_error_h is None
    assert 0.7 < shipped.inside_interval < 0.85
    no_number, not_finite = {"inside_interval": "x"}, {"rows": float("nan"), "coverage_80": True}
    for held in (None, {"beer": {}}, {"as_told": no_number}, {"beer": not_finite}):
        assert card_accuracy_of({"held_out": held}) is None
    assert card_accuracy_of({}) is None
