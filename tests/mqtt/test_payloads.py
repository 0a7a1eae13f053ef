"""What is read is what was written, and whatever is sent can be read or is refused."""

from __future__ import annotations

import json
import sys
from array import array
from datetime import datetime
from math import isfinite
from typing import Any

import pytest
from forging import forged, golden
from pydantic import BaseModel
from reports import START

from brewpi.mqtt.payloads import TOPICS, CurvePayload, EventPayload, ForecastPayload, StatePayload, read
from brewpi.mqtt.wire_types import EPOCH, LATEST, iso, when


def leaves(said: Any) -> Any:
    """All numbers and times in a payload."""
    if isinstance(said, BaseModel):
        said = {name: getattr(said, name) for name in type(said).model_fields}
    if isinstance(said, dict):
        said = list(said.values())
    if isinstance(said, list | array):
        for item in said:
            yield from leaves(item)
    elif isinstance(said, float | int | datetime):
        yield said


@pytest.mark.parametrize("word", TOPICS)
def test_what_the_cellar_says_is_read_as_it_was_said(word: str):
    for said in golden(word):
        payload = read(TOPICS[word], json.dumps(said).encode())
        assert payload is not None
        known = {name: value for name, value in said.items() if name in TOPICS[word].model_fields or word == "state"}
        assert json.loads(payload.json_text()) == (known if word == "event" else said)


@pytest.mark.parametrize("word", TOPICS)
def test_whatever_is_forged_is_refused_or_has_only_numbers_and_times_that_can_be_true(word: str):
    tried = 0
    for payload in forged(word):
        tried += 1
        said = read(TOPICS[word], payload)
        for value in leaves(said):
            if isinstance(value, datetime):
                assert EPOCH <= value < LATEST
            else:
                assert isfinite(value)
                assert abs(value) <= 1e10
    assert tried > 40


def test_a_number_that_cannot_be_true_is_absent_and_the_alarm_beside_it_is_not():
    alarm = {"key": "k", "severity": "alarm", "text": "too warm"}
    said = read(StatePayload, {"at": iso(START), "sg": 12.5, "beer_c": float("nan"), "alarms": [alarm, {"key": 7}]})
    assert said is not None
    assert said.measured == {"sg": None, "beer_c": None}
    assert [one.text for one in said.alarms] == ["too warm"]


def test_what_a_later_version_adds_is_left_out():
    said = read(StatePayload, {"at": iso(START), "moon": {"phase": 0.7}, "sg": 1.012})
    assert said is not None
    assert json.loads(said.json_text()) == {"at": iso(START), "sg": 1.012}


@pytest.mark.parametrize("times", [{"p10": 1}, dict.fromkeys(("p10", "p50", "p90"), "9999-12-31T00:00:00Z")])
def test_a_completion_that_cannot_be_is_none(times: dict[str, Any]):
    fields = {"at": iso(START), "expires_at": iso(START), "source": "model", "complete_at": times}
    said = read(ForecastPayload, json.dumps(fields).encode())
    assert said is not None
    assert said.complete_at is None


def test_a_message_without_a_time_is_refused():
    assert read(EventPayload, b'{"text": "x"}') is None
    assert read(EventPayload, b'{"text": "x", "at": "9999-12-31T00:00:00Z"}') is None


@pytest.mark.parametrize("at", [float("nan"), float("inf"), 1e300, -1e300])
def test_a_time_that_no_calendar_holds_can_still_be_written(at: float):
    assert EPOCH <= when(at) <= LATEST


def test_a_board_of_a_thousand_tanks_can_keep_their_curves():
    said = golden("curve")[0]
    hours, gravities = [n / 8.0 for n in range(180)], [1.05 - n / 1e4 for n in range(180)]
    said["measured"] = {"hours": hours, "sg": gravities, "beer_c": []}
    payload = read(TOPICS["curve"], json.dumps(said).encode())
    assert isinstance(payload, CurvePayload)
    for column in (payload.measured.hours, payload.measured.sg):
        assert sys.getsizeof(column) + sum(sys.getsizeof(n) for n in column if isinstance(column, list)) < 12 * 180
