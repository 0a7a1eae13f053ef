"""Sends for one way out, in a thread of its own: what hangs or fails holds up nothing else. The only file that knows
httpx.

What is sent is made from a notice or a state when its turn comes, so that no secret waits in a queue; and no sentence
here repeats an address, a header or an answer.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

import httpx

from brewpi import __version__
from brewpi.mqtt.payloads import StatePayload
from brewpi.outbound import Handover, NoSecret, Notice, OutboundOptions, Request

NOTICES_KEPT, TANKS_KEPT = 200, 1000
TIMEOUT_S = 10.0  # for each step of an attempt
LONGEST_S = 30.0  # for all of one: a byte now and then is a step each
QUIET_LOOK_S = 1.0  # while all that waits has to wait for the morning
SHORTEST_WAIT_S, LONGEST_WAIT_S = 5.0, 900.0
LONGEST_ASKED_S = 3600.0  # a server may ask us to wait, but not for ever
UNTOLD = "was not taken, and nobody says why; look at its secret and at the network"
AGAIN = frozenset({408, 425, 429})  # and all of 500: worth another try
GONE = frozenset({404, 410})

log = logging.getLogger("brewpi")


@dataclass(frozen=True, slots=True)
class Reading:
    """The newest state of a tank, for a way out that keeps readings."""

    site: str
    tank: str
    state: StatePayload


@dataclass(slots=True)
class Outcome:
    """Of one attempt. why: None if it was taken; again: worth another try, after `wait_s` if the server said so; gone:
    the address is no more, and nothing will ever be taken there."""

    why: str | None = None
    again: bool = False
    wait_s: float | None = None
    gone: bool = False


@dataclass(slots=True)
class Waiting:
    """What waits: notices in order, of readings only the newest of each tank. Shared by two threads."""

    notices: deque[Notice] = field(default_factory=lambda: deque(maxlen=NOTICES_KEPT))
    readings: dict[str, Reading] = field(default_factory=dict)
    lost: int = 0


class DeliveryWorker:
    """`name` is that of the table [outbound.NAME]; `clock`: seconds, of the wall clock, for who may post how often."""

    def __init__(
        self, name: str, options: OutboundOptions, clock: Callable[[], float], *, time_scale: float = 1.0
    ) -> None:
        """`pace`: what waits between attempts are multiplied with; tests are in a hurry."""
        self.name, self.options, self.clock, self.time_scale = name, options, clock, time_scale
        self.sent_at: dict[str, float] = {}  # by tank: the newest reading that was taken
        self._waiting = Waiting()
        self._lock = threading.Condition()
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"outbound {name}", daemon=True)
        self._failures = 0
        self._told: str | None = None
        self._client: httpx.Client | None = None
        self.gone = False  # its address is no more

    # --- from the service's thread

    def start(self) -> None:
        self._thread.start()

    def stop(self, within_s: float = 2.0) -> None:
        """Leave; what has not been sent stays in `unsent`."""
        self._leaving.set()
        with self._lock:
            self._lock.notify()
        self._thread.join(within_s)

    def tell(self, notice: Notice) -> None:
        """Send a notice, after those before it. Full: the oldest goes, and its loss is said."""
        if notice.tank and self.options.tanks and notice.tank not in self.options.tanks:
            return
        with self._lock:
            if len(self._waiting.notices) == NOTICES_KEPT:
                self._waiting.lost += 1
            self._waiting.notices.append(notice)
            self._lock.notify()

    def persist(self, reading: Reading) -> None:
        """Send a reading if it is time for one; never more often than the service on the other side listens."""
        every_s = self.options.every_s
        if not every_s or (self.options.tanks and reading.tank not in self.options.tanks):
            return
        since_s = self.clock() - self.sent_at.get(reading.tank, float("-inf"))
        if 0.0 <= since_s < every_s:
            return
        with self._lock:
            readings = self._waiting.readings
            readings[reading.tank] = reading
            while len(readings) > TANKS_KEPT:
                del readings[next(iter(readings))]
            while len(self.sent_at) > TANKS_KEPT:
                del self.sent_at[next(iter(self.sent_at))]
            self._lock.notify()

    def unsent(self) -> list[Notice]:
        """What waits, oldest first."""
        with self._lock:
            return list(self._waiting.notices)

    # --- on its own thread

    def _run(self) -> None:
        try:
            while not self._leaving.is_set():
                item = self._next()
                if item is not None:
                    self._settle(item, self._attempt(item))
        finally:
            self._hang_up()

    def _next(self) -> Notice | Reading | None:
        with self._lock:
            if not self._waiting.notices and not self._waiting.readings:
                self._lock.wait(1.0)
            at = datetime.fromtimestamp(self.clock()).astimezone()
            due = next((one for one in self._waiting.notices if self.options.may_go(one, at)), None)
            if due is None and not self._waiting.readings:
                self._lock.wait(QUIET_LOOK_S)
            return due or next(iter(self._waiting.readings.values()), None)

    def _attempt(self, item: Notice | Reading) -> Outcome:
        try:
            request = self._request(item, self.options.secret())
            if isinstance(request, Handover):
                return handed_over(request)
            return Outcome() if request is None else self._post(request)
        except NoSecret as error:
            return Outcome(str(error), again=True)
        except Exception as error:  # a state with nonsense in it must not end the thread
            return Outcome(f"cannot be put into words ({type(error).__name__})")

    def _post(self, request: Request) -> Outcome:
        """One attempt that comes to an end, whoever answers how slowly."""
        if self._client is None:
            headers = {"User-Agent": f"brewpi/{__version__}"}
            self._client = httpx.Client(timeout=TIMEOUT_S, headers=headers, follow_redirects=False)
        outcome = within(LONGEST_S, partial(post, self._client, request))
        if outcome is None:
            self._hang_up()
            return Outcome(f"no answer within {LONGEST_S:.0f} s", again=True)
        return outcome

    def _hang_up(self) -> None:
        """Its lines are closed, and with them what still waits at one."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _request(self, item: Notice | Reading, secret: str) -> Request | Handover | None:
        if isinstance(item, Notice):
            return self.options.of_notice(item, secret)
        return self.options.of_state(item.site, item.tank, item.state, secret)

    def _settle(self, item: Notice | Reading, outcome: Outcome) -> None:
        """Taken, given up, or tried again after a while; said once for each change, not for each attempt."""
        if outcome.again:
            wait_s = self.time_scale * waits_s(self._failures, outcome.wait_s)
            self._failures += 1
            self._say(f"{outcome.why}; tried again, {len(self.unsent())} wait", logging.WARNING, about=outcome.why)
            self._leaving.wait(wait_s)
            return
        self._failures = 0
        self.gone = outcome.gone
        if outcome.why is None:
            if self._told is not None:
                self._say("goes out again", logging.INFO, about=None)
        else:
            self._say(f"{outcome.why}; this one is given up", logging.WARNING, about=outcome.why)
        with self._lock:
            waiting = self._waiting
            if isinstance(item, Reading):
                self.sent_at[item.tank] = self.clock()
                waiting.readings.pop(item.tank, None)
            else:
                waiting.notices = deque((one for one in waiting.notices if one is not item), maxlen=NOTICES_KEPT)
            lost, waiting.lost = waiting.lost, 0
        if lost:
            self._say(f"{lost} notices were lost, too many waited", logging.WARNING, about="lost")

    def _say(self, text: str, level: int, about: str | None) -> None:
        if about is None or about != self._told:
            log.log(level, "outbound.%s: %s", self.name, text)
        self._told = about


