"""Which posts get through, and as what.

Time is an argument, but for the windows that `limits` counts in: they are of the wall clock, so one that is set back
makes them longer. A device's own pause is no such window: it has to survive that.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from brewpi.sanitize import both_of_twice, clean_text, in_utf8, parse_device_objects, plain_name

LARGEST = 4096  # bytes of a post; an iSpindel sends some 200
LEAST_TOKEN = 12  # characters
DEVICE_EVERY_S = 5.0  # a hydrometer wakes every few minutes; one that is being calibrated every ten seconds
PER_ADDRESS, WRONG_TOKENS = RateLimitItemPerMinute(60), RateLimitItemPerMinute(10)
IN_ALL = RateLimitItemPerMinute(600)
MOST_DEVICES = 200
FORGOTTEN_S = 3 * 3600.0  # a Pill reports once an hour
UNIT_TOO = ("uom", "scale", "format", "symbol")  # other words for it, beside a number
FIELDS = 40
NAMES = ("name", "id", "devicename", "deviceid", "color")  # as `plain_name` has them
MEASURED = frozenset({"gravity", "corrgravity", "specificgravity", "sg", "temperature", "temp", "temperaturecelsius"})


BINARY = re.compile("[\x00-\x1f]")  # what is packed or in UTF-16 has an "=" as well, but is no form


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """With an HTTP status and a sentence."""

    status: int
    why: str


@dataclass(frozen=True, slots=True)
class Post:
    """What is published: the device's name as part of a topic, and its fields without the token."""

    device: str
    payload: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What a device calls itself, however capitalised, and when it was heard."""

    called: str
    at: float


@dataclass(slots=True)
class Gate:
    """token: what a device shows. Everything it remembers is bounded."""

    token: str
    devices: dict[str, Heard] = field(default_factory=dict)
    storage: MemoryStorage = field(default_factory=MemoryStorage)

    def admit(self, address: str) -> None:
        """Before anything is read: whether this address may ask at all. Raises Refused."""
        limiter = MovingWindowRateLimiter(self.storage)
        if not limiter.test(WRONG_TOKENS, "wrong", address):
            raise Refused(429, "too many wrong tokens from this address; wait a minute")
        # The first asks only: no more addresses are remembered than may post, and one that floods shuts nobody out.
        if not (limiter.test(IN_ALL) and limiter.hit(PER_ADDRESS, "post", address) and limiter.hit(IN_ALL)):
            raise Refused(429, "too many posts; wait a minute")

    def take(self, body: bytes, shown: Mapping[str, str], address: str, now: float) -> Post:
        """The post, if its token is right and it is a hydrometer's. `shown`: tokens outside of the body, by place.
        Raises Refused."""
        if len(body) > LARGEST:
            raise Refused(413, f"more than {LARGEST} bytes")
        try:
            fields, why = _fields(body), ""
        except ValueError as error:
            fields, why = {}, str(error)
        tokens = [*shown.values(), *([fields["token"]] if isinstance(fields.get("token"), str) else [])]
        typed = [token.strip().encode("utf-8", "replace") for token in tokens]
        if not any(hmac.compare_digest(one, self.token.encode()) for one in typed):
            MovingWindowRateLimiter(self.storage).hit(WRONG_TOKENS, "wrong", address)
            unread = f", and if it is in the body: that is {why}" if why and not shown else ""
            raise Refused(401, f"the token is missing or wrong{unread}")
        if why:
            raise Refused(400, f"the body is {why}")
        return self._post(fields, now)

    def _post(self, fields: dict[str, Any], now: float) -> Post:
        said = {plain_name(name): value for name, value in reversed(fields.items())}
        called = next((name for name in map(said.get, NAMES) if device_name(name) is not None), None)
        device = device_name(called)
        if device is None:
            raise Refused(400, "the device has no name; give it one, with a letter a-z or a digit, in its settings")
        measured = [name for name in fields if plain_name(name) in MEASURED]
        if not measured:
            raise Refused(400, "neither gravity nor temperature is in it")
        if all(isinstance(fields[name], list) for name in measured):
            name = clean_text(measured[0].lower(), 40)
            raise Refused(400, f"{name} is not one number but a list, or stands twice in it")
        if len(fields) > FIELDS:
            raise Refused(400, f"more than {FIELDS} fields")
        self._admit_device(device, clean_text(" ".join(str(called).split()).casefold(), 80), now)
        kept = {clean_text(name, 40): _plain(value) for name, value in fields.items() if name.lower() != "token"}
        return Post(device, json.dumps(kept, ensure_ascii=False))

    def _admit_device(self, device: str, called: str, now: float) -> None:
        """One device a topic. Raises Refused."""
        last = self.devices.get(device)
        if last is not None:
            silent_s = now - last.at
            if last.called != called and silent_s < FORGOTTEN_S:
                raise Refused(
                    409,
                    f'"{called}" and "{last.called}" are both {device} here, and would be mixed; give one another name,'
                    " of letters a-z, digits, - and _ that tell it from others (was it renamed, restart the receiver)",
                )
            if silent_s < DEVICE_EVERY_S:
                raise Refused(429, f"{device} posted {silent_s:.0f} s ago; once in {DEVICE_EVERY_S:g} s is enough")
        elif len(self.devices) >= MOST_DEVICES:
            raise Refused(429, f"{MOST_DEVICES} devices are known already; restart the receiver to forget them")
        self.devices[device] = Heard(called, now)


def _fields(body: bytes) -> dict[str, Any]:
    """Of a JSON object, whatever it is said to be (Arduino's client calls all a form), or of a form, as the Tilt app
    sends it. Raises ValueError with what it is else."""
    try:
        first, *others = parse_device_objects(body, LARGEST)
    except ValueError as error:
        return _form(body, str(error))
    if others:
        raise ValueError(f"a list of {len(others) + 1} messages; post each by itself")
    return first


def _form(body: bytes, why: str) -> dict[str, Any]:
    """Raises ValueError; why: it is not JSON."""
    said = in_utf8(body).strip(" \t\r\n\0")
    if BINARY.search(said):
        raise ValueError(f"no form, and {why}")
    parts = [part for part in said.removeprefix("?").split("&") if part]
    # A name without a value is an empty one, but words that nobody calls a form are none.
    text = "&".join(part if "=" in part else f"{part}=" for part in parts) if "=" in "".join(parts) else "&".join(parts)
    try:
        pairs = _pairs(text)
    except ValueError:
        raise ValueError(f"no form, and {why}") from None
    if not pairs:
        raise ValueError("empty")
    return both_of_twice(pairs)


def _pairs(text: str) -> list[tuple[str, str]]:
    """In UTF-8, else in Latin-1, in which %B0 is a degree sign. Raises ValueError."""
    try:
        return parse_qsl(text, True, True, errors="strict", max_num_fields=FIELDS)
    except UnicodeDecodeError:
        return parse_qsl(text, True, True, encoding="latin-1", max_num_fields=FIELDS)


def device_name(name: object) -> str | None:
    """What a device calls itself, as one level of a topic: a-z, 0-9, - and _."""
    word = re.sub(r"[^a-z0-9_-]+", "-", str(name).lower())[:32].strip("-") if isinstance(name, str | int) else ""
    return word or None


def _plain(value: object) -> object:
    if isinstance(value, dict):  # Ubidots' way to write a number; others have its unit beside it
        units = {clean_text(name, 40): _plain(said) for name, said in value.items() if _is_unit(name, said)}
        alone = _plain(said) if not isinstance(said := value.get("value"), dict) else None
        if "value" not in value and not any(isinstance(one, dict) for one in value.values()):  # settings, of units too
            return {clean_text(name, 40): _plain(one) for name, one in list(value.items())[:FIELDS]}
        return {"value": alone, **units} if units else alone
    if isinstance(value, str | list):  # a list is no number, and said to be none where it is read
        return clean_text(str(value), 100)
    return value if isinstance(value, int | float | bool) or value is None else None


def _is_unit(name: str, said: object) -> bool:
    spelled = plain_name(name)
    return isinstance(said, str) and ("unit" in spelled or spelled in UNIT_TOO)
