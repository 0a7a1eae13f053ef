"""Commands: bytes that somebody sent, read as what they ask for or refused with a reason. Pure.

`brewpi/<site>/<tank>/command/<name>`, JSON with `id`, `issued_at`, `by` and the fields of the command. Refused is what
is retained (a broker repeats it at every reconnect), old, repeated, malformed or unknown.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from brewpi.hardware.plug_context import Message
from brewpi.media import Medium
from brewpi.mqtt.signing import why_unproven
from brewpi.quantities import original_gravity, spoken, stated
from brewpi.registry import nearest
from brewpi.sanitize import clean_text, is_clean, parse_object
from brewpi.sentences import Sentence
from brewpi.validation import sentences

LARGEST = 4096  # bytes
OLDEST_S = 60.0
AHEAD_S = 5.0  # how far a sender's clock may run before ours

Id = Annotated[str, Field(pattern=r"^[!-~]{1,64}$")]  # printable ASCII


def _one_line(text: str) -> str:
    if not is_clean(text):
        raise ValueError("holds a character that nobody can see")
    return text


Text = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_one_line)]


class Fields(BaseModel):
    """What every command carries."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    id: Id
    issued_at: AwareDatetime = Field(strict=False)
    by: Text


class Target(Fields):
    """Hold another temperature."""

    target_c: float = Field(ge=-5.0, le=50.0)


class HandReading(Fields):
    """A measurement by hand. The unit of a gravity has to be said."""

    quantity: Literal["sg", "beer_c", "room_c"]
    value: float
    unit: str | None = Field(default=None, max_length=8)
    at: AwareDatetime | None = Field(default=None, strict=False)

    @model_validator(mode="after")
    def _can_be_true(self) -> HandReading:
        if self.quantity == "sg" and self.unit is None:
            raise ValueError("a gravity needs its unit: sg, plato or brix")
        stated(self.quantity, self.value, self.unit)
        return self

    @property
    def converted(self) -> float:
        """The value in the unit that the quantity has inside the house."""
        return stated(self.quantity, self.value, self.unit)


def _original_gravity(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return original_gravity(float(value))


OriginalGravity = Annotated[float, Field(ge=1.0, le=1.2), BeforeValidator(_original_gravity)]


class StartBatch(Fields):
    """A new batch is in the tank."""

    name: Text
    medium: Medium | None = None
    og: OriginalGravity | None = None
    expected_attenuation: float | None = Field(default=None, gt=0.0, le=1.2)
    style: Text | None = None
    yeast: Text | None = None
    yeast_low_c: float | None = Field(default=None, ge=-2.0, le=40.0)
    yeast_high_c: float | None = Field(default=None, ge=0.0, le=50.0)
    pitched_at: AwareDatetime | None = Field(default=None, strict=False)


class CorrectBatch(Fields):
    """What was said of the running batch, or of an earlier one by its id, was wrong or not yet known: only the fields
    that are given change."""

    batch: Id | None = None
    name: Text | None = None
    og: OriginalGravity | None = None
    style: Text | None = None
    yeast: Text | None = None
    pitched_at: AwareDatetime | None = Field(default=None, strict=False)
    medium: Literal["beer", "wine", "cider", "mead"] | None = None
    expected_attenuation: float | None = Field(default=None, gt=0.0, le=1.2)

    @model_validator(mode="after")
    def _says_something(self) -> CorrectBatch:
        if all(value is None for name, value in self if name not in (*Fields.model_fields, "batch")):
            raise ValueError("says nothing to correct: give name, og, style, yeast, pitched_at or another")
        return self


class MoveBatch(Fields):
    """The beer is in another tank now; its curve, facts and doses go along."""

    to: str = Field(min_length=1, max_length=64)


class AddToBatch(Fields):
    """Fruit or sugar went in, worth so many points of gravity (0.001 SG)."""

    what: Text
    points: float = Field(ge=-50.0, le=200.0)


class ForgetReading(Fields):
    """A hand reading was wrong: `reading` is the id of the command that gave it (or this command's own id is)."""

    reading: Id | None = None


class Note(Fields):
    """Anything worth remembering, on the curve at its time."""

    text: Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_one_line)]
    at: AwareDatetime | None = Field(default=None, strict=False)


class Calibrate(Fields):
    """A sensor reads so much where so much is true: an offset, points of [read, true] or a polynomial, and for a
    hydrometer the temperature at which it is right; in the unit of the quantity's name. `forget` takes it back."""

    sensor: Annotated[str, Field(min_length=1, max_length=64)]
    quantity: Annotated[str, Field(min_length=1, max_length=40)]
    offset: float | None = None
    points: list[Annotated[tuple[float, float], Field(strict=False)]] | None = Field(
        default=None, min_length=2, max_length=20
    )
    polynomial: list[float] | None = Field(default=None, min_length=2, max_length=5)
    reference_c: float | None = Field(default=None, ge=0.0, le=40.0)
    forget: bool = False

    @property
    def given(self) -> dict[str, Any]:
        """What is said of it."""
        said = self.model_dump(include={"offset", "points", "polynomial", "reference_c"}, exclude_none=True)
        return {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}

    @model_validator(mode="after")
    def _says_something(self) -> Calibrate:
        if self.forget == bool(self.given):
            raise ValueError("say either how it is calibrated (offset, points, polynomial, reference_c) or forget")
        return self


