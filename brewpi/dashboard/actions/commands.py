"""What a person does, as an MQTT command with id, time and name, and the sentence that says what it will do. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from brewpi.dashboard.feed.board import Tank
from brewpi.dashboard.views.formatting import ENGLISH, Units
from brewpi.dashboard.views.sentences import in_words, question, reason, yes_label
from brewpi.mqtt.command_fields import COMMANDS
from brewpi.mqtt.signing import sign
from brewpi.mqtt.state_payload import AlarmPayload, AskPayload, DrainPayload
from brewpi.mqtt.topics import Topics, dumps, iso
from brewpi.roles import ROLES

MODES = ("advise", "ask", "act")
OPEN_ASKS = ("asked", "announced")


@dataclass(frozen=True, slots=True)
class Order:
    """A command to be confirmed. title: what is done, for the heading and the answer; effect: what it will do;
    yes: on the button that sends it; fields: of the command, beside id, time and name."""

    site: str
    tank: str
    name: str
    title: str
    effect: str
    yes: str
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def danger(self) -> bool:
        """Whether its button warns."""
        return self.name == "stop" or (self.name, self.fields.get("what")) == ("confirm", "drain")

    def message(self, command_id: str, by: str, now: float, key: bytes | None = None) -> tuple[str, str]:
        """Topic and payload, signed where there is a key. Raises pydantic's ValidationError, a ValueError, for what the
        cellar would refuse."""
        fields = {"id": command_id, "issued_at": iso(now), "by": by, **self.fields}
        COMMANDS[self.name].model_validate_json(dumps(fields))
        sig = {} if key is None else {"sig": sign(key, self.site, self.tank, self.name, fields)}
        payload = dumps({**fields, **sig})
        return f"{Topics(self.site).of(self.tank, 'command')}/{self.name}", payload


def setpoint(tank: Tank, value: float, units: Units) -> Order:
    """`value` as the person reads it."""
    target_c = round((value - 32.0) / 1.8 if units.fahrenheit else value, 2)
    degrees, before = units.degrees(target_c), units.degrees(tank.state.target_c if tank.state else None)
    if is_regulated(tank) and is_stopped(tank):
        effect = units.tr(
            "{tank} is stopped and stays so; {degrees} is held once somebody resumes. Its setpoint is {before} now.",
            tank=tank.name, degrees=degrees, before=before,
        )  # fmt: skip
    elif is_regulated(tank):
        effect = units.tr(
            "{tank} is brought to {degrees} and held there; its setpoint is {before} now.",
            tank=tank.name, degrees=degrees, before=before,
        )  # fmt: skip
    else:
        effect = units.tr(
            "Nothing here heats or cools {tank}: {degrees} is for its forecast alone; its setpoint is {before} now.",
            tank=tank.name, degrees=degrees, before=before,
        )  # fmt: skip
    title, yes = units.tr("setpoint {degrees}", degrees=degrees), units.tr("Hold {degrees}", degrees=degrees)
    return order_of(tank, "target", title, effect, yes, target_c=target_c)


def hand_reading(tank: Tank, value: float, unit: str, units: Units = ENGLISH, at: float | None = None) -> Order:
    """unit: sg or plato; at: when it was taken, if not now (Unix seconds of the cellar)."""
    number = units.as_typed(value, unit)
    effect = units.tr(
        "A gravity of {number} goes into the record of {tank} and into its forecast.", number=number, tank=tank.name
    )
    fields: dict[str, Any] = {"quantity": "sg", "value": value, "unit": unit}
    if at is not None:
        fields["at"] = iso(at)
    title, yes = units.tr("reading {number}", number=number), units.tr("Enter {number}", number=number)
    return order_of(tank, "reading", title, effect, yes, **fields)


def is_regulated(tank: Tank) -> bool:
    """Whether anything heats or cools it, for all that is known."""
    state = tank.state
    return state is None or any(state.may_have(role.name) for role in ROLES.values() if role.direction)


def is_stopped(tank: Tank) -> bool:
    """Whether everything of it is off until somebody resumes."""
    return tank.state is not None and any(alarm.key == "stop" for alarm in tank.state.alarms)


def may_pump(tank: Tank) -> bool:
    """Whether it has a pump that gives doses, for all that is known."""
    return tank.state is None or tank.state.may_have("nutrient")


def dose(tank: Tank, volume_ml: float, by_hand: bool, units: Units = ENGLISH) -> Order:
    """Nutrient, by the pump or by a person."""
    volume = f"{volume_ml:g}"
    if by_hand:
        effect = units.tr(
            "It is recorded that {volume} ml were given to {tank} by hand; nothing is pumped.",
            volume=volume, tank=tank.name,
        )  # fmt: skip
        title = units.tr("dose of {volume} ml by hand", volume=volume)
        yes = units.tr("Record {volume} ml", volume=volume)
        return order_of(tank, "dose", title, effect, yes, volume_ml=volume_ml, by_hand=True)
    effect = units.tr(
        "The pump gives {volume} ml of nutrient to {tank}, now, beside those of the recipe.",
        volume=volume, tank=tank.name,
    )  # fmt: skip
    title, yes = units.tr("dose of {volume} ml", volume=volume), units.tr("Give {volume} ml", volume=volume)
    return order_of(tank, "dose", title, effect, yes, volume_ml=volume_ml)


def arm_drain(tank: Tank, units: Units = ENGLISH) -> Order:
    """The first of the two words."""
    effect = units.tr(
        "Nothing opens yet. For 5 minutes a second step can open the drain valve of {tank}.", tank=tank.name
    )
    return order_of(tank, "drain", units.tr("arm drain"), effect, units.tr("Arm the drain"))


def open_drain(tank: Tank, units: Units = ENGLISH) -> Order:
    """An order that opens the drain, after `arm_drain`."""
    effect = units.tr(
        "The drain valve of {tank} OPENS. Have you looked at hoses, vent and receiver?", tank=tank.name
    )
    return order_of(tank, "confirm", units.tr("open drain"), effect, units.tr("Open the valve"), what="drain")


def abort_drain(tank: Tank, units: Units = ENGLISH) -> Order:
    """No second word, or the valve shuts."""
    effect = units.tr(
        "The drain of {tank} is called off; an open valve shuts. One batch is transferred once only.", tank=tank.name
    )
    return order_of(tank, "veto", units.tr("abort drain"), effect, units.tr("Abort the drain"), what="drain")


def answer(tank: Tank, ask: AskPayload, yes: bool, units: Units = ENGLISH) -> Order:
    """To what the recipe asks."""
    what = question(tank, ask, units)
    if yes:
        does = yes_label(tank, ask, units)
        because = reason(ask, units)
        effect = f"{tank.name}: {what} {because}" if because else f"{tank.name}: {what}"
        return order_of(tank, "confirm", does, effect, does, what=ask.action, key=ask.key)
    later = units.tr("It does not happen, and is asked again in 6 hours: {question}", question=what)
    effect = f"{tank.name}: {later}"
    title = units.tr("not now: {what}", what=yes_label(tank, ask, units))
    return order_of(tank, "veto", title, effect, units.tr("Not now"), what=ask.action, key=ask.key)


def confirm_word(tank: Tank, word: str, units: Units = ENGLISH) -> Order:
    """A test that the step waits for, such as vdk."""
    label = units.tr(word)
    effect = units.tr('The step of {tank} is told that "{word}" has passed.', tank=tank.name, word=label)
    title, yes = units.tr("passed: {word}", word=label), units.tr("{word} has passed", word=label)
    return order_of(tank, "confirm", title, effect, yes, what=word)


def acknowledge(tank: Tank, alarm: AlarmPayload, units: Units = ENGLISH) -> Order:
    """An order that acknowledges an alarm."""
    text = in_words(alarm.text, alarm.message, units)
    effect = units.tr(
        "Not repeated any more in {tank}, because you take care of it: {alarm}", tank=tank.name, alarm=text
    )
    title = units.tr("seen: {alarm}", alarm=text)
    return order_of(tank, "acknowledge", title, effect, units.tr("I take care of it"), key=alarm.key)


def modes_of(action: str) -> tuple[str, ...]:
    """How much the software may be told to do by itself; draining waits for a yes at the least."""
    return tuple(one for one in MODES if (action, one) != ("drain", "act"))


def mode(tank: Tank, action: str, chosen: str, units: Units = ENGLISH) -> Order:
    """How much the software may do by itself."""
    whats = {"step": units.tr("the next step"), "dose": units.tr("a dose"), "drain": units.tr("draining")}
    does = {
        "advise": units.tr("is only said, nobody does it"), "ask": units.tr("waits for a yes"),
        "act": units.tr("is done, unless somebody vetoes"),
    }  # fmt: skip
    effect = f"{tank.name}: {whats.get(action, action)} {does.get(chosen, chosen)}."
    what, how = units.tr(action), units.tr(chosen)
    yes = units.tr("Set {action} to {mode}", action=what, mode=how)
    return order_of(tank, "mode", f"{what}: {how}", effect, yes, action=action, mode=chosen)


def stop(tank: Tank, units: Units = ENGLISH) -> Order:
    """An order that switches everything off."""
    effect = units.tr(
        "Everything of {tank} goes off and stays off until somebody resumes: heat, cool, pump, valve.", tank=tank.name
    )
    return order_of(tank, "stop", "STOP", effect, f"STOP {tank.name}")


def resume(tank: Tank, units: Units = ENGLISH) -> Order:
    """An order that ends a stop: control goes on."""
    effect = units.tr(
        "Control of {tank} goes on, and an output that had moved the beer the wrong way is tried again.",
        tank=tank.name,
    )  # fmt: skip
    return order_of(tank, "resume", units.tr("resume"), effect, units.tr("Resume {tank}", tank=tank.name))


def order_of(tank: Tank, name: str, title: str, effect: str, yes: str, **fields: Any) -> Order:
    """An order to a tank; fields: those of its command."""
    return Order(tank.site, tank.name, name, title, effect, yes, fields)


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that waits for a person. kind: the same as long as it is the same question, whatever numbers its text
    has; why: small, below; orders: each with what is written on its button."""

    kind: tuple[str, ...]
    text: str
    orders: tuple[tuple[str, Order], ...]
    why: str = ""


