"""The six safety rules of the house, a property each, of a whole tank with compressor, heater, nutrient pump and drain
valve in the real cellar: whatever it is asked for, whatever fails, however often it is restarted.

Its recipe has gone wrong and asks for what the test says, so that nothing but the interlocks stands between a wish and
an output; what the probes really say is known beside it. Each property proves itself: at the end every rule is taken
out of the code once, and its property has to fail.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import tank_harness
from cellar_harness import CellarBench, tank_options
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from tank_harness import CAPS, DRAIN_LONGEST_S, ENDED, FERMENTING, SG, TICK_S, Plant, Seen

from brewpi.control import dosing, drain, interlocks
from brewpi.control.dosing import DoseGate
from brewpi.control.drain import DrainGate
from brewpi.control.drain_approval import DrainApproval
from brewpi.control.effect_check import output_response
from brewpi.control.effect_check.effect import LONGEST_EFFORT_S
from brewpi.control.effect_check.output_response import OutputResponseCheck
from brewpi.control.interlocks import Interlocks
from brewpi.control.limits import Limits
from brewpi.control.output_timers import TRIP_REST_S, OutputTimers
from brewpi.control.shared import Shared, SharedInterlock
from brewpi.estimation.trusted import trusted
from brewpi.hardware import plug_context
from brewpi.hardware.plug_context import Message
from brewpi.mqtt import commands
from brewpi.mqtt.limits import WAITING
from brewpi.mqtt.topics import iso
from brewpi.outputs.dose_runner import DoseRunner
from brewpi.outputs.output_bank import OutputBank
from brewpi.outputs.run_limits import COMPRESSOR_REST_S, RunLimits
from brewpi.outputs.simulated import Simulated as Output
from brewpi.quantities import QUANTITIES, Quantity
from brewpi.records import ControlRequest, DoseRequest, Drain, Permissive, TankState
from brewpi.store import Store

BEER_STALE_S, SWITCH_STALE_S, ARMED_S = 300.0, 30.0, 300.0
HALF_OF_THE_SUGAR, LIMITS = 0.5, Limits()
FARTHEST_WRONG_C = 2.0  # a degree to be suspected, and a run of a quarter of an hour at least
FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None


# --- a tank whose recipe has gone wrong


@dataclass(frozen=True)
class Truth:
    """What was so in one tick, whatever the tank believed: what each probe said, whether somebody had stopped it."""

    says: Mapping[str, float | None]
    stopped: bool
    crossed: bool = False


class WildRecipe:
    """The recipe of a tank, but for what it asks for: duties and a dose as the test says, whatever the beer is like."""

    def __init__(self, recipe: Any, plant: WildPlant) -> None:
        self.__dict__.update(recipe=recipe, plant=plant)

    def decide(self, *seen: Any) -> ControlRequest:
        demand: ControlRequest = self.recipe.decide(*seen)
        plant = self.plant
        return replace(demand, duties=plant.wish or demand.duties, dose=plant.dose or demand.dose)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.recipe, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.recipe, name, value)


class WildPlant(Plant):
    """Beside `track`: `truth` of every tick, and what came of commands, of pump starts and of outputs left behind."""

    def __init__(self, directory: Path) -> None:
        self.wish: dict[str, float] | None = None
        self.dose: DoseRequest | None = None
        self.truth: list[Truth] = []
        self.stopped = self.crossed = False
        self.bad: list[tuple[dict[str, Any], bool]] = []  # acks of commands that are none, and whether they did a thing
        self.lost: list[str] = []  # stops that nobody answered with yes
        self.words: list[tuple[float, str]] = []  # when somebody armed or confirmed the drain
        self.left_on: list[str] = []  # outputs that were on when nothing drove them any more
        self.unwritten: list[float] = []  # when the pump began without a dose in the record
        super().__init__(directory)

    def power_on(self) -> None:
        super().power_on()
        self.tank.recipe = WildRecipe(self.tank.recipe, self)
        vessel, pump = self.vessel, type(self.vessel).pump

        def noted(ml_per_s: float, run_s: float) -> None:
            batch = self.tank.state.batch
            doses = self.cellar.store.doses("fv1", batch.id) if batch else ()
            if not any(dose.standing == "intended" for dose in doses):
                self.unwritten.append(self.now)
            pump(vessel, ml_per_s, run_s)

        vessel.pump = noted

    def tick(self, times: int = 1) -> None:
        for _ in range(times):
            if self.crossed:
                self._go_the_wrong_way()
            super().tick()
            said = {name: self.vessel.unplugged.get(name) for name in ("beer_c", "sg", "vent_open", "room_c")}
            self.truth.append(Truth(said, self.stopped, self.crossed))

    def _go_the_wrong_way(self) -> None:
        """Heater and cooler are in each other's socket: the beer warms by 4 °C/h while it is cooled, and back."""
        duties, beer_c = self.vessel.duties, self.vessel.unplugged["beer_c"]
        self.vessel.plug("beer_c", beer_c + 4.0 * (duties["cool"] - duties["heat"]) * TICK_S / 3600.0)

    @property
    def ticks(self) -> Iterator[tuple[Seen, Truth]]:
        return zip(self.track, self.truth, strict=True)

    # --- what people and programs send

    def send(self, command: str, /, *more: Any, **fields: Any) -> dict[str, Any]:
        if command == "stop":
            self.stopped = True  # whatever is answered
        ack = super().send(command, *more, **fields)
        if command == "resume" and ack["ok"]:
            self.stopped = False
            self.truth[-1] = replace(self.truth[-1], stopped=False)  # the tick that obeyed it may already switch on
        if ack["ok"] and (command == "drain" or (command, fields.get("what")) == ("confirm", "drain")):
            self.words.append((self.now, command))
        if command == "stop" and not ack["ok"]:
            self.lost.append(str(ack["why"]))
        return ack

    def send_bad(self, command: str, **how: Any) -> None:
        """A command that has to be refused and answered, and changes nothing."""
        before = self._changeable()
        ack = Plant.send(self, command, **how)
        self.bad.append((ack, before != self._changeable()))

    def repeat(self) -> None:
        """What was obeyed once comes again, as a broker may deliver it."""
        Plant.send(self, "target", target_c=18.0)
        again = self.link.said[-1][1]["id"]
        Plant.send(self, "target", target_c=19.0)
        self.send_bad("target", target_c=18.0, id=again)

    def _changeable(self) -> tuple[object, ...]:
        tank = self.tank
        return tank.recipe.setpoint.target_c, tank.interlocks.stopped_by, len(tank.state.doses)

    def stop_in_a_flood(self) -> None:
        """Between two ticks a stop, and behind it more than anybody can wait for."""
        self.serial += 1
        own_id, inbox = f"c{self.serial}", self.link.inboxes["brewpi/riverside/fv1/command/+"]
        for n in range(2 * WAITING):
            name = "target" if n else "stop"
            body = f'{{"id": "{n or own_id}", "issued_at": "{iso(self.now)}", "by": "anna"}}'
            inbox.put(Message(f"brewpi/riverside/fv1/command/{name}", body.encode(), False, self.now))
        self.stopped = True
        self.tick(12)  # refusals are answered a hundred a tick
        acks = [ack for _, ack in self.link.said if ack["id"] == own_id]
        self.lost += [] if [ack["ok"] for ack in acks] == [True] else [f"answered {acks}"]

    # --- what goes wrong with the process

    def hang(self, minutes: float) -> None:
        """No tick for so long; outputs go off by themselves (`OutputExpiry` asks and does this from its thread)."""
        bank = self.tank.outputs
        bank.expire(bank.overdue(20.0, time.monotonic() + 60.0))
        self._look("while the process hung")
        seen = {role: duty > 0.0 for role, duty in self.vessel.duties.items()}
        self.track.append(replace(self.track[-1], at=self.now + 1.0, **seen))
        self.truth.append(self.truth[-1])
        self.now += 60.0 * minutes
        self.vessel.advance(self.now)

    def power_off(self) -> None:
        super().power_off()
        self._look("when the service had ended")

    def restart(self, away_s: float = 60.0) -> None:
        super().restart(away_s)
        self._look("when the service began")

    def _look(self, when: str) -> None:
        on = [role for role, duty in self.vessel.duties.items() if duty > 0.0]
        self.left_on += [f"{role} {when}" for role in on]


