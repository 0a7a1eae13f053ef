"""The unit that a message says, under whatever name: the number is never believed in another."""

import json
from contextlib import suppress

import pytest

from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.receiver.gate import Gate
from brewpi.sensors import SensorError, SensorOptions
from brewpi.sensors.messages.formats import FORMATS
from brewpi.sensors.mqtt_thermometer import MqttThermometer
from brewpi.sensors.topic import Topic

TOKEN = "0123456789abcdef"
NOW = 1_790_000_000.0
NAMES = {"tiltbridge": ("SG", "Temp"), "brewfather": ("gravity", "temp")}  # all others: gravity, temperature
WHOLE = sorted(FORMATS.keys() - {"ispindel_fields"})


def heard(options: SensorOptions, sent: object) -> dict[str, float]:
    inbox = Inbox()
    probe = options.open(PlugContext(subscribe=lambda topic: inbox))
    inbox.put(Message("t/x", json.dumps(sent).encode(), False, NOW))
    return {reading.quantity: reading.value for reading in probe.read(NOW)}


def fault(options: SensorOptions, sent: object) -> str:
    """What is wrong with the message, whatever of it is read."""
    inbox = Inbox()
    probe = options.open(PlugContext(subscribe=lambda topic: inbox))
    inbox.put(Message("t/x", json.dumps(sent).encode(), False, NOW))
    with suppress(SensorError):
        assert "beer_c" not in {reading.quantity for reading in probe.read(NOW)}
    with pytest.raises(SensorError) as error:
        probe.read(NOW)
    return str(error.value)


def hydrometer(sender: str, **options: str) -> Topic:
    return Topic(topic="t/x", format=sender, measure=("sg", "beer_c"), **{"unit": "sg", **options})


def thermometer(field: str, unit: str = "c") -> MqttThermometer:
    return MqttThermometer(topic="t/x", field=field, temperature_unit=unit, measure="beer_c")


@pytest.mark.parametrize("sender", WHOLE)
@pytest.mark.parametrize(
    "name", ["temp_units", "temp-unit", "temperatureUnits", "TempUnit", "temp_format", "tUnit", "unit"]
)
def test_a_temperature_is_in_the_unit_that_its_message_says(sender: str, name: str):
    """45 °F of a cold crash would be beer at 45 °C, and the cooler would run."""
    gravity, temperature = NAMES.get(sender, ("gravity", "temperature"))
    sent = {gravity: 1.05, temperature: 45.0, name: "F"}
    assert heard(hydrometer(sender), sent)["beer_c"] == pytest.approx(13.0 / 1.8)
    assert 'gives its temperature in f, the config says temperature_unit = "c"' in fault(
        hydrometer(sender, temperature_unit="c"), sent
    )


@pytest.mark.parametrize("sender", WHOLE)
@pytest.mark.parametrize("name", ["gravity-unit", "gravity_units", "gravityUnit", "fermunits", "sg_unit", "units"])
def test_a_gravity_is_in_the_unit_that_its_message_says(sender: str, name: str):
    gravity, _ = NAMES.get(sender, ("gravity", "temperature"))
    assert 'gives its gravity in plato, the config says unit = "sg"' in fault(
        hydrometer(sender), {gravity: 12.0, name: "P"}
    )


@pytest.mark.parametrize("sent", [
    {"gravity": {"value": 12.0, "unit": "°P"}, "temperature": {"value": 45.0, "units": "Fahrenheit"}},
    {"gravity": {"value": 12.0, "unit": "°P"}, "temperature": {"value": 45.0, "unit_of_measurement": "°F"}},
])  # fmt: skip
def test_a_unit_beside_the_number_in_an_object_of_its_own_is_that_of_the_number(sent):
    read = heard(hydrometer("rapt", unit="plato"), sent)
    assert (read["sg"], read["beer_c"]) == (pytest.approx(1.0484, abs=2e-4), pytest.approx(13.0 / 1.8))
    assert "sg" not in heard(hydrometer("rapt", unit="sg"), sent)
    posted = Gate(TOKEN).take(json.dumps({"name": "a", **sent}).encode(), {"id": TOKEN}, "10.0.0.7", 0.0)
    assert heard(hydrometer("rapt", unit="plato"), json.loads(posted.payload)) == read


