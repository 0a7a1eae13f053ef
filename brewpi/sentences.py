"""What people are told: English text that remembers what it was made of, so that others can say it in their language.

    Sentence("beer at {beer_c:.1f} of {target_c:.1f} °C", beer_c=19.1, target_c=19.0)

is the string "beer at 19.1 of 19.0 °C" everywhere, and travels over MQTT with its key and its values beside it. A value
bears its unit in its name, as everywhere: `_c` is a temperature, `_delta_c` a difference, `sg` a gravity, `_delta_sg` a
difference. It may be a sentence itself. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class Sentence(str):
    """The text in English; `key`: its template, as `str.format` reads it; `values`: what stands in it."""

    key: str
    values: Mapping[str, object]

    def __new__(cls, key: str, **values: object) -> Sentence:
        """Raises KeyError or ValueError where template and values do not fit: a mistake of ours, not of people."""
        made = super().__new__(cls, key.format(**values) if values else key)
        made.key, made.values = key, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        return (self.key,), dict(self.values)

    def message(self) -> dict[str, Any]:
        """Key and values, as JSON has them."""
        return {"key": self.key, "values": {name: _plain(value) for name, value in self.values.items()}}


def joined(separator: str, parts: Sequence[str]) -> Sentence:
    """Several sentences as one; each keeps what it is made of."""
    key = separator.join(f"{{a{n}}}" for n in range(len(parts)))
    return Sentence(key, **{f"a{n}": part for n, part in enumerate(parts)})


def message_of(text: str | None) -> dict[str, Any] | None:
    """Key and values of a text; None for one that nobody made that way."""
    return text.message() if isinstance(text, Sentence) else None


def counted(number: int, thing: str) -> str:
    """"1 tank", "2 tanks": for a thing whose plural is an s."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def spoken(seconds: float) -> str:
    """A duration as a person says it: "40 s", "12 min" (full minutes), "5.2 h", "3 days"."""
    if seconds < 60.0:
        return Sentence("{seconds:.0f} s", seconds=seconds)
    if seconds < 7200.0:
        return Sentence("{minutes:.0f} min", minutes=seconds // 60.0)
    if seconds < 172_800.0:
        hours = round(seconds / 3600.0, 1)
        return Sentence("{hours:.0f} h" if hours == round(hours) else "{hours:.1f} h", hours=hours)
    return Sentence("{days:.0f} days", days=seconds / 86_400.0)


def _plain(value: object) -> object:
    if isinstance(value, Sentence):
        return value.message()
    if isinstance(value, bool) or value is None:
        return str(value)
    if not isinstance(value, int | float):
        return str(value)
    size = abs(value)
    return round(float(value), 6 if size < 10.0 else 4 if size < 100.0 else 3)  # gravities; degrees; hours
