"""What devices and their clocks do to a log: lines glued together, wires that come loose, other parts of a second,
zones by the row, tenths of a degree."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from brewpi.importers import LogError
from tests.importers.made_up import AT, EPOCH_S, ISO, PLATO, SG, C, F, assert_is_the_batch, iso, logs_of, sg4, table

MOMENTS = [at.replace(tzinfo=UTC) for at in AT]
ZONES = ("Europe/Vienna", "America/New_York")


def local(i):
    return MOMENTS[i].astimezone(ZoneInfo(ZONES[i % 2]))


@pytest.mark.parametrize("parts", [10, 100, 10_000, 100_000, 10_000_000])
def test_a_clock_of_other_parts_of_a_second_is_known_by_its_dates(tmp_path, parts):
    (log,) = logs_of(tmp_path, table("time,SG,Temp C", [s * parts for s in EPOCH_S], sg4(), C))
    assert_is_the_batch(log)


@pytest.mark.parametrize("form", ["{:%Y-%m-%d %H:%M} {}", "{:%Y-%m-%dT%H:%M:%S}[{}]", "{:%d.%m.%Y %H:%M} ({})"])
def test_times_behind_which_cities_stand_count_each_in_its_zone(tmp_path, form):
    times = [form.format(local(i), ZONES[i % 2]) for i in range(len(AT))]
    (log,) = logs_of(tmp_path, table("Time,SG,Temp C", times, sg4(), C))
    assert_is_the_batch(log)


@pytest.mark.parametrize(
    ("head", "zone"),
    [
        ("Timezone", lambda at, name: name),
        ("UTC offset", lambda at, name: f"{at:%z}"),
        ("Zone", lambda at, name: f"{at:%Z}"),
        ("tz_offset_min", lambda at, name: f"{at.utcoffset().total_seconds() / 60:.0f}"),
        ("UTC", lambda at, name: f"{at.utcoffset().total_seconds() / 3600:+.0f}"),
    ],
)
def test_a_column_of_zones_goes_with_the_times(tmp_path, head, zone):
    zones = [zone(local(i), ZONES[i % 2]) for i in range(len(AT))]
    times = [f"{local(i):%Y-%m-%d %H:%M}" for i in range(len(AT))]
    (log,) = logs_of(tmp_path, table(f"Time,{head},SG,Temp C", times, zones, sg4(), C))
    assert_is_the_batch(log)


def test_an_offset_of_a_calibration_is_no_zone(tmp_path):
    (log,) = logs_of(tmp_path, table("Time,Offset,SG,Temp C", ISO, ["+1", "-1"] * 5, sg4(), C))
    assert_is_the_batch(log)


@pytest.mark.parametrize(
    ("head", "true", "parts"),
    [("Temp", C, 10), ("Temp °C", C, 10), ("Temp", C, 100), ("Temp °C", C, 100), ("Temp °F", F, 10), ("Temp", F, 100)],
)
def test_tenths_of_a_degree_are_degrees(tmp_path, head, true, parts):
    (log,) = logs_of(tmp_path, table(f"Time,SG,{head}", ISO, sg4(), [f"{degrees * parts:.0f}" for degrees in true]))
    assert_is_the_batch(log)
    assert any("without its point" in note for note in log.notes)


def test_what_may_be_tenths_of_a_fahrenheit_or_hundredths_of_a_celsius_is_refused(tmp_path):
    with pytest.raises(LogError, match="no beer's"):
        logs_of(tmp_path, table("Time,SG,Temp C", ISO, sg4(), [f"{f * 10:.0f}" for f in F]))


@pytest.mark.parametrize("stuck", ["0", "-1", "45", "1.#QNAN", "-1.#IND", "1.#J"])
def test_a_thermometer_with_a_loose_wire_costs_its_own_readings(tmp_path, stuck):
    temps = [stuck if i in (3, 7) else c for i, c in enumerate(C)]
    (log,) = logs_of(tmp_path, table("Time,SG,Temp C", ISO, sg4(), temps))
    assert log.series.sg == pytest.approx(SG, abs=0.0001)
    assert np.flatnonzero(np.isnan(log.series.temp_c)).tolist() == [3, 7]


@pytest.mark.parametrize(("stuck", "first"), [("0", 0), ("0", 4), ("-1", 4), ("-1", 0)])
def test_a_thermometer_that_fell_out_for_good_or_came_late_says_nothing(tmp_path, stuck, first):
    temps = [stuck if first <= i < first + 6 else c for i, c in enumerate(C)]
    (log,) = logs_of(tmp_path, table("Time,SG,Temp C", ISO, sg4(), temps))
    assert np.flatnonzero(np.isnan(log.series.temp_c)).tolist() == list(range(first, first + 6))


def test_a_fast_crash_to_whole_degrees_is_kept(tmp_path):
    temps = [20, 20, 20, 20, 2, 2, 2, 2, 2, 2]
    times = [iso(AT[0] + timedelta(hours=2 * i)) for i in range(10)]
    (log,) = logs_of(tmp_path, table("Time,SG,Temp C", times, sg4(), temps))
    assert log.series.temp_c.tolist() == temps


def test_9999_beside_gravities_with_their_points_is_none(tmp_path):
    (log,) = logs_of(tmp_path, table("Time,SG,Temp C", ISO, ["9999" if i == 5 else g for i, g in enumerate(sg4())], C))
    assert len(log.series.hours) == 9
    assert log.series.sg.min() == pytest.approx(SG[-1], abs=0.0001)


@pytest.mark.parametrize("form", ["%Y_%m_%d_%H_%M_%S", "%d-%m-%Y %H-%M", "%d.%m.%Y %H%M", "'%Y-%m-%d %H:%M:%S'"])
def test_moments_as_names_of_files_have_them(tmp_path, form):
    (log,) = logs_of(tmp_path, table("Time,SG,Temp C", [f"{at:{form}}" for at in AT], sg4(), C))
    assert_is_the_batch(log)


@pytest.mark.parametrize("form", ["T+{d}d{h:02}h00", "{d} j {h} h 0 min", "0w {d}d {h}h"])
def test_spans_in_weeks_days_and_hours(tmp_path, form):
    spans = [form.format(d=8 * i // 24, h=8 * i % 24) for i in range(10)]
    (log,) = logs_of(tmp_path, table("Elapsed,SG,Temp C", spans, sg4(), C))
    assert_is_the_batch(log)


def test_a_beer_that_is_cooled_keeps_its_temperatures(tmp_path):
    temps = [20.0, 20.0, 20.0, 19.0, 8.0, 2.0, 2.0, 9.0, 19.0, 20.0]
    (log,) = logs_of(tmp_path, table("Time,SG,Temp C", ISO, sg4(), temps))
    assert np.isfinite(log.series.temp_c).all()


@pytest.mark.parametrize("nan", ["1.#QNAN", "1.#INF", "-1.#IND"])
def test_no_number_as_windows_writes_it_is_no_gravity(tmp_path, nan):
    (log,) = logs_of(tmp_path, table("Time,Plato,Temp C", ISO, [nan if i == 5 else p for i, p in enumerate(PLATO)], C))
    assert len(log.series.hours) == 9


@pytest.mark.parametrize("cut", [0, 3])
@pytest.mark.parametrize("times", [ISO, EPOCH_S, [8 * i for i in range(10)]])
def test_a_line_that_runs_into_the_next_costs_what_nobody_can_tell_apart(tmp_path, times, cut):
    lines = table("Time (h),SG,Temp C" if times[0] == 0 else "Time,SG,Temp C", times, sg4(), C).splitlines()
    lines[4] = lines[4][: len(lines[4]) - cut] + lines.pop(5)
    (log,) = logs_of(tmp_path, "\n".join(lines) + "\n")
    assert log.series.hours.tolist() == [8.0 * i for i in range(10) if i != 4]
    assert np.flatnonzero(np.isnan(log.series.temp_c)).tolist() == [3]
    assert any("runs into the next" in note for note in log.notes)


@pytest.mark.parametrize("around", ["“{}”", "„{}“", "«{}»", "»{}«", "‘{}’"])
@pytest.mark.parametrize("sep", [",", "\t"])
def test_quotation_marks_of_a_word_processor_are_none_of_a_cell(tmp_path, around, sep):
    cells = [[around.format(cell) for cell in column] for column in (ISO, sg4(), C, [f"it’s fine{sep}ok"] * 10)]
    head = sep.join(around.format(name) for name in ("Time", "SG", "Temp C", "Note"))
    (log,) = logs_of(tmp_path, table(head, *cells, sep=sep))
    assert_is_the_batch(log)


def test_a_table_between_tabs_whose_first_head_is_empty(tmp_path):
    (log,) = logs_of(tmp_path, table("\tts\tgravity\ttemp_c", range(10), EPOCH_S, sg4(), C, sep="\t"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("times", [EPOCH_S, [8 * i for i in range(10)]])
def test_a_remark_below_a_table_of_numbers_is_no_time(tmp_path, times):
    head = "Hours,SG,Temp C" if times[0] == 0 else "ts,SG,Temp C"
    (log,) = logs_of(tmp_path, table(head, times, sg4(), C, foot="\n\nExported by X on 2026-05-01 08:00\n"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("between", ["", "\nhours,sg,temp_c\n"])
def test_hours_that_go_on_below_another_head_are_of_one_batch(tmp_path, between):
    rows = [f"{8 * i},{sg},{c}" for i, (sg, c) in enumerate(zip(sg4(), C, strict=True))]
    text = "\n".join(["hours,sg,temp_c", *rows[:5], *([between] if between else []), *rows[5:]])
    (log,) = logs_of(tmp_path, text + "\n")
    assert_is_the_batch(log)


@pytest.mark.parametrize("head", ["hours,sg,temp_c", "Elapsed (h),SG,Temp C"])
def test_hours_of_which_the_end_stands_first_are_put_in_order(tmp_path, head):
    rows = [f"{8 * i},{sg},{c}" for i, (sg, c) in enumerate(zip(sg4(), C, strict=True))]
    (log,) = logs_of(tmp_path, "\n".join([head, *rows[6:], *rows[:6]]) + "\n")
    assert_is_the_batch(log)
    assert any("put behind it" in note for note in log.notes)


def test_days_that_a_spreadsheet_may_have_taken_for_months_are_remarked_on(tmp_path):
    months = [f"2026-{month:02d}-03" for month in range(1, 11)]
    (log,) = logs_of(tmp_path, table("Date,SG", months, sg4()))
    assert any("took their days for months" in note for note in log.notes)


@pytest.mark.parametrize("mark", ["'", "’", "\u202f"])
def test_thousands_as_the_swiss_and_french_mark_them(tmp_path, mark):
    densities = [f"1{mark}{sg * 998.23 - 1000:05.1f}" for sg in SG]
    (log,) = logs_of(tmp_path, table("Zeit;Dichte [kg/m³];Temp °C", ISO, densities, C, sep=";"))
    assert_is_the_batch(log)
