"""Dates with Roman or foreign months, the time or the year first, or all in one word."""

import numpy as np
import pytest

from brewpi.importers.times.written_times import parse
from tests.importers.made_up import AT, C, assert_is_the_batch, logs_of, sg4, table

DATES = {
    "roman": lambda at: f"{at.day} IV {at.year} {at:%H:%M}",
    "roman_with_points": lambda at: f"{at.day}.IV.{at:%Y} {at:%H:%M}",
    "roman_without_a_year": lambda at: f"{at.day}.IV. {at:%H:%M}",
    "hungarian": lambda at: f"{at.year}. április {at.day}. {at:%H:%M}",
    "year_first": lambda at: f"{at.year}-Apr-{at.day} {at:%H:%M}",
    "russian": lambda at: f"{at.day} апреля {at.year} г. {at:%H:%M}",
    "russian_in_short": lambda at: f"{at.day} апр. {at.year} {at:%H:%M}",
    "ukrainian": lambda at: f"{at.day} квітня {at.year} р. {at:%H:%M}",
    "greek": lambda at: f"{at.day} Απριλίου {at.year} {at:%H:%M}",
    "finnish": lambda at: f"{at.day}. huhtikuuta {at.year} klo {at:%H.%M}",
    "turkish": lambda at: f"{at.day} Nisan {at.year} {at:%H:%M}",
    "time_first": lambda at: f"{at:%H:%M, %d %B %Y}",
    "time_first_in_short": lambda at: f"{at:%H:%M %d/%m}",
    "time_first_with_a_word": lambda at: f"{at:%I:%M %p} on {at:%B %d}",
    "in_one_word": lambda at: f"{at:%d%b%y %H%M}".upper(),
    "with_a_clock_in_figures": lambda at: f"{at:%d-%b-%y %H%M}",
    "sas": lambda at: f"{at:%d%b%Y:%H:%M:%S}".upper(),
    "day_and_time_group": lambda at: f"{at:%d%H%MZ%b%y}".upper(),
    "oracle": lambda at: f"{at:%d-%b-%y %I.%M.%S.000000 %p}".upper(),
}


@pytest.mark.parametrize("way", DATES)
def test_it_is_the_same_batch(tmp_path, way):
    (log,) = logs_of(tmp_path, table("Date;SG;Temp", map(DATES[way], AT), sg4(), C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("first", ["tammikuuta", "ocak", "января", "січня", "Ιανουαρίου", "január", "I"])
def test_a_new_year_goes_on(first):
    times = parse([f"31 {'XII' if first == 'I' else 'December'} 2025 12:00", f"1 {first} 2026 12:00"])
    assert np.diff(times.hours) == pytest.approx([24.0])


@pytest.mark.parametrize("way", ["%d.%m.%Y %H:%M UTC+2", "%d.%m.%Y %H:%M:%S Z", "%d.%m.%Y %H:%M CET"])
def test_a_zone_behind_a_time_is_no_date(tmp_path, way):
    (log,) = logs_of(tmp_path, table("Time;SG;Temp", [at.strftime(way) for at in AT], sg4(), C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("form", ["{0.day}/{0.month}-{0:%Y}", "{0:%d/%m} {0:%Y}"])
def test_danish_dates(tmp_path, form):
    days, clocks = [form.format(at) for at in AT], [f"{at:%H:%M}" for at in AT]
    (log,) = logs_of(tmp_path, table("Dato,Kl.,SG,Temp", days, clocks, sg4(), C))
    assert_is_the_batch(log)


FIGURES = ["%y%m%d%H%M", "%y%m%d%H%M%S", "W%V-%u %H:%M", "W%V%u, %H:%M"]


@pytest.mark.parametrize("form", FIGURES)
def test_years_of_two_figures_and_weeks_without_a_year(tmp_path, form):
    """2404221648 was taken for seconds since 1970, and W17-1 for a day of January."""
    (log,) = logs_of(tmp_path, table("When;SG;Temp", [at.strftime(form) for at in AT], sg4(), C, sep=";"))
    assert_is_the_batch(log)


def test_week_1_comes_a_week_after_week_52():
    times = parse(["W51-7", "W52-7", "W01-7", "W02-1"])
    assert times is not None
    assert np.diff(times.hours) == pytest.approx([168.0, 168.0, 24.0])
