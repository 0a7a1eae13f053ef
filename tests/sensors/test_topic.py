"""Hydrometers over MQTT: every sender's fields, its unit never guessed, nothing old taken for new."""

import gzip
import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.sensors import SensorError
from brewpi.sensors.messages.formats import FORMATS
from brewpi.sensors.topic import Topic
from brewpi.units import sg_from_plato

NOW = 1_790_000_000.0

# What the devices send, field for field.
ISPINDEL = {
    "name": "iSpindel000", "ID": 4974097, "token": "x", "angle": 41.38, "temperature": 19.25, "temp_units": "C",
    "battery": 3.87, "gravity": 9.41, "interval": 900, "RSSI": -64,
}  # fmt: skip
GRAVITYMON = {
    "name": "gravmon", "ID": "2E6753", "token": "x", "interval": 900, "temperature": 66.65, "temp_units": "F",
    "gravity": 1.0382, "velocity": 0, "angle": 45.34, "battery": 3.67, "RSSI": -12, "corr-gravity": 1.0377,
    "gravity-unit": "G", "run-time": 6,
}  # fmt: skip
TILTBRIDGE = {
    "Color": "Red", "timeStamp": int(NOW) - 20, "fermunits": "SG", "SG": "1.0375", "Temp": "66.5", "tempunits": "F",
    "WoB": "12",
}  # fmt: skip
RAPT = {
    "device_id": "9b3c", "device_name": "Pill", "temperature": 19.3, "temp_units": "C", "gravity": 1037.7,
    "battery": 88.5, "rssi": -71, "created_date": "2026-09-21T14:13:20Z",
}  # fmt: skip


class Air:
    """A hydrometer on the air and the probe that hears it."""

    def __init__(
        self, believed: tuple[float, float, float] | None = None, ahead_s: float = 0.0, **options
    ) -> None:
        self.inbox = Inbox()
        self.subscribed = ""
        self.topic = options.get("topic", "cellar/hydro")
        context = PlugContext(subscribe=self.subscribe, believed=lambda: believed, senders_ahead_s=lambda: ahead_s)
        self.probe = Topic(**{"topic": self.topic, **options}).open(context)

    def subscribe(self, topic: str) -> Inbox:
        self.subscribed = topic
        return self.inbox

    def send(self, fields, at: float = NOW, retained: bool = False, topic: str | None = None) -> None:
        payload = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
        self.inbox.put(Message(topic or self.topic, payload, retained, at))

    def receive(self, *messages, **how) -> dict[str, float]:
        for fields in messages:
            self.send(fields, **how)
        return {reading.quantity: reading.value for reading in self.probe.read(NOW)}


@pytest.mark.parametrize(
    ("options", "fields", "expected"),
    [
        (
            {"format": "ispindel", "unit": "plato"},
            ISPINDEL,
            {"sg": sg_from_plato(9.41), "beer_c": 19.25, "angle_deg": 41.38, "battery_v": 3.87, "rssi_dbm": -64.0},
        ),
        (
            {"format": "gravitymon"},
            GRAVITYMON,
            {"sg": 1.0377, "beer_c": 19.25, "angle_deg": 45.34, "battery_v": 3.67, "rssi_dbm": -12.0},
        ),
        (
            {"format": "gravitymon"},
            {**GRAVITYMON, "gravity-unit": "P", "corr-gravity": 9.41, "temp_units": "K", "temperature": 292.4},
            {"sg": sg_from_plato(9.41), "beer_c": 19.25, "angle_deg": 45.34, "battery_v": 3.67, "rssi_dbm": -12.0},
        ),
        ({"format": "tiltbridge"}, TILTBRIDGE, {"sg": 1.0375, "beer_c": 34.5 / 1.8}),
        (
            {"format": "brewfather"},
            {"name": "fv1", "temp": 67.1, "temp_unit": "F", "gravity": 1.0377, "gravity_unit": "G", "battery": 3.9},
            {"sg": 1.0377, "beer_c": 19.5, "battery_v": 3.9},
        ),
        (
            {"format": "rapt", "unit": "sg1000"},
            RAPT,
            {"sg": 1.0377, "beer_c": 19.3, "battery_pct": 88.5, "rssi_dbm": -71.0},
        ),
    ],
)
def test_each_sender_is_understood(options, fields, expected):
    air = Air(**options, measure=["sg", "beer_c"])

    assert air.receive(fields) == pytest.approx(expected)
    assert air.subscribed == "cellar/hydro"


def test_every_format_has_a_payload_here():
    assert set(FORMATS) == {"ispindel", "ispindel_fields", "gravitymon", "brewfather", "tiltbridge", "rapt"}


def test_temperature_is_left_to_the_probe_unless_measure_names_it():
    assert "beer_c" not in Air(format="tiltbridge").receive(TILTBRIDGE)
    assert Topic(topic="a", format="tiltbridge").measures() == ("sg",)
    assert "beer_c" in Topic(topic="a", format="tiltbridge", measure=["sg", "beer_c"]).measures()


# One topic a field


def test_an_ispindel_may_send_each_field_to_its_own_topic():
    air = Air(format="ispindel_fields", unit="sg", topic="ispindel/red", measure=["sg", "beer_c"])
    assert air.subscribed == "ispindel/red/+"
    fields = {"tilt": 41.4, "temperature": 66.65, "temp_units": "F", "battery": 3.9, "gravity": 1.038, "interval": 900}
    for field, value in fields.items():
        air.send(str(value).encode(), topic=f"ispindel/red/{field}")
    assert air.probe.read(NOW) == []

    air.send(b"-64", topic="ispindel/red/RSSI")
    readings = {reading.quantity: reading.value for reading in air.probe.read(NOW)}
    assert readings == pytest.approx(
        {"sg": 1.038, "beer_c": 19.25, "angle_deg": 41.4, "battery_v": 3.9, "rssi_dbm": -64.0}
    )


def test_a_field_of_an_earlier_waking_is_never_joined_to_a_later_one():
    air = Air(format="ispindel_fields", unit="sg", topic="ispindel/red")
    air.send(b"1.038", topic="ispindel/red/gravity")
    air.send(b"-64", topic="ispindel/red/RSSI")
    assert len(air.probe.read(NOW)) == 2

    air.send(b"-65", topic="ispindel/red/RSSI")
    with pytest.raises(SensorError, match="no gravity"):
        air.probe.read(NOW)


