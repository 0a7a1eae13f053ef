"""Three tanks with a valve each and one chiller: whoever asks, stops or fails, it has one rest, one longest run, and is
off when nobody needs it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest
from cellar_harness import CellarBench
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from scenario_harness import Wired

from brewpi.clock import SystemClock
from brewpi.config.config import ConfigErrors, TankOptions, loads
from brewpi.config.shared_checks import described
from brewpi.control.output_timers import TRIP_REST_S
from brewpi.control.shared import Shared, SharedInterlock
from brewpi.control.temperature import Temperature
from brewpi.hardware.plug_context import PlugContext
from brewpi.mqtt import Mqtt
from brewpi.mqtt.discovery import Shown, configs
from brewpi.mqtt.topics import Topics
from brewpi.outputs import OutputError
from brewpi.outputs.expiry import OutputExpiry
from brewpi.outputs.output_bank import OutputBank
from brewpi.outputs.run_limits import COMPRESSOR_REST_S
from brewpi.outputs.simulated import Simulated as Output
from brewpi.plant.simulated_tank import SharedSupply
from brewpi.sensors.simulated import Simulated as Sensor
from brewpi.store import Store

TANKS = ("fv1", "fv2", "fv3")
TICK_S = 20.0
LONGEST_S = 1800.0
FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None


def a_tank(target_c: float = 19.0) -> TankOptions:
    outputs = {"cool": Output(role="cool", min_on_s=20.0, min_off_s=20.0), "heat": Output(role="heat")}
    temperature = Temperature(target_c=target_c, ramp_c_per_h=20.0)
    return TankOptions(
        volume_l=1000.0, temperature=temperature, sensors={"beer": Sensor(measure=("beer_c",))}, outputs=outputs
    )


def chiller(**more: Any) -> Shared:
    limits = {"compressor": True, "max_run_s": LONGEST_S, "min_on_s": 60.0, **more}
    return Shared(output=Output(role="cool", **limits))


class Cellar3(CellarBench):
    """Nobody asks what if. `track` has every tick: when, whether the chiller really runs, whose valve is open."""

    has_no_listeners = True

    def __init__(self, directory: Path, shared: dict[str, Shared] | None = None) -> None:
        self.track: list[tuple[float, bool, frozenset[str]]] = []
        self.started: list[float] = []
        self.faults: deque[Exception] = deque()
        super().__init__(directory, shared or {"glycol": chiller()}, **{name: a_tank() for name in TANKS})
        for name in TANKS:
            self.beer(name, 19.0)
        self.tick()

    def power_on(self) -> None:
        super().power_on()
        actuators = self.glycol.bank.actuators
        actuators["glycol"] = Wired(actuators["glycol"], self.faults)
        self.started.append(self.now)

    def power_off(self) -> None:
        super().power_off()
        self.look()

    def tick(self, times: int = 1) -> None:
        for _ in range(times):
            self.now += TICK_S
            self.last = {report.tank: report for report in self.cellar.tick(self.now)}
            self.look()

    def run(self, minutes: float) -> None:
        self.tick(round(minutes * 60.0 / TICK_S))

    def look(self) -> None:
        self.track.append((self.now, self.chills, frozenset(name for name in TANKS if self.cooling(name))))

    @property
    def glycol(self) -> Any:
        return self.cellar.shared.outputs["glycol"]

    @property
    def chills(self) -> bool:
        return any(vessel.supply["cool"] > 0.0 for vessel in self.vessels.values())

    def fail(self, tank: str) -> None:
        """A bug in this tank's next tick."""
        self.cellar.tanks[tank].absorber = Bug(self.cellar.tanks[tank])

    def emergency(self, tank: str) -> None:
        """Its button, from another thread's point of view."""
        self.cellar.tanks[tank].outputs.emergency()
        self.look()

    def stop(self, tank: str) -> None:
        self.cellar.tanks[tank].interlocks.stop(self.now, "anna")

    def resume(self, tank: str) -> None:
        self.cellar.tanks[tank].interlocks.resume(self.now)

    def why(self, tank: str) -> str:
        return str(self.last[tank].command.why)

    def alarms(self, tank: str) -> dict[str, str]:
        return {alarm.key: alarm.text for alarm in self.last[tank].command.alarms}


class Bug:
    def __init__(self, tank: Any) -> None:
        self.tank, self.true = tank, tank.absorber

    def absorb(self, *what: Any) -> Any:
        self.tank.absorber = self.true
        raise ZeroDivisionError("a bug")


