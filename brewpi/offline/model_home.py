"""Where a site keeps its models: the last few, one of them current, and the key that it trusts.

    /var/lib/brewpi/models/
        current -> base-2+128-1a2b3c4d      [model] directory = ".../current"
        shadow -> base-2+140-9f8e7d6c       a candidate: forecasts beside it, never acted on
        base-2+128-1a2b3c4d/                weights, card, signature
        trusted.pub                         with it, unsigned models are refused

A model is tried before it is current: hash, features, a run in a process of its own, what its card says of known
batches. The switch is one rename, so a power cut leaves the old one or the new.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brewpi.forecast.golden import differs
from brewpi.forecast.tflite_model import LARGEST, Model, ModelError
from brewpi.offline.model_signing import SIGNATURE, BadSignature, public_of, verify

HOME = Path("/var/lib/brewpi/models")
KEPT = 3
CURRENT, SHADOW, TRUSTED = "current", "shadow", "trusted.pub"
FILES = ("fermentation.tflite", "fermentation.json")
NAME = re.compile(r"[A-Za-z0-9][\w.+-]{0,80}")


@dataclass(frozen=True)
class Kept:
    """A model of the site."""

    name: str
    folder: Path
    card: dict[str, Any]
    current: bool
    shadow: bool
    signed: bool


class ModelHome:
    """The models of a site."""

    def __init__(self, folder: Path = HOME) -> None:
        self.folder = folder

    @property
    def trusted(self) -> Path:
        """The public key; where it lies, only what its owner signed is taken."""
        return self.folder / TRUSTED

    def kept(self) -> list[Kept]:
        """All of them, the newest first."""
        if not self.folder.is_dir():
            return []
        current, shadow = (self.folder / CURRENT).resolve(), (self.folder / SHADOW).resolve()
        folders = [p for p in self.folder.iterdir() if p.is_dir() and not p.is_symlink() and not p.name.startswith(".")]
        folders.sort(key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
        return [
            Kept(
                path.name, path, card_of(path), path.resolve() == current, path.resolve() == shadow,
                (path / SIGNATURE).is_file(),
            )
            for path in folders
        ]

    def install(self, source: Path, role: str = CURRENT) -> Kept:
        """Try a model, a folder or a zip of one, and make it current, or the candidate beside it (SHADOW). Raises
        ModelError, BadSignature, OSError, and all stays as it was."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with unpacked(source) as fresh:
            tried(fresh, self.trusted)
            name = name_of(card_of(fresh))
            if not NAME.fullmatch(name):
                raise ModelError(f"{source}: its name, {name!r}, cannot be that of a folder")
            self._keep(fresh, name)
        beside = (self.folder / (CURRENT if role == SHADOW else SHADOW)).resolve() == (self.folder / name).resolve()
        if beside and role == SHADOW:
            raise ModelError(f"{name}: is the current model; a candidate has to be another one")
        self.point(name, role)
        if beside:
            self.withdraw()  # it is no candidate any more
        self._tidy()
        return next(one for one in self.kept() if one.name == name)

    def promote(self) -> Kept:
        """The candidate becomes the current one. Raises ModelError where there is none, or it passes no more."""
        candidate = next((one for one in self.kept() if one.shadow), None)
        if candidate is None:
            raise ModelError(f"{self.folder}: holds no candidate; brewpi model install DIR --shadow puts one there")
        tried(candidate.folder, self.trusted)
        os.utime(candidate.folder)  # so that rollback finds the one before
        self.point(candidate.name)
        self.withdraw()
        return next(one for one in self.kept() if one.current)

    def withdraw(self) -> None:
        """There is no candidate any more."""
        (self.folder / SHADOW).unlink(missing_ok=True)

    def rollback(self) -> Kept:
        """The one that was current before. Raises ModelError where there is none, or it does not pass any more."""
        known = [one for one in self.kept() if one.current or not one.shadow]
        at = next((i for i, one in enumerate(known) if one.current), -1)
        if at < 0 or at + 1 >= len(known):
            raise ModelError(f"{self.folder}: holds no earlier model to go back to")
        tried(known[at + 1].folder, self.trusted)
        self.point(known[at + 1].name)
        return known[at + 1]

    def trust(self, public: Path) -> None:
        """From now on only what the owner of this key signed. Raises BadSignature, OSError."""
        public_of(public)
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(public, self.folder / f".{TRUSTED}")
        (self.folder / f".{TRUSTED}").replace(self.trusted)

    def _keep(self, fresh: Path, name: str) -> None:
        place = Path(tempfile.mkdtemp(dir=self.folder, prefix=".new-"))
        try:
            for file in (*FILES, SIGNATURE):
                if (fresh / file).is_file():
                    shutil.copyfile(fresh / file, place / file)
                    (place / file).chmod(0o644)  # the service that reads it is another user
                    with (place / file).open("rb") as copied:
                        os.fsync(copied.fileno())
            place.chmod(0o755)
            if (self.folder / name).exists():  # the same weights once more, perhaps signed by now
                for path in place.iterdir():
                    path.replace(self.folder / name / path.name)
                place.rmdir()
                os.utime(self.folder / name)
            else:
                place.rename(self.folder / name)
        except OSError:
            shutil.rmtree(place, ignore_errors=True)
            raise

    def point(self, name: str, role: str = CURRENT) -> None:
        """The model of this name has the role from now on. A folder in the place of the link is kept as one more."""
        beside, place = self.folder / f".{role}", self.folder / role
        if place.is_dir() and not place.is_symlink():
            known = name_of(card_of(place))
            free = NAME.fullmatch(known) and not (self.folder / known).exists()
            place.rename(self.folder / (known if free else f"before-{name}"))
        beside.unlink(missing_ok=True)
        beside.symlink_to(name)
        beside.replace(place)

    def _tidy(self) -> None:
        for one in [one for one in self.kept() if not one.shadow][KEPT:]:
            if not one.current:
                shutil.rmtree(one.folder, ignore_errors=True)


