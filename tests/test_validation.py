"""Everything that pydantic finds wrong becomes a sentence in one place, and nobody else makes their own."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from brewpi.validation import LONGEST, from_toml, sentences

PACKAGE = Path(__file__).parent.parent / "brewpi"


class Step(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    hours: float = Field(default=1.0, gt=0.0, description="hours since the step began")
    inner: Annotated["Step | None", "whatever"] = None


class Plan(BaseModel):
    model_config = ConfigDict(extra="forbid")

    volume_l: float = Field(gt=0.5, description="litres of beer in the tank")
    medium: Literal["beer", "wine"] = "beer"
    steps: tuple[Step, ...] = ()
    tanks: dict[str, Step] = Field(default_factory=dict)
    colour: str = "straw"

    @field_validator("colour")
    @classmethod
    def _seen(cls, value: str) -> str:
        if value == "blue":
            raise ValueError("no beer is blue")
        return value


class Relay(BaseModel):
    model_config = ConfigDict(extra="forbid")

    volume_l: float = 5.0
    target_c: float = 19.0
    ramp_c_per_h: float = 0.5
    active_high: bool = True
    pin: int = 17
    channel: str = Field(default="a0", examples=["a0"])


def said(data: Any, kind: Any = Plan, **how: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(data)
    return sentences(caught.value, kind, **how)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, 'option "volume_l" is missing (litres of beer in the tank)'),
        ({"volume_l": 9, "volme_l": 9}, 'unknown option "volme_l"; did you mean "volume_l"?'),
        ({"volume_l": 0}, "volume_l: should be greater than 0.5"),
        ({"volume_l": 9, "medium": "bear"}, "medium: should be 'beer' or 'wine'"),
        ({"volume_l": 9, "colour": "blue"}, "colour: no beer is blue"),
        ({"volume_l": 9, "steps": [{}]}, 'steps.0: option "name" is missing'),
        ({"volume_l": 9, "steps": [{"name": "a", "hour": 2}]}, 'steps.0: unknown option "hour"; did you mean "hours"?'),
        ({"volume_l": 9, "tanks": {"fv1": {"nam": "a", "name": "a"}}}, 'tanks.fv1: unknown option "nam"; did you mean'),
        ({"volume_l": 9, "steps": [{"name": "a", "inner": {"nme": 1, "name": "b"}}]},
         'steps.0.inner: unknown option "nme"; did you mean "name"?'),
        ({"volume_l": 9, "steps": [7]}, "steps.0: should be a table with name, hours, inner"),
        ({"volume_l": 9, "steps": 7}, "steps: should be a list"),
        ({"volume_l": 9, "tanks": "fv1"}, "tanks: should be a table"),
        ({"volume_l": 9, "colour": 7}, "colour: should be text"),
        ("no table", "should be a table"),
    ],
)  # fmt: skip
def test_a_mistake_is_a_sentence_with_its_place_and_the_nearest_right_word(data: Any, sentence: str):
    (found,) = said(data)
    assert found.startswith(sentence)


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("volume_hl", '"volume_hl"; did you mean "volume_l"? Convert the number, from hl to l'),
        ("volume_gal", '"volume_gal"; did you mean "volume_l"? Convert the number, from gal to l'),
        ("Volume_L", '"Volume_L"; did you mean "volume_l"?'),
        ("target_f", '"target_f"; did you mean "target_c"? Convert the number, from f to c'),
        ("ramp_c_per_day", '"ramp_c_per_day"; did you mean "ramp_c_per_h"? Convert the number, from day to h'),
        ("active_low", '"active_low"; did you mean "active_high"? It is the opposite: what is true there is false '
         "here"),
        ("ACTIVE_HIGH", '"ACTIVE_HIGH"; did you mean "active_high"?'),
    ],
)  # fmt: skip
def test_a_name_in_another_unit_or_sense_says_that_its_value_changes_too(option: str, sentence: str):
    """5 hl written as 5 l would be believed, and an inverted relay heats when it should not."""
    (found,) = said({option: 5}, Relay)
    assert found == f"unknown option {sentence}"


class Hold(BaseModel):
    """target_c: as of a tank; deadband_c: a difference."""

    target_c: float = Field(default=19.0, ge=-2.0, le=45.0)
    deadband_c: float = Field(default=0.3, ge=0.1, le=5.0)
    longest_h: float = Field(default=6.0, ge=1.0, le=48.0)


@pytest.mark.parametrize(
    ("option", "value", "end"),
    [
        ("target_c", 68, "less than or equal to 45; 68 °F are 20.0 °C"),
        ("target_c", 66.5, "less than or equal to 45; 66.5 °F are 19.2 °C"),
        ("target_c", 1900, "less than or equal to 45"),  # neither
        ("target_c", -8, "greater than or equal to -2"),
        ("deadband_c", 40, "less than or equal to 5"),  # 40 °F are 4.4 °C, but this is a difference
        ("longest_h", 68, "less than or equal to 48"),
    ],
)
def test_a_temperature_that_is_too_high_says_what_it_is_in_fahrenheit(option: str, value: float, end: str):
    (found,) = said({option: value}, Hold, shows_input=True)
    assert found == f"{option}: is {value}; it should be {end}"


def test_every_mistake_is_said_in_the_words_of_who_reads_it():
    table = {"fv1": {"volume_l": "much", "bung": 1}, "F V": {"volume_l": 9}}
    kind = dict[Annotated[str, Field(pattern="^[a-z0-9]+$")], Plan]
    assert said(table, kind, key="cellar", word="field", shows_input=True) == [
        "cellar.fv1.volume_l: is 'much'; it should be a number",
        'cellar.fv1: unknown field "bung"; known: colour, medium, steps, tanks, volume_l',
        "cellar.\"F V\": is 'F V'; it should match pattern '^[a-z0-9]+$'",
    ]


@pytest.mark.parametrize(
    "written",
    ["2026-11-26", "07:30:00", "2026-11-26T10:00:00+01:00", "'warm'", "['a', 2026-11-26, false]",
     "[{from = 2026-11-26, to = ['b']}]", "2026-11-26T10:00:00Z", "07:30:00.5", '"it\'s \\"warm\\""', "'C:\\x'",
     "[{'a b' = 1}]".replace("'", '"')],
)  # fmt: skip
def test_a_wrong_value_is_repeated_as_it_stands_in_the_file(written):
    table = tomllib.loads(f"volume_l = {written}")
    (sentence,) = said(table, shows_input=True)
    assert sentence.startswith(f"volume_l: is {written}; it should be a")


def test_brackets_too_many_or_too_few_are_said():
    assert said({"volume_l": [9]}, shows_input=True) == ["volume_l: is [9]; it should be a number, without [ ]"]
    assert said({"volume_l": 9, "steps": "a"}, shows_input=True) == [
        "steps: is 'a'; it should be a list, such as ['a']"
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"volume_l": "19.5"}, "volume_l: is '19.5'; it should be a number, without quotes"),
        ({"volume_l": "19,5"}, "volume_l: is '19,5'; it should be a number"),
        ({"volume_l": "20C"}, "volume_l: is '20C'; it should be a number"),
        ({"active_high": "True"}, "active_high: is 'True'; it should be true or false, without quotes"),
        ({"active_high": "hoch"}, "active_high: is 'hoch'; it should be true or false"),
        ({"pin": "17"}, "pin: is '17'; it should be a whole number, without quotes"),
        ({"pin": "0x20"}, "pin: is '0x20'; it should be a whole number, without quotes"),
        ({"channel": 0}, "channel: is 0; it should be text, such as 'a0'"),
        ({"pin": "17.5"}, "pin: is '17.5'; it should be a whole number"),
    ],
)
def test_a_number_that_is_right_but_for_its_quotes_says_so(data: Any, sentence: str):
    with pytest.raises(ValidationError) as caught:
        from_toml(Relay, data)
    assert sentences(caught.value, Relay, shows_input=True) == [sentence]


def test_a_mistake_that_is_no_should_is_told_beside_its_value():
    assert said({"volume_l": 9, "colour": "blue"}, shows_input=True) == ["colour: is 'blue'; no beer is blue"]


def test_a_key_of_blanks_or_of_nothing_is_told_as_it_stands_in_the_file():
    table = {"volume_l": 9, "tanks": {"f v": {}, "": {"name": 5}}}
    assert said(table, shows_input=True) == [
        'tanks."f v": option "name" is missing',
        'tanks."".name: is 5; it should be text',
    ]


def test_words_of_the_outermost_table_are_known_there_and_no_deeper():
    data = {"volume_l": 9, "kid": 1, "steps": [{"name": "a", "kid": 1}]}
    outer, inner = sorted(said(data, also=("kind",)), key=len)
    assert 'did you mean "kind"' in outer
    assert "kind" not in inner


def test_what_a_stranger_sent_is_neither_repeated_at_length_nor_as_it_is():
    (found,) = said({"volume_l": 9, "\u202e" + "x" * 500: 1})
    assert "\u202e" not in found
    assert "x" * LONGEST not in found
    assert "'secret'" not in said({"volume_l": "secret"})[0]


def test_nobody_else_makes_sentences_of_what_pydantic_finds():
    own = re.compile(r"""extra_forbidden|Value error, |\[["']msg["']\]""")
    others = [f for f in sorted(PACKAGE.rglob("*.py")) if own.search(f.read_text(encoding="utf-8"))]
    assert [f.relative_to(PACKAGE).as_posix() for f in others] == ["validation.py"]
