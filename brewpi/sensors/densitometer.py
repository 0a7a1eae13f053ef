"""Gravity from the pressures at two depths of the tank: inline, without anything that floats."""

from __future__ import annotations

from collections import deque
from statistics import fmean, median
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from brewpi.hardware.plug_context import PlugContext
from brewpi.quantities import QUANTITIES
from brewpi.records import Reading
from brewpi.sensors import FailureDebounce
from brewpi.sensors.pressure import Analogue

WATER_KG_M3 = 998.2  # at 20 °C (CRC Handbook of Chemistry and Physics)
STANDARD_G = 9.80665  # m/s², BIPM; it differs by 0.3 % at most on Earth, and the calibration takes that in
PA_PER_BAR = 1e5
CONVERSIONS = 64  # of each channel a read: their mean is finer than one step of the converter, noise being more
LEAST_SAMPLES = 5


class Densitometer(Analogue):
    """Two pressure transmitters in the wall of the tank, one `height_cm` above the other, both below the beer's level.

    What stands between them weighs on the lower one: `sg = dp / (density of water x g x height)`, in which no
    temperature occurs, nor the pressure above the beer. The effect is small (one point of gravity is 10 Pa over a
    metre), so mount them far apart, use an MCP3208, and calibrate in place: fill with water, note what it shows as
    `water_reads_sg`; fill with a wort whose gravity you know, note what it shows as `wort_reads_sg`.

    Bubbles make beer lighter, 0.1 % of gas by one point. The median over `median_s` takes the coming and going out;
    what hangs in the beer all the time in full fermentation still reads some points low.
    """

    example: ClassVar[str] = (
        'gravity = { kind = "densitometer", lower = 1, upper = 2, height_cm = 100, bar_per_v = 0.1,'
        " water_reads_sg = 0.996, wort_sg = 1.050, wort_reads_sg = 1.049 }"
    )
    quantities: ClassVar[tuple[str, ...]] = ("sg",)

    every_s: float = Field(default=10.0, ge=1.0, le=86_400.0, description="seconds between reads")
    lower: int = Field(ge=0, le=7, description="channel of the lower transmitter")
    upper: int = Field(ge=0, le=7, description="channel of the upper one")
    height_cm: float = Field(ge=10.0, le=1000.0, description="from one to the other, straight up")
    bar_per_v: float = Field(gt=0.0, le=10.0, description="of both transmitters, at the converter's input")
    water_reads_sg: float = Field(default=1.0, ge=0.5, le=1.5, description="what it shows in water at 20 °C")
    wort_sg: float = Field(default=1.05, ge=1.02, le=1.2, description="gravity of a wort, by a hydrometer at 20 °C")
    wort_reads_sg: float | None = Field(
        default=None, ge=0.5, le=1.7, description="what it shows in that wort; absent: only the water counts"
    )
    median_s: float = Field(default=600.0, ge=60.0, le=3600.0, description="how long bubbles are averaged over")

    @model_validator(mode="after")
    def _calibrated(self) -> Self:
        if self.lower == self.upper:
            raise ValueError("lower and upper are the same channel; each transmitter has its own")
        if not 0.5 <= self.gain <= 2.0:
            raise ValueError(
                f"the two points make a gain of {self.gain:.2f}: wort_reads_sg less water_reads_sg has to be about"
                f" {self.wort_sg - 1.0:.3f}; check height_cm, bar_per_v and the points"
            )
        return self

    @property
    def gain(self) -> float:
        """True change of gravity for each change shown; infinite for two points that are one."""
        if self.wort_reads_sg is None:
            return 1.0
        shown = self.wort_reads_sg - self.water_reads_sg
        return (self.wort_sg - 1.0) / shown if shown > 0.0 else float("inf")

    def sg(self, lower_v: float, upper_v: float) -> float:
        """Specific gravity at 20/20 °C from the volts of both transmitters."""
        dp_pa = (lower_v - upper_v) * self.bar_per_v * PA_PER_BAR
        shown = dp_pa / (WATER_KG_M3 * STANDARD_G * self.height_cm / 100.0)
        return 1.0 + (shown - self.water_reads_sg) * self.gain

    def channels(self) -> tuple[int, ...]:
        return (self.lower, self.upper)

    def open(self, context: PlugContext) -> DensitometerProbe:
        """Claim both channels. Raises SensorError."""
        return DensitometerProbe(self.claim(context), self)


class DensitometerProbe:
    """The median gravity of the last minutes, or nothing."""

    def __init__(self, devices: list[Any], options: Densitometer) -> None:
        self.devices, self.options = devices, options
        self.debounce = FailureDebounce()
        self.window: deque[tuple[float, float]] = deque()

    def read(self, now: float) -> list[Reading]:
        """One more sample; a reading once there are enough. What cannot be beer is no sample, and said the third time
        in a row."""
        while self.window and self.window[0][0] < now - self.options.median_s:
            self.window.popleft()
        volts = self._volts()
        for channel, value in zip(self.options.channels(), volts, strict=True):
            refusal = self.options.refusal(value, channel)
            if refusal:
                return self.debounce.lost(refusal)
        sg = self.options.sg(*volts)
        refusal = QUANTITIES["sg"].refusal(sg)
        if refusal:
            return self.debounce.lost(f"{refusal}; is the beer above both transmitters?")
        self.debounce.found()
        self.window.append((now, sg))
        if len(self.window) < LEAST_SAMPLES:
            return []
        return [Reading(now, "sg", median(value for _, value in self.window))]

    def _volts(self) -> list[float]:
        """Both channels in turn, so that a wave passes both."""
        rounds = [[float(device.voltage) for device in self.devices] for _ in range(CONVERSIONS)]
        return [fmean(channel) for channel in zip(*rounds, strict=True)]

    def close(self) -> None:
        """Let go of the channels."""
        for device in self.devices:
            device.close()
