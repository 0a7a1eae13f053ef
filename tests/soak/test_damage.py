"""Rows of the record that a bad card has changed: the next life begins all the same, on the broker, and obeys STOP."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing, suppress
from signal import SIGKILL, SIGTERM

import pytest
from brokers import until

TICK_S = 0.1
ROWS_HURT = 6
VALUES: list[object] = [
    None, "", "x", b"", b"\x00\xff" * 20, -1, 2**62, 1e308, float("inf"), "NaN", "[" * 500, "{}", "null", "\x00",
    '{"at": 1e999}', "9" * 400, '"\\ud800"', "fv9", "uncertain", "[[[]]]",
]  # fmt: skip


def damage(store: str, chance: random.Random) -> list[str]:
    """Cells of any table get what does not belong there; what the database itself refuses is left."""
    hurt = []
    with closing(sqlite3.connect(store, timeout=10.0)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for _ in range(ROWS_HURT):
            table = chance.choice([name for name in tables if not name.startswith("sqlite")])
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            column, value = chance.choice(columns), chance.choice(VALUES)
            keys = connection.execute(f"SELECT {column} FROM {table}").fetchall()
            if keys:
                key = chance.choice(keys)
                with suppress(sqlite3.IntegrityError):
                    connection.execute(
                        f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {column} IS ?", (value, key[0])
                    )
                    hurt.append(f"{table}.{column}")
        connection.commit()
    return hurt


@pytest.mark.parametrize(
    "lives", [pytest.param(4), pytest.param(60, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])]
)
def test_damaged_rows_stop_no_life(plant, figure, lives):
    chance, hurt, stopped, late_s = random.Random(lives), [], 0, 0.0
    plant.pitch()
    for number in range(lives):
        plant.start(tick_s=TICK_S)
        until(lambda: plant.online or not plant.alive, 60.0)
        assert plant.alive, hurt[-ROWS_HURT:]
        for tank in ("fv1", "fv2"):
            answered = plant.ask(tank, "stop", f"{tank}-{number}", within_s=20.0)
            assert answered, (plant.ended, hurt[-ROWS_HURT:], (plant.here / "log").read_text()[-2000:])
        stopped += 1
        plant.ask("fv2", "resume", f"r{number}", within_s=20.0)
        until(lambda: plant.pulse()["ticks"] > 10, 60.0)
        late_s = max(late_s, plant.pulse()["p99_s"])
        plant.signal(SIGKILL if number % 2 else SIGTERM)
        hurt += damage(str(plant.store), chance)
    figure("lives on a damaged record", lives)
    figure("cells damaged", len(hurt))
    figure("lives that obeyed STOP", stopped)
    figure("tick lateness, worst 99th percentile, ms", round(late_s * 1000.0))
