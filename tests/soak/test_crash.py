"""A power cut at any moment: no dose twice, nothing lost that was written, the database whole, everything off."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from signal import SIGKILL, SIGTERM

import pytest
from soak_plants import HERE, Plant
from soak_process import plug_in

from brewpi import outputs, sensors
from brewpi.config.config import load
from brewpi.service.safe_state import off

FIRST_DOSE_ML = 25.0  # the scheduled one of each batch: 0.002 / 4 mg/L in 500,000 L at 10 mg/ml


class Operator:
    """Somebody who doses, drains and repeats himself as fast as he is answered."""

    def __init__(self, plant: Plant, seed: int) -> None:
        self.plant, self.random = plant, random.Random(seed)
        self.doses = self.asked = 0
        self.volumes: dict[str, float] = {}
        self.targets: list[float | None] = []  # the last one that was answered, and what was asked for since

    def _dose(self) -> None:
        if self.volumes and self.random.random() < 0.2:  # once more, the same words
            key = self.random.choice(list(self.volumes)[-20:])
        else:
            self.doses += 1
            key = f"d{self.doses}"
            self.volumes[key] = round(0.5 + self.doses / 1000.0, 3)
        self.plant.ask("fv1", "dose", key, volume_ml=self.volumes[key])

    def _say(self, tank: str, command: str, **fields: object) -> bool:
        self.asked += 1
        said = self.plant.ask(tank, command, f"o{self.asked}", **fields)
        return said is not None and bool(said["ok"])

    def _move(self) -> None:
        """What was answered with yes is in force after a power cut."""
        self.targets.append(round(19.0 + self.asked % 500 / 1000.0, 3))
        if self._say("fv2", "target", target_c=self.targets[-1]):
            self.targets = self.targets[-1:]

    def broken_promises(self) -> int:
        """Whether the store knows another target than the one that was answered, or one asked for since."""
        ((held,),) = self.plant.rows("SELECT value FROM setting WHERE tank = 'fv2' AND key = 'held'")
        ramp = (json.loads(held) or {}).get("recipe", {}).get("ramp")
        return int(bool(self.targets) and (ramp or {}).get("target_c") not in self.targets)

    def work(self, until: float) -> None:
        """Until then, or until nobody is there any more."""
        while self.plant.alive and time.monotonic() < until:
            if not self.plant.online:
                time.sleep(0.002)
                continue
            self._dose()
            if self.random.random() < 0.3:
                self._move()
            if self.random.random() < 0.3:
                self._say("fv1", "confirm", what="dose")
            if self.random.random() < 0.3 and self._say("fv2", "drain"):
                self._say("fv2", "confirm", what="drain")


@pytest.fixture
def plugged_in() -> Iterator[None]:
    """The plant's kinds, for as long as this test reads its config."""
    before = dict(sensors.KINDS), dict(outputs.KINDS)
    plug_in()
    yield
    for kinds, known in zip((sensors.KINDS, outputs.KINDS), before, strict=True):
        kinds.clear()
        kinds.update(known)


@pytest.mark.parametrize(
    "kills", [pytest.param(12), pytest.param(320, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])]
)
def test_the_power_fails_at_random_across_doses_and_transfers(plant, figure, plugged_in, kills):
    chance = random.Random(kills)
    operator = Operator(plant, kills)
    config = load(plant.here / "cellar.toml")
    broken = promises = died_by_die = unsafe = open_at_death = ticks = 0
    lost: list[str] = []
    unwritten: set[str] = set()

    for kill in range(kills):
        if kill % 3 == 0:
            plant.pitch()
            operator.targets = [None, 19.0]  # none before the first tick, then the config's
        plant.start(odds=chance.choice([0.0, 0.004, 0.02]), seed=kill)
        operator.work(time.monotonic() + chance.uniform(0.05, 1.5))
        died_by_die += not plant.alive
        assert plant.signal(SIGKILL) == -SIGKILL, (plant.here / "log").read_text()[-3000:]
        ticks += plant.pulse()["ticks"]

        broken += plant.rows("PRAGMA integrity_check") != [("ok",)]
        promises += operator.broken_promises()
        lost += plant.lost()
        written = {row[0] for row in plant.rows("SELECT id FROM event")}
        unwritten |= {key for key in plant.events if key not in written}
        open_at_death += plant.lines("valve")[-1:] == ["on"]
        if kill % 40 == 39:
            command = [sys.executable, str(HERE / "soak_process.py"), "off", str(plant.here / "cellar.toml")]
            subprocess.run(command, check=True, capture_output=True)
        else:
            assert off(config) == []
        unsafe += any(plant.lines(diary)[-1:] != ["off"] for diary in ("valve", "cool", "pump"))

    plant.start()  # one that is not killed: what was uncertain is settled
    operator.work(time.monotonic() + 2.0)
    assert plant.signal(SIGTERM) == 0

    given = Counter(line for line in plant.lines("pump") if line.startswith("give"))
    scheduled = given.pop(f"give {FIRST_DOSE_ML:.3f}", 0)
    doubled = {line: count for line, count in given.items() if count > 1}
    doses = plant.rows("SELECT id, volume_ml, standing, batch FROM dose")
    known = {f"give {volume_ml:.3f}" for _, volume_ml, *_ in doses}
    standings = Counter(standing for _, _, standing, batch in doses if batch == f"fv1-b{plant.batches}")
    uncertain = sum(standing == "uncertain" for _, _, standing, _ in doses)
    opened = plant.lines("valve").count("on")

    figure("kills", kills)
    figure("  of them by the die, at a write, a dose or a valve", died_by_die)
    figure("ticks", int(ticks))
    figure("doses pumped", sum(given.values()) + scheduled)
    figure("doses written down", len(doses))
    figure("  uncertain after a kill", uncertain)
    figure("doses pumped twice", len(doubled))
    figure("doses pumped and not written down first", len(set(given) - known))
    figure("batches", plant.batches)
    figure("transfers", opened)
    figure("  killed while the valve was open", open_at_death)
    figure("unsafe outputs after brewpi off", unsafe)
    figure("databases not whole", broken)
    figure("commands answered with yes, and lost", promises)
    figure("committed rows lost", len(lost))
    figure("events heard", len(plant.events))
    figure("  told before they were written, and lost", len(unwritten))

    assert doubled == {}
    assert scheduled <= plant.batches
    assert set(given) <= known
    assert standings["intended"] == 0
    assert 0 < opened <= plant.batches
    assert unsafe == broken == promises == 0
    assert lost == []
    assert unwritten == set()
    assert sum(given.values()) > kills  # across doses, or it proves nothing
