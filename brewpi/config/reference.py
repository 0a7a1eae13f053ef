"""docs/config.md and docs/recipes-reference.md, made from the models that check a config and a recipe:
`python -m brewpi.config.reference [recipes]`."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from brewpi import outbound, outputs, sensors
from brewpi.config.board import BoardOptions
from brewpi.config.options import Config, TankOptions
from brewpi.control import conditions
from brewpi.control.dosing import Dosing
from brewpi.control.drain import Draining
from brewpi.control.limits import Limits
from brewpi.control.nutrients import Nutrients
from brewpi.control.procedure import Facts, Procedure, Step, Transfer
from brewpi.control.shared import Shared
from brewpi.control.temperature import Temperature
from brewpi.forecast import forecaster
from brewpi.forecast.forecaster import ForecasterOptions
from brewpi.mqtt import Mqtt
from brewpi.registry import load
from brewpi.sensors.messages.formats import FORMATS
from brewpi.store import StoreOptions

PREFACE = """\
# The config, word by word

Made by `make docs` from the code that checks a config; do not edit. `deploy/cellar.example.toml` is one to start from,
`brewpi check CONFIG` names every mistake in yours. A word that is not on this page stops the start, with the nearest
right one. The shortest config that does something:

```toml
site = "riverside"

[tanks.fv1]
volume_l = 500

[tanks.fv1.sensors]
beer = { kind = "ds18b20", id = "28-0316a2794eff" }

[tanks.fv1.outputs]
cool = { kind = "relay", pin = 27, compressor = true }

[tanks.fv1.temperature]
target_c = 19.0
```

Units are in the names: `_s` seconds, `_h` hours, `_c` °C, `_l` litres. "Needed" has no default.
"""
RECIPE_PREFACE = """\
# Recipes, word by word

