"""Readings that a log marks as bad, or as of something else than the beer, do not count, and that is said."""

import json

import numpy as np
import pytest

from tests.importers.made_up import HOURS, ISO, SG, C, assert_is_the_batch, logs_of, refusal_of, sg4, table

WRONG = (4, 9)  # one in the midst and the last
LEFT = [i for i in range(10) if i not in WRONG]
MARKED = {  # head: what stands beside a good reading, and beside a bad one
    "Valid": ("true", "false"),
    "Validity": ("1", "0"),
    "Quality": ("192", "24"),
    "QualityDetail": ("192", "64"),
    "OPC Quality": ("Good", "Bad, Not Connected"),
    "StatusCode": ("Good", "Uncertain"),
    "Status": ("no error", "Filling error"),
    "Qualität": ("Gut", "Schlecht"),
    "Gültig": ("ja", "nein"),
    "Qualité": ("bonne", "mauvaise"),
    "Outlier": ("", "x"),
    "excluded": ("false", "true"),
    "Type": ("Reading", "Calibration"),
    "State": ("Fermenting", "CIP"),
    "Phase": ("Gärung", "Reinigung"),
    "Note": ("", "calibration in water"),
    "Sample": ("Beer", "Water 20 °C"),
}


def marked(good, bad):
    return [bad if i in WRONG else good for i in range(10)]


def wrong_at(values, wrong):
    return [wrong if i in WRONG else value for i, value in enumerate(values)]


@pytest.mark.parametrize("head", MARKED)
def test_a_row_that_is_marked_as_bad_is_left_out_and_said(tmp_path, head):
    good, bad = MARKED[head]
    text = table(f"Time;SG;{head};Temp", ISO, wrong_at(sg4(), "1.0520"), marked(good, bad), C, sep=";")
    (log,) = logs_of(tmp_path, text)
    assert log.series.hours == pytest.approx(np.array(HOURS)[LEFT])
    assert log.series.sg == pytest.approx(np.array(SG)[LEFT])
    assert any(note.startswith(f'2 rows that "{head}" calls ') for note in log.notes)


def test_a_long_table_and_json_are_marked_row_by_row(tmp_path):
    rows = ["DateTime,TagName,Value,QualityDetail"]
    for i, (at, sg, c) in enumerate(zip(ISO, SG, C, strict=True)):
        rows += [f"{at},FV31_Density,{1.052 if i in WRONG else sg},{24 if i in WRONG else 192}"]
        rows += [f"{at},FV31_Temp,{c},192"]
    records = [{"time": t, "sg": 1.052 if i in WRONG else s, "valid": i not in WRONG} for i, (t, s) in
               enumerate(zip(ISO, SG, strict=True))]  # fmt: skip
    for text in ("\n".join(rows), json.dumps(records)):
        (log,) = logs_of(tmp_path, text)
        assert log.series.sg == pytest.approx(np.array(SG)[LEFT])


def test_a_mark_of_the_temperature_costs_no_gravity(tmp_path):
    text = table("Time,SG,Temp,Temp Quality", ISO, sg4(), wrong_at(C, 0.1), marked("Good", "Bad_Stale"))
    (log,) = logs_of(tmp_path, text)
    assert log.series.sg == pytest.approx(SG)
    assert np.isnan(log.series.temp_c[list(WRONG)]).all()
    assert log.notes == ('2 cells of "Temp" that "Temp Quality" calls bad_stale left out',)


@pytest.mark.parametrize(("head", "mark"), [("Quality", "0"), ("Status", "not bad"), ("Flag", "water added"),
                                            ("Valid", "0"), ("Upload status", "failed")])  # fmt: skip
def test_what_says_nothing_of_the_readings_costs_none(tmp_path, head, mark):
    (log,) = logs_of(tmp_path, table(f"Time;SG;Temp;{head}", ISO, sg4(), C, [mark] * 10, sep=";"))
    assert_is_the_batch(log)


def test_a_log_of_bad_readings_alone_is_refused(tmp_path):
    text = table("Time,SG,Quality", ISO, sg4(), ["Bad"] * 10)
    assert refusal_of(tmp_path, text).endswith('"Quality" marks every reading as bad; export readings that are good.')


@pytest.mark.parametrize("words", [("Mash", "Boil"), ("Maischen", "Kochen"), ("Preboil", "Boiling")])
def test_gravities_of_the_brewhouse_are_no_beers(tmp_path, words):
    times, stages = ["2024-04-22 11:00", "2024-04-22 14:00", *ISO], [*words, *["Fermenting"] * 10]
    rows = table("Date,Stage,SG,Temp", times, stages, ["1.040", "1.045", *sg4()], [66, 98, *C])
    (log,) = logs_of(tmp_path, rows)

    assert_is_the_batch(log)
    assert any('2 rows that "Stage" calls' in note for note in log.notes)
