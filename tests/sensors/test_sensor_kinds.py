"""Every kind is documented, and its example is a config that builds."""

import tomllib

import pytest

from brewpi.quantities import QUANTITIES
from brewpi.registry import load
from brewpi.sensors import KINDS, SensorOptions, kind_of


@pytest.fixture(params=sorted(KINDS))
def kind(request) -> str:
    return request.param


def from_example(kind: str) -> SensorOptions:
    (table,) = tomllib.loads(load(KINDS, kind).example).values()
    assert table.pop("kind") == kind
    return load(KINDS, kind).model_validate(table)


def test_the_example_builds(kind: str):
    options = from_example(kind)

    assert kind_of(options) == kind
    assert options.measures()
    assert set(options.measures()) <= set(QUANTITIES)


def test_every_option_is_described_and_has_its_unit_in_its_name(kind: str):
    options = load(KINDS, kind)

    assert options.__doc__
    for name, field in options.model_fields.items():
        assert field.description, f"{kind}.{name} has no description"
        if field.annotation in (float, float | None):
            units = ("_s", "_c", "_v", "_bar", "_cm", "_sg", "bar_per_v")
            assert name.endswith(units), f"{kind}.{name} has no unit"


def test_an_unknown_option_is_refused(kind: str):
    with pytest.raises(ValueError, match="colour"):
        type(from_example(kind)).model_validate({**from_example(kind).model_dump(), "colour": "red"})


def test_a_simulated_sibling_opens_nothing_on_the_way(kind: str):
    sibling = from_example(kind).simulated()

    assert set(sibling.measures()) <= set(from_example(kind).measures())
