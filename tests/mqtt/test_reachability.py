"""What a program says on its log of a broker that it cannot reach: once, soon, and why."""

from __future__ import annotations

import itertools
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from brokers import until
from ports import free_port

from brewpi.mqtt import Mqtt
from brewpi.mqtt.link import MqttLink
from brewpi.mqtt.once import tell_once
from brewpi.mqtt.reachability import AGAIN_S, AWAY_S, PATIENCE_S, OutageLog

HOST = "127.0.0.1"
MEANWHILE = "control goes on, events are kept and sent when it is back"


@pytest.fixture
def link(caplog: pytest.LogCaptureFixture, make_link: Callable[..., MqttLink]) -> Callable[..., MqttLink]:
    caplog.set_level(logging.INFO, logger="brewpi")

    def begin(meanwhile: str | None = None, **options: object) -> MqttLink:
        more = {} if meanwhile is None else {"meanwhile": meanwhile}
        made = make_link({"host": HOST, **options}, **more)
        made.subscribe("brewpi/riverside/x")
        made.subscribe_commands("brewpi/riverside/command/+")  # whose lines of their own fail as well, and say nothing
        made.subscribe_telemetry("brewpi/riverside/y")
        made.start()
        return made

    return begin


def said(caplog: pytest.LogCaptureFixture, count: int = 1, within_s: float = 10.0) -> list[str]:
    """The lines, as soon as there are so many."""
    until(lambda: len(caplog.messages) >= count, within_s)
    return caplog.messages


def serve(answer: Callable[[socket.socket], None]) -> int:
    """A port whose connections are answered so, each on a thread of its own; for as long as the tests run."""
    door = socket.create_server((HOST, 0))

    def attend() -> None:
        while True:
            threading.Thread(target=answer, args=(door.accept()[0],), daemon=True).start()

    threading.Thread(target=attend, daemon=True).start()
    return int(door.getsockname()[1])


# --- why


def test_a_broker_that_is_not_there_is_said_once_and_soon_and_what_goes_on(link, caplog):
    port, begun = free_port(), time.monotonic()
    away = link(port=port)
    line = f"broker {HOST}:{port} does not answer: nothing listens on that port; {MEANWHILE}"
    assert said(caplog) == [line]
    assert 1.0 < time.monotonic() - begun < 6.0
    time.sleep(5.0)  # two more attempts
    assert caplog.messages == [line]
    away._away_since = 0.0
    assert away.alarm().text == line


def test_what_goes_on_is_said_as_it_is_true_of_the_program(link, caplog):
    port = free_port()
    link("what hydrometers send is refused", port=port)
    assert said(caplog)[0].endswith("; what hydrometers send is refused")


@pytest.mark.parametrize("host", ["cellar.invalid", "cellar..local"])
def test_a_name_that_nobody_knows_is_not_the_same_as_no_answer(link, caplog, host):
    link(host=host)
    (line,) = said(caplog)
    assert line.startswith(f"broker {host}:1883 has a name that cannot be found (")
    assert line.endswith(f"); check the name and the network; {MEANWHILE}")


def test_who_takes_the_connection_and_never_answers_is_said_within_seconds(link, caplog):
    begun, port = time.monotonic(), serve(lambda line: time.sleep(60.0))
    link(port=port)
    assert said(caplog) == [f"broker {HOST}:{port} takes the connection and says nothing; {MEANWHILE}"]
    assert time.monotonic() - begun < 8.0


def test_a_way_that_is_cut_is_said_with_its_reason(link, caplog, monkeypatch):
    def create_connection(*_: object, **__: object) -> socket.socket:
        raise OSError(113, "No route to host")

    monkeypatch.setattr("socket.create_connection", create_connection)
    link(port=1883)
    assert said(caplog) == [f"broker {HOST}:1883 does not answer (No route to host); {MEANWHILE}"]


