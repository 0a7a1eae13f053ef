"""A recipe as a brewer writes it: facts of the batch, then steps that go forward only (ISA-88 recipe procedure).

    name = "Pale ale"

    [batch]
    medium = "beer"
    og = 1.050
    expected_attenuation = 0.78

    [[steps]]
    name = "primary"
    target_c = 19.0
    until = { kind = "rest_cue", dwell_h = 1 }
    latest_h = 168

    [[steps]]
    name = "transfer"
    transfer = { window_h = 48, min_attenuation = 0.65 }
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from brewpi.control.nutrients import Nutrients
from brewpi.control.until import BadUntil, Group, Leaf, Until
from brewpi.control.until import parse as parse_until
from brewpi.media import Medium
from brewpi.toml_file import NotToml, parse_toml
from brewpi.toml_lines import numbered
from brewpi.validation import from_toml, sentences

CRASH_C = 4.0  # colder than the step before: no room cools so much in its time, nor do people what still ferments


class BadRecipe(Exception):
    """A recipe that cannot be followed: `sentences`, each with file, key and remedy; `told`: the same, with the line of
    each key."""

    def __init__(self, sentences: list[str], told: Sequence[str] = ()) -> None:
        super().__init__("\n".join(sentences))
        self.sentences, self.told = sentences, told or sentences


class Facts(BaseModel):
    """`[batch]`: what is known of every batch brewed by this recipe."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    medium: Medium = Field(default="beer", description="what ferments")
    style: str | None = Field(default=None, description="in a brewer's words, such as \"saison\"")
    og: float | None = Field(default=None, ge=1.0, le=1.2, description="original gravity, SG")
    expected_attenuation: float | None = Field(default=None, gt=0.2, le=1.2, description="apparent, 0.78 of 1")
    yeast: str | None = Field(default=None, description="strain, such as \"us-05\"")
    yeast_low_c: float | None = Field(default=None, ge=-2.0, le=45.0, description="colder, it goes to sleep")
    yeast_high_c: float | None = Field(default=None, ge=-2.0, le=45.0, description="warmer, it spoils the taste")


class Transfer(BaseModel):
    """`transfer` of a step: what gravity has to show before the drain valve may open."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    window_h: float = Field(default=48.0, ge=24.0, le=240.0, description="hours of stable gravity")
    change_sg: float = Field(default=0.001, gt=0.0, le=0.002, description="fall over the window, at the most")
    min_attenuation: float = Field(default=0.6, gt=0.2, le=1.2, description="below this nothing counts as stable")


class Step(BaseModel):
    """`[[steps]]`: one recipe step. Without `until` it is the last: it holds until the batch is ended."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$", examples=["cold-crash"], description="as operators read it")
    target_c: float | None = Field(default=None, ge=-2.0, le=45.0, description="beer temperature; absent: as before")
    ramp_c_per_h: float | None = Field(default=None, gt=0.0, le=20.0, description="the tank's own ramp when absent")
    until: Any = Field(default=None, description="when the step may end, see the conditions")
    latest_h: float = Field(default=336.0, gt=0.0, le=10_000.0, description="after so long it asks instead of waiting")
    transfer: Transfer | None = Field(default=None, description="the tank may be drained in this step")

    @field_validator("until")
    @classmethod
    def _parsed(cls, value: Any) -> Until | None:
        if value is None or isinstance(value, (Leaf, Group)):
            return value
        try:
            return parse_until(value)
        except BadUntil as error:
            raise ValueError(str(error)) from None


class Procedure(BaseModel):
    """A recipe file, all of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=80, description="of the recipe")
    batch: Facts = Field(default_factory=Facts, description="what is known of every batch")
    steps: tuple[Step, ...] = Field(min_length=1, description="in order; they go forward only")
    nutrients: Nutrients | None = Field(default=None, description="absent: nothing is dosed")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        names = [step.name for step in self.steps]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f'two steps are called "{name}"; operators could not tell them apart')
        for step in self.steps[:-1]:
            if step.until is None:
                raise ValueError(f'step "{step.name}" never ends: it needs an until, for a step follows')
        return self


def parse(text: str, file: str) -> Procedure:
    """Read a recipe. Raises BadRecipe with every mistake in it."""
    try:
        data = parse_toml(text)
    except NotToml as error:
        raise BadRecipe(error.of(file)) from None
    try:
        return from_toml(Procedure, data)
    except ValidationError as error:
        found = [detail for detail in error.errors() if not _follows(data, detail)]
        named = [{**detail, "loc": _named(data, detail["loc"])} for detail in found]
        mistakes = sentences(named, Procedure, shows_input=True)
        said = [f"{file}: {sentence}" for sentence in mistakes]
        raise BadRecipe(said, numbered(text, said, [detail["loc"] for detail in found])) from None


def _follows(data: dict[str, Any], detail: Any) -> bool:
    """Whether a mistake is only there because of another one: a recipe whose one step is wrong has a step."""
    return detail["type"] == "too_short" and detail["loc"] == ("steps",) and bool(data.get("steps"))


def _named(data: dict[str, Any], loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The key that a brewer finds in the file: a step by its name instead of its number."""
    match loc:
        case ("steps", int(i), *rest):
            step = data["steps"][i]
            name = step.get("name") if isinstance(step, dict) else None
            return ("steps", name if isinstance(name, str) else i + 1, *rest)
    return loc
