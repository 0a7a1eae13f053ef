"""Reports made by hand, for the tests of what remembers and publishes them."""

from __future__ import annotations

from brewpi.records import (
    Alarm,
    Batch,
    Command,
    ControlRequest,
    Forecast,
    Interval,
    Measured,
    Reading,
    Report,
    TankState,
)

START = 1_790_000_000.0
NO_FORECAST = Forecast(0.0, None, "none", why="needs two readings; has none")
SURE = Forecast(
    24.0,
    1.03,
    "model",
    Interval(20.0, 30.0, 45.0),
    Interval(2.0, 5.0, 9.0),
    Interval(1.009, 1.0105, 1.012),
    0.03,
    None,
    "m1",
)


def report(
    at: float = START,
    tank: str = "fv1",
    beer_c: float | None = 19.04,
    sg: float | None = 1.0312,
    history: tuple[tuple[float, float, float], ...] = (),
    forecast: Forecast = NO_FORECAST,
    alarms: tuple[Alarm, ...] = (),
    step: str = "hold",
    target_c: float | None = 19.0,
    cool: float = 0.0,
    measured_at: float | None = None,
) -> Report:
    when = at if measured_at is None else measured_at
    values = {"beer_c": beer_c, "sg": sg}
    measured = {name: Measured(v, when, v) for name, v in values.items() if v is not None}
    readings = tuple(Reading(when, name, m.value, "probe") for name, m in measured.items())
    state = TankState(Batch(START, "b1", "Helles"), measured, (), history)
    return Report(
        at, tank, readings, state, forecast, ControlRequest(step, target_c, {"cool": cool}, "holds"),
        Command({"heat": 0.0, "cool": cool}, "cools" if cool else "", alarms),
    )  # fmt: skip
