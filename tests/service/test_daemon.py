"""The service as systemd and the brewer meet it: real processes, real signals, a real broker."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from brokers import Broker, Listener, until
from site_models import FILES, model

from brewpi.offline.model_home import ModelHome
from brewpi.store import Store, StoreOptions

TESTS = Path(__file__).parents[1]
BASE = "brewpi/riverside"
SITE = """
site = "riverside"
tick_s = 1
store.path = "{here}/brewpi.sqlite"
mqtt = {{ host = "127.0.0.1", port = {port} }}
"""
WITH_FILES = """
[tanks.fv1]
volume_l = 500
[tanks.fv1.sensors]
beer = {{ kind = "file", path = "{here}/beer", every_s = 1 }}
[tanks.fv1.outputs]
cool = {{ kind = "file", path = "{here}/cool", min_off_s = 0, min_on_s = 0 }}
[tanks.fv1.temperature]
target_c = 19.0
ramp_c_per_h = 20.0
"""
SIMULATED = """
[tanks.fv1]
volume_l = 500
[tanks.fv1.sensors]
beer = { kind = "simulated", measure = ["beer_c", "sg"] }
[tanks.fv1.outputs]
cool = { kind = "simulated", role = "cool", compressor = true }
[tanks.fv1.temperature]
target_c = 19.0
"""


class Daemon:
    """`brewpi run` in a process of its own, with a probe and a relay that are files."""

    def __init__(self, here: Path, port: int) -> None:
        self.here, self.notify = here, here / "notify"
        self.config = here / "cellar.toml"
        self.config.write_text((SITE + WITH_FILES).format(here=here, port=port))
        self.process: subprocess.Popen[str] | None = None
        self.beer("19.0")
        self.heard: list[bytes] = []
        self.supervisor = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.supervisor.bind(str(self.notify))
        self.supervisor.setblocking(False)

    def start(self, *words: str) -> None:
        command = [sys.executable, *(words or [str(TESTS / "file_plugs.py")]), "run", str(self.config)]
        env = {**os.environ, "NOTIFY_SOCKET": str(self.notify)}
        self.process = subprocess.Popen(command, cwd=self.here, env=env, stderr=subprocess.PIPE, text=True)

    def ready(self) -> None:
        """Waits for READY=1, as systemd does."""
        until(lambda: any(said.startswith(b"READY=1") for said in self.told()), 30.0)

    def told(self) -> list[bytes]:
        """All that the supervisor has heard so far."""
        try:
            while True:
                self.heard.append(self.supervisor.recv(1000))
        except BlockingIOError:
            return self.heard

    def beer(self, says: str) -> None:
        """What the probe says from now on; written at once, so that it is never half read."""
        (self.here / "new").write_text(says)
        (self.here / "new").replace(self.here / "beer")

    @property
    def busy(self) -> bool:
        """Whether it is in the middle of a slow read."""
        return (self.here / "beer.busy").exists()

    @property
    def relay(self) -> list[str]:
        """The relay's life so far."""
        path = self.here / "cool"
        return path.read_text().split() if path.exists() else []

    def end(self, signum: int) -> tuple[int, str]:
        """Send a signal; the exit status and what was said on standard error."""
        assert self.process
        self.process.send_signal(signum)
        _, said = self.process.communicate(timeout=20.0)
        return self.process.returncode, said

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
        self.supervisor.close()


@pytest.fixture
def daemon(tmp_path: Path, broker: Broker) -> Iterator[Daemon]:
    daemon = Daemon(tmp_path, broker.port)
    yield daemon
    daemon.close()


@pytest.fixture
def send(listen: Callable[..., Listener]) -> Callable[..., dict[str, Any]]:
    """Sends a command and returns its ack."""
    client = listen(f"{BASE}/fv1/ack")
    serial = 0

    def _send(command: str, /, **fields: object) -> dict[str, Any]:
        nonlocal serial
        serial += 1
        body = {"id": f"c{serial}", "issued_at": datetime.now(UTC).isoformat(), "by": "anna", **fields}
        before = len(client.heard)
        client.send(f"{BASE}/fv1/command/{command}", json.dumps(body))
        until(lambda: len(client.heard) > before)
        ack: dict[str, Any] = json.loads(client.heard[before][1])
        assert ack["id"] == body["id"]
        return ack

    return _send


