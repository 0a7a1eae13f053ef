"""Logs whose readings stand in no table of text: records, notes, dumps, archives."""

import bz2
import io
import json
import lzma
import tarfile
import zipfile

import numpy as np
import pytest

from brewpi.importers import read_all
from tests.importers.made_up import (
    AT,
    EPOCH_S,
    ISO,
    PLATO,
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

CSV = table("Date,SG,Temp", ISO, sg4(), C)


def each(form, before="", behind="", sep=""):
    rows = zip(AT, EPOCH_S, sg4(), C, strict=True)
    return before + sep.join(form.format(at=at, iso=iso(at), e=e, sg=sg, c=c) for at, e, sg, c in rows) + behind


def objects(make, **above):
    rows = [make(at, sg, c) for at, sg, c in zip(ISO, SG, C, strict=True)]
    return json.dumps(above | {"list": rows} if above else rows)


def tar(mode):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as archive:
        item = tarfile.TarInfo("logs/amber.csv")
        item.size = len(CSV)
        archive.addfile(item, io.BytesIO(CSV.encode()))
    return data.getvalue()


GOOD = {
    # XML
    "xml_of_elements": each("<reading><createdOn>{iso}</createdOn><sg>{sg}</sg><temp>{c}</temp></reading>",
                            '<?xml version="1.0"?>\n<log><batch>Amber</batch>', "</log>"),
    "xml_of_attributes": each('<r time="{iso}" sg="{sg}" temp="{c}"/>', "<log>", "</log>"),
    "spreadsheet_of_2003": each(
        '<Row><Cell><Data ss:Type="String">{iso}</Data></Cell><Cell><Data>{sg}</Data></Cell><Cell><Data>{c}</Data>'
        "</Cell></Row>", '<?xml version="1.0"?><Workbook xmlns="urn:x" xmlns:ss="urn:x"><Worksheet ss:Name="A"><Table>'
        "<Row><Cell><Data>Date</Data></Cell><Cell><Data>SG</Data></Cell><Cell><Data>Temp</Data></Cell></Row>",
        "</Table></Worksheet></Workbook>"),
    # blocks
    "yaml": each("- time: {iso}\n  gravity: {sg}\n  temp: {c}\n", "readings:\n"),
    "toml": each("[[reading]]\ntime = {at:%Y-%m-%dT%H:%M:%S}\nsg = {sg}\ntemp = {c}\n\n"),
    "blocks_with_blank_lines": each("Date: {iso}\nSG: {sg}\nTemp: {c}\n\n"),
    "blocks_under_a_line": each("Date: {iso}\nSG: {sg}\nTemp: {c}\n----------\n"),
    "blocks_under_stars": each("* * * * *\nDate: {iso}\nSG: {sg}\nTemp: {c}\n"),
    "sections_of_an_ini": each("[reading {e}]\ndate={iso}\nsg={sg}\ntemp={c}\n"),
    "records_of_psql": each("-[ RECORD {at.day} ]------------\ndate | {iso}\nsg   | {sg}\ntemp | {c}\n"),
    "rows_of_mysql": each("********************** {at.day}. row **********************\ndate: {iso}\n  sg: {sg}\n"
                          "temp: {c}\n", behind="10 rows in set (0.00 sec)\n"),
    # dumps
    "dicts_of_python": each("{{'time': '{iso}', 'gravity': {sg}, 'temp': {c}, 'note': None}}\n"),
    "inserts": each("INSERT INTO `Data` (`Timestamp`,`Name`,`Angle`,`Temperature`,`Gravity`) VALUES "
                    "('{iso}','it''s (a) x',45.2,{c},{sg});\n"),
    "mysqldump": each(
        "('{iso}','x',NULL,{c},{sg})", "-- MySQL dump\nCREATE TABLE `Data` (\n  `Timestamp` datetime NOT NULL,\n"
        "  `Name` varchar(64) COLLATE ascii_bin NOT NULL,\n  `Angle` double DEFAULT NULL,\n"
        "  `Temperature` double NOT NULL,\n  `Gravity` double NOT NULL,\n  PRIMARY KEY (`Timestamp`,`Name`)\n"
        ") ENGINE=InnoDB;\nLOCK TABLES `Data` WRITE;\nINSERT INTO `Data` VALUES ", ";\n", sep=","),
    "prometheus": each('tilt_gravity{{color="red"}} {sg} {e}000\n', "# TYPE tilt_gravity gauge\n")
    + each('tilt_temperature_celsius{{color="red"}} {c} {e}000\n'),
    "influx_shell": each("{e}000000000 {sg}  {c}\n", "name: x\ntime                gravity temperature\n"
                         "----                ------- -----------\n"),
    "org": each("| <{at:%Y-%m-%d %a %H:%M}> | {sg} | {c} |\n", "| Date | SG | Temp |\n|------+----+------|\n"),
    "table_of_r": '"time" "sg" "temp"\n' + "".join(
        f'"{n}" "{at}" {sg} {c}\n' for n, (at, sg, c) in enumerate(zip(ISO, sg4(), C, strict=True), 1)),
    "object_behind_the_stamp_of_a_service": each(
        'Apr {at.day} {at:%H:%M:%S} pi x[5]: {{"name": "iSpindel", "gravity": {sg}, "temperature": {c}}}\n'),
    # JSON
    "value_in_an_object": objects(lambda at, sg, c: {"ts": at, "sg": sg, "temperature": {"value": c, "unit": "C"}}),
    "wrapped_by_mongo": each('{{"_id":{{"$oid":"x"}},"time":{{"$date":{{"$numberLong":"{e}000"}}}},"gravity":{sg},'
                             '"temp":{{"$numberDouble":"{c}"}}}}\n'),
    "t_is_the_time": each('{{"t": {e}, "device": "Red", "sg": {sg}, "temp": {c}}}', "[", "]", sep=","),
    "t_is_the_temperature": json.dumps({at: {"sg": sg, "t": c} for at, sg, c in zip(ISO, SG, C, strict=True)}),
    "json_in_json": json.dumps(objects(lambda at, sg, c: {"time": at, "sg": sg, "temp": c})),
    # moments over columns
    "clock_under_a_word_nobody_knows": table(
        "Date,Kelloaika,SG,Temp", [f"{at:%Y-%m-%d}" for at in AT], [f"{at:%H:%M}" for at in AT], sg4(), C),
    "clock_with_a_dot": table(
        "Dato;Tid;SG;Temp", [f"{at:%d-%m-%Y}" for at in AT], [f"{at:%H.%M}" for at in AT], sg4(), C, sep=";"),
    "hours_and_minutes": table(
        "Date,HH,MM,SG,Temp", [f"{at:%Y-%m-%d}" for at in AT], [at.hour for at in AT], [48] * 10, sg4(), C),
    # packed
    "tar": tar("w"),
    "tar_gz": tar("w:gz"),
    "bzip2": bz2.compress(CSV.encode()),
    "xz": lzma.compress(CSV.encode()),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_it_is_the_same_batch(tmp_path, name):
    (log,) = logs_of(tmp_path, GOOD[name])
    assert_is_the_batch(log)


NOTES = {
    "chat": "[{0:%d.%m.%y}, 18:05:12] Anna: SG {1}\n",
    "chat_without_a_name": "{0:%d/%m/%Y}, 18:05 - Anna: {1}\n",
    "day_and_month": "{0:%d.%m.} {2}\n",
    "month_in_words": "{0:%b %d} - {1}, bubbles\n",
    "numbered_days": "Day {3} - gravity {1}, smells fine\n",
    "items": "* {0:%Y-%m-%d}: {1} SG\n",
    "with_a_clock": "{0:%m/%d} 7:30pm {1}\n",
}


@pytest.mark.parametrize("form", NOTES.values(), ids=NOTES)
def test_notes_are_a_log(tmp_path, form):
    days = [AT[0] + 3 * (at - AT[0]) for at in AT]
    lines = [form.format(day, sg, sg.replace(".", ","), n) for n, (day, sg) in enumerate(zip(days, sg3(), strict=True))]
    (log,) = logs_of(tmp_path, "Amber ale, my notes\n" + "".join(lines) + "planned: FG 1.010 on 5.5.\n")
    assert log.series.hours == pytest.approx(24.0 * np.arange(10))
    assert log.series.sg == pytest.approx(np.array(SG), abs=0.0006)


def test_notes_in_plato_call_their_first_reading_og(tmp_path):
    text = "22.4.2024 OG 12,9 °P bei 19 °C\n23.4.2024 10,1°P, 20 °C\n24.4.2024 6,2 °P\n25.4.2024 3,4 °P\n"
    (log,) = logs_of(tmp_path, text)
    assert log.series.sg == pytest.approx([1.0521, 1.0404, 1.0245, 1.0133], abs=0.0005)
    assert log.series.temp_c[:2] == pytest.approx([19.0, 20.0])


def test_a_target_beside_a_reading_is_no_reading(tmp_path):
    for form in ("{iso} SG {sg} target SG 1.010 temp {c} C\n", "{iso} target SG 1.010, SG {sg}, {c} °C\n"):
        (log,) = logs_of(tmp_path, each(form))
        assert_is_the_batch(log)


@pytest.mark.parametrize("note", ["SG 1.060 yesterday", "SG: 1.060", "room 25 °C", "was 1.060"])
def test_what_a_note_of_a_table_says_is_no_reading(tmp_path, note):
    (log,) = logs_of(tmp_path, table("Date,Comment,SG,Temp", ISO, [note] * 10, sg4(), C))
    assert_is_the_batch(log)


def test_temperatures_in_lines_of_their_own(tmp_path):
    (log,) = logs_of(tmp_path, each("{iso} tilt: gravity={sg}\n{iso} tilt: temperature={c}\n"))
    assert_is_the_batch(log)


def test_kilograms_are_no_gravity(tmp_path):
    days = [AT[0] + 3 * (at - AT[0]) for at in AT]
    lines = [f"* {day:%d.%m.} SG {sg}\n" for day, sg in zip(days, sg3(), strict=True)]
    (log,) = logs_of(tmp_path, "".join([*lines[:5], "* 27.04. 1.100 kg raspberries\n", *lines[5:]]))
    assert log.series.sg == pytest.approx(np.array(SG), abs=0.0006)


def test_notes_about_two_beers_are_not_one_log(tmp_path):
    days = [AT[0] + 3 * (at - AT[0]) for at in AT]
    both = [(f"{day:%d.%m.}", float(sg)) for day, sg in zip(days, sg3(), strict=True)]
    lines = [f"{day} Amber {sg:.3f}\n{day} Stout {sg + 0.02:.3f}\n" for day, sg in both]
    assert "two" in refusal_of(tmp_path, "".join(lines))


def test_a_list_called_og_sg_and_fg_is_one_of_readings(tmp_path):
    names = ["OG", *["SG"] * 8, "FG"]
    lines = [f"{at:%Y-%m-%d %H:%M} {name}: {sg}\n" for at, name, sg in zip(AT, names, sg4(), strict=True)]
    (log,) = logs_of(tmp_path, "".join(lines))
    assert log.series.sg == pytest.approx(np.array(SG))


def test_tanks_beside_each_other_under_their_unit(tmp_path):
    days = [f"{at:%d.%m.%y}" for at in (AT[0] + 3 * (at - AT[0]) for at in AT)]
    plato = [12.9, 12.7, 12.4, 11.9, 11.2, 10.0, 8.3, 6.6, 5.1, 4.1]
    rows = [[comma(p, 1) for p in plato], [comma(p + 2, 1) for p in plato]]
    logs = logs_of(tmp_path, table("°Plato;FV1;FV2", days, *rows, sep=";"))
    assert [log.batch for log in logs] == ["FV1", "FV2"]
    assert logs[0].series.sg[0] == pytest.approx(1.0521, abs=0.0002)


def test_a_log_in_an_archive_beside_something_else_goes_by_its_name(tmp_path):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a/amber.csv", CSV)
        archive.writestr("a/readme.txt", "hello")
    (tmp_path / "x.zip").write_bytes(data.getvalue())
    found = read_all(tmp_path / "x.zip")
    assert [log.batch for log in found.logs] == ["amber"]
    assert "readme" in str(found.refused[0])


def test_lines_of_a_log_that_say_nothing_of_a_gravity_are_counted(tmp_path):
    (log,) = logs_of(tmp_path, each("{iso} SG: {sg}, Temp: {c}\n") + "2024-04-30 10:00 stopped\n")
    assert log.notes == ("1 line without a gravity left out",)


REFUSED = {
    "beerxml": ('<?xml version="1.0"?><RECIPES><RECIPE><OG>1.052</OG></RECIPE></RECIPES>', "is a recipe"),
    "beerjson": (
        json.dumps({"beerjson": {"recipes": [{"name": "A", "original_gravity": {"unit": "sg", "value": 1.052}}]}}),
        "is a recipe",
    ),
    "page": (each("<tr><td>{iso}</td><td>{sg}</td></tr>\n", "<html><body><table>"), "is a web page"),
    "mail_with_readings": ("From: a@b.c\nSubject: log\n\n" + each("{at:%Y-%m-%d}: {sg}\n"), "is a mail"),
    "workbook_that_is_a_page": ("<table border=1><tr><td>Date<td>SG\n<tr><td>2024-04-22<td>1.052\n", "is a web page"),
    "xml_of_something_else": ("<log><entry a='1'/><entry a='2'/></log>", "is XML without a list of readings"),
    "xml_with_entities": ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "definitions of its own"),
    "mail": ("From: a@b.c\nTo: d@e.f\nSubject: log\n\nHello\n", "is a mail"),
    "link": ("[InternetShortcut]\nURL=https://docs.google.com/spreadsheets/d/x\n", "is a link, not the log"),
    "one_moment": ('tilt_gravity{color="red"} 1.052\ntilt_battery{color="red"} 93\n', "at one moment"),
    "weekdays": (table("Day,SG", ["Mon", "Tue", "Wed", "Thu", "Fri"], sg3()[:5]), 'times such as "Mon" cannot be read'),
    "targets": (table("Date,Target SG", ISO, ["1.010"] * 10), "no column holds a gravity"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_holds_no_log_is_refused_in_one_sentence(tmp_path, name):
    data, said = REFUSED[name]
    assert said in refusal_of(tmp_path, data)


def test_a_year_of_scrapes_by_the_minute_is_read_though_thinned(tmp_path):
    many = 45_000  # more than twice the rows that are kept
    samples = ((1.052 - 0.036 * n / many, 1000 * (EPOCH_S[0] + 60 * n)) for n in range(many))
    lines = [f'tilt_gravity{{color="red"}} {sg:.5f} {at_ms}' for sg, at_ms in samples]
    (log,) = logs_of(tmp_path, "\n".join(lines))
    assert log.series.hours[-1] == pytest.approx(many / 60.0, abs=0.1)
    assert log.series.sg[-1] == pytest.approx(1.016, abs=0.0005)


@pytest.mark.parametrize("sep", [";", "\t"])
def test_a_table_whose_heads_have_the_number_of_its_tank_is_no_text(tmp_path, sep):
    dates = [at.strftime("%B %d, %Y %H:%M") for at in AT]
    gravity = [f"{plato:.2f}".replace(".", ",") for plato in PLATO]
    head = sep.join(["created_at", *(f"Gärtank 3 {what}" for what in ("Extract (°P)", "Temp C", "Original Gravity"))])
    temps = [str(c).replace(".", ",") for c in C]
    (log,) = logs_of(tmp_path, table(head, dates, gravity, temps, ["1,059"] * 10, sep=sep))
    assert_is_the_batch(log)


@pytest.mark.parametrize("gravity", ["density_kg_m3", "FV1.Extrakt.Ist"])
def test_a_table_whose_heads_have_numbers_in_their_names_is_no_text(tmp_path, gravity):
    """Its dates are in words, and its original gravity is the only number that reads like one in a text."""
    dates = [at.strftime("%a, %d %b %Y %H:%M:%S GMT") for at in AT]
    cells = [f"{998.2 * sg:.1f}" for sg in SG] if "kg" in gravity else PLATO
    (log,) = logs_of(tmp_path, table(f"ts\t{gravity}\tFinal Gravity\tTemp", dates, cells, ["1.012"] * 10, C, sep="\t"))
    assert log.series.sg == pytest.approx(SG, abs=0.0002)
    assert log.series.temp_c == pytest.approx(C)
