"""Commands that take each option once, and no empty name: of two, one would count and the other be left out without a
word; an empty name, such as that of a variable nobody has set, would be the folder that one happens to be in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand

UsageError: Any = typer.BadParameter.__base__  # click's; where it lives differs between versions of typer


class NamesFiles(TyperCommand):
    """A file or folder has a name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises UsageError."""
        parser: Any = self.make_parser(ctx)
        typed, _, _ = parser.parse_args(args=list(args))
        parsed: list[str] = super().parse_args(ctx, args)
        for one in self.params:
            if _holds(typed.get(one.name), lambda word: word == "") and _holds(ctx.params.get(one.name), _is_path):
                named = one.opts[0] if one.param_type_name == "option" else str(one.metavar).removesuffix("...")
                raise UsageError(f'{named} is an empty name (""); name a file or folder, "." for this folder', ctx)
        return parsed


def _holds(value: object, wanted: Callable[[object], bool]) -> bool:
    return any(map(wanted, value)) if isinstance(value, list | tuple) else wanted(value)


def _is_path(value: object) -> bool:
    return isinstance(value, Path)


class TakesOnce(NamesFiles):
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


class AsUnitsSay(NamesFiles):
    """A service of systemd, whose unit a site adds options to: there the last counts, as everywhere in a unit."""


class Commands(typer.Typer):
    """A program, or a group of its commands."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """As typer's."""
        return super().command(name, **{"cls": TakesOnce, **options})
