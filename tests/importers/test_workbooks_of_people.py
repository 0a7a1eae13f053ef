"""Workbooks as people keep them: sheets that are not shown, copies, boxes beside the table."""

import io
from datetime import timedelta

import pytest

from tests.importers.made_up import AT, SG, C, assert_is_the_batch, logs_of, workbook

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
