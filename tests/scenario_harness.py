"""A tank on the bench: everything real but the wort, the wires and the time.

The tank, its temperature control and its interlocks are those that drive relays. The beer is as warm as the test says
(`run(beer_c=22.0)`), or lives by itself in the simulated vessel while it says nothing. Faults are enqueued by what a
person would do to a tank: unplug a probe, tear a wire, cross two sockets, pull the mains.
"""

from __future__ import annotations

import json
from collections import deque
from typing import Any

from brewpi.alarms.monitors import AlarmMonitors
from brewpi.cellar.sensor_bank import SensorBank
from brewpi.cellar.tank import OutputBank, Tank, TankSnapshot
from brewpi.control.interlocks import Interlocks
from brewpi.control.limits import Limits
from brewpi.control.recipe import Recipe
from brewpi.control.temperature import Temperature
from brewpi.estimation.state import StateEstimator
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs import Actuator, OutputError, OutputOptions
from brewpi.outputs.dose_runner import DoseRunner
from brewpi.outputs.simulated import Simulated as SimulatedOutput
from brewpi.plant.simulated_tank import ALE, Brew, Vessel
from brewpi.records import Report
from brewpi.sensors import meters
from brewpi.sensors.simulated import Simulated as SimulatedSensor
from brewpi.store import Store

START = 1_790_000_000.0
TICK_S = 5.0
PROBES = {"beer": "beer_c"}


