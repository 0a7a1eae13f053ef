"""What a sentence repeats of a file of TOML could stand there."""

import tomllib
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brewpi.toml_text import dotted, key_text, value_text

texts = st.text(st.characters(exclude_categories=["Cs"]))
offsets = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.dates() | st.times() | st.datetimes() | st.datetimes(timezones=offsets)
singles = texts | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | moments
values = st.recursive(singles, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=8)


@given(values)
def test_a_value_as_it_is_written_is_read_as_the_same(value: object):
    written = value_text(value)
    assert tomllib.loads(f"a = {written}") == {"a": value}
    assert "\n" not in written


@given(st.lists(texts, min_size=1, max_size=3))
def test_a_place_as_it_is_written_is_that_of_the_file(keys: list[str]):
    found: object = tomllib.loads(f"{dotted(*keys)} = 5")
    for key in keys:
        assert isinstance(found, dict)
        assert list(found) == [key]
        found = found[key]
    assert found == 5


@pytest.mark.parametrize(
    "written",
    ["2026-05-01T14:30:00Z", "2026-05-01T14:30:00.25Z", "2026-05-01T14:30:00-01:30", "2026-05-01T14:30:00",
     "2026-05-01", "14:30:00", "14:30:00.5", "'warm'", "'C:\\x'", '"it\'s \\"warm\\""', '"a\\nb"', "''", "true",
     '{"a b" = 1, "" = 2, "c.d" = [3.5, false], e-f_9 = \'x\'}', "nan", "-inf"],
)  # fmt: skip
def test_what_people_write_is_repeated_to_the_letter(written: str):
    assert value_text(tomllib.loads(f"a = {written}")["a"]) == written


@pytest.mark.parametrize(
    ("key", "written"), [("fv1", "fv1"), ("f v", '"f v"'), ("", '""'), ('a"b', '"a\\"b"'), ("ü", '"ü"')]
)
def test_only_a_key_that_needs_them_has_quotes(key: str, written: str):
    assert key_text(key) == written
