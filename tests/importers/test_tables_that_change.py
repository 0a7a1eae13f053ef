"""Files to which programs and people appended: another header, another unit, a column more."""

from datetime import timedelta

import numpy as np
import pytest

from brewpi.units import sg_from_plato
from tests.importers.made_up import AT, HOURS, ISO, PLATO, SG, C, F, assert_is_the_batch, iso, logs_of, sg4, table

BEGIN, END = slice(0, 5), slice(5, 10)


def test_a_later_header_with_more_columns_does_not_hide_what_stands_above_it(tmp_path):
    first = table("Date,SG,Temp C", ISO[BEGIN], sg4()[BEGIN], C[BEGIN])
    later = table("Date,SG,Temp C,Battery", ISO[END], sg4()[END], C[END], [90] * 5)
    (log,) = logs_of(tmp_path, first + later)
    assert_is_the_batch(log)


OTHERS = [("Date,Plato,Temp C", PLATO, C), ("Date,SG,Temp F", SG, F), ("Date,Plato,°F", PLATO, F)]


@pytest.mark.parametrize(("head", "gravity", "temp"), OTHERS)
def test_a_table_that_goes_on_in_other_units_is_of_the_same_batch(tmp_path, head, gravity, temp):
    first = table("Date,SG,Temp C", ISO[BEGIN], sg4()[BEGIN], C[BEGIN])
    (log,) = logs_of(tmp_path, first + table(head, ISO[END], gravity[END], temp[END]))
    assert_is_the_batch(log)
    assert "a table that goes on where another ends is of the same batch" in log.notes


def test_a_table_that_goes_on_with_a_thermometer_is_of_the_same_batch(tmp_path):
    first = table("Date,SG", ISO[BEGIN], sg4()[BEGIN])
    (log,) = logs_of(tmp_path, first + table("Date,SG,Temp C", ISO[END], sg4()[END], C[END]))
    assert log.series.hours == pytest.approx(np.array(HOURS), abs=0.02)
    assert log.series.sg == pytest.approx(np.array(SG), abs=0.0002)
    assert np.isnan(log.series.temp_c[BEGIN]).all()
    assert log.series.temp_c[END] == pytest.approx(np.array(C[END]))


def test_a_summary_of_the_batch_above_its_readings_is_no_table(tmp_path):
    above = "Date,Beer,Yeast\n2024-04-22,Amber,US-05\n\n"
    (log,) = logs_of(tmp_path, above + table("Date,SG,Temp C", ISO, sg4(), C))
    assert_is_the_batch(log)


def test_celsius_and_fahrenheit_by_turns_are_told_apart(tmp_path):
    mixed = [c if i % 2 else f for i, (c, f) in enumerate(zip(C, F, strict=True))]
    (log,) = logs_of(tmp_path, table("Date,SG,Temp", ISO, sg4(), mixed))
    assert_is_the_batch(log)
    assert "temperature in °C and °F by turns: 67.1 and others like it are °F" in log.notes


def test_a_single_zero_below_a_beer_that_stands_still_is_none(tmp_path):
    weak = [round(0.6 * plato, 2) for plato in PLATO]
    dates = [*ISO, *(f"2024-04-{25 + i} 16:48:00" for i in range(1, 5)), "2024-04-30 16:48:00"]
    (log,) = logs_of(tmp_path, table("Date,Plato", dates, [*weak, *[weak[-1]] * 4, 0]))
    assert log.series.sg[-1] == pytest.approx(sg_from_plato(weak[-1]), abs=0.0001)
    assert any("the last reading is 1.000 to the last digit" in note for note in log.notes)


@pytest.mark.parametrize("cut", [2, 5, 8])
@pytest.mark.parametrize(
    "words", ["--- restart ---", "# logger restarted", "Battery changed", "New session", "boot", "*** reconnected ***"]
)
def test_a_row_that_says_why_a_log_was_interrupted_begins_no_batch(tmp_path, words, cut):
    head = "Date,SG,Temp C"
    first = table(head, ISO[:cut], sg4()[:cut], C[:cut])
    (log,) = logs_of(tmp_path, first + f"{words},,\n" + table(head, ISO[cut:], sg4()[cut:], C[cut:]))
    assert_is_the_batch(log)


def test_the_name_of_another_tank_does(tmp_path):
    head = "Date,SG,Temp C"
    text = table(head, ISO, sg4(), C) + "\nFV2,,\n" + table(head, ISO, sg4(), C)
    assert [log.batch for log in logs_of(tmp_path, text)] == ["batch 1", "FV2"]


def test_a_wort_that_has_not_begun_goes_on_below_a_row_that_says_so(tmp_path):
    flat = [1.0520, 1.0519, 1.0521, 1.0518, *SG[1:]]
    at = [iso(AT[0] + timedelta(hours=8 * n)) for n in range(len(flat))]
    text = table("Date,SG", at[:3], flat[:3]) + "-- new file --,\n" + table("Date,SG", at[3:], flat[3:])
    (log,) = logs_of(tmp_path, text)
    assert log.series.sg == pytest.approx(flat)


@pytest.mark.parametrize("word", ["missed", "NR", "nada", "...."])
def test_one_word_for_no_reading_may_come_often(tmp_path, word):
    cells = [word if n in (3, 5, 8) else sg for n, sg in enumerate(sg4())]
    (log,) = logs_of(tmp_path, table("Date,SG,Temp C", ISO, cells, C))
    assert log.series.sg == pytest.approx(np.delete(SG, [3, 5, 8]))


def test_the_mean_of_each_day_is_no_reading(tmp_path):
    hours = [0.5 * h for h in range(145)]
    at = [iso(AT[0] + timedelta(hours=h)) for h in hours]
    sg = np.interp(hours, HOURS, SG)
    rows = [f"{when},{g:.4f},19.5" + ("\nDaily average,1.04,19.5" if n % 14 == 13 else "")
            for n, (when, g) in enumerate(zip(at, sg, strict=True))]  # fmt: skip
    (log,) = logs_of(tmp_path, "\n".join(["Date,SG,Temp C", *rows]))
    assert len(log.series.hours) == 145
