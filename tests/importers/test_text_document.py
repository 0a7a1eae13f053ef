"""Logs that are kept in a word processor."""

import zipfile
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

import pytest

from brewpi.importers import LogError, read, read_all

SG = {hour: round(1.012 + 0.04 * 0.74 ** (hour / 12), 4) for hour in range(0, 144, 12)}
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TABS = '<w:pPr><w:tabs><w:tab w:val="left" w:pos="2000"/></w:tabs></w:pPr>'
STRUCK_OUT = "<w:del><w:r><w:delText>1.999 </w:delText></w:r></w:del>"


def at(hour):
    return datetime(2026, 11, 1, 8) + timedelta(hours=hour)


def said(text):
    return f'<w:p>{TABS}{STRUCK_OUT}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def table(*rows):
    cells = ("".join(f"<w:tc>{said(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def readings(heads=("Datum", "Uhrzeit", "SG", "Temp °C")):
    comma = {hour: f"{sg:.4f}".replace(".", ",") for hour, sg in SG.items()}
    return table(heads, *([f"{at(h):%d.%m.%Y}", f"{at(h):%H:%M}", sg, "19,5"] for h, sg in comma.items()))


def word(path, *parts):
    with zipfile.ZipFile(path, "w") as archive:
        body = "".join(parts)
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')
    return path


def opened(path, *rows):
    names = {name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text")}
    spaces = " ".join(f'xmlns:{name}="{space}"' for name, space in names.items())
    cells = ("".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row) for row in rows)
    lines = "".join(
        f'<table:table-row>{row}<table:table-cell table:number-columns-repeated="999999"/></table:table-row>'
        for row in cells
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:text><text:h>FV3</text:h><table:table>{lines}"
            "</table:table></office:text></office:body></office:document-content>",
        )
    return path


def holds_the_batch(log):
    return log.series.hours.tolist() == list(SG) and log.series.sg.tolist() == list(SG.values())


def test_a_table_in_a_letter_is_read(tmp_path):
    log = read(word(tmp_path / "sud 12.docx", said("Sud 12, Pale Ale"), said("Hefe US-05"), readings(), said("Prost!")))

    assert holds_the_batch(log)
    assert set(log.series.temp_c) == {19.5}


def test_tables_under_headings_are_batches(tmp_path):
    logs = read_all(word(tmp_path / "two.docx", said("FV1"), readings(), said("FV2"), readings())).logs

    assert [log.batch for log in logs] == ["FV1", "FV2"]
    assert all(map(holds_the_batch, logs))


def test_notes_a_line_a_reading_are_read(tmp_path):
    lines = [said(f"{at(hour):%d.%m.%Y %H:%M} gravity {sg:.4f}, smells fine") for hour, sg in SG.items()]

    assert holds_the_batch(read(word(tmp_path / "notes.docx", said("IPA"), *lines)))


def test_an_open_document_is_read(tmp_path):
    rows = [[f"{at(hour):%Y-%m-%d %H:%M}", f"{sg:.4f}"] for hour, sg in SG.items()]

    assert holds_the_batch(read(opened(tmp_path / "fv3.odt", ["Date", "SG"], *rows)))


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ([said("The meeting is on 2.3."), said("Bring beers.")], "no readings; log at least two"),
        (["<w:p>"], "is a text document that is broken or locked; export the readings as CSV"),
        (["<!DOCTYPE x [<!ENTITY a 'b'>]>"], "definitions of its own"),
    ],
)
def test_a_document_without_readings_is_refused(tmp_path, parts, sentence):
    with pytest.raises(LogError, match=sentence):
        read(word(tmp_path / "letter.docx", *parts))
