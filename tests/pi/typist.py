#!/usr/bin/env python3
"""A person at a terminal of the emulated Pi, who is user pi and answers a question once it hides what is typed.

`typist.py SCRIPT ANSWER...` runs it with bash, shows what stands on the terminal, and ends with its status. A password
typed before the terminal hides it is thrown away by getpass, and how long a slow machine takes to ask, nobody knows.
"""

from __future__ import annotations

import os
import pty
import select
import sys
import termios


def hidden(terminal: int) -> bool:
    """Whether what is typed is not shown, but taken by lines."""
    flags = termios.tcgetattr(terminal)[3]
    return bool(flags & termios.ICANON) and not flags & termios.ECHO


def main(script: str, answers: list[str]) -> int:
    pid, terminal = pty.fork()
    if not pid:
        os.execvp("runuser", ["runuser", "-u", "pi", "--", "bash", script])
    answered = False  # since it last showed something
    while True:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                shown = os.read(terminal, 4096)
            except OSError:  # the end of a terminal
                break
            os.write(sys.stdout.fileno(), shown)
            answered = False
        elif hidden(terminal) and answers and not answered:
            os.write(terminal, answers.pop(0).encode() + b"\n")
            answered = True
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