def test_a_packet_that_nobody_answers_is_said_when_the_wait_for_it_is_over(link, caplog, monkeypatch):
    def create_connection(*_: object, **__: object) -> socket.socket:
        time.sleep(3.0)
        raise TimeoutError("timed out")

    monkeypatch.setattr("socket.create_connection", create_connection)
    link(port=1883)
    assert said(caplog) == [f"broker {HOST}:1883 does not answer: no reply within 5 s; {MEANWHILE}"]


def test_what_is_no_broker_is_said_once(link, caplog):
    def answer(line: socket.socket) -> None:
        with line:
            line.recv(100)
            line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" + b"<p>Bad Request</p>" * 20)

    port = serve(answer)
    link(port=port)
    assert said(caplog) == [f"broker {HOST}:{port} does not speak MQTT; check the port; {MEANWHILE}"]
    time.sleep(4.0)
    assert len(caplog.messages) == 1


def test_packets_that_cannot_be_read_are_said_once_however_often_they_come(link, caplog):
    def answer(line: socket.socket) -> None:
        with line:
            line.recv(100)
            line.sendall(b"\x20\x00")  # a CONNACK without its two bytes

    port = serve(answer)
    link(port=port)
    (line,) = said(caplog)
    assert line.startswith(f"broker {HOST}:{port} does not speak MQTT")
    time.sleep(4.0)
    assert len(caplog.messages) == 1


def test_plain_words_to_a_tls_port_are_said_on_the_log(link, caplog, broker, speak_tls):
    broker.kill()
    speak_tls(broker)
    link(port=broker.port)
    ends = "closes the connection without a word of MQTT; check the port, it may want TLS"
    why = f"{ends} or have no room for one more connection"
    assert said(caplog) == [f"broker {HOST}:{broker.port} {why}; {MEANWHILE}"]
    assert tell_once(Mqtt(host=HOST, port=broker.port), [("a", "b")]) == f"broker {HOST}:{broker.port} {why}"


# --- files of our own


def test_a_password_file_that_is_missing_is_said_at_once_with_its_path_and_taken_when_it_is_there(
    link, caplog, tmp_path, broker, monkeypatch
):
    monkeypatch.setattr("brewpi.mqtt.connection.ASK_AGAIN_S", 1.0)
    file = tmp_path / "mqtt-password"
    waits = link(port=broker.port, username="brewpi", password_file=file)
    why = f"cannot be asked: password_file {file} cannot be read (No such file or directory)"
    line = f"broker {HOST}:{broker.port} {why}; {MEANWHILE}"
    assert caplog.messages == [line]
    time.sleep(2.5)
    assert caplog.messages == [line]
    file.write_text("secret\n")
    until(lambda: waits.online)
    assert said(caplog, 2)[1:] == [f"broker {HOST}:{broker.port} found"]


def test_who_leaves_before_the_password_is_there_leaves_nothing_behind(link, tmp_path):
    before = set(threading.enumerate())  # not their number: one of an earlier test may end meanwhile
    waits = link(username="brewpi", password_file=tmp_path / "absent")
    waits.stop()
    until(lambda: before.issuperset(threading.enumerate()), 3.0)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [("gone.crt", None, "No such file or directory"), ("bad.crt", "no certificate", "it holds no certificate")],
)
def test_an_authority_that_cannot_be_read_is_named(link, caplog, tmp_path, name, text, why):
    if text is not None:
        (tmp_path / name).write_text(text)
    link(port=8883, tls=True, ca_file=tmp_path / name)
    assert caplog.messages == [
        f"broker {HOST}:8883 cannot be asked: ca_file {tmp_path / name} cannot be read ({why}); {MEANWHILE}"
    ]


def test_a_password_that_is_no_text_is_said_as_that(link, caplog, tmp_path):
    (tmp_path / "password").write_bytes(b"\xff\xfe")
    link(username="brewpi", password_file=tmp_path / "password")
    assert f"password_file {tmp_path / 'password'} cannot be read (it is no text)" in caplog.messages[0]


