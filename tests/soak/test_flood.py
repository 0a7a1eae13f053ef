"""A hydrometer that never stops talking, and somebody who sends valid commands to one tank as fast as the broker takes
them: STOP and resume of the other, and STOP of the very tank that is flooded, are obeyed and answered."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime
from signal import SIGTERM

import pytest
from brokers import Listener, until
from soak_plants import BASE, Plant

TICK_S = 0.1
HYDROMETER = """
[tanks.fv3]
volume_l = 500
sensors.gravity = { kind = "topic", topic = "tilt/red", format = "tiltbridge" }
"""


def flood(speaker: Listener, over: threading.Event, sent: list[int], pause_s: float = 0.005) -> None:
    while not over.wait(pause_s):
        for _ in range(25):
            sent[0] += 1
            body = {"id": f"flood{sent[0]}", "issued_at": datetime.now(UTC).isoformat(), "by": "mallory",
                    "action": "dose", "mode": "advise" if sent[0] % 2 else "ask"}  # fmt: skip
            speaker.client.publish(f"{BASE}/fv1/command/mode", json.dumps(body), qos=0)


@pytest.mark.parametrize("rounds", [pytest.param(12), pytest.param(300, marks=[pytest.mark.soak])])
def test_no_stop_is_lost_in_a_flood_of_commands(plant, listen, figure, rounds):
    plant.pitch()
    plant.start(tick_s=TICK_S)
    until(lambda: plant.online, 30.0)
    over, sent = threading.Event(), [0]
    flooding = threading.Thread(target=flood, args=(listen(), over, sent), daemon=True)
    flooding.start()
    lost = 0
    for number in range(rounds):
        for tank in ("fv2", "fv1") if number % 4 == 0 else ("fv2",):
            lost += plant.ask(tank, "stop", f"s{number}-{tank}", within_s=10.0) is None
        lost += plant.ask("fv2", "resume", f"r{number}", within_s=10.0) is None
    over.set()
    flooding.join(10.0)
    events = plant.rows("SELECT count(*) FROM event WHERE tank = 'fv1' AND kind LIKE 'command%'")[0][0]

    figure("commands in the flood", sent[0])
    figure("stop and resume asked", 2 * rounds + (rounds + 3) // 4)
    figure("of these unanswered", lost)
    figure("events of the flooded tank", events)
    figure("worst tick lateness, ms", round(plant.pulse()["late_s"] * 1000.0))
    assert lost == 0
    assert events < 300 + 3 * rounds
    assert plant.signal(SIGTERM) == 0


@pytest.mark.parametrize(
    "rounds", [pytest.param(4), pytest.param(60, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])]
)
def test_four_who_command_without_end_lose_no_stop(plant, listen, figure, rounds):
    """As fast as the broker takes them, for the other tank: what is not STOP may wait or be lost."""
    plant.pitch()
    plant.start(tick_s=TICK_S)
    until(lambda: plant.online, 30.0)
    over, sent = threading.Event(), [[0] for _ in range(4)]
    began = time.monotonic()
    floods = [threading.Thread(target=flood, args=(listen(), over, count, 0.001), daemon=True) for count in sent]
    for flooding in floods:
        flooding.start()
    waited_s = []
    for number in range(rounds):
        asked = time.monotonic()
        assert plant.ask("fv2", "stop", f"s{number}", within_s=120.0), (number, sent)
        waited_s.append(time.monotonic() - asked)
    lasted_s = time.monotonic() - began
    over.set()
    for flooding in floods:
        flooding.join(10.0)
    figure("commands a second, from four", round(sum(count[0] for count in sent) / lasted_s))
    figure("stops asked, all answered", rounds)
    figure("longest wait for an answer, s", round(max(waited_s), 2))


@pytest.mark.parametrize(
    "messages", [pytest.param(5_000), pytest.param(200_000, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])]
)
def test_a_hydrometer_that_never_stops_talking_and_stop_between(tmp_path, broker, listen, figure, messages):
    """At the ticks of a cellar, 5 s where it is long; every message another, some of them damaged."""
    plant = Plant(tmp_path, broker, more=HYDROMETER)
    try:
        tick_s = 5.0 if messages > 100_000 else 0.5
        plant.pitch()
        plant.start(tick_s=tick_s)
        until(lambda: plant.online, 30.0)
        speaker = listen()
        until(speaker.client.is_connected)
        before_kib, asked, lost = plant.rss_kib(), 0, 0
        for number in range(messages):
            gravity = f"{1.05 - number / messages * 0.04:.4f}" if number % 7 else '"\\ud800"'
            speaker.client.publish("tilt/red", f'{{"color":"RED","gravity":{gravity},"temp":66.0}}', qos=0)
            if number % (messages // 20) == 0:
                asked += 1
                lost += (
                    plant.ask("fv2", "stop" if asked % 2 else "resume", f"q{asked}", within_s=2.0 * tick_s + 5.0)
                    is None
                )
            if number % 50 == 0:
                time.sleep(0.02)
        pulse = plant.pulse()
        figure("messages on one topic", messages)
        figure("stop and resume between them", asked)
        figure("of these unanswered", lost)
        figure("growth in memory, KiB", plant.rss_kib() - before_kib)
        figure("tick lateness, 99th percentile, ms", round(pulse["p99_s"] * 1000.0))
        until(lambda: plant.states["fv3"] > 0, 30.0)
        assert lost == 0
        assert plant.rss_kib() - before_kib < 60_000
        assert pulse["p99_s"] < 0.5
        assert plant.signal(SIGTERM) == 0
    finally:
        plant.close()
