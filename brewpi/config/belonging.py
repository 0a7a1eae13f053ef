"""Where an option belongs that stands under the wrong table: TOML gives a line to the last [table] above it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from pydantic import BaseModel

from brewpi.config.described import KINDS, OF_TANK, TOP
from brewpi.config.options import Config, TankOptions
from brewpi.registry import load

TANK = re.compile(r'tanks\.(?:"[^"]*"|[^.]+)')
NO_TANK = "tanks.NAME"
KIND_TABLES = {
    "sensors": f"[{NO_TANK}.sensors]", "outputs": f"[{NO_TANK}.outputs]", "outbound": "[outbound.NAME]",
    "model": "[model]",
}  # fmt: skip


def belonging(key: str, option: str) -> str | None:
    """What a sentence about the place `key` says of an option or table that stands elsewhere in a config: `"medium" is
    an option of [tanks.fv1] and stands right below that line`; None of a word that no table knows."""
    tank = TANK.match(key)
    places = _places().get(option)
    return None if places is None else f'"{option}" {places}'.replace(NO_TANK, tank[0] if tank else NO_TANK)


@cache
def _places() -> dict[str, str]:
    """Of every option its place; those of a tank go before those of the cellar."""
    found: dict[str, str] = {}
    for group in (_of_tank(), _of_cellar()):
        near: dict[str, list[str]] = {}
        for option, place in group:
            near.setdefault(option, []).append(place)
        found = {**{option: " and ".join(places) for option, places in near.items()}, **found}
    return found


def _of_tank() -> Iterator[tuple[str, str]]:
    named = {name: f"is the table [{NO_TANK}.{name}]" for name in ("sensors", "outputs", *OF_TANK)}
    yield from _placed(TankOptions, named, f"is an option of [{NO_TANK}] and stands right below that line")
    yield from _inside({f"{NO_TANK}.{name}": model for name, model in OF_TANK.items()})


def _of_cellar() -> Iterator[tuple[str, str]]:
    tables = {name: f"is the table [{name}]" for name in ("model", *TOP)}
    many = {name: f"is for tables [{name}.NAME]" for name in ("tanks", "shared", "outbound")}
    yield from _placed(Config, tables | many, "stands at the top of the file, above the first [ ]")
    yield from _inside(TOP)


def _placed(outer: type[BaseModel], tables: Mapping[str, str], otherwise: str) -> Iterator[tuple[str, str]]:
    yield from ((option, tables.get(option, otherwise)) for option in outer.model_fields)


def _inside(tables: Mapping[str, type[BaseModel]]) -> Iterator[tuple[str, str]]:
    for title, model in tables.items():
        yield from ((option, f"is an option of [{title}]") for option in model.model_fields)


def other_writing(word: object, kinds: Mapping[str, str]) -> str | None:
    """How a device is written whose name was taken for a kind, `write kind = "topic", format = "ispindel"`, or which
    table has a kind of this name; None where nobody knows."""
    if not isinstance(word, str) or word.lower() in kinds:  # of this very table, in other letters
        return None
    written = _written_as(tuple(sorted(kinds.items()))).get(word.lower())
    if written is not None:
        return f"write {written}"
    others = [KIND_TABLES[group] for group, (_, own) in KINDS.items() if word.lower() in own and word not in kinds]
    return f"it is a kind of {' and '.join(others)}" if others else None


@cache
def _written_as(kinds: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """What the kinds of a group say of names of devices."""
    found: dict[str, str] = {}
    for kind, _ in kinds:
        try:
            found |= getattr(load(dict(kinds), kind), "written_as", {})
        except KeyError:  # somebody's package that cannot be loaded
            continue
    return found