class Harness:
    """Time passes in ticks of `tick_s`; after each, `last` is the tank's report and `track` a line longer."""

    def __init__(
        self,
        *,
        cool: dict[str, Any] | None = None,
        heat: dict[str, Any] | None = None,
        temperature: dict[str, Any] | None = None,
        limits: dict[str, Any] | None = None,
        brew: Brew = ALE,
        without: str = "",
        volume_l: float = 0.0,
        tick_s: float = TICK_S,
    ) -> None:
        """volume_l: as the config says it; 0: what runs is judged as if nobody knew it."""
        self.tick_s = tick_s
        options = {
            "cool": SimulatedOutput(role="cool", **{"compressor": True, **(cool or {})}),
            "heat": SimulatedOutput(role="heat", **(heat or {})),
        }
        self.outputs: dict[str, OutputOptions] = {role: plug for role, plug in options.items() if role != without}
        self.temperature = Temperature(**{"target_c": 19.0, "ramp_c_per_h": 20.0, **(temperature or {})})
        self.limits = Limits(**(limits or {}))
        self.now = START
        self.volume_l = volume_l
        self.vessel = Vessel(brew, volume_l=volume_l or 1000.0, now=START)
        self.faults: dict[str, deque[Exception]] = {"cool": deque(), "heat": deque()}
        self.track: list[tuple[float, bool, bool]] = []  # when, heating, cooling
        self.restarts: list[float] = []
        self.last: Report
        self._power_on()

    def _power_on(self) -> None:
        sensors = {"beer": SimulatedSensor(measure=("beer_c",))}
        site = PlugContext("fv1", vessel=self.vessel)
        known = meters(sensors)
        stale_s = known[0].stale_s
        self.tank = Tank(
            name="fv1",
            sensors=SensorBank(sensors, site),
            absorber=StateEstimator(known),
            forecaster=TankForecaster(None, "the bench has no model"),
            recipe=Recipe(self.temperature, stale_s, in_cycles=[r for r, o in self.outputs.items() if o.cycle_s]),
            interlocks=Interlocks(self.limits, self.outputs, stale_s, volume_l=self.volume_l),
            outputs=OutputBank(self.outputs, site),
            dose_runner=DoseRunner("fv1", Store()),
            alarm_monitors=AlarmMonitors(None, self.volume_l, frozenset(self.outputs), stale_s),
        )
        self.tank.outputs.open(self.now)
        actuators = self.tank.outputs.actuators
        for role, actuator in actuators.items():
            actuators[role] = Wired(actuator, self.faults[role])

    # --- time goes on

    def run(
        self, *, beer_c: float | None = None, target_c: float | None = None, minutes: float = 0.0, hours: float = 0.0
    ) -> None:
        """Let time pass, with the beer at `beer_c` from now on, and another target."""
        if beer_c is not None:
            self.plug("beer", beer_c)
        if target_c is not None:
            assert self.tank.recipe.set_target(target_c, self.now, "anna") is None
        for _ in range(round((minutes * 60.0 + hours * 3600.0) / self.tick_s)):
            self.tick()

    def tick(self) -> None:
        """`tick_s` seconds."""
        self.now += self.tick_s
        self.last = self.tank.tick(self.now)
        self._look()

    def warm(self, by_c: float, hours: float) -> None:
        """The beer goes up (or down) evenly, whatever runs."""
        start_c, ticks = self.vessel.unplugged["beer_c"], round(hours * 3600.0 / self.tick_s)
        assert start_c is not None
        for n in range(ticks):
            self.plug("beer", start_c + by_c * (n + 1) / ticks)
            self.tick()

    # --- what a person sees

    @property
    def cooling(self) -> bool:
        """Whether the cooler has power."""
        return self.vessel.duties["cool"] > 0.0

    @property
    def heating(self) -> bool:
        """Whether the heater has power."""
        return self.vessel.duties["heat"] > 0.0

    @property
    def why(self) -> str:
        """What the tank says about its outputs."""
        return self.last.command.why

    @property
    def alarms(self) -> dict[str, str]:
        """Text by key."""
        return {alarm.key: alarm.text for alarm in self.last.command.alarms}

    def longest(self, what: str) -> float:
        """Seconds of the longest run so far of "heating" or "cooling"."""
        column, longest, since = ("heating", "cooling").index(what) + 1, 0.0, None
        for line in self.track:
            since = (line[0] if since is None else since) if line[column] else None
            longest = max(longest, line[0] - since if since is not None else 0.0)
        return longest

    # --- what a person or a fault does

    def unplug(self, probe: str) -> None:
        """The probe falls silent."""
        self.vessel.unplug(PROBES[probe])

    def plug(self, probe: str, value: float | None = None) -> None:
        """The probe is back; with a value, it reads that."""
        self.vessel.plug(PROBES[probe], value)

    def tear(self, role: str, times: int = 1) -> None:
        """The next `times` that this output is driven, it fails."""
        self.faults[role].extend(OutputError("the wire is off") for _ in range(times))

    def cross_the_sockets(self) -> None:
        """The heater is in the cooler's socket, and the other way round."""
        actuators = self.tank.outputs.actuators
        actuators["heat"], actuators["cool"] = actuators["cool"], actuators["heat"]

    def stop(self, by: str = "anna") -> None:
        """The red button."""
        self.tank.interlocks.stop(self.now, by)

    def resume(self) -> None:
        """Somebody has looked."""
        self.tank.interlocks.resume(self.now)

    def restart(self, away_s: float = 10.0) -> None:
        """The power fails and comes back; what the store held comes back as JSON."""
        held, _ = TankSnapshot.read(json.loads(self.tank.snapshot().model_dump_json()))
        self.tank.close()
        self._look()
        self.now += away_s
        self.restarts.append(self.now)
        self._power_on()
        self.tank.restore(held, self.now)

    def crash(self) -> None:
        """A bug in the tick."""
        self.last = self.tank.safe(self.now, RuntimeError("a bug"))
        self._look()

    def _look(self) -> None:
        self.track.append((self.now, self.heating, self.cooling))


class Wired:
    """An output with a wire that can come off: each fault waiting in its queue fails one call."""

    def __init__(self, actuator: Actuator, faults: deque[Exception]) -> None:
        self.actuator, self.faults = actuator, faults

    def set(self, duty: float, now: float) -> None:
        if self.faults:
            raise self.faults.popleft()
        self.actuator.set(duty, now)

    def off(self) -> None:
        self.actuator.off()

    def close(self) -> None:
        self.actuator.close()
