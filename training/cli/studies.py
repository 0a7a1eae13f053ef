"""Single questions, each with a figure in docs/model.md, docs/model-studies.md or docs/operator.md."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brewpi.cli.common import refuse
from training.cli.common import DASK, FOLDER, WORKERS, app, crew


@app.command()
def bayes_bound(
    model: Annotated[Path, typer.Option(help="model directory")],
    bank: Annotated[int, typer.Option(help="simulated batches to search for near ones", min=100)] = 60_000,
    prefixes: Annotated[int, typer.Option(help="held-out prefixes to judge", min=1)] = 300,
) -> None:
    """Estimate the best that any forecast could do on simulated batches, and how near the model is to it."""
    from training.studies.bayes_bound import bayes_bound as measure

    found = measure(model, bank, prefixes)
    low, high = found.ratio_95
    typer.echo(
        f"pinball {found.model_h:.2f} h, near-Bayes bound {found.bound_h:.2f} h from {found.bank} batches: "
        f"ratio {found.ratio:.3f} ({low:.3f}-{high:.3f}) on {found.prefixes} prefixes"
    )


@app.command()
def behavior(model: Annotated[Path, typer.Option(help="model directory")]) -> None:
    """Check how the model behaves: stuck batches, warmer or colder plans, batches unlike any it learnt from."""
    from training.studies.behavior_checks import behavior_checks as measure

    typer.echo(str(measure(model)))


@app.command()
def false_alarms(
    logs: Annotated[list[Path], typer.Option(help="folder of logs; several times", **FOLDER)],
    most: Annotated[int | None, typer.Option(help="batches of each folder, evenly spread; else all", min=1)] = None,
) -> None:
    """Count false alarms a batch-day: every alarm, run over logs of real batches."""
    from training.studies.false_alarms import study

    for name, counted in zip(("healthy", "others"), study(logs, most), strict=True):
        for line in counted.lines(name):
            typer.echo(line)


@app.command()
def retraining_benefit(
    logs: Annotated[Path, typer.Option(help="folder of plain logs of one site", **FOLDER)],
    base: Annotated[Path, typer.Option(help="model directory to start from")],
    share: Annotated[float, typer.Option(help="random share of batches to learn from", min=0.1, max=0.9)] = 0.5,
    splits: Annotated[int, typer.Option(help="random splits", min=1)] = 4,
    workers: Annotated[int, WORKERS] = 1,
    dask: Annotated[str | None, DASK] = None,
) -> None:
    """Estimate what retraining gains at a site, beside the base model and gradient boosting; writes nothing."""
    from brewpi.forecast.tflite_model import ModelError
    from training.studies.retraining_benefit import TooFew
    from training.studies.retraining_benefit import retraining_benefit as measure

    try:
        with crew(dask, workers) as spread:
            found = measure(base, logs, share, splits, spread)
    except (ModelError, TooFew, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(f"{found.teaching} batches teach, {splits} times")
    for line in found.lines():
        typer.echo(line)


@app.command()
def curve_families(
    groups: Annotated[Path, typer.Option(help="folder of folders of logs, one a site", **FOLDER)],
    without: Annotated[str | None, typer.Option(help="a folder to leave out")] = None,
) -> None:
    """Print the prior of the fitted curve (brewpi/forecast/curve_families.py) from finished logs."""
    from brewpi.registry import nearest
    from training.studies.families import SITES, module, sites
    from training.studies.families import families as measure

    known, folders = sites(groups), [folder for _, folder, _, _ in SITES]
    if without is not None and without not in folders:
        refuse(f"--without {without}: is none of the folders that are read{nearest(without, folders)}")
    if not known:
        refuse(f"{groups}: holds finished logs in none of the folders {', '.join(folders)}")
    typer.echo(module(measure(known, without)), nl=False)


@app.command()
def planned_rise(
    model: Annotated[Path, typer.Option(help="model directory")] = Path("models"),
    batches: Annotated[int, typer.Option(help="batches of each recipe", min=1)] = 12,
    recipe: Annotated[list[str] | None, typer.Option(help="a ready recipe with a rise; several times")] = None,
) -> None:
    """Measure how much a forecast gains from the recipe's planned temperature before a rise."""
    from brewpi.forecast.tflite_model import Model
    from training.studies.planned_rise import RISING, line, rises

    Model.load(model)
    for name in recipe or RISING:
        if name not in RISING:
            typer.echo(f"--recipe {name}: is one of {', '.join(RISING)}", err=True)
            raise typer.Exit(2)
        typer.echo(line([one for seed in range(batches) for one in rises(name, seed, model)]))
