"""What is believed about a tank: readings in, `TankState` out.

Each quantity has one meter. A sensor of one quantity never stands in for another, and a second sensor of the
same quantity is never substituted: what is not heard grows old, and whoever acts on it looks at its age.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import inf, nan
from types import MappingProxyType

from pydantic import Field

from brewpi.estimation.gravity import added_sg, declared_error, level_history, points_of
from brewpi.estimation.misread_fault import misread_fault
from brewpi.estimation.signal_filter import NOTHING, SignalFilter, SignalMemory, SignalSource
from brewpi.quantities import QUANTITIES
from brewpi.records import Batch, BatchSeries, Fault, Measured, Reading, SiteHistory, TankState
from brewpi.snapshot import Snapshot

HISTORY_EVERY_S = 900.0
HISTORY_POINTS = 6000  # two months of a point every 15 minutes
DUPLICATE_CHANGES = 4  # moves made together, to the last digit, that two honest probes do not make
TOGETHER_S = 10.0


class SensesSnapshot(Snapshot):
    """What was learnt of the sensors, by quantity."""

    learnt: dict[str, SignalMemory] = Field(default_factory=dict)


class StateEstimator:
    """Absorbs the readings of one tank. Holds the filters' memory, so there is one of these for each tank.

    meters: who measures what. Without any, whichever sensor first delivers a quantity is its meter.
    """

    def __init__(self, meters: Iterable[SignalSource] = ()) -> None:
        self.channels = {meter.quantity: SignalFilter(meter) for meter in meters}
        self._is_open = not self.channels
        pairs = combinations(self.channels.values(), 2)
        self._duplicate_checks = [DuplicateSensorCheck(*pair) for pair in pairs if _must_differ(*pair)]
        self._born: float | None = None
        self._batch: Batch | None = None
        self._look_at = inf  # when the next channel will have been silent for too long

    def absorb(
        self, state: TankState, readings: Sequence[Reading], now: float, faults: Sequence[Fault] = ()
    ) -> TankState:
        """The state after these readings; `faults` are those of drivers that could not read.

        Never raises, whatever the numbers are. Uses nothing later than `now`.
        """
        if self._born is None or _id(state.batch) != _id(self._batch):
            state = self._met(state, now)
        if not readings and not faults and not state.faults and now < self._look_at:
            return state
        updates = self._listen(readings, now)
        measured = MappingProxyType({**state.measured, **updates}) if updates else state.measured
        history = self._history(state.history, updates.get("sg"), measured)
        all_faults = self._faults(faults, state, history, now)
        if not updates and all_faults == state.faults and history is state.history:
            return state
        return replace(state, measured=measured, faults=all_faults, history=history)

    def snapshot(self) -> SensesSnapshot:
        """For the store: of no sensor, while nothing is known of it that takes long to learn."""
        memories = {quantity: channel.memory() for quantity, channel in self.channels.items()}
        return SensesSnapshot.model_construct(
            learnt={quantity: memory for quantity, memory in memories.items() if memory is not NOTHING}
        )

    def restore(self, kept: SensesSnapshot, now: float) -> None:
        """As they were known before a restart."""
        for quantity, memory in kept.learnt.items():
            if quantity in self.channels:
                self.channels[quantity].recall(memory, now)
        for pair in self._duplicate_checks:
            pair.recall()

    def by_hand(self, quantity: str) -> bool:
        """Whether a person is the source of this quantity."""
        channel = self.channels.get(quantity)
        return channel is not None and channel.meter.hand

    def expect_jump(self, quantity: str) -> None:
        """Something was done that makes the next reading another one."""
        if quantity in self.channels:
            self.channels[quantity].forget()

    def without(self, state: TankState, quantity: str, at: float) -> TankState:
        """The state as if a reading had not been taken; of gravity the one before it is the latest again."""
        latest = state.measured.get(quantity)
        if latest is None or latest.at != at:
            return state
        measured = {name: value for name, value in state.measured.items() if name != quantity}
        if quantity == "sg" and state.history:
            before_at, sg, _ = state.history[-1]
            measured["sg"] = Measured(sg, before_at, sg)
        self.expect_jump(quantity)
        return replace(state, measured=MappingProxyType(measured))

    def _met(self, state: TankState, now: float) -> TankState:
        """The first state, perhaps with a history from before a restart, or the first of another batch. A person reads
        once a day and is not asked again because a Pi was restarted: the last hand reading is as old as it is."""
        gravity = self.channels.get("sg")
        if self._born is None:
            self._born = now
            self._look_at = min((c.silent_at(now) for c in self.channels.values()), default=inf)
            if gravity and state.history:
                at, sg, _ = state.history[-1]
                gravity.remember(at, sg, now)
                if gravity.meter.hand and "sg" not in state.measured:
                    self._look_at = now  # at that reading
                    measured = {**state.measured, "sg": Measured(sg, min(at, now), sg)}
                    state = replace(state, measured=MappingProxyType(measured))
        elif gravity:
            gravity.forget()
        self._batch = state.batch
        return state

    def _listen(self, readings: Sequence[Reading], now: float) -> dict[str, Measured]:
        """What is newly believed."""
        updates: dict[str, Measured] = {}
        for reading in readings:
            channel = self.channels.get(reading.quantity) or self._adopt(reading)
            if channel is None or channel.meter.sensor != reading.sensor:
                continue
            if channel.add(reading.at, reading.value, now, reading.raw) and channel.value:
                updates[reading.quantity] = channel.value
        if readings:
            for pair in self._duplicate_checks:
                pair.compare()
        return updates

    def _adopt(self, reading: Reading) -> SignalFilter | None:
        row = QUANTITIES.get(reading.quantity)
        if row is None or not self._is_open:
            return None
        channel = SignalFilter(SignalSource(row.name, reading.sensor, row.stale_s))
        others = (other for other in self.channels.values() if _must_differ(other, channel))
        self._duplicate_checks += [DuplicateSensorCheck(other, channel) for other in others]
        self.channels[row.name] = channel
        self._look_at = -inf
        return channel

    def _faults(
        self,
        of_drivers: Sequence[Fault],
        state: TankState,
        history: tuple[tuple[float, float, float], ...],
        now: float,
    ) -> tuple[Fault, ...]:
        """One fault for each thing that is wrong: a driver's own word spares the one about its silence."""
        born = now if self._born is None else self._born
        speechless = {fault.sensor for fault in of_drivers}
        found = list(of_drivers)
        self._look_at = inf
        for channel in self.channels.values():
            silent_at = channel.silent_at(born)
            if now < silent_at:
                self._look_at = min(self._look_at, silent_at)
            if channel.fault:
                found.append(channel.fault)
            elif now >= silent_at and channel.meter.sensor not in speechless:
                found.append(channel.silence(born))
        gravity = self.channels.get("sg")
        if gravity and gravity.meter.hand:
            found += misread_fault(replace(state, history=history), gravity.meter.sensor)
        return tuple(found)

    def _history(
        self,
        history: tuple[tuple[float, float, float], ...],
        gravity: Measured | None,
        measured: Mapping[str, Measured],
    ) -> tuple[tuple[float, float, float], ...]:
        """One point for each quarter of an hour; of a brewer every reading, also one entered after newer ones."""
        channel = self.channels.get("sg")
        if channel and channel.late:
            history = _with_late(history, channel.late)
            channel.late = []
        if channel is None or gravity is None:
            return history
        if history:
            first, last = history[0][0], history[-1][0]  # slots from the first reading, whatever the hour of the day
            same_slot = (gravity.at - first) // HISTORY_EVERY_S == (last - first) // HISTORY_EVERY_S
            if gravity.at <= history[-1][0] or (same_slot and not channel.meter.hand):
                return history
        history = (*history, (gravity.at, gravity.value, self._beer_c(measured, gravity.at)))
        return history if len(history) <= HISTORY_POINTS else _thinned(history)

    def _beer_c(self, measured: Mapping[str, Measured], at: float) -> float:
        """The beer temperature that goes with a gravity reading, NaN if none was taken near it."""
        channel, beer = self.channels.get("beer_c"), measured.get("beer_c")
        if channel is None or beer is None or abs(at - beer.at) > channel.meter.stale_s:
            return nan
        return beer.value


