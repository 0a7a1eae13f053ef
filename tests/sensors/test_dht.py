"""A DHT measures the room, and says nothing rather than something old."""

import pytest

from brewpi.sensors import SensorError
from brewpi.sensors.dht import Dht11, Dht22

NOW = 1_790_000_000.0


def values(readings) -> dict[str, float]:
    return {reading.quantity: reading.value for reading in readings}


def answers(dht, *said) -> None:
    """One after another: temperature and humidity, or an error; after an error the properties say the old values, and
    no error (adafruit_dht 4.0.12)."""
    following = iter(said)

    def measure() -> None:
        answer = next(following)
        if isinstance(answer, Exception):
            raise answer
        dht.temperature, dht.humidity = answer

    dht.measure.side_effect = measure


@pytest.mark.parametrize("kind", [Dht22, Dht11])
def test_it_measures_temperature_and_humidity_of_the_room(dht, opened, kind):
    answers(dht, (14.3, 71.5))

    readings = opened(kind(pin=4, offset_c=-0.3)).read(NOW)

    assert values(readings) == pytest.approx({"room_c": 14.0, "humidity_pct": 71.5})
    assert {reading.at for reading in readings} == {NOW}
    getattr(dht.library, kind.model).assert_called_once_with("D4", use_pulseio=False)


def test_a_failed_read_gives_nothing_not_the_old_value(dht, opened):
    answers(dht, (14.3, 71.5), RuntimeError("Checksum did not validate. Try again."), (14.4, 71.0))
    probe = opened(Dht22(pin=4))

    assert values(probe.read(NOW))["room_c"] == 14.3
    assert probe.read(NOW + 30.0) == []
    assert values(probe.read(NOW + 60.0))["room_c"] == 14.4


def test_it_asks_the_device_once_a_read(dht, opened):
    answers(dht, (14.3, 71.5))

    opened(Dht22(pin=4)).read(NOW)

    dht.measure.assert_called_once_with()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (RuntimeError("DHT sensor not found, check wiring"), r"DHT22 gives no answer \(DHT sensor not found"),
        (OSError("gpio is busy"), r"DHT22 gives no answer \(gpio is busy"),
        ((0.0, 0.0), "0 % humidity, a dead line"),  # a line stuck low is no frost
        ((None, None), "0 % humidity, a dead line"),
    ],
)
def test_failing_again_and_again_is_said_with_the_remedy(dht, opened, answer, why: str):
    answers(dht, *[answer] * 5)
    probe = opened(Dht22(pin=4))
    for _ in range(4):
        assert probe.read(NOW) == []

    with pytest.raises(SensorError, match=why):
        probe.read(NOW)


def test_a_room_at_exactly_zero_is_a_reading(dht, opened):
    answers(dht, (0.0, 64.0))

    assert values(opened(Dht22(pin=4)).read(NOW))["room_c"] == 0.0


def test_closing_lets_go_of_the_pin(dht, opened):
    opened(Dht22(pin=4)).close()

    dht.exit.assert_called_once_with()


def test_without_the_library_it_says_what_to_type(missing, opened):
    missing("adafruit_dht")

    with pytest.raises(SensorError, match=r"DHT22 needs the `pi` extra: pip install 'brewpi-edge\[pi\]'"):
        opened(Dht22(pin=4))


def test_on_a_machine_without_that_pin_it_says_so(dht, opened):
    with pytest.raises(SensorError, match="DHT11 needs GPIO17 of a Raspberry Pi"):
        opened(Dht11(pin=17))


def test_it_owns_its_pin_and_is_not_asked_too_often():
    assert Dht22(pin=4).pins() == ("GPIO4",)
    assert Dht22(pin=4).every_s > 2.0
    with pytest.raises(ValueError, match="greater than or equal to 5"):
        Dht22(pin=4, every_s=2.0)


# What the mock says of the library is checked against the real one, where it is installed


def bits(celsius: float, humidity: float) -> list[int]:
    """The pulses of a DHT22's reply in microseconds: a long high is a one."""
    words = (round(humidity * 10), round(celsius * 10))
    data = [byte for word in words for byte in (word >> 8, word & 0xFF)]
    data.append(sum(data) & 0xFF)
    return [width for byte in data for bit in f"{byte:08b}" for width in (50, 70 if bit == "1" else 26)]


@pytest.fixture
def real(monkeypatch):
    """The real DHT22 class on a wire that replies what is put in `replies`."""
    library = pytest.importorskip("adafruit_dht", reason="the `pi` extra is not installed", exc_type=Exception)
    device = library.DHT22("D4", use_pulseio=False)
    device.replies = []
    monkeypatch.setattr(device, "_get_pulses_bitbang", lambda: device.replies.pop(0))
    clock = type("Clock", (), {"s": 100.0, "monotonic": lambda self: self.s})()
    monkeypatch.setattr(library, "time", clock)
    device.clock = clock
    return device


def test_the_real_library_says_the_old_value_after_a_failure(real):
    real.replies = [bits(14.3, 71.5), []]
    real.measure()
    real.clock.s += 30.0
    with pytest.raises(RuntimeError, match="not found"):
        real.measure()
    assert real.temperature == pytest.approx(14.3)  # the trap: the old value, and no error
