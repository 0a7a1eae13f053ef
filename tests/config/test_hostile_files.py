"""`brewpi check` of whatever is no config: one sentence, soon, and in little memory."""

from __future__ import annotations

import gzip
import os
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

TEXTS = {
    "deep": "a = " + "[" * 100_000 + "]" * 100_000,
    "deep tables": "a = " + "{a = " * 20_000 + "1" + "}" * 20_000,
    "dotted": ".".join(["a"] * 20_000) + " = 1",
    "digits": "tick_s = " + "9" * 5000,
    "huge": "tick_s = 1e308",
    "infinite": "tick_s = inf",
    "no number": "tick_s = nan",
    "zero bytes": "\x00" * 1000,
    "a long word": "a" * 900_000,
    "many tables": "".join(f"[tanks.t{n}]\nvolume_l = 1\n" for n in range(20_000)),
}


def check(path: Path) -> subprocess.CompletedProcess[str]:
    return brewpi("check", str(path))


def brewpi(*words: str) -> subprocess.CompletedProcess[str]:
    """Within 300 MB and 5 s of a core, Python's own start included; a machine that is busy has longer."""

    def limits() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (300 * 2**20, 300 * 2**20))
        resource.setrlimit(resource.RLIMIT_CPU, (5, 5))

    command = [sys.executable, "-m", "brewpi", *words]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120.0, check=False, env=environment, preexec_fn=limits,
    )  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_text_that_is_no_config(tmp_path, name):
    path = tmp_path / "cellar.toml"
    path.write_text(TEXTS[name])
    said_of(check(path))


@pytest.mark.parametrize("kind", ["fifo", "device", "random", "folder", "large", "latin"])
def test_what_is_no_text_file(tmp_path, kind):
    path = tmp_path / "cellar.toml"
    match kind:
        case "fifo":
            os.mkfifo(path)
        case "device":
            path = Path("/dev/zero")
        case "random":
            path = Path("/dev/urandom")
        case "folder":
            path.mkdir()
        case "large":
            with path.open("wb") as file:
                file.truncate(2**32)
        case "latin":
            path.write_bytes(b'site = "\xe4"')
    said_of(check(path))


@pytest.mark.parametrize("kind", ["fifo", "deep", "digits"])
def test_a_recipe_that_is_none(tmp_path, kind):
    recipe = tmp_path / "mine.toml"
    if kind == "fifo":
        os.mkfifo(recipe)
    else:
        recipe.write_text(TEXTS[kind])
    path = tmp_path / "cellar.toml"
    path.write_text(
        'site = "riverside"\n[tanks.fv1]\nvolume_l = 500\nrecipe = "mine.toml"\n'
        '[tanks.fv1.sensors]\nbeer = { kind = "simulated", measure = ["beer_c"] }\n'
    )
    said_of(check(path))


HOURS = "hours,sg,temp_c\n" + "".join(f"{hour},{1.05 - hour / 5000:.4f},19.0\n" for hour in range(0, 100, 2))
LOGS: dict[str, bytes] = {
    "deep json": b"[" * 200_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "an hour of 1e308": HOURS.encode() + b"1e308,1.01,19\n",
    "five thousand digits": HOURS.encode() + b"9" * 5000 + b",1.01,19\n",
    "one long line": b"time,sg," + b"x" * 3_000_000,
    "a million commas": b"time,sg\n" + b"," * 1_000_000,
    "zero bytes": b"\x00" * 1_000_000,
    "half a workbook": b"PK\x03\x04" + b"\xff" * 5000,
    "half a database": b"SQLite format 3\x00" + b"\xff" * 5000,
    "many rows": b"hours,sg\n" + b"".join(b"%d,1.0%02d\n" % (n, n % 60) for n in range(200_000)),
    "a gzip bomb": gzip.compress(b"\x00" * 2**28),
}


@pytest.mark.parametrize("name", LOGS)
def test_what_predict_is_given_ends_soon(tmp_path, name):
    path = tmp_path / "log.csv"
    path.write_bytes(LOGS[name])
    answers(brewpi("predict", str(path), "--json"))


@pytest.mark.parametrize("kind", ["fifo", "device", "random", "sparse", "workbook bomb"])
def test_what_predict_is_given_need_not_be_a_file(tmp_path, kind):
    path = tmp_path / "log.csv"
    match kind:
        case "fifo":
            os.mkfifo(path)
        case "device":
            path = Path("/dev/zero")
        case "random":
            path = Path("/dev/urandom")
        case "sparse":
            with path.open("wb") as file:
                file.truncate(2**32)
        case "workbook bomb":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
                for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
                    book.writestr(name, b"<a>" * 2**25)
    answers(brewpi("predict", str(path), "--json"))


def answers(done: subprocess.CompletedProcess[str]) -> None:
    """A forecast, or a sentence."""
    assert done.returncode in (0, 1, 2), (done.returncode, done.stderr[-300:])
    assert "Traceback" not in done.stderr
    assert done.stdout or done.stderr
    assert all(len(line) < 1100 for line in done.stderr.splitlines())


def said_of(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    assert 0 < len(done.stderr.splitlines()) <= 60
    assert max(map(len, done.stderr.splitlines())) < 600
