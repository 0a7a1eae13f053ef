"""The trial of a suspect output: it is off for a while and compared with itself.

Does the beer better without it, it is reversed (in the wrong socket); is there no difference, it is dead (or the probe
is not in the beer). If the beer does worse without it, it works; it may be too weak. A room that turns at that moment
looks like that too: `Compared` keeps what was seen, until the time after the trial agrees.

Temperatures and slopes are times the output's direction, 1 of a heater and -1 of a cooler: its right way is up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from brewpi.control.effect_check import effect
from brewpi.control.effect_check.effect import LAG_S, SLOW_LAG_S, TRIAL_S
from brewpi.control.effect_check.minute_means import MinuteMeans
from brewpi.control.effect_check.response_snapshot import Standing
from brewpi.sentences import Sentence

BETTER_C_PER_H = 0.5  # without it than with it: reversed
SLOWLY_BETTER_C_PER_H = 2.0 * effect.SAME_C_PER_H  # over a whole trial: of one that is tried before it has gone far
SIGN = 0.2  # of a difference, at which a slow probe is given more time to show it
CLEAR_C_PER_H = 0.25  # with and without it, over hours: more than a room turns meanwhile


class Compared(NamedTuple):
    """A trial that the output has passed, until what comes after it agrees."""

    with_c_per_h: float
    without_c_per_h: float
    asked_c_per_h: float  # of a difference
    looked_s: float
    share: float  # of the time that it was on
    lag_s: float  # after a change, before it was looked at

    @property
    def after_s(self) -> float:
        """When what came after the trial has been seen for as long."""
        return self.lag_s + self.looked_s

    def worse_c_per_h(self, with_again_c_per_h: float) -> float:
        """Without it than before and after: what changes evenly with time cancels out."""
        return 0.5 * (self.with_c_per_h + with_again_c_per_h) - self.without_c_per_h


class Verdict(NamedTuple):
    """What a trial found. `compared` is there if the beer did worse without the output."""

    standing: Standing
    compared: Compared | None = None


@dataclass(slots=True)
class OutputTrial:
    """An output that is off since `began_at`, when the beer was at `began_c`.

    share: of the time before that it was on; with_c_per_h: how the beer went meanwhile, steady_since: from when on it
    shows what the output does; least_c_per_h: the smallest difference that it makes if it works.
    """

    began_at: float
    began_c: float
    share: float
    with_c_per_h: float
    steady_since: float
    least_c_per_h: float
    is_wrong_way: bool  # what the trial is for
    is_moving: bool  # the beer goes its way, and nobody knows by whose doing
    is_power_stated: bool
    is_unproven: bool  # the last trial of one that is weak by its stated power found no difference
    step_c: float = 0.0  # of a coarse probe
    _lag_s: float = LAG_S  # into the trial, before it is looked at

    @property
    def suspicion(self) -> str:
        """What it is for."""
        if self.is_wrong_way:
            return Sentence("the beer went the wrong way")
        return Sentence("the beer may have moved by itself" if self.is_moving else "the beer did not move")

    def judge(self, beer_c: float, means: MinuteMeans, now: float) -> Verdict | None:
        """As soon as the beer does clearly worse without it, it works; as soon as that would have shown and did not,
        it does not. None until then: it is off, and a beer that does not move by itself loses nothing by that."""
        trial_s = now - self.began_at
        if trial_s < TRIAL_S:
            return None
        better_c_per_h = (beer_c - self.began_c) / trial_s * 3600.0 - self.with_c_per_h
        if self.is_wrong_way and better_c_per_h > max(BETTER_C_PER_H, effect.resolution_c_per_h(trial_s, self.step_c)):
            return Verdict("reversed")
        since = self.began_at + self._lag_s
        looked_s, without_c_per_h = now - since, means.c_per_h(since, now)
        if looked_s < TRIAL_S - LAG_S or without_c_per_h is None:
            return None
        before_c_per_h, thin = self._before_c_per_h(means, looked_s), means.thinness(since, now)
        worse_c_per_h = before_c_per_h - without_c_per_h
        asked_c_per_h = max(self.least_c_per_h, thin * effect.resolution_c_per_h(looked_s, self.step_c))
        if worse_c_per_h >= asked_c_per_h:
            compared = Compared(before_c_per_h, without_c_per_h, asked_c_per_h, looked_s, self.share, self._lag_s)
            return Verdict("fine" if self.is_moving and not self.is_wrong_way else "weak", compared)
        if looked_s < thin * (effect.trial_s(self.least_c_per_h, self.step_c) - LAG_S):
            return None
        if self._lag_s < SLOW_LAG_S and (
            worse_c_per_h > SIGN * asked_c_per_h
            or without_c_per_h > asked_c_per_h
            or (self._ran_briefly and self.with_c_per_h - without_c_per_h >= max(CLEAR_C_PER_H, asked_c_per_h))
        ):
            self._lag_s = SLOW_LAG_S
            return None
        shows_c_per_h = max(SLOWLY_BETTER_C_PER_H, effect.resolution_c_per_h(looked_s, self.step_c))
        if before_c_per_h < 0.0 and worse_c_per_h < -shows_c_per_h:
            return Verdict("reversed")
        return self._without_difference(worse_c_per_h)

    def _without_difference(self, worse_c_per_h: float) -> Verdict:
        """The difference that was asked for would have shown, and did not."""
        is_weak_by_its_power = self.is_power_stated and self.least_c_per_h < effect.SAME_C_PER_H
        again = worse_c_per_h < self.least_c_per_h and is_weak_by_its_power and not self.is_unproven
        self.is_unproven = again
        return Verdict("weak" if again or worse_c_per_h >= self.least_c_per_h else "dead")

    @property
    def _ran_briefly(self) -> bool:
        """Whether a slow probe did not see the last run before the trial, but only those of the hours before."""
        return self.began_at - self.steady_since < SLOW_LAG_S - LAG_S + TRIAL_S

    def _before_c_per_h(self, means: MinuteMeans, looked_s: float) -> float:
        """How the beer went just before the trial, where it ran for long enough to be looked at."""
        if self.began_at - self.steady_since < TRIAL_S - LAG_S or (self._ran_briefly and self._lag_s >= SLOW_LAG_S):
            return self.with_c_per_h
        since = max(self.steady_since, self.began_at - max(looked_s, TRIAL_S))
        slope_c_per_h = means.c_per_h(since, self.began_at)
        return self.with_c_per_h if slope_c_per_h is None else slope_c_per_h
