import copy
import json
import pickle

from brewpi.mqtt.wire_types import MessagePayload
from brewpi.sentences import Sentence, joined, message_of

INNER = Sentence("attenuation {reached:.2f} of {needed:.2f}", reached=0.7512345678, needed=0.45)
OUTER = Sentence("{step} -> {following}: {reason}", step="primary", following="rise", reason=INNER)


def test_a_sentence_is_its_english_text():
    assert OUTER == "primary -> rise: attenuation 0.75 of 0.45"
    assert f"{OUTER}; more" == "primary -> rise: attenuation 0.75 of 0.45; more"


def test_it_travels_as_key_and_numbers():
    told = json.loads(json.dumps(message_of(OUTER)))
    assert told["key"] == "{step} -> {following}: {reason}"
    assert told["values"]["reason"] == {
        "key": "attenuation {reached:.2f} of {needed:.2f}", "values": {"reached": 0.751235, "needed": 0.45}
    }
    read = MessagePayload.model_validate(told)
    assert read.values["step"] == "primary"
    assert isinstance(read.values["reason"], MessagePayload)


def test_a_number_travels_with_what_a_language_may_show_of_it():
    told = Sentence("{sg:.4f}, {beer_c:.1f} °C, {hours:.0f} h", sg=1.0123456789, beer_c=18.123456, hours=-123.456789)
    assert told.message()["values"] == {"sg": 1.012346, "beer_c": 18.1235, "hours": -123.457}


def test_a_plain_text_has_no_message():
    assert message_of("it burns") is None
    assert message_of(None) is None


def test_several_are_joined_and_stay_what_they_are():
    both = joined(" or ", [INNER, Sentence("needs a fresh gravity")])
    assert both == "attenuation 0.75 of 0.45 or needs a fresh gravity"
    assert both.message()["values"]["a0"]["key"] == INNER.key


def test_a_brace_in_a_name_is_no_field():
    name = Sentence("batch {batch} begins", batch="{0.__class__}")
    assert name == "batch {0.__class__} begins"
    assert copy.deepcopy(name) == pickle.loads(pickle.dumps(name)) == name
    assert copy.deepcopy(name).values == {"batch": "{0.__class__}"}