def test_a_field_that_lay_there_for_a_waking_is_no_part_of_the_next():
    """Its battery went flat between two topics; hours later it comes without the first of them."""
    air = Air(format="ispindel_fields", unit="sg", topic="ispindel/red", measure=["sg", "beer_c"])
    air.send(b"1.038", topic="ispindel/red/gravity")
    for field, value in (("temperature", b"20.5"), ("temp_units", b"C"), ("RSSI", b"-64")):
        air.send(value, at=NOW + 5400.0, topic=f"ispindel/red/{field}")
    assert {reading.quantity for reading in air.probe.read(NOW + 5400.0)} == {"beer_c", "rssi_dbm"}


# Units


@pytest.mark.parametrize("sender", ["ispindel", "ispindel_fields", "rapt"])
def test_a_sender_that_does_not_say_its_unit_needs_the_option(sender: str):
    with pytest.raises(ValueError, match=f"unit is missing: {sender} messages do not say what their gravity is in"):
        Topic(topic="a", format=sender)


def test_a_message_that_leaves_its_unit_out_is_refused():
    fields = {name: value for name, value in GRAVITYMON.items() if name != "gravity-unit"}

    with pytest.raises(SensorError, match='does not say what its gravity is in; add the option "unit"'):
        Air(format="gravitymon").receive(fields)
    assert Air(format="gravitymon", unit="sg").receive(fields)["sg"] == 1.0377


@pytest.mark.parametrize("unit", ["plato", "brix"])
def test_a_device_that_begins_to_send_sg_is_not_read_as_plato(unit: str):
    """Another formula or firmware in the middle of a batch: 1.0395 °P would be 1.0041, nearly done."""
    air = Air(format="ispindel", unit=unit)
    assert air.receive({**ISPINDEL, "gravity": 9.95})["sg"] == pytest.approx(1.0397, abs=1e-3)
    for n, sg in enumerate([1.0395, 1.0390, 1.0370, 1.0350, 1.0330], 1):
        air.send({**ISPINDEL, "gravity": sg}, at=NOW + 900.0 * n)
        said = {reading.quantity for reading in air.probe.read(NOW + 900.0 * n)}
        assert "sg" not in said
        with pytest.raises(SensorError, match=f"gravity of {sg:g} fits those before only in SG"):
            air.probe.read(NOW + 900.0 * n)
    assert air.receive({**ISPINDEL, "gravity": 8.2}, at=NOW + 6000.0)["sg"] == pytest.approx(1.0325, abs=1e-3)


def test_a_beer_that_ends_at_one_degree_plato_is_read():
    air = Air(format="ispindel", unit="plato")
    for n, plato in enumerate([4.0, 3.0, 2.2, 1.6, 1.2, 1.01, 1.0, 1.0]):
        air.send({**ISPINDEL, "gravity": plato}, at=NOW + 14_400.0 * n)
        assert "sg" in {reading.quantity for reading in air.probe.read(NOW + 14_400.0 * n)}


@pytest.mark.parametrize("gravity", [1012.0, 1048.7, 998.2])
def test_a_gravity_in_thousandths_is_told_its_unit(gravity: float):
    air = Air(format="rapt", unit="sg", temperature_unit="c", measure=("sg", "beer_c"))
    assert air.receive({"gravity": gravity, "temperature": 19.5})["beer_c"] == 19.5
    assert str(air.probe.error) == (
        f'gravity of {gravity:g} is SG in thousandths; set unit = "sg1000", or let the device send it as 1.050'
    )


@pytest.mark.parametrize(
    ("unit", "gravity", "sentence"),
    [
        ("sg1000", 1.05, 'gravity of 1.05 is plain SG; set unit = "sg"'),
        ("sg1000", 12.5, 'gravity of 12.5 can only be degrees Plato or Brix; set unit = "plato" or "brix"'),
        ("sg", 12.5, 'gravity of 12.5 can only be degrees Plato or Brix; set unit = "plato" or "brix"'),
        ("brix", 1050.0, 'gravity of 1050 is SG in thousandths; set unit = "sg1000"'),
    ],
)
def test_a_gravity_that_cannot_be_in_its_unit_is_told_which_it_fits(unit: str, gravity: float, sentence: str):
    air = Air(format="rapt", unit=unit)
    air.send({"gravity": gravity})
    with pytest.raises(SensorError) as error:
        air.probe.read(NOW)
    assert str(error.value).startswith(sentence)


def test_a_device_that_says_sg_and_sends_thousandths_agrees_with_sg1000():
    air = Air(format="brewfather", unit="sg1000")
    assert air.receive({"gravity": 1050, "gravity_unit": "G"}) == {"sg": 1.05}


@pytest.mark.parametrize(
    ("options", "sent", "sentence"),
    [
        ({"unit": "plato", "temperature_unit": "c"}, {"gravity": 1.0395, "temperature": 20.4}, "1.0395 fits .* in SG"),
        ({"unit": "sg", "temperature_unit": "f"}, {"gravity": 1.0395, "temperature": 20.4}, "20.4 fits .* in °C"),
        ({"unit": "sg", "temperature_unit": "c"}, {"gravity": 1.0395, "temperature": 68.5}, "68.5 fits .* in °F"),
    ],
)
def test_a_unit_that_was_changed_while_brewpi_was_off_is_seen(options, sent, sentence: str):
    air = Air(format="rapt", measure=["sg", "beer_c"], believed=(NOW - 3600.0, 1.0400, 20.5), **options)
    assert len(air.receive(sent)) == 1
    with pytest.raises(SensorError, match=sentence):
        air.probe.read(NOW)


@pytest.mark.parametrize("unit", ["plato", "brix"])
@pytest.mark.parametrize("sent", [(1.048, 1.0475, 1.044, 1.03, 1.019), (0.998, 1.048, 1.047), (1.25, 1.048),
                                  (1.02, 1.044, 1.03, 1.019, 1.048)])
