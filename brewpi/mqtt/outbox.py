"""What goes out, in order and bounded, whatever the broker does. Pure: `publish` is the connection's.

Of a retained topic one message is on its way and at most the newest waits; events wait in the store, and at most a
handful are on their way; of what is said for those who listen now the oldest go when too much waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

MESSAGES_KEPT = 200  # of each topic
MESSAGE_TOPICS = 1000
MESSAGES_AT_ONCE = 250


@dataclass(slots=True, eq=False)
class Sending:
    """A message on its way; it is repeated after a reconnect until the broker has acknowledged it."""

    acknowledged: bool = False


class Outbox:
    """publish: topic, payload and whether it is retained -> the message on its way; None if it cannot be taken now."""

    def __init__(self, publish: Callable[[str, str, bool], Sending | None]) -> None:
        self._publish = publish
        self._latest: dict[str, str] = {}  # every retained payload: a broker that lost its memory gets them again
        self._waiting: dict[str, None] = {}  # retained topics to be sent, in order
        self._under_way: dict[str, Sending] = {}  # by retained topic or event key
        self._messages: dict[str, deque[str]] = {}  # by topic, so that no tank's answers push out another's
        self._messages_under_way: list[Sending] = []
        self._delivered: list[str] = []

    def retain(self, topic: str, payload: str) -> None:
        """The newest payload of a topic replaces one that still waits."""
        self._latest[topic] = payload
        self._waiting[topic] = None

    def publish(self, topic: str, payload: str) -> None:
        """For those who listen now."""
        if topic not in self._messages and len(self._messages) >= MESSAGE_TOPICS:
            del self._messages[next(iter(self._messages))]
        self._messages.setdefault(topic, deque(maxlen=MESSAGES_KEPT)).append(payload)

    def publish_confirmed(self, key: str, topic: str, payload: str) -> None:
        """Sent unless it is on its way already."""
        if key not in self._under_way:
            self._send_as(key, topic, payload, retain=False)

    def delivered(self) -> list[str]:
        """Keys of `deliver` that the broker has."""
        keys, self._delivered = self._delivered, []
        return keys

    def renew(self) -> None:
        """Everything that is retained has to be said again."""
        self._waiting = {**dict.fromkeys(self._latest), **self._waiting}

    def settle(self) -> None:
        """Let go of what the broker has acknowledged."""
        for key in [key for key, sending in self._under_way.items() if sending.acknowledged]:
            del self._under_way[key]
            if key not in self._latest:
                self._delivered.append(key)
        self._messages_under_way = [sending for sending in self._messages_under_way if not sending.acknowledged]

    def send(self) -> None:
        """As much as may be on its way at once."""
        for topic in [t for t in self._waiting if t not in self._under_way]:
            if self._send_as(topic, topic, self._latest[topic], retain=True):
                del self._waiting[topic]
        while self._messages and len(self._messages_under_way) < MESSAGES_AT_ONCE:
            topic = next(iter(self._messages))
            payloads = self._messages.pop(topic)
            sending = self._publish(topic, payloads[0], False)
            if sending is not None:
                self._messages_under_way.append(sending)
                payloads.popleft()
            if payloads:
                self._messages[topic] = payloads  # behind the other topics
            if sending is None:
                return

    def _send_as(self, key: str, topic: str, payload: str, retain: bool) -> bool:
        sending = self._publish(topic, payload, retain)
        if sending is None:
            return False
        self._under_way[key] = sending
        return True
