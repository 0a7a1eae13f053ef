"""What is no mistake in a config and hardly what was meant, or would be a mistake on the machine that runs it: said by
`brewpi check`, and by the service once at its start. Each is a sentence with its key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from brewpi import outbound
from brewpi.config.authority import overruled_probes, slow_probes
from brewpi.config.broker_checks import account_remarks, file_remarks
from brewpi.config.doubtful_values import doubtful_values, lost_record
from brewpi.config.options import Config, TankOptions
from brewpi.config.recipe_remarks import recipe_remarks
from brewpi.hardware.files import read_text
from brewpi.roles import ROLES
from brewpi.sensors import kind_of
from brewpi.store.foreign import why_foreign
from brewpi.store.options import StoreOptions
from brewpi.store.place import TwoRecords, located
from brewpi.toml_lines import key_of, numbered
from brewpi.toml_text import dotted

ONE_WIRE = "GPIO4"


def remarks(config: Config, folder: Path = Path()) -> Iterator[str]:
    """All of them, on the machine that runs it. folder: where the config lies."""
    yield from outbound.secret_problems(config.outbound)
    yield from remarks_of_service(config, folder)


def remarks_of_service(config: Config, folder: Path = Path()) -> Iterator[str]:
    """The same for the user of the service, who cannot read the secrets of `brewpi outbound`, and need not."""
    if (unusable := config.model.why_unusable()) is not None:
        option, why = unusable
        yield f"model.{option}: {why}; without it the curves forecast alone"
    yield from (f"store.path: {text}" for text in _record(config.store, folder))
    if config.mqtt is not None:
        yield from file_remarks(config.mqtt)
    yield from remarks_anywhere(config)


def remarks_anywhere(config: Config) -> Iterator[str]:
    """Those for which no file but the recipes is looked at."""
    yield from _one_wire(config)
    yield from (f"{key}: {why}" for key, output in config.every_output() if (why := output.on_at_boot()))
    yield from (f"store.path: {text}" for text in lost_record(config.store))
    for name, tank in config.tanks.items():
        yield from (f"{dotted('tanks', name)}.{text}" for text in _of_tank(tank))
    if config.mqtt is not None:
        yield from account_remarks(config.mqtt)


def with_lines(said: Iterable[str], text: str) -> list[str]:
    """Remarks, each with the line of its key in the text of the config."""
    sentences = list(said)
    return numbered(text, sentences, [key_of(sentence.partition(": ")[0]) for sentence in sentences])


def in_file(config: Config, path: Path, find: Callable[[Config, Path], Iterator[str]] = remarks) -> list[str]:
    """Those on a config that was read from a file, each with the file and the line."""
    said: Iterable[str] = list(find(config, path.absolute().parent))
    with suppress(OSError, ValueError):  # what it says is known, where it stands is not
        said = with_lines(said, read_text(path))
    return [f"{path.name}: {remark}" for remark in said]


def _record(options: StoreOptions, folder: Path) -> Iterator[str]:
    try:
        store, remark = located(options, folder)
    except TwoRecords as error:
        yield f"{error}; run refuses it"
        return
    if remark:
        yield remark
    why = why_foreign(store.path)
    if why is not None:
        yield f"{why}; run refuses it"
    yield from _no_record(store.path)


def _no_record(path: Path) -> Iterator[str]:
    """Where no file can be: the service would run, and remember nothing."""
    with suppress(OSError):  # not ours to look at; the record says it
        if path.is_dir():
            yield f"{path} is a folder, and nothing would be kept; name a file in it, {path}/brewpi.sqlite"
        for folder in path.parents:
            if folder.exists():
                if not folder.is_dir():
                    yield f"{folder} is a file, and nothing would be kept; name a folder that can be there"
                break


def _one_wire(config: Config) -> Iterator[str]:
    """GPIO4 beside DS18B20 probes: the kernel has it for their bus, unless the Pi's config.txt names another pin."""
    plugs = [
        (dotted("tanks", name, "sensors", plug), options)
        for name, tank in config.tanks.items()
        for plug, options in tank.sensors.items()
    ]
    if any(kind_of(options) == "ds18b20" for _, options in plugs):
        for key, options in (*plugs, *config.every_output()):
            if ONE_WIRE in (*options.pins(), *options.shares()):
                yield (
                    f"{key}: {ONE_WIRE} is the 1-wire bus of the DS18B20 probes, and cannot be used beside it; take"
                    " another pin, or move the bus with dtoverlay=w1-gpio,gpiopin=... in /boot/firmware/config.txt"
                )


def _of_tank(tank: TankOptions) -> Iterator[str]:
    yield from slow_probes(tank)
    yield from overruled_probes(tank)
    yield from recipe_remarks(tank)
    yield from doubtful_values(tank)
    if tank.dosing is not None and not any(row.table == "dosing" for row in map(ROLES.get, tank.outputs) if row):
        yield "dosing: there is no pump; what is given by hand is recorded. Is outputs.nutrient missing?"


