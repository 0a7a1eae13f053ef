"""A disk that takes no more: every command that writes says so in a sentence, and what was there is there as it was."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import brewpi
from test_backup import cellar

from brewpi.forecast.tflite_model import CHECKOUT
from brewpi.offline import backup

pytestmark = pytest.mark.slow


def full_after(size: int) -> Callable[[], None]:
    """No file of this process grows beyond so many bytes: as on a full disk, and without one."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def on_full_disk(size: int, *words: object, said: str = "") -> str:
    """What the command says. It ends in a sentence."""
    done = subprocess.run(
        [sys.executable, "-B", "-m", "brewpi", *map(str, words)], capture_output=True, text=True, input=said,
        preexec_fn=full_after(size), timeout=120,
    )  # fmt: skip
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


def all_below(home: Path) -> dict[str, bytes | Path]:
    """What every file holds, and where links lead."""
    return {
        str(path.relative_to(home)): path.readlink() if path.is_symlink() else path.read_bytes()
        for path in sorted(home.rglob("*")) if not path.is_dir() or path.is_symlink()
    }  # fmt: skip


def beside_journals(home: Path) -> dict[str, bytes | Path]:
    return {name: held for name, held in all_below(home).items() if not name.endswith(("-wal", "-shm", ".lock"))}


WRITERS: dict[str, tuple[tuple[str, ...], str]] = {
    "a user": (("dashboard-user", "ben", "--users", "users.toml"), "hops and malt\n"),
    "a token": (("api-token", "add", "node", "--file", "tokens.toml"), ""),
    "an account": (("broker-users", "viewer", "wall", "--site", "riverside", "--directory", "."), "hops and malt\n"),
    "a model": (("model", "install", str(CHECKOUT), "--home", "models"), ""),
}


@pytest.mark.parametrize("what", WRITERS)
def test_what_cannot_be_written_leaves_what_was_there(tmp_path, what, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words, said = WRITERS[what]
    first = brewpi(*words, typed=said)
    assert first.returncode == 0, first.stderr
    before = all_below(tmp_path)
    again = tuple("anna" if word in ("ben", "wall", "node") else word for word in words)
    on_full_disk(0, *again, said=said)
    assert all_below(tmp_path) == before


def test_a_backup_that_finds_no_room_keeps_the_one_before(tmp_path):
    config = cellar(tmp_path / "here")
    target = tmp_path / "here" / "brewpi.zip"
    assert brewpi("backup", target, "--config", config).returncode == 0
    before = beside_journals(tmp_path)
    for size in (0, 30_000, 60_000):
        on_full_disk(size, "backup", target, "--config", config)
        assert beside_journals(tmp_path) == before


@pytest.mark.parametrize("copies", [0, 1, 2, 3])
def test_a_backup_is_put_back_as_a_whole_or_not_at_all(tmp_path, monkeypatch, copies):
    config = cellar(tmp_path / "here")
    assert brewpi("backup", tmp_path / "all.zip", "--config", config).returncode == 0
    config.write_text(config.read_text() + "\n# changed since\n")
    before, copy, done = beside_journals(tmp_path), shutil.copyfile, []

    def copied(source: Path, target: Path) -> None:
        done.append(copy(source, target))
        if len(done) > copies:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    monkeypatch.setattr(backup.shutil, "copyfile", copied)
    with pytest.raises(OSError, match="No space left"):
        backup.restore(tmp_path / "all.zip", config, None)
    assert beside_journals(tmp_path) == before
