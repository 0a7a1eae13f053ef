"""Recipes of other programs as ours: BeerXML 1, BeerJSON 1 and Brewfather's JSON.

What a fermentation needs is taken: original gravity, expected final gravity, the yeast with its range, the steps. What
is not understood is said, and nothing is made up for it.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator, Sequence

from brewpi.control.procedure import CRASH_C, BadRecipe, parse
from brewpi.recipes import beerxml, recipe_json
from brewpi.recipes.foreign import ForeignRecipe
from brewpi.toml_text import basic_string, value_text

LARGEST = 2**22  # characters of a file
DATABASE = "SQLite format 3"  # how its files begin
OTHERS = {  # programs whose own files are not read, and the words that all of these have
    "BeerSmith (.bsmx)": ("<F_R_NAME",),
    "MaischeMalzundMehr": ('"Stammwuerze"', '"Hefe"'),
    "Kleiner Brauhelfer": ('"Sudname"',),
}


def read_recipes(text: str) -> list[ForeignRecipe]:
    """Every recipe in a file. Raises BadRecipe: a sentence without the file's name."""
    if len(text) > LARGEST:
        raise BadRecipe(["is larger than any recipe"])
    without_comments = re.sub(r"<!--.*?-->", "", text[:5000], flags=re.DOTALL).lstrip("\ufeff \t\r\n")
    if re.match(r"<(?:!doctype\s+)?html\b", without_comments, re.IGNORECASE):
        raise BadRecipe(["is a web page; download the recipe itself as BeerXML, BeerJSON or Brewfather's JSON"])
    if text.startswith(DATABASE):
        raise BadRecipe(["is a database, as Kleiner Brauhelfer keeps its own; export it as BeerXML"])
    found = beerxml.recipes_in(text) if text.lstrip("\ufeff \t\r\n").startswith("<") else recipe_json.recipes_in(text)
    if not any(one.is_understood for one in found):
        raise BadRecipe([_of_another_program(text)])
    return found


def _of_another_program(text: str) -> str:
    """Whose file it is, for all that its words tell, and what to do."""
    whose = next((program for program, words in OTHERS.items() if all(word in text for word in words)), None)
    if whose is None:
        return "holds no recipe; export it as BeerXML, BeerJSON or Brewfather's JSON"
    return f"holds no recipe; export it as BeerXML: this is the own form of {whose}"


def decoded(data: bytes) -> str:
    """The text of a file, by its byte order mark or what XML says of itself; else UTF-8, else as Windows writes what it
    calls Latin-1."""
    declared = re.match(rb"\s*<\?xml[^>]*encoding=[\"']([A-Za-z0-9_-]{1,20})", data)
    marked = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    for name in (marked, declared and declared[1].decode()):
        try:
            codec = codecs.lookup(name or "latin-1").name
            return data.decode("cp1252" if codec == "iso8859-1" else codec)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")


def file_names(recipes: Sequence[ForeignRecipe]) -> list[str]:
    """What the files of recipes are called, each by its name and none as another."""
    taken: list[str] = []
    return [f"{_slug(recipe.name, taken, 'recipe')}.toml" for recipe in recipes]


def as_toml(recipe: ForeignRecipe) -> str:
    """Our recipe, checked as `brewpi check` would. Raises BadRecipe where it cannot be one."""
    expected = recipe.expected_attenuation
    facts = {
        "medium": recipe.medium,
        "style": recipe.style,
        "og": None if recipe.og is None else round(recipe.og, 4),
        "expected_attenuation": None if expected is None else round(expected, 3),
        "yeast": recipe.yeast,
        "yeast_low_c": recipe.yeast_low_c,
        "yeast_high_c": recipe.yeast_high_c,
    }
    lines = [f"# {' '.join(note.split())}" for note in recipe.notes]
    lines += [f"name = {_toml(recipe.name[:80] or 'Recipe')}", "", "[batch]"]
    lines += [f"{key} = {_toml(value)}" for key, value in facts.items() if value is not None]
    lines += [line for step in _steps(recipe) for line in step]
    text = "\n".join([*lines, ""])
    parse(text, recipe.name or "recipe")
    return text


def _steps(recipe: ForeignRecipe) -> Iterator[list[str]]:
    """A step ends when its days are over; before a crash gravity has to stand still too, whatever the days say."""
    steps = list(recipe.steps)
    least = max(0.3, min(0.8 * (recipe.expected_attenuation or 0.75), 1.0))
    taken: list[str] = []
    before_c: float | None = None
    for i, step in enumerate(steps):
        following = steps[i + 1] if i + 1 < len(steps) else None
        lines = ["", "[[steps]]", f"name = {_toml(_slug(step.name, taken))}"]
        if step.target_c is not None:
            lines.append(f"target_c = {step.target_c:g}")
            change_c = abs(step.target_c - before_c) if before_c is not None else 0.0
            if step.ramp_days and change_c > 0.1:
                lines.append(f"ramp_c_per_h = {min(max(change_c / (24 * step.ramp_days), 0.01), 20.0):.3g}")
            before_c = step.target_c
        if following is not None:
            hours = max(24.0 * (step.days or 0.0), 1.0)
            until = f'{{ kind = "elapsed", hours = {hours:g} }}'
            if _is_crash(before_c, following.target_c):
                stable = f'{{ kind = "stable", window_h = 48, change_sg = 0.001, min_attenuation = {least:.2f} }}'
                until = f"{{ all = [{until}, {stable}] }}"
            lines += [f"until = {until}", f"latest_h = {min(max(2 * hours, 336.0), 10_000.0):g}"]
        yield lines
    if not steps:
        yield ["", "[[steps]]", 'name = "primary"']


def _is_crash(before_c: float | None, target_c: float | None) -> bool:
    """Whether a step may be too cold for what still ferments; one after we do not know what may be, too."""
    return target_c is not None and (before_c is None or before_c - target_c >= CRASH_C)


def _slug(name: str, taken: list[str], kind: str = "step") -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    slug = slug if slug[:1].isalpha() else f"{kind}-{slug}".rstrip("-")
    free = next(word for n in range(1, 1000) if (word := slug if n == 1 else f"{slug}-{n}") not in taken)
    taken.append(free)
    return free


def _toml(value: str | float) -> str:
    return basic_string(value) if isinstance(value, str) else value_text(value)
