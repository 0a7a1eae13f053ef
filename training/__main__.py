"""`python -m training COMMAND`: the laptop's half, from simulated batches to the scorecard on real ones."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from training import absent

try:
    import typer
except ModuleNotFoundError as error:
    absent(error)

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)


@app.command()
def simulate(
    batches: Annotated[int, typer.Option(help="how many batches to brew")] = 1000,
    seed: Annotated[int, typer.Option(help="the same logs for the same seed")] = 1,
    out: Annotated[Path, typer.Option(help="numpy archive to write")] = Path("logs.npz"),
) -> None:
    """Simulated fermentation logs into one file; its layout is in training/simulation/simulate.py."""
    from training.simulation.simulate import simulate as brew

    logs = brew(batches, seed)
    logs.save(out)
    typer.echo(f"{out}: {len(logs)} logs, {logs.hours.size} readings")


WORKERS = typer.Option(help="processes of this machine", min=1)
DASK = typer.Option(help="local, or tcp://HOST:8786: on Dask's scheduler (extra dask)")


@app.command()
def parts(
    out: Annotated[Path, typer.Option(help="folder of Parquet parts to write")],
    batches: Annotated[int, typer.Option(help="how many batches to brew", min=1)] = 10_000,
    seed: Annotated[int, typer.Option(help="the same files for the same seed")] = 1,
    model: Annotated[Path | None, typer.Option(help="also backtest what is shipped with this model")] = None,
    every: Annotated[int, typer.Option(help="asking about every so many batches", min=1)] = 50,
    workers: Annotated[int, WORKERS] = 2,
    dask: Annotated[str | None, DASK] = None,
) -> None:
    """Simulated batches, rows to learn from, and a backtest, a part at a time, on one machine or many."""
    from training.at_scale.pipeline import build

    with _crew(dask, workers) as spread:
        for part in build(spread, batches, seed, out, model, every):
            said = f", off by {part.loss_h:.2f} h (pinball, {part.asked} asked)" if part.loss_h is not None else ""
            typer.echo(f"part {part.number}: {part.batches} batches, {part.rows} rows, {part.peak_mb:.0f} MB{said}")


@app.command()
def search(
    parts: Annotated[Path, typer.Option(help="folder that `parts` wrote", exists=True, file_okay=False)],
    leaves: Annotated[str, typer.Option(help="of a tree, several by commas")] = "50,100,200",
    share: Annotated[str, typer.Option(help="of the features at a split, several by commas")] = "0.3,0.5",
    workers: Annotated[int, WORKERS] = 2,
    dask: Annotated[str | None, DASK] = None,
) -> None:
    """Settings of a forest, each judged on parts that it has not seen; the best first."""
    from training.at_scale.pipeline import search as look

    try:
        sizes, shares = [int(one) for one in leaves.split(",")], [float(one) for one in share.split(",")]
    except ValueError:
        typer.echo("--leaves and --share: numbers, several by commas, such as 50,100", err=True)
        raise typer.Exit(2) from None
    with _crew(dask, workers) as spread:
        for found in look(spread, parts, sizes, shares):
            typer.echo(f"leaves {found.leaves:4d}  share {found.share:.2f}  loss {found.loss:.4f}")


@app.command()
def scaling(
    out: Annotated[Path, typer.Option(help="folder for the parts, which are removed again")] = Path("scaling"),
    within: Annotated[float, typer.Option(help="seconds in all", min=1.0)] = 600.0,
    sizes: Annotated[str, typer.Option(help="batches, several by commas")] = "1000,3000,10000,30000,100000,300000",
    workers: Annotated[int, WORKERS] = 2,
    dask: Annotated[str | None, DASK] = None,
) -> None:
    """Time and memory of simulating and building rows, from few batches to many; says what there was no time for."""
    from training.studies.scaling import scaling as measure

    try:
        counts = [int(one) for one in sizes.split(",")]
    except ValueError:
        typer.echo("--sizes: numbers, several by commas, such as 1000,3000", err=True)
        raise typer.Exit(2) from None
    with _crew(dask, workers) as spread:
        for line in measure(spread, out, within, counts):
            typer.echo(str(line))


@contextmanager
def _crew(dask: str | None, workers: int) -> Iterator[Callable[..., Iterator[Any]]]:
    """Who works on Parquet parts; a sentence where they cannot."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        typer.echo("Parquet parts need an extra: pip install -e '.[dask]'", err=True)
        raise typer.Exit(2) from None
    with _workers(dask, workers) as spread:
        yield spread


@contextmanager
def _workers(dask: str | None, workers: int) -> Iterator[Callable[..., Iterator[Any]]]:
    """Who works; a sentence where they cannot."""
    from training.at_scale.workers import NoDask, on

    try:
        with on(dask, workers) as spread:
            yield spread
    except NoDask as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


