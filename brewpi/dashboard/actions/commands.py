"""What a person does, as an MQTT command with id, time and name, and the sentence that says what it will do. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from brewpi.dashboard.feed.board import Tank
from brewpi.dashboard.views.formatting import Units
from brewpi.mqtt.commands import COMMANDS
from brewpi.mqtt.signing import sign
from brewpi.mqtt.state_payload import AlarmPayload, AskPayload
from brewpi.mqtt.topics import Topics, dumps, iso

MODES = {"advise": "is only said, nobody does it", "ask": "waits for a yes", "act": "is done, unless somebody vetoes"}


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
    said, before = units.degrees(target_c), units.degrees(tank.state.set_c if tank.state else None)
    effect = f"{tank.name} is brought to {said} and held there; its setpoint is {before} now."
    return _order(tank, "target", f"setpoint {said}", effect, f"Hold {said}", target_c=target_c)


def hand_reading(tank: Tank, value: float, unit: str) -> Order:
    """unit: sg or plato."""
    said = f"{value:.4f} SG" if unit == "sg" else f"{value:.2f} °P"
    effect = f"A gravity of {said}, measured now, goes into the record of {tank.name} and into its forecast."
    return _order(tank, "reading", f"reading {said}", effect, f"Enter {said}", quantity="sg", value=value, unit=unit)


def dose(tank: Tank, volume_ml: float, by_hand: bool) -> Order:
    """Nutrient, by the pump or by a person."""
    if by_hand:
        effect = f"It is recorded that {volume_ml:g} ml were given to {tank.name} by hand; nothing is pumped."
        return _order(tank, "dose", f"dose of {volume_ml:g} ml by hand", effect, f"Record {volume_ml:g} ml",
                      volume_ml=volume_ml, by_hand=True)  # fmt: skip
    effect = f"The pump gives {volume_ml:g} ml of nutrient to {tank.name}, now, beside those of the recipe."
    return _order(tank, "dose", f"dose of {volume_ml:g} ml", effect, f"Give {volume_ml:g} ml", volume_ml=volume_ml)


def arm_drain(tank: Tank) -> Order:
    """The first of the two words."""
    effect = f"Nothing opens yet. For 5 minutes a second step can open the drain valve of {tank.name}."
    return _order(tank, "drain", "arm drain", effect, "Arm the drain")


def open_drain(tank: Tank) -> Order:
    """The second."""
    effect = f"The drain valve of {tank.name} OPENS. Have you looked at hoses, vent and receiver?"
    return _order(tank, "confirm", "open drain", effect, "Open the valve", what="drain")


def abort_drain(tank: Tank) -> Order:
    """No second word, or the valve shuts."""
    effect = f"The drain of {tank.name} is called off; an open valve shuts. One batch is transferred once only."
    return _order(tank, "veto", "abort drain", effect, "Abort the drain", what="drain")


def answer(tank: Tank, ask: AskPayload, yes: bool) -> Order:
    """To what the recipe asks."""
    if yes:
        return _order(tank, "confirm", f"confirm {ask.key}", f"In {tank.name} it happens: {ask.text}.", "Confirm",
                      what=ask.action)  # fmt: skip
    effect = f"In {tank.name} it does not happen, for 6 hours: {ask.text}."
    return _order(tank, "veto", f"veto {ask.key}", effect, "Veto", what=ask.action)


def confirm_word(tank: Tank, word: str) -> Order:
    """A test that the step waits for, such as vdk."""
    effect = f'The step of {tank.name} is told that "{word}" has passed.'
    return _order(tank, "confirm", f"passed: {word}", effect, f"{word} has passed", what=word)


def acknowledge(tank: Tank, alarm: AlarmPayload) -> Order:
    """Somebody has seen it."""
    effect = f"Not repeated any more in {tank.name}, because you take care of it: {alarm.text}"
    return _order(tank, "acknowledge", f"seen: {alarm.key}", effect, "I take care of it", key=alarm.key)


def mode(tank: Tank, action: str, chosen: str) -> Order:
    """How much the software may do by itself."""
    what = {"step": "the next step", "dose": "a dose", "drain": "draining"}.get(action, action)
    effect = f"In {tank.name} {what} {MODES.get(chosen, chosen)}."
    return _order(tank, "mode", f"{action}: {chosen}", effect, f"Set {action} to {chosen}", action=action, mode=chosen)


def start_batch(tank: Tank, name: str, og: float | None, medium: str | None) -> Order:
    """og: SG, or None where nobody has measured it."""
    known = {"og": og, "medium": medium}
    effect = (
        f'"{name}" begins in {tank.name} now, before its first reading. What was in it counts as finished, '
        "and the steps begin anew."
    )
    fields = {"name": name} | {word: value for word, value in known.items() if value is not None}
    return Order(tank.site, tank.name, "start_batch", f"batch {name} begins", effect, "Begin the batch", fields)


def end_batch(tank: Tank) -> Order:
    """The tank is empty."""
    effect = f"The batch in {tank.name} has ended: it goes into the scorecard, and the tank counts as empty."
    return _order(tank, "end_batch", "batch ended", effect, "End the batch")


def stop(tank: Tank) -> Order:
    """Everything off."""
    effect = f"Everything of {tank.name} goes off and stays off until somebody resumes: heat, cool, pump, valve."
    return _order(tank, "stop", "STOP", effect, f"STOP {tank.name}")


def resume(tank: Tank) -> Order:
    """Control goes on."""
    effect = f"Control of {tank.name} goes on, and an output that had moved the beer the wrong way is tried again."
    return _order(tank, "resume", "resume", effect, f"Resume {tank.name}")


def _order(tank: Tank, name: str, title: str, effect: str, yes: str, **fields: Any) -> Order:
    return Order(tank.site, tank.name, name, title, effect, yes, fields)


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that waits for a person. kind: the same as long as it is the same question, whatever numbers its text
    has; orders: each with what is written on its button."""

    kind: tuple[str, ...]
    text: str
    orders: tuple[tuple[str, Order], ...]


