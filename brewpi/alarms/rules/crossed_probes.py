"""Beer probes of two tanks that are swapped: plugs crossed after cleaning, or topics in the config.

Each tank then runs by the other one's beer: what cools the one moves the probe of the other and not its own, and the
reverse. One tank alone sees outputs that move its beer the wrong way, welded relays, probes that leapt: a dozen alarms,
none of which is the cause. So two tanks are looked at together, by what each side's outputs do to both probes over
some hours; and where two probes leap within the hour, each to where the other one was, by that alone. Nothing is
switched over by it: no sensor takes another one's place. Neither tank heats or cools by its probe until somebody
resumes (`brewpi/control/probe_checks/swapped_probe.py`).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from brewpi.alarms.rules.view import EVERY_S, HOUR_S, Step
from brewpi.records import Alarm
from brewpi.sentences import Sentence

LOOK_S = 600.0  # of a block, in which probe and outputs are compared
WINDOWS = (12, 24, 48)  # blocks: two hours tell if the probes were right before, eight of outputs that run briefly
RUNAWAY = 6  # blocks, of outputs that never pause
LAG_S = 600.0  # of jackets and wells
LEAST_C_PER_H = 0.5  # of an output on the probe that it moves: more than a room does to a bucket
LEAST_C = 0.6  # within the time looked at
LEAPS_C_PER_H = 5.0  # a block with such a slope has a leap in it, which is no output's doing
SURE = 16.0  # the square of a t value: four standard errors
LEAP_C = 0.6  # of each of two: beer that is roused goes as far, but not to where another one was
LEAP_APART_S, LEAP_LIKE_C, LEAP_LIKE_PART = HOUR_S, 1.5, 0.5  # one probe after the other, each to where the other was
HOLDS_S = 24 * HOUR_S  # of what two leaps show, while nobody resumes


Block = tuple[float, float, float]  # when it ended, °C/h, drive
Row = tuple[float, float, float, float]  # °C/h and drive of the one tank, of the other


@dataclass(frozen=True, slots=True)
class Minute:
    """A tank as it is seen once a minute. drive: -1 while cooled, 1 while heated; step: the last leap of its
    probe; looks: how often somebody has looked and resumed."""

    beer_c: float | None
    drive: float
    step: Step | None = None
    looks: int = 0


@dataclass(slots=True)
class Course:
    """The last hours of a tank, in blocks: how its probe went and how it was driven, both as they show after a lag."""

    blocks: deque[Block] = field(default_factory=lambda: deque(maxlen=WINDOWS[-1]))
    step: Step | None = None
    looks: int = 0
    _felt: float = 0.0
    _drives: list[float] = field(default_factory=list)
    _began: tuple[float, float] | None = None

    def note(self, minute: Minute, now: float) -> None:
        """One minute more. A silent probe ends its block; what was before somebody looked counts no more."""
        if minute.looks != self.looks:
            self.looks = minute.looks
            self.blocks.clear()
        self.step = minute.step
        self._felt += (minute.drive - self._felt) * EVERY_S / LAG_S
        if minute.beer_c is None:
            self._began = None
            return
        self._drives.append(self._felt)
        if self._began is not None and now - self._began[0] >= LOOK_S - 1.0:
            hours = (now - self._began[0]) / HOUR_S
            slope_c_per_h = (minute.beer_c - self._began[1]) / hours
            if abs(slope_c_per_h) <= LEAPS_C_PER_H:
                self.blocks.append((now, slope_c_per_h, sum(self._drives) / len(self._drives)))
            self._began = None
        if self._began is None:
            self._began = (now, minute.beer_c)
            self._drives.clear()


class CrossedProbes:
    """Of all tanks of a cellar. Tell it every tick what each of them reads and drives."""

    def __init__(self) -> None:
        self.courses: dict[str, Course] = {}
        self.suspected: dict[tuple[str, str], float] = {}  # pairs, and since when
        self._due_at = self._look_at = self._looked_at = float("-inf")

    def is_due(self, now: float) -> bool:
        """Whether a minute is over."""
        return now >= self._due_at

    def note(self, minutes: Mapping[str, Minute], now: float) -> None:
        """What each tank shows now; more than once a minute changes nothing."""
        if not self.is_due(now):
            return
        self._due_at = now + EVERY_S - 1.0
        for tank, minute in minutes.items():
            course = self.courses.setdefault(tank, Course())
            if minute.looks != course.looks:
                self.suspected = {pair: since for pair, since in self.suspected.items() if tank not in pair}
            course.note(minute, now)
        if now >= self._look_at:
            self._looked_at, self._look_at = now, now + LOOK_S - 1.0
            pairs = [pair for pair in combinations(self.courses, 2) if self._are_crossed(*pair, now)]
            self.suspected = {pair: self.suspected.get(pair, now) for pair in pairs}

    def alarms(self, tank: str) -> Iterator[Alarm]:
        """What a tank has to be told."""
        for pair, since in self.suspected.items():
            if tank in pair:
                (other,) = set(pair) - {tank}
                leapt = _leapt_to_each_other(self.courses[tank], self.courses[other])
                if leapt or self._looked_at - since >= LOOK_S - 1.0:
                    yield Alarm("beer: swapped", "alarm", self._text(tank, other), since)
                    return

    def _text(self, tank: str, other: str) -> Sentence:
        if _leapt_to_each_other(self.courses[tank], self.courses[other]):
            step = self.courses[tank].step
            assert step is not None
            return Sentence(
                "the beer probe of {tank} went from {before_c:.1f} to {after_c:.1f} °C, where that of {other} was, and"
                " that one came here: are the two swapped?",
                tank=tank, other=other, before_c=step.before_c, after_c=step.after_c,
            )  # fmt: skip
        return Sentence(
            "what heats and cools {tank} moves the beer probe of {other} and not its own, and the reverse: are the two"
            " probes swapped?", tank=tank, other=other,
        )  # fmt: skip

    def _are_crossed(self, one: str, other: str, now: float) -> bool:
        a, b = self.courses[one], self.courses[other]
        if _leapt_to_each_other(a, b) and a.step is not None and now - a.step.at <= HOLDS_S:
            return True
        rows = _together(a.blocks, b.blocks)
        if len(rows) >= RUNAWAY and _both_run_away(rows[-RUNAWAY:]):
            return True
        return any(len(rows) >= count and _both_follow(rows[-count:]) for count in WINDOWS)


def _both_run_away(rows: Sequence[Row]) -> bool:
    """Whether one is heated and the other cooled, and both probes go the wrong way: no room does that to two beers."""
    slope_a, drive_a, slope_b, drive_b = (sum(column) / len(rows) for column in zip(*rows, strict=True))
    sides = ((slope_a, drive_a), (slope_b, drive_b))
    wrong: list[float] = [-slope * math.copysign(1.0, drive) for slope, drive in sides]
    are_driven = drive_a * drive_b < 0.0 and min(abs(drive_a), abs(drive_b)) >= 0.5
    return are_driven and min(wrong) >= LEAST_C_PER_H


def _both_follow(rows: Sequence[Row]) -> bool:
    """Whether each probe goes by the other tank's outputs."""
    slope_a, drive_a, slope_b, drive_b = zip(*rows, strict=True)
    return _follows(slope_a, drive_a, drive_b) and _follows(slope_b, drive_b, drive_a)