@app.command()
def compare(
    logs: Annotated[list[Path], typer.Option(help="folder of logs of one site; several times")],
    out: Annotated[Path | None, typer.Option(help="picture to write")] = None,
) -> None:
    """Simulated logs beside real ones, before any training."""
    from training.evaluation.compare import compare as look

    typer.echo(look(logs, out))


@app.command()
def fit(
    out: Annotated[Path, typer.Option(help="model directory to write")],
    logs: Annotated[list[Path] | None, typer.Option(help="also train on the logs of this folder")] = None,
    batches: Annotated[int, typer.Option(help="simulated batches")] = 96_000,
    epochs: Annotated[int, typer.Option(help="passes over their prefixes")] = 12,
    seed: Annotated[int, typer.Option(help="the same weights for the same seed")] = 20,
    golden: Annotated[Path | None, typer.Option(help="write test vectors here")] = None,
) -> None:
    """The base model, from simulated batches."""
    from training.network.fit import Recipe
    from training.network.fit import fit as train

    card = train(out, Recipe(batches, epochs, seed, tuple(logs or ())), golden)
    for medium, score in card["held_out"].items():
        typer.echo(f"{medium:6} {score}")


@app.command()
def evaluate(
    model: Annotated[Path, typer.Option(help="model directory")],
    logs: Annotated[list[Path] | None, typer.Option(help="folder of logs of one site, a group")] = None,
    groups: Annotated[Path | None, typer.Option(help="folder of such folders: the whole table")] = None,
    share: Annotated[float, typer.Option(help="of the batches, the earlier, that teach the house")] = 0.6,
    retrain: Annotated[bool, typer.Option(help="also retrain ours on those")] = False,
    plots: Annotated[Path | None, typer.Option(help="folder for the pictures")] = None,
    json: Annotated[bool, typer.Option("--json", help="one object a group, a line each")] = False,
    workers: Annotated[int, WORKERS] = 2,
    dask: Annotated[str | None, DASK] = None,
) -> None:
    """The scorecard: ours beside all that a brewer could use instead."""
    from training.data.logs import folders_of
    from training.evaluation.scorecard import run

    folders = [*(logs or []), *(folders_of(groups) if groups else [])]
    with _workers(dask, workers) as spread:
        raise typer.Exit(run(model, folders, share, retrain, plots, json, spread))


@app.command()
def limit(
    model: Annotated[Path, typer.Option(help="model directory")],
    bank: Annotated[int, typer.Option(help="simulated batches to search")] = 60_000,
    prefixes: Annotated[int, typer.Option(help="held-out ones to judge")] = 300,
) -> None:
    """How near the model is to the best that any forecast could do on simulated batches."""
    from training.studies.bayes_bound import limit as measure

    found = measure(model, bank, prefixes)
    low, high = found.ratio_95
    typer.echo(
        f"pinball {found.model_h:.2f} h, near-Bayes limit {found.limit_h:.2f} h from {found.bank} batches: "
        f"ratio {found.ratio:.3f} ({low:.3f}-{high:.3f}) on {found.prefixes} prefixes"
    )


@app.command()
def manners(model: Annotated[Path, typer.Option(help="model directory")]) -> None:
    """Stuck batches, what-if by planned temperature, and distance, on held-out simulated batches."""
    from training.studies.behavior_checks import manners as measure

    typer.echo(str(measure(model)))


@app.command()
def alarms(
    logs: Annotated[list[Path], typer.Option(help="folder of logs; several times")],
    most: Annotated[int | None, typer.Option(help="batches of each folder, evenly (default: all)", min=1)] = None,
) -> None:
    """False alarms a batch-day by kind: every alarm, run over logs of real batches."""
    from training.studies.false_alarms import study

    missing = [folder for folder in logs if not folder.is_dir()]
    if missing:
        typer.echo(f"{missing[0]}: there is no such folder", err=True)
        raise typer.Exit(2)
    for name, counted in zip(("healthy", "others"), study(logs, most), strict=True):
        for line in counted.lines(name):
            typer.echo(line)


