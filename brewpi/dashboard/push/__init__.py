"""Alarms on telephones and computers by the browser's own push service (RFC 8030), sent by the board itself.

Who is signed in lets a device be told; what it is told is encrypted for that device (RFC 8291), so the push service of
its maker carries it without reading it. Filter, queue and patience are those of `brewpi outbound`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

KEY, DEVICES, MEMORY = "push-key.pem", "push-devices.json", "push-memory.json"


@dataclass(frozen=True, slots=True)
class PushOptions:
    """folder: of the files above; contact: whom push services may write to; public_key: of the key in the folder;
    more_services: push services beside those of the usual browsers, as HOST or HOST:PORT."""

    folder: Path
    contact: str
    public_key: str
    more_services: tuple[str, ...] = ()
