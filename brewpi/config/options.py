"""What a config may say: the options of a cellar and of each tank. Those of plugs stand beside the plugs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from brewpi import outputs
from brewpi.alarms.options import Alarming
from brewpi.config.board import BoardOptions
from brewpi.control.dosing import Dosing
from brewpi.control.drain import Draining
from brewpi.control.limits import Limits
from brewpi.control.shared import Shared
from brewpi.control.temperature import Temperature
from brewpi.forecast.forecaster import ForecasterOptions
from brewpi.forecast.network_and_curves import NetworkAndCurves
from brewpi.media import Medium
from brewpi.mqtt import Mqtt
from brewpi.store import StoreOptions

NAME = r"^[a-z0-9][a-z0-9_-]*$"  # goes into MQTT topics and Home Assistant ids


class TankOptions(BaseModel):
    """`[tanks.<name>]`: one tank. `sensors` and `outputs` are validated by their own kinds."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    volume_l: float = Field(gt=0.5, le=500_000.0, description="litres of beer in the tank")
    medium: Medium = Field(default="beer", description="what usually ferments here; a batch may say otherwise")
    area: str | None = Field(default=None, description="where it stands, for Home Assistant")
    recipe: str | None = Field(
        default=None, description="a ready recipe by its name, or a .toml beside this file; absent: the target is held"
    )
    temperature: Temperature | None = Field(default=None, description="absent: the temperature is only watched")
    limits: Limits = Field(default_factory=Limits, description="what the interlocks never allow")
    alarms: Alarming = Field(default_factory=Alarming, description="when a person is called, and how often")
    dosing: Dosing | None = Field(default=None, description="absent: nothing is ever dosed here")
    draining: Draining | None = Field(default=None, description="absent: the tank is drained by hand")
    sensors: dict[str, Any] = Field(default_factory=dict, description="by name, see the sensor kinds")
    outputs: dict[str, Any] = Field(default_factory=dict, description="by role, such as cool, drain, heat, nutrient")


class Config(BaseModel):
    """A config file, all of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    site: str = Field(
        pattern=NAME, examples=["old-cellar"], description="name of the cellar, part of every MQTT topic"
    )
    tick_s: float = Field(default=5.0, ge=1.0, le=60.0, description="seconds between control steps")
    mqtt: Mqtt | None = Field(default=None, description="absent: nothing is published, the cellar runs alone")
    store: StoreOptions = Field(default_factory=StoreOptions, description="the record")
    model: ForecasterOptions = Field(default_factory=NetworkAndCurves, description="the forecast, see its kinds")
    tanks: dict[str, TankOptions] = Field(default_factory=dict, description="by name, one at least")
    shared: dict[str, Shared] = Field(default_factory=dict, description="by name: outputs that several tanks rely on")
    outbound: dict[str, Any] = Field(default_factory=dict, description="by name: what `brewpi outbound` sends where")
    dashboard: BoardOptions | None = Field(default=None, description="how `brewpi dashboard` serves the board")

    def every_output(self) -> Iterator[tuple[str, outputs.OutputOptions]]:
        """Those of the tanks and those that they share, each with its key."""
        for name, tank in self.tanks.items():
            yield from ((f"tanks.{name}.outputs.{role}", output) for role, output in tank.outputs.items())
        yield from ((f"shared.{name}.output", options.output) for name, options in self.shared.items())
