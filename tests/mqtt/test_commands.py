"""What is obeyed, and how everything else is refused."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brewpi.hardware.plug_context import Message, is_stop
from brewpi.mqtt.command_fields import EndBatch, HandReading, StartBatch, Target
from brewpi.mqtt.commands import Accepted, Refused, parse

NOW = 1_790_000_000.0
ISSUED = "2026-09-21T14:13:15Z"  # five seconds before
ENVELOPE = {"id": "c1", "issued_at": ISSUED, "by": "anna"}


def message(command: str, payload: object = None, retained: bool = False, /, **fields: object) -> Message:
    body = payload if isinstance(payload, bytes) else json.dumps({**ENVELOPE, **fields}).encode()
    return Message(f"brewpi/riverside/fv1/command/{command}", body, retained, NOW)


def why(given: Message, seen: tuple[str, ...] = ()) -> str:
    verdict = parse(given, NOW, seen)
    assert isinstance(verdict, Refused)
    return verdict.why


def test_a_good_command_is_accepted_with_its_fields():
    verdict = parse(message("target", target_c=18.5), NOW, ())
    assert isinstance(verdict, Accepted)
    assert (verdict.tank, verdict.name, verdict.id) == ("fv1", "target", "c1")
    assert isinstance(verdict.fields, Target)
    assert (verdict.fields.target_c, verdict.fields.by) == (18.5, "anna")


def test_a_whole_number_is_a_temperature_too():
    assert isinstance(parse(message("target", target_c=18), NOW, ()), Accepted)


TOLD_TWICE = b'{"id":"c1","issued_at":"2026-09-21T14:13:15Z","by":"a","target_c":18,"target_c":35}'


def test_a_stop_is_a_stop_however_often_it_names_something():
    twice = b'{"id":"c1","issued_at":"2026-09-21T14:13:15Z","by":"a","by":"b"}'
    assert isinstance(parse(message("stop", twice), NOW, ()), Accepted)


@pytest.mark.parametrize("issued_at", [
    "2026-09-21T14:13:20", "Mon Sep 21 2026 14:13:20 GMT+0000 (Coordinated Universal Time)", "14:13",
    "2026-09-21 14:13:20 +0000", 1_790_000_000, 1_790_000_000_000,
])  # fmt: skip
def test_a_stop_is_obeyed_in_whatever_writing_its_time_is(issued_at: object):
    assert isinstance(parse(message("stop", issued_at=issued_at), NOW, ()), Accepted)
    assert is_stop(message("stop", issued_at=issued_at))  # its outputs are off at once


@pytest.mark.parametrize(("given", "text"), [
    (message("confirm", what="Drain"), 'what: should be written as in the state, in small letters: "drain"'),
    (message("veto", what=" dose_2 "), 'what: should be written as in the state, in small letters: "dose_2"'),
    (message("confirm", what=""), "what: should be like 'vdk'"),
    (message("target", target_c=18.0, id="tap 1"), "id: should have 1 to 64 characters of plain ASCII, without blanks"),
    (message("target", target_c=18.0, id=""), "id: should have 1 to 64 characters"),
])  # fmt: skip
def test_a_word_in_other_letters_is_told_the_right_ones(given: Message, text: str):
    assert text in why(given)


@pytest.mark.parametrize("issued_at", [None, [], {}, "", "now", "x" * 80, True, 1e300, float("nan")])
def test_a_stop_without_a_time_is_still_malformed(issued_at: object):
    assert "issued_at: " in why(message("stop", issued_at=issued_at))


def test_a_command_from_a_file_with_a_byte_order_mark_is_obeyed():
    for around in (b"\xef\xbb\xbf%s", b"%s\0"):
        assert isinstance(parse(message("stop", around % json.dumps(ENVELOPE).encode()), NOW, ()), Accepted)


def test_a_hand_reading_in_plato_arrives_as_gravity():
    verdict = parse(message("reading", quantity="sg", value=12.4, unit="plato"), NOW, ())
    assert isinstance(verdict, Accepted)
    assert isinstance(verdict.fields, HandReading)
    assert verdict.fields.converted == pytest.approx(1.0500, abs=0.0003)


def test_a_batch_starts_with_what_is_known_and_ends_with_nothing_more():
    begin = parse(message("start_batch", name="Helles 12", medium="beer", og=1.048, yeast="34/70"), NOW, ())
    assert isinstance(begin, Accepted)
    assert isinstance(begin.fields, StartBatch)
    end = parse(message("end_batch"), NOW, ())
    assert isinstance(end, Accepted)
    assert isinstance(end.fields, EndBatch)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (message("target", None, True, target_c=18.0), "retained commands are not obeyed"),
        (message("target", target_c=18.0, issued_at="2026-09-21T14:12:19Z"), "issued 1 min ago, older than 60 s"),
        (message("target", target_c=18.0, issued_at="2026-02-27T14:12:19Z"), "issued 206 days ago, older than 60 s"),
        (message("target", target_c=18.0, issued_at="2026-09-21T14:13:26Z"), "issued 6 s in the future"),
        (message("target", target_c=18.0, issued_at="2026-09-21T14:13:15"), "issued_at: should have timezone"),
        (message("target", target_c=18.0, issued_at="0001-01-01T00:00:00+23:59"), "issued"),
        (message("target", target_c=18.0, issued_at="2026-09-21T14:13:15"), "at its end: Z for UTC, or such as +02"),
        (message("target", '{“id”: “c1”}'.encode()), 'not JSON in UTF-8: its quotes have to be straight, "'),
        (message("target", b"{'id': 'c1', 'target_c': 18}"), "not JSON in UTF-8: its quotes have to be double"),
        (message("target", b'{"id": "c1", "target_c": 18, }'), "not JSON in UTF-8: a comma before } or ]"),
        (message("target", b"\xff\xfe\x00"), "not JSON in UTF-8"),
        (message("target", b"[" * 4000), "not JSON in UTF-8"),
        (message("target", b"[]"), "not a JSON object"),
        (message("target", b""), "not JSON in UTF-8"),
        (message("target", b"{" + b" " * 5000), "more than 4096 bytes"),
        (message("target"), '"target_c" is missing'),
        (message("target", target_c="18"), "target_c: should be a number"),
        (message("target", target_c=True), "target_c: should be a number"),
        (message("target", target_c=180.0), "target_c: should be less than or equal to 50"),
        (message("target", b'{"id":"c1","issued_at":"2026-09-21T14:13:15Z","by":"a","target_c":NaN}'), "target_c: "),
        (message("target", TOLD_TWICE), 'names "target_c" twice'),
        (message("target", target_c=18.0, targt=1), 'unknown field "targt"; did you mean'),
        (message("target", target_c=18.0, id="x y"), "id: "),
        (message("target", target_c=18.0, id=7), "id: "),
        (message("target", target_c=18.0, by=""), "by: "),
        (message("target", target_c=18.0, by="\ud800"), "by: "),
        (message("stop", extra=1), 'unknown field "extra"'),
        (message("reading", quantity="sg", value=12.4), "a gravity needs its unit"),
        (message("reading", quantity="sg", value=12.4, unit="sg"), "gravity of 12.4"),
        (message("reading", quantity="sg", value=12.4, unit="oechsle"), 'gravity has no unit "oechsle"'),
        (message("reading", quantity="ph", value=4.2), "quantity: "),
        (message("start_batch", name="x", og=12.5), "og: "),
        (message("mode", action="drain", mode="always"), "mode: should be 'advise', 'ask' or 'act'"),
        (message("dose", volume_ml=-5.0), "volume_ml: should be greater than 0"),
        (message("targt", target_c=18.0), 'unknown command "targt"; did you mean "target"?'),
        (message("TARGET", target_c=18.0), 'unknown command "TARGET"; did you mean "target"?'),
        (message("STOP"), 'unknown command "STOP"; did you mean "stop"?'),
        (message("x" * 10_000), "unknown command"),
    ],
)  # fmt: skip
def test_a_refusal_says_why(given, text):
    assert text in why(given)
    assert len(why(given)) < 300


def test_a_repeated_id_is_refused():
    assert why(message("target", target_c=18.0), ("c1",)) == "repeated: this id was obeyed before"


def test_a_refusal_knows_the_id_wherever_there_is_one():
    verdict = parse(message("target"), NOW, ())
    assert isinstance(verdict, Refused)
    assert verdict.id == "c1"
    nameless = parse(message("target", b"garbage"), NOW, ())
    assert isinstance(nameless, Refused)
    assert nameless.id is None


@given(st.binary(max_size=300), st.text(max_size=30))
def test_any_bytes_under_any_name_are_refused(payload, name):
    assert isinstance(parse(Message(f"brewpi/s/t/command/{name}", payload, False, NOW), NOW, ()), Refused)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(), lambda x: st.lists(x, max_size=3), max_leaves=4
)


@given(
    st.sampled_from(["target", "reading", "start_batch", "end_batch", "stop", "resume"]),
    st.dictionaries(st.sampled_from(["id", "issued_at", "by", "target_c", "value", "unit", "og"]), JSON),
)
def test_any_json_gets_a_verdict(name, fields):
    verdict = parse(message(name, json.dumps({**ENVELOPE, **fields}).encode()), NOW, ())
    assert isinstance(verdict, Accepted | Refused)
    json.dumps({"id": verdict.id}).encode()


def test_a_hundred_thousand_hostile_messages_leave_nothing_behind():
    hostile = [message("target", bytes([n % 256]) * (n % 5000)) for n in range(100)]
    for each in hostile:
        parse(each, NOW, ())
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(1000):
        for each in hostile:
            assert isinstance(parse(each, NOW, ()), Refused)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 100_000
