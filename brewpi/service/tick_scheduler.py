"""Calls the tick on time: the only file that knows APScheduler.

APScheduler counts in the wall clock. Stepped back by a year it would wait for a year, stepped forward it would count
through every tick of that year. So the times it gets are counted by the monotonic clock and only told in the wall
clock of the moment, and a thread tells the next one anew when the wall clock was stepped.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue

from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger

log = logging.getLogger("brewpi")
STEP_S = 1.0  # less is slewing, and not worth a word
TWICE = 0.05  # of a period: a wall clock that is slewed forward fires a moment early, and not again a moment later


class Every(BaseTrigger):  # type: ignore[misc]
    """A trigger every `every_s` seconds of the monotonic clock; what was missed is left out."""

    def __init__(self, every_s: float) -> None:
        self.every_s, self.since = every_s, time.monotonic()

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """The next one in the wall clock of this moment; always after `now`, or APScheduler asks for ever."""
        passed_s = time.monotonic() - self.since
        turns = int(passed_s / self.every_s + TWICE) + 1
        return max(datetime.now(UTC), now) + timedelta(seconds=turns * self.every_s - passed_s)


class TickScheduler:
    """Calls `work` every `every_s` seconds on the thread that calls `run`, until `stop`.

    stepped_s: how far the wall clock has stepped so far (`SystemClock.stepped_s`).
    """

    def __init__(self, work: Callable[[], None], every_s: float, stepped_s: Callable[[], float]) -> None:
        self.every_s, self.stepped_s = every_s, stepped_s
        self.trigger = Every(every_s)
        self.scheduler = BlockingScheduler(executors={"default": DebugExecutor()})
        self.job = self.scheduler.add_job(work, self.trigger, coalesce=True, max_instances=1, misfire_grace_time=None)
        self._leave: SimpleQueue[None] = SimpleQueue()  # its `put` takes no lock that the interrupted line may hold

    def run(self) -> None:
        """Blocks. The first call comes after `every_s`."""
        threading.Thread(target=self._watch, name="pace", daemon=True).start()
        self.scheduler.start()

    @property
    def running(self) -> bool:
        """Whether `run` has begun."""
        return bool(self.scheduler.running)

    def stop(self) -> None:
        """From a signal handler, too: `run` returns, after the work if that is under way."""
        self._leave.put(None)

    def _watch(self) -> None:
        """Ends the scheduler when it is told to or cannot go on; the scheduler's lock is held while a tick runs."""
        known_s = self.stepped_s()
        try:
            while not self._told_to_leave(min(STEP_S, self.every_s / 2.0)):
                stepped_s = self.stepped_s()
                if abs(stepped_s - known_s) > STEP_S:
                    log.warning("the wall clock was stepped by %.0f s; control goes on", stepped_s - known_s)
                    known_s = stepped_s
                    next_at = self.trigger.get_next_fire_time(None, datetime.now(UTC))
                    self.scheduler.modify_job(self.job.id, next_run_time=next_at)
        finally:
            self.scheduler.shutdown(wait=False)

    def _told_to_leave(self, within_s: float) -> bool:
        try:
            self._leave.get(timeout=within_s)
        except Empty:
            return False
        return True
