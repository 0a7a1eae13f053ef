"""What a switch says that nobody asked: a door that stands open beside what heats or cools, beer that flows through a
closed valve. Pure."""

from __future__ import annotations

from collections.abc import Collection

from brewpi.alarms.view import EVERY_S, FINE, UNKNOWN, AlarmCondition, View
from brewpi.estimation.trusted import trusted
from brewpi.quantities import QUANTITIES
from brewpi.roles import moving
from brewpi.sentences import Sentence

RUNS_S = 1800.0  # a compressor rests meanwhile, and the door is open all the same
CLOSES_S = 120.0  # a motor valve, and what stands in the hose


def door(view: View) -> AlarmCondition:
    """Open while something heats or cools, or did half an hour ago."""
    is_open = _says(view, "door_open")
    if not is_open:
        return UNKNOWN if is_open is None else FINE
    running = [role for role in moving(sorted(view.roles)) if _ran(view, {role}, RUNS_S)]
    if not running:
        return FINE
    text = Sentence("the door is open while {output} runs", output=running[0])
    return AlarmCondition(True, text, "warning")


def leaks(view: View) -> AlarmCondition:
    """Flow with the drain shut, while a batch is in the tank."""
    flows = _says(view, "flow")
    if not flows or view.state.batch is None or "drain" not in view.roles:
        return UNKNOWN if flows is None else FINE
    shut = not _ran(view, {"drain"}, CLOSES_S + EVERY_S)
    return AlarmCondition(shut, Sentence("the flow switch says that it flows, and the drain is shut: does it leak?"))


def _says(view: View, quantity: str) -> bool | None:
    """What a switch says now; None where there is none, or it is not believed."""
    value = trusted(view.state, quantity, view.now, QUANTITIES[quantity].stale_s)
    return None if value is None else value == 1.0


def _ran(view: View, roles: Collection[str], within_s: float) -> bool:
    """Whether any of them ran of late."""
    return any(not s.ran.isdisjoint(roles) for s in view.samples if s.at >= view.now - within_s)
