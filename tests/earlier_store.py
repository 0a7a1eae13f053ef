"""How earlier_store.sql was made: what brewpi 0.1 left on the disk when the power went, from three simulated tanks.

fv1 follows a recipe: its second step waits with one of two words said, the wish to go on was vetoed, doses are only
advised, the drain was open, fruit went in. fv2 was stopped on its way to 12 °C and has an acknowledged alarm; fv3 is
plain.
The file is kept as it is: running this today would write what is written today.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from pathlib import Path

from cellar_harness import START, CellarBench, tank_options

from brewpi.config.config import TankOptions
from brewpi.control.dosing import Dosing
from brewpi.control.drain import Draining
from brewpi.outputs.simulated import Simulated as Output
from brewpi.records import Alarm
from brewpi.sensors.simulated import Simulated as Sensor

FILE = Path(__file__).parent / "data" / "earlier_store.sql"
RECIPE = """
name = "Three steps"

[[steps]]
name = "primary"
target_c = 20.0
until = { kind = "elapsed", hours = 0.1 }

[[steps]]
name = "rest"
target_c = 16.0
until = { all = [{ kind = "operator", confirms = "vdk" }, { kind = "operator", confirms = "taste" }] }

[[steps]]
name = "crash"
target_c = 3.0
until = { kind = "elapsed", hours = 24 }

[[steps]]
name = "transfer"
transfer = { window_h = 48 }
"""


def tanks(directory: Path) -> dict[str, TankOptions]:
    """The three, with the recipe in a file of the directory."""
    recipe = directory / "three.toml"
    recipe.write_text(RECIPE)
    usual = tank_options(vent=Sensor(measure=("vent_open",)))
    more = {"drain": Output(role="drain"), "nutrient": Output(role="nutrient", ml_per_s=10.0)}
    full = {
        "recipe": str(recipe), "outputs": {**usual.outputs, **more}, "draining": Draining(longest_s=3600.0),
        "dosing": Dosing(solution_mg_ml=1.0, max_ml_per_dose=100.0, max_ml_per_day=10_000.0, beer=True),
    }  # fmt: skip
    return {"fv1": usual.model_copy(update=full), "fv2": tank_options(), "fv3": tank_options()}


def brew(bench: CellarBench) -> None:
    """What happened until the power went."""
    bench.beer("fv1", 20.0)
    bench.beer("fv2", 18.0)
    assert bench.send("start_batch", id="b1", name="Helles 12", og=1.05)["ok"]
    assert bench.send("start_batch", "fv2", id="b2", name="Bock")["ok"]
    assert bench.send("mode", action="dose", mode="advise")["ok"]
    assert bench.send("mode", action="step", mode="act")["ok"]
    assert bench.send("addition", what="raspberries", points=4.0)["ok"]
    assert bench.send("reading", id="r1", quantity="sg", value=1.0484, unit="sg")["ok"]
    assert bench.send("dose", id="d1", volume_ml=30.0, by_hand=True)["ok"]
    bench.run(minutes=20)
    assert bench.last["fv1"].demand.step == "rest", bench.last["fv1"].demand.why
    assert bench.send("confirm", what="vdk")["ok"]
    bench.run(minutes=2)
    assert bench.send("target", "fv2", target_c=12.0)["ok"]
    bench.run(minutes=10)
    assert bench.send("stop", "fv2", by="ben")["ok"]
    off_target = bench.cellar.tanks["fv2"].alarm_monitors.latches["beer: off target"]
    off_target.alarm = Alarm("beer: off target", "warning", "beer off", START)
    bench.tick()
    assert bench.send("acknowledge", "fv2", key="stop")["ok"]
    approvals = bench.cellar.tanks["fv1"].approvals
    approvals.policies["step"].is_allowed("rest->crash", "", bench.now)
    approvals.policies["step"].veto("carl", bench.now)
    assert approvals.drain is not None
    approvals.drain.standing, approvals.drain.opened_for = "open", "b1"
    bench.cellar.operator.restart.persist(bench.now)
    bench.cellar.store.flush(bench.now)


def main() -> None:
    """Writes the file anew."""
    with tempfile.TemporaryDirectory() as directory:
        bench = CellarBench(Path(directory), **tanks(Path(directory)))
        brew(bench)
        bench.kill()
        connection = sqlite3.connect(bench.config.store.path)
        connection.execute("DELETE FROM block WHERE tank != 'fv1' OR since < ?", (START + 1500.0,))
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        FILE.write_text("\n".join([*connection.iterdump(), f"PRAGMA user_version = {version};", ""]))
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
