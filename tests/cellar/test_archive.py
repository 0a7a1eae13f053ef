"""Every batch of a site is listed on the broker and told in full to who asks; nobody's curiosity delays control."""

import json
import time

import pytest
from cellar_harness import START, CellarBench

from brewpi.hardware.plug_context import Message
from brewpi.mqtt.batch_payloads import LARGEST_PAGE, PAGE, BatchPage, RecordPayload
from brewpi.mqtt.topics import iso
from brewpi.mqtt.wire_types import read
from brewpi.store.kept_batches import KeptBatch

DAY, HOUR = 86_400.0, 3600.0
BASE = "brewpi/riverside/batches"


@pytest.fixture
def bench(tmp_path):
    bench = CellarBench(tmp_path)
    bench.now = START + 10 * DAY
    yield bench
    bench.power_off()


def listed(bench):
    pages = sorted((int(topic.rsplit("/")[-1]), text) for topic, text in bench.link.retained.items() if BASE in topic)
    return [one for _, text in pages for one in read(BatchPage, text.encode()).batches]


def ask(bench, retained=False, age_s=0.0, **fields):
    body = {"id": "q1", "issued_at": iso(bench.now - age_s), **fields}
    inbox = bench.link.inboxes[f"{BASE}/command/record"]
    inbox.put(Message(f"{BASE}/command/record", json.dumps(body).encode(), retained, bench.now))
    before = len(bench.link.said)
    bench.tick()
    return [read(RecordPayload, json.dumps(said)) or said for topic, said in bench.link.said[before:] if BASE in topic]


def record(bench, **fields):
    (said,) = ask(bench, **fields)
    return RecordPayload.model_validate(said)


def brew(bench, name, readings=(1.050, 1.030, 1.011, 1.011), **more):
    began = bench.send("start_batch", name=name, og=1.050, **more)
    assert began["ok"], began
    for value in readings:
        assert bench.send("reading", quantity="sg", value=value, unit="sg")["ok"]
        bench.run(minutes=20)
    return began["id"]


def test_a_batch_is_listed_from_its_beginning_and_with_its_end(bench):
    bench.tick()
    assert listed(bench) == []
    key = brew(bench, "Amber 27", style="amber ale", yeast="US-05")
    (one,) = listed(bench)
    assert (one.id, one.tank, one.name, one.style, one.yeast, one.og) == (
        key, "fv1", "Amber 27", "amber ale", "US-05", 1.05
    )  # fmt: skip
    assert one.ended_at is None
    bench.send("end_batch")
    (one,) = listed(bench)
    assert (one.fg, one.og) == (1.011, 1.05)
    assert one.ended_at is not None
    bench.restart()
    bench.tick()
    assert listed(bench) == [one], "a restart forgets none"


def test_the_next_batch_ends_the_one_before_and_both_are_told_apart(bench):
    first = brew(bench, "Amber 27")
    second = brew(bench, "Amber 28", readings=(1.060, 1.058))
    assert [(one.id, one.ended_at is None) for one in listed(bench)] == [(first, False), (second, True)]
    assert list(record(bench, batch=first).measured.sg) == [1.05, 1.03, 1.011, 1.011]
    assert list(record(bench, batch=second).measured.sg) == [1.06, 1.058]


def test_a_moved_batch_goes_on_in_the_other_tank(bench):
    key = brew(bench, "Amber 27")
    bench.send("move_batch", to="fv2")
    (one,) = listed(bench)
    assert (one.id, one.tank, one.ended_at) == (key, "fv2", None)
    assert list(record(bench, batch=key).measured.sg) == [1.05, 1.03, 1.011, 1.011]


def test_notes_and_additions_stand_in_the_record_at_their_time(bench):
    key = brew(bench, "Amber 27")
    bench.send("note", text="dry hop")
    bench.send("addition", what="raspberries", points=6.0)
    bench.send("end_batch")
    brew(bench, "next", readings=())
    said = record(bench, batch=key)
    assert [(mark.kind, mark.text) for mark in said.marks] == [
        ("note", "dry hop"), ("addition", "raspberries added by anna: +6 points")
    ]  # fmt: skip
    assert said.marks[0].hours == pytest.approx(4 * 20 / 60.0, abs=0.1)


def test_what_was_noted_of_a_batch_that_nobody_measured_is_in_its_record(bench):
    key = brew(bench, "Amber 27", readings=())
    began = bench.now
    bench.run(minutes=60)
    bench.send("note", text="smells of pears")
    said = record(bench, batch=key)
    assert [(mark.kind, mark.text) for mark in said.marks] == [("note", "smells of pears")]
    assert said.marks[0].hours == pytest.approx(1.0, abs=0.1)
    assert said.first_reading_at.timestamp() == pytest.approx(began, abs=60.0)


