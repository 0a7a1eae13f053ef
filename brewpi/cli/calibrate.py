"""`brewpi calibrate`: what was measured, as the line that a config needs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from brewpi.cli.common import ConfigFile, app, refuse

NOTHING_TOLD = ": say what is true, --point READ=TRUE such as --point 1.051=1.048, --offset or --reference-c"


@app.command()
def calibrate(
    config: ConfigFile,
    sensor: Annotated[str, typer.Argument(metavar="TANK.SENSOR", help="Such as fv1.pill.")],
    quantity: Annotated[str, typer.Argument(metavar="QUANTITY", help="What it reads: sg, beer_c, ...")],
    point: Annotated[
        list[str] | None, typer.Option(metavar="READ=TRUE", help="One comparison; may be repeated.")
    ] = None,
    offset: Annotated[float | None, typer.Option(metavar="X", help="Add this to each reading.")] = None,
    degree: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=4, help="Fit a polynomial to the points (default: lines between them)."),
    ] = None,
    reference_c: Annotated[
        float | None,
        typer.Option("--reference-c", metavar="C", help="Temperature at which the hydrometer is right, °C."),
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Valid from (default: today).")] = None,
) -> None:
    """Work out a calibration from comparisons. Prints the line for the config; changes nothing."""
    from pydantic import ValidationError

    from brewpi.calibration import Calibration, fitted, line_of, loses_everything
    from brewpi.config.config import ConfigErrors, load
    from brewpi.registry import nearest
    from brewpi.validation import sentences

    try:
        cellar = load(config)
    except ConfigErrors as errors:
        refuse(*errors.told)
    pairs, day = [_pair(one) for one in point or []], _day(since)
    if pairs and offset is not None:
        refuse("--point and --offset say the same thing: leave one of them out")
    tank, _, name = sensor.partition(".")
    known = {f"{t}.{s}": plug for t, options in cellar.tanks.items() for s, plug in options.sensors.items()}
    if sensor not in known:
        refuse(f'{config.name}: has no sensor "{sensor}"{nearest(sensor, known)}')
    try:
        given = {"since": day, "offset": offset, "reference_c": reference_c}
        given = {word: value for word, value in given.items() if value is not None}
        how = Calibration.model_validate(given | fitted(sorted(pairs), degree))
        known[sensor].with_calibration(quantity, how)
    except ValidationError as error:
        nothing = not pairs and offset is None and reference_c is None
        found = sentences(error, type(known[sensor]), sensor, shows_input=True)
        refuse(*(f"{sentence}{NOTHING_TOLD if nothing else ''}" for sentence in found))
    except ValueError as error:
        refuse(f"{sensor}: {error}")
    if loses_everything(quantity, how):
        refuse(f"{sensor}: that moves every reading too far, and all would be left out; look at number and unit")
    for read, true in sorted(pairs):
        typer.echo(f"# reads {read:g}, is {true:g}, becomes {how.corrected(read):.5g}")
    typer.echo(f"# {config.name}, [tanks.{tank}.sensors]: in the braces of {name}, or a line of its own table")
    typer.echo(f"calibration = {{ {quantity} = {line_of(how)} }}")


def _pair(text: str) -> tuple[float, float]:
    """READ=TRUE, with either decimal sign."""
    read, _, true = text.replace(",", ".").partition("=")
    try:
        return float(read), float(true)
    except ValueError:
        refuse(f"--point {text}: a point is READ=TRUE, such as 1.051=1.048")


def _day(text: str | None) -> date:
    """Today where none is named."""
    try:
        return datetime.now(UTC).date() if text is None else date.fromisoformat(text)
    except ValueError:
        refuse(f"--since {text}: a day is YYYY-MM-DD, such as 2026-05-01")
