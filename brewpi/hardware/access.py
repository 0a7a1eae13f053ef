"""A device file that this user may not open: who may, and what makes it so, in one sentence."""

from __future__ import annotations

import errno
import grp
import os
import pwd
from collections.abc import Callable
from pathlib import Path

Open = Callable[[str, int], int]


def why_not(devices: str, opened: Open = os.open) -> str | None:
    """Why none of these can be opened here, or None: one can, or there is none. devices: a path, its last part a
    pattern."""
    path = Path(devices)
    refusals = [_refusal(str(device), opened) for device in sorted(path.parent.glob(path.name))]
    return next((why for why in refusals if why), None) if all(refusals) else None


def _refusal(device: str, opened: Open) -> str | None:
    try:
        os.close(opened(device, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY))
    except OSError as error:
        if error.errno == errno.EPERM:
            return f"systemd keeps the service from {device}: it wants a DeviceAllow in its unit, see docs/installer.md"
        if error.errno == errno.EACCES:
            return _for_whom(device)
    return None


def _for_whom(device: str) -> str:
    status, user = Path(device).stat(), _user()
    if status.st_gid == 0 or status.st_mode & 0o060 != 0o060:
        return f"user {user} may not open {device}, and no group may; deploy/install.sh makes the rule that lets one"
    group = _group(status.st_gid)
    return (
        f"user {user} may not open {device}, which is for the group {group};"
        f" sudo usermod -aG {group} {user}, then start it again (a person: log in again)"
    )


def _user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