@dataclass
class Act:
    """Something happens to a plant, then some minutes pass."""

    what: str
    value: float
    minutes: float

    def happen(self, plant: WildPlant) -> None:
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
            "crossed": lambda: setattr(plant, "crossed", True),
            "bug": lambda: setattr(plant.oracle, "bug", True),
            "forecast": lambda: setattr(plant.oracle, "source", "model" if value > -0.3 else "late"),
            "curve": lambda: setattr(plant.oracle, "source", "curve"),
            "target": lambda: plant.send("target", target_c=19.0 + value * 10.0),
            "stop": lambda: plant.send("stop"),
            "resume": lambda: plant.send("resume"),
            "act": lambda: plant.send("mode", action="dose", mode="act"),
            "expect": lambda: plant.expect(ENDED),
            "yes to drain": lambda: plant.send("confirm", what="drain"),
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
            "wish": lambda: setattr(plant, "wish", {role: float(value < 0.5) if role == "heat" else float(value > -0.5)
                                                    for role in ("heat", "cool")}),
            "part": lambda: setattr(plant, "wish", {"heat" if value < 0.0 else "cool": abs(value)}),
            "no wish": lambda: (setattr(plant, "wish", None), setattr(plant, "dose", None)),
            "wild dose": lambda: setattr(plant, "dose", wild_dose(value)),
            "retained": lambda: plant.send_bad("resume" if value < 0.0 else "target", target_c=12.0, retained=True),
            "old": lambda: plant.send_bad("target", target_c=12.0, age_s=90.0 + 1000.0 * abs(value)),
            "repeated": plant.repeat,
            "malformed": lambda: plant.send_bad("target", payload=b'{"id": "x1", "target_c": "warm"'),
            "flood": plant.stop_in_a_flood,
            "hang": lambda: plant.hang(self.minutes),
        }
        does[what]()
        plant.tick(max(1, round(self.minutes * 60.0 / TICK_S)))



