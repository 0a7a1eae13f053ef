"""What cannot be certain is refused with what to do; what is assumed, put right or left out is said."""

import os
import time
from datetime import timedelta

import numpy as np
import pytest

from brewpi.importers import Answers, LogError, read_all
from tests.importers.made_up import (
    AT,
    EPOCH_S,
    HOURS,
    ISO,
    PLATO,
    SG,
    C,
    F,
    comma,
    iso,
    logs_of,
    refusal_of,
    sg3,
    sg4,
    table,
)

EVERY_H = [AT[0] + timedelta(hours=h) for h in range(73)]
FINE = [float(np.interp(h, HOURS, SG)) for h in range(73)]

REFUSED = {
    # clocks lost
    "am_pm_lost": (
        table("Date,SG", [at.strftime("%m/%d/%Y %I:%M") for at in EVERY_H], [f"{s:.4f}" for s in FINE]),
        "AM and PM",
    ),
    "minutes_only": (table("Time,SG", [at.strftime("%M:%S.0") for at in AT], sg4()), "lost their date"),
    "hashes": (table("Time,SG", ["########"] * 10, sg4()), "widen the column"),
    "clock_only": (table("Time,SG", [at.strftime("%H:%M") for at in AT], sg4()), "no date"),
    "rounded": (table("time,sg", ["1.71380E+12"] * 10, sg4()), "rounded by a spreadsheet"),
    "rounded_comma": (
        table("time;sg", ["1,71E+12"] * 10, [comma(s, 4) for s in SG], sep=";"),
        "rounded by a spreadsheet",
    ),
    "same_moment": (table("time,sg", [ISO[0]] * 10, sg4()), "no time passes"),
    "eighteen_seconds": (table("time,sg", [iso(AT[0] + timedelta(seconds=2 * i)) for i in range(10)], sg4()), "18 s"),
    "day_only": (
        table("Date,SG", [at.strftime("%Y-%m-%d") for at in EVERY_H], [f"{s:.4f}" for s in FINE]),
        "times of day are lost",
    ),
    "no_unit_of_time": (table("Time,SG", HOURS, sg4()), "no unit; name the column hours, days"),
    "only_pitched": (table("Pitch Date,SG", ["2024-04-22"] * 10, sg4()), "no time passes"),
    "noon": (table("Date,SG", ["noon"] * 10, sg4()), "cannot be read"),
    # units
    "plato_unnamed": (table("Date,Gravity", ISO, PLATO), "--unit plato"),
    "oechsle_unnamed": (table("Date,Gravity", ISO, [f"{(s - 1) * 1000:.0f}" for s in SG]), "--unit oechsle"),
    "nonsense": (table("Date,Gravity", ISO, [f"{s * 400:.1f}" for s in SG]), "name its unit"),
    "hot": (table("Date,SG,Temp", ISO, sg4(), ["195"] * 10), "no beer's"),
    "cut_by_commas": (table("Date,SG,Temp", ISO, [comma(s, 4) for s in SG], [comma(c, 1) for c in C]), "decimal comma"),
    # no gravity
    "only_targets": (table("Date,Target Gravity,Temp", ISO, ["1.012"] * 10, C), "no column holds a gravity"),
    "only_temps": (table("Date,Beer Temp,Fridge Temp", ISO, C, C), "no column holds a gravity"),
    "brewpi_csv": (table("Dec 02 2018 15:51:15;18.72;18.5;null;19.38", ISO, C, C, C, C, sep=";"), "no header"),
    "two_perhaps": (table(f"{ISO[0]};12.5;11.5", ISO[1:], PLATO[1:], PLATO[1:], sep=";"), "no header"),
    "tail": (table("Date,SG", ISO, ["1.0071"] * 10), "export it from pitching on"),
    "one_word": (table("Date,SG", ISO, ["ok", "ok", "ok", *sg4()[3:]]), "is no number"),
    # no table
    "html": ("<!DOCTYPE html>\n<html><body>Sign in</body></html>", "web page"),
    "html_fragment": ("<table><tr><td>Time</td></tr></table>", "HTML"),
    "html_comment": ("<!-- saved from url -->\n<html lang='de'>", "HTML"),
    "xml": ('<?xml version="1.0"?><RECIPES></RECIPES>', "XML"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(40), "picture"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(40), "picture"),
    "webp": (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "picture"),
    "gzip": (b"\x1f\x8b\x08" + bytes(40), "packed (gzip) and broken"),
    "parquet": (b"PAR1" + bytes(40), "Parquet"),
    "json_of_nothing": ('{"status": "ok", "data": []}', "without a list of readings"),
    "json_error": ('{"error": {"code": 401, "message": "Unauthorized"}}', "without a list of readings"),
    "recipe": (
        '{"name": "Amber", "fermentables": [{"name": "Pils", "amount": 5, "potential": 1.037}], "hops": []}',
        "gravity",
    ),
    # hostile
    "deep": ("[" * 100_000 + "]" * 100_000, "nested"),
    "deep_object": ('{"a":' * 50_000 + "1" + "}" * 50_000, "nested"),
    "great_hour": ("hours,sg\n0,1.050\n1e308,1.040\n", "hour 1e+308"),
    "great_integer": ("hours,sg\n0," + "9" * 5000 + "\n12," + "9" * 5000 + "\n", "gravity"),
    "great_json": ('[{"time": ' + "9" * 5000 + ', "sg": 1.05}]', ""),
    "one_long_line": ("a" * 3_000_000, ""),
    "quotes": ('"' * 100_001, ""),
    "zeros": (bytes(100_000), ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_one_sentence(tmp_path, name):
    data, word = REFUSED[name]
    path = tmp_path / "fv1.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    began = time.monotonic()
    with pytest.raises(LogError) as error:
        read_all(path)
    assert time.monotonic() - began < 5.0
    said = str(error.value)
    assert said.startswith("fv1.csv: ")
    assert word in said
    assert said.endswith(".")
    assert "\n" not in said
    assert len(said) < 300


def test_pipes_devices_and_folders_are_no_logs(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    for path, word in (
        (tmp_path / "pipe.csv", "device or a pipe"),
        ("/dev/zero", "device or a pipe"),
        (tmp_path, "is a folder"),
        (tmp_path / "no.csv", "No such file"),
    ):
        with pytest.raises(LogError, match=word):
            read_all(path)


def test_a_file_of_gigabytes_is_not_even_opened(tmp_path):
    path = tmp_path / "log.csv"
    with path.open("wb") as file:
        file.truncate(5_000_000_000)
    with pytest.raises(LogError, match=r"is 5000 MB"):
        read_all(path)


CONTRADICTED = {
    "sg_is_plato": (table("Date,SG", ISO, sg4()), "plato", "leave --unit out"),
    "gravity_is_sg": (table("Date,Gravity", ISO, sg4()), "brix", "leave --unit out"),
    "plato_is_sg": (table("Date,Plato", ISO, PLATO), "sg", "contradicts the file, which says °P"),
    "oechsle_is_plato": (
        table("Date;°Oechsle", ISO, [f"{(s - 1) * 1000:.0f}" for s in SG], sep=";"),
        "plato",
        "says °Oechsle",
    ),
    "unnamed_sg": (table("Date,Gravity", ISO, PLATO), "sg", "is no SG"),
}


@pytest.mark.parametrize("name", CONTRADICTED)
def test_a_unit_that_contradicts_the_file_is_refused(tmp_path, name):
    text, unit, words = CONTRADICTED[name]
    path = tmp_path / "fv1.csv"
    path.write_text(text)
    with pytest.raises(LogError, match=words):
        read_all(path, Answers(unit=unit))


def test_a_unit_that_names_what_the_file_leaves_open_is_believed(tmp_path):
    path = tmp_path / "fv1.csv"
    for text, unit in (
        (REFUSED["plato_unnamed"][0], "plato"),
        (REFUSED["oechsle_unnamed"][0], "oechsle"),
        (table("hours,sg,temp_c", HOURS, PLATO, C), "plato"),
    ):
        path.write_text(text)
        (log,) = read_all(path, Answers(unit=unit)).logs
        assert log.series.sg == pytest.approx(np.array(SG), abs=0.0006)


SAID = {
    "raw_only": (table("Date,Raw SG", ISO, sg4()), "not calibrated"),
    "two_gravities": (table("Date,SG,Plato", ISO, sg4(), PLATO), 'gravity from "SG", not from "Plato"'),
    "without_point": (table("Date,SG", ISO, [f"{1000 * s:.1f}" for s in SG]), "without its point"),
    "plato_that_is_sg": (table("Date,Plato", ISO, sg4()), "is SG, whatever the file says"),
    "fahrenheit": (table("Date,SG,Temp", ISO, sg4(), F), "taken as °F"),
    "celsius_that_is_not": (table("Date,SG,Temp (°C)", ISO, sg4(), F), "is °F, whatever the file says"),
    "fahrenheit_that_is_not": (table("Date,SG,Temp (°F)", ISO, sg4(), C), "is °C, whatever the file says"),
    "kelvin": (table("Date,SG,Temp", ISO, sg4(), [c + 273.15 for c in C]), "kelvin"),
    "fridge_only": (table("Date,SG,Fridge Temp", ISO, sg4(), C), "not the temperature of the beer"),
    "undated": (table("Date,SG", [*ISO[:4], "", *ISO[5:]], sg4()), "1 reading without a time left out"),
    "spike": (table("Date,SG", ISO, [*sg4()[:4], "1.843", *sg4()[5:]]), "1.843 cannot be true, left out"),
    "refractometer": (table("Date,Brix refractometer", ISO, PLATO), "corrected for alcohol with 12.9 °Brix"),
    "headless": (table(f"{ISO[0]},1.0520,19.5", ISO[1:], sg4()[1:], C[1:]), "no header: gravity from column 2"),
    "before_pitching": (
        table("Hours from Pitch,SG", [-2, -1, *HOURS[2:]], sg4()),
        "2 readings before pitching left out",
    ),
    "comments": (
        table("Date,SG", ISO[:5], sg4()[:5])
        + "# dry hopped\n"
        + table("2024-04-24 09:00:00,1.0397", ISO[6:], sg4()[6:]),
        "1 comment",
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_what_is_assumed_or_left_out_is_said(tmp_path, name):
    text, words = SAID[name]
    path = tmp_path / "fv1.csv"
    path.write_text(text)
    (log,) = read_all(path).logs
    assert any(words in note for note in log.notes), log.notes


def test_a_log_that_leaves_nothing_open_needs_no_remark(tmp_path):
    path = tmp_path / "fv1.csv"
    for text in (table("hours,sg,temp_c", HOURS, sg4(), C), table("Date,SG,Temp (°C)", ISO, sg4(), C)):
        path.write_text(text)
        assert read_all(path).logs[0].notes == ()


def read_text(tmp_path, text, **answers):
    path = tmp_path / "fv1.csv"
    path.write_text(text)
    return read_all(path, Answers(**answers))


def test_cold_fahrenheit_and_hot_kveik_are_told_apart_by_their_speed(tmp_path):
    slow = [float(np.interp(h / 2, HOURS, SG)) for h in range(0, 145, 8)]
    at = [iso(AT[0] + timedelta(hours=h)) for h in range(0, 145, 8)]
    lager = read_text(tmp_path, table("Date,SG,Temp", at, slow, [40] * len(at))).logs[0]
    assert lager.series.temp_c[0] == pytest.approx(4.4, abs=0.1)
    kveik = read_text(tmp_path, table("Date,SG,Temp", ISO, sg4(), [38] * 10)).logs[0]
    assert kveik.series.temp_c[0] == 38.0
    with pytest.raises(LogError, match="may be °C or °F; say so with --temp-unit c or f"):
        read_text(tmp_path, table("Date,SG,Temp", ISO[:3], sg4()[:3], [40] * 3))
    assert (
        read_text(tmp_path, table("Date,SG,Temp", ISO[:3], sg4()[:3], [40] * 3), temp_unit="f").logs[0].series.temp_c[0]
        < 5.0
    )


def test_a_column_of_both_celsius_and_fahrenheit_is_read_row_by_row(tmp_path):
    mixed = [(f"{f}", "F") if i % 2 else (f"{c}", "C") for i, (c, f) in enumerate(zip(C, F, strict=True))]
    for text in (
        table("time,gravity,temperature,temp_units", ISO, sg4(), [m[0] for m in mixed], [m[1] for m in mixed]),
        table("time,gravity,temperature", ISO, sg4(), [f"{v} °{u}" for v, u in mixed]),
    ):
        assert read_text(tmp_path, text).logs[0].series.temp_c == pytest.approx(np.array(C), abs=0.06)


def test_a_refractometer_is_corrected_with_the_original_gravity_that_is_known(tmp_path):
    brix = [12.9, 12.5, 11.4, 9.6, 8.4, 7.4, 6.9, 6.6, 6.5, 6.5]
    text = table("Date,Refractometer (Brix)", ISO, brix)
    own = read_text(tmp_path, text).logs[0].series.sg
    assert own[0] == pytest.approx(1.0521, abs=0.0006)
    assert own[-1] == pytest.approx(1.0105, abs=0.002)  # what a hydrometer shows in such a beer
    assert (np.diff(own) <= 0.0).all()
    late = "\n".join([text.splitlines()[0], *text.splitlines()[4:]])
    known = read_text(tmp_path, late, og=1.0521).logs[0].series.sg
    assert known[-1] == pytest.approx(own[-1], abs=0.0005)


def bench(lead, level, every_h=0.5, tail=()):
    hours = np.arange(0.0, 72.01, every_h)
    sg = [*([level] * lead), *np.interp(hours, HOURS, SG), *tail]
    return table(
        "hours,sg,temp_c", [f"{every_h * i:.2f}" for i in range(len(sg))], [f"{s:.4f}" for s in sg], [19.5] * len(sg)
    )


@pytest.mark.parametrize(
    ("lead", "level"), [(2, 1.000), (12, 1.150), (24, 1.135), (1, 0.990), (6, 1.0005), (90, 1.150)]
)
def test_the_bench_and_rinse_water_before_pitching_are_no_wort(tmp_path, lead, level):
    (log,) = read_text(tmp_path, bench(lead, level)).logs
    assert log.series.hours[-1] == pytest.approx(72.0, abs=0.01)
    assert log.series.sg[0] == pytest.approx(1.052, abs=0.0005)
    assert "left out, hours count from there" in log.notes[0]


@pytest.mark.parametrize("tail", [(1.0005,) * 3, (1.135,) * 2, (0.991,)])
def test_what_comes_after_the_beer_is_no_beer(tmp_path, tail):
    (log,) = read_text(tmp_path, bench(0, 0, tail=tail)).logs
    assert log.series.sg[-1] == pytest.approx(1.0159, abs=0.0005)
    assert "no longer in the beer" in log.notes[0]


def test_a_single_spike_is_neither_bench_nor_another_batch(tmp_path):
    hours = np.arange(0.0, 72.01, 0.5)
    for at in (3, 40, 100):
        sg = np.interp(hours, HOURS, SG)
        sg[at] = 1.12
        (log,) = read_text(tmp_path, table("hours,sg", hours, [f"{s:.4f}" for s in sg])).logs
        assert len(log.series.hours) == len(hours)


def test_fruit_is_no_other_batch_and_new_wort_is(tmp_path):
    hours = np.arange(0.0, 240.0, 4.0)
    sg = 1.010 + 0.042 / (1 + np.exp((hours - 50) / 12))
    fruit = sg + np.where(hours > 150, 0.012 * np.exp(-(hours - 150) / 30), 0.0)
    assert len(read_text(tmp_path, table("hours,sg", hours, fruit)).logs) == 1
    fed = sg + np.where(hours > 100, 0.022, 0.0)
    assert len(read_text(tmp_path, table("hours,sg", hours, fed)).logs) == 1
    both = read_text(tmp_path, table("hours,sg", np.arange(0.0, 480.0, 4.0), [*sg, *(sg + 0.008)])).logs
    assert [log.batch for log in both] == ["batch 1", "batch 2"]
    assert both[1].series.hours[0] == 0.0
    assert any("another batch" in note for note in both[1].notes)


def test_times_of_a_batch_may_be_told_by_day_twice_a_day(tmp_path):
    days = [at.strftime("%Y-%m-%d") for at in AT]
    assert len(read_text(tmp_path, table("Date,SG", days, sg3())).logs[0].series.hours) >= 9


def test_a_moment_of_epoch_is_known_for_the_start(tmp_path):
    (log,) = read_text(tmp_path, table("time,sg", EPOCH_S, sg4())).logs
    assert log.start_h == pytest.approx(EPOCH_S[0] / 3600.0)


MUST = [22.1, 19.4, 15.3, 10.2, 5.0, 1.0, 0.0, -1.0, -1.5, -1.7]


@pytest.mark.parametrize(("head", "per_brix"), [("Brix", 1.0), ("°P", 1.0), ("Oechsle", 4.0), ("Baumé", 0.55)])
def test_water_is_0_in_degrees_and_a_must_goes_through_it(tmp_path, head, per_brix):
    (log,) = logs_of(tmp_path, table(f"Date;{head}", ISO, [f"{per_brix * x:.2f}" for x in MUST], sep=";"))
    assert log.series.hours == pytest.approx(HOURS)
    assert log.series.sg[6] == pytest.approx(1.0, abs=0.0005)


def test_0_of_a_sensor_that_failed_is_no_gravity(tmp_path):
    for head, gone in (("Brix", 4), ("Oechsle", 3), ("SG", 5)):
        values = [x * (4.0 if head == "Oechsle" else 1.0) for x in MUST] if head != "SG" else SG
        cells = [0 if i == gone else x for i, x in enumerate(values)]
        (log,) = logs_of(tmp_path, table(f"Date,{head}", ISO, cells))
        assert log.series.hours == pytest.approx(np.delete(HOURS, gone))


@pytest.mark.parametrize("dash", "–—−")
def test_a_dash_of_a_word_processor_is_a_minus(tmp_path, dash):
    cells = [f"{x:.1f}".replace("-", dash) for x in MUST]
    (log,) = logs_of(tmp_path, table("Date,Brix", ISO, cells))
    assert log.series.sg[-1] == pytest.approx(0.9934, abs=0.0003)


def test_gravities_in_different_units_are_named(tmp_path):
    cells = [f"{sg:.3f}" if i % 2 == 0 else f"{1000 * (sg - 1):.0f}" for i, sg in enumerate(SG)]
    said = refusal_of(tmp_path, table("Date,Gravity", ISO, cells))
    assert "gravities such as 1.052 and 51 are in different units; write all in one, or each with its unit" in said


def test_the_remark_on_a_lost_point_shows_one_that_lost_it(tmp_path):
    cells = [f"{sg:.3f}" if i % 3 == 0 else f"{1000 * sg:.0f}" for i, sg in enumerate(SG)]
    (log,) = logs_of(tmp_path, table("Date,SG", ISO, cells))
    assert log.series.sg == pytest.approx(SG, abs=0.0006)
    assert log.notes == ("gravity of 1051 is SG 1.051 without its point",)


@pytest.mark.parametrize("head", ["°Bé", "ºBé", "Grado (°Bé)", "Densidad"])
def test_baume_goes_by_its_sign(tmp_path, head):
    cells = [f"{145 - 145 / sg:.2f}{'' if 'B' in head else ' °Bé'}" for sg in SG]
    (log,) = logs_of(tmp_path, table(f"Fecha;{head};T", ISO, cells, C, sep=";"))
    assert log.series.sg == pytest.approx(SG, abs=0.0002)


def test_points_in_the_cells_name_their_unit(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,Gravity", ISO, [f"{1000 * (sg - 1):.1f} pts" for sg in SG]))
    assert log.series.sg == pytest.approx(SG)
