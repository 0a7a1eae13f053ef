"""Every option takes values of its own kind alone: what a slip of the pen puts there is refused by a sentence."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError

from brewpi import outbound, outputs, sensors
from brewpi.config.config import ConfigErrors, loads
from brewpi.config.described import models
from brewpi.control import conditions
from brewpi.control.nutrients import Nutrients
from brewpi.control.procedure import BadRecipe, Facts, Procedure, Step, Transfer, parse
from brewpi.forecast import forecaster
from brewpi.registry import load
from brewpi.validation import from_toml, sentences

RECIPES = (Procedure, Facts, Step, Transfer, Nutrients, *(load(conditions.KINDS, kind) for kind in conditions.KINDS))
WRONG: dict[type, tuple[Any, ...]] = {
    float: (True, "5", float("nan"), float("inf"), -float("inf"), [5.0], {"a": 5.0}, date(2026, 5, 1), 10**400),
    int: (True, "5", 5.5, float("nan"), [5], {"a": 5}, date(2026, 5, 1)),
    bool: (1, 0, "true", "yes", 1.0, [True], date(2026, 5, 1)),
    str: (5, 5.0, True, ["a"], {"a": "b"}, date(2026, 5, 1), datetime(2026, 5, 1, 12)),
    Path: (5, True, ["a"], date(2026, 5, 1), "", " ", "~/brewpi.sqlite", "~pi/brewpi.sqlite"),
    tuple: ("a", 5, True, {"a": "b"}, date(2026, 5, 1)),
    date: (5, 5.0, True, "soon", ["2026-05-01"]),
}


def known(group: Any) -> str:
    """The kinds of a group as a sentence lists them."""
    return ", ".join(sorted(group.KINDS))


def kinds_of(annotation: Any) -> set[type]:
    """What Python types an option takes."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return kinds_of(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return {kind for one in get_args(annotation) for kind in kinds_of(one)}
    if origin is Literal:
        return {type(word) for word in get_args(annotation)}
    found = origin or annotation
    return {found} if isinstance(found, type) else set()


def options() -> Iterator[Any]:
    for model in dict.fromkeys((*models(), *RECIPES)):
        for name, field in model.model_fields.items():
            kinds = kinds_of(field.annotation) - {type(None)}
            if len(kinds) == 1 and (kind := kinds.pop()) in WRONG:
                yield pytest.param(model, name, kind, id=f"{model.__module__.rpartition('.')[2]}-{name}")


@pytest.mark.parametrize(("model", "name", "kind"), list(options()))
def test_an_option_takes_its_own_kind_alone(model: type[BaseModel], name: str, kind: type):
    for wrong in WRONG[kind]:
        with pytest.raises(ValidationError) as caught:
            from_toml(model, {name: wrong})
        said = sentences(caught.value, model, shows_input=True)
        assert len([one for one in said if one.startswith(f"{name}") and "should be" in one]) == 1, (wrong, said)


@pytest.mark.parametrize("path", ["", ".", "/", "~/brewpi.sqlite"])
def test_a_record_is_a_file(path: str):
    with pytest.raises(ConfigErrors, match=r"store\.path: is '.*'; it should be a "):
        loads(f'site = "a"\nstore.path = "{path}"\ntanks.fv1.volume_l = 500\n', "cellar.toml")


def test_every_text_of_a_certain_form_has_an_example_instead_of_a_pattern():
    found = {
        f"{model.__name__}.{name}": (field.examples, constraint.pattern)
        for model in (*models(), *RECIPES)
        for name, field in model.model_fields.items() for constraint in field.metadata
        if getattr(constraint, "pattern", None)
    }  # fmt: skip
    assert {"Config.site", "Ds18b20.id", "Step.name", "Operator.confirms"} <= set(found)
    for name, (examples, pattern) in found.items():
        assert examples, name
        assert all(re.search(pattern, one) for one in examples), name


