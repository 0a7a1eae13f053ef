"""Tells systemd that the service is ready and alive (sd_notify(3)), over the socket it names."""

from __future__ import annotations

import os
import socket


def notify(message: str) -> bool:
    """Send one message, such as "READY=1"; False where no supervisor listens. Never waits for one that is busy.

    The socket is a datagram socket in the file system, or abstract when its name begins with "@".
    """
    path = os.environ.get("NOTIFY_SOCKET")
    if not path:
        return False
    address = "\0" + path[1:] if path.startswith("@") else path
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        try:
            sender.connect(address)
            sender.send(message.encode())
        except OSError:
            return False
    return True
