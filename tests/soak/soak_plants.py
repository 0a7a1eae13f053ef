"""The other side of `soak_process.py`: starts its lives, sends commands to them, and reads what they left behind."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from brokers import Broker, Listener, until

from brewpi.plant.simulated_tank import ALE, Vessel
from brewpi.records import Batch
from brewpi.store import Store, StoreOptions

HERE = Path(__file__).parent
BASE = "brewpi/riverside"
DAY_S = 86_400.0
CELLAR = """
site = "riverside"
store = {{ path = "{store}", batch_s = 1 }}
mqtt = {{ host = "127.0.0.1", port = {port}, home_assistant = false }}
model = {{ every_s = 10 }}

[tanks.fv1]
volume_l = 500000
medium = "mead"
recipe = "dose.toml"
sensors.probe = {{ kind = "soak_probe", every_s = 1, says = {{ beer_c = 19.0, sg = 1.085 }} }}
outputs.nutrient = {{ kind = "soak_pump", diary = "{here}/pump" }}
dosing = {{ solution_mg_ml = 10, max_ml_per_dose = 100, max_ml_per_day = 200000, fresh_h = 24 }}

[tanks.fv2]
volume_l = 500
recipe = "drain.toml"
sensors.probe = {{ kind = "soak_probe", every_s = 1, says = {{ beer_c = 19.0, sg = 1.0110, vent_open = 1.0 }} }}
outputs.drain = {{ kind = "soak_valve", diary = "{here}/valve" }}
outputs.cool = {{ kind = "soak_valve", diary = "{here}/cool" }}
draining = {{ longest_s = 0.4, forecast_h = 6 }}
temperature = {{ target_c = 19.0 }}
"""
DOSE = """
name = "Doses"
steps = [ { name = "primary" } ]
nutrients = { nitrogen_mg_l = 0.002, at_h = [24, 48, 72, 96], gap_h = 2 }
"""
DRAIN = """
name = "Drains"
steps = [ { name = "transfer", transfer = { window_h = 48, change_sg = 0.002 } } ]
"""


class Plant:
    """One folder with a config and a database, and the lives that are lived on it."""

    def __init__(self, here: Path, broker: Broker, store: Path | None = None, more: str = "") -> None:
        self.here, self.broker = here, broker
        self.store = store or here / "brewpi.sqlite"
        (here / "cellar.toml").write_text(CELLAR.format(here=here, store=self.store, port=broker.port) + more)
        (here / "dose.toml").write_text(DOSE)
        (here / "drain.toml").write_text(DRAIN)
        self.log = (here / "log").open("wb")
        self.server = subprocess.Popen(
            [sys.executable, str(HERE / "soak_process.py"), "serve"], cwd=here, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.log, text=True,
        )  # fmt: skip
        assert self.server.stdout
        self.server.stdout.readline()
        self.pid = 0
        self.ended: list[int] = []
        self.batches = 0
        self.listener = Listener(broker, f"{BASE}/+/ack", f"{BASE}/availability", f"{BASE}/+/event", f"{BASE}/+/state")
        self.client = self.listener.client
        self.acks: dict[str, list[dict[str, Any]]] = {}
        self.answered = 0
        self.alarms: dict[str, list[str]] = {}
        self.states: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.online = False
        self.client.on_message = self._heard
        until(lambda: self.listener.ready >= 4)

    def _heard(self, _client: Any, _data: Any, message: Any) -> None:
        *_, tank, word = message.topic.split("/")
        if word == "availability":
            self.online = message.payload == b"online"
            return
        said = json.loads(message.payload)
        if word == "ack":
            self.answered += 1
            self.acks.setdefault(str(said["id"]), []).append(said)
        elif word == "event":
            self.events[said["id"]] += 1
            self.kinds[said["kind"]] += 1
        else:
            self.states[tank] += 1
            self.alarms[tank] = [alarm["text"] for alarm in said["alarms"]]

    # --- lives

    def start(self, tick_s: float = 0.02, odds: float = 0.0, seed: int = 0, retry_s: float = 1.0) -> None:
        """Another life. It ends by its own die, by `kill`, or by itself."""
        self.online = False
        self.ended = []
        for name in ("pulse", "committed"):
            (self.here / name).unlink(missing_ok=True)
        said = {"folder": str(self.here), "tick_s": tick_s, "odds": odds, "seed": seed, "retry_s": retry_s}
        assert self.server.stdin
        assert self.server.stdout
        self.server.stdin.write(json.dumps(said) + "\n")
        self.server.stdin.flush()
        self.pid = int(self.server.stdout.readline())
        threading.Thread(target=self._await_end, daemon=True).start()

    def _await_end(self) -> None:
        assert self.server.stdout
        ended = self.server.stdout.readline()
        self.ended.append(int(ended or -99))

    @property
    def alive(self) -> bool:
        return not self.ended

    def signal(self, signum: int) -> int:
        """Send it, and wait for the end."""
        if self.alive:
            subprocess.run(["kill", f"-{signum}", str(self.pid)], check=False, stderr=subprocess.DEVNULL)
        until(lambda: not self.alive, 30.0)
        return self.ended[0]

    def pulse(self) -> dict[str, float]:
        """Ticks and the worst lateness of this life."""
        try:
            said: dict[str, float] = json.loads((self.here / "pulse").read_text())
        except (FileNotFoundError, ValueError):
            return {"ticks": 0, "late_s": 0.0, "p99_s": 0.0}
        return said

    def rss_kib(self) -> int:
        """Resident memory of this life."""
        status = Path(f"/proc/{self.pid}/status").read_text().split("\n")
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1])

    # --- commands

    def send(self, tank: str, command: str, /, key: str, **fields: Any) -> None:
        """Says it and waits for nothing."""
        body = {"id": key, "issued_at": datetime.now(UTC).isoformat(), "by": "soak", **fields}
        self.client.publish(f"{BASE}/{tank}/command/{command}", json.dumps(body), qos=1)

    def ask(self, tank: str, command: str, /, key: str, within_s: float = 0.5, **fields: Any) -> dict[str, Any] | None:
        """The answer; None if there was none in time, or the life ended before."""
        known = len(self.acks.get(key, []))
        self.send(tank, command, key, **fields)
        end = time.monotonic() + within_s
        while self.alive and time.monotonic() < end:
            if len(self.acks.get(key, [])) > known:
                return self.acks[key][-1]
            time.sleep(0.002)
        return None

    # --- what is left behind

    def lines(self, diary: str) -> list[str]:
        path = self.here / diary
        return path.read_text().split("\n")[:-1] if path.exists() else []

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.store, timeout=5.0)) as connection:
            return connection.execute(sql, parameters).fetchall()

    def lost(self) -> list[str]:
        """What SQLite had said is written and is not there."""
        kept = {
            "block": {(tank, since) for tank, since in self.rows("SELECT tank, since FROM block")},
            "event": {row[0] for row in self.rows("SELECT id FROM event")},
            "dose": {row[0] for row in self.rows("SELECT id FROM dose")},
        }
        gone = []
        for line in self.lines("committed"):
            what, *row = json.loads(line)
            if ((row[0], row[1]) if what == "block" else row[0]) not in kept[what]:
                gone.append(line)
        return gone

    def pitch(self) -> None:
        """Another batch in both tanks; fv2 has fermented for ten days already. Only between two lives."""
        self.batches += 1
        now = time.time()
        store = Store(StoreOptions(path=self.store))
        store.open(now)
        began = now - 10.0 * DAY_S
        if self.batches == 1:
            vessel = Vessel(ALE, now=began, seed=3)
            store.database.write(_history(vessel, began, now), now)
        for tank, batch in (
            ("fv1", Batch(now - 30.0 * 3600.0, f"fv1-b{self.batches}", medium="mead", og=1.090)),
            ("fv2", Batch(began, f"fv2-b{self.batches}", medium="beer", og=ALE.og, expected_attenuation=0.77)),
        ):
            store.set(tank, "batch", asdict(batch), now)
            store.set(tank, "held", None, now)
        store.close()
        assert store.trouble is None

    def close(self) -> None:
        self.listener.close()
        if self.alive and self.pid:
            subprocess.run(["kill", "-9", str(self.pid)], check=False, stderr=subprocess.DEVNULL)
        self.server.kill()
        self.server.communicate()
        self.log.close()


def _history(vessel: Vessel, began: float, now: float) -> list[tuple[str, tuple[Any, ...]]]:
    rows: list[tuple[str, tuple[Any, ...]]] = []
    at = began
    while at < now:
        vessel.advance(at)
        rows.append(("INSERT OR REPLACE INTO history VALUES (?, ?, ?, ?)", ("fv2", at, round(vessel.sg, 5), 19.0)))
        at += 900.0
    return rows
