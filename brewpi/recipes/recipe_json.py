"""BeerJSON 1, where every number has its unit, and Brewfather's JSON, in °C and days."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from brewpi.control.procedure import BadRecipe
from brewpi.recipes.foreign import (
    HOUR_DAYS,
    FermentationStep,
    ForeignRecipe,
    c_of,
    days_in,
    days_of,
    fg_of,
    in_c,
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
from brewpi.units import SPELLED, sg_from_plato, unit_word

LARGEST = 1e12  # of a number: a whole one of hundreds of digits is no float


def recipes_in(text: str) -> list[ForeignRecipe]:
    """Every recipe of a text. Raises BadRecipe."""
    try:
        data = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        forms = "BeerXML, BeerJSON or Brewfather's JSON"
        raise BadRecipe([f"is neither JSON nor XML; export the recipe as {forms}"]) from None
    try:
        if isinstance(data, dict) and "beerjson" in data:
            return [_of_beerjson(one) for one in _list(_dict(data["beerjson"]).get("recipes"))]
        found = _brewfathers(data)
        bare = [_of_beerjson(one) for one in found if isinstance(one.get("original_gravity"), dict)]
        return bare or [_of_brewfather(one) for one in found if "yeasts" in one or "og" in one]
    except (AttributeError, TypeError, KeyError) as error:
        raise BadRecipe([f"is no recipe of a known form ({type(error).__name__})"]) from None


def _brewfathers(data: Any) -> list[Mapping[str, Any]]:
    """Recipes as they are: one, a list, a library of them, or inside the batches that were brewed by them."""
    found = _list(data.get("recipes", [data]) if isinstance(data, dict) else data)
    return [one["recipe"] if isinstance(one.get("recipe"), dict) else one for one in found]


def _of_beerjson(one: Mapping[str, Any]) -> ForeignRecipe:
    cultures = _several(_dict(one.get("ingredients")).get("culture_additions"))
    notes = list[str]()
    cultures = pitched(cultures, _is_added_later, lambda culture: _text(culture.get("name")), notes)
    culture: Mapping[str, Any] = cultures[0] if cultures else {}
    span, style = _dict(culture.get("temperature_range")), _dict(one.get("style"))
    stages = _list(_dict(one.get("fermentation")).get("fermentation_steps"))
    steps = list[FermentationStep]()
    for n, stage in enumerate(stages, 1):
        start_c, end_c = _in_c(stage.get("start_temperature")), _in_c(stage.get("end_temperature"))
        name, days = str(stage.get("name") or f"step {n}"), _in_days(stage.get("step_time"))
        rises = bool(days) and None not in (start_c, end_c) and start_c != end_c
        if rises and (not steps or steps[-1].target_c != start_c):
            steps.append(FermentationStep(f"{name} begins", start_c, HOUR_DAYS))
        target_c = start_c if end_c is None else end_c
        steps.append(FermentationStep(name, target_c, days, days if rises else None))
    reach = _dict(culture.get("attenuation_range"))
    attenuation = _amount(culture.get("attenuation") or reach.get("maximum") or reach.get("minimum"))
    return judged(
        ForeignRecipe(
            str(one.get("name") or "Recipe"),
            _in_sg(one.get("original_gravity")),
            _in_sg(one.get("final_gravity")),
            _text(style.get("name")),
            joined(_text(culture.get("producer")), _text(culture.get("product_id")), _text(culture.get("name"))),
            _in_c(span.get("minimum")),
            _in_c(span.get("maximum")),
            share_of(attenuation),
            medium_of(_text(one.get("type")), _text(style.get("type"))),
            steps,
            notes,
            is_lager=is_lager(_text(culture.get("type")), _text(style.get("type"))),
        ),
        len(cultures),
    )


def _is_added_later(culture: Mapping[str, Any]) -> bool:
    """By the `timing` of a culture: to a later step of the fermentation, or to the bottle."""
    timing = _dict(culture.get("timing"))
    return timing.get("use") == "add_to_package" or (_amount(timing.get("step")) or 1.0) > 1.0


def _of_brewfather(one: Mapping[str, Any]) -> ForeignRecipe:
    yeasts = _several(one.get("yeasts"))
    yeast: Mapping[str, Any] = yeasts[0] if yeasts else {}
    style = _dict(one.get("style"))
    steps, notes = [], unclear(_amount(one.get("og")), _text(one.get("og")))
    stages = _several(_dict(one.get("fermentation")).get("steps"))
    if not stages and (stages := [_as_brewfather(stage) for stage in _list(one.get("fermentation_steps"))]):
        times = [_amount(stage["stepTime"]) or 0.0 for stage in stages]
        words, per_day = _unit_of(times)
        stages = [{**stage, "stepTime": time / per_day} for stage, time in zip(stages, times, strict=True)]
        notes.append(f"the times of the fermentation steps are taken for {words}")
    for n, stage in enumerate(stages, 1):
        name, target_c = str(stage.get("name") or stage.get("type") or f"step {n}"), _in_c(stage.get("stepTemp"))
        if stage.get("pressure"):
            notes.append(f'step "{name}": pressure of {stage["pressure"]} is not ours to set')
        steps.append(FermentationStep(name, target_c, _in_days(stage.get("stepTime")), _in_days(stage.get("ramp"))))
    attenuation = _amount(yeast.get("attenuation"))
    return judged(
        ForeignRecipe(
            str(one.get("name") or "Recipe"),
            sg_of(_amount(one.get("og")), _text(one.get("og"))),
            fg_of(_amount(one.get("fg")), _text(one.get("fg")), _amount(one.get("og")), _text(one.get("og"))),
            _text(style.get("name")),
            joined(_text(yeast.get("laboratory")), _text(yeast.get("productId")), _text(yeast.get("name"))),
            _in_c(yeast.get("minTemp")),
            _in_c(yeast.get("maxTemp")),
            share_of(attenuation),
            medium_of(_text(style.get("type")), _text(style.get("name"))),
            steps,
            notes,
            is_lager(_text(yeast.get("type")), _text(style.get("type"))),
        ),
        len(yeasts),
    )


def _unit_of(times: Sequence[float]) -> tuple[str, float]:
    """Of steps, and how many are a day: no beer ferments for four years, nor ten weeks before its first change."""
    if max(times) >= 1440.0:
        return "minutes", 1440.0
    return ("hours", 24.0) if times[0] >= 72.0 else ("days", 1.0)


def _as_brewfather(stage: Mapping[str, Any]) -> Mapping[str, Any]:
    """A step of Grainfather's `fermentation_steps`."""
    days = next((stage[key] for key in ("time", "duration", "days") if stage.get(key) is not None), None)
    return {"name": stage.get("name"), "stepTemp": stage.get("temperature"), "stepTime": days}


