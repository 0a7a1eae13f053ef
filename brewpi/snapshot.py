"""What a part of a tank wants back after a restart, typed; read so that a damaged field costs itself and no other.

A `Snapshot` is read field by field: what is damaged or unknown is left out and named. A `Value` in it (a ramp, a
question) means nothing in parts and is taken whole or not at all. Every default is on the safe side. What is written
down is not checked (`model_construct`): a latch must not be lost because something beside it is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
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


_set = object.__setattr__  # they are frozen


@cache
def _blank(kind: type[BaseModel]) -> tuple[dict[str, Any], dict[str, Callable[[], Any] | None]]:
    """The fields with their defaults, and those of them that have none (None) or need a new one each time."""
    fields = kind.model_fields
    made: dict[str, Callable[[], Any] | None] = {
        name: None if one.is_required() else partial(one.get_default, call_default_factory=True)
        for name, one in fields.items() if one.is_required() or one.default_factory is not None
    }  # fmt: skip
    return {name: one.default for name, one in fields.items()}, made


class _Unchecked(BaseModel):
    """What is written down: a tank makes a dozen of these at every tick, to see whether one of them has changed."""

    @classmethod
    def model_construct(cls, _fields_set: set[str] | None = None, **values: Any) -> Self:
        """As pydantic's, which also asks each field for aliases, in a third of its time."""
        blank, made = _blank(cls)
        written = {**blank, **values}
        if len(values) < len(blank) and made:
            for name in made.keys() - values.keys():
                default = made[name]
                if default is None:
                    del written[name]
                else:
                    written[name] = default()
        one = cls.__new__(cls)
        _set(one, "__dict__", written)
        _set(one, "__pydantic_fields_set__", set(values) if _fields_set is None else _fields_set)
        _set(one, "__pydantic_extra__", None)
        _set(one, "__pydantic_private__", None)
        return one

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__


class Value(_Unchecked):
    """Whole or not at all."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Snapshot(_Unchecked):
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
