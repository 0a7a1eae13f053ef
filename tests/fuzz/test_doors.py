"""Whatever comes in at a door: no exception but the one it promises; all of it can be stored, sent and shown."""

from __future__ import annotations

import json
import math
import os
from contextlib import suppress
from typing import Any

import pytest
from fuzz_doors import DOORS, SEEDS, SLOW
from hypothesis import given, settings
from hypothesis import strategies as st

from brewpi.dashboard.feed.board import Board
from brewpi.forecast.tflite_model import ModelCard, ModelError
from brewpi.hardware.plug_context import Inbox, Message
from brewpi.mqtt.broker_users import PUBLISHED
from brewpi.mqtt.command_fields import COMMANDS
from brewpi.mqtt.commands import Accepted, parse
from brewpi.mqtt.signing import why_unproven
from brewpi.records import Reading
from brewpi.sanitize import clean_fields, clean_text, is_clean, parse_object
from brewpi.sensors import SensorError
from brewpi.sensors.messages.formats import FORMATS
from brewpi.sensors.messages.unit_changes import UnitChanges
from brewpi.sensors.mqtt_thermometer import MqttProbe, MqttThermometer
from brewpi.sensors.topic import Topic, TopicProbe
from brewpi.store.rows import dose_of, event_of, mark_of, past_forecast_of, point_of, setting_of, unpacked
from brewpi.toml_file import parse_toml

NOW = 1_790_000_000.0
EXAMPLES = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "60")), deadline=None)  # machines are busy
WORDS = ["gravity", "SG", "temperature", "temp_units", "RSSI", "timeStamp", "id", "by", "issued_at", "target_c", "at"]
TEXTS = st.text(st.characters(), max_size=40) | st.sampled_from(["\ud800", "\x00", "\u202e", "NaN", "1e999", "plato"])
NUMBERS = st.integers(-(10**400), 10**400) | st.floats() | st.sampled_from([2**63, -(2**63), 1e308])
VALUES: Any = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from(WORDS) | TEXTS, VALUES, max_size=8)
PAYLOADS = st.binary(max_size=200) | OBJECTS.map(lambda fields: json.dumps(fields).encode())


def readings_of(probe: TopicProbe | MqttProbe) -> list[Reading]:
    """What it reads, or none, with a sentence that can be shown."""
    said, readings = "", list[Reading]()
    try:
        readings = probe.read(NOW)
    except SensorError as error:
        said = str(error)
    assert is_clean(said)
    assert len(said) < 700
    return readings


@EXAMPLES
@given(PAYLOADS, st.sampled_from(sorted(FORMATS)), st.booleans())
def test_a_hydrometer(payload, format_, retained):
    unit = None if FORMATS[format_].says_unit else "plato"
    options = Topic(topic="t", format=format_, unit=unit, measure=("sg", "beer_c"))
    inbox = Inbox()
    probe = TopicProbe(inbox, options, UnitChanges())
    for field in ("gravity", "RSSI"):
        inbox.put(Message(f"t/{field}" if FORMATS[format_].by_field else "t", payload, retained, NOW))
    assert all(isinstance(reading.value, float) for reading in readings_of(probe))


PROBED = OBJECTS.map(lambda inner: json.dumps({"DS18B20": {"Temperature": 20.4} | inner, "TempUnit": "C"}).encode())


@EXAMPLES
@given(PAYLOADS | PROBED, st.sampled_from([None, "temp", "DS18B20.Temperature"]), st.booleans())
def test_a_thermometer(payload, field, retained):
    options = MqttThermometer(topic="t", field=field, temperature_unit="c", measure="beer_c")
    inbox = Inbox()
    probe = MqttProbe(inbox, options, UnitChanges())
    inbox.put(Message("t", payload, retained, NOW))
    readings = readings_of(probe)
    assert not (retained and readings)
    assert all(math.isfinite(reading.value) for reading in readings)