def tried(folder: Path, trusted: Path | None = None) -> Model:
    """A model that may be used: signed where that is asked for, whole, alive in a process of its own, and saying of
    known batches what its card says. Raises ModelError, BadSignature."""
    if trusted is not None and trusted.exists():
        try:
            verify(folder, trusted)
        except BadSignature as error:
            raise BadSignature(f"{folder.name}: {error}") from None
    model = Model.load(folder)
    if (off := differs(model, card_of(folder).get("golden"))) is not None:
        raise ModelError(f"{folder.name}: says {off} of a known batch than its card does; it is not for this machine")
    return model


def name_of(card: dict[str, Any]) -> str:
    """Of the folder of a model; one that no folder can have where the card does not say it."""
    return f"{card.get('name', '')}-{str(card.get('sha256', ''))[:8]}"


def card_of(folder: Path) -> dict[str, Any]:
    """The whole card; an empty one where it cannot be read."""
    try:
        card = json.loads((folder / "fermentation.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return card if isinstance(card, dict) else {}


def packed(folder: Path, target: Path) -> Path:
    """A model directory as a zip, to be sent. Raises OSError."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in (*FILES, SIGNATURE):
            if (folder / name).is_file():
                out.write(folder / name, name)
    return target


@contextmanager
def unpacked(source: Path) -> Iterator[Path]:
    """The folder itself, or what a zip holds, wherever in it. Raises ModelError, OSError."""
    if source.is_dir():
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="brewpi-model-") as place:
        try:
            with zipfile.ZipFile(source) as opened:
                for one in opened.infolist():
                    leaf = Path(one.filename).name
                    if leaf in (*FILES, SIGNATURE) and one.file_size <= LARGEST:
                        (Path(place) / leaf).write_bytes(opened.read(one))
        except (zipfile.BadZipFile, RuntimeError, EOFError, NotImplementedError):
            raise ModelError(f"{source}: is no model directory and no zip of one") from None
        if not all((Path(place) / name).is_file() for name in FILES):
            raise ModelError(f"{source}: holds no {' and '.join(FILES)}")
        yield Path(place)
