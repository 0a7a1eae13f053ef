"""The link to a real broker: what waits for it, who subscribed to what, and what is said of it when it is away."""

from __future__ import annotations

from collections.abc import Callable

from brewpi.hardware.plug_context import Inbox
from brewpi.mqtt import Mqtt
from brewpi.mqtt.commands import LARGEST
from brewpi.mqtt.connection import CONTROL_GOES_ON, Connection
from brewpi.mqtt.hearing import HearingCheck
from brewpi.mqtt.outbox import Outbox
from brewpi.mqtt.reachability import AWAY_S
from brewpi.mqtt.rivals import suspicion
from brewpi.mqtt.stop_line import TwoLines
from brewpi.records import Alarm
from brewpi.sentences import Sentence

ARRIVED_KEPT = 2000


class MqttLink:
    """Carries messages to and from one broker; see `null.Link` for what each method promises.

    availability: the topic that says online, and offline by last will; clock: seconds on the cellar's clock, for the
    time of arrival; kept: messages of a subscription that may wait, the oldest go when there are more; client_id: what
    the broker knows us by, the same at every start. Where it is not given it follows from `availability`; "" has the
    broker choose, for programs of which several may run. largest: bytes of a message that are kept.
    meanwhile: what goes on without the broker, as the log says it; tells_first: it also says that the broker is found
    where it was there at once.
    """

    has_no_listeners = False

    def __init__(
        self,
        options: Mqtt,
        availability: str,
        clock: Callable[[], float],
        kept: int = ARRIVED_KEPT,
        client_id: str | None = None,
        largest: int = 4 * LARGEST,
        meanwhile: str = CONTROL_GOES_ON,
        tells_first: bool = False,
    ) -> None:
        own_id = availability.removesuffix("/availability").replace("/", "-") if client_id is None else client_id
        self.options, self.clock, self.kept = options, clock, kept
        self.connection = Connection(options, availability, own_id, clock, largest, meanwhile, tells_first)
        self.telemetry = Connection(options, "", "", clock, largest)
        self.stops = Connection(options, "", "", clock, largest)
        self.outbox = Outbox(self.connection.publish)
        self.hearing = HearingCheck(options, availability, clock)
        self._started = False
        self._away_since: float | None = clock()
        self._partly_since: float | None = None  # this connection is there, another one is not
        self._greeted = 0

    def start(self) -> None:
        """Begin to connect; returns at once, broker or not. A password that cannot be read is an alarm, no stop."""
        self._started = True
        self.connection.start()
        for line in (self.telemetry, self.stops):
            if line.is_wanted:
                line.start()

    def stop(self) -> None:
        """Say offline and leave; what is still on its way stays unsent in the store."""
        self.telemetry.stop()
        self.connection.stop()
        self.stops.stop()

    @property
    def online(self) -> bool:
        """Whether the broker knows us and what we subscribed to."""
        return self.connection.online

    def subscribe(self, topic_filter: str) -> Inbox:
        """An inbox for what matches; also while connected."""
        inbox = Inbox(self.kept)
        self.connection.subscribe(topic_filter, 1, inbox)
        return inbox

    def subscribe_commands(self, topic_filter: str) -> Inbox:
        """The same for `.../command/+`; a STOP comes on a line of its own as well, before `start` only."""
        both = TwoLines(Inbox(self.kept))
        self.connection.subscribe(topic_filter, 1, self.hearing.line(topic_filter, both.commands))
        self.stops.subscribe(topic_filter.removesuffix("+") + "stop", 1, both.stops)
        return both.inbox

    def subscribe_telemetry(self, topic_filter: str) -> Inbox:
        """The same for what its sender repeats, on a line of its own: a broker holds one queue for each client, in
        which a flood would stand before a command, or leave no room for it."""
        inbox = Inbox(self.kept)
        first = not self.telemetry.is_wanted
        self.telemetry.subscribe(topic_filter, 0, inbox)
        if first and self._started:
            self.telemetry.start()
        return inbox

    def on_stop(self, call: Callable[[], None]) -> None:
        """On paho's thread."""
        self.connection.on_stop = self.stops.on_stop = call

    def on_found(self, call: Callable[[], None]) -> None:
        """On paho's thread. A STOP on its own line may be obeyed before that: its answer waits for it."""
        self.connection.on_found = call

    def pump(self) -> None:
        """Once a tick."""
        connection = self.connection
        connection.settle()
        self.outbox.settle()
        connects = connection.connects
        if connects != self._greeted:
            self._greeted = connects
            self.outbox.renew()
        if connection.online:
            self._away_since = None
            connection.correct()
            self.hearing.pump(connects, connection.refused)
        elif self._away_since is None:
            self._away_since = self.clock()
        if not (connection.online and self._missing()):
            self._partly_since = None
        elif self._partly_since is None:
            self._partly_since = self.clock()
        self._send()

    def _missing(self) -> list[Connection]:
        """Connections that are wanted and are not there."""
        return [line for line in (self.stops, self.telemetry) if line.is_wanted and not line.online]

    def retain(self, topic: str, payload: str) -> None:
        """The newest payload of a topic replaces one that still waits."""
        self.outbox.retain(topic, payload)
        self._send()

    def publish(self, topic: str, payload: str) -> None:
        """For those who listen now."""
        self.outbox.publish(topic, payload)
        self._send()

    def tell(self, topic: str, payload: str) -> bool:
        """Now or never, from any thread."""
        return self.connection.tell(topic, payload)

    def publish_confirmed(self, key: str, topic: str, payload: str) -> None:
        """Sent if connected and not yet on its way."""
        if self.online:
            self.outbox.publish_confirmed(key, topic, payload)

    def delivered(self) -> list[str]:
        """Keys of `deliver` that the broker has."""
        return self.outbox.delivered()

    def alarm(self) -> Alarm | None:
        """After a minute without the broker, or when somebody else there seems to have our name, or when commands do
        not reach us."""
        since, now = self._away_since, self.clock()
        host, port = self.options.address
        rivals_since = self.connection.rivals.suspected_since(now)
        if rivals_since is not None:
            return Alarm("same_name", "alarm", suspicion(f"{host}:{port}"), rivals_since)
        if since is None or now - since < AWAY_S:
            return self.hearing.alarm() or self._partly(f"{host}:{port}", now)
        text = Sentence(
            "broker {address} {reason}; control goes on, events are kept and sent when it is back",
            address=f"{host}:{port}", reason=self.connection.why,
        )  # fmt: skip
        return Alarm("broker", "warning", text, since)

    def _partly(self, address: str, now: float) -> Alarm | None:
        since, missing = self._partly_since, self._missing()
        if since is None or now - since < AWAY_S or not missing:
            return None
        text = Sentence(
            "broker {address} lets in only some of our connections, another {reason}: STOP may have no line of its own,"
            " and hydrometers may not be heard", address=address, reason=missing[0].why,
        )  # fmt: skip
        return Alarm("broker", "warning", text, since)

    def _send(self) -> None:
        if self.online:
            self.outbox.send()
