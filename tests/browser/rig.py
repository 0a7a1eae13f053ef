"""What a browser is pointed at: a real cellar with mock pins, the board as its own process, and Debian's Chromium."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import paho.mqtt.publish as paho
from brokers import Broker, until
from playwright.sync_api import Browser, Page, Playwright
from ports import free_port

from brewpi.dashboard.auth.users import hashed
from brewpi.mqtt.topics import iso
from brewpi.plant.simulated_tank import ALE, Vessel
from brewpi.records import Batch
from brewpi.store import Store, StoreOptions

HERE = Path(__file__).parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AXE = Path(os.environ.get("AXE", HERE.parents[1] / "build/axe/node_modules/axe-core/axe.min.js"))
QUIET = (  # a browser that keeps to itself: whatever it asks of the network is asked by a page
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PASSWORDS = {"anna": "hops and malt", "vera": "just looking"}
DAY_S = 86_400.0
CELLAR = """
site = "riverside"
tick_s = 1
store = {{ path = "{here}/brewpi.sqlite", batch_s = 1 }}
mqtt = {{ host = "127.0.0.1", port = {port}, home_assistant = false }}

[tanks.fv1]
volume_l = 500
sensors.probe = {{ kind = "told", path = "{here}/probes", every_s = 1, measure = ["beer_c"] }}
sensors.hand = {{ kind = "manual" }}
outputs.cool = {{ kind = "relay", pin = 6, min_off_s = 0, min_on_s = 0 }}
outputs.heat = {{ kind = "relay", pin = 17, min_off_s = 0, min_on_s = 0 }}
temperature = {{ target_c = 19.0, deadband_c = 0.1, ramp_c_per_h = 20 }}

[tanks.fv3]
volume_l = 500
sensors.hand = {{ kind = "manual" }}

[tanks.fv2]
volume_l = 500
recipe = "{here}/drain.toml"
sensors.probe = {{ kind = "told", path = "{here}/probes", every_s = 1, measure = ["beer_c", "sg", "vent_open"] }}
outputs.drain = {{ kind = "valve", pin = 24 }}
outputs.cool = {{ kind = "relay", pin = 27 }}
outputs.nutrient = {{ kind = "pump", pin = 25, ml_per_s = 1.6 }}
dosing = {{ solution_mg_ml = 25.0, max_ml_per_dose = 50, max_ml_per_day = 100, max_mg_l_per_batch = 250 }}
draining = {{ longest_s = 600, forecast_h = 6 }}
temperature = {{ target_c = 19.0 }}
"""
DRAIN = """
name = "Drains"
steps = [ { name = "transfer", transfer = { window_h = 48, change_sg = 0.002 } } ]
"""
COOL, HEAT, VALVE = "GPIO6", "GPIO17", "GPIO24"


class Cellar:
    """`brewpi run` on mock pins. fv1 is chilled and read by hand, a day old with one reading; fv2 has fermented for
    ten days, stands still, and may be drained; fv3 is in the middle, read by hand four times a day."""

    def __init__(self, here: Path, broker: Broker) -> None:
        self.here, self.broker = here, broker
        self.config = here / "cellar.toml"
        self.config.write_text(CELLAR.format(here=here, port=broker.port))
        (here / "drain.toml").write_text(DRAIN)
        self.process: subprocess.Popen[bytes] | None = None
        self.probes(beer_c=19.0, sg=1.0110, vent_open=1.0)
        self._pitch()

    def probes(self, **says: float) -> None:
        """What the probes say from now on; written at once, so that it is never half read."""
        (self.here / "new").write_text(json.dumps(says))
        (self.here / "new").replace(self.here / "probes")

    def start(self) -> None:
        with (self.here / "cellar.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(HERE / "mock_pins.py"), "run", str(self.config)], cwd=self.here, stderr=log
            )
        until(self._began, 30.0)

    def _began(self) -> bool:
        assert self.process
        assert self.process.poll() is None, (self.here / "cellar.log").read_text()
        return bool(self.pins(COOL))

    def kill(self) -> None:
        """SIGKILL: it says no goodbye."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def pins(self, name: str) -> list[bool]:
        """Every level that a pin has taken since the beginning."""
        path = self.here / "pins"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line.endswith("1") for line in lines if line.split()[0] == name]

    def on(self, name: str) -> bool:
        """Whether the pin is high now."""
        return bool(self.pins(name)) and self.pins(name)[-1]

    def _pitch(self) -> None:
        now = time.time()
        store = Store(StoreOptions(path=self.here / "brewpi.sqlite"))
        store.open(now)
        young, middle, old = now - DAY_S, now - 2.5 * DAY_S, now - 10.0 * DAY_S
        rows = [("fv1", young, 1.0500, 19.0), *_readings("fv3", middle, now, 6.0), *_readings("fv2", old, now, 0.25)]
        store.database.write([("INSERT OR REPLACE INTO history VALUES (?, ?, ?, ?)", row) for row in rows], now)
        for tank, batch in (
            ("fv1", Batch(young, "b1", "Pale 31", medium="beer", og=1.050, expected_attenuation=0.77)),
            ("fv3", Batch(middle, "b3", "Stout 7", medium="beer", og=ALE.og, expected_attenuation=0.77)),
            ("fv2", Batch(old, "b2", "Pale 30", medium="beer", og=ALE.og, expected_attenuation=0.77)),
        ):
            store.set(tank, "batch", asdict(batch), now)
        store.close()
        assert store.trouble is None


