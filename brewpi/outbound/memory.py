"""What has been told and what still waits, in a small JSON file, so that a restart neither repeats nor forgets."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel

from brewpi.hardware.files import read_text
from brewpi.outbound import Notice
from brewpi.outbound.delivery_worker import DeliveryWorker
from brewpi.outbound.notice_filter import OpenAlarm, Published

log = logging.getLogger("brewpi")
LARGEST = 2**23  # bytes


class Kept(BaseModel):
    """The file. open: as `Published` has it; waiting, sent_at: by the name of the worker."""

    ids: list[str] = []
    open: dict[str, dict[str, OpenAlarm]] = {}
    waiting: dict[str, list[Notice]] = {}
    sent_at: dict[str, dict[str, float]] = {}


class Memory:
    """Of one process. Holds no secret: notices only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._before = self._read()
        self.published = Published(dict.fromkeys(self._before.ids), self._before.open)
        self._written = ""
        self._complained = False

    def _read(self) -> Kept:
        try:
            return Kept.model_validate_json(read_text(self.path, LARGEST))
        except FileNotFoundError:
            return Kept()
        except (OSError, ValueError) as error:
            log.warning("%s cannot be read and is begun anew (%s)", self.path.name, type(error).__name__)
            return Kept()

    def hand_over(self, worker: DeliveryWorker) -> None:
        """What waited for this worker before the restart."""
        worker.sent_at.update(self._before.sent_at.get(worker.name, {}))
        for notice in self._before.waiting.get(worker.name, ()):
            worker.tell(notice)

    def persist(self, workers: Iterable[DeliveryWorker]) -> None:
        """Write what has changed, if it has; a disk that fails is said once and stops nothing."""
        workers = list(workers)
        text = Kept.model_construct(  # our own: nothing to check
            ids=list(self.published.ids),
            open=self.published.open,
            waiting={worker.name: worker.unsent() for worker in workers},
            sent_at={worker.name: dict(worker.sent_at) for worker in workers},
        ).model_dump_json()
        if text == self._written:
            return
        beside = self.path.with_suffix(".new")
        try:
            beside.write_text(text, encoding="utf-8")
            beside.replace(self.path)
        except OSError as error:
            if not self._complained:
                log.warning("%s cannot be written (%s); a restart may repeat notices", self.path.name, error.strerror)
            self._complained = True
            return
        self._written, self._complained = text, False
