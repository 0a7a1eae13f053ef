"""TLS to a real Mosquitto, with an authority of one's own, as a cellar that spans two buildings has it."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from brokers import MOSQUITTO, Broker, until

from brewpi.mqtt.link import MqttLink
from brewpi.mqtt.reachability import why_closed, why_not_connected

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is absent")


@pytest.fixture
def broker(tmp_path: Path, speak_tls: Callable[[Broker], None]) -> Iterator[Broker]:
    """A Mosquitto that speaks TLS only."""
    broker = Broker(tmp_path)
    speak_tls(broker)
    yield broker
    broker.kill()


@pytest.fixture
def link(broker: Broker, make_link: Callable[..., MqttLink], tmp_path: Path) -> Callable[..., MqttLink]:
    """`link(...)` with other options than the right ones, begun."""

    def begin(**other: object) -> MqttLink:
        usual = {"host": "localhost", "port": broker.port, "tls": True, "ca_file": tmp_path / "ca.crt"}
        made = make_link({**usual, **other})
        made.start()
        return made

    return begin


def waits(link: MqttLink) -> str:
    """What its alarm says when the minute of patience is over."""
    link._away_since = 0.0
    alarm = link.alarm()
    return alarm.text if alarm else ""


def test_what_is_said_over_tls_arrives_over_tls(link):
    speaker, hearer = link(), link()
    inbox = hearer.subscribe("brewpi/riverside/fv1/state")
    speaker.retain("brewpi/riverside/fv1/state", "{}")

    def arrives() -> list[object]:
        speaker.pump()
        hearer.pump()
        return inbox.take()

    until(arrives)


def test_a_broker_whose_certificate_is_of_another_authority_gets_no_word_and_the_alarm_says_why(link, tmp_path):
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.crt")
    stranger = link(ca_file=tmp_path / "other.crt")
    until(lambda: "is not trusted" in waits(stranger))
    assert not stranger.online
    assert "check ca_file" in waits(stranger)


def test_a_broker_of_another_name_gets_no_word(link):
    stranger = link(host="127.0.0.1")
    until(lambda: "is not trusted (IP address mismatch" in waits(stranger))
    assert not stranger.online


def test_without_an_authority_of_ones_own_the_systems_count_and_do_not_know_it(link):
    stranger = link(ca_file=None)
    until(lambda: "is not trusted" in waits(stranger))


def test_an_authority_that_is_not_there_is_named(link, tmp_path):
    lost = link(ca_file=tmp_path / "gone.crt")
    assert f"cannot be asked: ca_file {tmp_path}/gone.crt cannot be read (No such file or directory)" in waits(lost)


def test_plain_words_to_a_tls_port_are_not_understood(link):
    plain = link(tls=False, ca_file=None)
    time_is_up = time.monotonic() + 2.0
    until(lambda: time.monotonic() > time_is_up or plain.online)
    assert not plain.online
    assert "closes the connection without a word of MQTT; check the port, it may want TLS" in waits(plain)


def test_tls_to_a_port_that_speaks_plainly_says_so(link, tmp_path):
    (tmp_path / "plain").mkdir()
    plain = Broker(tmp_path / "plain")
    plain.start()
    stranger = link(port=plain.port)
    until(lambda: "does not understand TLS" in waits(stranger), 15.0)
    plain.kill()


@pytest.mark.parametrize("code", [9, 10])
def test_a_certificate_out_of_date_leads_to_the_clock_and_not_to_its_name(code):
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, "certificate is not yet valid"
    assert "check the clock of this machine" in why_not_connected(error, tls=True)


def test_a_broker_that_wants_a_certificate_of_ours_is_told_from_a_wrong_port():
    assert "a certificate of ours" in why_closed(tls=True)
