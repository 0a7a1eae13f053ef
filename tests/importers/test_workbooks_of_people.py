"""Workbooks as people keep them: sheets that are not shown, copies, boxes beside the table."""

import io
import zipfile
from datetime import timedelta

import pytest

from brewpi.importers import read_all
from brewpi.importers.files.shown_cells import Look, of_ods
from tests.importers.made_up import AT, PLATO, SG, C, F, assert_is_the_batch, logs_of, workbook

HEAD = ["Date", "SG", "Temp (°C)"]
LOG = [HEAD, *map(list, zip(AT, SG, C, strict=True))]
OLD = [HEAD, *([at, sg + 0.008, c] for at, sg, c in LOG[1:])]


def hiding(data: bytes, *titles: str, state: str = "hidden") -> bytes:
    """A workbook that does not show these sheets."""
    openpyxl, out = pytest.importorskip("openpyxl"), io.BytesIO()
    book = openpyxl.load_workbook(io.BytesIO(data))
    for title in titles:
        book[title].sheet_state = state
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_sheet_that_is_not_shown_is_no_batch_unless_there_is_no_other(tmp_path, state):
    (log,) = logs_of(tmp_path, hiding(workbook(Log=LOG, Old=OLD), "Old", state=state))

    assert_is_the_batch(log)
    assert log.name == "log.bin"
    assert 'sheets that the workbook does not show, and that are left out: "Old"' in log.notes
    (only,) = logs_of(tmp_path, hiding(workbook(Intro=[["Brew 212"]], Data=LOG), "Data", state=state))
    assert_is_the_batch(only)


@pytest.mark.parametrize("title", ["Log (2)", "Copy of Log", "Log - Kopie", "Backup"])
def test_a_copy_of_a_sheet_is_no_batch_of_its_own(tmp_path, title):
    (log,) = logs_of(tmp_path, workbook(**{"Log": LOG, title.replace(" ", "_"): LOG[:8]}))

    assert_is_the_batch(log)
    assert f'sheets that the workbook holds twice, and that are left out: "{title}"' in log.notes
    assert len(logs_of(tmp_path, workbook(**{"Log": LOG, title.replace(" ", "_"): OLD}))) == 2


def test_a_box_beside_the_table_is_no_column_of_it(tmp_path):
    boxes = [[None, "OG", 1.052], [None, "FG", 1.010], [None, "ABV", "5.5 %"]]
    rows = [[*row, *(boxes[n] if n < len(boxes) else [])] for n, row in enumerate(LOG)]
    (log,) = logs_of(tmp_path, workbook(Log=rows))

    assert_is_the_batch(log)
    assert log.series.og == 1.052


