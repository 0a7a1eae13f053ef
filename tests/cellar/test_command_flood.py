"""A flood of commands or of telemetry: what makes a tank safe is obeyed, answered and told before anything else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cellar_harness import CellarBench, tank_options

from brewpi.hardware.plug_context import Inbox, Message
from brewpi.mqtt.limits import ACCEPTED_PER_MINUTE
from brewpi.mqtt.topics import iso
from brewpi.sensors.topic import Topic

SPINDLE = "ispindel/spindle1"


@pytest.fixture
def bench(tmp_path: Path):
    gravity = Topic(topic=SPINDLE, format="ispindel_fields", unit="plato")
    bench = CellarBench(tmp_path, fv1=tank_options(gravity=gravity), fv2=tank_options())
    yield bench
    bench.power_off()


def command(bench: CellarBench, name: str, tank: str = "fv1", **fields: object) -> str:
    bench.serial += 1
    key = f"flood{bench.serial}"
    body = {"id": key, "issued_at": iso(bench.now), "by": "mallory", **fields}
    topic = f"brewpi/riverside/{tank}/command/{name}"
    bench.link.inboxes[f"brewpi/riverside/{tank}/command/+"].put(
        Message(topic, json.dumps(body).encode(), False, bench.now)
    )
    return key


def acks(bench: CellarBench, tank: str = "fv1") -> dict[str, bool]:
    return {ack["id"]: ack["ok"] for topic, ack in bench.link.said if topic == f"brewpi/riverside/{tank}/ack"}


def stopped(bench: CellarBench, tank: str = "fv1") -> bool:
    return bench.cellar.tanks[tank].interlocks.stopped_by is not None


def test_only_so_many_commands_of_a_minute_are_obeyed_but_every_stop(bench):
    keys = [command(bench, "target", target_c=18.0 + n % 2) for n in range(300)]
    key = command(bench, "stop")
    other = command(bench, "target", "fv2", target_c=17.0)
    bench.tick()
    assert stopped(bench)
    assert acks(bench)[key]
    assert acks(bench, "fv2")[other]
    bench.run(minutes=0.5)
    assert sum(acks(bench)[k] for k in keys if k in acks(bench)) == ACCEPTED_PER_MINUTE
    (refusal, *_) = bench.events("command_refused")
    assert refusal == "target refused: more than 120 commands in a minute; only stop and veto are obeyed now"
    bench.run(minutes=1.5)
    assert bench.send("resume")["ok"]


def test_a_stop_is_not_lost_among_thousands_and_keeps_its_place(bench):
    key = command(bench, "stop")
    for _ in range(10_000):
        command(bench, "target", target_c=18.0)
    bench.tick()
    assert stopped(bench)
    assert acks(bench)[key]

    bench.run(minutes=2)
    command(bench, "stop")
    command(bench, "resume")  # the later word counts
    bench.tick()
    assert not stopped(bench)


def test_a_flood_of_stops_fills_neither_disk_nor_memory(bench):
    for _ in range(20):
        for _ in range(2000):
            command(bench, "stop")
        bench.tick()
    assert stopped(bench)
    store = bench.cellar.store
    bench.run(minutes=2)
    assert len(store.seen) < 100
    assert len(bench.events("command")) < 60
    assert any(text.endswith("more stops and vetoes were obeyed within a minute") for text in bench.events("command"))
    assert bench.send("resume")["ok"]


def test_an_alarm_is_told_before_the_record_of_commands(tmp_path):
    bench = CellarBench(tmp_path)
    publisher, store = bench.cellar.publisher, bench.cellar.store
    for n in range(1500):
        store.event(publisher.event("fv1", bench.now, "command", f"target {n}"))
    bench.beer("fv1", 22.0)
    bench.tick()
    bench.cellar.operator.seam.failed(ValueError("something"), bench.now)
    bench.tick(2)
    carried = [event["kind"] for _, event in bench.link.carried]
    assert "alarm_raised" in carried
    assert len(carried) < 1500  # of 1500 commands many still wait
    bench.run(minutes=30)
    assert len({event["id"] for _, event in bench.link.carried if event["kind"] == "command"}) == 1500
    bench.power_off()


def test_a_latch_is_not_pushed_out_of_the_record_by_events_while_the_disk_fails(tmp_path):
    (tmp_path / "pocket").mkdir()
    bench = CellarBench(tmp_path / "pocket" / "card")
    assert bench.send("start_batch", name="Helles")["ok"]
    store = bench.cellar.store
    (tmp_path / "pocket").rename(tmp_path / "away")
    (tmp_path / "pocket").write_text("no directory")
    store.database.close()
    assert bench.send("stop")["ok"]
    for n in range(5000):
        store.event(bench.cellar.publisher.event("fv1", bench.now, "test", f"event {n}"))
    bench.run(minutes=3)
    assert store.trouble
    (tmp_path / "pocket").unlink()
    (tmp_path / "away").rename(tmp_path / "pocket")
    bench.run(minutes=3)
    assert not store.trouble
    bench.kill()
    bench.power_on()
    assert stopped(bench)
    bench.power_off()


STOP_TOPIC = "brewpi/riverside/fv1/command/stop"


def stop_of(key: str) -> bytes:
    return json.dumps({"id": key, "issued_at": "2026-05-01T12:00:00Z", "by": "anna"}).encode()


def test_an_inbox_keeps_the_newest_and_every_stop():
    inbox = Inbox(limit=10)
    for n in range(100):
        inbox.put(Message(f"t{n}", b"", False, 0.0))
        if n in (3, 50):
            inbox.put(Message(STOP_TOPIC, stop_of(f"s{n}"), False, 0.0))
    taken = inbox.take()
    assert [message.topic for message in taken] == [STOP_TOPIC, STOP_TOPIC, *(f"t{n}" for n in range(90, 100))]
    assert [message.payload for message in taken[:2]] == [stop_of("s3"), stop_of("s50")]
    assert inbox.take() == []


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"{}", b"[]", b'{"id":1,"issued_at":"x","by":"x"}', b'{"id":"a","by":"b"}', b"\xff" * 99]
)
@pytest.mark.parametrize("retained", [False, True])
def test_what_is_no_stop_pushes_none_out_of_the_queue(payload, retained):
    inbox = Inbox(limit=10)
    inbox.put(Message(STOP_TOPIC, stop_of("s"), False, 0.0))
    for n in range(100):
        inbox.put(Message(STOP_TOPIC, stop_of(f"r{n}") if retained else payload, retained, 0.0))
    assert inbox.take()[0].payload == stop_of("s")


def test_endless_field_names_of_a_hydrometer_are_not_kept(bench):
    (gravity,) = (feed for feed in bench.cellar.tanks["fv1"].sensors if feed.name == "gravity")
    bench.tick()
    inbox = bench.link.inboxes[f"{SPINDLE}/+"]
    for n in range(5000):
        inbox.put(Message(f"{SPINDLE}/{'x' * 200}{n}", b"1" * 4000, False, bench.now))
        if n % 500 == 0:
            bench.tick()
    for field, value in (("gravity", b"12.4"), ("temperature", b"19"), ("RSSI", b"-60")):
        inbox.put(Message(f"{SPINDLE}/{field}", value, False, bench.now))
    bench.tick()
    assert bench.last["fv1"].state.measured["sg"].value == pytest.approx(1.05, abs=0.001)
    assert gravity.probe.burst == {}
