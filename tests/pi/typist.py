#!/usr/bin/env python3
"""A person at a terminal of the emulated Pi, who is user pi and answers once a question has stood there for a while.

`typist.py SCRIPT ANSWER...` runs it with bash, shows what stands on the terminal, and ends with its status. A password
that is typed before the terminal hides it is thrown away by getpass, and sudo puts a terminal of its own in between, so
that nobody outside sees when that is.
"""

from __future__ import annotations

import os
import pty
import select
import sys

WAITS_S = 10.0


def main(script: str, answers: list[str]) -> int:
    pid, terminal = pty.fork()
    if not pid:
        os.execvp("runuser", ["runuser", "-u", "pi", "--", "bash", script])
    last = b""
    while True:
        if select.select([terminal], [], [], WAITS_S)[0]:
            try:
                shown = os.read(terminal, 4096)
            except OSError:  # the end of a terminal
                break
            os.write(sys.stdout.fileno(), shown)
            last = (last + shown)[-10:]
        elif last.endswith(b": ") and answers:
            os.write(terminal, answers.pop(0).encode() + b"\n")
            last = b""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
