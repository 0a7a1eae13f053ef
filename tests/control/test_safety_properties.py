"""Whatever the probes say, whoever presses what, however often the power fails: what must never happen never does.

First temperature alone, with every tick of five seconds; then the whole tank, with doses, drain and commands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

import tank_harness
from bench import Bench
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tank_harness import CAPS, DRAIN_LONGEST_S, ENDED, FERMENTING, SG, TICK_S, Plant, Seen

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

    def happen(self, tank: Bench) -> None:
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


def a_tank() -> Bench:
    return Bench(
        cool={"max_run_s": LONGEST_S["cool"], "min_on_s": 120.0},
        heat={"max_run_s": LONGEST_S["heat"], "min_off_s": 60.0},
        limits={"changeover_s": CHANGEOVER_S, "beer_low_c": 0.0, "beer_high_c": 28.0},
    )


def runs_of(tank: Bench, column: int) -> list[list[float]]:
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


def lived(steps: list[Step]) -> Bench:
    tank = a_tank()
    tank.run(beer_c=19.0, minutes=1)
    for step in steps:
        step.happen(tank)
    return tank


LONG_SUMMER = [Step("beer", 25.0, 25.0), Step("beer", 25.0, 25.0), Step("beer", 25.0, 25.0), Step("beer", 25.0, 25.0)]
LONG_WINTER = [Step("beer", 10.0, 25.0), Step("beer", 10.0, 25.0)]


def test_whatever_happens_nothing_runs_too_long_too_soon_or_against_the_other():
    seen: set[str] = set()  # lest the properties hold of tanks that do nothing

    @settings(max_examples=150)
    @example(LONG_SUMMER)
    @example(LONG_WINTER)
    @given(STEPS)
    def live(steps: list[Step]) -> None:
        tank = lived(steps)
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
                if after and not any(off <= at <= after for at in tank.restarts):
                    assert after - off >= CHANGEOVER_S, f"changed over within {after - off:.0f} s"

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
    for _ in range(24):
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


# --- the whole tank


@dataclass
class Act:
    """Something happens to a plant, then some minutes pass."""

    what: str
    value: float
    minutes: float

    def happen(self, plant: Plant) -> None:
        what, value, vessel = self.what, self.value, plant.vessel
        plant.expect({"open": ENDED, "extra": FERMENTING}.get(what, plant.ends_at))  # one batch cannot be both at once
        does: dict[str, Callable[[], object]] = {
            "beer": lambda: vessel.plug("beer_c", 19.0 + value * 10.0),
            "nonsense": lambda: vessel.plug("beer_c" if value < 0.0 else "sg", 85.0),
            "unplug": lambda: vessel.unplug(("beer_c", "sg", "vent_open", "level_low")[int(value * 2.0 + 2.0) % 4]),
            "well": lambda: [
                vessel.plug(name, good)
                for name, good in (("beer_c", 19.0), ("sg", SG), ("vent_open", 1.0), ("level_low", 0.0))
            ],
            "sg": lambda: vessel.plug("sg", SG - max(0.0, value) * 0.02),
            "vent": lambda: vessel.plug("vent_open", float(value > 0.0)),
            "level": lambda: vessel.plug("level_low", float(value > 0.0)),
            "jam": lambda: vessel.jams.append("the hose is off"),
            "bug": lambda: setattr(plant.oracle, "bug", True),
            "forecast": lambda: setattr(plant.oracle, "source", "model" if value > -0.3 else "late"),
            "curve": lambda: setattr(plant.oracle, "source", "curve"),
            "target": lambda: plant.send("target", target_c=19.0 + value * 10.0),
            "stop": lambda: plant.send("stop"),
            "resume": lambda: plant.send("resume"),
            "act": lambda: plant.send("mode", action="dose", mode="act"),
            "advise": lambda: plant.send("mode", action="dose" if value < 0.0 else "drain", mode="advise"),
            "ask": lambda: plant.send("mode", action="drain", mode="ask"),
            "yes": lambda: plant.send("confirm"),
            "give": lambda: plant.send("confirm", what="dose"),
            "no": lambda: plant.send("veto"),
            "extra": lambda: plant.send("dose", volume_ml=1250.0 * (1.02 + value)),
            "hand": lambda: plant.send("dose", volume_ml=400.0 * (1.02 + value), by_hand=True),
            "arm": lambda: plant.send("drain"),
            "open": plant.both_words,
            "restart": lambda: plant.restart(away_s=self.minutes * 1800.0),
            "cut": lambda: plant.cut(away_s=self.minutes * 30.0),
            "another": lambda: plant.send("start_batch", name="the next", og=1.05, medium="mead"),
            "end": lambda: plant.send("end_batch"),
        }
        does[what]()
        plant.tick(max(1, round(self.minutes * 60.0 / TICK_S)))


USUAL = (*("beer", "extra", "open", "well") * 2, "target", "resume", "act", "give", "forecast")
RARE = (
    "nonsense", "unplug", "sg", "vent", "level", "jam", "bug", "curve", "stop", "advise", "ask", "yes", "no", "hand",
    "arm", "restart", "cut", "cut", "another", "end",
)  # fmt: skip
ACTS = st.lists(
    st.builds(Act, st.sampled_from((*USUAL, *RARE)), st.floats(-1.0, 1.0), st.floats(0.1, 12.0)),
    min_size=4, max_size=25,
)  # fmt: skip
A_TRANSFER = [Act("open", 0.0, 8.0), Act("level", 1.0, 2.0), Act("well", 0.0, 1.0), Act("open", 0.0, 8.0)]
LEFT_OPEN = [Act("open", 0.0, 25.0)]
DOSES = [Act("extra", -0.1, 10.0), Act("extra", -0.1, 2.0), Act("cut", 0.0, 5.0), Act("extra", -0.1, 10.0)]
REOPENED = [Act("open", 0.0, 3.0), Act("restart", 0.0, 1.0), Act("open", 0.0, 3.0), Act("another", 0.0, 1.0)]
ENOUGH_FOR_A_DAY = [Act("extra", -0.1, 8.0)] * 3 + [Act("extra", -0.7, 8.0)]
ENOUGH_FOR_A_BATCH = [*[Act("extra", -0.1, 8.0)] * 3, *[Act("restart", 0.0, 12.5)] * 4, *[Act("extra", -0.1, 8.0)] * 2]
A_STOP = [Act("extra", 0.5, 1.0), Act("open", 0.0, 1.0), Act("stop", 0.0, 3.0), Act("resume", 0.0, 9.0)]
HOT, COLD = [Act("beer", 0.8, 12.0)] * 5, [Act("beer", -0.8, 12.0)] * 5


def never_together(track: list[Seen]) -> None:
    assert not any(tick.heat and tick.cool for tick in track), "heated and cooled at once"


def never_too_long(plant: Plant) -> None:
    longest_s = {**tank_harness.LONGEST_S, "drain": DRAIN_LONGEST_S}
    for role, most_s in longest_s.items():
        for on, off in runs(plant, role):
            assert min(off, plant.now) - on <= most_s, f"{role} was on for {min(off, plant.now) - on:.0f} s"


def compressor_rests(plant: Plant) -> None:
    cooling = runs(plant, "cool")
    for (_, off), (on, _) in pairwise(cooling):
        assert on - off >= COMPRESSOR_REST_S, f"the compressor rested for {on - off:.0f} s"
    for began in (plant.track[0].at, *(back for _, back in plant.cuts)):
        after = next((on for on, _ in cooling if on >= began), inf)
        assert after - began >= COMPRESSOR_REST_S - TICK_S, "nobody knew when it had run before"


def doses_are_within_their_caps(plant: Plant) -> None:
    """Counted at the hose, by batch, by day whatever the batch, and against what the tank says of itself."""
    fed: dict[str, list[tuple[float, float]]] = defaultdict(list)
    standings: dict[str, list[str]] = defaultdict(list)
    for before, tick in pairwise(plant.track):
        batch = before.report.state.batch
        if tick.fed_ml > before.fed_ml:
            fed[batch.id if batch else "none"].append((tick.at, tick.fed_ml - before.fed_ml))
        for dose in tick.report.state.doses:
            if standings[dose.id][-1:] != [dose.standing]:
                standings[dose.id].append(dose.standing)
            assert dose.standing == "by_hand" or dose.volume_ml <= CAPS.max_ml_per_dose
    for batch_id, flows in fed.items():
        total_ml = sum(ml for _, ml in flows)
        assert total_ml * CAPS.solution_mg_ml / 1000.0 <= CAPS.max_mg_l_per_batch + 0.1
        if batch_id == "none":
            assert total_ml == 0.0
    of_tank = [flow for flows in fed.values() for flow in flows]
    for until, _ in of_tank:
        day_ml = sum(ml for at, ml in of_tank if 0.0 <= until - at < 23 * 3600.0)
        assert day_ml <= CAPS.max_ml_per_day + 1.0, f"{day_ml:.0f} ml within a day"
    for dose_id, told in standings.items():
        assert told in (["intended"], ["intended", told[-1]], [told[0]]), f"{dose_id} went {told}"
    said_ml = sum(dose.counted_ml for dose in plant.track[-1].report.state.doses if dose.standing != "by_hand")
    batch = plant.track[-1].report.state.batch
    really_ml = sum(ml for _, ml in fed[batch.id if batch else "none"])
    assert really_ml <= said_ml + 1.0, f"{really_ml:.0f} ml went in, {said_ml:.0f} are accounted for"


def valve_is_open_only_with_everything_proven(plant: Plant) -> None:
    opened: dict[str, int] = defaultdict(int)
    for tick in plant.track:
        drain = tick.report.command.drain
        if tick.drain:
            assert drain is not None
            assert drain.standing == "open"
            assert len(drain.permissives) >= 7
            assert all(permissive.met for permissive in drain.permissives)
            assert tick.report.forecast.source == "model"
            assert tick.report.demand.modes["drain"] != "act"
    for on, _ in runs(plant, "drain"):
        opened[next(tick.report.state.batch.id for tick in plant.track if tick.at == on)] += 1
    assert all(times == 1 for times in opened.values()), f"opened {dict(opened)} times"


def stopped_is_off(plant: Plant) -> None:
    """From the very tick of a stop or of a fault of the tick itself."""
    for before, tick in pairwise(plant.track):
        keys = {alarm.key for alarm in tick.report.command.alarms}
        if keys & {"stop", "tank: broken"}:
            assert not any((tick.heat, tick.cool, tick.drain)), f"on although {keys}"
        if "stop" in keys and "stop" in {alarm.key for alarm in before.report.command.alarms}:
            assert tick.fed_ml == before.fed_ml, "the pump turned although everything is stopped"


def runs(plant: Plant, role: str) -> list[tuple[float, float]]:
    """From when to when an output was on, read at the output; inf while it is. A power cut ends a run."""
    return list(_runs(plant, role))


def _runs(plant: Plant, role: str) -> Iterator[tuple[float, float]]:
    def life(tick: Seen) -> tuple[bool, int]:
        return getattr(tick, role), sum(back <= tick.at for _, back in plant.cuts)

    for (on, _), ticks in groupby(plant.track, key=life):
        since = next(ticks).at
        if on:
            last = max((tick.at for tick in ticks), default=since)
            ended = next((tick.at for tick in plant.track if tick.at > last), inf)
            cut = next((went for went, _ in plant.cuts if went >= last), inf)
            yield since, min(ended, cut)


def test_a_whole_tank_keeps_the_six_rules_whatever_happens():
    seen: set[str] = set()  # lest the rules hold of plants that do nothing

    @settings(max_examples=100)
    @example(A_TRANSFER)
    @example(LEFT_OPEN)
    @example(DOSES)
    @example(REOPENED)
    @example(ENOUGH_FOR_A_DAY)
    @example(ENOUGH_FOR_A_BATCH)
    @example(A_STOP)
    @example(HOT)
    @example(COLD)
    @given(ACTS)
    def live(acts: list[Act]) -> None:
        with TemporaryDirectory(dir=FAST) as directory:
            plant = Plant(Path(directory))
            for act in acts:
                act.happen(plant)
            plant.power_off()
        never_together(plant.track)
        never_too_long(plant)
        compressor_rests(plant)
        doses_are_within_their_caps(plant)
        valve_is_open_only_with_everything_proven(plant)
        stopped_is_off(plant)
        seen.update(role for role in ("heat", "cool", "drain") if runs(plant, role))
        seen.update(dose.standing for tick in plant.track for dose in tick.report.state.doses)
        seen.update(tick.report.command.drain.why[:7] for tick in plant.track if tick.report.command.drain)

    live()
    assert {"heat", "cool", "drain", "given", "part", "uncertain", "aborted", "done af"} <= seen


FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None
