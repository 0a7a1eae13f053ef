"""A hand reading that cannot be true is told what may be meant by it."""

import pytest

from brewpi.mqtt.command_fields import HandReading


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        ({"quantity": "sg", "value": 1048.0, "unit": "sg"}, r"; is 1\.048 meant\?"),
        ({"quantity": "sg", "value": 48.0, "unit": "sg"}, r"; is 1\.048 meant\?"),
        ({"quantity": "sg", "value": 12.0, "unit": "sg"}, "degrees Plato, say so with the unit"),
        ({"quantity": "beer_c", "value": 68.0}, "68 °F are 20.0 °C: then say so with the unit f"),
        ({"quantity": "beer_c", "value": 200.0}, "is not between -5 and 50"),
    ],
)
def test_a_reading_that_cannot_be_true_is_told_what_may_be_meant(reading, why):
    with pytest.raises(ValueError, match=why):
        HandReading.model_validate({"id": "c", "by": "anna", "issued_at": "2026-09-21T14:13:20Z", **reading})
