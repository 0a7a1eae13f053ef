"""Whether the drain valve may be open: permissives, two commands, one run. Knows no recipe.

    closed -> armed -> confirmed -> open -> closed (done | aborted: why)

Everything has to be true at once, is looked at again at every tick, and is shown with its value. One transfer for one
batch: once the valve has been open it is not opened again, what is left is drained by hand.
"""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from brewpi.control.drain_approval import DrainApproval
from brewpi.control.shut_level import ShutLevel
from brewpi.estimation.gravity import attenuation
from brewpi.estimation.stability import stable
from brewpi.estimation.trusted import trusted
from brewpi.records import Alarm, Drain, Forecast, Permissive, TankState, TransferRequest
from brewpi.sentences import Sentence, joined

TRANSFER, NOT_YET = Sentence("transfer step reached"), Sentence("the recipe is not there yet")
SWITCH_ANSWERS, NO_LEVEL = Sentence("switch answers"), Sentence("the level switch does not answer")
VACUUM_BAR = -0.05  # gauge; vacuum valves of tanks open at about this, and what has none folds not far below
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


class DrainGate:
    """The last word on the drain valve of one tank."""

    def __init__(
        self,
        limits: Draining,
        measured: Iterable[str],
        beer_stale_s: float = 300.0,
        approval: DrainApproval | None = None,
    ) -> None:
        """measured: the quantities that this tank's sensors deliver, which decide what can be proven; approval: what
        people have said to it."""
        self.limits, self.measured, self.beer_stale_s = limits, frozenset(measured), beer_stale_s
        self.approval = approval or DrainApproval(limits.armed_s)
        self._flowed = False  # the flow switch has seen beer in this run
        self._level = ShutLevel()
        self.unwritten: str | None = None  # why nothing can be written down at the moment
        self._permissives: tuple[Permissive, ...] = ()

    @property
    def may_be_armed(self) -> bool:
        """Whether nothing but a person is missing."""
        return self.approval.standing == "closed" and bool(self._permissives) and all(p.met for p in self._permissives)

    # --- once a tick

    def permit(
        self, request: TransferRequest | None, forecast: Forecast | None, state: TankState, stopped: str | None,
        now: float,
    ) -> Drain:
        """Where the transfer stands. The valve is open only while `standing` is "open"."""
        self._permissives = tuple(self._check(request, forecast, state, now))
        approval, before = self.approval, self.approval.standing
        self._level.watch(trusted(state, "level_low", now, self.limits.fresh_s), state.batch, before == "open", now)
        missing = next((p for p in self._permissives if not p.met), None)
        if stopped and before != "closed":
            approval.abort(Sentence("stopped by {name}", name=stopped), now)
        elif before == "open":
            self._watch(missing, state, now)
        elif before in ("armed", "confirmed") and missing:
            approval.abort(_named(missing), now)
        elif approval.is_late(now):
            armed_min = approval.armed_s / 60.0
            approval.abort(Sentence("nobody confirmed within {armed_min:.0f} min", armed_min=armed_min), now)
        elif before == "confirmed" and now > approval.since:
            # a tick after the confirmation: it is in the store before the valve moves
            longest_min = self.limits.longest_s / 60.0
            why = Sentence("open since a moment, at most {longest_min:.0f} min", longest_min=longest_min)
            approval.become("open", why, now)
            self._flowed = False
        if approval.standing != before:
            self._permissives = tuple(self._check(request, forecast, state, now))  # a run that is over is the only one
        return Drain(approval.standing, approval.why, self._permissives)

    def _watch(self, missing: Permissive | None, state: TankState, now: float) -> None:
        approval = self.approval
        opened_s = now - approval.since
        if missing:
            approval.abort(_after(opened_s, _named(missing)), now)
        elif state.fresh("level_low", now, self.limits.fresh_s) == 1.0:  # a doubted word is enough to close
            approval.close(_after(opened_s, Sentence("the tank is empty")), now, aborted=False)
        elif self._flowed and state.fresh("flow", now, self.limits.fresh_s) == 0.0:
            approval.close(_after(opened_s, Sentence("nothing flows any more")), now, aborted=False)
        elif opened_s >= self.limits.longest_s:
            why = Sentence("after {opened_s:.0f} s, its time limit; look whether the tank is empty", opened_s=opened_s)
            approval.abort(why, now)
        else:
            self._flowed = self._flowed or state.fresh("flow", now, self.limits.fresh_s) == 1.0
            left_min = (self.limits.longest_s - opened_s) / 60.0
            approval.why = Sentence(
                "open for {opened_s:.0f} s, closes in {left_min:.0f} min at the latest",
                opened_s=opened_s, left_min=left_min,
            )  # fmt: skip

    def _check(
        self, request: TransferRequest | None, forecast: Forecast | None, state: TankState, now: float
    ) -> Iterable[Permissive]:
        batch = state.batch
        yield Permissive("step", request is not None, _either(request, TRANSFER, NOT_YET))
        yield self._stable(request, state, now)
        yield self._forecast(forecast)
        yield self._temperature(request, state, now)
        yield self._vent(state, now)
        if "receiver_ready" in self.measured:
            yield self._switch("receiver", "receiver_ready", state, now)
        if "level_low" in self.measured:
            known = trusted(state, "level_low", now, self.limits.fresh_s) is not None
            yield Permissive("level", known, _either(known, SWITCH_ANSWERS, NO_LEVEL))
        used = self.approval.standing not in ("confirmed", "open")
        fresh = batch is not None and not (used and self.approval.opened_for == batch.id)
        yield Permissive("record", self.unwritten is None, self.unwritten or Sentence("the store writes"))
        yield Permissive("once", fresh, _either(fresh, NOT_DRAINED, DRAINED))

    def _stable(self, request: TransferRequest | None, state: TankState, now: float) -> Permissive:
        if request is None:
            return Permissive("stable", False, Sentence("is judged in the transfer step"))
        reached = attenuation(state, now, self.limits.fresh_gravity_h)
        if reached is None:
            return Permissive("stable", False, Sentence("needs a fresh gravity"))
        if reached < request.min_attenuation:
            needed = request.min_attenuation
            text = Sentence("attenuation {reached:.2f} of {needed:.2f}", reached=reached, needed=needed)
            return Permissive("stable", False, text)
        found = stable(state, request.window_h, request.change_sg)
        return Permissive("stable", found.flat, found.text)

    def _forecast(self, forecast: Forecast | None) -> Permissive:
        band = forecast.remaining_h if forecast else None
        if forecast is None or band is None or not forecast.actionable:
            none = (forecast and forecast.why) or Sentence("no forecast")
            return Permissive("forecast", False, Sentence("needs the model: {reason}", reason=none))
        text = Sentence("complete") if forecast.is_complete else Sentence(
            "done in {early_h:.0f}-{late_h:.0f} h, at most {needed_h:g} h",
            early_h=band.p10, late_h=band.p90, needed_h=self.limits.forecast_h,
        )  # fmt: skip
        return Permissive("forecast", band.p90 <= self.limits.forecast_h, text)

    def _temperature(self, request: TransferRequest | None, state: TankState, now: float) -> Permissive:
        beer_c = trusted(state, "beer_c", now, self.beer_stale_s)
        if beer_c is None:
            return Permissive("temperature", False, Sentence("no beer temperature"))
        if request is None:
            text = Sentence("beer at {beer_c:.1f} °C, is judged in the transfer step", beer_c=beer_c)
            return Permissive("temperature", False, text)
        if request.target_c is None:
            return Permissive("temperature", True, Sentence("beer at {beer_c:.1f} °C, no target", beer_c=beer_c))
        text = Sentence("beer at {beer_c:.1f} of {target_c:.1f} °C", beer_c=beer_c, target_c=request.target_c)
        return Permissive("temperature", abs(beer_c - request.target_c) <= self.limits.within_c, text)

    def _vent(self, state: TankState, now: float) -> Permissive:
        """An unvented tank that is drained implodes: the switch has to say open, or gas pressure has to be held. A tank
        under vacuum has no open vent, whatever its switch says: its filter is blocked."""
        top_bar = trusted(state, "top_bar", now, self.limits.fresh_s)
        if top_bar is not None and top_bar <= VACUUM_BAR:
            text = Sentence("the tank is under vacuum: top pressure {top_bar:.2f} bar", top_bar=top_bar)
            return Permissive("vent", False, text)
        if "vent_open" in self.measured:
            return self._switch("vent", "vent_open", state, now)
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

    # --- for who arms it

    @property
    def missing(self) -> str | None:
        """Everything that is not proven; None if nothing but a person is missing."""
        if not self._permissives:
            return Sentence("nothing has been looked at yet")
        missing = [_named(p) for p in self._permissives if not p.met]
        return joined("; ", missing) if missing else None

    def alarms(self) -> list[Alarm]:
        """An aborted transfer, until the next one or another batch; beer that left though the valve should be shut."""
        approval, emptied = self.approval, self._level.alarms()
        if not approval.aborted:
            return emptied
        if not approval.may_have_opened:
            text = Sentence("drain {reason}; the valve was not opened", reason=approval.why)
            return [*emptied, Alarm("drain: aborted", "warning", text, approval.since)]
        text = Sentence("drain {reason}; the valve is told to close, look whether it has", reason=approval.why)
        return [*emptied, Alarm("drain: aborted", "alarm", text, approval.since)]


def _either(met: object, yes: Sentence, no: Sentence) -> Sentence:
    return yes if met else no


def _named(permissive: Permissive) -> Sentence:
    return Sentence("{name}: {reason}", name=permissive.name, reason=permissive.text)


def _after(opened_s: float, reason: Sentence) -> Sentence:
    return Sentence("after {opened_s:.0f} s: {reason}", opened_s=opened_s, reason=reason)
