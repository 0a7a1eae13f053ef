"""Which devices are told, whose they are, and of what: a file for its owner alone, written by the board."""

from __future__ import annotations

import hashlib
import logging
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from brewpi.dashboard.views.units import Units
from brewpi.hardware.files import read_bytes, replace_text
from brewpi.outbound import Topic
from brewpi.outbound.hours import are_times

# Of Chrome and its kin, Firefox, Edge, Safari. The board posts to nobody else because a page asks it to.
SERVICES = ("fcm.googleapis.com", "push.services.mozilla.com", "notify.windows.com", "push.apple.com")
LARGEST = 2**20  # bytes of the file
EACH, ALL = 10, 200  # devices of one person, of everybody

log = logging.getLogger("brewpi")


class UnknownService(Exception):
    """The host of an endpoint that is no push service."""


class TooMany(Exception):
    """As many devices as are told already are enough."""


def _key(octets: int) -> BeforeValidator:
    """Base64url of so many octets, as browsers say their keys."""

    def check(text: object) -> object:
        if not isinstance(text, str) or len(urlsafe_b64decode(text + "=" * (-len(text) % 4))) != octets:
            raise ValueError(f"it is no key of {octets} octets")
        return text

    return BeforeValidator(check)


Times = Annotated[tuple[Annotated[str, Field(max_length=60)], ...], Field(max_length=10), AfterValidator(are_times)]


class Device(BaseModel):
    """A browser on one telephone. endpoint: where its push service takes messages, known to nobody else; p256dh, auth:
    its public key and secret (RFC 8291); tell, quiet, on_duty: as for every way out; language, plato, fahrenheit: how
    the page was read from which it asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    endpoint: str = Field(max_length=1000, pattern=r"^https://[^\s\\@#]+$")
    p256dh: Annotated[str, _key(65)]
    auth: Annotated[str, _key(16)]
    who: str = Field(max_length=40)
    tell: tuple[Topic, ...] = Field(default=("alarms",), min_length=1, max_length=3)
    warnings: bool = True
    quiet: Times = ()
    on_duty: Times = ()
    language: str = Field(default="en", max_length=5)
    plato: bool = False
    fahrenheit: bool = False

    @property
    def view(self) -> Units:
        """Language and units of what it is told."""
        return Units(self.plato, self.fahrenheit, self.language)

    @property
    def id(self) -> str:
        """Of the endpoint, and says nothing about it."""
        return hashlib.sha256(self.endpoint.encode()).hexdigest()[:16]


TABLE = TypeAdapter(list[Device])


def is_push_service(endpoint: str, more: tuple[str, ...] = ()) -> bool:
    """Whether it is an address of a known push service, or of one of those named beside them as HOST or HOST:PORT."""
    parts = urlsplit(endpoint)
    if parts.scheme != "https" or parts.username is not None:
        return False
    if parts.netloc.lower() in more:
        return True
    host = parts.netloc.lower().removesuffix(":443")
    return any(host == service or host.endswith(f".{service}") for service in SERVICES)


class Devices:
    """All of the file. more_services: other push services than those of the usual browsers."""

    def __init__(self, file: Path, more_services: tuple[str, ...] = ()) -> None:
        self.file, self.more_services = file, more_services
        self._known: dict[str, Device] = {one.id: one for one in self._read()}

    def _read(self) -> list[Device]:
        try:
            return TABLE.validate_json(read_bytes(self.file, LARGEST))
        except FileNotFoundError:
            return []
        except (OSError, ValidationError) as error:
            log.warning("%s cannot be read (%s): no device is told until it asks anew", self.file, type(error).__name__)
            return []

    def __iter__(self) -> Iterator[Device]:
        return iter(list(self._known.values()))

    def get(self, id_: str) -> Device | None:
        return self._known.get(id_)

    def add(self, device: Device) -> None:
        """Told from now on; the same device again: as it says now. Raises UnknownService, TooMany, OSError."""
        if not is_push_service(device.endpoint, self.more_services):
            raise UnknownService(urlsplit(device.endpoint).netloc)
        others = [one for one in self if one.id != device.id]
        if len(others) >= ALL or sum(one.who == device.who for one in others) >= EACH:
            raise TooMany
        self._write([*others, device])

    def remove(self, id_: str) -> None:
        """Told no more. Raises OSError."""
        if id_ in self._known:
            self._write([one for one in self if one.id != id_])

    def _write(self, devices: list[Device]) -> None:
        replace_text(self.file, TABLE.dump_json(devices, indent=1).decode())
        self._known = {one.id: one for one in devices}
