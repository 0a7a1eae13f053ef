"""What each command may say: its fields, and what they can be at all. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from brewpi.media import Medium
from brewpi.mqtt.command_values import (
    DOSE_ML,
    POINT_WORDS,
    POINTS,
    TARGET_C,
    Attenuation,
    Id,
    OriginalGravity,
    Text,
    as_celsius,
    as_pairs,
    as_points,
    one_line,
)
from brewpi.quantities import stated
from brewpi.units import meant_in_f


class Fields(BaseModel):
    """What every command carries."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    id: Id
    issued_at: AwareDatetime = Field(strict=False)
    by: Text


class Target(Fields):
    """Hold another temperature."""

    target_c: Annotated[float, Field(ge=TARGET_C[0], le=TARGET_C[1]), BeforeValidator(as_celsius)]


class HandReading(Fields):
    """A measurement by hand. The unit of a gravity has to be said."""

    quantity: Literal["sg", "beer_c", "room_c"]
    value: float
    unit: str | None = Field(default=None, max_length=16)
    at: AwareDatetime | None = Field(default=None, strict=False)

    @model_validator(mode="after")
    def _can_be_true(self) -> HandReading:
        if self.quantity == "sg" and self.unit is None:
            raise ValueError("a gravity needs its unit: sg, plato or brix")
        try:
            stated(self.quantity, self.value, self.unit)
        except ValueError as error:
            raise ValueError(f"{error}{self._meant}") from None
        return self

    @property
    def _meant(self) -> str:
        """What is meant by 1048 or 48 SG, by 12 points, and by 68 °C."""
        if self.quantity != "sg":
            hint = meant_in_f(self.value, 50.0) if self.unit is None else ""
            return hint and f"; {hint}: then say so with the unit f"
        if (self.unit or "").strip().lower() in POINT_WORDS:
            sg = self.value if 0.99 <= self.value <= 1.2 else 1.0 + self.value / 1000.0
            return f"; is {sg:.3f} sg meant?" if 0.95 <= sg <= 1.2 else ""
        typed = (self.value / 1000.0, 1.0 + self.value / 1000.0) if self.value > 40.0 else ()
        return next((f"; is {sg:.3f} meant?" for sg in typed if 0.99 <= sg <= 1.2), "")

    @property
    def converted(self) -> float:
        """The value in the unit that the quantity has inside of brewpi."""
        return stated(self.quantity, self.value, self.unit)


class StartBatch(Fields):
    """A new batch is in the tank."""

    name: Text
    medium: Medium | None = None
    og: OriginalGravity | None = None
    expected_attenuation: Attenuation | None = None
    style: Text | None = None
    yeast: Text | None = None
    yeast_low_c: Annotated[float, Field(ge=-2.0, le=40.0), BeforeValidator(as_celsius)] | None = None
    yeast_high_c: Annotated[float, Field(ge=0.0, le=50.0), BeforeValidator(as_celsius)] | None = None
    pitched_at: AwareDatetime | None = Field(default=None, strict=False)

    @model_validator(mode="after")
    def _has_a_range(self) -> StartBatch:
        if self.yeast_low_c is not None and self.yeast_high_c is not None and self.yeast_low_c > self.yeast_high_c:
            raise ValueError(f"yeast_low_c of {self.yeast_low_c:g} is above yeast_high_c of {self.yeast_high_c:g}")
        return self


class CorrectBatch(Fields):
    """What was said of the running batch, or of an earlier one by its id, was wrong or not yet known: only the fields
    that are given change."""

    batch: Id | None = None
    name: Text | None = None
    og: OriginalGravity | None = None
    style: Text | None = None
    yeast: Text | None = None
    pitched_at: AwareDatetime | None = Field(default=None, strict=False)
    medium: Medium | None = None
    expected_attenuation: Attenuation | None = None

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
    points: Annotated[float, Field(ge=POINTS[0], le=POINTS[1]), BeforeValidator(as_points)]


