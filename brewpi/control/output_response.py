"""A second opinion on an output: does the beer do what it should while it runs?

A heat belt in the cooling socket took a beer to 32 °C against a target of 17; a torn heater wire is found days later.
But a beer at high krausen may also warm while it is cooled, and switching that off would be wrong. So a suspect
output is switched off for a while: if the beer then does better without it, it is guilty and stays off until somebody
resumes; if not, it is merely too weak, which is said and nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from brewpi.control.temperature import Side

SUSPECT_C = 1.0  # the wrong way within one run
LEAST_RUN_S = 900.0  # a run shorter than this proves nothing
TRIAL_S = 1800.0  # off for this long, to compare
BETTER_C_PER_H = 0.5  # without it than with it: guilty
ACQUITTED_S = 6 * 3600.0  # no new trial for this long
NO_EFFECT_S = 3 * 3600.0  # running this long...
NO_EFFECT_C = 0.3  # ...without this gain: dead

Standing = Literal["fine", "trial", "weak", "dead", "guilty"]


@dataclass(slots=True)
class OutputResponseCheck:
    """Watches one output of a tank. Call `watch` once a tick with whether it runs and what the beer is."""

    side: Side
    standing: Standing = "fine"
    since: float = 0.0
    _from_c: float | None = None  # beer at the start of the run or of the trial
    _from_at: float = 0.0
    _with_c_per_h: float = 0.0
    _acquitted_at: float = float("-inf")

    def watch(self, runs: bool, beer_c: float | None, now: float) -> Standing:
        """What is thought of the output now. Without a beer temperature nothing is learnt."""
        if self.standing == "guilty":
            return self.standing
        if beer_c is None:
            self._from_c = None
            if self.standing == "trial":
                self._become("fine", now)
        elif self.standing == "trial":
            self._try(beer_c, now)
        elif runs:
            self._follow(beer_c, now)
        else:
            self._from_c = None
            if self.standing == "dead":
                self._become("fine", now)
        return self.standing

    def reset(self, now: float) -> None:
        """An operator has looked and resumes."""
        self._become("fine", now)

    def _gain_c(self, beer_c: float) -> float:
        """How far the beer went the right way since the run or the trial began."""
        gone_c = beer_c - (beer_c if self._from_c is None else self._from_c)
        return gone_c if self.side == "heat" else -gone_c

    def _follow(self, beer_c: float, now: float) -> None:
        if self._from_c is None:
            self._from_c, self._from_at = beer_c, now
            return
        run_s, gain_c = now - self._from_at, self._gain_c(beer_c)
        if gain_c <= -SUSPECT_C and run_s >= LEAST_RUN_S and now - self._acquitted_at >= ACQUITTED_S:
            self._with_c_per_h = gain_c / run_s * 3600.0
            self._become("trial", now)
            self._from_c, self._from_at = beer_c, now
        elif gain_c >= NO_EFFECT_C:
            self._from_c, self._from_at = beer_c, now
            if self.standing != "fine":
                self._become("fine", now)
        elif run_s >= NO_EFFECT_S and self.standing == "fine":
            self._become("dead", now)

    def _try(self, beer_c: float, now: float) -> None:
        if self._from_c is None:
            self._from_c, self._from_at = beer_c, now
        trial_s = now - self._from_at
        if trial_s < TRIAL_S:
            return
        without_c_per_h = self._gain_c(beer_c) / trial_s * 3600.0
        reversed = without_c_per_h > self._with_c_per_h + BETTER_C_PER_H
        self._become("guilty" if reversed else "weak", now)
        self._acquitted_at = now
        self._from_c = None

    def _become(self, standing: Standing, now: float) -> None:
        if standing != self.standing:
            self.standing, self.since = standing, now
            self._from_c = None if standing == "fine" else self._from_c
