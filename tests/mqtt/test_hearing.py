"""Whether commands reach us, at a real Mosquitto whose access list says what it likes."""

from __future__ import annotations

import getpass
import json
import signal
import time
from collections.abc import Callable
from math import inf
from pathlib import Path

import pytest
from brokers import until

from brewpi.hardware.plug_context import Message
from brewpi.mqtt import echo
from brewpi.mqtt.broker_users import Account, rules
from brewpi.mqtt.echo import Echoes
from brewpi.mqtt.link import MqttLink

BASE = "brewpi/riverside"
FV1, FV2 = f"{BASE}/fv1/command/+", f"{BASE}/fv2/command/+"
OURS = list(rules(Account("daemon", "brewpi", "riverside")))
ALL = ["topic readwrite #"]
BEFORE = [rule for rule in OURS if "echo" not in rule]  # as it was written by earlier versions


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch):
    for name, seconds in (("FIRST_S", 0.0), ("ANSWER_S", 0.3), ("AGAIN_S", 0.1), ("WRONG_S", 0.1)):
        monkeypatch.setattr(echo, name, seconds)


@pytest.fixture
def link_with(broker, tmp_path: Path, make_link: Callable[..., MqttLink]) -> Callable[[list[str]], MqttLink]:
    """A link at a broker with this access list, which stands for who gives no name."""

    def begin(acl: list[str]) -> MqttLink:
        broker.kill()
        (tmp_path / "acl").write_text("\n".join(acl) + "\n")
        with broker.config.open("a") as config:
            config.write(f"user {getpass.getuser()}\nacl_file {tmp_path / 'acl'}\n")  # started as root it gives up
        broker.start()
        link = make_link({"host": "127.0.0.1", "port": broker.port})
        for one in (FV1, FV2):
            link.subscribe_commands(one)
        link.start()
        return link

    return begin


def said(link: MqttLink) -> tuple[str, list[str]] | None:
    """The alarm's key and what the access list lacks, once it has been asked often enough."""
    echoes = link.hearing.echoes
    until(lambda: link.pump() or echoes._misses >= echo.MISSES or 100.0 < echoes._next_at - time.monotonic() < inf)
    found = link.alarm()
    return found and (found.key, found.text.partition("access list needs: ")[2].split("; "))


READ_ALL, ECHO_ALL = f"topic read {BASE}/+/command/+", f"topic write {BASE}/+/command/echo"
WRITE_ALL = f"topic write {BASE}/#"
UNSAID = ("broker: refused", [f"topic write {BASE}/availability", WRITE_ALL])


@pytest.mark.parametrize(
    ("acl", "says"),
    [
        pytest.param(ALL, None, id="all"),
        pytest.param(OURS, None, id="our role"),
        pytest.param(BEFORE, ("broker: unproven", [READ_ALL, ECHO_ALL]), id="role before"),
        pytest.param([WRITE_ALL], ("broker: commands", [READ_ALL]), id="no read"),
        pytest.param([WRITE_ALL, f"topic read {FV1}"], ("broker: commands", [f"topic read {FV2}"]), id="one tank"),
        pytest.param([rule.replace("riverside", "old") for rule in OURS], UNSAID, id="another site"),
        pytest.param(["topic read #"], UNSAID, id="read only"),
    ],
)
def test_an_access_list_that_keeps_commands_from_us_is_said_with_what_it_lacks(link_with, acl, says):
    assert said(link_with(acl)) == says


def test_it_is_over_as_soon_as_the_broker_delivers(link_with, broker, tmp_path):
    link = link_with([f"topic write {BASE}/#"])
    assert said(link)[0] == "broker: commands"
    (tmp_path / "acl").write_text("topic readwrite #\n")
    broker.process.send_signal(signal.SIGHUP)
    until(lambda: link.pump() or link.alarm() is None)


def test_an_echo_is_no_command_and_wakes_nobody(link_with, listen):
    link, woken = link_with(ALL), []
    inbox = link.subscribe_commands(f"{BASE}/fv3/command/+")
    link.on_stop(lambda: woken.append("stop"))
    listener = listen(f"{BASE}/#")
    until(lambda: link.online and listener.ready)
    listener.send(f"{BASE}/fv3/command/note", "{}")
    until(lambda: link.pump() or (inbox.messages and len([t for t, _, _ in listener.heard if t.endswith("echo")]) > 2))
    assert [message.topic for message in inbox.messages] == [f"{BASE}/fv3/command/note"]
    assert woken == []
    assert not any(retained for topic, _, retained in listener.heard if topic.endswith("echo"))


def heard(topic: str, payload: object, retained: bool = False) -> Message:
    return Message(topic, json.dumps(payload).encode(), retained, 0.0)


def asked(echoes: Echoes, now: float) -> str:
    echoes.found(now - echo.FIRST_S)
    return echoes.due(now)[-1][1]


def test_commands_that_come_are_proof_enough_where_no_echo_may_be_sent():
    echoes = Echoes(f"{BASE}/availability")
    echoes.filters = [FV1, FV2]
    now = 0.0
    for tanks, verdict in (((), "unknown"), (("fv1",), "unknown"), (("fv2",), None)):
        for tank in tanks:
            assert not echoes.put(heard(f"{BASE}/{tank}/command/note", {}), now)
        for _ in range(echo.MISSES):
            now = max(now, echoes._next_at)
            if not echoes.due(now):
                asked(echoes, now)
            echoes.sent({}, now)
            echoes.judge(now + echo.ANSWER_S)
        assert echoes.verdict == verdict


@pytest.mark.parametrize("word", ["", 5, None, [], "x" * 5000])
def test_what_strangers_send_there_is_neither_an_echo_nor_a_command(word):
    echoes = Echoes(f"{BASE}/availability")
    echoes.filters = [FV1]
    asked(echoes, 0.0)
    for payload in (word, {"id": word}, {}):
        assert echoes.put(heard(f"{BASE}/fv1/command/echo", payload, retained=True), 0.0)
        assert echoes.put(heard(f"{BASE}/fv1/command/echo", payload), 0.0)
    echoes.sent(dict.fromkeys([f"{BASE}/fv1/command/echo"], True), 0.0)
    echoes.judge(echo.ANSWER_S)
    assert echoes._misses == 1
    assert echoes.alarm("broker:1883", None, 1.0) is None


def test_another_service_of_this_site_is_heard_by_its_echo():
    ours, theirs = Echoes(f"{BASE}/availability"), Echoes(f"{BASE}/availability")
    ours.filters = theirs.filters = [FV1]
    assert ours.put(Message(f"{BASE}/fv1/command/echo", asked(theirs, 0.0).encode(), False, 0.0), 50.0)
    alarm = ours.alarm("broker:1883", None, 60.0)
    assert (alarm.key, alarm.since) == ("same_name", 50.0)
    assert ours.alarm("broker:1883", None, 50.0 + echo.ANOTHER_S) is None
    assert ours.put(Message(f"{BASE}/fv1/command/echo", asked(ours, 9000.0).encode(), False, 0.0), 9000.0)
    assert ours.alarm("broker:1883", None, 9001.0) is None
