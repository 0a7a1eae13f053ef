"""Where the record should be there is something else, from the start or under way: an alarm, within a moment, and what
was written as durable is on the disk."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest
from reports import START

from brewpi.records import Dose
from brewpi.store import Store, StoreOptions

WITHIN_S = 5.0
SUFFIXES = ("", "-wal", "-shm")


def opened(path: Path, now: float = START) -> Store:
    store = Store(StoreOptions(path=path))
    store.open(now)
    return store


def put(kind: str, path: Path) -> None:
    """Something that is no record."""
    for suffix in SUFFIXES:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    match kind:
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "zero":
            path.symlink_to("/dev/zero")
        case "nowhere":
            path.symlink_to(path.with_name("nowhere") / "x")
        case "itself":
            path.symlink_to(path)
        case "folder link":
            path.with_name("there").mkdir()
            path.symlink_to(path.with_name("there"))
        case "journal":
            path.with_name(f"{path.name}-wal").mkdir()
        case "empty":
            path.write_bytes(b"")


KINDS = ["folder", "fifo", "zero", "nowhere", "itself", "folder link", "journal", "empty"]


def dose(key: str) -> Dose:
    return Dose(key, START, 1, 50.0, 0.0, "uncertain", 0.0)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_record_costs_the_record_and_no_time(tmp_path, kind):
    put(kind, tmp_path / "cellar.sqlite")
    began = time.monotonic()
    store = opened(tmp_path / "cellar.sqlite")
    store.set("fv1", "stopped", True, START)
    store.flush(START + 1.0)
    store.flush(START + 70.0)
    assert time.monotonic() - began < WITHIN_S
    assert store.settings("fv1") == {"stopped": True}
    assert kind == "empty" or store.alarm() is not None
    assert store.record_start("fv1", "b", dose("d1"), START + 71.0) is (store.trouble is None)
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_what_takes_the_records_place_under_way_costs_no_time_and_no_setting(tmp_path, kind):
    path = tmp_path / "cellar.sqlite"
    store = opened(path)
    store.set("fv1", "stopped", True, START)
    store.flush(START)
    put(kind, path)
    began = time.monotonic()
    for n in range(1, 5):
        store.set("fv1", "target_c", 18.0 + n, START + 60.0 * n)
        store.flush(START + 61.0 * n)
    assert time.monotonic() - began < WITHIN_S
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)
    journal = path.with_name(f"{path.name}-wal")
    if journal.is_dir():
        journal.rmdir()
    for n in range(5, 8):
        store.flush(START + 61.0 * n)
    assert store.trouble is None
    store.close()
    assert opened(path).settings("fv1") == {"stopped": True, "target_c": 22.0}


@pytest.mark.parametrize("suffix", SUFFIXES[1:])
def test_a_dose_is_on_the_disk_though_somebody_deletes_the_journal(tmp_path, suffix):
    path = tmp_path / "cellar.sqlite"
    store = opened(path)
    assert store.record_start("fv1", "b", dose("d1"), START)
    path.with_name(path.name + suffix).unlink()
    assert store.record_start("fv1", "b", dose("d2"), START + 5.0)

    (tmp_path / "after").mkdir()  # the mains fail
    for file in tmp_path.glob("cellar.sqlite*"):
        shutil.copy(file, tmp_path / "after" / file.name)
    fresh = opened(tmp_path / "after" / "cellar.sqlite")
    assert [one.id for one in fresh.doses("fv1", "b")] == ["d1", "d2"]
    assert not fresh.record_start("fv1", "b", dose("d2"), START + 9.0)
    fresh.close()
    store.close()
