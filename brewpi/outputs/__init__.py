"""Outputs: one file a kind. Add a kind with one file, one line in KINDS and one test.

A kind is a pydantic model of its options with `open(site)`, which returns an actuator that is off. How long it
may run and must rest are options of every kind; the interlocks keep them, an actuator only does as it is told.
"""

from __future__ import annotations

from typing import ClassVar, Literal, Protocol

from brewpi.control.interlocks import Endurance
from brewpi.site import Site

KINDS: dict[str, str] = {
    "relay": "brewpi.outputs.relay:Relay",
    "simulated": "brewpi.outputs.simulated:Simulated",
}


Role = Literal["heat", "cool"]


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


class Options(Endurance):
    """What every output kind has in common: how long it may run and must rest."""

    example: ClassVar[str]

    def pins(self) -> tuple[str, ...]:
        """Names of the pins it owns alone ("GPIO17"), so that two owners are refused."""
        return ()

    def simulated(self, role: Role) -> Options:
        """The simulated sibling, with the same limits."""
        from brewpi.outputs.simulated import Simulated

        shared = {name: getattr(self, name) for name in Options.model_fields}
        return Simulated(role=role, **shared)

    def open(self, site: Site) -> Actuator:
        """Touch the world; the output is off when this returns. Raises OutputError."""
        raise NotImplementedError
