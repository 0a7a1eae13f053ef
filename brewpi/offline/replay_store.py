"""`brewpi replay --store`: what was recorded, decided again by today's rules, and where they decide otherwise.

The recorded measurements, forecasts, commands and faults go through recipe, approvals and interlocks as they are today,
with the options of that time, or those of a config that is given. Readings are not believed anew: what a sensor was
trusted with stands in the record. It begins where brewpi began, or with the last checkpoint and some hours in which
timers and dwells get to where they were; nothing is compared before that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from math import inf, nan
from typing import Any

from pydantic import TypeAdapter, ValidationError

from brewpi.cellar.control_commands import CONTROL
from brewpi.cellar.control_journal import (
    BEGAN,
    CHECKPOINT,
    CHECKPOINT_S,
    EMERGENCY,
    LOOKED,
    MOVED,
    OFF,
    OTHERS,
    RESTORED,
    SUPPLY,
    SWAPPED,
    UNWRITTEN,
)
from brewpi.cellar.control_options import ControlOptions
from brewpi.cellar.sensor_bank import SensorBank
from brewpi.cellar.tank import Tank, TankSnapshot
from brewpi.control.recipe import RecipeSnapshot
from brewpi.estimation.state import StateEstimator
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.hardware.interrupt import until_interrupted
from brewpi.hardware.plug_context import PlugContext
from brewpi.mqtt.command_fields import COMMANDS
from brewpi.mqtt.topics import iso
from brewpi.outputs.dose_runner import DoseRunner
from brewpi.outputs.output_bank import EMERGENCY as EMERGENCY_STOP
from brewpi.outputs.output_bank import OutputBank
from brewpi.records import Batch, Command, ControlInput, ControlRequest, Dose, TankState
from brewpi.store import Store
from brewpi.store.packing import Recorded

SETTLING_S = 6 * 3600.0  # longer than a longest run, a rest or a trial of an output
LEAD_S = CHECKPOINT_S + SETTLING_S + 3600.0  # before what is asked for
GAP_S = 3600.0  # of silence: what came between is not known

_Batch, _Doses = TypeAdapter(Batch | None), TypeAdapter(tuple[Dose, ...])
_Time = TypeAdapter(float)
_Supply = TypeAdapter(dict[str, tuple[str, str]])
_History = TypeAdapter(tuple[tuple[float, float, float | None], ...])  # None: no beer temperature was known


class NothingToReplay(Exception):
    """Why a record cannot be replayed, as a sentence."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a tick decided: each part in words, so that two can be compared, and why; the why is not compared."""

    parts: Mapping[str, str]
    whys: Mapping[str, str]  # by part, where it has one of its own; "" for all others

    @classmethod
    def of(cls, demand: ControlRequest, command: Command, off: frozenset[str]) -> Decision:
        """off: outputs that could not be driven, whatever was decided."""
        on = sorted(role for role, duty in command.duties.items() if duty > 0.0 and role not in {*off, "drain"})
        drain = command.drain if "drain" not in off else None
        parts = {
            "step": demand.step,
            "setpoint": "none" if demand.target_c is None else f"{demand.target_c:.2f} °C",
            "on": " and ".join(on) or "nothing",
            "dose": command.dose.id if command.dose else "none",
            "drain": drain.standing if drain else "closed",
            "asks": ", ".join(f"{ask.key} ({ask.standing})" for ask in demand.asks) or "nothing",
        }
        whys = {
            "": command.why or demand.why,
            "step": demand.why,
            "dose": command.dose_why,
            "drain": drain.why if drain else "",
            "asks": "; ".join(ask.text for ask in demand.asks),
        }
        return cls(parts, whys)

    def answering(self, answers: str) -> Decision:
        """With what was answered to commands."""
        return replace(self, parts={**self.parts, "commands": answers})

    def why(self, parts: Iterable[str]) -> str:
        """Why these parts were decided so."""
        return "; ".join(dict.fromkeys(why for part in parts if (why := self.whys.get(part) or self.whys[""])))


