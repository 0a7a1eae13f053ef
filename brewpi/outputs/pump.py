"""A peristaltic pump for nutrient: doses that end by themselves."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from pydantic import Field

from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs import Actuator, OutputError, OutputOptions
from brewpi.outputs.relay import Relay


class Pump(Relay):
    """A peristaltic pump behind a relay or transistor, for the role `nutrient`.

    Calibrate it with the hose it has: let it run into a measuring cylinder for a minute, divide the millilitres by
    60. Hoses tire, so do it again every few months.
    """

    example: ClassVar[str] = 'nutrient = { kind = "pump", pin = 25, ml_per_s = 1.6 }'
    roles: ClassVar[tuple[str, ...]] = ("nutrient",)

    ml_per_s: float = Field(gt=0.001, le=1000.0, description="what it delivers, measured")
    max_run_s: float = Field(
        default=1800.0, ge=10.0, le=172_800.0, description="a dose that would take longer is refused"
    )

    def simulated(self, role: str) -> OutputOptions:
        """The same pump on a simulated tank."""
        return super().simulated(role).model_copy(update={"ml_per_s": self.ml_per_s})

    def open(self, context: PlugContext) -> Actuator:
        """Claim the pin, off. Raises OutputError."""
        return Doses(self.claim(context), self.ml_per_s, self.max_run_s)


class Doses:
    """An opened pump. A run ends in gpiozero's own thread, on time even if every tick hangs."""

    def __init__(self, device: Any, ml_per_s: float, max_run_s: float) -> None:
        self.device, self.ml_per_s, self.max_run_s = device, ml_per_s, max_run_s
        self._started_at = 0.0  # of the monotonic clock: a dose is as long as it is, whatever the wall clock says
        self._run_s = 0.0

    def give(self, volume_ml: float) -> float:
        """Start a dose; returns the seconds that it takes. Raises OutputError, and then nothing has been started."""
        run_s = run_of(volume_ml, self.ml_per_s, self.max_run_s)
        if self.running:
            raise OutputError(f"the pump still gives the last dose, {self.given_ml:.0f} ml so far")
        try:
            self.device.on()  # here, so that a pin that fails does so before anything counts as given
            self.device.blink(on_time=run_s, off_time=0, n=1, background=True)
        except Exception as error:
            self.device.off()
            raise OutputError(f"the pump does not start ({error})") from None
        self._started_at, self._run_s = time.monotonic(), run_s
        return run_s

    @property
    def running(self) -> bool:
        """Whether a dose is being given."""
        return time.monotonic() - self._started_at < self._run_s

    @property
    def given_ml(self) -> float:
        """Of the last dose, by the time that it ran."""
        return self.ml_per_s * min(time.monotonic() - self._started_at, self._run_s)

    def set(self, duty: float, now: float) -> None:
        """Leaves a dose alone; outside of one the pin is written off. A pump has no other way to be on than `give`."""
        if duty > 0.0:
            raise OutputError("a pump gives doses and is not driven")
        if not self.running:
            self.device.off()

    def off(self) -> None:
        """Stop at once; `given_ml` stands where it is."""
        if self.running:
            self._run_s = time.monotonic() - self._started_at
        self.device.off()

    def close(self) -> None:
        """Off first, then let go of the pin."""
        self.off()
        self.device.close()


def run_of(volume_ml: float, ml_per_s: float, max_run_s: float) -> float:
    """Seconds for a volume. Raises OutputError for one that makes no sense or takes too long."""
    if not volume_ml > 0.0:
        raise OutputError(f"a dose of {volume_ml:g} ml is none")
    run_s = volume_ml / ml_per_s
    if run_s > max_run_s:
        raise OutputError(
            f"{volume_ml:.0f} ml take {run_s:.0f} s, longer than max_run_s {max_run_s:g}; give less at once"
        )
    return run_s
