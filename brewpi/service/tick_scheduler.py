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
from typing import Literal

from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger

Word = Literal["leave", "hurry"]

log = logging.getLogger("brewpi")
STEP_S = 1.0  # less is slewing, and not worth a word
STARTS_S = 0.01
EARLY_S = 0.01  # the wall clock, by which a call is timed, and the monotonic one are not read at once
HURRY_S = 1.0  # whoever sends one STOP after the other must not keep the cellar from anything else
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
        self.work = work
        self.job = self.scheduler.add_job(
            self._work, self.trigger, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        self._words: SimpleQueue[Word] = SimpleQueue()  # its `put` takes no lock that the interrupted line may hold
        self._hurried = False
        self._hurried_at = float("-inf")
        self._due_s: float | None = None  # when a hurried call is to come, by the monotonic clock

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
        self._words.put("leave")

    def hurry(self) -> None:
        """From any thread: the next call comes at once, or a second after the last that was hurried."""
        if not self._hurried:
            self._hurried = True
            self._words.put("hurry")

    def _watch(self) -> None:
        """Ends the scheduler when it is told to or cannot go on; the scheduler's lock is held while a tick runs."""
        known_s = self.stepped_s()
        try:
            while (word := self._next_word(min(STEP_S, self.every_s / 2.0))) != "leave":
                if word == "hurry":
                    self._bring_forward()
                stepped_s = self.stepped_s()
                if abs(stepped_s - known_s) > STEP_S:
                    log.warning("the wall clock was stepped by %.0f s; control goes on", stepped_s - known_s)
                    known_s = stepped_s
                    self._tell()
        finally:
            self.scheduler.shutdown(wait=False)

    def _work(self) -> None:
        due_s, self._due_s = self._due_s, None
        if due_s is not None and time.monotonic() > due_s - EARLY_S:  # else it was a usual one
            self._hurried_at = due_s
        self.work()

    def _tell(self) -> None:
        """When the next call comes, in the wall clock of this moment."""
        next_at = self.trigger.get_next_fire_time(None, datetime.now(UTC))
        if (due_s := self._due_s) is not None:
            next_at = min(next_at, datetime.now(UTC) + timedelta(seconds=due_s - time.monotonic()))
        self.scheduler.modify_job(self.job.id, next_run_time=next_at)

    def _bring_forward(self) -> None:
        if not self.running:
            time.sleep(STARTS_S)
            self._words.put("hurry")
            return
        self._hurried = False  # what asks from now on is not yet served
        if self._due_s is None:
            self._due_s = max(time.monotonic(), self._hurried_at + HURRY_S)
            self._tell()

    def _next_word(self, within_s: float) -> Word | None:
        try:
            return self._words.get(timeout=within_s)
        except Empty:
            return None
