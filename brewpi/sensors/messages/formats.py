"""What floating hydrometers send over MQTT: one small function a format, and the table of them.

To add one, write its function from the sender's fields to a `Telegram` and its line in FORMATS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from brewpi.sensors import SensorError
from brewpi.sensors.messages.declared_units import (
    GRAVITY_UNIT_IN,
    GRAVITY_UNITS,
    TEMPERATURE_UNIT_IN,
    TEMPERATURE_UNITS,
    anywhere,
    declared,
    in_name,
)
from brewpi.sensors.messages.payload import Fields
from brewpi.sensors.messages.said_times import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Telegram:
    """What one message says, in the sender's units; None where it says nothing, an error where that is no number."""

    gravity: float | SensorError | None = None
    gravity_unit: str | None = None
    temperature: float | SensorError | None = None
    temperature_unit: str | None = None
    at: tuple[float, ...] = ()  # when it is from; several where days and months can change places
    device: str | None = None  # what tells it from others of its kind
    angle_deg: float | None = None
    battery_v: float | None = None
    battery_pct: float | None = None
    rssi_dbm: float | None = None
    refused: str | None = None  # why the device gives up all of its numbers itself
    names: dict[str, str] = field(default_factory=dict)  # what else it calls its device
    age: Said = field(default_factory=Said)  # how old it is by other names than the format promises
    there: str = ""  # its numbers, where one that is looked for is none of them

    def time_near(self, arrived_at: float) -> float | None:
        """When it is from; of several possible times that next to its arrival."""
        return min(self.at, key=lambda at: abs(at - arrived_at), default=None)


def gravity_unit_of(fields: Fields, *names: str) -> str | None:
    """What a message says of the unit of its gravity, which has one of these names."""
    said = [*_beside(fields, names), *fields.words_like(GRAVITY_UNIT_IN)]
    return declared(said, anywhere(fields.said), GRAVITY_UNITS)


def _temperature_unit(fields: Fields, *names: str) -> str | None:
    in_its_name = in_name(next((name for name in names if fields.word(name) is not None), ""))
    said = [*_beside(fields, names), *fields.words_like(TEMPERATURE_UNIT_IN)]
    return declared(in_its_name or said, anywhere(fields.said), TEMPERATURE_UNITS)


def _beside(fields: Fields, names: tuple[str, ...]) -> list[str]:
    return [word for number in fields.inside(*names) for word in anywhere(number.said)]


def ispindel(fields: Fields) -> Telegram:
    """iSpindel JSON; its gravity is in whatever unit the user's polynomial was fitted to."""
    return Telegram(
        gravity=fields.measured("gravity"),
        gravity_unit=gravity_unit_of(fields, "gravity"),
        temperature=fields.measured("temperature"),
        temperature_unit=_temperature_unit(fields, "temperature"),
        device=fields.word("ID"),
        angle_deg=fields.extra("angle", "tilt"),
        battery_v=fields.extra("battery"),
        rssi_dbm=fields.extra("RSSI"),
    )


def gravitymon(fields: Fields) -> Telegram:
    """GravityMon JSON, `corr-gravity` being its temperature-corrected gravity."""
    # Where it is there, but empty, the other gravity is no stand-in for it: the two differ by points.
    gravity = "corr-gravity" if fields.has("corr-gravity") else "gravity"
    temperature = "temperature", "temp"
    return Telegram(
        gravity=fields.measured(gravity),
        gravity_unit=gravity_unit_of(fields, gravity),
        temperature=fields.measured(*temperature),
        temperature_unit=_temperature_unit(fields, *temperature),
        device=fields.word("ID"),
        angle_deg=fields.extra("angle"),
        battery_v=fields.extra("battery"),
        rssi_dbm=fields.extra("RSSI"),
    )


def tiltbridge(fields: Fields) -> Telegram:
    """TiltBridge, one topic for each colour; it quotes its numbers and stamps them in Unix seconds."""
    return Telegram(
        gravity=fields.measured("SG"),
        gravity_unit=gravity_unit_of(fields, "SG"),
        temperature=fields.measured("Temp"),
        temperature_unit=_temperature_unit(fields, "Temp"),
        at=fields.times("timeStamp"),
        device=fields.word("Color"),
    )


def rapt(fields: Fields) -> Telegram:
    """RAPT Pill as its portal's or a gateway's JSON; some send 1.0123, some 1012.3 (`unit = "sg1000"`)."""
    gravity = "gravity", "specific_gravity"
    temperature = "temperature", "temp", "temperature_celsius"
    return Telegram(
        gravity=fields.measured(*gravity),
        gravity_unit=gravity_unit_of(fields, *gravity),
        temperature=fields.measured(*temperature),
        temperature_unit=_temperature_unit(fields, *temperature),
        at=fields.times("created_date", "created_on", "timestamp"),
        device=fields.word("device_id", "device_name"),
        battery_pct=fields.extra("battery"),
        rssi_dbm=fields.extra("rssi"),
    )


def brewfather(fields: Fields) -> Telegram:
    """Brewfather's custom stream, as many devices and gateways send it (`brewpi receiver` takes it)."""
    return Telegram(
        gravity=fields.measured("gravity"),
        gravity_unit=gravity_unit_of(fields, "gravity"),
        temperature=fields.measured("temp"),
        temperature_unit=_temperature_unit(fields, "temp"),
        device=fields.word("name"),
        battery_v=fields.extra("battery"),
    )


@dataclass(frozen=True, slots=True)
class Format:
    """A parser, what it tells beside gravity and temperature, and whether its gravity says its own unit."""

    parse: Callable[[Fields], Telegram]
    extras: tuple[str, ...] = ()
    says_unit: bool = False
    by_field: frozenset[str] = frozenset()  # a topic of its own for each of these fields


ISPINDEL_FIELDS = frozenset({"gravity", "temperature", "temp_units", "angle", "tilt", "battery", "RSSI"})
FORMATS: dict[str, Format] = {
    "ispindel": Format(ispindel, ("angle_deg", "battery_v", "rssi_dbm")),
    "ispindel_fields": Format(ispindel, ("angle_deg", "battery_v", "rssi_dbm"), by_field=ISPINDEL_FIELDS),
    "gravitymon": Format(gravitymon, ("angle_deg", "battery_v", "rssi_dbm"), says_unit=True),
    "brewfather": Format(brewfather, ("battery_v",), says_unit=True),
    "tiltbridge": Format(tiltbridge, says_unit=True),
    "rapt": Format(rapt, ("battery_pct", "rssi_dbm")),
}
LAST_FIELD = "RSSI"  # iSpindel and GravityMon publish it after all others
