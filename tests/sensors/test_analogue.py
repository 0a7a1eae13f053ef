"""Pressure and gravity from a converter that speaks the real protocol on mock wires."""

from __future__ import annotations

from itertools import pairwise

import pytest
from chips import Converter
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

from brewpi.hardware.plug_context import PlugContext
from brewpi.plant.simulated_tank import Vessel
from brewpi.sensors import SensorError
from brewpi.sensors.densitometer import STANDARD_G, WATER_KG_M3, Densitometer
from brewpi.sensors.pressure import Pressure
from brewpi.sensors.simulated import Simulated

NOW = 1_790_000_000.0
STEP_V = 3.3 / 4096


@pytest.fixture
def pins(monkeypatch):
    factory = MockFactory()
    monkeypatch.setattr(Device, "pin_factory", factory)  # gpiozero 2.0's SPI by hand asks for it
    yield factory
    factory.reset()


@pytest.fixture
def chip(pins) -> Converter:
    return Converter(pins)


@pytest.fixture
def gauge(pins):
    """An opened pressure sensor on channel 3."""
    opened = []

    def _gauge(**options):
        opened.append(Pressure(**{**POINTS, **options}).open(PlugContext(pin_factory=pins)))
        return opened[-1]

    yield _gauge
    for probe in opened:
        probe.close()


POINTS = {"channel": 3, "low_v": 0.33, "low_bar": 0.0, "high_v": 3.0, "high_bar": 4.0}

# --- pressure


@pytest.mark.parametrize(("volts", "bar"), [(0.33, 0.0), (3.0, 4.0), (1.665, 2.0), (0.25, -0.12)])
def test_the_pressure_lies_on_the_line_through_two_points(chip, gauge, volts: float, bar: float):
    chip.volts = {3: volts, 2: 1.0}
    (reading,) = gauge().read(NOW)
    assert (reading.at, reading.quantity) == (NOW, "top_bar")
    assert reading.value == pytest.approx(bar, abs=2 * STEP_V * 1.5)


def test_an_mcp3008_is_read_as_well(pins, gauge):
    Converter(pins, bits=10).volts = {3: 1.665}
    assert gauge(chip="mcp3008").read(NOW)[0].value == pytest.approx(2.0, abs=0.01)


def test_a_second_chip_has_the_other_chip_select(pins, gauge):
    Converter(pins, select=7).volts = {3: 1.665}
    assert gauge(select=1).read(NOW)[0].value == pytest.approx(2.0, abs=0.01)


def test_a_spike_in_a_few_conversions_is_no_pressure(chip, gauge, monkeypatch):
    chip.volts = {3: 1.665}
    probe, count = gauge(), iter(range(1000))
    honest = chip._convert
    monkeypatch.setattr(chip, "_convert", lambda channel: 4095 if next(count) % 3 == 0 else honest(channel))
    assert probe.read(NOW)[0].value == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize(
    ("volts", "sentence"),
    [(0.0, "channel 3 has 0.00 V, a broken wire or no supply"), (3.3, "channel 3 has 3.30 V, the end of its scale")],
)
def test_off_the_scale_is_no_reading_and_said_the_second_time(chip, gauge, volts: float, sentence: str):
    chip.volts = {3: volts}
    probe = gauge()
    assert probe.read(NOW) == []
    with pytest.raises(SensorError, match=sentence):
        probe.read(NOW + 5.0)

    chip.volts = {3: 1.665}
    assert probe.read(NOW + 10.0)


def test_a_chip_without_supply_is_no_reading(chip, gauge):
    chip.volts, chip.dead = {3: 1.665}, True
    assert gauge().read(NOW) == []


def test_no_chip_at_all_is_no_reading(gauge):
    assert gauge().read(NOW) == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"high_v": 0.35}, "too near to each other, or the wrong way round"),
        ({"high_bar": -0.5}, "too near to each other, or the wrong way round"),
        ({"low_v": 0.05}, "low_v 0.05 is not above live_v 0.1: 0 bar would be a broken wire"),
    ],
)
def test_points_that_say_nothing_are_refused(options, sentence: str):
    with pytest.raises(ValueError, match=sentence):
        Pressure(**{**POINTS, **options})


def test_it_owns_its_channel_and_shares_bus_and_chip():
    sensor = Pressure(**POINTS)
    assert sensor.pins() == ("SPI0.0 channel 3",)
    assert sensor.shares() == {"GPIO9": "SPI", "GPIO10": "SPI", "GPIO11": "SPI", "GPIO8": "mcp3208"}


def test_its_sibling_reads_the_vessel():
    vessel = Vessel(now=NOW)
    sibling = Pressure(**POINTS).simulated()
    assert isinstance(sibling, Simulated)
    probe = sibling.open(PlugContext(vessel=vessel))
    vessel.plug("top_bar", 0.15)
    assert [(r.quantity, r.value) for r in probe.read(NOW)] == [("top_bar", 0.15)]


# --- gravity

METRE = {"lower": 1, "upper": 2, "height_cm": 100.0, "bar_per_v": 0.1}
ZERO_V, TOP_V = 0.5, 0.4  # what both send in air, and what the beer above the upper one adds


