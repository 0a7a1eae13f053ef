"""The latest answer to a question, kept as long as it is asked about the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Latest(Generic[Answer]):
    """Of one question. What cannot be answered is asked again."""

    def __init__(self) -> None:
        self._known: tuple[tuple[object, ...], Answer] | None = None

    def of(self, key: tuple[object, ...], answer: Callable[[], Answer]) -> Answer:
        """The answer for this key, worked out where the last one was for another."""
        if self._known is None or self._known[0] != key:
            self._known = key, answer()
        return self._known[1]
