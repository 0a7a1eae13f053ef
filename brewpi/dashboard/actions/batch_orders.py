"""What a person says of a batch: it begins, ends, moves, was told wrongly, got something added; a reading is taken
back. Each is an order, with the sentence that says what it will do. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from brewpi.dashboard.actions.commands import Offer, Order, order_of
from brewpi.dashboard.feed.board import Tank
from brewpi.dashboard.views.formatting import ENGLISH, Units, View, moment
from brewpi.dashboard.views.sentences import in_words
from brewpi.mqtt.topics import iso
from brewpi.units import plato_from_sg

JUST_ENTERED_S = 900.0
READINGS_SHOWN = 8


def start_batch(tank: Tank, name: str, og: float | None, medium: str | None, units: Units = ENGLISH) -> Order:
    """og: SG, or None where nobody has measured it."""
    known = {"og": og, "medium": medium}
    effect = units.tr(
        '"{batch}" begins in {tank} now, before its first reading. What was in it counts as finished, and the steps '
        "begin anew.",
        batch=name, tank=tank.name,
    )  # fmt: skip
    fields = {"name": name} | {word: value for word, value in known.items() if value is not None}
    title, yes = units.tr("batch {batch} begins", batch=name), units.tr("Begin the batch")
    return Order(tank.site, tank.name, "start_batch", title, effect, yes, fields)


def end_batch(tank: Tank, units: Units = ENGLISH) -> Order:
    """An order that ends the batch: the tank is empty."""
    effect = units.tr(
        "The batch in {tank} has ended: it goes into the scorecard, and the tank counts as empty.", tank=tank.name
    )
    return order_of(tank, "end_batch", units.tr("batch ended"), effect, units.tr("End the batch"))


@dataclass(frozen=True, slots=True)
class Facts:
    """What can be corrected; None for what stays. og: SG."""

    name: str | None = None
    og: float | None = None
    style: str | None = None
    yeast: str | None = None
    pitched_at: datetime | None = None


def correct_batch(tank: Tank, facts: Facts, view: View = ENGLISH, batch: str | None = None) -> Order:
    """What was said of the running batch was wrong, or of an earlier one by its id."""
    fields: dict[str, Any] = {
        "batch": batch,
        "name": facts.name, "og": facts.og, "style": facts.style, "yeast": facts.yeast,
        "pitched_at": iso(facts.pitched_at.timestamp()) if facts.pitched_at else None,
    }  # fmt: skip
    fields = {word: value for word, value in fields.items() if value is not None}
    effect = view.tr(
        "What is known of the batch in {tank} is corrected; its curve stays, and its forecast is made anew.",
        tank=tank.name,
    )  # fmt: skip
    if facts.pitched_at:
        effect = f"{effect} {view.tr('Pitched: {time}.', time=_dated(facts.pitched_at, view))}"
    title, yes = view.tr("batch corrected"), view.tr("Correct the batch")
    return Order(tank.site, tank.name, "correct_batch", title, effect, yes, fields)


def move_batch(tank: Tank, to: str, units: Units = ENGLISH) -> Order:
    """The beer is in another tank."""
    effect = units.tr(
        "The batch of {tank} goes on in {to}, with its curve, steps and doses; {tank} counts as empty. No valve moves.",
        tank=tank.name, to=to,
    )  # fmt: skip
    title, yes = units.tr("batch moved to {to}", to=to), units.tr("It is in {to} now", to=to)
    return order_of(tank, "move_batch", title, effect, yes, to=to)


def addition(tank: Tank, what: str, points: float, units: Units = ENGLISH) -> Order:
    """An order that says what was added, in points of 0.001 SG."""
    typed = f"{points:g}".replace(".", units.decimal(0.0, 1)[1])
    plato = units.decimal(plato_from_sg(1.0 + points / 1000.0), 1)
    effect = units.tr(
        "It is recorded that {what} went into {tank}, worth {points} points ({plato} °P): what follows is judged "
        "against that.",
        what=what, tank=tank.name, points=typed, plato=plato,
    )  # fmt: skip
    title, yes = units.tr("addition of {what}", what=what), units.tr("Record the addition")
    return order_of(tank, "addition", title, effect, yes, what=what, points=points)


def note(tank: Tank, text: str, at: datetime | None = None, view: View = ENGLISH) -> Order:
    """at: when it was, if not now."""
    fields: dict[str, Any] = {"text": text} | ({"at": iso(at.timestamp())} if at else {})
    time = _dated(at, view) if at else view.tr("now")
    effect = view.tr("The note stands on the curve of {tank}, at its time: {time}.", tank=tank.name, time=time)
    return order_of(tank, "note", view.tr("note"), effect, view.tr("Write it down"), **fields)


def _dated(at: datetime, view: View) -> str:
    """A time that was typed, as it is taken: of an hour that a night has twice or not at all it says which is meant."""
    return moment(at, at.timestamp(), view, dated=True)


# --- hand readings


@dataclass(frozen=True, slots=True)
class GivenReading:
    """A hand reading that was obeyed: `id` is that of its command; when, and what is said of it."""

    id: str
    at: datetime
    text: str


def forget_reading(tank: Tank, reading: str, about: str, units: Units = ENGLISH) -> Order:
    """A reading that was typed in is taken back. reading: its id; about: what is said of it."""
    effect = units.tr(
        "Taken back: {reading}. {tank} goes on as if it had not been entered.", reading=about, tank=tank.name
    )
    title, yes = units.tr("reading taken back"), units.tr("Take it back")
    return order_of(tank, "forget_reading", title, effect, yes, reading=reading)


def given_readings(tank: Tank, units: Units = ENGLISH) -> list[GivenReading]:
    """Those of this batch that were heard of and that nobody has taken back, the newest first."""
    began = tank.state.batch.started_at if tank.state and tank.state.batch else None
    forgotten = {event.reading for event in tank.events if event.command == "forget_reading"}
    return [
        GivenReading(event.command_id, event.at, in_words(event.text, event.message, units))
        for event in tank.events
        if event.kind == "command" and event.command == "reading" and event.command_id
        and event.command_id not in forgotten and (began is None or event.at >= began)
    ][:READINGS_SHOWN]  # fmt: skip


def just_entered(tank: Tank, there: float, view: View) -> Iterator[Offer]:
    """The latest reading, as long as its author still stands before the board."""
    for reading in given_readings(tank, view)[:1]:
        if there - reading.at.timestamp() < JUST_ENTERED_S:
            text = f"{reading.text}, {moment(reading.at, there, view)}"
            order = forget_reading(tank, reading.id, reading.text, view)
            yield Offer(("reading", reading.id), text, ((order.yes, order),))
