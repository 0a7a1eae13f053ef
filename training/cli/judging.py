"""Forecasts judged on logs of real batches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from brewpi.cli.common import refuse
from training.cli.common import DASK, FOLDER, WORKERS, app, crew, nothing_in, writable

PICTURES = (b"\x89PNG", b"%PDF", b"<", b"\xff\xd8")


@app.command()
def compare(
    logs: Annotated[list[Path], typer.Option(help="folder of logs of one site; several times", **FOLDER)],
    out: Annotated[Path | None, typer.Option(help="picture to write")] = None,
) -> None:
    """Compare simulated logs with real ones."""
    from training.evaluation.compare import compare as look

    writable(out, PICTURES, "picture")
    typer.echo(look(logs, out))


@app.command()
def evaluate(
    model: Annotated[Path, typer.Option(help="model directory")],
    logs: Annotated[
        list[Path] | None, typer.Option(help="folder of logs of one site; several times", **FOLDER)
    ] = None,
    groups: Annotated[Path | None, typer.Option(help="folder of such folders", **FOLDER)] = None,
    share: Annotated[
        float, typer.Option(help="share of the batches, the earliest, to learn from", min=0.1, max=0.9)
    ] = 0.6,
    retrain: Annotated[bool, typer.Option(help="also retrain the model on those")] = False,
    plots: Annotated[Path | None, typer.Option(help="folder for the pictures")] = None,
    json: Annotated[bool, typer.Option("--json", help="print one JSON object a line, one for each site")] = False,
    workers: Annotated[int, WORKERS] = 2,
    dask: Annotated[str | None, DASK] = None,
) -> None:
    """Print the scorecard: the model beside simpler forecasts, on logs of real batches."""
    from training.data.logs import folders_of
    from training.evaluation.scorecard import run

    folders = [*(logs or []), *(folders_of(groups) if groups else [])]
    with crew(dask, workers) as spread:
        raise typer.Exit(run(model, folders, share, retrain, plots, json, spread))


@app.command()
def done(
    groups: Annotated[Path, typer.Option(help="folder of folders of logs, one a site", **FOLDER)],
    model: Annotated[Path, typer.Option(help="model directory")] = Path("models"),
) -> None:
    """Count how often "done" is said too early, and how late otherwise, at every reading of every log."""
    from training.evaluation.done import HEAD, stuck
    from training.evaluation.done import done as measure

    found = measure(model, groups)
    if not found:
        nothing_in(groups)
    typer.echo("\n".join([HEAD, *(one.line() for one in found)]))
    typer.echo(stuck(model, groups))


@app.command()
def ablation(
    groups: Annotated[Path, typer.Option(help="folder of folders of logs, one a site", **FOLDER)],
    model: Annotated[Path, typer.Option(help="model directory")] = Path("models"),
    left_out: Annotated[bool, typer.Option("--left-out", help="judge each site by curves fitted without it")] = False,
    who: Annotated[str, typer.Option(help="which forecaster: both, network or curves")] = "both",
    draw: Annotated[
        float, typer.Option(help="other curves of the same families: 0 to 1, shipped 0.5", min=0.0, max=1.0)
    ] = 0.5,
    slower: Annotated[float, typer.Option(help="how many times longer every batch takes", min=0.25, max=4.0)] = 1.0,
    save: Annotated[Path | None, typer.Option(help="file in which to keep the losses for a later run")] = None,
    against: Annotated[
        Path | None, typer.Option(help="compare with losses that an earlier run kept", exists=True, dir_okay=False)
    ] = None,
) -> None:
    """Compare forecasts that know nothing, the medium or everything about a batch, by kind of log."""
    from training.evaluation.ablation import FORECASTERS, report
    from training.evaluation.ablation import ablation as measure

    if who not in FORECASTERS:
        refuse(f"--who {who}: is none of {', '.join(FORECASTERS)}")
    writable(save, (b"{",), "file of losses")
    try:
        json.loads(against.read_text(encoding="utf-8") if against else "{}")
    except ValueError:
        refuse(f"--against {against}: is no file of losses that --save wrote")
    scores = measure(model, groups, left_out, who, draw, slower)
    if not scores:
        nothing_in(groups)
    for line in report(scores, save, against):
        typer.echo(line)
