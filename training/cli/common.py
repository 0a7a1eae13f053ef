"""The program that every command belongs to, the names that commands had before, and who works for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import typer

from brewpi.cli.common import OneSentence, only_over, refuse, why_not
from brewpi.hardware.files import check_replaceable

EARLIER = {
    "limit": "bayes-bound", "manners": "behavior", "alarms": "false-alarms", "worth": "retraining-benefit",
    "families": "curve-families", "rise": "planned-rise", "tellings": "ablation",
}  # fmt: skip
WORKERS = typer.Option(help="processes on this machine", min=1)
FOLDER: dict[str, Any] = {"exists": True, "file_okay": False}  # of an option: a folder that is there
DASK = typer.Option(help="run on Dask: local, or a scheduler's address, tcp://HOST:8786 (extra dask)")


class WithEarlierNames(OneSentence):
    """Commands by their names of today; the earlier ones are still understood. What is wrong is one sentence."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        """Run a command; a folder or file that cannot be used, and a model that is none, is wrong input."""
        from brewpi.forecast import ModelError

        try:
            return super().invoke(ctx)
        except ModelError as error:
            refuse(str(error))
        except OSError as error:
            if error.filename is None:
                raise
            refuse(why_not("", error))

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


def nothing_in(groups: Path) -> NoReturn:
    """Say that the folders of a folder hold nothing to be judged by."""
    refuse(f"{groups}: holds no folder with a complete log; it needs a folder for each site")


def writable(file: Path | None, begins: tuple[bytes, ...], what: str) -> None:
    """Refuse a file that cannot be written, or is of another kind, before hours of work go into it. begins: how one of
    this kind does."""
    if file is not None:
        only_over(file, lambda beginning: beginning.lstrip().startswith(begins), what)
        check_replaceable(file)


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