class EndBatch(Fields):
    """The tank is empty."""


class Stop(Fields):
    """Everything into its safe state, until `resume`."""


class Resume(Fields):
    """Control goes on."""


class Acknowledge(Fields):
    """Somebody has seen an alarm, by its `key` in the state: it is not repeated."""

    key: Text


class SetMode(Fields):
    """How much the software may do by itself."""

    action: Literal["step", "dose", "drain"]
    mode: Literal["advise", "ask", "act"]


class Answer(Fields):
    """Yes (`confirm`) or no (`veto`) to what is asked; `what` where several things wait, or a word such as "vdk"."""

    what: str | None = Field(default=None, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")


class GiveDose(Fields):
    """A dose of nutrient: by the pump, or one that a person has given and that counts."""

    volume_ml: float = Field(gt=0.0, le=200_000.0)
    by_hand: bool = False


class ArmDrain(Fields):
    """The first of two words that open the drain valve; a `confirm` within 5 minutes is the second."""


COMMANDS: dict[str, type[Fields]] = {
    "mode": SetMode,
    "confirm": Answer,
    "veto": Answer,
    "dose": GiveDose,
    "drain": ArmDrain,
    "target": Target,
    "reading": HandReading,
    "start_batch": StartBatch,
    "end_batch": EndBatch,
    "correct_batch": CorrectBatch,
    "move_batch": MoveBatch,
    "addition": AddToBatch,
    "forget_reading": ForgetReading,
    "note": Note,
    "calibrate": Calibrate,
    "stop": Stop,
    "resume": Resume,
    "acknowledge": Acknowledge,
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A command to obey; `fields` is of the class that `COMMANDS` has for `name`."""

    tank: str
    name: str
    fields: Fields
    signed: bool = False  # `by` is proven

    @property
    def id(self) -> str:
        """The sender's id."""
        return self.fields.id


@dataclass(frozen=True, slots=True)
class Refused:
    """A command that is not obeyed, and why; `id` is None if it could not be read."""

    tank: str
    name: str
    id: str | None
    why: str


def parse(
    message: Message,
    now: float,
    seen: Container[str],
    keys: Mapping[str, bytes] | None = None,
    is_clock_known: bool = True,
) -> Accepted | Refused:
    """What a message asks for. Never raises, whatever the bytes are.

    now: Unix seconds of the wall clock; is_clock_known: whether it can be believed. One that cannot is behind, as after
    a power cut without a battery: what is old by it is old, and what it calls the future may be now; seen: ids that
    were obeyed before (only those of the last minute matter); keys: of operators, by name, where commands have to be
    signed.
    """
    _, site, tank, _, name = ("", "", "", "", "", *message.topic.split("/"))[-5:]
    try:
        data = parse_object(message.payload, LARGEST, repeats=name == "stop")
    except ValueError as error:
        return Refused(tank, _short(name), None, str(error))
    command_id = _id(data)
    why = _refusal(message, name, data, command_id, seen)
    sig = data.pop("sig", None)
    unproven = None if keys is None else why_unproven(keys, site, tank, name, data, sig)
    why = why or (None if name == "stop" else unproven)
    if why is None:
        try:
            fields = COMMANDS[name].model_validate(data)
        except ValidationError as error:
            why = sentences(error, COMMANDS[name], word="field")[0]
        else:
            why = None if name == "stop" else _untimely(fields.issued_at, now, is_clock_known)
            if why is None:
                if unproven:  # a STOP is obeyed from everybody, but it proves nothing
                    fields = fields.model_copy(update={"by": f"{fields.by} (not signed)"})
                return Accepted(tank, name, fields, signed=keys is not None and unproven is None)
    return Refused(tank, _short(name), command_id, clean_text(why))


def _id(data: dict[str, Any]) -> str | None:
    """The id if it is one, so that even a refused command gets its answer."""
    value = data.get("id")
    if isinstance(value, str) and 1 <= len(value) <= 64 and value.isascii() and value.isprintable():
        return value
    return None


def _refusal(
    message: Message, name: str, data: dict[str, Any], command_id: str | None, seen: Container[str]
) -> str | None:
    if message.retained:
        return Sentence("retained commands are not obeyed: a broker repeats them at every reconnect")
    if name not in COMMANDS:
        return f'unknown command "{_short(name)}"{nearest(_short(name), COMMANDS)}'
    of_a_reading = name == "forget_reading" and "reading" not in data  # its own id then names what is forgotten
    if command_id is not None and command_id in seen and not of_a_reading:
        return Sentence("repeated: this id was obeyed before")
    return None


def _untimely(issued_at: datetime, now: float, is_clock_known: bool) -> str | None:
    try:
        age_s = now - issued_at.timestamp()
    except (OverflowError, ValueError):
        return "issued_at: is no time"
    if age_s > OLDEST_S:
        return Sentence(
            "issued {length} ago, older than {oldest_s:.0f} s; if it is new, a clock is wrong",
            length=spoken(age_s), oldest_s=OLDEST_S,
        )  # fmt: skip
    if age_s < -AHEAD_S and is_clock_known:
        return Sentence("issued {length} in the future; a clock is wrong", length=spoken(-age_s))
    return None


def _short(word: str) -> str:
    """For a sentence: what a stranger sent is not repeated at length."""
    return clean_text(word if len(word) <= 40 else word[:40] + "...")
