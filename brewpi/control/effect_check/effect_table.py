"""The table of docs/effect-check.md: what follows from volume and power for the effect check of an output."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from brewpi import generated_docs
from brewpi.control.effect_check import effect

VOLUMES_L = (5.0, 20.0, 500.0, 5000.0, 10_000.0)
W_PER_L = (None, 3.0, 0.3, 0.04)  # nothing stated; a jacket, a fridge around a bucket, a cooler at its limit


def table() -> Iterator[str]:
    """The table of docs/effect-check.md, line by line."""
    yield "| volume | stated power | moves the beer by | tried after | energy until then | off for | a difference is |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for volume_l in VOLUMES_L:
        for w_per_l in W_PER_L:
            yield _row(volume_l, None if w_per_l is None else w_per_l * volume_l)


def _row(volume_l: float, power_w: float | None) -> str:
    stated = effect.stated_c_per_h(power_w, volume_l)
    rate = effect.least_c_per_h(volume_l) if stated is None else stated
    effort_h = effect.effort_s(stated, None) / 3600.0
    difference = effect.difference_c_per_h(stated, None, volume_l, 1.0)
    power = "none" if power_w is None else _of("W", power_w, 1 if power_w < 10.0 else 0)
    moves = _of("°C/h", rate, 3) + ("" if stated else " at least")
    energy = _of("°C", stated * effort_h, 2) if stated else "unknown"
    off = _of("min", effect.trial_s(difference) / 60.0, 0)
    if not effect.can_be_seen(stated, 1.0):
        off = "no trial, `weak` is said"
    cells = (_of("l", volume_l, 0), power, moves, _of("h", effort_h, 1), energy, off, _of("°C/h", difference, 3))
    return "| " + " | ".join(cells) + " |"


def _of(unit: str, value: float, decimals: int) -> str:
    return " ".join((format(value, f".{decimals}f"), unit))


def renewed(page: str) -> str:
    """A page with the table made anew. Raises ValueError where one of its marks is missing."""
    return generated_docs.renewed(page, "brewpi/control/effect_check/effect.py", table())


if __name__ == "__main__":
    sys.stdout.write(renewed(sys.stdin.read()))
