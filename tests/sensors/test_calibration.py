"""What a sensor reads against what is true: said once in the config, applied from that day on, raw kept."""

import tomllib
from datetime import date
from functools import partial

import command_line
import pytest
from pydantic import ValidationError

from brewpi.calibration import Calibration, calibrated, recalibrated, water_kg_l
from brewpi.cellar.polled_sensor import PolledSensor
from brewpi.config.config import loads
from brewpi.hardware.plug_context import PlugContext
from brewpi.records import Reading
from brewpi.sensors.topic import Topic

DAY = date(2026, 9, 1)
THEN = 1788220800.0  # its midnight, UTC
POINTS = Calibration(since=DAY, points=((1.002, 1.000), (1.051, 1.048)))


@pytest.mark.parametrize(
    ("how", "read", "true"),
    [
        (Calibration(since=DAY, offset=-0.003), 1.050, 1.047),
        (POINTS, 1.002, 1.000),
        (POINTS, 1.0265, 1.024),
        (POINTS, 1.090, 1.087),  # beyond the last point as there
        (Calibration(since=DAY, polynomial=(0.01, 0.99)), 1.050, 1.0495),
    ],
)
def test_offset_points_and_polynomial(how, read, true):
    assert how.corrected(read) == pytest.approx(true, abs=1e-6)


def test_a_warm_hydrometer_reads_too_little():
    assert water_kg_l(20.0) == pytest.approx(0.998206, abs=2e-6)  # Kell 1975
    warm = Calibration(since=DAY, reference_c=20.0)
    assert warm.corrected(1.050, 30.0) == pytest.approx(1.0527, abs=0.0002)
    assert warm.corrected(1.050, 20.0) == 1.050


def test_it_holds_from_its_day_on_and_the_raw_reading_stays():
    said = [Reading(at, "sg", 1.051) for at in (THEN - 1.0, THEN)]
    before, after = calibrated(said, {"sg": POINTS}, None)
    assert (before.value, before.raw) == (1.051, None)
    assert (after.value, after.raw) == (pytest.approx(1.048), 1.051)


WAYS = [
    None,
    {"offset": -0.004},
    {"points": ((1.002, 1.000), (1.051, 1.048))},
    {"polynomial": (0.01, 0.98, 0.006)},
    {"offset": 0.002, "reference_c": 20.0},
]


@pytest.mark.parametrize("before", WAYS)
@pytest.mark.parametrize("after", WAYS)
def test_what_one_calibration_made_of_a_reading_another_makes_of_it_afterwards(before, after):
    old, new = (None if how is None else Calibration(since=date(2026, 9, 1), **how) for how in (before, after))
    read = [(1.050, 24.0), (1.0312, 19.0), (1.0085, None)]
    said, wanted = (
        [value if how is None else how.corrected(value, beer_c) for value, beer_c in read] for how in (old, new)
    )
    again = recalibrated("sg", [(value, beer_c) for value, (_, beer_c) in zip(said, read, strict=True)], old, new)
    assert again == pytest.approx(wanted, abs=5e-6)


def test_what_several_readings_may_have_made_is_not_undone():
    falling = Calibration(since=date(2026, 9, 1), polynomial=(2.1, -1.0))
    assert recalibrated("sg", [(1.05, None)], falling, None) is None


def test_what_needs_a_temperature_and_has_none_is_left_out_and_the_temperature_is_not():
    how = {"sg": Calibration(since=DAY, reference_c=20.0)}
    sg, beer = Reading(THEN, "sg", 1.050), Reading(THEN, "beer_c", 30.0)
    assert calibrated([sg], how, None) == []
    assert [one.quantity for one in calibrated([sg, beer], how, None)] == ["beer_c", "sg"]
    assert calibrated([sg], how, (THEN - 8000.0, 30.0)) == []


def test_a_correction_that_cannot_be_true_moves_nothing():
    wild = {"sg": Calibration(since=DAY, polynomial=(0.0, 1.2))}
    assert calibrated([Reading(THEN, "sg", 1.050)], wild, None) == []


class Device:
    """Says a gravity that no calibration fits, and a temperature."""

    def read(self, now: float) -> list[Reading]:
        return [Reading(now, "sg", 1.050), Reading(now, "beer_c", 19.0)]

    def close(self) -> None:
        pass


def test_a_wild_calibration_is_a_fault_that_costs_the_gravity_alone():
    wild = {"sg": {"since": DAY, "polynomial": [0.0, 1.2]}}
    options = Topic(topic="x", format="ispindel", unit="sg", calibration=wild)
    polled = PolledSensor("pill", options, PlugContext("fv1"), Device())
    readings, faults = polled.read(THEN)
    assert [one.quantity for one in readings] == ["beer_c"]
    assert faults[0].text == "pill: a reading does not fit its calibration; check that, and the temperature it needs"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"since": DAY}, "needs one of"),
        ({"since": DAY, "offset": 0.1, "points": [[1, 1], [2, 2]]}, "needs one of"),
        ({"since": DAY, "points": [[1.05, 1.04]]}, "two at least"),
        ({"since": DAY, "points": [[1.05, 1.04], [1.06, 1.03]]}, "to rise"),
        ({"since": DAY, "polynomial": [1.0]}, "two numbers"),
    ],
)
def test_a_calibration_that_says_nothing_or_two_things_is_refused(wrong, why):
    with pytest.raises(ValidationError, match=why):
        Calibration.model_validate(wrong)


CELLAR = """
site = "riverside"
[tanks.fv1]
volume_l = 500
[tanks.fv1.sensors]
beer = {{ kind = "ds18b20", id = "28-0316a2794eff"{more} }}
"""


brewpi = partial(command_line.brewpi, "calibrate")


def test_the_command_prints_a_line_that_the_config_takes(tmp_path):
    (tmp_path / "cellar.toml").write_text(CELLAR.format(more=""))
    done = brewpi(tmp_path / "cellar.toml", "fv1.beer", "beer_c", "--point", "0.4=0.0", "--point", "37.1=37.0")
    assert done.returncode == 0, done.stderr
    *_, line = done.stdout.splitlines()
    assert tomllib.loads(line)["calibration"]["beer_c"]["points"] == [[0.4, 0.0], [37.1, 37.0]]
    config = loads(CELLAR.format(more=f", {line}"), "cellar.toml")
    assert config.tanks["fv1"].sensors["beer"].calibration["beer_c"].corrected(0.4) == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["fv1.bear", "beer_c", "--offset", "0.1"], 'has no sensor "fv1.bear"; did you mean "fv1.beer"?'),
        (["fv1.beer", "sg", "--offset", "0.1"], "calibration.sg: it measures beer_c"),
        (["fv1.beer", "beer_c"], "needs one of offset, points and polynomial"),
        (["fv1.beer", "beer_c"], "reference_c: say what is true, --point READ=TRUE such as --point 1.051=1.048, --off"),
        (["fv1.beer", "beer_c", "--point", "a=b"], "a point is READ=TRUE"),
        (["fv1.beer", "beer_c", "--point", "1=2", "--degree", "1"], "needs 2 points at least; there are 1"),
    ],
)
def test_what_makes_no_calibration_gets_a_sentence(tmp_path, words, why):
    (tmp_path / "cellar.toml").write_text(CELLAR.format(more=""))
    done = brewpi(tmp_path / "cellar.toml", *words)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert why in done.stderr
