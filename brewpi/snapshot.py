"""What a part of a tank wants back after a restart, typed; read so that a damaged field costs itself and no other.

A `Snapshot` is read field by field: what is damaged or unknown is left out and named. A `Value` in it (a ramp, a
question) means nothing in parts and is taken whole or not at all. Every default is on the safe side.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Protocol, Self, TypeVar, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)

EARLIEST, LATEST = 0.0, 4e9  # times, Unix seconds: until the year 2096
At = Annotated[float, Field(ge=EARLIEST, le=LATEST)]
Words = Annotated[str, AfterValidator(lambda text: text[:1000])]
Held = TypeVar("Held", bound="Snapshot")


@dataclass(slots=True)
class Skipped:
    """What was left out, as "recipe.ramp.target_c: Input should be a valid number": damaged, or of no known name."""

    damaged: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    _path: list[str] = field(default_factory=list)

    def name(self, *more: object) -> str:
        """Where the reading is, as the record has it."""
        return ".".join((*self._path, *(str(part) for part in more if part != "[key]")))

    def note(self, error: ValidationError) -> None:
        """Everything that is wrong with the value at which the reading is."""
        for detail in error.errors(include_url=False, include_input=False):
            self.damaged.append(f"{self.name(*detail['loc'])}: {detail['msg']}")


class Value(BaseModel):
    """Whole or not at all."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Snapshot(BaseModel):
    """Field by field. `always`: what every record of it has ever held, so that without it something is wrong."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)
    always: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def read(cls, data: object) -> tuple[Self, Skipped]:
        """A record as a restart finds it, and what of it was left out. Raises ValidationError for what is no record."""
        skipped = Skipped()
        return cls.model_validate(data, context=skipped), skipped

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, data: Any, info: ValidationInfo) -> Any:
        if isinstance(info.context, Skipped) and isinstance(data, dict):
            found = info.context
            found.unknown += [found.name(key) for key in data if key not in cls.model_fields]
            found.damaged += [f"{found.name(key)}: is missing" for key in cls.always if key not in data]
        return data

    @field_validator("*", mode="wrap")
    @classmethod
    def _skip(cls, value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        name, skipped = str(info.field_name), info.context
        if not isinstance(skipped, Skipped):
            return read(value)
        skipped._path.append(name)
        try:
            return read(value)
        except ValidationError as error:
            skipped.note(error)
            kind = cls.model_fields[name]
            if get_origin(kind.annotation) is dict and isinstance(value, dict):
                bad = {detail["loc"][0] for detail in error.errors() if detail["loc"]}
                return read({key: one for key, one in value.items() if key not in bad})
            if kind.is_required():
                raise
            return kind.get_default(call_default_factory=True)
        finally:
            skipped._path.pop()


class Restorable(Protocol[Held]):
    """A part of a tank that comes back after a restart as it was."""

    def snapshot(self) -> Held:
        """What it has to know to go on."""

    def restore(self, kept: Held, now: float) -> None:
        """Go on from there; called once, before the first tick."""
