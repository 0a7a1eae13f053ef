"""What was told of a batch before a restart, from the record of its events. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import get_args

from brewpi.control.approvals import UNANSWERED_S
from brewpi.records import ApprovalRequest, AskStanding, Event

STANDINGS = frozenset(get_args(AskStanding))


@dataclass(slots=True)
class ToldBefore:
    """Its step, when each question was said last, by key and standing, how each dose stood, which marks of its
    fermentation, and which alarms."""

    step: str | None = None
    asks: dict[tuple[object, str], float] = field(default_factory=dict)
    doses: dict[object, object] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    alarms: dict[object, Event] = field(default_factory=dict)  # that were not over

    def note(self, event: Event) -> None:
        """One of its events, in order."""
        self.kinds.add(event.kind)
        if event.kind == "step":
            self.step = str(event.details.get("step"))
        elif event.kind == "dose":
            self.doses[event.details.get("dose")] = event.details.get("standing")
        elif event.kind in STANDINGS:
            self.asks[event.details.get("key"), event.kind] = event.at
        elif event.kind == "alarm_raised":
            self.alarms[event.details.get("key")] = event
        elif event.kind == "alarm_cleared":
            self.alarms.pop(event.details.get("key"), None)

    def knows(self, ask: ApprovalRequest, now: float) -> bool:
        """Whether this question was said, since it is open and not so long ago that it has to be said again."""
        said_at = self.asks.get((ask.key, ask.standing), -inf)
        return said_at >= ask.since and now - said_at < UNANSWERED_S
