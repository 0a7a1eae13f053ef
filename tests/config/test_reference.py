"""docs/config.md and docs/recipes-reference.md say what the code says."""

from pathlib import Path

import pytest

from brewpi import outbound, outputs, sensors
from brewpi.config.condition_table import renewed
from brewpi.config.reference import RECIPE_TABLES, TABLES, recipes_reference, reference
from brewpi.control import conditions
from brewpi.control.procedure import parse

DOCS = Path(__file__).parents[2] / "docs"


def test_it_is_up_to_date():
    assert (DOCS / "config.md").read_text(encoding="utf-8") == reference(), "type: make docs"
    assert (DOCS / "recipes-reference.md").read_text(encoding="utf-8") == recipes_reference(), "type: make docs"
    page = (DOCS / "recipes.md").read_text(encoding="utf-8")
    assert page == renewed(page), "type: make docs"


@pytest.mark.parametrize("kind", conditions.KINDS)
def test_every_condition_has_its_place_and_an_example_that_is_a_recipe(kind: str):
    place = recipes_reference().partition(f"### `{kind}`\n")[2].partition("\n### ")[0]
    example = place.partition("```toml\n")[2].partition("```")[0]
    steps = f'name = "x"\n[[steps]]\nname = "one"\n{example}\n[[steps]]\nname = "two"\n'
    assert parse(steps, "x.toml").steps[0].until.condition.example in example


@pytest.mark.parametrize("kind", [*sensors.KINDS, *outputs.KINDS, *outbound.KINDS])
def test_every_kind_has_its_place_and_a_line_to_copy(kind: str):
    assert f"### `{kind}`\n" in reference()
    assert f'kind = "{kind}"' in reference()


@pytest.mark.parametrize("title", [*TABLES, *RECIPE_TABLES])
def test_every_option_of_a_table_is_described(title: str):
    for name, field in {**TABLES, **RECIPE_TABLES}[title].model_fields.items():
        assert field.description, f"{title}: {name} has no description"


@pytest.mark.parametrize(
    "row",
    [
        "| `tick_s` | number | s | 5 | 1 to 60 | seconds between control steps |",
        "| `ramp_c_per_h` | number | °C/h | 2 | above 0 to 20 | how fast the setpoint moves to a new target; "
        "2-4 for a crash |",
        '| `measure` | `"beer_c"`, `"room_c"`, `"glycol_c"` |  | `"beer_c"` |  | what it is in |',
        "| `pin` | whole number |  | needed | 0 to 27 | GPIO number (BCM), not the number on the header |",
    ],
)
def test_a_row_says_type_unit_default_and_bounds(row: str):
    assert row in reference().splitlines()


@pytest.mark.parametrize(
    "row",
    [
        "| `until` | table |  |  |  | when the step may end, see the conditions |",
        "| `at_h` | list of number | h | `[24, 48, 72, 168]` |  | hours after pitching, one a dose |",
    ],
)
def test_a_row_of_recipes_too(row: str):
    assert row in recipes_reference().splitlines()
