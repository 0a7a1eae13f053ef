"""Models: the base from simulated batches, and a site's own from its logs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brewpi.cli.common import refuse, why_not
from training.cli.common import FOLDER, app, writable


@app.command()
def fit(
    out: Annotated[Path, typer.Option(help="model directory to write")],
    logs: Annotated[list[Path] | None, typer.Option(help="also train on the logs of this folder", **FOLDER)] = None,
    batches: Annotated[int, typer.Option(help="simulated batches", min=1)] = 96_000,
    epochs: Annotated[int, typer.Option(help="training epochs", min=1)] = 12,
    seed: Annotated[int, typer.Option(help="the same weights for the same seed", min=0)] = 20,
    golden: Annotated[Path | None, typer.Option(help="file for test vectors")] = None,
) -> None:
    """Train the base model on simulated batches."""
    from training.network.fit import Recipe
    from training.network.fit import fit as train

    writable(golden, (b"{",), "file of test vectors")
    out.mkdir(parents=True, exist_ok=True)
    card = train(out, Recipe(batches, epochs, seed, tuple(logs or ())), golden)
    for medium, score in card["held_out"].items():
        typer.echo(f"{medium:6} {score}")


@app.command()
def retrain(
    logs: Annotated[Path, typer.Option(help="folder of exports of one site, of any kind that predict reads")],
    base: Annotated[Path, typer.Option(help="model directory to start from")],
    out: Annotated[Path, typer.Option(help="model directory for the better one")],
    seed: Annotated[int, typer.Option(help="the same weights for the same seed", min=0)] = 1,
    report: Annotated[Path | None, typer.Option(help="page about it (default: report.html in --out)")] = None,
) -> None:
    """Retrain a model on a site's own logs, compare both on unseen batches, and write the better one."""
    writable(report, (b"<",), "page")
    if out.exists() and not out.is_dir():
        refuse(f"--out {out}: is a file; name a folder")
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
        refuse(f"{why_not(out, error)}; nothing was written")
