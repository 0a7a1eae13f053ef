"""What was obeyed, as people read it: who did what. Pure."""

from __future__ import annotations

from brewpi.mqtt.command_fields import (
    Acknowledge,
    AddToBatch,
    Answer,
    Calibrate,
    CorrectBatch,
    Fields,
    GiveDose,
    HandReading,
    MoveBatch,
    SetMode,
    StartBatch,
    Target,
)
from brewpi.quantities import QUANTITIES
from brewpi.sentences import Sentence, joined

PLAIN = {
    "end_batch": "{by} ended the batch",
    "forget_reading": "{by} took a hand reading back",
    "note": "{by} wrote a note",
    "drain": "{by} armed the drain",
    "stop": "{by} stopped everything",
    "resume": "{by} resumed",
}


def spoken_command(name: str, fields: Fields) -> Sentence:
    """A command that was obeyed: "anna sets 21.0 °C"."""
    by = fields.by
    match fields:
        case Target():
            return Sentence("{by} sets {target_c:.1f} °C", by=by, target_c=fields.target_c)
        case HandReading():
            return _reading(fields)
        case StartBatch():
            if fields.og is None:
                return Sentence("{by} begins batch {batch}", by=by, batch=fields.name)
            return Sentence(
                "{by} begins batch {batch}, original gravity {sg:.4f} SG", by=by, batch=fields.name, sg=fields.og
            )
        case CorrectBatch():
            return Sentence("{by} corrected the batch: {facts}", by=by, facts=_facts(fields))
        case MoveBatch():
            return Sentence("{by} moved the batch to {to}", by=by, to=fields.to)
        case AddToBatch():
            return Sentence("{by} recorded an addition: {what}", by=by, what=fields.what)
        case Acknowledge():
            return Sentence("{by} has seen: {alarm}", by=by, alarm=fields.key)
        case Calibrate():
            return _calibration(fields)
        case SetMode():
            return Sentence("{by} set {action} to {mode}", by=by, action=fields.action, mode=fields.mode)
        case GiveDose():
            if fields.by_hand:
                return Sentence("{by} gave {volume_ml:.0f} ml by hand", by=by, volume_ml=fields.volume_ml)
            return Sentence("{by} asked for a dose of {volume_ml:.0f} ml", by=by, volume_ml=fields.volume_ml)
        case Answer():
            return _answer(name, fields)
    return Sentence(PLAIN[name], by=by)


def _reading(fields: HandReading) -> Sentence:
    if fields.quantity == "sg":
        return Sentence("{by} entered a gravity of {sg:.4f} SG", by=fields.by, sg=fields.converted)
    label = QUANTITIES[fields.quantity].label
    return Sentence("{by} entered {label}: {value_c:.1f} °C", by=fields.by, label=label, value_c=fields.converted)


def _calibration(fields: Calibrate) -> Sentence:
    common = {"by": fields.by, "sensor": fields.sensor, "label": QUANTITIES[fields.quantity].label}
    if fields.forget:
        return Sentence("{by} took back what was said of the calibration of {sensor}, {label}", **common)
    if fields.offset is not None and fields.quantity == "sg":
        return Sentence("{by} calibrated {sensor}, {label}: {offset_delta_sg:.4f} is added", **common,
                        offset_delta_sg=fields.offset)  # fmt: skip
    if fields.offset is not None and QUANTITIES[fields.quantity].unit == "°C":
        return Sentence("{by} calibrated {sensor}, {label}: {offset_delta_c:.2f} °C are added", **common,
                        offset_delta_c=fields.offset)  # fmt: skip
    return Sentence("{by} calibrated {sensor}, {label}", **common)


def _answer(name: str, fields: Answer) -> Sentence:
    yes = name == "confirm"
    if fields.what is None:
        return Sentence("{by} said yes" if yes else "{by} said no", by=fields.by)
    return Sentence("{by} said yes: {what}" if yes else "{by} said no: {what}", by=fields.by, what=fields.what)


def _facts(fields: CorrectBatch) -> Sentence:
    """The facts of the batch as they are now."""
    facts = []
    if fields.name is not None:
        facts.append(Sentence("name {batch}", batch=fields.name))
    if fields.og is not None:
        facts.append(Sentence("original gravity {sg:.4f} SG", sg=fields.og))
    if fields.style is not None:
        facts.append(Sentence("style {style}", style=fields.style))
    if fields.yeast is not None:
        facts.append(Sentence("yeast {yeast}", yeast=fields.yeast))
    if fields.pitched_at is not None:
        facts.append(Sentence("pitched {time}", time=f"{fields.pitched_at:%Y-%m-%d %H:%M} UTC"))
    if fields.medium is not None:
        facts.append(Sentence("medium {medium}", medium=fields.medium))
    if fields.expected_attenuation is not None:
        facts.append(Sentence("expected attenuation {share:.0%}", share=fields.expected_attenuation))
    return joined(", ", facts)
