"""What has been told and what still waits, in a small JSON file, so that a restart neither repeats nor forgets."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from brewpi.hardware.files import read_text
from brewpi.outbound import Notice
from brewpi.outbound.delivery_worker import DeliveryWorker
from brewpi.outbound.notice_filter import Told

log = logging.getLogger("brewpi")
LARGEST = 2**23  # bytes
NOTICES: TypeAdapter[dict[str, list[Notice]]] = TypeAdapter(dict[str, list[Notice]])
OPEN: TypeAdapter[dict[str, dict[str, tuple[str, str]]]] = TypeAdapter(dict[str, dict[str, tuple[str, str]]])
TIMES: TypeAdapter[dict[str, dict[str, float]]] = TypeAdapter(dict[str, dict[str, float]])


class Memory:
    """Of one process. Holds no secret: notices only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.told = Told()
        self._waiting: Mapping[str, list[Notice]] = {}
        self._sent_at: Mapping[str, dict[str, float]] = {}
        self._written = ""
        self._complained = False
        self._read()

    def _read(self) -> None:
        try:
            kept: Any = json.loads(read_text(self.path, LARGEST))
            self.told = Told(dict.fromkeys(map(str, kept["ids"])), OPEN.validate_python(kept["open"]))
            self._waiting = NOTICES.validate_python(kept["waiting"])
            self._sent_at = TIMES.validate_python(kept["sent_at"])
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, RecursionError, ValidationError) as error:
            log.warning("%s cannot be read and is begun anew (%s)", self.path.name, type(error).__name__)
            self.told = Told()

    def hand_over(self, worker: DeliveryWorker) -> None:
        """What waited for this worker before the restart."""
        worker.sent_at.update(self._sent_at.get(worker.name, {}))
        for notice in self._waiting.get(worker.name, ()):
            worker.tell(notice)

    def persist(self, workers: Iterable[DeliveryWorker]) -> None:
        """Write what has changed, if it has; a disk that fails is said once and stops nothing."""
        workers = list(workers)
        text = json.dumps(
            {
                "ids": list(self.told.ids),
                "open": self.told.open,
                "waiting": {worker.name: [asdict(notice) for notice in worker.unsent()] for worker in workers},
                "sent_at": {worker.name: dict(worker.sent_at) for worker in workers},
            }
        )
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
