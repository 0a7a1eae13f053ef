"""Files of several batches or devices: each is read, named, and can be picked."""

import io
import json
import sqlite3
from datetime import timedelta

import pytest

from brewpi.importers import LogError, read, read_all
from tests.importers.made_up import (
    AT,
    EPOCH_S,
    HOURS,
    ISO,
    PLATO,
    SG,
    C,
    F,
    assert_is_the_batch,
    iso,
    logs_of,
    sg4,
    table,
)

openpyxl = pytest.importorskip("openpyxl")


def stacked(head, *blocks):
    """Rows of several batches in turn, as they were read."""
    return "\n".join([head, *(row for rows in zip(*blocks, strict=True) for row in rows)]) + "\n"


def rows(form, sg=SG, at=ISO, c=C):
    return [form.format(t=t, sg=f"{s:.4f}", c=x, p=f"{p:.2f}") for t, s, x, p in zip(at, sg, c, PLATO, strict=True)]


STRONGER = [s + 0.006 for s in SG]
LATER = [iso(at + timedelta(days=30)) for at in AT]

FILES = {
    "tilts": (
        stacked("Timestamp,SG,Temp,Color", rows("{t},{sg},{c},RED"), rows("{t},{sg},{c},BLUE", STRONGER)),
        ["RED", "BLUE"],
    ),
    "tanks": (stacked("Date,Tank,Plato,Temp C", rows("{t},FV1,{p},{c}"), rows("{t},FV2,{p},{c}")), ["FV1", "FV2"]),
    "gaertanks": (stacked("Datum;Gärtank;Extrakt °P", rows("{t};GT 1;{p}"), rows("{t};GT 2;{p}")), ["GT 1", "GT 2"]),
    "cuves": (stacked("Date;Cuve;Densité", rows("{t};C1;{sg}"), rows("{t};C2;{sg}")), ["C1", "C2"]),
    "nadrze": (stacked("Datum;Nádrž;Extrakt °P", rows("{t};CKT1;{p}"), rows("{t};CKT2;{p}")), ["CKT1", "CKT2"]),
    "warki": (stacked("Data;Warka;Gęstość", rows("{t};#12;{sg}"), rows("{t};#13;{sg}")), ["12", "13"]),
    "partij": (stacked("Datum;Partij;SG", rows("{t};A;{sg}"), rows("{t};B;{sg}")), ["A", "B"]),
    "serbatoi": (stacked("Data;Serbatoio;Densità", rows("{t};S1;{sg}"), rows("{t};S2;{sg}")), ["S1", "S2"]),
    "pills": (
        stacked(
            "name,createdOn,gravity,temperature", rows("Pill A,{t},{sg},{c}"), rows("Pill B,{t},{sg},{c}", STRONGER)
        ),
        ["Pill A", "Pill B"],
    ),
    "devices": (stacked("device_id,time,gravity", rows("0x1a,{t},{sg}"), rows("0x2b,{t},{sg}")), ["0x1a", "0x2b"]),
    "under_each_other": (
        stacked("Date,Beer,SG", rows("{t},Amber,{sg}")) + "\n".join(rows("{t},Stout,{sg}", at=LATER)) + "\n",
        ["Amber", "Stout"],
    ),
    "batch_and_moved_tank": (
        "Date,Batch,Tank,SG\n"
        + "\n".join(r.replace("FV", "FV1" if i < 5 else "BBT2") for i, r in enumerate(rows("{t},77,FV,{sg}")))
        + "\n"
        + "\n".join(rows("{t},78,FV2,{sg}"))
        + "\n",
        ["77", "78"],
    ),
    "days_begin_anew": (
        "Day,SG\n" + "\n".join(f"{h / 24:.3f},{s}" for h, s in [*zip(HOURS, SG, strict=True)] * 2) + "\n",
        ["batch 1", "batch 2"],
    ),
    "wide": (
        table("Time,FV1 SG,FV2 SG,FV1 Temp,FV2 Temp", ISO, sg4(), [f"{s:.4f}" for s in STRONGER], C, C),
        ["FV1", "FV2"],
    ),
    "wide_plato": (
        table('"Time","FST 111 Average Plato","FST 112 Average Plato","FST 111 Level"', ISO, PLATO, PLATO, HOURS),
        ["FST 111", "FST 112"],
    ),
    "wide_brewblox": (
        table(
            "time,Tilt/Orange/specificGravity,Tilt/Red/specificGravity,Tilt/Orange/temperature[degC]",
            [1000 * s for s in EPOCH_S],
            sg4(),
            sg4(),
            C,
        ),
        ["Orange", "Red"],
    ),
    "titles_above": (
        "Cellar sheet\n,FV1,,FV2,\n" + table("Date,SG,Temp,SG,Temp", ISO, sg4(), C, sg4(), C),
        ["FV1", "FV2"],
    ),
    "side_by_side": (
        "FV1,,,,FV2,,\n" + table("Date,SG,Temp,,Date,SG,Temp", ISO, sg4(), C, [""] * 10, LATER, sg4(), C),
        ["FV1", "FV2"],
    ),
    "sections": (
        "Batch: Amber\n" + table("Date,SG", ISO, sg4()) + "\nBatch: Stout\n" + table("Date,SG", LATER, sg4()),
        ["Amber", "Stout"],
    ),
    "home_assistant": (
        "entity_id,state,last_changed\n"
        + "".join(f"sensor.tilt_{c}_gravity,{s},{t}\n" for c in ("red", "black") for s, t in zip(SG, ISO, strict=True)),
        ["red", "black"],
    ),
    "json_batches": (
        json.dumps(
            {
                "batches": [
                    {"name": n, "readings": [{"time": t, "sg": s} for t, s in zip(ISO, SG, strict=True)]}
                    for n in ("Amber", "Stout")
                ]
            }
        ),
        ["Amber", "Stout"],
    ),
    "rapt_account": (
        json.dumps(
            [
                {"name": n, "telemetry": [{"createdOn": t, "gravity": 1000 * s} for t, s in zip(ISO, SG, strict=True)]}
                for n in ("Pill 1", "Pill 2")
            ]
        ),
        ["Pill 1", "Pill 2"],
    ),
    "line_protocol": (
        "\n".join(
            f"tilt,color={c} sg={s},temp={f} {t}000000000"
            for c in ("red", "blue")
            for s, f, t in zip(SG, F, EPOCH_S, strict=True)
        ),
        ["red", "blue"],
    ),
    "mosquitto": (
        "\n".join(
            f'brewpi/cellar/{n}/state {{"at": "{t}", "sg": {s}, "beer_c": {c}}}'
            for n in ("fv1", "fv2")
            for t, s, c in zip(ISO, SG, C, strict=True)
        ),
        ["fv1", "fv2"],
    ),
    "event_frames": (
        "Element,Event Frame,Attribute,Timestamp,Value\n"
        + "".join(
            f"{e},{b},Plato,{t},{p}\n"
            for e, b in (("FV31", "Amber 12"), ("FV32", "Stout 7"))
            for t, p in zip(ISO, PLATO, strict=True)
        ),
        ["Amber 12", "Stout 7"],
    ),
    "numbered_names": (
        stacked("Product,Batch Number,Date,Plato", rows("Amber,212,{t},{p}"), rows("Amber,213,{t},{p}")),
        ["212", "213"],
    ),
    "brewfather_many": (
        json.dumps(
            [
                {
                    "_id": "a",
                    "name": "Amber",
                    "batchNo": 12,
                    "readings": [
                        {"time": 1000 * s, "sg": g, "temp": c} for s, g, c in zip(EPOCH_S, SG, C, strict=True)
                    ],
                },
                {
                    "_id": "b",
                    "name": "Amber",
                    "batchNo": 13,
                    "readings": [
                        {"time": 1000 * s, "sg": g, "temp": c} for s, g, c in zip(EPOCH_S, SG, C, strict=True)
                    ],
                },
            ]
        ),
        ["12", "13"],
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_each_batch_is_read_and_named(tmp_path, name):
    text, wanted = FILES[name]
    path = tmp_path / "many.txt"
    path.write_text(text)
    file = read_all(path)
    assert file.refused == ()
    assert len(file.logs) == len(wanted), [log.name for log in file.logs]
    for word, log in zip(wanted, file.logs, strict=True):
        assert log.name.startswith("many.txt: ")
        assert word in log.batch
        assert log.series.hours[-1] == pytest.approx(72.0, abs=0.05)
        assert len(log.series.hours) == 10
        (picked,) = read_all(path, batch=log.batch).logs
        assert picked.name == log.name
        assert (picked.series.sg == log.series.sg).all()


def test_a_batch_that_is_not_there_is_named_with_those_that_are(tmp_path):
    path = tmp_path / "many.csv"
    path.write_text(FILES["tilts"][0])
    with pytest.raises(LogError, match=r'^many\.csv: holds no batch "GREEN"; it has RED, BLUE\.$'):
        read_all(path, batch="GREEN")
    with pytest.raises(LogError, match=r"^many\.csv: holds 2 batches \(RED, BLUE\); name one with --batch\.$"):
        read(path)
    assert read(path, batch="blue").name == "many.csv: BLUE"


def book(path, **sheets):
    work = openpyxl.Workbook()
    work.remove(work.active)
    for title, grid in sheets.items():
        sheet = work.create_sheet(title.replace("__", " #"))
        for row in grid:
            sheet.append(list(row))
    work.save(path)
    return path


def test_each_sheet_of_a_workbook_is_a_batch_and_other_sheets_are_named(tmp_path):
    grid = [("Fermentation log",), (), ("Date", "SG", "Temp (°C)"), *zip(AT, SG, C, strict=True)]
    recipe = [("Malt", "kg"), ("Pilsner", 5.0)]
    file = read_all(book(tmp_path / "book.xlsx", FV3__212=grid, FV4__213=grid, Recipe=recipe))
    assert [log.name for log in file.logs] == ["book.xlsx: FV3 #212", "book.xlsx: FV4 #213"]
    for log in file.logs:
        assert log.series.hours[-1] == pytest.approx(72.0, abs=0.01)
        assert log.series.sg[-1] == pytest.approx(1.0159)
        assert log.series.temp_c[0] == pytest.approx(19.5)
        assert any("Recipe" in note for note in log.notes)


def test_a_workbook_of_one_batch_has_the_name_of_the_file(tmp_path):
    grid = [
        ("Day", "Date", "Time", "°P", "°F"),
        *((i // 3, at.date(), at.time(), p, f) for i, (at, p, f) in enumerate(zip(AT, PLATO, F, strict=True))),
    ]
    (log,) = read_all(book(tmp_path / "amber.xlsx", Sheet1=grid)).logs
    assert log.name == "amber.xlsx"
    assert log.series.hours[-1] == pytest.approx(72.0, abs=0.01)
    assert log.series.temp_c[0] == pytest.approx(19.5, abs=0.05)


def test_merged_titles_of_a_workbook_name_the_tanks(tmp_path):
    work = openpyxl.Workbook()
    sheet = work.active
    sheet.append(["Cellar", None, None, None, None])
    sheet.append([None, "FV1", None, "FV2", None])
    sheet.append(["Date", "Plato", "Temp", "Plato", "Temp"])
    sheet.merge_cells("B2:C2")
    sheet.merge_cells("D2:E2")
    for at, p, c in zip(AT, PLATO, C, strict=True):
        sheet.append([at, p, c, p, c])
    work.save(tmp_path / "tanks.xlsx")
    assert [log.batch for log in read_all(tmp_path / "tanks.xlsx").logs] == ["FV1", "FV2"]


def test_an_open_document_is_a_workbook_too(tmp_path):
    text = pytest.importorskip("odf.opendocument")
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = text.OpenDocumentSpreadsheet()
    for title in ("Amber", "Stout"):
        sheet = Table(name=title)
        for row in [("Date", "SG"), *zip(AT, SG, strict=True)]:
            cells = TableRow()
            for value in row:
                if isinstance(value, float):
                    cell = TableCell(valuetype="float", value=str(value))
                elif isinstance(value, str):
                    cell = TableCell(valuetype="string")
                else:
                    cell = TableCell(valuetype="date", datevalue=value.isoformat())
                cell.addElement(P(text=str(value)))
                cells.addElement(cell)
            sheet.addElement(cells)
        document.spreadsheet.addElement(sheet)
    document.save(str(tmp_path / "book.ods"))
    logs = read_all(tmp_path / "book.ods").logs
    assert [log.name for log in logs] == ["book.ods: Amber", "book.ods: Stout"]
    assert logs[0].series.hours[-1] == pytest.approx(72.0, abs=0.01)


def test_the_record_of_a_cellar_is_a_log_of_each_tank(tmp_path):
    from brewpi.store.migrations import MIGRATIONS

    path = tmp_path / "cellar.sqlite"
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA journal_mode=WAL")
        for step in MIGRATIONS:
            base.executescript(step)
        for tank in ("fv1", "fv2"):
            base.executemany(
                "INSERT INTO history VALUES (?, ?, ?, ?)",
                [(tank, float(s), g, c) for s, g, c in zip(EPOCH_S, SG, C, strict=True)],
            )
            base.execute("INSERT INTO setting VALUES (?, 'target', '19.0', 0)", (tank,))
            base.execute(
                "INSERT INTO told (tank, batch, at_h, p10, p50, p90, source, sg) VALUES (?, 'x', 1, 1, 2, 3, 'm', 1)",
                (tank,),
            )
    logs = read_all(path).logs
    assert [log.name for log in logs] == ["cellar.sqlite: fv1", "cellar.sqlite: fv2"]
    assert logs[0].series.hours[-1] == pytest.approx(72.0)
    assert logs[0].series.temp_c[0] == 19.5


def test_a_tank_without_readings_does_not_hide_the_others(tmp_path):
    path = tmp_path / "many.csv"
    path.write_text(stacked("Date,Tank,SG", rows("{t},FV1,{sg}"), rows("{t},FV2,{sg}", [1.0071] * 10)))
    file = read_all(path)
    assert [log.batch for log in file.logs] == ["FV1"]
    assert [str(error) for error in file.refused] == [
        "many.csv: FV2: begins at SG 1.0071, where fermentations end; export it from pitching on."
    ]
    assert file.logs[0].name == "many.csv: FV1"


def test_a_list_of_batches_is_no_log(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        "Batch,Date,Gravity\n" + "".join(f"{n},{t},{s}\n" for n, t, s in zip(range(210, 220), ISO, SG, strict=True))
    )
    with pytest.raises(LogError, match="one reading of each of 10 batches"):
        read_all(path)


def test_bytes_of_a_workbook_that_is_broken_get_a_sentence(tmp_path):
    path = book(tmp_path / "book.xlsx", A=[("Date", "SG"), *zip(AT, SG, strict=True)])
    data = path.read_bytes()
    for cut in (40, len(data) // 2, len(data) - 10):
        path.write_bytes(data[:cut])
        with pytest.raises(LogError):
            read_all(path)
    path.write_bytes(io.BytesIO(data).getvalue())
    assert len(read_all(path).logs) == 1


def test_columns_about_a_tank_are_not_its_name(tmp_path):
    """What a board shows of the tanks beside their gravity: levels and materials."""
    text = table('"Time","FST 1 Average Plato","FST 2 Average Plato","FST1 Level","FST1 Material"', ISO, PLATO, PLATO,
                 [5000] * 5 + [4900] * 5, ["7"] * 4 + ["8"] * 6)  # fmt: skip
    path = tmp_path / "board.csv"
    path.write_text(text)
    assert [log.batch for log in read_all(path).logs] == ["FST 1", "FST 2"]


def test_the_end_of_the_last_batch_before_new_wort_is_left_out_and_said(tmp_path):
    at = [iso(AT[0] + timedelta(hours=4 * i)) for i in range(49)]
    sg = [1.0095] * 30 + [1.052] * 6 + [1.052 - 0.002 * i for i in range(13)]
    path = tmp_path / "two.csv"
    path.write_text(table("Date,SG", at, sg))
    (log,) = read_all(path).logs
    assert log.series.sg[0] == 1.052
    assert log.series.hours[-1] == pytest.approx(72.0)
    assert any("end of another batch" in note for note in log.notes)
    assert len(log.left_out) == 30


def test_a_gravity_that_never_falls_is_doubted(tmp_path):
    path = tmp_path / "flat.csv"
    path.write_text(table("Date,SG", [iso(AT[0] + timedelta(days=i)) for i in range(10)], ["1.052"] * 10))
    (log,) = read_all(path).logs
    assert log.notes == ("gravity has not fallen in 9 days: is it the reading of a fermenting beer?",)


@pytest.mark.parametrize("names", [("FV1", "fv 1"), ("Tank-3", "tank 3"), ("IPA", "ipa")])
def test_a_name_that_is_spelled_in_two_ways_is_one(tmp_path, names):
    (log,) = logs_of(tmp_path, table("Date,Tank,SG,Temp C", ISO, [names[i % 2] for i in range(10)], sg4(), C))
    assert_is_the_batch(log)


def test_density_at_20_is_of_no_tank_of_that_number(tmp_path):
    columns = ISO, PLATO, [f"{sg * 0.99823:.5f}" for sg in SG], C
    (log,) = logs_of(tmp_path, table("Date,Extract [%w/w Plato],Density@20 [g/cm³],Temperature [°C]", *columns))
    assert_is_the_batch(log)