@EXAMPLES
@given(PAYLOADS, st.sampled_from(sorted(COMMANDS)) | TEXTS, st.booleans())
def test_a_command(payload, name, retained):
    verdict = parse(Message(f"brewpi/s/fv1/command/{name}", payload, retained, NOW), NOW, ())
    if not isinstance(verdict, Accepted):
        assert is_clean(verdict.why)
        json.dumps([verdict.id, verdict.why, verdict.name], ensure_ascii=False).encode()
    parse(Message(name, payload, retained, NOW), NOW, (), {"anna": b"k" * 32})


@EXAMPLES
@given(OBJECTS, VALUES)
def test_a_signature(fields, sig):
    assert why_unproven({"anna": b"k" * 32}, "s", "t", "n", fields, sig)


@EXAMPLES
@given(OBJECTS, TEXTS)
def test_what_is_cleaned_can_be_stored_and_sent(fields, text):
    json.dumps(clean_fields(fields), ensure_ascii=False).encode("utf-8")
    assert is_clean(clean_text(text))


@EXAMPLES
@given(st.binary(max_size=300))
def test_bytes_that_may_be_an_object(payload):
    with suppress(ValueError):
        assert isinstance(parse_object(payload), dict)


@EXAMPLES
@given(TEXTS | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_a_config(text):
    with suppress(ValueError):
        assert isinstance(parse_toml(text), dict)


@EXAMPLES
@given(st.lists(VALUES | st.binary(max_size=60), min_size=1, max_size=8))
def test_a_row_of_the_record(row):
    for make in (dose_of, event_of, mark_of, point_of, setting_of, past_forecast_of, lambda one: unpacked(one[0])):
        with suppress(ValueError):
            make(tuple(row))


@EXAMPLES
@given(OBJECTS)
def test_a_card(tmp_path_factory, fields):
    path = tmp_path_factory.mktemp("card") / "card.json"
    path.write_text(json.dumps({"format": 1, **fields}))
    with suppress(ModelError):
        ModelCard.read(path)


@EXAMPLES
@given(st.lists(st.tuples(st.sampled_from(PUBLISHED), PAYLOADS), max_size=4))
def test_a_board(messages):
    board = Board()
    board.receive(Message(f"brewpi/s/fv1/{word}", payload, False, NOW) for word, payload in messages)
    board.ordered(NOW)


# What breaks readers: other bytes, halves of characters, numbers that are none, openings without an end.
TOKENS = [
    b"\x00",
    b"\xff",
    b"\xb2",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b"\xd9\xa3",
    b"\\ud800",
    b"NaN",
    b"inf",
    b"1e999",
    b"1e308",
    b"-0",
    b"-1",
    b"0.0",
    b"9" * 400,
    b"[" * 300,
    b'{"a":' * 50,
    b"]",
    b"}",
    b'"',
    b"'",
    b";",
    b",",
    b"\t",
    b"\n",
    b"\r\n",
    b"  ",
    b"#",
    b"9999-12-31T23:59:59+14:00",
    b"0001-01-01",
    b"null",
    b"true",
    b"=1+1",
]


@st.composite
def mutants(draw: Any, door: str) -> bytes:
    """A good one with some of it cut out, doubled or replaced."""
    data = draw(st.sampled_from(SEEDS[door]))
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(data)))
        end = draw(st.integers(at, min(len(data), at + 30)))
        new = draw(st.sampled_from(TOKENS) | st.binary(max_size=8) | st.just(data[at:end] * 2))
        data = data[:at] + new + data[end:]
    return data


def tried_on(door: str, inputs: Any) -> None:
    """As often as there is time for."""

    @settings(EXAMPLES, max_examples=max(3, EXAMPLES.max_examples // SLOW.get(door, 1)))
    @given(inputs)
    def tried(data: bytes) -> None:
        DOORS[door](data)

    tried()


@pytest.mark.parametrize("door", sorted(DOORS))
def test_a_good_one(door):
    for data in SEEDS[door][:: SLOW.get(door, 1)]:
        DOORS[door](data)


@pytest.mark.parametrize("door", sorted(DOORS))
def test_a_good_one_that_is_damaged(door):
    tried_on(door, mutants(door))


@pytest.mark.parametrize("door", sorted(DOORS))
def test_bytes_of_any_kind(door):
    tried_on(door, st.binary(max_size=400))