def offers(tank: Tank, units: Units = ENGLISH) -> list[Offer]:
    """What is asked, what the step wants to be told, alarms that nobody has seen, and the drain."""
    state = tank.state
    if state is None:
        return []
    asked = []
    for ask in state.asks:
        if ask.standing in OPEN_ASKS:
            yes, no = answer(tank, ask, True, units), answer(tank, ask, False, units)
            buttons = ((yes.yes, yes), (no.yes, no))
            asked.append(Offer(("ask", ask.action, ask.key), question(tank, ask, units), buttons, reason(ask, units)))
    words = [c.text.partition(" ")[0] for c in state.conditions if c.kind == "operator" and not c.met]
    tests = [
        Offer(("word", word), units.tr("The step waits until somebody has tested: {word}.", word=units.tr(word)),
              ((units.tr("{word} has passed", word=units.tr(word)), confirm_word(tank, word, units)),))
        for word in dict.fromkeys(words)
    ]  # fmt: skip
    alarms = [
        Offer(("alarm", alarm.key), in_words(alarm.text, alarm.message, units),
              ((units.tr("Acknowledge {alarm}", alarm=alarm.key), acknowledge(tank, alarm, units)),))
        for alarm in state.alarms if not alarm.acknowledged_by
    ]  # fmt: skip
    return [*asked, *tests, *alarms, *(_drain(tank, state.drain, units) if state.drain else ())]


def _drain(tank: Tank, drain: DrainPayload, units: Units) -> list[Offer]:
    """Where it is under way, or may be; what may not be yet waits for nobody."""
    standing = drain.state
    abort = (units.tr("Abort drain"), abort_drain(tank, units))
    if standing == "armed":
        buttons = ((units.tr("Open drain"), open_drain(tank, units)), abort)
        return [Offer(("drain", standing), units.tr("The drain is armed."), buttons)]
    if standing in ("confirmed", "open"):
        return [Offer(("drain", standing), units.tr("The drain is open."), (abort,))]
    if not all(permissive.ok for permissive in drain.permissives):
        return []
    return [Offer(("drain", standing), "", ((units.tr("Arm drain"), arm_drain(tank, units)),))]
