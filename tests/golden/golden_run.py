"""What is pinned in this folder, made by a simulated run that is the same every time. `make golden` writes it anew:
review the difference as you would review code, for other programs read these topics.

Two batches with the shipped model, from pitch to empty tank: an ale in a tank that has everything, and a mead that is
fed. What the cellar published at some moments, every event and answer, and each new `why` are kept.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from batch_scenario import Story, a_tank

from brewpi import __version__
from brewpi.forecast.features import NAMES, vector
from brewpi.forecast.tflite_model import CHECKOUT, Model
from brewpi.mqtt import Mqtt, topics
from brewpi.mqtt.topics import OFFLINE, ONLINE, Topics
from brewpi.outputs.simulated import Simulated as Output
from brewpi.records import BatchSeries
from brewpi.sensors.manual import Manual
from brewpi.sensors.simulated import Simulated as Sensor

HERE = Path(__file__).parent
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
WORDS = ("state", "forecast", "curve", "what_if")  # topics that are kept by a broker
SENSORS = {
    "beer": Sensor(measure=("beer_c",)),
    "hydrometer": Sensor(measure=("sg", "angle_deg", "battery_v", "rssi_dbm"), every_s=900.0),
    "cellar": Sensor(measure=("room_c", "humidity_pct"), every_s=30.0),
    "glycol": Sensor(measure=("glycol_c",)),
    "gauge": Sensor(measure=("top_bar",)),
    "vent": Sensor(measure=("vent_open",)),
    "float": Sensor(measure=("level_low",)),
    "door": Sensor(measure=("door_open",)),
    "hand": Manual(),
}
OUTPUTS = {
    "cool": Output(role="cool", compressor=True, max_run_s=24 * 3600.0),
    "heat": Output(role="heat"),
    "drain": Output(role="drain"),
    "nutrient": Output(role="nutrient", ml_per_s=5.0),
}


class Recorded(Story):
    """A batch of which the wire and every new `why` are kept. `moments`: by topic and moment, what a broker held."""

    has_no_listeners = False

    def __init__(self, directory: Path, tank: Any, **batch: Any) -> None:
        self.moments: dict[str, dict[str, Any]] = {word: {} for word in WORDS}
        self.acks: list[Any] = []
        self.whys: list[str] = []
        self._shapes: set[str] = set()
        super().__init__(directory, tank, **batch)

    def power_on(self) -> None:
        self.config = self.config.model_copy(update={"mqtt": Mqtt()})  # the link is still the test's
        super().power_on()

    def tick(self, times: int = 1, tick_s: float = 60.0) -> None:
        for _ in range(times):
            super().tick(1, tick_s)
            self._keep_why(self.report.demand.why)
            self._keep_why(self.report.command.why)

    def _keep_why(self, why: str) -> None:
        """The first of its kind: the same with other numbers is not."""
        shape = NUMBER.sub("#", why)
        if why and shape not in self._shapes:
            self._shapes.add(shape)
            self.whys.append(f"{self.hour:7.2f} h  {why}\n")

    def keep(self, moment: str) -> None:
        """What a board that connects now would get."""
        self.tick()
        for word in WORDS:
            self.moments[word][moment] = json.loads(self.link.retained[f"brewpi/riverside/fv1/{word}"])

    def send(self, command: str, /, *args: Any, **fields: Any) -> dict[str, Any]:
        ack = super().send(command, *args, **fields)
        self.acks.append(ack)
        return ack

    def events(self) -> list[Any]:
        """As they go to the broker; the part of an id that is new at every start of the service is left out."""
        return [json.loads(re.sub(r'"[0-9a-f]{12}-', '"run-', topics.event(event))) for _, event in self.told]


def ale(directory: Path) -> Recorded:
    """A tank with every sensor and output; a probe is lost on the way, and two people drain it."""
    run = Recorded(directory, a_tank("ale", 19.0, sensors=SENSORS, outputs=OUTPUTS, area="cellar"), og=1.050)
    run.keep("pitched")
    run.until(lambda: run.hour >= 30.0, within_h=31)
    run.send("target", target_c=19.5)
    run.send("target", target_c=95.0)
    run.send("reading", quantity="sg", value=9.0, unit="plato")
    run.send("fly")
    run.send("dose", volume_ml=50.0, by_hand=True)
    run.keep("after 30 h")
    run.vessel.unplug("beer_c")
    run.tick(20)
    run.keep("the beer's probe is silent")
    run.vessel.plug("beer_c")
    run.until_asked("step", within_h=168)
    run.keep("asks to rise")
    run.confirm("step")
    run.until(lambda: run.report.demand.why.startswith("rise: waits, vdk"), within_h=240)
    run.confirm("vdk")
    run.until_asked("step", within_h=48)
    run.confirm("step")
    run.until_asked("step", within_h=96)
    run.confirm("step")
    run.until(lambda: run.waits_for == {}, within_h=96)
    run.drain()
    run.keep("drains")
    run.until(lambda: run.report.command.drain.standing == "closed", within_h=2)
    run.send("end_batch")
    run.keep("empty")
    run.power_off()
    return run


def mead(directory: Path) -> Recorded:
    """Four doses, each asked for; somebody stops everything for a while."""
    run = Recorded(directory, a_tank("mead", target_c=18.0, medium="mead"), og=1.095)
    for number in (1, 2, 3, 4):
        run.until_asked("dose", within_h=72)
        run.confirm("dose")
        run.until(lambda number=number: [d.standing for d in run.report.state.doses] == ["given"] * number, within_h=2)
    run.keep("fed")
    run.send("stop")
    run.tick(3)
    run.keep("stopped")
    run.send("resume")
    run.until(lambda: run.hour >= 170.0, within_h=170)
    run.power_off()
    return run


def vectors() -> Iterator[tuple[str, Any]]:
    """Features and raw outputs of the shipped model, and what becomes of them, on courses made by a formula."""
    model = Model.load(CHECKOUT)
    courses = {
        "ale, every 15 min": (0.25, 1.050, 1.010, 45.0, 19.0, "beer"),
        "lager, by hand": (24.0, 1.049, 1.009, 110.0, 10.0, "beer"),
        "wine, twice a day": (12.0, 1.092, 0.994, 90.0, 24.0, "wine"),
    }
    for name, (step_h, og, final, half_h, beer_c, medium) in courses.items():
        hours = np.arange(0.0, 4.0 * half_h, step_h)
        sg = np.round(final + (og - final) * 1.027 / (1.0 + np.exp(3.6 * (hours / half_h - 1.0))), 4)
        seen = BatchSeries(hours, sg, np.full(hours.size, beer_c), medium=medium)
        for at_h in (0.5 * half_h, 1.2 * half_h):
            row, said = vector(seen, at_h), model.forecast(seen, at_h)
            yield f"{name}, at {at_h:g} h", {
                "features": {feature: round(float(value), 6) for feature, value in zip(NAMES, row, strict=True)},
                "outputs": [round(float(value), 6) for value in model.raw(row)],
                "forecast": {
                    band: [round(getattr(getattr(said, band), p), 6) for p in ("p10", "p50", "p90")]
                    for band in ("remaining_h", "rest_h", "final_sg")
                } | {"p_stuck": round(said.p_stuck or 0.0, 6)},
            }  # fmt: skip


def files(directory: Path) -> dict[str, str]:
    """The text of every golden file by its name; `directory` is for the records of the runs."""
    runs = {"ale": ale(_folder(directory, "ale")), "mead": mead(_folder(directory, "mead"))}
    of, kept = Topics("riverside"), runs["ale"].link.retained
    found: dict[str, Any] = {
        word: {f"{name}: {moment}": said for name, run in runs.items() for moment, said in run.moments[word].items()}
        for word in WORDS
    }
    found["event"] = {name: run.events() for name, run in runs.items()}
    found["ack"] = {name: run.acks for name, run in runs.items()}
    found["scorecard"] = json.loads(kept[of.scorecard])
    found["availability"] = {"topic": of.availability, "payloads": [ONLINE, OFFLINE]}
    found["discovery"] = {
        topic: json.loads(payload.replace(f'"{__version__}"', '"VERSION"'))
        for topic, payload in kept.items() if topic.startswith("homeassistant/")
    }  # fmt: skip
    found["model"] = dict(vectors())
    texts = {f"{name}.json": pretty(content) + "\n" for name, content in found.items()}
    return texts | {f"why_{name}.txt": "".join(run.whys) for name, run in runs.items()}


def _folder(directory: Path, name: str) -> Path:
    (directory / name).mkdir()
    return directory / name


def pretty(content: Any, indent: str = "") -> str:
    """JSON with sorted keys, a line for each thing that may change by itself: columns of numbers stay on one."""
    more = indent + "  "
    if isinstance(content, dict) and content:
        lines = [f'{more}"{key}": {pretty(content[key], more)}' for key in sorted(content)]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(content, list) and any(isinstance(item, dict | list) for item in content):
        return "[\n" + ",\n".join(f"{more}{pretty(item, more)}" for item in content) + f"\n{indent}]"
    return json.dumps(content, ensure_ascii=False)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        for name, text in files(Path(scratch)).items():
            (HERE / name).write_text(text, encoding="utf-8")
