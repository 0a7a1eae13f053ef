"""Readings that are dated by the day of the week alone."""

import pytest

from tests.importers.made_up import AT, HOURS, SG, C, assert_is_the_batch, logs_of, refusal_of, sg4, table

GERMAN, FRENCH = ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"], ["lun", "mar", "mer", "jeu", "ven", "sam", "dim"]
DUTCH = ["ma", "di", "wo", "do", "vr", "za", "zo"]
WEEKDAYS = [
    [f"{at:%a %I:%M %p}" for at in AT], [f"{at:%A, %H:%M}" for at in AT],
    *([f"{week[at.weekday()]}. {at:%H:%M}" for at in AT] for week in (GERMAN, FRENCH, DUTCH)),
]  # fmt: skip
NOTE = '"Day" has weekdays and no dates: each taken as the next of its name'


@pytest.mark.parametrize("days", WEEKDAYS)
def test_they_are_counted_on_from_the_first(tmp_path, days):
    (log,) = logs_of(tmp_path, table("Day;SG;Temp", days, sg4(), C, sep=";"))
    assert_is_the_batch(log)
    assert NOTE in log.notes
    assert log.start_h is None


def test_the_newest_may_stand_first(tmp_path):
    (log,) = logs_of(tmp_path, table("Day;SG;Temp", WEEKDAYS[0][::-1], sg4()[::-1], C[::-1], sep=";"))
    assert_is_the_batch(log)


def test_beside_times_of_day_and_through_weeks(tmp_path):
    days, times = [f"{at:%a}" for at in AT], [f"{at:%H:%M}" for at in AT]
    (log,) = logs_of(tmp_path, table("Day,Time,SG,Temp", days, times, sg4(), C))
    assert_is_the_batch(log)
    two_weeks = ["Mon", "Tue", "Thu", "Fri", "Sun", "Tue", "Wed", "Fri", "Sat", "Mon"]
    (log,) = logs_of(tmp_path, table("Day,Time,SG,Temp", two_weeks, ["08:00"] * 10, sg4(), C))
    assert log.series.hours == pytest.approx([0, 24, 72, 96, 144, 192, 216, 264, 288, 336])


@pytest.mark.parametrize(("head", "cells"), [("Date", [f"{at:%Y-%m-%d %H:%M}" for at in AT]), ("Hours", HOURS)])
def test_beside_dates_or_hours_they_say_nothing_new(tmp_path, head, cells):
    days = ["Mon", "Tue"] * 5
    (log,) = logs_of(tmp_path, table(f"Day;{head};SG;Temp", days, cells, sg4(), C, sep=";"))
    assert_is_the_batch(log)
    assert NOTE not in log.notes


def test_where_they_may_go_on_or_back_they_are_refused(tmp_path):
    days = ["Mon", "Fri", "Tue", "Sat", "Wed", "Sun", "Thu", "Mon", "Fri", "Tue"]
    assert "have no date" in refusal_of(tmp_path, table("Day,Time,SG", days, ["08:00"] * 10, SG))
