"""A second opinion on an output: does the beer do what it should while it runs?

A heat belt in the cooling socket took a beer to 32 °C against a target of 17; a probe that slipped out of its well
reads the room, and the cooler freezes a beer that nobody measures. But beer at high krausen may also warm while it is
cooled, and switching that off would be wrong. So a suspect output is switched off for a trial, `output_trial.py`. One
that is reversed or dead stays off until somebody resumes; one that is weak goes on, and that is said. A room that turns
at that moment looks as if it worked. So the time after the trial is looked at as well: what changes evenly with time is
half of it before and half after, and cancels out.

How long it may run without effect, how long a trial takes and what counts as a difference follow from energy: see
`brewpi/control/effect_check/effect.py` and docs/effect-check.md. An output in cycles (`cycle_s`) is watched over all of
the time in which it is asked for, and its effort is the time that it was on.

Temperatures and slopes within are times the output's direction: its right way is up.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from brewpi.control.effect_check import effect
from brewpi.control.effect_check.effect import LAG_S, SLOW_LAG_S
from brewpi.control.effect_check.late_effect import LATEST_S, SecondLook, Tried
from brewpi.control.effect_check.minute_means import MinuteMeans
from brewpi.control.effect_check.output_effort import OutputEffort
from brewpi.control.effect_check.output_finding import finding
from brewpi.control.effect_check.output_trial import Compared, OutputTrial
from brewpi.control.effect_check.pause_drift import PauseDrift
from brewpi.control.effect_check.response_snapshot import LATCHED, ResponseSnapshot, Standing
from brewpi.control.effect_check.second_chance import SecondChance
from brewpi.control.effect_check.trend import EVERY_S
from brewpi.records import Alarm

SUSPECT_C = 1.0  # the wrong way within one run, beyond a coarse probe's step, which may be that of a beer at rest
LEAST_RUN_S = 900.0  # a run shorter than this proves nothing
AGAIN_AFTER_S = 6 * 3600.0  # no new trial for this long
LATE_TRIALS = 3  # as if it had passed so many: a trial of a slow probe takes hours
BEHIND_C = 0.5  # short of its setpoint: a weak output that holds the beer keeps up, as a big tank's does

KEPT_EFFORT_S = 300.0  # in such steps a restart knows of it
KEPT_GAIN_C_PER_H = 0.05  # and so of how the beer moved meanwhile


@dataclass(slots=True)
class OutputResponseCheck:
    """Watches one output of a tank. Call `watch` once a tick with whether it runs and what the beer is.

    direction: 1 of a heater, -1 of a cooler; stated_c_per_h: what its power makes of this tank, if that is known;
    volume_l: of the tank, 0 if unknown; learnt_c_per_h: what it was seen to do; effort: since it last had an effect;
    step_c: of the beer probe where it is a coarse one, else 0.
    """

    direction: int
    standing: Standing = "fine"
    since: float = 0.0
    stated_c_per_h: float | None = None
    learnt_c_per_h: float | None = None
    volume_l: float = 0.0
    step_c: float = 0.0
    noise_step_c: float = 0.0  # of a coarse probe that tells as little, where the reading does what no beer does
    supply_c: float | None = None  # of the glycol, where that is measured
    other_on: bool = False  # what works against it has power
    effort: OutputEffort = field(default_factory=OutputEffort)
    chance: SecondChance = field(default_factory=SecondChance)
    _from_c: float | None = None  # beer at the start of the run, or when it had an effect last
    _from_at: float = 0.0
    _run: tuple[float, float] | None = None  # when the run began, and the beer then
    _last: tuple[float, float] | None = None  # when it was looked at and the beer then, while it runs
    _on_s: float = 0.0  # since `_from_at`
    _unproven: bool = False  # a trial of one that is weak by its stated power found no difference
    _found: tuple[Standing, float] = ("fine", 0.0)  # what was thought last, and since when: a trial does not change it
    _behind: bool = False  # the beer was short of its setpoint while it was weak
    _trial_ended_at: float = float("-inf")
    _cleared_at: float = float("-inf")  # of a beer that went the wrong way: it did so faster without it
    _trials: int = 0  # in a row, of having no effect
    _trial: OutputTrial | None = None  # while it is verifying
    _compared: Compared | None = None
    _pause: PauseDrift = field(default_factory=PauseDrift)
    _means: MinuteMeans = field(default_factory=MinuteMeans)
    _look: SecondLook = field(default_factory=SecondLook)
    _tried: Tried | None = None  # last

    @property
    def suspicion(self) -> str:
        """What its trial is for."""
        return self._trial.suspicion if self._trial is not None else ""

    @property
    def effort_limit_s(self) -> float:
        """How long it may run without effect before it is tried."""
        due_s = effect.effort_s(self.stated_c_per_h, self.learnt_c_per_h, self.step_c)
        again_s = due_s * 2.0 ** min(max(self._trials - 1, 0), 3)
        return min(again_s, effect.longest_s(due_s, self._known_c_per_h or None))

    @property
    def _known_c_per_h(self) -> float:
        return self.stated_c_per_h or self.learnt_c_per_h or 0.0

    @property
    def _tells_c(self) -> float:
        """The step of a coarse probe that tells as much of its output as this one."""
        return max(self.step_c, self.noise_step_c)

    def watch(
        self, runs: bool, beer_c: float | None, now: float, on: bool = True, left_c: float = float("inf")
    ) -> Standing:
        """What is thought of the output now. Without a beer temperature nothing is learnt. on: whether it has power
        at this moment; one in cycles runs also while it has not. left_c: how far it still has to move the beer."""
        if self.standing == "reversed" or (self.standing == "dead" and self.direction > 0):
            return self.standing
        if beer_c is None:
            self._lose_sight(now)
            return self.standing
        directed_c = self.direction * beer_c
        self._means.add(directed_c, now)
        self._look.drives.note(on, self.other_on, now)
        if self.direction < 0:
            self.chance.leapt |= self.noise_step_c > 0.0
            self.chance.note_probe(directed_c, now, self.step_c)
            self.chance.note_supply(None if self.supply_c is None else beer_c - self.supply_c, now)
        if self.standing in ("dead", "trying"):
            self._try_again(runs, directed_c, now, on)
            return self.standing
        if self._means.leaps(directed_c, now, self.step_c) and self._trial is None:
            self._from_c = self._last = None  # what a leap was is nobody's doing
        self._pause.note(runs, self._means, now)
        if self._trial is None and self._pause.paused_s(now) > LAG_S:
            self._compared = None
        self._behind = self._behind or left_c > BEHIND_C + self.step_c
        if self._trial is not None:
            self._try(self._trial, directed_c, now)
        elif runs:
            self._follow(directed_c, now, on)
        else:
            self._follow_up(directed_c, now)
        return self.standing

    def _lose_sight(self, now: float) -> None:
        """The probe says nothing: what is compared begins anew."""
        self._from_c = self._last = self._compared = None
        self._pause.forget()
        self._means.forget()
        self._look.drives.forget()
        self.chance.paused(None, now)
        if self.standing == "verifying":
            self._become("fine", now)

    def reset(self, now: float) -> None:
        """An operator has looked and resumes."""
        self.effort = OutputEffort()
        self.chance.forget()
        self._trials = 0
        self._become("fine", now)

    def judge_anew(self, before: float, now: float) -> None:
        """There was no beer before that time, on which an output could have had an effect. One that moved what was
        there the wrong way stays off: it does so in a wort as well."""
        if self.standing in ("dead", "trying") and self.since < before:
            self.reset(now)

    def alarm(self, output: str) -> Alarm | None:
        """What a person has to know of it, if anything."""
        found, since = self._found
        is_tried_again = self.standing == "trying" or self.chance.is_left
        return finding(found, output, since, is_behind=self._behind, is_tried_again=is_tried_again)

    def snapshot(self) -> ResponseSnapshot:
        """For the store: what was seen of it, and whether it is latched. A trial begins anew, soon after a restart."""
        rate, trial = self.learnt_c_per_h, self._trial
        effort_s, share = (self.effort_limit_s, trial.share) if trial else (self.effort.on_s, self.effort.share)
        kept_s = effort_s // KEPT_EFFORT_S * KEPT_EFFORT_S + (KEPT_EFFORT_S if trial else 0.0)
        return ResponseSnapshot.model_construct(
            standing="dead" if self.standing == "trying" else self.standing if self.standing in LATCHED else None,
            learnt_c_per_h=None if rate is None else float(f"{rate:.1g}"),  # 0.04 in a big tank is not 0
            effort_s=kept_s,
            driven_s=round(kept_s / share) if kept_s else 0.0,
            gained_c_per_h=self._gained_c_per_h() if kept_s else 0.0,
            trials=self._trials,
            chance=self.chance.snapshot(),
        )

    def restore(self, kept: ResponseSnapshot, now: float) -> None:
        if kept.standing is not None:
            self._become(kept.standing, now)
        self.chance.restore(kept.chance, now, is_dead=self.standing == "dead")
        self.learnt_c_per_h = kept.learnt_c_per_h
        driven_s = max(kept.effort_s, kept.driven_s)
        self.effort = OutputEffort(kept.effort_s, driven_s, kept.gained_c_per_h * driven_s / 3600.0)
        self._trials = kept.trials

    def _gained_c_per_h(self) -> float:
        """How the beer went its way while it was driven, in steps: without it a restart makes hours with an effect
        hours without one, and a cooler that works is called dead."""
        seen_c_per_h = self._trial.with_c_per_h if self._trial is not None else self.effort.c_per_h
        return round(seen_c_per_h / KEPT_GAIN_C_PER_H) * KEPT_GAIN_C_PER_H

    def _try_again(self, runs: bool, directed_c: float, now: float, on: bool) -> None:
        """It had no effect; a cooler may run for a short try now and then. What a room can do too is tried once more,
        the other way round."""
        if self.standing == "dead":
            if self.chance.is_due(now):
                self.chance.begin(now)
                self._become("trying", now)
            return
        known, chance = self.learnt_c_per_h or effect.LEAST_PART * (self.stated_c_per_h or 0.0), self.chance
        better_c_per_h = (
            chance.judge(directed_c, self._means, now, on=on, known_c_per_h=known, step_c=self._tells_c)
            if runs else chance.paused(directed_c, now, known_c_per_h=known, step_c=self._tells_c)
        )  # fmt: skip
        if better_c_per_h is None:
            return
        self.effort = OutputEffort()
        if 0.0 < better_c_per_h < effect.ROOM_C_PER_H:
            self._run = (chance.began_at(now), directed_c)
            self._begin_trial(better_c_per_h + chance.before_c_per_h, directed_c, now, is_wrong_way=False)
        else:
            self._become("fine" if better_c_per_h else "dead", now)
            chance.recovered_at = now if better_c_per_h else chance.recovered_at

    def _follow(self, directed_c: float, now: float, on: bool) -> None:
        if self._from_c is None or self._last is None:
            self._from_c, self._from_at, self._on_s = directed_c, now, 0.0
            self._run = self._last = (now, directed_c)
            return
        passed_s = now - self._last[0]
        effort = self.effort
        effort.add(passed_s, directed_c - self._last[1], on)
        self._on_s += passed_s if on else 0.0
        self._last = (now, directed_c)
        run_s, gain_c = now - self._from_at, directed_c - self._from_c
        wrong_way = gain_c <= -SUSPECT_C - self.step_c and self._on_s >= LEAST_RUN_S
        if wrong_way and now - self._trial_ended_at >= AGAIN_AFTER_S:
            self._begin_trial(gain_c / run_s * 3600.0, directed_c, now, is_wrong_way=True)
        elif self._is_its_doing(gain_c, run_s, now) or self._is_its_doing(effort.gain_c, effort.driven_s, now):
            self._has_effect(directed_c, now)
        elif self._compared is not None and now - self._trial_ended_at >= self._compared.after_s:
            self._compare_again(self._compared, now)
        elif effort.on_s >= self.effort_limit_s and now - self._cleared_at >= AGAIN_AFTER_S:
            self._suspect(directed_c, now)
        elif self.standing == "weak" and effort.gain_c >= effect.effect_c(self._tells_c):
            self._become("fine", now)

    def _is_its_doing(self, gain_c: float, driven_s: float, now: float) -> bool:
        drift_c_per_h, share = self._pause.c_per_h(now), self.effort.share
        return effect.is_its_doing(gain_c, driven_s, self._known_c_per_h, share, drift_c_per_h, self._tells_c)

    def _compare_again(self, compared: Compared, now: float) -> None:
        """The time after a trial, as long as it was looked at: a room that turned meanwhile goes on turning."""
        again_c_per_h = self._means.c_per_h(self._trial_ended_at + compared.lag_s, now)
        if again_c_per_h is None:
            return
        if self.effort.share < 0.5 * compared.share:
            self._compared = None
            return
        worse_c_per_h = compared.worse_c_per_h(again_c_per_h)
        is_same = worse_c_per_h < 0.5 * compared.asked_c_per_h
        if is_same and compared.lag_s < SLOW_LAG_S:  # of a slow probe the trial itself still shows in it
            self._compared = compared._replace(lag_s=SLOW_LAG_S)
        elif is_same:
            self._tried = self._tried and self._tried._replace(waits_until=now)  # not while it runs
            self._convict("dead", self._unproven, now)
        else:
            self._compared = None
            self.learnt_c_per_h = max(0.01, worse_c_per_h / max(compared.share, 0.05))

    def _follow_up(self, directed_c: float, now: float) -> None:
        """After a run, as long as jackets and slow probes take, what still goes its way was its doing."""
        if self._last is None or now - self._last[0] > LAG_S + EVERY_S:
            self._from_c = self._last = None
            return
        self._from_c = None
        if (gain_c := directed_c - self._last[1]) > 0.0:
            self.effort.gain_c += gain_c
            self._last = (self._last[0], directed_c)
            if self._is_its_doing(self.effort.gain_c, self.effort.driven_s, now):
                self._proves_itself(now)

    def _has_effect(self, directed_c: float, now: float) -> None:
        began_at, from_c = self._run or (now, directed_c)
        if now - began_at > LAG_S:
            seen_c_per_h = 3600.0 * (directed_c - from_c) / (now - began_at)
            seen_c_per_h -= self._pause.c_per_h(now) or 0.0
            self._learn(seen_c_per_h / max(self.effort.share, 0.05))
        self._from_c, self._from_at, self._on_s = directed_c, now, 0.0
        was_fine = self.standing == "fine"
        self._proves_itself(now)
        if not was_fine:
            self._last = (now, directed_c)

    def _proves_itself(self, now: float) -> None:
        self.chance.worked(now, is_cooler=self.direction < 0, in_vain_s=self.effort.on_s)
        self.effort = OutputEffort()
        self._pause.forget_drift()
        self._trials, self._unproven, self._compared = 0, False, None
        if self.standing != "fine":
            self._become("fine", now)

    def _learn(self, seen_c_per_h: float) -> None:
        before = self.learnt_c_per_h
        self.learnt_c_per_h = max(0.01, seen_c_per_h if before is None else before + 0.3 * (seen_c_per_h - before))

    def _suspect(self, directed_c: float, now: float) -> None:
        """It has run for long without an effect. One that is known to be too weak for its tank to show any is not
        tried, which would prove nothing; it is said, if it runs most of the time."""
        if effect.can_be_seen(self.stated_c_per_h, self.effort.share):
            self._begin_trial(self.effort.c_per_h, directed_c, now, is_wrong_way=False)
            return
        if self.effort.share > 0.5 and self.effort.gain_c < effect.effect_c(self._tells_c):
            self._become("weak", now)
        self.effort = OutputEffort()

    def _begin_trial(self, with_c_per_h: float, directed_c: float, now: float, *, is_wrong_way: bool) -> None:
        """with_c_per_h: how the beer went while it was driven."""
        stated, share = self.stated_c_per_h, self.effort.share
        steady_since = (self._run[0] if self._run else now) + LAG_S
        seen_c_per_h = self._means.c_per_h(steady_since, now) if now - steady_since >= effect.TRIAL_S else None
        gone_c_per_h = max(self.effort.c_per_h, seen_c_per_h or 0.0)  # the ends of a run are two readings with noise
        self._trial = OutputTrial(
            began_at=now, began_c=directed_c, share=share, with_c_per_h=with_c_per_h,
            steady_since=steady_since,
            least_c_per_h=effect.difference_c_per_h(stated, self.learnt_c_per_h, self.volume_l, share, self._tells_c),
            is_wrong_way=is_wrong_way, is_moving=effect.is_moving(self.effort.gain_c, gone_c_per_h),
            is_power_stated=stated is not None, is_unproven=self._unproven, step_c=self._tells_c,
        )  # fmt: skip
        self._become("verifying", now)
        self._last = self._compared = None
        self._tried = Tried(steady_since - LAG_S, now, self._trial.least_c_per_h, now + LATEST_S)
        self.effort = OutputEffort()

    def _try(self, trial: OutputTrial, directed_c: float, now: float) -> None:
        verdict = trial.judge(directed_c, self._means, now)
        if verdict is None:
            return
        if verdict.standing in LATCHED:
            self._convict(verdict.standing, trial.is_unproven, now)
            trial.is_unproven = self._unproven  # as it began, while it waits
            return
        self._unproven = trial.is_unproven
        self._end_trial(verdict.standing, now)
        if verdict.compared is not None:
            self._cleared_at = now if trial.is_wrong_way else self._cleared_at
            worse_c_per_h = verdict.compared.with_c_per_h - verdict.compared.without_c_per_h
            self._learn(worse_c_per_h / max(trial.share, 0.05))
            self._compared = verdict.compared

    def _convict(self, standing: Standing, is_unproven: bool, now: float) -> None:
        """By a trial, or by the time after it; not where all that was seen says that its effect comes late, or may."""
        c_per_h = 0.0 if self._tried is None else self._look.judge(
            self._means, self._tried, self._known_c_per_h, self._tells_c, now, is_wrong_way=standing == "reversed"
        )  # fmt: skip
        if c_per_h is None:
            return
        self._compared, self._unproven = None, is_unproven
        if c_per_h:
            self._learn(c_per_h)
            self.chance.worked(now, is_cooler=self.direction < 0)
            self._trials = LATE_TRIALS
        self._end_trial("fine" if c_per_h else standing, now)

    def _end_trial(self, standing: Standing, now: float) -> None:
        self._trials += 1
        self._become(standing, now)
        self._trial_ended_at = now
        self._from_c = None
        self._pause.end_pause()

    def _become(self, standing: Standing, now: float) -> None:
        self._trial = self._trial if standing == "verifying" else None
        if standing == "dead":
            self.chance.stopped(now)
        if standing != self.standing:
            self.standing, self.since = standing, now
            self._from_c = None if standing == "fine" else self._from_c
        if standing not in ("verifying", "trying", self._found[0]):
            self._found, self._behind = (standing, now), False
