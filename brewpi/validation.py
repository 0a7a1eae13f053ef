"""What pydantic finds wrong, as sentences that a brewer can act on: where, what, and the nearest right word. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from math import isfinite
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from brewpi.registry import closest, nearest
from brewpi.sanitize import clean_text
from brewpi.toml_text import dotted, value_text
from brewpi.units import SPELLED, celsius_from_f, meant_in_f, sg_from_plato, unit_word

# What pydantic calls by the names of Python, in those of a config.
EXPECTED = {
    **dict.fromkeys(("float_type", "float_parsing"), "a number"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "a whole number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    **dict.fromkeys(("list_type", "tuple_type"), "a list"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type", "dataclass_type"), "a table"),
    **dict.fromkeys(
        ("datetime_type", "datetime_parsing", "datetime_from_date_parsing"),
        "a date and time, such as 2026-05-01T14:30:00Z",
    ),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing"), "a date, such as 2026-05-01"),
    "string_type": "text",
    "path_type": "a path, which is text",
}
QUOTED = {
    "a number": re.compile(r"[+-]?\d+(?:\.\d+)?"),
    "a whole number": re.compile(r"[+-]?\d+|0x[0-9a-f]+"),
    "true or false": re.compile("true|false"),
}
NUMBER_AS_TEXT = re.compile(r"([+-]?\d{1,15}(?:[.,]\d{1,15})?)\s*([^\d\s.,]{0,12})")  # what people send instead of one
# Units in the names of options, ours and those that people make up: in another one the same number is a wrong one.
UNITS = frozenset({
    "c", "f", "k", "l", "ml", "cl", "hl", "gal", "bbl", "s", "ms", "min", "h", "d", "day", "days", "w", "kw",
    "bar", "mbar", "kpa", "psi", "v", "mv", "cm", "mm", "mg", "g", "kg", "sg", "plato", "brix",
})  # fmt: skip
AN_EXAMPLE = "such as 0.5"
# What typer repeats of pydantic about an option of the command line.
OF_A_FLAG = (
    ("Value error, ", ""),
    ("Input should be a valid number, unable to parse string as a number", f"it should be a number, {AN_EXAMPLE}"),
    ("Input should be a valid integer, unable to parse string as an integer", "it should be a whole number"),
    ("Input should be", "it should be"),
)
OF_A_PATH = (
    (re.compile(r": dir\w* '(.*)' does not exist", re.IGNORECASE), r": there is no folder \1"),
    (re.compile(r": dir\w* '(.*)' is a file", re.IGNORECASE), r": \1 is a file; name a folder"),
    (re.compile(r": file '(.*)' does not exist", re.IGNORECASE), r": there is no file \1"),
    (re.compile(r": file '(.*)' is a dir\w*", re.IGNORECASE), r": \1 is a folder; name a file"),
)
LEAST_HOT_C = 30.0  # no difference of temperatures may be as large as this: the bound is one of a temperature
LONGEST = 40  # characters of a word that a stranger sent

Model = TypeVar("Model", bound=BaseModel)


def from_toml(model: type[Model], table: Any) -> Model:
    """A table of TOML as the model of its options, where each value is of the very kind that its option wants: `true`
    or "5" is no number, 1 is not true, a date is no text, and nan and inf are none at all.

    Raises ValidationError with all that is wrong.
    """
    values = list(_values(table, ()))
    endless: list[Any] = [{"type": "finite_number", "loc": loc, "input": one} for loc, one in values if _endless(one)]
    if endless:
        raise ValidationError.from_exception_data(model.__name__, endless)
    if any(isinstance(one, date | time) for _, one in values):  # in JSON they are text, and would be taken for it
        model.model_validate(table)
    # Of Python, strictness wants a tuple and a Path, which TOML does not have; of JSON it takes list and text.
    return model.model_validate_json(json.dumps(table, default=_iso), strict=True)


def _values(value: Any, loc: tuple[int | str, ...]) -> Iterator[tuple[tuple[int | str, ...], Any]]:
    """Every single value of a table, with where it is."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _values(inner, (*loc, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _values(inner, (*loc, number))
    else:
        yield loc, value


def _endless(value: Any) -> bool:
    try:
        return isinstance(value, int | float) and not isfinite(value)
    except OverflowError:
        return True


def _iso(value: date | time | datetime) -> str:
    return value.isoformat()


