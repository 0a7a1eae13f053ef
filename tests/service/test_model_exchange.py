"""A running cellar takes another model between two ticks, keeps what it knows, and goes back by itself."""

from __future__ import annotations

import json

import pytest
from site_models import FILES, Site

from brewpi.forecast.scorecard import ForecastScore
from brewpi.offline.model_signing import make_key
from brewpi.service.model_exchange import ON_TRIAL_S, RENEWED_A_TICK
from brewpi.store.kept_batches import KeptBatch


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path)
    yield site
    site.bench.power_off()


def test_a_model_that_is_installed_answers_for_all_tanks_and_nothing_of_a_batch_is_lost(site):
    site.install("house-1")
    site.begin()
    assert (site.says(), site.topic()["name"], site.topic()["before"]) == ("house-1", "house-1", None)
    before = {name: (tank.absorber, tank.state.history) for name, tank in site.bench.cellar.tanks.items()}
    site.install("house-2")
    site.looks()
    assert site.says() == "house-2"
    for name, tank in site.bench.cellar.tanks.items():
        assert tank.absorber is before[name][0]
        assert tank.state.history[: len(before[name][1])] == before[name][1]
        assert tank.forecaster.asked.name == "house-2"
    assert (site.topic()["name"], site.topic()["before"], site.topic()["refused"]) == ("house-2", "house-1", None)
    (told,) = site.bench.events("model", "fv2")
    assert told == "forecasts are made by house-2 from now on, before by house-1"
    assert site.alarms() == []


def test_at_the_start_the_current_one_is_no_news(site):
    site.install("house-1")
    site.begin()
    assert site.bench.events("model") == []


@pytest.mark.parametrize("how", ["weights", "golden"])
def test_a_bad_one_is_refused_with_an_alarm_and_the_one_before_goes_on(site, how):
    site.install("house-1")
    site.begin()
    site.install("bad")
    card = site.home.folder / "current" / FILES[1]
    if how == "weights":
        (site.home.folder / "current" / FILES[0]).write_bytes(b"not those")
    else:
        card.write_text(json.dumps({**json.loads(card.read_text()), "golden": [[1e3, 2e3, 3e3]] * 3}))
    site.looks()
    site.hours(1)
    assert site.says() == "house-1"
    (text,) = site.alarms()
    assert text.startswith("model bad is not taken (")
    assert text.endswith("); house-1 goes on")
    assert site.topic()["refused"]["name"] == "bad"
    site.home.rollback()
    site.looks()
    assert site.alarms() == []
    assert (site.says(), site.topic()["refused"]) == ("house-1", None)


def test_one_that_fails_on_a_tanks_own_readings_gives_way_and_is_not_taken_again(site):
    site.install("house-1")
    site.begin()
    site.install("sour")
    site.looks(4)
    assert site.says() == "house-1"
    assert site.topic()["name"] == "house-1"
    (text,) = site.alarms()
    assert text == "model sour is not taken (it fails in fv1: ZeroDivisionError: division by zero); house-1 goes on"
    site.restart()
    site.looks()
    site.hours(1)
    assert site.says() == "house-1"
    assert site.alarms() == [text]


def test_after_a_restart_on_a_bad_one_the_newest_good_one_answers(site):
    site.install("house-1")
    site.install("house-2")
    site.install("bad")
    (site.home.folder / "current" / FILES[0]).write_bytes(b"not those")
    site.begin()
    assert site.says() == "house-2"
    assert site.alarms()[0].startswith("model bad is not taken (")


def test_what_is_half_copied_is_waited_for(site):
    site.install("house-1")
    site.begin()
    place = site.home.folder / "current"
    whole = (place / FILES[0]).read_bytes()
    for part in range(1, 4):
        (place / FILES[0]).write_bytes(whole[: part * len(whole) // 3])
        site.looks(1)
        assert site.alarms() == []
    site.looks()
    assert site.alarms() == []


def test_with_a_key_a_switch_to_an_unsigned_one_is_not_followed(site, tmp_path):
    pytest.importorskip("cryptography")
    site.install("house-1")
    site.begin()
    site.install("unsigned")
    make_key(tmp_path / "ours")
    site.home.trust(tmp_path / "ours.pub")
    site.looks()
    assert site.says() == "house-1"
    assert "is not signed" in site.alarms()[0]


def test_an_exchange_that_fails_is_said_and_costs_no_tank_its_tick(site):
    site.install("house-1")
    site.begin()
    site.exchange.watch.poll = lambda now, failed: 1 / 0
    site.tick(2)
    assert site.alarms()[0].startswith("model exchange fails (ZeroDivisionError: division by zero); ")
    assert site.says() == "house-1"


def test_fresh_forecasts_come_a_few_a_tick(tmp_path):
    site = Site(tmp_path)
    site.install("house-1")
    site.begin()
    site.install("house-2")
    renewed: list[str] = []
    for name, tank in site.bench.cellar.tanks.items():
        tank.forecaster.renew = lambda name=name: renewed.append(name)
    site.exchange._renew = ["fv1", "fv2", "fv1", "fv2", "fv1"]
    site.tick()
    assert len(renewed) == RENEWED_A_TICK
    site.bench.power_off()


def test_after_a_day_on_trial_it_stays(site):
    site.install("house-1")
    site.begin()
    site.install("house-2")
    site.looks()
    site.bench.now += ON_TRIAL_S
    site.tick(2)
    site.bench.cellar.tanks["fv1"].forecaster.failed = "once, a day later"
    site.tick(2)
    assert site.topic()["name"] == "house-2"


def test_it_says_when_it_is_time_to_retrain_and_a_new_model_begins_anew(site):
    told = {"held_out": {"as_told": {"median_abs_error_h": 4.0, "inside_interval": 0.9}}}
    site.install("house-1", **told)
    site.begin()
    store, track = site.bench.cellar.store, site.bench.cellar.operator.track
    for number in range(12):
        begun = site.bench.now - 5 * 86_400.0 if number < 2 else site.bench.now  # two began before the model came
        store.keep_batch(KeptBatch(f"b{number}", "fv1", begun, begun, site.bench.now, {}))
        marks = [ForecastScore(way, 30.0, False, "model") for way in (0.25, 0.5)]
        store.judge("fv1", f"b{number}", marks, site.bench.now)
    track.show(site.bench.now)
    site.tick(2)
    (text,) = site.alarms()
    assert text == (
        "house-1 does worse here than its card promises, over 10 batches: off by 30 h in the median, 4 h promised;"
        " 0 % inside the window, 90 % promised; retrain it"
    )
    live = site.topic("scorecard")["live"]
    assert (live["batches"], live["worse"], live["promised"]["median_abs_error_h"]) == (10, True, 4.0)
    site.restart()
    site.looks()
    assert site.alarms() == [text]
    site.install("house-2", **told)
    site.looks()
    assert site.alarms() == []
    assert "live" not in site.topic("scorecard")