def test_a_path_that_can_be_none_stops_no_start(link, caplog):
    file = Path("a\0b")
    link(username="brewpi", password_file=file)
    assert caplog.messages[0].startswith(f"broker {HOST}:1883 cannot be asked: password_file")
    assert tell_once(Mqtt(host=HOST, username="brewpi", password_file=file), []) == caplog.messages[0].split("; ")[0]


# --- when


def test_when_all_is_well_nothing_is_said(link, caplog, broker):
    well = link(port=broker.port)
    until(lambda: well.online)
    time.sleep(0.5)
    well.stop()
    assert caplog.messages == []


def test_a_broker_that_goes_and_comes_back_is_said_each_once(link, caplog, broker):
    well = link(port=broker.port)
    until(lambda: well.online)
    broker.kill()
    lines = [
        f"broker {HOST}:{broker.port} closed the connection; {MEANWHILE}",
        f"broker {HOST}:{broker.port} does not answer: nothing listens on that port; {MEANWHILE}",
    ]
    assert said(caplog, 2) == lines
    broker.start()
    until(lambda: well.online, 20.0)
    assert said(caplog, 3) == [*lines, f"broker {HOST}:{broker.port} found again"]


def test_a_broker_that_stands_still_is_silent_and_is_found_again(link, caplog, broker, monkeypatch):
    monkeypatch.setattr("brewpi.mqtt.connection.KEEPALIVE_S", 1)
    well = link(port=broker.port)
    until(lambda: well.online)
    assert broker.process is not None
    os.kill(broker.process.pid, signal.SIGSTOP)
    try:
        assert said(caplog, 2) == [
            f"broker {HOST}:{broker.port} is silent; {MEANWHILE}",
            f"broker {HOST}:{broker.port} takes the connection and says nothing; {MEANWHILE}",
        ]
    finally:
        os.kill(broker.process.pid, signal.SIGCONT)
    assert said(caplog, 3, 20.0)[2:] == [f"broker {HOST}:{broker.port} found again"]


def test_a_broker_that_starts_with_the_machine_is_no_news():
    log = OutageLog()
    log.begins(100.0)
    assert not log.fails("a", 100.0)
    assert not log.fails("a", 100.0 + PATIENCE_S - 0.1)
    assert not log.found(102.0)


def test_a_night_without_a_broker_is_a_line_for_each_reason():
    log = OutageLog()
    log.begins(0.0)
    reasons = itertools.cycle(["a", "b", "a", "c"])
    told = [why for at in range(0, 36_000, 30) if log.fails(why := next(reasons), float(at))]
    assert told == ["b", "a", "c"]
    assert log.found(36_000.0)
    assert not log.found(36_001.0)


def test_what_only_a_person_can_mend_is_said_at_once():
    log = OutageLog()
    log.begins(0.0)
    assert log.fails("refuses us", 0.1, at_once=True)
    assert not log.fails("refuses us", 1.1, at_once=True)


def test_a_broker_that_comes_and_goes_all_night_is_said_once_an_hour_at_most_while_it_is_back_within_the_minute():
    log = OutageLog()
    log.begins(0.0)
    lines = 0
    for at in range(0, 36_000, 10):
        lines += log.fails("closed the connection", at + 5.0, at_once=True)
        lines += log.found(at + 8.0)
    assert 2 <= lines <= 2 * (36_000 / AGAIN_S)


def test_within_the_hour_an_outage_of_a_minute_is_said_again():
    log = OutageLog()
    log.begins(0.0)
    assert log.fails("a", 10.0)
    assert log.found(20.0)
    assert not log.fails("a", 100.0)
    assert not log.fails("a", 100.0 + AWAY_S - 1.0)
    assert log.fails("a", 100.0 + AWAY_S)
    assert log.found(200.0)


def test_a_clock_that_is_set_back_keeps_no_outage_from_the_log():
    log = OutageLog()
    log.begins(1e9)
    assert not log.fails("a", 1000.0)
    assert log.fails("a", 1000.0 + PATIENCE_S)
    assert log.found(1010.0)