class Beer:
    """Two transmitters in a tank: the lower one feels what stands between them."""

    def __init__(self, chip: Converter, error_v: float = 0.0) -> None:
        self.chip, self.error_v = chip, error_v

    def is_(self, sg: float, gas: float = 0.0) -> None:
        between_pa = sg * (1.0 - gas) * WATER_KG_M3 * STANDARD_G * 1.0
        upper_v = ZERO_V + TOP_V
        self.chip.volts = {1: upper_v + between_pa / 1e5 / 0.1 + self.error_v, 2: upper_v}


@pytest.fixture
def beer(chip) -> Beer:
    chip.noise_v = 0.002
    return Beer(chip)


@pytest.fixture
def densitometer(pins):
    opened = []

    def _densitometer(**options):
        opened.append(Densitometer(**{**METRE, **options}).open(PlugContext(pin_factory=pins)))
        return opened[-1]

    yield _densitometer
    for probe in opened:
        probe.close()


def settled(probe, now: float = NOW, samples: int = 8) -> float:
    readings = [probe.read(now + 10.0 * n) for n in range(samples)]
    return readings[-1][0].value


@pytest.mark.parametrize("sg", [1.0, 1.012, 1.050, 1.110])
def test_gravity_is_weight_over_height(beer, densitometer, sg: float):
    beer.is_(sg)
    assert settled(densitometer()) == pytest.approx(sg, abs=0.001)


def test_the_formula_is_exact_by_itself():
    volts = 1.05 * WATER_KG_M3 * STANDARD_G / 1e5 / 0.1
    assert Densitometer(**METRE).sg(1.0 + volts, 1.0) == pytest.approx(1.05, abs=1e-12)


def test_two_points_take_out_offset_and_gain(chip, densitometer):
    chip.noise_v = 0.002
    beer = Beer(chip, error_v=0.02)
    beer.is_(1.0)
    raw = densitometer(height_cm=98.0)  # measured badly
    water_reads = settled(raw)
    beer.is_(1.050)
    wort_reads = settled(raw, NOW + 10_000.0)
    raw.close()
    assert abs(water_reads - 1.0) > 0.03

    calibrated = densitometer(height_cm=98.0, water_reads_sg=water_reads, wort_reads_sg=wort_reads, wort_sg=1.050)
    beer.is_(1.025)
    assert settled(calibrated) == pytest.approx(1.025, abs=0.0012)


def test_bubbles_that_come_and_go_do_not_make_the_gravity_jump(beer, densitometer):
    probe, values = densitometer(), []
    for n in range(90):
        beer.is_(1.030, gas=0.02 if n % 3 == 0 else 0.0)
        values += [reading.value for reading in probe.read(NOW + 10.0 * n)]
    late = values[40:]
    assert max(late) - min(late) < 0.001
    assert late[-1] == pytest.approx(1.030, abs=0.001)
    assert all(abs(b - a) < 0.001 for a, b in pairwise(late))


def test_it_says_nothing_until_it_has_some_samples(beer, densitometer):
    beer.is_(1.05)
    probe = densitometer()
    assert [len(probe.read(NOW + 10.0 * n)) for n in range(6)] == [0, 0, 0, 0, 1, 1]


def test_an_old_sample_counts_no_more(beer, densitometer):
    probe = densitometer(median_s=60.0)
    beer.is_(1.050)
    settled(probe)
    beer.is_(1.020)
    assert probe.read(NOW + 1000.0) == []
    assert settled(probe, NOW + 1010.0) == pytest.approx(1.020, abs=0.001)


def test_an_empty_tank_is_no_gravity(chip, densitometer):
    chip.volts = {1: ZERO_V, 2: ZERO_V}
    probe = densitometer()
    assert probe.read(NOW) == []
    assert probe.read(NOW + 10.0) == []
    with pytest.raises(SensorError, match=r"gravity of .* is not between 0.95 and 1.2; is the beer above both"):
        probe.read(NOW + 20.0)


@pytest.mark.parametrize("channel", [1, 2])
def test_one_broken_wire_is_no_gravity(beer, chip, densitometer, channel: int):
    beer.is_(1.05)
    probe = densitometer()
    settled(probe)
    del chip.volts[channel]
    assert [probe.read(NOW + 100.0), probe.read(NOW + 110.0)] == [[], []]
    with pytest.raises(SensorError, match=f"channel {channel} has"):
        probe.read(NOW + 120.0)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"upper": 1}, "lower and upper are the same channel"),
        ({"wort_reads_sg": 1.2}, "the two points make a gain of 0.25"),
        ({"wort_reads_sg": 1.0}, "the two points make a gain of inf"),
    ],
)
def test_what_cannot_be_calibrated_is_refused(options, sentence: str):
    with pytest.raises(ValueError, match=sentence):
        Densitometer(**{**METRE, **options})


def test_without_pins_it_says_what_to_do():
    class NoPins:
        def spi(self, **options):
            from gpiozero import BadPinFactory

            raise BadPinFactory("none")

    for sensor in (Pressure(**POINTS), Densitometer(**METRE)):
        with pytest.raises(SensorError, match="this machine has no pins"):
            sensor.open(PlugContext(pin_factory=NoPins()))
