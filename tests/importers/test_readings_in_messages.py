"""Readings that stand only in the remarks or messages of a table; a laboratory's heads; weeks on their own sheets."""

import io
import json

import pytest

from tests.importers.made_up import AT, EPOCH_S, ISO, PLATO, SG, C, assert_is_the_batch, logs_of, refusal_of, sg4, table

SAID = [f"SG {sg}, {c} °C, smells fine" for sg, c in zip(SG, C, strict=True)]


def test_remarks_of_a_table(tmp_path):
    quoted = [f'"{text}"' for text in SAID]
    (log,) = logs_of(tmp_path, table("Date,Temp C,Remarks", ISO, C, quoted))
    assert_is_the_batch(log)
    assert 'gravities taken from the text of "Remarks"' in log.notes


@pytest.mark.parametrize("text", ["text", "message"])
def test_messages_of_a_chat(tmp_path, text):
    said = [{"id": i, "date": ISO[i], "from": "Tom", text: SAID[i]} for i in range(10)]
    said.insert(4, {"id": 99, "date": ISO[4], "from": "Anna", text: "dry hopped, 40 g"})
    (log,) = logs_of(tmp_path, json.dumps({"name": "Brew", "messages": said}))
    assert_is_the_batch(log)


def test_lines_of_json(tmp_path):
    lines = [json.dumps({"ts": ts, "host": "pi", "message": text}) for ts, text in zip(EPOCH_S, SAID, strict=True)]
    (log,) = logs_of(tmp_path, "\n".join(lines))
    assert_is_the_batch(log)


@pytest.mark.parametrize("way", ["FV{n} SG {sg}", "target SG {sg}", "SG {og}"])
def test_of_several_tanks_or_targets_they_are_no_beers(tmp_path, way):
    said = [way.format(n=i % 2 + 1, sg=sg, og=1.052) for i, sg in enumerate(SG)]
    assert "no column holds a gravity" in refusal_of(tmp_path, table("Date;Temp C;Remarks", ISO, C, said, sep=";"))


def test_a_laboratorys_heads_are_of_one_beer(tmp_path):
    real = [round(0.81 * p + 2.4, 2) for p in PLATO]
    head = "LIMS_ID,SAMPLE_DT,SG_20_20,RE_PCT,AE_PCT,TEMP_C"
    (log,) = logs_of(tmp_path, table(head, range(10), ISO, sg4(), real, PLATO, C))
    assert_is_the_batch(log)


@pytest.mark.parametrize("name", ["March wk{}", "KW {}", "Woche {}"])
def test_weeks_on_sheets_of_their_own_are_one_batch(tmp_path, name):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for n, rows in ((1, range(6)), (2, range(6, 10))):
        sheet = book.create_sheet(name.format(n))
        for row in [["Date", "SG", "Temp C"], *([AT[i], SG[i], C[i]] for i in rows)]:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    (log,) = logs_of(tmp_path, data.getvalue())
    assert_is_the_batch(log)


@pytest.mark.parametrize("way", ["{} @ {} °C", "now at {}, {} °C, smells fine"])
def test_a_bare_gravity_with_its_temperature(tmp_path, way):
    said = [way.format(f"{sg:.4f}", c) for sg, c in zip(SG, C, strict=True)]
    assert_is_the_batch(logs_of(tmp_path, table("Date;From;Message", ISO, ["Ann"] * 10, said, sep=";"))[0])
