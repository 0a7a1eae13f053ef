"""Logs as programs and brewers write them; each file here is made up."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brewpi import importers
from brewpi.importers import LogError, read
from brewpi.registry import load

PLAIN = "hours,sg,temp_c\n" + "".join(f"{12 * i},{1.060 - 0.005 * i:.4f},20\n" for i in range(9))


@pytest.fixture
def write(tmp_path):
    def write(text, name="fv1.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def sentence(path, unit=None):
    with pytest.raises(LogError) as error:
        read(path, unit)
    return str(error.value)


def test_every_kind_loads():
    for kind in importers.KINDS:
        assert load(importers.KINDS, kind)().matches


def test_a_plain_log_is_read_as_it_stands(write):
    log = read(write(PLAIN))
    assert (log.name, log.kind) == ("fv1.csv", "plain")
    np.testing.assert_allclose(log.series.hours, np.arange(9) * 12.0)
    assert log.series.sg[-1] == 1.020
    assert log.series.temp_c[0] == 20.0


def test_an_empty_temperature_is_unknown_and_a_short_row_is_read(write):
    series = read(write("hours,sg,temp_c\n0,1.050,\n12,1.040\n24,1.030,19\n")).series
    assert np.isnan(series.temp_c[:2]).all()
    assert series.temp_c[2] == 19.0


def test_a_sidecar_tells_of_the_batch_and_none_costs_nothing(write):
    path = write(PLAIN)
    assert read(path).series.medium is None
    write(json.dumps({"beverage": "mead", "og_declared": 1.061, "style": "sack", "yeast": "71B"}), "fv1.json")
    series = read(path).series
    assert (series.medium, series.og, series.style, series.yeast) == ("mead", 1.061, "sack", "71B")
    write("{oops", "fv1.json")
    assert read(path).series.medium is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_the_encoding_does_not_matter(write, encoding):
    assert len(read(write(PLAIN.encode(encoding))).series.hours) == 9


def test_order_and_repeated_rows_do_not_matter(write):
    rows = PLAIN.splitlines()
    muddled = "\n".join([rows[0], *reversed(rows[1:]), *rows[1:]])
    np.testing.assert_allclose(read(write(muddled)).series.hours, np.arange(9) * 12.0)


def test_sentinels_are_dropped_at_the_door(write):
    rows = ["0,1.060,85.0", "1,0,20", "2,nan,20", "3,1.843,20", "4,1.058,-127", "5,1.05,20"]
    series = read(write("\n".join(["hours,sg,temp_c", *rows]))).series
    assert series.sg.tolist() == [1.060, 1.058, 1.05]
    assert np.isnan(series.temp_c[:2]).all()


def test_readings_before_pitching_are_dropped(write):
    assert read(write("hours,sg\n-2,1.000\n0,1.050\n24,1.040\n")).series.hours.tolist() == [0.0, 24.0]


def test_plato_is_never_guessed_but_believed_when_said(write):
    path = write("hours,sg,temp_c\n0,12.5,20\n24,8.0,20\n48,3.0,20\n")
    assert sentence(path) == "fv1.csv: gravity of 12.5 looks like degrees Plato; say so with --unit plato."
    assert read(path, "plato").series.sg[0] == pytest.approx(1.0505, abs=1e-4)


@pytest.mark.parametrize(("data", "text"), [
    (b"", "is empty; log at least two readings."),
    (bytes(range(256)) * 4, "is no text; export the log as CSV."),
    (b"PK\x03\x04" + bytes(99), "is a workbook or an archive that is broken; save it again."),
    (b"hours,sg,temp_c\n", "holds a header and no readings; log at least two."),
    (b"hours,sg\n0,1.050\n12,ten fifty\n", 'row 3: sg of "ten fifty" is no number; correct it or leave it empty.'),
    (b"hours,sg\n0,nan\n12,\n", "holds no reading of a gravity; log at least two."),
    (b"hours,sg\n0,52\n12,40\n", "gravity of 52 looks like degrees Oechsle; say so with --unit oechsle."),
    (b"1;20.5;19\n2;20.4;19\n", "has no header that names its columns; write one such as hours,sg,temp_c."),
    (b"Time,Beer\n2024-01-01,20\n", "no column holds a gravity (time, beer); brewpi reads hours,sg,temp_c."),
    (b"Room,SG\n12,1.050\n", "no column holds a time; brewpi reads hours,sg,temp_c."),
    (b"Time,SG\nnoon,1.050\nnight,1.040\n", 'times such as "noon" cannot be read; write 2026-04-25 10:22.'),
    (b'{"time": 1}\n{oops\n', "line 2 is no JSON object; write one reading a line."),
])  # fmt: skip
def test_a_file_that_is_no_log_gets_a_sentence(write, data, text):
    assert sentence(write(data)) == f"fv1.csv: {text}"


def test_a_missing_file_and_a_folder_get_a_sentence(tmp_path):
    assert "No such file" in sentence(tmp_path / "absent.csv")
    assert "is a folder" in sentence(tmp_path)


def test_one_reading_is_a_log(write):
    assert len(read(write("hours,sg,temp_c\n0,1.050,20\n")).series.hours) == 1


def test_a_million_rows_are_read_at_even_steps(write):
    hours = np.linspace(0, 240, 1_000_000)
    path = write("hours,sg,temp_c\n" + "".join(f"{h:.5f},1.0500,20\n" for h in hours))
    series = read(path).series
    assert 19_000 < len(series.hours) < 21_000
    assert series.hours[[0, -1]].tolist() == [0.0, 240.0]


def test_a_tilt_sheet_is_newest_first(write):
    log = read(write("Timepoint,SG,Temp (°F)\n12/15/2024 0:20:00,1.040,68\n12/14/2024 23:50:00,1.050,68\n"))
    assert log.series.hours.tolist() == [0.0, 0.5]
    assert log.series.sg.tolist() == [1.050, 1.040]
    assert log.series.temp_c[0] == pytest.approx(20.0)


def test_tilt_events_carry_the_original_gravity(write):
    lines = [{"event": "sample", "payload": {"timestamp": f"2025-11-04T1{i}:00:00Z", "tilt_color": "Blue",
                                             "current_temp": 68.0, "gravity": 1.05 - i / 1000}} for i in range(3)]
    lines.append({"event": "batch_metadata", "payload": {"actual_og": "1.063"}})
    log = read(write("\n".join(map(json.dumps, lines)), "tilt.jsonl"))
    assert (log.kind, log.series.og, len(log.series.hours)) == ("tilt_events", 1.063, 3)
    assert log.series.temp_c[0] == pytest.approx(20.0)


def test_fermonitor_writes_the_day_first_and_may_hold_two_tilts(write):
    text = ("Device,Time,Temp,Gravity\nTilt_BLACK, 10.02.2019 23:00:00,22.2,1.053\n"
            "Tilt_{}, 11.02.2019 01:00:00,22.2,1.05\n")
    log = read(write(text.format("BLACK")))
    assert log.series.hours.tolist() == [0.0, 2.0]
    assert sentence(write(text.format("RED"))).endswith(
        "holds 2 batches (Tilt_BLACK, Tilt_RED); name one with --batch.")


def test_plaato_says_no_density_with_a_sentinel(write):
    rows = [("18:15", 15.66), ("18:45", -616.87), ("19:15", -616.87), ("19:45", 15.5)]
    text = "timestamp,isoTime,density,temperature\n" + "".join(
        f"Fri Oct 13 2023,2023-10-13T{at}:00.000Z,{plato},20.1\n" for at, plato in rows)
    log = read(write(text))
    assert (log.kind, len(log.series.hours)) == ("plaato", 2)
    assert log.series.sg[0] == pytest.approx(1.0639, abs=1e-4)


def test_brewiq_counts_from_pitching(write):
    text = ("\ufeffTimestamp (BST),Hours from Pitch,Gravity (°P),Fluid Temp (°C),Comp. Fluid Temp (°C)\n"
            "10/26/2023 14:58:00,-1.00,3.0,60,61\n10/26/2023 16:58:00,1.00,12.5,20.5,21\n"
            "05/11/2023 10:45,2.00,,20.5,21\n05/11/2023 11:45,3.00,12.4,20,21\n")
    log = read(write(text))
    assert log.series.hours.tolist() == [1.0, 3.0]
    assert log.series.temp_c[0] == 20.5


def test_rapt_has_offsets_and_sometimes_a_thousandfold_gravity(write):
    text = "timestamp,gravity,temperature\n2026-04-25T10:22:34.97+01:00,{},20\n2026-04-25T10:22:34.97+00:00,{},20\n"
    for scale in (1.0, 1000.0):
        log = read(write(text.format(1.05 * scale, 1.04 * scale)))
        assert log.series.hours.tolist() == [0.0, 1.0]
        assert log.series.sg[0] == pytest.approx(1.05)


def test_an_export_of_the_tail_only_is_refused(write):
    text = "timestamp,gravity,temperature\n2026-04-25T10:00:00,1.0071,4\n2026-04-25T11:00:00,1.0070,4\n"
    assert sentence(write(text)).endswith("begins at SG 1.0071, where fermentations end; export it from pitching on.")


def test_an_ispindel_without_polynomial_is_refused(write):
    head = "name,time,RSSI,battery,gravity,interval,source,temp_units,temperature,tilt\n"
    row = "measurements,{},-81,3.6,{},120,iSpindel000,C,20.5,25\n"

    def text(values):
        return head + "".join(row.format(1544191248245295531 + i * 120 * 10**9, v) for i, v in enumerate(values))

    assert "is not calibrated" in sentence(write(text([26.8] * 9 + [2.6] * 9 + [26.8] * 9)))
    assert "--unit plato" in sentence(write(text([12.0, 11.9, 11.8, 11.7])))
    assert read(write(text([12.0, 11.9, 11.8])), "plato").series.hours.tolist() == pytest.approx([0, 1 / 30, 1 / 15])
    assert read(write(text([1.050, 1.049, 1.048]))).kind == "ispindel"


def test_ekos_holds_many_batches(write):
    text = ("Status,Start Date,Product,Batch Number,Original Gravity,Date,Temperature,Gravity\n"
            "Completed,16/05/2022,Ale,1676,15.5,16/05/2022 ,0.00,15.50\n"
            "Completed,16/05/2022,Ale,{},15.5,17/05/2022 ,19.1,3.8\n")
    two = "Completed,17/05/2022,Ale,{0},14,17/05/2022 ,0.00,14.0\nCompleted,17/05/2022,Ale,{0},14,18/05/2022 ,20,9.0\n"
    many = text.format(1676) + two.format(1677)
    assert sentence(write(many)).endswith("holds 2 batches (1676, 1677); name one with --batch.")
    assert read(write(many), batch="1677").series.og == pytest.approx(1.0568, abs=1e-3)
    series = read(write(text.format(1676))).series
    assert series.hours.tolist() == [0.0, 24.0]
    assert np.isnan(series.temp_c[0])
    assert series.og == pytest.approx(1.0633, abs=1e-3)


def test_a_sheet_of_many_tanks_is_refused_where_one_is_wanted(write):
    text = '"Time","FST 1 Average Plato","FST 2 Average Plato","FST 3 Average Plato"\n2025-09-09 00:00:00,11.2,,10.1\n'
    assert "holds 2 batches (FST 1, FST 3); name one with --batch." in sentence(write(text))


def test_a_brewers_own_sheet_counts_days(write):
    log = read(write("Brew,Day,SG,Note,Batch\nOurs,0,1.07,Original Gravity,1\nOurs,0.5,1.065,,1\n"))
    assert log.series.hours.tolist() == [0.0, 12.0]


@pytest.mark.parametrize("times", [
    ("3/4/2024", "4/4/2024", "5/4/2024"), ("3/4/2024", "3/5/2024", "3/6/2024"),
    ("2024-03-04", "2024-03-05", "2024-03-06"), ("Mar 04 2024", "Mar 05 2024", "Mar 06 2024"),
    ("4 March 2024 10:00", "5 March 2024 10:00", "6 March 2024 10:00"), ("45000", "45001", "45002"),
    ("1700000000", "1700086400", "1700172800"), ("3/30/2024 9:00 PM", "3/31/2024 9:00 PM", "4/1/2024 9:00 PM"),
])  # fmt: skip
def test_dates_are_read_as_they_are_written(write, times):
    rows = "".join(f"{t};{sg};20,5\n" for t, sg in zip(times, ("12,5", "9,5", "6,1"), strict=True))
    series = read(write("Date;Plato;Temp\n" + rows)).series
    assert series.hours.tolist() == [0.0, 24.0, 48.0]
    assert series.temp_c[0] == 20.5


HEADERS = ["hours,sg,temp_c", "Timepoint,SG,Temp (°C)", "timestamp,isoTime,density,temperature", "Day,SG,Batch",
           "timestamp,gravity,temperature", "name,time,gravity,temp_units,temperature,tilt", "Date;Plato;Temp",
           "Hours from Pitch,Gravity (°P),Fluid Temp (°C)", "Device,Time,Temp,Gravity", "Batch Number,Date,Gravity"]
CELLS = st.one_of(
    st.sampled_from(["", "nan", "inf", "-inf", "1e999", "0", "-616.87", "1.050", "12,5", "12.5", "2024-02-30", "x",
                     "2024-01-01 10:00", "99/99/9999", "0001-01-01", "Feb 30 2024", "1544191248245295531", '"', "{",
                     "\0"]),
    st.floats().map(str), st.text(max_size=5))


@settings(max_examples=200)
@given(st.sampled_from([*HEADERS, ""]), st.lists(st.lists(CELLS, max_size=5), max_size=8), st.sampled_from(",;\t"))
def test_whatever_is_in_the_cells_it_is_a_log_or_a_sentence(tmp_path_factory, header, rows, delimiter):
    text = "\n".join([header, *(delimiter.join(row) for row in rows)])
    check(tmp_path_factory.getbasetemp() / "cells.csv", text.encode("utf-8", "surrogatepass"))


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_whatever_the_bytes_it_is_a_log_or_a_sentence(tmp_path_factory, data):
    check(tmp_path_factory.getbasetemp() / "bytes.csv", data)


def check(path, data):
    path.write_bytes(data)
    try:
        series = read(path).series
    except LogError:
        return
    assert np.isfinite(series.hours).all()
    assert (np.diff(series.hours) >= 0).all()
    assert ((series.sg >= 0.95) & (series.sg <= 1.20)).all()
