"""Outputs: one file a kind. Add a kind with one file, one line in KINDS and one test.

A kind is a pydantic model of its options with `open(context)`, which returns an actuator that is off. How long it
may run and must rest are options of every kind; the interlocks keep them, an actuator only does as it is told.
"""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable

from pydantic import Field

from brewpi.hardware.plug_context import PlugContext, PlugOptions
from brewpi.outputs.run_limits import RunLimits
from brewpi.registry import load
from brewpi.roles import ROLES, switched

KINDS: dict[str, str] = {
    "mcp23017": "brewpi.outputs.mcp23017:Mcp23017",
    "modbus_relay": "brewpi.outputs.modbus_relay:ModbusRelay",
    "pump": "brewpi.outputs.pump:Pump",
    "relay": "brewpi.outputs.relay:Relay",
    "shelly": "brewpi.outputs.shelly:Shelly",
    "simulated": "brewpi.outputs.simulated:Simulated",
    "tasmota": "brewpi.outputs.tasmota:Tasmota",
    "valve": "brewpi.outputs.valve:Valve",
}


class OutputError(Exception):
    """An output could not be driven; the message is a sentence for the operator."""


class Actuator(Protocol):
    """An opened output, off until told."""

    def set(self, duty: float, now: float) -> None:
        """Drive at `duty`, 0 to 1. Raises OutputError."""
        ...

    def off(self) -> None:
        """The safe state; must work after any failure."""
        ...

    def close(self) -> None:
        """Let go of the hardware; the caller has called `off` before."""
        ...


@runtime_checkable
class MeteringPump(Actuator, Protocol):
    """An opened output that gives amounts: a run ends by itself, on time even if the ticks hang."""

    def give(self, volume_ml: float) -> float:
        """Start a dose; returns the seconds that it takes. Raises OutputError, and then nothing has been started."""
        ...

    @property
    def running(self) -> bool:
        """Whether a dose is being given."""
        ...

    @property
    def given_ml(self) -> float:
        """Of the last dose, so far or until it was stopped, by the time that it ran."""
        ...


class OutputOptions(PlugOptions, RunLimits):
    """What every output kind has in common: how long it may run and must rest."""

    example: ClassVar[str]
    roles: ClassVar[tuple[str, ...]] = ()  # what it may be named; none: whatever is only switched on and off
    needs_broker: ClassVar[bool] = False
    expires_s: float | None = Field(
        default=None,
        ge=5.0,
        le=600.0,
        description="off by itself if no tick renews it this long; absent: 4 ticks, 20 s or more",
    )

    @classmethod
    def may_be(cls) -> tuple[str, ...]:
        """The roles that it may have."""
        return cls.roles or tuple(switched(ROLES))

    def on_at_boot(self) -> str | None:
        """That it is on while the Pi boots, and what to do about it; None where it is off, or nobody knows."""
        return None

    def simulated(self, role: str) -> OutputOptions:
        """The simulated sibling, with the same limits."""
        shared = {name: getattr(self, name) for name in OutputOptions.model_fields}
        sibling: OutputOptions = load(KINDS, "simulated")(role=role, **shared)
        return sibling

    def open(self, context: PlugContext) -> Actuator:
        """Touch the world; the output is off when this returns. Raises OutputError."""
        raise NotImplementedError