def on_duty(workers: Collection[DeliveryWorker], notice: Notice, at: datetime) -> Collection[DeliveryWorker]:
    """Who is told: those on duty; of an alarm that none of them is told everybody, as it is never told to nobody."""
    there = [worker for worker in workers if worker.options.is_on_duty(at)]
    if notice.severity != "alarm" or any(worker.options.tells(notice) for worker in there):
        return there
    return workers


def waits_s(failures: int, asked_s: float | None = None) -> float:
    """How long to wait after so many failures in a row: twice as long each time, or what the server asks for."""
    usual_s = min(SHORTEST_WAIT_S * 2.0 ** min(failures, 16), LONGEST_WAIT_S)
    return usual_s if asked_s is None else min(max(asked_s, SHORTEST_WAIT_S), LONGEST_ASKED_S)


def handed_over(handover: Handover) -> Outcome:
    """One attempt. Where some addresses took it, it is told to none of them again."""
    missed = handover.addresses - handover.send()
    if missed == handover.addresses:
        return Outcome(UNTOLD, again=True)
    where = "look at its secret and at the network"
    return Outcome(f"{missed} of {handover.addresses} addresses did not take it; {where}" if missed else None)


def within(longest_s: float, work: Callable[[], Outcome]) -> Outcome | None:
    """What it returns; None if that takes longer, and then nobody waits for it any more. Raises what it raises."""
    ended: Future[Outcome] = Future()

    def run() -> None:
        try:
            ended.set_result(work())
        except Exception as error:
            ended.set_exception(error)

    threading.Thread(target=run, name="outbound attempt", daemon=True).start()
    try:
        return ended.result(longest_s)
    except TimeoutError:
        return None


def post(client: httpx.Client, request: Request) -> Outcome:
    """One attempt. httpx's own words hold addresses, so only their kind is told."""
    bearer = {"Authorization": f"Bearer {request.token}"} if request.token else {}
    headers = {"Accept-Encoding": "identity", **bearer, **request.headers}
    body: dict[str, Any] = {"json": dict(request.body)} if request.content is None else {"content": request.content}
    try:
        with client.stream("POST", request.url, headers=headers, **body) as answer:
            return _outcome(answer)  # status and headers say all; what follows is not read, whatever its length
    except httpx.TimeoutException:
        return Outcome(f"no answer within {TIMEOUT_S:.0f} s", again=True)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError):
        return Outcome("its address or token is none")
    except httpx.TransportError as error:
        return Outcome(f"cannot be reached ({type(error).__name__})", again=True)


def _outcome(answer: httpx.Response) -> Outcome:
    status = answer.status_code
    if answer.is_success:
        return Outcome()
    if status in AGAIN or status >= 500:
        return Outcome(f"answers {status}", True, _asked_s(answer))
    hint = "; the address, or where it leads, has changed" if answer.is_redirect else ""
    return Outcome(f"refuses ({status}){hint or '; look at its secret'}", gone=status in GONE)


def _asked_s(answer: httpx.Response) -> float | None:
    """`Retry-After`, in seconds or as a date."""
    header = answer.headers.get("Retry-After", "")
    if header.isdecimal():
        return float(header)
    try:
        now = parsedate_to_datetime(answer.headers["Date"])
        return (parsedate_to_datetime(header) - now).total_seconds()
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
