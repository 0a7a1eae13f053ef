"""What is around: probes on the 1-wire bus, hydrometers on the air and on the broker, free pins. Each found thing is a
line of TOML that can be pasted into a config."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from brewpi.config.options import Config
from brewpi.hardware.ble import BleError, Broadcast, Scanner
from brewpi.hardware.header import header_drawing
from brewpi.mqtt import Mqtt
from brewpi.mqtt.once import BrokerError, receive
from brewpi.offline.wiring import uses_of
from brewpi.quantities import QUANTITIES
from brewpi.sensors import SensorError
from brewpi.sensors.bluetooth import FrameError, Sighting
from brewpi.sensors.gravitymon import decode as gravitymon
from brewpi.sensors.inkbird import decode as inkbird
from brewpi.sensors.messages.declared_units import GRAVITY_UNITS, meant
from brewpi.sensors.messages.formats import FORMATS, gravity_unit_of
from brewpi.sensors.messages.payload import Fields, number, plain_text
from brewpi.sensors.rapt_pill import decode as rapt_pill
from brewpi.sensors.tilt import decode as tilt
from brewpi.toml_text import dotted

ONE_WIRE = Path("/sys/bus/w1/devices")
DECODERS = {"tilt": tilt, "rapt_pill": rapt_pill, "gravitymon": gravitymon, "inkbird": inkbird}


@dataclass(frozen=True, slots=True)
class Found:
    """One device: its line for a config, and what it says now."""

    line: str
    says: str
    mark: str  # what names it in a config, to tell those that are there already


def one_wire(folder: Path = ONE_WIRE) -> Iterator[Found]:
    """Every DS18B20 with its temperature."""
    for device in sorted(folder.glob("28-*")):
        try:
            says = f"{int((device / 'temperature').read_text()) / 1000.0:.2f} °C"
        except (OSError, ValueError):
            says = "gives no temperature; check its cable and the 4.7 kΩ pull-up"
        yield Found(f'beer = {{ kind = "ds18b20", id = "{device.name}" }}', says, device.name)


def bluetooth(scanner: Scanner, listen_s: float) -> Iterator[Found]:
    """Every hydrometer and thermometer that broadcasts within the time. Raises BleError."""
    subscription = scanner.subscribe(lambda broadcast: _sighting(broadcast) is not None)
    newest: dict[tuple[str, str], tuple[str, Sighting, Broadcast]] = {}
    try:
        end = time.monotonic() + listen_s
        while time.monotonic() < end:
            time.sleep(0.2)
            for broadcast in subscription.take():
                if (sighted := _sighting(broadcast)) is not None:
                    newest[sighted[0], broadcast.address] = (*sighted, broadcast)
        if scanner.trouble:
            raise BleError(scanner.trouble)
    finally:
        scanner.unsubscribe(subscription)
    colours = [sighting.device for kind, sighting, _ in newest.values() if kind == "tilt"]
    for kind, sighting, broadcast in newest.values():
        address = f'address = "{broadcast.address}"'
        match kind:
            case "tilt":
                twin = f", {address}" if colours.count(sighting.device) > 1 else ""
                line, mark = f'color = "{sighting.device}"{twin}', f"Tilt {sighting.device}"
            case "gravitymon":
                line, mark = f'id = "{sighting.device.lstrip("0")}"', f"GravityMon {sighting.device.lstrip('0')}"
            case _:
                line, mark = address, broadcast.address
        name = "room" if kind == "inkbird" else "gravity"
        yield Found(f'{name} = {{ kind = "{kind}", {line} }}', _says(sighting, broadcast), mark)


def _sighting(broadcast: Broadcast) -> tuple[str, Sighting] | None:
    """The kind and what it says; any Eddystone beacon looks like a GravityMon, but has no gravity that could be one."""
    for kind, decode in DECODERS.items():
        try:
            sighting = decode(broadcast)
        except FrameError:
            continue
        if sighting is not None and (sighting.sg is None or QUANTITIES["sg"].refusal(sighting.sg) is None):
            return kind, sighting
    return None


def _says(sighting: Sighting, broadcast: Broadcast) -> str:
    parts = [f"{sighting.sg:.4f} SG"] if sighting.sg is not None else []
    parts += [f"{sighting.celsius:.1f} °C"] if sighting.celsius is not None else []
    parts += [f"{broadcast.address}"] + ([f"{broadcast.rssi_dbm:.0f} dBm"] if broadcast.rssi_dbm is not None else [])
    return ", ".join(parts)


def on_broker(options: Mqtt, listen_s: float) -> Iterator[Found]:
    """Every topic that looks like a hydrometer within the time. Raises BrokerError."""
    fields: dict[str, dict[str, str]] = {}
    seen: dict[str, Fields] = {}
    for message in receive(options, ["#"], listen_s):
        base, _, field = message.topic.rpartition("/")
        if re.search(r'[#+"\\\x00-\x1f]', message.topic) or message.topic.startswith(("brewpi/", "homeassistant/")):
            continue
        try:
            seen[message.topic] = Fields.of_json(message.payload)
        except SensorError:
            if field in ("gravity", "tilt", "temperature", "RSSI"):
                fields.setdefault(base, {})[field] = plain_text(message.payload)[:20]
    for topic, payload in seen.items():
        if kind := _format(payload):
            yield _topic(topic, kind, payload)
    for base, parts in fields.items():
        if "gravity" in parts and base and base not in seen:
            yield _topic(base, "ispindel_fields", Fields(parts))


def _format(fields: Fields) -> str | None:
    """Which of the known formats a JSON message is; None for what has no gravity."""
    if fields.has("SG") and fields.has("Temp"):
        return "tiltbridge"
    if not (fields.has("gravity") or fields.has("corr-gravity")):
        return None
    if fields.has("angle") or fields.has("tilt") or fields.has("corr-gravity"):
        return "gravitymon" if fields.has("gravity-unit") or fields.has("corr-gravity") else "ispindel"
    return "brewfather" if fields.has("gravity-unit") and fields.has("temp") else "rapt"


def _topic(topic: str, kind: str, fields: Fields) -> Found:
    """The unit is named only where the message says it, or the number itself leaves no doubt."""
    names = "corr-gravity", "gravity", "SG"
    said = fields.word(*names) or ""
    unit, question = "", ""
    if not FORMATS[kind].says_unit:
        value = number(said) or 0.0
        word = meant(gravity_unit_of(fields, *names) or "", GRAVITY_UNITS)
        word = "sg1000" if word in (None, "sg") and 980.0 < value < 1200.0 else word
        word = word or ("sg" if 0.98 < value < 1.2 else "plato" if 1.3 < value <= 40.0 else None)
        unit = f', unit = "{word or "plato"}"'
        question = "" if word else '; is that in "plato" or in "sg"? The message does not say'
    line = f'gravity = {{ kind = "topic", topic = "{topic}", format = "{kind}"{unit} }}'
    return Found(line, f"gravity {said[:20]}{question}", topic)


def report(config: Config | None, mqtt: Mqtt, listen_s: float, scanner: Scanner, folder: Path = ONE_WIRE) -> str:
    """All of it, as text. What cannot be looked at is a sentence in its place."""
    known = _marks(config)
    with ThreadPoolExecutor(2) as pool:
        air = pool.submit(lambda: list(bluetooth(scanner, listen_s)))
        broker = pool.submit(lambda: list(on_broker(mqtt, listen_s)))
        parts = ["# 1-wire"]
        if folder.is_dir():
            parts += _lines(list(one_wire(folder)), known, "no probe answers; check its three wires and the pull-up")
        else:
            parts.append("# there is no 1-wire bus; add dtoverlay=w1-gpio to /boot/firmware/config.txt and reboot")
        parts.append("\n# Bluetooth")
        try:
            parts += _lines(air.result(), known, f"nothing that is known here broadcast within {listen_s:g} s")
        except BleError as error:
            parts.append(f"# {error}")
        parts.append("\n# MQTT")
        try:
            parts += _lines(broker.result(), known, f"nothing that looks like a hydrometer spoke within {listen_s:g} s")
        except BrokerError as error:
            parts.append(f"# {error}")
    pins = uses_of(config)[0] if config else {}
    parts += ["\n# Pins; those without a word are free"]
    parts += [f"# {line}" for line in header_drawing({pin: "; ".join(uses) for pin, uses in pins.items()}).splitlines()]
    return "\n".join(parts)


def _marks(config: Config | None) -> dict[str, str]:
    """What a config already names, with where."""
    if config is None:
        return {}
    return {
        word: dotted("tanks", name, "sensors", sensor)
        for name, tank in config.tanks.items()
        for sensor, options in tank.sensors.items()
        for mark in options.pins()
        for word in (mark, mark.removeprefix("DS18B20 ").removeprefix("topic ").removeprefix("Bluetooth "))
    }


def _lines(found: list[Found], known: Mapping[str, str], nothing: str) -> list[str]:
    if not found:
        return [f"# {nothing}"]
    taken, free = "# {line}  # already {where}; {says}", "{line}  # {says}"
    return [
        (taken if f.mark in known else free).format(line=f.line, says=f.says, where=known.get(f.mark)) for f in found
    ]