def test_a_batch_that_has_ended_is_renamed_and_nothing_else_of_it_is_changed(bench):
    key = brew(bench, "Ambr 27")
    bench.send("end_batch")
    assert bench.send("correct_batch", batch=key, name="Amber 27", og=1.051)["ok"]
    (one,) = listed(bench)
    assert (one.name, one.og, one.fg) == ("Amber 27", 1.051, 1.011)
    at = iso(bench.now - DAY)
    assert "only name, og" in bench.send("correct_batch", batch=key, pitched_at=at)["why"]
    assert bench.send("correct_batch", batch="none", name="x")["why"] == "there is no such batch"
    bench.restart()
    bench.tick()
    assert listed(bench)[0].name == "Amber 27"


def test_who_asks_for_what_is_not_there_is_answered_and_who_asks_late_is_not(bench):
    assert record(bench, batch="none").why == "there is no such batch"
    key = brew(bench, "Amber 27")
    assert ask(bench, batch=key, age_s=120.0) == []
    assert ask(bench, batch=key, retained=True) == []
    assert ask(bench, batch=4) == []
    assert ask(bench, batch=key, from_h="x") == []


def kept(bench, number, days=14.0):
    """A batch of a year of ten tanks."""
    began = START - 400 * DAY + number * days * DAY / 10
    facts = {"name": f"Amber {number}", "style": "amber ale", "yeast": "US-05", "og": 1.05, "fg": 1.011}
    return KeptBatch(f"b{number:03}", f"fv{number % 10}", began, began, began + days * DAY, facts)


def year_of_ten_tanks(bench, batches=260):
    store = bench.cellar.store
    rows = []
    for number in range(batches):
        one = kept(bench, number)
        store.keep_batch(one)
        rows += [(one.tank, one.since + 900.0 * n, 1.05 - 0.00003 * n, 19.0) for n in range(14 * 96)]
    store.flush(bench.now)
    store.database.write([("INSERT OR REPLACE INTO history VALUES (?, ?, ?, ?)", row) for row in rows], bench.now)


def test_a_year_of_ten_tanks_is_listed_in_pages_that_a_broker_takes_well_within_a_second(bench):
    year_of_ten_tanks(bench)
    bench.cellar.operator.archive.changed = True
    begun = time.perf_counter()
    bench.cellar.operator.archive.publish()
    took_s = time.perf_counter() - begun
    assert [one.name for one in listed(bench)] == [f"Amber {number}" for number in range(260)]
    assert took_s < 1.0
    pages = [text for topic, text in bench.link.retained.items() if BASE in topic]
    assert len(pages) == -(-260 // PAGE)
    assert max(len(text.encode()) for text in pages) < LARGEST_PAGE

    before = dict(bench.link.retained)
    brew(bench, "newest", readings=())
    changed = [topic for topic, text in bench.link.retained.items() if BASE in topic and before.get(topic) != text]
    assert changed == [f"{BASE}/7"], "only the last page is said anew"


def test_a_long_record_is_thinned_or_comes_in_parts(bench):
    year_of_ten_tanks(bench, batches=3)
    thin = record(bench, batch="b001")
    assert len(thin.measured.hours) == 400
    assert thin.measured.hours[-1] == pytest.approx(14 * 24 - 0.25)
    hours, from_h = [], 0.0
    while from_h is not None:
        part = record(bench, batch="b001", from_h=from_h)
        assert len(part.json_text().encode()) < LARGEST_PAGE
        hours += part.measured.hours
        from_h = part.next_h
    assert hours == pytest.approx([n / 4 for n in range(14 * 96)], abs=0.002)


def test_many_who_ask_at_once_wait_for_the_next_ticks(bench):
    key = brew(bench, "Amber 27")
    inbox = bench.link.inboxes[f"{BASE}/command/record"]
    for number in range(100):
        body = {"id": f"q{number}", "issued_at": iso(bench.now), "batch": key}
        inbox.put(Message(f"{BASE}/command/record", json.dumps(body).encode(), False, bench.now))
    answered = []
    for _ in range(15):
        before = len(bench.link.said)
        bench.tick()
        answered.append(len([topic for topic, _ in bench.link.said[before:] if topic == f"{BASE}/record"]))
    assert max(answered) <= 4
    assert sum(answered) == 40, "the oldest of too many are forgotten"


def test_a_page_of_the_longest_names_is_not_too_large_for_its_readers(bench):
    for number in range(PAGE):
        facts = {"name": "\N{BEER MUG}" * 80, "style": "\N{BEER MUG}" * 80, "yeast": "\N{BEER MUG}" * 80, "og": 1.05123}
        facts |= {"fg": 1.01123, "complete_h": 151.23, "medium": "beer"}
        key = f"{number:064}"
        bench.cellar.store.keep_batch(KeptBatch(key, "t" * 64, START, START + number, START + DAY, facts))
    bench.cellar.operator.archive.changed = True
    bench.tick()
    assert len(listed(bench)) == PAGE
    assert max(len(text.encode()) for topic, text in bench.link.retained.items() if BASE in topic) < LARGEST_PAGE
