"""The brewer's TOML -> validated options, or every mistake in it at once, a sentence each.

Nothing here touches the world: a config can be checked on a laptop. The daemon never writes the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from brewpi import outbound, outputs, recipes, sensors
from brewpi.config.belonging import belonging, other_writing
from brewpi.config.board import BoardOptions
from brewpi.config.checks import cross_check
from brewpi.config.options import NAME
from brewpi.config.options import Config as Config
from brewpi.config.options import TankOptions as TankOptions
from brewpi.config.places import placed
from brewpi.config.renamed import in_todays_names
from brewpi.control.shared import Shared
from brewpi.forecast import forecaster
from brewpi.forecast.forecaster import DEFAULT_KIND, ForecasterOptions
from brewpi.forecast.network_and_curves import NetworkAndCurves
from brewpi.hardware.files import not_utf8, read_text
from brewpi.mqtt import Mqtt
from brewpi.registry import load as load_kind
from brewpi.registry import with_installed
from brewpi.sanitize import clean_text
from brewpi.toml_file import NotToml, parse_toml
from brewpi.toml_lines import Key, key_of, numbered
from brewpi.toml_text import dotted, key_text
from brewpi.validation import from_toml, given, sentences

Model = TypeVar("Model", bound=BaseModel)

LONGEST_SENTENCE = 900  # characters


class ConfigErrors(Exception):
    """All that is wrong with a config: `sentences`, each with file, key and remedy; `told`: the same, with the line of
    each key where the text is at hand; `keys`: of each its words, if any."""

    def __init__(self, sentences: list[str], keys: Sequence[Key] = (), told: Sequence[str] = ()) -> None:
        self.sentences = [clean_text(sentence, LONGEST_SENTENCE) for sentence in sentences]
        self.keys = (*keys, *[()] * (len(sentences) - len(keys)))
        self.told = [clean_text(sentence, LONGEST_SENTENCE) for sentence in told] or self.sentences
        super().__init__("\n".join(self.sentences))

    def in_text(self, text: str) -> ConfigErrors:
        """With the lines of a text."""
        self.told = numbered(text, self.told, self.keys)
        return self


def load(path: Path) -> Config:
    """Read and check a config file; what its paths name is beside it, see `places.py`.

    Raises ConfigErrors with every mistake found, in the order of the file.
    """
    folder, text = path.absolute().parent, _text(path)
    try:
        return placed(loads(text, path.name, folder), folder)
    except ConfigErrors as errors:
        raise errors.in_text(text) from None


def load_board(path: Path) -> tuple[Mqtt, BoardOptions]:
    """What a config says of broker and board; it need have no tanks, for a board on another machine.

    The account at the broker is the board's own. Raises ConfigErrors.
    """
    problems, text = Problems(path.name), _text(path)
    data = _toml(text, path.name)
    mqtt = problems.validate(Mqtt, data.get("mqtt", {}), "mqtt")
    board = problems.validate(BoardOptions, data.get("dashboard", {}), "dashboard")
    if mqtt is None or board is None:
        raise problems.errors().in_text(text)
    mqtt = mqtt.model_copy(update={"username": None, "password_file": None})
    return placed(mqtt, path.absolute().parent, "mqtt"), placed(board, path.absolute().parent, "dashboard")


def loads(text: str, file: str, folder: Path = Path(), moved: Mapping[Path, Path] = MappingProxyType({})) -> Config:
    """Check the text of a config; `file` is what the sentences of ConfigErrors call it, `folder` where its recipes
    lie; moved: recipes that are not there yet, and where they are."""
    problems = Problems(file)
    config = _parse(_toml(text, file), problems, lambda recipe: moved.get(folder / recipe, folder / recipe))
    for sentence in cross_check(config):
        problems.say("", sentence, key_of(sentence.partition(": ")[0]))
    if problems.sentences:
        raise problems.errors()
    return config


def _text(path: Path) -> str:
    try:
        return read_text(path)
    except FileNotFoundError:
        raise ConfigErrors([f"{path}: no such file; deploy/cellar.example.toml is one to start from"]) from None
    except UnicodeDecodeError as error:
        raise ConfigErrors([f"{path}: {not_utf8(error)}"]) from None
    except OSError as error:
        raise ConfigErrors([f"{path}: cannot be read ({error.strerror}); it has to be a text file"]) from None


def _toml(text: str, file: str) -> dict[str, Any]:
    try:
        return parse_toml(text)
    except NotToml as error:
        raise ConfigErrors(error.of(file)) from None


class Problems:
    """Collects what is wrong while validation goes on."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.sentences: list[str] = []
        self.keys: list[Key] = []
        self.told: list[str] = []

    def say(self, key: str, text: str, words: Key | None = None, told: str = "") -> None:
        """One mistake at one key. words: of the key, where `key` does not say them; told: the text with more."""
        where = f"{self.file}: {key}: " if key else f"{self.file}: "
        self.sentences.append(where + text)
        self.keys.append(key_of(key) if words is None else words)
        self.told.append(where + (told or text))

    def errors(self) -> ConfigErrors:
        """All of them."""
        return ConfigErrors(self.sentences, self.keys, self.told)

    def validate(self, model: type[Model], data: Any, key: str) -> Model | None:
        """The model, or None after saying all that is wrong with the data."""
        try:
            return from_toml(model, in_todays_names(data))
        except ValidationError as error:
            shown = not issubclass(model, outbound.OutboundOptions)  # of a way out: it may hold a secret
            also = ("kind",) if issubclass(model, _PLUGS) else ()
            details = error.errors(include_url=False)
            there = partial(belonging, key)
            said = sentences(details, model, key, shows_input=shown, also=also, elsewhere=there)
            for sentence, detail in zip(said, details, strict=True):
                self.say("", sentence, (*key_of(key), *(word for word in detail["loc"] if word != "[key]")))
            return None


