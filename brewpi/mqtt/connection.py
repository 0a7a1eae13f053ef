"""One client of one broker: the only file that knows paho, beside `once.py`.

paho's own thread connects, reconnects with back-off, and drops what arrives into the inboxes of its subscription: one
for each, so that a hydrometer that never stops talking drowns nobody's STOP. Everything else happens on the tick
thread, nothing here waits for the network, and nothing that a broker sends ends paho's thread.

paho numbers its messages from 1 to 65,535 and begins again: a number says something only as long as its message is on
its way, so it is looked up at once, and forgotten with the acknowledgement.
"""

from __future__ import annotations

import logging
import ssl
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.matcher import MQTTMatcher

from brewpi.hardware.files import read_text
from brewpi.hardware.plug_context import Message
from brewpi.mqtt import Mqtt
from brewpi.mqtt.client_ids import proven
from brewpi.mqtt.commands import LARGEST
from brewpi.mqtt.outbox import Sending
from brewpi.mqtt.rivals import Rivals
from brewpi.mqtt.stop_line import Receiver
from brewpi.mqtt.topics import OFFLINE, ONLINE

SHORTEST_WAIT_S, LONGEST_WAIT_S = 1, 30  # between attempts to connect
GOODBYE_S = 1.0
KEEPALIVE_S = 30
SILENCE = "Keep alive timeout"  # paho's word for a network that carries nothing any more
NUMBERS = 65_535  # of messages, in MQTT

log = logging.getLogger(__name__)


