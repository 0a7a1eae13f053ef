"""The demo as a newcomer meets it: another process, with and without a terminal."""

import os
import pty
import re
import signal
import subprocess
import sys
import time

import pytest

pytest.importorskip("amqtt", reason="the demo extra is not installed")

DEMO = [sys.executable, "-m", "brewpi.demo"]
TANKS = ("ale", "lager", "mead", "stuck")


@pytest.fixture(scope="module")
def said() -> subprocess.CompletedProcess[str]:
    return subprocess.run([*DEMO, "--for", "7"], capture_output=True, text=True, timeout=60)


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
    out, err = demo.communicate(timeout=20)

    assert demo.returncode == 0
    assert "every output is off" in out
    assert err == ""


def test_on_a_terminal_it_shows_a_live_table():
    leader, follower = pty.openpty()
    wide = {**os.environ, "COLUMNS": "150"}
    demo = subprocess.Popen([*DEMO, "--for", "4"], stdout=follower, stderr=follower, env=wide)
    os.close(follower)
    shown = b""
    while chunk := _read(leader):
        shown += chunk
    assert demo.wait(20) == 0
    screen = shown.decode()
    assert "done in (80 %)" in screen
    assert all(tank in screen for tank in TANKS)


def _read(leader: int) -> bytes:
    try:
        return os.read(leader, 65_536)
    except OSError:  # the other end has gone
        return b""
