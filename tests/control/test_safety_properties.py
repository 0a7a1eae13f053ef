"""Whatever the probes say, whoever presses what, however often the power fails: what must never happen never does.

Temperature alone, with every tick of five seconds; the whole tank, rule by rule, is in `test_safety_rules.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scenario_harness import Harness

from brewpi.control.output_timers import TRIP_REST_S
from brewpi.outputs.run_limits import COMPRESSOR_REST_S

LONGEST_S = {"cool": 900.0, "heat": 600.0}
CHANGEOVER_S = 420.0
STALE_S = 300.0


@dataclass
class Step:
    """Something happens, then some minutes pass."""

    what: str
    value: float
    minutes: float

    def happen(self, tank: Harness) -> None:
        does: dict[str, Callable[[], object]] = {
            "beer": lambda: tank.plug("beer", self.value),
            "unplug": lambda: tank.unplug("beer"),
            "target": lambda: tank.run(target_c=min(max(self.value, -1.0), 30.0)),
            "stop": tank.stop,
            "resume": tank.resume,
            "restart": lambda: tank.restart(away_s=self.minutes * 10.0),
            "tear": lambda: tank.tear("cool" if self.value < 19.0 else "heat", 1 + int(self.minutes)),
            "crash": tank.crash,
        }
        does[self.what]()
        tank.run(minutes=self.minutes)


TEMPERATURES = st.one_of(
    st.floats(17.0, 21.0), st.floats(-1.5, 31.0), st.sampled_from([85.0, -127.0, 0.0, float("nan"), inf, 1e300])
)
OFTEN, SELDOM = ("beer", "beer", "target", "resume"), ("unplug", "stop", "restart", "tear", "crash")
WHAT = st.sampled_from((*OFTEN, *OFTEN, *SELDOM))
STEPS = st.lists(st.builds(Step, WHAT, TEMPERATURES, st.floats(0.1, 25.0)), min_size=3, max_size=25)


IN_CYCLES = ({"compressor": True, "duty_max": 0.5}, {"cycle_s": 300.0})


def a_tank(cool: dict[str, Any], heat: dict[str, Any]) -> Harness:
    return Harness(
        cool={"max_run_s": LONGEST_S["cool"], "min_on_s": 120.0, **cool},
        heat={"max_run_s": LONGEST_S["heat"], "min_off_s": 60.0, **heat},
        limits={"changeover_s": CHANGEOVER_S, "beer_low_c": 0.0, "beer_high_c": 28.0},
    )


def runs_of(tank: Harness, column: int) -> list[list[float]]:
    """The runs of one output, read off the wires: [on, off] in seconds; off is inf while it runs."""
    runs: list[list[float]] = []
    on = False
    for line in tank.track:
        if line[column] and not on:
            runs.append([line[0], inf])
        elif on and not line[column]:
            runs[-1][1] = line[0]
        on = line[column]
    return runs


def lived(steps: list[Step], outputs: tuple[dict[str, Any], dict[str, Any]] = ({}, {})) -> Harness:
    tank = a_tank(*outputs)
    tank.run(beer_c=19.0, minutes=1)
    for step in steps:
        step.happen(tank)
    return tank


LONG_SUMMER = [Step("beer", 25.0, 25.0), Step("beer", 25.0, 25.0), Step("beer", 25.0, 25.0), Step("beer", 25.0, 25.0)]
STOPPED_AT_THE_END_OF_A_LONGEST_RUN = [
    Step("target", 0.0, 19.0), Step("stop", 0.0, 0.1), Step("resume", 0.0, 0.1), *[Step("target", 0.0, 25.0)] * 2,
]  # fmt: skip
LONG_WINTER = [Step("beer", 10.0, 25.0), Step("beer", 10.0, 25.0)]


@pytest.mark.parametrize("outputs", [({}, {}), IN_CYCLES], ids=["on or off", "in cycles"])
def test_whatever_happens_nothing_runs_too_long_too_soon_or_against_the_other(outputs):
    seen: set[str] = set()  # lest the properties hold of tanks that do nothing

    @settings(max_examples=100)
    @example(LONG_SUMMER)
    @example(LONG_WINTER)
    @example(STOPPED_AT_THE_END_OF_A_LONGEST_RUN)
    @example([*LONG_SUMMER[:2], Step("restart", 0.0, 0.1), *LONG_SUMMER[:2]])
    @example([Step("beer", 22.0, 8.0), Step("restart", 0.0, 0.1), Step("beer", 15.0, 15.0)])
    @given(STEPS)
    def live(steps: list[Step]) -> None:
        tank = lived(steps, outputs)
        heating, cooling = runs_of(tank, 1), runs_of(tank, 2)
        assert not any(heats and cools for _, heats, cools in tank.track), "heated and cooled at once"
        for role, runs in (("heat", heating), ("cool", cooling)):
            for on, off in runs:
                ran_s = min(off, tank.now) - on
                assert ran_s <= LONGEST_S[role], f"{role} ran for {ran_s:.0f} s"
                seen.add(f"{role} trips" if ran_s == LONGEST_S[role] else role)
        for (_, off), (on, _) in pairwise(cooling):
            assert on - off >= COMPRESSOR_REST_S, f"the compressor rested for {on - off:.0f} s"
        if cooling:
            assert cooling[0][0] - tank.track[0][0] >= COMPRESSOR_REST_S, "nobody knew when it had run before"
        for one, other in ((heating, cooling), (cooling, heating)):
            for _, off in one:
                after = next((on for on, _ in other if on >= off), None)
                if after:
                    assert after - off >= CHANGEOVER_S, f"changed over within {after - off:.0f} s"
        for role, runs in (("heat", heating), ("cool", cooling)):
            for (on, off), (again, _) in pairwise(runs):
                if off - on >= LONGEST_S[role]:
                    assert again - off >= TRIP_REST_S, f"{role} was tried {again - off:.0f} s after its longest run"

    live()
    assert seen == {"heat", "cool", "cool trips", "heat trips"}


@settings(max_examples=60)
@given(steps=STEPS, how=st.sampled_from(["unplug", "stop"]))
def test_a_fault_is_followed_by_off_within_a_tick(steps, how):
    tank = lived(steps)
    if how == "stop":
        tank.stop()
        tank.tick()
    else:
        tank.unplug("beer")
        tank.run(minutes=STALE_S / 60.0)
    assert not tank.heating
    assert not tank.cooling
    for _ in range(12):  # an hour: longer than any rest, after which it might come back
        tank.run(minutes=5)
        assert not tank.heating
        assert not tank.cooling


@settings(max_examples=60)
@given(steps=STEPS, nonsense=st.sampled_from([85.0, -127.0, float("nan"), inf, -1e300]))
def test_nonsense_from_the_probe_is_off_within_its_filters_memory(steps, nonsense):
    tank = lived(steps)
    tank.run(beer_c=nonsense, minutes=0.6)  # the filter remembers 30 s
    assert not tank.heating
    assert not tank.cooling


@settings(max_examples=30)
@given(steps=STEPS)
def test_once_all_is_well_and_somebody_has_resumed_it_cools_again(steps):
    tank = lived(steps)
    for queue in tank.faults.values():
        queue.clear()
    tank.resume()
    tank.run(beer_c=22.0, target_c=19.0, hours=4)
    assert any(cools for at, _, cools in tank.track if at > tank.now - 3 * 3600.0)
