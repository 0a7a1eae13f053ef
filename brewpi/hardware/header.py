"""The 40 pins of a Raspberry Pi's header (raspberrypi.com, "GPIO and the 40-pin header"), the same since the B+."""

from __future__ import annotations

from collections.abc import Mapping

_ROWS = """
3V3    5V
GPIO2  5V
GPIO3  GND
GPIO4  GPIO14
GND    GPIO15
GPIO17 GPIO18
GPIO27 GND
GPIO22 GPIO23
3V3    GPIO24
GPIO10 GND
GPIO9  GPIO25
GPIO11 GPIO8
GND    GPIO7
GPIO0  GPIO1
GPIO5  GND
GPIO6  GPIO12
GPIO13 GND
GPIO19 GPIO16
GPIO26 GPIO20
GND    GPIO21
"""
HEADER: Mapping[int, str] = dict(enumerate(_ROWS.split(), start=1))  # pin on the header -> name; odd pins on the left
RESERVED: Mapping[str, str] = {
    "GPIO0": "EEPROM of a HAT", "GPIO1": "EEPROM of a HAT", "GPIO2": "I2C data", "GPIO3": "I2C clock",
    "GPIO4": "1-wire", "GPIO14": "serial console", "GPIO15": "serial console",
}  # fmt: skip
HIGH_AT_BOOT = frozenset(f"GPIO{number}" for number in range(9))  # pulled up until somebody says otherwise


def pin_of(name: str) -> int:
    """Where a name is on the header; of several (GND) the first. Raises KeyError."""
    return next(pin for pin, known in HEADER.items() if known == name)


def header_drawing(uses: Mapping[str, str]) -> str:
    """The header as text, with what each pin is used for; the 3V3 end is on top."""
    lines = []
    for left in range(1, 41, 2):
        names = HEADER[left], HEADER[left + 1]
        notes = [uses.get(name) or (f"({RESERVED[name]})" if name in RESERVED else "") for name in names]
        lines.append(f"{notes[0]:>34}  {names[0]:>6} {left:>2} | {left + 1:<2} {names[1]:<6}  {notes[1]}".rstrip())
    return "\n".join(lines)


def on_while_booting(pin: int, active_high: bool) -> str | None:
    """That a relay on this GPIO is on until a program sets it, and what to do about it; None where it is off."""
    if active_high != (f"GPIO{pin}" in HIGH_AT_BOOT):
        return None
    level, other = ("high", "low") if active_high else ("low", "high")
    return (
        f"GPIO{pin} is {level} while the Pi boots, and this relay is on with it {level}."
        f" Take a pin that is {other} then, or set it in config.txt (gpio={pin}=op,d{other[0]})"
    )
