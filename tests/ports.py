"""Ports for the servers that tests start."""

import itertools
import os
import socket
from contextlib import suppress

# Below those that the kernel gives to whoever connects (32768 on, ip(7)): one of them would now and then be taken by a
# connection of another test in the moment before its server is there. Each of pytest's processes has its own thousand.
FIRST, A_PROCESS, PROCESSES = 10_000, 1_000, 12
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % PROCESSES
_own = range(FIRST + _worker * A_PROCESS, FIRST + (_worker + 1) * A_PROCESS)
_turns = itertools.islice(itertools.cycle(_own), os.getpid() % A_PROCESS, None)


def free_port() -> int:
    """One on this machine that nothing listens on, and that this process has not been given for long."""
    for port in _turns:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("the turns have no end")
