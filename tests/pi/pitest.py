#!/usr/bin/env python3
"""Installs on the emulated Pi, tests what runs there, cuts its power, boots and tests again: `make pi-test`.

Pins are read from outside, in QEMU's registers: GPLEV0 has the levels, GPFSEL whether a pin is an output. QEMU knows no
pull resistors, so a pin that is let go keeps its level; only "output" and a level together say what a relay does. It
has no edge detection either: what is polled is seen, gpiozero's `when_deactivated` never fires.

`pitest.py DIR [--quick]`: without the hung tick, the upgrade and the rollback.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import guest

HERE = Path(__file__).resolve().parent
DIR = Path(sys.argv[1])
QUICK = "--quick" in sys.argv
BEGAN = time.monotonic()
GPFSEL0, GPLEV0 = 0x3F200000, 0x3F200034  # BCM2835 ARM Peripherals, "GPIO", at the Pi 3's base
HEAT, COOL, STOP = 17, 6, 20
PASSWORD = "three unrelated words"
failed: list[str] = []
machine: subprocess.Popen[bytes] | None = None


def say(text: str) -> None:
    print(f"{time.monotonic() - BEGAN:6.1f} s  {text}", flush=True)


def check(name: str, ok: object, detail: object = "") -> bool:
    say(("ok    " if ok else "FAIL  ") + name + (f"  [{detail}]" if detail != "" else ""))
    if not ok:
        failed.append(name)
    return bool(ok)


def sh(command: str, within_s: float = 180.0) -> str:
    return guest.run(DIR, command, within_s)[1]


def pin(number: int) -> tuple[str, int]:
    """("out" or "in", level)."""

    def word(address: int) -> int:
        return int(guest.monitor(DIR, f"xp /1wx {address:#x}").split(":")[1].strip(), 16)

    mode = word(GPFSEL0 + 4 * (number // 10)) >> (3 * (number % 10)) & 7
    return {0: "in", 1: "out"}.get(mode, f"alt{mode}"), word(GPLEV0) >> number & 1


def until(true: Callable[[], object], within_s: float, every_s: float = 0.3) -> float | None:
    """Seconds until it was so; None if it never was."""
    began = time.monotonic()
    while time.monotonic() - began < within_s:
        if true():
            return round(time.monotonic() - began, 1)
        time.sleep(every_s)
    return None


def heats() -> bool:
    return pin(HEAT) == ("out", 1)


def active() -> bool:
    return sh("systemctl is-active brewpi") == "active"


def boot() -> None:
    global machine
    machine = subprocess.Popen([HERE / "emulate.sh", "boot"], env=None, stdout=subprocess.DEVNULL)
    began = time.monotonic()
    while time.monotonic() - began < 600:
        time.sleep(5.0)
        if machine.poll() is not None:
            raise SystemExit(f"QEMU ended; see {DIR}/pi.log")
        try:
            if guest.run(DIR, "true", 10.0)[0] == 0:
                say(f"a shell {time.monotonic() - began:.0f} s after power on")
                return
        except (OSError, guest.NoAnswer):
            continue
    raise SystemExit(f"no shell within 600 s; see {DIR}/pi.log")


def beer(celsius: float) -> None:
    """A hydrometer's message every 2 s, from the guest itself, until the next call."""
    message = json.dumps({"temperature": celsius, "temp_units": "C", "gravity": 12.1})
    sh(
        "[ -f /run/beer ] && kill $(cat /run/beer) 2>/dev/null; "
        f"nohup sh -c 'while :; do mosquitto_pub -u brewer -P \"{PASSWORD}\" -t ispindel/one "
        f"-m '\"'\"'{message}'\"'\"'; "
        "sleep 2; done' >/dev/null 2>&1 & echo $! > /run/beer"
    )


def tell(tank: str, command: str, **fields: object) -> None:
    body = json.dumps({"id": "ID", "issued_at": "AT", "by": "brewer", **fields})
    sh(
        f"mosquitto_pub -u brewer -P '{PASSWORD}' -q 1 -t brewpi/riverside/{tank}/command/{command} "
        f"-m \"$(echo '{body}' | "
        'sed "s/ID/$(cat /proc/sys/kernel/random/uuid)/; s/AT/$(date -u +%FT%TZ)/")"'
    )


def state(tank: str) -> dict[str, object]:
    said = sh(f"timeout 30 mosquitto_sub -u brewer -P '{PASSWORD}' -C 1 -t brewpi/riverside/{tank}/state")
    found: dict[str, object] = json.loads(said)
    return found


