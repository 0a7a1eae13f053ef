"""What all sensors that are told over MQTT have in common: messages in, readings out, and what is wrong with them."""

from __future__ import annotations

import time
from collections import deque

from brewpi.hardware.plug_context import Inbox, Message
from brewpi.records import Reading
from brewpi.sensors import SensorError
from brewpi.sentences import spoken

AHEAD_S = 300.0  # more than a clock of quartz strays before somebody sets it again
READ_FOR_S = 0.05  # of processor time: of some 250 messages on a laptop, and 30 on a Pi 3, at every tick


class Absent(SensorError):
    """A message has nothing where it should have a number."""


class MessageProbe:
    """Turns messages into readings. What is wrong with one is the fault until one comes that can be used; one that is
    no news (a gateway's repetition, the first topics of a waking, a retained one) changes nothing.

    partial_s: for how long after a reading messages may leave the number out, of devices that tell now of their
    temperature and now of their battery only; stale_s: how long a fault counts that came beside readings, such as that
    of a clock, for after that the silence is the fault.
    """

    def __init__(self, inbox: Inbox, partial_s: float = 0.0, stale_s: float | None = None) -> None:
        self.inbox, self.partial_s = inbox, partial_s
        self._waiting: deque[Message] = deque(maxlen=inbox.limit)  # the oldest go, as in the inbox
        self.stale_s = float("inf") if stale_s is None else stale_s
        self.error: SensorError | None = None
        self.is_beside = False  # the fault came with readings
        self.read_at = float("-inf")  # when the last message came that gave any

    def read(self, now: float) -> list[Reading]:
        """Readings of new messages, in order. A device that never stops talking has its share of a tick; what it said
        more is left for the next ones. Raises SensorError."""
        readings: list[Reading] = []
        self._waiting.extend(self.inbox.take())
        ends_s = time.thread_time() + READ_FOR_S
        while self._waiting and time.thread_time() < ends_s:
            readings += self._read_one(self._waiting.popleft())
        if self.is_beside and now - self.read_at > self.stale_s:
            self.error = None
        if self.error and not readings:
            raise self.error
        return readings

    def _read_one(self, message: Message) -> list[Reading]:
        try:
            found, fault = self.readings_of(message)
        except SensorError as error:
            found, fault = [], error
        if found or (fault and not self._is_partial(fault, message.at)):
            self.error, self.is_beside = fault, bool(found)
        if found:
            self.read_at = message.at
        return found

    def close(self) -> None:
        """The link keeps the subscription."""

    def readings_of(self, message: Message) -> tuple[list[Reading], SensorError | None]:
        """Of one message, with what is wrong with the rest of it; neither where it is no news. Raises SensorError."""
        raise NotImplementedError

    def _is_partial(self, fault: SensorError, at: float) -> bool:
        return isinstance(fault, Absent) and at - self.read_at < self.partial_s


def clock_ahead(said_at: float, arrived_at: float) -> SensorError | None:
    """What to say of a message that is from the future. It counts as of its arrival: only the clock disagrees."""
    ahead_s = said_at - arrived_at
    if ahead_s <= AHEAD_S:
        return None
    return SensorError(
        f"messages are dated {spoken(ahead_s)} ahead of when they come, which is what counts: is the device's clock or"
        " time zone wrong, or this machine's?"
    )
