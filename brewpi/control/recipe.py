"""What the brewer wishes for a tank, as a demand with its reason. A wish only: the interlocks have the last word.

Without a procedure it holds the target. With one, the steps drive the target, one after the other and never back;
when a step may end, and when a dose is due, the tank's approvals decide who says the last yes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import isfinite

from brewpi.control.approvals import Approvals
from brewpi.control.conditions import Verdict, View
from brewpi.control.dosing import DoseGate, Dosing
from brewpi.control.procedure import Procedure, Step
from brewpi.control.setpoint import Rise, Setpoint, SetpointSnapshot
from brewpi.control.steps import Steps, StepsSnapshot
from brewpi.control.temperature import WAY, Temperature
from brewpi.estimation.trusted import trusted
from brewpi.records import Batch, ControlRequest, DoseRequest, Forecast, TankState, TransferRequest
from brewpi.roles import ROLES, moving, requested
from brewpi.sentences import Sentence
from brewpi.snapshot import Words

EXTRA_BEGINS_S = 60.0  # a dose that somebody asked for does not surprise him later


@dataclass(slots=True)
class Extra:
    """A dose that an operator asks the pump for."""

    id: str
    volume_ml: float
    by: str
    asked_at: float


class RecipeSnapshot(SetpointSnapshot):
    """Where a batch is in its procedure."""

    procedure: Words | None = None
    steps: StepsSnapshot | None = None


class Recipe:
    """One per tank. `volume_l` and `dosing` turn nitrogen into millilitres."""

    def __init__(
        self,
        options: Temperature | None,
        stale_s: float = 300.0,
        procedure: Procedure | None = None,
        dosing: Dosing | None = None,
        volume_l: float = 0.0,
        roles: Iterable[str] = ROLES,
        approvals: Approvals | None = None,
        in_cycles: Iterable[str] = (),
    ) -> None:
        """`stale_s`: a beer temperature older than this is none; `roles`: the outputs that the tank has; `approvals`:
        what people let it do; `in_cycles`: outputs that can give a part of their power."""
        self.roles = tuple(roles)
        self.setpoint = Setpoint(options, stale_s, self.roles, in_cycles)
        self.procedure, self.dosing, self.volume_l = procedure, dosing, volume_l
        self.steps = Steps(procedure.steps) if procedure else None
        self.approvals = approvals or Approvals()
        self.approvals.step = self.steps
        self.extra: Extra | None = None
        self.holds: str | None = None  # why no step goes on, whatever is met
        self.unknown: RecipeSnapshot | None = None  # where the batch was, of which this procedure knows nothing

    def decide(self, state: TankState, forecast: Forecast, now: float) -> ControlRequest:
        """The demand of this moment, and why."""
        wait = self._follow(state, forecast, now)
        demand = self.setpoint.decide(state, now)
        duties = requested(self.roles, demand.duties, state, now)
        if duties != demand.duties:
            demand = replace(demand, duties=duties)
        if self.extra is not None:
            demand = replace(demand, dose=self._extra(state, now))
        if wait is None or self.steps is None:
            return demand
        steps, step = self.steps, self.steps.now
        return replace(
            demand,
            step=step.name,
            why=Sentence("{step}: {wait}; {control}", step=step.name, wait=wait, control=demand.why),
            dose=demand.dose or (self._scheduled(state, now) if self.unknown is None else None),
            transfer=self._transfer(step) if self.unknown is None else None,
            asks=self.approvals.asks,
            modes=self.approvals.modes,
            step_since=steps.since,
            following=steps.following.name if steps.following else None,
            requirements=steps.requirements,
        )

    def planned_c(self, state: TankState, now: float, unplanned: Forecast, hours: float) -> float | None:
        """The beer's mean temperature from now on over so many hours, where the steps go on as is expected without a
        plan: an input of the forecast. None where nothing is planned: no control, cold that nothing here makes."""
        beer_c = trusted(state, "beer_c", now, self.setpoint.stale_s)
        if beer_c is None:
            return None
        planned_c = self.setpoint.mean_c(now, hours, self._rise(state, now, unplanned))
        if planned_c is not None and planned_c < beer_c and not moving(self.setpoint.roles, WAY["cool"]):
            return None
        return planned_c

    def _rise(self, state: TankState, now: float, unplanned: Forecast) -> Rise | None:
        """What the next step will do to the temperature before fermentation is complete. A colder one is no plan: a
        crash comes after completion, however early the forecast expects it."""
        steps, options = self.steps, self.setpoint.options
        if steps is None or steps.following is None or steps.now.until is None or options is None:
            return None
        if self.holds or self.unknown:
            return None
        target_c, here_c = steps.following.target_c, self.setpoint.target_c
        advised = self.approvals.policies["step"].mode == "advise"  # then people turn the knob, or do not
        if advised or target_c is None or here_c is None or target_c <= here_c:
            return None
        view = View(state, unplanned, now, steps.since or now, here_c, frozenset(steps.confirmations))
        after_h, c_per_h = steps.now.until.expected_h(view), steps.following.ramp_c_per_h or options.ramp_c_per_h
        return Rise(after_h, target_c, c_per_h) if isfinite(after_h) else None

    # --- steps

    def _follow(self, state: TankState, forecast: Forecast, now: float) -> str | None:
        """Go on with the procedure; what the step waits for, None where none is followed."""
        steps = self.steps
        if steps is None or state.batch is None:
            return None
        if self.holds is not None:
            return Sentence("holds, {reason}", reason=self.holds)
        if self.unknown is not None and (wait := self._wait_to_begin(self.unknown, steps.now, now)) is not None:
            return wait
        if steps.since is None:
            if self.approvals.policies["step"].mode != "advise":
                self.setpoint.begin(state, now)
            self._enter(steps.begin(now), now)
        view = View(state, forecast, now, steps.since or now, self.setpoint.target_c, frozenset(steps.confirmations))
        verdict = steps.evaluate(view)
        if verdict is None:
            self.approvals.policies["step"].withdraw()
            return Sentence("the last step, until the batch is ended")
        return self._maybe_go_on(verdict, now)

    def _wait_to_begin(self, was: RecipeSnapshot, first: Step, now: float) -> str | None:
        """A batch that was somewhere else: to take it to the first step's temperature might heat a crashed beer. None
        once somebody has said yes."""
        policy = self.approvals.policies["step"]
        text = Sentence("the batch has run without this recipe: begin with {step}?", step=first.name)
        if was.steps is not None:
            text = Sentence(
                'the batch was in step "{before}", which the recipe does not have: begin with {step}?',
                before=was.steps.step, step=first.name,
            )  # fmt: skip
        if policy.is_allowed(f"begin {first.name}", text, now, always_ask=True, effect=_begins(first)):
            policy.withdraw()
            self.unknown = None
            return None
        ask = policy.ask()
        return Sentence("{standing}, {reason}", standing=ask.standing if ask else "waits", reason=text)

    def _maybe_go_on(self, verdict: Verdict, now: float) -> str:
        steps, approval = self.steps, self.approvals.policies["step"]
        assert steps is not None
        step, following = steps.now, steps.following
        assert following is not None
        overdue_h = steps.overdue_h(now)
        if verdict.met:
            text = Sentence("{step} -> {following}: {reason}", step=step.name, following=following.name,
                            reason=verdict.why)  # fmt: skip
            may = approval.is_allowed(f"{step.name}->{following.name}", text, now, effect=_begins(following))
        elif overdue_h > 0.0:
            text = Sentence(
                "{step} has waited {overdue_h:.0f} h longer than its {latest_h:.0f} h: {reason}; go on?",
                step=step.name, overdue_h=overdue_h, latest_h=step.latest_h, reason=verdict.why,
            )  # fmt: skip
            may = approval.is_allowed(f"{step.name} is late", text, now, always_ask=True, effect=_begins(following))
        else:
            approval.withdraw()
            return Sentence("waits, {reason}", reason=verdict.why)
        if not may:
            ask = approval.ask()
            return Sentence("{standing}, {reason}", standing=ask.standing if ask else "waits", reason=verdict.why)
        approval.withdraw()
        self._enter(steps.go_on(now), now)
        return Sentence("begins, {reason}", reason=verdict.why)

    def _enter(self, step: Step, now: float) -> None:
        """A step's target counts, unless the software only advises: then people turn the knob."""
        if step.target_c is not None and self.setpoint.options and self.approvals.policies["step"].mode != "advise":
            self.setpoint.move(step.target_c, now, step.name, step.ramp_c_per_h)

    def _transfer(self, step: Step) -> TransferRequest | None:
        if step.transfer is None:
            return None
        request = step.transfer
        return TransferRequest(request.window_h, request.change_sg, request.min_attenuation, self.setpoint.target_c)

    # --- doses

    def _scheduled(self, state: TankState, now: float) -> DoseRequest | None:
        """The dose of the procedure that is due and agreed to, if any."""
        nutrients = self.procedure.nutrients if self.procedure else None
        if nutrients is None or self.dosing is None or state.batch is None:
            return None
        number, why = nutrients.due(state, now, self.dosing.fresh_h)
        nitrogen_mg_l = nutrients.nitrogen_of_a_dose_mg_l(state)
        approval = self.approvals.policies["dose"]
        if number == 0 or not nitrogen_mg_l:
            approval.withdraw()
            return None
        volume_ml = nitrogen_mg_l * self.volume_l / self.dosing.solution_mg_ml
        text = Sentence(
            "dose {number} of {count}, {volume_ml:.0f} ml: {reason}",
            number=number, count=len(nutrients.at_h), volume_ml=volume_ml, reason=why,
        )  # fmt: skip
        if approval.asks_first:
            text = Sentence("{dose}; the record has a gap: look first whether it was given", dose=text)
        may = approval.is_allowed(f"dose {number}", text, now, effect={"volume_ml": round(volume_ml, 1)})
        if not may or approval.mode == "advise":
            return None
        return DoseRequest(
            id=f"{state.batch.id}-dose-{number}",
            number=number,
            volume_ml=volume_ml,
            nitrogen_mg_l=nitrogen_mg_l,
            portion_ml=nutrients.portion_ml,
            pause_s=nutrients.pause_s,
            why=text,
        )

    def _extra(self, state: TankState, now: float) -> DoseRequest | None:
        """What an operator asked the pump for; forgotten when it is done, or if it cannot begin at once."""
        extra = self.extra
        assert extra is not None
        known = next((dose for dose in state.doses if dose.id == extra.id), None)
        over = now - extra.asked_at > EXTRA_BEGINS_S if known is None else known.standing != "intended"
        if self.dosing is None or over:
            self.extra = None
            return None
        nitrogen_mg_l = extra.volume_ml * self.dosing.solution_mg_ml / self.volume_l
        why = Sentence(
            "extra dose of {volume_ml:.0f} ml, asked for by {by}", volume_ml=extra.volume_ml, by=extra.by
        )
        return DoseRequest(extra.id, 0, extra.volume_ml, nitrogen_mg_l, 1000.0, 120.0, why)

    # --- what people say

    def set_target(self, target_c: float, now: float, by: str) -> str | None:
        """Ramp to another target until the next step begins. Returns why not, if that cannot be."""
        return self.setpoint.move(target_c, now, by)

    def ask_extra(
        self, dose_id: str, volume_ml: float, by: str, gate: DoseGate, state: TankState, now: float
    ) -> str | None:
        """A dose beside the schedule, by the pump. Returns the gate's reason if it would not let it through."""
        self.extra = Extra(dose_id, volume_ml, by, now)
        allowed, why = gate.permit(self._extra(state, now), state, now)
        if allowed is None:
            self.extra = None
            return why
        return None

    # --- batches and restarts

    def begin(self, batch: Batch | None) -> None:
        """Another batch, or none: the steps begin anew with it."""
        self.steps = Steps(self.procedure.steps) if self.procedure else None
        self.extra = self.unknown = None
        self.approvals.begin(self.steps)

    def snapshot(self) -> RecipeSnapshot:
        """What a restart needs to go on where it was."""
        kept, ramp = self.unknown, self.setpoint.snapshot().ramp
        if kept is not None:
            return RecipeSnapshot.model_construct(ramp=ramp, procedure=kept.procedure, steps=kept.steps)
        return RecipeSnapshot.model_construct(
            ramp=ramp,
            procedure=self.procedure.name if self.procedure else None,
            steps=self.steps.snapshot() if self.steps else None,
        )

    def take_over(self, kept: RecipeSnapshot, now: float) -> None:
        """Go on with the steps of a batch that was elsewhere: before a restart, or in another tank. One whose step is
        not among those here waits for a person."""
        if self.steps is None or self.procedure is None:
            return
        known = kept.steps is not None and kept.procedure == self.procedure.name and self.steps.restore(kept.steps, now)
        begun = kept.steps is None or kept.steps.since is not None
        self.unknown = kept if begun and not known else None

    def restore(self, kept: RecipeSnapshot, now: float) -> None:
        """As it was. A target that the running step has set follows the recipe, in case it was edited."""
        self.setpoint.restore(kept, now)
        self.take_over(kept, now)
        steps, ramp = self.steps, self.setpoint.ramp
        if steps and ramp and ramp.by == steps.now.name and steps.now.target_c not in (None, ramp.target_c):
            self._enter(steps.now, now)


def _begins(step: Step) -> dict[str, object]:
    """What a yes would do, for who has to say it."""
    return {"step": step.name} if step.target_c is None else {"step": step.name, "target_c": step.target_c}
