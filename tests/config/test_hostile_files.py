"""`brewpi check` of whatever is no config: one sentence, soon, and in little memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
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
    """Within 300 MB beside what Python, numpy and pydantic reserve."""

    def limits() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (300 * 2**20, 300 * 2**20))

    command = [sys.executable, "-m", "brewpi", "check", str(path)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=30.0, check=False, env=environment, preexec_fn=limits,
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
            path.write_bytes(b"site = \"\xe4\"")
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


def said_of(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    assert 0 < len(done.stderr.splitlines()) <= 60
    assert max(map(len, done.stderr.splitlines())) < 600