def wild_dose(value: float) -> DoseRequest:
    """One of a few doses, over and over again: below and above every cap."""
    volume_ml = 1250.0 * (1.02 + value)
    return DoseRequest(f"wild-{int(4.0 * value)}", 1, volume_ml, volume_ml * 0.02, 500.0, 60.0, "because")


USUAL = (*("beer", "extra", "open", "well", "wish") * 2, "target", "resume", "act", "give", "forecast", "wild dose")
RARE = (
    "nonsense", "unplug", "sg", "vent", "level", "jam", "bug", "curve", "stop", "advise", "ask", "yes", "no", "hand",
    "arm", "restart", "cut", "cut", "another", "end", "part", "no wish", "retained", "old", "repeated", "malformed",
    "flood", "hang",
)  # fmt: skip
ACTS = st.lists(
    st.builds(Act, st.sampled_from((*USUAL, *RARE)), st.floats(-1.0, 1.0), st.floats(0.1, 12.0)),
    min_size=4, max_size=20,
)  # fmt: skip
COOL, HEAT, BOTH = Act("wish", 0.9, 0.4), Act("wish", -0.9, 0.4), Act("wish", 0.0, 0.4)
ICE, SCALDING = Act("beer", -2.1, 6.0), Act("beer", 1.4, 6.0)
HOT, COLD, WELL = Act("beer", 0.8, 12.0), Act("beer", -0.6, 12.0), Act("well", 0.0, 6.0)
BLIND, NO_SG, NO_VENT = Act("unplug", -1.0, 12.0), Act("unplug", -0.5, 12.0), Act("unplug", 0.0, 3.0)
OPEN, DOSE = Act("open", 0.0, 3.0), Act("extra", -0.1, 8.0)
SCRIPTS: Mapping[str, list[list[Act]]] = {  # by rule: what has to be tried, so that a property is never empty
    "1": [[COOL, WELL, BLIND], [HEAT, WELL, BLIND], [COOL, WELL, Act("nonsense", -1.0, 12.0)], [OPEN, NO_VENT, NO_VENT],
          [NO_SG, *[Act("well", 0.0, 0.1), NO_SG] * 2, *[NO_SG] * 11, Act("wild dose", -0.1, 5.0)]],
    "2": [[COOL, WELL, BLIND, BLIND], [Act(bad, value, 1.0) for bad in ("retained", "old", "repeated", "malformed")
                                       for value in (-0.5, 0.5)],
          [Act("stop", 0.0, 1.0), Act("retained", -0.5, 1.0)]],
    "3": [[BOTH, WELL, BOTH], [COOL, *[HOT] * 5], [HEAT, *[COLD] * 5], [HEAT, WELL, COOL, WELL, WELL],
          [COOL, WELL, Act("restart", 0.0, 6.0), Act("cut", 0.0, 6.0)], [COOL, *[HOT] * 45],
          [COOL, *[HOT] * 3, Act("restart", 0.0, 0.5), HOT, Act("cut", 0.0, 0.5), HOT],
          [COOL, WELL, *[Act("crossed", 0.0, 30.0)] * 8], [HEAT, WELL, *[Act("crossed", 0.0, 30.0)] * 8],
          [COOL, WELL, HEAT, COOL, Act("well", 0.0, 2.0), COOL, WELL], [COOL, WELL, ICE], [HEAT, WELL, SCALDING],
          [Act("part", -0.5, 6.0), WELL, *[Act("restart", 0.0, 0.1), WELL] * 2, Act("part", -0.9, 6.0), COLD, BLIND]],
    "4": [[DOSE] * 3 + [Act("extra", -0.7, 8.0)], [DOSE, Act("extra", -0.1, 2.0), Act("cut", 0.0, 5.0), DOSE],
          [Act("wild dose", -0.1, 1.5), Act("cut", 0.0, 5.0), Act("wild dose", -0.1, 9.0)],
          [Act("wild dose", 0.9, 8.0)], [*[DOSE] * 3, *[Act("restart", 0.0, 12.5)] * 4, *[DOSE] * 2],
          [Act("wild dose", -0.1, 9.0), Act("jam", 0.0, 1.0), DOSE], [*[Act("sg", 1.0, 12.5)] * 4, DOSE]],
    "5": [[Act("open", 0.0, 8.0), Act("level", 1.0, 2.0), WELL, OPEN], [Act("open", 0.0, 25.0)],
          [Act("vent", -1.0, 1.0), OPEN], [OPEN, Act("vent", -1.0, 2.0)], [Act("curve", 0.0, 1.0), OPEN],
          [OPEN, Act("restart", 0.0, 1.0), OPEN, Act("another", 0.0, 1.0)], [OPEN, Act("stop", 0.0, 2.0)],
          [Act("expect", 0.0, 0.5), Act("arm", 0.0, 3.0)], [OPEN, Act("no", 0.0, 1.0)],
          [Act("expect", 0.0, 0.5), Act("arm", 0.0, 8.0), Act("yes to drain", 0.0, 2.0)]],
    "3, shared": [[Act("beer", 0.5, 8.0), Act("beer", 0.5, 2.0), Act("beer", -0.5, 0.5), Act("beer", -0.5, 2.0),
                   Act("beer", 0.5, 8.0), Act("restart", 0.0, 8.0), Act("cut", 0.0, 8.0)]],
    "6": [[COOL, WELL, Act("stop", 0.0, 3.0), Act("resume", 0.0, 9.0)], [COOL, WELL, Act("flood", 0.0, 3.0)],
          [COOL, WELL, Act("stop", 0.0, 1.0), Act("cut", 0.0, 6.0), WELL], [COOL, WELL, Act("restart", 0.0, 6.0)],
          [COOL, WELL, Act("stop", 0.0, 1.0), Act("restart", 0.0, 6.0), WELL], [COOL, WELL, Act("hang", 0.0, 3.0)],
          [Act("extra", 0.5, 1.0), OPEN, Act("stop", 0.0, 3.0), Act("resume", 0.0, 9.0)],
          [OPEN, Act("hang", 0.0, 2.0)]],
}  # fmt: skip


