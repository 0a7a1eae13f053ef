"""A cellar of two simulated tanks at virtual time, with a post box instead of a broker: what operators send arrives,
what the cellar says is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brewpi.cellar.build import build, vessels_for
from brewpi.cellar.cellar import Cellar
from brewpi.config.config import Config, TankOptions
from brewpi.control.shared import Shared
from brewpi.control.temperature import Temperature
from brewpi.forecast.tank_forecaster import NO_FORECAST, Plan, TankForecaster
from brewpi.hardware.plug_context import Inbox, Message
from brewpi.mqtt.null import NullLink
from brewpi.mqtt.topics import iso
from brewpi.outputs.simulated import Simulated as Output
from brewpi.records import Forecast, Report, TankState
from brewpi.sensors.manual import Manual
from brewpi.sensors.simulated import Simulated as Sensor
from brewpi.store import StoreOptions

START = 1_790_000_000.0
TICK_S = 5.0


class Post(NullLink):
    """A link whose other end is the test."""

    has_no_listeners = False

    def __init__(self) -> None:
        super().__init__()
        self.inboxes: dict[str, Inbox] = {}
        self.said: list[tuple[str, dict[str, Any]]] = []
        self.carried: list[tuple[str, dict[str, Any]]] = []

    def subscribe(self, topic_filter: str) -> Inbox:
        return self.inboxes.setdefault(topic_filter, Inbox())

    def publish(self, topic: str, payload: str) -> None:
        self.said.append((topic, json.loads(payload)))

    def publish_confirmed(self, key: str, topic: str, payload: str) -> None:
        self.carried.append((topic, json.loads(payload)))
        super().publish_confirmed(key, topic, payload)


class Nobody(TankForecaster):
    """Says that there is no forecast, and works none out: for what is not about forecasts."""

    def __init__(self) -> None:
        super().__init__(None, "nobody asks it here")

    def forecast(self, state: TankState, now: float, plan: Plan | None = None) -> Forecast:
        return NO_FORECAST


def tank_options(target_c: float | None = 19.0, **sensors: Any) -> TankOptions:
    probes = {"beer": Sensor(measure=("beer_c",)), "hand": Manual(), **sensors}
    temperature = None if target_c is None else Temperature(target_c=target_c, ramp_c_per_h=20.0)
    outputs = {} if target_c is None else {"cool": Output(role="cool", compressor=True), "heat": Output(role="heat")}
    return TankOptions(volume_l=500.0, temperature=temperature, sensors=probes, outputs=outputs)


class CellarBench:
    """`fv1` and `fv2`; tests may give other tanks. The store is a file, so that a restart finds it."""

    has_no_listeners = False

    def __init__(self, directory: Path, shared: Mapping[str, Shared] | None = None, **tanks: TankOptions) -> None:
        self.config = Config(
            site="riverside",
            store=StoreOptions(path=directory / "brewpi.sqlite"),
            shared=dict(shared or {}),
            tanks=tanks or {"fv1": tank_options(), "fv2": tank_options()},
        )
        self.now = START
        self.vessels = vessels_for(self.config, START)
        self.serial = 0
        self.killed: list[Any] = []
        self.last: dict[str, Report] = {}
        self.link: Post
        self.cellar: Cellar
        self.power_on()

    def power_on(self) -> None:
        """A new process."""
        self.link = Post()
        self.link.has_no_listeners = self.has_no_listeners
        self.cellar = build(self.config, lambda: self.now, vessels=self.vessels, link=self.link)
        self.open = self.cellar.opened(self.now)
        self.open.__enter__()

    def power_off(self) -> None:
        """SIGTERM."""
        self.open.__exit__(None, None, None)

    def kill(self) -> None:
        """SIGKILL, or the mains fail: outputs drop, nothing is closed and nothing more is written."""
        self.killed.append((self.cellar, self.open))  # or they would be closed, in order, by the garbage collector
        for vessel in self.vessels.values():
            for role in ("heat", "cool", "drain"):
                vessel.drive(role, 0.0)
            vessel.stop_pump()
        self.cellar.store.database.close()

    def restart(self, away_s: float = 60.0) -> None:
        self.power_off()
        self.now += away_s
        self.power_on()

    def tick(self, times: int = 1) -> None:
        for _ in range(times):
            self.now += TICK_S
            self.last = {report.tank: report for report in self.cellar.tick(self.now)}

    def run(self, minutes: float) -> None:
        self.tick(round(minutes * 60.0 / TICK_S))

    def beer(self, tank: str, celsius: float) -> None:
        self.vessels[tank].plug("beer_c", celsius)

    def cooling(self, tank: str) -> bool:
        return self.vessels[tank].duties["cool"] > 0.0

    # --- an operator with an MQTT client

    def send(
        self, command: str, /, tank: str = "fv1", *, retained: bool = False, age_s: float = 0.0, payload: bytes = b"",
        **fields: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """Send a command, let a tick pass, and return its ack."""
        self.serial += 1
        body = {"id": f"c{self.serial}", "issued_at": iso(self.now - age_s), "by": "anna", **fields}
        inbox = self.link.inboxes[f"brewpi/riverside/{tank}/command/+"]
        topic = f"brewpi/riverside/{tank}/command/{command}"
        inbox.put(Message(topic, payload or json.dumps(body).encode(), retained, self.now))
        before = len(self.link.said)
        self.tick()
        ((where, ack),) = self.link.said[before:]
        assert where == f"brewpi/riverside/{tank}/ack"
        return ack

    def events(self, kind: str, tank: str = "fv1") -> list[str]:
        """The texts of all events of a kind, as the broker got them."""
        topic = f"brewpi/riverside/{tank}/event"
        return [event["text"] for where, event in self.link.carried if where == topic and event["kind"] == kind]
