"""The service while somebody sets the wall clock: control neither stops nor hurries."""

from __future__ import annotations

import time
from signal import SIGTERM

from brokers import until

YEAR_S = 365 * 86_400.0
TICK_S = 0.1


def test_the_clock_is_stepped_by_a_year_both_ways_and_control_goes_on(plant, figure):
    plant.pitch()
    plant.start(tick_s=TICK_S)
    until(lambda: plant.online, 30.0)
    worst_s = 0.0
    for n, seconds in enumerate((YEAR_S, 0.0, -YEAR_S, 0.0, YEAR_S, -YEAR_S, 3600.0, -3600.0)):
        (plant.here / "step.new").write_text(str(seconds))
        (plant.here / "step.new").replace(plant.here / "step")
        before, began = plant.pulse()["ticks"], time.monotonic()
        time.sleep(1.2)
        ticks = plant.pulse()["ticks"] - before
        worst_s = max(worst_s, plant.pulse()["late_s"])
        assert ticks > 5, f"control stalled after a step to {seconds:.0f} s"
        assert ticks <= (time.monotonic() - began) / TICK_S + 2
        answered = plant.ask("fv1", "resume", f"clock-{n}", within_s=5.0)
        assert answered is not None
    assert plant.signal(SIGTERM) == 0
    figure("steps of the wall clock", 8)
    figure("worst tick lateness, ms", round(worst_s * 1000.0))
    assert worst_s < 1.5
