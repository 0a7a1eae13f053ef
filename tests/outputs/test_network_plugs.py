"""Network plugs: told again and again, believed only when they confirm, and off by themselves without us.

The plugs here behave: they keep their timers in the test's own time, lose messages and are pressed by people.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from brokers import until
from paho.mqtt.client import topic_matches_sub

from brewpi.clock import SystemClock
from brewpi.config.config import ConfigErrors, loads
from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.mqtt import Mqtt
from brewpi.mqtt.link import MqttLink
from brewpi.outputs import OutputError
from brewpi.outputs.network_plug import NetworkPlug
from brewpi.outputs.shelly import Shelly
from brewpi.outputs.tasmota import Tasmota
from brewpi.service import safe_state

TICK_S = 5.0


class Bus:
    """A broker in the test's own time, with one plug on it."""

    def __init__(self) -> None:
        self.now, self.up = 1000.0, True
        self.inboxes: list[tuple[str, Inbox]] = []
        self.obeys: Callable[[str, str], None] = lambda topic, payload: None
        self.said: list[tuple[str, str]] = []

    def tell(self, topic: str, payload: str) -> bool:
        if self.up:
            self.said.append((topic, payload))
            self.obeys(topic, payload)
        return self.up

    def subscribe(self, topic_filter: str) -> Inbox:
        self.inboxes.append((topic_filter, Inbox()))
        return self.inboxes[-1][1]

    def answer(self, topic: str, payload: object, retained: bool = False) -> None:
        message = Message(topic, json.dumps(payload).encode(), retained, self.now)
        for topic_filter, inbox in self.inboxes:
            if topic_matches_sub(topic_filter, topic):
                inbox.put(message)


class Relay:
    """What all plugs are: a relay with a timer. `alive` False: it hears nothing."""

    def __init__(self, bus: Bus) -> None:
        self.bus, self.closed, self.off_at, self.alive = bus, False, float("inf"), True
        self.switched: list[bool] = []
        bus.obeys = lambda topic, payload: self.obey(topic, payload) if self.alive else None

    def obey(self, topic: str, payload: str) -> None:
        raise NotImplementedError

    def switch(self, on: bool, timer_s: float = float("inf")) -> None:
        if on != self.closed:
            self.switched.append(on)
        self.closed, self.off_at = on, self.bus.now + timer_s

    def press(self) -> None:
        """The button on the plug; it says so, as far as its kind does."""
        self.switch(not self.closed)

    def passes(self, seconds: float) -> None:
        self.bus.now += seconds
        if self.closed and self.bus.now >= self.off_at:
            self.switch(False)


class AShelly(Relay):
    keeps_timer = True

    def obey(self, topic: str, payload: str) -> None:
        assert topic == "shellyplug-1/rpc"
        asked = json.loads(payload)
        params = asked["params"]
        if asked["method"] == "Switch.Set":
            result: dict[str, object] = {"was_on": self.closed}
            timer_s = params.get("toggle_after", float("inf")) if self.keeps_timer else float("inf")
            self.switch(params["on"], timer_s if params["on"] else float("inf"))
        else:
            result = {"id": 0, "output": self.closed}
            if self.closed and self.off_at < float("inf"):
                result |= {"timer_started_at": 1.0, "timer_duration": self.off_at - self.bus.now}
        self.bus.answer(f"{asked['src']}/rpc", {"id": asked["id"], "src": "shellyplug-1", "result": result})


class SilentShelly(AShelly):
    """Its notifications are switched off."""


class NotifyingShelly(AShelly):
    def press(self) -> None:
        super().press()
        params = {"ts": 1.0, "switch:0": {"id": 0, "output": self.closed, "source": "button"}}
        self.bus.answer("shellyplug-1/events/rpc", {"src": "shellyplug-1", "method": "NotifyStatus", "params": params})


class ATasmota(Relay):
    keeps_timer = True
    pulse_time = 0

    def press(self) -> None:
        super().press()
        self.bus.answer("stat/glycol/RESULT", {"POWER": "ON" if self.closed else "OFF"})

    def obey(self, topic: str, payload: str) -> None:
        command = topic.removeprefix("cmnd/glycol/")
        if command == "PulseTime1":
            self.pulse_time = int(payload) if self.keeps_timer else 0
            self.bus.answer("stat/glycol/RESULT", {"PulseTime1": {"Set": self.pulse_time, "Remaining": 0}})
        elif command == "Power1":
            self.switch(payload == "ON", self.pulse_time - 100 if self.pulse_time else float("inf"))
            self.bus.answer("stat/glycol/RESULT", {"POWER": payload})


