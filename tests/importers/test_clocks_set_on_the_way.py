"""A device whose clock is set while it logs: the readings follow one another as they were taken."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.importers.made_up import HOURS, C, assert_is_the_batch, logs_of, sg4, table

BEGAN = datetime(2026, 9, 1, 8)


def log_of(tmp_path, hours, sg, newest_first=False):
    """The one log of these readings, in the order of the file. hours: as the device wrote them."""
    rows = [f"{BEGAN + timedelta(hours=h):%Y-%m-%d %H:%M},{g:.4f},19.5" for h, g in zip(hours, sg, strict=True)]
    (log,) = logs_of(tmp_path, "\n".join(["time,sg,temp_c", *(rows[::-1] if newest_first else rows)]))
    return log


def fall(hours):
    return 1.010 + 0.040 / (1.0 + np.exp((hours - 40.0) / 10.0))


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize(
    ("every_h", "back_h"), [(0.5, 8.0), (0.25, 5.5), (1.0, 9.0), (1.0, 2.0), (0.5, 17.0)]
)  # fmt: skip
def test_a_clock_put_back_to_another_zone_counts_on(tmp_path, every_h, back_h, newest_first):
    hours = np.arange(0.0, 72.01, every_h)
    log = log_of(tmp_path, np.where(hours > 30.0, hours - back_h, hours), fall(hours), newest_first)
    assert log.series.hours == pytest.approx(hours)
    assert log.series.sg == pytest.approx(fall(hours), abs=1e-4)
    assert f"clock set back by {back_h:g} h at 2026-09-02 14:00: counted on from there" in log.notes


def test_rows_that_an_export_repeats_are_no_other_zone(tmp_path):
    hours = np.concatenate([np.arange(0.0, 40.0, 0.5), np.arange(32.0, 72.01, 0.5)])
    log = log_of(tmp_path, hours, fall(hours))
    assert float(log.series.hours[-1]) == 72.0
    assert not [note for note in log.notes if "clock" in note]


def test_a_reading_that_was_written_later_is_no_other_zone(tmp_path):
    hours = np.arange(0.0, 72.01, 4.0)
    hours[[8, 9]] = hours[[9, 8]]
    log = log_of(tmp_path, hours, fall(hours))
    assert not [note for note in log.notes if "clock" in note]


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("days", [70.0, 400.0, 2100.0])
def test_the_first_readings_of_a_clock_that_was_not_set_count_as_just_before(tmp_path, days, newest_first):
    hours = np.arange(0.0, 109.0, 12.0)
    log = log_of(tmp_path, np.where(hours < 40.0, hours - days * 24.0, hours), fall(hours), newest_first)
    assert log.series.hours == pytest.approx(hours)
    assert "of a clock not yet set" in " ".join(log.notes)


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize(("every_h", "ahead_h"), [(0.25, 7.25), (0.25, 24.0), (1.0, 12.0), (1.0, 480.0)])
def test_a_clock_that_was_set_ahead_makes_no_pause(tmp_path, every_h, ahead_h, newest_first):
    hours = np.arange(0.0, 72.01, every_h)
    log = log_of(tmp_path, np.where(hours > 35.0, hours + ahead_h, hours), fall(hours), newest_first)
    assert log.series.hours == pytest.approx(hours)
    assert log.series.sg == pytest.approx(fall(hours), abs=1e-4)
    assert f"clock set ahead by {ahead_h:.3g} h" in " ".join(log.notes)


@pytest.mark.parametrize(("begin_h", "end_h"), [(5.0, 12.0), (20.0, 27.0), (35.0, 47.0), (60.0, 67.0)])
def test_a_pause_in_which_gravity_falls_is_one(tmp_path, begin_h, end_h):
    hours = np.arange(0.0, 72.01, 0.25)
    hours = hours[(hours <= begin_h) | (hours >= end_h)]
    noise = np.random.default_rng(3).normal(0.0, 0.0005, len(hours))
    log = log_of(tmp_path, hours, fall(hours) + noise)
    assert log.series.hours == pytest.approx(hours)
    assert not [note for note in log.notes if "clock" in note]


def test_a_beer_that_was_done_and_one_of_another_year_are_two(tmp_path):
    hours = np.arange(0.0, 120.0, 12.0)
    rows = [f"{BEGAN + timedelta(hours=h + y * 9600):%Y-%m-%d %H:%M},{fall(h):.4f}" for y in (0, 1) for h in hours]
    assert len(logs_of(tmp_path, "\n".join(["time,sg", *rows]))) == 2


SUMMER = datetime(2027, 3, 28, 2)  # in Europe; at two o'clock it is three
LOCAL = ("%Y-%m-%d %H:%M", "%d.%m.%Y,%H:%M", "%m/%d/%Y %I:%M:%S %p")


def spring(tmp_path, every_h, form, summer=SUMMER, is_missing=False, newest_first=False, head="Time"):
    """A log over the night in which summer time begins, or one of the same times in which an hour is missing."""
    hours = np.arange(0.0, 72.01, every_h)
    at = [summer - timedelta(hours=21) + timedelta(hours=h) for h in hours]
    missing = [is_missing and summer <= t < summer + timedelta(hours=1) for t in at]
    shown = [t + timedelta(hours=not is_missing and t >= summer) for t in at]
    rows = [f"{t:{form}},{fall(h):.4f}" for t, h, out in zip(shown, hours, missing, strict=True) if not out]
    head = "Date,Time" if "," in form else head
    (log,) = logs_of(tmp_path, "\n".join([f"{head},SG", *(rows[::-1] if newest_first else rows)]))
    return log


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("form", LOCAL)
@pytest.mark.parametrize("summer", [SUMMER, datetime(2027, 3, 14, 2), datetime(2027, 10, 3, 2)])
def test_a_night_in_which_clocks_are_put_ahead_is_an_hour_shorter(tmp_path, summer, form, newest_first):
    log = spring(tmp_path, 0.25, form, summer, newest_first=newest_first)
    assert log.series.hours == pytest.approx(np.arange(0.0, 72.01, 0.25))
    assert log.series.sg == pytest.approx(fall(log.series.hours), abs=1e-4)
    assert f"clocks put ahead an hour on {summer:%Y-%m-%d}: counted on from there" in log.notes


@pytest.mark.parametrize("every_h", [2, 3, 6])
@pytest.mark.parametrize(("night", "by_h", "put"), [(SUMMER, 1, "ahead"), (datetime(2026, 10, 25, 2), -1, "back")])
def test_a_device_that_reads_every_few_hours_shows_the_night_too(tmp_path, every_h, night, by_h, put):
    at = [night - timedelta(hours=30.5) + timedelta(hours=every_h * n) for n in range(30)]
    hours = np.arange(0.0, 30.0 * every_h, every_h)
    for is_changed in (True, False):
        shown = [t + timedelta(hours=by_h * (is_changed and t > night)) for t in at]
        rows = [f"{t:%Y-%m-%d %H:%M},{fall(h):.4f}" for t, h in zip(shown, hours, strict=True)]
        (log,) = logs_of(tmp_path, "\n".join(["Time,SG", *rows]))
        assert log.series.hours == pytest.approx(hours)
        said = f"clocks put {put} an hour on {night:%Y-%m-%d}: counted on from there"
        assert log.notes == ((said,) if is_changed else ())


@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S+00:00", "%Y-%m-%d %H:%M:%S GMT"])
def test_an_hour_without_readings_is_one_where_times_name_their_zone(tmp_path, form):
    log = spring(tmp_path, 0.25, form, is_missing=True)
    assert (float(log.series.hours[-1]), log.notes) == (72.0, ())


@pytest.mark.parametrize("head", ["Time (UTC)", "timestamp_utc", "GMT time"])
def test_an_hour_without_readings_is_one_where_the_head_names_the_zone(tmp_path, head):
    log = spring(tmp_path, 0.25, LOCAL[0], is_missing=True, head=head)
    assert (float(log.series.hours[-1]), log.notes) == (72.0, ())


@pytest.mark.parametrize("month_and_day", [(3, 27), (3, 21), (4, 18), (10, 31), (11, 14)])
def test_an_hour_without_readings_on_another_day_is_one(tmp_path, month_and_day):
    log = spring(tmp_path, 0.25, LOCAL[0], datetime(2027, *month_and_day, 2), is_missing=True)
    assert (float(log.series.hours[-1]), log.notes) == (72.0, ())


def test_what_is_fed_while_nobody_reads_is_no_clock(tmp_path):
    hours = np.arange(0.0, 60.0, 0.25)
    fed = 1.090 - 0.0012 * hours + np.where(hours >= 36.0, 0.012, 0.0)
    seen = (hours < 28.0) | (hours >= 36.0)
    log = log_of(tmp_path, hours[seen], fed[seen])
    assert log.series.hours == pytest.approx(hours[seen])


@pytest.mark.parametrize("zones", [("Europe/Berlin", "America/Chicago"), ("Europe/Berlin", "Europe/Berlin")])
@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M %Z", "%d.%m.%Y %H:%M (%Z)", "%a %b %d %H:%M:%S %Z %Y"])
def test_times_of_several_zones_count_each_in_its_own(tmp_path, zones, form):
    moments = [datetime(2026, 3, 28, 5, tzinfo=UTC) + timedelta(hours=h) for h in HOURS]
    times = [at.astimezone(ZoneInfo(zones[i % 2])).strftime(form) for i, at in enumerate(moments)]
    (log,) = logs_of(tmp_path, table("Time;SG;Temp", times, sg4(), C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("ways", [(" GMT+2", " GMT+1"), ("+02", "+01"), (" (UTC+2)", " (UTC+1)"), (" CEST", " GMT+1")])
def test_an_offset_without_minutes_counts_where_it_changes(tmp_path, ways):
    moments = [datetime(2026, 3, 28, 5) + timedelta(hours=h) for h in HOURS]
    times = [f"{at + timedelta(hours=2 - i % 2):%d.%m.%Y %H:%M}{ways[i % 2]}" for i, at in enumerate(moments)]
    assert_is_the_batch(logs_of(tmp_path, table("Time;SG;Temp", times, sg4(), C, sep=";"))[0])
