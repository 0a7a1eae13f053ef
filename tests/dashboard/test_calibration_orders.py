"""What somebody types of a sensor, as the order that the cellar gets."""

import json

import pytest
from payload_factory import NOW, board_of, fv1, say, state

from brewpi.dashboard.actions import calibration_orders as orders
from brewpi.dashboard.views.details import details
from brewpi.dashboard.views.formatting import Units, View
from brewpi.mqtt.topics import iso

PILL = {"sensor": "pill", "quantity": "sg", "value": 1.048, "raw": 1.051, "at": iso(NOW), "by": "anna",
        "since": iso(NOW), "calibration": "{ since = 2026-05-01, offset = -0.003 }"}  # fmt: skip
SG = orders.scale_of("sg", Units())


def told(**more):
    board = board_of("fv1")
    say(board, "fv1/state", state(sensors=[{**PILL, **more}]))
    return board, fv1(board)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [("1.002 = 1.000; 1,051=1,048", [(1.002, 1.0), (1.051, 1.048)]),
     ("1.051=1.048\n1.002=1", [(1.002, 1.0), (1.051, 1.048)]), ("1.051", None), ("a=b", None), ("", [])],
)  # fmt: skip
def test_points_are_read_as_people_write_them(text, pairs):
    assert orders.pairs_of(text, SG) == pairs


def test_they_are_read_in_the_readers_units():
    (pair,) = orders.pairs_of("10 = 9.5", orders.scale_of("sg", Units(plato=True))) or ()
    assert pair == pytest.approx((1.0400, 1.0380), abs=2e-4)
    assert orders.pairs_of("68 = 66.2", orders.scale_of("beer_c", Units(fahrenheit=True))) == [(20.0, 19.0)]
    assert orders.value_of("1,012", SG) == 1.012
    assert orders.value_of("one", SG) is None


def test_the_order_says_what_becomes_of_the_last_reading():
    _, tank = told()
    pill = tank.state.sensors[0]
    fields = {"offset": orders.offset_to(1.050, pill, {}, 19.0)}
    assert orders.becomes(pill, fields, 19.0) == pytest.approx(1.050)
    order = orders.calibrate(tank, pill, fields, 1.050, Units())
    assert "reads as 1.0510 SG is 1.0500 SG" in order.effect
    sent = json.loads(order.message("id1", "anna", NOW)[1])
    assert (sent["sensor"], sent["quantity"], sent["offset"]) == ("pill", "sg", -0.001)
    assert json.loads(orders.forget_calibration(tank, pill, Units()).message("id2", "anna", NOW)[1])["forget"] is True


def test_with_the_correction_for_temperature_the_offset_is_what_is_left():
    _, tank = told()
    hot = {"reference_c": 20.0}
    offset = orders.offset_to(1.050, tank.state.sensors[0], hot, 30.0)
    assert orders.becomes(tank.state.sensors[0], {**hot, "offset": offset}, 30.0) == pytest.approx(1.050, abs=1e-5)
    assert offset == pytest.approx(1.050 - 1.0537, abs=2e-4)


def test_what_cannot_be_true_is_no_order():
    _, tank = told()
    assert orders.becomes(tank.state.sensors[0], {"offset": 0.2}, None) is None
    assert orders.becomes(tank.state.sensors[0], {"points": [(1.05, 1.0), (1.04, 1.05)]}, None) is None


def test_the_page_says_who_calibrated_what():
    board, tank = told()
    assert "pill, gravity: reads 1.051, taken as 1.048 (by anna" in details(board, tank, NOW, View())
    board, tank = told(by=None, since=None)
    assert "(by the config)" in details(board, tank, NOW, View())


def test_a_true_value_may_bear_its_unit_and_is_a_number():
    assert orders.value_of("1,012 SG", SG) == 1.012
    assert orders.value_of("12,4 °P", orders.scale_of("sg", Units(plato=True))) == pytest.approx(1.050, abs=2e-4)
    for text in ("nan", "inf", "1e300", "12 °P", "1.0.1"):
        assert orders.value_of(text, SG) is None
    assert orders.terms_of("nan; 1") is None


def test_what_cannot_be_is_told_why():
    _, tank = told()
    pill = tank.state.sensors[0]
    far = "That moves the reading by more than 0.030 SG: look at the number and the sensor."
    rise = "The points have to rise, both in what is read and in what is true."
    assert orders.fault_of(pill, {"offset": 0.05}, 19.0, Units()) == far
    assert orders.fault_of(pill, {"points": [(1.0, 1.0), (1.0, 1.0)]}, 19.0, Units()) == rise
    assert orders.fault_of(pill, {"points": [(1.0, 1.0), (1.05, 1.048)]}, 19.0, Units()) == ""
    assert orders.example_of(pill, "points", Units()) == "1.0510 = 1.0510; …"
