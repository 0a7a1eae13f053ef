"""What no single table can know of the broker: sensors that would hear brewpi itself, accounts that are half there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from brewpi.config.options import Config
from brewpi.hardware.files import read_text, told, why_unreadable
from brewpi.mqtt import Mqtt
from brewpi.mqtt.signing import BadKeys, read_keys
from brewpi.toml_text import dotted

TLS_PORT, OPEN_PORT = 8883, 1883


def own_topics(config: Config) -> Iterator[str]:
    """Sensors that take what this site says for a measurement: it would be fresh for as long as brewpi runs."""
    own = f"brewpi/{getattr(config, 'site', None)}/"  # where the site is missing, that is said by itself
    for name, tank in config.tanks.items():
        for plug, options in tank.sensors.items():
            for topic in options.topics():
                if topic.startswith(own):
                    yield (
                        f"{dotted('tanks', name, 'sensors', plug)}.topic: {topic} is what brewpi itself says, which is"
                        " no measurement; name the topic of the device"
                    )


def account_remarks(mqtt: Mqtt) -> Iterator[str]:
    """What a broker that knows accounts, or TLS, would not take."""
    if mqtt.username and not mqtt.password_file:
        yield (
            f"mqtt: username {mqtt.username} has no password_file; a broker that knows accounts refuses it. Name the"
            " file that holds its password"
        )
    if mqtt.port == TLS_PORT and not mqtt.tls:
        yield f"mqtt.port: {TLS_PORT} is the port for TLS, and tls is not set; add tls = true, or take {OPEN_PORT}"
    if mqtt.port == OPEN_PORT and mqtt.tls:
        yield f"mqtt.port: {OPEN_PORT} is the port without TLS, and tls is set; leave port out, or take {TLS_PORT}"


def file_remarks(mqtt: Mqtt) -> Iterator[str]:
    """Files that cannot be read here."""
    yield from _key_remarks(mqtt.command_keys)
    yield from _file_remark("password_file", mqtt.password_file)
    yield from _file_remark("ca_file", mqtt.ca_file)


def _file_remark(option: str, file: Path | None) -> Iterator[str]:
    if file is not None:
        try:
            read_text(file)
        except (OSError, ValueError) as error:  # no text, or no path
            why = why_unreadable(error)
            name = told(file)
            yield f"mqtt.{option}: {name} cannot be read here ({why}); the user that runs brewpi has to be able to"


def _key_remarks(file: Path | None) -> Iterator[str]:
    if file is not None:
        try:
            read_keys(file)
        except BadKeys as error:
            yield f"mqtt.command_keys: {error}; nothing but STOP would be obeyed"
