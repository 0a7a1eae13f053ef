"""paho's client as this project wants it: what it is told of account and TLS, and a thread that nothing ends."""

from __future__ import annotations

import logging
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion

from brewpi.hardware.files import read_text
from brewpi.mqtt import Mqtt
from brewpi.mqtt.reachability import ANSWER_S, unreadable

AFTER_NONSENSE_S = 1.0
AUTHORITIES = Path("/etc/ssl/certs")  # the system's

log = logging.getLogger(__name__)


def password_of(options: Mqtt) -> str | None:
    """For the account; None where the config names no file. Raises Unasked."""
    file = options.password_file
    if file is None:
        return None
    try:
        return read_text(file).strip()
    except (OSError, ValueError) as error:  # no text, or no path
        raise unreadable("password_file", file, error) from None


def prepare(client: paho.Client, options: Mqtt, password: str | None) -> None:
    """Account, and TLS with the broker's certificate checked. Raises Unasked."""
    if options.username:
        client.username_pw_set(options.username, password)
    if options.tls:
        try:
            client.tls_set(ca_certs=str(options.ca_file) if options.ca_file else None, cert_reqs=ssl.CERT_REQUIRED)
        except (OSError, ValueError) as error:  # ssl.SSLError is one
            raise unreadable("ca_file", options.ca_file or AUTHORITIES, error) from None


class PahoClient(paho.Client):
    """paho's client, whose thread outlives whatever a broker sends, and knows of one that sends nothing."""

    def __init__(self, client_id: str = "", is_told_why: bool = False) -> None:
        """is_told_why: speaks MQTT 5, in which a broker says what it refuses; else 3.1.1, which they all know."""
        protocol = MQTTProtocolVersion.MQTTv5 if is_told_why else MQTTProtocolVersion.MQTTv311
        cleans = None if is_told_why else True  # in MQTT 5 a session ends with its connection
        super().__init__(CallbackAPIVersion.VERSION2, client_id=client_id, clean_session=cleans, protocol=protocol)
        self.on_silence: Callable[[], None] = lambda: None
        self.on_nonsense: Callable[[], None] = lambda: None
        self.on_attempt: Callable[[], None] = lambda: None  # before each attempt to connect
        self._asked_s: float | None = None  # when a connection was opened whose broker has not yet answered

    def reconnect(self) -> MQTTErrorCode:
        """As paho's, for which text that can be no host's name ends the thread."""
        self.on_attempt()
        try:
            done = super().reconnect()
        except UnicodeError as error:
            raise socket.gaierror(socket.EAI_NONAME, "it can be no host's") from error
        self._asked_s = time.monotonic()
        return done

    def loop_stop(self) -> MQTTErrorCode:
        """As paho's, which fails if its thread ends, and forgets itself, between its look and its wait."""
        with suppress(AttributeError):
            return super().loop_stop()
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def loop_misc(self) -> MQTTErrorCode:
        """As paho's; it comes by about once a second."""
        if self._asked_s is not None and (self.is_connected() or time.monotonic() - self._asked_s > ANSWER_S):
            self._asked_s = None
            if not self.is_connected():
                self.on_silence()
        return super().loop_misc()

    def loop_forever(self, timeout: float = 1.0, retry_first_connection: bool = False) -> MQTTErrorCode:
        """As paho's, which ends at a packet that it cannot read, and with it every message for ever."""
        while True:
            try:
                return super().loop_forever(timeout, retry_first_connection)
            except Exception as error:
                log.debug("the broker sent what no broker sends (%s: %s)", type(error).__name__, error)
                self.on_nonsense()
                self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_PROTOCOL)  # closes the connection, and says so
                time.sleep(AFTER_NONSENSE_S)
