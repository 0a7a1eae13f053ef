"""Whether the drain valve may be open: permissives, two commands, one run. Knows no recipe.

    closed -> armed -> confirmed -> open -> closed (done | aborted: why)

Everything has to be true at once, is looked at again at every tick, and is shown with its value. One transfer for one
batch: once the valve has been open it is not opened again, what is left is drained by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from brewpi.estimation.gravity import attenuation
from brewpi.estimation.stability import stable
from brewpi.estimation.trusted import trusted
from brewpi.records import Alarm, Drain, DrainStanding, Forecast, Permissive, TankState, TransferRequest
from brewpi.sentences import Sentence, joined

TRANSFER, NOT_YET = Sentence("transfer step reached"), Sentence("the recipe is not there yet")
SWITCH_ANSWERS, NO_LEVEL = Sentence("switch answers"), Sentence("the level switch does not answer")
NOT_DRAINED, DRAINED = Sentence("not drained yet"), Sentence("this batch has had its one transfer")


class Draining(BaseModel):
    """`[tanks.<name>.draining]`: what has to be proven before beer may leave the tank."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    longest_s: float = Field(gt=0.0, le=14_400.0, description="the valve closes after so long, empty or not")
    armed_s: float = Field(default=300.0, ge=30.0, le=300.0, description="between arming and confirming, at the most")
    forecast_h: float = Field(
        default=1.0, ge=0.0, le=6.0, description="hours to completion at the late end of the forecast, at the most"
    )
    within_c: float = Field(default=1.0, gt=0.0, le=5.0, description="of the step's target")
    least_top_bar: float = Field(
        default=0.1, ge=0.05, le=2.0, description="gauge pressure; proves that gas follows, without a vent switch"
    )
    fresh_s: float = Field(default=30.0, ge=2.0, le=120.0, description="an older word of a switch does not count")
    fresh_gravity_h: float = Field(default=12.0, gt=0.0, le=48.0, description="an older gravity does not count")


@dataclass(slots=True)
class Run:
    """What is remembered of the transfer. `opened_for` is the batch whose one run has begun."""

    standing: DrainStanding = "closed"
    why: str = "closed"
    since: float = 0.0
    by: str = ""
    opened_for: str | None = None
    aborted: bool = False
    flowed: bool = False  # the flow switch has seen beer in this run


