"""The demo as a newcomer meets it: another process, with and without a terminal."""

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread
from typing import IO

import httpx
import paho.mqtt.client as paho
import pytest

from brewpi.demo.dashboard import free_port
from brewpi.mqtt.topics import iso

pytest.importorskip("amqtt", reason="the demo extra is not installed")

DEMO = [sys.executable, "-m", "brewpi.demo"]
TANKS = ("ale", "lager", "mead", "stuck")


@pytest.fixture(scope="module")
def said() -> subprocess.CompletedProcess[str]:
    return subprocess.run([*DEMO, "--for", "7"], capture_output=True, text=True, timeout=150)


def test_it_ends_by_itself(said):
    assert said.returncode == 0, said.stderr
    assert said.stderr == ""


def test_without_a_terminal_it_prints_lines_with_gravity_temperature_output_and_interval(said):
    for tank in TANKS:
        line = [line for line in said.stdout.splitlines() if line.startswith(f"{tank} ") and "→" in line][-1]
        assert re.search(r" 1\.\d{4} .* °C .* \d+ h \(\d+-\d+ h\)", line), line
        assert any(f" {output} " in line for output in ("heat", "cool", "off"))


def test_a_hurried_cellar_does_not_complain_about_the_wall_clock(said):
    assert "clock" not in said.stdout


def test_events_arrive_over_the_broker(said):
    for tank in TANKS:
        assert any(line.startswith(tank) and f"* batch {tank} begins" in line for line in said.stdout.splitlines())


def test_ctrl_c_ends_it_cleanly():
    demo = subprocess.Popen(DEMO, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert demo.stdout is not None
    begun = time.monotonic()
    assert "Four simulated tanks" in demo.stdout.readline()
    assert time.monotonic() - begun < 10.0
    demo.send_signal(signal.SIGINT)
    out, err = demo.communicate(timeout=60)

    assert demo.returncode == 0
    assert "every output is off" in out
    assert err == ""


LOST = """
import signal
from contextlib import suppress
from brewpi.demo import __main__ as start
live = start.DemoCellar.live

def interrupted(self, seconds, tick_s):
    with suppress(BaseException):
        signal.raise_signal(signal.SIGINT)
    live(self, seconds, tick_s)

start.DemoCellar.live = interrupted
start.demo()
"""


def test_a_ctrl_c_that_a_library_keeps_to_itself_ends_it_all_the_same():
    """As pydantic does with whatever is raised while it writes a payload."""
    done = subprocess.run([sys.executable, "-c", LOST], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "every output is off" in done.stdout
    assert done.stderr == ""


@pytest.fixture(scope="module")
def board() -> Iterator[tuple[str, str, int]]:
    """A demo that was asked for a port that is taken: what it told, the board's address, and the broker's port."""
    pytest.importorskip("nicegui", reason="the dashboard extra is not installed")
    # Below 32768 the kernel gives no port to whoever asks for any: the next one stays free until the board has it.
    wished = free_port(20_000 + os.getpid() % 10_000)
    with socket.create_server(("127.0.0.1", wished)):
        demo = subprocess.Popen([*DEMO, "--port", str(wished)], stdout=subprocess.PIPE, text=True)
        assert demo.stdout is not None
        told = "".join(_until(demo.stdout, "mosquitto_sub"))
        Thread(target=demo.stdout.read, daemon=True).start()
        yield told, re.search(r"http://localhost:\d+", told)[0], int(re.search(r"-p (\d+)", told)[1])
        demo.send_signal(signal.SIGINT)
        assert demo.wait(60) == 0


def _until(lines: IO[str], word: str) -> Iterator[str]:
    for line in lines:
        yield line
        if word in line:
            return


def test_it_opens_the_board_on_the_next_port_that_is_free_and_says_who_may_act(board):
    told, address, _ = board
    assert re.search(r"\(port \d+ is taken\)", told)
    password = re.search(r"anna / (\S+) may act", told)[1]
    _wait(lambda: httpx.get(address).status_code == 200)
    form = {"name": "anna", "password": password}
    entered = httpx.post(f"{address}/sign-in", data=form, headers={"origin": address}, timeout=60.0)
    assert entered.status_code == 303
    _wait(lambda: 'brewpi_specific_gravity_ratio{site="demo",tank="ale"}' in httpx.get(f"{address}/metrics").text)


def test_a_command_of_now_is_obeyed_by_a_cellar_that_is_days_ahead(board):
    *_, port = board
    acks: list[dict[str, object]] = []
    heard: set[str] = set()

    def receive(_client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        heard.add(message.topic)
        if message.topic == "brewpi/demo/ale/ack" and message.payload:  # amqtt also sends what nobody subscribed to
            acks.append(json.loads(message.payload))

    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.on_message = receive
    client.connect("127.0.0.1", port)
    client.subscribe("brewpi/demo/ale/+")
    client.loop_start()
    _wait(lambda: "brewpi/demo/ale/state" in heard)
    for number, age_s in (("new", 0.0), ("old", 61.0)):
        order = {"id": number, "issued_at": iso(time.time() - age_s), "by": "anna", "target_c": 18.0}
        client.publish("brewpi/demo/ale/command/target", json.dumps(order), qos=1)
    _wait(lambda: len(acks) == 2)
    client.loop_stop()
    assert acks[0] == {"id": "new", "ok": True, "why": None}
    assert "older than 60 s" in str(acks[1]["why"])


def _wait(true: Callable[[], bool], within_s: float = 60.0) -> None:
    end = time.monotonic() + within_s
    while True:
        with suppress(httpx.TransportError):
            if true():
                return
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_on_a_terminal_it_shows_a_live_table():
    leader, follower = pty.openpty()
    wide = {**os.environ, "COLUMNS": "150"}
    demo = subprocess.Popen([*DEMO, "--for", "4"], stdout=follower, stderr=follower, env=wide)
    os.close(follower)
    shown = b""
    while chunk := _read(leader):
        shown += chunk
    assert demo.wait(60) == 0
    screen = shown.decode()
    assert "done in (80 %)" in screen
    assert all(tank in screen for tank in TANKS)


def _read(leader: int) -> bytes:
    try:
        return os.read(leader, 65_536)
    except OSError:  # the other end has gone
        return b""


def test_a_mistake_is_one_sentence():
    for words, sentence in (("--for 1,5", "should be a number, such as 1.5;"), ("--svg no/x.svg", "no/x.svg: there")):
        done = subprocess.run([*DEMO, *words.split()], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stdout, sentence in done.stderr) == (2, "", True)
        assert len(done.stderr.splitlines()) == 1
