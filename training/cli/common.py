"""The program that every command belongs to, the names that commands had before, and who works for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperGroup

EARLIER = {
    "limit": "bayes-bound", "manners": "behavior", "alarms": "false-alarms", "worth": "retraining-benefit",
    "families": "curve-families", "rise": "planned-rise", "tellings": "ablation",
}  # fmt: skip
WORKERS = typer.Option(help="processes on this machine", min=1)
DASK = typer.Option(help="run on Dask: local, or a scheduler's address, tcp://HOST:8786 (extra dask)")


class WithEarlierNames(TyperGroup):
    """Commands by their names of today; the earlier ones are still understood."""

    def get_command(self, ctx: typer.Context, cmd_name: str) -> object:  # type: ignore[override]
        """The command of that name, or None."""
        return super().get_command(ctx, EARLIER.get(cmd_name, cmd_name))


app = typer.Typer(
    cls=WithEarlierNames,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="The laptop's half: simulated batches, training, and the scorecard on real logs.",
)


@contextmanager
def crew(dask: str | None, workers: int) -> Iterator[Callable[..., Iterator[Any]]]:
    """The processes or machines that work; leaves with a sentence where they cannot be had."""
    from training.data.workers import NoDask, on

    try:
        with on(dask, workers) as spread:
            yield spread
    except NoDask as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
