"""Who gives way when two machines have one name at the broker."""

from __future__ import annotations

import socket
import time

from brewpi.mqtt import Mqtt
from brewpi.mqtt.connection import Connection
from brewpi.mqtt.rivals import GIVES_WAY_S, LONGEST_S, SHORT_IN_A_ROW, SHORT_S, SUSPICIOUS, WITHIN_S, Rivals


def test_who_has_been_there_comes_back_at_once():
    rivals = Rivals()
    rivals.greeted(0.0)
    assert rivals.closed(SHORT_S + 1.0) == 0.0


def test_the_newcomer_stays_away_longer_each_time_but_not_for_ever():
    rivals, now, waits = Rivals(), 0.0, []
    for _ in range(12):
        rivals.greeted(now)
        waits.append(rivals.closed(now + 1.0))
        now += waits[-1] + 1.0
    assert waits[: SHORT_IN_A_ROW - 1] == [0.0] * (SHORT_IN_A_ROW - 1)
    assert waits[SHORT_IN_A_ROW - 1 :][:3] == [GIVES_WAY_S, 2.0 * GIVES_WAY_S, 4.0 * GIVES_WAY_S]
    assert waits[-1] == LONGEST_S
    rivals.greeted(now)
    assert rivals.closed(now + 3600.0) == 0.0
    rivals.greeted(now + 3601.0)
    assert rivals.closed(now + 3602.0) == 0.0


def test_a_broker_that_restarts_once_is_no_rival():
    rivals = Rivals()
    for at in (0.0, 1800.0):
        rivals.greeted(at)
        rivals.closed(at + 60.0)
    assert rivals.suspected_since(1900.0) is None


def test_many_within_an_hour_are_said_for_an_hour():
    rivals = Rivals()
    for at in (10.0 * n for n in range(SUSPICIOUS)):
        rivals.greeted(at)
        rivals.closed(at + 1.0)
    assert rivals.suspected_since(202.0) == 1.0
    assert rivals.suspected_since(1.0 + WITHIN_S) is None


def test_a_broker_that_is_not_there_at_the_first_try_died_by_itself():
    rivals = Rivals()
    for at in (10.0 * n for n in range(20)):
        rivals.greeted(at)
        assert rivals.closed(at + 1.0) == 0.0
        rivals.unreachable()
    assert rivals.suspected_since(201.0) is None


def test_what_never_connected_is_nobodys_doing():
    rivals = Rivals()
    assert [rivals.closed(at) for at in (1.0, 2.0, 3.0)] == [0.0, 0.0, 0.0]
    assert rivals.suspected_since(4.0) is None


def test_a_door_that_shuts_before_the_broker_takes_us_is_no_rival():
    door = socket.create_server(("127.0.0.1", 0))
    host, port = door.getsockname()
    connection = Connection(Mqtt(host=host, port=port), "brewpi/riverside/availability", "brewpi-riverside", time.time)
    for at in (10.0 * n for n in range(SUSPICIOUS)):
        connection.rivals.greeted(at)
        connection.rivals.closed(at + 1.0)
    connection.start()
    try:
        until_s = time.monotonic() + 20.0
        while connection.rivals.suspected_since(202.0) is not None:
            assert time.monotonic() < until_s, "waited in vain"
            door.accept()[0].close()
    finally:
        connection.stop()
        door.close()