class ForgetReading(Fields):
    """A hand reading was wrong: `reading` is the id of the command that gave it (or this command's own id is)."""

    reading: Id | None = None


class Note(Fields):
    """Anything worth remembering, on the curve at its time."""

    text: Annotated[str, Field(min_length=1, max_length=400), AfterValidator(one_line)]
    at: AwareDatetime | None = Field(default=None, strict=False)


class Calibrate(Fields):
    """A sensor reads so much where so much is true: an offset, points of [read, true] or a polynomial, and for a
    hydrometer the temperature at which it is right; in the unit of the quantity's name. `forget` takes it back."""

    sensor: Annotated[str, Field(min_length=1, max_length=64)]
    quantity: Annotated[str, Field(min_length=1, max_length=40)]
    offset: float | None = None
    points: Annotated[
        list[Annotated[tuple[float, float], Field(strict=False)]] | None, BeforeValidator(as_pairs)
    ] = Field(default=None, min_length=2, max_length=20)
    polynomial: list[float] | None = Field(default=None, min_length=2, max_length=5)
    reference_c: float | None = Field(default=None, ge=0.0, le=40.0)
    forget: bool = False

    @property
    def given(self) -> dict[str, Any]:
        """What is said of it."""
        options = self.model_dump(include={"offset", "points", "polynomial", "reference_c"}, exclude_none=True)
        return {name: tuple(value) if isinstance(value, list) else value for name, value in options.items()}

    @model_validator(mode="after")
    def _says_something(self) -> Calibrate:
        if self.forget == bool(self.given):
            raise ValueError("say either how it is calibrated (offset, points, polynomial, reference_c) or forget")
        return self


class EndBatch(Fields):
    """Ends the batch: the tank is empty."""


TIME_OF_DAY = re.compile(r"\d{1,2}:\d{2}")
EPOCHS = 1e9, 1e17  # seconds to nanoseconds since 1970


def _in_any_writing(value: object, read: ValidatorFunctionWrapHandler) -> object:
    """A local time without a zone, a browser's date, seconds since 1970: a time, whichever it is."""
    try:
        return read(value)
    except ValueError:
        said = isinstance(value, str) and TIME_OF_DAY.search(value)
        if said or (isinstance(value, int | float) and EPOCHS[0] <= value <= EPOCHS[1]):
            return datetime.fromtimestamp(0.0, UTC)
        raise


class Stop(Fields):
    """Everything into its safe state, until `resume`. How old it is is not asked, so its time may be in any writing."""

    issued_at: Annotated[AwareDatetime, WrapValidator(_in_any_writing)] = Field(strict=False)


class Resume(Fields):
    """Ends a stop: control goes on."""


class Acknowledge(Fields):
    """Somebody has seen an alarm, by its `key` in the state: it is not repeated."""

    key: Text


class SetMode(Fields):
    """How much the software may do by itself."""

    action: Literal["step", "dose", "drain"]
    mode: Literal["advise", "ask", "act"]


def _as_the_state_has_it(value: object) -> object:
    word = value.strip().lower() if isinstance(value, str) else ""
    if word and word != value:
        raise ValueError(f'should be written as in the state, in small letters: "{word[:40]}"')
    return value


class Answer(Fields):
    """Yes (`confirm`) or no (`veto`) to what is asked; `what` where several things wait, or a word such as "vdk"."""

    what: Annotated[str | None, BeforeValidator(_as_the_state_has_it)] = Field(
        default=None, max_length=40, pattern=r"^[a-z][a-z0-9_]*$", examples=["vdk"]
    )
    key: Text | None = Field(
        default=None, examples=["primary->rise"],
        description="of the question in the state's asks: an answer that comes when another is asked is refused",
    )  # fmt: skip


class GiveDose(Fields):
    """A dose of nutrient: by the pump, or one that a person has given and that counts."""

    volume_ml: float = Field(gt=DOSE_ML[0], le=DOSE_ML[1])
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
