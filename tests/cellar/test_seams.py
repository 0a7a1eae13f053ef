"""Failure stops at a seam: what goes wrong with record, link or forecast costs that one thing, and is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cellar_harness import CellarBench, tank_options

from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import Model, default_directory
from brewpi.hardware.plug_context import Message
from brewpi.records import Forecast, Interval
from brewpi.sensors.topic import Topic

SPINDLE = "ispindel/spindle1"
HOSTILE = [
    b'{"gravity":"\\ud800"}',
    b'{"gravity":"12","temp_units":"\\udfff\\ud800"}',
    b'{"gravity":"\\u0000\\u001b[2J"}',
    b'{"gravity":"\\u202e12"}',
    b'{"gravity":' + b"9" * 4000 + b"}",
    b'{"gravity":1e400}',
    b'{"gravity":-1e400}',
    b'{"gravity":NaN}',
    b'{"gravity":{"a":' + b"[" * 900 + b"]" * 900 + b"}}",
    b'{"' + b"g" * 9000 + b'":1}',
    json.dumps({f"f{n}": n for n in range(2000)}).encode(),
    b'{"gravity":12,"battery":1e308,"RSSI":-1e308,"angle":"Infinity"}',
    b'{"gravity":true}',
    b'{"gravity":null}',
    b"[" * 16_000,
    b"\xed\xa0\x80",
    b"",
]


@pytest.fixture
def bench(tmp_path: Path):
    gravity = Topic(topic=SPINDLE, format="ispindel", unit="plato")
    bench = CellarBench(tmp_path, fv1=tank_options(gravity=gravity), fv2=tank_options())
    for tank in ("fv1", "fv2"):
        bench.beer(tank, 22.0)
    bench.run(minutes=30)
    assert bench.cooling("fv1")
    yield bench
    bench.power_off()


def alarms(bench: CellarBench, tank: str = "fv1") -> dict[str, str]:
    return {alarm.key: alarm.text for alarm in bench.last[tank].command.alarms}


def broken(*_: object, **__: object) -> Any:
    raise RuntimeError("\ud800 this part is broken")


@pytest.mark.parametrize("payload", HOSTILE, ids=lambda payload: payload[:30].decode("latin-1"))
@pytest.mark.parametrize("retained", [False, True])
def test_no_message_of_a_hydrometer_ends_control_or_spoils_the_record(bench, payload, retained):
    for _ in range(3):
        bench.link.inboxes[SPINDLE].put(Message(SPINDLE, payload, retained, bench.now))
        bench.run(minutes=1)
    bench.beer("fv1", 15.0)
    bench.run(minutes=10)
    assert not bench.cooling("fv1")
    assert bench.send("target", target_c=18.0)["ok"]
    assert set(alarms(bench)) <= {"gravity: error", "gravity: implausible", "gravity: silent"}
    for text in alarms(bench).values():
        assert len(text) < 300
        assert text.isprintable()
    assert bench.cellar.store.trouble is None
    assert not bench.cellar.store.queue.waits_soon
    assert bench.events("command")


def test_a_row_that_no_disk_could_keep_costs_that_row(bench):
    store = bench.cellar.store
    store.event(bench.cellar.publisher.event("fv1", bench.now, "test", "\ud800"))
    store.queue.waits_soon.append(("INSERT OR REPLACE INTO command VALUES (?, ?)", ("x", 2**70)))
    assert bench.send("target", target_c=18.0)["ok"]
    bench.restart()
    assert bench.cellar.store.trouble is None
    assert "anna sets 18.0 °C" in [event.text for event in bench.cellar.store.events("fv1")]
    bench.tick()


PARTS = {
    "record": ["cellar.store.record", "cellar.store.flush_if_due", "cellar.store.event"],
    "commands": ["cellar.operator._answer", "cellar.tanks.fv1.snapshot"],
    "link": ["link.pump", "link.retain", "cellar.publisher.publish", "cellar.publisher.answer",
             "cellar.publisher.forward"],
    "forecast": ["cellar.tanks.fv1.forecaster.forecast", "cellar.tanks.fv1.forecaster.at"],
    "comparison": ["cellar.crossed.note", "cellar.crossed.alarms"],
}  # fmt: skip


@pytest.mark.parametrize(("seam", "part"), [(seam, part) for seam, parts in PARTS.items() for part in parts])
def test_a_part_that_fails_at_every_tick_costs_itself_alone(bench, seam, part, monkeypatch):
    *path, name = part.split(".")
    owner: Any = bench
    for step in path:
        owner = owner[step] if isinstance(owner, dict) else getattr(owner, step)
    cls = type(owner)
    if hasattr(cls, "__slots__") and not hasattr(owner, "__dict__"):
        monkeypatch.setattr(cls, name, broken)
    else:
        monkeypatch.setattr(owner, name, broken)
    if seam == "forecast":
        bench.vessels["fv1"].plug("sg", 1.05)
    if name == "event":
        bench.vessels["fv1"].plug("beer_c", 85.0)
        bench.run(minutes=3)
        bench.beer("fv1", 22.0)
    bench.run(minutes=20)
    assert bench.cooling("fv2")
    if name == "_answer":
        inbox = bench.link.inboxes["brewpi/riverside/fv1/command/+"]
        inbox.put(Message("brewpi/riverside/fv1/command/resume", b"{}", False, bench.now))
    for tank in ("fv1", "fv2"):
        bench.beer(tank, 15.0)
    bench.run(minutes=10)
    assert not bench.cooling("fv1")
    assert not bench.cooling("fv2")
    if name not in ("event", "at"):  # no event, no gravity in this tank
        text = alarms(bench)[f"{seam}: failing"]
        assert "this part is broken" in text
        assert "control goes on" in text
        assert text.isprintable()
        monkeypatch.undo()
        bench.run(minutes=21)
        assert f"{seam}: failing" not in alarms(bench)


def history(bench: CellarBench) -> Any:
    from dataclasses import replace

    at = bench.now
    points = tuple((at - 3600.0 * (40 - n), 1.050 - 0.0005 * n, 19.0) for n in range(40))
    return replace(bench.cellar.tanks["fv1"].state, history=points)


@pytest.mark.parametrize(
    "said",
    [np.full(23, np.nan), np.full(23, np.inf), np.full(23, -np.inf), np.full(23, 1e308), np.full(2, 0.0)],
    ids=["nan", "inf", "-inf", "huge", "short"],
)
def test_a_model_that_says_nonsense_is_answered_for_by_the_curve(bench, said):
    known = Model.load(default_directory())
    forecaster = TankForecaster(Pool(Model(known.card, lambda row: said)))
    answer = forecaster.forecast(history(bench), bench.now)
    assert answer.source == "curve"
    assert answer.remaining_h is not None
    assert np.isfinite([answer.remaining_h.p10, answer.remaining_h.p50, answer.remaining_h.p90]).all()


@pytest.mark.parametrize("band", [Interval(1.0, float("nan"), 2.0), Interval(-1.0, 0.0, 1.0), Interval(3.0, 2.0, 1.0)])
def test_a_forecast_that_cannot_be_true_is_never_passed_on(bench, band):
    class Odd:
        def forecast(self, *_: object) -> Forecast:
            return Forecast(40.0, 1.03, "model", band, band, Interval(1.0, 1.0, 1.0))

    forecaster = TankForecaster(Odd())  # type: ignore[arg-type]
    assert forecaster.forecast(history(bench), bench.now).source == "curve"
    assert forecaster.seam.failures == 1
