"""BeerXML 1: elements in capitals, temperatures in °C, gravities in SG."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5
from xml.parsers import expat
from xml.sax.saxutils import escape

from brewpi.control.procedure import BadRecipe
from brewpi.recipes.foreign import (
    WATER_SG,
    FermentationStep,
    ForeignRecipe,
    c_of,
    days_in,
    fg_of,
    is_lager,
    joined,
    judged,
    medium_of,
    number,
    sg_of,
    share_of,
    unclear,
)
from brewpi.recipes.pitched_yeast import pitched

DEEPEST = 40
STAGES = ("PRIMARY", "SECONDARY", "TERTIARY")


@dataclass
class _Element:
    tag: str
    text: str = ""
    below: list[_Element] = field(default_factory=list)

    def find(self, tag: str) -> _Element | None:
        return next((one for one in self.below if one.tag == tag), None)

    def text_of(self, *tags: str) -> str | None:
        """The text of the first of these that says something."""
        found = (self.find(tag) for tag in tags)
        return next((one.text.strip() for one in found if one is not None and one.text.strip()), None)

    def number(self, *tags: str) -> float | None:
        return next((n for tag in tags if (n := number(self.text_of(tag))) is not None), None)


def recipes_in(text: str) -> list[ForeignRecipe]:
    """Every recipe of a document. Raises BadRecipe."""
    root = _elements(text)
    places = [root] if root.tag == "RECIPE" else [one for one in _all(root) if one.tag == "RECIPE"]
    return [_of_beerxml(one) for one in places]


def _elements(text: str) -> _Element:
    """The tree of a document. A document type could name files and grow without end: it is refused."""
    top = _Element("")
    stack = [top]

    def start(tag: str, _: object) -> None:
        if len(stack) > DEEPEST:
            raise BadRecipe(["is nested too deeply for a recipe"])
        stack[-1].below.append(one := _Element(tag.upper().rpartition(":")[2]))
        stack.append(one)

    def heard(data: str) -> None:
        stack[-1].text += data

    def refuse(*_: object) -> None:
        raise BadRecipe(["has a document type (<!DOCTYPE ...>), which no recipe needs; take that line out"])

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.CharacterDataHandler = start, heard
    parser.EndElementHandler = lambda _: stack.pop()
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        bare = re.sub(r"^\ufeff?\s*<\?xml[^>]*\?>", "", text).lstrip("\ufeff \t\r\n")
        parser.Parse(_with_characters(bare).encode(), True)
    except expat.ExpatError as error:
        raise BadRecipe([f"is no valid XML ({error})"]) from None
    return top.below[0]


def _all(root: _Element) -> Iterator[_Element]:
    yield root
    for one in root.below:
        yield from _all(one)


def _of_beerxml(one: _Element) -> ForeignRecipe:
    notes = list[str]()
    yeasts = (one.find("YEASTS") or _Element("")).below
    yeasts = pitched(yeasts, _is_added_later, lambda yeast: yeast.text_of("NAME"), notes)
    yeast = yeasts[0] if yeasts else _Element("")
    style = one.find("STYLE") or _Element("")
    attenuation = yeast.number("ATTENUATION")
    og, fg = _gravities(one, notes)
    return judged(
        ForeignRecipe(
            one.text_of("NAME") or "Recipe",
            og,
            fg,
            style.text_of("NAME"),
            joined(yeast.text_of("LABORATORY"), yeast.text_of("PRODUCT_ID"), yeast.text_of("NAME")),
            c_of(yeast.text_of("MIN_TEMPERATURE")),
            c_of(yeast.text_of("MAX_TEMPERATURE")),
            share_of(attenuation),
            medium_of(style.text_of("TYPE"), style.text_of("NAME")),
            list(_stages(one, notes)),
            notes,
            is_lager=is_lager(yeast.text_of("TYPE"), style.text_of("TYPE")),
        ),
        len(yeasts),
    )


def _is_added_later(yeast: _Element) -> bool:
    return (yeast.text_of("ADD_TO_SECONDARY") or "").lower() == "true"


def _gravities(one: _Element, notes: list[str]) -> tuple[float | None, float | None]:
    """OG and FG, else what is expected; programs have 0 or 1.000 there before anybody measured."""
    texts = {tag: one.text_of(tag) for tag in ("OG", "FG", "EST_OG", "EST_FG")}
    told, expected = (sg_of(number(texts[tag]), texts[tag]) for tag in ("OG", "EST_OG"))
    is_unset = (told or 0.0) <= WATER_SG and texts["EST_OG"] is not None
    og_text, fg_text = (texts["EST_OG"], texts["EST_FG"]) if is_unset else (texts["OG"], texts["FG"])
    if not is_unset and told and expected and expected > WATER_SG and abs(told - expected) > 0.002:
        notes.append(f"it has an original gravity of {told:.3f} and expects {expected:.3f}: the first one counts")
    fg_text = fg_text or texts["FG"] or texts["EST_FG"]
    notes += unclear(number(og_text), og_text)
    return sg_of(number(og_text), og_text), fg_of(number(fg_text), fg_text, number(og_text), og_text)


def _stages(one: _Element, notes: list[str]) -> Iterator[FermentationStep]:
    """Those that last, as many as it says there are. There is always a primary one, also where it does not say how
    long, or how warm: what follows would begin at pitching."""
    temperatures = [c_of(one.text_of(f"{stage}_TEMP")) for stage in STAGES]
    if all(temp_c is None for temp_c in temperatures):
        return
    ages = [one.text_of(f"{stage}_AGE") for stage in STAGES]
    days = [days_in(age) for age in ages]
    lasting = [n for n in range(len(STAGES)) if (days[n] or 0.0) > 0.0 or (ages[n] and days[n] is None)]
    if (said := one.number("FERMENTATION_STAGES")) is not None and said >= 1.0:
        notes += [f'it says {said:g} stages: "{STAGES[n].lower()}" is left out' for n in lasting if n >= said]
        lasting = [n for n in lasting if n < said]
    if 0 not in lasting and (lasting or days[0] is None):
        lasting.insert(0, 0)
    for n in lasting:
        yield FermentationStep(STAGES[n].lower(), temperatures[n], days[n])


def _with_characters(text: str) -> str:
    """HTML's names of characters as the characters themselves, and an & that begins none as one: programs write both,
    and XML knows neither. What stands in CDATA stands there as it is."""
    parts = re.split(r"(<!\[CDATA\[.*?\]\]>)", text, flags=re.DOTALL)
    return "".join(part if n % 2 else _escaped(part) for n, part in enumerate(parts))


def _escaped(text: str) -> str:
    named = re.sub(r"&(?!(?:amp|lt|gt|quot|apos);)(\w+;)", lambda one: escape(html5.get(one[1], one[0])), text)
    return re.sub(r"&(?!\w+;|#)", "&amp;", named)