def test_a_name_that_says_the_unit_is_as_good_as_one_beside_it():
    sent = {"gravity": 1.05, "temperature_celsius": 30.0}
    assert heard(hydrometer("rapt"), sent)["beer_c"] == 30.0
    assert "gives its temperature in c" in fault(hydrometer("rapt", temperature_unit="f"), sent)


def test_two_units_of_one_temperature_are_none():
    sent = {"gravity": 1.05, "temperature": 30.0, "temp_units": "C", "temperature_unit": "F"}
    assert 'gives its temperature in "C and F", a unit not known here' in fault(hydrometer("ispindel"), sent)
    assert heard(hydrometer("ispindel"), {**sent, "temperature_unit": "°C"})["beer_c"] == 30.0


@pytest.mark.parametrize(("field", "sent"), [
    ("temperature", {"temperature": 45.0, "unit": "F"}),
    ("temperature", {"temperature": 45.0, "temp_units": "°F"}),
    ("tmp.value", {"tmp": {"value": 45.0, "units": "F", "is_valid": True}}),
    ("temperature.value", {"temperature": {"value": 45.0, "unit": "degF"}}),
    ("state", {"state": "45.0", "attributes": {"unit_of_measurement": "°F"}}),
    ("value", {"id": "sensor-beer", "value": 45.0, "state": "45.0 °F"}),
])  # fmt: skip
def test_a_thermometer_s_unit_is_heeded_under_whatever_name(field: str, sent):
    with pytest.raises(SensorError, match='F, the config says "c"'):
        heard(thermometer(field), sent)
    assert heard(thermometer(field, "f"), sent)["beer_c"] == pytest.approx(13.0 / 1.8)


OTHER_WAYS = [
    {"unit": "Farenheit"}, {"temp_unit": "FAHRENHEITS"}, {"unitSystem": "us_customary"}, {"settings": {"temp": "F"}},
    {"CF": "F"}, {"temp_c_f": "f"}, {"units_F": True}, {"unitF": 1},
]  # fmt: skip


@pytest.mark.parametrize("said", OTHER_WAYS, ids=str)
def test_fahrenheit_is_known_however_people_and_settings_say_it(said):
    with pytest.raises(SensorError, match='the config says "c"'):
        heard(thermometer("temperature"), {"temperature": 41.5, **said})
    assert heard(thermometer("temperature", "f"), {"temperature": 45.0, **said})["beer_c"] == pytest.approx(13.0 / 1.8)


@pytest.mark.parametrize("field", ["tF", "tempf", "temperature_F", "temperature_fahrenheit"])
def test_a_field_whose_name_says_another_unit_than_the_config_is_refused(field: str):
    with pytest.raises(SensorError, match=f'"{field}" is in F.* by its name, the config says "c"'):
        heard(thermometer(field), {field: 45.0})
    assert heard(thermometer(field, "f"), {field: 45.0})["beer_c"] == pytest.approx(13.0 / 1.8)


def test_a_field_that_names_its_unit_is_not_in_that_of_the_display():
    sent = {"tmp": {"value": 45.0, "units": "F", "tC": 7.22, "tF": 45.0}}
    assert heard(thermometer("tmp.tC"), sent) == {"beer_c": 7.22}


@pytest.mark.parametrize(("field", "sent"), [
    ("temperature", {"temperature": 20.5, "unit": "%"}), ("temperature", {"temperature": 20.5, "units": "metric"}),
    ("temperature", {"temperature": 20.5, "temp_scale": 0.1, "temp_format": "%.1f"}),
    ("temp_c", {"temp_a": 4.0, "temp_b": 5.0, "temp_c": 20.5}), ("TC", {"TC": 20.5}),
])  # fmt: skip
def test_what_says_nothing_of_a_temperature_s_unit_is_no_reason_to_refuse_it(field: str, sent):
    assert heard(thermometer(field), sent) == {"beer_c": 20.5}


