#!/usr/bin/env python3
"""The two ways into the emulated Pi: a root shell on its serial line, and QEMU's monitor.

`guest.py DIR COMMAND...` runs a command and ends with its status; DIR is where `emulate.sh boot` runs.
"""

from __future__ import annotations

import base64
import re
import socket
import sys
import time
from pathlib import Path


class NoAnswer(Exception):
    """The guest did not answer in time; what it said so far is the message."""


def _connect(path: Path) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    line.connect(str(path))
    line.settimeout(1.0)
    return line


def _until(line: socket.socket, pattern: bytes, within_s: float) -> tuple[re.Match[bytes] | None, bytes]:
    end, heard = time.monotonic() + within_s, b""
    while time.monotonic() < end:
        try:
            data = line.recv(65536)
        except TimeoutError:
            continue
        if not data:
            break
        heard += data
        if match := re.search(pattern, heard, re.DOTALL):
            return match, heard
    return None, heard


def run(folder: Path, command: str, within_s: float = 120.0) -> tuple[int, str]:
    """Status and output of a command in the guest's root shell. Raises NoAnswer, OSError."""
    with _connect(folder / "pi.serial") as line:
        mark = f"{time.monotonic_ns()}"
        # The terminal holds lines of 4096, and the UART's queue is small: a file, written in pieces.
        body = base64.b64encode(command.encode()).decode()
        line.sendall(b"\x15\r\n")
        time.sleep(0.2)
        line.sendall(f"T=/run/c{mark}; : > $T\r\n".encode())
        time.sleep(0.1)
        for start in range(0, len(body), 200):
            line.sendall(f"echo '{body[start : start + 200]}' >> $T\r\n".encode())
            time.sleep(0.15)
        line.sendall(f"echo BEG''{mark}; base64 -d $T | bash 2>&1; echo END''{mark}:$?:; rm -f $T\r\n".encode())
        match, heard = _until(line, rf"BEG{mark}\r?\n(.*?)END{mark}:(\d+):".encode(), within_s)
    if match is None:
        raise NoAnswer(heard.decode(errors="replace")[-800:])
    return int(match[2]), match[1].decode(errors="replace").replace("\r\n", "\n").strip()


def monitor(folder: Path, command: str) -> str:
    """What QEMU's monitor answers."""
    with _connect(folder / "pi.mon") as line:
        _until(line, rb"\(qemu\) ", 5.0)
        line.sendall(command.encode() + b"\n")
        _, heard = _until(line, rb"\n.*\(qemu\) ", 5.0)
    text = re.sub(rb"\x1b\[[0-9;]*[A-Za-z]", b"", heard).decode(errors="replace").replace("\r", "")
    return "\n".join(text_line for text_line in text.split("\n")[1:] if not text_line.startswith("(qemu)"))


if __name__ == "__main__":
    status, said = run(Path(sys.argv[1]), " ".join(sys.argv[2:]))
    print(said)
    sys.exit(status)
