"""Workbooks and texts with gravities in one table and temperatures in another."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from tests.importers.made_up import AT, ISO, PITCHED, SG, C, F, assert_is_the_batch, iso, logs_of, sg4, table, workbook


def of(name, values, late_min=0):
    at = [moment + timedelta(minutes=late_min) for moment in AT]
    return [["Date", name], *zip(at, values, strict=True)]


@pytest.mark.parametrize("titles", [("Gravity", "Temperature"), ("FV1 Gravity", "FV1 Temp"), ("Sheet1", "Sheet2")])
@pytest.mark.parametrize("late_min", [0, 25])
def test_each_gravity_has_the_nearest(tmp_path, titles, late_min):
    sheets = {titles[0]: of("SG", SG), titles[1]: of("Temp (°F)", F, late_min)}
    (log,) = logs_of(tmp_path, workbook(**sheets, Info=[["Beer", "IPA"], ["Pitched", AT[0]]]))
    assert_is_the_batch(log)
    assert f'temperatures from "{titles[1]}"' in log.notes


def test_tables_below_each_other(tmp_path):
    text = table("Date,SG", ISO, sg4()) + "\n" + table("Date,Temp (°C)", reversed(ISO), reversed(C))
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)


def test_above_the_gravities_and_with_those_of_the_room(tmp_path):
    text = table("Date,Temp (°C),Room C", ISO, C, [15] * 10) + "\n" + table("Date,SG", ISO, sg4())
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)


@pytest.mark.parametrize(
    "sheets",
    [
        {"FV1_Gravity": of("SG", SG), "FV2_Temp": of("Temp (°C)", C)},
        {"Gravity": of("SG", SG), "Room": of("Room temp (°C)", C)},
        {"Gravity": of("SG", SG), "Planned": of("Temp (°C)", C)},
        {"Gravity": of("SG", SG), "Temp": of("Temp (°C)", C, 60 * 24 * 30)},
    ],
)
def test_those_of_something_else_do_not_count(tmp_path, sheets):
    (log,) = logs_of(tmp_path, workbook(**sheets))
    assert np.isnan(log.series.temp_c).all()


@pytest.mark.parametrize("gap", ["", ","])
def test_beside_the_gravities_with_times_of_its_own(tmp_path, gap):
    """Temperatures every four hours beside gravities every eight: in one row stand two different times."""
    halves = [iso(PITCHED + timedelta(hours=4 * n)) for n in range(19)]
    between = [x for a, b in pairwise([*C, C[-1]]) for x in (a, round((a + b) / 2, 2))][:19]
    rows = [
        f"{ISO[n] if n < 10 else ''},{sg4()[n] if n < 10 else ''},{gap}{at},{c}"
        for n, (at, c) in enumerate(zip(halves, between, strict=True))
    ]
    (log,) = logs_of(tmp_path, "\n".join([f"Time,SG,{gap}Time,Temp (°C)", *rows]) + "\n")

    assert_is_the_batch(log)
