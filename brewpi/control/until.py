"""The `until` of a recipe step: conditions combined by all and any, each of which has to hold for its dwell.

    until = { all = [ { kind = "attenuation", at_least = 0.6, dwell_h = 1 },
                      { any = [ { kind = "rest_cue" }, { kind = "elapsed", hours = 120 } ] } ] }
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from brewpi.control.conditions import KINDS, Condition, Verdict, View
from brewpi.records import Requirement
from brewpi.registry import load, with_installed
from brewpi.sentences import Sentence, joined
from brewpi.validation import from_toml, sentences

ROOT = "until"
GROUPS = {"all": (all, " and "), "any": (any, " or ")}


class BadUntil(ValueError):
    """An `until` that cannot be understood; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition. `path` names it within its step, so that its dwell survives a restart."""

    path: str
    kind: str
    condition: Condition

    def evaluate(self, view: View, held_since: dict[str, float]) -> Verdict:
        """The condition's verdict, met only after its dwell; `held_since` remembers since when it holds."""
        met, why = self._holds(view, held_since)
        path = self.path.removeprefix(ROOT).removeprefix(".")
        return Verdict(met, why, (Requirement(path, self.kind, met, why),))

    def expected_h(self, view: View) -> float:
        """Hours until it is likely to be met and to have held its dwell; infinite where nobody can tell."""
        return self.condition.expected_h(view) + self.condition.dwell_h

    def _holds(self, view: View, held_since: dict[str, float]) -> tuple[bool, str]:
        verdict = self.condition.evaluate(view)
        if not verdict.met:
            held_since.pop(self.path, None)
            return False, verdict.why
        held_h = (view.now - held_since.setdefault(self.path, view.now)) / 3600.0
        if held_h < self.condition.dwell_h:
            return False, Sentence(
                "{reason}, holds {held_h:.1f} of {needed_h:g} h",
                reason=verdict.why, held_h=held_h, needed_h=self.condition.dwell_h,
            )  # fmt: skip
        return True, verdict.why


@dataclass(frozen=True, slots=True)
class Group:
    """All or any of several. Every member is looked at each time: its dwell goes on."""

    word: str
    members: tuple[Leaf | Group, ...]

    def evaluate(self, view: View, held_since: dict[str, float]) -> Verdict:
        """Met when all (any) are; `why` tells of those that wait, or of those that decided."""
        combine, joiner = GROUPS[self.word]
        verdicts = [member.evaluate(view, held_since) for member in self.members]
        met = combine(verdict.met for verdict in verdicts)
        reasons = [verdict.why for verdict in verdicts if verdict.met == met]
        why = joined(joiner if self.word == "any" else ", ", reasons)
        return Verdict(met, why, tuple(part for verdict in verdicts for part in verdict.parts))

    def expected_h(self, view: View) -> float:
        """Of all the last one, of any the first."""
        expected = [member.expected_h(view) for member in self.members]
        return max(expected) if self.word == "all" else min(expected)


Until = Leaf | Group
Found = TypeVar("Found")


def first_of(until: Until, find: Callable[[Condition], Found | None], one_decides: str) -> Found | None:
    """What `find` finds of the conditions: in groups of the word `one_decides` ("all", "any") one with it is enough, in
    the others every one has to have it. None where it is not so."""
    if isinstance(until, Leaf):
        return find(until.condition)
    found = [first_of(member, find, one_decides) for member in until.members]
    if until.word != one_decides and None in found:
        return None
    return next((one for one in found if one is not None), None)


def parse(table: Any, path: str = ROOT) -> Until:
    """A TOML value as a tree of conditions. Raises BadUntil."""
    if not isinstance(table, Mapping):
        raise BadUntil(f"{path}: has to be a table such as {{ kind = \"elapsed\", hours = 24 }}")
    for word in GROUPS:
        if word in table:
            return _group(word, table, path)
    if "kind" not in table:
        raise BadUntil(f'{path}: option "kind" is missing; known: {", ".join(sorted(KINDS))}, or all, or any')
    options = {key: value for key, value in table.items() if key != "kind"}
    try:
        model = load(with_installed("conditions", KINDS), table["kind"])
    except KeyError as error:
        raise BadUntil(f"{path}: {error.args[0]}") from None
    try:
        condition: Condition = from_toml(model, options)
    except ValidationError as error:
        raise BadUntil("; ".join(sentences(error, model, path, shows_input=True))) from None
    return Leaf(path, table["kind"], condition)


def _group(word: str, table: Mapping[str, Any], path: str) -> Group:
    members = table[word]
    if len(table) != 1 or not isinstance(members, list) or not members:
        raise BadUntil(f"{path}: {word} has to be alone in its table, with a list of at least one condition")
    return Group(word, tuple(parse(member, f"{path}.{word}.{i}") for i, member in enumerate(members)))
