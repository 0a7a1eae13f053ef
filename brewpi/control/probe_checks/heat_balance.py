"""Heat that goes in and does not show: a beer probe that drifts, seen by what its output has to do.

A probe that reads 0.3 °C less every hour is held at the setpoint by a heater that follows the lie: all that moves is
the heater's share of the time, and four days later the beer is at 47 °C. Where no second thermometer tells, heat does.
What an output gives (its share of the time, times how fast it was seen to move this beer) shows as warmth, or goes
through the wall into the room. How much goes there for each degree is learnt in the batch, while gravity tells what
fermentation adds; until then it is what the wall of a bare tank lets through. What is beyond that is added up, in °C:
by so much the beer may be warmer (of a cooler: colder) than it reads. It is said, and at last the output is off:
docs/effect-check.md has the numbers.

Temperatures are times the output's direction, as in `output_response.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import log
from typing import NamedTuple

from pydantic import Field

from brewpi.control.effect_check import effect
from brewpi.control.effect_check.share_fit import ShareFit
from brewpi.snapshot import Snapshot, Value

BLOCK_S = 900.0
LEAP_C_PER_H = 3.0  # a block that goes faster has a leap in it: wort was poured in, or the probe was moved
FORGETS_S = 12 * 3600.0  # how fast the output moves the beer
ELSEWHERE_S = 6 * 3600.0  # after the other side ran: box, plate or mat may still take part
LEARNS_S, LEAST_AWAY_C = 12 * 3600.0, 3.0  # of the wall: for so long, in a room that is so far from the beer
SLOW_PART, SLOW_C_PER_H = 0.25, 0.02  # of a fermentation beside which the wall is known
LEAST_WALL, MOST_WALL = 0.3, 6.0  # times an insulated one; what else was learnt was not the wall
BARE = 3.0  # times what an insulated wall lets through: plastic, glass or steel in still air
ROOM_WITHIN_C, BARE_ROOM_WITHIN_C = 1.0, 2.0  # of where the room is measured, at the tank
SPARE, SPARE_C_PER_H = 1.5, 0.05  # a draught, a wet jacket, a tank half full; and what slopes are wrong by
FERMENTS_C_PER_H, FERMENTS_WITHIN_C_PER_H = 0.6, 0.04  # at most; and what a hydrometer's drift makes of rest
AT_SETPOINT_C, SAME_SETPOINT_C = 0.5, 0.5
SAID_C, GONE_C, STOPS_C = 1.5, 0.75, 3.0
KEPT_C, KEPT_STEP = 0.25, 1.1  # in such steps, and by such factors, a restart knows of it
KEPT_S = 7200.0  # of learning


class Learning(Value):
    """Of a wall: the time so far, what went through it, and degrees to the room times hours."""

    learnt_s: float = Field(default=0.0, ge=0.0, le=86_400.0)
    lost_c: float = Field(default=0.0, ge=-1000.0, le=1000.0)
    away_c_h: float = Field(default=0.0, ge=0.0, le=10_000.0)

    def plus(self, hours: float, wall_c_per_h: float, away_c: float) -> Learning:
        """With so many hours more."""
        return Learning.model_construct(
            learnt_s=self.learnt_s + 3600.0 * hours,
            lost_c=self.lost_c + wall_c_per_h * hours, away_c_h=self.away_c_h + away_c * hours,
        )  # fmt: skip


class BalanceSnapshot(Snapshot):
    """How fast the output moves the beer, what the wall lets through for each degree, what does not show, whether
    the output was stopped by that, and what is being learnt."""

    moves_c_per_h: float | None = Field(default=None, ge=0.0, le=1000.0)
    wall_per_h: float | None = Field(default=None, ge=0.0, le=100.0)
    missing_c: float = Field(default=0.0, ge=0.0, le=1000.0)
    is_stopped: bool = False
    learning: Learning = Field(default_factory=Learning)


class Seen(NamedTuple):
    """Of a tank, at one moment. beer_c, room_c: None while not known; ferments: asked once a block, °C/h or None."""

    beer_c: float | None
    room_c: float | None
    setpoint_c: float | None
    ferments: Callable[[], float | None]


@dataclass(slots=True)
class Block:
    """A quarter of an hour: when it began and the beer then, and sums over its seconds."""

    at: float
    began_c: float
    passed_s: float = 0.0
    felt_s: float = 0.0  # of the output, as the beer feels it
    away_c_s: float = 0.0  # by how much the room draws the other way
    room_s: float = 0.0  # in which that is known

    def add(self, passed_s: float, felt: float, away_c: float | None) -> None:
        self.passed_s += passed_s
        self.felt_s += passed_s * felt
        if away_c is not None:
            self.away_c_s += passed_s * away_c
            self.room_s += passed_s

    @property
    def away_c(self) -> float | None:
        """Its mean; None where the room was silent for most of the block."""
        return self.away_c_s / self.room_s if self.room_s > 0.5 * self.passed_s else None


@dataclass(slots=True)
class HeatBalance:
    """Of one output. direction: 1 of a heater; insulated_per_h: what an insulated wall of a tank of this volume lets
    through, 0 if that is unknown; stated_c_per_h: what it does by its power. missing_c: what does not show; since:
    when that was first said."""

    direction: int
    insulated_per_h: float = 0.0
    stated_c_per_h: float | None = None
    moves_c_per_h: float | None = None
    wall_per_h: float | None = None
    missing_c: float = 0.0
    is_stopped: bool = False
    since: float | None = None
    _felt: float = 0.0
    _was_on: bool = False
    _last_at: float = float("-inf")
    _other_ran_at: float = float("-inf")
    _block: Block | None = None
    _fit: ShareFit = field(default_factory=ShareFit)
    _setpoint_c: float | None = None
    _is_there: bool = False  # the beer has been at that setpoint: what is learnt on the way is too coarse for the way
    _learning: Learning = field(default_factory=Learning)
    _kept: Learning = field(default_factory=Learning)  # the same, as a restart knows it

    def note(self, on: bool, other_on: bool, seen: Seen, now: float) -> None:
        """Once a tick. on: whether it has power from now on; other_on: whether the other side has."""
        passed_s, self._last_at = now - self._last_at, now
        self._other_ran_at = now if other_on else self._other_ran_at
        self._felt += (float(self._was_on) - self._felt) * min(max(passed_s, 0.0) / effect.LAG_S, 1.0)
        self._was_on = on
        self._note_setpoint(seen)
        if self.is_stopped or seen.beer_c is None:
            self._block = None
            return
        directed_c = self.direction * seen.beer_c
        if self._block is None or not 0.0 <= passed_s <= BLOCK_S:
            self._block = Block(now, directed_c)
            return
        away_c = None if seen.room_c is None else directed_c - self.direction * seen.room_c
        self._block.add(passed_s, self._felt, away_c)
        if now - self._block.at >= BLOCK_S - 1.0:
            if now - self._other_ran_at >= ELSEWHERE_S:
                self._close(self._block, directed_c, seen, now)
            self._block = Block(now, directed_c)

    def _note_setpoint(self, seen: Seen) -> None:
        setpoint_c, beer_c = seen.setpoint_c, seen.beer_c
        if setpoint_c is None or self._setpoint_c is None or abs(setpoint_c - self._setpoint_c) > SAME_SETPOINT_C:
            self._setpoint_c, self._is_there = setpoint_c, False
        if setpoint_c is not None and beer_c is not None and abs(beer_c - setpoint_c) <= AT_SETPOINT_C:
            self._is_there = True

    def _close(self, block: Block, directed_c: float, seen: Seen, now: float) -> None:
        hours, share = block.passed_s / 3600.0, block.felt_s / block.passed_s
        slope_c_per_h = (directed_c - block.began_c) / hours
        if abs(slope_c_per_h) > LEAP_C_PER_H:
            return
        self._fit.add(share, slope_c_per_h, 1.0 - BLOCK_S / FORGETS_S)
        self.moves_c_per_h = self._fit.c_per_h() or self.moves_c_per_h
        if self.moves_c_per_h is None or not self._is_there or (away_c := block.away_c) is None:
            return
        gives_c_per_h = min(self.moves_c_per_h, self.stated_c_per_h or self.moves_c_per_h)
        lost_c_per_h, ferments_c_per_h = gives_c_per_h * share - slope_c_per_h, seen.ferments()
        if self.wall_per_h is None and ferments_c_per_h is not None:
            self._learn(lost_c_per_h + self.direction * ferments_c_per_h, away_c, ferments_c_per_h, hours)
        if (wall_c_per_h := self._wall_c_per_h(away_c)) is not None:
            could_c_per_h = wall_c_per_h + SPARE_C_PER_H + self._taken_by_yeast(ferments_c_per_h)
            self._add(lost_c_per_h - could_c_per_h, hours, now)

    def _add(self, beyond_c_per_h: float, hours: float, now: float) -> None:
        self.missing_c = max(self.missing_c + beyond_c_per_h * hours, 0.0)
        if self.missing_c >= SAID_C and self.since is None:
            self.since = now
        elif self.missing_c < GONE_C:
            self.since = None
        self.is_stopped = self.missing_c >= STOPS_C

    def _wall_c_per_h(self, away_c: float) -> float | None:
        """What the wall may let through at most. Of a bare one only where the power is stated: a probe beside its
        heater shows more than the beer gets."""
        if self.wall_per_h is not None:
            return SPARE * self.wall_per_h * max(away_c + ROOM_WITHIN_C, 0.0)
        if self.stated_c_per_h is None or not self.insulated_per_h:
            return None
        return BARE * self.insulated_per_h * max(away_c + BARE_ROOM_WITHIN_C, 0.0)

    def _taken_by_yeast(self, ferments_c_per_h: float | None) -> float:
        """What a fermentation asks of a cooler at most; it only helps a heater."""
        if self.direction > 0:
            return 0.0
        if ferments_c_per_h is None:
            return FERMENTS_C_PER_H
        return min(SPARE * ferments_c_per_h + FERMENTS_WITHIN_C_PER_H, FERMENTS_C_PER_H)

    def _learn(self, wall_c_per_h: float, away_c: float, ferments_c_per_h: float, hours: float) -> None:
        """Hours in which what goes through the wall is known well enough."""
        if away_c < LEAST_AWAY_C or ferments_c_per_h > SLOW_PART * max(wall_c_per_h, 0.0) + SLOW_C_PER_H:
            return
        seen = self._learning = self._learning.plus(hours, wall_c_per_h, away_c)
        if seen.learnt_s - self._kept.learnt_s >= KEPT_S:
            self._kept = seen
        if seen.learnt_s < LEARNS_S:
            return
        wall_per_h = max(seen.lost_c / seen.away_c_h, LEAST_WALL * self.insulated_per_h)
        if wall_per_h > 0.0 and (not self.insulated_per_h or wall_per_h <= MOST_WALL * self.insulated_per_h):
            self.wall_per_h = wall_per_h
        self._learning = self._kept = Learning()

    def forget(self) -> None:
        """Another batch, or somebody has looked: what was thought of the wall was wrong, or is right now."""
        self.moves_c_per_h = self.wall_per_h = self.since = None
        self.missing_c, self.is_stopped, self._fit, self._block = 0.0, False, ShareFit(), None
        self._learning = self._kept = Learning()

    def snapshot(self) -> BalanceSnapshot:
        """For the store, in steps."""
        moves, wall = self.moves_c_per_h, self.wall_per_h
        return BalanceSnapshot.model_construct(
            moves_c_per_h=None if moves is None else KEPT_STEP ** round(log(moves, KEPT_STEP)),
            wall_per_h=None if wall is None else float(f"{wall:.2g}"),
            missing_c=round(self.missing_c / KEPT_C) * KEPT_C, is_stopped=self.is_stopped,
            learning=self._kept,
        )  # fmt: skip

    def restore(self, kept: BalanceSnapshot, now: float) -> None:
        self.moves_c_per_h, self.wall_per_h = kept.moves_c_per_h, kept.wall_per_h
        self.missing_c, self.is_stopped = kept.missing_c, kept.is_stopped
        self._learning = self._kept = kept.learning
        self.since = now if self.is_stopped or self.missing_c >= SAID_C else None