# --- tanks that share a compressor


class Chilled(CellarBench):
    """Two tanks whose valves may move as they like, and the compressor that they share; `track` has every tick."""

    def __init__(self, directory: Path) -> None:
        valve = Output(role="cool", min_on_s=0.0, min_off_s=0.0)
        options = tank_options(19.0).model_copy(update={"outputs": {"cool": valve}})
        chiller = Shared(output=Output(role="cool", compressor=True, min_on_s=0.0))
        self.track: list[tuple[float, bool]] = []
        self.began: list[float] = []
        super().__init__(directory, {"glycol": chiller}, fv1=options, fv2=options)

    def power_on(self) -> None:
        super().power_on()
        self.began.append(self.now)

    def tick(self, times: int = 1) -> None:
        for _ in range(times):
            super().tick()
            self.track.append((self.now, self.cellar.shared.outputs["glycol"].on))


def chilled(acts: list[Act]) -> Chilled:
    """Beer that becomes warm or cold at once, in one tank after the other; restarts and power cuts between."""
    with TemporaryDirectory(dir=FAST) as directory:
        bench = Chilled(Path(directory))
        for n, act in enumerate(acts):
            if act.what == "beer":
                bench.beer(("fv1", "fv2")[n % 2], 19.0 + 10.0 * act.value)
            elif act.what == "restart":
                bench.restart()
            else:
                bench.kill()
                bench.power_on()
            bench.run(act.minutes)
        bench.power_off()
    return bench


