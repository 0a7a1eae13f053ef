"""What operators say of a batch: it begins, ends, moves, was told wrongly, got something added, was measured by hand.

Each returns the reason if it cannot be done. What is answered ok is in the store before the tick is over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from math import nan
from statistics import median
from typing import Any

from pydantic import TypeAdapter

from brewpi.cellar.archive import BatchArchive
from brewpi.cellar.calibrations import came_in
from brewpi.cellar.restart import ADDITIONS_KEPT, BATCH, LAST
from brewpi.cellar.tank import Tank
from brewpi.estimation.gravity import came_in_at, original_gravity
from brewpi.mqtt.command_fields import (
    AddToBatch,
    CorrectBatch,
    Fields,
    ForgetReading,
    HandReading,
    MoveBatch,
    Note,
    StartBatch,
)
from brewpi.quantities import QUANTITIES
from brewpi.records import Addition, Batch, EndedBatch, Reading, TankState
from brewpi.registry import nearest
from brewpi.sentences import Sentence, spoken
from brewpi.store import Store

READINGS = "readings"  # setting: what was measured by hand, by the id of its command
ENDED = "ended_at"     # setting: when the batch before ended
OLDEST_S = 60 * 86_400.0  # of what somebody remembers: pitching, a reading on paper
AHEAD_S = 60.0
READINGS_KEPT = 500
POINT = 0.001  # SG
UNLIKELY_FALL_SG = 0.010  # at once, to what would be 1.05 °P

Tell = Callable[..., None]


@dataclass(frozen=True, slots=True)
class GivenReading:
    """A hand measurement: `id` is that of its command."""

    id: str
    quantity: str
    value: float
    at: float


class BatchCommands:
    """For all tanks of a site. tell: writes an event (tank, now, kind, text, details); wall: what senders' clocks
    should show, None while nobody knows."""

    def __init__(
        self, tanks: Mapping[str, Tank], store: Store, tell: Tell, wall: Callable[[float], float | None],
        archive: BatchArchive,
    ) -> None:  # fmt: skip
        self.tanks, self.store, self.tell, self.wall, self.archive = tanks, store, tell, wall, archive

    def keep(self, tank: Tank, now: float) -> None:
        """The batch as it is now, for a restart."""
        batch = tank.state.batch
        self.store.set(tank.name, BATCH, asdict(batch) if batch else None, now)
        self.archive.keep(tank)

    def begin(self, tank: Tank, batch: Batch | None, now: float, came_at: float | None = None) -> None:
        """Another batch, or none; what is read in this very tick is already its own. came_at: into this tank, if not
        when it was pitched."""
        ended = ended_batch(tank.state, now) or tank.state.last_batch
        if tank.state.batch is not None:
            self.store.set(tank.name, ENDED, now, now)
            self.store.set(tank.name, LAST, ended and asdict(ended), now)
            self.archive.end(tank, now)
        if batch is not None and batch.readings_since is None:
            since = batch.started_at if tank.ticked_at is None else min(batch.started_at, tank.ticked_at + 0.001)
            batch = replace(batch, readings_since=since)
        tank.begin(batch, batch.started_at if batch is not None and came_at is None else came_at)
        tank.state = replace(tank.state, last_batch=ended)
        self.store.set(tank.name, READINGS, [], now)
        self.keep(tank, now)

    def _when(self, at: datetime | None, fields: Fields, now: float) -> float:
        """On the cellar's clock. While the wall clock is not known, by the sender's own: he has sent it just now."""
        if at is None:
            return now
        wall = self.wall(now)
        return now - ((fields.issued_at.timestamp() if wall is None else wall) - at.timestamp())

    def pitched_at(self, fields: StartBatch | CorrectBatch, tank: Tank, now: float) -> float | str:
        """On the cellar's clock, or why it cannot be."""
        when = self._when(fields.pitched_at, fields, now)
        if when > now + AHEAD_S:
            return Sentence("pitched_at is {length} in the future", length=spoken(when - now))
        if now - when > 6.0 * OLDEST_S:
            return Sentence("pitched_at is {length} back; is the year right?", length=spoken(now - when))
        return min(when, now)

    # --- corrections

    def correct(self, fields: CorrectBatch, tank: Tank, now: float) -> str | None:
        """Change what is known of the running batch, or of one that has ended; its curve stays."""
        batch = tank.state.batch
        if fields.batch is not None and (batch is None or fields.batch != batch.id):
            known = fields.model_dump(exclude={"id", "issued_at", "by", "batch"}, exclude_none=True)
            return self.archive.correct(fields.batch, known)
        if batch is None:
            return Sentence("no batch is in this tank; start_batch begins one")
        given = fields.model_dump(exclude={"id", "issued_at", "by", "batch", "pitched_at"}, exclude_none=True)
        if fields.pitched_at is not None:
            pitched_at = self.pitched_at(fields, tank, now)
            if isinstance(pitched_at, str):
                return pitched_at
            given |= self._pitched(tank, batch, pitched_at)
        highest = max((sg for _, sg, _ in tank.state.history), default=0.0)
        if fields.og is not None and highest - fields.og > 0.015:
            return Sentence(
                "an original gravity of {og_sg:.3f} is below the {highest_sg:.3f} that was measured since",
                og_sg=fields.og, highest_sg=highest,
            )  # fmt: skip
        self._change(tank, replace(batch, **given), now)
        return None

    def _pitched(self, tank: Tank, batch: Batch, pitched_at: float) -> dict[str, float]:
        """Readings from before the batch was entered are its own if they are from after it was pitched."""
        since = min(pitched_at, batch.readings_since or batch.started_at)
        ended = self.store.settings(tank.name).get(ENDED)
        if isinstance(ended, float):
            since = max(since, min(ended, batch.readings_since or batch.started_at))
        return {"started_at": pitched_at, "readings_since": since}

    def _change(self, tank: Tank, batch: Batch, now: float) -> None:
        before = tank.state.batch
        tank.state = replace(tank.state, batch=batch)
        if before is None or batch.readings_since != before.readings_since:
            stored = self.store.history(tank.name, batch.readings_since or batch.started_at)
            points = {point[0]: point for point in (*stored, *tank.state.history)}
            tank.state = replace(tank.state, history=tuple(points[at] for at in sorted(points)))
        tank.forecaster.forget()
        tank.looked(now)
        self.keep(tank, now)

    def add(self, fields: AddToBatch, tank: Tank, now: float) -> str | None:
        """Sugar or fruit: what follows is judged against what it adds."""
        batch = tank.state.batch
        if batch is None:
            return Sentence("no batch is in this tank")
        if len(batch.additions) >= ADDITIONS_KEPT:
            return Sentence(
                "{count} additions are known of this batch; correct_batch with the og that it has by now",
                count=ADDITIONS_KEPT,
            )
        added = Addition(came_in_at(tank.state, fields.points, now), fields.what, fields.points)
        self._change(tank, replace(batch, additions=(*batch.additions, added)), now)
        tank.absorber.expect_jump("sg")
        points = f"{fields.points:+g}"
        text = Sentence("{what} added by {by}: {points} points", what=fields.what, by=fields.by, points=points)
        self.tell(tank, now, "addition", text, what=fields.what, points=fields.points)
        return None

    def move(self, fields: MoveBatch, tank: Tank, now: float) -> str | None:
        """The batch goes into another tank with all that is known of it."""
        batch, to = tank.state.batch, self.tanks.get(fields.to)
        if batch is None:
            return Sentence("no batch is in this tank")
        if to is None:
            return Sentence('there is no tank "{tank}"{hint}', tank=fields.to[:40], hint=nearest(fields.to, self.tanks))
        if to is tank:
            return Sentence("it is in {tank} already", tank=tank.name)
        if to.state.batch is not None:
            held = to.state.batch.name or to.state.batch.id
            return Sentence("{tank} holds batch {batch}; end that first", tank=to.name, batch=held)
        if tank.dose_runner.run is not None:
            return Sentence("a dose is being given; wait until it is done")
        drain = tank.approvals.drain
        if drain is not None and drain.standing != "closed":
            return Sentence("the drain is not closed; wait until the transfer is done")
        since = batch.readings_since or batch.started_at
        history, doses, steps = tank.state.history, tank.state.doses, tank.recipe.snapshot()
        readings = self.store.settings(tank.name).get(READINGS, [])
        self.store.move_batch(tank.name, to.name, batch.id, since)
        self.begin(to, replace(batch, readings_since=since), now, came_at=now)
        to.state = replace(to.state, history=history, doses=doses)
        came_in(self.store, to, now)
        to.take_over(steps, now)
        self.store.set(to.name, READINGS, readings, now)
        self.begin(tank, None, now)
        known = batch.name or batch.id
        came = Sentence("batch {batch} came from {tank}", batch=known, tank=tank.name)
        went = Sentence("batch {batch} went to {tank}", batch=known, tank=to.name)
        self.tell(to, now, "moved", came, before=tank.name)
        self.tell(tank, now, "moved", went, to=to.name)
        return None

    # --- readings and notes

    def read(self, fields: HandReading, tank: Tank, now: float) -> str | None:
        """A hand reading: answered ok, it is in the record for good."""
        if not tank.sensors.read_by_hand(fields.quantity):
            return Sentence(
                "{quantity} has no hand sensor here; add {line} to its sensors",
                quantity=fields.quantity, line='hand = { kind = "manual" }',
            )  # fmt: skip
        at = self._when(fields.at, fields, now)
        why = QUANTITIES[fields.quantity].refusal(fields.converted) or self._wrong_time(at, tank, now)
        why = why or _wrong_unit(fields, tank.state)
        if why is not None:
            return why
        reading = Reading(min(at, now), fields.quantity, fields.converted)
        self._remember(tank, GivenReading(fields.id, reading.quantity, reading.value, reading.at), now)
        tank.take_by_hand(reading)
        return None

    def _wrong_time(self, at: float, tank: Tank, now: float) -> str | None:
        if at > now + AHEAD_S:
            return Sentence("at is {length} in the future; is a clock wrong?", length=spoken(at - now))
        if now - at > OLDEST_S:
            return Sentence("at is {length} back, more than is remembered", length=spoken(now - at))
        ended = self.store.settings(tank.name).get(ENDED)
        if tank.state.batch is not None and isinstance(ended, float) and at < ended <= tank.state.batch.started_at:
            return Sentence("at is before the batch that is in this tank: the one before had not ended yet")
        return None

    def _remember(self, tank: Tank, reading: GivenReading, now: float) -> None:
        batch = tank.state.batch
        if batch is not None:
            known = self.store.settings(tank.name).get(READINGS) or []
            self.store.set(tank.name, READINGS, [*known, asdict(reading)][-READINGS_KEPT:], now)
        if reading.quantity != "sg" or not tank.absorber.by_hand("sg"):
            return
        self.store.keep_point(tank.name, (reading.at, reading.value, nan))
        if batch is not None and reading.at < batch.started_at:  # it was pitched before its first reading
            since = min(reading.at, batch.readings_since or batch.started_at)
            self._change(tank, replace(batch, started_at=reading.at, readings_since=since), now)

    def forget(self, fields: ForgetReading, tank: Tank, now: float) -> str | None:
        """A hand reading that was wrong: it was never taken."""
        wanted = fields.reading or fields.id
        readings = TypeAdapter(list[GivenReading]).validate_python(self.store.settings(tank.name).get(READINGS) or [])
        found = next((reading for reading in readings if reading.id == wanted), None)
        if found is None:
            hint = nearest(wanted, [r.id for r in readings])
            return Sentence('no hand reading of this batch has the id "{reading}"{hint}', reading=wanted, hint=hint)
        self.store.set(tank.name, READINGS, [asdict(one) for one in readings if one is not found], now)
        if found.quantity == "sg":
            self.store.drop_point(tank.name, found.at)
            history = tuple(point for point in tank.state.history if point[0] != found.at)
            tank.state = replace(tank.state, history=history)
        tank.state = tank.absorber.without(tank.state, found.quantity, found.at)
        tank.forecaster.forget()
        return None

    def note(self, fields: Note, tank: Tank, now: float) -> str | None:
        """On the curve, at its time."""
        at = min(self._when(fields.at, fields, now), now + AHEAD_S)
        if now - at > OLDEST_S:
            return Sentence("at is {length} back, more than is remembered", length=spoken(now - at))
        self.tell(tank, min(at, now), "note", fields.text, by=fields.by)
        return None