# --- leaving


def test_sigterm_switches_off_says_goodbye_and_exits_0(daemon, listen):
    listener = listen(f"{BASE}/availability")
    daemon.start()
    daemon.ready()
    daemon.beer("21.5")
    until(lambda: daemon.relay[-1] == "on", 20.0)

    status, said = daemon.end(signal.SIGTERM)

    assert status == 0, said
    assert daemon.relay[-2:] == ["off", "closed"]
    until(lambda: listener.payloads(f"{BASE}/availability") == ["online", "offline"])
    assert daemon.told()[-1] == b"STOPPING=1"
    assert "SIGTERM: switching everything off" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGHUP])
def test_ctrl_c_and_a_terminal_that_is_closed_in_the_middle_of_a_slow_read_are_as_clean(daemon, signum):
    daemon.start()
    daemon.ready()
    daemon.beer("slow 19.0")
    until(lambda: daemon.busy)
    daemon.process.send_signal(signal.SIGTSTP)  # Ctrl-Z: it must not sleep with an output on

    status, said = daemon.end(signum)

    assert status == 0, said
    assert daemon.relay[-2:] == ["off", "closed"]
    assert "Traceback" not in said


@pytest.mark.parametrize("probe", ["hang", "deaf"])
def test_sigterm_before_the_first_tick_is_over_is_not_forgotten(daemon, probe):
    """Nor by a library that keeps to itself what a signal raises, as pydantic does in the middle of a payload."""
    daemon.beer(f"{probe} 19.0")
    daemon.start()
    until(lambda: daemon.busy, 30.0)

    status, said = daemon.end(signal.SIGTERM)

    assert status == 0, said
    assert daemon.relay[-2:] == ["off", "closed"]
    assert daemon.told() == ([] if probe == "hang" else [b"WATCHDOG=1"])  # it was never ready
    assert "Traceback" not in said


def test_a_simulated_cellar_runs_and_ends_as_well(daemon, listen):
    listener = listen(f"{BASE}/#")
    daemon.config.write_text(SITE.format(here=daemon.here, port=listener.port) + SIMULATED)
    daemon.start("-m", "brewpi")
    daemon.ready()
    until(lambda: listener.payloads(f"{BASE}/fv1/state"))
    state = json.loads(listener.payloads(f"{BASE}/fv1/state")[-1])
    assert state["beer_c"] == pytest.approx(19.0, abs=0.5)
    status, said = daemon.end(signal.SIGTERM)
    assert status == 0, said
    until(lambda: listener.payloads(f"{BASE}/availability") == ["online", "offline"])


def test_what_happens_is_a_line_each_where_the_service_is_watched(daemon, listen, send):
    listener = listen(f"{BASE}/availability")
    daemon.config.write_text(daemon.config.read_text() + "deadband_c = 3\n")
    daemon.start()
    daemon.ready()
    until(lambda: listener.payloads(f"{BASE}/availability") == ["online"])
    send("target", target_c=18.0)
    assert send("nonsense")["ok"] is False
    send("stop")
    _, said = daemon.end(signal.SIGTERM)
    lines = said.splitlines()
    (remark,) = (line for line in lines if "deadband_c" in line)
    assert remark.startswith("cellar.toml: tanks.fv1.temperature.deadband_c: 3 lets the beer swing from 16 to 22 °C")
    assert "fv1: anna sets 18.0 °C" in lines
    assert "fv1: anna sets 18.0 °C" in (TESTS.parent / "docs" / "installer.md").read_text().splitlines()
    assert "fv1: alarm: stopped by anna: everything is off until somebody resumes" in lines
    assert "nonsense" not in said  # strangers do not fill the journal


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_driver_that_takes_the_signals_away_does_not_spoil_the_stop(daemon, monkeypatch, signum):
    """Blinka's pulseio does, and a thread that it leaves behind does not keep the process either."""
    monkeypatch.setenv("PYTHONPATH", f"{TESTS / 'hardware' / 'rude'}:{os.environ.get('PYTHONPATH', '')}")
    text = daemon.config.read_text()
    room = 'room = { kind = "dht22", pin = 22 }'
    daemon.config.write_text(text.replace("[tanks.fv1.outputs]", f"{room}\n[tanks.fv1.outputs]"))
    daemon.start()
    daemon.ready()
    daemon.beer("21.5")
    until(lambda: daemon.relay[-1] == "on", 20.0)

    status, said = daemon.end(signum)

    assert status == 0, said
    assert daemon.relay[-2:] == ["off", "closed"]
    assert "room: its driver changed signal handlers, working directory of the process; put back" in said
    assert f"{signal.Signals(signum).name}: switching everything off" in said
    assert "left behind: driver" in said


