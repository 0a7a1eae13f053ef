"""Which tank or beer a reading is of, where its name is a number, a word that nobody knows, or lost."""

import numpy as np
import pytest

from brewpi.importers import Answers, read_all
from tests.importers.made_up import ISO, PLATO, SG, C, F, assert_is_the_batch, logs_of, refusal_of, sg4, table

OTHER = [f"{1.0 + (sg - 1.0) * 1.3:.4f}" for sg in SG]
BOTH = [x for pair in zip(sg4(), OTHER, strict=True) for x in pair]
TWICE = [at for at in ISO for _ in range(2)]


def first_gravities(logs):
    return {log.batch: round(float(log.series.sg[0]), 4) for log in logs}


@pytest.mark.parametrize("head", ["Behälter", "Gärbehälter", "Gäreimer", "Barrique", "Ort", "Where", "Position"])
def test_words_that_tell_two_gravities_of_a_moment_apart_are_names(tmp_path, head):
    logs = logs_of(tmp_path, table(f"Date,{head},SG", TWICE, ["T1", "T2"] * 10, BOTH))
    assert first_gravities(logs) == {"T1": 1.052, "T2": float(OTHER[0])}


def test_a_brewer_is_none(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,Brewer,SG,Temp C", ISO, ["Ann", "Bob"] * 5, sg4(), C))
    assert_is_the_batch(log)


@pytest.mark.parametrize("unit", ["SG", "°P"])
def test_numbers_of_batches_like_2026_014_in_heads(tmp_path, unit):
    cells = sg4() if unit == "SG" else PLATO
    logs = logs_of(tmp_path, table(f"Date,2026-014 {unit},2026-015 {unit}", ISO, cells, cells))
    assert [log.batch for log in logs] == ["2026-014", "2026-015"]
    assert logs[0].series.sg == pytest.approx(np.array(SG), abs=0.0002)


def test_and_in_titles_above_them(tmp_path):
    text = table(",2026-014,2026-015\nDate,SG,SG", ISO, sg4(), OTHER)
    assert first_gravities(logs_of(tmp_path, text)) == {"2026-014": 1.052, "2026-015": float(OTHER[0])}


def test_rows_called_221_behind_a_cross_are_no_comments(tmp_path):
    rows = [["Date", *ISO], ["#221 SG", *sg4()], ["#221 Temp C", *map(str, C)], ["#222 SG", *OTHER]]
    logs = logs_of(tmp_path, "\n".join(";".join(row) for row in rows) + "\n")
    assert sorted(first_gravities(logs).values()) == [1.052, float(OTHER[0])]


@pytest.mark.parametrize("name", ["IPA tank temp (C)", "IPA Température cuve", "IPA Temp C"])
def test_a_tanks_temperature_goes_with_its_beer(tmp_path, name):
    logs = logs_of(tmp_path, table(f"Date,IPA SG,{name},Stout SG", ISO, sg4(), C, OTHER))
    assert logs[0].series.temp_c == pytest.approx(np.array(C))
    assert np.isnan(logs[1].series.temp_c).all()


def test_columns_of_one_name_and_of_several_beers_are_asked_about(tmp_path):
    said = refusal_of(tmp_path, table("Date,SG,SG,Temp C", ISO, sg4(), OTHER, C))
    assert '2 columns are called "SG", and their numbers are of different beers; name the tank of each' in said


def test_columns_of_one_name_that_agree_are_of_one(tmp_path):
    again = [f"{sg + 0.001:.4f}" for sg in SG]
    (log,) = logs_of(tmp_path, table("Date,SG,SG,Temp C", ISO, sg4(), again, C))
    assert_is_the_batch(log)


def test_a_tank_that_is_pitched_later_counts_from_its_own_first_row(tmp_path):
    later = ["", "", *sg4()[:8]]
    temps = ["", "", *C[:8]]
    first, second = logs_of(tmp_path, table("Date,FV1 SG,FV1 Temp,FV2 SG,FV2 Temp", ISO, OTHER, C, later, temps))
    assert first.series.hours[-1] == pytest.approx(72.0)
    assert second.series.hours == pytest.approx(np.arange(0.0, 57.0, 8.0))
    assert second.series.sg == pytest.approx(np.array(SG[:8]), abs=1e-4)


@pytest.mark.parametrize("days", [slice(10), slice(16)])
def test_a_date_that_stands_once_counts_for_all_tanks_below_it(tmp_path, days):
    once = [at[days] if n % 2 == 0 else "" for n, at in enumerate(TWICE)]
    if days.stop == 10:  # by the day alone
        once = [f"2024-04-{2 + n // 2:02d}" if at else "" for n, at in enumerate(once)]
    logs = logs_of(tmp_path, table("Date,Tank,SG", once, ["T1", "T2"] * 10, BOTH))
    assert first_gravities(logs) == {"T1": 1.052, "T2": float(OTHER[0])}
    hours = [(24.0 if days.stop == 10 else 8.0) * n for n in range(10)]
    assert all(log.series.hours == pytest.approx(hours) for log in logs)


def test_a_date_that_is_missing_for_a_tank_that_has_one_above_is_not_made_up(tmp_path):
    once = [at if n % 3 == 0 else "" for n, at in enumerate(TWICE)]
    assert "no time that can be read" in refusal_of(tmp_path, table("Date,Tank,SG", once, ["T1", "T2"] * 10, BOTH))


ONE_LINE, TWO_LINES = "Date,1,2,3", "Date,Gravity,,\n,1,2,3"


@pytest.mark.parametrize("head", [ONE_LINE, TWO_LINES, ",Tank,,\nDate,1,2,3", "SG per tank\nDate,101,102,103"])
def test_tanks_that_are_numbers_and_nothing_else(tmp_path, head):
    """Below one title the first of them was read, and the others were not."""
    third = [f"{1.0 + (sg - 1.0) * 0.8:.4f}" for sg in SG]
    logs = logs_of(tmp_path, table(head, ISO, sg4(), OTHER, third))
    assert [round(float(log.series.sg[0]), 4) for log in logs] == [1.052, float(OTHER[0]), float(third[0])]
    assert [log.batch for log in logs] == (["101", "102", "103"] if "101" in head else ["1", "2", "3"])


@pytest.mark.parametrize("head", ["Date,90-01H Plato,90-02H Plato", "Date,90-01H,90-02H"])
def test_a_tank_called_like_a_day_and_an_hour(tmp_path, head):
    path = tmp_path / "log.csv"
    path.write_text(table(head, ISO, PLATO, PLATO))
    logs = read_all(path, Answers(unit="plato")).logs
    assert [log.batch for log in logs] == ["90-01H", "90-02H"]


def test_and_two_quantities_below_its_name(tmp_path):
    cells = [f"{plato:.2f}/{f}" for plato, f in zip(PLATO, F, strict=True)]
    (log,) = logs_of(tmp_path, table("Date,90-01H (Plato/°F)", ISO, cells))
    assert_is_the_batch(log)


@pytest.mark.parametrize("name", ["Full Moon", "Target Stout", "Pressure Drop"])
def test_a_beer_called_after_what_is_no_gravity_of_now_is_said_not_to_be_read(tmp_path, name):
    (log,) = logs_of(tmp_path, table(f"Date,Kveik SG,Kveik Temp C,{name} SG", ISO, sg4(), C, OTHER))
    assert_is_the_batch(log)
    assert f'"{name} SG" not used; if it is a beer of its own, give it another name' in log.notes


OTHERS_SG = ["Real Extract °P", "FV1 Real Extract (°P)", "Previous SG", "Target SG", "Prev. day SG"]


@pytest.mark.parametrize("head", OTHERS_SG)
def test_and_what_is_none_is_not_said(tmp_path, head):
    (log,) = logs_of(tmp_path, table(f"Date,SG,Temp C,{head}", ISO, sg4(), C, PLATO if "°P" in head else OTHER))
    assert_is_the_batch(log)
    assert log.notes == ()
