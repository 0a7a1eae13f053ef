"""A batch that never was, for logs of every dialect: OG 1.052, ten readings eight hours apart, 1.0159 after 72 h."""

import io
from datetime import datetime, timedelta

import numpy as np
import pytest

from brewpi.importers import LogError, read_all
from brewpi.units import plato_from_sg

PITCHED = datetime(2024, 4, 22, 16, 48)
HOURS = [8 * i for i in range(10)]
SG = [1.0520, 1.0514, 1.0503, 1.0483, 1.0449, 1.0397, 1.0331, 1.0261, 1.0201, 1.0159]
PLATO = [round(plato_from_sg(sg), 2) for sg in SG]
C = [19.5, 19.4, 19.6, 19.8, 20.1, 20.3, 20.2, 20.0, 19.8, 19.6]
F = [round(c * 1.8 + 32, 1) for c in C]
AT = [PITCHED + timedelta(hours=h) for h in HOURS]
EPOCH_S = [int((at - datetime(1970, 1, 1)).total_seconds()) for at in AT]
SERIAL = [45404.7 + h / 24 for h in HOURS]


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


ISO = [iso(at) for at in AT]


def comma(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def table(head: str, *columns, sep: str = ",", foot: str = "") -> str:
    """A CSV: a header and columns of texts."""
    lines = [sep.join(str(cell) for cell in row) for row in zip(*columns, strict=True)]
    return "\n".join([head, *lines]) + "\n" + foot


def sg3():
    return [f"{sg:.3f}" for sg in SG]


def sg4():
    return [f"{sg:.4f}" for sg in SG]


def logs_of(tmp_path, data):
    """What is read from a file of these bytes or this text, under a name that says nothing."""
    path = tmp_path / "log.bin"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_all(path).logs


def assert_is_the_batch(log):
    """Every hour, gravity and temperature of it."""
    assert log.series.hours == pytest.approx(np.array(HOURS), abs=0.02)
    assert log.series.sg == pytest.approx(np.array(SG), abs=0.0002)
    assert log.series.temp_c == pytest.approx(np.array(C), abs=0.1)


def refusal_of(tmp_path, data) -> str:
    """The sentence with which these bytes or this text are refused."""
    with pytest.raises(LogError) as refused:
        logs_of(tmp_path, data)
    return str(refused.value)


def workbook(*merged: str, **tables) -> bytes:
    """Rows of each sheet by its title, with _ for a blank; merged: cells of all of them."""
    book, data = pytest.importorskip("openpyxl").Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, rows in tables.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for row in rows:
            sheet.append(row)
        for cells in merged:
            sheet.merge_cells(cells)
    book.save(data)
    return data.getvalue()