def test_another_model_is_taken_between_two_ticks_and_a_bad_one_refused_and_no_tick_is_late(daemon, listen, tmp_path):
    topic = f"{BASE}/model"
    listener, home = listen(topic), ModelHome(tmp_path / "models")

    def told() -> list[dict[str, Any]]:
        return [json.loads(payload) for payload in listener.payloads(topic)]

    home.install(model(tmp_path / "m1", "house-1"))
    directory = f'[model]\ndirectory = "{home.folder / "current"}"\n'
    daemon.config.write_text(daemon.config.read_text().replace("[tanks.fv1]\n", f"{directory}[tanks.fv1]\n"))
    daemon.start()
    daemon.ready()
    until(lambda: told() and told()[-1]["name"] == "house-1", 30.0)
    trial_s = -time.monotonic()
    home.install(model(tmp_path / "m2", "house-2", end=bytes(16)))
    trial_s += time.monotonic()
    until(lambda: told()[-1]["name"] == "house-2", 60.0)
    home.install(model(tmp_path / "m3", "bad"))
    (home.folder / "current" / FILES[0]).write_bytes(b"not those")
    until(lambda: told()[-1]["refused"] is not None, 60.0)
    assert (told()[-1]["name"], told()[-1]["refused"]["name"]) == ("house-2", "bad")
    status, said = daemon.end(signal.SIGTERM)
    assert status == 0, said

    store = Store(StoreOptions(path=daemon.here / "brewpi.sqlite"))
    store.open(time.time())
    at = [tick.at for tick in store.reports("fv1")]
    store.close()
    late_s = [after - before - 1.0 for before, after in pairwise(at)]
    assert len(late_s) > 20
    # No tick has waited for a trial: two were made, and a busy machine may be late once.
    assert sorted(late_s)[-2] < 0.5 * trial_s, (trial_s, late_s)


def test_one_tank_is_one_tank(daemon):
    daemon.start()
    daemon.ready()
    assert any(said == b"READY=1\nSTATUS=1 tank, every 1 s" for said in daemon.told())


# --- coming back


def test_after_a_kill_batch_target_and_stop_are_as_they_were(daemon, listen, send):
    listener = listen(f"{BASE}/fv1/event", f"{BASE}/fv1/state", f"{BASE}/availability")
    daemon.start()
    daemon.ready()
    until(lambda: listener.payloads(f"{BASE}/availability") == ["online"])
    assert send("start_batch", name="Helles 12", og=1.048)["ok"]
    assert send("target", target_c=10.0)["ok"]
    assert send("stop")["ok"]
    assert send("target", target_c=99.0)["ok"] is False

    daemon.end(signal.SIGKILL)
    until(lambda: listener.payloads(f"{BASE}/availability")[-1] == "offline")
    listener.heard.clear()
    daemon.heard.clear()
    daemon.start()
    daemon.ready()

    def events(kind: str) -> list[str]:
        told = [json.loads(text) for text in listener.payloads(f"{BASE}/fv1/event")]
        return [event["text"] for event in told if event["kind"] == kind]

    until(lambda: events("restarted"))
    assert events("restarted") == ["back after a restart: batch Helles 12, 0 gravity readings"]
    until(lambda: listener.payloads(f"{BASE}/fv1/state"))
    state = json.loads(listener.payloads(f"{BASE}/fv1/state")[-1])
    assert "stopped by anna" in json.dumps(state["alarms"])
    assert state["target_c"] < 19.0
    assert daemon.relay.count("opened") == 2
    assert daemon.relay[-1] == "off"
    assert send("stop", id="c1")["why"] == "repeated: this id was obeyed before"


