"""Batches, present and past, as the sites list them, and the records that were asked for. Time is an argument, but for
who waits for an answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

from brewpi.mqtt.batch_payloads import BATCHES, MOST_PAGES, BatchPage, ListedBatch, RecordPayload
from brewpi.mqtt.topics import dumps, iso
from brewpi.mqtt.wire_types import read

SITES_KEPT = 100
RECORDS_KEPT = 80
ANSWERS_KEPT = 40
ANSWER_S = 12.0  # a cellar answers with its next tick
MOST_PARTS = 40
Send = Callable[[str, str], None]


class Archive:
    """By site: pages of the list, and records by batch of those that have ended, which no longer change."""

    def __init__(self) -> None:
        self.pages: dict[str, dict[int, BatchPage]] = {}
        self.version = 0
        self._answers: dict[str, RecordPayload] = {}
        self._asked: set[str] = set()
        self._records: dict[tuple[str, str], RecordPayload] = {}

    def receive(self, site: str, word: str, payload: bytes) -> None:
        """A page, or an answer to us."""
        if word == "record":
            answer = read(RecordPayload, payload)
            if answer is not None and answer.id in self._asked:
                self._answers[answer.id] = answer
                while len(self._answers) > ANSWERS_KEPT:
                    del self._answers[next(iter(self._answers))]
        elif word.isdecimal() and int(word) < MOST_PAGES and (site in self.pages or len(self.pages) < SITES_KEPT):
            page = read(BatchPage, payload)
            if page is not None:
                self.pages.setdefault(site, {})[int(word)] = page
                self.version += 1

    def batches(self) -> list[tuple[str, ListedBatch]]:
        """Site and batch, those that began last first."""
        return sorted(self._every(), key=lambda one: one[1].started_at, reverse=True)

    def get(self, site: str, batch: str) -> ListedBatch | None:
        return next((one for where, one in self._every() if (where, one.id) == (site, batch)), None)

    def _every(self) -> Iterator[tuple[str, ListedBatch]]:
        for site, pages in self.pages.items():
            for page in pages.values():
                yield from ((site, batch) for batch in page.batches)

    # --- records

    async def record(self, site: str, batch: str, send: Send) -> RecordPayload | None:
        """The curve, thinned, and what happened; None where the cellar does not answer."""
        known = self._records.get((site, batch))
        if known is not None:
            return known
        answer = await self._ask(site, batch, send, {})
        listed = self.get(site, batch)
        if answer is not None and listed is not None and listed.ended_at is not None and answer.why is None:
            self._records[site, batch] = answer
            while len(self._records) > RECORDS_KEPT:
                del self._records[next(iter(self._records))]
        return answer

    async def readings(self, site: str, batch: str, send: Send) -> list[tuple[float, float, float | None]] | None:
        """Every reading: hours since the first, SG, °C; None where the cellar does not answer."""
        rows: list[tuple[float, float, float | None]] = []
        from_h: float | None = 0.0
        for _ in range(MOST_PARTS):
            part = await self._ask(site, batch, send, {"from_h": from_h})
            if part is None:
                return None
            seen = part.measured
            rows += zip(seen.hours, seen.sg, seen.beer_c or [None] * len(seen.hours), strict=True)
            if part.next_h is None or (from_h is not None and part.next_h <= from_h):
                break
            from_h = part.next_h
        return rows

    async def _ask(self, site: str, batch: str, send: Send, more: dict[str, float | None]) -> RecordPayload | None:
        key = str(uuid4())
        self._asked.add(key)
        send(
            f"brewpi/{site}/{BATCHES}/command/record",
            dumps({"id": key, "issued_at": iso(time.time()), "batch": batch, **more}),
        )
        try:
            until = time.monotonic() + ANSWER_S
            while key not in self._answers and time.monotonic() < until:
                await asyncio.sleep(0.05)
            return self._answers.pop(key, None)
        finally:
            self._asked.discard(key)
