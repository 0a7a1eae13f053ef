"""What may be acted on: a measurement that is fresh, of a sensor that nobody doubts at the moment.

Whoever moves something, or raises an alarm by a number, asks here. Whoever only shows a number (MQTT, the board, the
record) takes `TankState.fresh`, and shows the fault beside it.
"""

from __future__ import annotations

from brewpi.records import Fault, TankState


def fault_of(state: TankState, quantity: str) -> Fault | None:
    """Why a quantity is not believed at the moment, if so.

    A driver that could not read (`error`) names no quantity: its last reading was good, and counts until it is old.
    """
    return next((fault for fault in state.faults if fault.quantity == quantity), None)


def trusted(state: TankState, quantity: str, now: float, within_s: float) -> float | None:
    """The filtered value in the quantity's own unit, if its newest reading is at most `within_s` old and no fault
    names it; else None."""
    return None if fault_of(state, quantity) else state.fresh(quantity, now, within_s)
