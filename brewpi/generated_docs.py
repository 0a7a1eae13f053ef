"""A part of a page of docs/ that is made from code: a tool reads the page, and writes it with that part anew. Pure."""

from __future__ import annotations

from collections.abc import Iterable

END = "<!-- end of what is made -->"


def renewed(page: str, source: str, lines: Iterable[str]) -> str:
    """The page with these lines between its mark for `source`, a path in the repository, and the end of what is made.
    Raises ValueError where a mark is missing."""
    begin = f"<!-- made by make docs from {source} -->"
    before = page.index(begin) + len(begin)
    return "\n".join([page[:before], *lines, page[page.index(END, before) :]])
