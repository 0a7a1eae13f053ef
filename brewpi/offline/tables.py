"""A table on a terminal, or where that is too narrow for all of its columns a few lines for each row."""

from __future__ import annotations

from collections.abc import Container, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

NAME_WIDTH = 10  # of the first column at the least; longer names are folded
BETWEEN = 2  # columns


def show(headings: Sequence[str], rows: Sequence[Sequence[str]], left: Container[str] = ()) -> None:
    """Print rows of text under their headings; left: those headings whose column stands to the left, as the first
    does. An empty cell is no line."""
    console = Console()
    columns = list(zip(headings, *rows, strict=True))
    widths = [NAME_WIDTH, *(max(map(len, column)) for column in columns[1:])]
    if sum(widths) + BETWEEN * len(widths) <= console.width:
        table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        table.add_column(headings[0], min_width=NAME_WIDTH, overflow="fold")
        for heading in headings[1:]:
            table.add_column(heading, justify="left" if heading in left else "right", no_wrap=True)
        for row in rows:
            table.add_row(*row)
        console.print(table)
        return
    for name, *cells in rows:
        print(name)
        for heading, cell in zip(headings[1:], cells, strict=True):
            if cell.strip():
                print(f"  {heading}: {cell}")
