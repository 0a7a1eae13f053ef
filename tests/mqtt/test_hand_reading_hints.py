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
        ({"quantity": "sg", "value": 12.0, "unit": "points"}, r'"points"; known: brix, plato, sg; is 1\.012 sg'),
        ({"quantity": "sg", "value": 1.052, "unit": "Oe"}, r"is 1\.052 sg meant\?"),
        ({"quantity": "sg", "value": 124.0, "unit": "°P"}, "124 plato are 1.735 SG, and gravity is between 0.95"),
        ({"quantity": "beer_c", "value": 166.0, "unit": "F"}, "166 f are 74.44 °C, and beer temp"),
    ],
)
def test_a_reading_that_cannot_be_true_is_told_what_may_be_meant(reading, why):
    with pytest.raises(ValueError, match=why):
        HandReading.model_validate({"id": "c", "by": "anna", "issued_at": "2026-09-21T14:13:20Z", **reading})
