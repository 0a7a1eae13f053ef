"""From the words of the command line to a running board; every mistake is a sentence."""

from __future__ import annotations

import socket
import time
import tomllib
from pathlib import Path

from brewpi.dashboard.users import Users, users_of
from brewpi.mqtt import Mqtt
from brewpi.mqtt.link import MqttLink

AVAILABILITY = "brewpi-dashboard/availability"  # not below brewpi/: a board is no site
LOCAL = ("127.0.0.1", "localhost", "::1")


class CannotServe(Exception):
    """With the sentence for the one who started it."""


def run(broker: Mqtt, site: str, listen: str, users_file: Path | None) -> None:
    """Serve until Ctrl-C. Raises CannotServe."""
    host, port = address(listen)
    users = read_users(users_file) if users_file else Users()
    if not users.known and host not in LOCAL:
        raise CannotServe(f"--listen {listen}: without --users the board is for this machine only (127.0.0.1)")
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        raise CannotServe(f"--listen {listen}: {error.strerror or error}; choose another port") from None
    try:
        from brewpi.dashboard.web import serve
    except ImportError as error:
        raise CannotServe(f"{error}; install it with pip install 'brewpi-edge[dashboard]'") from None
    link = MqttLink(broker, AVAILABILITY, time.time)
    serve(link, lambda: link.online, site, users, host, port)


def address(listen: str) -> tuple[str, int]:
    """HOST:PORT. Raises CannotServe."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise CannotServe(f"--listen {listen}: give HOST:PORT, such as 127.0.0.1:8080")
    return host.strip("[]"), int(port)


def read_users(file: Path) -> Users:
    """The file of users. Raises CannotServe."""
    try:
        return users_of(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise CannotServe(f"{file.name}: {error}") from None
