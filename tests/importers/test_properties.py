"""A table comes back the same in any dialect; no bytes make the reader raise anything but its one error."""

import csv
import gzip
import io
import json
import random
import zipfile
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brewpi.importers import LogError, read_all
from brewpi.importers.units.gravity_units import SCALES, WATER_G_CM3
from brewpi.units import plato_from_sg

pytest.importorskip("openpyxl")

_WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
TIMES = {
    "iso": ("Timestamp", lambda at: at.strftime("%Y-%m-%d %H:%M:%S")),
    "zulu": ("created_at", lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ")),
    "german": ("Zeitpunkt", lambda at: at.strftime("%d.%m.%Y %H:%M:%S")),
    "american": ("Date", lambda at: at.strftime("%m/%d/%Y %I:%M:%S %p")),
    "excel": ("Time", lambda at: at.strftime("%d-%b-%y %H:%M:%S")),
    "words": ("Date", lambda at: at.strftime("%b %d %Y %H:%M:%S")),
    "epoch_ms": ("time", lambda at: str(int((at - datetime(1970, 1, 1)).total_seconds() * 1000))),
    "epoch_ns": ("time", lambda at: str(int((at - datetime(1970, 1, 1)).total_seconds()) * 10**9)),
    "iso_zone": ("Timestamp", lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.000+02:00")),
    "dotted_short": ("Datum", lambda at: at.strftime("%d.%m.%y %H:%M:%S")),
    "french": ("Date", lambda at: f"{_WEEKDAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1]} {at:%Y %H:%M:%S}"),
    "serial": ("Timepoint", lambda at: f"{(at - datetime(1899, 12, 30)).total_seconds() / 86400:.8f}"),
}
GRAVITIES = {
    "sg": ("SG", lambda sg: f"{sg:.4f}"),
    "thousand": ("Gravity", lambda sg: f"{1000 * sg:.1f}"),
    "plato": ("Gravity (°P)", lambda sg: f"{plato_from_sg(sg):.3f}"),
    "brix": ("Brix", lambda sg: f"{plato_from_sg(sg):.3f}"),
    "oechsle": ("°Oechsle", lambda sg: f"{1000 * (sg - 1):.1f}"),
    "g/cm3": ("Dichte g/cm³", lambda sg: f"{sg * WATER_G_CM3:.5f}"),
    "g/100ml": ("Extract (g/100 ml)", lambda sg: f"{plato_from_sg(sg) * sg * WATER_G_CM3:.4f}"),
    "g/l of extract": ("Extrakt g/l", lambda sg: f"{10 * plato_from_sg(sg) * sg * WATER_G_CM3:.3f}"),
    "g/l": ("Densidad_g_L", lambda sg: f"{sg * WATER_G_CM3 * 1000:.2f}"),
    "kg/hl": ("Dichte (kg/hl)", lambda sg: f"{sg * WATER_G_CM3 * 100:.3f}"),
}
TEMPS = {
    "c": ("Temp (°C)", lambda c: f"{c:.1f}"),
    "f": ("Beer Temp °F", lambda c: f"{1.8 * c + 32:.2f}"),
    "none": (None, None),
}


@st.composite
def batches(draw):
    """A batch that ferments, at irregular times: moments, SG, °C."""
    n = draw(st.integers(4, 40))
    gaps = draw(st.lists(st.integers(3600, 40_000), min_size=n - 1, max_size=n - 1))
    began = datetime(2021, 1, 1) + timedelta(seconds=draw(st.integers(0, 4 * 365 * 86_400)))
    at = [began + timedelta(seconds=int(s)) for s in np.concatenate([[0], np.cumsum(gaps)])]
    og, fall = draw(st.integers(1035, 1110)) / 1000, draw(st.floats(0.5, 0.85))
    hours = np.array([(moment - began).total_seconds() / 3600 for moment in at])
    middle, width = draw(st.floats(20, 90)), draw(st.floats(8, 30))
    sg = og - (og - 1) * fall / (1 + np.exp(-(hours - middle) / width))
    return at, hours, sg, draw(st.floats(5.0, 26.0)) + np.sin(hours / 20)


FORMS = ["csv", "semicolon", "tab", "pipe", "comma", "json", "lines", "columns", "xlsx", "markdown", "fixed"]
FORMS += ["open list", "behind each other", "gzip", "zip", "turned"]


@st.composite
def dialects(draw):
    return {
        "time": draw(st.sampled_from(sorted(TIMES))),
        "gravity": draw(st.sampled_from(sorted(GRAVITIES))),
        "temp": draw(st.sampled_from(sorted(TEMPS))),
        "form": draw(st.sampled_from(FORMS)),
        "order": draw(st.sampled_from(["as it was", "newest first", "any"])),
        "extras": draw(st.sets(st.sampled_from(["Battery", "RSSI", "Comment", "Target Temp", "pH", "Final Gravity"]))),
        "preamble": draw(st.booleans()),
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"])),
        "seed": draw(st.integers(0, 1000)),
    }


EXTRA = {
    "Battery": "3.91",
    "RSSI": "-67",
    "Comment": "dry hop",
    "Target Temp": "18.5",
    "pH": "4.5",
    "Final Gravity": "1.011",
}


def columns(batch, dialect):
    at, _, sg, c = batch
    time, gravity, temp = TIMES[dialect["time"]], GRAVITIES[dialect["gravity"]], TEMPS[dialect["temp"]]
    made = {time[0]: [time[1](moment) for moment in at], gravity[0]: [gravity[1](value) for value in sg]}
    if temp[0]:
        made[temp[0]] = [temp[1](value) for value in c]
    made |= {name: [EXTRA[name]] * len(at) for name in sorted(dialect["extras"])}
    order = list(range(len(at)))
    if dialect["order"] == "newest first":
        order.reverse()
    elif dialect["order"] == "any":
        random.Random(dialect["seed"]).shuffle(order)
    names = list(made)
    random.Random(dialect["seed"]).shuffle(names)
    return {name: [made[name][i] for i in order] for name in names}


def written(made, dialect):
    names, rows, form = list(made), list(zip(*made.values(), strict=True)), dialect["form"]
    if form in ("json", "lines"):
        records = [dict(zip(names, row, strict=True)) for row in rows]
        return (json.dumps(records) if form == "json" else "\n".join(map(json.dumps, records))).encode()
    if form == "behind each other":
        return "".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows).encode()
    if form == "open list":
        return ("[\n" + ",\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows)).encode()
    if form == "markdown":
        lines = ["|".join(["", *row, ""]) for row in (names, ["---"] * len(names), *rows)]
        return "\n".join(lines).encode(dialect["encoding"])
    if form == "fixed":
        widths = [max(map(len, column)) + 3 for column in zip(names, *rows, strict=True)]
        return "\n".join(
            "".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in (names, *rows)
        ).encode(dialect["encoding"])
    if form == "turned":
        first = next(name for name, _ in TIMES.values() if name in made)
        turned = [[name, *made[name]] for name in (first, *(n for n in names if n != first))]
        return "\n".join(";".join(row) for row in turned).encode(dialect["encoding"])
    if form in ("gzip", "zip"):
        inside = written(made, dialect | {"form": "csv"})
        if form == "gzip":
            return gzip.compress(inside)
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr("log.csv", inside)
        return data.getvalue()
    if form == "columns":
        return json.dumps(made).encode()
    if form == "xlsx":
        import openpyxl

        work = openpyxl.Workbook()
        for row in [*([("Log of a batch",), ()] if dialect["preamble"] else []), names, *rows]:
            work.active.append(list(row))
        data = io.BytesIO()
        work.save(data)
        return data.getvalue()
    text = io.StringIO()
    separator = {"semicolon": ";", "tab": "\t", "pipe": "|"}.get(form, ",")
    writer = csv.writer(text, delimiter=separator)
    if dialect["preamble"]:
        text.write("Log of a batch\nExported by: somebody\n\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow(
            [cell.replace(".", ",") if form in ("semicolon", "comma") and _is_plain(cell) else cell for cell in row]
        )
    return text.getvalue().encode(dialect["encoding"])


def _is_plain(cell):
    return cell.replace(".", "", 1).lstrip("-").isdigit()


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(batches(), dialects())
def test_a_table_comes_back_the_same_in_any_dialect(tmp_path_factory, batch, dialect):
    path = tmp_path_factory.getbasetemp() / "dialect.log"
    path.write_bytes(written(columns(batch, dialect), dialect))
    file = read_all(path)
    assert file.refused == ()
    (log,) = file.logs
    _, hours, sg, c = batch
    assert log.series.hours == pytest.approx(hours, abs=1e-3)
    assert log.series.sg == pytest.approx(sg, abs=1.1e-4)
    if dialect["temp"] == "none":
        assert np.isnan(log.series.temp_c).all()
    else:
        assert log.series.temp_c == pytest.approx(c, abs=0.06)


@settings(max_examples=50, deadline=None)
@given(batches(), st.sampled_from(sorted(SCALES)))
def test_every_unit_that_can_be_told_is_read(tmp_path_factory, batch, unit):
    if unit == "refractometer":
        return
    at, _, sg, _ = batch
    value = {"sg": lambda x: x, "baume": lambda x: 145 - 145 / x, "points": lambda x: 1000 * (x - 1)}
    value["twaddell"] = lambda x: 200 * (x - 1)
    value["kmw"] = lambda x: (-4.54 + (4.54**2 + 88 * (x - 1)) ** 0.5) / 0.044
    value |= {
        name: (lambda x, name=name: float(GRAVITIES[name][1](x)))
        for name in GRAVITIES
        if name in SCALES and name != "sg"
    }
    text = "Date,Gravity\n" + "\n".join(f"{moment},{value[unit](x):.5f}" for moment, x in zip(at, sg, strict=True))
    path = tmp_path_factory.getbasetemp() / "unit.csv"
    path.write_text(text)
    from brewpi.importers import Answers

    assert read_all(path, Answers(unit=unit)).logs[0].series.sg == pytest.approx(sg, abs=1.1e-4)


def seeds():
    """Files of every container, to be broken."""
    at = [datetime(2024, 4, 22) + timedelta(hours=8 * i) for i in range(8)]
    sg = [1.05 - 0.004 * i for i in range(8)]
    batch = (at, None, np.array(sg), np.full(8, 20.0))
    base = {
        "time": "iso",
        "gravity": "sg",
        "temp": "c",
        "order": "",
        "extras": set(),
        "preamble": True,
        "encoding": "utf-8",
        "seed": 1,
    }
    forms = ["csv", "semicolon", "tab", "json", "lines", "columns", "xlsx"]
    made = [written(columns(batch, base), base | {"form": form}) for form in forms]
    made.append(b"\n".join(f"m,tag=a sg={s},temp=20 {1713800000 + i}000000000".encode() for i, s in enumerate(sg)))
    made.append(
        b"entity_id,state,last_changed\n"
        + b"\n".join(f"sensor.sg,{s},{t}".encode() for s, t in zip(sg, at, strict=True))
    )
    made.append(
        b"".join(f'brewpi/a/fv1/state {{"at": "{t}", "sg": {s}}}\n'.encode() for s, t in zip(sg, at, strict=True))
    )
    return made


SEEDS = seeds()


def is_log_or_sentence(path, data):
    path.write_bytes(data)
    try:
        file = read_all(path)
    except LogError:
        return
    assert file.logs
    for log in file.logs:
        assert np.isfinite(log.series.hours).all()
        assert (np.diff(log.series.hours) >= 0).all()
        assert ((log.series.sg >= 0.95) & (log.series.sg <= 1.20)).all()


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, len(SEEDS) - 1),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 12)), max_size=6),
)
def test_a_file_with_broken_bytes_is_a_log_or_a_sentence(tmp_path_factory, which, edits):
    data = SEEDS[which]
    for place, new, cut in edits:
        i = int(place * len(data))
        data = data[:i] + new + data[i + cut :]
    is_log_or_sentence(tmp_path_factory.getbasetemp() / "broken.log", data)