PLUGS = {
    "shelly": (Shelly(topic="shellyplug-1", fall_off_s=60.0), NotifyingShelly),
    "silent shelly": (Shelly(topic="shellyplug-1", fall_off_s=60.0), SilentShelly),
    "tasmota": (Tasmota(topic="glycol", fall_off_s=60.0), ATasmota),
}


class Harness:
    def __init__(self, options: NetworkPlug, relay: type[Relay]) -> None:
        self.bus = Bus()
        self.relay = relay(self.bus)
        self.plug = options.open(PlugContext("fv1", tell=self.bus.tell, subscribe=self.bus.subscribe))

    def run(self, duty: float, seconds: float) -> None:
        """Ticks, as the bank drives it: what fails is told off."""
        for _ in range(round(seconds / TICK_S)):
            try:
                self.plug.set(duty, self.bus.now)
            except OutputError:
                self.plug.off()
                raise
            self.relay.passes(TICK_S)


@pytest.fixture(params=PLUGS)
def bench(request) -> Iterator[Harness]:
    return Harness(*PLUGS[request.param])


def test_it_is_told_off_when_it_is_opened(bench):
    assert bench.bus.said
    assert not bench.relay.closed


def test_it_stays_on_as_long_as_it_is_wanted_and_goes_off_with_the_next_tick(bench):
    bench.run(1.0, 3600.0)
    assert bench.relay.switched == [True]
    bench.run(0.0, TICK_S)
    assert bench.relay.switched == [True, False]


def test_without_us_it_goes_off_by_itself(bench):
    bench.run(1.0, 600.0)
    bench.relay.passes(59.0)
    bench.relay.passes(2.0)
    assert not bench.relay.closed


def test_it_never_has_less_than_two_thirds_of_its_time_left(bench):
    left = []
    bench.run(1.0, 30.0)
    for _ in range(200):
        bench.run(1.0, TICK_S)
        left.append(bench.relay.off_at - bench.bus.now)
    assert min(left) >= 40.0


def test_two_lost_renewals_do_not_switch_it_off(bench):
    bench.run(1.0, 300.0)
    bench.relay.alive = False
    bench.run(1.0, 35.0)
    bench.relay.alive = True
    bench.run(1.0, 300.0)
    assert bench.relay.switched == [True]


def test_a_plug_that_does_not_answer_is_a_fault(bench):
    bench.relay.alive = False
    with pytest.raises(OutputError, match="does not answer; it goes off by itself within 60 s"):
        bench.run(1.0, 120.0)


def test_a_plug_that_was_lost_while_on_is_a_fault_and_off(bench):
    bench.run(1.0, 300.0)
    bench.relay.alive = False
    with pytest.raises(OutputError, match="does not answer"):
        bench.run(1.0, 120.0)
    assert not bench.relay.closed


def test_a_broker_that_is_away_is_a_fault_and_it_falls_off(bench):
    bench.run(1.0, 300.0)
    bench.bus.up = False
    with pytest.raises(OutputError, match=r"the broker is away, so .* cannot be told; it goes off"):
        bench.run(1.0, 60.0)
    bench.relay.passes(60.0)
    assert not bench.relay.closed
    bench.bus.up = True
    bench.run(1.0, 60.0)
    assert bench.relay.closed


def test_one_without_a_timer_is_never_left_on(bench):
    bench.relay.keeps_timer = False
    for _ in range(5):
        with pytest.raises(OutputError, match="keeps no timer of its own, so it may not be on"):
            bench.run(1.0, 60.0)
        assert not bench.relay.closed


def test_somebody_presses_its_button_while_it_shall_be_off(bench):
    bench.run(0.0, 60.0)
    bench.relay.press()
    bench.run(0.0, 65.0)
    assert not bench.relay.closed


def test_somebody_presses_its_button_while_it_shall_be_on(bench):
    bench.run(1.0, 60.0)
    bench.relay.press()
    with pytest.raises(OutputError, match="went off, by its own timer or its button; it rests"):
        bench.run(1.0, 60.0)
    bench.run(0.0, 300.0)
    bench.run(1.0, 60.0)
    assert bench.relay.closed


