"""Values of commands that are no mistake of form, and cannot be meant."""

import json

import pytest

from brewpi.hardware.plug_context import Message
from brewpi.mqtt.commands import Accepted, parse

NOW = 1_790_000_000.0
ENVELOPE = {"id": "c1", "issued_at": "2026-09-21T14:13:20Z", "by": "anna"}

PILL = {"sensor": "pill", "quantity": "sg"}


def verdict(command, fields):
    payload = json.dumps({**ENVELOPE, **fields}).encode()
    return parse(Message(f"brewpi/riverside/fv1/command/{command}", payload, False, NOW), NOW, ())


@pytest.mark.parametrize(
    ("command", "fields", "why"),
    [
        ("addition", {"what": "honey", "points": 0.012}, "0.012 points are too few to be measured; are 12 meant?"),
        ("start_batch", {"name": " "}, "name: holds nothing that anybody can read"),
        ("start_batch", {"name": "\u200b"}, "name: holds "),
        ("note", {"text": "  "}, "text: holds nothing that anybody can read"),
        ("start_batch", {"name": "A", "expected_attenuation": 75}, "75 is not a share of 1; is 0.75 meant?"),
        ("start_batch", {"name": "A", "yeast_low_c": 60}, "60 °F are 15.6 °C"),
        ("start_batch", {"name": "A", "yeast_low_c": 24, "yeast_high_c": 15}, "24 is above yeast_high_c"),
        ("correct_batch", {"expected_attenuation": 75}, "is 0.75 meant?"),
        ("target", {"target_c": 66}, "66 is not in -5 to 50 °C; 66 °F are 18.9 °C: then send that"),
        ("target", {"target_c": "12,4"}, "target_c: should be a number, without quotes: 12.4"),
        ("target", {"target_c": " 66F "}, "target_c: should be a number, without quotes and unit: 66"),
        ("reading", {"quantity": "sg", "value": "1.012"}, "value: should be a number, without quotes: 1.012"),
        ("confirm", {"what": "v d k"}, "what: should be like 'vdk'"),
        ("calibrate", {**PILL, "points": [[1, 1]]}, "points: should have at least 2 items, not 1"),
        ("calibrate", {**PILL, "points": [1, 2]}, "points: should be pairs of read and true, such as [[1.002, 1.0]"),
        ("calibrate", {**PILL, "points": "1=1"}, "points: should be pairs of read and true, such as [[1.002, 1.0]"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_meant_is_asked_about(command, fields, why):
    assert why in verdict(command, fields).why


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("addition", {"what": "dry hops", "points": 0}), ("addition", {"what": "water", "points": -3.5}),
        ("addition", {"what": "🍓", "points": 0.5}), ("start_batch", {"name": "№ 7", "expected_attenuation": 1.05}),
        ("start_batch", {"name": "ビール", "yeast_low_c": 15, "yeast_high_c": 24}),
    ],
)  # fmt: skip
def test_what_may_be_meant_is_taken(command, fields):
    assert isinstance(verdict(command, fields), Accepted)
