"""The store on good and bad disks."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from math import isnan, nan
from pathlib import Path

import pytest
from batch_scenario import a_tank
from cellar_harness import CellarBench
from reports import START, SURE, report

from brewpi.alarms.events import ids
from brewpi.records import (
    Addition,
    ApprovalRequest,
    Batch,
    ControlInput,
    Dose,
    DoseRequest,
    Drain,
    Event,
    Fault,
    TransferRequest,
)
from brewpi.sanitize import is_clean
from brewpi.store import Store, StoreOptions
from brewpi.store.copies import copy_record, problem_of
from brewpi.store.migrations import MIGRATIONS

HISTORY = ((START, 1.050, 20.0), (START + 900.0, 1.049, nan))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cellar.sqlite"


def opened(path: Path, now: float = START) -> Store:
    store = Store(StoreOptions(path=path))
    store.open(now)
    return store


def event(key: str, at: float = START, severity="alarm") -> Event:
    return Event(key, at, "fv1", "alarm_raised", severity, "beer: silent for 6 min", {"key": "beer: silent"})


def shrink(store: Store) -> None:
    """As if the disk were full."""
    connection = store.database._connection
    assert connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")


def grow(store: Store) -> None:
    connection = store.database._connection
    assert connection
    connection.execute("PRAGMA max_page_count = 1000000")


def test_what_was_known_comes_back_after_a_restart(path):
    store = opened(path)
    store.set("fv1", "target_c", 18.5, START)
    store.set("fv1", "batch", {"name": "Helles", "og": 1.05}, START)
    store.set("", "stopped", True, START)
    store.remember_command("c1", START)
    store.event(event("e1"))
    store.record(report(START + 900.0, history=HISTORY))
    store.close()

    again = opened(path, START + 1000.0)
    assert again.settings("fv1") == {"target_c": 18.5, "batch": {"name": "Helles", "og": 1.05}}
    assert again.settings("") == {"stopped": True}
    assert "c1" in again.seen
    assert list(again.unsent.values()) == [event("e1")]
    first, second = again.history("fv1")
    assert first == HISTORY[0]
    assert second[:2] == HISTORY[1][:2]
    assert isnan(second[2])
    assert again.history("fv1", START + 1.0) == (pytest.approx(second, nan_ok=True),)


def test_what_a_person_did_is_on_the_disk_at_the_end_of_its_tick(path):
    store = opened(path)
    store.set("fv1", "target_c", 18.5, START)
    store.event(event("e1"))
    store.record(report(START))
    store.flush_if_due(START + 5.0)

    reader = sqlite3.connect(path)
    assert reader.execute("SELECT count(*) FROM event").fetchone() == (1,)
    assert reader.execute("SELECT value FROM setting").fetchone() == ("18.5",)
    assert reader.execute("SELECT count(*) FROM block").fetchone() == (0,)


def test_reports_are_written_a_minute_at_a_time_and_replay_exactly(path):
    store = opened(path)
    sent = []
    for tick in range(24):
        at = START + 5.0 * tick
        forecast = {} if tick < 10 else {"forecast": SURE}
        sent.append(report(at, beer_c=19.0 + tick / 100, cool=float(tick > 12), **forecast))
        store.record(sent[-1])
        store.flush_if_due(at)
    blocks = store.database.read("SELECT count(*) FROM block")[0][0]
    store.flush(START + 200.0)

    assert blocks == 1
    back = list(store.reports("fv1"))
    assert [b.at for b in back] == [r.at for r in sent]
    for recorded, original in zip(back, sent, strict=True):
        assert recorded.readings == original.readings
        assert recorded.demand == original.demand
        assert recorded.command == original.command
        assert recorded.forecast == original.forecast
        assert recorded.measured == original.state.measured
    some = [tick.at - START for tick in store.reports("fv1", START + 10.0, START + 20.0)]
    assert some == [10.0, 15.0, 20.0]


def test_a_tank_with_everything_takes_less_than_two_megabytes_a_day(tmp_path):
    bench = CellarBench(tmp_path, fv1=a_tank("ale", 19.0))
    bench.send("start_batch", name="Pale", og=1.05)
    for _ in range(720):  # an hour
        bench.tick()
    bench.power_off()
    store = opened(tmp_path / "brewpi.sqlite")
    ((size,),) = store.database.read("SELECT sum(length(data)) FROM block")
    assert 24 * size < 2e6


def test_what_it_takes_to_decide_again_comes_back_as_it_was(path):
    store = opened(path)
    dose = Dose("b1-dose-1", START, 1, 40.0, 12.0, "given", 40.0)
    wish = DoseRequest("b1-dose-1", 1, 40.0, 12.0, 100.0, 60.0, "sugar")
    asks = (ApprovalRequest("dose 1", "dose", "dose 1 of 2?", START, "asked", 2, {"volume_ml": 40.0}),)
    transfer = TransferRequest(48.0, 0.001, 0.6, 3.0)
    plain = report(START, history=HISTORY)
    demand = replace(plain.demand, dose=wish, transfer=transfer, asks=asks, modes={"dose": "act"})
    command = replace(plain.command, dose=wish, drain=Drain("open", "open for 5 s"))
    state = replace(
        plain.state, batch=Batch(START, "b1", additions=(Addition(START, "plums", 3.0),)), doses=(dose,),
        faults=(Fault("beer", "beer_c", "frozen", "stands still", START),),
    )  # fmt: skip
    inputs = (ControlInput("confirm", {"what": "drain", "by": "anna"}), ControlInput("drain", {}, "not yet"))
    store.record(replace(plain, demand=demand, command=command, state=state, inputs=inputs))
    store.record(replace(plain, at=START + 5.0, demand=demand, command=command, state=state))
    store.flush(START + 10.0)
    first, second = store.reports("fv1")
    assert (first.demand, first.command) == (demand, command)
    assert (first.batch, first.faults, first.doses, first.inputs) == (state.batch, state.faults, state.doses, inputs)
    assert repr(first.grown) == repr((0, state.history))  # a NaN among them
    assert (second.doses, second.inputs, second.grown) == (first.doses, (), None)


def test_a_history_is_told_by_what_was_added_also_from_block_to_block(path):
    store = opened(path)
    grown = (*HISTORY[:1], (HISTORY[0][0] + 60.0, 1.047, 19.0), *HISTORY[1:])
    for tick, history in enumerate((HISTORY[:1], HISTORY, grown, grown[:1])):
        store.record(report(START + 5.0 * tick, history=history))
        store.flush(START + 5.0 * tick)
    told = [tick.grown for tick in store.reports("fv1")]
    assert repr(told) == repr([(0, HISTORY[:1]), (1, HISTORY[1:]), (1, grown[1:]), (1, ())])


def test_full_reports_are_thinned_while_history_and_events_stay(path):
    store = opened(path)
    store.record(report(START, history=HISTORY[:1]))
    store.event(event("e1"))
    store.sent(["e1"])
    store.flush(START)
    store.record(report(START + 20 * 86_400.0, history=HISTORY))
    store.flush(START + 20 * 86_400.0)
    assert [r.at for r in store.reports("fv1")] == [START + 20 * 86_400.0]
    assert len(store.history("fv1")) == 2
    assert len(store.events("fv1")) == 1


def test_a_full_disk_is_an_alarm_and_what_matters_is_kept_until_there_is_room(path):
    store = opened(path)
    shrink(store)
    for n in range(200):
        store.event(event(f"e{n}"))
        store.record(report(START + n))
    store.flush(START + 200.0)
    alarm = store.alarm()
    assert alarm is not None
    assert alarm.text == (
        "cellar.sqlite: the disk is full, make room; control goes on, the newest is kept in memory and tried again"
    )
    assert alarm.since == START + 200.0

    store.set("fv1", "target_c", 17.0, START + 201.0)
    store.flush_if_due(START + 205.0)
    assert store.alarm() == alarm

    grow(store)
    store.flush_if_due(START + 261.0)
    if store.trouble:  # the first attempt after trouble opens the file again
        store.flush_if_due(START + 330.0)
    assert store.alarm() is None
    assert len(store.events("fv1")) == 200
    store.close()
    assert opened(path).settings("fv1") == {"target_c": 17.0}


def test_memory_is_bounded_while_the_disk_fails_for_long(path):
    store = opened(path)
    shrink(store)
    for n in range(5000):
        store.event(event(f"e{n}"))
        store.record(report(START + 60.0 * n))
        store.flush_if_due(START + 60.0 * n)
    assert len(store.queue.waits_soon) <= 2000
    assert len(store.queue.waits_later) <= 2000
    assert len(store.unsent) <= 500
    assert sum(map(len, store.block_book.waiting.values())) <= 20


def test_a_file_that_is_no_database_is_set_aside_and_a_new_one_begun(path):
    path.write_bytes(b"fermentation notes, not a database " * 100)
    store = opened(path)
    store.set("fv1", "target_c", 18.0, START)
    store.flush_if_due(START)

    assert store.trouble is None
    assert "was damaged" in store.alarm().text
    assert f"it is set aside as cellar.sqlite.damaged-{START:.0f}" in store.alarm().text
    assert path.with_name(f"cellar.sqlite.damaged-{START:.0f}").read_bytes().startswith(b"fermentation notes")
    assert opened(path).settings("fv1") == {"target_c": 18.0}
    store.flush(START + 4000.0)
    assert store.alarm() is None


@pytest.mark.parametrize(("name", "shown"), [("61021b5b324a", "a [2J"), ("61b762", "a\ufffdb")])
def test_a_damaged_file_cannot_write_into_a_log_or_stop_a_start(path, caplog, name, shown):
    """SQLite repeats what stands where the name of a table should be."""
    opened(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute(f"UPDATE sqlite_schema SET name = CAST(x'{name}' AS TEXT), sql = '7' WHERE name = 'dose'")
        database.commit()
    assert f"({shown})" in problem_of(path)
    with pytest.raises(OSError, match="cannot be copied"):
        copy_record(path, path.with_name("copy"))
    store = opened(path)
    assert f"was damaged (malformed database schema ({shown})" in store.alarm().text
    assert is_clean(store.alarm().text)
    assert all(is_clean(record.getMessage()) for record in caplog.records)


def test_a_row_is_not_blamed_for_a_file_that_is_damaged_under_way(path, caplog):
    """What SQLite says of the file is no UTF-8, which Python calls a wrong value."""
    store = opened(path)
    with closing(sqlite3.connect(path)) as database:
        (version,) = database.execute("PRAGMA schema_version").fetchone()
        database.execute("PRAGMA writable_schema = ON")
        database.execute("UPDATE sqlite_schema SET name = CAST(x'61b762' AS TEXT), sql = '7' WHERE name = 'dose'")
        database.execute(f"PRAGMA schema_version = {version + 1}")
        database.commit()
    store.set("fv1", "target_c", 18.0, START + 60.0)
    store.flush(START + 60.0)
    assert "was damaged (malformed database schema (a\ufffdb)" in store.alarm().text
    assert "a row cannot be kept" not in caplog.text
    assert store.settings("fv1")["target_c"] == 18.0


def test_a_file_damaged_under_way_loses_no_setting(path):
    store = opened(path)
    store.set("fv1", "stopped", True, START)
    store.event(event("e1"))
    for n in range(300):
        store.record(report(START + n, history=HISTORY))
    store.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)  # the header is whole, all tables are not

    store = opened(path.with_name("other.sqlite"))
    store.set("fv1", "stopped", True, START)
    store.flush_if_due(START)
    store.database.close()
    path.with_name("other.sqlite").write_bytes(data)
    for suffix in ("-wal", "-shm"):
        path.with_name("other.sqlite" + suffix).unlink(missing_ok=True)
    store.database.open(START + 1.0)
    store.event(event("e2"))
    for n in range(5):
        store.record(report(START + 100.0 * n, history=HISTORY))
        store.flush(START + 100.0 * n)

    assert store.trouble is None
    fresh = opened(path.with_name("other.sqlite"))
    assert fresh.settings("fv1") == {"stopped": True}
    assert len(fresh.history("fv1")) == 2


def test_a_file_deleted_under_way_is_begun_again_with_all_that_is_known(path):
    store = opened(path)
    store.set("fv1", "target_c", 18.0, START)
    store.event(event("e1"))
    store.record(report(START, history=HISTORY))
    store.flush(START)
    for file in path.parent.glob("cellar.sqlite*"):
        file.unlink()

    for n in range(1, 4):
        store.record(report(START + 60.0 * n, history=HISTORY))
        store.flush(START + 60.0 * n)

    assert "was deleted or replaced" in store.alarm().text
    again = opened(path)
    assert again.settings("fv1") == {"target_c": 18.0}
    assert len(again.history("fv1")) == 2
    assert "e1" in again.unsent


@pytest.mark.parametrize("between", [1, 400])
def test_an_older_copy_that_cp_puts_over_a_file_in_use_is_noticed_and_costs_nothing(path, between):
    """The file stays, what is in it is another: at the next start it was damaged, and all was lost."""
    store = opened(path)
    for n in range(between):
        store.set("fv1", f"before{n % 50}", "x" * 400, START)
        store.flush(START)
    copy = path.with_name("copy.sqlite")
    with closing(sqlite3.connect(path)) as here, closing(sqlite3.connect(copy)) as there:
        here.backup(there)
    for n in range(between):
        store.set("fv1", f"after{n % 50}", "x" * 400, START)
        store.flush(START)
    path.write_bytes(copy.read_bytes())

    store.set("fv1", "stopped", True, START)
    store.flush(START)

    assert "cellar.sqlite was written over while it was in use; brewpi restore puts a backup back" in store.alarm().text
    store.close()
    again = opened(path)
    assert again.settings("fv1")["stopped"] is True
    assert len(again.settings("fv1")) == 2 * min(between, 50) + 1
    assert again.alarm() is None


def test_a_file_in_use_that_is_dated_anew_is_the_same_one(path):
    """`touch`, or a file server that dates what was written later than it said."""
    store = opened(path)
    store.set("fv1", "stopped", True, START)
    store.flush(START)
    os.utime(path, (START, START))
    store.set("fv1", "target_c", 3.0, START)
    store.flush(START)
    assert store.alarm() is None
    store.close()
    assert opened(path).settings("fv1") == {"stopped": True, "target_c": 3.0}


@pytest.mark.parametrize("how", ["PASSIVE", "RESTART", "TRUNCATE"])
def test_another_program_that_writes_the_journal_into_the_file_puts_nothing_over_it(path, how):
    store = opened(path)
    for n in range(3):
        store.set("fv1", "target_c", 18.0 + n, START)
        store.flush(START)
        before = path.stat().st_mtime_ns
        with closing(sqlite3.connect(path)) as other:
            other.execute(f"PRAGMA wal_checkpoint({how})")
        assert path.stat().st_mtime_ns != before
    store.set("fv1", "target_c", 3.0, START)
    store.flush(START)
    assert store.alarm() is None
    assert opened(path).settings("fv1") == {"target_c": 3.0}


def test_a_read_only_file_is_an_alarm_and_still_tells_what_it_knows(path, monkeypatch):
    store = opened(path)
    store.set("fv1", "stopped", True, START)
    store.record(report(START, history=HISTORY))
    store.close()
    connect = sqlite3.connect

    def read_only(name: object, **options: object) -> sqlite3.Connection:
        given = str(name) if options.get("uri") else f"file:{name}?mode=ro&immutable=1"
        return connect(given, **{**options, "uri": True})

    monkeypatch.setattr(sqlite3, "connect", read_only)
    store = opened(path)
    store.set("fv1", "target_c", 3.0, START)
    store.flush_if_due(START)
    assert "read-only" in store.alarm().text
    assert store.settings("fv1") == {"stopped": True, "target_c": 3.0}
    assert len(store.history("fv1")) == 2

    monkeypatch.undo()
    store.flush_if_due(START + 61.0)
    assert store.alarm() is None
    store.close()
    assert opened(path).settings("fv1") == {"stopped": True, "target_c": 3.0}


def test_a_directory_that_cannot_be_made_is_an_alarm(tmp_path):
    (tmp_path / "file").write_text("")
    store = opened(tmp_path / "file" / "cellar.sqlite")
    store.record(report())
    store.event(event("e1"))
    store.flush(START)
    alarm = store.alarm()
    assert alarm is not None
    assert "cannot be reached (File exists), check [store] path and the disk" in alarm.text
    assert "Errno" not in alarm.text
    assert list(store.unsent) == ["e1"]
    store.close()


def test_a_file_of_a_newer_version_is_left_alone(path):
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = path.read_bytes()
    store = opened(path)
    store.event(event("e1"))
    store.flush(START)
    assert "newer brewpi" in store.alarm().text
    assert path.read_bytes() == before


def test_more_unsent_events_than_are_at_hand_come_in_order(path):
    store = opened(path)
    next_id = ids("run")
    for _ in range(1200):
        store.event(event(next_id()))
    sent = []
    for _ in range(1000):
        store.flush_if_due(START)
        batch = list(store.unsent)[:20]
        sent += batch
        store.sent(batch)
    assert sent == [f"run-{n}" for n in range(1, 1201)]


def test_in_memory_it_works_the_same(tmp_path):
    store = Store()
    store.open(START)
    store.record(report(START, history=HISTORY))
    store.event(event("e1"))
    store.flush(START)
    assert len(store.history("fv1")) == 2
    assert store.alarm() is None
    store.close()
    assert not list(tmp_path.iterdir())


def test_an_id_of_another_batch_is_not_pumped_again_and_is_no_trouble(path):
    dose = Dose("d1", START, 1, 50.0, 5.0, "intended")
    store = opened(path)
    assert store.record_start("fv1", "b1", dose, START)
    store.close()
    again = opened(path)
    assert not again.record_start("fv1", "b2", dose, START)
    assert again.trouble is None