@dataclass(frozen=True, slots=True)
class Difference:
    """From `at` on, today's rules decide otherwise; `what` are the parts that differ."""

    at: float
    recorded: Decision
    today: Decision
    what: tuple[str, ...]

    @classmethod
    def between(cls, at: float, recorded: Decision, today: Decision) -> Difference | None:
        """None where both decide the same."""
        ours, theirs = recorded.parts, today.parts
        what = tuple(name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name))
        return cls(at, recorded, today, what) if what else None

    def parts_of(self, decision: Decision) -> dict[str, str]:
        """The parts that differ, as one side has them."""
        return {name: decision.parts.get(name, "none") for name in self.what}

    def goes_on(self, before: Difference | None) -> bool:
        """Whether it is the one of the tick before."""
        return before is not None and (self.parts_of(self.recorded), self.parts_of(self.today)) == (
            before.parts_of(before.recorded),
            before.parts_of(before.today),
        )


@dataclass(slots=True)
class Replayed:
    """What came of it: ticks that were compared, from when to when."""

    ticks: int = 0
    begins: float = inf
    ends: float = -inf
    differences: list[Difference] = field(default_factory=list)


class TankReplay:
    """A tank that drives nothing and believes what was recorded."""

    def __init__(self, name: str, mark: ControlInput, at: float, options: ControlOptions | None) -> None:
        fields: Any = mark.fields
        recipe, interlocks = (options or ControlOptions.model_validate(fields["options"])).built()
        forecaster = TankForecaster(None)
        self.tank = Tank(
            name, SensorBank({}, PlugContext()), StateEstimator(()), forecaster, recipe, interlocks,
            OutputBank({}, PlugContext()), DoseRunner(name, Store()), forecasting=forecaster.seam,
        )  # fmt: skip
        self.tank.state = TankState(
            batch=_Batch.validate_python(fields["batch"]),
            history=tuple((t, sg, nan if c is None else c) for t, sg, c in _History.validate_python(fields["history"])),
            doses=_Doses.validate_python(fields["doses"]),
            doses_before=_Doses.validate_python(fields["doses_before"]),
        )
        self.tank.restore(TankSnapshot.model_validate(fields["snapshot"]), at)
        self.tank.supplied(_Supply.validate_python(fields.get("supply", {})))  # earlier records know of none
        self.settled_at = at if mark.kind == RESTORED else at + SETTLING_S
        self.last_at = at

    def tick(self, recorded: Recorded) -> tuple[Decision, Decision]:
        """What was decided, and what is decided today."""
        tank, now = self.tank, recorded.at
        refused = [refusal for one in recorded.inputs if (refusal := self._do(one, now)) is not None]
        history = tank.state.history
        if recorded.grown is not None:
            kept, points = recorded.grown
            if kept > len(history):
                raise NothingToReplay("a part of the record is missing")
            history = history[:kept] + points
        tank.state = replace(
            tank.state, batch=recorded.batch, measured=recorded.measured, faults=recorded.faults, history=history
        )
        try:
            _, demand, command = tank.decide(recorded.forecast, now)
        except Exception as error:  # a rule that fails decides otherwise, too
            demand, command = ControlRequest("broken", None), Command(why=f"{type(error).__name__}: {error}")
        off = frozenset(role for one in recorded.inputs if one.kind == OFF for role in _roles(one))
        if off:
            tank.interlocks.stopped(now, off)
        tank.state = replace(tank.state, doses=recorded.doses, doses_before=recorded.doses_before)
        self.last_at = now
        was, today = Decision.of(recorded.demand, recorded.command, off), Decision.of(demand, command, off)
        if refused:
            was, today = was.answering("obeyed"), today.answering("; ".join(refused))
        return was, today

    def _do(self, one: ControlInput, now: float) -> str | None:
        """Do again what was done; why it is refused today."""
        tank, fields = self.tank, one.fields
        if one.refused is not None:
            return None
        if one.kind in CONTROL:
            asked = COMMANDS[one.kind].model_validate(fields)
            refused = CONTROL[one.kind](asked, tank, now)
            return None if refused is None else f"{one.kind} is refused today: {refused}"
        if one.kind == BEGAN:
            came_at = fields.get("came_at")  # earlier records know of none
            tank.begin(_Batch.validate_python(fields["batch"]), came_at if isinstance(came_at, float) else None)
        elif one.kind == LOOKED:
            tank.looked(now)
        elif one.kind == MOVED:
            tank.take_over(RecipeSnapshot.model_validate(fields["steps"]), now)
        elif one.kind == EMERGENCY:
            tank.interlocks.stop(now, EMERGENCY_STOP)
        elif one.kind == SUPPLY:
            tank.supplied(_Supply.validate_python(fields["missing"]))
        elif one.kind == OTHERS:
            tank.others_recovered(str(fields["role"]), _Time.validate_python(fields["at"]))
        elif one.kind == SWAPPED:
            tank.swapped(str(fields["text"]), _Time.validate_python(fields["since"]))
        elif one.kind == UNWRITTEN:
            tank.journal.unwritten = None if fields["why"] is None else str(fields["why"])
        return None


