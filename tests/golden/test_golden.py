"""What other programs read stays as it is: topics, the model's numbers, the sentences. `make golden` writes the files
anew; the difference then stands in the commit, to be looked at.

The weights run on interpreters that round differently: a number may differ by one in its last digit (by 0.01 at most),
a time by a minute, the model's own by 1e-5.
"""

from __future__ import annotations

import json
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from golden_run import NUMBER, files

HERE = Path(__file__).parent
PINNED = sorted(path.name for path in HERE.iterdir() if path.suffix in (".json", ".txt"))
MODEL = 1e-5


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return files(tmp_path_factory.mktemp("golden"))


def test_every_file_is_made_by_the_run(now: dict[str, str]):
    assert sorted(now) == PINNED


@pytest.mark.parametrize("name", PINNED)
def test_nothing_changes_unseen(name: str, now: dict[str, str]):
    before, after = (HERE / name).read_text(encoding="utf-8"), now[name]
    if name.endswith(".txt"):
        found = list(differences(before.splitlines(), after.splitlines(), name))
    else:
        found = list(differences(json.loads(before), json.loads(after), name, MODEL if name == "model.json" else None))
    assert found == [], "if it is meant, type `make golden` and review what changed"


def differences(before: Any, after: Any, where: str, tolerance: float | None = None) -> Any:
    """Each place where two contents differ, as "where: before -> after"."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from differences(before.get(key, "absent"), after.get(key, "absent"), f"{where}: {key}", tolerance)
    elif isinstance(before, list) and isinstance(after, list):
        for n, pair in enumerate(zip_longest(before, after, fillvalue="absent")):
            yield from differences(*pair, f"{where}: {n}", tolerance)
    elif before != after and not same(before, after, tolerance):
        yield f"{where}: {before} -> {after}"


def same(before: Any, after: Any, tolerance: float | None) -> bool:
    """Whether two values are the same but for rounding."""
    if isinstance(before, float) and isinstance(after, float | int):
        digits = str(before).partition(".")[2]
        allowed = min(0.01, 10.0 ** -len(digits)) if tolerance is None else tolerance * max(1.0, abs(before))
        return abs(before - after) <= 1.0001 * allowed
    if not isinstance(before, str) or not isinstance(after, str):
        return False
    times = moment(before), moment(after)
    if times[0] and times[1]:
        return abs((times[0] - times[1]).total_seconds()) <= 60.0
    if NUMBER.sub("#", before) != NUMBER.sub("#", after):
        return False
    numbers = zip(NUMBER.findall(before), NUMBER.findall(after), strict=True)
    return all(old == new or ("." in old and same(float(old), float(new), None)) for old, new in numbers)


def moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def test_a_change_is_found_and_rounding_is_not():
    assert list(differences({"sg": 1.0312, "step": "rise"}, {"sg": 1.0313, "step": "rise"}, "state")) == []
    assert list(differences({"sg": 1.0312}, {"sg": 1.0314}, "state")) == ["state: sg: 1.0312 -> 1.0314"]
    assert list(differences({"a": 1}, {}, "state")) == ["state: a: 1 -> absent"]
    assert list(differences(["waits, 5 min left"], ["waits, 6 min left"], "why"))
    assert list(differences("2026-09-21T14:13:20.000Z", "2026-09-21T14:13:21.000Z", "at")) == []
    assert list(differences({"shut": None}, {"shut": False}, "state")) == ["state: shut: None -> False"]
