"""What a person says of a sensor: what is true of what it reads, as an order. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from brewpi.calibration import Calibration, fitted, most
from brewpi.dashboard.actions.commands import Order, order_of
from brewpi.dashboard.actions.typed_numbers import read_number
from brewpi.dashboard.feed.board import Tank
from brewpi.dashboard.views.units import Units
from brewpi.mqtt.state_payload import SensorPayload
from brewpi.quantities import QUANTITIES
from brewpi.units import SPELLED, plato_from_sg, sg_from_plato, unit_word

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scale:
    """A quantity in the reader's units. digits: worth showing."""

    unit: str
    digits: int
    inner: Callable[[float], float]
    shown: Callable[[float], float]


def scale_of(quantity: str, units: Units) -> Scale:
    """Of gravity and temperatures as somebody reads them, of all others as they are."""
    row = QUANTITIES[quantity]
    if row.unit == "SG" and units.plato:
        return Scale("°P", 2, sg_from_plato, plato_from_sg)
    if row.unit == "°C" and units.fahrenheit:
        return Scale("°F", 1, lambda value: (value - 32.0) / 1.8, units.number)
    digits = 4 if row.unit == "SG" else 2
    return Scale(row.unit, digits, float, float)


def value_of(text: str, scale: Scale) -> float | None:
    """A number in the reader's units, with either decimal sign; None where it is none."""
    word = unit_word(scale.unit)
    typed = read_number(text, (SPELLED.get(word, word),))
    return None if typed is None else scale.inner(typed.value)


def pairs_of(text: str, scale: Scale) -> list[Pair] | None:
    """ "1.002 = 1.000; 1.051 = 1.048", in the reader's units and with either decimal sign; None where it is none."""
    found = []
    for line in text.replace("\n", ";").split(";"):
        if not line.strip():
            continue
        read, sign, true = line.replace(",", ".").partition("=")
        pair = value_of(read, scale), value_of(true, scale)
        if not sign or pair[0] is None or pair[1] is None:
            return None
        found.append((round(pair[0], 6), round(pair[1], 6)))
    return sorted(found)


def terms_of(text: str) -> list[float] | None:
    """ "0.01; 0.99": a + b read + ...; None where it is none."""
    terms = [read_number(term) for term in text.split(";") if term.strip()]
    return None if None in terms else [term.value for term in terms if term]


def how_of(fields: dict[str, Any]) -> Calibration:
    """As the cellar will read it; its day does not matter here. Raises ValueError."""
    return Calibration.model_validate({"since": "2026-01-01", **fields})


def becomes(sensor: SensorPayload, fields: dict[str, Any], beer_c: float | None) -> float | None:
    """What the last reading is from then on; None where that cannot be."""
    try:
        true = how_of(fields).corrected(sensor.raw, beer_c)
    except ValueError:
        return None
    return true if abs(true - sensor.raw) <= most(sensor.quantity, sensor.raw) else None


def fault_of(sensor: SensorPayload, fields: dict[str, Any], beer_c: float | None, units: Units) -> str:
    """Why a calibration cannot be, which was read but for that; nothing where it can."""
    try:
        how_of(fields)
    except ValueError:
        return units.tr("The points have to rise, both in what is read and in what is true.")
    if becomes(sensor, fields, beer_c) is not None:
        return ""
    most_, row = most(sensor.quantity, sensor.raw), QUANTITIES[sensor.quantity]
    size = units.apart(most_) if row.unit == "°C" else f"{units.decimal(most_, 3)} {row.unit}"
    return units.tr("That moves the reading by more than {most}: look at the number and the sensor.", most=size)


def example_of(sensor: SensorPayload, way: str, units: Units) -> str:
    """What may be typed: one value, points or a polynomial."""
    scale = scale_of(sensor.quantity, units)
    read = units.decimal(scale.shown(sensor.raw), scale.digits)
    examples = {"points": f"{read} = {read}; …", "polynomial": f"{units.decimal(0.0, 2)}; {units.decimal(1.0, 2)}"}
    return examples.get(way, read)


def offset_to(true: float, sensor: SensorPayload, fields: dict[str, Any], beer_c: float | None) -> float:
    """What has to be added to the last reading, after the correction for temperature if `fields` has one."""
    known = how_of(fields).corrected(sensor.raw, beer_c) if fields else sensor.raw
    return round(true - known, 6)


def fields_of(pairs: list[Pair]) -> dict[str, Any]:
    """One pair is an offset, several are points."""
    fit = fitted(pairs, None)
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in fit.items()}


def calibrate(tank: Tank, sensor: SensorPayload, fields: dict[str, Any], true: float, units: Units) -> Order:
    """fields: of the command; true: what the last reading becomes."""
    scale = scale_of(sensor.quantity, units)
    read, is_ = (f"{units.decimal(scale.shown(value), scale.digits)} {scale.unit}" for value in (sensor.raw, true))
    effect = units.tr(
        "What {sensor} reads as {read} is {true} in {tank} from the next reading on; what it read stays in the record.",
        sensor=sensor.sensor, read=read, true=is_, tank=tank.name,
    )  # fmt: skip
    title = units.tr("calibration of {sensor}", sensor=sensor.sensor)
    yes = units.tr("Calibrate {sensor}", sensor=sensor.sensor)
    details = {"sensor": sensor.sensor, "quantity": sensor.quantity, **fields}
    return order_of(tank, "calibrate", title, effect, yes, **details)


def forget_calibration(tank: Tank, sensor: SensorPayload, units: Units) -> Order:
    """As the config has it."""
    effect = units.tr(
        "What {name} said of {sensor} in {tank} counts no more; it reads as the config says.",
        name=sensor.by, sensor=sensor.sensor, tank=tank.name,
    )  # fmt: skip
    title = units.tr("calibration of {sensor} taken back", sensor=sensor.sensor)
    details = {"sensor": sensor.sensor, "quantity": sensor.quantity, "forget": True}
    return order_of(tank, "calibrate", title, effect, units.tr("Take it back"), **details)
