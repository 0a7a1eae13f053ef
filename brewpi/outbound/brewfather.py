"""Brewfather's custom stream: readings beside the recipe there (docs.brewfather.app, "Custom Stream")."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from brewpi.mqtt.payloads import StatePayload
from brewpi.outbound import OutboundOptions, Request

ADDRESS = "https://log.brewfather.net/stream"


class Brewfather(OutboundOptions):
    """A device a tank, called `SITE-TANK` there. Posts what is measured and fresh every 15 minutes: Brewfather does not
    listen more often. The secret is the id at the end of the custom stream's address (Settings, Power-ups)."""

    example: ClassVar[str] = 'brewfather = { kind = "brewfather", secret_file = "/etc/brewpi/brewfather.id" }'
    holds: ClassVar[str] = "the id of the custom stream"
    every_s: ClassVar[float] = 900.0

    address: str = Field(
        default=ADDRESS, pattern=r"^https?://[^\s?]+$", examples=[ADDRESS], description="of the stream, without its id"
    )

    def secret_problem(self, secret: str) -> str | None:
        """An id, not the address that ends with it."""
        return None if secret.isalnum() else "it holds no id of a stream: only what comes after ?id= in its address"

    def of_state(self, site: str, tank: str, state: StatePayload, secret: str) -> Request | None:
        """Nulls are left out; without gravity and temperature there is nothing to say."""
        measured = {"gravity": "sg", "temp": "beer_c", "ext_temp": "room_c"}
        known = {name: state.measured[row] for name, row in measured.items() if state.measured.get(row) is not None}
        if not known.keys() & {"gravity", "temp"}:
            return None
        name = state.batch.name if state.batch else ""
        body = {"name": f"{site}-{tank}", **known, "gravity_unit": "G", "temp_unit": "C"}
        return Request(f"{self.address}?id={secret}", body | ({"beer": name} if name else {}))
