"""What an upgrade takes over from the release that runs: what the list wants, as it was installed, and nothing else."""

from __future__ import annotations

import base64
import ensurepip
import errno
import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from installing import PROJECT

LOCK = """# comments are read past
Belt-and_Braces==1.2 ; python_full_version >= '3.8' \\
    --hash=sha256:00
other==3 \\
"""


class Venv:
    """One with nothing in it but a Python that takes its packages from there."""

    def __init__(self, folder: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        self.folder = folder
        (self.site,) = folder.glob("lib/python3*/site-packages")

    def has(self, name: str = "belt.and.braces", version: str = "1.2", files: dict[str, str] | None = None) -> None:
        """As pip leaves a package: its files, and a RECORD in which the hash of what Python compiles means nothing."""
        info = f"{name}-{version}.dist-info"
        files = files or {"belt/__init__.py": "WIDTH_MM = 40\n", "belt/big/data.bin": "0" * 1000}
        files |= {f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"}
        rows = [f"{info}/RECORD,,", "belt/__pycache__/__init__.pyc,sha256=BBBB,8", "../../../bin/belt,sha256=AAAA,3"]
        for path, text in files.items():
            self.write(path, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
            rows.append(f"{path},sha256={digest},{len(text)}")
        self.write("belt/__pycache__/__init__.pyc", "compiled")
        self.write(f"{info}/RECORD", "\n".join(rows) + "\n")

    def write(self, path: str, text: str) -> None:
        (self.site / path).parent.mkdir(parents=True, exist_ok=True)
        (self.site / path).write_text(text)

    def files(self) -> set[str]:
        return {str(file.relative_to(self.site)) for file in self.site.rglob("*") if file.is_file()}


@pytest.fixture
def old(tmp_path: Path) -> Venv:
    return Venv(tmp_path / "old")


@pytest.fixture
def new(tmp_path: Path) -> Venv:
    return Venv(tmp_path / "new")


def carry_over(old: Venv, new: Venv) -> str:
    lock = new.folder / "lock.txt"
    lock.write_text(LOCK)
    words = [new.folder / "bin/python", PROJECT / "deploy/carry_over.py", old.folder, lock]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def test_what_is_as_it_was_installed_is_taken_without_taking_room(old: Venv, new: Venv):
    old.has()
    assert carry_over(old, new) == ""
    assert new.files() == old.files()
    assert (new.site / "belt/big/data.bin").samefile(old.site / "belt/big/data.bin")
    assert not (new.folder / "bin/belt").exists()  # it would name the Python of the old one


def test_what_python_compiled_of_it_comes_along(old: Venv, new: Venv):
    """Whoever compiled it: nothing of it is in the RECORD where that was not pip."""
    old.has()
    subprocess.run([old.folder / "bin/python", "-m", "compileall", "-q", old.site / "belt"], check=True)
    (compiled,) = (old.site / "belt/__pycache__").glob("__init__.cpython-*.pyc")
    assert carry_over(old, new) == ""
    assert (new.site / compiled.relative_to(old.site)).samefile(compiled)


def test_pip_comes_along_if_it_is_the_one_that_this_python_brings(old: Venv, new: Venv):
    brought = ensurepip.version()
    old.has("pip", brought, {"pip/__init__.py": f'__version__ = "{brought}"\n'})
    assert carry_over(old, new) == ""
    asked = [new.folder / "bin/python", "-c", "import pip; print(pip.__version__)"]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip() == brought


def test_without_links_copies_are_taken(old: Venv, new: Venv, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.syspath_prepend(PROJECT / "deploy")
    import carry_over as script

    (tmp_path / "lock.txt").write_text(LOCK)
    monkeypatch.setattr(script.os, "link", no_link)
    old.has()
    assert script.carry_over(old.site, new.site, [tmp_path / "lock.txt"]) == (1, 1)
    assert new.files() == old.files()
    assert not (new.site / "belt/big/data.bin").samefile(old.site / "belt/big/data.bin")


def no_link(*_: object) -> None:
    raise OSError(errno.EXDEV, "no links here")


def flip(old: Venv) -> None:
    (old.site / "belt/big/data.bin").write_text("0" * 999 + "1")


def lose(old: Venv) -> None:
    (old.site / "belt/__init__.py").unlink()


@pytest.mark.parametrize("damage", [flip, lose])
def test_what_is_damaged_is_left_to_pip_and_said(old: Venv, new: Venv, damage: Callable[[Venv], None]):
    old.has()
    old.has("other", "3", {"other.py": "ROLE = 'braces'\n"})
    damage(old)
    assert carry_over(old, new) == "1 of the packages that are there are damaged and are fetched anew\n"
    assert "other.py" in new.files()
    assert not any(name.startswith("belt/big") for name in new.files())


@pytest.mark.parametrize(("name", "version"), [
    ("belt-and-braces", "1.3"), ("belt-and-suspenders", "1.2"), ("Other", "1.2"), ("pip", "1.2"),
])  # fmt: skip
def test_what_the_list_does_not_want_is_left_behind(old: Venv, new: Venv, name: str, version: str):
    old.has(name, version)
    assert carry_over(old, new) == ""
    assert new.files() == set()


def test_without_a_record_nothing_says_what_was_installed(old: Venv, new: Venv):
    old.has()
    (old.site / "belt.and.braces-1.2.dist-info/RECORD").unlink()
    assert "fetched anew" in carry_over(old, new)
    assert new.files() == set()


def test_what_the_new_one_has_already_stays(old: Venv, new: Venv):
    old.has()
    new.has("belt-and-braces", "9", {"belt/__init__.py": "WIDTH_MM = 90\n"})
    before = new.files()
    assert carry_over(old, new) == ""
    assert new.files() == before
    assert (new.site / "belt/__init__.py").read_text() == "WIDTH_MM = 90\n"


def test_a_release_of_another_python_has_nothing_to_give(old: Venv, new: Venv):
    old.has()
    old.site.parent.rename(old.site.parent.with_name("python3.0"))
    assert carry_over(old, new) == ""
    assert new.files() == set()