def _readings(tank: str, began: float, now: float, every_h: float) -> list[tuple[str, float, float, float]]:
    """Rows of the store's history: a simulated ale so far."""
    vessel = Vessel(ALE, now=began, seed=3)
    rows = []
    for number in range(int((now - began) / (3600.0 * every_h)) + 1):
        vessel.advance(began + 3600.0 * every_h * number)
        rows.append((tank, vessel.at, round(vessel.sg, 4), 19.0))
    return rows


class BoardServer:
    """`brewpi dashboard` on a free port: anna may act, vera may look. Without users it is to look at."""

    def __init__(self, here: Path, broker_port: int, *words: str, users: bool = True) -> None:
        self.here, self.broker_port, self.words = here, broker_port, list(words)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        if users:
            file = here / "users.toml"
            roles = {"anna": "operate", "vera": "view"}
            file.write_text(
                "".join(f'[{name}]\nrole = "{role}"\npassword = "{hashed(PASSWORDS[name])}"\n'
                        for name, role in roles.items())
            )  # fmt: skip
            file.chmod(0o600)
            self.words += ["--users", str(file)]

    def start(self) -> None:
        with (self.here / "board.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "brewpi", "dashboard", "--broker", "127.0.0.1",
                 "--port", str(self.broker_port), "--listen", f"127.0.0.1:{self.port}", *self.words],
                cwd=self.here, stdout=log, stderr=log, env=_outside_of_pytest(),
            )  # fmt: skip
        until(self.answers, 30.0)

    def answers(self) -> bool:
        assert self.process
        assert self.process.poll() is None, (self.here / "board.log").read_text()
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self, signum: int = signal.SIGTERM) -> None:
        if self.process:
            self.process.send_signal(signum)
            try:
                self.process.wait(15.0)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None


class LiveSite:
    """Broker, cellar and board, all real and each in a process of its own."""

    def __init__(self, here: Path) -> None:
        self.broker = Broker(here)
        self.cellar = Cellar(here, self.broker)
        self.board = BoardServer(here, self.broker.port, "--anyone-may-look")

    def start(self) -> None:
        self.broker.start()
        self.cellar.start()
        self.board.start()

    def stop(self) -> None:
        self.board.stop()
        self.cellar.kill()
        self.broker.kill()


def _outside_of_pytest() -> dict[str, str]:
    """NiceGUI asks the environment whether it is being tested, and then is another."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The machine's own: nothing is downloaded."""
    assert CHROMIUM
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET), chromium_sandbox=False)
    yield browser
    browser.close()


def say(broker: Broker, topic: str, payload: Any, retain: bool = True) -> None:
    """Somebody else on the broker."""
    text = payload if isinstance(payload, str) else json.dumps(payload)
    paho.single(topic, text, qos=1, retain=retain, hostname="127.0.0.1", port=broker.port)


def state(at: float, **more: object) -> dict[str, object]:
    """A tank's state, as the contract has it."""
    return {"at": iso(at), "sg": 1.0234, "beer_c": 18.9, "target_c": 19.0, "step": "hold", "why": "hold", **more}


def enter(page: Page, name: str, password: str | None = None) -> None:
    """Name and password, as a person does it on the page that asks for them."""
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORDS[name] if password is None else password)
    page.get_by_role("button", name="Sign in").click()


def too_wide(page: Page) -> list[str]:
    """What can be scrolled sideways: the page itself, or a part of it."""
    found: list[str] = page.evaluate("""() => [...document.querySelectorAll("html, body, body *")].filter((one) =>
        one.scrollWidth > one.clientWidth + 1 && one.clientWidth
        && (one === document.documentElement || ["auto", "scroll"].includes(getComputedStyle(one).overflowX))
    ).map((one) => `${one.tagName}.${one.className}: ${one.scrollWidth} of ${one.clientWidth}`)""")
    return found
