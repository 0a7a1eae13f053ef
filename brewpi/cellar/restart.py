"""What comes back after a restart: of every tank its batch, its gravities, and what its parts kept.

What is damaged is left out and said, and the tank begins stopped: then a person looks. What is restored was tried on a
blank copy first, so that nothing comes back by halves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import partial
from math import inf
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from brewpi.cellar.archive import BatchArchive
from brewpi.cellar.calibrations import begin_due, restore
from brewpi.cellar.control_journal import RESTORED
from brewpi.cellar.put_back import PutBack
from brewpi.cellar.tank import Tank, TankSnapshot
from brewpi.media import Medium
from brewpi.records import Addition, Batch, EndedBatch, Forecast, Measured, TankState
from brewpi.sanitize import clean_text
from brewpi.seam import Seam
from brewpi.sentences import Sentence, spoken
from brewpi.snapshot import At, Skipped, Snapshot, Value, Words
from brewpi.store import Store, Unreadable

HELD = "held"  # setting: what the parts of a tank want back
BATCH = "batch"  # setting: the batch in the tank
LAST = "last_batch"  # setting: what was in the tank before
CALLED = {HELD: "target, step and latches", BATCH: "the batch"}
GONE = "it is gone"
ADDITIONS_KEPT = 100
DAY_S = 86_400.0
READINGS_APART_S = 400 * DAY_S  # of the first reading of a batch and its pitching
YeastC = Annotated[float, Field(ge=-10.0, le=60.0)]

Tell = Callable[..., None]
Blank = Callable[[str], Tank]


class AdditionValue(Value):
    """Fruit or sugar, as `Addition` has it."""

    at: At
    what: Words
    points: float = Field(ge=-50.0, le=200.0)


class BatchSnapshot(Snapshot):
    """A batch in the store, as `Batch` has it. Without id and start it is none."""

    started_at: At
    id: Words
    name: Words = ""
    medium: Medium | None = None
    og: float | None = Field(default=None, ge=1.0, le=1.2)
    expected_attenuation: float | None = Field(default=None, gt=0.0, le=1.2)
    style: Words | None = None
    yeast: Words | None = None
    yeast_low_c: YeastC | None = None
    yeast_high_c: YeastC | None = None
    additions: tuple[AdditionValue, ...] = Field(default=(), max_length=ADDITIONS_KEPT)
    readings_since: At | None = None

    def batch(self, skipped: Skipped) -> Batch:
        """The batch; readings that cannot be its own are not."""
        since = self.readings_since
        if since is not None and abs(since - self.started_at) > READINGS_APART_S:
            skipped.damaged.append(f"readings_since: {since:g} is more than a year from {self.started_at:g}")
            since = None
        facts = dict(self) | {
            "id": clean_text(self.id, 100),
            "name": clean_text(self.name, 100),
            "additions": tuple(Addition(one.at, clean_text(one.what, 100), one.points) for one in self.additions),
            "readings_since": since,
        }
        return Batch(**facts)


class Restart:
    """For all tanks of a site. tell: writes an event (tank, now, kind, text, details)."""

    def __init__(
        self,
        tanks: Mapping[str, Tank],
        store: Store,
        archive: BatchArchive,
        tell: Tell,
        seam: Seam,
        blank: Blank,
    ) -> None:
        self.tanks, self.store, self.archive, self.tell, self.seam = tanks, store, archive, tell, seam
        self.blank = blank
        self._kept: dict[str, TankSnapshot] = {}
        self._kept_batch: dict[str, Batch | None] = {}
        self._left_at: dict[str, float | None] = {}  # by tank, when it was watched last before this start
        self._looked_at = inf  # for calibrations that begin
        self.put_back = PutBack(store, tell)

    # --- at the beginning and at the end of every tick

    def begin_calibrations(self, now: float) -> None:
        """Those whose day has come; days begin at midnight UTC."""
        before, self._looked_at = self._looked_at, now
        if before // DAY_S == now // DAY_S:
            return
        for tank in self.tanks.values():
            self.seam.run(now, partial(begin_due, self.store, tank, before, now), None)

    def persist(self, now: float) -> None:
        """What a restart needs goes into the store whenever it has changed."""
        for tank in self.tanks.values():
            self.seam.run(now, partial(self._persist, tank, now), None)

    def _persist(self, tank: Tank, now: float) -> None:
        kept = tank.snapshot()
        if kept != self._kept.get(tank.name):
            self._kept[tank.name] = kept
            self.store.set(tank.name, HELD, kept.model_dump(mode="json"), now)
        batch = tank.state.batch
        if batch is not self._kept_batch.get(tank.name):
            self._kept_batch[tank.name] = batch
            self.store.set(tank.name, BATCH, asdict(batch) if batch else None, now)
            self.archive.keep(tank)

    def mark_stops(self) -> None:
        """After the store has written, or could not: then a STOP would be lost in a power cut."""
        for tank in self.tanks.values():
            stands = tank.interlocks.stopped_by is not None and self.store.trouble is not None
            self.store.stop_marks.put(tank.name, stands)

    # --- when the clock becomes known

    def put_right(self, by_s: float, began_at: float, now: float) -> None:
        """The clock has become known, `by_s` later than was thought: until the start nobody watched for so long."""
        text = Sentence(
            "the clock is known: it is {length} later than was thought; what came since the start is redated",
            length=spoken(by_s),
        )
        for tank in self.tanks.values():
            self.tell(tank, now, "clock", text)
            if tank.state.batch is not None:
                tank.absence.note(_away_s(self._left_at.get(tank.name), began_at), began_at)

    # --- at the start

    def restore(self, now: float) -> None:
        """Batch, history, setpoint and latches of every tank; the temperature has to be measured anew."""
        for tank in self.tanks.values():
            lost = self._bring(HELD, self._bring_held, tank, now)
            batch_lost = self._bring(BATCH, self._bring_batch, tank, now)
            if lost and tank.state.batch and tank.approvals.drain:
                tank.approvals.drain.opened_for = tank.state.batch.id  # perhaps: so it is drained by hand
            if self.store.is_lost:
                self._tell_unreadable(tank, now, HELD, self.store.trouble or self.store.database.notice or GONE)
            if lost or batch_lost or self.store.is_lost:
                tank.interlocks.stop(now, "a record that cannot be read")
            elif tank.interlocks.stopped_by is None and self.store.stop_marks.stands(tank.name):
                tank.interlocks.stop(now, "somebody, while the record could not be written")
            self.put_back.distrust(tank, self._left_at.get(tank.name), now)
            self.seam.run(now, partial(tank.restore_earlier_doses, now), None)
            self.seam.run(now, partial(self._bring_last, tank), None)
            self.seam.run(now, partial(restore, self.store, tank, now), None)
            self.seam.run(now, partial(tank.mark, RESTORED, now), None)
        self.put_back.done(now)
        self._looked_at = now

    def _bring_last(self, tank: Tank) -> None:
        """What was in the tank before; raises ValueError if that cannot be read."""
        known = self.store.settings(tank.name).get(LAST)
        if known is not None:
            tank.state = replace(tank.state, last_batch=TypeAdapter(EndedBatch).validate_python(known))

    def _bring(self, key: str, bring: Callable[[Any, Tank, float], Skipped], tank: Tank, now: float) -> bool:
        """Whether something of this record was lost. What of it can be read is back all the same."""
        known = self.store.settings(tank.name).get(key)
        if known is None:
            return False
        try:
            if isinstance(known, Unreadable):
                raise ValueError("it is not JSON")
            skipped = bring(known, tank, now)
        except Exception as error:  # whatever is in there must not prevent the start
            skipped = Skipped()
            if isinstance(error, ValidationError):
                skipped.note(error)
            else:
                skipped.damaged.append(f"{type(error).__name__}: {error}")
            if key == BATCH:
                tank.begin(None)
        lost = clean_text(known.text if isinstance(known, Unreadable) else repr(known), 1000)
        if skipped.unknown:
            text = Sentence(
                "the record of {record} holds what this version does not know, which is left out: {names}",
                record=CALLED[key], names=clean_text(", ".join(skipped.unknown[:10])),
            )  # fmt: skip
            self.tell(tank, now, "record_unknown", text, key=key, lost=lost)
        if not skipped.damaged:
            return False
        if key == BATCH and tank.state.batch is None:
            self.store.set(tank.name, key, None, now)
        self._tell_unreadable(tank, now, key, clean_text("; ".join(skipped.damaged[:5])), lost)
        return True

    def _tell_unreadable(self, tank: Tank, now: float, key: str, damage: str, lost: str = "") -> None:
        text = Sentence(
            "the record of {record} cannot be read ({damage}); {tank} begins stopped, look at its target and its batch,"
            " then resume", record=CALLED[key], damage=damage, tank=tank.name,
        )  # fmt: skip
        self.tell(tank, now, "record_unreadable", text, key=key, lost=lost)

    def _bring_held(self, known: Any, tank: Tank, now: float) -> Skipped:
        kept, skipped = TankSnapshot.read(as_of_today(known))
        rehearse(self.blank(tank.name), kept, now)
        tank.restore(kept, now)
        return skipped

    def _bring_batch(self, known: Any, tank: Tank, now: float) -> Skipped:
        kept, skipped = BatchSnapshot.read(known)
        batch = kept.batch(skipped)
        history = self.store.history(tank.name, batch.readings_since or batch.started_at)
        tank.state = replace(tank.state, batch=batch, history=history)
        self.archive.keep(tank)
        self._left_at[tank.name] = self.store.newest(tank.name)
        tank.absence.note(_away_s(self._left_at[tank.name], now), now)
        tank.restore_doses(now)
        text = Sentence(
            "back after a restart: batch {batch}, {readings}",
            batch=batch.name or batch.id, readings=_readings(len(history)),
        )  # fmt: skip
        if tank.recipe.steps is not None:
            text = Sentence("{back}, step {step}", back=text, step=tank.recipe.steps.now.name)
        self.tell(tank, now, "restarted", text)
        return skipped


def as_of_today(known: Any) -> Any:
    """A record of brewpi 0.1, which had approvals in the recipe and in the interlocks, with today's fields."""
    if not isinstance(known, dict) or "approvals" in known:
        return known
    moved = dict(known)
    recipe, interlocks = moved.get("recipe"), moved.get("interlocks")
    approvals: dict[str, Any] = {}
    for part, old, name, new in ((recipe, "trust", "recipe", "policies"), (interlocks, "drain", "interlocks", "drain")):
        if isinstance(part, dict) and old in part:
            approvals[new] = part[old]
            moved[name] = {key: value for key, value in part.items() if key != old}
    for old, name, field in (("acknowledged", "alarms", "acknowledged"), ("watches", "monitors", "raised")):
        if old in moved:
            moved[name] = {field: moved.pop(old)}
    return moved | ({"approvals": approvals} if approvals else {})


def rehearse(blank: Tank, kept: TankSnapshot, now: float) -> None:
    """A tick of a blank copy: what is restored has to work, not only look right. Raises whatever is wrong with it."""
    blank.restore(kept, now)
    warm_c = blank.interlocks.limits.beer_high_c
    state = TankState(measured={"beer_c": Measured(warm_c, now, warm_c)}, batch=Batch(now))
    forecast = Forecast(0.0, None, "none")
    demand = blank.recipe.decide(state, forecast, now)
    command = blank.interlocks.permit(demand, state, now, forecast)
    blank.alarm_monitors.evaluate(state, forecast, demand, command, now)
    blank.alarm_manager.update(command.alarms, now)
    blank.snapshot().model_dump_json()


def _readings(count: int) -> Sentence:
    return Sentence("one gravity reading" if count == 1 else "{count} gravity readings", count=count)


def _away_s(last: float | None, now: float) -> float:
    """How long a batch was left alone. last: the newest report in the store; None if there is none."""
    return 0.0 if last is None else now - last
