"""The steps of a procedure: one at a time, forward only, each with its dwell and its latest time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import Field

from brewpi.control.conditions import Verdict, View
from brewpi.control.conditions.operator import Operator
from brewpi.control.procedure import Step
from brewpi.control.until import Leaf, Until
from brewpi.records import Requirement
from brewpi.sentences import Sentence
from brewpi.snapshot import At, Snapshot, Words


class StepsSnapshot(Snapshot):
    """The running step by its name, since when, what was said to it, and since when its conditions hold."""

    step: Words
    since: At | None
    confirmations: tuple[Words, ...] = ()
    held_since: dict[str, At] = Field(default_factory=dict)


class Steps:
    """Where a batch is in its procedure. `since` is None until the first step begins; `requirements` are the conditions
    of the running step as they were looked at last."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = tuple(steps)
        self.index = 0
        self.since: float | None = None
        self.confirmations: set[str] = set()
        self.requirements: tuple[Requirement, ...] = ()
        self._held_since: dict[str, float] = {}

    @property
    def now(self) -> Step:
        """The step that is running."""
        return self.steps[self.index]

    @property
    def following(self) -> Step | None:
        """The step after it; None in the last."""
        return self.steps[self.index + 1] if self.index + 1 < len(self.steps) else None

    @property
    def words(self) -> tuple[str, ...]:
        """What operators may confirm in this step."""
        return tuple(dict.fromkeys(_words(self.now.until)))

    def begin(self, now: float) -> Step:
        """The first step begins."""
        self.index, self.since = 0, now
        return self.now

    def evaluate(self, view: View) -> Verdict | None:
        """Whether the step may end, and the numbers that decide; None for the last step."""
        until: Until | None = self.now.until
        verdict = None if self.following is None or until is None else until.evaluate(view, self._held_since)
        self.requirements = verdict.parts if verdict else ()
        return verdict

    def overdue_h(self, now: float) -> float:
        """Hours past the step's latest time; negative before it."""
        return (now - (self.since or now)) / 3600.0 - self.now.latest_h

    def go_on(self, now: float) -> Step:
        """The next step begins. Never back, never two at once."""
        assert self.following is not None
        self.index, self.since = self.index + 1, now
        self.confirmations.clear()
        self.requirements = ()
        self._held_since.clear()
        return self.now

    def confirm(self, word: str | None) -> str | None:
        """Somebody confirms a word of this step. Returns why that means nothing."""
        if word not in self.words:
            return Sentence('step {step} does not wait for "{word}"', step=self.now.name, word=word)
        self.confirmations.add(word)
        return None

    def snapshot(self) -> StepsSnapshot:
        return StepsSnapshot.model_construct(
            step=self.now.name,
            since=self.since,
            confirmations=tuple(sorted(self.confirmations)),
            held_since=dict(self._held_since),
        )

    def restore(self, kept: StepsSnapshot, now: float) -> bool:
        """The step, by its name, with its dwell. Whether it is still there; else none has begun."""
        names = [step.name for step in self.steps]
        if kept.step not in names:
            return False
        self.index, self.since = names.index(kept.step), kept.since
        self.confirmations = set(kept.confirmations)
        self._held_since = dict(kept.held_since)
        return True


def _words(until: Until | None) -> Iterator[str]:
    if isinstance(until, Leaf):
        if isinstance(until.condition, Operator):
            yield until.condition.confirms
    elif until is not None:
        for member in until.members:
            yield from _words(member)
