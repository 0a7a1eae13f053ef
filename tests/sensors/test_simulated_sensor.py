"""Simulated siblings measure what the real ones do, in a simulated vessel."""

import pytest

from brewpi.hardware.plug_context import PlugContext
from brewpi.records import Reading
from brewpi.sensors import SensorError, kind_of, meters
from brewpi.sensors.dht import Dht22
from brewpi.sensors.ds18b20 import Ds18b20
from brewpi.sensors.manual import Manual
from brewpi.sensors.simulated import Simulated
from brewpi.sensors.topic import Topic

NOW = 1_790_000_000.0


class Bucket:
    """The least that is a vessel: what is measured is what was poured in."""

    def __init__(self, **values: float | None) -> None:
        self.values = values

    def measure(self, quantity: str, now: float) -> float | None:
        return self.values.get(quantity)


def test_it_reads_the_vessel():
    probe = Simulated(measure=["beer_c", "sg"]).open(PlugContext(vessel=Bucket(beer_c=19.2, sg=1.0481)))

    assert probe.read(NOW) == [Reading(NOW, "beer_c", 19.2), Reading(NOW, "sg", 1.0481)]


def test_what_is_unplugged_says_nothing():
    vessel = Bucket(beer_c=None, room_c=14.0)
    probe = Simulated(measure=["beer_c", "room_c"]).open(PlugContext(vessel=vessel))
    assert probe.read(NOW) == [Reading(NOW, "room_c", 14.0)]

    vessel.values["beer_c"] = 25.0
    assert len(probe.read(NOW + 5.0)) == 2


def test_outside_a_simulation_it_says_so():
    with pytest.raises(SensorError, match="needs a simulated tank"):
        Simulated(measure=["sg"]).open(PlugContext())


def test_a_quantity_that_does_not_exist_gets_the_nearest_right_one():
    with pytest.raises(ValueError, match='unknown quantity "beer"; did you mean "beer_c"'):
        Simulated(measure=["beer"])


@pytest.mark.parametrize(
    "real",
    [
        Ds18b20(id="28-0316a2794eff", every_s=30.0),
        Dht22(pin=4),
        Manual(),
        Manual(measure=["sg"]),
        Simulated(measure=["sg"], every_s=900.0),
    ],
)
def test_a_sibling_measures_the_same_things_in_the_same_way(real):
    sibling = real.simulated()

    assert sibling.measures() == real.measures()
    assert sibling.by_hand() == real.by_hand()
    assert sibling.overrules() == real.overrules()


def test_a_simulated_hydrometer_wakes_every_quarter_of_an_hour():
    sibling = Topic(topic="a", format="tiltbridge", measure=["sg", "beer_c"]).simulated()

    assert sibling.measures() == ("sg", "beer_c")
    assert sibling.every_s == 900.0
    assert [meter.stale_s for meter in meters({"gravity": sibling})] == [7200.0, 2700.0]


def test_a_simulated_brewer_reads_to_the_point_twice_a_day():
    brewer = Manual().simulated()
    (sg, _) = brewer.open(PlugContext(vessel=Bucket(beer_c=19.2, sg=1.04813))).read(NOW)

    assert sg.value == pytest.approx(1.048)
    assert brewer.every_s == 43_200.0
    assert kind_of(brewer) == "manual"
