"""Commands that take each option once: of two, one would count and the other be left out without a word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand

UsageError: Any = typer.BadParameter.__base__  # click's; where it lives differs between versions of typer


class TakesOnce(TyperCommand):
    """Options that may be repeated say so in the help; flags say the same twice."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises UsageError."""
        parser: Any = self.make_parser(ctx)
        _, _, order = parser.parse_args(args=list(args))
        given = [one for one in order if one.param_type_name == "option" and not one.multiple and not one.is_flag]
        for one in given:
            if given.count(one) > 1:
                raise UsageError(f"{one.opts[0]} is given twice; leave one of them out", ctx)
        parsed: list[str] = super().parse_args(ctx, args)
        return parsed


class AsUnitsSay(TyperCommand):
    """A service of systemd, whose unit a site adds options to: there the last counts, as everywhere in a unit."""


class Commands(typer.Typer):
    """A program, or a group of its commands."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """As typer's."""
        return super().command(name, **{"cls": TakesOnce, **options})
