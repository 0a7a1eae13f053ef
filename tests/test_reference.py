"""docs/config.md says what the code says."""

from pathlib import Path

import pytest

from brewpi import outputs, sensors
from brewpi.reference import TABLES, reference

PAGE = Path(__file__).parent.parent / "docs" / "config.md"


def test_it_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == reference(), "type: make docs"


@pytest.mark.parametrize("kind", [*sensors.KINDS, *outputs.KINDS])
def test_every_kind_has_its_place_and_a_line_to_copy(kind: str):
    assert f"### `{kind}`\n" in reference()
    assert f'kind = "{kind}"' in reference()


@pytest.mark.parametrize("title", TABLES)
def test_every_option_of_a_table_is_described(title: str):
    for name, field in TABLES[title].model_fields.items():
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