def shared_compressor_rests(bench: Chilled) -> None:
    """Whichever tank asks, and after every start."""
    turns = [(at, on) for (_, before), (at, on) in pairwise([(0.0, False), *bench.track]) if on != before]
    starts, stops = ([at for at, on in turns if on is wanted] for wanted in (True, False))
    assert starts, "it never ran"
    for start in starts:
        rested_s = start - max(at for at in (*stops, *bench.began) if at <= start)
        assert rested_s >= COMPRESSOR_REST_S - TICK_S, f"the shared compressor rested for {rested_s:.0f} s"


# --- the rules


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


def rests_after_its_longest_run(plant: Plant) -> None:
    """However often it is restarted meanwhile."""
    for role in ("heat", "cool"):
        for (on, off), (again, _) in pairwise(runs(plant, role)):
            if off - on >= tank_harness.LONGEST_S[role]:
                assert again - off >= TRIP_REST_S - TICK_S, f"{role} was tried {again - off:.0f} s after a longest run"


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
            assert drain is not None, "open without a word about it"
            assert drain.standing == "open", f"open while it says {drain.standing}"
            assert len(drain.permissives) >= 7, "open with less proven"
            unproven = [permissive.name for permissive in drain.permissives if not permissive.met]
            assert not unproven, f"open without {unproven}"
            assert tick.report.forecast.source == "model", f"open by a forecast of {tick.report.forecast.source}"
            assert tick.report.demand.modes["drain"] != "act", "open by itself"
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



def never_past_its_limits(plant: WildPlant) -> None:
    """Three ticks after a probe says so, which is as long as it takes to be believed."""
    past = {"cool": lambda beer_c: beer_c <= LIMITS.beer_low_c, "heat": lambda beer_c: beer_c >= LIMITS.beer_high_c}
    for role, is_past in past.items():
        since = 0
        for tick, truth in plant.ticks:
            beer_c = truth.says["beer_c"]
            since = since + 1 if beer_c is not None and is_past(beer_c) else 0
            assert not (getattr(tick, role) and since > 3), f"{role} was on at {beer_c} °C"


def pauses_between_heating_and_cooling(plant: WildPlant) -> None:
    """Through restarts, too."""
    turns = sorted((on, off, role) for role in ("heat", "cool") for on, off in runs(plant, role))
    for (_, off, before), (on, _, after) in pairwise(turns):
        gap_s = on - off
        assert before == after or gap_s >= LIMITS.changeover_s - TICK_S, f"{after} {gap_s:.0f} s after {before}"


def nothing_is_dosed_past_half(plant: WildPlant) -> None:
    known: set[str] = set()
    for tick in plant.track:
        state = tick.report.state
        begun = {dose.id for dose in state.doses if dose.standing == "intended"} - known
        known |= {dose.id for dose in state.doses}
        if begun and state.batch is not None:
            gone = (1.050 - state.measured["sg"].value) / (0.050 * (state.batch.expected_attenuation or 1.0))
            assert gone <= HALF_OF_THE_SUGAR + 0.001, f"dosed with {gone:.0%} of the sugar gone"


def never_far_the_wrong_way(plant: WildPlant) -> None:
    """What moves the beer against its purpose is found out, and off until somebody resumes."""
    for role, direction in (("heat", 1.0), ("cool", -1.0)):
        wrong_c, beer_c = 0.0, None
        for tick, truth in plant.ticks:
            now_c = truth.says["beer_c"]
            if truth.crossed and getattr(tick, role) and None not in (now_c, beer_c):
                wrong_c -= direction * (now_c - beer_c)
            beer_c = now_c
            assert wrong_c <= FARTHEST_WRONG_C, f"{role} moved the beer {wrong_c:.1f} °C the wrong way"


def rule_1(plant: WildPlant) -> None:
    """Nothing moves on a measurement that is missing, stale or cannot be true."""
    heard: dict[str, float] = {}
    for before, (tick, truth) in zip([None, *plant.track], plant.ticks, strict=False):
        for name, value in truth.says.items():
            if value is not None and QUANTITIES[name].low <= value <= QUANTITIES[name].high:
                heard[name] = tick.at
        silent = {name: tick.at - heard.get(name, -inf) for name in truth.says}
        if tick.heat or tick.cool:
            assert silent["beer_c"] <= BEER_STALE_S, f"ran {silent['beer_c']:.0f} s after the last word of the beer"
        if tick.drain:
            assert truth.says["vent_open"] == 1.0 or silent["vent_open"] <= SWITCH_STALE_S, "drained without a vent"
        if before is not None and tick.fed_ml > before.fed_ml:
            assert silent["sg"] <= CAPS.fresh_h * 3600.0 + 2 * TICK_S, "fed without a fresh gravity"


