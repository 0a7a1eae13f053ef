"""The header of the Pi with every wire of a config, as an SVG to be printed and hung beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from html import escape

from brewpi.config.options import Config
from brewpi.hardware.header import HEADER
from brewpi.outputs import OutputOptions
from brewpi.sensors import SensorOptions

ROW, TOP, MIDDLE, WIDTH, HALF = 26, 96, 480, 960, 100
LABEL = 50  # letters beside a pin
COLOURS = {"3V3": "#c0392b", "5V": "#c0392b", "GND": "#333"}
USED, UNUSED, SHARED = "#2c6fb0", "#d8d4c8", "#b8860b"


def uses_of(config: Config) -> tuple[dict[str, list[str]], list[str]]:
    """What hangs on each GPIO, and what needs no wire to it: a sentence each."""
    pins: dict[str, list[str]] = defaultdict(list)
    elsewhere: list[str] = []
    for key, options in _plugs(config):
        polarity = "" if getattr(options, "active_high", True) else ", active low"
        own = [pin for pin in options.pins() if pin.startswith("GPIO")]
        for pin in own:
            pins[pin].append(f"{key}: {type(options).__name__}{polarity}")
        for pin, use in options.shares().items():
            if pin.startswith("GPIO"):
                own.append(pin)
                pins[pin].append(f"{key}: {use}")
        if any(pin.startswith("DS18B20") for pin in options.pins()):
            pins["GPIO4"].append(f"{key}: DS18B20, data")
        elif not own:
            elsewhere += [f"{key}: {pin}" for pin in options.pins()]
    return dict(pins), elsewhere


def _plugs(config: Config) -> Iterator[tuple[str, SensorOptions | OutputOptions]]:
    for name, tank in config.tanks.items():
        yield from ((f"{name} {sensor}", options) for sensor, options in tank.sensors.items())
        yield from ((f"{name} {role}", options) for role, options in tank.outputs.items())
    yield from ((f"shared {name}", shared.output) for name, shared in config.shared.items())


def notes_of(config: Config, pins: dict[str, list[str]]) -> list[str]:
    """What the drawing cannot say by itself."""
    notes = [f"{pin}: {'; '.join(uses)}" for pin, uses in pins.items() if len("; ".join(uses)) > LABEL]
    if "GPIO4" in pins:
        notes.append("DS18B20: red 3V3, yellow GPIO4, black GND; one 4.7 kΩ from GPIO4 to 3V3 for all of them.")
    for key, output in _plugs(config):
        if isinstance(output, OutputOptions) and (why := output.on_at_boot()):
            notes.append(f"{key}: {why}.")
    return notes


def wiring(config: Config) -> str:
    """The SVG. Pin 1, where the header is marked with a square, is top left."""
    pins, elsewhere = uses_of(config)
    foot = [*(f"No wire to the header: {text}" for text in elsewhere), *notes_of(config, pins)]
    lines = [line for text in foot for line in _wrapped(text)]
    height = TOP + 20 * ROW + 40 + 18 * len(lines)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="t"'
        ' font-family="system-ui, sans-serif" fill="#222">',
        f'<title id="t">Wiring of {escape(config.site)}: {escape(", ".join(config.tanks))}</title>',
        f'<rect width="{WIDTH}" height="{height}" fill="#fdfcf9"/>',
        f'<text x="{MIDDLE}" y="36" font-size="20" font-weight="600" text-anchor="middle">{escape(config.site)}</text>',
        f'<text x="{MIDDLE}" y="60" font-size="12" text-anchor="middle">SD card and pin 1 (square) at the top</text>',
        f'<rect x="{MIDDLE - HALF}" y="{TOP - 20}" width="{2 * HALF}" height="{20 * ROW + 14}" rx="8" fill="#dcecd8"'
        ' stroke="#55524a"/>',
    ]
    for pin, name in HEADER.items():
        parts += _pin(pin, name, pins.get(name, []))
    for n, line in enumerate(lines):
        parts.append(f'<text x="30" y="{TOP + 20 * ROW + 36 + 18 * n}" font-size="12">{escape(line)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _pin(pin: int, name: str, uses: list[str]) -> list[str]:
    """One pin: a square for the first, its names inside, its wires outside."""
    side = -1 if pin % 2 else 1
    y = TOP + (pin - 1) // 2 * ROW
    x, anchor = MIDDLE + 14 * side, "end" if side < 0 else "start"
    colour = COLOURS.get(name) or (SHARED if len(uses) > 1 else USED if uses else UNUSED)
    shape = (
        f'<rect x="{x - 7}" y="{y - 7}" width="14" height="14" fill="{colour}"/>'
        if pin == 1
        else f'<circle cx="{x}" cy="{y}" r="7" fill="{colour}"/>'
    )
    parts = [
        shape,
        f'<text x="{MIDDLE + 28 * side}" y="{y + 4}" font-size="12" text-anchor="{anchor}">{name}'
        f' <tspan fill="#666" font-size="10">{pin}</tspan></text>',
    ]
    if uses:
        parts += [
            f'<path d="M{MIDDLE + HALF * side} {y}H{MIDDLE + 130 * side}" stroke="{colour}" stroke-width="2"/>',
            f'<text x="{MIDDLE + 136 * side}" y="{y + 4}" font-size="12" text-anchor="{anchor}">'
            f"{escape(_label(uses))}</text>",
        ]
    return parts


def _label(uses: list[str]) -> str:
    """What fits beside the header; the rest is told below it."""
    text = "; ".join(uses)
    return text if len(text) <= LABEL else f"{len(uses)} wires, see below" if len(uses) > 1 else f"{text[:LABEL]}…"


def _wrapped(text: str, width: int = 130) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("   ")
        lines[-1] += f" {word}" if lines[-1] else word
    return lines