def ended_batch(state: TankState, now: float) -> EndedBatch | None:
    """What the batch in a tank was like when it ended; None if there was none."""
    batch = state.batch
    if batch is None:
        return None
    fg = median(sg for _, sg, _ in state.history[-3:]) if state.history else None
    og = original_gravity(state)
    return EndedBatch(batch.id, batch.name, batch.started_at, now, batch.medium, batch.style, og, fg)


def given_facts(fields: StartBatch) -> dict[str, Any]:
    """What a start_batch says of its batch."""
    return fields.model_dump(exclude={"id", "issued_at", "by", "pitched_at"}, exclude_none=True)


def _wrong_unit(fields: HandReading, state: TankState) -> str | None:
    """Why a gravity in degrees Plato or Brix is not likely to be in them: 1.050 °P is water, and 1.050 SG what is
    there. A dry beer of 1.05 °P is near its last gravity, and none is asked about."""
    last_sg = state.history[-1][1] if state.history else original_gravity(state)
    low, high = QUANTITIES["sg"].low, QUANTITIES["sg"].high
    if fields.quantity != "sg" or fields.unit == "sg" or last_sg is None or not low <= fields.value <= high:
        return None
    if abs(fields.value - last_sg) >= abs(fields.converted - last_sg) or last_sg - fields.converted < UNLIKELY_FALL_SG:
        return None
    return Sentence(
        "{value:.3f} {unit} are {sg:.4f} SG, and the last gravity is {last_sg:.4f}: was sg the unit?",
        value=fields.value, unit=fields.unit or "", sg=fields.converted, last_sg=last_sg,
    )  # fmt: skip
