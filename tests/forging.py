"""Messages that nobody should send: every golden payload with one leaf, or one branch, put in place of another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent / "golden"
NASTY: tuple[Any, ...] = (
    None, True, "", "\x00", "<b>" * 1000, "9999-12-31T23:59:59.999999-23:59", "0001-01-01T00:00:00+23:59",
    "2026-13-01T00:00:00Z", -1, 0, 1e308, -1e308, 10**400, float("nan"), float("inf"), 5e-324, [], {}, [[]], [None],
    {"p10": 9}, {"p10": -1e308, "p50": 1e308, "p90": 0},
)  # fmt: skip


def golden(word: str) -> list[Any]:
    """The payloads of a topic as a run publishes them."""
    found = json.loads((GOLDEN / f"{word}.json").read_text(encoding="utf-8"))
    match word:
        case "scorecard":
            return [found]
        case "event" | "ack":
            return [said for run in found.values() for said in run]
    return list(found.values())


def places(payload: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every leaf and branch; of a list its first and last."""
    if path:
        yield path
    if isinstance(payload, dict):
        for key, value in payload.items():
            yield from places(value, (*path, key))
    elif isinstance(payload, list):
        for n in sorted({0, len(payload) - 1} & set(range(len(payload)))):
            yield from places(payload[n], (*path, n))


def put(payload: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The same with something else in one place."""
    if not path:
        return value
    first, *rest = path
    if isinstance(payload, dict):
        return {**payload, first: put(payload[first], tuple(rest), value)}
    return [put(item, tuple(rest), value) if n == first else item for n, item in enumerate(payload)]


def forged(word: str) -> Iterator[bytes]:
    """Each kind of place once, with everything that may be put there."""
    seen: set[tuple[Any, ...]] = set()
    for payload in golden(word):
        for path in places(payload):
            kind = tuple("#" if isinstance(part, int) and part else part for part in path)
            if kind not in seen:
                seen.add(kind)
                for value in NASTY:
                    yield json.dumps(put(payload, path, value)).encode()
    for text in ("", "[", "[" * 100_000, "null", "7", '"x"', '{"at": "\\ud800"}', '{"at": ' + "9" * 5000 + "}"):
        yield text.encode()
    yield b"\xff\xfe"
