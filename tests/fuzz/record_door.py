"""The record file, its pages and its rows: whatever stands there, tanks are controlled and STOP is obeyed."""

from __future__ import annotations

import sqlite3
import struct
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from unittest.mock import patch

from cellar_harness import START, CellarBench, tank_options
from sentence import shown

from brewpi.control.dosing import Dosing
from brewpi.outputs.simulated import Simulated as Output
from brewpi.store.copies import copy_record, problem_of

PATCH = struct.Struct("<Ii")
PAGES, ROWS, WHOLE = 0, 1, 2
KINDS = ("INTEGER", "REAL", "TEXT", "BLOB", "NULL")
AWAY_S = 7200.0


@contextmanager
def bench(here: Path, at: float = START) -> Iterator[CellarBench]:
    usual = tank_options()
    pump = {"nutrient": Output(role="nutrient", ml_per_s=10.0)}
    dosing = Dosing(solution_mg_ml=1.0, max_ml_per_dose=100.0, max_ml_per_day=10_000.0, fresh_h=24.0)
    dosed = usual.model_copy(update={"outputs": {**usual.outputs, **pump}, "medium": "mead", "dosing": dosing})
    with patch("cellar_harness.START", at):
        cellar = CellarBench(here, fv1=dosed, fv2=tank_options())
    cellar.serial = int(at)  # ids that no earlier life has used
    for tank in ("fv1", "fv2"):
        cellar.beer(tank, 22.0)
    yield cellar
    cellar.power_off()


@cache
def good() -> bytes:
    """A record with a row in every table, as one file."""
    with tempfile.TemporaryDirectory() as name:
        here = Path(name)
        with bench(here) as cellar:
            cellar.send("start_batch", name="Blossom", og=1.09)
            cellar.send("reading", quantity="sg", value=1.089, unit="sg")
            cellar.run(minutes=16)
            cellar.send("dose", id="d1", volume_ml=50.0)
            cellar.run(minutes=2)
        with closing(sqlite3.connect(here / "brewpi.sqlite")) as database:
            told = ("'fv1', 'b'", "'b', 'm'")
            for table, first in zip(("told", "shadow_told"), told, strict=True):
                database.execute(f"INSERT INTO {table} VALUES ({first}, 1.0, 2.0, 3.0, 4.0, 'model', 1.05, 1.01)")
            database.execute("INSERT INTO mark VALUES ('old', 0.5, ?, 'fv1', 1.0, 1, 'model')", (START,))
            database.execute("INSERT INTO shadow_mark VALUES ('old', 'm', 0.5, ?, 1.0, 1, 'model')", (START,))
            database.commit()
            database.execute("PRAGMA journal_mode = DELETE")
        return (here / "brewpi.sqlite").read_bytes()


def damaged(path: Path, data: bytes) -> None:
    """The good one with its pages patched, or cells of its rows changed, or other bytes altogether."""
    kind, rest = (data[0] % 3 if data else WHOLE), data[1:]
    if kind == WHOLE:
        path.write_bytes(rest)
        return
    blob = bytearray(good())
    if kind == PAGES:
        for at, value in PATCH.iter_unpack(rest[: len(rest) // PATCH.size * PATCH.size]):
            place = at % (len(blob) - 4)
            blob[place : place + 4] = struct.pack("<i", value)
    path.write_bytes(blob)
    if kind == ROWS:
        _change_rows(path, rest)


def _change_rows(path: Path, rest: bytes) -> None:
    """Lines, each: number of a table, of a column and of a kind of value, and the value's bytes."""
    with closing(sqlite3.connect(path)) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")]
        for line in rest.split(b"\n"):
            if len(line) < 3:
                continue
            table = tables[line[0] % len(tables)]
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            column, kind = columns[line[1] % len(columns)], KINDS[line[2] % len(KINDS)]
            value = "NULL" if kind == "NULL" else f"CAST(? AS {kind})"
            with suppress(sqlite3.Error):
                given = () if kind == "NULL" else (line[3:],)
                database.execute(f"UPDATE OR REPLACE {table} SET {column} = {value}", given)
        database.commit()


def record(data: bytes) -> None:
    """A start on it, some ticks, and a STOP; and what other commands make of it."""
    with tempfile.TemporaryDirectory() as name:
        here = Path(name)
        path = here / "brewpi.sqlite"
        damaged(path, data)
        wrong = problem_of(path)
        shown(wrong or "whole")
        with suppress(OSError):
            copy_record(path, here / "copy.sqlite")
        with bench(here, START + AWAY_S) as cellar:
            cellar.tick(3)
            _looked_at(cellar)
            assert cellar.send("stop")["ok"], "STOP is not obeyed"
            assert cellar.send("resume")["ok"], "no more resumed"
            list(cellar.cellar.store.reports("fv1"))
            cellar.cellar.store.scores()
            cellar.cellar.store.batches()
            cellar.run(minutes=1)
            _looked_at(cellar)


def _looked_at(cellar: CellarBench) -> None:
    assert set(cellar.last) == {"fv1", "fv2"}
    for report in cellar.last.values():
        for alarm in report.command.alarms:
            shown(str(alarm.text))
            assert not alarm.key.endswith((": failing", ": broken")), f"{alarm.key}: {alarm.text}"


SEEDS = {
    "record": (
        b"\x00", b"\x00" + PATCH.pack(100, -1), b"\x00" + PATCH.pack(0, 0), b"\x00" + PATCH.pack(4100, 0x0A0D),
        *(b"\x01" + bytes([table, column, kind]) + value
          for table in range(10) for column in range(4) for kind, value in ((1, b"1e308"), (2, b"{}"), (3, b"\xff"))),
        b"\x02SQLite format 3\x00", b"\x02", b"B\x02\x00\x00\x00\x02}\x02}",
        b"\xb7\r\n\x00\x00\xb7\r\n\x00\x00",
    ),
}  # fmt: skip