def press(number: int, level: int) -> None:
    """A contact: QEMU lets GPSET0 and GPCLR0 change the level of an input, too."""
    offset = 0x1C if level else 0x28
    sh(
        f'python3 -c \'import mmap, os, struct; m = mmap.mmap(os.open("/dev/mem", os.O_RDWR | os.O_SYNC), 4096, '
        f"mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE, offset={GPFSEL0:#x}); "
        f'm[{offset}:{offset + 4}] = struct.pack("<I", 1 << {number})\''
    )


def probe(celsius: float) -> None:
    raw = round(celsius * 16) & 0xFFFF
    line = f"{raw & 255:02x} {raw >> 8:02x} 4b 46 7f ff 0e 10 57"
    file = "/srv/w1/28-0316a2794e01/w1_slave"
    sh(f"printf '{line} : crc=57 YES\\n{line} t={celsius * 1000:.0f}\\n' > {file}")


def install() -> None:
    """What the README says, as a stranger types it; packages and wheels are there, for the emulator has no network."""
    sh(f"printf '%s\\n' '{PASSWORD}' > /run/password")
    began = time.monotonic()
    status, said = guest.run(
        DIR,
        "BREWPI_HEALTHY_WITHIN_S=300 /srv/brewpi/deploy/install.sh --site riverside --tanks 1 "
        "--password-file /run/password "
        "--without-board --wheels /srv/wheels",
        2400.0,
    )
    check("install.sh installs", status == 0, f"{time.monotonic() - began:.0f} s")
    say(said[-1500:])
    check("and has nothing left to do", guest.run(DIR, "/srv/brewpi/deploy/install.sh --check")[0] == 0)
    sh("cp /srv/cellar.toml /etc/brewpi/cellar.toml; systemctl restart brewpi", 300.0)
    check("the service is ready with the test's cellar", active(), sh("systemctl show brewpi -p StatusText --value"))
    check("disk", True, sh("du -sm /opt/brewpi | cut -f1") + " MB in /opt/brewpi")


def first_life() -> None:
    boot()
    check(
        "a Pi 3B with the BCM2835's 54 lines",
        "(54 lines)" in sh("gpiodetect"),
        sh("tr -d '\\0' < /proc/device-tree/model"),
    )
    install()
    facts = sh(
        "systemctl show brewpi -p ActiveState,NRestarts; "
        "grep VmRSS /proc/$(systemctl show -p MainPID --value brewpi)/status"
    )
    check(
        "Type=notify: active, never restarted",
        "ActiveState=active" in facts and "NRestarts=0" in facts,
        facts.split(),
    )
    exposure = sh("systemd-analyze security --no-pager brewpi | tail -1")
    found = re.search(r": ([\d.]+) ", exposure)
    check("systemd-analyze security at most 2.5", found and float(found[1]) <= 2.5, found and found[1])
    check(
        "both relays are outputs, off", (pin(HEAT), pin(COOL)) == (("out", 0), ("out", 1)), f"{pin(HEAT)} {pin(COOL)}"
    )
    check("a DS18B20 is read through the sandbox", state("fv2")["beer_c"] == 14.0)
    relays()
    endings()
    if not QUICK:
        upgrades()
    log = sh("journalctl -b -u brewpi -o cat --no-pager; journalctl -b -p warning --no-pager -o cat")
    bad = {
        line
        for line in log.splitlines()
        if re.search(r"Permission|not permitted|denied|was not found|ImportError", line)
    }
    check("nothing denied, nothing missing", not bad, "; ".join(sorted(bad))[:400])


def relays() -> None:
    beer(12.0)
    check("a hydrometer's message arrives", until(lambda: state("fv1")["beer_c"] == 12.0, 60.0) is not None)
    tell("fv1", "start_batch", name="Amber 27", og=1.052)
    tell("fv1", "target", target_c=20.5)
    beer(10.0)
    seconds = until(heats, 90.0)
    check("cold beer: the heater's pin goes high", seconds is not None, f"{seconds} s")
    probe(25.0)
    seconds = until(lambda: pin(COOL) == ("out", 0), 90.0)
    check("warm beer: the cooler's active-low pin goes low", seconds is not None, f"{seconds} s")
    press(STOP, 1)
    seconds = until(lambda: pin(COOL) == ("out", 1), 30.0)
    check("emergency stop, seen by polling: the cooler goes off", seconds is not None, f"{seconds} s")
    press(STOP, 0)
    time.sleep(5.0)
    tell("fv2", "resume")
    check("resume: the cooler goes on", until(lambda: pin(COOL) == ("out", 0), 90.0) is not None)


