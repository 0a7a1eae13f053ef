"""The link against a real Mosquitto."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from brokers import until
from reports import report

from brewpi.alarms.events import ids
from brewpi.clock import SystemClock
from brewpi.mqtt import Mqtt
from brewpi.mqtt.commands import Refused, parse
from brewpi.mqtt.link import MqttLink
from brewpi.mqtt.publisher import Publisher
from brewpi.store import Store, StoreOptions

AVAILABILITY = "brewpi/riverside/availability"
EVENTS = "brewpi/riverside/fv1/event"
HOST = "127.0.0.1"


@pytest.fixture
def link(broker) -> Iterator[MqttLink]:
    link = MqttLink(Mqtt(host=HOST, port=broker.port), AVAILABILITY, SystemClock().now)
    yield link
    link.stop()


def connect(link: MqttLink) -> None:
    link.start()
    until(lambda: link.pump() or link._away_since is None)


def test_says_online_at_every_connect_and_offline_when_it_leaves(link, listen):
    listener = listen("brewpi/#")
    connect(link)
    until(lambda: listener.payloads(AVAILABILITY) == ["online"])

    link.stop()

    until(lambda: listener.payloads(AVAILABILITY) == ["online", "offline"])


def test_a_killed_daemon_is_offline_by_its_last_will(broker, listen):
    listener = listen("brewpi/#")
    script = (
        "import time; from brewpi.mqtt import Mqtt; from brewpi.mqtt.link import MqttLink;"
        f"MqttLink(Mqtt(host='{HOST}', port={broker.port}), '{AVAILABILITY}', time.time).start(); time.sleep(60)"
    )
    daemon = subprocess.Popen([sys.executable, "-c", script])
    until(lambda: listener.payloads(AVAILABILITY) == ["online"], 30.0)

    os.kill(daemon.pid, signal.SIGKILL)
    daemon.wait()

    until(lambda: listener.payloads(AVAILABILITY) == ["online", "offline"])


def test_an_old_connection_says_offline_before_the_new_one_says_online(broker, listen):
    """A cable is pulled: the broker still believes in the connection, whose last will it holds, when we are back."""
    listener = listen(AVAILABILITY)
    with HalfOpen(broker.port) as line:
        first = MqttLink(Mqtt(host=HOST, port=line.port), AVAILABILITY, SystemClock().now)
        connect(first)
        until(lambda: listener.payloads(AVAILABILITY) == ["online"])
        line.freeze()
        second = MqttLink(Mqtt(host=HOST, port=broker.port), AVAILABILITY, SystemClock().now)
        connect(second)
        until(lambda: listener.payloads(AVAILABILITY) == ["online", "offline", "online"])
    time.sleep(1.0)
    second.pump()
    assert listener.payloads(AVAILABILITY) == ["online", "offline", "online"]
    second.stop()
    first.connection._client._sock_close()
    first.stop()


def test_two_boards_do_not_throw_each_other_out(broker):
    boards = [
        MqttLink(Mqtt(host=HOST, port=broker.port), "brewpi-dashboard/availability", SystemClock().now, client_id="")
        for _ in range(2)
    ]
    for board in boards:
        connect(board)
    time.sleep(1.0)
    assert [(board.online, board.connection.connects) for board in boards] == [(True, 1), (True, 1)]
    for board in boards:
        board.stop()


def test_of_two_machines_of_one_name_the_later_one_gives_way_and_both_say_it(broker, listen):
    listener = listen(AVAILABILITY)
    script = (
        "import time; from brewpi.mqtt import Mqtt, rivals; from brewpi.mqtt.link import MqttLink;"
        "rivals.GIVES_WAY_S, rivals.SHORT_S = 10.0, 4.0;"
        f"link = MqttLink(Mqtt(host='{HOST}', port={broker.port}), '{AVAILABILITY}', time.time); link.start()\n"
        "while True:\n    link.pump(); print(link.online, link.alarm(), flush=True); time.sleep(0.25)"
    )
    first = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    until(lambda: listener.payloads(AVAILABILITY) == ["online"], 60.0)
    time.sleep(5.0)  # it has been there for a while
    second = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    time.sleep(30.0)
    assert listener.payloads(AVAILABILITY)[-1] == "online"
    said = []
    for process in (first, second):
        process.kill()
        said.append(process.communicate()[0].splitlines())
    there = [sum(line.startswith("True") for line in lines[-60:]) for lines in said]
    assert there[0] > there[1]  # who was first keeps the place
    assert all(any("another brewpi may have the name" in line for line in lines) for lines in said)


def test_who_hears_online_is_heard():
    """A STOP that is sent at the word "online" must not come before our subscription has: what is subscribed to is
    asked for before the greeting, in one stream."""
    with socket.create_server((HOST, 0)) as door:
        link = MqttLink(Mqtt(host=HOST, port=door.getsockname()[1]), AVAILABILITY, SystemClock().now)
        link.subscribe("brewpi/riverside/+/command/+")
        link.start()
        line, _ = door.accept()
        line.settimeout(5.0)
        line.recv(1000)  # CONNECT
        line.sendall(b"\x20\x02\x00\x00")  # CONNACK
        heard = b""
        while b"online" not in heard:
            heard += line.recv(1000)
        link.connection._client._sock_close()
        link.stop()
        line.close()
    assert heard.index(b"brewpi/riverside/+/command/+") < heard.index(b"online")


class HalfOpen:
    """Between a client and its broker; frozen, both ends believe that the other is there."""

    def __init__(self, port: int) -> None:
        self.door = socket.create_server((HOST, 0))
        self.port = self.door.getsockname()[1]
        self.to = port
        self.ends: list[socket.socket] = []
        self.frozen = False
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            caller, _ = self.door.accept()
            called = socket.create_connection((HOST, self.to))
            self.ends = [caller, called]
            for one, other in ((caller, called), (called, caller)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while (said := one.recv(4096)) and not self.frozen:
                other.sendall(said)

    def freeze(self) -> None:
        self.frozen = True

    def __enter__(self) -> HalfOpen:
        return self

    def __exit__(self, *_: object) -> None:
        for end in (self.door, *self.ends):
            end.close()


def test_without_a_broker_nothing_waits(broker, link):
    broker.kill()
    began = time.monotonic()
    link.start()
    for i in range(1000):
        link.retain("brewpi/riverside/fv1/state", f'{{"i":{i}}}')
        link.publish("brewpi/riverside/fv1/ack", "{}")
        link.publish_confirmed(f"e{i}", EVENTS, "{}")
        link.pump()
    assert time.monotonic() - began < 1.0
    assert len(link.outbox._waiting) == 1
    assert sum(len(waiting) for waiting in link.outbox._messages.values()) == 200


def test_after_an_outage_only_the_newest_state_is_sent(broker, link, listen):
    connect(link)
    broker.kill()
    until(lambda: link.pump() or link._away_since is not None)
    for i in range(100):
        link.retain("brewpi/riverside/fv1/state", str(i))

    broker.start()
    listener = listen("brewpi/riverside/fv1/state")
    until(lambda: link.pump() or listener.payloads("brewpi/riverside/fv1/state"), 20.0)

    assert listener.payloads("brewpi/riverside/fv1/state") == ["99"]


def test_a_broker_that_forgot_everything_is_told_again(broker, link, listen):
    connect(link)
    link.retain("brewpi/riverside/fv1/forecast", "kept")
    until(lambda: link.pump() or not link.outbox._under_way)
    broker.kill()
    broker.start()
    listener = listen("brewpi/riverside/fv1/forecast")

    until(lambda: link.pump() or listener.payloads("brewpi/riverside/fv1/forecast") == ["kept"], 20.0)


def test_a_broker_that_is_away_for_a_minute_is_an_alarm(broker):
    clock = [0.0]
    link = MqttLink(Mqtt(host=HOST, port=broker.port), AVAILABILITY, lambda: clock[0])
    broker.kill()
    link.start()
    link.pump()
    assert link.alarm() is None
    until(lambda: link.connection.why != "does not answer")
    clock[0] = 61.0
    alarm = link.alarm()
    link.stop()
    assert alarm is not None
    assert alarm.text == (
        f"broker {HOST}:{broker.port} does not answer: nothing listens on that port; "
        "control goes on, events are kept and sent when it is back"
    )


def test_a_wrong_password_is_said_at_once(broker, tmp_path, caplog):
    broker.kill()
    (tmp_path / "users").write_text("")
    (tmp_path / "password").write_text("wrong\n")
    broker.config.write_text(
        f"listener {broker.port} {HOST}\nallow_anonymous false\npassword_file {tmp_path}/users\n"
        f"user {getpass.getuser()}\n"
    )
    broker.start()
    caplog.set_level("INFO")
    options = Mqtt(host=HOST, port=broker.port, username="brewpi", password_file=tmp_path / "password")
    link = MqttLink(options, AVAILABILITY, SystemClock().now)
    link.start()
    until(lambda: "refuses us" in caplog.text)
    link.stop()
    assert caplog.messages == [
        f"broker {HOST}:{broker.port} refuses us (Not authorized); "
        "control goes on, events are kept and sent when it is back"
    ]


def test_a_password_that_is_changed_at_the_broker_and_in_the_file_needs_no_restart(broker, tmp_path, caplog):
    users, password = tmp_path / "users", tmp_path / "password"

    def changed_to(word: str) -> None:
        broker.kill()
        users.write_text(f"brewpi:{word}\n")
        subprocess.run(["mosquitto_passwd", "-U", str(users)], check=True)
        broker.start()

    broker.config.write_text(
        f"listener {broker.port} {HOST}\nallow_anonymous false\npassword_file {users}\nuser {getpass.getuser()}\n"
    )
    changed_to("before")
    password.write_text("before\n")
    options = Mqtt(host=HOST, port=broker.port, username="brewpi", password_file=password)
    link = MqttLink(options, AVAILABILITY, SystemClock().now)
    link.start()
    until(lambda: link.online)
    changed_to("after")
    until(lambda: "refuses us" in caplog.text)
    password.write_text("after\n")
    until(lambda: link.online)
    link.stop()


def test_a_password_that_cannot_be_read_is_an_alarm_and_no_stop(tmp_path):
    clock = [0.0]
    options = Mqtt(username="cellar", password_file=tmp_path / "absent")
    link = MqttLink(options, AVAILABILITY, lambda: clock[0])
    link.start()
    link.retain("a", "b")
    link.pump()
    clock[0] = 61.0
    alarm = link.alarm()
    link.stop()
    assert alarm is not None
    assert "absent" in alarm.text


def test_what_arrives_waits_with_its_time_of_arrival(link, listen):
    inbox = link.subscribe("tiltbridge/+")
    connect(link)
    speaker = listen()
    later = link.subscribe("rapt/#")
    time.sleep(0.2)
    sent_at = link.clock()
    speaker.send("tiltbridge/tilt_Red", b'{"SG": "1.050"}')
    speaker.send("rapt/pill/1", b"{}")
    until(lambda: inbox.messages and later.messages)

    (message,) = inbox.take()
    assert (message.topic, message.payload, message.retained) == ("tiltbridge/tilt_Red", b'{"SG": "1.050"}', False)
    assert 0.0 <= message.at - sent_at < 2.0
    assert [m.topic for m in later.take()] == ["rapt/pill/1"]


def test_a_retained_command_is_refused_each_time_it_comes(link, listen):
    listener = listen("brewpi/riverside/fv1/ack")
    issued = {"id": "c1", "issued_at": "2026-09-21T14:13:20Z", "by": "anna", "target_c": 18.0}
    listener.send("brewpi/riverside/fv1/command/target", json.dumps(issued), retain=True)
    inbox = link.subscribe("brewpi/riverside/fv1/command/+")
    connect(link)
    until(lambda: link.pump() or inbox.messages)

    (message,) = inbox.take()
    verdict = parse(message, 1_790_000_000.0, ())
    assert isinstance(verdict, Refused)
    assert verdict.id == "c1"
    assert verdict.why.startswith("retained commands are not obeyed")


def test_no_event_is_lost_or_doubled_while_the_broker_comes_and_goes(broker, listen, tmp_path):
    store = Store(StoreOptions(path=tmp_path / "s.sqlite"))
    clock = SystemClock()
    store.open(clock.now())
    link = MqttLink(Mqtt(host=HOST, port=broker.port), AVAILABILITY, clock.now)
    publisher = Publisher("riverside", {"fv1": None}, link, ids("run1"))
    connect(link)
    listener = listen(EVENTS)

    def happen(n: int) -> None:
        for _ in range(n):
            store.event(publisher.event("fv1", clock.now(), "test", "something happened"))
            tick()

    def tick() -> bool:
        link.pump()
        store.flush_if_due(clock.now())
        publisher.forward(store)
        time.sleep(0.001)
        return not store.unsent

    unwitnessed: set[str] = set()
    happen(50)
    until(tick)
    for _ in range(3):
        broker.kill()
        happen(50)
        broker.start()
        until(lambda known=listener.ready: listener.ready > known, 15.0)  # the witness hears before we speak
        unwitnessed.update(link.outbox._under_way)  # paho repeats it at once, perhaps before the witness is back
        happen(20)
        until(tick, 20.0)
    link.stop()
    store.close()

    heard = [json.loads(payload)["id"] for payload in listener.payloads(EVENTS)]
    expected = [f"run1-{i}" for i in range(1, 261)]
    assert set(expected) - unwitnessed <= set(heard) <= set(expected)
    assert len(unwitnessed) <= 60
    assert len(heard) <= len(expected) + 60  # what was on its way at a kill may be repeated, under the same id


def test_a_restart_of_the_daemon_loses_no_event(broker, listen, tmp_path):
    options = StoreOptions(path=tmp_path / "s.sqlite")
    store = Store(options)
    store.open(0.0)
    for event_id in ("a", "b", "c"):
        event = Publisher("riverside", {}, _link(broker), lambda given=event_id: given).event("fv1", 0.0, "x", "y")
        store.event(event)
    store.flush_if_due(0.0)  # and the daemon is killed here

    listener = listen(EVENTS)
    again, link = Store(options), _link(broker)
    again.open(10.0)
    publisher = Publisher("riverside", {"fv1": None}, link, ids("run2"))
    connect(link)
    until(lambda: link.pump() or publisher.forward(again) or not again.unsent)
    link.stop()
    again.close()

    until(lambda: len(listener.payloads(EVENTS)) >= 3)
    assert [json.loads(p)["id"] for p in listener.payloads(EVENTS)] == ["a", "b", "c"]
    third = Store(options)
    third.open(20.0)
    assert not third.unsent


def _link(broker) -> MqttLink:
    return MqttLink(Mqtt(host=HOST, port=broker.port), AVAILABILITY, SystemClock().now)


def test_home_assistant_is_told_again_when_it_starts(broker, link, listen):
    store = Store()
    store.open(0.0)
    publisher = Publisher("riverside", {"fv1": "Cellar"}, link, ids("run1"))
    listener = listen("homeassistant/#")
    connect(link)
    topic = "homeassistant/sensor/brewpi_riverside_fv1/step/config"
    until(lambda: link.pump() or len(listener.payloads(topic)) == 1)

    listener.send("homeassistant/status", "online")

    def told_again() -> bool:
        link.pump()
        publisher.forward(store)
        return len(listener.payloads(topic)) == 2

    until(told_again)


def test_a_flood_of_hostile_commands_is_bounded(link, listen):
    inbox = link.subscribe("brewpi/riverside/fv1/command/+")
    connect(link)
    speaker = listen()
    for _ in range(2100):
        speaker.client.publish("brewpi/riverside/fv1/command/target", b"\x00" * 20_000, qos=1)
    until(lambda: inbox._arrived == 2100, 30.0)
    assert len(inbox.messages) <= inbox.limit
    assert all(len(m.payload) <= 16_384 for m in inbox.messages)


def test_publishing_reaches_a_listener_as_the_contract_says(link, listen):
    listener = listen("brewpi/#")
    publisher = Publisher("riverside", {"fv1": None}, link, ids("r"), home_assistant=None)
    connect(link)
    publisher.publish(report(), report().at)
    until(lambda: link.pump() or listener.payloads("brewpi/riverside/fv1/state"))
    assert json.loads(listener.payloads("brewpi/riverside/fv1/state")[0])["sg"] == 1.0312


@pytest.mark.parametrize(
    "host",
    ["localhost:1883", "mqtt://pi", "mqtts://10.0.0.5:8883", "my pi", "localhost ", "pi/mqtt", "anna@pi", "[::1]"],
)
def test_a_host_with_more_than_its_name_is_refused_before_it_is_looked_for_in_vain(host):
    with pytest.raises(ValueError, match="a name or address alone; the port has an option of its own"):
        Mqtt(host=host)


@pytest.mark.parametrize("host", ["pi", "pi.local", "10.0.0.5", "::1", "fe80::1%eth0", "2001:db8::5", "pi_2", "bräu"])
def test_names_and_addresses_are_hosts(host):
    assert Mqtt(host=host).host == host


def test_options_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match="password_file needs a username"):
        Mqtt(password_file=Path("x"))
    with pytest.raises(ValueError, match="ca_file needs tls"):
        Mqtt(ca_file=Path("x"))
    assert Mqtt(tls=True).address == ("localhost", 8883)


def test_a_broker_that_lets_in_only_some_of_our_connections_is_said(link, monkeypatch):
    monkeypatch.setattr("brewpi.mqtt.link.AWAY_S", 0.3)
    monkeypatch.setattr(link.stops, "start", lambda: None)  # as with max_connections
    link.subscribe_commands("brewpi/riverside/fv1/command/+")
    connect(link)
    assert link.alarm() is None
    until(lambda: link.pump() or link.alarm())
    assert link.alarm().key == "broker"
    assert "lets in only some of our connections, another does not answer: STOP may have no line" in link.alarm().text
    monkeypatch.undo()
    link.stops.start()
    until(lambda: link.pump() or link.alarm() is None)
