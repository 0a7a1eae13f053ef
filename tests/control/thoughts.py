"""What recipe and gates look at, made by hand: a batch whose numbers the test says, and the time it is."""

from __future__ import annotations

from typing import Any

from stored import stored

from brewpi.control.dosing import Dosing
from brewpi.control.procedure import parse
from brewpi.control.recipe import Recipe
from brewpi.control.temperature import Temperature
from brewpi.records import ApprovalRequest, Batch, ControlRequest, Dose, Fault, Forecast, Interval, Measured, TankState

HOUR = 3600.0
START = 1_790_000_000.0
BOTTLE = Dosing(solution_mg_ml=20.0, max_ml_per_dose=3000.0, max_ml_per_day=4000.0)


def forecast(p10: float = 0.0, p50: float = 0.0, p90: float = 0.0, source: Any = "model") -> Forecast:
    band = Interval(p10, p50, p90)
    final = Interval(1.009, 1.010, 1.011)
    return Forecast(100.0, 1.010, source, band, band, final, actionable=source == "model")


def a_dose(number: int = 1, at_h: float = 24.0, standing: Any = "given", ml: float = 1e3, mg_l: float = 20.0) -> Dose:
    """By default given a day after pitching, 20 mg/L; of a "part" half went in."""
    given_ml = ml / 2.0 if standing == "part" else ml
    return Dose(f"b1-dose-{number}", START + at_h * HOUR, number, ml, mg_l, standing, given_ml)


def a_state(now: float, *, doses: tuple[Dose, ...] = (), faults: tuple[Fault, ...] = (), **measured: Any) -> TankState:
    """A mead of 1.100 at START, measured now; `history` and facts of the batch may be said."""
    history = measured.pop("history", ())
    facts = {"medium": "mead", "og": 1.100, "expected_attenuation": 1.0}
    facts |= {key: measured.pop(key) for key in ("medium", "og", "expected_attenuation") if key in measured}
    age_s = measured.pop("age_h", 0.0) * HOUR
    known = {key: Measured(value, now - age_s, value) for key, value in measured.items() if value is not None}
    return TankState(Batch(START, id="b1", **facts), known, faults, history, doses)


class Brewing:
    """A recipe that is followed tick by tick; what the probes say stays so until the test says something else."""

    def __init__(self, toml: str, *, dosing: Dosing | None = None, controlled: bool = True, **facts: Any) -> None:
        self.toml, self.dosing, self.facts = toml, dosing, facts
        self.options = Temperature(target_c=19.0, ramp_c_per_h=20.0) if controlled else None
        self.now = START
        self.says: dict[str, Any] = {"beer_c": 19.0, "sg": 1.050}
        self.forecast = forecast()
        self.doses: tuple[Dose, ...] = ()
        self.seen: list[str] = []  # every step, in order
        self.recipe = self._recipe()

    def _recipe(self) -> Recipe:
        procedure = parse(self.toml, "test.toml") if self.toml else None
        return Recipe(self.options, 300.0, procedure, self.dosing, volume_l=1000.0)

    def tick(self, seconds: float = 60.0) -> ControlRequest:
        self.now += seconds
        state = a_state(self.now, doses=self.doses, **{"medium": "beer", "og": 1.050, **self.facts, **self.says})
        demand = self.recipe.decide(state, self.forecast, self.now)
        if self.seen[-1:] != [demand.step]:
            self.seen.append(demand.step)
        return demand

    def run(self, hours: float, **says: Any) -> ControlRequest:
        self.says |= says
        for _ in range(round(hours * 12.0)):
            demand = self.tick(300.0)
        return demand

    def restart(self, away_h: float = 1.0) -> None:
        """The power fails and comes back; what the store held comes back as JSON."""
        held = stored(self.recipe.snapshot())
        answers = stored(self.recipe.approvals.snapshot())
        self.now += away_h * HOUR
        self.recipe = self._recipe()
        self.recipe.restore(held, self.now)
        self.recipe.approvals.restore(answers, self.now)

    def ask(self, action: str = "step") -> ApprovalRequest | None:
        """The open question."""
        return next((ask for ask in self.tick().asks if ask.action == action), None)