Made by `make docs` from the code that checks a recipe; do not edit. [recipes.md](recipes.md) explains what a recipe is
and how to write one. A recipe is a TOML file of its own; a tank names it in its `recipe`. A word that is not on this
page stops the start, with the nearest right one.
"""
CONDITIONS_NOTE = """\
A step's `until` is a condition, or several combined by `all` and `any`, which may hold each other. A measurement that
is missing or too old never meets a condition. Every condition has this option:
"""
RECIPE_TABLES: dict[str, type[BaseModel]] = {
    "The top of the file": Procedure,
    "[batch]": Facts,
    "[[steps]]": Step,
    "transfer": Transfer,
    "[nutrients]": Nutrients,
}
OUTBOUND_NOTE = """\
What is sent to phones and other services, by a process of its own, `brewpi outbound CONFIG`
([outbound.md](outbound.md)). Secrets
never stand in the config. Every kind has these options:"""
FORECASTER_NOTE = f"""\
What forecasts. `kind` may be left out: it is `{forecaster.DEFAULT_KIND}` then. Every kind has these options:"""
FORMAT_NOTE = "The formats of `topic`. Where messages do not say their unit, `unit` is needed."
TABLES: dict[str, type[BaseModel]] = {
    "The top of the file": Config,
    "[mqtt]": Mqtt,
    "[store]": StoreOptions,
    "[dashboard]": BoardOptions,
    "[shared.NAME]": Shared,
    "[tanks.NAME]": TankOptions,
    "[tanks.NAME.temperature]": Temperature,
    "[tanks.NAME.limits]": Limits,
    "[tanks.NAME.dosing]": Dosing,
    "[tanks.NAME.draining]": Draining,
}
PLUGS: dict[str, tuple[Mapping[str, str], type[BaseModel]]] = {
    "sensors": (sensors.KINDS, sensors.SensorOptions),
    "outputs": (outputs.KINDS, outputs.OutputOptions),
}
UNITS = {
    "_mg_l": "mg/l", "_mg_l_per_batch": "mg/l", "_mg_ml": "mg/ml", "_ml": "ml", "_ml_per_dose": "ml",
    "_ml_per_day": "ml", "hours": "h", "_c_per_h": "°C/h", "ml_per_s": "ml/s", "bar_per_v": "bar/V", "_s": "s",
    "_h": "h", "_c": "°C", "_l": "l", "_days": "days", "_v": "V", "_bar": "bar", "_cm": "cm", "_sg": "SG",
}  # fmt: skip
HEADER = ("option", "type", "unit", "default", "bounds", "meaning")


def pages() -> Iterator[str]:
    """The reference, block by block."""
    yield PREFACE
    for title, model in TABLES.items():
        heading = title if title[0] != "[" else f"`{title}`"
        yield f"## {heading}\n\n{_about(model)}\n\n{_options(model)}"
    for group, (kinds, common) in PLUGS.items():
        yield f"## `[tanks.NAME.{group}]`\n\nEvery kind of {group[:-1]} has these options:\n\n{_options(common)}"
        for kind in sorted(kinds):
            yield _kind(group, kind, load(kinds, kind), common)
    yield f"## `[model]`\n\n{FORECASTER_NOTE}\n\n{_options(ForecasterOptions)}"
    for kind in sorted(forecaster.KINDS):
        yield _kind("model", kind, load(forecaster.KINDS, kind), ForecasterOptions)
    yield f"## `[outbound.NAME]`\n\n{OUTBOUND_NOTE}\n\n{_options(outbound.OutboundOptions)}"
    for kind in sorted(outbound.KINDS):
        yield _kind("outbound", kind, load(outbound.KINDS, kind), outbound.OutboundOptions)
    yield f"## Formats of hydrometers\n\n{FORMAT_NOTE}\n\n{_formats()}"


def recipe_pages() -> Iterator[str]:
    """The reference of recipes, block by block."""
    yield RECIPE_PREFACE
    for title, model in RECIPE_TABLES.items():
        heading = title if title[0] == "T" else f"`{title}`"
        yield f"## {heading}\n\n{_about(model)}\n\n{_options(model)}"
    yield f"## Conditions\n\n{CONDITIONS_NOTE}\n{_options(conditions.Condition)}"
    for kind in sorted(conditions.KINDS):
        model = load(conditions.KINDS, kind)
        about = f"{_first(inspect.getmodule(model))}. {inspect.getdoc(model.evaluate)}"
        example = f"```toml\nuntil = {model.example}\n```"
        own = _options(model, beside=conditions.Condition)
        yield "\n\n".join(part for part in (f"### `{kind}`", about, example, own) if part)


def _kind(group: str, kind: str, model: Any, common: type[BaseModel]) -> str:
    """One kind of plug: what it is, a line to copy, and the options that are its own or differ."""
    table = f"tanks.fv1.{group}" if group in PLUGS else group
    example = f"```toml\n[{table}]\n{model.example}\n```"
    own = _options(model, beside=common)
    return "\n\n".join(part for part in (f"### `{kind}`", _about(model), example, own) if part)


def _about(model: type[BaseModel]) -> str:
    """Its docstring, which is its documentation; the table that it begins with is in the heading."""
    text = inspect.cleandoc(model.__doc__ or "")
    table, _, rest = text.partition("]`: ")
    return rest[0].upper() + rest[1:] if rest and table.startswith("`[") else text


def _options(model: type[BaseModel], beside: type[BaseModel] | None = None) -> str:
    """A table of options; of a kind, without those that are the same for every kind."""
    known = _properties(beside) if beside else {}
    needed = model.model_json_schema().get("required", ())
    rows = [
        (f"`{name}`", _type(spec), _unit(name), "needed" if name in needed else _default(model, name), _bounds(spec),
         str(spec.get("description", "")))
        for name, spec in _properties(model).items()
        if known.get(name) != spec
    ]  # fmt: skip
    return _table(HEADER, rows) if rows else ""


def _properties(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """Each option as its JSON schema, the null of "may be absent" taken away."""
    found = {}
    for name, spec in model.model_json_schema().get("properties", {}).items():
        real = [choice for choice in spec.get("anyOf", ()) if choice.get("type") != "null"]
        found[name] = {**spec, **(real[0] if real else {})}
    return found


def _type(spec: Mapping[str, Any]) -> str:
    if "enum" in spec:
        return ", ".join(f'`"{word}"`' for word in spec["enum"])
    if "const" in spec:
        return f'`"{spec["const"]}"`'
    if "$ref" in spec or not spec.keys() & {"type", "anyOf"}:
        return "table"
    match spec.get("type"):
        case "array":
            return f"list of {_type(spec['items'])}"
        case "object":
            return "tables"
        case "string":
            return "path" if spec.get("format") == "path" else "text"
        case word:
            return {"number": "number", "integer": "whole number", "boolean": "true or false"}[str(word)]


def _unit(name: str) -> str:
    return next((unit for ending, unit in UNITS.items() if name.endswith(ending)), "")


def _default(model: type[BaseModel], name: str) -> str:
    value = model.model_fields[name].get_default(call_default_factory=True)
    match value:
        case None | () | {} | BaseModel():
            return ""
        case bool():
            return f"`{str(value).lower()}`"
        case float() | int():
            return f"{value:,g}".replace(",", "") if value < 1e6 else f"{value:.0f}"
        case tuple():
            return "`[" + ", ".join(f"{word:g}" if isinstance(word, float) else f'"{word}"' for word in value) + "]`"
        case _:
            return f'`"{value}"`'


def _bounds(spec: Mapping[str, Any]) -> str:
    if "pattern" in spec:
        return f"`{spec['pattern']}`"
    low, above = spec.get("minimum"), spec.get("exclusiveMinimum")
    high, below = spec.get("maximum"), spec.get("exclusiveMaximum")
    left = f"{low:.15g}" if low is not None else f"above {above:.15g}" if above is not None else ""
    right = f"{high:.15g}" if high is not None else f"below {below:.15g}" if below is not None else ""
    return f"{left} to {right}" if left and right else left or right


def _formats() -> str:
    rows = []
    for word, form in FORMATS.items():
        about = "; one topic a field" if form.by_field else ""
        extras = ", ".join(f"`{name}`" for name in form.extras)
        rows.append((f"`{word}`", _first(form.parse) + about, "in the message" if form.says_unit else "`unit`", extras))
    return _table(("format", "what it is", "gravity's unit", "also heard"), rows)


def _first(documented: object) -> str:
    return (inspect.getdoc(documented) or "").splitlines()[0].rstrip(".")


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Markdown; a bar inside a cell would end it."""
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def reference() -> str:
    """All of docs/config.md."""
    return "\n\n".join(page.strip() for page in pages()) + "\n"


def recipes_reference() -> str:
    """All of docs/recipes-reference.md."""
    return "\n\n".join(page.strip() for page in recipe_pages()) + "\n"


if __name__ == "__main__":
    print(recipes_reference() if "recipes" in sys.argv[1:] else reference(), end="")