@pytest.fixture
def cellar(tmp_path: Path) -> Any:
    cellar = Cellar3(tmp_path)
    cellar.run(6)
    yield cellar
    cellar.power_off()


def test_it_runs_while_any_of_its_tanks_is_cooled(cellar: Cellar3):
    assert not cellar.chills
    cellar.beer("fv2", 22.0)
    cellar.run(2)
    assert cellar.track[-1][1:] == (True, {"fv2"})
    cellar.beer("fv3", 22.0)
    cellar.run(2)
    cellar.beer("fv2", 19.0)
    cellar.run(2)
    assert cellar.track[-1][1:] == (True, {"fv3"})
    cellar.beer("fv3", 19.0)
    cellar.run(2)
    assert cellar.track[-1][1:] == (False, frozenset())


def test_while_its_compressor_rests_no_valve_opens_and_each_tank_says_why(cellar: Cellar3):
    cellar.beer("fv1", 22.0)
    cellar.run(3)
    cellar.beer("fv1", 19.0)
    cellar.run(1)
    cellar.beer("fv2", 22.0)
    cellar.run(2)
    assert cellar.track[-1][1:] == (False, frozenset())
    assert cellar.why("fv2").startswith("cool: glycol compressor rests, ")
    cellar.run(4)
    assert cellar.track[-1][1:] == (True, {"fv2"})


def test_a_restart_begins_its_rest(cellar: Cellar3):
    for name in TANKS:
        cellar.beer(name, 22.0)
    cellar.run(2)
    assert cellar.chills
    cellar.restart(away_s=10.0)
    cellar.run(4)
    assert not cellar.chills
    cellar.run(2)
    assert cellar.chills


class LateClock:
    """A wall clock that turns out to be late."""

    def __init__(self, cellar: Cellar3, by_s: float = 36_000.0) -> None:
        self.cellar, self.late_s = cellar, by_s

    def correction_s(self) -> float:
        return self.late_s

    def put_right(self, by_s: float) -> None:
        self.cellar.now += by_s
        self.late_s = 0.0

    def now(self) -> float:
        return self.cellar.now

    def snapshot(self) -> dict[str, float]:
        return {}


def test_a_clock_that_is_put_right_is_no_rest(cellar: Cellar3):
    for name in TANKS:
        cellar.beer(name, 22.0)
    cellar.run(2)
    assert cellar.chills
    cellar.cellar.follow(cast("SystemClock", LateClock(cellar)))
    assert not cellar.chills
    cellar.run(4)
    assert not cellar.chills
    cellar.run(3)
    assert cellar.chills


@pytest.mark.parametrize("cut", ["restart", "clock"])
def test_the_rest_after_a_longest_run_goes_on_through(cellar: Cellar3, cut: str):
    for name in TANKS:
        cellar.beer(name, 26.0)
    cellar.run(LONGEST_S / 60.0 + 3)
    assert not cellar.chills
    if cut == "restart":
        cellar.restart(away_s=10.0)
    else:
        cellar.cellar.follow(cast("SystemClock", LateClock(cellar, by_s=5.0)))
    cellar.run(15)
    assert not cellar.chills
    assert "after its longest run" in cellar.why("fv1")
    cellar.run(TRIP_REST_S / 60.0 - 10)
    assert cellar.chills


@pytest.mark.parametrize("cut", ["restart", "clock", "damaged"])
def test_the_changeover_between_two_shared_outputs_goes_on_through(tmp_path: Path, cut: str):
    warm = Shared(role="heat", never_with=("glycol",), changeover_s=1800.0, output=Output(role="heat"))
    cellar = Cellar3(tmp_path, {"glycol": chiller(), "boiler": warm})
    cellar.beer("fv1", 22.0)
    cellar.run(8)
    assert cellar.cellar.shared.outputs["glycol"].on
    cellar.beer("fv1", 19.0)
    cellar.beer("fv2", 16.0)
    if cut == "clock":
        cellar.cellar.follow(cast("SystemClock", LateClock(cellar, by_s=5.0)))
    else:
        cellar.power_off()
        if cut == "damaged":
            damaged = Store(cellar.config.store)
            damaged.open(cellar.now)
            damaged.set("", "shared", {"ran": {"glycol": {"on": "perhaps"}}}, cellar.now)
            damaged.close()
        cellar.now += 10.0
        cellar.power_on()
    cellar.run(20)
    assert not cellar.cellar.shared.outputs["boiler"].on
    assert "waits after glycol" in cellar.why("fv2")
    cellar.run(12)
    assert cellar.cellar.shared.outputs["boiler"].on
    cellar.power_off()