class Connection:
    """One client of one broker.

    availability: the topic that says online, and offline by last will; client_id: as the broker knows us, with the
    proof of `client_ids`. A fixed one means that a connection which the broker still believes in is closed, and its
    last will spoken, before the new one stands; with an empty one the broker may speak that will much later, when we
    have long been back. An empty availability is for who only listens: nothing is said, and no will is left.
    """

    def __init__(
        self, options: Mqtt, availability: str, client_id: str, clock: Callable[[], float], largest: int = 4 * LARGEST
    ) -> None:
        self.options, self.availability, self.client_id, self.clock = options, availability, client_id, clock
        self.largest = largest
        self.why = "does not answer"
        self.on_stop: Callable[[], None] = lambda: None  # called on paho's thread when what may be a STOP has arrived
        self.connects = 0
        self.rivals = Rivals()
        self._subscriptions: dict[str, tuple[int, list[Receiver]]] = {}  # filter -> quality of service, inboxes
        self._under_way: dict[int, Sending] = {}  # by paho's number, as long as it stands for this message
        # shared with paho's thread: each is written by one side only, or is a deque
        self._matcher = MQTTMatcher()
        self._acknowledged: deque[int] = deque()
        self._greeting: int | None = None
        self._online = False
        self._denied = False
        self._client: _Client | None = None

    @property
    def online(self) -> bool:
        """Whether the broker knows us and what we subscribed to."""
        return self._online

    @property
    def is_wanted(self) -> bool:
        """Whether anything is subscribed to."""
        return bool(self._subscriptions)

    def start(self) -> None:
        """Begin to connect; returns at once, broker or not. Where that cannot even be tried, `why` says it."""
        host, port = self.options.address
        try:
            client = self._make_client()
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            self.why = f"cannot be asked ({error})"
            return
        client.connect_async(host, port, keepalive=KEEPALIVE_S)
        client.loop_start()
        self._client = client

    def stop(self) -> None:
        """Say offline and leave, within about two seconds."""
        client = self._client
        if client is None:
            return
        if self._online and self.availability:
            goodbye = client.publish(self.availability, OFFLINE, qos=1, retain=True)
            try:
                goodbye.wait_for_publish(GOODBYE_S)
            except (RuntimeError, ValueError) as error:
                log.info("the broker left before us: %s", error)
        client.disconnect()
        thread = threading.Thread(target=client.loop_stop, daemon=True)
        thread.start()
        thread.join(GOODBYE_S)

    def subscribe(self, topic_filter: str, qos: int, inbox: Receiver) -> None:
        """What matches goes into the inbox; also while connected."""
        before_qos, inboxes = self._subscriptions.get(topic_filter, (0, []))
        qos = max(qos, before_qos)
        self._subscriptions = {**self._subscriptions, topic_filter: (qos, [*inboxes, inbox])}
        matcher = MQTTMatcher()
        for known, (_, those) in self._subscriptions.items():
            matcher[known] = those
        self._matcher = matcher
        if self._client is not None and self._client.is_connected():
            self._client.subscribe(topic_filter, qos=qos)

    def publish(self, topic: str, payload: str, retain: bool) -> Sending | None:
        """Give a message to paho; None if it cannot be taken now."""
        client = self._client
        if client is None:
            return None
        self.settle()
        info = client.publish(topic, payload, qos=1, retain=retain)
        if info.rc == MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:  # another message with this number is still on its way
            return None
        sending = self._under_way[info.mid] = Sending()
        return sending

    def tell(self, topic: str, payload: str) -> bool:
        """Send once, at once, and never again: what is said to a machine must not reach it an hour later."""
        client = self._client
        return self._online and client is not None and client.publish(topic, payload, qos=0).rc == 0

    def settle(self) -> None:
        """Mark what the broker has acknowledged. Before every `publish`, so that no number is looked up that has come
        to stand for another message."""
        while self._acknowledged:
            sending = self._under_way.pop(self._acknowledged.popleft(), None)
            if sending is not None:
                sending.acknowledged = True

    def correct(self) -> None:
        """Say online again where somebody else said that we are offline: an old connection's will, or a stranger."""
        if self._denied and self._online and self._client is not None:
            self._denied = False
            self._client.publish(self.availability, ONLINE, qos=1, retain=True)

    # --- on paho's thread

    def _make_client(self) -> _Client:
        options = self.options
        password = read_text(options.password_file).strip() if options.password_file else None
        client_id = proven(self.client_id, password)
        client = _Client(CallbackAPIVersion.VERSION2, client_id=client_id, clean_session=True)
        if self.availability:
            client.will_set(self.availability, OFFLINE, qos=1, retain=True)
        client.max_inflight_messages_set(0)
        client.reconnect_delay_set(SHORTEST_WAIT_S, LONGEST_WAIT_S)
        if options.username:
            client.username_pw_set(options.username, password)
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
            self._explain(f"refuses us ({reason})")
            return
        # Before the greeting: whoever sends STOP at the word "online" must be heard.
        for topic_filter, (qos, _) in self._subscriptions.items():
            client.subscribe(topic_filter, qos=qos)
        if not self.availability:
            self._online = True
            return
        for _ in range(NUMBERS):
            greeting = client.publish(self.availability, ONLINE, qos=1, retain=True)
            if greeting.rc != MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
                self._greeting = greeting.mid
                break
        if self.client_id:
            client.subscribe(self.availability, qos=1)

    def _not_connected(self, _client: paho.Client, _data: Any) -> None:
        """paho calls this while it handles what went wrong, and does not say what that is."""
        self.rivals.unreachable()
        error = sys.exc_info()[1]
        if isinstance(error, ssl.SSLCertVerificationError):
            self._explain(f"is not trusted ({error.verify_message}); check ca_file and the name in its certificate")
        elif self.options.tls and isinstance(error, (ssl.SSLError, ConnectionResetError)):
            self._explain("does not understand TLS; check the port")
        else:
            self._explain("does not answer")

    def _explain(self, why: str) -> None:
        if why != self.why and self.availability:
            log.info("broker %s %s", self.options.host, why)
        self.why = why

    def _disconnected(self, client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        wait_s = SHORTEST_WAIT_S
        if self._online and self.availability:
            log.info("broker lost: %s", reason)
            if self.client_id and reason.getName() != SILENCE:
                wait_s = max(SHORTEST_WAIT_S, int(self.rivals.closed(self.clock())))
        elif self._greeting is None:  # before it took us: a broker that comes or goes, behind a proxy; no rival
            self.rivals.unreachable()
        client.reconnect_delay_set(wait_s, max(wait_s, LONGEST_WAIT_S))
        self._online, self._greeting = False, None

    def _arrive(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        """Keeps the time of arrival, and no more of a payload than shows that it is too large."""
        payload = bytes(message.payload[: self.largest])
        try:
            topic = message.topic
        except UnicodeDecodeError:
            return
        if topic == self.availability and payload != ONLINE.encode():
            self._denied = True
        arrived = Message(topic, payload, message.retain, self.clock())
        for inboxes in self._matcher.iter_match(topic):
            for inbox in inboxes:
                if inbox.put(arrived):
                    self.on_stop()

    def _acknowledge(self, _client: paho.Client, _data: Any, number: int, _reason: Any, _properties: Any) -> None:
        """The greeting comes back once paho has repeated what was on its way: only now may anything new follow it."""
        if number == self._greeting:
            self._greeting = None
            self.connects += 1
            self.rivals.greeted(self.clock())
            self._online, self.why = True, "does not answer"
        else:
            self._acknowledged.append(number)


class _Client(paho.Client):
    """paho's client, whose thread outlives whatever a broker sends."""

    def loop_forever(self, timeout: float = 1.0, retry_first_connection: bool = False) -> MQTTErrorCode:
        """As paho's, which ends at a packet that it cannot read, and with it every message for ever."""
        while True:
            try:
                return super().loop_forever(timeout, retry_first_connection)
            except Exception as error:
                log.warning("the broker sent what no broker sends (%s: %s)", type(error).__name__, error)
                self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_PROTOCOL)  # closes the connection, and says so
                time.sleep(SHORTEST_WAIT_S)
