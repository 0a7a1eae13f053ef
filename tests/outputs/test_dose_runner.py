"""A dose is on the disk before the pump turns, is given in portions, has one end, and is never begun twice."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs import OutputError
from brewpi.outputs.dose_runner import DoseRunner
from brewpi.outputs.simulated import Simulated
from brewpi.plant.simulated_tank import MEAD, Vessel
from brewpi.records import Batch, Dose, DoseRequest, TankState
from brewpi.store import Store, StoreOptions

START = 1_790_000_000.0
WISH = DoseRequest("b1-dose-1", 1, 1000.0, 50.0, 400.0, 120.0, "24 h after pitching")
ML_PER_S = 5.0


class Spied(Store):
    """A store that writes down, with what is in the tank at that moment, when it is asked to remember a dose."""

    def __init__(self, options: StoreOptions, vessel: Vessel) -> None:
        super().__init__(options)
        self.vessel, self.order = vessel, []

    def record_start(self, tank: str, batch: str, dose: Dose, now: float) -> bool:
        self.order.append(("intend", self.vessel.pumps_until > self.vessel.at, self.vessel.fed_ml))
        written = super().record_start(tank, batch, dose, now)
        self.order.append(("written", written, on_disk(self.options.path)))
        return written


def on_disk(path: Path) -> list[str]:
    """What another process would find at this moment."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as there:
        return [f"{key} {standing}" for key, standing in there.execute("SELECT id, standing FROM dose")]


