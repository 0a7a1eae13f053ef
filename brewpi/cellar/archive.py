"""Every batch of a site, present and past: kept in the store, listed on the broker, and told in full to who asks.

A list page is published when a batch begins, ends or is corrected; a record is read from the disk for a request only, a
few a tick, so that nobody's curiosity delays control.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace

from brewpi.cellar.tank import Tank
from brewpi.estimation.gravity import original_gravity
from brewpi.forecast.scorecard import completion_h
from brewpi.hardware.plug_context import Inbox, Message
from brewpi.mqtt import batch_record
from brewpi.mqtt.batch_payloads import BATCHES, MOST_PAGES, PAGE, BatchPage, RecordRequest
from brewpi.mqtt.commands import AHEAD_S, LARGEST, OLDEST_S
from brewpi.mqtt.null import Link
from brewpi.mqtt.topics import Topics
from brewpi.records import Batch
from brewpi.sanitize import parse_object
from brewpi.sentences import Sentence
from brewpi.store import Store
from brewpi.store.kept_batches import SENSOR, WORDS, KeptBatch

ANSWERS_A_TICK = 4
WAITING = 40


class BatchArchive:
    """For all tanks of a site. stepped_s: how far the wall clock is ahead of the cellar's."""

    def __init__(
        self, tanks: Mapping[str, Tank], store: Store, link: Link, topics: Topics, stepped_s: Callable[[], float]
    ) -> None:
        self.tanks, self.store, self.link, self.stepped_s = tanks, store, link, stepped_s
        self.base = f"{topics.base}/{BATCHES}"
        self.requests: Inbox = link.subscribe_telemetry(f"{self.base}/command/record")
        self.requests.limit = WAITING
        self.changed = True
        self._said: dict[int, str] = {}
        self._waiting: list[Message] = []

    # --- what is kept

    def keep(self, tank: Tank) -> None:
        """The batch in a tank as it is known now."""
        batch = tank.state.batch
        if batch is not None and batch.id:
            self.store.keep_batch(_kept(tank, batch, None))
            self.changed = True

    def end(self, tank: Tank, now: float) -> None:
        """What was in a tank has ended, unless it goes on in another."""
        batch = tank.state.batch
        others = (one.state.batch for one in self.tanks.values() if one is not tank)
        if batch is None or not batch.id or any(other and other.id == batch.id for other in others):
            return
        self.store.keep_batch(_kept(tank, batch, now))
        self.changed = True

    def correct(self, batch_id: str, given: Mapping[str, object]) -> str | None:
        """What was said of a batch that has ended; the reason if that cannot be done."""
        kept = next((one for one in self.store.batches() if one.id == batch_id), None)
        if kept is None:
            return Sentence("there is no such batch")
        if kept.ended_at is None:
            return Sentence("this batch is in {tank}; correct it there", tank=kept.tank)
        known = {name: value for name, value in given.items() if name in (*WORDS, "og")}
        if len(known) < len(given):
            return Sentence("of a batch that has ended only name, og, style, yeast and medium can be corrected")
        self.store.keep_batch(replace(kept, facts={**kept.facts, **known}))
        self.changed = True
        return None

    # --- what is said

    def publish(self) -> None:
        """The pages that read differently."""
        if not self.changed:
            return
        self.changed = False
        kept, scores, shift_s = self.store.batches()[-PAGE * MOST_PAGES :], self.store.scores(), self.stepped_s()
        rows = [batch_record.listed(one, self._last_sg(one), scores.get(one.id, []), shift_s) for one in kept]
        for number in range(max(1, -(-len(rows) // PAGE))):
            text = BatchPage(batches=rows[PAGE * number : PAGE * (number + 1)]).json_text()
            if self._said.get(number) != text:
                self._said[number] = text
                self.link.retain(f"{self.base}/{number}", text)

    def _last_sg(self, kept: KeptBatch) -> float | None:
        if kept.ended_at is None or "fg" in kept.facts:
            return None  # of what ferments the state says it
        points = self.store.history(kept.tank, kept.ended_at - 7 * 86_400.0, kept.ended_at)
        return points[-1][1] if points else None

    def answer(self, now: float) -> None:
        """A few of those who asked; the others at the next ticks."""
        self._waiting = [*self._waiting, *self.requests.take()][-WAITING:]
        for message in self._waiting[:ANSWERS_A_TICK]:
            record = self._answer(message, now + self.stepped_s())
            if record is not None:
                self.link.publish(f"{self.base}/record", record)
        self._waiting = self._waiting[ANSWERS_A_TICK:]

    def _answer(self, message: Message, wall_now: float) -> str | None:
        """None for what nobody waits for: retained, old, malformed."""
        try:
            request = RecordRequest.model_validate(parse_object(message.payload, LARGEST))
        except ValueError:
            return None
        if message.retained or not -AHEAD_S <= wall_now - request.issued_at.timestamp() <= OLDEST_S:
            return None
        kept = next((one for one in self.store.batches() if one.id == request.batch), None)
        if kept is None:
            return batch_record.refusal(request, Sentence("there is no such batch"))
        until = wall_now if kept.ended_at is None else kept.ended_at
        points = self.store.history(kept.tank, kept.since, until)
        events = self.store.events(kept.tank, min(kept.since, kept.started_at), until)
        return batch_record.record(request, points, events, self.stepped_s(), kept.started_at)


def _kept(tank: Tank, batch: Batch, ended_at: float | None) -> KeptBatch:
    """What is known of the batch in a tank; of one that ends, how it ended."""
    words = {name: value for name, value in asdict(batch).items() if name in WORDS}
    og = original_gravity(tank.state) if ended_at is not None else batch.og
    figures: dict[str, float | None] = {"og": og}
    if ended_at is not None:
        last_sg = tank.state.history[-1][1] if tank.state.history else None
        figures |= {"fg": last_sg, "complete_h": completion_h(tank.state)}
    since = batch.started_at if batch.readings_since is None else batch.readings_since
    rounded = {name: None if value is None else round(value, 5) for name, value in figures.items()}
    facts = {**words, **rounded, SENSOR: tank.sensors.kind_measuring("sg")}
    return KeptBatch(batch.id, tank.name, since, batch.started_at, ended_at, facts)
