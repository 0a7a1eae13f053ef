#!/usr/bin/env python3
"""How far two machines' forecasts of the same logs lie apart: `emulate.sh forecasts LOGS`.

forecasts.py say LOG...             every forecast unrounded, a JSON line each; by the machine's own brewpi
forecasts.py compare ONE OTHER      two outputs of it; status 1 above 0.005 h

The network's numbers are 32 bits wide, and its hours are their exponentials: where the last bit differs, a forecast of
a thousand hours does by seconds.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

MOST_H, EQUAL_H = 0.005, 1e-4


def say(logs: list[str]) -> None:
    """At the first day, in the middle and at the end of each batch; what is no log is left out, there as here."""
    from brewpi.estimation.remembered import as_remembered
    from brewpi.forecast import model_trial
    from brewpi.forecast.network_and_curves import Pool
    from brewpi.forecast.tank_forecaster import TankForecaster
    from brewpi.forecast.tflite_model import Model, default_directory
    from brewpi.importers import LogError, read_all

    model_trial.WITHIN_S = 900.0  # an emulator on a busy machine
    forecaster = TankForecaster(Pool(Model.load(default_directory())))
    for name in logs:
        try:
            found = read_all(name)
        except LogError:
            continue
        for log in found.logs:
            series = as_remembered(log.series)
            end_h = float(series.hours[-1])
            for at_h in (24.0, end_h / 2.0, end_h):
                said = forecaster.at(series, at_h)
                bands = [band and [band.p10, band.p50, band.p90] for band in (said.remaining_h, said.rest_h)]
                print(json.dumps([log.name, at_h, said.source, *bands]))


def flat(said: object) -> list[object]:
    """What is in it, in order."""
    parts = [said[key] for key in sorted(said)] if isinstance(said, dict) else said
    return [part for each in parts for part in flat(each)] if isinstance(parts, list) else [parts]


def line_apart_h(one: str, other: str) -> float:
    """The largest difference between the numbers of two lines, in hours; infinite where they say different things."""
    left, right = flat(json.loads(one)), flat(json.loads(other))
    if len(left) != len(right):
        return float("inf")
    differ = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    if not all(isinstance(a, float) and isinstance(b, float) for a, b in differ):
        return float("inf")
    return max((abs(a - b) for a, b in differ), default=0.0)


def apart_h(one: str, other: str) -> list[float]:
    """Of each line; infinite where there are not as many."""
    left, right = one.splitlines(), other.splitlines()
    if len(left) != len(right) or not left:
        return [float("inf")]
    return [line_apart_h(a, b) for a, b in zip(left, right, strict=True)]


def compare(one: str, other: str) -> int:
    """Says it."""
    apart = apart_h(one, other)
    equal = sum(each <= EQUAL_H for each in apart)
    print(f"{len(apart)} forecasts: {equal} within {EQUAL_H:g} h, at most {max(apart):.3g} h apart")
    return int(max(apart) > MOST_H)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["say", *logs]:
            say(logs)
        case ["compare", one, other]:
            sys.exit(compare(Path(one).read_text(), Path(other).read_text()))
        case _:
            sys.exit(__doc__)
