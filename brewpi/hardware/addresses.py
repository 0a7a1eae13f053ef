"""Where a server listens, as people write it, and whether it can."""

from __future__ import annotations

import errno
import os
import socket


def host_and_port(listen: str) -> tuple[str, int]:
    """Of "HOST:PORT". Raises ValueError."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or len(port) > 5 or not 0 < int(port) < 65_536:
        raise ValueError("give HOST:PORT, such as 127.0.0.1:8080")
    return host.strip("[]"), int(port)


def why_not_here(host: str, port: int) -> str | None:
    """Why nobody can listen there, with what to do; None where one can."""
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        known = error.errno is not None and error.errno > 0  # of a name that cannot be found it is none of the kernel's
        why = os.strerror(error.errno or 0) if known else error.strerror or error
        what = "port" if error.errno in (errno.EADDRINUSE, errno.EACCES) else "address, one of this machine's"
        return f"{why}; choose another {what}"
    return None
