"""`brewpi` in the process of the test: where a test is not about the process, it need not wait for one to start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from typer.testing import CliRunner

from brewpi.cli import app


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended, as `subprocess.run` would tell it."""

    returncode: int
    stdout: str
    stderr: str


def brewpi(*words: object, typed: str = "", env: Mapping[str, str] | None = None) -> Done:
    """typed: what somebody enters; env: beside the environment of the test. What it did not expect is raised."""
    done = CliRunner().invoke(app, [str(word) for word in words], input=typed, env=env)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Done(done.exit_code, done.stdout, done.stderr)