def offers(tank: Tank) -> list[Offer]:
    """What is asked, what the step wants to be told, alarms that nobody has seen, and the drain."""
    state = tank.state
    if state is None:
        return []
    asked = [
        Offer(("ask", ask.action, ask.key), ask.text, (
            (f"Confirm {ask.key}", answer(tank, ask, yes=True)),
            (f"Veto {ask.key}", answer(tank, ask, yes=False)),
        ))
        for ask in state.asks if ask.standing in OPEN_ASKS
    ]  # fmt: skip
    words = [c.text.partition(" ")[0] for c in state.conditions if c.kind == "operator" and not c.met]
    tests = [
        Offer(("word", word), f"The step waits until somebody has tested: {word}.",
              ((f"{word} has passed", confirm_word(tank, word)),))
        for word in dict.fromkeys(words)
    ]  # fmt: skip
    alarms = [
        Offer(("alarm", alarm.key), alarm.text, ((f"Acknowledge {alarm.key}", acknowledge(tank, alarm)),))
        for alarm in state.alarms if not alarm.acknowledged_by
    ]  # fmt: skip
    return [*asked, *tests, *alarms, *(_drain(tank, state.drain.state) if state.drain else ())]


def _drain(tank: Tank, standing: str) -> list[Offer]:
    abort = ("Abort drain", abort_drain(tank))
    if standing == "armed":
        return [Offer(("drain", standing), "The drain is armed.", (("Open drain", open_drain(tank)), abort))]
    if standing in ("confirmed", "open"):
        return [Offer(("drain", standing), "The drain is open.", (abort,))]
    return [Offer(("drain", standing), "", (("Arm drain", arm_drain(tank)),))]
