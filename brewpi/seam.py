"""Where failure stops: what goes wrong inside a seam is caught there, counted, said, and costs that one thing."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import TypeVar

from brewpi.records import Alarm
from brewpi.sanitize import clean_text
from brewpi.sentences import Sentence

Result = TypeVar("Result")

SAID_S = 600.0  # an alarm stands for so long after the last failure
LOGGED_EVERY_S = 60.0

log = logging.getLogger("brewpi")


class Seam:
    """One part of the cellar that may fail without costing another anything.

    name: for people and for the alarm's key ("record"); cost: what a failure of it costs, as a clause.
    """

    def __init__(self, name: str, cost: str) -> None:
        self.name, self.cost = name, cost
        self.failures = 0
        self._since = 0.0
        self._failed_at = float("-inf")
        self._logged_at = float("-inf")
        self._error = ""

    def run(self, now: float, work: Callable[[], Result], otherwise: Result) -> Result:
        """What `work` returns; `otherwise` if it fails."""
        try:
            return work()
        except Exception as error:
            self.failed(error, now)
            return otherwise

    def failed(self, error: Exception, now: float) -> None:
        """One more failure; said in the log at most once a minute."""
        if now - self._failed_at > SAID_S:
            self._since = now
        self.failures += 1
        self._failed_at = now
        self._error = clean_text(f"{type(error).__name__}: {error}", 200)
        if now - self._logged_at >= LOGGED_EVERY_S:
            self._logged_at = now
            log.error("%s failed, %d times since the start (%s)", self.name, self.failures, self._error)
            for line in "".join(traceback.format_exception(error)).splitlines():
                log.debug("%s: %s", self.name, clean_text(line, 200))

    def alarm(self, now: float) -> Alarm | None:
        """What a person has to know, for ten minutes after the last failure."""
        if now - self._failed_at > SAID_S:
            return None
        text = Sentence("{part} fails ({error}); {cost}", part=self.name, error=self._error, cost=self.cost)
        return Alarm(f"{self.name}: failing", "alarm", text, self._since)
