"""A link to nobody, for `simulate` and for a cellar without a broker: everything is delivered, nothing arrives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from brewpi.hardware.plug_context import Inbox
from brewpi.records import Alarm


class Link(Protocol):
    """What the cellar asks of a link. Every method returns at once, whatever the broker does.

    has_no_listeners: nobody is at the other end, so that what is costly to work out need not be said.
    """

    has_no_listeners: bool

    def start(self) -> None:
        """Begin to connect, in the background."""
        ...

    def stop(self) -> None:
        """Say goodbye and let go; at most about two seconds."""
        ...

    def subscribe(self, topic_filter: str) -> Inbox:
        """An inbox that is filled with what arrives; before or after `start`."""
        ...

    def subscribe_commands(self, topic_filter: str) -> Inbox:
        """The same for `.../command/+`, of which a STOP comes through whatever else there is."""
        ...

    def subscribe_telemetry(self, topic_filter: str) -> Inbox:
        """The same for what its sender repeats: the newest counts, and none of it may hold up a command."""
        ...

    def on_stop(self, call: Callable[[], None]) -> None:
        """Called whenever what may be a STOP has arrived, on any thread: it returns at once."""
        ...

    def on_found(self, call: Callable[[], None]) -> None:
        """Called whenever the broker is found and what waits can be said, on any thread: it returns at once."""
        ...

    def pump(self) -> None:
        """Once a tick: what waits goes out."""
        ...

    def retain(self, topic: str, payload: str) -> None:
        """Publish retained. While the broker is away only the newest payload of a topic is kept."""
        ...

    def publish(self, topic: str, payload: str) -> None:
        """Publish for those who listen now; of no use later, so the oldest go when too many wait."""
        ...

    def tell(self, topic: str, payload: str) -> bool:
        """Publish at once or not at all, for machines that obey; from any thread. False while the broker is away."""
        ...

    def publish_confirmed(self, key: str, topic: str, payload: str) -> None:
        """Publish and tell by `delivered` when the broker has it. A key on its way is not sent twice."""
        ...

    def delivered(self) -> list[str]:
        """Keys that the broker has acknowledged since the last call."""
        ...

    def alarm(self) -> Alarm | None:
        """The broker has been away for a while."""
        ...


class NullLink:
    """Keeps what was retained last, so that a test can look at it; of the state, which is not worked out, nothing."""

    has_no_listeners = True

    def __init__(self) -> None:
        self.retained: dict[str, str] = {}
        self._delivered: list[str] = []

    def start(self) -> None:
        """Nothing to do."""

    def stop(self) -> None:
        """Nothing to do."""

    def subscribe(self, topic_filter: str) -> Inbox:
        """An inbox that stays empty."""
        return Inbox()

    def subscribe_commands(self, topic_filter: str) -> Inbox:
        return self.subscribe(topic_filter)

    def subscribe_telemetry(self, topic_filter: str) -> Inbox:
        return self.subscribe(topic_filter)

    def on_stop(self, call: Callable[[], None]) -> None:
        """Never."""

    def on_found(self, call: Callable[[], None]) -> None:
        """There is none."""

    def pump(self) -> None:
        """Nothing to do."""

    def retain(self, topic: str, payload: str) -> None:
        self.retained[topic] = payload

    def publish(self, topic: str, payload: str) -> None:
        """Nobody listens."""

    def tell(self, topic: str, payload: str) -> bool:
        """Nobody is there to obey."""
        return False

    def publish_confirmed(self, key: str, topic: str, payload: str) -> None:
        self._delivered.append(key)

    def delivered(self) -> list[str]:
        """Everything since the last call."""
        keys, self._delivered = self._delivered, []
        return keys

    def alarm(self) -> Alarm | None:
        return None