def test_the_first_that_is_heard_is_no_dry_beer_where_it_looks_like_sg(unit: str, sent: tuple[float, ...]):
    """Nothing was heard before: 1.048 °P would be beer that is done. Water and the bench prove nothing."""
    air = Air(format="ispindel", unit=unit)
    for n, said in enumerate(sent):
        now = NOW + 900.0 * n
        air.send({**ISPINDEL, "gravity": said}, at=now)
        read = {reading.quantity for reading in air.probe.read(now)}
        if 1.015 < said < 1.17:
            assert "sg" not in read
            with pytest.raises(SensorError, match=f"{said:g} is declared degrees .* but looks like SG; set unit"):
                air.probe.read(now)


@pytest.mark.parametrize("course", [
    (12.5, 5.0, 1.05), (1.9, 1.2, 1.05, 2.1, 1.05), (0.3, 1.05), (1.05, 1.075, 1.04, 1.09, 1.05), (-0.4, 1.1),
])  # fmt: skip
def test_beer_that_is_nearly_dry_in_plato_is_believed_once_the_unit_shows(course: tuple[float, ...]):
    air = Air(format="ispindel", unit="plato")
    for n, plato in enumerate(course):
        air.send({**ISPINDEL, "gravity": plato}, at=NOW + 900.0 * n)
        last = {reading.quantity: reading.value for reading in air.probe.read(NOW + 900.0 * n)}
    assert last["sg"] == pytest.approx(sg_from_plato(course[-1]))


def test_beer_that_was_nearly_dry_before_the_start_is_believed_after_it():
    air = Air(format="ispindel", unit="plato", believed=(NOW - 30 * 3600.0, 1.0043, 18.0))
    assert air.receive({**ISPINDEL, "gravity": 1.05})["sg"] == pytest.approx(sg_from_plato(1.05))


@pytest.mark.parametrize(("unit", "degrees", "sentence"), [
    ("c", 68.0, 'temperature of 68 is declared °C in the config but looks like °F; set temperature_unit = "f"'),
    ("c", 293.0, 'is declared °C in the config but looks like K; set temperature_unit = "k"'),
    ("f", 20.0, 'is declared °F in the config but looks like °C; set temperature_unit = "c"'),
    ("f", 24.0, 'is declared °F in the config but looks like °C; set temperature_unit = "c"'),
    ("k", 20.0, 'is declared K in the config but looks like °C; set temperature_unit = "c"'),
])  # fmt: skip
def test_the_first_temperature_that_is_no_beer_in_its_unit_is_told_which_it_fits(unit, degrees, sentence: str):
    air = Air(format="rapt", unit="sg", temperature_unit=unit, measure=("sg", "beer_c"))
    assert air.receive({"gravity": 1.0377, "temperature": degrees}) == {"sg": 1.0377}
    with pytest.raises(SensorError, match=sentence):
        air.receive()


@pytest.mark.parametrize(("unit", "degrees"), [("f", 28.0), ("f", 34.0), ("c", -2.0), ("c", 40.0), ("f", 104.0)])
def test_the_first_temperature_of_beer_that_lies_cold_or_warm_is_believed(unit: str, degrees: float):
    air = Air(format="rapt", unit="sg", temperature_unit=unit, measure=("sg", "beer_c"))
    assert "beer_c" in air.receive({"gravity": 1.0377, "temperature": degrees})


@pytest.mark.parametrize(("sent", "sentence"), [
    ({"gravity": 12.5, "gravity_unit": "G"}, "12.5 is declared SG by the message but looks like degrees Plato or Brix"),
    ({"gravity": 1.048, "gravity_unit": "P"}, "1.048 is declared degrees Plato by the message but looks like SG"),
    ({"gravity": 1048.0, "gravity_unit": "P"}, "1048 is declared degrees Plato by the message but looks like SG in t"),
    ({"gravity": 1.05, "gravity_unit": "G", "temp": 68.0, "temp_unit": "C"}, "68 is declared °C by the message but"),
])  # fmt: skip
def test_a_unit_that_the_message_declares_is_not_said_to_be_set_in_the_config(sent, sentence: str):
    """An option that contradicts the message would only be the next fault."""
    air = Air(format="brewfather", measure=("sg", "beer_c") if "temp" in sent else ("sg",))
    air.send(sent)
    with suppress(SensorError):
        air.probe.read(NOW)
    with pytest.raises(SensorError, match=f"{sentence}.*; set its unit right in the device"):
        air.probe.read(NOW)


def test_a_message_that_declares_sg_and_sends_thousandths_is_told_the_option_that_agrees():
    with pytest.raises(SensorError, match='gravity of 1050 is SG in thousandths; set unit = "sg1000"'):
        Air(format="brewfather").receive({"gravity": 1050, "gravity_unit": "G"})


@pytest.mark.parametrize("beer_c", [float("nan"), 12.0])
def test_a_beer_that_went_on_while_brewpi_was_off_is_read(beer_c: float):
    air = Air(format="rapt", unit="sg", temperature_unit="c", measure=["sg", "beer_c"],
              believed=(NOW - 7200.0, 1.0400, beer_c))  # fmt: skip
    assert air.receive({"gravity": 1.036, "temperature": 20.5}) == {"sg": 1.036, "beer_c": 20.5}


def test_a_dry_cider_at_exactly_no_extract_is_read_after_a_restart():
    air = Air(format="ispindel", unit="plato", believed=(NOW - 9 * 3600.0, 1.0004, 18.0))
    assert air.receive({**ISPINDEL, "gravity": 0.0})["sg"] == sg_from_plato(0)


def test_a_temperature_of_null_sends_to_the_thermometer_first():
    air = Air(format="rapt", unit="sg", temperature_unit="c", measure=("sg", "beer_c"))
    air.receive({"gravity": 1.0377, "temperature": None})
    assert "has no temperature; look at its thermometer, or take beer_c out of measure if" in str(air.probe.error)


@pytest.mark.parametrize("before", [[], [12.0], [12.0, 8.0]])
def test_exactly_no_extract_out_of_nowhere_is_no_gravity(before: list[float]):
    """GravityMon and iSpindel send 0 without a formula; 0 °P would be 1.0000, beer that is done."""
    air = Air(format="gravitymon", measure=("sg", "beer_c"))
    for plato in [*before, 0, 0.0]:
        air.send({**GRAVITYMON, "gravity-unit": "P", "corr-gravity": plato})
    said = {reading.quantity: reading.value for reading in air.probe.read(NOW)}
    assert said.get("sg", 2.0) > 1.02
    assert said["beer_c"] == pytest.approx(19.25)
    with pytest.raises(SensorError, match="exactly 0 out of nowhere is what a device without a formula sends"):
        air.probe.read(NOW)


