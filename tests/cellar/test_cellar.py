"""All tanks together: a fault in one stops no other, and nothing that talks or writes stops a relay."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import pytest
from cellar_harness import CellarBench, tank_options
from plugs import ScriptedSensor

from brewpi.sensors import SensorError


@pytest.fixture
def bench(tmp_path: Path):
    bench = CellarBench(tmp_path)
    yield bench
    bench.power_off()


def cool_both(bench: CellarBench) -> None:
    for tank in ("fv1", "fv2"):
        bench.beer(tank, 22.0)
    bench.run(minutes=30)
    assert bench.cooling("fv1")
    assert bench.cooling("fv2")


def broken(*_: object) -> None:
    raise ZeroDivisionError("division by zero")


@pytest.mark.parametrize("part", ["absorber.absorb", "recipe.decide", "interlocks.permit"])
def test_a_tank_whose_thinking_fails_goes_safe_while_the_other_goes_on(bench, part, monkeypatch):
    cool_both(bench)
    room, word = part.split(".")
    with monkeypatch.context() as patch:
        patch.setattr(getattr(bench.cellar.tanks["fv1"], room), word, broken)
        bench.tick()
        assert not bench.cooling("fv1")
        assert bench.cooling("fv2")
        (alarm,) = bench.last["fv1"].command.alarms
        assert alarm.text == "control of fv1 failed (ZeroDivisionError: division by zero); its outputs are off"
        assert bench.last["fv2"].command.alarms == ()
        bench.run(minutes=3)
    bench.run(minutes=1)
    assert bench.last["fv1"].command.why == "cool: compressor rests, 1 min left"
    bench.run(minutes=2)
    assert bench.cooling("fv1")
    bench.tick()
    assert bench.events("alarm_raised") == [alarm.text]


def test_a_tank_whose_sensor_raises_goes_safe_while_the_other_goes_on(tmp_path):
    dies = ScriptedSensor(says=deque([22.0] * 400 + [SensorError("no answer on the bus")]))
    bench = CellarBench(tmp_path, fv1=tank_options(beer=dies), fv2=tank_options())
    bench.beer("fv2", 22.0)
    bench.run(minutes=33)
    assert bench.cooling("fv1")
    bench.run(minutes=6)

    assert not bench.cooling("fv1")
    assert bench.cooling("fv2")
    texts = [alarm.text for alarm in bench.last["fv1"].command.alarms]
    assert "beer: no answer on the bus" in texts
    assert bench.last["fv2"].command.alarms == ()
    bench.power_off()


def test_outputs_have_moved_before_anything_is_said_or_written(bench):
    cool_both(bench)
    moved: list[tuple[bool, bool]] = []
    retain, record = bench.link.retain, bench.cellar.store.record

    def evaluate() -> None:
        moved.append((bench.cooling("fv1"), bench.cooling("fv2")))

    bench.link.retain = lambda *said: (evaluate(), retain(*said))
    bench.cellar.store.record = lambda report: (evaluate(), record(report))
    for tank in bench.cellar.tanks.values():
        tank.interlocks.stop(bench.now, "anna")
    bench.tick()
    assert len(moved) >= 3
    assert set(moved) == {(False, False)}


def test_a_report_that_cannot_be_told_is_lost_alone(bench, caplog):
    cool_both(bench)
    publish = bench.cellar.publisher.publish

    def stumbles(report, now):
        if report.tank == "fv1":
            raise ValueError("NaN is no JSON")
        return publish(report, now)

    bench.cellar.publisher.publish = stumbles
    bench.link.retained.clear()
    bench.run(minutes=2)
    assert bench.cooling("fv1")
    assert "brewpi/riverside/fv2/state" in bench.link.retained
    assert "link failed, 1 times since the start (ValueError: NaN is no JSON)" in caplog.messages


def test_a_store_that_cannot_be_written_is_an_alarm_of_every_tank_and_stops_no_control(tmp_path):
    (tmp_path / "a file").write_text("")
    bench = CellarBench(tmp_path / "a file" / "is no directory")
    cool_both(bench)
    for report in bench.last.values():
        assert [alarm.key for alarm in report.command.alarms] == ["store"]
    bench.power_off()


def test_leaving_switches_everything_off_whatever_happened(tmp_path):
    bench = CellarBench(tmp_path)
    cool_both(bench)
    bench.cellar.tanks["fv2"].outputs.actuators["cool"].off = broken
    bench.open.__exit__(RuntimeError, RuntimeError("a bug"), None)
    assert not bench.cooling("fv1")
    assert bench.cellar.tanks["fv2"].outputs.actuators == {}


def test_the_deadmans_off_reaches_every_tank(bench):
    cool_both(bench)
    bench.cellar.off()
    assert not bench.cooling("fv1")
    assert not bench.cooling("fv2")


def test_what_the_cellar_says_can_be_drawn_by_anybody_who_connects(bench):
    bench.beer("fv1", 22.0)
    bench.run(minutes=30)
    words = {topic.rpartition("/")[2] for topic in bench.link.retained if topic.startswith("brewpi/riverside/fv1/")}
    assert words == {"state", "forecast", "what_if", "curve"}
