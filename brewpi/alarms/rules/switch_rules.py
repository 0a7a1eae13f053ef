"""What a switch or a pressure says that nobody asked: a door that stands open beside what heats or cools, beer that
flows through a valve that should be shut, a tank under vacuum. Pure."""

from __future__ import annotations

from collections.abc import Collection

from brewpi.alarms.rules.view import EVERY_S, FINE, UNKNOWN, AlarmCondition, View, lately
from brewpi.control.drain import VACUUM_BAR
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
    """Flow with the drain told to be shut, while a batch is in the tank."""
    flows = _says(view, "flow")
    if not flows or view.state.batch is None or "drain" not in view.roles:
        return UNKNOWN if flows is None else FINE
    shut = not _ran(view, {"drain"}, CLOSES_S + EVERY_S)
    text = Sentence("the flow switch says that it flows, and the drain is told to be shut: is it stuck?")
    return AlarmCondition(shut, text)


def vacuum(view: View) -> AlarmCondition:
    """Less pressure above the beer than a tank bears: drained or cooled with its vent shut."""
    top_bar = trusted(view.state, "top_bar", view.now, QUANTITIES["top_bar"].stale_s)
    if top_bar is None:
        return UNKNOWN
    text = Sentence("the tank is under vacuum: top pressure {top_bar:.2f} bar", top_bar=top_bar)
    return AlarmCondition(top_bar <= VACUUM_BAR, text)


def _says(view: View, quantity: str) -> bool | None:
    """What a switch says now; None where there is none, or it is not believed."""
    value = trusted(view.state, quantity, view.now, QUANTITIES[quantity].stale_s)
    return None if value is None else value == 1.0


def _ran(view: View, roles: Collection[str], within_s: float) -> bool:
    """Whether any of them ran of late."""
    return any(not s.ran.isdisjoint(roles) for s in lately(view.samples, view.now - within_s))
