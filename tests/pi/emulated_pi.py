"""An emulated Pi with a cellar on it: its power, its pins, its beer, and what is said to it and by it.

Pins are read from outside, in QEMU's registers: GPLEV0 has the levels, GPFSEL whether a pin is an output. QEMU knows no
pull resistors, so a pin that is let go keeps its level; only "output" and a level together say what a relay does. It
has no edge detection either: what is polled is seen, gpiozero's `when_deactivated` never fires.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import guest

HERE = Path(__file__).resolve().parent
BEGAN = time.monotonic()
GPFSEL0, GPLEV0 = 0x3F200000, 0x3F200034  # BCM2835 ARM Peripherals, "GPIO", at the Pi 3's base
PASSWORD, SPINDLE = "three unrelated words", "password of the spindle"
TOLD = {"brewer": PASSWORD, "spindle": SPINDLE}
failed: list[str] = []


def say(text: str) -> None:
    print(f"{time.monotonic() - BEGAN:6.1f} s  {text}", flush=True)


def check(name: str, ok: object, detail: object = "") -> bool:
    say(("ok    " if ok else "FAIL  ") + name + (f"  [{detail}]" if detail != "" else ""))
    if not ok:
        failed.append(name)
    return bool(ok)


def until(true: Callable[[], object], within_s: float, every_s: float = 0.3) -> float | None:
    """Seconds until it was so; None if it never was."""
    began = time.monotonic()
    while time.monotonic() - began < within_s:
        if true():
            return round(time.monotonic() - began, 1)
        time.sleep(every_s)
    return None


LOGGED_IN = b"login: root"


class Pi:
    """folder: where `emulate.sh image` put the card."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.machine: subprocess.Popen[bytes] | None = None

    def boot(self) -> None:
        """Power on, until there is a shell. Raises SystemExit."""
        env = {**os.environ, "PI": str(self.folder)}
        self.machine = subprocess.Popen([HERE / "emulate.sh", "boot"], env=env, stdout=subprocess.DEVNULL)
        began = time.monotonic()
        while time.monotonic() - began < 600:
            time.sleep(2.0)
            if self.machine.poll() is not None:
                raise SystemExit(f"QEMU ended; see {self.folder}/pi.log")
            try:
                # What is typed before the kernel has its driver fills the UART; its interrupt then never comes (6.12).
                asked = LOGGED_IN in (self.folder / "pi.log").read_bytes()
                if asked and guest.run(self.folder, "true", 10.0)[0] == 0:
                    say(f"a shell {time.monotonic() - began:.0f} s after power on")
                    return
            except (OSError, guest.NoAnswer):
                continue
        raise SystemExit(f"no shell within 600 s; see {self.folder}/pi.log")

    def cut_power(self) -> None:
        """As if the plug were pulled."""
        if self.machine is not None and self.machine.poll() is None:
            self.machine.kill()
            self.machine.wait()

    def shut_down(self) -> bool:
        """Whether `poweroff` ends it."""
        guest.run(self.folder, "nohup sh -c 'sleep 1; systemctl poweroff' >/dev/null 2>&1 & true", 30.0)
        try:
            return self.machine is not None and self.machine.wait(180) is not None
        except subprocess.TimeoutExpired:
            return False

    def run(self, command: str, within_s: float = 180.0) -> tuple[int, str]:
        """Status and output."""
        return guest.run(self.folder, command, within_s)

    def sh(self, command: str, within_s: float = 180.0) -> str:
        """Output."""
        return self.run(command, within_s)[1]

    def types(self, command: str, answers: list[str], within_s: float = 180.0) -> tuple[int, str]:
        """Status and output of a command at a person's terminal, who answers its questions, a line each."""
        lines = "".join(f"{answer}\\n" for answer in answers)
        return self.run(f"printf '{lines}' | runuser -u pi -- script -qec '{command}' /dev/null", within_s)

    def pin(self, number: int) -> tuple[str, int]:
        """("out" or "in", level)."""

        def word(address: int) -> int:
            return int(guest.monitor(self.folder, f"xp /1wx {address:#x}").split(":")[1].strip(), 16)

        mode = word(GPFSEL0 + 4 * (number // 10)) >> (3 * (number % 10)) & 7
        return {0: "in", 1: "out"}.get(mode, f"alt{mode}"), word(GPLEV0) >> number & 1

    def active(self) -> bool:
        """Whether the service has said that it is ready."""
        return self.sh("systemctl is-active brewpi") == "active"

    def seconds_to_ready(self) -> float:
        """From the start of the service's process to READY=1, in the guest's time."""
        stamps = self.sh(
            "systemctl show brewpi --value -p ExecMainStartTimestampMonotonic -p ActiveEnterTimestampMonotonic"
        )
        first, second = sorted(float(word) for word in stamps.split())
        return round((second - first) / 1e6, 1)

    def press(self, number: int, level: int) -> None:
        """A contact: QEMU lets GPSET0 and GPCLR0 change the level of an input, too."""
        offset = 0x1C if level else 0x28
        self.sh(
            f'python3 -c \'import mmap, os, struct; m = mmap.mmap(os.open("/dev/mem", os.O_RDWR | os.O_SYNC), 4096, '
            f"mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE, offset={GPFSEL0:#x}); "
            f'm[{offset}:{offset + 4}] = struct.pack("<I", 1 << {number})\''
        )

    def probe(self, celsius: float) -> None:
        """What the DS18B20 of fv2 says."""
        raw = round(celsius * 16) & 0xFFFF
        line = f"{raw & 255:02x} {raw >> 8:02x} 4b 46 7f ff 0e 10 57"
        file = "/srv/w1/28-0316a2794e01/w1_slave"
        self.sh(f"rm -f {file}; printf '{line} : crc=57 YES\\n{line} t={celsius * 1000:.0f}\\n' > {file}")

    def beer(self, celsius: float) -> None:
        """A hydrometer's message every 2 s, from the guest itself, until the next call."""
        message = json.dumps({"temperature": celsius, "temp_units": "C", "gravity": 12.1})
        self.sh(
            "[ -f /run/beer ] && kill $(cat /run/beer) 2>/dev/null; "
            f"nohup sh -c 'while :; do {self.publishes('spindle', 'ispindel/one')} -m '\"'\"'{message}'\"'\"'; "
            "sleep 2; done' >/dev/null 2>&1 & echo $! > /run/beer"
        )

    def publishes(self, user: str, topic: str) -> str:
        """The beginning of a command that does."""
        return f'mosquitto_pub -u {user} -P "{TOLD[user]}" -q 1 -t {topic}'

    def tell(self, tank: str, command: str, user: str = "brewer", **fields: object) -> None:
        """A command, as a person sends it."""
        body = json.dumps({"id": "ID", "issued_at": "AT", "by": "brewer", **fields})
        self.sh(
            f"{self.publishes(user, f'brewpi/riverside/{tank}/command/{command}')} -m \"$(echo '{body}' | "
            'sed "s/ID/$(cat /proc/sys/kernel/random/uuid)/; s/AT/$(date -u +%FT%TZ)/")"'
        )

    def state(self, tank: str) -> dict[str, Any]:
        """The tank's next state, said once a minute at least. Raises ValueError when there is none within 150 s."""
        words = f"timeout 150 mosquitto_sub -u brewer -P '{PASSWORD}' -C 1 -R -t brewpi/riverside/{tank}/state"
        found: dict[str, Any] = json.loads(self.sh(words))
        return found
