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

from brewpi.sanitize import clean_text, parse_device_object

LARGEST = 4096  # bytes of a post; an iSpindel sends some 200
LEAST_TOKEN = 12  # characters
DEVICE_EVERY_S = 5.0  # a hydrometer wakes every few minutes; one that is being calibrated every ten seconds
PER_ADDRESS, WRONG_TOKENS = RateLimitItemPerMinute(60), RateLimitItemPerMinute(10)
IN_ALL = RateLimitItemPerMinute(600)
MOST_DEVICES = 200
FIELDS = 40
NAMES = ("name", "id", "device_name", "device_id", "color")  # however they are capitalised
MEASURED = frozenset({
    "gravity", "corr-gravity", "corr_gravity", "specific_gravity", "sg", "temperature", "temp", "temperature_celsius",
})  # fmt: skip


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


@dataclass(slots=True)
class Gate:
    """token: what a device shows. Everything it remembers is bounded."""

    token: str
    devices: dict[str, float] = field(default_factory=dict)
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
        fields = _fields(body)
        tokens = [*shown.values(), *([fields["token"]] if fields and isinstance(fields.get("token"), str) else [])]
        typed = [token.strip().encode("utf-8", "replace") for token in tokens]
        if not any(hmac.compare_digest(one, self.token.encode()) for one in typed):
            MovingWindowRateLimiter(self.storage).hit(WRONG_TOKENS, "wrong", address)
            raise Refused(401, "the token is missing or wrong")
        if fields is None:
            raise Refused(400, "neither a JSON object nor a form")
        return self._post(fields, now)

    def _post(self, fields: dict[str, Any], now: float) -> Post:
        said = {name.lower(): value for name, value in reversed(fields.items())}
        names = (device_name(said.get(name)) for name in NAMES)
        device = next((name for name in names if name is not None), None)
        if device is None:
            raise Refused(400, "the device has no name")
        if said.keys().isdisjoint(MEASURED):
            raise Refused(400, "neither gravity nor temperature is in it")
        last = self.devices.get(device)
        if last is not None and now - last < DEVICE_EVERY_S:
            raise Refused(429, f"{device} posted {now - last:.0f} s ago; once in {DEVICE_EVERY_S:g} s is enough")
        if last is None and len(self.devices) >= MOST_DEVICES:
            raise Refused(429, f"{MOST_DEVICES} devices are known already; restart the receiver to forget them")
        self.devices[device] = now
        kept = {clean_text(name, 40): _plain(value) for name, value in list(fields.items())[:FIELDS] if name != "token"}
        return Post(device, json.dumps(kept, ensure_ascii=False))


def _fields(body: bytes) -> dict[str, Any] | None:
    """Of a JSON object, whatever it is said to be (Arduino's client calls all a form), or of a form, as the Tilt app
    sends it; None of anything else."""
    try:
        return parse_device_object(body, LARGEST)
    except ValueError:
        pass
    try:
        text = body.decode("utf-8").strip()
        return dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=FIELDS)) or None
    except ValueError:
        return None


def device_name(name: object) -> str | None:
    """What a device calls itself, as one level of a topic: a-z, 0-9, - and _."""
    word = re.sub(r"[^a-z0-9_-]+", "-", str(name).lower())[:32].strip("-") if isinstance(name, str | int) else ""
    return word or None


def _plain(value: object) -> object:
    if isinstance(value, str):
        return clean_text(value, 100)
    return value if isinstance(value, int | float | bool) or value is None else None