@pytest.mark.parametrize(("wrong", "kept", "sentence"), [
    ({"temp_units": "&deg;F"}, "sg", 'gives its temperature in "&deg;F", a unit not known here'),
    ({"temp_units": "F"}, "sg", 'gives its temperature in f, the config says temperature_unit = "c"'),
    ({"gravity_unit": "Oechsle"}, "beer_c", 'gives its gravity in "Oechsle", a unit not known here'),
    ({"gravity_unit": "P"}, "beer_c", 'gives its gravity in plato, the config says unit = "sg"'),
])  # fmt: skip
def test_a_unit_that_is_wrong_costs_nothing_of_the_other_number(wrong, kept: str, sentence: str):
    inbox = Inbox()
    probe = hydrometer("rapt", temperature_unit="c").open(PlugContext(subscribe=lambda topic: inbox))
    good = {"gravity": 1.05, "temperature": 20.0, "temp_units": "C", "gravity_unit": "SG", "rssi": -60}
    for minutes, sent in ((0.0, good | wrong), (15.0, good)):
        inbox.put(Message("t/x", json.dumps(sent).encode(), False, NOW + 60.0 * minutes))
        read = {reading.quantity for reading in probe.read(NOW + 60.0 * minutes)}
        assert read == {"rssi_dbm", kept} if minutes == 0.0 else {"sg", "beer_c", "rssi_dbm"}
        if minutes == 0.0:
            with pytest.raises(SensorError, match=sentence):
                probe.read(NOW)
    assert probe.read(NOW + 901.0) == []


def test_a_message_without_gravity_and_its_unit_costs_no_temperature():
    stream = Topic(topic="t/x", format="brewfather", measure=("sg", "beer_c"))
    assert heard(stream, {"name": "a", "temp": 20.0, "temp_unit": "C"}) == {"beer_c": 20.0}
    with pytest.raises(SensorError, match="does not say what its gravity is in"):
        heard(stream, {"name": "a", "temp": 20.0, "temp_unit": "C", "gravity": 12.0})


@pytest.mark.parametrize("field", [
    "data.fermenter.temperature[degF]", "data.sensor.value[degF]", "temperature (°F)", "Temp. (F)", "Beer °F", "deg_f",
    "temp_degF", "beer_temp_f", "beerTempF", "temperature_2_F", "temperatureInFahrenheit", "fahrenheit",
])  # fmt: skip
def test_a_name_says_its_unit_in_brackets_behind_a_degree_sign_or_at_its_end(field: str):
    """BrewBlox sends value[degF], rtl_433 temperature_2_F: 45 °F of a cold crash would be beer at 45 °C."""
    sent: object = 45.0
    for name in reversed([field] if ". " in field else field.split(".")):
        sent = {name: sent}
    with pytest.raises(SensorError, match=r'".*" is in F.* by its name, the config says "c"'):
        heard(thermometer(field), sent)
    assert heard(thermometer(field, "f"), sent)["beer_c"] == pytest.approx(13.0 / 1.8)


@pytest.mark.parametrize("field", ["temperature[degC]", "temperature_1_C", "Bier °C", "temperature_C", "temp (C)"])
def test_a_name_that_says_the_unit_of_the_config_is_believed(field: str):
    assert heard(thermometer(field), {field: 20.5}) == {"beer_c": 20.5}


@pytest.mark.parametrize("field", ["temp_c", "probe_f", "TC", "tank_temp_c", "shelf_f"])
def test_a_letter_that_may_count_probes_says_no_unit(field: str):
    assert heard(thermometer(field), {field: 20.5}) == {"beer_c": 20.5}


@pytest.mark.parametrize("word", [
    "Grad C", "Grad Celsius", "grados Celsius", "degrés C", "deg. C", "Deg C", "degrees C", "Celcius", "centigrade",
])  # fmt: skip
def test_a_unit_is_known_in_four_languages_and_as_plaato_spells_it(word: str):
    sent = {"gravity": 1.05, "temperature": 20.5, "temp_units": word}
    assert heard(hydrometer("ispindel"), sent)["beer_c"] == 20.5