def rule_2(plant: WildPlant) -> None:
    """The room's thermometer never stands in for the beer's; a command that is none is refused, answered, and does
    nothing."""
    silent_s = 0.0
    for before, (tick, truth) in zip([None, *plant.track], plant.ticks, strict=False):
        passed_s = tick.at - before.at if before else 0.0
        silent_s = silent_s + passed_s if truth.says["beer_c"] is None else 0.0
        assert not ((tick.heat or tick.cool) and silent_s > BEER_STALE_S + TICK_S), "went by another thermometer"
    for ack, did in plant.bad:
        assert ack["ok"] is False, f"obeyed: {ack}"
        assert ack["why"]
        assert not did, f"refused and done all the same: {ack}"


def rule_3(plant: WildPlant) -> None:
    """A longest run, never both, a pause between, a rest through faults and restarts, never past the limits, and what
    has no effect is stopped."""
    never_together(plant.track)
    never_past_its_limits(plant)
    pauses_between_heating_and_cooling(plant)
    never_too_long(plant)
    never_far_the_wrong_way(plant)
    compressor_rests(plant)
    rests_after_its_longest_run(plant)
    for role in ("heat", "cool"):
        effort_s, last, beer_c = 0.0, plant.track[0].at, None
        for tick, truth in plant.ticks:
            moved = truth.says["beer_c"] != beer_c
            effort_s = 0.0 if moved else effort_s + (tick.at - last) * getattr(tick, role)
            last, beer_c = tick.at, truth.says["beer_c"]
            assert effort_s <= LONGEST_EFFORT_S + 2 * TICK_S, f"{role} ran {effort_s:.0f} s without any effect"


def rule_4(plant: WildPlant) -> None:
    """A dose is written down before the pump runs, never given twice, within its caps, and never late."""
    nothing_is_dosed_past_half(plant)
    assert not plant.unwritten, "the pump began and nothing was written down"
    doses_are_within_their_caps(plant)


def rule_5(plant: WildPlant) -> None:
    """The valve is open once for a batch, with all proven and two words of people, for so long and no longer."""
    for on, off in runs(plant, "drain"):
        open_s = min(off, plant.now) - on
        assert open_s <= DRAIN_LONGEST_S, f"open for {open_s:.0f} s"
        armed, confirmed = (
            [at for at, word in plant.words if word == said and at <= on] for said in ("drain", "confirm")
        )
        assert armed, "opened without a word"
        assert confirmed, "opened with one word"
        assert 0.0 <= confirmed[-1] - armed[-1] <= ARMED_S + TICK_S, "opened by a late word"
        assert on - confirmed[-1] <= 2 * TICK_S, "opened long after the word"
    for tick, truth in plant.ticks:
        assert not (tick.drain and truth.stopped), "open although somebody stopped it"
        assert not (tick.drain and truth.says["vent_open"] == 0.0), "open without a vent"
    valve_is_open_only_with_everything_proven(plant)


def rule_6(plant: WildPlant) -> None:
    """A process that ends, hangs or comes back leaves everything off; a stop is never queued, lost or refused, and
    holds until somebody resumes."""
    stopped_is_off(plant)
    assert not plant.left_on, f"left on: {plant.left_on}"
    assert not plant.lost, f"a stop was not obeyed: {plant.lost}"
    for tick, truth in plant.ticks:
        assert not (truth.stopped and any((tick.heat, tick.cool, tick.drain))), "stopped, and on"


RULES: Mapping[str, Callable[[Any], None]] = {
    "1": rule_1, "2": rule_2, "3": rule_3, "4": rule_4, "5": rule_5, "6": rule_6,
    "3, shared": shared_compressor_rests,
}  # fmt: skip


def lived(acts: list[Act]) -> WildPlant:
    with TemporaryDirectory(dir=FAST) as directory:
        plant = WildPlant(Path(directory))
        for act in acts:
            act.happen(plant)
        plant.power_off()
    return plant


PLANTS: Mapping[str, Callable[[list[Act]], CellarBench]] = {"3, shared": chilled}


