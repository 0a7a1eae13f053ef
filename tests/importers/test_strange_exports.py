"""Exports whose table is in pieces, packed, broken off, or in another place, unit or alphabet: each the same batch."""

import gzip
import io
import json
import time
import zipfile
from datetime import datetime, timedelta

import numpy as np
import pytest

from brewpi.importers import LogError, read_all
from brewpi.importers.units.gravity_units import WATER_G_CM3
from tests.importers.made_up import AT, EPOCH_S, HOURS, ISO, PLATO, SG, C, F, comma, iso, logs_of, sg4, table

CSV = table("Date,SG,Temp (°C)", ISO, sg4(), C)
LINES = [json.dumps({"time": t, "sg": s, "temp": c}) for t, s, c in zip(ISO, SG, C, strict=True)]
TWICE = [datetime(2024, 4, 22, 8) + timedelta(hours=12 * i) for i in range(10)]
EXTRACT = [p * s * WATER_G_CM3 for p, s in zip(PLATO, SG, strict=True)]  # g/100 ml


def states(name, values, unit):
    first = {"entity_id": f"sensor.{name}", "state": str(values[0]), "last_changed": ISO[0]}
    first["attributes"] = {"unit_of_measurement": unit, "friendly_name": name}
    return [first, *({"state": str(v), "last_changed": t} for v, t in zip(values[1:], ISO[1:], strict=True))]


def annotated(*columns):
    return "\r\n".join(
        "#group,false,false,false,false,true\r\n#datatype,string,long,dateTime:RFC3339,double,string\r\n#default,,,,,\r\n"
        ",result,table,_time,_value,_field\r\n"
        + "".join(f",,{n},{at:%Y-%m-%dT%H:%M:%SZ},{v},{field}\r\n" for at, v in zip(AT, values, strict=True))
        for n, (field, values) in enumerate(columns)
    )