def test_a_retained_answer_of_yesterday_is_not_believed(bench):
    bench.run(1.0, TICK_S)
    bench.relay.alive = False
    for _ in range(30):
        bench.bus.answer("stat/glycol/RESULT", {"POWER": "ON", "PulseTime1": {"Set": 160}}, retained=True)
        bench.bus.answer("shellyplug-1/brewpi/rpc",
                         {"result": {"id": 0, "output": True, "timer_duration": 60}}, retained=True)  # fmt: skip
    with pytest.raises(OutputError, match="does not answer"):
        bench.run(1.0, 120.0)


@pytest.mark.parametrize(("said", "on"), [("ON", True), ("on", True), ("OFF", False), ("Ein", None), (1, None)])
def test_a_tasmota_that_calls_on_something_else_is_not_taken_for_off(said: object, on: bool | None):
    """Its StateText may be any word."""
    answer = Message("stat/glycol/RESULT", json.dumps({"POWER": said}).encode(), False, 0.0)
    assert Tasmota(topic="glycol").dialect().status_of(answer).on is on


@pytest.mark.parametrize("rubbish", [b"", b"{", b"[]", b"null", b'{"result": 3}', b'{"result": {"id": 0}}', b"\xff"])
def test_rubbish_is_no_answer(bench, rubbish):
    for topic, inbox in bench.bus.inboxes:
        inbox.put(Message(topic, rubbish, False, bench.bus.now))
    bench.run(1.0, 60.0)
    assert bench.relay.closed


# --- check


def cellar(plug: str, mqtt: str = '[mqtt]\nhost = "localhost"', tick_s: float = 5) -> str:
    return f"""
site = "riverside"
tick_s = {tick_s}
{mqtt}
[tanks.fv1]
volume_l = 50
[tanks.fv1.sensors]
beer = {{ kind = "ds18b20", id = "28-0316a2794eff" }}
[tanks.fv1.outputs]
heat = {plug}
[tanks.fv1.temperature]
target_c = 19.0
"""


SHELLY = '{ kind = "shelly", topic = "shellyplug-1" }'


def test_a_plug_is_a_fine_output():
    loads(cellar(SHELLY), "cellar.toml")


@pytest.mark.parametrize(("text", "sentence"), [
    (cellar('{ kind = "shelly", topic = "shelly1-a", generation = 1 }'), "cannot be told over MQTT to switch"),
    (cellar('{ kind = "shelly", topic = "a", fall_off_s = 0 }'), "fall_off_s"),
    (cellar(SHELLY, mqtt=""), "tanks.fv1.outputs.heat: is told over MQTT; add .mqtt."),
    (cellar(SHELLY, tick_s=30), "fall_off_s 60 is less than four ticks of 30 s"),
])  # fmt: skip
def test_a_plug_that_cannot_fall_off_by_itself_is_refused(text, sentence):
    with pytest.raises(ConfigErrors, match=sentence):
        loads(text, "cellar.toml")


def test_one_plug_has_one_owner():
    both = SHELLY + f"\ncool = {SHELLY}"
    with pytest.raises(ConfigErrors, match="Shelly shellyplug-1 relay 0 already belongs to"):
        loads(cellar(both), "cellar.toml")


# --- through a real broker


def test_brewpi_off_tells_them_too(broker, listen):
    listener = listen("shellyplug-1/rpc")
    config = loads(cellar(SHELLY, f'mqtt = {{ host = "127.0.0.1", port = {broker.port} }}'), "cellar.toml")
    assert safe_state.off(config) == []
    until(lambda: listener.heard)
    assert json.loads(listener.heard[0][1])["params"] == {"id": 0, "on": False}
    broker.kill()
    (failed,) = safe_state.off(config)
    assert "does not answer" in failed
    assert "network plugs go off by themselves" in failed


def test_what_is_told_is_told_now_or_never(broker, listen):
    link = MqttLink(Mqtt(host="127.0.0.1", port=broker.port), "brewpi/riverside/availability", SystemClock().now)
    assert not link.tell("plug/rpc", "before there is a connection")
    link.start()
    try:
        until(lambda: link.pump() or link.online)
        listener = listen("plug/#")
        assert link.tell("plug/rpc", "now")
        until(lambda: listener.payloads("plug/rpc") == ["now"])
        broker.kill()
        until(lambda: not link.online)
        assert not link.tell("plug/rpc", "never")
        broker.start()
        until(lambda: link.pump() or link.online, 30.0)
        until(lambda: link.tell("plug/rpc", "again") and "again" in listener.payloads("plug/rpc"), 20.0)
        assert "never" not in listener.payloads("plug/rpc")
    finally:
        link.stop()