_PLUGS = (sensors.SensorOptions, outputs.OutputOptions, outbound.OutboundOptions, ForecasterOptions)


def _parse(data: dict[str, Any], problems: Problems, place: Callable[[str], Path]) -> Config:
    """The config, with the tanks in which nothing is wrong so far."""
    tanks, ways, model = data.pop("tanks", None), data.pop("outbound", {}), data.pop("model", {})
    shared = data.pop("shared", {})
    config = problems.validate(Config, data, "") or Config.model_construct()
    config = config.model_copy(update={
        "model": _forecaster(model, problems) or NetworkAndCurves(),
        "outbound": _plugs("outbound", "outbound", outbound.KINDS, ways, problems),
        "shared": _shared(shared, problems),
    })  # fmt: skip
    if not isinstance(tanks, dict) or not tanks:
        listed = "; [[tanks]] is a list, which has no names" if isinstance(tanks, list) else ""
        problems.say("", f"has no tank; add a table [tanks.fv1]{listed}")
        return config
    nameless = [name for name, table in tanks.items() if name in TankOptions.model_fields and not _is_tank(table)]
    if nameless:
        problems.say("tanks", f"{nameless[0]} is of one tank, and every tank has a name; write [tanks.fv1] above it")
        return config
    parsed: dict[str, TankOptions] = {}
    for name, table in tanks.items():
        before = len(problems.sentences)
        tank = _tank(name, table, problems, place)
        if tank is not None and len(problems.sentences) == before:
            parsed[name] = tank
    return config.model_copy(update={"tanks": parsed})


def _is_tank(table: Any) -> bool:
    return isinstance(table, dict) and any(option in TankOptions.model_fields for option in table)


