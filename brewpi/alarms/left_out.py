"""Which gravity readings are left out of a batch since the report before, and why. The record keeps them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from statistics import median

from brewpi.estimation.beginning import LeadIn
from brewpi.estimation.gravity import level_history, points_of
from brewpi.estimation.misread import misread
from brewpi.media import WATER_SG
from brewpi.records import TankState
from brewpi.sentences import Sentence, counted, spoken

LeftOut = tuple[Sentence, int]  # what is said of it, and how many readings


def left_out(last: TankState, state: TankState) -> Iterator[LeftOut]:
    """What the state has left out since the last one, whose history was another."""
    if last.batch is not state.batch:
        yield from _lead_in(last, state)
    elif len(state.history) < len(last.history):
        yield from _rinse(last, state)
    elif last.history and state.history[-1][0] > last.history[-1][0]:
        yield from _misread(state)


def _lead_in(last: TankState, state: TankState) -> Iterator[LeftOut]:
    """First readings that were not of the wort."""
    history = state.history
    before = [point for point in last.history if history and point[0] < history[0][0]]
    if not before:
        return
    lead_in = LeadIn(len(before), (history[0][0] - before[0][0]) / 3600.0, median(sg for _, sg, _ in before))
    yield Sentence(
        "the first {lasted_h:.1f} h ({readings}, about {level_sg:.3f}) are of {what}: left out,"
        " the batch begins at {first_sg:.3f}",
        lasted_h=lead_in.lasted_h, readings=counted(lead_in.readings, "reading"), level_sg=lead_in.level_sg,
        what=Sentence(lead_in.what), first_sg=history[0][1],
    ), lead_in.readings  # fmt: skip


def _rinse(last: TankState, state: TankState) -> Iterator[LeftOut]:
    """Readings of water in the middle of a batch."""
    history, known = state.history, {at for at, _, _ in state.history}
    began = history[0][0] if history else inf
    water = [(at, sg) for at, sg, _ in last.history if at > began and at not in known and sg < WATER_SG]
    if water:
        yield Sentence(
            "{readings}, about {level_sg:.3f}, are of a hydrometer that was out of the beer for {length}: left out",
            readings=counted(len(water), "reading"), level_sg=median(sg for _, sg in water),
            length=spoken(history[-1][0] - water[0][0]),
        ), len(water)  # fmt: skip


def _misread(state: TankState) -> Iterator[LeftOut]:
    """A reading that the newest one contradicts."""
    points = points_of(level_history(state))
    if not misread(points[:, 0] / 3600.0, points[:, 1])[-2:-1].any():
        return
    sg, next_sg = state.history[-2][1], state.history[-1][1]
    if sg > next_sg:
        yield Sentence(
            "the reading of {sg:.4f} lies {points:.0f} points above the next one, {next_sg:.4f}: the forecast leaves it"
            " out; was it misread?", sg=sg, points=1000.0 * (sg - next_sg), next_sg=next_sg,
        ), 1  # fmt: skip
        return
    yield Sentence(
        "the reading of {sg:.4f} lies {points:.0f} points under the next one, {next_sg:.4f}: the forecast leaves it"
        " out; was it misread?", sg=sg, points=1000.0 * (next_sg - sg), next_sg=next_sg,
    ), 1  # fmt: skip
