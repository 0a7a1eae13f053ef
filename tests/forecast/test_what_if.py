"""What if the tank were held warmer or colder: asked of the forecaster, heard on the broker."""

from __future__ import annotations

import json

import pytest
from cellar_harness import CellarBench, tank_options

from brewpi.forecast import CannotForecast
from brewpi.forecast.what_if import grid
from brewpi.sensors.simulated import Simulated as Sensor

TOPIC = "brewpi/riverside/fv1/what_if"


@pytest.fixture
def cellar(tmp_path):
    fv1 = tank_options(19.0, tilt=Sensor(measure=("sg",)))
    bench = CellarBench(tmp_path, fv1=fv1)
    yield bench
    bench.power_off()


def heard(cellar):
    return json.loads(cellar.link.retained[TOPIC])


def run_hours(cellar, hours):
    """Coarse ticks: the answers do not depend on them."""
    for _ in range(round(hours * 60)):
        cellar.now += 60.0
        cellar.last = {report.tank: report for report in cellar.cellar.tick(cellar.now)}


def test_temperatures_are_a_degree_apart_around_the_middle_and_within_the_limits():
    assert grid(19.0, -1.0, 32.0) == (16.0, 17.0, 18.0, 19.0, 20.0, 21.0, 22.0)
    assert grid(18.8, 17.5, 20.5) == (18.0, 19.0, 20.0)
    assert grid(2.0, 15.0, 24.0) == ()


def test_each_answer_has_its_interval_and_warmer_is_never_later(cellar):
    cellar.send("start_batch", name="Pale", yeast_low_c=17.0, yeast_high_c=21.0)
    run_hours(cellar, 30)
    said = heard(cellar)
    forecast = json.loads(cellar.link.retained["brewpi/riverside/fv1/forecast"])
    assert said["why"] is None
    assert said["source"] == "model"
    assert said["target_c"] == 19.0
    assert [hold["hold_c"] for hold in said["holds"]] == [17.0, 18.0, 19.0, 20.0, 21.0]
    assert said["planned"] == {key: forecast[key] for key in ("remaining_h", "rest_h", "complete_at", "rest_at")}
    medians = [hold["remaining_h"]["p50"] for hold in said["holds"]]
    assert medians == sorted(medians, reverse=True)
    assert medians[0] > medians[-1]
    assert said["planned"]["remaining_h"]["p50"] == pytest.approx(medians[2], rel=0.02)
    assert (said["at"], said["expires_at"]) == (forecast["at"], forecast["expires_at"])


def test_another_target_is_answered_about_without_waiting_for_a_new_forecast(cellar):
    cellar.send("start_batch", name="Pale")
    run_hours(cellar, 30)
    assert cellar.send("target", target_c=22.0)["ok"]
    run_hours(cellar, 0.2)
    assert [hold["hold_c"] for hold in heard(cellar)["holds"]] == [19.0, 20.0, 21.0, 22.0, 23.0, 24.0, 25.0]


def test_what_is_missing_is_said_instead_of_an_answer(cellar):
    run_hours(cellar, 0.1)
    assert heard(cellar)["holds"] == []
    assert "needs two readings" in heard(cellar)["why"]
    cellar.send("start_batch", name="Pale", yeast_low_c=17.0)
    run_hours(cellar, 30)
    cellar.send("target", target_c=2.0)
    run_hours(cellar, 1.0)
    assert heard(cellar)["why"] == "nothing near 2.0 °C is within 17 to 32 °C"
    cellar.vessels["fv1"].unplug("beer_c")
    run_hours(cellar, 1.0)
    assert heard(cellar)["why"] == "needs a fresh beer temperature"
    assert heard(cellar)["holds"] == []


def test_a_plan_far_from_what_the_beer_is_now_is_not_asked_about(cellar):
    cellar.send("start_batch", name="Pale")
    run_hours(cellar, 30)
    tank, report = cellar.cellar.tanks["fv1"], cellar.last["fv1"]
    about = tank.forecaster.what_if(report.forecast, report.state, 19.0, 9.0, (-1.0, 32.0))
    assert [hold.hold_c for hold in about.holds] == [11.0, 12.0]


def test_the_fitted_curve_knows_no_temperature_and_says_so(cellar):
    cellar.send("start_batch", name="Pale")
    cellar.cellar.tanks["fv1"].forecaster.asked = None
    run_hours(cellar, 6)
    assert heard(cellar)["source"] == "curve"
    assert heard(cellar)["why"].startswith("only the model knows temperature")


@pytest.mark.parametrize(
    ("error", "why"), [(CannotForecast("no batch was held so cold"), "no batch was held so cold"),
                       (ZeroDivisionError("x"), "the model failed")]
)  # fmt: skip
def test_a_forecaster_that_cannot_say_what_if_still_has_its_forecast(cellar, mocker, error, why):
    cellar.send("start_batch", name="Pale")
    run_hours(cellar, 30)
    forecaster = cellar.cellar.tanks["fv1"].forecaster
    mocker.patch.object(type(forecaster.asked), "what_if", side_effect=error)
    run_hours(cellar, 1)
    assert (heard(cellar)["holds"], heard(cellar)["why"]) == ([], why)
    assert heard(cellar)["source"] == "model"
    assert not any("link failed" in alarm.text for alarm in cellar.last["fv1"].command.alarms)


def test_where_nobody_listens_nothing_is_worked_out(cellar):
    cellar.link.has_no_listeners = True
    cellar.send("start_batch", name="Pale")
    run_hours(cellar, 6)
    assert TOPIC not in cellar.link.retained
