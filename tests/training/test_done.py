"""How often "done" is said too early is counted on every log, on made-up ones here."""

import json

import numpy as np
from typer.testing import CliRunner

from brewpi.forecast.tflite_model import CHECKOUT
from brewpi.records import BatchSeries, Forecast, Interval
from training.cli import app
from training.evaluation.done import done, stuck
from training.evaluation.scoring import sparsely


def logistic(hours, og=1.050, final=1.010, half_h=40.0):
    return og - (og - final) / (1.0 + np.exp(-4.0 * (hours / half_h - 1.0)))


def write(folder, name, hours, sg):
    folder.mkdir(exist_ok=True)
    rows = "".join(f"{h:.1f},{g:.4f},20\n" for h, g in zip(hours, sg, strict=True))
    (folder / f"{name}.csv").write_text("hours,sg,temp_c\n" + rows)
    (folder / f"{name}.json").write_text(json.dumps({"beverage": "beer"}))


def test_a_clean_batch_is_never_done_too_early_and_done_in_the_end(tmp_path):
    hours = np.arange(0.0, 264.0, 12.0)
    write(tmp_path / "site", "clean", hours, logistic(hours))
    (found,) = done(CHECKOUT, tmp_path)
    assert (found.batches, found.refused, found.complete["false_done"], found.complete["never_done"]) == (1, 0, 0, 0)
    assert 12.0 < found.complete["hours_until_done"] < 96.0


def test_a_refused_log_that_fell_on_after_done_is_named(tmp_path):
    hours = np.arange(0.0, 504.0, 12.0)
    again = np.where(hours > 300.0, 0.012 * np.minimum((hours - 300.0) / 100.0, 1.0), 0.0)
    rises = np.where((hours > 250.0), 0.008, 0.0)  # sugar, then ten points down: no one completion
    write(tmp_path / "site", "sugar", hours, logistic(hours, final=1.014) + rises - again)
    write(tmp_path / "site", "falls", hours[:8], logistic(hours[:8], half_h=80.0))  # never ends
    (found,) = done(CHECKOUT, tmp_path)
    assert (found.batches, found.refused) == (0, 2)
    assert found.fell_on == ("sugar.csv",)
    said = CliRunner().invoke(app, ["done", "--groups", str(tmp_path), "--model", str(CHECKOUT)])
    _, folder, sticks = said.output.splitlines()
    assert folder.endswith("1 sugar.csv")
    assert sticks.endswith("no log that never came half way, or no other")


def test_a_log_that_never_came_half_way_is_told_from_others(tmp_path):
    hours = np.arange(0.0, 264.0, 12.0)
    write(tmp_path / "site", "clean", hours, logistic(hours))
    write(tmp_path / "site", "stuck", hours, np.maximum(logistic(hours), 1.036))
    assert stuck(CHECKOUT, tmp_path) == "p_stuck on day 7: AUROC 1.00; 1 of 2 never came half way"


def test_a_forecaster_that_always_says_done_is_found_out(tmp_path):
    from training.evaluation.done import _falls_on, _said_done

    hours = np.arange(0.0, 200.0, 12.0)
    series = BatchSeries(hours, logistic(hours), np.full(hours.size, 20.0))

    def ask(questions):
        return [Forecast(at_h, 1.0, "curve", Interval(0.0, 0.0, 0.0)) for _, at_h in questions]

    assert _said_done(ask, series, [12.0, 24.0]) == [12.0, 24.0]
    assert _falls_on(series, [24.0])
    assert not _falls_on(series, [150.0])


def test_readings_are_asked_two_hours_apart():
    assert sparsely(np.array([0.0, 1.0, 2.0, 3.9, 4.0, 9.0])) == [0.0, 2.0, 4.0, 9.0]
