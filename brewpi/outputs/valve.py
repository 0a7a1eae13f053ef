"""A drain valve, closed without power: what empties a tank."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from brewpi.outputs.relay import Relay


class Valve(Relay):
    """A normally closed valve behind a relay or solid-state relay, for the role `drain`.

    It must shut by itself when its power goes (spring return): software that dies cannot close a valve. A valve that
    is driven both ways is none for this place.
    """

    example: ClassVar[str] = 'drain = { kind = "valve", pin = 24 }'
    roles: ClassVar[tuple[str, ...]] = ("drain",)

    max_run_s: float = Field(
        default=3600.0, ge=10.0, le=172_800.0, description="closed and alarmed after this long open"
    )
