"""A broker that is killed and comes back, again and again, while the cellar has much to say."""

from __future__ import annotations

import json
import random
import socket
import sqlite3
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from signal import SIGTERM

import pytest
from brokers import until
from soak_plants import Plant

TICK_S = 0.1


class Gate:
    """Between the cellar and its broker. Closed, nobody gets through: so the witness of what is said can be there
    before anything is said again. Whatever is under way is cut off without a word, as by a pulled cable."""

    def __init__(self, port: int) -> None:
        self.to, self.open = port, True
        self.lines: list[socket.socket] = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self.door.accept()
                if not self.open:
                    caller.close()
                    continue
                try:
                    broker = socket.create_connection(("127.0.0.1", self.to), 2.0)
                    broker.settimeout(None)
                except OSError:
                    caller.close()
                    continue
                self.lines += [caller, broker]
                for one, other in ((caller, broker), (broker, caller)):
                    threading.Thread(target=_carry, args=(one, other), daemon=True).start()

    def shut(self) -> None:
        """Cut every line."""
        self.open = False
        for line in self.lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self.lines.clear()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    "restarts", [pytest.param(3), pytest.param(50, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])]
)
def test_the_broker_is_killed_and_restarted_under_load(tmp_path: Path, broker, figure, restarts):
    gate = Gate(broker.port)
    plant = Plant(tmp_path, broker)
    config = tmp_path / "cellar.toml"
    config.write_text(config.read_text().replace(f"port = {broker.port}", f"port = {gate.port}"))
    chance = random.Random(restarts)
    plant.pitch()
    plant.start(tick_s=TICK_S)
    until(lambda: plant.online, 30.0)
    said = 0

    def speak(seconds: float) -> None:
        """Every command is an event, and so is what it changes."""
        nonlocal said
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            said += 1
            plant.send("fv2", ("stop", "resume")[said % 2], f"b{said}")
            time.sleep(0.01)

    speak(1.0)
    for _ in range(restarts):
        threading.Timer(chance.uniform(0.0, 0.5), gate.shut).start()  # in the middle of it
        speak(0.5)
        until(lambda: not gate.open)
        known = plant.listener.ready
        broker.kill()
        time.sleep(chance.uniform(0.0, 0.5))
        broker.start()
        until(lambda known=known: plant.listener.ready >= known + 4, 30.0)
        plant.online = False
        gate.open = True
        until(lambda: plant.online, 60.0)
        speak(0.3)
    until(lambda: not unsent(plant), 120.0)
    late_s = plant.pulse()["late_s"]
    assert plant.signal(SIGTERM) == 0

    written = dict(plant.rows("SELECT id, details FROM event"))
    commands = Counter(json.loads(details).get("command_id") for details in written.values())
    del commands[None]
    lost = set(written) - set(plant.events)
    repeated = sum(count - 1 for count in plant.events.values())
    figure("restarts of the broker", restarts)
    figure("events", len(written))
    figure("events lost", len(lost))
    figure("events under two ids", sum(count > 1 for count in commands.values()))
    figure("said again under the same id", repeated)
    figure("worst tick lateness, ms", round(late_s * 1000.0))
    plant.close()
    gate.door.close()
    assert lost == set()
    assert set(plant.events) <= set(written)
    assert all(count == 1 for count in commands.values())
    assert repeated <= 25 * (restarts + 1)  # at most what was on its way
    assert late_s < 1.0


def unsent(plant: Plant) -> int:
    reader = sqlite3.connect(f"file:{plant.store}?mode=ro", uri=True, timeout=5.0)
    with closing(reader) as connection:
        return int(connection.execute("SELECT count(*) FROM event WHERE sent = 0").fetchone()[0])