def test_stop_waits_for_no_tick_however_slow_they_are(daemon, listen, send):
    daemon.config.write_text(daemon.config.read_text().replace("tick_s = 1\n", "tick_s = 60\n"))
    availability = listen(f"{BASE}/availability")
    daemon.start()
    daemon.ready()
    until(lambda: availability.payloads(f"{BASE}/availability") == ["online"], 30.0)
    for _ in range(2):
        began = time.monotonic()
        assert send("stop")["ok"]
        assert time.monotonic() - began < 5.0


def test_what_waits_for_the_broker_is_said_when_it_is_found_however_slow_the_ticks_are(daemon, broker, listen):
    daemon.config.write_text(daemon.config.read_text().replace("tick_s = 1\n", "tick_s = 60\n"))
    broker.kill()
    daemon.start()
    daemon.ready()
    broker.start()
    state = listen(f"{BASE}/fv1/state")
    until(lambda: state.payloads(f"{BASE}/fv1/state"), 30.0)


def test_a_stop_in_the_middle_of_the_first_tick_waits_for_no_second_one(daemon, listen, send):
    daemon.config.write_text(daemon.config.read_text().replace("tick_s = 1\n", "tick_s = 60\n"))
    availability = listen(f"{BASE}/availability")
    daemon.beer("slow 19.0")
    daemon.start()
    until(lambda: availability.payloads(f"{BASE}/availability") == ["online"] and daemon.busy, 30.0)
    assert send("stop")["ok"]
    assert any(said.startswith(b"READY=1") for said in daemon.told())  # it was answered by a tick, as ever


