"""Whether the beer probe of a tank still measures its beer, by all that control can tell: what speaks against it
forbids heating and cooling. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial

from brewpi.control.probe_checks.heat_balance import Seen
from brewpi.control.probe_checks.heat_balances import HeatBalances
from brewpi.control.probe_checks.reading_noise import ReadingNoise
from brewpi.control.probe_checks.room_share import RoomShare
from brewpi.control.probe_checks.swapped_probe import SwappedProbe
from brewpi.control.probe_checks.thermometer_pair import ThermometerPair
from brewpi.estimation.warmth import warmth_c_per_h
from brewpi.outputs.run_limits import RunLimits
from brewpi.records import Alarm, TankState
from brewpi.roles import ROLES, OutputRole

FERMENTS_OVER_H = 12.0
FILLING_S = 12 * 3600.0  # after pitching: the tank may be filled meanwhile, in two brews


class BeerProbe:
    """A second thermometer, the tank next to it, the heat that goes in, the room: each may contradict it."""

    def __init__(
        self, outputs: Mapping[str, RunLimits], volume_l: float, witness_within_c: float, stale_s: float
    ) -> None:
        """volume_l: 0 if that is unknown; witness_within_c: two thermometers agree up to so much; stale_s: an older
        temperature is none."""
        self.pair = ThermometerPair(witness_within_c, stale_s)
        self.swapped = SwappedProbe()
        self.balances = HeatBalances(outputs, volume_l)
        self.room_share = RoomShare()
        self.noise = ReadingNoise()

    def note(
        self, running: Collection[str], state: TankState, beer_c: float | None, room_c: float | None,
        setpoint_c: float | None, now: float,
    ) -> None:  # fmt: skip
        """Once a tick, after the outputs were switched. running: roles that have power from now on. Only a batch tells
        anything of heat and room, and not while it is filled in."""
        if state.batch is None or now - state.batch.started_at < FILLING_S:
            beer_c = None
        seen = Seen(beer_c, room_c, setpoint_c, partial(warmth_c_per_h, state, now, FERMENTS_OVER_H))
        self.balances.note(running, seen, now)
        if self.balances.by_role:
            heats, cools = (any(ROLES[name].direction == direction for name in running) for direction in (1, -1))
            self.room_share.note(beer_c, room_c, heats=heats, cools=cools, now=now)
            self.noise.note(beer_c, heats=heats, cools=cools, now=now)

    def why_not(self, role: OutputRole, now: float) -> str | None:
        """Why an output may not run by it; None while nothing speaks against it."""
        return (
            self.pair.why_not(now) or self.swapped.why_not() or self.room_share.why_not() or self.balances.why_not(role)
        )

    def alarms(self, now: float) -> Iterator[Alarm]:
        """What a person has to know."""
        found = (self.pair.alarm(now), self.swapped.alarm, self.balances.alarm(), self.room_share.alarm())
        return (alarm for alarm in found if alarm is not None)

    def begin(self) -> None:
        """Another batch, or none: what its heat does is another one."""
        self.balances.forget()
        self.room_share.forget()
        self.noise.forget()

    def resume(self) -> None:
        """Somebody has looked."""
        self.begin()
        self.swapped.forget()
