"""A second opinion on an output: does the beer do what it should while it runs?

A heat belt in the cooling socket took a beer to 32 °C against a target of 17; a probe that slipped out of its well
reads the room, and the cooler freezes a beer that nobody measures. But beer at high krausen may also warm while it is
cooled, and switching that off would be wrong. So a suspect output is switched off for a while and compared with itself:
does the beer better without it, it is guilty; is there no difference, it is dead (or the probe is not in the beer); in
both cases it stays off until somebody resumes. If the beer does worse without it, it is merely too weak, which is said.

How long a run without effect may be follows from energy. An output of power P moves V litres of beer by

    r = P / (V * 4 kJ/L/K),  in °C/h: 3.6 P / (4 V) with P in W

and a probe in the beer shows EFFECT_C after LAG_S + EFFECT_C / r; twice that is given before anybody wonders. r is the
stated power's, else what this output was seen to do in this tank, else USUAL_C_PER_H.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field

from brewpi.sentences import Sentence
from brewpi.snapshot import Snapshot

SUSPECT_C = 1.0  # the wrong way within one run
LEAST_RUN_S = 900.0  # a run shorter than this proves nothing
TRIAL_S = 1800.0  # off for this long, to compare
BETTER_C_PER_H = 0.5  # without it than with it: guilty
ACQUITTED_S = 6 * 3600.0  # no new trial for this long

EFFECT_C = 0.3  # what counts as an effect; three steps of the coarsest probe
LAG_S = 600.0  # of jackets, mats and thermowells, before the beer feels them
USUAL_C_PER_H = 0.6  # of an output of which nothing is known: a jacket on a tank of some hundred litres
SHORTEST_EFFORT_S, LONGEST_EFFORT_S = 1800.0, 3 * 3600.0
SAME_C_PER_H = 0.15  # a slope that differs by less with and without: no effect
EVERY_S = 60.0
SAMPLES = 60  # minutes at hand
J_PER_L_K = 4000.0  # wort and beer

Standing = Literal["fine", "trial", "weak", "dead", "guilty"]
LATCHED = ("guilty", "dead")


def c_per_h(power_w: float, volume_l: float) -> float:
    """How fast an output of this power moves this much beer, °C/h."""
    return 3600.0 * power_w / (J_PER_L_K * volume_l)


class ResponseSnapshot(Snapshot):
    """What was seen of an output: a latch, and how fast it moves the beer."""

    standing: Literal["guilty", "dead"] | None = None
    learnt_c_per_h: float | None = Field(default=None, ge=0.0, le=1000.0)


@dataclass(slots=True)
class OutputResponseCheck:
    """Watches one output of a tank. Call `watch` once a tick with whether it runs and what the beer is.

    direction: 1 of a heater, -1 of a cooler; stated_c_per_h: what its power makes of this tank, if that is known;
    learnt_c_per_h: what it was seen to do.
    """

    direction: int
    standing: Standing = "fine"
    since: float = 0.0
    stated_c_per_h: float | None = None
    learnt_c_per_h: float | None = None
    effort_s: float = 0.0  # time that it has run since it last had an effect
    _from_c: float | None = None  # beer at the start of the run or of the trial
    _from_at: float = 0.0
    _run: tuple[float, float] | None = None  # when the run began, and the beer then
    _last: tuple[float, float] | None = None  # when it was looked at and the beer then, while it runs
    _gain_c: float = 0.0  # within runs, since the last effect
    _with_c_per_h: float = 0.0
    _wrong_way: bool = False  # what the trial is for
    _acquitted_at: float = float("-inf")
    _cleared_at: float = float("-inf")  # of a beer that went the wrong way: it did so faster without it
    _acquittals: int = 0  # in a row, of having no effect
    _minutes: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=SAMPLES))

    @property
    def doubt(self) -> str:
        """What a trial is for."""
        return Sentence("the beer went the wrong way" if self._wrong_way else "the beer did not move")

    @property
    def effort_limit_s(self) -> float:
        """How long it may run without effect before it is tried."""
        rate_c_per_h = self.stated_c_per_h or self.learnt_c_per_h or USUAL_C_PER_H
        due_s = 2.0 * (LAG_S + 3600.0 * EFFECT_C / rate_c_per_h)
        return min(max(due_s, SHORTEST_EFFORT_S), LONGEST_EFFORT_S) * 2.0 ** min(self._acquittals, 3)

    def watch(self, runs: bool, beer_c: float | None, now: float) -> Standing:
        """What is thought of the output now. Without a beer temperature nothing is learnt."""
        if self.standing in LATCHED:
            return self.standing
        if beer_c is None:
            self._from_c = self._last = None
            self._minutes.clear()
            if self.standing == "trial":
                self._become("fine", now)
            return self.standing
        if not self._minutes or now - self._minutes[-1][0] >= EVERY_S:
            self._minutes.append((now, beer_c))
        if self.standing == "trial":
            self._try(beer_c, now)
        elif runs:
            self._follow(beer_c, now)
        else:
            self._from_c = self._last = None
        return self.standing

    def reset(self, now: float) -> None:
        """An operator has looked and resumes."""
        self.effort_s = self._gain_c = 0.0
        self._acquittals = 0
        self._become("fine", now)

    def snapshot(self) -> ResponseSnapshot:
        """For the store: what was seen of it, and whether it is latched."""
        rate = self.learnt_c_per_h
        return ResponseSnapshot.model_construct(
            standing=self.standing if self.standing in ("guilty", "dead") else None,
            learnt_c_per_h=None if rate is None else round(rate, 1),
        )

    def restore(self, kept: ResponseSnapshot, now: float) -> None:
        """As it was."""
        if kept.standing is not None:
            self._become(kept.standing, now)
        self.learnt_c_per_h = kept.learnt_c_per_h

    def _way(self, gone_c: float) -> float:
        return gone_c * self.direction

    def _follow(self, beer_c: float, now: float) -> None:
        if self._from_c is None or self._last is None:
            self._from_c, self._from_at = beer_c, now
            self._run = self._last = (now, beer_c)
            return
        self.effort_s += now - self._last[0]
        self._gain_c += self._way(beer_c - self._last[1])
        self._last = (now, beer_c)
        run_s, gain_c = now - self._from_at, self._way(beer_c - self._from_c)
        if gain_c <= -SUSPECT_C and run_s >= LEAST_RUN_S and now - self._acquitted_at >= ACQUITTED_S:
            self._begin_trial(gain_c / run_s * 3600.0, True, beer_c, now)
        elif gain_c >= EFFECT_C or self._gain_c >= EFFECT_C:
            self._has_effect(beer_c, now)
        elif self.effort_s >= self.effort_limit_s and now - self._cleared_at >= ACQUITTED_S:
            self._begin_trial(self._slope_c_per_h(now - TRIAL_S, now), False, beer_c, now)

    def _has_effect(self, beer_c: float, now: float) -> None:
        began_at, from_c = self._run or (now, beer_c)
        if now - began_at > LAG_S:
            seen = 3600.0 * self._way(beer_c - from_c) / (now - began_at)
            before = self.learnt_c_per_h
            self.learnt_c_per_h = max(0.01, seen if before is None else before + 0.3 * (seen - before))
        self._from_c, self._from_at = beer_c, now
        self.effort_s = self._gain_c = 0.0
        self._acquittals = 0
        if self.standing != "fine":
            self._become("fine", now)
            self._last = (now, beer_c)

    def _begin_trial(self, with_c_per_h: float, wrong_way: bool, beer_c: float, now: float) -> None:
        self._with_c_per_h, self._wrong_way = with_c_per_h, wrong_way
        self._become("trial", now)
        self._from_c, self._from_at, self._last = beer_c, now, None
        self.effort_s = self._gain_c = 0.0

    def _try(self, beer_c: float, now: float) -> None:
        if self._from_c is None:
            self._from_c, self._from_at = beer_c, now
        trial_s = now - self._from_at
        if trial_s < TRIAL_S:
            return
        if self._wrong_way:
            without_c_per_h = self._way(beer_c - self._from_c) / trial_s * 3600.0
        else:
            without_c_per_h = self._slope_c_per_h(self._from_at + LAG_S, now)
        better_c_per_h = without_c_per_h - self._with_c_per_h
        verdict: Standing = "weak"
        if better_c_per_h > BETTER_C_PER_H and self._wrong_way:
            verdict = "guilty"
        elif abs(better_c_per_h) < SAME_C_PER_H:
            verdict = "dead"
        elif self._wrong_way:
            self._cleared_at = now
        self._acquittals += 1
        self._become(verdict, now)
        self._acquitted_at = now
        self._from_c = None

    def _slope_c_per_h(self, since: float, now: float) -> float:
        """The right way is positive: least squares over the minutes since then."""
        points = [((at - now) / 3600.0, celsius) for at, celsius in self._minutes if at >= since]
        if len(points) < 3:
            return 0.0
        mean_h = sum(h for h, _ in points) / len(points)
        spread = sum((h - mean_h) ** 2 for h, _ in points)
        return self._way(sum((h - mean_h) * celsius for h, celsius in points) / spread) if spread > 0.0 else 0.0

    def _become(self, standing: Standing, now: float) -> None:
        if standing != self.standing:
            self.standing, self.since = standing, now
            self._from_c = None if standing == "fine" else self._from_c