@pytest.mark.parametrize(("word", "plato"), [("Grad Plato", 12.0), ("degrés Plato", 12.0), ("deg P", 12.0)])
def test_so_is_that_of_a_gravity(word: str, plato: float):
    read = heard(hydrometer("rapt", unit="plato"), {"gravity": plato, "gravity_unit": word})
    assert read["sg"] == pytest.approx(1.0484, abs=2e-4)


@pytest.mark.parametrize("field", ["F", "temps.f", "value_f", "T_F", "probe1_f", "temp1F", "ch2_f", "reading_f"])
def test_a_letter_alone_or_behind_a_number_is_a_unit(field: str):
    name = field.rpartition(".")[2]
    sent: object = {name: 45.0, "C": 7.2}
    sent = {"temps": sent} if "." in field else sent
    with pytest.raises(SensorError, match=f'"{name}" is in F by its name, the config says "c"'):
        heard(thermometer(field), sent)
    assert heard(thermometer(field, "f"), sent)["beer_c"] == pytest.approx(13.0 / 1.8)


def test_so_are_the_objects_around_a_number():
    for field, sent in (
        ("imperial.temp", {"imperial": {"temp": 36.5}, "metric": {"temp": 2.5}}),
        ("fahrenheit.temperature", {"fahrenheit": {"temperature": 36.5}}),
        ("temp.f.value", {"temp": {"f": {"value": 36.5}, "c": {"value": 2.5}}}),
    ):
        with pytest.raises(SensorError, match='by its name, the config says "c"'):
            heard(thermometer(field), sent)
        assert heard(thermometer(field, "f"), sent)["beer_c"] == pytest.approx(2.5)
    assert heard(thermometer("f.temp"), {"f": {"temp": 20.5}, "k": {"temp": 60.0}}) == {
        "beer_c": 20.5
    }  # fridge, kettle


def test_a_unit_in_the_settings_beside_a_number_that_is_posted_is_kept():
    sent = {"name": "a", "gravity": 1.05, "temperature": 36.5, "units": {"temp": "F"}, "settings": {"interval": 900}}
    posted = Gate(TOKEN).take(json.dumps(sent).encode(), {"id": TOKEN}, "10.0.0.7", 0.0)
    assert heard(hydrometer("rapt"), json.loads(posted.payload))["beer_c"] == pytest.approx(2.5)


@pytest.mark.parametrize(("field", "others"), [("f", "abcde"), ("value_c", ["value_a", "value_b"]), ("t_f", ["t_e"])])
def test_a_letter_among_others_counts_probes(field: str, others: str):
    assert heard(thermometer(field), {**dict.fromkeys(others, 4.0), field: 20.5}) == {"beer_c": 20.5}


@pytest.mark.parametrize("beside", [{"units": "imperial"}, {"u": "F"}, {"scale": "F"}, {"unitSystem": "imperial"}])
def test_a_system_of_units_says_one(beside: dict[str, str]):
    with pytest.raises(SensorError, match='the config says "c"'):
        heard(thermometer("temperature"), {"temperature": 45.0, **beside})
    sent = {"gravity": 1.05, "temperature": 45.0, **beside}
    assert heard(hydrometer("ispindel"), sent)["beer_c"] == pytest.approx(13.0 / 1.8)


