"""Shelly plugs and relays of the second generation on (Plus, Pro, Gen3, Gen4), over MQTT."""

from __future__ import annotations

import json
from typing import ClassVar, Self

from pydantic import Field, model_validator

from brewpi.hardware.plug_context import Message
from brewpi.outputs.network_plug import NetworkPlug, PlugStatus


class Shelly(NetworkPlug):
    """A Shelly's relay: every "on" carries `toggle_after`, after which it switches itself off.

    On its web page: MQTT on, this broker, "RPC status notifications over MQTT" on; `topic` is its MQTT prefix. A first
    generation Shelly (`generation = 1`) has no such word over MQTT and is refused.
    """

    example: ClassVar[str] = 'heat = { kind = "shelly", topic = "shellyplusplugs-80646fd2c5b4" }'

    topic: str = Field(
        pattern=r"^[^#+\s]+$", examples=["shellyplusplugs-80646fd2c5b4"],
        description="its MQTT prefix, as on its own page",
    )
    channel: int = Field(default=0, ge=0, le=15, description="which of its relays; the first is 0")
    generation: int = Field(default=2, ge=1, le=4, description="2 for Plus and Pro, 3 and 4 for those after them")

    @model_validator(mode="after")
    def _falls_off(self) -> Self:
        if self.generation == 1:
            raise ValueError(
                "generation 1 cannot be told over MQTT to switch itself off, and would stay on if we are lost;"
                " take one of a later generation, or one with Tasmota"
            )
        return self

    def label(self) -> str:
        return f"Shelly {self.topic} relay {self.channel}"

    def topics(self) -> tuple[str, ...]:
        """All of it is below its prefix."""
        return (self.topic,)

    def dialect(self) -> Rpc:
        return Rpc(self.topic, self.channel, self.fall_off_s)


class Rpc:
    """Shelly's RPC over MQTT (shelly-api-docs.shelly.cloud, Gen2, "Switch" and "RPC Channels"): a request on
    `<prefix>/rpc`, the answer on `<src>/rpc`. After each order its status is asked for, which says whether the relay is
    on and whether its timer runs."""

    def __init__(self, prefix: str, channel: int, fall_off_s: float) -> None:
        self.prefix, self.channel, self.fall_off_s = prefix, channel, fall_off_s
        self.source = f"{prefix}/brewpi"
        self.topics: tuple[str, ...] = (f"{self.source}/rpc", f"{prefix}/events/rpc")
        self.serial = 0

    def arm(self) -> list[tuple[str, str]]:
        """Every "on" has its own timer."""
        return []

    def on(self) -> list[tuple[str, str]]:
        """On for `fall_off_s`, and what became of it."""
        on = self._ask("Switch.Set", id=self.channel, on=True, toggle_after=self.fall_off_s)
        return [on, self._ask("Switch.GetStatus", id=self.channel)]

    def off(self) -> list[tuple[str, str]]:
        """Off, and what became of it."""
        return [self._ask("Switch.Set", id=self.channel, on=False), self._ask("Switch.GetStatus", id=self.channel)]

    def status_of(self, message: Message) -> PlugStatus:
        """The relay's status, or nothing. One that is on without a timer would stay on for ever."""
        try:
            fields = json.loads(message.payload)
            if message.topic.endswith("/events/rpc"):  # somebody pressed its button, or its timer ran out
                is_off = fields["params"][f"switch:{self.channel}"]["output"] is False
                return PlugStatus(False) if is_off else PlugStatus()
            status = fields["result"]
            if "was_on" in status:
                return PlugStatus(was_on=bool(status["was_on"]))
            if status["id"] != self.channel:
                return PlugStatus()
            on = bool(status["output"])
        except (ValueError, KeyError, TypeError, RecursionError):
            return PlugStatus()
        return PlugStatus(on, "timer_duration" in status if on else None)

    def _ask(self, method: str, **params: object) -> tuple[str, str]:
        self.serial = self.serial % 1_000_000 + 1
        request = {"id": self.serial, "src": self.source, "method": method, "params": params}
        return f"{self.prefix}/rpc", json.dumps(request)