def test_a_dry_cider_may_pass_no_extract():
    air = Air(format="ispindel", unit="plato")
    assert [air.receive({**ISPINDEL, "gravity": plato})["sg"] for plato in (1.2, 0.4, 0.0, -0.3)][2] == sg_from_plato(0)


def test_a_message_that_contradicts_the_config_is_refused():
    with pytest.raises(SensorError, match='message gives its gravity in sg, the config says unit = "plato"'):
        Air(format="gravitymon", unit="plato").receive(GRAVITYMON)


@pytest.mark.parametrize(
    ("unit", "before", "then", "meant"),
    [
        ("f", 75.0, (24.0, 23.9, 23.7), "°C"),
        ("f", 34.5, (1.5, 1.6, 0.0), "°C"),
        ("c", 20.0, (68.0, 68.2, 67.9), "°F"),
        ("c", 2.0, (35.6, 35.4, 35.1), "°F"),
        ("c", 20.0, (293.1, 293.0, 293.2), "K"),
        ("k", 293.1, (20.0, 20.1, 19.8), "°C"),
    ],
)
def test_a_device_that_changes_its_unit_of_temperature_is_not_believed(unit: str, before: float, then, meant: str):
    """A RAPT Pill set to °C in its app: 24 °F is a plausible -4.4 °C, and the heater would run."""
    air = Air(format="rapt", unit="sg", temperature_unit=unit, measure=("sg", "beer_c"))
    assert "beer_c" in air.receive({"gravity": 1.0377, "temperature": before})

    for hours, degrees in enumerate(then, start=1):
        assert "beer_c" not in air.receive({"gravity": 1.0377, "temperature": degrees}, at=NOW + 3600.0 * hours)
        assert f"temperature of {degrees:g} fits those before only in {meant}" in str(air.probe.error)


def test_beer_that_is_crashed_or_warmed_fast_is_believed_in_its_unit():
    for unit, course in (("f", (68.0, 60.0, 45.0, 38.0, 32.0, 30.0)), ("c", (2.0, 8.0, 20.0, 30.0, 41.0))):
        air = Air(format="rapt", unit="sg", temperature_unit=unit, measure=("sg", "beer_c"))
        for hours, degrees in enumerate(course):
            assert "beer_c" in air.receive({"gravity": 1.0377, "temperature": degrees}, at=NOW + 3600.0 * hours)


def test_a_temperature_without_its_unit_is_not_taken_for_celsius():
    fields = {**ISPINDEL, "temp_units": None}

    with pytest.raises(SensorError, match='add the option "temperature_unit"'):
        Air(format="ispindel", unit="plato", measure=["sg", "beer_c"]).receive(fields)


@pytest.mark.parametrize("word", ["°C", "º C", "degC", "deg C", "Degrees C", "c ", "℃", "Celsius"])
def test_a_temperature_unit_is_known_however_it_is_written(word: str):
    air = Air(format="ispindel", unit="plato", measure=("sg", "beer_c"))
    assert air.receive({**ISPINDEL, "temp_units": word})["beer_c"] == 19.25


@pytest.mark.parametrize("word", ["P", "°P", "° Plato", "degP", "Bx", "°Bx", "Brix"])
def test_a_gravity_unit_is_known_however_it_is_written(word: str):
    air = Air(format="gravitymon")
    assert air.receive({**GRAVITYMON, "gravity-unit": word, "corr-gravity": 9.4})["sg"] == sg_from_plato(9.4)


def test_an_unknown_unit_is_named():
    with pytest.raises(SensorError, match='message gives its gravity in "Oechsle", a unit not known here'):
        Air(format="gravitymon").receive({**GRAVITYMON, "gravity-unit": "Oechsle"})


# Time


def test_the_source_s_own_time_is_used_where_it_gives_one():
    air = Air(format="tiltbridge")
    air.send(TILTBRIDGE)
    assert air.probe.read(NOW)[0].at == NOW - 20.0

    air = Air(format="rapt", unit="sg1000")
    air.send({**RAPT, "created_date": "2026-09-21T16:13:00+02:00"})
    assert air.probe.read(NOW)[0].at == NOW - 20.0


def test_else_the_time_of_arrival_not_of_reading():
    air = Air(format="ispindel", unit="plato")
    air.send(ISPINDEL, at=NOW - 4.0)

    assert {reading.at for reading in air.probe.read(NOW)} == {NOW - 4.0}


def test_a_source_whose_clock_is_ahead_is_as_old_as_its_arrival():
    air = Air(format="tiltbridge")
    air.send({**TILTBRIDGE, "timeStamp": NOW + 7200.0})

    assert air.probe.read(NOW)[0].at == NOW


def test_a_retained_message_without_a_time_is_of_any_age_and_refused():
    assert Air(format="ispindel", unit="plato").receive(ISPINDEL, retained=True) == {}


def test_a_retained_message_with_a_time_is_as_old_as_it_says():
    air = Air(format="tiltbridge")
    air.send({**TILTBRIDGE, "timeStamp": NOW - 3 * 3600.0}, retained=True)

    assert air.probe.read(NOW)[0].at == NOW - 3 * 3600.0


def test_a_gateway_that_repeats_the_last_message_is_no_news():
    air = Air(format="tiltbridge")

    assert air.receive(TILTBRIDGE, TILTBRIDGE) == {"sg": 1.0375}
    assert air.receive(TILTBRIDGE, at=NOW + 900.0) == {}


@pytest.mark.parametrize("ahead_s", [30.0, 3600.0, 9 * 3600.0])
def test_a_retained_message_of_a_clock_that_is_ahead_is_of_any_age_and_refused(ahead_s: float):
    assert Air(format="tiltbridge").receive({**TILTBRIDGE, "timeStamp": NOW + ahead_s}, retained=True) == {}


