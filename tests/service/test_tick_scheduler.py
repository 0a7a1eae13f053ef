"""Ticks come on time, whatever is done to the wall clock."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise

import pytest

from brewpi.service.tick_scheduler import TickScheduler

YEAR_S = 365 * 86_400.0
EVERY_S = 0.1


class WallClock:
    """The wall clock of this process, which somebody may set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stepped_s = 0.0
        clock = self

        class Stepped(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:
                return datetime.now(tz) + timedelta(seconds=clock.stepped_s)

        for place in ("brewpi.service.tick_scheduler", "apscheduler.schedulers.base"):
            monkeypatch.setattr(f"{place}.datetime", Stepped)

    def step(self, seconds: float) -> None:
        self.stepped_s += seconds


def ticks(wall: WallClock, within: dict[int, float], between: dict[int, float], count: int = 20) -> list[float]:
    """When each tick came. The wall clock is stepped during some ticks and shortly after others, by number."""
    came: list[float] = []

    def work() -> None:
        number = len(came)
        came.append(time.monotonic())
        wall.step(within.get(number, 0.0))
        if number in between:
            threading.Timer(EVERY_S / 2.0, wall.step, [between[number]]).start()
        if len(came) == count:
            pace.stop()

    pace = TickScheduler(work, EVERY_S, lambda: wall.stepped_s)
    rescue = threading.Timer(20.0, pace.stop)
    rescue.start()
    pace.run()
    rescue.cancel()
    assert len(came) == count, "the ticks stopped coming"
    return came


def test_who_is_in_a_hurry_waits_for_no_tick_and_the_next_come_on_time():
    came: list[float] = []

    def work() -> None:
        came.append(time.monotonic())
        if len(came) == 3:
            pace.stop()

    pace = TickScheduler(work, 4.0, lambda: 0.0)
    began = time.monotonic()
    for after_s in (1.0, 1.05, 1.1):  # three in one tenth of a second: one tick at once, one a second later
        threading.Timer(after_s, pace.hurry).start()
    pace.run()
    assert [round(at - began) for at in came] == [1, 2, 4]
    assert came[0] - began < 1.5


def test_somebody_who_never_ends_hurrying_gets_a_tick_a_second():
    came: list[float] = []

    def work() -> None:
        came.append(time.monotonic())
        if len(came) == 4:
            pace.stop()

    pace = TickScheduler(work, 60.0, lambda: 0.0)
    over = threading.Event()

    def hurry() -> None:
        while not over.wait(0.001):
            pace.hurry()

    threading.Thread(target=hurry, daemon=True).start()
    pace.run()
    over.set()
    assert all(0.9 < later - earlier < 2.0 for earlier, later in pairwise(came))


def two_calls(wall, *does):
    """When it came, at most twice and within ten seconds. does: after so many seconds, to the scheduler."""
    came = []

    def work() -> None:
        came.append(time.monotonic())
        if len(came) == 2:
            pace.stop()

    pace = TickScheduler(work, 30.0, lambda: wall.stepped_s)
    for after_s, what in does:
        threading.Timer(after_s, what, [pace]).start()
    rescue = threading.Timer(10.0, pace.stop)
    rescue.start()
    pace.run()
    rescue.cancel()
    return came


@pytest.mark.parametrize("seconds", [YEAR_S, -YEAR_S, 10.0, -10.0])
def test_a_wall_clock_that_is_stepped_holds_up_nobody_who_is_in_a_hurry(monkeypatch, seconds):
    wall = WallClock(monkeypatch)

    def step_and_hurry(pace) -> None:
        wall.step(seconds)
        pace.hurry()

    # the second is due a second after the first
    came = two_calls(wall, (0.2, TickScheduler.hurry), (0.6, step_and_hurry))
    assert len(came) == 2, "it waited for a tick"
    assert 0.9 < came[1] - came[0] < 3.0


@pytest.mark.parametrize("seconds", [YEAR_S, -YEAR_S])
def test_who_hurries_once_more_before_a_step_puts_nobody_off(monkeypatch, seconds):
    wall = WallClock(monkeypatch)

    def hurry_and_step(pace) -> None:
        pace.hurry()
        wall.step(seconds)

    # the second waits already
    came = two_calls(wall, (0.2, TickScheduler.hurry), (0.5, TickScheduler.hurry), (0.8, hurry_and_step))
    assert 0.9 < came[1] - came[0] < 1.8


@pytest.mark.parametrize("seconds", [YEAR_S, -YEAR_S, 3600.0, -3600.0])
@pytest.mark.parametrize("when", ["within", "between"])
def test_a_wall_clock_that_is_stepped_delays_no_tick_and_adds_none(monkeypatch, when, seconds):
    steps = {5: seconds, 10: -seconds}
    came = ticks(WallClock(monkeypatch), **{"within": {}, "between": {}, when: steps})
    gaps = [later - earlier for earlier, later in pairwise(came)]
    assert max(gaps) < 10.0 * EVERY_S  # a busy machine is late as well, but not by a year
    assert came[-1] - came[0] > 0.8 * EVERY_S * len(gaps)


def test_a_tick_that_takes_too_long_leaves_out_what_it_missed():
    came: list[float] = []

    def slow() -> None:
        came.append(time.monotonic())
        if len(came) == 4:
            pace.stop()
        time.sleep(1.5 * EVERY_S if len(came) == 1 else 0.0)

    pace = TickScheduler(slow, EVERY_S, lambda: 0.0)
    pace.run()
    assert came[1] - came[0] > 1.5 * EVERY_S
