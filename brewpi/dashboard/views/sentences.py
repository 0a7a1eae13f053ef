"""What the cellar says and asks, in the reader's language and units: questions that can be answered in passing. Pure.

A sentence comes as a key with its values beside the English text. Nothing of it is executed: fields are put in one by
one, and only where they have the form that a sentence's fields have.
"""

from __future__ import annotations

import re

from brewpi.dashboard.feed.board import Tank
from brewpi.dashboard.views.units import NO_BREAK, Units
from brewpi.mqtt.state_payload import AskPayload, StatePayload
from brewpi.mqtt.wire_types import MessagePayload
from brewpi.units import plato_from_sg

FIELD = re.compile(r"\{(?P<name>[a-z]\w{0,30})(?::(?:\.(?P<digits>\d))?(?P<kind>[fgd%]?))?\}")
GRAVITY_UNIT = re.compile(r"(\{(?:sg|\w+_sg)(?::[^}]*)?\}) SG\b")  # in degrees Plato the number has its own
DEEPEST = 4  # sentences within sentences
CHANGE_SG = 0.5  # no gravity is so low: it is a difference


def in_words(text: str | None, message: MessagePayload | None, view: Units, depth: int = 0) -> str:
    """A sentence of the cellar as the reader would say it; the English text where nothing better is known."""
    if not text and message is None:
        return ""
    if message is None or depth > DEEPEST:
        return view.tr(text or "")
    template = view.tr(message.key) if message.key else ""
    if view.fahrenheit:
        template = template.replace("°C", "°F")
    template = template.replace("} °", f"}}{NO_BREAK}°")
    if view.plato:
        template = GRAVITY_UNIT.sub(r"\1", template)

    def field(found: re.Match[str]) -> str:
        value = message.values.get(found["name"])
        if value is None:
            return found[0]
        return _value(found["name"], value, found["digits"], found["kind"] or "", view, depth)

    return FIELD.sub(field, template)


def _value(
    name: str, value: float | str | MessagePayload, digits: str | None, kind: str, view: Units, depth: int
) -> str:
    if isinstance(value, MessagePayload):
        return in_words("", value, view, depth + 1)
    if isinstance(value, str):
        return view.tr(value) if value else ""
    if name == "sg" or name.endswith("_sg"):
        if view.plato:
            return f"{view.decimal(plato_from_sg(value if value > CHANGE_SG else 1.0 + value), 1)}{NO_BREAK}°P"
    elif name.endswith("_delta_c"):
        value = value * 1.8 if view.fahrenheit else value
    elif name.endswith("_c"):
        value = view.number(value)
    if kind == "%":
        return f"{view.decimal(100.0 * value, int(digits or 0))}{NO_BREAK}%"
    if digits is None and kind != "f":
        return view.decimal(value, 0 if value == round(value) else 1)
    return view.decimal(value, int(digits or 0))


def question(tank: Tank, ask: AskPayload, view: Units) -> str:
    """ "Raise ale to 21 °C?", as far as it is known what a yes would do."""
    name, now_c = tank.name, tank.state.target_c if tank.state else None
    if ask.action == "dose" and ask.volume_ml is not None:
        return view.tr("Give {volume} ml of nutrient to {tank}?", volume=f"{ask.volume_ml:.0f}", tank=name)
    if ask.action == "step" and ask.step:
        step = view.tr(ask.step)
        if ask.target_c is None or now_c is None or abs(ask.target_c - now_c) < 0.1:
            return view.tr("Go on to {step} in {tank}?", step=step, tank=name)
        degrees = view.degrees(ask.target_c)
        if ask.target_c > now_c:
            return view.tr("Raise {tank} to {degrees}?", tank=name, degrees=degrees)
        return view.tr("Cool {tank} to {degrees}?", tank=name, degrees=degrees)
    return in_words(ask.text, ask.message, view)


def reason(ask: AskPayload, view: Units) -> str:
    """Why it is asked now; nothing where the question is all that is known."""
    if ask.step is None and ask.volume_ml is None:
        return ""
    because = ask.message.values.get("reason") if ask.message else None
    if isinstance(because, MessagePayload):
        return in_words("", because, view)
    return in_words(ask.text, ask.message, view)


def yes_label(tank: Tank, ask: AskPayload, view: Units) -> str:
    """What a confirmation will do, for its button."""
    now_c = tank.state.target_c if tank.state else None
    if ask.action == "dose" and ask.volume_ml is not None:
        return view.tr("Give {volume} ml", volume=f"{ask.volume_ml:.0f}")
    if ask.action == "step" and ask.step:
        if ask.target_c is None or now_c is None or abs(ask.target_c - now_c) < 0.1:
            return view.tr("Begin {step}", step=view.tr(ask.step))
        degrees = view.degrees(ask.target_c)
        if ask.target_c > now_c:
            return view.tr("Raise to {degrees}", degrees=degrees)
        return view.tr("Cool to {degrees}", degrees=degrees)
    return view.tr("Confirm {what}", what=ask.key)


def why_sentence(state: StatePayload, view: Units) -> str:
    """What it does at the moment."""
    return in_words(state.why, state.message, view)