def test_a_form_is_told_by_its_example():
    with pytest.raises(ConfigErrors) as caught:
        loads('site = "My Cellar"\n[tanks.fv1]\nvolume_l = 500\nsensors.hand = { kind = "manual" }\n', "c")
    assert "c: site: is 'My Cellar'; it should be like 'old-cellar'" in caught.value.sentences


def test_every_number_of_a_config_is_among_them():
    numbers = [one.values for one in options() if one.values[2] in (int, float)]
    assert len(numbers) > 150


@pytest.mark.parametrize(
    ("written", "sentence"),
    [("true", "tick_s: is true; it should be a number"),
     ('"5"', "tick_s: is '5'; it should be a number, without quotes"),
     ("nan", "tick_s: is nan; it should be a finite number"), ("-inf", "tick_s: is -inf; it should be a finite number"),
     ("[5]", "tick_s: is [5]; it should be a number, without [ ]"),
     ("2026-05-01", "tick_s: is 2026-05-01; it should be a number")],
)  # fmt: skip
def test_a_number_that_is_none_is_refused_by_one_sentence(written: str, sentence: str):
    with pytest.raises(ConfigErrors) as caught:
        loads(f'site = "a"\ntick_s = {written}\ntanks.fv1.volume_l = 500\n', "cellar.toml")
    assert caught.value.sentences == [f"cellar.toml: {sentence}"]


def refused(lines: str) -> list[str]:
    """What is said of these lines in the table of a tank."""
    with pytest.raises(ConfigErrors) as caught:
        loads(f'site = "a"\n[tanks.fv1]\nvolume_l = 500\n{lines}\n', "c")
    return caught.value.sentences


@pytest.mark.parametrize("written", ["14:30:00", "2026-05-01T14:30:00Z", "'relay'", "[1]", "true"])
@pytest.mark.parametrize(("group", "kinds"), [("sensors", known(sensors)), ("outputs", known(outputs))])
def test_what_should_be_a_table_of_a_plug_and_is_none_is_called_none(group: str, kinds: str, written: str):
    (said,) = refused(f"{group}.cool = {written}")
    assert said.startswith(f'c: tanks.fv1.{group}.cool: is {written}; it should be a table with "kind"; known: {kinds}')


def test_what_stands_in_place_of_a_way_out_may_be_its_secret():
    (said,) = refused('[outbound]\nphones = "https://ntfy.example/secret"')
    assert said.startswith(f'c: outbound.phones: should be a table with "kind"; known: {known(outbound)}')


@pytest.mark.parametrize("written", ["14:30:00", "2026-05-01T14:30:00Z", "true", "5", "['relay']"])
def test_a_kind_that_is_no_text_is_called_none(written: str):
    text = f"is {written}; it should be text; known: "
    (said,) = refused(f"outputs.cool = {{ kind = {written} }}")
    assert said.startswith(f'c: tanks.fv1.outputs.cool: option "kind" {text}{known(outputs)}')
    (said,) = refused(f"[model]\nkind = {written}")
    assert said.startswith(f'c: model: option "kind" {text}{known(forecaster)}')
    (said,) = refused_step(f'name = "rest"\nuntil = {{ kind = {written} }}')
    assert f'until: option "kind" {text}{known(conditions)}' in said


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [('sensors."my beer" = { kind = "ds18b20", id = 5 }', 'tanks.fv1.sensors."my beer".id: is 5; it should be text'),
     ('sensors."my beer" = 5', 'tanks.fv1.sensors."my beer": is 5; it should be a table'),
     ('sensors."a.b" = { kind = "ds18b2" }', 'tanks.fv1.sensors."a.b": unknown kind "ds18b2"'),
     ('outputs."my cool" = { kind = "relay", pin = 5 }', 'tanks.fv1.outputs."my cool": there is no role my cool'),
     ('[shared."g l"]', 'shared."g l": the name of a shared output is made of'),
     ('[outbound]\n"my phone" = { kind = "ntfi" }', 'outbound."my phone": unknown kind "ntfi"')],
)  # fmt: skip
def test_a_place_is_told_as_it_stands_in_the_file(lines: str, sentence: str):
    assert [said for said in refused(lines) if said.startswith(f"c: {sentence}")], refused(lines)


