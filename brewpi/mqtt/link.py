"""The link to a real broker: the only file that knows paho.

paho's own thread connects, reconnects with back-off, and drops what arrives into a bounded queue. Everything else
happens on the tick thread, and nothing here waits for the network.

What goes out is never held by paho in any number: of a retained topic one message is on its way and at most the newest
waits; events wait in the store, and at most a handful are on their way.
"""

from __future__ import annotations

import logging
import ssl
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from brewpi.hardware.plug_context import Inbox, Message
from brewpi.mqtt import Mqtt
from brewpi.mqtt.commands import LARGEST
from brewpi.mqtt.topics import OFFLINE, ONLINE
from brewpi.records import Alarm

ARRIVED_KEPT = 2000
SAYINGS_KEPT = 200
SAYINGS_AT_ONCE = 50
AWAY_S = 60.0  # a broker that restarts is no news
SHORTEST_WAIT_S, LONGEST_WAIT_S = 1, 30  # between attempts to connect
GOODBYE_S = 1.0
KEEPALIVE_S = 30

log = logging.getLogger(__name__)


class MqttLink:
    """Carries messages to and from one broker; see `null.Link` for what each method promises.

    availability: the topic that says online, and offline by last will; clock: seconds on the cellar's clock, for the
    time of arrival; kept: messages that may wait for `pump`, the oldest go when there are more.
    """

    deaf = False

    def __init__(
        self, options: Mqtt, availability: str, clock: Callable[[], float], kept: int = ARRIVED_KEPT
    ) -> None:
        self.options, self.availability, self.clock = options, availability, clock
        self._subscriptions: dict[str, list[Inbox]] = {}
        self._latest: dict[str, str] = {}  # every retained payload: a broker that lost its memory gets them again
        self._waiting: dict[str, None] = {}  # retained topics to be sent, in order
        self._sayings: deque[tuple[str, str]] = deque(maxlen=SAYINGS_KEPT)
        self._under_way: dict[int, str] = {}  # paho's message number -> retained topic or event key
        self._busy: set[str] = set()
        self._sayings_under_way: set[int] = set()
        self._delivered: list[str] = []
        self._away_since: float | None = clock()
        self._greeted = 0
        # shared with paho's thread: each is written by one side only, or is a deque
        self._arrived: deque[Message] = deque(maxlen=kept)
        self._acknowledged: deque[int] = deque()
        self._greeting = 0
        self._connects = 0
        self._online = False
        self._why = "does not answer"
        self._client: paho.Client | None = None

    def start(self) -> None:
        """Begin to connect; returns at once, broker or not. A password that cannot be read is an alarm, no stop."""
        host, port = self.options.address
        try:
            client = self._make_client()
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            self._why = f"cannot be asked ({error})"
            return
        client.connect_async(host, port, keepalive=KEEPALIVE_S)
        client.loop_start()
        self._client = client

    def stop(self) -> None:
        """Say offline and leave; what is still on its way stays unsent in the store."""
        client = self._client
        if client is None:
            return
        if self._online:
            goodbye = client.publish(self.availability, OFFLINE, qos=1, retain=True)
            try:
                goodbye.wait_for_publish(GOODBYE_S)
            except (RuntimeError, ValueError) as error:
                log.info("the broker left before us: %s", error)
        client.disconnect()
        thread = threading.Thread(target=client.loop_stop, daemon=True)
        thread.start()
        thread.join(GOODBYE_S)

    @property
    def online(self) -> bool:
        """Whether the broker knows us and what we subscribed to."""
        return self._online

    def subscribe(self, topic_filter: str) -> Inbox:
        """An inbox for what matches; also while connected."""
        inbox = Inbox()
        self._subscriptions = {
            **self._subscriptions,
            topic_filter: [*self._subscriptions.get(topic_filter, []), inbox],
        }
        if self._client is not None and self._client.is_connected():
            self._client.subscribe(topic_filter, qos=1)
        return inbox

    def pump(self) -> None:
        """Once a tick."""
        self._settle()
        self._send()
        self._dispatch()

    def retain(self, topic: str, payload: str) -> None:
        """The newest payload of a topic replaces one that still waits."""
        self._latest[topic] = payload
        self._waiting[topic] = None
        self._send()

    def say(self, topic: str, payload: str) -> None:
        """For those who listen now."""
        self._sayings.append((topic, payload))
        self._send()

    def deliver(self, key: str, topic: str, payload: str) -> None:
        """Sent if connected and not yet on its way; paho repeats it after a reconnect until it is acknowledged."""
        if self._online and key not in self._busy:
            self._publish(key, topic, payload, retain=False)

    def delivered(self) -> list[str]:
        """Keys of `deliver` that the broker has."""
        keys, self._delivered = self._delivered, []
        return keys

    def alarm(self) -> Alarm | None:
        """After a minute without the broker."""
        since = self._away_since
        if since is None or self.clock() - since < AWAY_S:
            return None
        host, port = self.options.address
        text = f"broker {host}:{port} {self._why}; control goes on, events are kept and sent when it is back"
        return Alarm("broker", "warning", text, since)

    # --- on the tick thread

    def _settle(self) -> None:
        """What the other thread has learnt since the last time."""
        while self._acknowledged:
            number = self._acknowledged.popleft()
            self._sayings_under_way.discard(number)
            key = self._under_way.pop(number, None)
            if key is not None:
                self._busy.discard(key)
                if key not in self._latest:
                    self._delivered.append(key)
        if self._connects != self._greeted:
            self._greeted = self._connects
            self._waiting = {**dict.fromkeys(self._latest), **self._waiting}
        if self._online:
            self._away_since = None
        elif self._away_since is None:
            self._away_since = self.clock()

    def _send(self) -> None:
        if not self._online:
            return
        for topic in [t for t in self._waiting if t not in self._busy]:
            del self._waiting[topic]
            self._publish(topic, topic, self._latest[topic], retain=True)
        while self._client and self._sayings and len(self._sayings_under_way) < SAYINGS_AT_ONCE:
            topic, payload = self._sayings.popleft()
            self._sayings_under_way.add(self._client.publish(topic, payload, qos=1).mid)

    def _publish(self, key: str, topic: str, payload: str, retain: bool) -> None:
        if self._client is not None:
            self._under_way[self._client.publish(topic, payload, qos=1, retain=retain).mid] = key
            self._busy.add(key)

    def _dispatch(self) -> None:
        for _ in range(len(self._arrived)):
            message = self._arrived.popleft()
            for inbox in self._inboxes(message.topic):
                inbox.put(message)

    def _inboxes(self, topic: str) -> Iterator[Inbox]:
        for topic_filter, inboxes in self._subscriptions.items():
            if paho.topic_matches_sub(topic_filter, topic):
                yield from inboxes

    # --- on paho's thread

    def _make_client(self) -> paho.Client:
        client = paho.Client(CallbackAPIVersion.VERSION2, clean_session=True)
        client.will_set(self.availability, OFFLINE, qos=1, retain=True)
        client.max_inflight_messages_set(0)
        client.reconnect_delay_set(SHORTEST_WAIT_S, LONGEST_WAIT_S)
        options = self.options
        if options.username:
            file = options.password_file
            client.username_pw_set(options.username, file.read_text(encoding="utf-8").strip() if file else None)
        if options.tls:
            client.tls_set(ca_certs=str(options.ca_file) if options.ca_file else None, cert_reqs=ssl.CERT_REQUIRED)
        client.on_connect = self._connected
        client.on_connect_fail = self._not_connected
        client.on_disconnect = self._disconnected
        client.on_message = self._arrive
        client.on_publish = self._acknowledge
        return client

    def _connected(self, client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            why = f"refuses us ({reason})"
            if why != self._why:
                log.info("broker %s %s", self.options.host, why)
            self._why = why
            return
        self._greeting = client.publish(self.availability, ONLINE, qos=1, retain=True).mid
        for topic_filter in self._subscriptions:
            client.subscribe(topic_filter, qos=1)

    def _not_connected(self, _client: paho.Client, _data: Any) -> None:
        """paho calls this while it handles what went wrong, and does not say what that is."""
        error = sys.exc_info()[1]
        if isinstance(error, ssl.SSLCertVerificationError):
            why = f"is not trusted ({error.verify_message}); check ca_file and the name in its certificate"
        elif self.options.tls and isinstance(error, (ssl.SSLError, ConnectionResetError)):
            why = "does not understand TLS; check the port"
        else:
            why = "does not answer"
        if why != self._why:
            log.info("broker %s %s", self.options.host, why)
        self._why = why

    def _disconnected(self, _client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if self._online:
            log.info("broker lost: %s", reason)
        self._online = False

    def _arrive(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        """Keeps the time of arrival, and no more of a payload than shows that it is too large."""
        payload = bytes(message.payload[: 4 * LARGEST])
        try:
            topic = message.topic
        except UnicodeDecodeError:
            return
        self._arrived.append(Message(topic, payload, message.retain, self.clock()))

    def _acknowledge(self, _client: paho.Client, _data: Any, number: int, _reason: Any, _properties: Any) -> None:
        """The greeting comes back once paho has repeated what was on its way: only now may anything new follow it."""
        if number == self._greeting:
            self._connects += 1
            self._online, self._why = True, "does not answer"
        else:
            self._acknowledged.append(number)
