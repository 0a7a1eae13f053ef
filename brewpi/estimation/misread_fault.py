"""The newest reading by hand, where no beer can have it: until the next one nothing is done by it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from brewpi.estimation.asked_once import asked_once
from brewpi.estimation.gravity import KEPT, level_history, points_of
from brewpi.estimation.misread import doubtful_sg
from brewpi.records import Fault, TankState
from brewpi.sentences import Sentence


def misread_fault(state: TankState, sensor: str) -> Iterator[Fault]:
    """Why the newest gravity, which a person read, is not believed; nothing where it is."""
    off_sg = _off_sg(level_history(state))
    if off_sg and _off_sg(state.history):  # sugar that was told may not be stirred in yet
        at, sg, _ = state.history[-1]
        yield Fault(sensor, "sg", "misread", said_of(sg, off_sg), at)


def said_of(sg: float, off_sg: float) -> Sentence:
    """off_sg: how far it is from where the beer can be, negative under it."""
    points = 1000.0 * abs(off_sg)
    if off_sg < 0.0:
        return Sentence(
            "gravity {sg:.4f} lies {points:.0f} points under where the beer was going; not believed until the next"
            " reading: was it misread?", sg=sg, points=points,
        )  # fmt: skip
    return Sentence(
        "gravity {sg:.4f} lies {points:.0f} points above the last one; not believed until the next reading: was it"
        " misread, or did sugar come in?", sg=sg, points=points,
    )  # fmt: skip


@asked_once(KEPT)
def _off_sg(history: tuple[tuple[float, float, float], ...]) -> float:
    points = points_of(history)
    return doubtful_sg(points[:, 0] / 3600.0, points[:, 1])
