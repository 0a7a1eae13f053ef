"""Every kind is documented, and its example is a config that builds."""

import tomllib

import pytest

from brewpi.outputs import KINDS, OutputOptions
from brewpi.registry import load


@pytest.fixture(params=sorted(KINDS))
def kind(request) -> str:
    return request.param


def from_example(kind: str) -> tuple[str, OutputOptions]:
    ((role, table),) = tomllib.loads(load(KINDS, kind).example).items()
    assert table.pop("kind") == kind
    return role, load(KINDS, kind).model_validate(table)


def test_the_example_builds(kind: str):
    role, options = from_example(kind)

    assert role in options.may_be()
    assert isinstance(options, OutputOptions)


def test_every_option_is_described_and_has_its_unit_in_its_name(kind: str):
    options = load(KINDS, kind)

    assert options.__doc__
    for name, field in options.model_fields.items():
        assert field.description, f"{kind}.{name} has no description"
        if field.annotation in (float, float | None):
            assert name.endswith(("_s", "_w")) or name == "duty_max", f"{kind}.{name} has no unit"  # a share has none


def test_an_unknown_option_is_refused(kind: str):
    _, options = from_example(kind)
    with pytest.raises(ValueError, match="colour"):
        type(options).model_validate({**options.model_dump(), "colour": "red"})


def test_the_simulated_sibling_keeps_every_limit(kind: str):
    role, options = from_example(kind)
    tight = options.model_copy(update={"max_run_s": 601.0, "min_on_s": 7.0, "min_off_s": 8.0, "compressor": True})

    sibling = tight.simulated(role)

    assert sibling.role == role
    assert sibling.pins() == ()
    for limit in OutputOptions.model_fields:
        assert getattr(sibling, limit) == getattr(tight, limit)
