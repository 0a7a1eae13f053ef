"""What the kernel knows of its clock."""

from __future__ import annotations

import ctypes
from pathlib import Path

from brewpi.clock import Machine

TIME_ERROR = 5  # of adjtimex(2): the kernel's clock is not synchronised
TIMEX_BYTES = 512  # room for its structure, which we do not look into
TIMESYNCD = Path("/run/systemd/timesync/synchronized")  # there since systemd's own time service has set the clock
BOOT = Path("/proc/sys/kernel/random/boot_id")
RTC = Path("/sys/class/rtc/rtc0/hctosys")  # "1": the system's clock was set from a battery-backed one


def is_synchronised() -> bool:
    """Whether a time service has set the kernel's clock."""
    try:
        state = int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES)))
    except (OSError, AttributeError):  # no Linux
        return True
    return state < TIME_ERROR if state >= 0 else _is_there(TIMESYNCD)  # a sandbox may not let us ask


def _is_there(file: Path) -> bool:
    """No, where somebody keeps us from looking."""
    try:
        return file.exists()
    except OSError:
        return False


def has_rtc() -> bool:
    """Whether the clock was set from one with a battery when the system started."""
    try:
        return RTC.read_text().strip() == "1"
    except OSError:
        return False


def boot_id() -> str:
    """A word for this boot of the machine, through which the monotonic clock is one; empty where nobody knows it."""
    try:
        return BOOT.read_text().strip()
    except OSError:
        return ""


MACHINE = Machine(synchronised=is_synchronised, rtc=has_rtc, boot=boot_id)
