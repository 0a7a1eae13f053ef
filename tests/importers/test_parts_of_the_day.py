"""Sheets of cellars that say morning and evening instead of a time of day."""

from datetime import datetime, timedelta

import pytest

from brewpi.importers import LogError
from tests.importers.made_up import AT, SG, C, assert_is_the_batch, logs_of, sg4, table

HOURS = [12 * i for i in range(10)]
DAYS = [datetime(2024, 4, 22) + timedelta(days=i // 2) for i in range(10)]
DATES = [f"{day:%d.%m.%Y}" for day in DAYS]
WORDS = [
    ("früh", "abends"), ("Morgen", "Abend"), ("Frühschicht", "Spätschicht"), ("matin", "soir"), ("mañana", "tarde"),
    ("mattina", "sera"), ("morning", "evening"), ("manhã", "noite"), ("ochtend", "avond"), ("rano", "wieczór"),
    ("ráno", "večer"), ("morgon", "kväll"), ("AM", "PM"),
]  # fmt: skip


def assert_counts_half_days(log):
    assert log.series.hours.tolist() == HOURS
    assert log.series.sg == pytest.approx(SG, abs=0.0002)
    assert log.series.temp_c == pytest.approx(C, abs=0.1)


@pytest.mark.parametrize("words", WORDS)
def test_in_a_column_of_their_own(tmp_path, words):
    (log,) = logs_of(tmp_path, table("Date;Zeit;SG;Temp", DATES, words * 5, sg4(), C, sep=";"))
    assert_counts_half_days(log)
    assert f'"{words[0]}" taken as 08:00' in log.notes


@pytest.mark.parametrize("words", WORDS)
def test_beside_a_number_of_the_day_and_a_date_that_is_written_once(tmp_path, words):
    once = [date if i % 2 == 0 else "" for i, date in enumerate(DATES)]
    numbers = [i // 2 + 1 for i in range(10)]
    (log,) = logs_of(tmp_path, table("Day;Date;Zeit;SG;Temp", numbers, once, words * 5, sg4(), C, sep=";"))
    assert_counts_half_days(log)


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("way", ["{0:%d.%m.%Y} {1}", "{0.day}.{0.month}. {1}", "{0:%m/%d}, {1}", "{0:%d %b} {1}"])
def test_behind_the_date_in_its_cell(tmp_path, way, words):
    cells = [way.format(day, word) for day, word in zip(DAYS, words * 5, strict=True)]
    (log,) = logs_of(tmp_path, table("Date;SG;Temp", cells, sg4(), C, sep=";"))
    assert_counts_half_days(log)


def test_behind_a_time_of_twelve_hours(tmp_path):
    head = "Fecha;Hora;Turno;SG;Temp"
    (log,) = logs_of(tmp_path, table(head, DATES, ["8:00"] * 10, ["mañana", "noche"] * 5, sg4(), C, sep=";"))
    assert_counts_half_days(log)


@pytest.mark.parametrize("words", [("mañana", "noche"), ("AM", "PM")])
def test_beside_a_time_of_24_hours_they_change_nothing(tmp_path, words):
    times = ["08:00", "20:00"] * 5
    (log,) = logs_of(tmp_path, table("Fecha;Hora;Turno;SG;Temp", DATES, times, words * 5, sg4(), C, sep=";"))
    assert_counts_half_days(log)


def test_a_whole_hour_behind_a_date_counts_before_its_half_of_the_day(tmp_path):
    cells = [f"{day.month}/{day.day} {hour}" for day, hour in zip(DAYS, ["6 am", "6 pm"] * 5, strict=True)]
    (log,) = logs_of(tmp_path, table("Date,SG,Temp", cells, sg4(), C))
    assert_counts_half_days(log)
    assert not any("taken as" in note for note in log.notes)


def test_words_that_nobody_knows_are_missed(tmp_path):
    (log,) = logs_of(tmp_path, table("Date;Shift;SG;Temp", DATES, ["one", "two"] * 5, sg4(), C, sep=";"))
    assert "several readings share their day, and none says its time of day: give each a time" in log.notes


OTHER_HALVES = [
    ("SA", "CH"), ("π.μ.", "μ.μ."), ("de.", "du."), ("ÖÖ", "ÖS"), ("ص", "م"), ("f.m.", "e.m."),
    ("da manhã", "da tarde"),
    ("дп", "пп"), ("ก่อนเที่ยง", "หลังเที่ยง"), ("पूर्वाह्न", "अपराह्न"),
]  # fmt: skip


@pytest.mark.parametrize(("am", "pm"), OTHER_HALVES)
@pytest.mark.parametrize("form", ["{0:%d/%m/%Y %-I:%M} {1}", "{0:%d/%m/%Y} {1} {0:%-I:%M}"])
def test_halves_of_the_day_in_other_languages(tmp_path, am, pm, form):
    moments = [form.format(at, am if at.hour < 12 else pm) for at in AT]
    assert_is_the_batch(logs_of(tmp_path, table("Date;SG;Temp", moments, sg4(), C, sep=";"))[0])


def test_one_of_them_alone_may_be_anything(tmp_path):
    moments = [f"{at:%d/%m/%Y %-I:%M} CH" for at in AT]
    with pytest.raises(LogError):
        logs_of(tmp_path, table("Date;SG;Temp", moments, sg4(), C, sep=";"))
