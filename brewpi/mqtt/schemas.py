"""docs/quantities.md and docs/schemas/, made from the rows and the schemas: `python -m brewpi.mqtt.schemas docs`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from brewpi.mqtt.batch_payloads import BatchPage, RecordPayload
from brewpi.mqtt.payloads import TOPICS, ModelPayload
from brewpi.quantities import Quantity, published_rows

PREFACE = """\
# Quantities

Made by `make docs` from `brewpi/quantities.py`; do not edit. One row for each number that `state` may hold, under
`brewpi/SITE/TANK/state`. A tank has those that it measures, and what follows from them; a number outside of its range
is null. In Home Assistant an entity is `sensor.brewpi_SITE_TANK_NAME` (of a switch `binary_sensor`).
[dashboards.md](dashboards.md) has the other fields, `schemas/` each topic as a JSON schema.
"""
DIALECT = "https://json-schema.org/draft/2020-12/schema"
OTHERS: dict[str, type[BaseModel]] = {"model": ModelPayload, "batches": BatchPage, "batch_record": RecordPayload}
OF_SITE = {
    "scorecard": "brewpi/SITE/scorecard", "model": "brewpi/SITE/model", "batches": "brewpi/SITE/batches/PAGE",
    "batch_record": "brewpi/SITE/batches/record",
}  # fmt: skip
HEADER = ("field", "what it is", "unit", "range", "Home Assistant", "Prometheus")


def quantities() -> str:
    """All of docs/quantities.md."""
    rows = [HEADER, ("---",) * len(HEADER), *(tuple(_cells(row)) for row in published_rows())]
    return PREFACE + "\n" + "\n".join(f"| {' | '.join(cells)} |" for cells in rows) + "\n"


def _cells(row: Quantity) -> Iterator[str]:
    yield f"`{row.path}`"
    yield row.label + (", always there" if row.always else "")
    yield "yes or no" if row.binary else "share of 1" if row.share else row.unit
    yield "" if row.binary else f"{row.low:g} to {row.high:g}"
    yield "" if row.entity == "-" else f"`{row.entity}`"
    yield f"`{row.metric}`"


def schemas() -> dict[str, str]:
    """Each topic's JSON schema, by its name."""
    found = {}
    for word, schema in {**TOPICS, **OTHERS}.items():
        topic = OF_SITE.get(word, f"brewpi/SITE/TANK/{word}")
        whole = {"$schema": DIALECT, **schema.model_json_schema(), "title": topic}
        found[word] = json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
    return found


def write(docs: Path) -> None:
    """Write the schemas and docs/quantities.md below a folder."""
    (docs / "quantities.md").write_text(quantities(), encoding="utf-8")
    (docs / "schemas").mkdir(exist_ok=True)
    for word, text in schemas().items():
        (docs / "schemas" / f"{word}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