def test_one_longest_run_for_all_of_them_and_all_are_told(cellar: Cellar3):
    for minutes, name in enumerate(TANKS):
        cellar.beer(name, 24.0)
        cellar.run(5 + minutes)
    cellar.run(LONGEST_S / 60.0)
    assert cellar.track[-1][1:] == (False, frozenset())
    for name in TANKS:
        assert "glycol" in cellar.alarms(name)["glycol: shared"]
        assert "after its longest run" in cellar.why(name)
    cellar.run(TRIP_REST_S / 60.0)
    assert cellar.chills


def test_a_tank_that_is_stopped_fails_or_is_blind_does_not_ask_and_the_others_go_on(cellar: Cellar3):
    for name in TANKS:
        cellar.beer(name, 22.0)
    cellar.run(2)
    cellar.stop("fv1")
    cellar.vessels["fv2"].unplug("beer_c")
    cellar.run(7)
    assert cellar.track[-1][1:] == (True, {"fv3"})
    cellar.fail("fv3")
    cellar.tick()
    assert cellar.track[-1][1:] == (False, frozenset())


def test_tanks_hear_of_another_one_whose_cooler_works_again_and_not_of_themselves(cellar: Cellar3):
    cellar.cellar.tanks["fv1"].interlocks.outputs["cool"].response.chance.recovered_at = cellar.now
    at = cellar.now
    cellar.tick(3)
    coolers = {name: tank.interlocks.outputs["cool"] for name, tank in cellar.cellar.tanks.items()}
    heard = {name: cooler.response.chance.others_at for name, cooler in coolers.items()}
    assert heard == {"fv1": -inf, "fv2": at, "fv3": at}


def test_an_emergency_stop_of_one_tank_is_that_of_the_chiller_at_once_and_all_are_told(cellar: Cellar3):
    for name in TANKS:
        cellar.beer(name, 22.0)
    cellar.run(2)
    cellar.emergency("fv1")
    assert not cellar.chills  # no tick has passed
    cellar.run(10)
    assert cellar.track[-1][1:] == (False, frozenset())
    assert "emergency stop of fv1 was pressed" in cellar.why("fv2")
    assert "cool of fv1, fv2, fv3 stays off" in cellar.alarms("fv3")["glycol: shared"]
    cellar.resume("fv1")
    cellar.run(1)
    assert cellar.chills
    assert "glycol: shared" not in cellar.alarms("fv3")


def test_stopping_all_of_its_tanks_stops_it_whatever_its_shortest_run(cellar: Cellar3):
    cellar.beer("fv1", 22.0)
    cellar.tick(3)
    assert cellar.chills
    for name in TANKS:
        cellar.stop(name)
    cellar.tick()
    assert not cellar.chills


def test_one_that_fails_is_off_its_valves_shut_and_each_tank_alarmed(cellar: Cellar3):
    for name in TANKS:
        cellar.beer(name, 22.0)
    cellar.run(2)
    cellar.faults.extend(OutputError("the wire is off") for _ in range(6))
    cellar.tick(3)
    assert cellar.track[-1][1:] == (False, frozenset())
    for name in TANKS:
        assert "the wire is off" in cellar.alarms(name)["glycol: shared"]
        assert "the wire is off" in cellar.why(name)
    cellar.run(8)
    assert cellar.chills


@pytest.mark.parametrize("where", ["forbids", "permit"])
def test_a_bug_in_it_is_off_told_and_costs_no_tank_its_tick(cellar: Cellar3, where: str, monkeypatch: Any):
    for name in TANKS:
        cellar.beer(name, 22.0)
    cellar.run(2)
    assert cellar.chills
    monkeypatch.setattr(SharedInterlock, where, lambda *about: 1 / 0)
    cellar.tick(2)
    assert cellar.track[-1][1:] == (False, frozenset())
    for name in TANKS:
        assert "ZeroDivisionError" in cellar.alarms(name)["glycol: shared"]
    cellar.vessels["fv1"].plug("beer_c", 15.0)
    cellar.run(12)
    assert cellar.vessels["fv1"].duties["heat"] == 1.0


def test_it_goes_off_by_itself_when_no_tick_renews_it():
    bank = OutputBank({"glycol": Output(role="cool")}, PlugContext(supply=SharedSupply([], "cool")))
    assert OutputExpiry({"shared glycol": bank}, usual_s=1.0).outputs["shared glycol"] is bank
    bank.open(0.0)
    bank.renewed_s["glycol"] = 10.0
    assert bank.overdue(20.0, 31.0) == {"glycol"}


