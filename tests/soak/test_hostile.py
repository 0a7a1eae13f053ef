"""Nobody who may publish commands can hurt the cellar with them: everything is refused, answered, and forgotten."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from signal import SIGTERM

import pytest
from brokers import until
from soak_plants import BASE

from brewpi.mqtt.commands import COMMANDS

AT_ONCE = 100  # unanswered; more than the inbox holds would be dropped, which is right but not what is counted here
TICK_S = 0.1
WORDS = [*COMMANDS, "targets", "", "\u00e9", "x" * 300, "STOP", "stop ", "..", "__class__", "command"]


def bodies(chance: random.Random) -> Iterator[bytes]:
    """Payloads that no command accepts, for ever."""
    number = 0
    while True:
        number += 1
        now = datetime.now(UTC)
        good = {"id": f"h{number}", "issued_at": now.isoformat(), "by": "mallory"}
        wrong: object = chance.choice(
            [None, True, -1, 1e999, "", "x" * 2000, [], {}, [[[]]], "\x00", "\U0001f37a", "' OR 1=1 --", float("nan")]
        )
        yield chance.choice(
            [
                b"", b"{", b"\xff\xfe", b"null", b"[]", b"42", b'"stop"', b"[" * 4000, b'{"a":' * 600,
                bytes(chance.randrange(256) for _ in range(60)),
                b"\x00" * 5000, b'{"id":"' + b"9" * 6000 + b'"}',
                json.dumps({**good, "id": wrong}).encode(),
                json.dumps({**good, "by": ""}).encode(),
                json.dumps({**good, "by": "mal\nlory"}).encode(),
                json.dumps({**good, "issued_at": wrong}).encode(),
                json.dumps({**good, "issued_at": (now - timedelta(days=1)).isoformat()}).encode(),
                json.dumps({**good, "issued_at": (now + timedelta(days=1)).isoformat()}).encode(),
                json.dumps({**good, "issued_at": "9999-12-31T23:59:59+14:00"}).encode(),
                json.dumps({**good, "target_c": wrong, "volume_ml": wrong, "name": wrong, "colour": wrong}).encode(),
                json.dumps({**good, chance.choice(["__class__", "self", "x" * 500, "\u202e"]): wrong}).encode(),
                json.dumps(good).encode()[:-1],
                b"1" * 4000, b'{"id":1e400}', b'{"id":"a","id":"b"}', b'{"id":"\\ud800"}',
            ]
        )  # fmt: skip


@pytest.mark.parametrize(
    "messages", [pytest.param(3_000), pytest.param(100_000, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])]
)
def test_hostile_messages_on_every_command_topic(plant, figure, messages):
    plant.pitch()
    plant.start(tick_s=TICK_S)
    until(lambda: plant.online, 30.0)
    assert plant.ask("fv1", "stop", "warm", within_s=5.0) or plant.ask("fv1", "stop", "warm2", within_s=5.0)
    chance = random.Random(messages)
    hostile = bodies(chance)
    answered_before = plant.answered
    rss_kib = worst_s = 0.0
    began = time.monotonic()
    for sent in range(messages):
        word = chance.choice(WORDS)
        payload = next(hostile)
        if word == "stop" and payload.startswith(b"{"):
            payload = payload[:-1]  # else it could be a good one
        plant.client.publish(f"{BASE}/{chance.choice(('fv1', 'fv2'))}/command/{word or 'none'}", payload, qos=1)
        while sent + 1 - (plant.answered - answered_before) >= AT_ONCE:
            time.sleep(0.002)
            assert time.monotonic() - began < 1700.0, "answers stopped coming"
        if sent == messages // 5:
            rss_kib = plant.rss_kib()  # every buffer has been full once
    until(lambda: plant.answered - answered_before >= messages, 30.0)
    took_s = time.monotonic() - began
    growth_kib = plant.rss_kib() - rss_kib
    worst_s = plant.pulse()["late_s"]
    hostile_acks = [ack for key, acks in plant.acks.items() if not key.startswith("warm") for ack in acks]

    figure("hostile messages", messages)
    figure("answered", len(hostile_acks))
    figure("obeyed", sum(ack["ok"] for ack in hostile_acks))
    figure("messages a second", round(messages / took_s))
    figure("growth in memory over the last four fifths, KiB", int(growth_kib))
    figure("worst tick lateness, ms", round(worst_s * 1000.0))
    figure("events of refusals written", plant.rows("SELECT count(*) FROM event WHERE kind = 'command_refused'")[0][0])
    figure("database, KiB", plant.store.stat().st_size // 1024)
    assert len(hostile_acks) == messages
    assert not any(ack["ok"] for ack in hostile_acks)
    assert growth_kib < 8192
    assert worst_s < 1.0
    assert plant.signal(SIGTERM) == 0
