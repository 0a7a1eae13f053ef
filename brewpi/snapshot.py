"""What a part of a tank wants back after a restart, typed; read so that a damaged field costs itself and no other.

A `Snapshot` is read field by field: what is damaged or unknown is left out and named. A `Value` in it (a ramp, a
question) means nothing in parts and is taken whole or not at all. Every default is on the safe side. What is written
down is not checked (`model_construct`): a latch must not be lost because something beside it is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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

from brewpi.validation import sentences

EARLIEST, LATEST = 0.0, 4e9  # times, Unix seconds: until the year 2096
At = Annotated[float, Field(ge=EARLIEST, le=LATEST)]
Words = Annotated[str, AfterValidator(lambda text: text[:1000])]
Held = TypeVar("Held", bound="Snapshot")


@dataclass(slots=True)
class Skipped:
    """What was left out, as "recipe.ramp.target_c: should be a number": damaged, or of no known name."""

    damaged: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    _path: list[str] = field(default_factory=list)

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        """While the value of this name is read."""
        self._path.append(name)
        try:
            yield
        finally:
            self._path.pop()

    def name(self, *more: object) -> str:
        """Where the reading is, as the record has it."""
        return ".".join((*self._path, *map(str, more)))

    def note(self, error: ValidationError, below: int = 0) -> None:
        """Everything that is wrong with the value at which the reading is; the first `below` are named already."""
        found = [{**detail, "loc": detail["loc"][below:]} for detail in error.errors(include_url=False)]
        self.damaged += sentences(found, key=self.name(), word="field")


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
        kind = cls.model_fields[name]
        with skipped.at(name):
            if get_origin(kind.annotation) is dict and isinstance(value, dict):
                return {known: one for key in value for known, one in _entry(key, value[key], read, skipped).items()}
            try:
                return read(value)
            except ValidationError as error:
                if kind.is_required():
                    raise
                skipped.note(error)
                return kind.get_default(call_default_factory=True)


def _entry(key: object, value: object, read: ValidatorFunctionWrapHandler, skipped: Skipped) -> dict[Any, Any]:
    """One entry of a table, or none: a damaged one costs no other."""
    with skipped.at(str(key)):
        try:
            entry: dict[Any, Any] = read({key: value})
            return entry
        except ValidationError as error:
            skipped.note(error, below=1)
            return {}


class Restorable(Protocol[Held]):
    """A part of a tank that comes back after a restart as it was."""

    def snapshot(self) -> Held:
        """What it has to know to go on."""

    def restore(self, kept: Held, now: float) -> None:
        """Go on from there; called once, before the first tick."""
