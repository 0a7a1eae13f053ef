"""How large the record of a year of ten tanks becomes: `python -m training.studies.record_size`.

Simulated tanks run through the real daemon's tick into a real file; what each table grows by in a day is measured with
SQLite's own count of its pages, on the last day of `days`, when batches are under way. Full reports are kept for
`keep_days`, all else for the year.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from brewpi.cellar.build import build, simulated, vessels_for
from brewpi.clock import VirtualClock
from brewpi.config.config import loads
from brewpi.store import Store, StoreOptions
from brewpi.store.copies import table_bytes

AIM_MB = 500.0
FULL = "block"  # full reports: kept for keep_days, as [store] says
CONFIG = """
site = "measured"
tick_s = 5.0
[tanks.fv1]
volume_l = 500
recipe = "ale"
[tanks.fv1.sensors]
beer = { kind = "simulated", measure = ["beer_c"] }
pill = { kind = "simulated", measure = ["sg"], every_s = 900 }
[tanks.fv1.outputs]
heat = { kind = "simulated", role = "heat" }
cool = { kind = "simulated", role = "cool", compressor = true }
[tanks.fv1.temperature]
target_c = 19.0
"""


def measure(days: float, record: Path) -> dict[str, float]:
    """Bytes a tank and day of each table, after `days`."""
    config, clock = simulated(loads(CONFIG, "measured.toml")), VirtualClock()
    start = clock.now()
    store = Store(StoreOptions(path=record))
    cellar = build(config, clock.now, vessels=vessels_for(config, start), store=store)
    with cellar.opened(start):
        tank = cellar.tanks["fv1"]
        batch = replace(cellar.operator.default_batch["fv1"], started_at=start, id="measured", name="measured")
        cellar.operator.start_batch(tank, batch, start)
        ticks = int(86_400.0 / config.tick_s)
        for tick in range(int(days * ticks)):
            if tick == int((days - 1.0) * ticks):
                store.flush(clock.time)
                before = table_bytes(record)
            clock.time = start + tick * config.tick_s
            cellar.tick(clock.time)
            store.sent(list(store.unsent))
    after = table_bytes(record)
    return {table: max(size - before.get(table, 0), 0) for table, size in after.items()}


def main(
    tanks: Annotated[int, typer.Option(help="in the cellar", min=1)] = 10,
    days: Annotated[float, typer.Option(help="simulated, the last of which is measured", min=2.0)] = 3.0,
) -> None:
    """Print it, beside the aim."""
    keep_days = StoreOptions().keep_days
    with tempfile.TemporaryDirectory() as place:
        found = measure(days, Path(place) / "measured.sqlite")
    total = 0.0
    for table, a_day in sorted(found.items(), key=lambda item: -item[1]):
        kept = keep_days if table == FULL else 365.0
        size = a_day * kept * tanks / 1e6
        total += size
        if a_day:
            typer.echo(f"{table:12} {a_day / 1e3:8.1f} kB a tank and day, {kept:g} days kept: {size:7.1f} MB")
    typer.echo(f"a year of {tanks} tanks: {total:.0f} MB (aim: under {AIM_MB:.0f})")


if __name__ == "__main__":
    typer.run(main)
