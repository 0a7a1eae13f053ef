"""SIGTERM at any moment is a clean end: in the middle of a tick, between two, or while the scheduler goes to sleep."""

from __future__ import annotations

import random
import time
from signal import SIGINT, SIGTERM

import pytest
from brokers import until


@pytest.mark.parametrize(
    "ends", [pytest.param(5), pytest.param(100, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])]
)
def test_told_to_leave_at_any_moment(plant, figure, ends):
    chance = random.Random(ends)
    longest_s = 0.0
    for n in range(ends):
        plant.start(tick_s=0.002, seed=n)
        until(lambda: plant.pulse()["ticks"] > 3, 30.0)
        time.sleep(chance.uniform(0.0, 0.3))
        began = time.monotonic()
        assert plant.signal(chance.choice((SIGTERM, SIGINT))) == 0, (plant.here / "log").read_text()[-2000:]
        longest_s = max(longest_s, time.monotonic() - began)
        assert [plant.lines(diary)[-1] for diary in ("valve", "cool", "pump")] == ["off"] * 3
    figure("clean ends", ends)
    figure("longest, ms", round(longest_s * 1000.0))
    assert "Traceback" not in (plant.here / "log").read_text()
