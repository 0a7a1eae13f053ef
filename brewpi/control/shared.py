"""The last word on an output that several tanks rely on, such as a glycol pump or a chiller.

Each tank keeps an output of its own (a valve), and with it all that protects its beer; this runs while one of them
does. Whoever asks, stops or fails: it has one rest, one longest run and one changeover.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from brewpi.control.output_timers import OutputTimers, TimersSnapshot
from brewpi.snapshot import Snapshot


class Shared(BaseModel):
    """`[shared.<name>]`: one output that several tanks rely on. It runs while any of their own outputs of its role
    does, and while it may not run, theirs stay off and say why."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    role: str = Field(default="cool", description="of the tanks' own outputs that it runs with")
    tanks: tuple[str, ...] = Field(default=(), description="that rely on it; absent: all with an output of that role")
    never_with: tuple[str, ...] = Field(
        default=(), description="shared outputs that it never runs together with, such as the heater of the same loop"
    )
    changeover_s: float = Field(
        default=600.0, ge=60.0, le=7200.0, description="between the end of one of those and its own start, or back"
    )
    output: Any = Field(default=None, description="a table of an output kind, with its limits")


class SharedSnapshot(Snapshot):
    """By name, what each shared output has to rest from."""

    always = ("ran",)
    ran: dict[str, TimersSnapshot] = Field(default_factory=dict)


class SharedInterlock:
    """When a shared output may run. On start it counts as just stopped: nobody knows how long the power was away."""

    def __init__(self, name: str, options: Shared, now: float) -> None:
        self.name, self.options = name, options
        self.timers = OutputTimers(options=options.output, stopped_at=now)

    def forbids(self, others: Iterable[SharedInterlock], now: float) -> str | None:
        """Why it may not run whoever asks; None if it may."""
        reason = self.timers.rests(now)
        for other in others:
            apart = other.name in self.options.never_with or self.name in other.options.never_with
            if reason is None and apart:
                changeover_s = max(self.options.changeover_s, other.options.changeover_s)
                reason = other.timers.holds_up(other.name, changeover_s, now)
        return reason

    def permit(self, asked: bool, held: bool, reason: str | None, now: float) -> bool:
        """Whether it is on from now on. asked: by a tank whose own output is on; held: whether it may finish its
        shortest run though nobody asks any more; reason: what forbids it."""
        on = reason is None and (asked or (held and self.timers.held_on_s(asked, now) > 0.0))
        self.timers.switch(on, now)
        return on