def test_columns_of_their_own_beside_a_gap_are_no_box(tmp_path):
    """Whoever took a sample, and its gravity, beside temperatures of every hour."""
    hours = [[AT[0] + timedelta(hours=h), C[h // 8]] for h in range(73)]
    taken = [["Anna", SG[h // 8]] if h % 8 == 0 else [None, None] for h in range(73)]
    rows = [["Date", "Temp (°C)", None, "Who", "SG"], *([*a, None, *b] for a, b in zip(hours, taken, strict=True))]
    (log,) = logs_of(tmp_path, workbook(Log=rows))

    assert log.series.sg == pytest.approx(SG, abs=1e-4)
    assert log.series.hours == pytest.approx([8.0 * n for n in range(10)])


def changed(change, rows=LOG) -> bytes:
    """A workbook of one sheet after somebody changed it."""
    openpyxl, out = pytest.importorskip("openpyxl"), io.BytesIO()
    book = openpyxl.load_workbook(io.BytesIO(workbook(Log=rows)))
    change(book["Log"])
    book.save(out)
    return out.getvalue()


WITH_ANOTHER = [[*row[:2], "Corrected SG" if row is HEAD else row[1] - 0.006, row[2]] for row in LOG]


def test_a_column_that_is_not_shown_is_not_the_gravity(tmp_path):
    def hide(sheet):
        sheet.column_dimensions["C"].hidden = True

    (log,) = logs_of(tmp_path, changed(hide, WITH_ANOTHER))
    assert_is_the_batch(log)
    assert "1 column that the workbook does not show left out" in log.notes


def test_unless_it_is_only_folded_or_nothing_can_be_read_without_it(tmp_path):
    def fold(sheet):
        sheet.column_dimensions.group("C", "C", hidden=True)

    def hide(sheet):
        sheet.column_dimensions["A"].hidden = True

    (log,) = logs_of(tmp_path, changed(fold, WITH_ANOTHER))
    assert log.series.sg == pytest.approx([sg - 0.006 for sg in SG], abs=1e-4)
    (log,) = logs_of(tmp_path, changed(hide))
    assert_is_the_batch(log)


def test_rows_that_a_filter_leaves_out_are_no_readings(tmp_path):
    rows = [["Brew", *HEAD], *(["212", *row] for row in LOG[1:]), *(["211", *row] for row in OLD[1:])]

    def choose(sheet):
        sheet.auto_filter.ref = sheet.dimensions
        sheet.auto_filter.add_filter_column(0, ["212"])
        for n in range(12, 22):
            sheet.row_dimensions[n].hidden = True

    (log,) = logs_of(tmp_path, changed(choose, rows))
    assert_is_the_batch(log)
    assert "10 rows that the workbook does not show left out" in log.notes


@pytest.mark.parametrize(
    ("form", "unit", "digits"), [('0.00" °P"', "P", 2), ("0.0\\ \\°\\P", "P", 2), ('0.0" kg/m³"', "kg", 1)]
)
def test_the_unit_that_a_format_shows_is_that_of_the_number(tmp_path, form, unit, digits):
    cells = [plato if unit == "P" else round(998.2 * sg, digits) for plato, sg in zip(PLATO, SG, strict=True)]

    def show(sheet):
        for n, value in enumerate(cells, 2):
            sheet.cell(n, 2, value).number_format = form
            sheet.cell(n, 3, F[n - 2]).number_format = '0.0"°F"'

    (log,) = logs_of(tmp_path, changed(show, [["Date", "Density", "Temp"], *LOG[1:]]))
    assert log.series.sg == pytest.approx(SG, abs=2e-4)
    assert log.series.temp_c == pytest.approx(C, abs=0.1)


def test_what_is_struck_through_is_no_reading(tmp_path):
    styles = pytest.importorskip("openpyxl.styles")
    rows = [*LOG[:5], [AT[3] + timedelta(hours=1), 1.09, 35.0], *LOG[5:]]

    def strike(sheet):
        for cell in sheet[6]:
            cell.font = styles.Font(strike=True)

    (log,) = logs_of(tmp_path, changed(strike, rows))
    assert_is_the_batch(log)
    assert "3 cells struck through left out" in log.notes


def test_a_hidden_column_and_a_filter_of_libreoffice(tmp_path):
    content = (
        '<table:table table:name="Log &amp; more"><table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="3"/>'
        '<table:table-row table:number-rows-repeated="3"/><table:table-row></table:table-row>'
        '<table:table-row table:visibility="filter"/></table:table>'
    )
    assert dict(of_ods(content)) == {"Log & more": Look(frozenset({2, 3, 4}), frozenset({4}))}


@pytest.mark.parametrize("span", ['min="-1000000000000" max="5"', 'min="2" max="1000000000000"', 'min="x" max="5"'])
def test_what_no_workbook_hides_costs_nothing(tmp_path, span):
    with zipfile.ZipFile(io.BytesIO(workbook(Log=LOG))) as book, zipfile.ZipFile(made := io.BytesIO(), "w") as out:
        for name in book.namelist():
            text, hidden = book.read(name), f'<cols><col {span} hidden="1"/></cols><sheetData'
            out.writestr(name, text.replace(b"<sheetData", hidden.encode()) if "sheet1" in name else text)
    (log,) = logs_of(tmp_path, made.getvalue())

    assert len(log.series.sg) == len(SG)
    many = (
        '<table:table table:name="Log"><table:table-row table:number-rows-repeated="{n}" table:visibility="filter"/>'
        "</table:table>"
    )
    assert dict(of_ods(many.format(n=-(10**12)))) == {"Log": Look()}
    assert len(dict(of_ods(many.format(n=10**12)))["Log"].hidden_rows) <= 1 << 20


def test_a_sheet_of_something_else_without_a_header_refuses_nothing(tmp_path):
    path = tmp_path / "log.xlsx"
    path.write_bytes(workbook(Log=LOG, Water=[["Ca", 50], ["Mg", 10]]))
    found = read_all(path)
    assert found.refused == ()
    assert_is_the_batch(found.logs[0])
    assert "without a gravity and left out: Water" in found.logs[0].notes