ELSEWHERE = [
    {name: "F"} for name in (
        "temp_uom", "temperature_unit_of_measurement", "unit_temp", "degreeUnit", "display_unit", "valueUnit",
        "einheit", "unitCode", "symbol", "degrees", "C_or_F", "eu", "temp.unit", "temp_u",
    )
] + [
    {"unit": word} for word in ("us", "english", "F°", "wmoUnit:degF", "[degF]", "&deg;F", "Fahr", "TEMP_FAHRENHEIT")
] + [
    {name: "F"} for name in (
        "temp_type", "temperatureType", "temp_display", "temp_label", "degree_type", "temp_symbol", "tempIn", "eenheid",
        "jednostka", "enhet", "单位",
    )
] + [
    {"type": "Fahrenheit"}, {"mode": "°F"}, {"x": "℉"}, {"scaleName": "fahrenheit"}, {"label": "degF"},
    {"system": "imperial"}, {"measurement_system": "us"}, {"temp_system": "F"}, {"temp_mode": "F"}, {"display": "F"},
    {"tempUnitName": "F"}, {"temperatureMode": "f"}, {"mode": "imperial"}, {"measurement": "F"},
    {"units": {"temperature": "°F"}}, {"units": {"temp": "F", "gravity": "SG"}}, {"settings": {"temp_unit": "F"}},
    {"config": {"units": "imperial", "interval": 900}}, {"meta": {"units": {"temp": "F"}}}, {"a": {"metric": False}},
] + [
    {"isFahrenheit": True}, {"use_fahrenheit": 1}, {"fahrenheit": "true"}, {"celsius": False}, {"is_celsius": "no"},
    {"metric": False}, {"isMetric": 0}, {"imperial": True}, {"inF": True}, {"tempInCelsius": False},
]  # fmt: skip


@pytest.mark.parametrize("said", ELSEWHERE, ids=str)
def test_a_unit_under_any_name_or_as_a_yes_or_no_is_heeded(said):
    """36.5 °F believed as °C would run the cooler."""
    assert "gives its temperature in" in fault(thermometer("temperature"), {"temperature": 36.5, **said})
    spindle = {"name": "a", "gravity": 1.05, "temperature": 45.0, **said}
    assert heard(hydrometer("ispindel"), spindle)["beer_c"] == pytest.approx(13.0 / 1.8)


@pytest.mark.parametrize("said", [
    {"isFahrenheit": False}, {"celsius": True}, {"metric": 1}, {"fahrenheit": 68.9, "celsius": 0}, {"type": "K"},
    {"mode": "C"}, {"c": False, "f": True}, {"pressure_unit": "K"}, {"unit_id": "F"}, {"unit_name": "F"},
    {"temperature_unit": "C", "display_unit": "F"}, {"unit": "Ω"}, {"temp_type": "K"}, {"beer": "Fahrenheit"},
    {"tank": "Kelvin"}, {"room": {"temperature": 66.0, "unit": "F"}}, {"room": {"x": 66.0, "unit": "F"}},
    {"ac": {"set": {"x": 66.0}, "unit": "F"}}, {"mode": "F"}, {"system": "F"}, {"device": {"name": "Fahrenheit"}},
], ids=str)  # fmt: skip
def test_what_is_no_unit_of_a_temperature_costs_none(said):
    assert heard(thermometer("temperature"), {"temperature": 20.5, **said}) == {"beer_c": 20.5}


@pytest.mark.parametrize("said", [
    {"density_unit": "°P"}, {"unitGravity": "P"}, {"gravity_scale": "Plato"}, {"gravityType": "P"}, {"usePlato": True},
    {"density_type": "Plato"}, {"measurement": "°P"}, {"units": {"gravity": "P"}}, {"settings": {"sg_unit": "plato"}},
    {"gravity_uom": "plato"}, {"hydrometer_unit": "Brix"}, {"extractUnit": "°Plato"}, {"brix": True},
], ids=str)  # fmt: skip
def test_a_gravity_in_a_unit_under_any_name_is_not_believed_in_another(said):
    """1.2 °P is beer that is done; as SG it is a wort stronger than any."""
    sent = {"name": "a", "gravity": 1.2, "temperature": 20.0, "temp_units": "C", **said}
    assert heard(hydrometer("ispindel"), sent) == {"beer_c": 20.0}


@pytest.mark.parametrize("word", ["S.G.", "specific gravity", "SpecificGravity", "unit:SG"])
def test_specific_gravity_in_full(word):
    assert heard(hydrometer("ispindel"), {"gravity": 1.05, "gravity_unit": word})["sg"] == 1.05
