"""Who may not open a device is told which group may."""

from __future__ import annotations

import errno
import grp
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from brewpi.hardware import gpio
from brewpi.hardware.access import why_not
from brewpi.outputs import OutputError
from brewpi.outputs.modbus_relay import Line

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give a file to a group")
ROOT = Path(__file__).parents[2]


def refused(number: int):
    def opened(path: str, flags: int) -> int:
        raise OSError(number, os.strerror(number), path)

    return opened


@pytest.fixture
def chip(tmp_path: Path) -> Path:
    chip = tmp_path / "gpiochip0"
    chip.touch()
    return chip


def test_nothing_is_said_of_what_can_be_opened_or_is_not_there(chip):
    assert why_not(f"{chip}*") is None
    assert why_not(f"{chip.parent}/spidev*", refused(errno.EACCES)) is None
    assert why_not(str(chip), refused(errno.ENXIO)) is None


@ROOT_ONLY
def test_the_group_is_named(chip):
    group = next(entry for entry in grp.getgrall() if entry.gr_gid)
    os.chown(chip, 0, group.gr_gid)
    chip.chmod(0o660)
    said = why_not(str(chip), refused(errno.EACCES))
    assert f"{chip}, which is for the group {group.gr_name}; sudo usermod -aG {group.gr_name} " in said


@ROOT_ONLY
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o660])
def test_one_that_is_roots_alone_wants_the_installers_rule(chip, mode):
    chip.chmod(mode)
    assert "no group may; deploy/install.sh" in why_not(str(chip), refused(errno.EACCES))


def test_one_that_the_unit_shuts_out_wants_a_line_in_the_unit(chip):
    assert "DeviceAllow" in why_not(str(chip), refused(errno.EPERM))


def test_one_chip_that_opens_is_enough(tmp_path):
    for name in ("gpiochip0", "gpiochip1"):
        (tmp_path / name).touch()

    def opened(path: str, flags: int) -> int:
        return refused(errno.EACCES)(path, flags) if path.endswith("0") else os.open(path, flags)

    assert why_not(f"{tmp_path}/gpiochip*", opened) is None


def test_a_relay_whose_pins_are_anothers_says_so(monkeypatch):
    from gpiozero import BadPinFactory

    monkeypatch.setattr(gpio, "why_not", lambda pattern: f"{pattern} is for the group gpio")

    def claim():
        raise BadPinFactory("Unable to load any default pin factory!")

    with pytest.raises(gpio.GpioError, match=r"^GPIO17: /dev/gpiochip\* is for the group gpio$"):
        gpio._claimed("GPIO17", claim)


@pytest.mark.skipif(os.geteuid() != 0 or not Path("/usr/bin/python3").exists(), reason="needs root and Debian's Python")
def test_somebody_else_at_a_real_file():
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        chip = Path(folder) / "gpiochip0"
        chip.touch()
        Path(folder).chmod(0o755)
        os.chown(chip, 0, grp.getgrnam("tty").gr_gid)
        chip.chmod(0o660)
        # By its text: our own folder may be one that only root enters.
        code = f"{(ROOT / 'brewpi/hardware/access.py').read_text()}\nprint(why_not({str(chip)!r}))"
        done = subprocess.run(["/usr/bin/python3", "-"], input=code, user="nobody", group="nogroup", extra_groups=[],
                              cwd="/", text=True, capture_output=True, check=True)  # fmt: skip
    assert f"user nobody may not open {chip}, which is for the group tty; sudo usermod -aG tty nobody" in done.stdout


def test_a_serial_line_says_it_too(monkeypatch):
    pytest.importorskip("serial")
    monkeypatch.setattr("brewpi.outputs.modbus_relay.why_not", lambda pattern: f"user brewpi may not open {pattern}")
    with pytest.raises(OutputError, match=r"^user brewpi may not open /dev/none$"):
        Line("/dev/none", 9600)
