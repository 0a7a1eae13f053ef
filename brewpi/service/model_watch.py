"""Looks at a model directory beside the ticks, and tries what it finds there.

A thread does it, so that neither a slow disk nor a trial delays a tick. Once what the directory points to stands still
it is tried: signature, hash, features, a run in a process of its own, known batches.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

from brewpi.forecast import CannotForecast
from brewpi.forecast.forecaster import Forecaster, ForecasterOptions
from brewpi.hardware.plug_context import PlugContext
from brewpi.offline.model_home import CURRENT, FILES, TRUSTED, ModelHome, card_of, tried
from brewpi.offline.model_signing import SIGNATURE, BadSignature

LOOK_EVERY_S = 10.0
AGAIN_S = 600.0  # where nothing passes and nothing else answers it is tried again: perhaps the machine was too busy

Stamp = tuple[object, ...]
Start = Callable[[Callable[[], None]], None]


def in_thread(work: Callable[[], None]) -> None:
    """Beside the ticks, and never in the way of an end."""
    threading.Thread(target=work, name="model", daemon=True).start()


@dataclass(frozen=True)
class Opened:
    """A model that passed. mark: see `mark_of`; card: all of it; forecasters: one for each tank."""

    name: str
    sha256: str
    mark: str
    card: Mapping[str, object]
    forecasters: Mapping[str, Forecaster]


@dataclass(frozen=True)
class Refused:
    """One that did not, and why, in a sentence."""

    name: str
    mark: str
    why: str


@dataclass(frozen=True)
class Found:
    """What a look brought: what passed, what did not, both where another had to take its place, or neither. gone: that
    there is nothing any more."""

    stamp: Stamp
    opened: Opened | None = None
    refused: Refused | None = None
    gone: bool = False


class ModelWatch:
    """Of one directory. start: who looks; a thread. optional: that there is none is no fault, and nothing beside it is
    taken instead."""

    def __init__(
        self, options: ForecasterOptions, place: Path, tanks: Sequence[str], start: Start = in_thread,
        optional: bool = False,
    ) -> None:  # fmt: skip
        self.options, self.place, self.tanks, self.start = options, place, tuple(tanks), start
        self.optional = optional
        self.serving: Opened | None = None  # what passed last
        self._done: SimpleQueue[Found] = SimpleQueue()
        self._looking = False
        self._due_at = float("-inf")
        self._again_at = float("inf")
        self._seen: Stamp | None = None  # as it was at the last look
        self._judged: Stamp | None = None  # of what passed or was refused

    def poll(self, now: float, failed: Mapping[str, str]) -> Found | None:
        """What the last look brought, if that is news; else the next look begins when it is due. failed: by its mark,
        why a model is not taken whatever its trials say."""
        try:
            found = self._done.get_nowait()
        except Empty:
            self._check_if_due(now, dict(failed))
            return None
        self._looking, self._seen = False, found.stamp
        if found.gone:
            self.serving = self._judged = None
            return found
        if found.opened is None and found.refused is None:
            return None
        self.serving = found.opened or self.serving
        self._judged = found.stamp
        self._again_at = now + AGAIN_S if self.serving is None else float("inf")
        return found

    def _check_if_due(self, now: float, failed: dict[str, str]) -> None:
        if self._looking or now < self._due_at:
            return
        self._looking, self._due_at = True, now + LOOK_EVERY_S
        if now >= self._again_at:
            self._judged = None
        self.start(partial(self._check, self._seen, self._judged, self.serving, failed))

    # --- in the thread

    def _check(self, seen: Stamp | None, judged: Stamp | None, serving: Opened | None, failed: dict[str, str]) -> None:
        stamp = stamp_of(self.place)
        found = Found(stamp)
        try:
            if self.optional and not stamp:
                found = Found(stamp, gone=judged is not None)
            elif stamp != judged and ((stamp and stamp == seen) or serving is None):
                found = self._tried(stamp, serving, failed)
        except Exception as error:  # nobody may wait for a thread that died
            found = Found(stamp, None, Refused(self.place.name, "", f"{type(error).__name__}: {error}"))
        self._done.put(found)

    def _tried(self, stamp: Stamp, serving: Opened | None, failed: dict[str, str]) -> Found:
        """What the directory holds; failing it, where nothing answers yet, the newest of the others beside it."""
        refused: Refused | None = None
        for folder in (self.place, *(others(self.place) if serving is None else ())):
            opened = self._opened(folder, serving, failed)
            if isinstance(opened, Opened):
                return Found(stamp, opened, refused)
            refused = refused or opened
        return Found(stamp, None, refused)

    def _opened(self, folder: Path, serving: Opened | None, failed: dict[str, str]) -> Opened | Refused:
        folder = folder.resolve()  # a switch in the midst of it is another look's
        card, mark = card_of(folder), mark_of(folder)
        name = str(card.get("name", folder.name))
        try:
            if mark in failed:
                raise CannotForecast(failed[mark])
            tried(folder, self.place.parent / TRUSTED)
            if serving is not None and serving.mark == mark:
                return serving
            options, context = self.options.model_copy(update={"directory": folder}), PlugContext()
            forecasters = {tank: options.open(context) for tank in self.tanks}
        except (CannotForecast, BadSignature, OSError) as error:
            return Refused(name, mark, str(error))
        return Opened(name, str(card.get("sha256", "")), mark, card, forecasters)


def stamp_of(place: Path) -> Stamp:
    """What tells one content of a model directory from another, without reading it; empty where there is none."""
    try:
        folder = place.resolve(strict=True)
        known = [(folder / name).stat() for name in (*FILES, SIGNATURE) if (folder / name).exists()]
    except OSError:
        return ()
    return (str(folder), *((one.st_ino, one.st_size, one.st_mtime_ns) for one in known))


def mark_of(folder: Path) -> str:
    """The hash of a card, in which that of its weights stands; empty where there is none."""
    try:
        return hashlib.sha256((folder / FILES[1]).read_bytes()).hexdigest()[:32]
    except OSError:
        return ""


def others(place: Path) -> Sequence[Path]:
    """The models beside the current one, the newest first."""
    if place.name != CURRENT:
        return ()
    return [one.folder for one in ModelHome(place.parent).kept() if not one.current]
