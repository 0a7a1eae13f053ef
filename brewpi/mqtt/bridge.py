"""A site's broker, bridged to a central one: Mosquitto's own bridge, and the rules of the centre. Pure text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from brewpi.mqtt.client_ids import proven

# What leaves a site. Commands and their topics are not among it, so nothing goes round in a circle.
REPORTED = ("availability", "scorecard", "model", "+/state", "+/forecast", "+/event", "+/ack")
DRAWN = ("+/curve", "+/what_if")  # retained, large and soon said again: not worth a place in the queue
COMMANDS = "+/command/#"
PORT = 8883  # MQTT over TLS
NAME = re.compile(r"^[a-z0-9][a-z0-9_-]*$")


class BadBridge(ValueError):
    """Something that cannot be a bridge; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """One site's way to the centre. operators: who may command the site from there; none means that nobody may.

    Raises BadBridge for names that would not stay within their line.
    """

    site: str
    address: str
    username: str
    password: str
    ca_file: str
    operators: Sequence[str] = ()

    def __post_init__(self) -> None:
        for what, word in (("site", self.site), ("user", self.username), *(("operator", o) for o in self.operators)):
            if not NAME.match(word):
                raise BadBridge(f'{what} "{word}": made of a-z, 0-9, - and _')
        if not re.match(r"^[\w.\-]+(:\d{1,5})?$", self.address):
            raise BadBridge(f'"{self.address}" is no address; say HOST or HOST:PORT')
        if not 0 < int(self.address.rpartition(":")[2] if ":" in self.address else PORT) < 65_536:
            raise BadBridge(f'"{self.address}": a port is 1 to 65535, with TLS mostly {PORT}')
        for what, text in (("password", self.password), ("ca_file", self.ca_file)):
            if not text or re.search(r"[\x00-\x1f]", text) or text != text.strip():
                raise BadBridge(f"the {what} is empty, or has spaces around it or line breaks in it")
        if self.username in self.operators:
            raise BadBridge(f'"{self.username}" is the site itself; an operator has an account of their own')

    def for_site(self) -> str:
        """For the site's Mosquitto, /etc/mosquitto/conf.d/brewpi-bridge.conf: it holds a password.

        Persistent, so that what is said while the line is cut waits in the broker and arrives in order, up to its
        `max_queued_messages`: a tank says some 800 an hour at a tick of 5 s.
        """
        base = f"brewpi/{self.site}/"
        address = self.address if ":" in self.address else f"{self.address}:{PORT}"
        lines = [
            f"connection brewpi-{self.site}",
            f"address {address}",
            f"bridge_cafile {self.ca_file}",
            "bridge_insecure false",
            f"remote_clientid {proven(f'brewpi-{self.site}', self.password)}",
            f"local_clientid {proven(f'brewpi-bridge-{self.site}', self.password)}",
            f"remote_username {self.username}",
            f"remote_password {self.password}",
            "bridge_protocol_version mqttv311",
            "cleansession false",
            "start_type automatic",
            "restart_timeout 2 30",
            "keepalive_interval 30",
            "try_private true",
            f"notification_topic {base}bridge",
            *(f"topic {topic} out 1 {base} {base}" for topic in REPORTED),
            *(f"topic {topic} out 0 {base} {base}" for topic in DRAWN),
        ]
        if self.operators:
            lines.append(f"topic {COMMANDS} in 1 {base} {base}")
        return "\n".join(lines) + "\n"

    def for_centre(self) -> str:
        """For the central Mosquitto's ACL file: the site writes what is its own and nothing else, operators command."""
        base = f"brewpi/{self.site}/"
        lines = [f"user {self.username}"]
        lines += [f"topic write {base}{topic}" for topic in (*REPORTED, *DRAWN, "bridge")]
        if self.operators:
            lines.append(f"topic read {base}{COMMANDS}")
        for operator in self.operators:
            lines += ["", f"user {operator}", f"topic read {base}#", f"topic write {base}{COMMANDS}"]
        return "\n".join(lines) + "\n"
