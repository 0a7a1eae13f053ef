"""How old a reading is, where a device or gateway says so under a name that its format does not promise."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.sensors import SensorError, SensorOptions
from brewpi.sensors.mqtt_thermometer import MqttThermometer
from brewpi.sensors.topic import Topic

NOW = 1_790_000_000.0
SPINDLE = {"ID": 1, "gravity": 1.048, "temperature": 19.5, "temp_units": "C"}
BREWFATHER = {"name": "a", "gravity": 1.048, "gravity_unit": "G", "temp": 19.5, "temp_unit": "C"}
SENDERS: dict[str, tuple[SensorOptions, dict[str, object]]] = {
    "ispindel": (Topic(topic="t/x", format="ispindel", unit="sg"), SPINDLE),
    "rapt": (Topic(topic="t/x", format="rapt", unit="sg"), SPINDLE),
    "brewfather": (Topic(topic="t/x", format="brewfather"), BREWFATHER),
    "thermometer": (
        MqttThermometer(topic="t/x", field="temperature", temperature_unit="c", measure="beer_c"), {"temperature": 19.5}
    ),
}  # fmt: skip


class Heard:
    """A sensor; each message answers how old its reading is in seconds, or None where it is no news."""

    def __init__(self, sender: str) -> None:
        options, self.sent = SENDERS[sender]
        self.inbox = Inbox()
        self.probe = options.open(PlugContext(subscribe=lambda topic: self.inbox))

    def __call__(self, at: float = NOW, **said: object) -> float | None:
        self.inbox.put(Message("t/x", json.dumps({**self.sent, **said}).encode(), False, at))
        readings = self.probe.read(at)
        return at - readings[0].at if readings else None


def written(at: float, zone: str = "Z", hours: float = 0.0) -> str:
    return (datetime.fromtimestamp(at, UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S") + zone


@pytest.mark.parametrize("said", [
    {"age": 7200}, {"age_s": "7200"}, {"reading-age": 7200.0}, {"ageMs": 7_200_000}, {"age_minutes": 120},
    {"age": "2 h"}, {"age": "02:00:00"}, {"age": "PT2H"}, {"minutesAgo": 120}, {"last_seen_ago": "120 min"},
    {"secondsSinceLastReading": 7200}, {"timestamp": NOW - 7200.0}, {"ts": int(1e3 * (NOW - 7200.0))},
    {"lastHeard": written(NOW - 7200.0), "time": written(NOW)}, {"measured_at": written(NOW - 3600.0, "+01:00")},
    {"Time": written(NOW - 7200.0, "+00:00"), "created_at": "2020-01-01T00:00:00Z"},
], ids=str)  # fmt: skip
@pytest.mark.parametrize("sender", SENDERS)
def test_a_reading_is_as_old_as_its_message_says_under_whatever_name(sender: str, said: dict[str, object]):
    assert Heard(sender)(**said) == pytest.approx(7200.0)


@pytest.mark.parametrize("said", [{"last_seen": NOW - 7200.0}, {"age": 7200}])
def test_when_a_device_was_heard_counts_before_the_stamp_of_its_gateway(said: dict[str, object]):
    heard = Heard("rapt")
    assert heard(timestamp=NOW, **said) == pytest.approx(7200.0)
    if "age" not in said:
        assert heard(NOW + 900.0, timestamp=NOW + 900.0, **said) is None


@pytest.mark.parametrize("stamp", [NOW - 7200.0, written(NOW - 7200.0), written(NOW, "")])
@pytest.mark.parametrize("sender", ["ispindel", "brewfather", "thermometer"])
def test_the_last_message_of_a_dead_hydrometer_is_no_news_however_often_it_is_sent(sender: str, stamp: object):
    heard = Heard(sender)
    assert heard(timestamp=stamp) is not None
    assert [heard(NOW + 900.0 * n, timestamp=stamp) for n in (1, 2, 3)] == [None] * 3


@pytest.mark.parametrize("said", [
    {"time": "1970-01-01T00:01:20Z"}, {"ts": 86_400}, {"timestamp": 0}, {"time": "N/A"}, {"timestamp": "16:13:20"},
    {"last_update": "14:32"}, {"created_at": "2026-01-01T00:00:00Z"}, {"ts": NOW + 7200.0}, {"age": "old"}, {"age": -1},
    {"last_changed": written(NOW - 7200.0), "last_updated": written(NOW - 7200.0)}, {"uptime": 7200}, {"time": None},
    {"interval": 900}, {"Timepoint": 46_286.6}, {"date": "2026-09-20"}, {"age": True}, {"timestamp": [1, 2]},
], ids=str)  # fmt: skip
@pytest.mark.parametrize("sender", ["ispindel", "brewfather", "thermometer"])
def test_a_clock_that_nobody_set_and_what_is_no_age_cost_nothing(sender: str, said: dict[str, object]):
    heard = Heard(sender)
    assert [heard(NOW + 900.0 * n, **said) is not None for n in range(2)] == [True, said != {"ts": NOW + 7200.0}]


@pytest.mark.parametrize("sender", ["ispindel", "brewfather", "thermometer"])
@pytest.mark.parametrize("hours", [-7.0, -3.5, -0.3, 2.0, 5.75])
def test_a_clock_of_another_zone_costs_one_reading_at_most(sender: str, hours: float):
    """Local time sent as if it were UTC, or without a zone: what comes regularly and moves on is of now."""
    heard = Heard(sender)
    for n in range(4):
        age = heard(NOW + 900.0 * n, timestamp=written(NOW + 900.0 * n - 3.0, "Z", hours))
        assert n == 0 or age == 0.0
    assert (heard.probe.error is not None) is (hours < 0.0)  # type: ignore[attr-defined]
    naive = Heard(sender)
    assert [naive(NOW + 900.0 * n, time=written(NOW + 900.0 * n, "", hours)) for n in range(3)] == [0.0] * 3


def test_thousandths_of_a_second_since_the_start_are_no_time():
    heard = Heard("thermometer")
    ages = [heard(NOW + 60.0 * n, ts=1_789_900_000 + 60_000 * n, temperature=19.5 + 0.1 * (n % 2)) for n in range(4)]
    assert ages[1:] == [0.0] * 3


def test_what_a_gateway_kept_is_as_old_as_it_says():
    minutes = Heard("thermometer")
    assert [minutes(NOW + n, ts=NOW - 9000.0 + 60.0 * n) for n in range(5)] == [9000.0 - 59.0 * n for n in range(5)]
    heard = Heard("ispindel")
    assert [heard(NOW + n, ts=NOW - 9000.0 + 900.0 * n) for n in range(5)] == [9000.0 - 899.0 * n for n in range(5)]


def test_a_clock_that_stands_beside_other_numbers_is_said():
    heard = Heard("ispindel")
    heard(ts=NOW)
    with pytest.raises(SensorError, match="messages say other numbers at one and the same time, 2 h ago: does the"):
        heard(NOW + 7200.0, ts=NOW, gravity=1.047)


PERHAPS = ("created_at", "createdAt", "t", "stamp", "when", "logged_at", "sourceTimestamp", "dt", "datum")


@pytest.mark.parametrize("name", PERHAPS)
@pytest.mark.parametrize("sender", ["ispindel", "thermometer"])
def test_a_time_that_moves_with_the_messages_is_theirs_also_under_a_vague_name(sender: str, name: str):
    heard = Heard(sender)
    assert [heard(NOW + 900.0 * n, **{name: written(NOW + 900.0 * n)}) for n in range(6)] == [0.0] * 6
    assert heard(NOW + 9000.0, **{name: written(NOW + 8100.0)}) == pytest.approx(900.0)
    assert [heard(NOW + 9000.0 + 900.0 * n, **{name: written(NOW + 8100.0)}) for n in (1, 9)] == [None] * 2


@pytest.mark.parametrize("sender", ["ispindel", "thermometer"])
def test_and_one_that_does_not_is_the_batchs_or_the_accounts(sender: str):
    heard = Heard(sender)
    for created in ("2026-07-01T10:00:00Z", "2026-09-20T10:00:00Z"):
        assert [heard(NOW + 900.0 * n, created_at=created) for n in range(6)] == [0.0] * 6
    assert [heard(NOW + 900.0 * n, t=19.5 + n, when=3) for n in range(6)] == [0.0] * 6
