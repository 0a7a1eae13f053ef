#!/usr/bin/env python3
"""How far two machines' forecasts of the same logs lie apart: `emulate.sh forecasts LOGS`.

forecasts.py ONE OTHER      two outputs of `brewpi predict --json`; status 1 above 1e-4 h
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

MOST_H = 1e-4


def apart_h(one: str, other: str) -> float:
    """The largest difference between two outputs of `predict --json`."""

    def numbers(said: object) -> list[float]:
        if isinstance(said, dict):
            return [n for key in sorted(said) for n in numbers(said[key])]
        if isinstance(said, list):
            return [n for part in said for n in numbers(part)]
        return [float(said)] if isinstance(said, int | float) else []

    ours, theirs = ([numbers(json.loads(line)) for line in text.splitlines()] for text in (one, other))
    if not ours or [len(line) for line in ours] != [len(line) for line in theirs]:
        return float("inf")
    return max(abs(a - b) for left, right in zip(ours, theirs, strict=True) for a, b in zip(left, right, strict=True))


if __name__ == "__main__":
    one, other = (Path(file).read_text() for file in sys.argv[1:3])
    apart = apart_h(one, other)
    print(f"{len(one.splitlines())} forecasts, at most {apart:g} h apart")
    sys.exit(apart > MOST_H)
