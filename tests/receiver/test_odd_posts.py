"""Posts that are odd in one place: what is good of them gets through."""

import json

import pytest

from brewpi.receiver.gate import Gate, Refused

TOKEN = "correct horse battery"


def taken(body: bytes) -> dict[str, object]:
    fields: dict[str, object] = json.loads(Gate(TOKEN).take(body, {"id": TOKEN}, "10.0.0.7", 0.0).payload)
    return fields


@pytest.mark.parametrize("body", [
    b"name=a&SG=1.05&", b"&name=a&SG=1.05", b"name=a&&SG=1.05", b"?name=a&SG=1.05", b"name=a&SG=1.05\0",
    b"\r\nname=a&SG=1.05",
])  # fmt: skip
def test_a_form_may_have_a_mark_too_many(body: bytes):
    assert taken(body) == {"name": "a", "SG": "1.05"}


def test_a_name_without_a_value_is_an_empty_field_and_words_are_no_form():
    assert taken(b"name=a&SG=1.05&comment") == {"name": "a", "SG": "1.05", "comment": ""}
    for words in (b"iSpindel000&1.05", b"\x1f\x8b\x08=\x00&name=a&SG=1.05", b"name=a\nSG=1.05"):
        with pytest.raises(Refused, match="no form, and not JSON"):
            taken(words)


@pytest.mark.parametrize("name", ["Br%E4u", "Br%C3%A4u", "Br\xe4u"])
def test_a_letter_of_one_byte_costs_nothing_of_a_form(name: str):
    body = f"name={name}&SG=1.05&temp_units=".encode("latin-1") + b"\xb0C"
    if "C3" not in name:  # both in Latin-1
        assert taken(body) == {"name": "Bräu", "SG": "1.05", "temp_units": "°C"}
    assert taken(f"name={name}&SG=1.05".encode("latin-1"))["name"] == "Bräu"


def test_two_devices_whose_names_are_in_latin_1_are_not_taken_for_one():
    gate = Gate(TOKEN)
    gate.take(b"name=Br%E4u&SG=1.05", {"id": TOKEN}, "10.0.0.7", 0.0)
    with pytest.raises(Refused, match='"bröu" and "bräu" are both br-u here'):
        gate.take(b"name=Br%F6u&SG=1.05", {"id": TOKEN}, "10.0.0.8", 60.0)


@pytest.mark.parametrize("name", ["corrGravity", "Corr_Gravity", "Specific Gravity", "specificGravity", "SG", "TEMP"])
def test_what_it_measures_is_known_as_the_sensor_that_reads_it_knows_it(name: str):
    assert taken(json.dumps({"deviceName": "Pill", name: 1.05}).encode()) == {"deviceName": "Pill", name: 1.05}


@pytest.mark.parametrize("odd", ['"temperature": [19.5, 19.6]', '"temperature": 19.5, "temperature": 20.5'])
def test_a_temperature_that_is_none_costs_no_gravity(odd: str):
    assert taken(f'{{"name": "a", "gravity": 1.05, {odd}}}'.encode())["gravity"] == 1.05
    with pytest.raises(Refused, match="temperature is not one number but a list, or stands twice in it"):
        taken(f'{{"name": "a", {odd}}}'.encode())


@pytest.mark.parametrize("name", ["unit", "uom", "scale", "unit_of_measurement"])
def test_the_unit_beside_a_wrapped_number_goes_on_with_it(name: str):
    body = json.dumps({"name": "a", "gravity": {"value": 1.2, name: "P", "timestamp": 1}}).encode()
    assert taken(body)["gravity"] == {"value": 1.2, name: "P"}
