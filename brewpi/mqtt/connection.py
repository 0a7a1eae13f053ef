"""One client of one broker: the only file that knows paho, beside `paho_client.py`.

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
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.matcher import MQTTMatcher

from brewpi.hardware.plug_context import Message
from brewpi.mqtt import Mqtt
from brewpi.mqtt.client_ids import proven
from brewpi.mqtt.commands import LARGEST
from brewpi.mqtt.outbox import Sending
from brewpi.mqtt.paho_client import PahoClient, password_of, prepare
from brewpi.mqtt.reachability import (
    ABSENT,
    LOST,
    MUTE,
    STILL,
    STRANGE,
    OutageLog,
    Unasked,
    why_closed,
    why_not_connected,
)
from brewpi.mqtt.rivals import Rivals
from brewpi.mqtt.stop_line import Receiver
from brewpi.mqtt.topics import OFFLINE, ONLINE
from brewpi.sentences import Sentence

SHORTEST_WAIT_S, LONGEST_WAIT_S = 1, 3  # between attempts to connect; a STOP that comes meanwhile is heard by nobody
ASK_AGAIN_S = 30.0  # for a file of ours that cannot be read
CONTROL_GOES_ON = "control goes on, events are kept and sent when it is back"
GOODBYE_S = 1.0
KEEPALIVE_S = 30
SILENCE, NO_MQTT = "Keep alive timeout", "Protocol error"  # paho's words for why a connection has ended
NUMBERS = 65_535  # of messages, in MQTT

log = logging.getLogger(__name__)


class Connection:
    """One client of one broker.

    availability: the topic that says online, and offline by last will; client_id: as the broker knows us, with the
    proof of `client_ids`. A fixed one means that a connection which the broker still believes in is closed, and its
    last will spoken, before the new one stands; with an empty one the broker may speak that will much later, when we
    have long been back. An empty availability is for who only listens: nothing is said, and no will is left.
    meanwhile: what goes on without the broker, as the log says it; tells_first: see `OutageLog`.
    """

    def __init__(
        self, options: Mqtt, availability: str, client_id: str, clock: Callable[[], float], largest: int = 4 * LARGEST,
        meanwhile: str = CONTROL_GOES_ON, tells_first: bool = False,
    ) -> None:  # fmt: skip
        self.options, self.availability, self.client_id, self.clock = options, availability, client_id, clock
        self.largest, self.meanwhile = largest, meanwhile
        self.why: str = ABSENT
        self.on_stop: Callable[[], None] = lambda: None  # called on paho's thread when what may be a STOP has arrived
        self.on_found: Callable[[], None] = lambda: None  # called on paho's thread when it is online, also again
        self.connects = 0
        self.rivals = Rivals()
        self.refused: frozenset[str] = frozenset()  # what the broker does not let us subscribe to
        self._asked: dict[int, str] = {}  # filters by paho's number, until the broker has answered
        self._subscriptions: dict[str, tuple[int, list[Receiver]]] = {}  # filter -> quality of service, inboxes
        self._under_way: dict[int, Sending] = {}  # by paho's number, as long as it stands for this message
        # shared with paho's thread: each is written by one side only, or is a deque
        self._matcher = MQTTMatcher()
        self._acknowledged: deque[int] = deque()
        self._greeting: int | None = None
        self._online = False
        self._denied = False
        self._client: PahoClient | None = None
        self._outages = OutageLog(tells_first)
        self._is_explained = False  # why this attempt fails, before paho ends its connection
        self._leaving = threading.Event()
        self._later: threading.Thread | None = None

    @property
    def online(self) -> bool:
        """Whether the broker knows us and what we subscribed to."""
        return self._online

    @property
    def is_wanted(self) -> bool:
        """Whether anything is subscribed to."""
        return bool(self._subscriptions)

    def start(self) -> None:
        """Begin to connect; returns at once, broker or not. Where that cannot even be tried, `why` says it, and it is
        tried again later."""
        self._leaving.clear()
        self._outages.begins(self.clock())
        if not self._began():
            self._later = threading.Thread(target=self._begin_later, daemon=True)
            self._later.start()

    def _began(self) -> bool:
        host, port = self.options.address
        try:
            client = self._make_client()
        except Unasked as unasked:
            self._explain(unasked.args[0], at_once=True)
            return False
        client.connect_async(host, port, keepalive=KEEPALIVE_S)
        client.loop_start()
        self._client = client
        return True

    def _begin_later(self) -> None:
        while not self._leaving.wait(ASK_AGAIN_S):
            if self._began():
                return

    def stop(self) -> None:
        """Say offline and leave, within about two seconds."""
        self._leaving.set()
        if self._later is not None:
            self._later.join(GOODBYE_S)
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
            self._ask_for(self._client, topic_filter, qos)

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

    def _make_client(self) -> PahoClient:
        """Raises Unasked."""
        options = self.options
        password = password_of(options)
        client_id = proven(self.client_id, password)
        client = PahoClient(client_id)
        if self.availability:
            client.will_set(self.availability, OFFLINE, qos=1, retain=True)
        client.max_inflight_messages_set(0)
        client.reconnect_delay_set(SHORTEST_WAIT_S, LONGEST_WAIT_S)
        prepare(client, options, password)
        client.on_silence = lambda: self._explain(MUTE)
        client.on_nonsense = self._nonsense
        client.on_attempt = self._with_todays_password
        client.on_connect = self._connected
        client.on_connect_fail = self._not_connected
        client.on_disconnect = self._disconnected
        client.on_message = self._arrive
        client.on_publish = self._acknowledge
        client.on_subscribe = self._subscribed
        return client

    def _with_todays_password(self) -> None:
        """Who changes a password at the broker writes it into our file, and need not switch every output off by a
        restart. One that cannot be read stays as it was."""
        client = self._client
        if client is not None and self.options.password_file is not None:
            with suppress(Unasked):
                client.username_pw_set(self.options.username, password_of(self.options))

    def _connected(self, client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            self._is_explained = True
            self._explain(Sentence("refuses us ({error})", error=reason), at_once=True)
            return
        # Before the greeting: whoever sends STOP at the word "online" must be heard.
        self._asked, self.refused = {}, frozenset()
        for topic_filter, (qos, _) in self._subscriptions.items():
            self._ask_for(client, topic_filter, qos)
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

    def _ask_for(self, client: paho.Client, topic_filter: str, qos: int) -> None:
        _, number = client.subscribe(topic_filter, qos=qos)
        if number is not None:
            self._asked[number] = topic_filter

    def _subscribed(self, _client: paho.Client, _data: Any, number: int, reasons: Any, _properties: Any) -> None:
        topic_filter = self._asked.pop(number, None)
        if topic_filter is not None and any(reason.is_failure for reason in reasons):
            self.refused |= {topic_filter}
            log.warning("broker %s:%d does not let us read %s", *self.options.address, topic_filter)

    def _not_connected(self, _client: paho.Client, _data: Any) -> None:
        """paho calls this while it handles what went wrong, and does not say what that is."""
        self.rivals.unreachable()
        error = sys.exc_info()[1]
        self._explain(why_not_connected(error, self.options.tls), at_once=isinstance(error, ssl.SSLError))

    def _nonsense(self) -> None:
        self._is_explained = True
        self._explain(STRANGE)

    def _explain(self, why: str, at_once: bool = False) -> None:
        self.why = why
        if self.availability and not self._leaving.is_set() and self._outages.fails(why, self.clock(), at_once):
            log.warning("broker %s:%d %s; %s", *self.options.address, why, self.meanwhile)

    def _disconnected(self, client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        wait_s, name = SHORTEST_WAIT_S, reason.getName()
        if self._online and self.availability:
            if not self._is_explained:
                self._explain(STILL if name == SILENCE else LOST, at_once=True)
            if self.client_id and name != SILENCE:
                wait_s = max(SHORTEST_WAIT_S, int(self.rivals.closed(self.clock())))
        elif self._greeting is None:  # before it took us: a broker that comes or goes, behind a proxy; no rival
            self.rivals.unreachable()
            if not self._is_explained:
                self._explain({SILENCE: MUTE, NO_MQTT: STRANGE}.get(name) or why_closed(self.options.tls))
        elif not self._is_explained:
            self._explain(LOST)
        client.reconnect_delay_set(wait_s, max(wait_s, LONGEST_WAIT_S))
        self._online, self._greeting, self._is_explained = False, None, False

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
            self._online, self.why = True, ABSENT
            if self.availability and self._outages.found(self.clock()):
                log.info("broker %s:%d found%s", *self.options.address, " again" if self.connects > 1 else "")
            self.on_found()
        else:
            self._acknowledged.append(number)
