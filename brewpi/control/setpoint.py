"""Where the beer temperature shall be now: a target, and the ramp on the way to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import Field

from brewpi.control.effect_check.trend import Trend
from brewpi.control.temperature import WAY, Side, Temperature, duty, ramped, share
from brewpi.estimation.probe_step import ProbeStep
from brewpi.estimation.trusted import trusted
from brewpi.records import ControlRequest, TankState
from brewpi.roles import ROLES, moving
from brewpi.sentences import Sentence
from brewpi.snapshot import At, Snapshot, Value, Words

PIECES = 48  # of the time over which a mean is taken
SWING_STEPS = 1.1  # of a coarse probe: one of less is a flicker between two of them, and a relay that turns with it


@dataclass(frozen=True, slots=True)
class Ramp:
    """A setpoint on its way: it left `from_c` for `target_c` at `since`. `by` asked for it."""

    from_c: float
    target_c: float
    since: float
    by: str
    c_per_h: float


class RampValue(Value):
    """A ramp in the store; `c_per_h` is the tank's where an older record does not say it."""

    from_c: float = Field(ge=-30.0, le=120.0)
    target_c: float = Field(ge=-5.0, le=50.0)
    since: At
    by: Words
    c_per_h: float | None = Field(default=None, gt=0.0, le=100.0)


class SetpointSnapshot(Snapshot):
    """Where the setpoint is on its way; None: where the config has it."""

    ramp: RampValue | None = None


@dataclass(frozen=True, slots=True)
class Rise:
    """A change of the target to come, in so many hours."""

    after_h: float
    target_c: float
    c_per_h: float