@pytest.mark.parametrize("parts", [1e3, 1e6, 1e9])
@pytest.mark.parametrize("retained", [False, True])
def test_a_time_in_parts_of_a_second_is_as_old_as_it_says(parts: float, retained: bool):
    air = Air(format="tiltbridge")
    air.send({**TILTBRIDGE, "timeStamp": int((NOW - 7200.0) * parts)}, retained=retained)

    assert air.probe.read(NOW)[0].at == NOW - 7200.0


@pytest.mark.parametrize("zone", ["", "Z", "+00:00"])
def test_messages_that_are_each_hours_old_point_to_clock_and_zone(zone: str):
    """Local time without its zone: what the operator saw was a beer without a gravity."""
    air = Air(format="rapt", unit="sg1000")
    for n, minute in enumerate((13, 28, 43)):
        air.send({**RAPT, "created_date": f"2026-09-21T09:{minute}:20{zone}"}, at=NOW + 900.0 * n)
        assert air.probe.read(NOW + 900.0 * n)[0].at == NOW - 5 * 3600.0 + 900.0 * n
    with pytest.raises(SensorError, match="say that they are 5 h old when they come, each of them: is a clock"):
        air.probe.read(NOW + 1800.0)


@pytest.mark.parametrize("late_s", [(5000.0, 4100.0, 3200.0, 30.0), (60.0, 60.0, 60.0), (0.0, 7200.0), (-200.0,) * 3])
def test_a_gateway_that_catches_up_or_is_slow_has_no_wrong_clock(late_s: tuple[float, ...]):
    air = Air(format="tiltbridge")
    for n, late in enumerate(late_s):
        air.send({**TILTBRIDGE, "timeStamp": NOW + 900.0 * n - late}, at=NOW + 900.0 * n)
        assert air.probe.read(NOW + 900.0 * n)
        assert air.probe.read(NOW + 900.0 * n) == []


@pytest.mark.parametrize("ahead_h", [-960.0, -26.0, -5.0, -1.0, 5.0])
def test_a_cellar_that_was_started_at_a_wrong_time_finds_no_reading_old(ahead_h: float):
    """Its clock goes on as it began, the device knows what time it is; what is late is late."""
    air = Air(format="tiltbridge", ahead_s=3600.0 * ahead_h)
    for n, late_s in enumerate((20.0, 20.0, 600.0)):
        now = NOW + 900.0 * n
        air.send({**TILTBRIDGE, "timeStamp": now - late_s + 3600.0 * ahead_h}, at=now)
        assert [reading.at for reading in air.probe.read(now)] == [now - late_s]
        assert air.probe.read(now) == []


@pytest.mark.parametrize(("ahead_s", "length"), [(7200.0, "2 h"), (600.0, "10 min")])
def test_a_clock_that_is_ahead_is_said_with_how_far_and_costs_no_gravity(ahead_s: float, length: str):
    air = Air(format="tiltbridge")
    for n in range(3):
        now = NOW + 900.0 * n
        air.send({**TILTBRIDGE, "timeStamp": now + ahead_s}, at=now)
        assert [(reading.at, reading.value) for reading in air.probe.read(now)] == [(now, 1.0375)]
        with pytest.raises(SensorError, match=f"dated {length} ahead of when they come, which is what counts: is the"):
            air.probe.read(now)
    air.send({**TILTBRIDGE, "timeStamp": NOW + 2700.0}, at=NOW + 2700.0)
    assert air.probe.read(NOW + 2700.0)
    assert air.probe.read(NOW + 2700.0) == []


def test_of_a_device_that_falls_silent_the_silence_is_said_and_no_longer_its_clock():
    air = Air(format="tiltbridge", stale_s=3600.0)
    air.send({**TILTBRIDGE, "timeStamp": NOW + 7200.0})
    assert air.probe.read(NOW)
    with pytest.raises(SensorError, match="2 h ahead"):
        air.probe.read(NOW + 3600.0)
    assert air.probe.read(NOW + 3601.0) == []


@pytest.mark.parametrize("written", [
    "9/21/2026 2:13:00 PM", "21/9/2026 2:13:00 pm", "09/21/2026 14:13", "9/21/2026 2:13:00\u202fPM",
    "9/21/26 2:13 p.m.", "21.09.2026 14:13:00", "21.9.2026, 14:13", "2026/09/21 14:13:00", "21-09-2026 16:13:00 +0200",
    "Mon, 21 Sep 2026 14:13:00 GMT", "Mon Sep 21 2026 16:13:00 GMT+0200 (Central European Summer Time)",
    "Mon Sep 21 14:13:00 2026", "2026-09-21T14:13:00.000000000Z", "20260921T141300Z",
])  # fmt: skip
def test_a_time_is_read_as_webhooks_and_gateways_write_it(written: str):
    """RAPT's webhook writes created_date as an American or an Australian does."""
    air = Air(format="rapt", unit="sg1000")
    air.send({**RAPT, "created_date": written})
    assert {reading.at for reading in air.probe.read(NOW)} == {NOW - 20.0}


def test_of_a_day_and_a_month_that_may_change_places_the_one_next_to_its_arrival_is_meant():
    came = datetime(2026, 6, 5, 13, 10, tzinfo=UTC).timestamp()
    for written in ("6/5/2026 1:05:00 PM", "05/06/2026 1:05:00 PM"):
        air = Air(format="rapt", unit="sg1000")
        air.send({**RAPT, "created_date": written}, at=came)
        assert {reading.at for reading in air.probe.read(came)} == {came - 300.0}
        air.send({**RAPT, "created_date": "5/6/2026 1:04:00 PM"}, at=came, retained=True)  # of any age: of the older
        old = datetime(2026, 5, 6, 13, 4, tzinfo=UTC).timestamp()
        assert {reading.at for reading in air.probe.read(came)} == {old}


@pytest.mark.parametrize("written", [
    "9/21/2026", "13/13/2026 10:00", "9/21/2026 14:13:00 PM", "2:13 PM", "2026-09-21 16:13:00 CEST",
    "21 Sep 2026 14:13 CEST",
])  # fmt: skip
def test_a_time_that_says_only_half_is_none(written: str):
    with pytest.raises(SensorError, match=r'"created_date" is no time: .*; write 2026-05-01T14:30:00Z'):
        Air(format="rapt", unit="sg1000").receive({**RAPT, "created_date": written})


