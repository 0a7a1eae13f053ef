"""Times of day that a sheet counts: shifts, and seconds or minutes since midnight, in a column beside the date."""

from datetime import datetime, timedelta

import pytest

from tests.importers.made_up import AT, HOURS, SG, C, assert_is_the_batch, logs_of, sg4, table

EVERY_8_H = [datetime(2024, 4, 22, 6) + timedelta(hours=h) for h in HOURS]
SHIFTS = [
    ("1", "2", "3"), ("Shift 1", "Shift 2", "Shift 3"), ("I", "II", "III"), ("Früh", "Spät", "Nacht"),
    ("F", "S", "N"), ("M", "AM", "N"), ("mañana", "tarde", "noche"),
]  # fmt: skip


@pytest.mark.parametrize("head", ["Schicht", "Shift", "Turno", "Poste"])
@pytest.mark.parametrize("labels", SHIFTS)
def test_three_shifts_are_eight_hours_apart(tmp_path, head, labels):
    dates, shifts = [f"{at:%d.%m.%Y}" for at in EVERY_8_H], [labels[i % 3] for i in range(10)]
    (log,) = logs_of(tmp_path, table(f"Date;{head};SG;Temp", dates, shifts, sg4(), C, sep=";"))
    assert_is_the_batch(log)
    assert f'"{labels[1]}" taken as 14:00' in log.notes


def test_the_newest_may_stand_first_and_a_date_once(tmp_path):
    rows = [(f"{at:%Y-%m-%d}", i % 3 + 1, sg, c) for i, (at, sg, c) in enumerate(zip(EVERY_8_H, SG, C, strict=True))]
    rows = [("" if i and row[0] == rows[::-1][i - 1][0] else row[0], *row[1:]) for i, row in enumerate(rows[::-1])]
    (log,) = logs_of(tmp_path, table("Date,Shift,SG,Temp", *zip(*rows, strict=True)))
    assert_is_the_batch(log)


@pytest.mark.parametrize("labels", [("A", "B", "A"), ("Meier", "Huber", "Kurz"), ("F", "F", "N")])
def test_crews_and_names_say_no_time(tmp_path, labels):
    dates, shifts = [f"{at:%d.%m.%Y}" for at in EVERY_8_H], [labels[i % 3] for i in range(10)]
    (log,) = logs_of(tmp_path, table("Date;Schicht;SG;Temp", dates, shifts, sg4(), C, sep=";"))
    assert "several readings share their day, and none says its time of day: give each a time" in log.notes


@pytest.mark.parametrize(
    ("head", "per_hour"),
    [
        ("Time", 3600), ("Seconds", 3600), ("SecondsSinceMidnight", 3600), ("Sekunde des Tages", 3600),
        ("Time (min)", 60), ("minutes since midnight", 60), ("Minute of day", 60), ("ms of day", 3_600_000),
    ],
)  # fmt: skip
def test_what_is_counted_since_midnight_is_a_time_of_day(tmp_path, head, per_hour):
    counts = [round((at.hour + at.minute / 60) * per_hour) for at in AT]
    dates = [f"{at:%Y-%m-%d}" for at in AT]
    (log,) = logs_of(tmp_path, table(f"Date;{head};SG;Temp", dates, counts, sg4(), C, sep=";"))
    assert_is_the_batch(log)


def test_minutes_that_can_be_no_hours_need_no_unit(tmp_path):
    half_past = [at + timedelta(minutes=32) for at in AT]
    counts = [at.hour * 60 + at.minute for at in half_past]
    dates = [f"{at:%Y-%m-%d}" for at in half_past]
    (log,) = logs_of(tmp_path, table("Date;Time;SG;Temp", dates, counts, sg4(), C, sep=";"))
    assert_is_the_batch(log)


def test_minutes_that_go_on_from_day_to_day_are_none(tmp_path):
    dates, counts = [f"{at:%Y-%m-%d %H:%M}" for at in AT], [60 * h for h in HOURS]
    (log,) = logs_of(tmp_path, table("Date;Minutes;SG;Temp", dates, counts, sg4(), C, sep=";"))
    assert_is_the_batch(log)