@app.command()
def retrain(
    logs: Annotated[Path, typer.Option(help="folder of exports of one site, of any kind that predict reads")],
    base: Annotated[Path, typer.Option(help="model directory to start from")],
    out: Annotated[Path, typer.Option(help="model directory for the winner")],
    seed: Annotated[int, typer.Option(help="the same weights for the same seed")] = 1,
    report: Annotated[Path | None, typer.Option(help="page about it (default: report.html in --out)")] = None,
) -> None:
    """Champion and challenger on the brewer's own logs; writes the winner."""
    from brewpi.forecast.tflite_model import ModelError
    from brewpi.importers import files_in
    from training.site_retraining.in_words import in_words
    from training.site_retraining.progress import bar
    from training.site_retraining.report import html
    from training.site_retraining.retrain import retrain as learn

    try:
        with bar(sum(1 for _ in files_in(logs))) as progress:
            found = learn(logs, base, out, seed, typer.echo, progress)
        for line in in_words(found):
            typer.echo(line)
        if found.verdict:
            typer.echo(str(found.verdict))
        page = report or out / "report.html"
        page.write_text(html(found, logs), encoding="utf-8")
        typer.echo(f"{out}: the model, for [model] directory; {page}: all that was read, drawn, and what would help")
    except ModelError as error:
        typer.echo(f"--base: {error}", err=True)
        raise typer.Exit(2) from None
    except OSError as error:
        typer.echo(f"{error.filename or out}: {error.strerror}; nothing was written", err=True)
        raise typer.Exit(2) from None


@app.command()
def worth(
    logs: Annotated[Path, typer.Option(help="folder of plain logs of one site")],
    base: Annotated[Path, typer.Option(help="model directory to start from")],
    share: Annotated[float, typer.Option(help="of the batches, drawn at random, that teach", min=0.1, max=0.9)] = 0.5,
    splits: Annotated[int, typer.Option(help="how many times", min=1)] = 4,
    workers: Annotated[int, WORKERS] = 1,
    dask: Annotated[str | None, DASK] = None,
) -> None:
    """What retraining is worth at a site, beside the base and gradient boosting; writes nothing."""
    from brewpi.forecast.tflite_model import ModelError
    from training.studies.retraining_benefit import TooFew
    from training.studies.retraining_benefit import worth as measure

    try:
        with _workers(dask, workers) as spread:
            found = measure(base, logs, share, splits, spread)
    except (ModelError, TooFew, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(f"{found.teaching} batches teach, {splits} times")
    for line in found.lines():
        typer.echo(line)


@app.command()
def families(
    groups: Annotated[Path, typer.Option(help="folder of folders of logs, one a site")],
    without: Annotated[str | None, typer.Option(help="a folder to leave out")] = None,
) -> None:
    """The prior of the fitted curve, brewpi/forecast/curve_families.py, from finished logs: sums, no log."""
    from training.studies.families import families as measure
    from training.studies.families import module, sites

    typer.echo(module(measure(sites(groups), without)), nl=False)


@app.command()
def done(
    groups: Annotated[Path, typer.Option(help="folder of folders of logs, one a site", exists=True, file_okay=False)],
    model: Annotated[Path, typer.Option(help="model directory")] = Path("models"),
) -> None:
    """How often "done" was said too early and how long after completion, at every reading of every log; who sticks."""
    from training.evaluation.done import HEAD, stuck
    from training.evaluation.done import done as measure

    typer.echo(HEAD)
    for found in measure(model, groups):
        typer.echo(found.line())
    typer.echo(stuck(model, groups))


@app.command()
def tellings(
    groups: Annotated[Path, typer.Option(help="folder of folders of logs, one a site")],
    model: Annotated[Path, typer.Option(help="model directory")] = Path("models"),
    left_out: Annotated[bool, typer.Option("--left-out", help="each site by curves that never saw it")] = False,
    who: Annotated[str, typer.Option(help="both, network or curves")] = "both",
    save: Annotated[Path | None, typer.Option(help="keep the losses for a later run")] = None,
    against: Annotated[Path | None, typer.Option(help="losses that a run before kept")] = None,
) -> None:
    """Told nothing, the medium, all: loss, cover, final gravity and false "done" by kind of log, within a minute."""
    from training.evaluation.tellings import FORECASTERS, report
    from training.evaluation.tellings import tellings as measure

    if who not in FORECASTERS or not groups.is_dir():
        typer.echo(f"--who is {', '.join(FORECASTERS)}; --groups is a folder", err=True)
        raise typer.Exit(2)
    for line in report(measure(model, groups, left_out, who), save, against):
        typer.echo(line)


@app.command()
def rise(
    model: Annotated[Path, typer.Option(help="model directory")] = Path("models"),
    batches: Annotated[int, typer.Option(help="of each recipe", min=1)] = 12,
    recipe: Annotated[list[str] | None, typer.Option(help="ready recipes with a rise; several times")] = None,
) -> None:
    """What the recipe's planned temperature is worth to a forecast that is made before the tank is let rise."""
    from training.studies.planned_rise import RISING, line, rises

    for name in recipe or RISING:
        if name not in RISING:
            typer.echo(f"--recipe {name}: is one of {', '.join(RISING)}", err=True)
            raise typer.Exit(2)
        typer.echo(line([one for seed in range(batches) for one in rises(name, seed, model)]))


def main() -> None:
    """The front door."""
    try:
        app()
    except ModuleNotFoundError as error:
        absent(error)


if __name__ == "__main__":
    main()
