"""What the absorber believes, what it refuses, and what it tells the operator."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brewpi.estimation.signal_filter import SignalSource
from brewpi.estimation.state import HISTORY_POINTS, SensesSnapshot, StateEstimator, batch_series
from brewpi.quantities import QUANTITIES
from brewpi.records import Batch, Fault, Reading, SiteHistory, TankState
from brewpi.sensors import meters
from brewpi.sensors.dht import Dht22
from brewpi.sensors.ds18b20 import Ds18b20
from brewpi.sensors.inkbird import Inkbird
from brewpi.sensors.tilt import Tilt

START = 1_790_000_000.0
HOUR = 3600.0
METERS = (
    SignalSource("beer_c", "beer", stale_s=300.0),
    SignalSource("room_c", "room", stale_s=600.0),
    SignalSource("sg", "gravity", stale_s=7200.0),
)
HAND = SignalSource("sg", "hand", stale_s=7200.0, hand=True)
SENSOR = {"beer_c": "beer", "room_c": "room", "sg": "gravity"}


class Harness:
    """One absorber on a table: readings go in one at a time, at the pace of their sensor."""

    def __init__(self, meters: tuple[SignalSource, ...] = METERS, state: TankState | None = None) -> None:
        self.absorber = StateEstimator(meters)
        self.state = state or TankState()
        self.now = START

    def wait(self, seconds: float, faults: tuple[Fault, ...] = ()) -> None:
        self.now += seconds
        self.state = self.absorber.absorb(self.state, (), self.now, faults)

    def read(self, quantity: str, *values: float, every_s: float = 5.0, sensor: str | None = None) -> None:
        for value in values:
            self.now += every_s
            self.add(Reading(self.now, quantity, value, sensor or SENSOR[quantity]))

    def add(self, *readings: Reading) -> None:
        self.state = self.absorber.absorb(self.state, readings, self.now)

    def value(self, quantity: str, within_s: float = 60.0) -> float | None:
        return self.state.fresh(quantity, self.now, within_s)

    @property
    def faults(self) -> list[str]:
        """What is said of the sensors that have spoken; those this test leaves out are silent of course."""
        spoken = {c.meter.sensor for c in self.absorber.channels.values() if c.raw is not None}
        told = [fault for fault in self.state.faults if fault.kind != "silent" or fault.sensor in spoken]
        return [fault.text for fault in told]


@pytest.fixture
def bench() -> Harness:
    return Harness()


# At the door


@pytest.mark.parametrize("value", [85.0, -127.0, math.nan, math.inf, -math.inf, 1e300])
def test_what_is_no_temperature_is_never_believed(bench: Harness, value: float):
    bench.read("beer_c", 19.1, 19.2, 19.1, value)

    assert bench.value("beer_c") == 19.1
    assert bench.state.measured["beer_c"].at == bench.now - 5.0


@pytest.mark.parametrize("value", [0.0, 0.2301, 1.843, 5_000_000.0, math.nan, 12.5])
def test_what_is_no_gravity_is_never_believed(bench: Harness, value: float):
    bench.read("sg", 1.0481, 1.0480, value, every_s=900.0)

    assert bench.value("sg", within_s=1800.0) == pytest.approx(1.04805)


def test_one_refused_reading_is_weather_and_a_row_of_them_a_fault(bench: Harness):
    bench.read("beer_c", 19.1, 85.0)
    assert bench.faults == []

    bench.read("beer_c", *[85.0] * 8)
    assert bench.faults == ["beer: beer temperature of 85 °C is not between -5 and 50"]
    assert bench.state.faults[0].kind == "implausible"
    assert bench.state.faults[0].since == START + 10.0

    bench.read("beer_c", 19.2)
    assert bench.faults == []


def test_a_dead_zero_is_no_temperature_but_a_cold_tank_may_pass_it(bench: Harness):
    bench.read("beer_c", 19.1, *[0.0] * 10)
    assert bench.value("beer_c", within_s=10.0) is None
    assert bench.faults == [
        "beer: beer temperature of exactly 0 °C out of nowhere is what a dead sensor says",
    ]

    cold = Harness()
    cold.read("beer_c", 0.125, 0.0625, 0.0, 0.0, 0.0, 0.0)
    assert cold.value("beer_c") == 0.0


def test_a_calibration_makes_no_temperature_of_a_dead_zero(bench: Harness):
    bench.read("beer_c", 19.1)
    for _ in range(10):
        bench.now += 10.0
        bench.add(Reading(bench.now, "beer_c", 0.4, "beer", raw=0.0))
    assert bench.value("beer_c", within_s=10.0) is None
    assert bench.faults == ["beer: beer temperature of exactly 0 °C out of nowhere is what a dead sensor says"]


OFFSET = {
    "ds18b20": Ds18b20(id="28-0316a2794eff", offset_c=-0.3),
    "dht22": Dht22(pin=4, offset_c=-0.3),
    "tilt": Tilt(color="red", measure=("sg", "beer_c"), offset_c=-0.3),
    "inkbird": Inkbird(address="A4:C1:38:0B:1C:2D", measure="beer_c", offset_c=-0.3),
}


@pytest.mark.parametrize("kind", OFFSET)
def test_an_offset_makes_no_temperature_of_a_dead_zero(kind: str):
    """Nine zero bytes of a line that is stuck low have the right checksum."""
    quantity = next(one for one in OFFSET[kind].measures() if one.endswith("_c"))
    dead, cold = (Harness(meters({"probe": OFFSET[kind]})) for _ in range(2))
    dead.read(quantity, 25.0, *[-0.3] * 30, sensor="probe")
    assert dead.value(quantity, within_s=10.0) is None
    label = QUANTITIES[quantity].label
    assert f"probe: {label} of exactly 0 °C out of nowhere is what a dead sensor says" in dead.faults

    cold.read(quantity, 0.825, 0.2, -0.3, -0.3, -0.3, -0.3, sensor="probe")
    assert cold.value(quantity) == -0.3


@pytest.mark.parametrize("kind", OFFSET)
def test_an_offset_makes_no_dead_zero_of_a_temperature(kind: str):
    """0.3 °C as read, out of nowhere: no dead sensor says that."""
    quantity = next(one for one in OFFSET[kind].measures() if one.endswith("_c"))
    bench = Harness(meters({"probe": OFFSET[kind]}))
    bench.read(quantity, *[0.0] * 30, sensor="probe")
    assert bench.value(quantity) == 0.0


def test_a_repeated_old_message_is_not_news(bench: Harness):
    reading = Reading(START, "sg", 1.0480, "gravity")
    bench.add(reading)
    bench.now += 2.5 * HOUR
    bench.add(reading)

    assert bench.state.measured["sg"].at == START
    assert bench.faults == ["gravity: no gravity for over 2 h"]


def test_an_older_reading_does_not_overwrite_a_newer_one(bench: Harness):
    bench.read("beer_c", 19.1)
    bench.add(Reading(bench.now - 60.0, "beer_c", 25.0, "beer"))

    assert bench.value("beer_c") == 19.1


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (START + HOUR, "gravity: reading is dated 60 min ahead; check the clock of its source"),
        (START - 30 * 24 * HOUR, "gravity: reading is dated 30 days back; check the clock of its source"),
        (0.0, "check the clock of its source"),
        (math.nan, "check the clock of its source"),
    ],
)
def test_readings_from_the_future_or_from_1970_are_refused(bench: Harness, at: float, text: str):
    for _ in range(3):
        bench.add(Reading(at, "sg", 1.048, "gravity"))
        bench.now += 900.0
        at += 900.0

    assert "sg" not in bench.state.measured
    assert bench.faults[0].endswith(text)


def test_a_source_whose_clock_is_a_little_ahead_is_believed_now(bench: Harness):
    bench.add(Reading(START + 30.0, "sg", 1.048, "gravity"))

    assert bench.state.measured["sg"].at == START


# Jumps, spikes and real steps


def test_a_spike_moves_nothing(bench: Harness):
    bench.read("beer_c", *[19.0, 19.1, 19.0, 38.0, 19.1, 2.0, 19.0])

    assert bench.value("beer_c") == 19.0
    assert bench.faults == []


def test_a_gravity_spike_in_krausen_moves_nothing(bench: Harness):
    bench.read("sg", 1.0480, 1.0479, 1.0750, 1.0478, 1.0120, 1.0476, every_s=900.0)

    assert bench.value("sg") == pytest.approx(1.0477, abs=1e-4)


def test_a_probe_moved_to_another_tank_is_believed_after_half_a_minute(bench: Harness):
    bench.read("beer_c", *[19.0] * 10)
    bench.read("beer_c", *[8.0] * 6)
    assert bench.value("beer_c", within_s=10.0) is None

    bench.read("beer_c", 8.0)
    assert bench.value("beer_c") == 8.0
    assert bench.faults == []


@pytest.mark.parametrize(("dead_c", "hours"), [(25.0, 0.5), (12.5, 12.0), (32.0625, 2.0)])
def test_a_fine_probe_that_jumps_to_a_number_and_repeats_it_to_the_last_digit_is_not_believed(bench, dead_c, hours):
    bench.read("beer_c", *[19.0625, 19.0] * 10)
    bench.read("beer_c", *[dead_c] * round(hours * 60), every_s=60.0)

    assert bench.value("beer_c") is None
    assert bench.faults == [
        f"beer: beer temperature jumped from 19.0 °C to exactly {dead_c:.1f} °C and stands there;"
        " not believed until it moves",
    ]
    bench.read("beer_c", dead_c + 0.0625, dead_c, dead_c)
    assert bench.value("beer_c") == pytest.approx(dead_c, abs=0.07)
    assert bench.faults == []


@pytest.mark.parametrize("before_c", [[19.0, 19.5], [19.0]], ids=["coarse", "never seen to move"])
def test_of_another_probe_nobody_knows_that(bench: Harness, before_c: list[float]):
    bench.read("beer_c", *before_c * 20)
    bench.read("beer_c", *[25.0] * 8)
    assert bench.value("beer_c") == 25.0


@pytest.mark.parametrize("minutes", [2, 4, 30, 600])
def test_a_number_that_a_probe_jumped_to_and_repeats_is_not_believed_anew_after_a_restart(bench: Harness, minutes: int):
    bench.read("beer_c", *[19.0625, 19.0] * 10)
    bench.read("beer_c", *[25.0] * minutes, every_s=60.0)
    kept, _ = SensesSnapshot.read(json.loads(bench.absorber.snapshot().model_dump_json()))
    again = Harness(state=replace(bench.state, faults=()))
    again.now = bench.now
    again.absorber.restore(kept, again.now)
    again.read("beer_c", *[25.0] * 10, every_s=60.0)

    assert again.value("beer_c") is None
    assert "jumped from 19.0 °C to exactly 25.0 °C and stands there" in again.faults[0]
    again.read("beer_c", 25.0625, 25.0, 25.0)
    assert again.value("beer_c") == pytest.approx(25.0, abs=0.07)


def test_what_stands_for_a_day_is_believed_and_left_to_the_effect_check(bench: Harness):
    bench.read("beer_c", *[19.0, 19.0625] * 10)
    bench.read("beer_c", *[24.0] * 1500, every_s=60.0)
    assert bench.value("beer_c") == 24.0


def test_a_fine_probe_that_was_moved_settles_and_is_believed(bench: Harness):
    bench.read("beer_c", *[19.0, 19.0625] * 10)
    bench.read("beer_c", *[24.0] * 5, *[24.0625] * 3, *[24.125] * 600)
    assert bench.value("beer_c") == 24.125


def test_fruit_added_is_believed_with_the_third_reading(bench: Harness):
    bench.read("sg", 1.0120, 1.0119, 1.0119, every_s=900.0)
    bench.read("sg", 1.0281, 1.0280, every_s=900.0)
    assert bench.value("sg", within_s=2 * HOUR) == 1.0119

    bench.read("sg", 1.0279, every_s=900.0)
    assert bench.value("sg") == 1.0280
    assert bench.faults == []


def test_a_cold_crash_is_followed_all_the_way(bench: Harness):
    crash = np.linspace(19.0, 1.0, 6 * 720)
    bench.read("beer_c", *crash)

    assert bench.value("beer_c") == pytest.approx(1.0, abs=0.02)
    assert bench.faults == []


def test_a_warming_beer_is_followed_within_seconds(bench: Harness):
    for step in range(120):
        bench.read("beer_c", 19.0 + 10.0 * step * 5.0 / HOUR)
        assert bench.value("beer_c") == pytest.approx(19.0 + 10.0 * step * 5.0 / HOUR, abs=0.05)


def test_readings_that_only_disagree_are_a_fault_in_the_end(bench: Harness):
    bench.read("sg", 1.0480, every_s=900.0)
    bench.read("sg", *[1.1, 1.0, 1.1, 1.0, 1.1], every_s=900.0)

    assert bench.value("sg", within_s=HOUR) is None
    assert bench.faults == [
        "gravity: gravity jumped from 1.0480 SG to 1.1000 SG; not believed until it stays",
    ]


def test_nothing_is_locked_out_for_ever(bench: Harness):
    bench.read("sg", 1.0480, every_s=900.0)
    bench.read("sg", *[1.090, 1.010] * 20, every_s=900.0)

    assert bench.state.measured["sg"].at > START + 900.0


# The filter


def test_noise_of_a_fast_probe_is_smoothed(bench: Harness):
    rng = np.random.default_rng(1)
    errors = []
    for value in 19.0 + rng.normal(0.0, 0.2, 500):
        bench.read("beer_c", float(value))
        errors.append(bench.value("beer_c") - 19.0)

    assert np.std(errors[10:]) < 0.12


def test_a_slow_hydrometer_is_the_median_of_half_an_hour(bench: Harness):
    bench.read("sg", 1.0480, 1.0470, 1.0478, every_s=900.0)
    assert bench.value("sg") == 1.0478

    bench.read("sg", 1.0440, every_s=2 * HOUR)
    assert bench.value("sg") == 1.0440
    assert bench.state.measured["sg"].raw == 1.0440


def test_a_brewer_is_believed_at_once_and_never_missed():
    bench = Harness((HAND,))
    bench.read("sg", 1.050, every_s=24 * HOUR, sensor="hand")
    bench.read("sg", 1.015, every_s=60.0, sensor="hand")  # the typing error, put right
    assert bench.value("sg") == 1.015

    bench.wait(5 * 24 * HOUR)
    assert bench.faults == []


def test_a_brewer_who_types_plato_hears_of_it_at_once():
    bench = Harness((HAND,))
    bench.read("sg", 12.5, 12.5, 12.5, sensor="hand")

    assert bench.faults == [
        "hand: gravity of 12.5 SG is not between 0.95 and 1.2; if that is degrees Plato, say so with the unit"
    ]


def test_a_hand_reading_never_mixes_with_the_instrument_of_its_quantity(bench: Harness):
    bench.read("sg", 1.0480, every_s=900.0)
    bench.read("sg", 1.0440, every_s=60.0, sensor="hand")

    assert bench.state.measured["sg"].value == 1.0480
    assert [point[1] for point in bench.state.history] == [1.0480]


def test_a_room_sensor_never_stands_in_for_the_beer(bench: Harness):
    bench.read("room_c", *[14.0, 14.1] * 60, every_s=60.0)

    assert "beer_c" not in bench.state.measured
    assert bench.state.faults[0].text == "beer: no beer temperature for over 5 min"


# Silence, standing still, twins


def test_a_switch_that_says_nothing_is_told_as_a_switch():
    """"no vent open" would be a closed vent."""
    tank = Harness((SignalSource("vent_open", "vent", stale_s=30.0),))
    tank.read("vent_open", 1.0, sensor="vent")
    tank.wait(31.0)
    assert tank.faults == ['vent: no word for over 30 s on "vent open", yes or no']


def test_a_silent_probe_is_named_since_it_was_last_heard(bench: Harness):
    bench.read("beer_c", 19.0)
    bench.wait(299.0)
    assert bench.faults == []

    bench.wait(2.0)
    assert bench.faults == ["beer: no beer temperature for over 5 min"]
    assert bench.state.faults[0].kind == "silent"
    assert bench.state.faults[0].since == START + 5.0

    bench.read("beer_c", 19.0)
    assert "silent" not in [fault.kind for fault in bench.state.faults if fault.sensor == "beer"]


def test_a_driver_that_says_why_spares_the_fault_about_its_silence(bench: Harness):
    broken = Fault("beer", "", "error", "beer: no DS18B20 with id 28-0316a2794eff; check its cable", START)
    bench.read("beer_c", 19.0)
    bench.wait(400.0, faults=(broken,))
    assert bench.faults == [broken.text]

    bench.wait(5.0)
    assert bench.faults == ["beer: no beer temperature for over 5 min"]


def test_a_probe_that_stands_still_for_a_week_is_frozen(bench: Harness):
    bench.read("beer_c", *[19.375, 19.4375] * 10, every_s=900.0)
    bench.read("beer_c", *[19.4375] * (7 * 96 - 1), every_s=900.0)
    assert bench.faults == []

    bench.read("beer_c", 19.4375, every_s=900.0)
    assert bench.faults == [
        "beer: beer temperature has been exactly 19.4375 °C for 168 h; a living sensor flickers",
    ]
    assert bench.value("beer_c") is None

    bench.read("beer_c", 19.5, every_s=900.0)
    assert bench.value("beer_c") == 19.5


@pytest.mark.parametrize(
    ("quantity", "step", "end"),
    [
        pytest.param("sg", 0.001, 1.012, id="a Tilt"),
        pytest.param("sg", 0.00042, 1.01014, id="0.1 °P"),
        pytest.param("beer_c", 0.1, 5.2, id="0.1 °C"),
        pytest.param("beer_c", 1.0 / 1.8, 20.0, id="whole °F"),
        pytest.param("room_c", 1.0, 14.0, id="a DHT11"),
    ],
)
def test_a_coarse_instrument_may_rest(bench: Harness, quantity: str, step: float, end: float):
    bench.read(quantity, *[end + step * moves for moves in range(20, 0, -1)], every_s=3600.0)
    bench.read(quantity, *[end] * 1000, every_s=900.0)

    assert bench.value(quantity) == end


def test_a_fine_hydrometer_that_rests_on_one_number_is_frozen(bench: Harness):
    bench.read("sg", *[1.0123, 1.0121] * 10, *[1.012] * 300, every_s=900.0)

    assert bench.faults == ["gravity: gravity has been exactly 1.012 SG for 72 h; a living sensor flickers"]
    assert bench.value("sg") is None


def test_two_probes_that_agree_to_the_last_digit_are_both_doubted(bench: Harness):
    bench.read("room_c", 12.0)
    for value in (19.0, 19.0625, 19.125, 19.1875, 19.25, 19.3125):
        bench.now += 5.0
        bench.add(Reading(bench.now, "beer_c", value, "beer"), Reading(bench.now, "room_c", value, "room"))

    kinds = {fault.sensor: fault.kind for fault in bench.state.faults}
    assert kinds == {"beer": "twin", "room": "twin"}
    assert bench.faults == [
        "beer: reads the same as room to the last digit; one copies the other, check both",
        "room: reads the same as beer to the last digit; one copies the other, check both",
    ]
    assert bench.value("beer_c", within_s=4.0) is None

    for _ in range(2):
        bench.now += 5.0
        bench.add(Reading(bench.now, "beer_c", 19.3, "beer"), Reading(bench.now, "room_c", 18.0, "room"))
    assert bench.value("beer_c", within_s=4.0) is not None


def test_two_probes_at_rest_in_one_bath_are_no_twins(bench: Harness):
    for _ in range(1000):
        bench.now += 5.0
        bench.add(Reading(bench.now, "beer_c", 14.5, "beer"), Reading(bench.now, "room_c", 14.5, "room"))

    assert bench.faults == []


# History and restart


def test_history_keeps_a_point_a_quarter_of_an_hour(bench: Harness):
    for step in range(4 * 60):
        bench.read("beer_c", 19.0 + 0.001 * step, every_s=30.0)
        bench.read("sg", 1.050 - 1e-5 * step, every_s=30.0)

    times = [at for at, _, _ in bench.state.history]
    assert len(times) == pytest.approx(16, abs=1)
    assert [math.floor(at / 900.0) for at in times] == sorted({math.floor(at / 900.0) for at in times})
    assert all(temp_c == pytest.approx(19.1, abs=0.2) for _, _, temp_c in bench.state.history)


def test_a_gravity_without_a_temperature_near_it_has_none(bench: Harness):
    bench.read("sg", 1.050)
    bench.read("beer_c", 19.0)
    bench.read("sg", 1.0499, every_s=HOUR)

    assert all(math.isnan(temp_c) for _, _, temp_c in bench.state.history)


def test_every_hand_reading_is_kept():
    bench = Harness((HAND,))
    bench.read("sg", 1.050, 1.049, 1.048, every_s=60.0, sensor="hand")

    assert [sg for _, sg, _ in bench.state.history] == [1.050, 1.049, 1.048]


def test_the_original_gravity_may_be_entered_after_a_newer_reading():
    bench = Harness((HAND,))
    bench.now += 48 * HOUR
    bench.read("sg", 1.048, sensor="hand")
    pitching = Reading(START, "sg", 1.062, "hand")
    bench.add(pitching)
    bench.add(pitching)  # sent twice
    bench.add(Reading(START + HOUR, "sg", 12.5, "hand"))  # a slip

    assert bench.value("sg") == 1.048
    assert [sg for _, sg, _ in bench.state.history] == [1.062, 1.048]
    assert batch_series(bench.state).hours.tolist() == pytest.approx([0.0, 48.0], abs=0.01)


def test_a_very_long_history_is_thinned_but_keeps_the_original_gravity():
    points = tuple((START + 900.0 * i, 1.100 - 1e-6 * i, math.nan) for i in range(HISTORY_POINTS))
    bench = Harness(state=TankState(history=points))
    bench.now = points[-1][0]
    bench.wait(1.0)
    bench.read("sg", 1.0940, every_s=900.0)

    history = bench.state.history
    assert len(history) == pytest.approx(0.75 * HISTORY_POINTS, abs=2)
    assert history[0] == points[0]
    assert history[-1][1] == 1.0940
    assert sorted(history) == list(history)


def test_after_a_restart_the_last_hand_reading_is_as_old_as_it_was():
    before = Harness((HAND,))
    before.read("sg", 1.0481, sensor="hand")
    batch = Batch(started_at=START, og=1.050)

    after = Harness((HAND,), TankState(batch=batch, history=before.state.history))
    after.now = before.now
    after.wait(600.0)
    assert after.value("sg", within_s=601.0) == 1.0481
    assert after.value("sg", within_s=599.0) is None
    assert after.state.history == before.state.history
    after.read("sg", 1.0470, every_s=HOUR, sensor="hand")
    assert [sg for _, sg, _ in after.state.history] == [1.0481, 1.0470]


def test_after_a_restart_the_history_is_there_and_the_temperature_is_measured_again():
    before = Harness()
    before.read("beer_c", 19.0)
    before.read("sg", 1.0481, 1.0480, every_s=900.0)
    batch = Batch(started_at=START, og=1.050)

    after = Harness(state=TankState(batch=batch, history=before.state.history))
    after.now = before.now
    after.wait(60.0)
    assert after.value("beer_c") is None
    assert after.state.history == before.state.history

    after.add(Reading(before.now, "sg", 1.0480, "gravity"))  # the retained message of the last time
    after.read("sg", 1.1043, every_s=60.0)  # and a spike
    assert "sg" not in after.state.measured

    after.read("sg", 1.0479, every_s=900.0)
    assert after.value("sg") == 1.0479
    assert len(after.state.history) == 3


def test_a_clock_that_comes_back_behind_the_history_makes_nobody_deaf():
    last = (START + HOUR, 1.0480, 19.0)
    bench = Harness(state=TankState(history=(last,)))
    bench.wait(0.0)
    bench.read("sg", 1.0479, 1.0478, every_s=900.0)

    assert bench.value("sg") is not None
    assert bench.state.history == (last,)


def test_another_batch_is_not_judged_by_the_last_one(bench: Harness):
    bench.read("sg", 1.0102, 1.0101, every_s=900.0)
    bench.state = replace(bench.state, batch=Batch(started_at=bench.now), history=())
    bench.read("sg", 1.0620, every_s=900.0)

    assert bench.value("sg") == 1.0620
    assert batch_series(bench.state).sg.tolist() == [1.0620]


def test_the_course_counts_hours_since_the_first_reading(bench: Harness):
    bench.read("beer_c", 19.0)
    bench.read("sg", 1.0500, 1.0495, 1.0490, every_s=2 * HOUR)
    site_history = SiteHistory(batches=3, duration_h=90.0, attenuation=0.76, half_drop_h=36.0)
    batch = Batch(START, medium="mead", og=1.051, expected_attenuation=0.9, style="braggot", yeast="D-47")

    result = batch_series(replace(bench.state, batch=batch), site_history)

    np.testing.assert_allclose(result.hours, [0.0, 2.0, 4.0])
    np.testing.assert_allclose(result.sg, [1.0500, 1.0495, 1.0490])
    assert (result.og, result.medium, result.style, result.yeast) == (1.051, "mead", "braggot", "D-47")
    assert result.expected_attenuation == 0.9
    assert result.site_history is site_history


def test_a_tank_without_readings_has_an_empty_course():
    assert batch_series(TankState()).hours.shape == (0,)


# Whatever comes


anything = st.lists(
    st.builds(
        Reading,
        at=st.one_of(st.floats(), st.floats(START - 10.0, START + 2 * HOUR)),
        quantity=st.sampled_from([*QUANTITIES, "pressure"]),
        value=st.one_of(st.floats(), st.floats(0.9, 1.3), st.floats(-10.0, 60.0)),
        sensor=st.sampled_from(["beer", "room", "gravity", "hand", ""]),
    ),
    max_size=40,
)


@given(readings=anything, step_s=st.floats(0.0, HOUR), open_to_all=st.booleans())
@settings(max_examples=200)
def test_whatever_comes_nothing_raises_and_only_the_possible_is_believed(
    readings: list[Reading], step_s: float, open_to_all: bool
):
    bench = Harness(() if open_to_all else METERS)
    for reading in readings:
        bench.now += step_s
        bench.add(reading)

        for quantity, measured in bench.state.measured.items():
            row = QUANTITIES[quantity]
            assert row.low <= measured.value <= row.high
            assert measured.at <= bench.now
        times = [at for at, _, _ in bench.state.history]
        assert times == sorted(set(times))


@given(readings=anything, later=anything)
@settings(max_examples=100)
def test_what_comes_later_changes_nothing_that_was_said(readings: list[Reading], later: list[Reading]):
    one, other = Harness(), Harness()
    said = []
    for reading in [*readings, *later]:
        one.now += 60.0
        one.add(reading)
        said.append(one.state)
    for reading, state in zip(readings, said, strict=False):
        other.now += 60.0
        other.add(reading)
        assert repr(other.state) == repr(state)


def test_a_tick_without_news_costs_nothing_and_changes_nothing(bench: Harness):
    bench.read("beer_c", 19.0)
    before = bench.state
    bench.wait(5.0)

    assert bench.state is before
