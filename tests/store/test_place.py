"""A `[store] path` that does not begin at /: the same record, wherever brewpi is started from."""

from __future__ import annotations

from pathlib import Path

import pytest

from brewpi.store import StoreOptions
from brewpi.store.place import INSTALLED, STATE, TwoRecords, located

NAME = Path("brewpi.sqlite")


@pytest.fixture
def elsewhere(tmp_path, monkeypatch) -> Path:
    """The working directory, which is not the config's folder."""
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def place(folder: Path, path: Path = NAME) -> Path:
    return located(StoreOptions(path=path), folder)[0].path


def test_a_record_lies_beside_its_config_wherever_brewpi_is_started(tmp_path, elsewhere):
    assert place(tmp_path) == tmp_path / NAME
    assert place(tmp_path, Path("records/a.sqlite")) == tmp_path / "records/a.sqlite"
    (tmp_path / NAME).touch()
    assert located(StoreOptions(), tmp_path) == (StoreOptions(path=tmp_path / NAME), None)


def test_a_record_of_before_in_the_working_directory_goes_on_and_is_told(tmp_path, elsewhere):
    (elsewhere / NAME).touch()
    options, remark = located(StoreOptions(), tmp_path)
    assert options.path == elsewhere / NAME
    assert remark == f'the record is found from {elsewhere} only; write path = "{elsewhere}/brewpi.sqlite"'


def test_of_two_records_nobody_knows_which_goes_on(tmp_path, elsewhere):
    for folder in (tmp_path, elsewhere):
        (folder / NAME).touch()
    with pytest.raises(TwoRecords, match=f"is a record in {elsewhere} and in {tmp_path}; write the whole path"):
        place(tmp_path)
    (elsewhere / NAME).unlink()
    (elsewhere / NAME).symlink_to(tmp_path / NAME)
    assert place(tmp_path) == tmp_path / NAME


def test_a_service_keeps_it_where_systemd_says_and_so_does_who_starts_it_by_hand(tmp_path, elsewhere, monkeypatch):
    assert place(INSTALLED) == STATE / NAME
    monkeypatch.setenv("STATE_DIRECTORY", str(elsewhere))
    (tmp_path / NAME).touch()
    assert place(tmp_path) == elsewhere / NAME


@pytest.mark.parametrize("path", [":memory:", "/var/lib/brewpi/brewpi.sqlite"])
def test_a_whole_path_stays_as_it_is(path, tmp_path, elsewhere):
    assert located(StoreOptions(path=path), tmp_path) == (StoreOptions(path=path), None)