def holds(rule: str) -> set[str]:
    """The property of one rule, over its scripts and whatever else may happen. Returns what was seen to happen, for a
    rule holds of a tank that does nothing."""
    seen: set[str] = set()

    def live(acts: list[Act]) -> None:
        plant = lived(acts)
        RULES[rule](plant)
        seen.update(role for role in ("heat", "cool", "drain") if runs(plant, role))
        seen.update(dose.standing for tick in plant.track for dose in tick.report.state.doses)
        seen.update(tick.report.command.drain.why[:7] for tick in plant.track if tick.report.command.drain)

    test = given(ACTS)(live)
    for script in SCRIPTS[rule]:
        test = example(script)(test)
    settings(max_examples=25, phases=[Phase.explicit, Phase.generate])(test)()
    return seen


def test_rule_1_nothing_moves_on_a_measurement_that_is_missing_stale_or_implausible():
    assert holds("1") >= {"heat", "cool", "drain"}


def test_rule_2_never_one_sensor_for_another_and_commands_that_are_none_are_refused_and_answered():
    assert holds("2") >= {"cool"}


def test_rule_3_a_longest_run_never_both_a_compressors_rest_and_no_effect_is_stopped():
    assert holds("3") >= {"heat", "cool"}


def test_rule_3_a_compressor_that_tanks_share_rests_whoever_asks_and_after_every_start():
    for script in SCRIPTS["3, shared"]:
        shared_compressor_rests(chilled(script))


def test_rule_4_a_dose_is_written_first_never_repeated_and_capped():
    assert holds("4") >= {"given", "uncertain"}


def test_rule_5_the_drain_needs_everything_proven_two_words_and_has_a_time_limit():
    assert holds("5") >= {"drain", "aborted", "done af"}


def test_rule_6_what_ends_or_hangs_is_off_and_stop_is_obeyed_at_once_until_resume():
    assert holds("6") >= {"cool", "drain"}


# --- each property fails when its rule is taken out of the code


Without = Callable[[pytest.MonkeyPatch], None]


def anything_counts(patch: pytest.MonkeyPatch) -> None:
    """However old it is, and whatever its sensor is doubted for: two walls, either of which holds alone."""

    def fresh(state: TankState, quantity: str, now: float, within_s: float) -> float | None:
        known = state.measured.get(quantity)
        return None if known is None else known.value

    patch.setattr(TankState, "fresh", fresh)
    for module in (interlocks, drain, dosing):
        patch.setattr(module, "trusted", fresh)


def room_stands_in(patch: pytest.MonkeyPatch) -> None:
    def either(state: TankState, name: str, now: float, within_s: float) -> float | None:
        known = trusted(state, name, now, within_s)
        return trusted(state, "room_c", now, within_s) if known is None and name == "beer_c" else known

    patch.setattr(interlocks, "trusted", either)


def rested_before_the_start(patch: pytest.MonkeyPatch) -> None:
    begin = Interlocks._begin
    patch.setattr(Interlocks, "_begin", lambda own, now: begin(own, now - 86_400.0))


def no_reason(*about: Any) -> None:
    """Nothing forbids it."""


def a_shared_one_rested_before(patch: pytest.MonkeyPatch) -> None:
    begin = SharedInterlock.__init__
    patch.setattr(SharedInterlock, "__init__", lambda own, name, how, now: begin(own, name, how, now - 86_400.0))


def no_limits(patch: pytest.MonkeyPatch) -> None:
    begin, wide = Interlocks._begin, LIMITS.model_copy(update={"beer_low_c": -99.0, "beer_high_c": 99.0})

    def begun(own: Interlocks, now: float) -> None:
        own.limits = wide
        begin(own, now)

    patch.setattr(Interlocks, "_begin", begun)


def no_longest_run(patch: pytest.MonkeyPatch) -> None:
    rests = OutputTimers.rests
    patch.setattr(OutputTimers, "rests", lambda own, now: None if own.started_at is not None else rests(own, now))