def test_a_kill_while_cooling_is_off_again_with_the_next_start(daemon):
    daemon.start()
    daemon.ready()
    daemon.beer("21.5")
    until(lambda: daemon.relay[-1] == "on", 20.0)
    daemon.end(signal.SIGKILL)
    assert daemon.relay[-1] == "on"  # nobody was left to switch it off

    off = subprocess.run(
        [sys.executable, str(TESTS / "file_plugs.py"), "off", str(daemon.config)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (off.returncode, off.stdout) == (0, "every output is off\n")
    assert daemon.relay[-3:] == ["opened", "off", "closed"]


# --- supervised


def test_systemd_hears_ready_then_a_sign_of_life_every_tick_until_a_tick_hangs(daemon):
    daemon.start()
    daemon.ready()
    assert daemon.told()[0] == b"WATCHDOG=1"  # READY only after a whole tick
    alive = len(daemon.told())
    until(lambda: len(daemon.told()) >= alive + 3)

    daemon.beer("hang 19.0")
    until(lambda: daemon.busy)
    alive = len(daemon.told())
    time.sleep(3.0)  # three ticks' time: silence is what is to be heard

    assert len(daemon.told()) == alive
    assert daemon.process.poll() is None


def test_an_output_goes_off_by_itself_when_the_tick_hangs_before_any_watchdog_ends_the_process(daemon):
    text = daemon.config.read_text()
    daemon.config.write_text(text.replace("min_on_s = 0", "min_on_s = 0, expires_s = 5"))
    daemon.start()
    daemon.ready()
    daemon.beer("21.5")
    until(lambda: daemon.relay[-1] == "on", 20.0)
    daemon.beer("hang 21.5")
    until(lambda: daemon.busy)
    until(lambda: daemon.relay[-1] == "off", 10.0)
    assert daemon.process.poll() is None
    _, said = daemon.end(signal.SIGKILL)
    assert "fv1: cool goes off by itself: no tick renews it" in said


# --- without a broker


def test_a_broker_that_goes_away_does_not_stop_the_control(daemon, broker, listen):
    daemon.start()
    daemon.ready()
    broker.kill()
    daemon.beer("21.5")
    until(lambda: daemon.relay[-1] == "on", 20.0)
    alive = len(daemon.told())
    until(lambda: len(daemon.told()) >= alive + 2)

    broker.start()
    listener = listen(f"{BASE}/#")

    until(lambda: "online" in listener.payloads(f"{BASE}/availability"), 30.0)
    until(lambda: any(json.loads(said)["cool_duty"] for said in listener.payloads(f"{BASE}/fv1/state")), 10.0)


def test_a_broker_that_was_never_there_does_not_stop_the_start(daemon, broker):
    broker.kill()
    daemon.start()
    daemon.ready()
    daemon.beer("21.5")
    until(lambda: daemon.relay[-1] == "on", 20.0)
    assert daemon.end(signal.SIGTERM)[0] == 0
    assert daemon.relay[-2:] == ["off", "closed"]


# --- one daemon a site


def test_a_second_run_is_told_so_before_the_broker_hears_of_it(daemon, listen, tmp_path):
    listener = listen(f"{BASE}/availability")
    daemon.start()
    daemon.ready()
    elsewhere = tmp_path / "home"
    elsewhere.mkdir()
    command = [sys.executable, str(TESTS / "file_plugs.py"), "run", str(daemon.config)]
    for here in (daemon.here, elsewhere):
        second = subprocess.run(command, cwd=here, capture_output=True, text=True, timeout=60.0, check=False)
        assert second.returncode == 2
        assert second.stderr.strip() == (
            "cellar.toml: another brewpi run works with it already; stop that one first"
            " (as a service: sudo systemctl stop brewpi)"
        )
    assert listener.payloads(f"{BASE}/availability") == ["online"]
    assert daemon.process.poll() is None
    assert "closed" not in daemon.relay

    other = daemon.here / "copy.toml"  # another config, the same record
    other.write_text(daemon.config.read_text())
    second = subprocess.run([*command[:-1], str(other)], capture_output=True, text=True, timeout=60.0, check=False)
    assert second.returncode == 2
    assert second.stderr.startswith("brewpi.sqlite.lock: another brewpi run works with it already")
    assert listener.payloads(f"{BASE}/availability") == ["online"]


def test_a_killed_daemon_leaves_no_lock(daemon):
    daemon.start()
    daemon.ready()
    daemon.end(signal.SIGKILL)
    daemon.heard.clear()
    daemon.start()
    daemon.ready()
    assert daemon.end(signal.SIGTERM)[0] == 0


def test_what_a_hand_run_writes_is_for_its_owner_alone(daemon):
    daemon.start()
    daemon.ready()
    daemon.end(signal.SIGTERM)
    made = [path for path in daemon.here.iterdir() if path.name.startswith("brewpi.sqlite")]
    assert made
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in made} == {path.name: "0o600" for path in made}


def test_a_wrong_offline_is_corrected(daemon, listen):
    """By a stranger, by an old last will, or by a daemon of before."""
    listener = listen(f"{BASE}/availability")
    daemon.start()
    daemon.ready()
    until(lambda: listener.payloads(f"{BASE}/availability") == ["online"])
    for wrong in ("offline", "", "gone"):
        listener.send(f"{BASE}/availability", wrong, retain=True)
        until(lambda: listener.payloads(f"{BASE}/availability")[-1] == "online", 10.0)
    assert daemon.end(signal.SIGTERM)[0] == 0
    until(lambda: listener.payloads(f"{BASE}/availability")[-1] == "offline")
    time.sleep(1.5)
    assert listener.payloads(f"{BASE}/availability")[-1] == "offline"
