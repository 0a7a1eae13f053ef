"""Commands that need no Pi: logs of past batches, and simulated tanks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from brewpi.cli.common import ConfigFile, GravityUnit, Json, app, refuse, why_not
from brewpi.media import Medium
from brewpi.units import meant_in_f, original_gravity

if TYPE_CHECKING:
    from brewpi.forecast.forecaster import ForecasterOptions

HOLDS_C = -2.0, 45.0


def known_og(value: float | None) -> float | None:
    """Of an option. Raises typer.BadParameter, which is exit status 2."""
    try:
        return None if value is None else original_gravity(value)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def known_hold(value: float | None) -> float | None:
    """A temperature that a beer is held at, °C. Raises typer.BadParameter."""
    if value is None or HOLDS_C[0] <= value <= HOLDS_C[1]:
        return value
    hint = meant_in_f(value, HOLDS_C[1])
    low, high = HOLDS_C
    raise typer.BadParameter(f"{value:g} is not in {low:g} to {high:g} °C" + (f"; {hint}" if hint else ""))


@app.command()
def simulate(
    config: ConfigFile,
    days: Annotated[float, typer.Option(metavar="DAYS", min=0.01, max=365.0, help="Days to simulate.")] = 14.0,
    seed: Annotated[int, typer.Option(metavar="N", help="Random seed; the same seed gives the same run.")] = 1,
    yes: Annotated[bool, typer.Option("--yes", help="Confirm every question, draining included.")] = False,
    store: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep a record, as the service does, for replay --store.")
    ] = None,
    json: Json = False,
) -> None:
    """Try a config on simulated tanks, days in seconds. Recipe and interlocks are the real ones."""
    from brewpi.config.config import ConfigErrors, load
    from brewpi.offline import simulate

    if store is not None and (store.exists() or not store.absolute().parent.is_dir()):
        refuse(f"{store}: {'is there already' if store.exists() else 'its folder is not there'}; name a new file")
    try:
        simulate.simulate(load(config), days, seed, json, obliging=yes, record=store)
    except ConfigErrors as errors:
        refuse(*errors.told)


@app.command()
def replay(
    config: Annotated[Path | None, typer.Argument(metavar="CONFIG", help="The TOML file of the cellar.")] = None,
    log: Annotated[Path | None, typer.Argument(metavar="LOG", help="The log of a past batch.")] = None,
    tank: Annotated[
        str | None, typer.Option(metavar="TANK", help="Tank whose rules apply (default: the first).")
    ] = None,
    store: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Replay this record of the service instead of a log.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="With --store: from when on, in UTC (default: all).")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="TIME", help="With --store: until when, in UTC.")] = None,
    unit: Annotated[
        GravityUnit | None, typer.Option(case_sensitive=False, help="Unit of gravity in the log.")
    ] = None,
    batch: Annotated[
        str | None, typer.Option(metavar="NAME", help="The batch to take, where the file holds several.")
    ] = None,
    json: Json = False,
) -> None:
    """Decide a past batch, or a record, again by today's rules. Shows what today's model and rules would have
    said and done.

    With --store the record's own config applies unless CONFIG is given; the status is 1 where a decision differs.
    """
    if store is not None:
        if log is not None:
            refuse("a record is replayed or a log, not both: leave out LOG or --store")
        from brewpi.cli.record import replay_record

        replay_record(store, tank, (since, until), config, json)
        return
    if since is not None or until is not None:
        refuse("--from and --to are for a record: add --store FILE")
    if config is None or log is None:
        refuse("say which config and which log, or which record with --store FILE; see brewpi replay --help")
    from brewpi.config.config import ConfigErrors, load
    from brewpi.importers import LogError, read
    from brewpi.offline import replay
    from brewpi.registry import nearest

    try:
        cellar, past = load(config), read(log, unit, batch)
    except ConfigErrors as errors:
        refuse(*errors.told)
    except LogError as error:
        refuse(str(error))
    name = next(iter(cellar.tanks)) if tank is None else tank
    if name not in cellar.tanks:
        refuse(f'{config.name}: has no tank "{name}"{nearest(name, cellar.tanks)}')
    replay.replay(cellar, name, past, json)


@app.command()
def predict(
    logs: Annotated[list[Path], typer.Argument(metavar="LOG...", readable=False, help="Logs, or folders of logs.")],
    at: Annotated[
        str | None, typer.Option(metavar="H1,H2,...", help="Hours since pitching (default: the last reading).")
    ] = None,
    og: Annotated[
        float | None, typer.Option(metavar="SG", callback=known_og, help="Original gravity in SG, 1.0 to 1.2.")
    ] = None,
    unit: Annotated[
        GravityUnit | None, typer.Option(case_sensitive=False, help="Unit of gravity, where the log does not say.")
    ] = None,
    temp_unit: Annotated[
        Literal["c", "f"] | None,
        typer.Option(case_sensitive=False, help="Unit of temperature, where the log does not say."),
    ] = None,
    batch: Annotated[
        str | None, typer.Option(metavar="NAME", help="The batch to take, where a file holds several.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Model directory (default: the shipped model).")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="CONFIG", help="Forecast with what [model] in this config names.")
    ] = None,
    medium: Annotated[
        Medium | None,
        typer.Option(
            case_sensitive=False, help="What ferments (default: what the log says, else what its curve looks like)."
        ),
    ] = None,
    hold: Annotated[
        float | None,
        typer.Option(metavar="C", callback=known_hold, help="Forecast as if the beer were held at C °C, -2 to 45."),
    ] = None,
    json: Json = False,
) -> None:
    """Forecast from its log when a batch completes. Gives the median and an 80 % interval."""
    from brewpi.forecast.network_and_curves import NetworkAndCurves
    from brewpi.importers import Answers
    from brewpi.offline.predict import predict as forecast

    try:
        at_h = [float(hours) for hours in at.split(",")] if at is not None else []
    except ValueError:
        at_h = [-1.0]
    if any(not 0.0 <= hours < 100_000.0 for hours in at_h):
        refuse(f"--at {at}: give elapsed hours, such as --at 24,48.5")
    if at_h != sorted(at_h):
        hours = " h and ".join(f"{one:g}" for one in at_h)
        typer.echo(f"--at {at}: taken as {hours} h; a comma stands between two hours, a decimal has a point", err=True)
    if config and model:
        refuse("--config names the model already; leave out --model")
    options = _forecaster_of(config) if config else NetworkAndCurves(directory=model)
    answers = Answers(unit, temp_unit, og)
    raise typer.Exit(forecast(logs, at_h, og, answers, options, json, hold, batch, medium))


def _forecaster_of(config: Path) -> ForecasterOptions:
    from brewpi.config.config import ConfigErrors, load

    try:
        return load(config).model
    except ConfigErrors as errors:
        refuse(*errors.told)


@app.command("import")
def import_(
    logs: Annotated[
        list[Path], typer.Argument(metavar="FILE...", readable=False, help="Logs of any kind, or folders of them.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the plain logs.")],
    unit: Annotated[
        GravityUnit | None, typer.Option(case_sensitive=False, help="Unit of gravity, where the files do not say.")
    ] = None,
    temp_unit: Annotated[
        Literal["c", "f"] | None,
        typer.Option(case_sensitive=False, help="Unit of temperature, where the files do not say."),
    ] = None,
    og: Annotated[
        float | None, typer.Option(metavar="SG", callback=known_og, help="Original gravity in SG, 1.0 to 1.2.")
    ] = None,
    batch: Annotated[
        str | None, typer.Option(metavar="NAME", help="The batch to take, where a file holds several.")
    ] = None,
) -> None:
    """Convert logs of any kind to the plain form. Shows what was understood; on a terminal it asks where
    something is unclear."""
    from brewpi.importers import Answers
    from brewpi.offline.import_logs import CannotImport, import_logs

    ask = (lambda question: typer.prompt(question, default="", show_default=False)) if sys.stdin.isatty() else None
    try:
        raise typer.Exit(import_logs(logs, out, Answers(unit, temp_unit, og), batch, ask))
    except CannotImport as error:
        refuse(str(error))
    except OSError as error:
        if error.filename is None:  # no room: the group's own sentence
            raise
        refuse(why_not(out, error))
