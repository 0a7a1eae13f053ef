"""A second opinion on an output: does the beer do what it should while it runs?

A heat belt in the cooling socket took a beer to 32 °C against a target of 17; a probe that slipped out of its well
reads the room, and the cooler freezes a beer that nobody measures. But beer at high krausen may also warm while it is
cooled, and switching that off would be wrong. So a suspect output is switched off for a while and compared with itself:
does the beer better without it, it is reversed (in the wrong socket); is there no difference, it is dead (or the probe
is not in the beer); in both cases it stays off until somebody resumes. If the beer does worse without it, it works; it
may be too weak, which is said. A room that turns at that moment looks like that too. So the time after the trial is
looked at as well: what changes evenly with time is half of it before and half after, and cancels out.

How long it may run without effect, how long a trial takes and what counts as a difference follow from energy: see
`brewpi/control/effect.py` and docs/effect-check.md. An output in cycles (`cycle_s`) is watched over all of the time in
which it is asked for, and its effort is the time that it was on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from brewpi.control import effect
from brewpi.control.comparison import Compared, MinuteMeans
from brewpi.control.effect import EFFECT_C, LAG_S, SLOW_LAG_S, TRIAL_S
from brewpi.control.response_snapshot import LATCHED, ResponseSnapshot, Standing
from brewpi.control.trend import EVERY_S
from brewpi.records import Alarm, Severity
from brewpi.sentences import Sentence

SUSPECT_C = 1.0  # the wrong way within one run
LEAST_RUN_S = 900.0  # a run shorter than this proves nothing
BETTER_C_PER_H = 0.5  # without it than with it: reversed
AGAIN_AFTER_S = 6 * 3600.0  # no new trial for this long
SIGN = 0.2  # of a difference, at which a slow probe is given more time to show it
BEHIND_C = 0.5  # short of its setpoint: a weak output that holds the beer keeps up, as a big tank's does

KEPT_EFFORT_S = 300.0  # in such steps a restart knows of it
KEPT_GAIN_C_PER_H = 0.05  # and so of how the beer moved meanwhile
DRIFT_S = 3 * 3600.0  # so long after a pause its drift is still that of the room

FOUND = {  # of an output, by what its effect on the beer says
    "reversed": "{output} moves the beer the wrong way and is off: is it wired to the right socket? Resume when it is",
    "weak": "{output} runs and does not keep up; check that it works, and how strong it is",
    "dead": "{output} ran without effect and is off: is the probe in the beer? Check fuse and wire, then resume",
}
KEYS = {"reversed": "guilty"}  # of the alarm, where it has another word: others go by it


@dataclass(slots=True)
class OutputResponseCheck:
    """Watches one output of a tank. Call `watch` once a tick with whether it runs and what the beer is.

    direction: 1 of a heater, -1 of a cooler; stated_c_per_h: what its power makes of this tank, if that is known;
    volume_l: of the tank, 0 if unknown; learnt_c_per_h: what it was seen to do; effort_s: time that it has been on
    since it last had an effect, driven_s: time that it was asked for meanwhile.
    """

    direction: int
    standing: Standing = "fine"
    since: float = 0.0
    stated_c_per_h: float | None = None
    learnt_c_per_h: float | None = None
    volume_l: float = 0.0
    effort_s: float = 0.0
    driven_s: float = 0.0
    _from_c: float | None = None  # beer at the start of the run or of the trial
    _from_at: float = 0.0
    _run: tuple[float, float] | None = None  # when the run began, and the beer then
    _last: tuple[float, float] | None = None  # when it was looked at and the beer then, while it runs
    _gain_c: float = 0.0  # within runs, since the last effect
    _on_s: float = 0.0  # since `_from_at`
    _steady_since: float = 0.0  # from when on the run before the trial shows what it does
    _unproven: bool = False  # a trial of one that is weak by its stated power found no difference
    _share: float = 1.0  # of the time that it was on, before the trial
    _with_c_per_h: float = 0.0
    _lag_s: float = LAG_S  # into the trial, before it is looked at
    _wrong_way: bool = False  # what the trial is for
    _found: tuple[Standing, float] = ("fine", 0.0)  # what was thought last, and since when: a trial does not change it
    _behind: bool = False  # the beer was short of its setpoint while it was weak
    _trial_ended_at: float = float("-inf")
    _cleared_at: float = float("-inf")  # of a beer that went the wrong way: it did so faster without it
    _trials: int = 0  # in a row, of having no effect
    _moves: bool = False  # the beer goes its way, and nobody knows by whose doing
    _off_since: float | None = None
    _drift: tuple[float, float] | None = None  # when a pause ended, and how the beer went its way in it, °C/h
    _compared: Compared | None = None
    _means: MinuteMeans = field(default_factory=MinuteMeans)

    @property
    def suspicion(self) -> str:
        """What a trial is for."""
        if self._wrong_way:
            return Sentence("the beer went the wrong way")
        return Sentence("the beer may have moved by itself" if self._moves else "the beer did not move")

    @property
    def effort_limit_s(self) -> float:
        """How long it may run without effect before it is tried."""
        due_s = effect.effort_s(self.stated_c_per_h, self.learnt_c_per_h)
        again_s = due_s * 2.0 ** min(max(self._trials - 1, 0), 3)
        return min(again_s, effect.longest_s(due_s, self._known_c_per_h or None))

    @property
    def _known_c_per_h(self) -> float:
        return self.stated_c_per_h or self.learnt_c_per_h or 0.0

    @property
    def share(self) -> float:
        """Of the time in which it was asked for, how much it was on."""
        return self.effort_s / self.driven_s if self.driven_s > 0.0 else 1.0

    def watch(
        self, runs: bool, beer_c: float | None, now: float, on: bool = True, left_c: float = float("inf")
    ) -> Standing:
        """What is thought of the output now. Without a beer temperature nothing is learnt. on: whether it has power
        at this moment; one in cycles runs also while it has not. left_c: how far it still has to move the beer."""
        if self.standing in LATCHED:
            return self.standing
        if beer_c is None:
            self._from_c = self._last = self._off_since = self._drift = self._compared = None
            self._means.forget()
            if self.standing == "verifying":
                self._become("fine", now)
            return self.standing
        self._means.add(beer_c, now)
        if self._means.leaps(beer_c, now) and self.standing != "verifying":
            self._from_c = self._last = None  # what a leap was is nobody's doing
        self._note_pause(runs, now)
        self._behind = self._behind or left_c > BEHIND_C
        if self.standing == "verifying":
            self._try(beer_c, now)
        elif runs:
            self._follow(beer_c, now, on)
        else:
            self._follow_up(beer_c, now)
        return self.standing

    def reset(self, now: float) -> None:
        """An operator has looked and resumes."""
        self._forget_effort()
        self._trials = 0
        self._become("fine", now)

    def judge_anew(self, before: float, now: float) -> None:
        """There was no beer before that time, on which an output could have had an effect. One that moved what was
        there the wrong way stays off: it does so in a wort as well."""
        if self.standing == "dead" and self.since < before:
            self.reset(now)

    def alarm(self, output: str) -> Alarm | None:
        """What a person has to know of it, if anything."""
        found, since = self._found
        if found not in FOUND or (found == "weak" and not self._behind):
            return None
        severity: Severity = "warning" if found == "weak" else "alarm"
        word = KEYS.get(found, found)
        return Alarm(f"{output}: {word}", severity, Sentence(FOUND[found], output=output), since)

    def snapshot(self) -> ResponseSnapshot:
        """For the store: what was seen of it, and whether it is latched. A trial begins anew, soon after a restart."""
        rate, in_trial = self.learnt_c_per_h, self.standing == "verifying"
        effort_s, share = (self.effort_limit_s, self._share) if in_trial else (self.effort_s, self.share)
        kept_s = effort_s // KEPT_EFFORT_S * KEPT_EFFORT_S + (KEPT_EFFORT_S if in_trial else 0.0)
        return ResponseSnapshot.model_construct(
            standing=self.standing if self.standing in LATCHED else None,
            learnt_c_per_h=None if rate is None else float(f"{rate:.1g}"),  # 0.04 in a big tank is not 0
            effort_s=kept_s,
            driven_s=round(kept_s / share) if kept_s else 0.0,
            gained_c_per_h=self._gained_c_per_h() if kept_s else 0.0,
            trials=self._trials,
        )

    def restore(self, kept: ResponseSnapshot, now: float) -> None:
        if kept.standing is not None:
            self._become(kept.standing, now)
        self.learnt_c_per_h = kept.learnt_c_per_h
        self.effort_s, self.driven_s = kept.effort_s, max(kept.effort_s, kept.driven_s)
        self._gain_c = kept.gained_c_per_h * self.driven_s / 3600.0
        self._trials = kept.trials

    def _gained_c_per_h(self) -> float:
        """How the beer went its way while it was driven, in steps: without it a restart makes hours with an effect
        hours without one, and a cooler that works is called dead."""
        if self.standing == "verifying":
            seen_c_per_h = self._with_c_per_h
        else:
            seen_c_per_h = 3600.0 * self._gain_c / self.driven_s if self.driven_s else 0.0
        return round(seen_c_per_h / KEPT_GAIN_C_PER_H) * KEPT_GAIN_C_PER_H

    def _note_pause(self, runs: bool, now: float) -> None:
        """How the beer goes by itself is seen in pauses that are long enough for a trial."""
        if not runs:
            if self._off_since is None:
                self._off_since = now
            if self.standing != "verifying" and now - self._off_since > LAG_S:
                self._compared = None
        elif self._off_since is not None:
            if now - self._off_since >= TRIAL_S:
                drift_c_per_h = self._slope_c_per_h(max(self._off_since + LAG_S, now - DRIFT_S), now)
                self._drift = None if drift_c_per_h is None else (now, drift_c_per_h)
            self._off_since = None

    def _way(self, gone_c: float) -> float:
        return gone_c * self.direction

    def _forget_effort(self) -> None:
        self.effort_s = self.driven_s = self._gain_c = 0.0

    def _follow(self, beer_c: float, now: float, on: bool) -> None:
        if self._from_c is None or self._last is None:
            self._from_c, self._from_at, self._on_s = beer_c, now, 0.0
            self._run = self._last = (now, beer_c)
            return
        passed_s = now - self._last[0]
        self.driven_s += passed_s
        if on:
            self.effort_s += passed_s
            self._on_s += passed_s
        self._gain_c += self._way(beer_c - self._last[1])
        self._last = (now, beer_c)
        run_s, gain_c = now - self._from_at, self._way(beer_c - self._from_c)
        if gain_c <= -SUSPECT_C and self._on_s >= LEAST_RUN_S and now - self._trial_ended_at >= AGAIN_AFTER_S:
            self._steady_since = (self._run[0] if self._run else now) + LAG_S
            self._begin_trial(gain_c / run_s * 3600.0, beer_c, now)
        elif self._is_its_doing(gain_c, run_s, now) or self._is_its_doing(self._gain_c, self.driven_s, now):
            self._has_effect(beer_c, now)
        elif self._compared is not None and now - self._trial_ended_at >= self._compared.after_s:
            self._compare_again(self._compared, now)
        elif self.effort_s >= self.effort_limit_s and now - self._cleared_at >= AGAIN_AFTER_S:
            self._suspect(self._run[0] if self._run else now, beer_c, now)
        elif self.standing == "weak" and self._gain_c >= EFFECT_C:
            self._become("fine", now)

    def _is_its_doing(self, gain_c: float, driven_s: float, now: float) -> bool:
        return effect.is_its_doing(gain_c, driven_s, self._known_c_per_h, self.share, self._drift_c_per_h(now))

    def _drift_c_per_h(self, now: float) -> float | None:
        """How the beer goes its way by itself, as the pause before showed it; None if that is too long ago: the room
        has turned since."""
        return self._drift[1] if self._drift and now - self._drift[0] <= DRIFT_S else None

    def _compare_again(self, compared: Compared, now: float) -> None:
        """The time after a trial, as long as it was looked at: a room that turned meanwhile goes on turning."""
        again_c_per_h = self._slope_c_per_h(self._trial_ended_at + compared.lag_s, now)
        if again_c_per_h is None:
            return
        self._compared = None
        if self.share < 0.5 * compared.share:
            return
        worse_c_per_h = compared.worse_c_per_h(again_c_per_h)
        is_same = worse_c_per_h < 0.5 * compared.asked_c_per_h
        if is_same and compared.lag_s < SLOW_LAG_S:  # of a slow probe the trial itself still shows in it
            self._compared = compared._replace(lag_s=SLOW_LAG_S)
        elif is_same:
            self._end_trial("dead", now)
        else:
            self.learnt_c_per_h = max(0.01, worse_c_per_h / max(compared.share, 0.05))

    def _follow_up(self, beer_c: float, now: float) -> None:
        """After a run, as long as jackets and slow probes take, what still goes its way was its doing."""
        if self._last is None or now - self._last[0] > LAG_S + EVERY_S:
            self._from_c = self._last = None
            return
        self._from_c = None
        if (gain_c := self._way(beer_c - self._last[1])) > 0.0:
            self._gain_c += gain_c
            self._last = (self._last[0], beer_c)
            if self._is_its_doing(self._gain_c, self.driven_s, now):
                self._proves_itself(now)

    def _has_effect(self, beer_c: float, now: float) -> None:
        began_at, from_c = self._run or (now, beer_c)
        if now - began_at > LAG_S:
            seen_c_per_h = 3600.0 * self._way(beer_c - from_c) / (now - began_at)
            seen_c_per_h -= self._drift_c_per_h(now) or 0.0
            self._learn(seen_c_per_h / max(self.share, 0.05))
        self._from_c, self._from_at, self._on_s = beer_c, now, 0.0
        was_fine = self.standing == "fine"
        self._proves_itself(now)
        if not was_fine:
            self._last = (now, beer_c)

    def _proves_itself(self, now: float) -> None:
        """The pause before has done its part: whatever comes has to be compared with another one."""
        self._forget_effort()
        self._trials, self._unproven, self._drift, self._compared = 0, False, None, None
        if self.standing != "fine":
            self._become("fine", now)

    def _learn(self, seen_c_per_h: float) -> None:
        before = self.learnt_c_per_h
        self.learnt_c_per_h = max(0.01, seen_c_per_h if before is None else before + 0.3 * (seen_c_per_h - before))

    def _suspect(self, began_at: float, beer_c: float, now: float) -> None:
        """It has run for long without an effect. One that is known to be too weak for its tank to show any is not
        tried, which would prove nothing; it is said, if it runs most of the time. began_at: the run."""
        self._moves = self._gain_c >= EFFECT_C
        if effect.can_be_seen(self.stated_c_per_h, self.share):
            self._steady_since = began_at + LAG_S
            gain_c_per_h = 3600.0 * self._gain_c / self.driven_s
            self._begin_trial(None, beer_c, now)
            self._with_c_per_h = gain_c_per_h
            return
        if self.share > 0.5 and not self._moves:
            self._become("weak", now)
        self._forget_effort()

    def _begin_trial(self, wrong_way_c_per_h: float | None, beer_c: float, now: float) -> None:
        """wrong_way_c_per_h: how it went the wrong way, if that is what the trial is for."""
        self._wrong_way = wrong_way_c_per_h is not None
        self._with_c_per_h, self._share = wrong_way_c_per_h or 0.0, self.share
        self._become("verifying", now)
        self._lag_s = LAG_S
        self._from_c, self._from_at, self._last, self._compared = beer_c, now, None, None
        self._forget_effort()

    def _try(self, beer_c: float, now: float) -> None:
        """As soon as the beer does clearly worse without it, it works; as soon as that would have shown and did not,
        it does not. Meanwhile it is off, and a beer that does not move by itself loses nothing by that."""
        if self._from_c is None:
            self._from_c, self._from_at = beer_c, now
        trial_s = now - self._from_at
        if trial_s < TRIAL_S:
            return
        if self._wrong_way:
            alone_c_per_h = self._way(beer_c - self._from_c) / trial_s * 3600.0
            if alone_c_per_h - self._with_c_per_h > BETTER_C_PER_H:
                self._end_trial("reversed", now)
                return
        since = self._from_at + self._lag_s
        if now - since < TRIAL_S - LAG_S:
            return
        without_c_per_h = self._slope_c_per_h(since, now)
        if without_c_per_h is None:
            return
        before_c_per_h, thin = self._before_c_per_h(now - since), self._means.thinness(since, now)
        worse_c_per_h = before_c_per_h - without_c_per_h
        least_c_per_h = effect.difference_c_per_h(self.stated_c_per_h, self.learnt_c_per_h, self.volume_l, self._share)
        asked_c_per_h = max(least_c_per_h, thin * effect.resolution_c_per_h(now - since))
        if worse_c_per_h >= asked_c_per_h:
            self._cleared_at = now if self._wrong_way else self._cleared_at
            self._end_trial("fine" if self._moves and not self._wrong_way else "weak", now)
            self._learn(worse_c_per_h / max(self._share, 0.05))
            looked = (now - since, self._share, self._lag_s)
            self._compared = Compared(before_c_per_h, without_c_per_h, asked_c_per_h, *looked)
        elif now - since >= thin * (effect.trial_s(least_c_per_h) - LAG_S):
            if self._lag_s < SLOW_LAG_S and (worse_c_per_h > SIGN * asked_c_per_h or without_c_per_h > asked_c_per_h):
                self._lag_s = SLOW_LAG_S
            else:
                self._conclude(worse_c_per_h, least_c_per_h, now)

    def _conclude(self, worse_c_per_h: float, least_c_per_h: float, now: float) -> None:
        """The difference that was asked for would have shown, and did not."""
        weak_by_its_power = self.stated_c_per_h is not None and least_c_per_h < effect.SAME_C_PER_H
        again = worse_c_per_h < least_c_per_h and weak_by_its_power and not self._unproven
        self._end_trial("weak" if again or worse_c_per_h >= least_c_per_h else "dead", now)
        self._unproven = again

    def _before_c_per_h(self, looked_s: float) -> float:
        """How the beer went just before the trial, where it ran for long enough to be looked at."""
        if self._from_at - self._steady_since < TRIAL_S - LAG_S:
            return self._with_c_per_h
        since = max(self._steady_since, self._from_at - max(looked_s, TRIAL_S))
        slope_c_per_h = self._slope_c_per_h(since, self._from_at)
        return self._with_c_per_h if slope_c_per_h is None else slope_c_per_h

    def _end_trial(self, verdict: Standing, now: float) -> None:
        self._trials += 1
        self._become(verdict, now)
        self._trial_ended_at = now
        self._from_c = self._off_since = None

    def _slope_c_per_h(self, since: float, now: float) -> float | None:
        """The right way is positive: least squares over the minutes since then; None if they are too few."""
        slope_c_per_h = self._means.c_per_h(since, now)
        return None if slope_c_per_h is None else self._way(slope_c_per_h)

    def _become(self, standing: Standing, now: float) -> None:
        if standing != self.standing:
            self.standing, self.since = standing, now
            self._from_c = None if standing == "fine" else self._from_c
        if standing not in ("verifying", self._found[0]):
            self._found, self._behind = (standing, now), False
