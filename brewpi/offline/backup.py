"""`brewpi backup` and `restore`: record, config, recipes and model of a cellar in one file, and back.

The file is a zip: `backup.json` names what is in it with a sha256 each, and nothing else in it is looked at. Passwords,
keys and users are not in it: they belong to the machine.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from brewpi import __version__, recipes
from brewpi.config.config import loads
from brewpi.config.options import Config
from brewpi.config.places import placed
from brewpi.hardware.files import check_replaceable, replacing
from brewpi.hardware.lock import Taken, lock_config, lock_record
from brewpi.offline.model_home import CURRENT, NAME, ModelHome, card_of, name_of
from brewpi.sanitize import clean_text
from brewpi.store.copies import copy_record, mark_put_back, problem_of
from brewpi.store.place import TwoRecords, located

FORMAT = 1
LARGEST = 2**34  # bytes of one part
CONFIG, RECORD, RECIPES, MODEL = "cellar.toml", "brewpi.sqlite", "recipes/", "model/"
MODEL_FILES = ("fermentation.tflite", "fermentation.json", "fermentation.sig")


class CannotRestore(Exception):
    """Nothing was changed; the message is a sentence."""

    def __init__(self, text: str) -> None:
        super().__init__(clean_text(text))  # it quotes the backup, which may hold anything


@dataclass(frozen=True)
class Part:
    """Something in a backup: where it goes, by its name in the zip."""

    name: str
    path: Path


def backup(config: Config, file: Path, record: Path, target: Path) -> list[str]:
    """Write `target`, whole or not at all. file: of the config. Returns what is in it. Raises OSError."""
    if not target.absolute().parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "its folder is not there", str(target))
    target = replacing(target)
    check_replaceable(target)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as place:
        copied, made = Path(place) / "record", Path(place) / "made"
        copy_record(record, copied)
        folder = file.absolute().parent
        own = _recipes(config, folder)
        parts = [Part(CONFIG, file), Part(RECORD, copied), *own, *_model(config)]
        hashes = {part.name: _sha256(part.path) for part in parts}
        places = {part.name: str(_below(part.path, folder)) for part in own}
        about = {"format": FORMAT, "brewpi": __version__, "site": config.site, "made_at": _now(), "sha256": hashes,
                 "recipes": places}  # fmt: skip
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
            out.writestr("backup.json", json.dumps(about, indent=1))
            for part in parts:
                out.write(part.path, part.name)
        made.chmod(0o600)
        with made.open("rb") as written:
            os.fsync(written.fileno())
        made.replace(target)
    return sorted(hashes)


def restore(source: Path, file: Path, record: Path | None) -> list[str]:
    """Put everything of a backup where `file`, the config's place, and the config in it say; what lies there is moved
    aside first. record: another place for the record. Returns what happened, a sentence each.

    Raises CannotRestore before anything is changed, OSError.
    """
    with tempfile.TemporaryDirectory(prefix="brewpi-restore-") as place, ExitStack() as held:
        names, made_at, own = _unpacked(source, Path(place))
        if (why := problem_of(Path(place) / RECORD)) is not None:
            raise CannotRestore(f"{source.name}: its record {why}")
        mark_put_back(Path(place) / RECORD)
        folder = file.absolute().parent
        moved = {folder / own[name]: Path(place) / name for name in own}
        config = loads((Path(place) / CONFIG).read_text(encoding="utf-8"), CONFIG, folder, moved)
        where, config = record or _record_of(config, file), placed(config, folder)
        goes = {CONFIG: file, RECORD: where, **{name: folder / own[name] for name in own}}
        if (models := _model_folder(config)) is not None:
            kept = _kept_as(models, Path(place) / MODEL)
            goes |= {name: kept / name.removeprefix(MODEL) for name in names if name.startswith(MODEL)}
        where.parent.mkdir(parents=True, exist_ok=True)
        try:
            if file.exists():
                held.enter_context(lock_config(file))
            held.enter_context(lock_record(where))
        except Taken as taken:
            raise CannotRestore(str(taken)) from None
        fresh = {replacing(goes[name]): Path(place) / name for name in names if name in goes}
        beside = _laid_beside(fresh, replacing(where))
        lines = [line for target, ready in beside.items() for line in _put(ready, target)]
        if models is not None and kept != models:
            ModelHome(models.parent).point(kept.name)
        return [*lines, f"it is of {made_at}; what happened since is not in it, so every tank begins stopped: compare"
                " batch, target and doses with what is in the tank, then resume"]  # fmt: skip


def _record_of(config: Config, file: Path) -> Path:
    """Where the service would look for it, `file` being the config. Raises CannotRestore."""
    try:
        return located(config.store, file.absolute().parent)[0].path
    except TwoRecords as error:
        raise CannotRestore(f"{file.name}: store.path: {error}, or name it with --record") from None


def _laid_beside(fresh: dict[Path, Path], record: Path) -> dict[Path, Path]:
    """By its target, a copy of each on the target's own disk: what finds no room changes nothing. Config, recipes and
    model are for the service to read, the record is its own. Raises OSError."""
    beside: dict[Path, Path] = {}
    try:
        for target, source in fresh.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            beside[target] = target.with_name(f".{target.name}.restored")
            shutil.copyfile(source, beside[target])
            with beside[target].open("rb") as copied:
                os.fsync(copied.fileno())
            usual = 0o600 if target == record else 0o644
            beside[target].chmod(target.stat().st_mode & 0o777 if target.exists() else usual)
            _give_away(beside[target], target if target.exists() else target.parent)
    except OSError:
        for made in beside.values():
            made.unlink(missing_ok=True)
        raise
    return beside


def _give_away(made: Path, like: Path) -> None:
    """To whom `like` belongs: who restores is root, and the service has to read and write it."""
    owner = like.stat()
    if os.geteuid() == 0:
        os.chown(made, owner.st_uid, owner.st_gid)


def _put(beside: Path, target: Path) -> Iterator[str]:
    """A copy takes the place of what lies there, which is kept."""
    aside = target.with_name(f"{target.name}.before-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}")
    for suffix in ("", "-wal", "-shm"):  # a journal of another record would be played into this one
        old = target.with_name(target.name + suffix)
        if old.exists():
            old.rename(aside.with_name(aside.name + suffix))
            if not suffix:
                yield f"{target}: what lay there is now {aside.name}"
    beside.replace(target)
    yield f"{target}: restored"


def _unpacked(source: Path, place: Path) -> tuple[list[str], str, dict[str, str]]:
    """The parts that `backup.json` names, in `place`; when it was made; by part, where its recipes go. Raises
    CannotRestore."""
    try:
        with zipfile.ZipFile(source) as packed:
            about = json.loads(packed.read("backup.json"))
            if about["format"] != FORMAT:
                raise CannotRestore(f"{source.name}: a backup of format {about['format']}; this brewpi reads {FORMAT}")
            made_at = clean_text(str(about.get("made_at", "an unknown time")), 40)
            hashes = {str(name): str(sha256) for name, sha256 in about["sha256"].items()}
            for name, sha256 in hashes.items():
                _unpack(packed, name, sha256, place, source)
            own = {name: str(about.get("recipes", {}).get(name, name.removeprefix(RECIPES))) for name in hashes
                   if name.startswith(RECIPES)}  # fmt: skip
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, AttributeError, RuntimeError, EOFError) as error:
        raise CannotRestore(f"{source.name}: is no whole backup of brewpi ({error})") from None
    if absent := {CONFIG, RECORD} - hashes.keys():
        raise CannotRestore(f"{source.name}: lacks {', '.join(sorted(absent))}")
    if (odd := next((path for path in own.values() if not recipes.is_file(path)), None)) is not None:
        raise CannotRestore(f"{source.name}: {odd!r} is no recipe")
    return sorted(hashes), made_at, own


def _unpack(packed: zipfile.ZipFile, name: str, sha256: str, place: Path, source: Path) -> None:
    folder, _, leaf = name.rpartition("/")
    if name not in (CONFIG, RECORD) and (folder + "/" not in (RECIPES, MODEL) or leaf.startswith(".") or not leaf):
        raise CannotRestore(f"{source.name}: {name!r} is no part of a backup")
    if packed.getinfo(name).file_size > LARGEST:
        raise CannotRestore(f"{source.name}: {name} is too large")
    (place / folder).mkdir(exist_ok=True)
    with packed.open(name) as part, (place / name).open("wb") as out:
        shutil.copyfileobj(part, out)
    if _sha256(place / name) != sha256:
        raise CannotRestore(f"{source.name}: {name} is damaged (sha256 differs)")


def _recipes(config: Config, folder: Path) -> list[Part]:
    """Recipes of one's own, each by a name of its own: those of other folders than the config's have a number."""
    named = {Path(tank.recipe) for tank in config.tanks.values() if tank.recipe and recipes.is_file(tank.recipe)}
    return [
        Part(RECIPES + (path.name if path.parent == folder else f"{number}-{path.name}"), path)
        for number, path in enumerate(sorted(named), start=1)
    ]


def _below(path: Path, folder: Path) -> Path:
    """As a config in that folder names it."""
    return path.relative_to(folder) if path.is_relative_to(folder) else path


def _model(config: Config) -> list[Part]:
    """A model of one's own; the packaged one comes with brewpi."""
    folder = _model_folder(config)
    if folder is None:
        return []
    return [Part(MODEL + name, folder / name) for name in MODEL_FILES if (folder / name).is_file()]


def _model_folder(config: Config) -> Path | None:
    folder = getattr(config.model, "directory", None)  # not every kind of forecaster has one
    return folder if isinstance(folder, Path) else None


def _kept_as(models: Path, fresh: Path) -> Path:
    """Where a model goes: beside those of a site's home, whose `current` is a link to one of them."""
    name = name_of(card_of(fresh))
    if models.name != CURRENT or not NAME.fullmatch(name):
        return models
    return models.parent / name


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