def _in_sg(field: Any) -> float | None:
    if isinstance(field, str):
        return sg_of(number(field), field)
    value, unit = _amount(field), unit_word(str(_dict(field).get("unit", "sg")))
    is_plato = SPELLED.get(unit, unit) in ("plato", "brix")
    return float(sg_from_plato(value)) if value is not None and is_plato else value


def _in_c(field: Any) -> float | None:
    if isinstance(field, str):
        return c_of(field)
    return in_c(_amount(field), str(_dict(field).get("unit", "C")))


def _in_days(field: Any) -> float | None:
    if isinstance(field, str):
        return days_in(field)
    return days_of(_amount(field), str(_dict(field).get("unit", "day")))


def _amount(field: Any) -> float | None:
    value = field.get("value") if isinstance(field, dict) else field
    found = number(value) if isinstance(value, str) else value
    if isinstance(found, bool) or not isinstance(found, int | float) or abs(found) > LARGEST or not isfinite(found):
        return None
    return float(found)


def _text(field: Any) -> str | None:
    return field.strip() or None if isinstance(field, str) else None


def _dict(field: Any) -> Mapping[str, Any]:
    return field if isinstance(field, dict) else {}


def _several(field: Any) -> list[Mapping[str, Any]]:
    """What a program writes as a list, as one thing alone or under its numbers; a text is a name."""
    if isinstance(field, dict):
        numbered = all(str(key).isdecimal() for key in field)
        field = [field[key] for key in sorted(field, key=int)] if numbered else [field]
    found = field if isinstance(field, list) else [field]
    return _list([{"name": one} if isinstance(one, str) and one.strip() else one for one in found])


def _list(field: Any) -> list[Mapping[str, Any]]:
    return [one for one in field if isinstance(one, dict)] if isinstance(field, list) else []