def test_a_clock_that_nobody_has_set_is_said():
    air = Air(format="tiltbridge")
    with pytest.raises(SensorError, match="gives a time that is years old; let the device learn the time"):
        air.receive({**TILTBRIDGE, "timeStamp": 0})
    assert air.receive(TILTBRIDGE) == {"sg": 1.0375}


@pytest.mark.parametrize("written", ["2026-09-21 14:13:00 UTC", "2026-09-21T14:13:00z", "2026-09-21T14:13:00 GMT"])
def test_a_time_may_name_utc(written: str):
    air = Air(format="rapt", unit="sg1000")
    air.send({**RAPT, "created_date": written})
    assert air.probe.read(NOW)[0].at == NOW - 20.0


# Which device


def interleaved(air: Air, *devices: object, every_s: float = 300.0) -> list[str]:
    """What becomes of messages of these devices, one after the other: read, or the sentence."""
    found = []
    for n, device in enumerate(devices):
        air.send({**ISPINDEL, "ID": device}, at=NOW + n * every_s)
        try:
            found.append("read" if air.probe.read(NOW + n * every_s) else "nothing")
        except SensorError as error:
            found.append(str(error))
    return found


def test_two_hydrometers_that_share_a_topic_are_neither_of_them_believed():
    """Two iSpindels that were left with the name they came with."""
    air = Air(format="ispindel", unit="plato")
    *before, third, fourth = interleaved(air, 11, 22, 11, 22)
    assert before == ["read", "read"]
    assert third == fourth == "11 and 22 both send to cellar/hydro; give each a name, and so a topic, of its own"


def test_a_hydrometer_that_takes_another_s_place_is_read():
    assert interleaved(Air(format="ispindel", unit="plato"), 11, 11, 22, 22, 22) == ["read"] * 5


def test_one_of_two_hydrometers_is_believed_again_once_the_other_has_been_silent():
    *during, last = interleaved(Air(format="ispindel", unit="plato"), 11, 22, 11, *[22] * 9)
    assert during[-1].startswith("11 and 22 both send")
    assert last == "read"


# What is no message


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        (b"", "message is not JSON: it is empty"),
        (b"\xff\xfe\x00", "message is not JSON"),
        (b"1.050", "message is not a JSON object"),
        (b"[" * 100_000, "message is not JSON"),
        (b"{}", "message does not say what its gravity is in"),
        (b'{"fermunits": "SG"}', "message on cellar/hydro has no gravity; is it tiltbridge?"),
        (b'{"fermunits": "SG", "SG": "high"}', '"SG" is no number: high'),
        (b'{"fermunits": "SG", "SG": "1.04", "timeStamp": "noon"}', '"timeStamp" is no time: noon'),
        (b'{"fermunits": "SG", "SG": "nan"}', '"SG" is no number: nan'),
        (b'{"fermunits": "SG", "SG": 1e999}', '"SG" is no number: inf'),
        (b'{"fermunits": "SG", "SG": 77777777777777777777777}', '"SG" is no number: inf'),
        (b'{"fermunits": "SG", "SG": "1.04", "timeStamp": "nan"}', '"timeStamp" is no time: nan'),
        (b'{"fermunits": "SG", "SG": "1.04", "timeStamp": 1e999}', '"timeStamp" is no time: inf'),
    ],
)
def test_a_message_that_cannot_be_used_gets_a_sentence(payload: bytes, sentence: str):
    with pytest.raises(SensorError) as error:
        Air(format="tiltbridge").receive(payload)

    assert str(error.value).startswith(sentence)


@pytest.mark.parametrize("broken", ["nan", "-Infinity", "n/a", 10**400, [20.5], True])
def test_a_broken_thermometer_costs_no_gravity_and_is_the_fault(broken: object):
    air = Air(format="rapt", unit="sg", temperature_unit="c", measure=("sg", "beer_c"))
    air.send(json.dumps({"gravity": 1.0512, "temperature": broken, "rssi": -60, "battery": 90.5}).encode())
    assert {r.quantity: r.value for r in air.probe.read(NOW)} == {"sg": 1.0512, "rssi_dbm": -60.0, "battery_pct": 90.5}
    with pytest.raises(SensorError, match='"temperature" is no number'):
        air.probe.read(NOW)


@pytest.mark.parametrize(
    "sent",
    [
        {"gravity": 1.0382, "corr_gravity": 1.0377, "gravity_unit": "SG", "temperature": 19.5, "temperature_unit": "C"},
        {"Gravity": 1.0382, "Corr-Gravity": "1.0377", "Gravity-Unit": "G", "TEMPERATURE": 19.5, "tempUnits": "C"},
        {"corr-gravity": {"value": 1.0377}, "gravity-unit": "G", "temperature": {"value": 19.5}, "temp-units": "C"},
    ],
)
def test_a_field_is_known_as_the_next_firmware_spells_it(sent):
    """GravityMon's raw gravity beside an unknown `corr_gravity` would be believed."""
    assert Air(format="gravitymon", measure=["sg", "beer_c"]).receive(sent) == {"sg": 1.0377, "beer_c": 19.5}


def test_the_exact_spelling_goes_before_another():
    sent = {"Gravity": 1.1, "gravity": 1.05, "GRAVITY": 1.2}
    assert Air(format="rapt", unit="sg").receive(sent) == {"sg": 1.05}


def test_a_message_without_temperature_and_its_unit_costs_no_gravity():
    air = Air(format="ispindel", unit="plato", measure=["sg", "beer_c"])
    assert set(air.receive({"gravity": 9.4, "battery": 3.9})) == {"sg", "battery_v"}
    with pytest.raises(SensorError, match="has no temperature"):
        air.probe.read(NOW)
    with pytest.raises(SensorError, match="has no gravity"):
        air.receive({"ID": 1, "battery": 3.9})


@pytest.mark.parametrize("written", ["1,0512", "1.0512", " 1.0512 ", "1.0512e0", "+1.0512"])
def test_a_quoted_number_may_have_a_decimal_comma(written: str):
    air = Air(format="rapt", unit="sg", temperature_unit="c", measure=("sg", "beer_c"))
    assert air.receive({"gravity": written, "temperature": "-0,5"}) == {"sg": 1.0512, "beer_c": -0.5}


