"""The last word on what may run. Knows no recipe: it sees a demand, the tank and the time, and permits or not.

Each tick every output starts from "off" and has to earn its "on". What forbids it is asked in a fixed order, the first
reason is the one that operators read.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from math import inf

from pydantic import Field

from brewpi.control.dosing import DoseGate, Dosing
from brewpi.control.drain import DrainGate
from brewpi.control.duty_cycle import CycleSnapshot, DutyCycle
from brewpi.control.effect_check.response_snapshot import ResponseSnapshot
from brewpi.control.limits import Limits
from brewpi.control.output_timers import TimersSnapshot
from brewpi.control.probe_checks.beer_probe import BeerProbe
from brewpi.control.probe_checks.heat_balance import BalanceSnapshot
from brewpi.control.probe_checks.reading_noise import NoiseSnapshot
from brewpi.control.probe_checks.room_share import RoomShareSnapshot
from brewpi.control.probe_checks.swapped_probe import SwappedSnapshot
from brewpi.control.tank_output import TankOutput, response_check
from brewpi.control.unexplained_batch import UnexplainedBatch
from brewpi.estimation.probe_step import ProbeStep
from brewpi.estimation.trusted import fault_of, trusted
from brewpi.outputs.run_limits import RunLimits
from brewpi.quantities import QUANTITIES
from brewpi.records import Alarm, Command, ControlRequest, Forecast, TankState
from brewpi.roles import ROLES, OutputRole, exclude_each_other, switched
from brewpi.sentences import Sentence, joined, spoken
from brewpi.snapshot import Snapshot, Words

UNEXPLAINED = "a rise of gravity that nobody explained"


class InterlocksSnapshot(Snapshot):
    """The latches, what outputs have to rest from, the temperature that an unexplained beer was found at, and the step
    of a coarse beer probe; `guilty` is how older records have the latches of outputs."""

    stopped_by: Words | None = None
    found_c: float | None = Field(default=None, ge=-30.0, le=120.0)
    coarse_c: float = Field(default=0.0, ge=0.0, le=10.0)
    seen: dict[str, ResponseSnapshot] = Field(default_factory=dict)
    ran: dict[str, TimersSnapshot] = Field(default_factory=dict)
    cycles: dict[str, CycleSnapshot] = Field(default_factory=dict)
    balances: dict[str, BalanceSnapshot] = Field(default_factory=dict)
    room_share: RoomShareSnapshot = Field(default_factory=RoomShareSnapshot)
    noise: NoiseSnapshot = Field(default_factory=NoiseSnapshot)
    swapped: SwappedSnapshot = Field(default_factory=SwappedSnapshot)
    guilty: tuple[Words, ...] = ()


class Interlocks:
    """One per tank. On start every output counts as just stopped: nobody knows how long the power was away."""

    def __init__(
        self,
        limits: Limits,
        outputs: Mapping[str, RunLimits],
        stale_s: float = 300.0,
        dosing: Dosing | None = None,
        drain: DrainGate | None = None,
        volume_l: float = 0.0,
        limits_s: Mapping[str, float] | None = None,
    ) -> None:
        """`stale_s`: a beer temperature older than this is none. Without `drain` there is no valve to open;
        `volume_l` says what an output of known power must be able to do; `limits_s`: by quantity, the age from which
        on a measurement is none."""
        self.limits, self.options, self.stale_s = limits, outputs, stale_s
        self.doses, self.drain = DoseGate(dosing), drain
        self.limits_s = {**(limits_s or {}), "beer_c": stale_s}
        self.outputs: dict[str, TankOutput] = {}
        self.supply: dict[str, tuple[str, str]] = {}  # by shared output that may not run: the role it feeds, and why
        self.stopped_by: str | None = None
        self.stopped_since = 0.0
        self._blind_since: float | None = None
        self.volume_l = volume_l
        self.unexplained = UnexplainedBatch()
        self.beer_probe = BeerProbe(outputs, volume_l, limits.witness_within_c, stale_s)
        self.probe_step = ProbeStep()
        self._seen_before: dict[str, ResponseSnapshot] = {}
        self._ran_before: dict[str, TimersSnapshot] = {}
        self._cycles_before: dict[str, CycleSnapshot] = {}

    # --- the last word

    def permit(self, demand: ControlRequest, state: TankState, now: float, forecast: Forecast | None = None) -> Command:
        """What may run now, why, and what a person has to know. Only the drain looks at the forecast."""
        if not self.outputs:
            self._begin(now)
        beer_c = self._beer_c(state, now)
        distrusted = beer_c is None and state.fresh("beer_c", now, self.stale_s) is not None
        self.unexplained.note(beer_c, demand.target_c)
        self.beer_probe.pair.compare(beer_c, state, now)
        duties: dict[str, float] = {}
        reasons: list[str] = []
        for name, output in self.outputs.items():
            why = self._switch(output, demand, beer_c, state, now, is_blind=distrusted and not reasons)
            if why is not None:
                reasons.append(why)
            duties[name] = 1.0 if output.started_at is not None else 0.0
        running = {name for name, output in self.outputs.items() if output.started_at is not None}
        room_c = trusted(state, "room_c", now, self._limit_s("room_c"))
        self.beer_probe.note(running, state, beer_c, room_c, demand.target_c, now)
        if self.stopped_by is not None and not reasons:
            reasons.append(Sentence("stopped by {by}, waits for resume", by=self.stopped_by))
        stopped_by = self.stopped_by or (UNEXPLAINED if self.unexplained.reason else None)
        dose, dose_why = self.doses.permit(None if stopped_by else demand.dose, state, now)
        drain = self.drain.permit(demand.transfer, forecast, state, stopped_by, now) if self.drain else None
        if drain is not None:
            duties["drain"] = float(drain.standing == "open")
        return Command(
            duties=duties,
            why=joined("; ", reasons) if reasons else demand.why,
            alarms=tuple(self._alarms(state, beer_c, now)),
            dose=dose,
            dose_why=dose_why,
            drain=drain,
        )

    def _switch(
        self, output: TankOutput, demand: ControlRequest, beer_c: float | None, state: TankState, now: float,
        *, is_blind: bool,
    ) -> str | None:  # fmt: skip
        """On or off from now on. Returns why, where that is not what was asked for; if is_blind also where it is."""
        name, was_on = output.role.name, output.started_at is not None
        asked, why = demand.duty(name), None
        wanted = output.cycle.wants(asked, was_on, now)
        if asked <= 0.0 and (beer_c is not None or "beer_c" not in output.role.needs):
            output.trips = 0
        reason = self._forbids(output, demand, beer_c, state, now)
        held_s = output.held_on_s(wanted, now)
        on = reason is None and (wanted or held_s > 0.0)
        if on and not wanted:
            least_s, left = output.options.min_on_s, spoken(held_s)
            why = Sentence(
                "{output}: runs at least {least_s:.0f} s, {left} left", output=name, least_s=least_s, left=left
            )
        elif on and output.response is not None and output.response.standing == "trying":
            why = Sentence("{output}: had no effect before and is tried again", output=name)
        elif reason is not None and (wanted or is_blind or was_on):
            why = Sentence("{output}: {reason}", output=name, reason=reason)
        elif reason is None and not on and asked > 0.0 and (spent := output.cycle.why_spent(now)) is not None:
            why = Sentence("{output}: {reason}", output=name, reason=spent)
        output.switch(on, now)
        output.note_starts(now)
        if output.response is not None:
            left_c = _left_c(output.role, demand.target_c, beer_c)
            output.response.step_c = self.probe_step.coarse_c
            output.response.noise_step_c = 0.0 if self.probe_step.coarse_c else self.beer_probe.noise.step_c
            output.response.other_on = self._works_against(output)
            output.response.supply_c = trusted(state, "glycol_c", now, self._limit_s("glycol_c"))
            output.response.watch(on or (reason is None and asked > 0.0), beer_c, now, on, left_c)
        return why

    def _works_against(self, output: TankOutput) -> bool:
        """Whether something has power that moves the beer the other way."""
        opposite = -output.role.direction
        return any(o.role.direction == opposite and o.started_at is not None for o in self.outputs.values())

    def _forbids(
        self, output: TankOutput, demand: ControlRequest, beer_c: float | None, state: TankState, now: float
    ) -> str | None:
        """Why an output may not run, the gravest reason first; None if it may."""
        role = output.role
        if self.stopped_by is not None:
            return Sentence("stopped by {by}, waits for resume", by=self.stopped_by)
        for needed in role.needs:
            if trusted(state, needed, now, self._limit_s(needed)) is None:
                blindness = self._blindness(state, needed, now)
                return Sentence("no {label} to go by ({reason})", label=QUANTITIES[needed].label, reason=blindness)
        if (reason := self.unexplained.why_not(role, beer_c)) is not None:
            return reason
        if output.response is not None:
            reason = self.beer_probe.why_not(role, now) or output.why_untrusted(now)
            if reason is not None:
                return reason
        for other in self.outputs if demand.duty(role.name) > 0.0 else ():
            if demand.duty(other) > 0.0 and exclude_each_other(role.name, other):
                both = " and ".join(sorted((role.label, ROLES[other].label), reverse=True))
                return Sentence("{both} are asked for at once, neither runs", both=both)
        if beer_c is not None and role.direction < 0 and beer_c <= self.limits.beer_low_c:
            low_c = self.limits.beer_low_c
            return Sentence("beer at {beer_c:.1f} °C, never cooled below {low_c:g}", beer_c=beer_c, low_c=low_c)
        if beer_c is not None and role.direction > 0 and beer_c >= self.limits.beer_high_c:
            high_c = self.limits.beer_high_c
            return Sentence("beer at {beer_c:.1f} °C, never heated above {high_c:g}", beer_c=beer_c, high_c=high_c)
        return self._rests(output, now)

    def _rests(self, output: TankOutput, now: float) -> str | None:
        """Whether it has to wait: because of itself, of one that it never runs together with, of what supplies it."""
        reason = output.rests(now)
        for name, other in self.outputs.items():
            if reason is None and exclude_each_other(output.role.name, name):
                reason = other.holds_up(name, self.limits.changeover_s, now)
        if reason is None:
            reason = next((why for role, why in self.supply.values() if role == output.role.name), None)
        return reason

    def _begin(self, now: float) -> None:
        """Every output begins its rest; a changeover, and the rest after a longest run, have to be waited for only
        after a run that was seen, by this process or by the one before it."""
        for name in switched(self.options):
            options, role = self.options[name], ROLES[name]
            seen = self._seen_before.get(name, ResponseSnapshot())
            response = response_check(role, options, self.volume_l, seen, now)
            self.outputs[name] = TankOutput(
                role=role, options=options, cycle=DutyCycle(options), response=response, stopped_at=now
            )
            self.outputs[name].restore(self._ran_before.get(name, TimersSnapshot()), now)
            self.outputs[name].cycle.restore(self._cycles_before.get(name, CycleSnapshot()), now)

    # --- what it sees

    def _beer_c(self, state: TankState, now: float) -> float | None:
        """The beer temperature, if it is fresh and its sensor is believed."""
        beer_c = trusted(state, "beer_c", now, self.stale_s)
        if beer_c is not None:
            self._blind_since = None
            self.probe_step.note(state.measured["beer_c"].at, state.measured["beer_c"].raw)
        elif self._blind_since is None:
            self._blind_since = now
        return beer_c

    def _limit_s(self, quantity: str) -> float:
        return self.limits_s.get(quantity, QUANTITIES[quantity].stale_s)

    @staticmethod
    def _blindness(state: TankState, quantity: str, now: float) -> str:
        fault = fault_of(state, quantity)
        if fault is not None:
            return fault.text
        age_s = state.age_s(quantity, now)
        return Sentence("none so far") if age_s is None else Sentence("the last is {age} old", age=spoken(age_s))

    def _alarms(self, state: TankState, beer_c: float | None, now: float) -> list[Alarm]:
        needed = any("beer_c" in output.role.needs for output in self.outputs.values())
        alarms = [
            Alarm(f"{f.sensor}: {f.kind}", "alarm" if f.quantity == "beer_c" and needed else "warning", f.text, f.since)
            for f in state.faults
        ]
        if self.stopped_by is not None:
            text = Sentence("stopped by {by}: everything is off until somebody resumes", by=self.stopped_by)
            alarms.append(Alarm("stop", "alarm", text, self.stopped_since))
        if beer_c is None and needed and self._blind_since is not None:
            blindness = self._blindness(state, "beer_c", now)
            text = Sentence(
                "no beer temperature ({reason}): heating and cooling are off, check the probe", reason=blindness
            )
            alarms.append(Alarm("beer: unknown", "alarm", text, self._blind_since))
        if (another := self.unexplained.alarm()) is not None:
            alarms.append(another)
        alarms += self.beer_probe.alarms(now)
        for output in self.outputs.values():
            alarms += output.alarms()
        alarms += self.doses.alarms(state)
        if self.drain is not None:
            alarms += self.drain.alarms()
        return alarms

    # --- what people and faults do to it

    def stop(self, now: float, by: str) -> None:
        """Everything off and latched, also through a restart, until `resume`."""
        self.stopped_by, self.stopped_since = by, now

    def resume(self, now: float) -> None:
        """A person has looked: latches are released. Rest times go on as they were."""
        self.stopped_by = None
        self._seen_before.clear()
        self.beer_probe.resume()
        for output in self.outputs.values():
            output.trips = 0
            if output.response is not None:
                output.response.reset(now)

    def recovered_at(self, role: str) -> float:
        """When that output had an effect again after it had run in vain; -inf if that was not seen since the start."""
        output = self.outputs.get(role)
        return output.response.chance.recovered_at if output and output.response else -inf

    def others_recovered(self, role: str, at: float) -> bool:
        """When one of another tank on the same supply did. Whether that is new."""
        output = self.outputs.get(role)
        if output is None or output.response is None or at <= output.response.chance.others_at:
            return False
        output.response.chance.others_at = at
        return True

    def wort_came(self, at: float, now: float) -> None:
        """What is in the tank came then: an output that was found without effect before that is tried again."""
        for output in self.outputs.values():
            if output.response is not None:
                output.response.judge_anew(at, now)

    def stopped(self, now: float, roles: Container[str] = ROLES) -> None:
        """Outputs have been switched off without being asked here (a fault): their rest begins now."""
        for name, output in self.outputs.items():
            if name in roles:
                output.stop(now)
        if self.drain is not None and "drain" in roles:
            self.drain.approval.abort(Sentence("a fault told the valve to close"), now)

    def begin(self) -> None:
        """Another batch, or none: its transfer is another one, and so is what its heat does."""
        self.beer_probe.begin()
        if self.drain is not None:
            self.drain.approval.forget()

    def snapshot(self) -> InterlocksSnapshot:
        """For the store. An output's own rest is none of it: whatever was before, it begins at the start."""
        probe = self.beer_probe
        seen, ran, cycles = dict(self._seen_before), dict(self._ran_before), dict(self._cycles_before)
        for name, output in self.outputs.items():
            ran[name], cycles[name] = output.snapshot(), output.cycle.snapshot()
            if output.response:
                seen[name] = output.response.snapshot()
        return InterlocksSnapshot.model_construct(
            stopped_by=self.stopped_by, found_c=self.unexplained.found_c, coarse_c=self.probe_step.coarse_c, seen=seen,
            ran=ran, cycles=cycles, balances=probe.balances.snapshot(), room_share=probe.room_share.snapshot(),
            noise=probe.noise.snapshot(), swapped=probe.swapped.snapshot(),
        )  # fmt: skip

    def restore(self, kept: InterlocksSnapshot, now: float) -> None:
        """Latches and rests as they were before a restart."""
        self._ran_before, self._cycles_before = dict(kept.ran), dict(kept.cycles)
        self.unexplained.found_c = kept.found_c
        self.probe_step.recall(kept.coarse_c)
        self.beer_probe.balances.restore(kept.balances, now)
        self.beer_probe.room_share.restore(kept.room_share, now)
        self.beer_probe.noise.restore(kept.noise)
        self.beer_probe.swapped.restore(kept.swapped)
        if kept.stopped_by:
            self.stop(now, kept.stopped_by)
        self._seen_before = {name: ResponseSnapshot(standing="reversed") for name in kept.guilty} | kept.seen


def _left_c(role: OutputRole, target_c: float | None, beer_c: float | None) -> float:
    """How far an output still has to move the beer, below zero past its setpoint; inf while nobody knows."""
    return inf if target_c is None or beer_c is None else role.direction * (target_c - beer_c)