def nothing_is_known_of_a_dose_that_was_cut_short(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(DoseRunner, "restore", lambda own, batch, now: ())
    patch.setattr(Store, "knows_dose", lambda own, dose_id: False)


def one_word_is_enough(patch: pytest.MonkeyPatch) -> None:
    arm = DrainApproval.arm

    def armed(own: DrainApproval, by: str, now: float, missing: str | None) -> str | None:
        why = arm(own, by, now, missing)
        if why is None:
            own.become("confirmed", "by one", now)
        return why

    patch.setattr(DrainApproval, "arm", armed)


def the_drain_hears_no_stop(patch: pytest.MonkeyPatch) -> None:
    permit = DrainGate.permit

    def deaf(own: DrainGate, wish: Any, said: Any, state: TankState, stopped: str | None, now: float) -> Drain:
        return permit(own, wish, said, state, None, now)

    patch.setattr(DrainGate, "permit", deaf)


def a_second_transfer(patch: pytest.MonkeyPatch) -> None:
    look = DrainGate._check

    def looked(own: DrainGate, *about: Any) -> list[Permissive]:
        return [replace(one, met=True) if one.name == "once" else one for one in look(own, *about)]

    patch.setattr(DrainGate, "_check", looked)


WITHOUT: Mapping[str, tuple[str, Without]] = {
    "old and doubted ones count": ("1", anything_counts),
    "anything can be true": ("1", lambda patch: patch.setattr(Quantity, "refusal", lambda row, value: None)),
    "the room stands in": ("2", room_stands_in),
    "retained and repeated": ("2", lambda patch: patch.setattr(commands, "_refusal", lambda *about: None)),
    "old": ("2", lambda patch: patch.setattr(commands, "_untimely", lambda *about: None)),
    "both at once": ("3", lambda patch: patch.setattr(interlocks, "exclude_each_other", lambda *both: False)),
    "no longest run": ("3", no_longest_run),
    "past its limits": ("3", no_limits),
    "no pause between": ("3", lambda patch: patch.setattr(OutputTimers, "holds_up", lambda *about: None)),
    "no rest": ("3", lambda patch: patch.setattr(RunLimits, "rest_s", 0.0)),
    "rested before the start": ("3", rested_before_the_start),
    "no effect is fine": ("3", lambda patch: patch.setattr(OutputResponseCheck, "watch", lambda *about: "fine")),
    "the wrong way is fine": ("3", lambda patch: patch.setattr(output_response, "SUSPECT_C", 99.0)),
    "a shared one without rest": ("3, shared", lambda patch: patch.setattr(SharedInterlock, "forbids", no_reason)),
    "a shared one rested before": ("3, shared", a_shared_one_rested_before),
    "no caps": ("4", lambda patch: patch.setattr(DoseGate, "_over_caps", lambda *about: iter(()))),
    "after half of the sugar": ("4", lambda patch: patch.setattr(dosing, "HALF", 9.0)),
    "pumped first": ("4", lambda patch: patch.setattr(Store, "record_start", lambda *about: True)),
    "an uncertain dose again": ("4", nothing_is_known_of_a_dose_that_was_cut_short),
    "no vent": ("5", lambda patch: patch.setattr(DrainGate, "_vent", lambda *about: Permissive("vent", True, ""))),
    "no forecast": ("5", lambda patch: patch.setattr(DrainGate, "_forecast", lambda *about: Permissive("f", True, ""))),
    "one word": ("5", one_word_is_enough),
    "a second transfer": ("5", a_second_transfer),
    "no time limit": ("5", lambda patch: patch.setattr(DrainGate, "_watch", lambda *about: None)),
    "a drain that hears no stop": ("5", the_drain_hears_no_stop),
    "deaf to stop": ("6", lambda patch: patch.setattr(Interlocks, "stop", lambda *about: None)),
    "a stop forgotten": ("6", lambda patch: patch.setattr(Interlocks, "restore", lambda *about: None)),
    "a stop in the queue": ("6", lambda patch: patch.setattr(plug_context, "is_stop", lambda message: False)),
    "ends without off": ("6", lambda patch: patch.setattr(OutputBank, "off", lambda own: None)),
    "hangs without off": ("6", lambda patch: patch.setattr(OutputBank, "overdue", lambda *about: set())),
}


@pytest.mark.parametrize("without", WITHOUT)
def test_a_property_fails_when_its_rule_is_taken_out(without: str, monkeypatch: pytest.MonkeyPatch):
    seen = seen_without(without, monkeypatch)
    assert seen, f"nobody notices that {without}"


def seen_without(without: str, patch: pytest.MonkeyPatch) -> str | None:
    """What the property says of the first script that it does not hold of; None if it holds of all."""
    rule, take_out = WITHOUT[without]
    take_out(patch)
    for script in SCRIPTS[rule]:
        try:
            RULES[rule](PLANTS.get(rule, lived)(script))
        except AssertionError as error:
            return str(error).splitlines()[0]
    return None


if __name__ == "__main__":  # the table of docs/contributor.md
    print("| rule | taken out | what was seen |\n| --- | --- | --- |")
    for name, (number, _) in WITHOUT.items():
        with pytest.MonkeyPatch.context() as patched:
            print(f"| {number} | {name} | {seen_without(name, patched)} |", flush=True)