def _tank(name: str, table: Any, problems: Problems, place: Callable[[str], Path]) -> TankOptions | None:
    key = dotted("tanks", name)
    if not re.fullmatch(NAME, name):
        problems.say(key, "a tank's name is made of a-z, 0-9, - and _, for it goes into MQTT topics")
    if not isinstance(table, dict):
        problems.say(key, f"has to be a table [{key}]")
        return None
    table = dict(table)
    plugs: dict[str, Any] = {
        group: _plugs(f"{key}.{group}", group, kinds, table.pop(group, {}), problems)
        for group, kinds in (("sensors", sensors.KINDS), ("outputs", outputs.KINDS))
    }
    tank = problems.validate(TankOptions, table, key)
    if tank is None:
        return None
    if tank.recipe is not None:
        word = str(place(tank.recipe)) if recipes.is_file(tank.recipe) else tank.recipe
        plugs["recipe"] = word
        try:
            recipes.load(word)
        except recipes.BadRecipe as error:
            for sentence, told in zip(error.sentences, error.told, strict=True):
                problems.say(f"{key}.recipe", sentence, () if told != sentence else None, told)  # a line of its own
    return tank.model_copy(update=plugs)


def _shared(tables: Any, problems: Problems) -> dict[str, Shared]:
    """Outputs that several tanks rely on, each with its own table `output`."""
    if not isinstance(tables, dict):
        problems.say("shared", "has to be a table of tables, [shared.<name>]")
        return {}
    found: dict[str, Shared] = {}
    for name, table in tables.items():
        key = dotted("shared", name)
        if not re.fullmatch(NAME, name):
            problems.say(key, "the name of a shared output is made of a-z, 0-9, - and _")
        elif not isinstance(table, dict):
            problems.say(key, f"has to be a table [{key}]")
        else:
            plug = _plugs(key, "outputs", outputs.KINDS, {"output": table.get("output", {})}, problems).get("output")
            options = problems.validate(Shared, {k: v for k, v in table.items() if k != "output"}, key)
            if plug is not None and options is not None:
                found[name] = options.model_copy(update={"output": plug})
    return found


def _plugs(key: str, group: str, own: Mapping[str, str], tables: Any, problems: Problems) -> dict[str, Any]:
    """Each named table validated by the options model of its `kind`; the bad ones are said and left out."""
    kinds = with_installed(group, own)
    if not isinstance(tables, dict):
        problems.say(key, f"has to be a table of tables, [{key}.<name>]")
        return {}
    shown = group != "outbound"  # it may be a secret
    plugs = {name: _plug(f"{key}.{key_text(name)}", kinds, table, problems, shown) for name, table in tables.items()}
    return {name: plug for name, plug in plugs.items() if plug is not None}


def _forecaster(table: Any, problems: Problems) -> ForecasterOptions | None:
    """What `[model]` names; ours where it names none."""
    if not isinstance(table, dict):
        problems.say("model", "has to be a table [model]")
        return None
    kinds = with_installed("forecasters", forecaster.KINDS)
    found = _plug("model", kinds, {"kind": DEFAULT_KIND, **table}, problems)
    if found is None or isinstance(found, ForecasterOptions):
        return found
    problems.say("model", f'kind "{table["kind"]}" is {type(found).__name__}, which does not forecast')
    return None


def _plug(key: str, kinds: Mapping[str, str], table: Any, problems: Problems, shown: bool = True) -> BaseModel | None:
    """A table validated by the options model of its `kind`, or None after saying what is wrong; shown: whether what
    stands in its place may be repeated."""
    if not isinstance(table, dict):
        known = f"known: {', '.join(sorted(kinds))}"
        elsewhere = None if table in list(kinds) else belonging(key, key.rpartition(".")[2])
        text = f'should be a table with "kind"; {elsewhere or known}'
        problems.say(key, given(table, text) if shown else text)
        return None
    if "kind" not in table:
        problems.say(key, f'option "kind" is missing; known: {", ".join(sorted(kinds))}')
        return None
    options = {option: value for option, value in table.items() if option != "kind"}
    try:
        model = load_kind(kinds, table["kind"])
    except KeyError as error:
        other = other_writing(table["kind"], kinds)
        problems.say(key, f'unknown kind "{table["kind"]}"; {other}' if other else str(error.args[0]))
        return None
    if not issubclass(model, _PLUGS):
        problems.say(key, f'kind "{table["kind"]}" is {kinds[table["kind"]]}, which has no options of a plug')
        return None
    return problems.validate(model, options, key)
