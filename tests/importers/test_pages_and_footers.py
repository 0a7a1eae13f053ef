"""What stands around readings: pages that go on without heads, footers, lists and flat spreadsheets."""

from html import escape

import numpy as np
import pytest

from tests.importers.made_up import AT, HOURS, ISO, SG, C, assert_is_the_batch, logs_of, sg4, table, workbook


def test_a_second_page_without_heads_goes_on_below_the_first(tmp_path):
    rows = [[at, sg, c] for at, sg, c in zip(AT, SG, C, strict=True)]
    (log,) = logs_of(tmp_path, workbook(Page_1=[["Date", "SG", "Temp C"], *rows[:5]], Page_2=rows[5:]))
    assert_is_the_batch(log)


def test_a_second_page_that_is_called_after_a_beer_does_not(tmp_path):
    rows = [[at, sg, c] for at, sg, c in zip(AT, SG, C, strict=True)]
    logs = logs_of(tmp_path, workbook(Amber=[["Date", "SG", "Temp C"], *rows[:5]], Porter=rows[5:]))
    assert [log.batch for log in logs] == ["Amber", "Porter"]


@pytest.mark.parametrize("foot", [
    "Total readings,10,\nAverage,1.0350,19.9\nOG,1.0520,\nFG,1.0120,\nABV,5.2,\n", "ABV %,5.2,\n", "Signed,Ann,\n",
])  # fmt: skip
def test_a_footer_is_no_reading(tmp_path, foot):
    (log,) = logs_of(tmp_path, table("Date,SG,Temp C", ISO, sg4(), C, foot=foot))
    assert_is_the_batch(log)
    assert any("left out" in note for note in log.notes)


def test_lists_in_toml_are_read(tmp_path):
    dates = ",\n  ".join(f"{at:%Y-%m-%dT%H:%M:%S}" for at in AT)
    text = f'title = "Amber"\n[readings]\ntime = [\n  {dates},\n]\nsg = {SG}\ntemp_c = {C}\n'
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)


@pytest.mark.parametrize("line", ["millis={ms} sg={sg} temp={c}", "elapsed_h: {h}, SG: {sg}, Temp: {c} C"])
def test_lines_that_count_from_the_start_of_a_device(tmp_path, line):
    values = zip(HOURS, sg4(), C, strict=True)
    text = "".join(line.format(ms=h * 3_600_000, h=h, sg=sg, c=c) + "\n" for h, sg, c in values)
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)


def test_a_flat_spreadsheet_of_libreoffice_is_read(tmp_path):
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )

    def cell(value):
        is_text = isinstance(value, str)
        kind = "" if is_text else f' office:value="{value}"'
        kind = f' office:date-value="{value:%Y-%m-%dT%H:%M:%S}"' if hasattr(value, "strftime") else kind
        return f"<table:table-cell{kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"

    rows = [["Date", "SG", "Temp C"], *zip(AT, SG, C, strict=True)]
    table_rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    text = (
        f'<?xml version="1.0"?>\n<office:document{spaces}><office:body><office:spreadsheet><table:table '
        f'table:name="Sheet1">{table_rows}</table:table></office:spreadsheet></office:body></office:document>'
    )
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)
    assert log.series.temp_c == pytest.approx(np.array(C))


def test_events_of_a_batch_report_in_xml(tmp_path):
    rows = [("SG", sg, "", t) for sg, t in zip(SG, ISO, strict=True)]
    rows += [("TEMP", c, "°C", t) for c, t in zip(C, ISO, strict=True)]
    events = "".join(f"<Event time='{t}' tag='FV1.{tag}' value='{v}' uom='{u}'/>" for tag, v, u, t in rows)
    (log,) = logs_of(tmp_path, f"<BatchReport xmlns='urn:isa88'><Batch id='B1'>{events}</Batch></BatchReport>")
    assert_is_the_batch(log)
