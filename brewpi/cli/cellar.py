"""Commands about a cellar and its config: run it, check it, look around it."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from brewpi.cli.common import ConfigFile, app, log_to_stderr, only_over, refuse


@app.command()
def run(config: ConfigFile) -> None:
    """Run the service: read sensors, forecast, drive outputs. Every output is off when it ends."""
    from brewpi.config.config import ConfigErrors, load
    from brewpi.service import daemon

    log_to_stderr()
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    try:
        daemon.run(load(config), config)
    except ConfigErrors as errors:
        refuse(*errors.told)
    except daemon.CannotStart as error:
        refuse(*str(error).splitlines())
    daemon.end_process()


@app.command()
def off(config: ConfigFile) -> None:
    """Put every output of a config into its safe state. Use it after a crash."""
    from brewpi.config.config import ConfigErrors, load
    from brewpi.hardware.lock import Taken, lock_config
    from brewpi.service import safe_state

    try:
        failed = safe_state.off(load(config))
    except ConfigErrors as errors:
        refuse(*errors.told)
    try:
        with lock_config(config):
            pass
    except Taken as taken:
        failed.append(f"{taken}, or it switches them on again")
    for sentence in failed:
        print(sentence, file=sys.stderr)
    if failed:
        raise typer.Exit(1)
    typer.echo("every output is off")


@app.command()
def check(config: ConfigFile) -> None:
    """Check a config and list every mistake. Touches no hardware."""
    from brewpi.config import authority
    from brewpi.config.config import ConfigErrors, load
    from brewpi.config.remarks import in_file
    from brewpi.config.shared_checks import described
    from brewpi.toml_text import dotted

    try:
        cellar = load(config)
    except ConfigErrors as errors:
        refuse(*errors.told)
    for name, tank in cellar.tanks.items():
        control = f"holds {tank.temperature.target_c:g} °C" if tank.temperature else "is watched only"
        sensors, outputs = ", ".join(tank.sensors) or "none", ", ".join(tank.outputs) or "none"
        typer.echo(f"{name}: {tank.volume_l:g} l, {control}; sensors: {sensors}; outputs: {outputs}")
        for line in authority.table(tank):
            typer.echo(line)
    for line in described(cellar):
        typer.echo(line)
    for name, way in cellar.outbound.items():
        typer.echo(f"{dotted('outbound', name)}: {way.about()}; sent by brewpi outbound")
    for remark in in_file(cellar, config):
        print(remark, file=sys.stderr)
    typer.echo(f"{config.name}: no mistake found")


@app.command()
def devices(
    config: Annotated[
        Path | None, typer.Argument(metavar="CONFIG", help="Config: marks what it uses, and asks its broker.")
    ] = None,
    listen: Annotated[
        float, typer.Option(min=0.5, max=3600.0, metavar="S", help="Seconds to listen for hydrometers.")
    ] = 20.0,
) -> None:
    """List the probes, hydrometers and free pins found here. Each is a line to copy into a config."""
    from brewpi.config.config import ConfigErrors, load
    from brewpi.hardware.ble import Scanner
    from brewpi.mqtt import Mqtt
    from brewpi.offline.devices import report

    try:
        cellar = load(config) if config else None
    except ConfigErrors as errors:
        refuse(*errors.told)
    typer.echo(report(cellar, (cellar and cellar.mqtt) or Mqtt(), listen, Scanner()))


@app.command()
def wiring(
    config: ConfigFile,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="File to write (default: standard output).")
    ] = None,
) -> None:
    """Draw the Pi's header with every wire of a config, as SVG."""
    from brewpi.config.config import ConfigErrors, load
    from brewpi.hardware.files import replace_text
    from brewpi.offline.wiring import wiring as draw

    try:
        drawing = draw(load(config))
    except ConfigErrors as errors:
        refuse(*errors.told)
    if out is None:
        typer.echo(drawing.encode(), nl=False)  # a file in UTF-8, whatever the terminal writes
        return
    try:
        only_over(out, lambda begins: begins.lstrip().startswith((b"<svg", b"<?xml")), "drawing")
        replace_text(out, drawing, mode=0o644)
    except OSError as error:
        refuse(f"{out}: cannot be written ({error.strerror})")