def sentences(
    found: ValidationError | Iterable[Mapping[str, Any]],
    kind: Any = None,
    key: str = "",
    *,
    word: str = "option",
    shows_input: bool = False,
    also: Iterable[str] = (),
    elsewhere: Callable[[str], str | None] = lambda option: None,
) -> list[str]:
    """One sentence for each mistake, in pydantic's order: "tanks.fv1.volume_l: is 0; it should be greater than 0.5".

    found: the error, or its details where their `loc` is another one for the reader; kind: the model or annotation that
    was validated, which knows the right words; key: what stands before each place; word: what a reader calls a field;
    shows_input: repeat a wrong value, which must then be no secret and no stranger's; also: words of the outermost
    table that are none of its fields; elsewhere: what to say of a word that is right in another table, None
    of others.
    """
    details = found.errors(include_url=False) if isinstance(found, ValidationError) else found
    return [_sentence(detail, kind, key, word, shows_input, also, elsewhere) for detail in details]


def first_mistake(error: ValidationError, kind: Any = None, *, word: str = "option") -> str:
    """What is wrong first, and where a field is missing the wrong name under which it may be there."""
    found = error.errors(include_url=False)
    misnamed = [one for one in found if one["type"] == "extra_forbidden"][: found[0]["type"] == "missing"]
    return "; ".join(sentences([found[0], *misnamed], kind, word=word))