class DuplicateSensorCheck:
    """Two thermometers that must differ: identical through several changes, one of them is a copy.

    A controller that showed the beer's temperature for a vanished fridge probe heated a chamber past 60 °C
    (BrewPiLess#400).
    """

    def __init__(self, one: SignalFilter, other: SignalFilter) -> None:
        self.pair = (one, other)
        self.changes = 0
        self.last: float | None = None
        self.compared_at = (-inf, -inf)

    def recall(self) -> None:
        """Two that were doubted before a restart are doubted until they differ."""
        if all(channel.duplicate_of is not None for channel in self.pair):
            self.changes = DUPLICATE_CHANGES

    def compare(self) -> None:
        """Look at the newest reading of both, if both are new and of about the same time."""
        one, other = self.pair
        received_at = (one.received_at, other.received_at)
        if abs(received_at[0] - received_at[1]) > TOGETHER_S or not _both_newer(received_at, self.compared_at):
            return
        self.compared_at = received_at
        if one.raw != other.raw:
            if self.changes >= DUPLICATE_CHANGES:
                one.duplicate_of = other.duplicate_of = None
            self.changes, self.last = 0, None
        elif one.raw != self.last:
            self.changes, self.last = self.changes + 1, one.raw
        if self.changes >= DUPLICATE_CHANGES:
            one.duplicate_of, other.duplicate_of = other.meter.sensor, one.meter.sensor


