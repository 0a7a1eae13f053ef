#!/usr/bin/env python3
"""Takes over from another release what this one wants of the same packages, so that pip fetches the others alone.

    .../venv/bin/python carry_over.py OTHER_VENV LOCK...     into the venv whose Python this is

A package is taken if a list names this version of it (of pip: if this Python would bring it) and each of its files is
as it was installed. Memory cards lose bits and an upgrade is how people mend that, so the hashes of its RECORD are
worked out anew (https://packaging.python.org/en/latest/specifications/recording-installed-packages/). Whatever differs
is left to pip.
"""

from __future__ import annotations

import base64
import csv
import ensurepip
import hashlib
import os
import re
import shutil
import sys
import sysconfig
from importlib.metadata import Distribution, distributions
from importlib.util import cache_from_source
from pathlib import Path


def normalized(name: str) -> str:
    """As PEP 503 compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(lock: Path) -> set[tuple[str, str]]:
    """Names and versions of a list with hashes."""
    lines = re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock.read_text(), re.MULTILINE)
    return {(normalized(name), version) for name, version in lines}


def known(site: Path) -> dict[tuple[str, str], Distribution]:
    """What is installed there, by name and version."""
    return {(normalized(found.name), found.version): found for found in distributions(path=[str(site)])}


def files_of(package: Distribution, site: Path) -> list[Path]:
    """Relative to site-packages; none if any differs from what was installed, or nothing says what was.

    With what Python has compiled of them, which fits for as long as a file is as old as it was. Scripts are left out:
    nothing here calls them, and each names the Python of its own release.
    """
    found: set[Path] = set()
    for name, expected, _ in csv.reader((package.read_text("RECORD") or "").splitlines()):
        path = Path(name)
        if path.is_absolute() or ".." in path.parts:
            continue
        if not (site / path).is_file():
            if expected:
                return []
            continue  # what Python had compiled of it
        if expected and path.suffix != ".pyc":  # numpy's list has one that pip compiles anew
            kind, _, value = expected.partition("=")
            digest = hashlib.new(kind, (site / path).read_bytes()).digest()
            if base64.urlsafe_b64encode(digest).decode().rstrip("=") != value:
                return []
        found.add(path)
        if path.suffix == ".py" and (site / (compiled := Path(cache_from_source(str(path))))).is_file():
            found.add(compiled)
    return sorted(found)


def take(files: list[Path], other: Path, site: Path) -> None:
    """As links: pip and Python replace files and never write into them. What says that it is installed comes last."""
    for path in sorted(files, key=lambda path: path.parts[0].endswith(".dist-info")):
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).unlink(missing_ok=True)
        try:
            os.link(other / path, site / path)
        except OSError:  # a file system without links
            shutil.copy2(other / path, site / path)


def carry_over(other: Path, site: Path, locks: list[Path]) -> tuple[int, int]:
    """From site-packages to site-packages: how many packages were taken, of how many that the lists name and it has."""
    wanted = {("pip", ensurepip.version())}.union(*map(pinned, locks))
    here = {name for name, _ in known(site)}
    there = {key: package for key, package in known(other).items() if key in wanted and key[0] not in here}
    taken = 0
    for package in there.values():
        if files := files_of(package, other):
            take(files, other, site)
            taken += 1
    return taken, len(there)


if __name__ == "__main__":
    place = Path(sysconfig.get_path("purelib"))
    taken, there = carry_over(Path(sys.argv[1]) / place.relative_to(sys.prefix), place, [*map(Path, sys.argv[2:])])
    if taken < there:
        print(f"{there - taken} of the packages that are there are damaged and are fetched anew")
