#!/usr/bin/env python3
"""The systemd of a machine to install on: what `deploy/install.sh` asks of it, as far as a folder can have one.

Called under the names of the commands it stands for, from a folder that comes first on PATH; `machine.sh` stands for
the rest. `systemctl` really starts the service of the unit file, waits for its READY=1 and says whether it lives.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(os.environ.get("BREWPI_ROOT", "/nowhere"))
STATE = ROOT / "machine"
NOTIFIED_WITHIN_S = 30.0
ALWAYS = ("mosquitto", "caddy", "brewpi-dashboard")  # taken for running: not ours, or on a port of the whole machine


def alive(name: str) -> int:
    """The process of a service, 0 if it does not live."""
    file = STATE / f"{name}.pid"
    pid = int(file.read_text()) if file.exists() else 0
    with contextlib.suppress(OSError):
        if pid and Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z":
            return pid
    return 0


def stop(name: str) -> None:
    if pid := alive(name):
        os.kill(pid, signal.SIGTERM)
        while alive(name):
            time.sleep(0.05)
    (STATE / f"{name}.pid").unlink(missing_ok=True)


def start(name: str) -> int:
    if alive(name):
        return 0
    unit = ROOT / f"etc/systemd/system/{name}.service"
    if name in ALWAYS:
        return 0
    if not unit.exists():
        return 5
    (line,) = [line for line in unit.read_text().splitlines() if line.startswith("ExecStart=")]
    command = [str(ROOT) + word if word.startswith("/") else word for word in shlex.split(line.partition("=")[2])]
    address = STATE / "notify"
    address.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(address))
        supervisor.settimeout(0.2)
        with (STATE / "journal").open("a") as journal:
            env = {**os.environ, "NOTIFY_SOCKET": str(address)}
            process = subprocess.Popen(command, env=env, stdout=journal, stderr=journal, start_new_session=True)
        (STATE / f"{name}.pid").write_text(str(process.pid))
        end = time.monotonic() + NOTIFIED_WITHIN_S
        while time.monotonic() < end and process.poll() is None:
            with contextlib.suppress(TimeoutError):
                if supervisor.recv(1000).startswith(b"READY=1"):
                    return 0
    return 1


def systemctl(*words: str) -> int:
    command, *names = [word for word in words if not word.startswith("-")]
    match command:
        case "start":
            return max(start(name) for name in names)
        case "restart":
            stop(names[0])
            return start(names[0])
        case "stop":
            stop(names[0])
        case "enable":
            (STATE / f"{names[0]}.enabled").touch()
        case "disable":
            stop(names[0])
            (STATE / f"{names[0]}.enabled").unlink(missing_ok=True)
        case "is-enabled":
            return 0 if (STATE / f"{names[0]}.enabled").exists() else 1
        case "is-active":
            return 0 if names[0] in ALWAYS or alive(names[0]) else 3
        case "show":
            print(alive(names[-1]))
    return 0


def main() -> int:
    if Path(sys.argv[0]).name == "systemctl":
        return systemctl(*sys.argv[1:])
    print((STATE / "journal").read_text()[-2000:])
    return 0


NAMES = ("systemctl", "journalctl")

if __name__ == "__main__":
    sys.exit(main())
