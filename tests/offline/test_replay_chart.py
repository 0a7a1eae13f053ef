"""What a dashboard that connects late can draw: marks and earlier forecasts, also after a restart."""

from __future__ import annotations

import json
import re
import sqlite3

import pytest
from cellar_harness import CellarBench, tank_options

from brewpi.sensors.simulated import Simulated as Sensor
from brewpi.store.migrations import MIGRATIONS


@pytest.fixture
def cellar(tmp_path):
    bench = CellarBench(tmp_path, fv1=tank_options(19.0, tilt=Sensor(measure=("sg",))))
    yield bench
    bench.power_off()


def drawn(cellar):
    return json.loads(cellar.link.retained["brewpi/riverside/fv1/curve"])


def run_hours(cellar, hours):
    for _ in range(round(hours * 30)):
        cellar.now += 120.0
        cellar.cellar.tick(cellar.now)


def test_marks_and_earlier_forecasts_survive_a_restart_and_end_with_their_batch(cellar):
    cellar.send("start_batch", name="Pale")
    run_hours(cellar, 30)
    assert cellar.send("target", target_c=21.0)["ok"]
    run_hours(cellar, 1)
    before = drawn(cellar)
    assert [mark["text"] for mark in before["marks"]] == ["anna sets 21.0 °C"]
    assert before["marks"][0]["hours"] == pytest.approx(30.0, abs=0.1)
    assert [told["at_h"] // 6 for told in before["earlier"]] == [0, 1, 2, 3, 4, 5]
    assert all(len(told["hours"]) == 6 for told in before["earlier"])
    assert before["earlier"][0]["sg"][0] > before["earlier"][-1]["sg"][0]

    cellar.restart()
    run_hours(cellar, 1)
    after = drawn(cellar)
    assert after["marks"] == before["marks"]
    for then, now in zip(before["earlier"], after["earlier"], strict=False):
        assert now["at_h"] == pytest.approx(then["at_h"], abs=1.0)
        assert now["complete_h"]["p50"] == pytest.approx(then["complete_h"]["p50"], rel=0.1)

    cellar.send("start_batch", name="Next")
    assert drawn(cellar)["measured"]["hours"] == [0.0]
    assert drawn(cellar)["marks"] == drawn(cellar)["earlier"] == []
    run_hours(cellar, 1)
    assert drawn(cellar)["marks"] == []
    assert all(told["at_h"] < 1.0 for told in drawn(cellar)["earlier"])


def test_forecasts_kept_by_an_earlier_version_come_back_without_their_line(cellar, tmp_path):
    cellar.send("start_batch", name="Pale")
    run_hours(cellar, 13)
    cellar.power_off()
    file = sqlite3.connect(tmp_path / "brewpi.sqlite")
    version = next(n for n, statements in enumerate(MIGRATIONS) if "told ADD COLUMN sg" in statements)
    file.executescript("ALTER TABLE told DROP COLUMN sg; ALTER TABLE told DROP COLUMN final_sg;")
    for table in re.findall(r"CREATE TABLE (\w+)", " ".join(MIGRATIONS[version:])):
        file.execute(f"DROP TABLE {table}")
    file.execute(f"PRAGMA user_version = {version}")
    file.close()
    cellar.power_on()
    run_hours(cellar, 1)
    first = drawn(cellar)["earlier"][0]
    assert first["complete_h"]["p50"] > 0.0
    assert (first["hours"], first["sg"]) == ([], [])
