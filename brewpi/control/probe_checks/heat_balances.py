"""The heat balances of one tank: what of its outputs does not show in its beer, and what that forbids."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from brewpi.control.effect_check import effect
from brewpi.control.probe_checks.heat_balance import BalanceSnapshot, HeatBalance, Seen
from brewpi.outputs.run_limits import RunLimits
from brewpi.records import Alarm
from brewpi.roles import ROLES, OutputRole, moving
from brewpi.sentences import Sentence


class HeatBalances:
    """One for each output that moves the beer. `volume_l`: 0 if that is unknown."""

    def __init__(self, outputs: Mapping[str, RunLimits], volume_l: float) -> None:
        insulated_per_h = effect.wall_per_h(volume_l) if volume_l > 0.0 else 0.0
        self.by_role: dict[str, HeatBalance] = {}
        for name in moving(outputs):
            stated = effect.stated_c_per_h(outputs[name].power_w, volume_l)
            self.by_role[name] = HeatBalance(ROLES[name].direction, insulated_per_h, stated)

    def note(self, running: Collection[str], seen: Seen, now: float) -> None:
        """Once a tick, after the outputs were switched: the roles that have power from now on."""
        for name, balance in self.by_role.items():
            others = any(ROLES[other].direction * balance.direction < 0 for other in running)
            balance.note(name in running, others, seen, now)

    def why_not(self, role: OutputRole) -> str | None:
        """Why an output may not run; None while nothing speaks against it."""
        balance = self.by_role.get(role.name)
        if balance is None or not balance.is_stopped:
            return None
        return Sentence("what it gives does not show in the beer, waits for resume")

    def alarm(self) -> Alarm | None:
        """What a person has to know."""
        for balance in self.by_role.values():
            if balance.since is not None:
                return Alarm("beer: balance", "alarm", _text(balance), balance.since)
        return None

    def forget(self) -> None:
        """Another batch, or somebody has looked."""
        for balance in self.by_role.values():
            balance.forget()

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