def packed(**files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return data.getvalue()


def broker(at, s, c):
    return "".join(
        f"{at:%Y-%m-%dT%H:%M:%S}+0000 ispindel/a/{name} {value}\n"
        for name, value in (("gravity", s), ("temperature", c), ("tilt", 44.1), ("temp_units", "C"))
    )


GOOD = {
    # JSON in pieces
    "open_list": "[\n" + ",\n".join(LINES) + ",\n",
    "open_list_of_tabs": "[\n\t" + "\n\t,".join(LINES) + "\n",
    "comma_before_the_end": "[" + ",\n".join(LINES) + ",\n]",
    "behind_each_other": "".join(LINES),
    "several_lines_each": "\n".join(json.dumps(json.loads(line), indent=2) for line in LINES),
    "a_series_a_line": "\n".join(
        json.dumps({"metric": {"__name__": name}, "values": values, "timestamps": [e * 1000 for e in EPOCH_S]})
        for name, values in (("tilt/Red/specificGravity", SG), ("tilt/Red/temperature[degC]", C))
    ),
    "states_by_entity": json.dumps(
        {
            "sensor.tilt_gravity": [{"s": str(s), "lu": e + 0.5} for s, e in zip(SG, EPOCH_S, strict=True)],
            "sensor.tilt_temperature": [{"s": str(c), "lu": e + 0.5} for c, e in zip(C, EPOCH_S, strict=True)],
        }
    ),
    "statistics_by_entity": json.dumps(
        {
            f"sensor.tilt_{name}": [
                {"start": e * 1000, "end": e * 1000 + 3_600_000, "mean": v, "min": v - 0.001, "max": v + 0.001}
                for v, e in zip(values, EPOCH_S, strict=True)
            ]
            for name, values in (("gravity", SG), ("temperature", C))
        }
    ),
    "unit_said_once": json.dumps([states("tilt_gravity", SG, "SG"), states("tilt_temperature", F, "°F")]),
    # a table a quantity
    "annotated_in_parts": annotated(("gravity", SG), ("temp_c", C)),
    "broker_with_words_among_numbers": "".join(map(broker, AT, SG, C)),
    # cells by their place
    "empty_cells_in_fixed_width": "Date                      SG    Temp C      Note\n"
    + "".join(
        f"{t:<22}{s:>8}{'' if i == 4 else c:>10}{'x' if i == 5 else '':>10}\n"
        for i, (t, s, c) in enumerate(zip(ISO, sg4(), C, strict=True))
    ),
    "apostrophes": "\n".join(",".join(f"'{cell}'" for cell in line.split(",")) for line in CSV.splitlines()),
    "corner_without_a_name": "\n".join(
        ",".join(row)
        for row in (["", *ISO], ["Gravity", *sg4()], ["Temp °C", *map(str, C)])
    ),
    "facts_above_a_turned_table": "\n".join(
        ",".join(row)
        for row in (
            ["Batch", "12 Amber"],
            [],
            ["Date", *(f"{at:%Y-%m-%d}" for at in AT)],
            ["Time", *(f"{at:%H:%M}" for at in AT)],
            ["Gravity", *sg4()],
            ["Temp °C", *map(str, C)],
        )
    ),
    # alphabets
    "czech": table(
        "Datum měření;Čas měření;Zdánlivá stupňovitost;Teplota mladiny",
        [f"{at:%d.%m.%Y}" for at in AT], [f"{at:%H:%M}" for at in AT], [comma(p, 2) for p in PLATO], C, sep=";",
    ).encode("cp1250"),
    "czech_months": table(
        "Datum;Extrakt;Teplota", [at.strftime("%d. dubna %Y %H:%M") for at in AT], PLATO, C, sep=";"
    ).replace("Extrakt", "Stupňovitost").encode("cp1250"),
    "french": table("Relevé;Densité;Température moût", ISO, [comma(s, 4) for s in SG], C, sep=";").encode("cp1252"),
    "utf_32": CSV.encode("utf-32"),
    # units
    "weight_by_volume": table("Date,Extract (g/100ml),Temp", ISO, [f"{x:.3f}" for x in EXTRACT], C),
    "weight_by_litre": table("Date,Residual extract g/l,Temp", ISO, [f"{10 * x:.2f}" for x in EXTRACT], C),
    "probe_by_its_place": table("time,T1_room,T2_fridge,T3_beer,SG", ISO, ["30"] * 10, ["6"] * 10, C, sg4()),
    "temperatures_that_nothing_has": table(
        "time,SG,Temp", ISO, sg4(), [c if i % 4 else 999.9 for i, c in enumerate(C)]
    ),
    # times
    "day_and_clock": table("Day,Time,SG,Temp", [at.day - 21 for at in AT], [f"{at:%H:%M}" for at in AT], sg4(), C),
    "day_with_clock": table("When,SG,Temp", [f"Day {at.day - 21} {at:%H:%M}" for at in AT], sg4(), C),
    "span_without_blanks": table("Elapsed,SG,Temp", [f"{h // 24}d{h % 24}h0m0s" for h in HOURS], sg4(), C),
    "span_of_days_and_clock": table("Elapsed,SG,Temp", [f"{h // 24}.{h % 24:02d}:00:00" for h in HOURS], sg4(), C),
    "dotted_date_of_two_figures": table(
        "Messung am;um;SG;Temp", [f"{at:%d.%m.%y}" for at in AT], [f"{at:%H.%M Uhr}" for at in AT], sg4(), C, sep=";"
    ),
    "weekdays_that_begin_like_months": table(
        "Date;Densité;Temp", [f"{at:%d} avril 2024 à {at:%Hh%M}" for at in AT], sg4(), C, sep=";"
    ).replace("22 avril", "mardi 22 avril"),
    "year_that_turns_without_a_year": table(
        "Date,SG,Temp", [f"{at + timedelta(days=252):%d %b %H:%M}" for at in AT], sg4(), C
    ),
    "halves_without_a_clock": table(
        "Date,AM/PM,SG,Temp", [f"{at:%Y-%m-%d}" for at in TWICE], [f"{at:%p}" for at in TWICE], sg4(), C
    ),
    "ruler_below_the_heads": "name: tilt\ntime                SG     Temp\n----                --     ----\n"
    + "".join(f"{e}000000000 {s:.4f} {c}\n" for e, s, c in zip(EPOCH_S, SG, C, strict=True)),
    "points_of_a_historian": json.dumps(
        {
            "Items": [
                {"Name": name, "Items": [{"Timestamp": t, "Value": v} for t, v in zip(ISO, vs, strict=True)]}
                for name, vs in (("FV31 Plato", PLATO), ("FV31 Beer Temp (°C)", C))
            ]
        }
    ),
    "semicolons_in_the_cells": "NodeId,SourceTimestamp,Value\n"
    + "".join(
        f"ns=2;s=FV1.{name},{t},{v}\n"
        for name, values in (("Gravity", SG), ("BeerTemperature", C))
        for t, v in zip(ISO, values, strict=True)
    ),
    "commas_in_the_notes": table("Date,SG,Temp,Notes", ISO, sg4(), C, ["good, fine, yeasty"] * 10),
    "clock_with_a_dot_and_half": table(
        "Date,Time,SG,Temp", [f"{at:%Y-%m-%d}" for at in AT], [f"{at:%I.%M%p}" for at in AT], sg4(), C
    ),
    "extracts_of_a_laboratory": table(
        "Sample,Date,OE,AE,RE,Temp", ["FV2"] * 10, ISO, ["12.9"] * 10, PLATO, ["9"] * 10, C
    ),
    "sample_beside_tank": table("Date,SG,Sample temp (C),Tank temp (C)", ISO, sg4(), ["24"] * 10, C),
    "about": table("Date,SG,Temp", ISO, [f"~{s}" if i % 3 == 0 else s for i, s in enumerate(sg4())], C),
    "zeros_of_a_power_cut": CSV + "\0" * 4096,
    # packed
    "gzip": gzip.compress(CSV.encode()),
    "zip": packed(amber__csv=CSV, manual__pdf=b"%PDF-1.7"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_it_is_the_same_batch(tmp_path, name):
    (log,) = logs_of(tmp_path, GOOD[name])
    every_h = 12 / 8 if name == "halves_without_a_clock" else 1.0
    assert log.series.hours == pytest.approx(np.array(HOURS) * every_h, abs=0.01)
    assert log.series.sg == pytest.approx(np.array(SG), abs=0.0002)
    known = np.isfinite(log.series.temp_c)
    assert np.count_nonzero(known) >= 7
    assert log.series.temp_c[known] == pytest.approx(np.array(C)[known], abs=0.1)


def test_days_without_a_clock_that_begin_with_the_first_are_hours_from_it(tmp_path):
    days = [1 + h // 24 for h in HOURS[::3]]
    (log,) = logs_of(tmp_path, table("Day,SG", days, sg4()[::3]))
    assert log.series.hours == pytest.approx([0.0, 24.0, 48.0, 72.0])
    assert log.notes == ('days of "Day" count from 1: the first is hour 0',)
    (log,) = logs_of(tmp_path, table("Days since pitching,SG", days, sg4()[::3]))
    assert log.series.hours == pytest.approx([24.0, 48.0, 72.0, 96.0])


def test_a_night_in_which_clocks_are_put_back_is_an_hour_longer(tmp_path):
    began = datetime(2025, 10, 25, 12)
    hours = np.arange(0, 72, 0.5)
    local = [began + timedelta(hours=float(h - (h >= 15))) for h in hours]  # at three o'clock it is two again
    sg = np.round(1.052 - 0.0005 * hours, 4)
    for order in (1, -1):
        (log,) = logs_of(tmp_path, table("Zeit,SG", [iso(at) for at in local[::order]], sg[::order]))
        assert log.series.hours == pytest.approx(hours)
        assert log.series.sg == pytest.approx(sg)
        assert log.notes == ("clocks put back an hour on 2025-10-26: counted on from there",)


def test_what_is_no_number_in_a_gravity_is_said(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,SG", ISO, ["dirty", *sg4()[1:]]))
    assert log.notes == ('1 cell of "SG" such as "dirty" left out: no number',)


@pytest.mark.parametrize("write", ["{:.1f}-", "({:.1f})", "-{:.1f}", "−{:.1f}"])
def test_a_minus_may_stand_before_behind_or_around(tmp_path, write):
    oechsle = [70.0, 60.0, 45.0, 30.0, 15.0, 8.0, 3.0, -2.0, -5.0, -6.0]
    cells = [f"{x:.1f}" if x > 0 else write.format(-x) for x in oechsle]
    (log,) = logs_of(tmp_path, table("Date;Oechsle", ISO, cells, sep=";"))
    assert log.series.sg[-1] == pytest.approx(0.994)
    assert len(log.series.sg) == 10


def test_dates_of_which_a_spreadsheet_has_changed_some_are_refused(tmp_path):
    times = [
        f"{45404.7 + h / 24:.5f}" if i < 3 else f"{at:%d/%m/%Y %H:%M}"
        for i, (h, at) in enumerate(zip(HOURS, AT, strict=True))
    ]
    with pytest.raises(LogError, match=r'3 of 10 readings have no time that can be read \("45404.70000"\)'):
        logs_of(tmp_path, table("Date,SG", times, sg4()))


def test_tables_below_each_other_go_by_what_stands_above_them(tmp_path):
    text = "\n\n".join(f"Batch {n}\n" + table("Date,SG", ISO, sg4()) for n in ("231 Amber", "232 Stout"))
    assert [log.batch for log in logs_of(tmp_path, text)] == ["Batch 231 Amber", "Batch 232 Stout"]


def test_a_sample_has_a_name(tmp_path):
    rows = [(t, name, s) for name in ("Amber", "Stout") for t, s in zip(ISO, SG, strict=True)]
    logs = logs_of(tmp_path, table("Date,Sample name,Density (SG)", *zip(*rows, strict=True)))
    assert [log.batch for log in logs] == ["Amber", "Stout"]


def test_series_of_one_name_are_told_apart_by_their_tags(tmp_path):
    values = [[t, s] for t, s in zip(ISO, SG, strict=True)]
    series = [
        {"name": "tilt", "tags": {"color": c}, "columns": ["time", "SG"], "values": values} for c in ("Red", "Blue")
    ]
    logs = logs_of(tmp_path, json.dumps({"results": [{"series": series}]}))
    assert [log.batch for log in logs] == ["tilt Red", "tilt Blue"]


def test_batches_of_one_name_go_by_their_recipe(tmp_path):
    readings = [{"time": e * 1000, "sg": s} for e, s in zip(EPOCH_S, SG, strict=True)]
    batches = [
        {"name": "Batch", "batchNo": n, "recipe": {"name": beer}, "readings": readings}
        for n, beer in ((12, "Amber"), (13, "Stout"))
    ]
    assert [log.batch for log in logs_of(tmp_path, json.dumps(batches))] == ["Amber #12", "Stout #13"]


def test_what_is_missing_at_the_end_of_a_json_is_said(tmp_path):
    (log,) = logs_of(tmp_path, "[" + ",\n".join(LINES)[:-20])
    assert log.series.hours[-1] == pytest.approx(64.0)
    assert log.notes == ("breaks off: what is behind the last whole reading left out",)
    torn = "\n".join([*LINES[:4], LINES[4][:30] + LINES[5], *LINES[6:], *LINES[6:]])
    (log,) = logs_of(tmp_path, torn)
    assert log.series.hours[-1] == pytest.approx(72.0)
    assert log.notes == ("1 broken line left out, first line 5",)


def test_json_that_is_broken_at_once_is_refused_with_its_line(tmp_path):
    with pytest.raises(LogError, match="is JSON that is broken at line 1; export it again"):
        logs_of(tmp_path, '{"data": [{"time": 1, "sg": 1.05}, {"time": 2')


def test_a_hydrometer_is_a_name_where_words_stand_below_it(tmp_path):
    rows = [(name, t, s) for name in ("Yellow Pill", "Green Pill") for t, s in zip(ISO, SG, strict=True)]
    logs = logs_of(tmp_path, table("Hydrometer,Created On,Gravity", *zip(*rows, strict=True)))
    assert [log.batch for log in logs] == ["Yellow Pill", "Green Pill"]


def test_each_file_of_an_archive_is_a_batch(tmp_path):
    logs = logs_of(tmp_path, packed(Amber__csv=CSV, Stout__json="[" + ",".join(LINES) + "]", __MACOSX="x"))
    assert [log.batch for log in logs] == ["Amber", "Stout"]
    (log,) = logs_of(tmp_path, packed(Amber__csv=CSV, manual__pdf=b"%PDF-1.7"))
    assert log.notes == ("without a gravity and left out: manual.pdf",)


ZEROS = bytes(200_000_000)
BOMBS = {
    "gzip": (lambda: gzip.compress(ZEROS, 1), "unpacks to more than 32 MB"),
    "zip": (lambda: packed(a__csv=ZEROS), "unpacks to 200 MB"),
    "archive_in_archive": (lambda: packed(a__zip=packed(a__csv=CSV)), "archive in an archive"),
    "gzip_in_gzip": (lambda: gzip.compress(gzip.compress(CSV.encode())), "archive in an archive"),
    "empty_archive": (lambda: packed(a__txt=""), "a.txt: is empty"),
    "cut_off": (lambda: gzip.compress(CSV.encode())[:60], "packed (gzip) and broken"),
    "many_files": (lambda: packed(**{f"a{i}__csv": CSV for i in range(400)}), "archive of 400 files"),
    "tar": (lambda: gzip.compress(bytes(257) + b"ustar" + bytes(250)), "unpack it"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_an_archive_hides_is_refused_in_one_sentence(tmp_path, name):
    made, said = BOMBS[name]
    path = tmp_path / "log.bin"
    path.write_bytes(made())
    began = time.monotonic()
    with pytest.raises(LogError) as error:
        read_all(path)
    assert said in str(error.value)
    assert time.monotonic() - began < 5.0


def series(hours, sg):
    at = [iso(AT[0] + timedelta(hours=float(h))) for h in hours]
    return table("time,gravity,temp_c", at, sg, ["20"] * len(sg))


FALLING = np.round(1.052 - 0.041 / (1 + np.exp(-(np.arange(0, 144, 0.5) - 50) / 10)), 4)


@pytest.mark.parametrize("readings", [3, 40, 400])
def test_rinse_water_after_a_beer_is_left_out_however_long_it_stands(tmp_path, readings):
    sg = [*FALLING, *[1.0006] * readings]
    (log,) = logs_of(tmp_path, series(np.arange(len(sg)) / 2, sg))
    assert log.series.hours[-1] == pytest.approx(143.5)
    assert f"the last {readings} readings (1.001 after 1.011) are no longer in the beer: left out" in log.notes


def test_a_beer_that_ends_dry_ends_there(tmp_path):
    sg = np.round(1.045 - 0.0465 / (1 + np.exp(-(np.arange(0, 144, 0.5) - 50) / 10)), 4)
    (log,) = logs_of(tmp_path, series(np.arange(len(sg)) / 2, sg))
    assert len(log.series.hours) == len(sg)


def test_calibrations_before_a_batch_are_no_batch(tmp_path):
    hours = [
        *np.arange(12) / 4,
        *(10 + np.arange(12) / 4),
        *(13 + np.arange(90) / 2),
        *(70 + np.arange(len(FALLING)) / 2),
    ]
    sg = [*[1.000] * 12, *[1.050] * 12, *[1.000] * 90, *FALLING]
    (log,) = logs_of(tmp_path, series(hours, sg))
    assert log.series.sg[0] == pytest.approx(FALLING[0])
    assert log.series.hours[-1] == pytest.approx(143.5)
    assert any("of nothing that ferments: left out" in note for note in log.notes)


def test_decimal_commas_between_tabs_below_a_preamble_longer_than_the_table(tmp_path):
    """LabVIEW."""
    preamble = "".join(f"Line {i}\tx{i}\n" for i in range(9)) + "".join(f"Line {i}\ta\tb\n" for i in range(9))
    values = [comma(h, 6) for h in HOURS], [comma(c, 1) for c in C], [comma(s, 4) for s in SG], [""] * 10
    (log,) = logs_of(tmp_path, preamble + table("Hours\tTemperature °C\tGravity\tComment", *values, sep="\t"))
    assert log.series.sg == pytest.approx(np.array(SG))


def test_a_tag_in_brackets_and_quotes_above_a_table_is_no_json(tmp_path):
    """Ignition's."""
    head = '"[default]Cellar/FV04"\nt_stamp,"[default]Cellar/FV04/Temp_PV","[default]Cellar/FV04/Gravity_Plato"'
    (log,) = logs_of(tmp_path, table(head, ISO, C, PLATO))
    assert log.series.sg == pytest.approx(np.array(SG), abs=2e-4)


CUT = {
    "a_name": (table("Date,SG,Temp C,Beer", ISO, sg4(), C, ["Pale #12"] * 10)[:-4], 19.6),
    "a_number_with_its_unit": (table("Date,SG,Temp", ISO, sg4(), [f"{c} °C" for c in C])[:-6], None),
    "where_zeros_are_written": (table("Date,SG,Temp", ISO, sg4(), [f"{c:.2f}" for c in C])[:-2], None),
}


@pytest.mark.parametrize("name", CUT)
def test_a_last_cell_that_breaks_off_is_no_other_name_and_no_other_number(tmp_path, name):
    text, last_c = CUT[name]
    (log,) = logs_of(tmp_path, text)
    assert log.series.hours == pytest.approx(np.array(HOURS), abs=0.02)
    assert log.series.sg == pytest.approx(np.array(SG))
    assert log.series.temp_c[-1] == pytest.approx(np.nan if last_c is None else last_c, nan_ok=True)
    assert any("breaks off" in note for note in log.notes)


@pytest.mark.parametrize("first", ["1.0520 (OG)", "~1.0520", "1.0520"])
def test_a_header_that_comes_again_takes_nothing_from_what_is_above_it(tmp_path, first):
    lines = table("Date,SG,Temp C", ISO, [first, *sg4()[1:]], C).splitlines()
    (log,) = logs_of(tmp_path, "\n".join([*lines[:6], lines[0], *lines[6:]]) + "\n")
    assert log.series.sg == pytest.approx(np.array(SG))


def test_numbers_of_rows_are_no_temperature(tmp_path):
    (log,) = logs_of(tmp_path, table(",created_at,value", range(10, 20), ISO, sg4()))
    assert np.isnan(log.series.temp_c).all()