class Setpoint:
    """Holds a target, with a ramp whenever it changes. Without `[temperature]` it only watches."""

    def __init__(
        self,
        options: Temperature | None,
        stale_s: float = 300.0,
        roles: Iterable[str] = ROLES,
        in_cycles: Iterable[str] = (),
    ) -> None:
        """`stale_s`: a beer temperature older than this is none; `roles`: the outputs that the tank has; `in_cycles`:
        those that can give a part of their power."""
        self.options, self.stale_s, self.roles = options, stale_s, tuple(roles)
        self.in_cycles = frozenset(in_cycles)
        self._trend = Trend()
        self._probe_step = ProbeStep()
        self.ramp: Ramp | None = None
        self.found_c: float | None = None  # held instead of the target, while nobody knows what is in the tank
        self._side: Side | None = None

    def decide(self, state: TankState, now: float) -> ControlRequest:
        """What heater and cooler should do at this moment, and why."""
        options = self.options
        if options is None:
            return ControlRequest("watch", None, why=Sentence("watch: the temperature of this tank is not controlled"))
        beer_c = trusted(state, "beer_c", now, self.stale_s)
        if beer_c is None:
            self._side = None
            self._trend.forget()
            target_c = self.ramp.target_c if self.ramp else options.target_c
            why = Sentence("hold: waits for a beer temperature")
            return ControlRequest("hold", target_c, why=why, target_goal_c=self.target_c)
        if self.ramp is None:
            self.ramp = Ramp(beer_c, options.target_c, now, "config", options.ramp_c_per_h)
        setpoint_c = self.now_c(now)
        self._probe_step.note(state.measured["beer_c"].at, state.measured["beer_c"].raw)
        deadband_c = max(options.deadband_c, SWING_STEPS * self._probe_step.coarse_c)
        wanted = duty(beer_c, setpoint_c, deadband_c, self._side)
        driven = moving(self.roles, WAY[wanted]) if wanted else []
        self._side = wanted if driven else None
        duties = dict.fromkeys(driven, 1.0)
        if self.in_cycles:
            beer_c_per_h = self._trend.c_per_h(beer_c, now)
            if wanted is not None:
                part = share(beer_c, beer_c_per_h, setpoint_c, deadband_c, wanted)
                duties |= dict.fromkeys(self.in_cycles.intersection(driven), part)
        return ControlRequest(
            step="hold",
            target_c=setpoint_c,
            duties={role: duty for role, duty in duties.items() if duty > 0.0},
            why=self._why(beer_c, setpoint_c, wanted, min(duties.values(), default=1.0)),
            target_goal_c=self.target_c,
        )

    def now_c(self, now: float) -> float:
        """Where the setpoint is on its way to the target."""
        assert self.options is not None
        ramp = self.ramp
        if self.found_c is not None:
            return self.found_c
        if ramp is None:
            return self.options.target_c
        return ramped(ramp.from_c, ramp.target_c, ramp.c_per_h, (now - ramp.since) / 3600.0)

    @property
    def target_c(self) -> float | None:
        """Where the ramp ends."""
        return self.ramp.target_c if self.ramp else self.options.target_c if self.options else None

    def mean_c(self, now: float, hours: float, rise: Rise | None = None) -> float | None:
        """The setpoint's mean from now on over so many hours; None where nothing is controlled, or nothing yet."""
        if self.ramp is None:
            return None
        middles_h = [hours * (i + 0.5) / PIECES for i in range(PIECES)]
        return sum(self._then_c(now, after_h, rise) for after_h in middles_h) / PIECES

    def _then_c(self, now: float, after_h: float, rise: Rise | None) -> float:
        if rise is None or after_h <= rise.after_h:
            return self.now_c(now + 3600.0 * after_h)
        from_c = self.now_c(now + 3600.0 * rise.after_h)
        return ramped(from_c, rise.target_c, rise.c_per_h, after_h - rise.after_h)

    def move(self, target_c: float, now: float, by: str, c_per_h: float | None = None) -> str | None:
        """Ramp to another target from where the setpoint is. Returns why not, if that cannot be."""
        if self.options is None:
            return Sentence(
                "the temperature of this tank is not controlled; add [tanks.<name>.temperature] to the config"
            )
        self.ramp = Ramp(self.now_c(now), target_c, now, by, c_per_h or self.options.ramp_c_per_h)
        return None

    def begin(self, state: TankState, now: float) -> None:
        """Fresh wort: the next ramp leaves from its temperature, not from where the last batch ended."""
        beer_c = trusted(state, "beer_c", now, self.stale_s)
        if self.options is not None and beer_c is not None:
            self.ramp = Ramp(beer_c, beer_c, now, "pitch", self.options.ramp_c_per_h)

    def snapshot(self) -> SetpointSnapshot:
        """What a restart needs to go on where it was."""
        ramp = self.ramp
        if ramp is None:
            return SetpointSnapshot.model_construct(ramp=None)
        kept = RampValue.model_construct(
            from_c=ramp.from_c, target_c=ramp.target_c, since=ramp.since, by=ramp.by, c_per_h=ramp.c_per_h
        )
        return SetpointSnapshot.model_construct(ramp=kept)

    def restore(self, kept: SetpointSnapshot, now: float) -> None:
        """Go on with a snapshot. A ramp that started from the config follows the config, in case it was edited."""
        ramp, options = kept.ramp, self.options
        if ramp and options and (ramp.by != "config" or ramp.target_c == options.target_c):
            c_per_h = ramp.c_per_h or options.ramp_c_per_h
            self.ramp = Ramp(ramp.from_c, ramp.target_c, ramp.since, ramp.by, c_per_h)

    def _why(self, beer_c: float, setpoint_c: float, wanted: Side | None, part: float) -> str:
        where = Sentence("beer {beer_c:.1f}, setpoint {setpoint_c:.1f} °C", beer_c=beer_c, setpoint_c=setpoint_c)
        if self.found_c is not None:
            where = Sentence("{where} as it was found, another batch?", where=where)
        elif self.ramp and abs(setpoint_c - self.ramp.target_c) > 0.05:
            where = Sentence("{where} on its way to {target_c:.1f}", where=where, target_c=self.ramp.target_c)
        why = Sentence("{does}: {where}", does=self._side or "hold", where=where)
        if part < 1.0:
            why = Sentence("{does} {part:.0%} of the time: {where}", does=self._side or "hold", part=part, where=where)
        if wanted != self._side:
            return Sentence("{why}, nothing here can {side}", why=why, side=wanted or "hold")
        return why
