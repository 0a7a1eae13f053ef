"""Devices of a house whose names have a place in them, and topics of a broker."""

import pytest

from tests.importers.made_up import AT, ISO, C, assert_is_the_batch, logs_of, sg4, table

OTHER = [17.0 + i % 3 for i in range(10)]


@pytest.mark.parametrize("device", ["spindel_keller", "tilt_garage", "fv3_cellar", "tank_kitchen"])
@pytest.mark.parametrize("quantity", ["temperature", "temp_c", "temperature (°C)"])
def test_a_place_in_the_name_of_both_is_the_devices(tmp_path, device, quantity):
    text = table(f"time,{device}_{quantity},{device}_gravity", ISO, C, sg4())
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)


@pytest.mark.parametrize("device", ["spindel_keller", "tilt_red"])
def test_a_room_beside_it_is_not(tmp_path, device):
    text = table(f"time,cellar_temperature,{device}_temperature,{device}_gravity", ISO, OTHER, C, sg4())
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)


@pytest.mark.parametrize("name", ["sg", "gravity"])
@pytest.mark.parametrize("other", ["bedroom/temperature", "bedroom_temperature", "fridge/temp"])
def test_topics_of_other_rooms_are_not_mixed_with_the_beers(tmp_path, name, other):
    lines = []
    for at, sg, c, room in zip(AT, sg4(), C, OTHER, strict=True):
        topics = ((f"brew/tilt/{name}", sg), ("brew/tilt/temperature", c), (f"brew/{other}", room))
        lines += [f"{at:%Y-%m-%dT%H:%M:%S}+0000 {topic} {value}\n" for topic, value in topics]
    (log,) = logs_of(tmp_path, "".join(lines))
    assert_is_the_batch(log)
