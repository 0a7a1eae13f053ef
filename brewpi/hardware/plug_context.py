"""What a plug may ask for when it is opened: the pins, the messages and the simulated vessel of its tank."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brewpi.plant.simulated_tank import Vessel


@dataclass(frozen=True, slots=True)
class Message:
    """One MQTT message with the time it arrived."""

    topic: str
    payload: bytes
    retained: bool
    at: float


@dataclass(slots=True)
class Inbox:
    """Messages for one subscription, in order of arrival; bounded, the oldest go first."""

    limit: int = 1000
    messages: list[Message] = field(default_factory=list)

    def put(self, message: Message) -> None:
        """Append, dropping the oldest when full."""
        self.messages.append(message)
        if len(self.messages) > self.limit:
            del self.messages[0]

    def take(self) -> list[Message]:
        """All that came since the last call."""
        taken, self.messages = self.messages, []
        return taken


@dataclass(slots=True)
class Site:
    """Handed to `open` of every sensor and output of one tank.

    pin_factory: a gpiozero factory, or None for gpiozero's own choice; subscribe: an MQTT topic filter -> Inbox;
    vessel: the tank's simulated vessel, None on real hardware; hand: the inbox of hand readings (commands);
    emergency: puts every output of the tank into its safe state, from any thread; shared: what plugs of several tanks
    use together, by name, the same dict for all sites of a cellar.
    """

    tank: str = ""
    sensor: str = ""
    pin_factory: Any = None
    subscribe: Callable[[str], Inbox] = field(default=lambda topic: Inbox())
    vessel: Vessel | None = None
    hand: Inbox = field(default_factory=Inbox)
    emergency: Callable[[], None] = field(default=lambda: None)
    shared: dict[str, Any] = field(default_factory=dict)
