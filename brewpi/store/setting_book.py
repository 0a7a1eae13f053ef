"""What operators changed: settings of the tanks and of the site, on the disk as soon as it can, and all at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from brewpi.store.database import Statement
from brewpi.store.rows import SETTING, Rows, setting_of, setting_row


class SettingBook:
    """later: has a statement written as soon as the disk can; read: what of a table can be true."""

    def __init__(self, later: Callable[[Statement], None], read: Rows) -> None:
        self.later, self.read = later, read
        self._known: dict[tuple[str, str], tuple[Any, float]] = {}  # by tank and key: value, and when it was set

    def reload(self) -> None:
        """Those of the file."""
        self._known = dict(self.read("setting", setting_of, "SELECT tank, key, value, at FROM setting"))

    def of_tank(self, tank: str) -> dict[str, Any]:
        """Every setting of a tank (of the site: tank "")."""
        return {key: value for (owner, key), (value, _) in self._known.items() if owner == tank}

    def set(self, tank: str, key: str, value: Any, now: float) -> None:
        """Change one to anything JSON can say."""
        self._known[tank, key] = (value, now)
        self.later((SETTING, setting_row(tank, key, value, now)))

    def put_right(self, of: Callable[[Any], Any]) -> None:
        """The times within them, which `of` puts right."""
        for (tank, key), (value, at) in list(self._known.items()):
            if of(value) != value:
                self.set(tank, key, of(value), at)

    def rows(self) -> Iterator[Statement]:
        """All of them, for an empty file."""
        return ((SETTING, setting_row(*key, *known)) for key, known in self._known.items())