def batch_series(state: TankState, site_history: SiteHistory | None = None) -> BatchSeries:
    """The batch so far, as the forecast reads it: hours since its first reading."""
    points = points_of(level_history(state))
    hours = (points[:, 0] - points[:1, 0]) / 3600.0
    so_far = BatchSeries(hours=hours, sg=points[:, 1], temp_c=points[:, 2], site_history=site_history)
    if state.batch is None:
        return so_far
    batch = state.batch
    return replace(
        so_far,
        og=None if batch.og is None or declared_error(state) else batch.og + added_sg(state),
        medium=batch.medium,
        expected_attenuation=batch.expected_attenuation,
        style=batch.style,
        yeast=batch.yeast,
        brand=batch.name or None,
        added_h=_added_h(batch, state.history),
        pitched_h=max(state.history[0][0] - batch.started_at, 0.0) / 3600.0 if state.history else None,
    )


def _added_h(batch: Batch, history: tuple[tuple[float, float, float], ...]) -> float | None:
    """When something that ferments was last added, in hours since the first reading."""
    added = [addition.at for addition in batch.additions if addition.points > 0.0]
    return (max(added) - history[0][0]) / 3600.0 if added and history else None


def _id(batch: Batch | None) -> str | None:
    """Corrections make another record of the same batch."""
    return None if batch is None else f"{batch.id} {batch.started_at if not batch.id else ''}"


def _must_differ(one: SignalFilter, other: SignalFilter) -> bool:
    both_degrees = one.row.unit == other.row.unit == "°C"
    by_hand = one.meter.hand or other.meter.hand
    if {one.meter.quantity, other.meter.quantity} == {"beer_c", "witness_c"}:
        return False  # two probes in one beer may well agree to the last digit
    return both_degrees and one.meter.sensor != other.meter.sensor and not by_hand


def _both_newer(times: tuple[float, float], before: tuple[float, float]) -> bool:
    return times[0] > before[0] and times[1] > before[1]


def _with_late(
    history: tuple[tuple[float, float, float], ...], late: list[tuple[float, float]]
) -> tuple[tuple[float, float, float], ...]:
    """Points in their place in time; the same time again is the same reading sent twice."""
    known = {at for at, _, _ in history}
    new = {at: (at, sg, nan) for at, sg in late if at not in known}
    return tuple(sorted((*history, *new.values()))) if new else history


def _thinned(history: tuple[tuple[float, float, float], ...]) -> tuple[tuple[float, float, float], ...]:
    """Every second point of the older half, the very first one among them: it holds the original gravity."""
    half = len(history) // 2
    return history[:half:2] + history[half:]
