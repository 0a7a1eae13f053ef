"""All that a catalogue has to have: what stands in `tr`, `trn` and `Sentence`, and the words that come as data."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from brewpi import recipes
from brewpi.alarms.catalogue import CATALOGUE, UNKNOWN
from brewpi.alarms.events import ASKED, DOSED
from brewpi.cellar.command_sentences import PLAIN
from brewpi.control.effect_check.output_finding import FOUND
from brewpi.dashboard.views.cards import PHASES
from brewpi.dashboard.views.chart import LEGEND
from brewpi.dashboard.views.chart_marks import OTHER, SIGNS
from brewpi.quantities import published_rows

PLACES = {"tr": 0, "Sentence": 0, "AlarmCondition": 1}  # which argument is the message
PACKAGE = Path(__file__).parents[2] / "brewpi"
DATA = (
    "primary", "rise", "rest", "crash", "clear", "transfer", "hold", "watch", "heat", "cool", "idle", "drain open",
    "advised", "asked", "announced", "confirmed", "vetoed", "waits", "met", "not met", "step", "drain", "advise", "ask",
    "act", "closed", "armed", "open", "intended", "given", "part", "uncertain", "by hand", "beer", "wine", "cider",
    "mead", "model", "curve", "warning", "alarm", "info", "stable", "temperature", "vent", "receiver", "level",
    "record", "once", "d", "points/day", "extra", "forward", "back", "rises", "falls", "the emergency stop",
    "Did you mean {number}?", "The model has no answer.",
)  # fmt: skip


@cache  # every file of the package is parsed, and dozens of tests ask
def messages() -> tuple[str | tuple[str, str], ...]:
    """Each once, in the order of the files."""
    found: dict[str | tuple[str, str], None] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found.update(dict.fromkeys(_of_call(node)))
    words = (*DATA, *ASKED.values(), *DOSED.values(), *PLAIN.values(), *FOUND.values(), *PHASES.values(),
             *_of_recipes(),
             *(entry.todo for entry in (*CATALOGUE.values(), UNKNOWN)),
             *(name for name, _, _ in LEGEND),
             *(word for _, word in (*SIGNS.values(), OTHER)))  # fmt: skip
    found.update(dict.fromkeys((*words, *(row.label for row in published_rows()))))
    return tuple(one for one in found if isinstance(one, tuple) or _has_words(one))


def _of_recipes() -> Iterator[str]:
    """The steps of the ready ones, and the tests that they wait for."""
    for name in recipes.names():
        yield from (step.name for step in recipes.load(name).steps)
        yield from re.findall(r'confirms = "(\w+)"', recipes.text(name))


def _of_call(node: ast.Call) -> Iterator[str | tuple[str, str]]:
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    place = PLACES.get(called, len(node.args))
    if place < len(node.args):
        constants = (one.value for one in ast.walk(node.args[place]) if isinstance(one, ast.Constant))
        yield from (text for text in constants if isinstance(text, str) and text)
    elif called == "trn" and len(texts) >= 2:
        yield texts[0], texts[1]


def _has_words(text: str) -> bool:
    bare = "".join(part.partition("}")[2] if n else part for n, part in enumerate(text.split("{")))
    return any(letter.isalpha() for letter in bare)
