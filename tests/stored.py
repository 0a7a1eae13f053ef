"""A snapshot as the store gives it back: through JSON, and read as after a power cut."""

from __future__ import annotations

import json
from typing import TypeVar

from brewpi.snapshot import Snapshot

Held = TypeVar("Held", bound=Snapshot)


def stored(snapshot: Held) -> Held:
    kept, skipped = type(snapshot).read(json.loads(snapshot.model_dump_json()))
    assert (skipped.damaged, skipped.unknown) == ([], [])
    return kept
