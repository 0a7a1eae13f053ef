"""The board of the demo: `brewpi dashboard` as a process of its own, for browsers of this machine only."""

from __future__ import annotations

import importlib.util
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from brewpi.dashboard.auth.users import Role, User, hashed, write

HOST = "127.0.0.1"
PORT = 8080
PORTS_TRIED = 100
GOODBYE_S = 5.0
ROLES: dict[str, Role] = {"anna": "operate", "vera": "view"}
WORDS = ("amber", "barley", "bock", "cider", "hops", "kettle", "lager", "malt", "mead", "porter", "stout", "yeast")


class NoBoard(Exception):
    """With the sentence for the one who started it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A board that runs; passwords by name, made up for this time."""

    process: subprocess.Popen[bytes]
    port: int
    passwords: dict[str, str]
    log: Path

    def sentences(self, wanted: int) -> list[str]:
        moved = f" (port {wanted} is taken)" if self.port != wanted else ""
        people = ", ".join(
            f"{name} / {password} may {'act' if ROLES[name] == 'operate' else 'look'}"
            for name, password in self.passwords.items()
        )
        return [
            f"The board: http://localhost:{self.port}{moved}, in a few seconds. Sign in to act:",
            f"  {people}",
            "The mead asks for its doses, the ale for its steps; while its drain is armed, time slows down.",
        ]

    @property
    def trouble(self) -> str | None:
        """Why it has ended by itself."""
        if self.process.poll() is None:
            return None
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return f"the board has ended: {lines[-1] if lines else 'it did not say why'}"


@contextmanager
def board_process(broker_port: int, wanted: int) -> Iterator[Shown]:
    """Gone on leaving, with its users. Raises NoBoard."""
    if importlib.util.find_spec("nicegui") is None:
        raise NoBoard("no board: nicegui is missing; make demo installs it")
    port = free_port(wanted)
    passwords = {name: _password() for name in ROLES}
    with TemporaryDirectory(prefix="brewpi-demo-") as here:
        users, log = Path(here) / "users.toml", Path(here) / "board.log"
        write(users, {name: User(role=role, password=hashed(passwords[name])) for name, role in ROLES.items()})
        command = [
            sys.executable, "-m", "brewpi", "dashboard", "--broker", HOST, "--port", str(broker_port),
            "--listen", f"{HOST}:{port}", "--users", str(users), "--anyone-may-look",
        ]  # fmt: skip
        with log.open("wb") as out:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            yield Shown(process, port, passwords, log)
        finally:
            _end(process)


def free_port(wanted: int) -> int:
    """The wished one, or the next that is free. Raises NoBoard."""
    for port in range(wanted, min(wanted + PORTS_TRIED, 65_536)):
        try:
            socket.create_server((HOST, port)).close()
        except OSError:
            continue
        return port
    raise NoBoard(f"no board: no port from {wanted} on is free; choose another with --port")


def _password() -> str:
    words = (secrets.choice(WORDS), secrets.choice(WORDS), f"{secrets.randbelow(10_000):04}")
    return "-".join(words)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(GOODBYE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