def _leapt_to_each_other(a: Course, b: Course) -> bool:
    """Whether each probe reads what the other one did, since the same hour."""
    if a.step is None or b.step is None or abs(a.step.at - b.step.at) > LEAP_APART_S:
        return False
    like_c = min(LEAP_LIKE_C, LEAP_LIKE_PART * abs(a.step.after_c - a.step.before_c))
    return abs(a.step.after_c - b.step.before_c) <= like_c >= abs(b.step.after_c - a.step.before_c)


def _together(a: Iterable[Block], b: Iterable[Block]) -> list[Row]:
    """Blocks of the same time: slope and drive of the one, slope and drive of the other."""
    others = {round(at / EVERY_S): (slope, drive) for at, slope, drive in b}
    return [(slope, drive, *others[key]) for at, slope, drive in a if (key := round(at / EVERY_S)) in others]


def _follows(slopes: Sequence[float], own: Sequence[float], far: Sequence[float]) -> bool:
    """Whether a probe goes by what another tank's outputs do and not by its own. Heat never makes colder: where a fit
    says so, it explains nothing."""
    if max(far) - min(far) < 0.5:
        return False
    by_far, left_far = _fit(far, slopes)
    least = min(far, key=abs)
    moved_c = by_far * sum(abs(x - least) for x in far) * LOOK_S / HOUR_S
    if by_far < LEAST_C_PER_H or moved_c < LEAST_C:
        return False
    _, left_own = _fit(own, slopes)
    return left_own - left_far >= SURE * left_far / (len(slopes) - 2)


def _fit(drives: Sequence[float], slopes: Sequence[float]) -> tuple[float, float]:
    """By least squares with a constant: °C/h of full drive, not below zero, and the sum of squares that is left."""
    count = len(slopes)
    mean_x, mean_y = sum(drives) / count, sum(slopes) / count
    spread = sum((x - mean_x) ** 2 for x in drives)
    gain = sum((x - mean_x) * (y - mean_y) for x, y in zip(drives, slopes, strict=True)) / spread if spread else 0.0
    gain = max(gain, 0.0)
    return gain, sum((y - mean_y - gain * (x - mean_x)) ** 2 for x, y in zip(drives, slopes, strict=True))
