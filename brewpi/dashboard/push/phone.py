"""A notice for one device, encrypted and signed (RFC 8291, RFC 8292). The only file that knows pywebpush."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from pydantic import Field
from pywebpush import WebPusher

from brewpi.dashboard.push.devices import Device
from brewpi.dashboard.views.sentences import in_words
from brewpi.hardware.files import read_text, replace_text
from brewpi.outbound import Notice, NotificationOptions, Request

# How long the push service keeps it for a device that is off: an alarm of yesterday is still to be seen.
KEPT_S = {"alarms": 86_400, "questions": 43_200, "milestones": 43_200}
SHOWN, NAMED = 2000, 300  # octets: a message has 4096 at most (RFC 8030, 7.2)


def server_key(file: Path) -> str:
    """The public half of the key that the board signs with, as browsers want it; the file is made if it is not there.
    Raises OSError, or ValueError for a file that holds no such key."""
    if not file.exists():
        new = Vapid02()
        new.generate_keys()
        replace_text(file, new.private_pem().decode())
    try:
        public = Vapid02.from_pem(read_text(file).strip().encode()).public_key
    except (ValueError, TypeError):
        raise ValueError(f"{file}: it is no key of the board; move it away and a new one is made") from None
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).rstrip(b"=").decode()


class Phone(NotificationOptions):
    """The way out to one device. contact: whom its push service may write to about us (RFC 8292, 2.1)."""

    example: ClassVar[str] = ""
    holds: ClassVar[str] = "the key that the board signs with"

    device: Device
    contact: str = Field(min_length=3)

    def secret_problem(self, secret: str) -> str | None:
        """A key in PEM."""
        return None if secret.startswith("-----BEGIN PRIVATE KEY-----") else "it holds no private key"

    def of_notice(self, notice: Notice, secret: str) -> Request | None:
        """A push message of which the push service sees only how long and how urgent it is."""
        if not self.tells(notice):
            return None
        grave, view = notice.severity == "alarm", self.device.view
        lines = (in_words(notice.text, notice.message, view), view.tr(notice.todo))
        fields: dict[str, Any] = {
            "title": _cut(notice.where, NAMED),
            "body": _cut("\n".join(filter(None, lines)), SHOWN),
            # What is over takes the place of what it ends on the screen.
            "tag": _cut(f"{notice.site}/{notice.tank}/{notice.key or notice.id}", NAMED),
            "open": f"/tank/{quote(notice.site, safe='')}/{quote(notice.tank, safe='')}" if notice.tank else "/",
            "stays": grave and not notice.over,
        }
        keys = {"p256dh": self.device.p256dh, "auth": self.device.auth}
        encoded = WebPusher({"endpoint": self.device.endpoint, "keys": keys}).encode(_json(fields))
        return Request(
            self.device.endpoint,
            content=encoded["body"],
            headers={
                **self._signed(secret), "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream",
                "TTL": str(KEPT_S[notice.about]), "Urgency": "high" if grave else "normal",
            },
        )  # fmt: skip

    def _signed(self, secret: str) -> dict[str, str]:
        parts = urlsplit(self.device.endpoint)
        claims = {"sub": self.contact, "aud": f"{parts.scheme}://{parts.netloc}"}
        return dict(Vapid02.from_pem(secret.encode()).sign(claims))


def _json(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode()


def _cut(text: str, octets: int) -> str:
    return text.encode()[:octets].decode(errors="ignore")
