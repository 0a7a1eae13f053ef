"""Batches under each other without a word between them, and tables that say once more what another one says."""

import json
from datetime import timedelta

import numpy as np
import pytest

from brewpi.importers import read_all
from tests.importers.made_up import AT, EPOCH_S, ISO, SG, C, assert_is_the_batch, iso, logs_of, sg4, table, workbook

FIRST = table("Date,SG,Temp", ISO, sg4(), C)


@pytest.mark.parametrize("after_h", [8, 24, 48, 64])
@pytest.mark.parametrize("between", ["", ",,\n", "\n"])
@pytest.mark.parametrize("is_newest_first", [False, True])
def test_a_batch_pitched_before_the_one_above_it_is_done(tmp_path, after_h, between, is_newest_first):
    """Their readings were put in one order, as of one beer that rises and falls."""
    stronger = [f"{1.0 + 1.2 * (sg - 1.0):.4f}" for sg in SG]
    second = table("", [iso(at + timedelta(hours=after_h)) for at in AT], stronger, C).lstrip()
    head, *lines = f"{FIRST}{between}{second}".splitlines()
    one, other = logs_of(tmp_path, "\n".join([head, *(lines[::-1] if is_newest_first else lines)]) + "\n")
    one, other = (other, one) if is_newest_first else (one, other)
    assert_is_the_batch(one)
    assert other.series.sg == pytest.approx(1.0 + 1.2 * (np.array(SG) - 1.0), abs=0.0002)
    assert "times go back where gravity is a wort's again: another batch" in one.notes


@pytest.mark.parametrize("rows", [
    [*range(4, 10), *range(4)], [0, 2, 1, 3, 4, 6, 5, 7, 9, 8], [1, 2, 3, 4, 5, 6, 7, 8, 9, 0],
])  # fmt: skip
def test_one_batch_in_another_order_stays_one(tmp_path, rows):
    lines = FIRST.splitlines()
    (log,) = logs_of(tmp_path, "\n".join([lines[0], *(lines[1 + n] for n in rows)]) + "\n")
    assert_is_the_batch(log)


def test_readings_that_a_device_sends_late_are_of_its_batch(tmp_path):
    lines = FIRST.splitlines()
    (log,) = logs_of(tmp_path, "\n".join([*lines[:4], lines[9], *lines[4:9], lines[10]]) + "\n")
    assert_is_the_batch(log)


def test_a_sheet_with_some_readings_once_more_is_no_batch(tmp_path):
    rows = [["Date", "SG", "Temp °C"], *([at, sg, c] for at, sg, c in zip(AT, SG, C, strict=True))]
    (log,) = logs_of(tmp_path, workbook(Data=rows, Chart=rows[:1] + rows[1::3]))
    assert_is_the_batch(log)
    assert "a table that repeats some readings of another left out" in log.notes


def test_the_last_reading_of_a_device_is_no_batch(tmp_path):
    readings = [{"time": 1000 * at, "sg": sg, "temp": c} for at, sg, c in zip(EPOCH_S, SG, C, strict=True)]
    devices = {"tilt": {"items": [{"id": "RED", "lastData": readings[-1]}]}}
    batch = {"name": "Batch", "batchNo": 7, "readings": readings[::-1], "devices": devices}
    (log,) = logs_of(tmp_path, json.dumps([batch]))
    assert_is_the_batch(log)


def test_quantities_of_a_moment_in_a_list(tmp_path):
    """[{"name": "gravity", "value": 1.052, "unit": "SG"}, ...] was refused: no column holds a time."""
    def of_moment(sg, c):
        return [{"name": "gravity", "value": sg, "unit": "SG"}, {"name": "temperature", "value": c, "unit": "°C"}]

    moments = [{"time": at, "values": of_moment(sg, c)} for at, sg, c in zip(ISO, SG, C, strict=True)]
    (log,) = logs_of(tmp_path, json.dumps({"measurements": moments}))
    assert_is_the_batch(log)


def test_series_below_the_name_of_each_tank(tmp_path):
    def tank(name, factor):
        gravity = [[1000 * t, 1.0 + factor * (sg - 1.0)] for t, sg in zip(EPOCH_S, SG, strict=True)]
        temperature = [[1000 * t, c] for t, c in zip(EPOCH_S, C, strict=True)]
        return {"fermenter": name, "history": {"gravity": gravity, "temperature": temperature}}

    found = logs_of(tmp_path, json.dumps([tank("FV1", 1.0), tank("FV2", 1.2)]))
    assert [log.batch for log in found] == ["FV1", "FV2"]
    assert_is_the_batch(found[0])


def test_a_list_of_beers_beside_their_logs_is_not_refused(tmp_path):
    rows = [["Date", "SG", "Temp °C"], *([at, sg, c] for at, sg, c in zip(AT, SG, C, strict=True))]
    overview = [["Beer", "OG", "FG"], ["Helles", 1.052, 1.012], ["Pils", 1.048, 1.010], ["Dunkel", 1.046, 1.011]]
    path = tmp_path / "log.xlsx"
    path.write_bytes(workbook(Overview=overview, Helles=rows))
    assert read_all(path).refused == ()