def test_what_never_runs_together_does_not_and_waits_between(tmp_path: Path):
    warm = Shared(role="heat", never_with=("glycol",), changeover_s=900.0, output=Output(role="heat", max_run_s=7200.0))
    cellar = Cellar3(tmp_path, {"glycol": chiller(), "boiler": warm})
    cellar.run(6)
    cellar.beer("fv1", 22.0)
    cellar.beer("fv2", 16.0)
    cellar.run(5)
    both = {name: output.on for name, output in cellar.cellar.shared.outputs.items()}
    assert sum(both.values()) == 1
    assert "waits until" in cellar.why("fv1" if both["boiler"] else "fv2")
    first = next(name for name, on in both.items() if on)
    cellar.beer("fv1" if first == "glycol" else "fv2", 19.0)
    cellar.run(10)
    assert not any(output.on for output in cellar.cellar.shared.outputs.values())
    cellar.run(7)
    assert [name for name, output in cellar.cellar.shared.outputs.items() if output.on] == [
        "boiler" if first == "glycol" else "glycol"
    ]
    cellar.power_off()


def test_each_tank_says_whether_it_runs_and_home_assistant_is_told_of_it(cellar: Cellar3):
    cellar.link.has_no_listeners = False
    cellar.run(2)
    state = cellar.link.retained["brewpi/riverside/fv3/state"]
    assert '"switches":{"glycol":false}' in state
    cellar.beer("fv1", 22.0)
    cellar.run(2)
    assert '"switches":{"glycol":true}' in cellar.link.retained["brewpi/riverside/fv3/state"]
    announced = dict(configs(Topics("riverside"), "fv3", Shown(shared=frozenset({"glycol"}))))
    assert "'glycol'" in announced["homeassistant/binary_sensor/brewpi_riverside_fv3/glycol/config"]
    cellar.config = cellar.config.model_copy(update={"mqtt": Mqtt()})
    cellar.restart()
    assert "homeassistant/binary_sensor/brewpi_riverside_fv3/glycol/config" in cellar.link.retained


# --- days


def test_three_tanks_and_one_chiller_hold_their_temperatures_for_days(tmp_path: Path):
    cellar = Cellar3(tmp_path, {"glycol": chiller(max_run_s=4 * 3600.0)})
    for name in TANKS:
        cellar.vessels[name].plug("beer_c")  # as warm as it really is
    held: list[float] = []
    while cellar.now - cellar.track[0][0] < 4 * 86_400.0:
        cellar.now += 40.0
        cellar.tick()
        if cellar.now - cellar.track[0][0] > 86_400.0:
            held += [vessel.beer_c for vessel in cellar.vessels.values()]
    runs = runs_of(cellar)
    assert len(runs) > 10
    assert all(on - off >= COMPRESSOR_REST_S for (_, off), (on, _) in pairwise(runs))
    assert all(18.0 <= beer_c <= 20.2 for beer_c in held), (min(held), max(held))
    assert all(chills for _, chills, valves in cellar.track if valves), "a valve was open and nothing came"
    cellar.power_off()


# --- whatever happens


@dataclass
class Act:
    """Something happens to a tank or to the chiller, then some minutes pass."""

    what: str
    tank: str
    value: float
    minutes: float

    def happen(self, cellar: Cellar3) -> None:
        does: dict[str, Callable[[], object]] = {
            "beer": lambda: cellar.beer(self.tank, self.value),
            "warm": lambda: cellar.beer(self.tank, 23.0),
            "unplug": lambda: cellar.vessels[self.tank].unplug("beer_c"),
            "stop": lambda: cellar.stop(self.tank),
            "resume": lambda: cellar.resume(self.tank),
            "fail": lambda: cellar.fail(self.tank),
            "emergency": lambda: cellar.emergency(self.tank),
            "tear": lambda: cellar.faults.extend(OutputError("torn") for _ in range(1 + int(self.minutes))),
            "restart": lambda: cellar.restart(away_s=self.minutes * 20.0),
        }
        does[self.what]()
        cellar.run(self.minutes)


WHAT = ("warm", "warm", "warm", "beer", "beer", "resume", "stop", "unplug", "fail", "emergency", "tear", "restart")
ACTS = st.lists(
    st.builds(Act, st.sampled_from(WHAT), st.sampled_from(TANKS), st.floats(17.0, 21.0), st.floats(0.4, 12.0)),
    min_size=4, max_size=20,
)  # fmt: skip
LONG_SUMMER = [Act("warm", name, 0.0, 15.0) for name in TANKS]
TURNS = [Act(what, name, 19.0, 4.0) for name in TANKS * 2 for what in ("warm", "beer")]