def _roles(one: ControlInput) -> list[str]:
    roles = one.fields.get("roles")
    return [str(role) for role in roles] if isinstance(roles, list) else []


def replay(
    reports: Iterator[Recorded],
    tank: str,
    since: float = -inf,
    until: float = inf,
    options: ControlOptions | None = None,
) -> Replayed:
    """Decide again. options: other ones than those that were recorded. Raises NothingToReplay."""
    found, replay = Replayed(), None
    before: Difference | None = None
    for recorded in until_interrupted(reports):
        if replay is not None and recorded.at - replay.last_at > GAP_S:
            replay = None
        for mark in recorded.inputs:
            if mark.kind == RESTORED or (mark.kind == CHECKPOINT and replay is None):
                with suppress(ValueError, KeyError, TypeError):  # a damaged one is no place to begin from
                    replay = TankReplay(tank, mark, recorded.at, options)
        if replay is None or recorded.demand.step == "broken":
            continue
        try:
            was, today = replay.tick(recorded)
        except (NothingToReplay, ValidationError, KeyError):  # what follows stands on what is missing
            replay = None
            continue
        if recorded.at < max(since, replay.settled_at) or recorded.at > until:
            continue
        found.ticks += 1
        found.begins, found.ends = min(found.begins, recorded.at), recorded.at
        difference = Difference.between(recorded.at, was, today)
        if difference is not None and not difference.goes_on(before):
            found.differences.append(difference)
        before = difference
    if not found.ticks:
        raise NothingToReplay(
            f"{tank}: nothing was recorded here that can be replayed; it takes a start of brewpi, or"
            f" {(CHECKPOINT_S + SETTLING_S) / 3600.0:.0f} hours of record, by this version"
        )
    return found


def lines(tank: str, replayed: Replayed, as_json: bool) -> Iterator[str]:
    """For a person, or a program: each difference, and what was compared."""
    for one in replayed.differences:
        sides = {"recorded": one.recorded, "today": one.today}
        if as_json:
            decisions = {side: {**decision.parts, "why": decision.why(one.what)} for side, decision in sides.items()}
            yield json.dumps({"at": iso(one.at), "differs": one.what, **decisions}, ensure_ascii=False)
            continue
        for side, decision in sides.items():
            parts = ", ".join(f"{name}: {value}" for name, value in one.parts_of(decision).items())
            when = iso(one.at) if side == "recorded" else ""
            yield f"{when:24}  {side:8}  {parts}; {decision.why(one.what)}"
    count = len(replayed.differences)
    times = {0: "the same", 1: "otherwise once"}.get(count, f"otherwise {count} times")
    begins, ends = iso(replayed.begins), iso(replayed.ends)
    if as_json:
        yield json.dumps({"tank": tank, "from": begins, "to": ends, "ticks": replayed.ticks, "differences": count})
    else:
        yield f"{tank}, {begins} to {ends}, {replayed.ticks} ticks: today's rules decide {times}"
