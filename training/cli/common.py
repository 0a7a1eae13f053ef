"""The program that every command belongs to, and the names that commands had before."""

from __future__ import annotations

import typer
from typer.core import TyperGroup

EARLIER = {
    "limit": "bayes-bound", "manners": "behavior", "alarms": "false-alarms", "worth": "retraining-benefit",
    "families": "curve-families", "rise": "planned-rise", "tellings": "ablation",
}  # fmt: skip


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