def explaining(details: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Of several mistakes the one to begin with: a field of a wrong name is why the right one is missing. Raises
    ValueError where there is none."""
    return min(details, key=lambda detail: bool(detail["type"] != "extra_forbidden"))


def message(detail: Mapping[str, Any]) -> str:
    """What is wrong, without the place: "should be greater than 0"."""
    if detail["type"] in EXPECTED:
        return f"should be {EXPECTED[detail['type']]}"
    if detail["type"] == "timezone_aware":
        return "should have timezone at its end: Z for UTC, or such as +02:00"
    if detail["type"] == "value_error":
        return str(detail["msg"]).removeprefix("Value error, ")
    return re.sub(r"^[A-Z][a-z]+ (?=should )| after validation", "", str(detail["msg"]))


def of_a_flag(text: str, cause: BaseException | None = None) -> tuple[str, str]:
    """A sentence about an option of the command line, in words of ours, and what to say behind it. cause: what pydantic
    found."""
    for theirs, ours in OF_A_FLAG:
        text = text.replace(f": {theirs}", f": {ours}", 1)
    for their, our in OF_A_PATH:
        text = their.sub(our, text)
    if not isinstance(cause, ValidationError):
        return text, ""
    typed = NUMBER_AS_TEXT.fullmatch(str(cause.errors()[0]["input"]).strip())
    if typed is None:
        return text, ""
    number, unit = typed[1].replace(",", "."), typed[2]
    has_comma = "," in typed[1] and AN_EXAMPLE in text
    if has_comma and not unit:
        text = text.replace(AN_EXAMPLE, f"such as {number}")
    comma = "a decimal has a point, not a comma" if has_comma else ""
    alone = f"a number stands alone, without its unit{_converted(float(number), unit)}" if unit else ""
    return text, "".join(f"; {one}" for one in (comma, alone) if one)


def _converted(value: float, unit: str) -> str:
    """What a number in another unit is in the one that options have; nothing where it is that or nobody knows."""
    word = unit_word(unit)
    if (kind := SPELLED.get(word, word)) == "f":
        return f": {value:g} °F are {celsius_from_f(value):.1f} °C"
    return f": {value:g} °P are {sg_from_plato(value):.3f}" if kind in ("plato", "brix") and 0 <= value <= 40 else ""


def _sentence(
    detail: Mapping[str, Any], kind: Any, key: str, word: str, shows_input: bool, also: Iterable[str],
    elsewhere: Callable[[str], str | None],
) -> str:  # fmt: skip
    keys = [_short(part) for part in detail["loc"] if part != "[key]"]
    *parents, last = keys or [""]
    where, place = (".".join(part for part in (key, dotted(*inner)) if part) for inner in (parents, keys))
    fields = _fields(kind, parents)
    match detail["type"]:
        case "extra_forbidden":
            known = [*fields, *(() if parents else also)]
            advice = f"{nearest(last, known)}{_caution(last, closest(last, known))}" if known else ""
            if there := elsewhere(last):
                advice += f"{'' if advice.endswith('?') else ';'} {there}"
            return _at(where, f'unknown {word} "{last}"{advice}')
        case "missing":
            description = fields[last].description if last in fields else None
            return _at(where, f'{word} "{last}" is missing' + (f" ({description})" if description else ""))
    inside = ", ".join(_fields(kind, keys)) if keys and EXPECTED.get(detail["type"]) == "a table" else ""
    text = message(detail) + (f" with {inside}" if inside else "")
    if not shows_input:
        text += _bare_number(detail)
    if detail["type"] == "string_pattern_mismatch" and last in fields and fields[last].examples:
        text = f"should be like {value_text(fields[last].examples[0])}"
    if detail["type"] == "string_type" and last in fields and fields[last].examples:
        text += f", such as {value_text(fields[last].examples[0])}"
    may_show = shows_input and (last not in fields or fields[last].repr)  # not shown: of secrets
    if may_show and keys and not isinstance(detail["input"], dict):
        text = given(detail["input"], text + _brackets(detail) + _fahrenheit(last, detail))
    return _at(place, text)


def _caution(word: str, meant: str | None) -> str:
    """What has to change with the name: 5 hl are no 5 l, and an output that is on when low is off when high."""
    names = word.lower().split("_"), (meant or "").split("_")
    match [pair for pair in zip(*names, strict=False) if pair[0] != pair[1]] if len(names[0]) == len(names[1]) else []:
        case [("low", "high") | ("high", "low")]:
            return " It is the opposite: what is true there is false here"
        case [(theirs, ours)] if theirs in UNITS and ours in UNITS:
            return f" Convert the number, from {theirs} to {ours}"
    return ""


def _brackets(detail: Mapping[str, Any]) -> str:
    """One value where several are wanted, several where one is, or a number or word in quotes: mostly the brackets or
    quotes are all that is wrong."""
    value = detail["input"]
    if isinstance(value, str) and detail["type"] in EXPECTED and (fits := QUOTED.get(EXPECTED[detail["type"]])):
        return ", without quotes" if fits.fullmatch(value.strip().lower()) else ""
    if detail["type"] in ("list_type", "tuple_type"):
        return f", such as {value_text([detail['input']])}"
    if isinstance(detail["input"], list) and detail["type"] in ("literal_error", *EXPECTED):
        return ", without [ ]"
    return ""


def _bare_number(detail: Mapping[str, Any]) -> str:
    """The number in a text that a program sent instead of one: nothing else of what a stranger sends is repeated."""
    if EXPECTED.get(detail["type"]) != "a number" or not isinstance(detail["input"], str):
        return ""
    found = NUMBER_AS_TEXT.fullmatch(detail["input"].strip())
    return f", without quotes{' and unit' * bool(found[2])}: {found[1].replace(',', '.')}" if found else ""


def _fahrenheit(option: str, detail: Mapping[str, Any]) -> str:
    """A temperature that is too high in °C and could be meant in °F."""
    value, most_c = detail["input"], detail.get("ctx", {}).get("le", 0.0)
    if not option.endswith("_c") or detail["type"] != "less_than_equal" or most_c < LEAST_HOT_C:
        return ""
    hint = meant_in_f(value, most_c)
    return f"; {hint}" if hint else ""


def given(value: object, text: str) -> str:
    """What is wrong with a value, after the value: "is 0; it should be greater than 0"."""
    return f"is {value_text(value)}; {'it ' if text.startswith('should ') else ''}{text}"


def _at(where: str, text: str) -> str:
    return f"{where}: {text}" if where else text


def _short(part: object) -> str:
    text = str(part)
    return clean_text(text if len(text) <= LONGEST else text[:LONGEST] + "...")


def _fields(kind: Any, parents: list[str]) -> dict[str, Any]:
    """Those of the table that lies at the end of the parents; none where nobody knows."""
    kinds = list(_choices(kind))
    for part in parents:
        kinds = [inner for one in kinds for inner in _within(one, part)]
    return {
        name: field for one in kinds if isinstance(one, type) and issubclass(one, BaseModel)
        for name, field in one.model_fields.items()
    }  # fmt: skip


def _within(kind: Any, part: str) -> Iterator[Any]:
    """What lies under a name, or a number, of this kind."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if part in kind.model_fields:
            yield from _choices(kind.model_fields[part].annotation)
    elif members := [one for one in get_args(kind) if one is not ...]:  # a list, a tuple, or the values of a dict
        yield from _choices(members[-1])


def _choices(kind: Any) -> Iterator[Any]:
    if get_origin(kind) is Annotated:
        yield from _choices(get_args(kind)[0])
    elif get_origin(kind) in (Union, UnionType):
        yield from (inner for one in get_args(kind) for inner in _choices(one))
    else:
        yield kind
