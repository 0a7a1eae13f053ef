"""What tests of the installer share: a checkout, and a machine that is a folder to install it on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import machine as fake
import pytest

PROJECT = Path(__file__).parent.parent.parent
SCRIPT = "deploy/install.sh"
DEBIAN = Path(__file__).resolve().with_name("machine.sh")
OF_DEBIAN = ("id", "useradd", "usermod", "groupadd", "getent", "dpkg-query", "apt-get", "chown", "install", "udevadm")
PASSWORD = "three unrelated words"
PYTHON3 = """#!/bin/bash
# A python3 whose `-m venv` makes a venv that takes no time: pip has every package of the locks, and of a folder none.
[ "$1 $2" = "-m venv" ] || exec {python} "$@"
mkdir -p "$4/bin" "$4/lib/python3/site-packages"
cp "$(dirname "$0")/of-venv/"* "$4/bin/"
"""
OF_VENV = {
    "python": """#!/bin/bash
venv=$(cd "$(dirname "$0")/.." && pwd)
packages=$venv/lib/python3/site-packages
case "$*" in
    *"-m pip"*--find-links*) exit 1 ;;
    *"-m pip"*locks/all.txt) mkdir "$packages/nicegui" ;;
    *"-m pip"*/source) cp -rp "$venv/../source/brewpi" "$venv/../source/models" "$packages/" ;;
    *"-m pip"* | *"-m ensurepip"* | *"-m compileall"* | *carry_over.py*) ;;
    *"import pip"*) exit 1 ;;
    *"import nicegui"*) [ -d "$packages/nicegui" ] ;;
    *) exit 1 ;;
esac
""",
    "brewpi": """#!/bin/bash
packages=$(cd "$(dirname "$(readlink -f "$0")")/../lib/python3/site-packages" && pwd)
case $1 in
    dashboard*) [ -d "$packages/nicegui" ] || { echo "No module named 'argon2'" >&2; exit 2; } ;;
esac
PYTHONPATH=$packages exec {python} -P -m brewpi "$@"
""",
}


def unpacked(folder: Path) -> tuple[Path, Path]:
    """The Debian package of the project, built in the folder, and the folder of its control files beside it."""
    if shutil.which("dpkg-deb") is None:
        pytest.skip("needs dpkg-deb")
    done = subprocess.run(["bash", "deploy/deb.sh", str(folder)], cwd=PROJECT, capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    package, control = Path(done.stdout.strip()), folder / "control"
    subprocess.run(["dpkg-deb", "-e", str(package), str(control)], check=True)
    return package, control


def git(*words: str) -> list[str]:
    return subprocess.run(["git", *words], cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split()


class Machine:
    healthy_for_s = 2

    def __init__(self, root: Path) -> None:
        self.root, self.commands, self.source = root, root / "machine" / "commands", root / "checkout"
        self.commands.mkdir(parents=True)
        for script, names in {Path(fake.__file__).resolve(): fake.NAMES, DEBIAN: OF_DEBIAN}.items():
            script.chmod(0o755)
            for name in names:
                (self.commands / name).symlink_to(script)
        (root / "machine" / "password").write_text(PASSWORD + "\n")
        (root / "etc" / "mosquitto").mkdir(parents=True)
        (root / "boot" / "firmware").mkdir(parents=True)
        (root / "boot" / "firmware" / "config.txt").write_text("arm_64bit=1\n")
        self.checkout()

    def checkout(self) -> None:
        """The project as git has it, so that what is not committed does not count, without its tests."""
        shutil.rmtree(self.source, ignore_errors=True)
        for file in git("ls-files"):
            if not file.startswith(("tests/", "docs/scorecard")) and (PROJECT / file).exists():
                (self.source / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(PROJECT / file, self.source / file)

    def install(self, *words: str) -> tuple[int, str]:
        path = f"{self.commands}:{os.environ['PATH']}:/usr/sbin"
        env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {
            "BREWPI_ROOT": str(self.root), "PATH": path, "BREWPI_HEALTHY_FOR_S": f"{self.healthy_for_s}",
            "BREWPI_HEALTHY_WITHIN_S": "10",
        }  # fmt: skip
        done = subprocess.run(["bash", SCRIPT, *words], cwd=self.source, env=env, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=280.0, check=False)  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def new(self, *words: str) -> tuple[int, str]:
        password = str(self.root / "machine" / "password")
        return self.install("--site", "riverside", "--tanks", "2", "--password-file", password, *words)

    @property
    def release(self) -> Path:
        return (self.root / "opt/brewpi/.venv").readlink().parent

    @property
    def pid(self) -> int:
        file = self.root / "machine" / "brewpi.pid"
        return int(file.read_text()) if file.exists() else 0

    def lives(self) -> bool:
        return bool(self.pid) and Path(f"/proc/{self.pid}").exists()


class QuickMachine(Machine):
    """Where pip takes no time: what it would install is a folder, and brewpi is that of the release's source."""

    healthy_for_s = 1

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        (self.commands / "of-venv").mkdir()
        of_venv = {f"of-venv/{name}": script for name, script in OF_VENV.items()}
        for place, script in {"python3": PYTHON3, **of_venv}.items():
            (self.commands / place).write_text(script.replace("{python}", sys.executable))
            (self.commands / place).chmod(0o755)

    def checkout(self) -> None:
        """With what Python has compiled of it already, or the first command of every release compiles it anew."""
        super().checkout()
        for compiled in PROJECT.glob("brewpi/**/__pycache__/*.pyc"):
            place = self.source / compiled.relative_to(PROJECT)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(compiled, place)
