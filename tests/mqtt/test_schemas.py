"""docs/quantities.md and docs/schemas/ say what the code says, and what is published is what they say."""

import json
from pathlib import Path

import pytest
from forging import golden
from jsonschema import Draft202012Validator

from brewpi.mqtt.payloads import TOPICS
from brewpi.mqtt.schemas import OTHERS, quantities, schemas
from brewpi.quantities import published_rows

DOCS = Path(__file__).parent.parent.parent / "docs"


def test_the_page_of_quantities_is_up_to_date():
    assert (DOCS / "quantities.md").read_text(encoding="utf-8") == quantities(), "type: make docs"


@pytest.mark.parametrize("word", [*TOPICS, *OTHERS])
def test_a_schema_is_up_to_date(word: str):
    assert (DOCS / "schemas" / f"{word}.json").read_text(encoding="utf-8") == schemas()[word], "type: make docs"


@pytest.mark.parametrize("word", TOPICS)
def test_what_is_published_obeys_its_schema(word: str):
    judge = Draft202012Validator(json.loads(schemas()[word]))
    for said in golden(word):
        assert [error.message for error in judge.iter_errors(said)] == []


def test_a_schema_knows_every_row():
    fields = json.loads(schemas()["state"])["properties"]
    for row in published_rows():
        head, _, tail = row.path.partition(".")
        assert head in fields
        assert not tail or tail in fields[head]["properties"]


def test_what_is_out_of_range_breaks_the_schema():
    judge = Draft202012Validator(json.loads(schemas()["state"]))
    assert not judge.is_valid({"at": "2026-05-01T14:30:00Z", "sg": 12.5})
    assert judge.is_valid({"at": "2026-05-01T14:30:00Z", "sg": None, "switches": {"vent_open": None}})
