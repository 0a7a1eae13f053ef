"""One tank, one tick: sensors -> state -> forecast -> demand -> interlocks -> outputs -> report."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from brewpi.control.interlocks import Interlocks
from brewpi.control.recipe import Recipe
from brewpi.forecaster import Forecaster
from brewpi.outputs import Actuator, OutputError
from brewpi.outputs import Options as OutputOptions
from brewpi.records import Alarm, Batch, Command, Demand, Fault, Forecast, Reading, Report, TankState
from brewpi.sensors import Options as SensorOptions
from brewpi.sensors import Probe, SensorError
from brewpi.site import Message, Site
from brewpi.state import State


@dataclass(slots=True)
class Feed:
    """One sensor with its cadence: opened at its first read, and asked every `every_s`.

    A probe that cannot be opened or read is a fault of the tank, never a stop of the daemon.
    """

    name: str
    options: SensorOptions
    site: Site
    probe: Probe | None = None
    due_at: float = float("-inf")
    failing: Fault | None = None

    def read(self, now: float) -> tuple[list[Reading], list[Fault]]:
        """New readings, signed with the sensor's name, and the fault if the last attempt failed."""
        if now < self.due_at:
            return [], [self.failing] if self.failing else []
        self.due_at = now + self.options.every_s
        try:
            if self.probe is None:
                self.probe = self.options.open(self.site)
            readings = [replace(r, sensor=self.name) for r in self.probe.read(now)]
        except Exception as error:  # whatever a driver throws must not stop the tank
            since = self.failing.since if self.failing else now
            text = str(error) if isinstance(error, SensorError) else f"{type(error).__name__}: {error}"
            self.failing = Fault(self.name, "", "error", f"{self.name}: {text}", since)
            return [], [self.failing]
        self.failing = None
        return readings, []

    def close(self) -> None:
        """Let go of the hardware, if it was ever opened."""
        if self.probe is not None:
            with suppress(Exception):  # the other sensors still have to be closed
                self.probe.close()
            self.probe = None


@dataclass(slots=True)
class Bank:
    """The outputs of one tank by role. One that fails is switched off and named until it works again."""

    options: dict[str, OutputOptions]
    site: Site
    actuators: dict[str, Actuator] = field(default_factory=dict)
    failing: dict[str, Alarm] = field(default_factory=dict)

    def open(self, now: float) -> None:
        """Open every output, off. One that cannot be opened is an alarm; the tank goes on without it."""
        for role, options in self.options.items():
            try:
                self.actuators[role] = options.open(self.site)
            except Exception as error:  # whatever a driver throws, the other outputs have to be opened
                text = str(error) if isinstance(error, OutputError) else f"{type(error).__name__}: {error}"
                self._fail(role, f"{role}: output cannot be used, {text}", now)

    def apply(self, command: Command, now: float) -> Command:
        """Drive every output as permitted: what goes off does so before anything goes on. Returns what became of it:
        an output that fails is off."""
        duties = {"heat": command.heat_duty, "cool": command.cool_duty}
        for role, actuator in sorted(self.actuators.items(), key=lambda item: duties[item[0]]):
            try:
                actuator.set(duties[role], now)
            except Exception as error:  # a driver's fault is this output's alarm, not the tank's end
                self._fail(role, f"{role}: output does not obey ({error}); switched off, check its wiring", now)
                with suppress(Exception):
                    actuator.off()
            else:
                self.failing.pop(role, None)
        if not self.failing:
            return command
        duties |= dict.fromkeys(self.failing, 0.0)
        alarms = (*command.alarms, *self.failing.values())
        return replace(command, heat_duty=duties["heat"], cool_duty=duties["cool"], alarms=alarms)

    def _fail(self, role: str, text: str, now: float) -> None:
        self.failing.setdefault(role, Alarm(f"{role}: output", "alarm", text, now))

    def off(self) -> None:
        """The safe state of every output, whatever fails on the way."""
        for actuator in self.actuators.values():
            with suppress(Exception):
                actuator.off()

    def close(self) -> None:
        """Off, then let go: an active-low relay closed while on would stay on."""
        self.off()
        for actuator in self.actuators.values():
            with suppress(Exception):
                actuator.close()
        self.actuators.clear()


@dataclass(slots=True)
class Tank:
    """A tank with its sensors and outputs. `tick` is the hallway; `safe` is for when the tick itself fails."""

    name: str
    sensors: list[Feed]
    absorber: State
    forecaster: Forecaster
    recipe: Recipe
    interlocks: Interlocks
    outputs: Bank
    state: TankState = field(default_factory=TankState)
    broken: Alarm | None = None

    def tick(self, now: float) -> Report:
        """Look, think, act, report."""
        readings, faults = self._read(now)
        self.state = self.absorber.absorb(self.state, readings, now, faults)
        forecast = self.forecaster.forecast(self.state, now)
        demand = self.recipe.decide(self.state, forecast, now)
        command = self.interlocks.permit(demand, self.state, now)
        command = self.outputs.apply(command, now)
        self.interlocks.stopped(now, self.outputs.failing)
        self.broken = None
        return Report(now, self.name, tuple(readings), self.state, forecast, demand, command)

    def _read(self, now: float) -> tuple[list[Reading], list[Fault]]:
        readings: list[Reading] = []
        faults: list[Fault] = []
        for sensor in self.sensors:
            new, failed = sensor.read(now)
            readings += new
            faults += failed
        return readings, faults

    def safe(self, now: float, error: Exception) -> Report:
        """Everything off because the tick itself failed; the other tanks go on."""
        self.outputs.off()
        self.interlocks.stopped(now)
        if self.broken is None:
            text = f"control of {self.name} failed ({type(error).__name__}: {error}); its outputs are off"
            self.broken = Alarm("tank: broken", "alarm", text, now)
        command = Command(why=self.broken.text, alarms=(self.broken,))
        forecast = Forecast(0.0, None, "none", why=self.broken.text)
        return Report(now, self.name, (), self.state, forecast, Demand("broken", None), command)

    def begin(self, batch: Batch | None) -> None:
        """A new batch, or none: history begins with the next reading. Temperature control goes on as it was."""
        self.state = replace(self.state, batch=batch, history=())
        self.forecaster.forget()

    def reads_by_hand(self, quantity: str) -> bool:
        """Whether somebody may type this quantity in."""
        return any(s.options.by_hand() and quantity in s.options.measures() for s in self.sensors)

    def hear(self, quantity: str, value: float, at: float) -> None:
        """A hand reading, in the unit of its name; its sensor reads it at the next tick."""
        payload = json.dumps({"quantity": quantity, "value": value}).encode()
        for sensor in self.sensors:
            if sensor.options.by_hand() and quantity in sensor.options.measures():
                sensor.site.hand.put(Message("", payload, False, at))
                sensor.due_at = float("-inf")

    def held(self) -> dict[str, Any]:
        """What recipe and interlocks want back after a restart."""
        return {"recipe": self.recipe.snapshot(), "interlocks": self.interlocks.snapshot()}

    def restore(self, held: dict[str, Any], now: float) -> None:
        """Setpoint and latches as they were."""
        self.recipe.restore(held["recipe"])
        self.interlocks.restore(held["interlocks"], now)

    def close(self) -> None:
        """Outputs first: off, closed, then the sensors."""
        self.outputs.close()
        for sensor in self.sensors:
            sensor.close()
