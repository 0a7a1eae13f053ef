"""What room and heat say of a tank's beer probe: what of its outputs does not show in its beer, what of the room shows
in it at once, and what that forbids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from brewpi.control import effect
from brewpi.control.heat_balance import BalanceSnapshot, HeatBalance, Seen
from brewpi.control.room_share import RoomShare
from brewpi.control.tank_output import TankOutput
from brewpi.estimation.trusted import trusted
from brewpi.estimation.warmth import warmth_c_per_h
from brewpi.outputs.run_limits import RunLimits
from brewpi.records import Alarm, TankState
from brewpi.roles import ROLES, OutputRole, moving
from brewpi.sentences import Sentence

FERMENTS_OVER_H = 12.0
FILLING_S = 12 * 3600.0  # after pitching: the tank may be filled meanwhile, in two brews


class HeatBalances:
    """One for each output that moves the beer. `volume_l`: 0 if that is unknown."""

    def __init__(self, outputs: Mapping[str, RunLimits], volume_l: float) -> None:
        insulated_per_h = effect.wall_per_h(volume_l) if volume_l > 0.0 else 0.0
        self.by_role: dict[str, HeatBalance] = {}
        for name in moving(outputs):
            stated = effect.stated_c_per_h(outputs[name].power_w, volume_l)
            self.by_role[name] = HeatBalance(ROLES[name].direction, insulated_per_h, stated)
        self.room_share = RoomShare()

    def note(
        self, outputs: Mapping[str, TankOutput], state: TankState, beer_c: float | None, setpoint_c: float | None,
        room_stale_s: float, now: float,
    ) -> None:  # fmt: skip
        """Once a tick, after the outputs were switched. Only a batch tells anything, and not while it is filled in."""
        if state.batch is None or now - state.batch.started_at < FILLING_S:
            beer_c = None
        room_c = trusted(state, "room_c", now, room_stale_s)
        seen = Seen(beer_c, room_c, setpoint_c, partial(warmth_c_per_h, state, now, FERMENTS_OVER_H))
        running = {name for name, output in outputs.items() if output.started_at is not None}
        for name, balance in self.by_role.items():
            others = {other for other in running if ROLES[other].direction * balance.direction < 0}
            balance.note(name in running, bool(others), seen, now)
        heats, cools = (any(ROLES[name].direction == direction for name in running) for direction in (1, -1))
        self.room_share.note(beer_c, room_c, heats=heats, cools=cools, now=now)

    def why_not(self, role: OutputRole) -> str | None:
        """Why an output may not run; None while nothing speaks against it."""
        if self.room_share.is_stopped:
            return Sentence("the beer probe reads the room, waits for resume")
        balance = self.by_role.get(role.name)
        if balance is None or not balance.is_stopped:
            return None
        return Sentence("what it gives does not show in the beer, waits for resume")

    def alarms(self) -> Iterator[Alarm]:
        """What a person has to know."""
        for balance in self.by_role.values():
            if balance.since is not None:
                yield Alarm("beer: balance", "alarm", _text(balance), balance.since)
                break
        if self.room_share.since is not None and self.by_role:
            yield Alarm("beer: room", "alarm", _room_text(self.room_share), self.room_share.since)

    def forget(self) -> None:
        """Another batch, or somebody has looked."""
        for balance in self.by_role.values():
            balance.forget()
        self.room_share.forget()

    def snapshot(self) -> dict[str, BalanceSnapshot]:
        return {name: balance.snapshot() for name, balance in self.by_role.items()}

    def restore(self, kept: Mapping[str, BalanceSnapshot], now: float) -> None:
        for name, balance in self.by_role.items():
            if name in kept:
                balance.restore(kept[name], now)


def _text(balance: HeatBalance) -> Sentence:
    if balance.direction > 0:
        return Sentence(
            "heat that went in does not show: the beer may be {missing_delta_c:.1f} °C warmer than its probe reads,"
            " heating is off; measure by hand, then resume"
            if balance.is_stopped
            else "heat that went in does not show: the beer may be {missing_delta_c:.1f} °C warmer than its probe"
            " reads, or draught or an open lid takes the heat; measure by hand",
            missing_delta_c=balance.missing_c,
        )  # fmt: skip
    return Sentence(
        "cooling does not show: the beer may be {missing_delta_c:.1f} °C colder than its probe reads, cooling is off;"
        " measure by hand, then resume"
        if balance.is_stopped
        else "cooling does not show: the beer may be {missing_delta_c:.1f} °C colder than its probe reads, or sun or an"
        " open door warms it; measure by hand",
        missing_delta_c=balance.missing_c,
    )  # fmt: skip


def _room_text(found: RoomShare) -> Sentence:
    return Sentence(
        "the beer temperature does at once what the room does ({share_pct:.0f} % of it), which no beer does: heating"
        " and cooling are off; put the probe back into its well, then resume"
        if found.is_stopped
        else "the beer temperature does at once a part of what the room does ({share_pct:.0f} % of it), which no beer"
        " does: is the probe all the way in its well?",
        share_pct=100.0 * min(found.share or 0.0, 1.0),
    )
