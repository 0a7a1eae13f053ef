"""A recipe of another program, as far as a fermentation needs it: gravities, the yeast with its range, the steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from brewpi.units import SPELLED, sg_from_plato, unit_word

LONGEST_DAYS = 365.0  # of a step: a year in the barrel
COLDEST_C, HOTTEST_C = -2.0, 45.0  # of a step, and of what yeast bears
NEAR_C = 5.0  # beyond the range of its maker a yeast still works
LAGER_C = (7.0, 15.0)  # of a lager yeast that does not say its own
KVEIK_C = 35.0  # no other yeast is meant to be so warm
WATER_SG = 1.002  # no wort is so thin: programs write 1.000 for a gravity that nobody entered
UNCLEAR = 28.0, 45.0  # a strong mead in °P, or a table beer in points
LEAST_FALLEN = 0.6  # of the extract, what is left at the end at the most
PLATO = re.compile(r"plato|°\s*p\b|brix|°\s*bx")
POINTS = re.compile(r"\b(?:points?|pts?|gu|punkte?)\b")
HOUR_DAYS = 1 / 24
DAYS = {
    "second": 1 / 86_400, "minute": 1 / 1440, "hour": HOUR_DAYS, "hr": HOUR_DAYS, "day": 1.0, "week": 7.0,
    "wk": 7.0, "month": 30.0,
    "sekunden": 1 / 86_400, "minuten": 1 / 1440, "stunden": HOUR_DAYS, "std": HOUR_DAYS, "tagen": 1.0, "wochen": 7.0,
    "monaten": 30.0, "heures": HOUR_DAYS, "jours": 1.0, "semaines": 7.0, "mois": 30.0,
    "horas": HOUR_DAYS, "días": 1.0, "dias": 1.0, "semanas": 7.0, "meses": 30.0,
}  # fmt: skip
ABOUT = r"\s*(?:[~≈]|ca?\.|ca\b|circa|etwa|env\.|about|approx(?:\.|imately)?)?\s*"
SCALES = ("c", "f", "k", "kelvin")
NUMBER = r"[-+−]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][-+]?\d+)?"
NO_WINE = re.compile(r"\b(?:barley|wheat|rye|oat)[ -]*wine|\bwine[ -](?:barrel|cask|yeast)")
MEDIA = {"cider": "cider", "mead": "mead", "wine": "wine"}


@dataclass(frozen=True)
class FermentationStep:
    """A temperature (None: as before) for so many days (None: until the batch is ended)."""

    name: str
    target_c: float | None
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
    is_lager: bool = False

    @property
    def is_understood(self) -> bool:
        """Whether it says anything of a fermentation."""
        return any((self.og, self.fg, self.yeast, self.steps))

    @property
    def expected_attenuation(self) -> float | None:
        """Apparent, from the gravities, else from the yeast."""
        if self.og and self.fg and self.og > 1.005:
            return (self.og - self.fg) / (self.og - 1.0)
        return self.attenuation


CHECKS: Sequence[tuple[str, Callable[[float], bool], str]] = (
    ("og", lambda value: WATER_SG < value <= 1.2, "original gravity"),
    ("fg", lambda value: 0.97 <= value <= 1.15, "final gravity"),
    ("yeast_low_c", lambda value: COLDEST_C <= value <= HOTTEST_C, "the yeast's lowest temperature"),
    ("yeast_high_c", lambda value: COLDEST_C <= value <= HOTTEST_C, "the yeast's highest temperature"),
    ("attenuation", lambda value: 0.2 < value <= 1.2, "the yeast's attenuation"),
)


def judged(recipe: ForeignRecipe, yeasts: int) -> ForeignRecipe:
    """Without what cannot be true; what is absent, left out or more than one is said."""
    notes, left_out = list(recipe.notes), dict[str, Any]()
    low_c, high_c = in_celsius([recipe.yeast_low_c, recipe.yeast_high_c])
    if low_c is not None and high_c is not None and low_c >= high_c:
        if (low_c, high_c) != (0.0, 0.0):  # which programs write where nobody entered any
            notes.append(f"the yeast's range of {low_c:g} to {high_c:g} °C is none: left out")
        low_c = high_c = None
    recipe = replace(recipe, yeast_low_c=low_c, yeast_high_c=high_c)
    for key, can_be, words in CHECKS:
        value = getattr(recipe, key)
        if value is not None and not can_be(value):
            notes.append(f"{words} of {value:g} cannot be true: left out")
            left_out[key] = None
    recipe = replace(recipe, **left_out)
    recipe = replace(recipe, steps=_without_unset(recipe.steps, notes))
    steps = [_in_its_time(step, notes) for step in _held(recipe, notes)]
    endless = (step for step in steps[:-1] if (step.days or 0.0) <= 0.0)
    notes += [f'step "{step.name}" does not say how long: ends after an hour' for step in endless]
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


def in_celsius(temperatures: Sequence[float | None]) -> list[float | None]:
    """Temperatures of beer or yeast: if one is more than either bears in °C, and all would do in °F, they are °F."""
    known = [value for value in temperatures if value is not None]
    if any(value > HOTTEST_C for value in known) and all(_can_be_held(celsius(value)) for value in known):
        return [None if value is None else celsius(value) for value in temperatures]
    return list(temperatures)


def celsius(fahrenheit: float) -> float:
    """To a tenth, as recipes have it."""
    return round((fahrenheit - 32.0) / 1.8, 1)


def _without_unset(steps: Sequence[FermentationStep], notes: list[str]) -> list[FermentationStep]:
    """A first step at 0 °C is one whose temperature nobody entered: programs write 0, and no yeast begins there."""
    first = [replace(step, target_c=None) for step in steps[:1] if step.target_c == 0.0]
    notes += [f'step "{step.name}" begins at 0 °C: taken for one that nobody entered' for step in first]
    return [*(first or steps[:1]), *steps[1:]]


def _can_be_held(target_c: float | None) -> bool:
    return target_c is not None and COLDEST_C <= target_c <= HOTTEST_C


def _in_its_time(step: FermentationStep, notes: list[str]) -> FermentationStep:
    if step.days is None or step.days <= LONGEST_DAYS:
        return step
    notes.append(f'step "{step.name}" of {step.days:g} days is longer than any: {LONGEST_DAYS:g} are taken')
    return replace(step, days=LONGEST_DAYS)


def _range_c(recipe: ForeignRecipe) -> tuple[float, float] | None:
    """What its yeast bears, by its maker or by its kind."""
    if recipe.yeast_low_c is not None and recipe.yeast_high_c is not None:
        return recipe.yeast_low_c, recipe.yeast_high_c
    return LAGER_C if recipe.is_lager else None


def _is_for_its_yeast_in_f(recipe: ForeignRecipe, targets: Sequence[float | None]) -> bool:
    """Whether the warmest step is too warm in °C for the yeast, as the recipe has it, and all of them do in °F."""
    borne_c, known = _range_c(recipe), [one for one in targets if one is not None]
    if borne_c is None or not known or not all(_can_be_held(celsius(one)) for one in known):
        return False
    (low_c, high_c), warmest = borne_c, max(known)
    return warmest > high_c + NEAR_C and low_c - NEAR_C <= celsius(warmest) <= high_c + NEAR_C


def _held(recipe: ForeignRecipe, notes: list[str]) -> list[FermentationStep]:
    """The steps at temperatures that can be. One without such takes its time all the same, lest the crash behind it
    begin at pitching; only at the end it is left out."""
    steps = recipe.steps
    said = [step.target_c for step in steps]
    targets = in_celsius(said)
    if targets == said and _is_for_its_yeast_in_f(recipe, said):
        targets = [None if value is None else celsius(value) for value in said]
        yeast = "a lager" if recipe.yeast_high_c is None else "this"
        notes.append(f"the steps' temperatures are taken for °F: {yeast} yeast bears no {max(filter(None, said)):g} °C")
    elif targets != said:
        notes.append(f"the steps' temperatures are taken for °F: no beer is held at {max(filter(None, said)):g} °C")
    elif (warmest_c := max(filter(None, said), default=0.0)) > KVEIK_C and _range_c(recipe) is None:
        text = f"{warmest_c:g} °C is more than any yeast but kveik bears: if it is °F, write {celsius(warmest_c):g}"
        notes.append(text)
    ahead = sum(any(map(_can_be_held, targets[i:])) for i in range(len(targets)))
    kept = [replace(step, target_c=target_c) for step, target_c in zip(steps[:ahead], targets, strict=False)]
    for i, (step, target_c) in enumerate(zip(steps, targets, strict=True)):
        if not _can_be_held(target_c):
            why = "has no temperature" if target_c is None else f"at {target_c:g} °C cannot be held"
            notes.append(f'step "{step.name}" {why}: {"keeps the temperature before it" if i < ahead else "left out"}')
            kept[i : i + 1] = [replace(one, target_c=None) for one in kept[i : i + 1]]
    return kept


def number(text: str | None) -> float | None:
    """The number at the head of a text such as "1,050 SG", "~18.0 C" or "1.9E+001"."""
    found = re.match(f"{ABOUT}({NUMBER})", text or "", re.IGNORECASE)
    return float(found[1].replace(",", ".").replace("−", "-")) if found else None


def c_of(text: str | None) -> float | None:
    """A temperature, in °C unless it says another unit: 66 °F, 66 deg F, 66f, 66 Fahrenheit, 292 K."""
    words = re.findall(r"[°º˚]?\s*[^\W\d_]+", re.sub(f"^{ABOUT}{NUMBER}", "", text or "", flags=re.IGNORECASE))
    units = [unit_word(re.sub(r"\s", "", word)) for word in words]
    return in_c(number(text), next((unit for unit in units if SPELLED.get(unit, unit) in SCALES), "c"))


def in_c(value: float | None, unit: str) -> float | None:
    """A temperature in a unit by its name, to a tenth; of a unit that nobody knows as it is."""
    word = unit_word(unit)
    match SPELLED.get(word, word):
        case "f":
            return None if value is None else celsius(value)
        case "k" | "kelvin":
            return None if value is None else round(value - 273.15, 1)
    return value


def days_of(value: float | None, unit: str) -> float | None:
    """A span in days, its unit by name or the beginning of one: week, wk, hr, min. None of any other."""
    unit = unit.lower().removesuffix("s")
    days = next((days for word, days in DAYS.items() if unit and word.startswith(unit)), None)
    return None if value is None or days is None else value * days


def days_in(text: str | None) -> float | None:
    """A span in days, unless it says another unit, or several: "10", "10-14 days", "48 hours", "2 weeks 3 days"."""
    text = re.sub(f"^({ABOUT}{NUMBER})\\s*(?:-|–|to|bis)\\s*{NUMBER}", r"\1", (text or "").lower())
    parts = re.findall(rf"({NUMBER})\s*([^\W\d_]*)", text)
    if number(text) is None:
        return None
    spans = [days_of(number(value), unit or "day") for value, unit in parts]
    known = [span for span in spans if span is not None]
    return sum(known) if spans and spans[0] is not None else None


def sg_of(value: float | None, text: str | None) -> float | None:
    """A gravity as SG; 12.5, 55 and 1050 are told from 1.050 by their size, as none can be another. One that could be
    °P as well as points is none: `unclear` says so."""
    said = (text or "").lower()
    if value is None or PLATO.search(said):
        return None if value is None else float(sg_from_plato(value))
    if POINTS.search(said):
        return 1.0 + value / 1000.0
    if value <= 0.0 or _is_unclear(value, said):
        return None
    if 990.0 <= value <= 1200.0:
        return value / 1000.0
    if value > UNCLEAR[1]:
        return 1.0 + value / 1000.0 if value <= 200.0 else value
    return float(sg_from_plato(value)) if value >= 2.0 else value


def fg_of(value: float | None, text: str | None, og: float | None, og_text: str | None = None) -> float | None:
    """A final gravity as SG, in the unit of the original one unless it says its own: 1.5 beside 12.0 is °P, 12 beside
    55 or 1.055 is points."""
    said = (text or "").lower()
    if value is None or og is None or "sg" in said or PLATO.search(said) or POINTS.search(said):
        return sg_of(value, text)
    if POINTS.search((og_text or "").lower()) or UNCLEAR[1] < og <= 200.0:
        return 1.0 + value / 1000.0 if value < og else None
    if PLATO.search((og_text or "").lower()) or 2.0 <= og <= UNCLEAR[0]:
        return float(sg_from_plato(value)) if value < og else None
    if _is_unclear(og, (og_text or "").lower()):
        return None
    original = sg_of(og, og_text)
    if original is not None and 2.0 <= value <= UNCLEAR[1]:  # 2.5 and 12 beside 1.050
        fallen = sg_from_plato(value) - 1.0 <= LEAST_FALLEN * (original - 1.0)
        return float(sg_from_plato(value)) if fallen else 1.0 + value / 1000.0
    return sg_of(value, text)


def _is_unclear(value: float, said: str) -> bool:
    return UNCLEAR[0] < value <= UNCLEAR[1] and not PLATO.search(said) and not POINTS.search(said)


def unclear(value: float | None, text: str | None) -> list[str]:
    """What is said of an original gravity that could be °P as well as points."""
    if value is None or not _is_unclear(value, (text or "").lower()):
        return []
    return [f"original gravity of {value:g} may be {1 + value / 1000:.3f} or {value:g} °P: left out"]


def share_of(attenuation: float | None) -> float | None:
    """Of an attenuation in per cent, or as a share already: no yeast leaves more than 98 %."""
    return attenuation if attenuation is None or attenuation <= 1.2 else attenuation / 100


def medium_of(*texts: str | None) -> str:
    """What ferments, by the words of type and style, of which the type comes first: what is an ale, a lager or a wheat
    by it is beer, whichever barrel or wine its style names."""
    for text in texts:
        words = NO_WINE.sub(" ", (text or "").lower())
        if found := re.search(r"\b(ciders?|meads?|wines?|ale|lager|wheat|beer)\b", words):
            return MEDIA.get(found[1].removesuffix("s"), "beer")
    return "beer"


def is_lager(*types: str | None) -> bool:
    """Whether the first that says the kind of yeast, or of beer, says lager."""
    return (next(filter(None, types), None) or "").strip().lower() == "lager"


def joined(*parts: str | None) -> str | None:
    """Laboratory, product and name, each once."""
    kept: list[str] = []
    for part in parts:
        if part and part.lower() not in " ".join(kept).lower():
            kept.append(part)
    return " ".join(kept) or None