class Harness:
    """A mead, a simulated pump and a real store in a file."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "brewpi.sqlite"
        self.now = START
        self.vessel = Vessel(MEAD, volume_l=20.0, now=START)
        self.pump = Simulated(role="nutrient", ml_per_s=ML_PER_S).open(PlugContext("fv1", vessel=self.vessel))
        self.state = TankState(Batch(START, id="b1"))
        self.power_on()

    def power_on(self) -> None:
        self.store = Spied(StoreOptions(path=self.path), self.vessel)
        self.store.open(self.now)
        self.dose_runner = DoseRunner("fv1", self.store)
        self.state = TankState(self.state.batch, doses=self.dose_runner.restore("b1", self.now))

    def tick(self, wish: DoseRequest | None = WISH, pump: object = "the pump", seconds: float = 5.0) -> None:
        self.now += seconds
        self.vessel.advance(self.now)
        used = self.pump if pump == "the pump" else pump
        self.state = TankState(self.state.batch, doses=self.dose_runner.tick(wish, used, self.state, self.now))

    def run(self, seconds: float, wish: DoseRequest | None = WISH) -> None:
        for _ in range(round(seconds / 5.0)):
            self.tick(wish)

    def kill(self) -> None:
        """The power goes: pump and daemon stop where they are, nothing is closed."""
        self.vessel.stop_pump()
        self.store.database.close()
        self.power_on()

    @property
    def standings(self) -> dict[str, str]:
        return {dose.id: dose.standing for dose in self.state.doses}


@pytest.fixture
def bench(tmp_path: Path):
    bench = Harness(tmp_path)
    yield bench
    bench.store.close()


def test_the_intent_is_on_the_disk_before_the_pump_turns(bench):
    bench.tick()
    assert bench.store.order == [("intend", False, 0.0), ("written", True, ["b1-dose-1 intended"])]
    assert bench.pump.running
    assert bench.standings == {"b1-dose-1": "intended"}


def test_what_cannot_be_written_down_is_not_given(tmp_path, bench):
    (tmp_path / "a file").write_text("")
    bench.dose_runner.journal = Store(StoreOptions(path=tmp_path / "a file" / "is no directory"))
    bench.dose_runner.journal.open(bench.now)
    bench.run(60.0)
    assert bench.vessel.fed_ml == 0.0
    assert bench.state.doses == ()
    assert bench.dose_runner.trouble.text == "dose 1 is not given: it cannot be written down first"


def test_it_is_given_in_portions_with_a_pause_for_the_foam(bench):
    fed = []
    for _ in range(120):
        bench.tick()
        fed.append(round(bench.vessel.fed_ml))
    rests = [ml for ml in (400, 800) if fed.count(ml) >= 120 / 5]
    assert rests == [400, 800]
    assert fed[-1] == 1000
    assert bench.standings == {"b1-dose-1": "given"}
    assert bench.state.doses[0].given_ml == pytest.approx(1000.0)
    assert on_disk(bench.path) == ["b1-dose-1 given"]


def test_once_given_the_same_wish_gives_nothing_more(bench):
    bench.run(600.0)
    bench.run(3600.0)
    assert bench.vessel.fed_ml == pytest.approx(1000.0)


def test_a_permission_that_is_withdrawn_stops_the_pump_and_a_part_is_a_part(bench):
    bench.run(40.0)
    bench.tick(None)
    assert not bench.pump.running
    assert bench.standings == {"b1-dose-1": "part"}
    assert bench.state.doses[0].given_ml == pytest.approx(bench.vessel.fed_ml)
    bench.run(600.0)
    assert bench.vessel.fed_ml < 250.0


# --- power cuts


@pytest.mark.parametrize("after_s", [5.0, 40.0, 100.0, 300.0])
def test_a_dose_that_was_under_way_is_uncertain_and_never_repeated(bench, after_s):
    bench.run(after_s)
    fed_ml = bench.vessel.fed_ml
    bench.kill()
    assert bench.standings == {"b1-dose-1": "uncertain"}
    assert bench.state.doses[0].counted_ml == 1000.0
    bench.run(3600.0)
    assert bench.vessel.fed_ml == fed_ml
    bench.kill()
    assert bench.standings == {"b1-dose-1": "uncertain"}
    assert on_disk(bench.path) == ["b1-dose-1 uncertain"]


def test_a_dose_that_was_given_is_given_after_a_restart(bench):
    bench.run(600.0)
    bench.kill()
    assert bench.standings == {"b1-dose-1": "given"}
    bench.run(600.0)
    assert bench.vessel.fed_ml == pytest.approx(1000.0)


def test_even_if_the_tank_has_forgotten_it_the_journal_refuses_its_id(bench):
    bench.run(600.0)
    bench.state = TankState(bench.state.batch)
    bench.run(600.0)
    assert bench.vessel.fed_ml == pytest.approx(1000.0)


# --- pumps that fail


def test_a_pump_that_does_not_start_is_said_and_nothing_counts_as_given(bench):
    bench.vessel.jams.append("the hose is off")
    bench.tick()
    assert bench.standings == {"b1-dose-1": "part"}
    assert bench.state.doses[0].given_ml == 0.0
    assert bench.dose_runner.trouble.text == "dose 1 stopped: the hose is off"
    bench.run(600.0)
    assert bench.vessel.fed_ml == 0.0


def test_a_pump_that_is_lost_on_the_way_leaves_the_dose_uncertain(bench):
    bench.run(40.0)
    bench.tick(pump=None)
    assert bench.standings == {"b1-dose-1": "uncertain"}


def test_without_a_pump_nothing_is_begun(bench):
    bench.tick(pump=None)
    assert bench.state.doses == ()
    assert bench.dose_runner.trouble.text == "dose 1 cannot be given: the pump cannot be used"
    bench.tick(None)
    assert bench.dose_runner.trouble is None


def test_a_portion_that_fails_ends_the_dose_with_what_went_in(bench):
    bench.run(100.0)
    bench.vessel.jams.append("the hose is off")
    bench.run(600.0)
    assert bench.standings == {"b1-dose-1": "part"}
    assert bench.state.doses[0].given_ml == pytest.approx(400.0)


# --- hands and batches


def test_a_dose_given_by_hand_is_remembered_and_counts(bench):
    dose = bench.dose_runner.by_hand(bench.state, "c7", 300.0, 15.0, bench.now)
    assert (dose.number, dose.standing, dose.counted_ml) == (1, "by_hand", 300.0)
    bench.kill()
    assert bench.standings == {"c7": "by_hand"}
    assert bench.dose_runner.by_hand(bench.state, "c8", 300.0, 15.0, bench.now).number == 2


def test_a_dose_ends_in_the_batch_that_it_was_begun_for(bench):
    bench.run(40.0)
    bench.state = TankState(Batch(bench.now, id="b2"))
    bench.tick(None)
    assert bench.store.doses("fv1", "b2") == ()
    assert [dose.standing for dose in bench.store.doses("fv1", "b1")] == ["part"]


def test_a_dose_whose_batch_was_ended_is_stopped_and_closed(bench):
    bench.run(40.0)
    bench.state = TankState(None)
    bench.tick(None)
    assert not bench.pump.running
    assert [dose.standing for dose in bench.store.doses("fv1", "b1")] == ["part"]


def test_the_simulated_pump_fails_as_the_real_one_does(bench):
    bench.vessel.jams.append("the hose is off")
    with pytest.raises(OutputError, match="the hose is off"):
        bench.pump.give(10.0)
