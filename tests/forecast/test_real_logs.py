"""Every real log gets a forecast that can be true, or a sentence; none of them lies in this repository.

They are looked for in the folder of the environment variable BREWPI_LOGS, else in `../shared/logs`.
"""

import os
import time
from pathlib import Path

import numpy as np
import pytest

from brewpi.forecast.labels import Refused, label
from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import Model, ModelError, default_directory
from brewpi.importers import LogError, read

LOGS = Path(os.environ.get("BREWPI_LOGS", Path(__file__).parents[3] / "shared" / "logs"))
FILES = sorted(p for p in LOGS.rglob("*") if p.suffix in (".csv", ".jsonl")) if LOGS.is_dir() else []
EARLY_H = (0.0, 12.0, 24.0, 48.0, 96.0)

pytestmark = pytest.mark.skipif(not FILES, reason=f"no real logs in {LOGS}; set BREWPI_LOGS to a folder of some")


@pytest.fixture(scope="module", params=["model", "curve"])
def forecaster(request):
    if request.param == "curve":
        return TankForecaster(None, "switched off")
    try:
        return TankForecaster(Pool(Model.load(default_directory())))
    except ModelError as error:
        pytest.skip(str(error))


def plausible(forecast, seen):
    for band in (forecast.remaining_h, forecast.rest_h, forecast.final_sg):
        assert np.isfinite([band.p10, band.p50, band.p90]).all()
        assert band.p10 <= band.p50 <= band.p90
    assert forecast.remaining_h.p10 >= 0.0
    assert forecast.remaining_h.p90 < 4000.0
    assert forecast.rest_h.p10 >= 0.0
    assert forecast.rest_h.p50 <= forecast.remaining_h.p50
    assert forecast.final_sg.p10 > 0.93
    assert forecast.final_sg.p90 <= max(seen)


def courses():
    """Those that are logs, and the sentences of the others."""
    read_, sentences = [], {}
    for path in FILES:
        try:
            read_.append(read(path).series)
        except LogError as error:
            sentences[path.name] = str(error)
    return read_, sentences


def test_what_is_no_log_gets_a_sentence():
    logs, sentences = courses()
    assert len(logs) > len(sentences)
    for name, sentence in sentences.items():
        assert sentence.startswith(f"{name}: ")
        assert sentence.endswith(".")


def test_every_log_gets_a_forecast_that_can_be_true_or_a_reason(forecaster):
    answered = 0
    began = time.monotonic()
    for course in courses()[0]:
        for at_h in (*EARLY_H, float(course.hours[-1])):
            found = forecaster.at(course, at_h)
            if found.source == "none":
                assert found.why
                continue
            plausible(found, course.until(at_h).sg)
            answered += 1
    assert answered > len(FILES)
    assert time.monotonic() - began < 60.0


def judged(course):
    try:
        return label(course)
    except Refused as why:
        return why


def test_every_log_has_a_label_or_is_refused_by_name():
    verdicts = [judged(course) for course in courses()[0]]
    labels = [verdict for verdict in verdicts if not isinstance(verdict, Refused)]
    assert labels
    assert all(verdict.rule and verdict.text for verdict in verdicts if isinstance(verdict, Refused))
    for found in labels:
        assert 12.0 <= found.completion_h <= found.warm_end_h
        assert found.bracket[0] <= found.completion_h <= found.bracket[1]
        assert found.rest_h <= found.completion_h
        assert found.og - found.terminal >= 0.012 - 1e-9
