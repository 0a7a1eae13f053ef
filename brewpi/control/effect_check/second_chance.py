"""A cooler that was found without effect is tried again by itself, for glycol that was away comes back.

A pump that was off, a chiller that tripped, a hose or plate that froze: two hours later all is well, and a cooler that
waits for somebody to resume loses a beer over a weekend. So one that was seen to work in this tank runs again for a
short while, after rests that grow, until it has been tried often enough; and at once where the measured glycol was
as warm as the beer and is cold again, or where what several tanks share cools another of them again. It is compared
with the time before: a beer that does clearly better with it shows that it works; where nothing is known of the glycol,
better than any room would make a probe that hangs in it, or by half of what a slower one was seen to do, and then it is
switched off once more to be compared. Meanwhile the alarm stands.

What is dangerous waits for a person: a heater; what moves the beer the wrong way; a cooler that never had an effect
here; one whose probe has leapt, which may hang in the room.

Temperatures and slopes are times the output's direction, as in `output_response.py`.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from pydantic import Field

from brewpi.control.effect_check import effect
from brewpi.control.effect_check.effect import LAG_S
from brewpi.control.effect_check.minute_means import MinuteMeans
from brewpi.control.effect_check.trend import EVERY_S
from brewpi.snapshot import At, Snapshot

FIRST_REST_S, LONGEST_REST_S, LONGER = 3600.0, 24 * 3600.0, 3.0
MOST_TRIES = 4  # after 1, 3, 9 and 24 h: to the Sunday of a weekend
MOST_RETURNS = 10  # with those for glycol that was seen to come back
SETTLED_S = 24 * 3600.0  # what a try has shown is believed then
LEAST_REST_S = 1800.0  # of any try, so that the beer by itself is known
SHORTEST_TRY_S = 1800.0
LEAST_LOOK_S, SURE = 900.0, 2.0  # of a slope, and how many times what a probe can tell: it is asked at every tick
BEFORE_S = 3600.0
WITHIN_S = 600.0  # a probe that is pulled out has gone most of its way by then
LEAP_C = 1.0  # beyond what beer does meanwhile: the probe is in another place
LEAP_C_PER_H, DRIVEN_C_PER_H = 4.0, 20.0  # as fast as beer goes by itself, and a small one by its cooler
SEEN_PART, LEAST_SEEN_C_PER_H = 0.5, 0.25  # of what it was seen to do, of a cooler that is slower than a room may be
FASTER_THAN_A_ROOM_C_PER_H = 1.5  # one that swings by 4 °C up and down goes by 1.0, and turns within a try
WARM_C, COLD_C, COLD_S = 1.5, 3.0, 120.0  # of glycol, below the beer
SLOW_S, SOON_S = 1500.0, 900.0  # on until an effect showed: by warm glycol, and once it is cold again


class ChanceSnapshot(Snapshot):
    """Whether the output was seen to work, how often it was tried since, when it is tried next, and whether the probe
    has leapt."""

    proven: bool = False
    leapt: bool = False
    tries: int = Field(default=0, ge=0, le=1000)
    due_at: At | None = None
    tried_at: At | None = None


@dataclass(slots=True)
class SecondChance:
    """Of one output. proven: it was seen to work; tries: since it stopped; due_at: of the next one; tried_at: when the
    last one began; recovered_at: when it had an effect soon, after it had taken long or shown none; others_at: when
    that of another tank on the same supply did."""

    proven: bool = False
    leapt: bool = False
    tries: int = 0
    due_at: float | None = None
    tried_at: float | None = None
    recovered_at: float = float("-inf")
    others_at: float = float("-inf")
    _recent: deque[tuple[float, float]] = field(default_factory=deque)  # when, and what the probe said
    _rested_from: float = 0.0
    _was_warm: bool = False
    _was_slow: bool = False
    _is_supply_back: bool = False  # this try is for glycol that was seen to come back
    _cold_since: float | None = None
    _on_s: float = 0.0  # of this try
    _run: tuple[float, float, float] | None = None  # when it began, the beer then, how it went before in °C/h
    _last_at: float = 0.0

    @property
    def is_left(self) -> bool:
        """Whether it will be tried again, sooner or later, without a person."""
        return self.due_at is not None and not self.leapt

    def worked(self, now: float, *, is_cooler: bool, in_vain_s: float = 0.0) -> None:
        """It had an effect, after `in_vain_s` on without one. Soon after a try that may have been the room's, on a
        probe that hangs in it: then it is not tried again, unless glycol comes back, until it has worked for a day.
        """
        self.proven = is_cooler
        if self._was_slow and in_vain_s <= SOON_S:
            self.recovered_at, self._was_slow = now, False
        self._was_slow = self._was_slow or in_vain_s >= SLOW_S
        if self.tried_at is None or now - self.tried_at >= SETTLED_S:
            self.forget()
        else:
            self.tries, self.due_at, self._run = max(self.tries, MOST_TRIES), None, None

    def forget(self) -> None:
        """What comes is another fault, or somebody has looked."""
        self.leapt, self.tries, self.due_at, self.tried_at = False, 0, None, None
        self._was_warm, self._run = False, None

    def stopped(self, now: float) -> None:
        """It was found without effect, or a try has shown none."""
        rest_s = min(FIRST_REST_S * LONGER**self.tries, LONGEST_REST_S)
        self.due_at = now + rest_s if self.proven and self.tries < MOST_TRIES else None
        self._rested_from, self._run = now, None

    def note_probe(self, directed_c: float, now: float, step_c: float) -> None:
        """Whether the probe is where it was: the last it said before a silence counts too."""
        recent = self._recent
        if recent and now - recent[-1][0] < EVERY_S:
            return
        while len(recent) > 1 and recent[0][0] < now - WITHIN_S:
            recent.popleft()
        for at, before_c in recent:
            gone_c = directed_c - before_c
            could_c_per_h = DRIVEN_C_PER_H if gone_c > 0.0 else LEAP_C_PER_H
            self.leapt = self.leapt or abs(gone_c) >= LEAP_C + step_c + could_c_per_h * (now - at) / 3600.0
        recent.append((now, directed_c))

    def note_supply(self, above_c: float | None, now: float) -> None:
        """above_c: by how much the beer is warmer than the glycol, None if that is not measured."""
        if above_c is None or above_c < COLD_C:
            self._cold_since = None
            self._was_warm = self._was_warm or (above_c is not None and above_c <= WARM_C)
        elif self._cold_since is None:
            self._cold_since = now

    def is_due(self, now: float) -> bool:
        """Whether it may run again now. Its own rests and all that forbids it are asked beside this."""
        if self.leapt or now - self._rested_from < LEAST_REST_S:
            return False
        is_back = self._is_back(now) and self.tries < MOST_RETURNS
        return is_back or (self.due_at is not None and now >= self.due_at)

    def _is_back(self, now: float) -> bool:
        """Whether glycol was as warm as the beer since it stopped, and is cold again; or cools another tank again."""
        if self.others_at > self._rested_from:
            return True
        return self._was_warm and self._cold_since is not None and now - self._cold_since >= COLD_S

    def begin(self, now: float) -> None:
        """The next try: it counts, however it ends."""
        self._is_supply_back = self._is_back(now)
        self.tries, self.due_at, self.tried_at = self.tries + 1, None, now
        self._was_warm, self._run, self._on_s = False, None, 0.0

    def judge(
        self, directed_c: float, means: MinuteMeans, now: float, *, on: bool, known_c_per_h: float, step_c: float
    ) -> float | None:
        """Once a tick while it runs for a try: by how much the beer goes better with it, °C/h, if that is an effect; 0
        once it should have shown and did not; None as long as that is not known."""
        if self._run is None:
            before_c_per_h = means.c_per_h(max(self._rested_from + LAG_S, now - BEFORE_S), now)
            self._run, self._last_at = (now, directed_c, before_c_per_h or 0.0), now
            return None
        began_at, _, before_c_per_h = self._run
        self._on_s += now - self._last_at if on else 0.0
        self._last_at = now
        asked_c_per_h = effect.LEAST_PART * known_c_per_h * min(1.0, self._on_s / max(now - began_at, 1.0))
        asked_c_per_h = max(asked_c_per_h, self._least_c_per_h(known_c_per_h))
        if (beyond_c_per_h := self._gained(directed_c, now, asked_c_per_h, step_c)) is not None:
            return beyond_c_per_h
        looked_s = now - began_at - LAG_S
        slope_c_per_h = means.c_per_h(began_at + LAG_S, now) if looked_s >= LEAST_LOOK_S else None
        if slope_c_per_h is not None:
            shows_c_per_h = SURE * effect.resolution_c_per_h(looked_s, step_c)
            asked_c_per_h = max(asked_c_per_h, effect.SAME_C_PER_H, shows_c_per_h)
            better_c_per_h = slope_c_per_h - before_c_per_h
            sure_c_per_h = better_c_per_h if self._is_supply_back else min(slope_c_per_h, better_c_per_h)
            if sure_c_per_h >= asked_c_per_h * means.thinness(began_at + LAG_S, now):
                return better_c_per_h
        return 0.0 if self._on_s >= self._longest_s(known_c_per_h, step_c) else None

    def _least_c_per_h(self, known_c_per_h: float) -> float:
        """What is asked of any cooler, unless the glycol itself says that it may work again: more than a room does, or
        of one that never did that, a part of what it was seen to do. The trial that follows tells it from a room."""
        if self._is_supply_back:
            return 0.0
        return min(FASTER_THAN_A_ROOM_C_PER_H, max(SEEN_PART * known_c_per_h, LEAST_SEEN_C_PER_H))

    def _longest_s(self, known_c_per_h: float, step_c: float) -> float:
        """For how long a try is on at most: half of what an output may run without effect."""
        return max(0.5 * effect.effort_s(None, known_c_per_h or None, step_c), SHORTEST_TRY_S)

    def _gained(self, directed_c: float, now: float, asked_c_per_h: float, step_c: float) -> float | None:
        """How much faster the beer went since the run began, where that is an effect for certain."""
        assert self._run is not None
        began_at, began_c, before_c_per_h = self._run
        run_h, asked_c = (now - began_at) / 3600.0, effect.effect_c(step_c)
        gone_c = directed_c - began_c
        beyond_c = min(gone_c, gone_c - before_c_per_h * run_h)
        if beyond_c < max(asked_c, asked_c_per_h * run_h):
            return None
        return beyond_c / run_h

    def paused(
        self, directed_c: float | None, now: float, *, known_c_per_h: float = 0.0, step_c: float = 0.0
    ) -> float | None:
        """It does not run, for whatever reason: what still goes its way is its doing, as long as jackets take, and the
        next run of the try is compared with this pause. Answers as `judge` does."""
        if self._run is None:
            return None
        if directed_c is None or now - self._last_at > LAG_S:
            self._run, self._rested_from = None, self._last_at
            return None
        return self._gained(directed_c, now, self._least_c_per_h(known_c_per_h), step_c)

    def began_at(self, now: float) -> float:
        """When the run of this try began."""
        return self._run[0] if self._run else now

    @property
    def before_c_per_h(self) -> float:
        """How the beer went before that run."""
        return self._run[2] if self._run else 0.0

    def snapshot(self) -> ChanceSnapshot:
        return ChanceSnapshot.model_construct(
            proven=self.proven, leapt=self.leapt, tries=self.tries, due_at=self.due_at, tried_at=self.tried_at
        )

    def restore(self, kept: ChanceSnapshot, now: float, *, is_dead: bool) -> None:
        """After a restart, which ends a try. A time far to come is one of a clock that was wrong."""
        self.proven, self.leapt, self.tries, self.tried_at = kept.proven, kept.leapt, kept.tries, kept.tried_at
        if is_dead:
            self.stopped(now)
        if kept.due_at is not None:
            self.due_at = min(kept.due_at, now + LONGEST_REST_S)