_PLAIN = """
    Date Time SG Gravity °P Temp Batch hours Value entity_id state 1.050 12,5 2024-04-22 16:48
    1713804480000 1.71E+12 nan - # null { [ } ] : 1e308 Jan PM 24:00 99:99 0001-01-01 P1D = ; | Year
    Month Day Hour field1 topic a/b/c 12 Date(2024,3,22)
"""
_SPACED = [
    "",
    "# x",
    '"',
    "67 °F",
    "22.04.2024 16:48",
    "Day 3",
    "9999-12-31 23:59",
    "\x00",
    "\u202f",
    "1 d",
    "\t",
    "9" * 400,
]
WORDS = st.sampled_from([*_PLAIN.split(), *_SPACED])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=6), max_size=9), st.sampled_from(",;\t| "))
def test_words_of_the_trade_in_any_order_are_a_log_or_a_sentence(tmp_path_factory, rows, separator):
    text = "\n".join(separator.join(row) for row in rows)
    is_log_or_sentence(tmp_path_factory.getbasetemp() / "words.log", text.encode())


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=5), WORDS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["time", "sg", "data", "values", "columns", "rows", "c", "v", "x", "y", "name", "a"]), inner
        ),
    ),
    max_leaves=25,
)


@settings(max_examples=120, deadline=None)
@given(JSON)
def test_json_of_any_shape_is_a_log_or_a_sentence(tmp_path_factory, document):
    is_log_or_sentence(tmp_path_factory.getbasetemp() / "any.json", json.dumps(document).encode())
