"""A column that says how each reading was taken."""

import pytest

from tests.importers.made_up import ISO, SG, C, assert_is_the_batch, logs_of, sg4, table

WAYS = ["Manual" if i % 3 == 0 else "Tilt" for i in range(10)]


@pytest.mark.parametrize("head", ["Source", "Device", "Sensor"])
def test_readings_by_hand_on_the_course_of_a_device_are_of_its_beer(tmp_path, head):
    (log,) = logs_of(tmp_path, table(f"Date,SG,Temp C,{head}", ISO, sg4(), C, WAYS))
    assert_is_the_batch(log)


def test_readings_off_its_course_may_be_of_another(tmp_path):
    gravities = [f"{sg + 0.01 * (way == 'Manual'):.4f}" for sg, way in zip(SG, WAYS, strict=True)]
    assert len(logs_of(tmp_path, table("Date,SG,Temp C,Source", ISO, gravities, C, WAYS))) == 2


def test_two_devices_of_one_course_stay_two(tmp_path):
    tilts = ["Red" if i % 2 else "Blue" for i in range(10)]
    assert len(logs_of(tmp_path, table("Date,SG,Temp C,Device", ISO, sg4(), C, tilts))) == 2
