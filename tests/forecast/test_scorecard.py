"""How past forecasts turned out: judged when a batch ends, kept, and published."""

from __future__ import annotations

from cellar_harness import CellarBench, tank_options

from brewpi.forecast.scorecard import ForecastScore, PastForecast, judged, scorecard
from brewpi.sensors.simulated import Simulated


def test_each_way_is_judged_by_what_was_said_last_before_it():
    told = [PastForecast(at, 70.0 - at, 90.0 - at, 130.0 - at, "model") for at in (10.0, 24.0, 26.0, 49.0, 52.0)]
    first, second = judged(told, 100.0)
    assert first == ForecastScore(0.25, -10.0, True, "model")
    assert (second.way, second.error_h) == (0.5, -10.0)


def test_an_interval_that_missed_is_counted_as_such():
    (mark,) = judged([PastForecast(25.0, 10.0, 20.0, 30.0, "curve")], 100.0)
    assert (mark.error_h, mark.inside) == (-55.0, False)


def test_the_figures():
    early, middle = ForecastScore(0.25, -8.0, True, "model"), ForecastScore(0.5, 4.0, False, "model")
    card = scorecard({"b1": [early, middle], "b2": [ForecastScore(0.25, 2.0, True, "curve")]}, {})
    assert (card["batches"], card["forecasts"]) == (2, 3)
    assert (card["median_abs_error_h"], card["inside_interval"]) == (4.0, 0.667)
    assert card["by_way"]["25%"] == {"forecasts": 2, "median_abs_error_h": 5.0, "inside_interval": 1.0}
    assert card["by_way"]["75%"]["median_abs_error_h"] is None
    assert [len(marks) for marks in card["latest"]] == [2, 1]
    assert card["latest"][0][1] == {"way": 0.5, "error_h": 4.0, "inside": False}


def test_from_ten_batches_on_it_says_how_often_the_interval_held_by_kind_of_sensor():
    inside, outside = ForecastScore(0.5, 2.0, True, "model"), ForecastScore(0.5, 30.0, False, "model")
    batches = {f"b{n}": [inside, outside if n < 4 else inside] for n in range(10)}
    sensors = {f"b{n}": "tilt" if n < 4 else "manual" for n in range(9)}  # of the tenth nobody knows it any more
    card = scorecard(batches, sensors)
    assert list(card["by_sensor"]) == ["manual", "tilt"]
    assert (card["by_sensor"]["tilt"]["forecasts"], card["by_sensor"]["tilt"]["inside_interval"]) == (8, 0.5)
    assert (card["by_sensor"]["manual"]["forecasts"], card["by_sensor"]["manual"]["inside_interval"]) == (10, 1.0)
    assert "by_sensor" not in scorecard({key: batches[key] for key in list(batches)[:9]}, sensors)
    assert "by_sensor" not in scorecard(batches, {})


def test_a_finished_batch_is_judged_published_and_still_known_after_a_restart(tmp_path):
    gravity = Simulated(measure=("sg",), every_s=900.0)
    bench = CellarBench(tmp_path, fv1=tank_options(gravity=gravity))
    kept = []
    bench.cellar.link.retain = lambda topic, payload: kept.append(topic)
    bench.send("start_batch", name="Helles 12", medium="beer")
    for _ in range(9 * 96):
        bench.now += 900.0 - 5.0
        bench.tick()
    bench.send("end_batch")
    ((key, marks),) = bench.cellar.store.scores().items()
    assert [mark.way for mark in marks] == [0.25, 0.5, 0.75]
    assert all(abs(mark.error_h) < 100.0 for mark in marks)
    assert "brewpi/riverside/scorecard" in kept
    assert bench.cellar.store.past_forecasts("fv1", "c1") == []
    bench.restart()
    assert bench.cellar.store.scores() == {key: marks}
    (kept,) = bench.cellar.store.batches()
    assert (kept.id, kept.facts["sensor"]) == (key, "simulated")
    bench.power_off()


def test_a_site_without_a_finished_batch_has_an_empty_card():
    empty = {"forecasts": 0, "median_abs_error_h": None, "inside_interval": None}
    by_way = {"25%": empty, "50%": empty, "75%": empty}
    assert scorecard({}, {}) == {"batches": 0, **empty, "by_way": by_way, "latest": []}
