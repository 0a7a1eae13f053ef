"""What a plug may ask for when it is opened: the pins, the messages and the simulated vessel of its tank."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType, UnionType
from typing import TYPE_CHECKING, Any, ClassVar

from brewpi.hardware.hung_sensors import HungSensors
from brewpi.records import Reading
from brewpi.sanitize import parse_object

if TYPE_CHECKING:
    from brewpi.plant.simulated_tank import SharedSupply, Vessel


STOP_SAYS: Mapping[str, type | UnionType] = {"id": str, "by": str, "issued_at": str | int | float}
HANDS_KEPT = 1000  # hand readings that wait for the next tick


@dataclass(frozen=True, slots=True)
class Message:
    """One MQTT message with the time it arrived."""

    topic: str
    payload: bytes
    retained: bool
    at: float


class Inbox:
    """Messages of one subscription, in order of arrival; one thread takes, others put.

    limit: how many wait, the oldest go first. A STOP goes last: only for a newer one that may be obeyed as well (see
    `is_stop`), and not for what somebody merely sends to its topic.
    """

    def __init__(self, limit: int = 1000) -> None:
        self.limit = limit
        self._stops: deque[tuple[int, Message]] = deque()
        self._others: deque[tuple[int, Message]] = deque()
        self._arrived = 0

    @property
    def messages(self) -> list[Message]:
        return [message for _, message in sorted([*self._stops, *self._others], key=_arrival)]

    def put(self, message: Message) -> bool:
        """Append, dropping the oldest when full. Returns whether it may be a STOP."""
        stops = is_stop(message)
        waiting = self._stops if stops else self._others
        self._arrived += 1
        waiting.append((self._arrived, message))
        while len(waiting) > self.limit:
            with suppress(IndexError):  # it has just been taken
                waiting.popleft()
        return stops

    def take(self) -> list[Message]:
        """All that came since the last call."""
        taken: list[tuple[int, Message]] = []
        for waiting in (self._stops, self._others):
            for _ in range(len(waiting)):
                with suppress(IndexError):  # dropped by `put` meanwhile
                    taken.append(waiting.popleft())
        return [message for _, message in sorted(taken, key=_arrival)]


def is_stop(message: Message) -> bool:
    """Whether this may be the command that makes a tank safe."""
    if message.retained or not message.topic.endswith("/command/stop"):
        return False
    try:
        fields = parse_object(message.payload)
    except ValueError:
        return False
    return all(isinstance(fields.get(field), kind) for field, kind in STOP_SAYS.items())


def _arrival(entry: tuple[int, Message]) -> int:
    return entry[0]


class PlugOptions:
    """What the options of every plug say of the Pi and the broker, so that two owners of a pin are refused."""

    # Names that people know its devices by and take for a kind, each as a config has it.
    written_as: ClassVar[Mapping[str, str]] = MappingProxyType({})
    in_vessel: ClassVar[bool] = False  # reads or drives the simulated vessel of its tank, which is then made

    def pins(self) -> tuple[str, ...]:
        """Names of the pins or buses it owns alone ("GPIO17")."""
        return ()

    def shares(self) -> Mapping[str, str]:
        """Names of the pins that it uses together with others, each with the use they all have to make of it."""
        return {}

    def topics(self) -> tuple[str, ...]:
        """The MQTT topics at or below which it is told, or answers."""
        return ()


@dataclass(slots=True)
class PlugContext:
    """Handed to `open` of every sensor and output of one tank.

    pin_factory: a gpiozero factory, or None for gpiozero's own choice; subscribe: an MQTT topic filter -> Inbox, for
    telemetry, which its sender repeats; tell: publishes a topic's payload now or, with False, not at all;
    vessel: the tank's simulated vessel, None on real hardware; supply: what an output of several tanks drives there;
    hand: readings that people have entered, oldest first; emergency: puts every output of the tank into its safe state,
    from any thread; believed: time, gravity and beer temperature (NaN where unknown) that the batch had last, also
    before a restart; shared: what plugs of several tanks use together, by name, the same dict for all sites of a
    cellar; senders_ahead_s: by how much the time of devices is ahead of the cellar's; hung: which sensors hung the
    service lately, the same for all tanks.
    """

    tank: str = ""
    sensor: str = ""
    pin_factory: Any = None
    subscribe: Callable[[str], Inbox] = field(default=lambda topic: Inbox())
    tell: Callable[[str, str], bool] = field(default=lambda topic, payload: False)
    vessel: Vessel | None = None
    supply: SharedSupply | None = None
    hand: deque[Reading] = field(default_factory=lambda: deque(maxlen=HANDS_KEPT))
    emergency: Callable[[], None] = field(default=lambda: None)
    believed: Callable[[], tuple[float, float, float] | None] = field(default=lambda: None)
    shared: dict[str, Any] = field(default_factory=dict)
    senders_ahead_s: Callable[[], float] = field(default=lambda: 0.0)
    hung: HungSensors = field(default_factory=lambda: HungSensors(None))
