"""Outputs: one file a kind. Add a kind with one file, one line in KINDS and one test.

A kind is a pydantic model of its options with `open(site)`, which returns an actuator that is off. How long it
may run and must rest are options of every kind; the interlocks keep them, an actuator only does as it is told.
"""

from __future__ import annotations

from typing import ClassVar, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

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


class Options(BaseModel):
    """What every output kind has in common: how long it may run and must rest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    example: ClassVar[str]

    longest_run_s: float = Field(
        default=6 * 3600.0, ge=10.0, le=172_800.0, description="switched off and alarmed after this long on"
    )
    min_on_s: float = Field(default=60.0, ge=0.0, le=3600.0, description="stays on at least this long, unless unsafe")
    min_off_s: float = Field(
        default=180.0, ge=0.0, le=7200.0, description="rests at least this long; 300 or more for a compressor"
    )
    compressor: bool = Field(default=False, description="rests 5 minutes or more, also after a restart or a fault")

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
