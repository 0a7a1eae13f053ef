"""Sheets whose rows of the days to come hold a 0 already, and devices that were off for a while."""

from datetime import timedelta

import numpy as np
import pytest

from tests.importers.made_up import AT, HOURS, ISO, PLATO, SG, C, F, assert_is_the_batch, iso, logs_of, table

END = [12 * i for i in range(10, 14)]  # by then the beer stands still
TIMES = [iso(AT[0] + timedelta(hours=h)) for h in (*HOURS, *(h - 40 for h in END), *(h + 8 for h in END))]
STILL = [1.0121, 1.0108, 1.0104, 1.0102]
OE = [round(1000 * (sg - 1)) for sg in [*SG, *STILL]]


def read(tmp_path, head, *columns):
    (log,) = logs_of(tmp_path, table(head, TIMES, *columns, sep=";"))
    return log


@pytest.mark.parametrize("zero", ["0", "0.0"])
@pytest.mark.parametrize("temps", [C, F])
def test_rows_of_zeros_are_no_readings(tmp_path, zero, temps):
    log = read(tmp_path, "Date;°Oe;Temp", [*OE, *[zero] * 4], [*temps, *temps[-4:], *[zero] * 4])
    assert len(log.series.hours) == 14
    assert log.series.sg[-1] == pytest.approx(STILL[-1], abs=0.0005)
    assert "4 rows of zeros left out" in log.notes


WATER = [("SG", [*SG, *STILL], "1.000"), ("°Oe", OE, "0"), ("Oechsle", OE, "0")]


@pytest.mark.parametrize(("head", "gravity", "zero"), WATER)
def test_water_to_the_last_row_without_a_temperature_is_no_beer(tmp_path, head, gravity, zero):
    log = read(tmp_path, f"Date;{head}", [*gravity, *[zero] * 4])
    assert len(log.series.hours) == 14
    assert any("1.000 to the last digit" in note for note in log.notes)


@pytest.mark.parametrize(("head", "gravity", "zero"), WATER)
def test_two_suffice_after_a_beer_that_stands_still(tmp_path, head, gravity, zero):
    rows = [*gravity[:12], *[gravity[12]] * 4, zero, zero]
    log = read(tmp_path, f"Date;{head};Temp", rows, [*C, *C[-6:], "", ""])
    assert len(log.series.hours) == 16
    assert any("the last 2 readings are 1.000 to the last digit" in note for note in log.notes)


def test_a_beer_that_comes_to_water_in_its_last_two_readings_stays_there(tmp_path):
    fall = [48, 46, 44, 41, 38, 35, 32, 29, 26, 23, 20, 17, 15, 12, 10, 7, 0, 0]
    log = read(tmp_path, "Date;°Oe", fall)
    assert len(log.series.hours) == 18


def test_a_device_that_was_off_is_missed_and_no_more(tmp_path):
    plato, temps = [*PLATO[:4], 0, *PLATO[4:]], [*C[:4], 0, *C[4:]]
    times = [iso(at) for at in [*AT[:4], AT[4] - timedelta(hours=2), *AT[4:]]]
    (log,) = logs_of(tmp_path, table("Date;Plato;Temp", times, plato, temps, sep=";"))
    assert_is_the_batch(log)


def test_a_cider_that_comes_to_water_slowly_stays_there(tmp_path):
    fall = [48, 46, 42, 37, 31, 25, 20, 15, 11, 8, 6, 4, 2, 1, 0, 0, 0, 0]
    log = read(tmp_path, "Date;°Oe", fall)
    assert len(log.series.hours) == 18


def test_a_wine_that_falls_through_water_counts(tmp_path):
    fall = [48, 46, 42, 37, 31, 26, 21, 17, 13, 10, 7, 0, -2, -3, -4, -4, -4, -4]
    log = read(tmp_path, "Date;°Oe;Temp", fall, [*C, *C[2:]])
    assert log.series.sg == pytest.approx(1.0 + np.array(fall) / 1000.0, abs=0.0002)


@pytest.mark.parametrize("unit", ["Brix", "Plato", "Baumé"])
@pytest.mark.parametrize("backwards", [False, True])
def test_a_must_that_falls_fast_through_0_was_read_there(tmp_path, unit, backwards):
    at, brix = ISO[:7], [21.2, 17.7, 7.4, 0.0, -0.9, -1.2, -1.2]
    order = slice(None, None, -1 if backwards else 1)
    (log,) = logs_of(tmp_path, table(f"Date,{unit}", at[order], brix[order]))
    assert len(log.series.sg) == 7
    assert log.series.sg[3] == pytest.approx(1.0, abs=2e-4)