@pytest.mark.parametrize("written", ["1,051,2", "1.051,2", "1_05", "0x1", "1.05 SG", "1,05e", "٢"])
def test_what_only_looks_like_a_number_is_none(written: str):
    with pytest.raises(SensorError, match='"gravity" is no number'):
        Air(format="rapt", unit="sg").receive({"gravity": written})


@pytest.mark.parametrize("written", ["nan", "-nan", " NAN", "inf", "-inf", "ovf", "NaN", "-Infinity"])
def test_a_number_that_printf_could_not_write_costs_nothing_of_the_others(written: str):
    air = Air(format="rapt", unit="sg", temperature_unit="c", measure=("sg", "beer_c"))
    assert air.receive(f'{{"gravity": 1.0512, "temperature":{written} }}'.encode()) == {"sg": 1.0512}
    with pytest.raises(SensorError, match='"temperature" is no number'):
        air.probe.read(NOW)


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("after", [b"\0", b"\0" * 64, b"\r\n\0"])
def test_what_stands_around_a_message_is_no_part_of_it(before: bytes, after: bytes):
    assert Air(format="tiltbridge").receive(before + json.dumps(TILTBRIDGE).encode() + after) == {"sg": 1.0375}


def test_a_message_in_a_list_of_one_or_in_quotes_is_read():
    """A flow of Node-RED that makes JSON of what is JSON already; a webhook that sends its telemetry as an array."""
    for sent in ([TILTBRIDGE], json.dumps(TILTBRIDGE), json.dumps([TILTBRIDGE])):
        assert Air(format="tiltbridge").receive(json.dumps(sent).encode()) == {"sg": 1.0375}
    for sent in ([TILTBRIDGE, TILTBRIDGE], [], [[TILTBRIDGE]], json.dumps(json.dumps(TILTBRIDGE)), '"'):
        with pytest.raises(SensorError, match="message is not"):
            Air(format="tiltbridge").receive(json.dumps(sent).encode())


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_of_several_messages_in_a_list_the_newest_counts_wherever_it_stands(order: tuple[int, ...]):
    """RAPT's telemetry is a list, and so is what a join node of Node-RED makes."""
    sent = [{**RAPT, "gravity": 1050.0 - n, "created_date": f"2026-09-21T1{n}:13:20Z"} for n in range(3)]
    air = Air(format="rapt", unit="sg1000")
    air.send([sent[n] for n in order])
    assert {(reading.at, reading.value) for reading in air.probe.read(NOW) if reading.quantity == "sg"} == {
        (NOW - 2 * 3600.0, 1.048)
    }
    assert air.receive([sent[2]]) == {}  # as new as that before


@pytest.mark.parametrize(("options", "sent", "sentence"), [
    ({"format": "ispindel", "unit": "plato"}, [ISPINDEL, {**ISPINDEL, "gravity": 12.0}],
     "message is not one but a list of 2, and which is the newest does not show; let each be sent by itself"),
    ({"format": "rapt", "unit": "sg1000"}, [RAPT, {**RAPT, "created_date": None}], "2, and which is the newest"),
    ({"format": "rapt", "unit": "sg1000"}, [RAPT, {**RAPT, "device_id": "77aa"}],
     "message is not of one device but of 77aa and 9b3c; let each be sent to a topic of its own"),
    ({"format": "rapt", "unit": "sg1000"}, [RAPT, "x"], "message is not a JSON object"),
])  # fmt: skip
def test_of_several_messages_that_cannot_be_told_apart_none_is_believed(options, sent, sentence: str):
    with pytest.raises(SensorError, match=sentence):
        Air(**options).receive(sent)


@pytest.mark.parametrize(("sent", "sentence"), [
    ('{"gravity": 1.05}'.encode("utf-16"), "it is in UTF-16; send it in UTF-8"),
    ('{"gravity": 1.05}'.encode("utf-16-le"), "it is in UTF-16; send it in UTF-8"),
    ('{"gravity": 1.05}'.encode("utf-32"), "it is in UTF-32; send it in UTF-8"),
    ('{"gravity": 1.05}'.encode("utf-32-le"), "it is in UTF-32; send it in UTF-8"),
    (gzip.compress(b'{"gravity": 1.05}', mtime=0), "it is packed with gzip; send it as it is"),
    (b'{"gravity": 1.05, "name": "a\nb"}', r"a text in it has a control character \(10\), such as the end of a line"),
    (b'{"gravity": 1.05 // SG\n}', "a comment is no part of JSON; leave it out"),
    (b'{"gravity": 1.05, /* SG */ "rssi": 1}', "a comment is no part of JSON"),
    (b'{"gravity": 1.05} # SG', "a comment is no part of JSON"),
    (b'{"gravity": 1,05}', "a number in it has a decimal comma; write 1.05"),
    (b'{"gravity": 1.05, "name": "Til', "it breaks off before its end"),
    (b'{"gravity": 1.05', "it breaks off before its end"),
    (b'{"gravity": 1.05}{"gravity": 1.04}', "something stands behind its end"),
])  # fmt: skip
def test_a_message_that_is_no_json_says_which_mistake_it_is(sent: bytes, sentence: str):
    with pytest.raises(SensorError, match=f"message is not JSON: {sentence}"):
        Air(format="rapt", unit="sg").receive(sent)


@pytest.mark.parametrize("sent", [
    {"end_device_ids": {"device_id": "a"}, "uplink_message": {"decoded_payload": {"gravity": 1.05, "temperature": 20}}},
    {"deviceInfo": {"deviceName": "x"}, "object": {"SG": {"value": 1.05}}},
])  # fmt: skip
def test_a_gravity_inside_of_a_gateway_s_envelope_is_told_where_it_is(sent):
    for sender in ("gravitymon", "tiltbridge"):
        with pytest.raises(SensorError, match=r"has its gravity inside, as .*; let a flow send that part by itself"):
            Air(format=sender).receive(sent)


def test_the_other_gravity_is_no_stand_in_for_a_corrected_one_that_is_empty():
    air = Air(format="gravitymon", measure=["sg", "beer_c"])
    assert "sg" not in air.receive({**GRAVITYMON, "corr-gravity": None})
    with pytest.raises(SensorError, match="has no gravity"):
        air.receive()
    assert air.receive({name: said for name, said in GRAVITYMON.items() if name != "corr-gravity"})["sg"] == 1.0382


