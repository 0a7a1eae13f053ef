"""Plugs and relays with Tasmota, over MQTT."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from pydantic import Field

from brewpi.hardware.plug_context import Message
from brewpi.outputs.network_plug import NetworkPlug, PlugStatus


class Tasmota(NetworkPlug):
    """A relay of a Tasmota device: its `PulseTime` is set and read back before it is ever switched on, and every "on"
    begins it anew.

    The device keeps Tasmota's usual full topic, `%prefix%/%topic%/`.
    """

    example: ClassVar[str] = 'cool = { kind = "tasmota", topic = "glycol", compressor = true }'

    topic: str = Field(
        pattern=r"^[^#+\s/]+$", examples=["tasmota_4F2A1B"], description='the device\'s "Topic", as on its own page'
    )
    channel: int = Field(default=1, ge=1, le=8, description="which of its relays; the first is 1")

    def label(self) -> str:
        """Topic and relay."""
        return f"Tasmota {self.topic} relay {self.channel}"

    def topics(self) -> tuple[str, ...]:
        """Orders, and answers."""
        return f"cmnd/{self.topic}", f"stat/{self.topic}"

    def dialect(self) -> Commands:
        return Commands(self.topic, self.channel, self.fall_off_s)


class Commands:
    """Tasmota's MQTT commands (tasmota.github.io/docs/Commands, "PulseTime", "Power"): orders on `cmnd/<topic>/`,
    answers on `stat/<topic>/RESULT`. PulseTime counts tenths of a second up to 111, above that seconds from 100."""

    def __init__(self, topic: str, channel: int, fall_off_s: float) -> None:
        self.topic, self.channel = topic, channel
        self.pulse_time = 100 + round(fall_off_s)
        self.topics: tuple[str, ...] = (f"stat/{topic}/RESULT",)

    def arm(self) -> list[tuple[str, str]]:
        """Set the timer; the answer says what it is set to."""
        return [(f"cmnd/{self.topic}/PulseTime{self.channel}", str(self.pulse_time))]

    def on(self) -> list[tuple[str, str]]:
        """On; the timer begins anew. It is set again before, in case the device was reset meanwhile."""
        return [*self.arm(), (f"cmnd/{self.topic}/Power{self.channel}", "ON")]

    def off(self) -> list[tuple[str, str]]:
        return [(f"cmnd/{self.topic}/Power{self.channel}", "OFF")]

    def status_of(self, message: Message) -> PlugStatus:
        """What its timer is set to, or whether it is on."""
        try:
            fields = json.loads(message.payload)
            pulse = fields.get(f"PulseTime{self.channel}")
            power = fields.get(f"POWER{self.channel}", fields.get("POWER") if self.channel == 1 else None)
        except (ValueError, AttributeError, RecursionError):
            return PlugStatus()
        on = {"ON": True, "OFF": False}.get(str(power).upper())  # another word (StateText) is not known to be either
        return PlugStatus(on, None if pulse is None else self._set_to(pulse))

    def _set_to(self, pulse: Any) -> bool:
        """{"Set": 160, "Remaining": 0}; up to Tasmota 12 a text such as "160 (Active)"."""
        value = pulse.get("Set") if isinstance(pulse, dict) else str(pulse).partition(" ")[0]
        return str(value) == str(self.pulse_time)
