"""The table of docs/recipes.md: what each condition waits for, from the first line of its file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module

from brewpi import generated_docs
from brewpi.control import conditions


def table() -> Iterator[str]:
    """Line by line."""
    yield "| condition | is met when |"
    yield "| --- | --- |"
    for kind, place in sorted(conditions.KINDS.items()):
        says = (import_module(place.partition(":")[0]).__doc__ or "").partition("\n")[0].removesuffix(".")
        yield f"| `{kind}` | {says[:1].lower()}{says[1:]} |"


def renewed(page: str) -> str:
    """A page with the table made anew. Raises ValueError where one of its marks is missing."""
    return generated_docs.renewed(page, "brewpi/control/conditions", table())


if __name__ == "__main__":
    sys.stdout.write(renewed(sys.stdin.read()))
