"""Every table of a config with what its options are and mean, from the models that check it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel

from brewpi import outbound, outputs, sensors
from brewpi.alarms.options import Alarming
from brewpi.config.board import BoardOptions
from brewpi.config.options import Config, TankOptions
from brewpi.control.dosing import Dosing
from brewpi.control.drain import Draining
from brewpi.control.limits import Limits
from brewpi.control.shared import Shared
from brewpi.control.temperature import Temperature
from brewpi.forecast import forecaster
from brewpi.mqtt import Mqtt
from brewpi.registry import load, with_installed
from brewpi.store import StoreOptions
from brewpi.toml_text import dotted, key_text, value_text

TOP: dict[str, type[BaseModel]] = {"mqtt": Mqtt, "store": StoreOptions, "dashboard": BoardOptions}
OF_TANK: dict[str, type[BaseModel]] = {
    "temperature": Temperature, "limits": Limits, "alarms": Alarming, "dosing": Dosing, "draining": Draining,
}  # fmt: skip
KINDS: dict[str, tuple[str, Mapping[str, str]]] = {
    "sensors": ("sensors", sensors.KINDS), "outputs": ("outputs", outputs.KINDS),
    "outbound": ("outbound", outbound.KINDS), "model": ("forecasters", forecaster.KINDS),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Option:
    """value: as somebody has set it, None where it is left at its default; default: "" where it has none."""

    name: str
    value: str | None
    default: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Section:
    """One table: `title` as it stands in the brackets."""

    title: str
    options: tuple[Option, ...]


def models() -> Iterator[type[BaseModel]]:
    """Of every table that a config of ours can have, each once."""
    every: list[type[BaseModel]] = [Config, TankOptions, Shared, *TOP.values(), *OF_TANK.values()]
    every += [load(own, kind) for _, own in KINDS.values() for kind in own]
    yield from dict.fromkeys(every)


def meanings(of: Iterable[type[BaseModel]]) -> Iterator[str]:
    """What the options of these mean, a sentence each."""
    for model in of:
        yield from (field.description for field in model.model_fields.values() if field.description)


def sections(table: Mapping[str, Any]) -> list[Section]:
    """Those of a config as TOML has read it, whatever is wrong with it; tables that nobody knows are left out."""
    found = [_section("", Config, table)]
    found += [_section(name, model, table[name]) for name, model in TOP.items() if isinstance(table.get(name), dict)]
    if isinstance(table.get("model"), dict):
        found += _plug("model", "model", {"kind": forecaster.DEFAULT_KIND, **table["model"]})
    for name, one in _tables(table.get("shared")):
        found.append(_section(dotted("shared", name), Shared, one))
    for name, one in _tables(table.get("tanks")):
        found += _tank(dotted("tanks", name), one)
    for name, one in _tables(table.get("outbound")):
        found += _plug(dotted("outbound", name), "outbound", one)
    return found


def _tank(title: str, table: Mapping[str, Any]) -> Iterator[Section]:
    yield _section(title, TankOptions, table)
    for name, model in OF_TANK.items():
        if isinstance(table.get(name), dict):
            yield _section(f"{title}.{name}", model, table[name])
    for group in ("sensors", "outputs"):
        for name, one in _tables(table.get(group)):
            yield from _plug(f"{title}.{group}.{key_text(name)}", group, one)


def _plug(title: str, group: str, table: Mapping[str, Any]) -> Iterator[Section]:
    where, own = KINDS[group]
    try:
        model = load(with_installed(where, own), table.get("kind"))
    except KeyError:
        return
    yield _section(title, model, table)


def _tables(table: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(table, dict):
        yield from ((str(name), one) for name, one in table.items() if isinstance(one, dict))


def _section(title: str, model: type[BaseModel], table: Mapping[str, Any]) -> Section:
    options = [
        Option(name, _said(table[name]) if name in table else None, _said(field.get_default(call_default_factory=True)),
               field.description or "")
        for name, field in model.model_fields.items() if not isinstance(table.get(name), dict)
    ]  # fmt: skip
    return Section(title, tuple(options))


def _said(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str() | int() | float():
            return f"{value}"
        case list() | tuple():
            return ", ".join(_said(one) for one in value)
        case date() | time():
            return value_text(value)
    return str(value) if isinstance(value, PurePath) else ""
