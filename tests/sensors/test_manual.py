"""Readings by hand: any stated unit, at the time they were taken."""

import json

import pytest

from brewpi.estimation.signal_filter import SignalSource
from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.quantities import sg_from_plato
from brewpi.sensors import SensorError, meters
from brewpi.sensors.ds18b20 import Ds18b20
from brewpi.sensors.manual import Manual
from brewpi.sensors.topic import Topic

NOW = 1_790_000_000.0
HYDROMETER = Topic(topic="tiltbridge/tilt_Red", format="tiltbridge")


@pytest.fixture
def publish():
    """Readings from what a brewer sends."""
    inbox = Inbox()
    probe = Manual().open(PlugContext(hand=inbox))

    def _say(*sent) -> list:
        for fields in sent:
            inbox.put(Message("brewpi/riverside/fv1/command/reading", json.dumps(fields).encode(), False, NOW))
        return probe.read(NOW + 3.0)

    return _say


def test_a_gravity_in_plato_taken_this_morning(publish):
    (reading,) = publish({"quantity": "sg", "value": 12.4, "unit": "plato", "at": "2026-09-21T08:00:00Z"})

    assert reading.quantity == "sg"
    assert reading.value == pytest.approx(sg_from_plato(12.4))
    assert reading.at == 1_789_977_600.0


def test_without_a_time_it_is_now_and_without_a_unit_as_the_name_says(publish):
    (reading,) = publish({"quantity": "beer_c", "value": 18.5})

    assert (reading.at, reading.value) == (NOW, 18.5)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"quantity": "sg", "value": 12.4}, "if that is degrees Plato, say so with the unit"),
        ({"quantity": "sg"}, 'a hand reading needs "quantity" and "value"'),
        ({"quantity": "gravity", "value": 1.05}, 'unknown quantity "gravity"'),
        ({"quantity": "sg", "value": 1.05, "unit": "oechsle"}, 'gravity has no unit "oechsle"'),
        ({"quantity": "sg", "value": "a lot"}, '"value" is no number: a lot'),
        ({"quantity": "sg", "value": 1.05, "at": "this morning"}, '"at" is no time: this morning; write 2026-'),
        ([1.05], "message is not a JSON object"),
    ],
)
def test_a_mistake_gets_a_sentence(publish, fields, sentence: str):
    with pytest.raises(SensorError) as error:
        publish(fields)

    assert sentence in str(error.value)


def test_a_mistake_spoils_no_other_reading(publish):
    readings = publish({"quantity": "sg", "value": 99}, {"quantity": "sg", "value": 1.048})

    assert [reading.value for reading in readings] == [1.048]


# Who measures what


def test_by_hand_where_nothing_else_measures():
    assert meters({"hand": Manual(), "beer": Ds18b20(id="28-0316a2794eff")}) == (
        SignalSource("beer_c", "beer", stale_s=300.0),
        SignalSource("sg", "hand", stale_s=7200.0, hand=True),
    )


def test_beside_an_instrument_the_hand_is_only_on_record():
    owners = {meter.quantity: meter.sensor for meter in meters({"hand": Manual(), "gravity": HYDROMETER})}

    assert owners == {"sg": "gravity", "beer_c": "hand"}


def test_the_config_may_say_that_the_hand_counts():
    sensors = {"gravity": HYDROMETER, "hand": Manual(measure=["sg"])}
    owners = {meter.quantity: meter.sensor for meter in meters(sensors)}

    assert owners == {"sg": "hand", "beer_c": "hand"}
