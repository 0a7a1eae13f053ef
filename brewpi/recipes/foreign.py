"""A recipe of another program, as far as a fermentation needs it: gravities, the yeast with its range, the steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from brewpi.units import sg_from_plato

MEDIA = {"cider": "cider", "mead": "mead", "wine": "wine"}


@dataclass(frozen=True)
class FermentationStep:
    """A temperature for so many days; None: until the batch is ended."""

    name: str
    target_c: float
    days: float | None
    ramp_days: float | None = None


@dataclass(frozen=True)
class ForeignRecipe:
    """What was understood of one recipe, and what was not."""

    name: str
    og: float | None = None
    fg: float | None = None
    style: str | None = None
    yeast: str | None = None
    yeast_low_c: float | None = None
    yeast_high_c: float | None = None
    attenuation: float | None = None
    medium: str = "beer"
    steps: Sequence[FermentationStep] = ()
    notes: Sequence[str] = field(default=())

    @property
    def expected_attenuation(self) -> float | None:
        """Apparent, from the gravities, else from the yeast."""
        if self.og and self.fg and self.og > 1.005:
            return (self.og - self.fg) / (self.og - 1.0)
        return self.attenuation


CHECKS: Sequence[tuple[str, Callable[[float], bool], str]] = (
    ("og", lambda value: 1.0 <= value <= 1.2, "original gravity"),
    ("fg", lambda value: 0.97 <= value <= 1.15, "final gravity"),
    ("yeast_low_c", lambda value: -2.0 <= value <= 45.0, "the yeast's lowest temperature"),
    ("yeast_high_c", lambda value: -2.0 <= value <= 45.0, "the yeast's highest temperature"),
    ("attenuation", lambda value: 0.2 < value <= 1.2, "the yeast's attenuation"),
)


def judged(recipe: ForeignRecipe, yeasts: int) -> ForeignRecipe:
    """Without what cannot be true; what is absent, left out or more than one is said."""
    notes, left_out = list(recipe.notes), dict[str, Any]()
    for key, can_be, words in CHECKS:
        value = getattr(recipe, key)
        if value is not None and not can_be(value):
            notes.append(f"{words} of {value:g} cannot be true: left out")
            left_out[key] = None
    recipe = replace(recipe, **left_out)
    steps = [step for step in recipe.steps if -2.0 <= step.target_c <= 45.0]
    notes += [f'step "{s.name}" at {s.target_c:g} °C cannot be held: left out' for s in recipe.steps if s not in steps]
    notes += [f'step "{s.name}" does not say how long: ends after an hour' for s in steps[:-1] if not s.days]
    if recipe.og is None:
        notes.append("no original gravity: say it with start_batch")
    if recipe.fg is None and recipe.expected_attenuation is None:
        notes.append("no final gravity and no attenuation: the usual one is assumed")
    if recipe.fg is not None and recipe.og is not None and recipe.fg >= recipe.og:
        notes.append(f"a final gravity of {recipe.fg:.3f} is not below the original one: left out")
        recipe = replace(recipe, fg=None)
    if yeasts > 1:
        notes.append(f"{yeasts} yeasts: the first one counts")
    if not steps:
        notes.append("no fermentation steps: the tank holds its own target")
    return replace(recipe, steps=steps, notes=tuple(notes))


def number(text: str | None) -> float | None:
    """The number at the head of a text such as "1,050 SG" or "18.0 C"."""
    found = re.match(r"\s*(-?\d+(?:[.,]\d+)?)", text or "")
    return float(found[1].replace(",", ".")) if found else None


def sg_of(value: float | None, text: str | None) -> float | None:
    """A gravity as SG; 12.5 and 1050 are told from 1.050 by their size, as none can be another."""
    if value is None or value <= 0.0:
        return None
    if 990.0 <= value <= 1200.0:
        return value / 1000.0
    if value >= 2.0 or (text and re.search(r"plato|°p\b|brix", text.lower())):
        return float(sg_from_plato(value)) if value <= 45.0 else value
    return value


def medium_of(*texts: str | None) -> str:
    """What ferments, by the words of type and style."""
    words = " ".join(word or "" for word in texts).lower()
    return next((medium for word, medium in MEDIA.items() if word in words and "barley" not in words), "beer")


def joined(*parts: str | None) -> str | None:
    """Laboratory, product and name, each once."""
    kept: list[str] = []
    for part in parts:
        if part and part.lower() not in " ".join(kept).lower():
            kept.append(part)
    return " ".join(kept) or None
