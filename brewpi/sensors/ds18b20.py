"""DS18B20 probe on the kernel's 1-wire bus: the temperature of the beer, or of glycol or room."""

from __future__ import annotations

import os
import re
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from brewpi.hardware.plug_context import PlugContext
from brewpi.records import Reading
from brewpi.sensors import FailureDebounce, SensorError, SensorOptions

POWER_ON_C = 85.0  # Maxim DS18B20 datasheet, "Scratchpad": the register before the first conversion
ABSENT_C = -127.0  # what the common Arduino library sends for a probe that does not answer


class Ds18b20(SensorOptions):
    """A DS18B20 in the tank's thermowell, found by its number: `ls /sys/bus/w1/devices` lists them.

    A read takes 0.75 s on the bus (12-bit conversion), so many probes want a longer `every_s`.
    """

    example: ClassVar[str] = 'beer = { kind = "ds18b20", id = "28-0316a2794eff", offset_c = -0.25 }'

    every_s: float = Field(default=10.0, ge=1.0, le=86_400.0, description="seconds between reads")
    id: str = Field(
        pattern=r"^28-[0-9a-f]{12}$", examples=["28-0316a2c1d4ff"],
        description="number of the probe, as in /sys/bus/w1/devices",
    )
    measure: Literal["beer_c", "room_c", "glycol_c"] = Field(default="beer_c", description="what it is in")
    offset_c: float = Field(
        default=0.0, ge=-5.0, le=5.0, description="added to each reading: 0 minus what it shows in melting ice"
    )

    @field_validator("id", mode="before")
    @classmethod
    def _as_the_kernel_spells_it(cls, value: Any) -> Any:
        """Of another spelling the right one is said. owfs (28.FF4E79A21603) and Arduino sketches (with the checksum
        behind it) list the bytes as they come over the wire, the lowest first; the kernel begins with the highest."""
        plain = value.strip().lower() if isinstance(value, str) else ""
        same = re.fullmatch(r"(?:28[-_ ]?)?([0-9a-f]{12})", plain)
        if same and value != f"28-{same[1]}":
            raise ValueError(f'should have the pattern of the Pi\'s own list: "28-{same[1]}"')
        if wired := re.fullmatch(r"28(?:\.([0-9a-f]{12})(?:\.?[0-9a-f]{2})?|([0-9a-f]{12})[0-9a-f]{2})", plain):
            highest_first = bytes.fromhex(wired[1] or wired[2])[::-1].hex()
            raise ValueError(f'lists the bytes in the order of the wire; the Pi calls this probe "28-{highest_first}"')
        return value

    def measures(self) -> tuple[str, ...]:
        return (self.measure,)

    def pins(self) -> tuple[str, ...]:
        """The probe itself: one of them is in one tank."""
        return (f"DS18B20 {self.id}",)

    def open(self, context: PlugContext) -> Ds18b20Probe:
        """Find the probe on the bus. Raises SensorError."""
        # Without this the import runs modprobe, which only root may, and waits a second for it.
        os.environ.setdefault("W1THERMSENSOR_NO_KERNEL_MODULE", "1")
        try:
            import w1thermsensor
        except ImportError:
            raise SensorError("DS18B20 needs the `pi` extra: pip install 'brewpi-edge[pi]'") from None
        sensor = w1thermsensor.W1ThermSensor
        if not sensor.BASE_DIRECTORY.is_dir():
            raise SensorError(
                "there is no 1-wire bus; add dtoverlay=w1-gpio to /boot/firmware/config.txt and reboot"
            )
        try:
            device = sensor(w1thermsensor.Sensor.DS18B20, self.id.removeprefix("28-"))
        except w1thermsensor.NoSensorFoundError:
            others = ", ".join(sorted(f"28-{s.id}" for s in sensor.get_available_sensors(["DS18B20"])))
            raise SensorError(f"no DS18B20 {self.id} on the bus; it has {others or 'none'}") from None
        return Ds18b20Probe(device, self, w1thermsensor)


class Ds18b20Probe:
    """One temperature in °C, or none."""

    def __init__(self, device: Any, options: Ds18b20, library: Any) -> None:
        self.device = device
        self.options = options
        self.library = library
        self.debounce = FailureDebounce()

    def read(self, now: float) -> list[Reading]:
        """85.0 is the power-on value and -127 an absent probe, neither is a temperature. A bad checksum happens."""
        try:
            celsius = float(self.device.get_temperature())
        except self.library.NoSensorFoundError:
            raise SensorError(f"DS18B20 {self.options.id} is gone; check its cable and plug") from None
        except self.library.ResetValueError:
            celsius = POWER_ON_C
        except self.library.W1ThermSensorError:
            return self.debounce.lost("DS18B20 answers with bad checksums; check its cable and 4.7 kΩ pull-up")
        if celsius == POWER_ON_C:
            return self.debounce.lost("DS18B20 says 85 °C, its power-on value; check its supply voltage")
        if celsius == ABSENT_C:
            return self.debounce.lost("DS18B20 says -127 °C, which means no probe; check its cable and plug")
        self.debounce.found()
        return [Reading(now, self.options.measure, celsius + self.options.offset_c)]

    def close(self) -> None:
        """The kernel keeps the bus; nothing to let go of."""