def test_of_two_spellings_with_two_values_neither_is_believed():
    with pytest.raises(SensorError, match=r'"gravity" is no number: \[1.05, 1.01\]'):
        Air(format="rapt", unit="sg").receive({"Gravity": 1.05, "GRAVITY": 1.01})
    assert Air(format="rapt", unit="sg").receive({"Gravity": 1.05, "GRAVITY": 1.05}) == {"sg": 1.05}


@pytest.mark.parametrize(("said", "without"), [("1.05 SG", "SG"), ("12.5°P", "°P"), ("12.5 Plato", "Plato")])
def test_a_number_with_its_unit_behind_it_is_told_to_go_without(said: str, without: str):
    with pytest.raises(SensorError, match=f"is no number: {said}; let it be sent without the {without}"):
        Air(format="rapt", unit="sg").receive({"gravity": said})


@pytest.mark.parametrize(("unit", "said"), [("c", 85.0), ("c", -127.0), ("f", 0.0), ("f", -40.0)])
def test_a_thermometer_that_is_broken_is_not_said_to_be_in_another_unit(unit: str, said: float):
    """Its value is no beer's, and refused where all readings are."""
    air = Air(format="rapt", unit="sg", temperature_unit=unit, measure=("sg", "beer_c"))
    assert set(air.receive({"gravity": 1.05, "temperature": said})) == {"sg", "beer_c"}
    assert air.receive() == {}


def test_a_name_that_stands_twice_with_two_values_says_neither():
    air = Air(format="rapt", unit="sg", temperature_unit="c", measure=("sg", "beer_c"))
    sent = b'{"gravity": 1.05, "gravity": 1.01, "temperature": 19.5, "temperature": 19.5}'
    assert air.receive(sent) == {"beer_c": 19.5}
    with pytest.raises(SensorError, match=r'"gravity" is no number: \[1.05, 1.01\]'):
        air.receive()


def test_a_degree_sign_of_one_byte_costs_nothing():
    air = Air(format="ispindel", unit="plato", measure=("sg", "beer_c"))
    sent = json.dumps({**ISPINDEL, "temp_units": "°C"}, ensure_ascii=False).encode("latin-1")
    assert air.receive(sent)["beer_c"] == 19.25


@pytest.mark.parametrize(("broken", "kept"), [("temperature", "sg"), ("gravity", "beer_c")])
def test_a_number_that_a_device_leaves_empty_costs_nothing_of_the_other(broken: str, kept: str):
    """ArduinoJson writes a temperature that is nan as null."""
    air = Air(format="rapt", unit="sg", temperature_unit="c", measure=("sg", "beer_c"))
    assert set(air.receive({"gravity": 1.0512, "temperature": 20.5, broken: None, "rssi": -60})) == {kept, "rssi_dbm"}
    with pytest.raises(SensorError, match=f"has no {broken}"):
        air.probe.read(NOW)


def test_what_a_hydrometer_tells_of_itself_in_words_costs_nothing():
    air = Air(format="rapt", unit="sg", measure=("sg",))
    sent = {"gravity": 1.0512, "temperature": "nan", "rssi": "n/a", "battery": 1e400}
    assert air.receive(json.dumps(sent).encode()) == {"sg": 1.0512}
    assert air.receive() == {}


def test_a_bad_message_is_the_fault_until_a_good_one_comes():
    air = Air(format="tiltbridge")
    air.send(b"oops")
    for _ in range(2):
        with pytest.raises(SensorError):
            air.probe.read(NOW)

    assert air.receive(TILTBRIDGE) == {"sg": 1.0375}
    assert air.receive() == {}


def test_a_bad_message_is_no_good_one_for_being_repeated_or_for_the_next_waking_having_begun():
    air = Air(format="tiltbridge")
    broken = {**TILTBRIDGE, "SG": "high"}
    air.send(broken)
    for _ in range(2):
        with pytest.raises(SensorError, match='"SG" is no number'):
            air.probe.read(NOW)
        air.send(broken)

    air = Air(format="ispindel_fields", unit="sg", topic="ispindel/red")
    for field, value in (("gravity", b"high"), ("RSSI", b"-64"), ("tilt", b"40")):
        air.send(value, topic=f"ispindel/red/{field}")
    assert air.receive() == {"rssi_dbm": -64.0}
    with pytest.raises(SensorError, match='"gravity" is no number'):
        air.probe.read(NOW)


def test_a_bad_message_spoils_no_good_one():
    assert Air(format="tiltbridge").receive(b"oops", TILTBRIDGE, b"oops") == {"sg": 1.0375}


json_values = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=8), st.lists(st.floats(), max_size=2)
)


@given(
    sender=st.sampled_from(sorted(FORMATS)),
    fields=st.dictionaries(
        st.sampled_from(sorted({*ISPINDEL, *GRAVITYMON, *TILTBRIDGE, *RAPT})), json_values, max_size=8
    ),
    retained=st.booleans(),
)
def test_whatever_is_sent_is_a_reading_or_a_sentence(sender: str, fields, retained: bool):
    air = Air(format=sender, unit="sg", temperature_unit="c", measure=["sg", "beer_c"])
    with suppress(SensorError):
        readings = air.receive(fields, retained=retained)
        assert all(isinstance(value, float) for value in readings.values())


@given(st.binary(max_size=200))
def test_whatever_bytes_are_sent_get_a_reading_or_a_sentence(payload: bytes):
    air = Air(format="ispindel", unit="sg")
    air.send(payload)
    with suppress(SensorError):
        assert isinstance(air.probe.read(NOW), list)


@pytest.mark.parametrize("topic", ["tiltbridge/#", "+/tilt_Red", ""])
def test_one_topic_is_one_hydrometer(topic: str):
    with pytest.raises(ValueError, match="pattern"):
        Topic(topic=topic, format="tiltbridge")


def test_an_unknown_format_gets_the_nearest_right_one():
    with pytest.raises(ValueError, match='unknown format "tiltbrige"; did you mean "tiltbridge"'):
        Topic(topic="a", format="tiltbrige")


def test_a_hydrometer_floats_in_one_tank():
    assert Topic(topic="tiltbridge/tilt_Red", format="tiltbridge").pins() == ("topic tiltbridge/tilt_Red",)
