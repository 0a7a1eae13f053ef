"""Readings by hand: any stated unit, at the time they were taken."""

from cellar_harness import CellarBench

from brewpi.estimation.signal_filter import SignalSource
from brewpi.hardware.plug_context import PlugContext
from brewpi.records import Reading
from brewpi.sensors import meters
from brewpi.sensors.ds18b20 import Ds18b20
from brewpi.sensors.manual import Manual
from brewpi.sensors.topic import Topic
from brewpi.units import sg_from_plato

NOW = 1_790_000_000.0
HYDROMETER = Topic(topic="tiltbridge/tilt_Red", format="tiltbridge")


def test_what_was_entered_is_given_once_in_its_order_as_it_was_entered():
    context = PlugContext()
    probe = Manual().open(context)
    entered = [Reading(NOW - 3600.0, "sg", 1.0502), Reading(NOW, "beer_c", 18.5)]
    context.hand.extend(entered)
    assert probe.read(NOW + 3.0) == entered
    assert probe.read(NOW + 8.0) == []


def test_a_reading_that_was_entered_is_the_one_that_is_recorded(tmp_path):
    bench = CellarBench(tmp_path)
    assert bench.send("start_batch", name="Helles")["ok"]
    assert bench.send("reading", quantity="sg", value=12.4, unit="plato", at="2026-09-21T14:00:00Z")["ok"]
    (reading,) = [r for r in bench.last["fv1"].readings if r.quantity == "sg"]
    assert (reading.at, reading.sensor) == (1_789_999_200.0, "hand")
    assert reading.value == sg_from_plato(12.4)
    bench.power_off()


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