def endings() -> None:
    old = sh("systemctl show -p MainPID --value brewpi")
    sh(f"kill -9 {old}")
    seconds = until(lambda: pin(HEAT)[1] == 0 and pin(COOL)[1] == 1, 90.0, 0.2)
    check("kill -9: both pins off", seconds is not None, f"{seconds} s")
    check("and the service comes back", until(active, 120.0, 1.0) is not None)
    beer(9.0)
    check("the heater is on again", until(heats, 90.0) is not None)
    began = time.monotonic()
    sh("systemctl stop brewpi")
    check("systemctl stop: off", pin(HEAT)[1] == 0, f"{time.monotonic() - began:.1f} s")
    ended = sh(
        "systemctl show -p Result,ExecMainStatus brewpi; journalctl -u brewpi -b -o cat | grep -c 'SIGTERM: switching'"
    ).split()
    check(
        "with status 0, and it says so",
        ended[:2] == ["Result=success", "ExecMainStatus=0"] and ended[-1] != "0",
        ended,
    )
    sh("systemctl start brewpi", 300.0)
    beer(8.0)
    check("the heater is on once more", until(heats, 120.0) is not None)
    if QUICK:
        return
    old = sh("systemctl show -p MainPID --value brewpi")
    sh(f"kill -STOP {old}")
    seconds = until(lambda: pin(HEAT)[1] == 0, 180.0, 0.5)
    check("a frozen process: systemd's watchdog ends it, pin off", seconds is not None, f"{seconds} s")
    until(active, 120.0, 1.0)


def upgrades() -> None:
    """With a beer in the tank, and one that is broken."""
    beer(7.0)
    until(heats, 120.0)
    words = "BREWPI_HEALTHY_WITHIN_S=300 /srv/brewpi/deploy/install.sh --upgrade --wheels /srv/wheels"
    status, said = guest.run(DIR, words, 2400.0)
    check("an upgrade with a beer in the tank", status == 0, said.splitlines()[-1])
    batch = state("fv1").get("batch")
    check("the batch goes on", isinstance(batch, dict) and batch["name"] == "Amber 27")
    check("and it heats again", until(heats, 120.0) is not None)
    sh("sed -i 's/    clock = SystemClock()/    raise MemoryError(1)/' /srv/brewpi/brewpi/service/daemon.py")
    status, said = guest.run(DIR, words.replace("300", "60"), 2400.0)
    check("a broken one is rolled back", status == 1 and "rolled back" in said, said.splitlines()[-1])
    check("and the old one runs", active())


def second_life() -> None:
    assert machine is not None
    beer(6.0)
    check("the heater is on", until(heats, 120.0) is not None)
    machine.send_signal(signal.SIGKILL)
    machine.wait()
    say("power cut, with the heater on")
    boot()
    check("the service starts with the machine", until(active, 300.0, 1.0) is not None)
    check(
        "the record is whole",
        sh("cp -a /var/lib/brewpi /run/db; sqlite3 /run/db/brewpi.sqlite 'pragma integrity_check'") == "ok",
    )
    said = state("fv1")
    batch = said.get("batch")
    check(
        "batch and target are back",
        isinstance(batch, dict) and batch["name"] == "Amber 27" and said["target_c"] == 20.5,
    )
    check("the heater is off, waiting for a reading", pin(HEAT) == ("out", 0))
    beer(5.0)
    check("and heats again", until(heats, 120.0) is not None)
    forecast = sh("brewpi predict /opt/brewpi/docs/ale.csv --at 24,48,72 --json", 300.0)
    log = str(HERE.parent.parent / "docs/ale.csv")
    words = [sys.executable, "-m", "brewpi", "predict", log, "--at", "24,48,72", "--json"]
    host = subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
    check(
        "forecasts are those of this machine",
        not host or forecast == host,
        "byte for byte" if forecast == host else "",
    )
    guest.run(DIR, "nohup systemctl poweroff >/dev/null 2>&1 & true", 30.0)
    try:
        check("poweroff ends the machine", machine is not None and machine.wait(180) is not None)
    except subprocess.TimeoutExpired:
        check("poweroff ends the machine", False)


try:
    first_life()
    second_life()
finally:
    if machine is not None and machine.poll() is None:
        machine.kill()
say(f"{len(failed)} failed" + "".join(f"\n  {name}" for name in failed))
sys.exit(bool(failed))
