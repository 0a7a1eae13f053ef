"""Slips of people and spreadsheets in a log: put right where that is certain and said, else refused."""

import io
from datetime import datetime, timedelta

import numpy as np
import openpyxl
import pytest

from tests.importers.made_up import (
    AT,
    EPOCH_S,
    HOURS,
    ISO,
    SG,
    C,
    assert_is_the_batch,
    comma,
    iso,
    logs_of,
    refusal_of,
    sg3,
    sg4,
    table,
)

ROWS = table("Date,SG,Temp", ISO, sg4(), C).splitlines()
DAYS = [datetime(2024, 4, 8) + timedelta(days=i) for i in range(10)]


def statistics():
    rows = ["statistic_id,unit,start,mean,min,max,state,sum"]
    for name, unit, values in (("gravity", "SG", SG), ("temperature", "°C", C)):
        rows += [f"sensor.tilt_{name},{unit},{t},{v},{v},{v},," for t, v in zip(ISO, values, strict=True)]
    return "\n".join(rows)


def note(i):
    return {0: "pitched, 2 packs, warm", 6: "dry hops, 50 g"}.get(i, "")


def book(*sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


CELLS = [[at, s, c] for at, s, c in zip(AT, SG, C, strict=True)]
HEADS = ["Date", "SG", "Temp"]

GOOD = {
    "mean_of_statistics_whose_state_is_empty": statistics(),
    "epoch_with_commas": table("time,SG,Temp", [f'"{e:,}"' for e in EPOCH_S], sg4(), C),
    "epoch_with_narrow_blanks": table(
        "time;SG;Temp", [f"{e:,}".replace(",", "\u202f") for e in EPOCH_S], sg4(), C, sep=";"
    ),
    "milliseconds_since_boot": table("millis,SG,Temp", [h * 3_600_000 + 523 for h in HOURS], sg4(), C),
    "days_hours_minutes_seconds": table("Elapsed,SG,Temp", [f"{h // 24}:{h % 24:02d}:00:12" for h in HOURS], sg4(), C),
    "point_lost_from_the_middle_on": table(
        "Date,SG,Temp", ISO, [s if i < 4 else f"{1000 * float(s):.1f}" for i, s in enumerate(sg4())], C
    ),
    "lines_that_begin_with_a_date_in_brackets": "".join(
        f"[{at:%d/%m/%Y, %H:%M:%S}] SG: {s}, Temp: {c}\n" for at, s, c in zip(AT, sg4(), C, strict=True)
    ),
    "spans_with_a_comma": table("Elapsed,SG,Temp", [f"{h // 24} days, {h % 24}:00:00" for h in HOURS], sg4(), C),
    "points_named": table("Date,SG points,Temp", ISO, [f"{1000 * (s - 1):.1f}" for s in SG], C),
    "another_header_at_once": "\n".join(
        [*ROWS[:6], "Timestamp,Temp,SG", *(f"{t},{c},{s}" for t, s, c in list(zip(ISO, sg4(), C, strict=True))[5:])]
    ),
    "two_exports_below_each_other": "\n".join([*ROWS[:6], "", ROWS[0], *ROWS[6:]]),
    "two_exports_that_share_readings": "\n".join([*ROWS[:7], "", ROWS[0], *ROWS[4:]]),
    "the_later_export_first": "\n".join([ROWS[0], *ROWS[6:], "", *ROWS[:6]]),
    "months_in_sheets": book(("April", [HEADS, *CELLS[:6]]), ("May", [HEADS, *CELLS[6:]])),
    "cyrillic_of_windows": table(
        "Дата;Плотность;Температура", [f"{at:%d.%m.%Y %H:%M}" for at in AT], [comma(s, 4) for s in SG], C, sep=";"
    ).encode("cp1251"),
    "commas_in_notes_before_the_gravity": table("Date,Note,SG,Temp", ISO, map(note, range(10)), sg4(), C),
    "calibrated_that_begins_later": table(
        "Date,SG,Calibrated SG,Temp", ISO, sg4(), [s if i > 3 else "" for i, s in enumerate(sg4())], C
    ),
    "month_and_year_of_days_without_a_clock": table(
        "Datum;Uhrzeit;SG;Temp", [f"{at.day}.{at.month}." for at in AT], [f"{at:%H:%M}" for at in AT], sg4(), C, sep=";"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_it_is_the_same_batch(tmp_path, name):
    (log,) = logs_of(tmp_path, GOOD[name])
    assert_is_the_batch(log)


@pytest.mark.parametrize("form", ["{0:%d-%b}", "{0:%b %d}", "{0.month}/{0.day}", "{0.day}.{0.month}.", "{0:%d.%m.}"])
def test_days_without_a_year_or_a_clock(tmp_path, form):
    days = [datetime(2024, 12, 24) + timedelta(days=i) for i in range(10)]
    (log,) = logs_of(tmp_path, table("Date;SG", map(form.format, days), sg3(), sep=";"))
    assert log.series.hours == pytest.approx(24.0 * np.arange(10))


def test_weeks_that_count_from_the_first(tmp_path):
    (log,) = logs_of(tmp_path, table("Week,SG", [1, 2, 3, 4], ["1.052", "1.016", "1.011", "1.010"]))
    assert log.series.hours == pytest.approx([0.0, 168.0, 336.0, 504.0])


@pytest.mark.parametrize("wrong", ["2024-06-13 08:00:00", "2023-04-13 08:00:00", "2124-04-13 08:00:00"])
def test_one_date_that_cannot_be_true_is_left_out_and_said(tmp_path, wrong):
    times = [wrong if i == 5 else iso(at) for i, at in enumerate(DAYS)]
    for order in (1, -1):
        (log,) = logs_of(tmp_path, table("Date,SG", times[::order], sg4()[::order]))
        assert log.series.hours == pytest.approx([24.0 * i for i in range(10) if i != 5])
        assert log.notes == (
            f"1 reading of {wrong[:10]} among those of other days left out: its date cannot be true",
        )


def test_a_row_written_later_is_no_slip(tmp_path):
    rows = [0, 1, 3, 2, 4, 5, 6, 8, 7, 9]
    (log,) = logs_of(tmp_path, table("Date,SG", [iso(DAYS[i]) for i in rows], [sg4()[i] for i in rows]))
    assert log.series.sg == pytest.approx(np.array(SG))
    assert log.notes == ()


@pytest.mark.parametrize("wrong", ["1.1130", "1.0000", "0.9900"])
def test_a_gravity_by_itself_is_left_out_and_said(tmp_path, wrong):
    (log,) = logs_of(tmp_path, table("Date,SG", map(iso, DAYS), [wrong if i == 5 else s for i, s in enumerate(sg4())]))
    assert log.series.sg == pytest.approx(np.delete(SG, 5))
    assert log.notes == (f"gravity {float(wrong):.3f} at 120 h left out: no beer goes there between its neighbours",)
    assert log.left_out == ((120.0, float(wrong), "alone"),)


def test_a_last_gravity_back_at_a_worts_does_not_count(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,SG", map(iso, DAYS), [*sg4()[:9], "1.0610"]))
    assert log.series.hours[-1] == 192.0
    assert "1.061 at 216 h left out" in log.notes[0]


def test_fruit_at_the_end_counts(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,SG", map(iso, DAYS), [*sg4()[:9], "1.0320"]))
    assert log.series.sg[-1] == pytest.approx(1.032)


def test_a_small_beer_after_a_long_pause_is_another_batch(tmp_path):
    small = [round(1.0 + 0.6 * (s - 1.0), 4) for s in SG]
    later = [iso(at + timedelta(days=30)) for at in AT]
    finished = [*SG[:8], 1.0101, 1.01]
    first, second = logs_of(tmp_path, table("Date,SG", ISO + later, finished + small))
    assert first.series.sg[-1] == 1.01
    assert second.series.sg == pytest.approx(small)


REFUSED = {
    "day_and_month_changed_in_some_rows": (
        table("Date,SG", [f"{at:%d/%m/%Y}" if at.day <= 12 else f"{at:%m/%d/%Y}" for at in DAYS], sg3()),
        "dates have the day first in some rows and the month first in others",
    ),
    "am_and_pm_lost_twice_a_day": (
        table("Date,SG", [iso(DAYS[i // 2] + timedelta(hours=8)) for i in range(10)], sg3()),
        "times come twice each, as if AM and PM were lost",
    ),
    "am_and_pm_lost_at_two_times": (
        table("Date,SG", [iso(DAYS[i // 2] + timedelta(hours=7.5 - 1.5 * (i % 2))) for i in range(10)], sg3()),
        "as if AM and PM were lost",
    ),
    "hydrometer_in_calibration": (
        table(
            "Date,Angle,SG",
            [iso(AT[0] + timedelta(minutes=5 * i)) for i in range(6)],
            range(25, 55, 5),
            [f"{1 + i / 100:.3f}" for i in range(6)],
        ),
        "its gravity only rises, from 1.000 to 1.050",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_certain_is_refused_in_one_sentence(tmp_path, name):
    data, said = REFUSED[name]
    assert said in refusal_of(tmp_path, data)


def test_sheets_called_after_beers_stay_two(tmp_path):
    logs = logs_of(tmp_path, book(("Amber", [HEADS, *CELLS[:6]]), ("Stout", [HEADS, *CELLS[6:]])))
    assert [log.batch for log in logs] == ["Amber", "Stout"]


def test_a_letter_among_the_digits_makes_no_number_unless_it_stands_for_one(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,SG", ISO, [s if i != 4 else "1.x449" for i, s in enumerate(sg4())]))
    assert log.series.sg == pytest.approx(np.delete(SG, 4))
    assert log.notes == ('1 cell of "SG" such as "1.x449" left out: no number',)
    (log,) = logs_of(tmp_path, table("Date,SG", ISO, [s if i != 4 else "1.O449" for i, s in enumerate(sg4())]))
    assert log.series.sg == pytest.approx(SG)
    assert log.notes == ('1 cell of "SG" such as "1.O449" read as 1.0449',)


@pytest.mark.parametrize("head", ["Date,SG", "Datum,Dichte", "Elapsed h,SG"])
def test_decimal_commas_between_commas_are_refused(tmp_path, head):
    rows = "".join(f"{at},{comma(sg, 4)}{',' * (head.count(',') - 1)}\n" for at, sg in zip(ISO, SG, strict=True))
    assert "as where a decimal comma stands between commas" in refusal_of(tmp_path, head + "\n" + rows)


def test_a_temperature_called_beer_is_no_name_of_batches(tmp_path):
    beer = [f"{19 + i % 2},5" for i in range(10)]
    data = table("Datum;SG;Kühlschrank;Bier", ISO, sg4(), ["12,0"] * 10, beer, sep=";")
    (log,) = logs_of(tmp_path, data)
    assert log.series.sg == pytest.approx(SG)


@pytest.mark.parametrize("head", ["Reading", "Value"])
def test_a_column_without_a_name_or_a_unit_is_asked_for(tmp_path, head):
    plato = [12.9, 12.7, 12.4, 11.9, 11.2, 10.0, 8.3, 6.6, 5.1, 4.1]
    said = refusal_of(tmp_path, table(f"Date,{head}", map(iso, DAYS), plato))
    assert f'"{head}" falls like a wort, in a unit that is not said; name it with --unit' in said


def test_two_lots_read_at_one_time_of_day_are_two(tmp_path):
    times = [iso(DAYS[i // 2] + timedelta(hours=8)) for i in range(20)]
    logs = logs_of(tmp_path, table("Date,Lot,SG", times, ["A", "B"] * 10, [s for s in sg4() for _ in "AB"]))
    assert [log.batch for log in logs] == ["A", "B"]


def test_rows_that_an_export_repeats_count_once(tmp_path):
    times = [iso(DAYS[i // 2] + timedelta(hours=8)) for i in range(20)]
    (log,) = logs_of(tmp_path, table("Date,SG", times, [s for s in sg4() for _ in "AB"]))
    assert log.series.hours == pytest.approx(24.0 * np.arange(10))


def test_clocks_without_am_and_pm_that_begin_in_the_afternoon_are_refused(tmp_path):
    times = [f"{DAYS[0] + timedelta(hours=16.8 + 12 * i):%m/%d/%Y %I:%M}" for i in range(10)]
    assert "times come twice each, as if AM and PM were lost" in refusal_of(tmp_path, table("Date,SG", times, sg4()))


@pytest.mark.parametrize("behind", [-1, -2, -4])
def test_a_last_line_that_breaks_off_is_no_reading(tmp_path, behind):
    rows = "\n".join(ROWS)
    (log,) = logs_of(tmp_path, rows[: rows.rindex(",") + behind])
    assert log.series.hours == pytest.approx(HOURS[:-1])
    assert log.notes == ("breaks off: what is behind the last whole reading left out",)


def test_a_last_line_without_its_last_cell_counts(tmp_path):
    rows = "\n".join(ROWS)
    for end in ("", "\n"):
        (log,) = logs_of(tmp_path, rows[: rows.rindex(",")] + end)
        assert log.series.sg == pytest.approx(SG)


@pytest.mark.parametrize("digits", [1, 2])
def test_a_last_cell_that_breaks_off_is_no_temperature(tmp_path, digits):
    temps = [f"{c:.1f}" for c in (19.6, 19.8, 19.7, 19.9, 20.1, 20.0, 19.8, 19.6, 19.7)] + ["18.7"[:digits]]
    (log,) = logs_of(tmp_path, table("Date,SG,Temp", ISO, sg4(), temps).rstrip("\n"))
    assert log.series.sg == pytest.approx(SG)
    assert np.isnan(log.series.temp_c[-1])
    assert "breaks off: what is behind the last whole reading left out" in log.notes


def test_a_last_gravity_that_breaks_off_is_no_reading(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,Temp,SG", ISO, C, sg4()).rstrip("\n")[:-4])
    assert log.series.hours == pytest.approx(HOURS[:-1])


NEW_YEAR = [datetime(2023, 12, 27) + timedelta(days=i) for i in range(10)]


@pytest.mark.parametrize("began", [datetime(2023, 12, 27), datetime(2024, 1, 2)])
def test_the_old_year_written_on_after_new_year(tmp_path, began):
    days = [began + timedelta(days=i) for i in range(10)]
    year = "{:%m/%d/}23" if began.year == 2023 else "{:%m/%d/%y}"  # to the end, or until somebody sees it
    dates = [year.format(at) if i > 3 else f"{at:%m/%d/}23" for i, at in enumerate(days)]
    (log,) = logs_of(tmp_path, table("Date,SG", dates, sg4()))
    assert log.series.hours == pytest.approx(24.0 * np.arange(10))
    n = 5 if began.year == 2023 else 4
    assert f"{n} readings of January 2023 taken as of 2024: the year was written on after New Year" in log.notes


def test_a_new_year_that_was_written_is_no_slip(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,SG", [f"{at:%m/%d/%y}" for at in NEW_YEAR], sg4()))
    assert log.series.hours == pytest.approx(24.0 * np.arange(10))
    assert log.notes == ()


def test_days_of_the_month_go_on_in_the_next(tmp_path):
    for days in ([28, 29, 30, 1, 2, 3, 4, 5, 6, 7], [31, *range(1, 10)]):
        (log,) = logs_of(tmp_path, table("Day,SG", days, sg4()))
        assert log.series.hours == pytest.approx(24.0 * np.arange(10))
    logs = logs_of(tmp_path, table("Day,SG", [*range(1, 11)] * 2, [*sg4(), *sg4()]))
    assert len(logs) == 2


@pytest.mark.parametrize(("head", "per_h"), [("Minutes", 60), ("Time (s)", 3600)])
@pytest.mark.parametrize("mark", ",.'")
def test_marks_between_thousands_of_minutes_and_seconds(tmp_path, head, per_h, mark):
    counted = [f"{h * per_h:,}".replace(",", mark) for h in HOURS]
    (log,) = logs_of(tmp_path, table(f"{head};SG", counted, sg4(), sep=";"))
    assert log.series.hours == pytest.approx(HOURS)


def test_three_decimals_are_no_thousands(tmp_path):
    (log,) = logs_of(tmp_path, table("Days;SG", [comma(h / 24, 3) for h in HOURS], sg4(), sep=";"))
    assert log.series.hours == pytest.approx(HOURS, abs=0.02)


def of_another_country(form):
    began = datetime(2026, 3, 3, 8, 20)
    moments = [began + timedelta(hours=h) for h in HOURS]
    return [at.replace(month=at.day, day=at.month).strftime(form) for at in moments]


@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M"])
def test_days_that_were_taken_for_months_are_put_right(tmp_path, form):
    (log,) = logs_of(tmp_path, table("Date,SG,Temp", of_another_country(form), sg4(), C))
    assert_is_the_batch(log)
    assert log.notes == ("2026-04-03 taken as 2026-03-04: a spreadsheet took the days for months",)


@pytest.mark.parametrize("twice", [False, True])
def test_a_mead_that_is_read_once_a_month_is_as_it_says(tmp_path, twice):
    days = [f"2026-{month:02d}-01 08:{10 * again:02d}" for month in range(1, 11) for again in range(1 + twice)]
    cells = [sg for sg in sg4() for _ in range(1 + twice)]
    (log,) = logs_of(tmp_path, table("Date,SG", days, cells))
    assert log.series.hours[-1] == pytest.approx(273 * 24.0, abs=2.0)
