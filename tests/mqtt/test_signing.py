"""Where a site asks for it, a command proves who sent it: HMAC over what it says, for this tank and this command."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from brewpi.hardware.plug_context import Message
from brewpi.mqtt.commands import Accepted, Refused, parse
from brewpi.mqtt.signing import BadKeys, read_keys, sign
from brewpi.mqtt.topics import iso

NOW = 1_790_000_000.0
KEYS = {"anna": b"a" * 32, "ben": b"b" * 32}
FIELDS = {"id": "c1", "issued_at": iso(NOW), "by": "anna", "target_c": 18.5}


def parsed(fields: dict[str, object], name: str = "target", tank: str = "fv1", keys=KEYS) -> Accepted | Refused:
    topic = f"brewpi/riverside/{tank}/command/{name}"
    return parse(Message(topic, json.dumps(fields).encode(), False, NOW), NOW, (), keys)


def signed(fields: dict[str, object], by: str = "anna", tank: str = "fv1", name: str = "target") -> dict[str, object]:
    return {**fields, "sig": sign(KEYS[by], "riverside", tank, name, fields)}


def test_the_signature_is_that_of_the_contract():
    text = f'{{"by":"anna","id":"c1","issued_at":"{iso(NOW)}","target_c":18.5}}'
    by_hand = hmac.new(KEYS["anna"], f"riverside/fv1/target\n{text}".encode(), hashlib.sha256).hexdigest()
    assert signed(FIELDS)["sig"] == by_hand
    verdict = parsed({**FIELDS, "sig": by_hand.upper()})
    assert isinstance(verdict, Accepted)
    assert verdict.signed


@pytest.mark.parametrize(
    "fields",
    [
        FIELDS,
        {**FIELDS, "sig": ""}, {**FIELDS, "sig": None}, {**FIELDS, "sig": 7}, {**FIELDS, "sig": "0" * 64},
        {**FIELDS, "sig": "\ud800" * 64}, {**signed(FIELDS), "target_c": 25.0}, {**signed(FIELDS), "id": "c2"},
        {**signed(FIELDS), "issued_at": iso(NOW - 1.0)}, {**signed(FIELDS), "by": "ben"},
        {**FIELDS, "sig": signed(FIELDS, by="ben")["sig"]}, {**FIELDS, "by": "carol", "sig": signed(FIELDS)["sig"]},
        signed(FIELDS, tank="fv2"), signed(FIELDS, name="dose"), {**FIELDS, "by": ["anna"], "sig": "0" * 64},
    ],
    ids=range(15),
)  # fmt: skip
def test_what_is_not_proven_is_refused(fields):
    verdict = parsed(fields)
    assert isinstance(verdict, Refused)
    assert "sign" in verdict.why or "no key is known" in verdict.why


def test_what_was_signed_once_is_obeyed_once_soon_and_where_it_was_meant():
    good = signed(FIELDS)
    topic = "brewpi/riverside/fv1/command/target"

    def said(payload: str, at: float = NOW, seen: tuple[str, ...] = (), topic: str = topic) -> Accepted | Refused:
        return parse(Message(topic, payload.encode(), False, at), at, seen, KEYS)

    turned = json.dumps(dict(reversed(good.items())), indent=3)  # the same words, written otherwise
    assert isinstance(said(turned), Accepted)
    assert "repeated" in said(turned, seen=("c1",)).why
    for late_s in (61.0, 86_400.0, 10 * 365 * 86_400.0):
        assert "older than 60 s" in said(json.dumps(good), NOW + late_s).why
    assert "in the future" in said(json.dumps(good), NOW - 6.0).why
    for other in ("brewpi/riverside/fv2/command/target", "brewpi/annex/fv1/command/target",
                  "x/brewpi/riverside/fv1/command/dose"):  # fmt: skip
        assert isinstance(said(json.dumps(good), topic=other), Refused)


@pytest.mark.parametrize("changes", [
    {"by": "\u0430nna"}, {"by": "Anna"}, {"by": "anna "}, {"by": "anna\u200b"}, {"by": "\uff41nna"}, {"id": "\u04411"},
    {"id": "c1 "}, {"id": "C1"}, {"target_c": 18.500001}, {"target_c": "18.5"}, {"more": 1},
])  # fmt: skip
def test_nothing_in_it_can_be_changed_for_what_looks_alike(changes):
    assert isinstance(parsed({**signed(FIELDS), **changes}), Refused)


def test_a_field_that_is_said_twice_is_refused():
    text = json.dumps(signed(FIELDS))
    for twice in (text.replace("{", '{"target_c": 25.0, ', 1), text.replace("}", ', "id": "c2"}', 1)):
        verdict = parse(Message("brewpi/riverside/fv1/command/target", twice.encode(), False, NOW), NOW, (), KEYS)
        assert isinstance(verdict, Refused)
        assert "twice" in verdict.why


def test_a_stop_is_obeyed_from_everybody_and_says_that_it_proves_nothing():
    fields = {key: value for key, value in FIELDS.items() if key != "target_c"}
    verdict = parsed(fields, "stop")
    assert isinstance(verdict, Accepted)
    assert (verdict.fields.by, verdict.signed) == ("anna (not signed)", False)
    assert parsed(signed(fields, name="stop"), "stop").fields.by == "anna"


def test_names_beyond_ascii_may_be_escaped_or_not():
    fields = {**FIELDS, "by": "Jörg"}
    keys = {"Jörg": b"j" * 32}
    for ascii_only in (True, False):
        text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=ascii_only)
        sig = hmac.new(keys["Jörg"], f"riverside/fv1/target\n{text}".encode(), hashlib.sha256).hexdigest()
        assert isinstance(parsed({**fields, "sig": sig}, keys=keys), Accepted)


def test_without_keys_a_signature_is_no_mistake():
    verdict = parsed(signed(FIELDS), keys=None)
    assert isinstance(verdict, Accepted)
    assert not verdict.signed


@pytest.mark.parametrize("text", ["anna = 7", 'anna = "xyz"', 'anna = "aa"', "[", 'anna = ["a"]'])
def test_keys_that_are_none_are_refused(tmp_path: Path, text):
    (tmp_path / "keys.toml").write_text(text)
    with pytest.raises(BadKeys, match=r"keys\.toml"):
        read_keys(tmp_path / "keys.toml")


def test_keys_are_read(tmp_path: Path):
    (tmp_path / "keys.toml").write_text(f'anna = "{KEYS["anna"].hex()}"\n"Jörg" = "{"0f" * 32}"\n')
    assert read_keys(tmp_path / "keys.toml") == {"anna": KEYS["anna"], "Jörg": b"\x0f" * 32}
