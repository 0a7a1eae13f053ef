"""What reaches the control of a tank beside measurements, in order, so that its decisions can be replayed.

Beside the commands: `restored` (a start, with all that came back), `checkpoint` (the same while it runs), `began`
(another batch, or none), `looked` (somebody explained a rise of gravity), `moved` (steps of a batch from another tank),
`emergency` (its button), `unwritten` (why nothing can be written down), `off` (outputs that could not be driven),
`supply` (which shared outputs may not run, by name: the role that they feed, and why at first), `others_recovered`
(when an output of that role, in another tank on the same supply, had an effect again), `swapped` (its beer probe was
found to be in another tank: what is said of it, and since when).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from brewpi.records import ControlInput

RESTORED, CHECKPOINT, BEGAN, LOOKED, MOVED = "restored", "checkpoint", "began", "looked", "moved"
EMERGENCY, UNWRITTEN, OFF, SUPPLY, OTHERS = "emergency", "unwritten", "off", "supply", "others_recovered"
SWAPPED = "swapped"
MOST = 100  # in one tick
CHECKPOINT_S = 6 * 3600.0  # a record that is thinned keeps a place to begin from


@dataclass(slots=True)
class ControlJournal:
    """Of one tank, since its last report. options: what its recipe and interlocks are made of, as JSON has it."""

    options: Mapping[str, object] | None = None
    inputs: list[ControlInput] = field(default_factory=list)
    unwritten: str | None = None
    _due_at: float = float("-inf")

    def note(self, kind: str, /, refused: str | None = None, **fields: object) -> None:
        """One more; of a flood not all."""
        if len(self.inputs) < MOST:
            self.inputs.append(ControlInput(kind, fields, refused))

    def note_unwritten(self, why: str | None) -> None:
        """Whether things can be written down, when that has changed."""
        if why != self.unwritten:
            self.unwritten = why
            self.note(UNWRITTEN, why=why)

    def is_due(self, now: float) -> bool:
        """Whether it is time for a checkpoint."""
        return self.options is not None and now >= self._due_at

    def begin(self, kind: str, now: float, **fields: object) -> None:
        """A place to begin a replay from."""
        self._due_at = now + CHECKPOINT_S
        if self.options is not None:
            self.inputs.insert(0, ControlInput(kind, {"options": self.options, **fields}))

    def take(self) -> tuple[ControlInput, ...]:
        """All of them; the next tick begins with none."""
        taken, self.inputs = tuple(self.inputs), []
        return taken
