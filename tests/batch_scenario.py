"""A batch as it is brewed: the real cellar with the shipped model, a simulated tank with vent switch, valve and pump,
and a brewer who answers what she is asked. Time passes in ticks of a minute, or of five while one waits; what was said
is kept with its hour."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cellar_harness import START, CellarBench

from brewpi.config.config import TankOptions
from brewpi.control.dosing import Dosing
from brewpi.control.drain import Draining
from brewpi.control.temperature import Temperature
from brewpi.outputs.simulated import Simulated as Output
from brewpi.records import Event, Report
from brewpi.sensors.simulated import Simulated as Sensor

TICK_S = 60.0
WAITING_S = 300.0
DOSING = Dosing(solution_mg_ml=20.0, max_ml_per_dose=6000.0, max_ml_per_day=8000.0)


def a_tank(recipe: str, target_c: float, medium: Any = "beer", **more: Any) -> TankOptions:
    """A 1000 L tank that can do everything that a recipe may ask for."""
    sensors = {
        "beer": Sensor(measure=("beer_c",)),
        "hydrometer": Sensor(measure=("sg",), every_s=900.0),
        "vent": Sensor(measure=("vent_open",)),
        "float": Sensor(measure=("level_low",)),
    }
    outputs = {
        "cool": Output(role="cool", max_run_s=24 * 3600.0),  # a crash takes its time
        "heat": Output(role="heat"),
        "drain": Output(role="drain"),
        "nutrient": Output(role="nutrient", ml_per_s=5.0),
    }
    usual = {
        "volume_l": 1000.0, "medium": medium, "recipe": recipe, "temperature": Temperature(target_c=target_c),
        "sensors": sensors, "outputs": outputs, "dosing": DOSING, "draining": Draining(longest_s=3600.0),
    }  # fmt: skip
    return TankOptions(**{**usual, **more})


class Story(CellarBench):
    """One tank, `fv1`; nobody asks what if. `told` has every event of it with the hour at which it happened."""

    has_no_listeners = True

    def __init__(self, directory: Path, tank: TankOptions, **batch: Any) -> None:
        self.told: list[tuple[float, Event]] = []
        self.reports: list[Report] = []  # one an hour
        self.steps: dict[str, float] = {}  # hour at which each began
        self.answers: dict[str, Callable[[str], dict[str, Any]]] = {}
        super().__init__(directory, fv1=tank)
        assert self.send("start_batch", name="the batch", **batch)["ok"]

    def tick(self, times: int = 1, tick_s: float = TICK_S) -> None:
        for _ in range(times):
            self.now += tick_s
            (report,) = self.cellar.tick(self.now)
            self.last = {"fv1": report}
            self._listen()
            self.steps.setdefault(report.demand.step, self.hour)
            if (self.now - START) // 3600.0 != (self.now - tick_s - START) // 3600.0:
                self.reports.append(report)

    def _listen(self) -> None:
        """Take every event, as a broker would."""
        unsent = self.cellar.store.unsent
        self.told += [(self.hour, event) for event in unsent.values()]
        self.cellar.store.sent(list(unsent))

    # --- time

    @property
    def hour(self) -> float:
        """Since pitching."""
        return (self.now - START) / 3600.0

    @property
    def report(self) -> Report:
        """The newest."""
        return self.last["fv1"]

    @property
    def vessel(self) -> Any:
        """What is really in the tank."""
        return self.vessels["fv1"]

    def until(self, done: Callable[[], bool], within_h: float) -> float:
        """Let time pass until something is so; the hour at which it is. The why of the tank, if it never comes."""
        end = self.now + within_h * 3600.0
        while not done():
            assert self.now < end, f"after {self.hour:.0f} h: {self.report.demand.why}; {self.asks}"
            drain = self.report.command.drain
            self.tick(tick_s=TICK_S if drain and drain.standing != "closed" else WAITING_S)
        return self.hour

    def until_step(self, step: str, within_h: float) -> float:
        return self.until(lambda: self.report.demand.step == step, within_h)

    def until_asked(self, action: str, within_h: float) -> str:
        """Until the tank asks something about this action; what it asks."""
        self.until(lambda: action in self.asks, within_h)
        return self.asks[action]

    # --- what a brewer sees

    @property
    def asks(self) -> dict[str, str]:
        """The open questions by action."""
        return {ask.action: ask.text for ask in self.report.demand.asks if ask.standing == "asked"}

    def texts(self, kind: str) -> list[str]:
        """Of all events of a kind."""
        return [event.text for _, event in self.told if event.kind == kind]

    @property
    def grave(self) -> list[str]:
        """Every alarm that was raised."""
        return [event.text for _, event in self.told if event.kind == "alarm_raised" and event.severity == "alarm"]

    @property
    def waits_for(self) -> dict[str, str]:
        """What keeps the valve shut."""
        drain = self.report.command.drain
        return {p.name: p.text for p in drain.permissives if not p.met} if drain else {}

    # --- what a brewer does

    def confirm(self, what: str, by: str = "anna") -> None:
        ack = self.send("confirm", what=what, by=by)
        assert ack["ok"], ack["why"]

    def drain(self) -> None:
        """Two people at the tank: one arms, the other confirms."""
        assert self.waits_for == {}
        assert self.send("drain", by="anna")["ok"]
        self.confirm("drain", by="ben")


def doses(story: Story) -> list[str]:
    """The standing of every dose of the batch."""
    return [dose.standing for dose in story.report.state.doses]