class DrainGate:
    """The last word on the drain valve of one tank."""

    def __init__(self, limits: Draining, measured: Iterable[str], beer_stale_s: float = 300.0) -> None:
        """measured: the quantities that this tank's sensors deliver, which decide what can be proven."""
        self.limits, self.measured, self.beer_stale_s = limits, frozenset(measured), beer_stale_s
        self.run = Run()
        self.unwritten: str | None = None  # why nothing can be written down at the moment
        self._permissives: tuple[Permissive, ...] = ()

    @property
    def may_be_armed(self) -> bool:
        """Whether nothing but a person is missing."""
        return self.run.standing == "closed" and bool(self._permissives) and all(p.met for p in self._permissives)

    # --- once a tick

    def permit(
        self, wish: TransferRequest | None, forecast: Forecast | None, state: TankState, stopped: str | None, now: float
    ) -> Drain:
        """Where the transfer stands. The valve is open only while `standing` is "open"."""
        self._permissives = tuple(self._look(wish, forecast, state, now))
        run, before = self.run, self.run.standing
        missing = next((p for p in self._permissives if not p.met), None)
        if stopped and run.standing != "closed":
            self._close(Sentence("stopped by {name}", name=stopped), now, aborted=True)
        elif run.standing == "open":
            self._watch(missing, state, now)
        elif run.standing in ("armed", "confirmed") and missing:
            self._close(_named(missing), now, aborted=True)
        elif run.standing == "armed" and now - run.since > self.limits.armed_s:
            why = Sentence("nobody confirmed within {armed_min:.0f} min", armed_min=self.limits.armed_s / 60.0)
            self._close(why, now, aborted=True)
        elif run.standing == "confirmed" and now > run.since:
            # a tick after the confirmation: it is in the store before the valve moves
            longest_min = self.limits.longest_s / 60.0
            why = Sentence("open since a moment, at most {longest_min:.0f} min", longest_min=longest_min)
            self._become("open", why, now)
        if run.standing != before:
            self._permissives = tuple(self._look(wish, forecast, state, now))  # a run that is over is the only one
        return Drain(run.standing, run.why, self._permissives)

    def _watch(self, missing: Permissive | None, state: TankState, now: float) -> None:
        run = self.run
        opened_s = now - run.since
        if missing:
            self._close(_after(opened_s, _named(missing)), now, aborted=True)
        elif state.fresh("level_low", now, self.limits.fresh_s) == 1.0:  # a doubted word is enough to close
            self._close(_after(opened_s, Sentence("the tank is empty")), now, aborted=False)
        elif run.flowed and state.fresh("flow", now, self.limits.fresh_s) == 0.0:
            self._close(_after(opened_s, Sentence("nothing flows any more")), now, aborted=False)
        elif opened_s >= self.limits.longest_s:
            why = Sentence("after {opened_s:.0f} s, its time limit; look whether the tank is empty", opened_s=opened_s)
            self._close(why, now, aborted=True)
        else:
            run.flowed = run.flowed or state.fresh("flow", now, self.limits.fresh_s) == 1.0
            left_min = (self.limits.longest_s - opened_s) / 60.0
            run.why = Sentence(
                "open for {opened_s:.0f} s, closes in {left_min:.0f} min at the latest",
                opened_s=opened_s, left_min=left_min,
            )  # fmt: skip

    def _look(
        self, wish: TransferRequest | None, forecast: Forecast | None, state: TankState, now: float
    ) -> Iterable[Permissive]:
        batch = state.batch
        yield Permissive("step", wish is not None, _either(wish, TRANSFER, NOT_YET))
        yield self._stable(wish, state, now)
        yield self._forecast(forecast)
        yield self._temperature(wish, state, now)
        yield self._vent(state, now)
        if "receiver_ready" in self.measured:
            yield self._switch("receiver", "receiver_ready", state, now)
        if "level_low" in self.measured:
            known = trusted(state, "level_low", now, self.limits.fresh_s) is not None
            yield Permissive("level", known, _either(known, SWITCH_ANSWERS, NO_LEVEL))
        fresh = batch is not None and (self.run.opened_for != batch.id or self.run.standing in ("confirmed", "open"))
        yield Permissive("record", self.unwritten is None, self.unwritten or Sentence("the store writes"))
        yield Permissive("once", fresh, _either(fresh, NOT_DRAINED, DRAINED))

    def _stable(self, wish: TransferRequest | None, state: TankState, now: float) -> Permissive:
        if wish is None:
            return Permissive("stable", False, Sentence("is judged in the transfer step"))
        reached = attenuation(state, now, self.limits.fresh_gravity_h)
        if reached is None:
            return Permissive("stable", False, Sentence("needs a fresh gravity"))
        if reached < wish.min_attenuation:
            text = Sentence("attenuation {reached:.2f} of {needed:.2f}", reached=reached, needed=wish.min_attenuation)
            return Permissive("stable", False, text)
        found = stable(state, wish.window_h, wish.change_sg)
        return Permissive("stable", found.flat, found.text)

    def _forecast(self, forecast: Forecast | None) -> Permissive:
        band = forecast.remaining_h if forecast else None
        if forecast is None or band is None or not forecast.actionable:
            none = (forecast and forecast.why) or Sentence("no forecast")
            return Permissive("forecast", False, Sentence("needs the model: {reason}", reason=none))
        text = Sentence(
            "done in {early_h:.0f}-{late_h:.0f} h, at most {needed_h:g} h",
            early_h=band.p10, late_h=band.p90, needed_h=self.limits.forecast_h,
        )  # fmt: skip
        return Permissive("forecast", band.p90 <= self.limits.forecast_h, text)

    def _temperature(self, wish: TransferRequest | None, state: TankState, now: float) -> Permissive:
        beer_c = trusted(state, "beer_c", now, self.beer_stale_s)
        if beer_c is None:
            return Permissive("temperature", False, Sentence("no beer temperature"))
        if wish is None or wish.target_c is None:
            text = Sentence("beer at {beer_c:.1f} °C, no target", beer_c=beer_c)
            return Permissive("temperature", wish is not None, text)
        text = Sentence("beer at {beer_c:.1f} of {target_c:.1f} °C", beer_c=beer_c, target_c=wish.target_c)
        return Permissive("temperature", abs(beer_c - wish.target_c) <= self.limits.within_c, text)

    def _vent(self, state: TankState, now: float) -> Permissive:
        """An unvented tank that is drained implodes: the switch has to say open, or gas pressure has to be held."""
        if "vent_open" in self.measured:
            return self._switch("vent", "vent_open", state, now)
        top_bar = trusted(state, "top_bar", now, self.limits.fresh_s)
        if top_bar is None:
            return Permissive("vent", False, Sentence("neither a vent switch nor a top pressure says anything"))
        text = Sentence(
            "top pressure {top_bar:.2f} of {needed_bar:.2f} bar", top_bar=top_bar, needed_bar=self.limits.least_top_bar
        )
        return Permissive("vent", top_bar >= self.limits.least_top_bar, text)

    def _switch(self, name: str, quantity: str, state: TankState, now: float) -> Permissive:
        value = trusted(state, quantity, now, self.limits.fresh_s)
        if value is None:
            return Permissive(name, False, Sentence("the switch does not answer"))
        met = value == 1.0
        return Permissive(name, met, Sentence("the switch says {answer}", answer="yes" if met else "no"))

    # --- what people do to it

    def arm(self, by: str, now: float) -> str | None:
        """The first of two commands. Returns why not, with everything that is missing."""
        if self.run.standing != "closed":
            return Sentence("the drain is {standing} already", standing=self.run.standing)
        missing = [_named(p) for p in self._permissives if not p.met]
        if missing:
            return joined("; ", missing)
        if not self._permissives:
            return Sentence("nothing has been looked at yet")
        armed_min = self.limits.armed_s / 60.0
        why = Sentence("armed by {by}, waits {armed_min:.0f} min for confirm", by=by, armed_min=armed_min)
        self._become("armed", why, now)
        self.run.by = by
        return None

    def confirm(self, by: str, batch_id: str, now: float) -> str | None:
        """The second command. Returns why not."""
        if self.run.standing != "armed":
            return Sentence("the drain is not armed")
        if now - self.run.since > self.limits.armed_s:
            armed_min = self.limits.armed_s / 60.0
            return Sentence("armed more than {armed_min:.0f} min ago; arm it again", armed_min=armed_min)
        self._become("confirmed", Sentence("confirmed by {by}", by=by), now)
        self.run.by, self.run.opened_for = by, batch_id
        return None

    def abort(self, why: str, now: float) -> None:
        """Anyone's veto, a stop, a fault: closed from now on."""
        if self.run.standing != "closed":
            self._close(why, now, aborted=True)

    def _become(self, standing: DrainStanding, why: str, now: float) -> None:
        self.run.standing, self.run.why, self.run.since, self.run.aborted = standing, why, now, False
        self.run.flowed = False

    def _close(self, why: str, now: float, *, aborted: bool) -> None:
        if self.run.standing == "confirmed":
            self.run.opened_for = None  # not a drop has left: it may be armed again
        self._become("closed", Sentence("aborted {reason}" if aborted else "done {reason}", reason=why), now)
        self.run.aborted = aborted

    def alarms(self) -> list[Alarm]:
        """An aborted transfer, until the next one or another batch."""
        run = self.run
        if not run.aborted:
            return []
        text = Sentence("drain {reason}; the valve is closed, look at the tank", reason=run.why)
        return [Alarm("drain: aborted", "alarm", text, run.since)]

    def forget(self) -> None:
        """Another batch, or none."""
        self.run = Run()

    def snapshot(self) -> dict[str, Any]:
        """For the store."""
        run = self.run
        return {"standing": run.standing, "opened_for": run.opened_for, "aborted": run.aborted, "why": run.why}

    def restore(self, held: dict[str, Any], now: float) -> None:
        """After a restart the valve is closed, and a run that was under way is over."""
        self.run = Run(opened_for=held["opened_for"], aborted=held["aborted"], why=held["why"], since=now)
        if held["standing"] != "closed":  # one that was confirmed may have opened in the tick that was not written down
            self._close("brewpi was restarted", now, aborted=True)


def _either(met: object, yes: Sentence, no: Sentence) -> Sentence:
    return yes if met else no


def _named(permissive: Permissive) -> Sentence:
    return Sentence("{name}: {reason}", name=permissive.name, reason=permissive.text)


def _after(opened_s: float, reason: Sentence) -> Sentence:
    return Sentence("after {opened_s:.0f} s: {reason}", opened_s=opened_s, reason=reason)
