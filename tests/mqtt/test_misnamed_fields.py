"""A field of a wrong name is said before the right one is missed."""

import json

import pytest

from brewpi.hardware.plug_context import Message
from brewpi.mqtt.commands import Refused, parse

NOW = 1_790_000_000.0
ENVELOPE = {"id": "c1", "issued_at": "2026-09-21T14:13:20Z", "by": "anna"}


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("target", {"Target_C": 19}, 'unknown field "Target_C"; did you mean "target_c"?'),
        ("target", {"target_f": 68}, '"target_c"? Convert the number, from f to c'),
        ("reading", {"quantity": "sg", "Value": 1.048, "unit": "sg"}, 'unknown field "Value"; did you mean "value"?'),
        ("acknowledge", {"Key": "beer: silent"}, 'unknown field "Key"; did you mean "key"?'),
        ("dose", {"volume_l": 1}, 'unknown field "volume_l"; did you mean "volume_ml"?'),
        ("target", {}, 'field "target_c" is missing'),
    ],
)
def test_a_field_of_a_wrong_name_is_told_the_right_one(name, fields, said):
    payload = json.dumps({**ENVELOPE, **fields}).encode()
    verdict = parse(Message(f"brewpi/riverside/fv1/command/{name}", payload, False, NOW), NOW, ())
    assert isinstance(verdict, Refused)
    assert said in verdict.why
