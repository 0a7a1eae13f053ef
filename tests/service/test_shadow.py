"""A candidate forecasts beside the model in use, moves nothing, and is compared with it on the scorecard."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from site_models import Site, model

from brewpi.forecast.network_and_curves import NetworkAndCurves
from brewpi.forecast.scorecard import ForecastScore, compared
from brewpi.offline.model_home import SHADOW, ModelError
from brewpi.records import Report
from brewpi.service.model_exchange import ModelExchange
from brewpi.service.shadow import MOST_S, Shadow, place_of

OF_MODELS = ("brewpi/riverside/model", "brewpi/riverside/scorecard")


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path, recipe="ale")
    site.install("house-1")
    yield site
    site.bench.power_off()


def whole_batch(site: Site) -> None:
    site.hours(11 * 24)
    for tank in ("fv1", "fv2"):
        site.bench.send("end_batch", tank)


def story(here: Path, candidate: str | None = None, current: str = "house-1") -> list[Any]:
    """Every report of four days in which a step waits for the forecast, and all that was ever said but of models; last
    the completions that a candidate expected."""
    here.mkdir()
    site = Site(here, recipe="ale")
    site.install(current)
    if candidate is not None:
        site.install(candidate, SHADOW)
    site.begin()
    reports: list[Report] = []
    for _ in range(4 * 24):
        site.hours(1)
        reports += site.bench.last.values()
    events = [{**event, "id": ""} for _, event in site.bench.link.carried]
    retained = {topic: said for topic, said in site.bench.link.retained.items() if topic not in OF_MODELS}
    batch = site.bench.last["fv1"].state.batch
    told = site.bench.cellar.store.shadow_book.past_forecasts(batch.id, site.exchange.shadow.mark)
    site.bench.power_off()
    return [list(map(repr, reports)), events, retained, site.bench.link.said, [one.p90 for one in told]]


def test_a_candidate_that_says_done_moves_nothing(tmp_path):
    *alone, nothing = story(tmp_path / "alone")
    *beside, told = story(tmp_path / "beside", candidate="boasting")
    assert (nothing, set(told)) == ([], {0.3})
    assert alone == beside
    *obeyed, _ = story(tmp_path / "obeyed", current="boasting")
    assert beside[1] != obeyed[1]  # in use it would have been obeyed


def test_both_are_on_the_scorecard_and_so_after_a_restart(site):
    site.install("house-2", SHADOW)
    site.begin()
    assert site.topic()["shadow"]["name"] == "house-2"
    assert site.says() == "house-1"
    whole_batch(site)
    card = site.topic("scorecard")
    shadow = card["shadow"]
    assert (shadow["name"], shadow["batches"], shadow["forecasts"]) == ("house-2", card["batches"], card["forecasts"])
    assert shadow["champion"]["forecasts"] == shadow["forecasts"] > 0
    assert abs(shadow["median_abs_error_h"] - shadow["champion"]["median_abs_error_h"]) < 12.0  # it is one network
    assert 0.0 <= shadow["inside_interval"] <= 1.0
    site.restart()
    assert site.topic("scorecard")["shadow"] == shadow


def test_it_is_asked_once_an_hour_a_tank_and_one_tank_a_tick(site):
    site.install("house-2", SHADOW)
    site.begin()
    asked: list[float] = []
    for forecaster in site.exchange.shadow.forecasters.values():
        whole = forecaster.forecast
        forecaster.forecast = lambda *words, whole=whole: asked.append(site.bench.now) or whole(*words)
    site.bench.now += 3600.0
    site.tick(5)
    assert len(asked) == len(set(asked)) == 2


@pytest.mark.parametrize("how", ["fails", "takes long"])
def test_one_that_fails_or_takes_long_costs_only_itself(site, how):
    site.install("sour" if how == "fails" else "house-2", SHADOW)
    site.begin()
    if how == "takes long":
        clock = count(step=MOST_S * 1.01)
        site.exchange.shadow.clock = lambda: next(clock)
        site.hours(2)
    assert site.exchange.shadow.forecasters == {}
    assert site.topic()["shadow"]["why"].startswith("put aside in fv1: it ")
    assert site.says() == "house-1"
    assert site.alarms() == []
    asked = site.bench.cellar.tanks["fv1"].forecaster
    assert (asked.failed, asked.seam.failures) == ("", 0)


def test_one_that_is_unsound_is_said_and_raises_no_alarm(site):
    site.install("house-2", SHADOW)
    (site.home.folder / SHADOW / "fermentation.tflite").write_bytes(b"not those")
    site.begin()
    assert "sha256 differs" in site.topic()["shadow"]["why"]
    assert site.alarms() == []


def test_promoted_it_answers_and_the_comparison_ends(site):
    site.install("house-2", SHADOW)
    site.begin()
    site.home.promote()
    site.looks(4)
    assert site.says() == "house-2"
    assert "shadow" not in site.topic()
    assert "shadow" not in site.topic("scorecard")
    assert site.home.rollback().card["name"] == "house-1"
    with pytest.raises(ModelError, match="holds no candidate"):
        site.home.promote()


def test_withdrawn_it_is_not_asked_any_more(site):
    site.install("house-2", SHADOW)
    site.begin()
    site.home.withdraw()
    site.looks(4)
    assert site.exchange.shadow.forecasters == {}
    assert "shadow" not in site.topic()


def test_a_candidate_may_lie_anywhere(site, tmp_path):
    site.begin()
    options = NetworkAndCurves(shadow=model(tmp_path / "mine", "mine"))
    assert place_of(NetworkAndCurves()) is None
    shadow = Shadow(options, site.bench.cellar, start=lambda work: work())
    for _ in range(2):
        shadow.follow(site.bench.now)
    assert shadow.known["name"] == "mine"
    assert isinstance(site.exchange, ModelExchange)


def test_only_the_same_forecasts_of_the_same_batches_are_compared():
    def mark(way: float, error_h: float) -> ForecastScore:
        return ForecastScore(way, error_h, abs(error_h) < 10.0, "model")

    champion = {"a": [mark(0.25, 20.0), mark(0.5, 8.0)], "b": [mark(0.5, 2.0)], "c": [mark(0.5, 1.0)]}
    candidate = {"a": [mark(0.5, -4.0), mark(0.75, 90.0)], "b": [mark(0.5, 6.0)], "d": [mark(0.5, 99.0)]}
    found = compared(champion, candidate)
    assert (found["batches"], found["nearer"], found["forecasts"]) == (2, 1, 2)
    assert (found["median_abs_error_h"], found["champion"]["median_abs_error_h"]) == (5.0, 5.0)
    assert json.dumps(found)
