"""What recipe and interlocks of a tank are made of, without plugs: enough to decide again what was decided once."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from brewpi import recipes, sensors
from brewpi.config.options import TankOptions
from brewpi.control.approvals import Approvals
from brewpi.control.dosing import Dosing
from brewpi.control.drain import DrainGate, Draining
from brewpi.control.interlocks import Interlocks
from brewpi.control.limits import Limits
from brewpi.control.procedure import parse
from brewpi.control.recipe import Recipe
from brewpi.control.temperature import Temperature
from brewpi.outputs.run_limits import RunLimits


class ControlOptions(BaseModel):
    """Those of one tank. recipe: the text of its file; stale_s: by quantity that its sensors deliver, the age from
    which on a measurement is none. No address and no secret of a plug is among them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    volume_l: float
    temperature: Temperature | None = None
    limits: Limits = Field(default_factory=Limits)
    dosing: Dosing | None = None
    draining: Draining | None = None
    outputs: dict[str, RunLimits] = Field(default_factory=dict)
    recipe: str | None = None
    stale_s: dict[str, float] = Field(default_factory=dict)

    @classmethod
    def of(cls, tank: TankOptions) -> Self:
        """Of a tank in a config. Raises BadRecipe."""
        return cls(
            volume_l=tank.volume_l,
            temperature=tank.temperature,
            limits=tank.limits,
            dosing=tank.dosing,
            draining=tank.draining,
            outputs={role: _run_limits(plug) for role, plug in tank.outputs.items()},
            recipe=recipes.text(tank.recipe) if tank.recipe else None,
            stale_s={meter.quantity: meter.stale_s for meter in sensors.meters(tank.sensors)},
        )

    def built(self) -> tuple[Recipe, Interlocks]:
        """Both, new, with the approvals that they share."""
        drain, beer_stale_s = None, self.stale_s.get("beer_c", 0.0)
        if self.draining is not None and "drain" in self.outputs:
            drain = DrainGate(self.draining, self.stale_s, beer_stale_s)
        recipe = Recipe(
            self.temperature,
            beer_stale_s,
            parse(self.recipe, "recipe") if self.recipe else None,
            self.dosing,
            self.volume_l,
            frozenset(self.outputs),
            Approvals(drain.approval if drain else None),
            {role for role, limits in self.outputs.items() if limits.cycle_s is not None},
        )
        interlocks = Interlocks(
            self.limits, self.outputs, beer_stale_s, self.dosing, drain, self.volume_l, self.stale_s
        )
        return recipe, interlocks


def _run_limits(plug: Any) -> RunLimits:
    return RunLimits(**{name: getattr(plug, name) for name in RunLimits.model_fields})
