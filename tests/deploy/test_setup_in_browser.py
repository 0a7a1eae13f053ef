"""What the installer does so that the board may write the config, and nothing else of /etc/brewpi."""

import re
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SCRIPT = (PROJECT / "deploy" / "install.sh").read_text(encoding="utf-8")
STUBS = """
set -euo pipefail
fail() { echo "install.sh: $*" >&2; exit 1; }
systemctl() { echo "systemctl $*"; }
install() { local words=(); while [ $# -gt 0 ]; do case $1 in -o) shift ;; *) words+=("$1") ;; esac; shift; done
            command install "${words[@]}"; }
"""


def function(name: str) -> str:
    found = re.search(rf"^{name}\(\) \{{.*?^\}}", SCRIPT, re.M | re.S)
    assert found
    return found[0]


def run(root: Path, **said: str) -> subprocess.CompletedProcess[str]:
    places = {"ETC": str(root / "etc"), "UNITS": str(root / "units"), "OPT": str(PROJECT)}
    words = {"SETUP": "no", "BOARD": "yes", **places, **said}
    lines = "\n".join(f"{name}={value}" for name, value in words.items())
    code = "\n".join((STUBS, lines, function("write_if_other"), function("need_setup"), "need_setup"))
    return subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "cellar.toml").write_text('site = "riverside"\n')
    return tmp_path


def test_nothing_happens_unless_it_is_asked_for(root: Path):
    assert run(root).returncode == 0
    assert not (root / "etc" / "cellar.toml").is_symlink()
    assert not (root / "units").exists()


def test_the_config_moves_into_a_folder_of_the_boards_and_a_link_stays(root: Path):
    for _ in range(2):  # safe to run again
        done = run(root, SETUP="yes")
        assert done.returncode == 0, done.stderr
        link = root / "etc" / "cellar.toml"
        assert link.is_symlink()
        assert link.resolve() == root / "etc" / "setup" / "cellar.toml"
        assert link.read_text() == 'site = "riverside"\n'
    more = (root / "units" / "brewpi-dashboard.service.d" / "setup.conf").read_text()
    assert "ReadWritePaths=/etc/brewpi/setup\n" in more
    assert "--setup /etc/brewpi/cellar.toml" in more
    assert "enable --quiet --now brewpi-setup.path" in done.stdout


def test_without_a_board_it_is_refused(root: Path):
    done = run(root, SETUP="yes", BOARD="no")
    assert done.returncode == 1
    assert "needs the board" in done.stderr


def test_what_restarts_the_service_checks_the_config_first():
    unit = (PROJECT / "systemd" / "brewpi-setup.service").read_text(encoding="utf-8")
    starts = re.findall(r"^ExecStart=(.*)", unit, re.M)
    check, restart = starts
    assert check == "/opt/brewpi/.venv/bin/brewpi check /etc/brewpi/cellar.toml"
    assert restart == "+/usr/bin/systemctl try-restart brewpi"
    assert "User=brewpi\n" in unit
    assert "$SETUP" in (PROJECT / "systemd" / "brewpi-dashboard.service").read_text(encoding="utf-8")