def test_a_tank_of_two_words_is_told_as_it_stands_in_the_file():
    with pytest.raises(ConfigErrors) as caught:
        loads('site = "a"\ntanks."f v" = 5\n', "c")
    assert caught.value.sentences[-1] == 'c: tanks."f v": has to be a table [tanks."f v"]'


def test_a_pin_of_a_sensor_of_two_words_is_told_as_it_stands_in_the_file():
    twice = 'kind = "ds18b20", id = "28-0316a2794eff"'
    said = refused(f'sensors."my beer" = {{ {twice}, measure = "beer_c" }}\nsensors."b c" = {{ {twice} }}')
    assert said[0] == (
        'c: tanks.fv1.sensors."b c": DS18B20 28-0316a2794eff already belongs to tanks.fv1.sensors."my beer";'
        " give each its own"
    )
    assert said[1].startswith('c: tanks.fv1.sensors."b c": beer_c is already measured by my beer')


@pytest.mark.parametrize("digits", ["0x" + "F" * 5000, "0b" + "1" * 20000, "0o" + "7" * 9000, "9" * 5000])
@pytest.mark.parametrize("option", ["area", "sensors.beer", "outputs.cool.kind", "limits"])
def test_a_number_of_thousands_of_digits_is_refused_however_it_is_written(option: str, digits: str):
    (said,) = refused(f"{option} = {digits}")
    assert said.startswith("c: is not valid TOML (")


def refused_step(table: str) -> tuple[str, ...]:
    """What is said of a recipe with this one step."""
    with pytest.raises(BadRecipe) as caught:
        parse(f'name = "a"\n[[steps]]\n{table}\n', "a.toml")
    return tuple(caught.value.sentences)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [('"latest_h" = 0\nname = "cold crash"', 'steps."cold crash".latest_h: is 0; it should be greater than 0'),
     ("name = 14:30:00", "steps.1.name: is 14:30:00; it should be text"),
     ('name = "a"\nuntil = 14:30:00', "steps.a.until: is 14:30:00; until: has to be a table such as")],
)  # fmt: skip
def test_a_step_is_told_as_it_stands_in_its_recipe(table: str, sentence: str):
    sentences = refused_step(table)
    assert [said for said in sentences if said.startswith(f"a.toml: {sentence}")], sentences


@pytest.mark.parametrize(
    ("table", "sentence"),
    [("latest_h = true", "steps.rest.latest_h: is true; it should be a number"),
     ('until = { kind = "elapsed", hours = true }', "until.hours: is true; it should be a number"),
     ('until = { kind = "elapsed", hours = nan }', "should be a finite number")],
)  # fmt: skip
def test_a_number_of_a_recipe_that_is_none_is_refused_too(table: str, sentence: str):
    (said,) = refused_step(f'name = "rest"\n{table}')
    assert sentence in said


def test_what_is_of_its_kind_is_taken():
    text = """
site = "a"
tick_s = 5
shared.glycol = { role = "cool", tanks = ["fv1"], output = { kind = "relay", pin = 6 } }
store = { path = "a.sqlite" }
[tanks.fv1]
volume_l = 500
sensors.beer = { kind = "ds18b20", id = "28-0316a2794eff", calibration.beer_c = { offset = 1, since = 2026-05-01 } }
outputs.cool = { kind = "relay", pin = 27, compressor = true }
temperature.target_c = 19
"""
    config = loads(text, "cellar.toml")
    assert config.store.path == Path("a.sqlite")
    assert config.shared["glycol"].tanks == ("fv1",)
    assert config.tanks["fv1"].sensors["beer"].calibration["beer_c"].since == date(2026, 5, 1)