def runs_of(cellar: Cellar3) -> list[tuple[float, float]]:
    """The runs of the chiller, read at the vessels: from when to when; inf while it runs."""
    runs: list[tuple[float, float]] = []
    since: float | None = None
    for at, chills, _ in cellar.track:
        if chills and since is None:
            since = at
        elif since is not None and not chills:
            runs.append((since, at))
            since = None
    return [*runs, (since, inf)] if since is not None else runs


def test_whoever_asks_stops_or_fails_the_compressor_has_its_rest_and_its_longest_run():
    seen: set[str] = set()  # lest the property hold of a chiller that never runs

    @settings(max_examples=40, phases=[Phase.explicit, Phase.generate])
    @example(LONG_SUMMER)
    @example(TURNS)
    @given(ACTS)
    def live(acts: list[Act]) -> None:
        with TemporaryDirectory(dir=FAST) as directory:
            cellar = Cellar3(Path(directory))
            for act in acts:
                act.happen(cellar)
            cellar.power_off()
        runs = runs_of(cellar)
        for (_, off), (on, _) in pairwise(runs):
            assert on - off >= COMPRESSOR_REST_S, f"the compressor rested for {on - off:.0f} s"
        for began in cellar.started:
            first = next((on for on, _ in runs if on > began), inf)
            assert first - began >= COMPRESSOR_REST_S, "nobody knew when it had run before"
        for on, off in runs:
            assert off - on <= LONGEST_S
            seen.add("trips" if off - on == LONGEST_S else "runs")
        assert all(not chills or valves or at - since(runs, at) <= 60.0 for at, chills, valves in cellar.track)

    live()
    assert seen == {"trips", "runs"}


def since(runs: list[tuple[float, float]], at: float) -> float:
    """When the run began that goes on at this moment."""
    return next(on for on, off in runs if on <= at < off)


# --- the config

SITE = """
site = "riverside"
[shared.glycol]
{shared}
[tanks.fv1]
volume_l = 500
[tanks.fv1.sensors]
beer = {{ kind = "ds18b20", id = "28-0316a2794eff" }}
[tanks.fv1.outputs]
cool = {{ kind = "relay", pin = 22 }}
[tanks.fv1.temperature]
target_c = 19.0
[tanks.fv2]
volume_l = 500
"""
CHILLER = 'output = { kind = "relay", pin = 27, compressor = true }'


def said(shared: str) -> list[str]:
    try:
        loads(SITE.format(shared=shared), "c")
    except ConfigErrors as errors:
        return errors.sentences
    return []


def test_a_config_says_it_in_a_table_of_the_site():
    config = loads(SITE.format(shared=CHILLER), "c")
    assert list(described(config)) == [
        "shared.glycol: runs while cool of fv1 does; longest run 6 h, rests 5 min"
    ]


@pytest.mark.parametrize(
    ("shared", "sentence"),
    [
        ("", 'c: shared.glycol.output: option "kind" is missing; known: '),
        (f"{CHILLER}\nrole = 'spund'", "c: shared.glycol.role: there is no role spund; the roles are "),
        (f"{CHILLER}\nrole = 'drain'", "c: shared.glycol.role: drain cannot be shared"),
        (f"{CHILLER}\nrole = 'heat'", "c: shared.glycol: no tank has an output heat of its own, so nothing would"),
        (f"{CHILLER}\ntanks = ['fv3']", 'c: shared.glycol.tanks: there is no tank "fv3"; did you mean'),
        (f"{CHILLER}\ntanks = ['fv2']", "c: shared.glycol.tanks: fv2 has no output cool of its own, so glycol would"),
        (f"{CHILLER}\nnever_with = ['boil']", 'c: shared.glycol.never_with: there is no other shared output "boil"'),
        (f"{CHILLER}\nrests = 3", 'c: shared.glycol: unknown option "rests"'),
        (CHILLER.replace("27", "22"), "c: shared.glycol.output: GPIO22 already belongs to tanks.fv1.outputs.cool"),
        (CHILLER.replace("true", "true, min_off_s = 60"), "c: shared.glycol.output: min_off_s 60 is too short"),
        ('output = { kind = "pump", pin = 27, ml_per_s = 1.0 }', "c: shared.glycol.output: a pump cannot do this"),
    ],
)
def test_its_mistakes_are_named(shared: str, sentence: str):
    sentences = said(shared)
    assert sentences
    assert sentences[0].startswith(sentence)
