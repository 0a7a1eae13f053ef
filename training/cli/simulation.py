"""Simulated batches: as logs, as rows to learn from, a part at a time on one machine or many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from brewpi.cli.common import refuse
from training.cli.common import DASK, FOLDER, WORKERS, app, crew, writable


@app.command()
def simulate(
    batches: Annotated[int, typer.Option(help="how many batches to simulate", min=1)] = 1000,
    seed: Annotated[int, typer.Option(help="the same logs for the same seed", min=0)] = 1,
    out: Annotated[Path, typer.Option(help="numpy archive to write")] = Path("logs.npz"),
) -> None:
    """Simulate fermentation logs and write them into one file (layout: training/simulation/simulate.py)."""
    from training.simulation.simulate import simulate as brew

    writable(out, (b"PK",), "numpy archive")
    logs = brew(batches, seed)
    logs.save(out)
    typer.echo(f"{out}: {len(logs)} logs, {logs.hours.size} readings")


@app.command()
def parts(
    out: Annotated[Path, typer.Option(help="folder of Parquet parts to write")],
    batches: Annotated[int, typer.Option(help="how many batches to simulate", min=1)] = 10_000,
    seed: Annotated[int, typer.Option(help="the same files for the same seed", min=0)] = 1,
    model: Annotated[Path | None, typer.Option(help="also backtest what is shipped with this model", **FOLDER)] = None,
    every: Annotated[int, typer.Option(help="backtest one of so many batches", min=1)] = 50,
    workers: Annotated[int, WORKERS] = 2,
    dask: Annotated[str | None, DASK] = None,
) -> None:
    """Simulate batches and build training rows, a part at a time, on one machine or many; can backtest a model."""
    from training.data.pipeline import build

    with _crew(dask, workers) as spread:
        for part in build(spread, batches, seed, out, model, every):
            off_by = f", off by {part.loss_h:.2f} h (pinball, {part.asked} asked)" if part.loss_h is not None else ""
            typer.echo(f"part {part.number}: {part.batches} batches, {part.rows} rows, {part.peak_mb:.0f} MB{off_by}")


@app.command()
def search(
    parts: Annotated[Path, typer.Option(help="folder that `parts` wrote", **FOLDER)],
    leaves: Annotated[str, typer.Option(help="leaves of a tree; several by commas")] = "50,100,200",
    share: Annotated[str, typer.Option(help="share of the features tried at a split; several by commas")] = "0.3,0.5",
    workers: Annotated[int, WORKERS] = 2,
    dask: Annotated[str | None, DASK] = None,
) -> None:
    """Search the settings of a random forest, each judged on parts that it has not seen; prints the best first."""
    from training.data.partitions import ROWS, parts_of
    from training.data.pipeline import search as look

    try:
        sizes, shares = [int(one) for one in leaves.split(",")], [float(one) for one in share.split(",")]
    except ValueError:
        typer.echo("--leaves and --share: numbers, several by commas, such as 50,100", err=True)
        raise typer.Exit(2) from None
    if not parts_of(parts, ROWS):
        refuse(f"{parts}: holds no parts; python -m training parts --out {parts} writes some")
    with _crew(dask, workers) as spread:
        for found in look(spread, parts, sizes, shares):
            typer.echo(f"leaves {found.leaves:4d}  share {found.share:.2f}  loss {found.loss:.4f}")


@app.command()
def scaling(
    out: Annotated[Path, typer.Option(help="folder for the parts, which are removed again")] = Path("scaling"),
    within: Annotated[float, typer.Option(help="time limit in seconds", min=1.0)] = 600.0,
    sizes: Annotated[str, typer.Option(help="batches; several by commas")] = "1000,3000,10000,30000,100000,300000",
    workers: Annotated[int, WORKERS] = 2,
    dask: Annotated[str | None, DASK] = None,
) -> None:
    """Measure time and memory of simulating and building rows, from few batches to many."""
    from training.studies.scaling import scaling as measure

    try:
        counts = [int(one) for one in sizes.split(",")]
        if min(counts) < 1:
            raise ValueError
    except ValueError:
        typer.echo("--sizes: numbers, several by commas, such as 1000,3000", err=True)
        raise typer.Exit(2) from None
    with _crew(dask, workers) as spread:
        for line in measure(spread, out, within, counts):
            typer.echo(str(line))


@contextmanager
def _crew(dask: str | None, workers: int) -> Iterator[Callable[..., Iterator[Any]]]:
    """Those who work on Parquet parts; leaves with a sentence where they cannot be had."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        typer.echo("Parquet parts need an extra: pip install -e '.[dask]'", err=True)
        raise typer.Exit(2) from None
    with crew(dask, workers) as spread:
        yield spread
