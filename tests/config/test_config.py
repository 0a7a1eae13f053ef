"""Every mistake in a config is named at once, in a sentence with file, key and remedy."""

from pathlib import Path

import pytest

from brewpi.config.config import Config, ConfigErrors, load, loads
from brewpi.config.remarks import remarks
from brewpi.sanitize import is_clean

GOOD = """
site = "riverside"

[tanks.fv1]
volume_l = 1000
[tanks.fv1.sensors]
beer = { kind = "ds18b20", id = "28-0316a2794eff" }
room = { kind = "dht22", pin = 4 }
[tanks.fv1.outputs]
heat = { kind = "relay", pin = 17 }
cool = { kind = "relay", pin = 27, compressor = true }
[tanks.fv1.temperature]
target_c = 19.0
"""


@pytest.fixture
def check(tmp_path: Path):
    """The sentences about a config made from GOOD by replacing text."""

    def _check(*changes: tuple[str, str], text: str = GOOD) -> list[str]:
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "cellar.toml"
        path.write_text(text)
        try:
            load(path)
        except ConfigErrors as errors:
            return errors.sentences
        return []

    return _check


def test_a_right_config_becomes_options(tmp_path: Path):
    path = tmp_path / "cellar.toml"
    path.write_text(GOOD)

    config = load(path)

    assert isinstance(config, Config)
    assert config.tanks["fv1"].outputs["cool"].compressor
    assert config.tanks["fv1"].sensors["room"].pin == 4


def test_an_unknown_option_gets_the_nearest_right_one(check):
    assert check(("volume_l", "volume_litre")) == [
        'cellar.toml: tanks.fv1: option "volume_l" is missing (litres of beer in the tank)',
        'cellar.toml: tanks.fv1: unknown option "volume_litre"; did you mean "volume_l"?',
    ]
    assert check(("pin = 4", "pinn = 4, pin = 4")) == [
        'cellar.toml: tanks.fv1.sensors.room: unknown option "pinn"; did you mean "pin"?'
    ]


def test_an_unknown_kind_gets_the_nearest_right_one(check):
    assert check(('"dht22"', '"dth22"')) == [
        'cellar.toml: tanks.fv1.sensors.room: unknown kind "dth22"; did you mean "dht22"?'
    ]


@pytest.mark.parametrize(
    ("table", "line", "said"),
    [  # each line was written at the end, below a table to which it does not belong
        ("temperature", 'recipe = "ale"', 'tanks.fv1.temperature: unknown option "recipe"; known: deadband_c, '
         'ramp_c_per_h, target_c; "recipe" is an option of [tanks.fv1] and stands right below that line'),
        ("temperature", "beer_low_c = 3", '; "beer_low_c" is an option of [tanks.fv1.limits]'),
        ("temperature", "tick_s = 3", '; "tick_s" stands at the top of the file, above the first [ ]'),
        ("temperature", "limits = 3", '; "limits" is the table [tanks.fv1.limits]'),
        ("temperature", "username = 3", '; "username" is an option of [mqtt] and is an option of [dashboard]'),
        ("alarms", "target_c = 3", 'did you mean "off_target_c"? "target_c" is an option of [tanks.fv1.temperature]'),
        ("sensors", 'medium = "cider"', "tanks.fv1.sensors.medium: is 'cider'; it should be a table with \"kind\"; "
         '"medium" is an option of [tanks.fv1] and stands right below that line'),
        ("outputs", "volume_l = 5", '"volume_l" is an option of [tanks.fv1] and stands right below that line'),
    ],
)  # fmt: skip
def test_an_option_below_another_table_is_told_its_own(tmp_path: Path, table: str, line: str, said: str):
    (tmp_path / "cellar.toml").write_text(f'site = "a"\n[tanks.fv1]\nvolume_l = 5\n[tanks.fv1.{table}]\n{line}\n')
    with pytest.raises(ConfigErrors) as errors:
        load(tmp_path / "cellar.toml")
    assert any(sentence.endswith(said) for sentence in errors.value.sentences), errors.value.sentences


def test_an_option_of_a_tank_without_its_tank_is_told_where_tanks_are(check):
    assert check(("[tanks.fv1]\nvolume_l = 1000", "volume_l = 1000")) == [
        'cellar.toml: unknown option "volume_l"; known: dashboard, model, mqtt, outbound, shared, site, store, tanks, '
        'tick_s; "volume_l" is an option of [tanks.NAME] and stands right below that line',
        'cellar.toml: tanks.fv1: option "volume_l" is missing (litres of beer in the tank)',
    ]


@pytest.mark.parametrize(
    ("old", "word", "said"),
    [
        ("ds18b20", "ispindel", 'write kind = "topic", format = "ispindel"'),
        ("ds18b20", "TiltBridge", 'write kind = "topic", format = "tiltbridge"'),
        ("dht22", "tasmota", 'write kind = "mqtt_thermometer"'),
        ("dht22", "mcp23017", "it is a kind of [tanks.NAME.outputs]"),
        ("ds18b20", "DS18B20", 'did you mean "ds18b20"?'),
        ("relay", "Relay", 'did you mean "relay"?'),
        ("relay", "ssr", 'write kind = "relay"'),
        ("relay", "ds18b20", "it is a kind of [tanks.NAME.sensors]"),
        ("relay", "ntfy", "it is a kind of [outbound.NAME]"),
    ],
)
def test_the_name_of_a_device_that_is_no_kind_is_told_how_it_is_written(check, old: str, word: str, said: str):
    for sentence in check((f'kind = "{old}"', f'kind = "{word}"')):
        if "unknown kind" in sentence:
            assert sentence.endswith(f': unknown kind "{word}"; {said}')
            return
    pytest.fail("nothing is said of the kind")


def test_what_nobody_can_see_is_in_no_sentence_and_what_is_endless_neither(check):
    """Of a terminal that is told a kind, the cursor stays where it is."""
    for word in ("ds1\t\t8b20", "x" * 2000, "\\u202e\\u001b[2J"):
        (sentence,) = check(('"dht22"', f'"{word}"'))
        assert is_clean(sentence)
        assert sentence.startswith('cellar.toml: tanks.fv1.sensors.room: unknown kind "')
        assert "; known: " in sentence or "did you mean" in sentence


@pytest.mark.parametrize("name", ["FV1", "fv 1", "gärtank", "fv1\\n", "", "fv/1"])
def test_a_name_that_cannot_stand_in_a_topic_is_no_tanks(check, name: str):
    (said,) = check(text=f'site = "a"\n[tanks."{name}"]\nvolume_l = 20\nsensors.hand = {{ kind = "manual" }}\n')
    assert "a tank's name is made of a-z, 0-9, - and _" in said


def test_two_owners_of_a_pin_are_named(check):
    assert check(("pin = 27", "pin = 17")) == [
        "cellar.toml: tanks.fv1.outputs.cool: GPIO17 already belongs to tanks.fv1.outputs.heat; give each its own"
    ]


def test_a_room_sensor_is_no_beer_probe(check):
    assert check(('beer = { kind = "ds18b20", id = "28-0316a2794eff" }\n', "")) == [
        "cellar.toml: tanks.fv1: temperature is controlled but no sensor measures the beer; "
        "a DHT22 measures the room. Add a ds18b20 or a hydrometer."
    ]


def test_a_compressor_needs_its_rest(check):
    assert check(("compressor = true", "compressor = true, min_off_s = 60")) == [
        "cellar.toml: tanks.fv1.outputs.cool: min_off_s 60 is too short for a compressor; 300 or more"
    ]


def test_every_mistake_is_named_in_one_go(check):
    sentences = check(
        ("volume_l = 1000", "volume_l = -5"),
        ("pin = 4", "pin = 4, pinn = 5"),
        ("target_c = 19.0", 'target_c = "warm"'),
    )

    assert len(sentences) == 3
    assert all(sentence.startswith("cellar.toml: tanks.fv1") for sentence in sentences)


def test_a_mistake_in_one_tank_hides_none_between_the_tables_of_another(check):
    other = GOOD.replace("fv1", "fv2").partition("\n\n")[2].replace("volume_l = 1000", "volume_l = -5")
    sentences = check(text=GOOD.replace("pin = 27", "pin = 17") + other)
    assert len(sentences) == 2
    assert "tanks.fv2.volume_l" in sentences[0]
    assert "GPIO17 already belongs to tanks.fv1.outputs.heat" in sentences[1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", 'cellar.toml: option "site" is missing'),
        ("site = 'a'", "cellar.toml: has no tank; add a table [tanks.fv1]"),
        ("site = ", "cellar.toml: is not valid TOML"),
        ("site = 'a'\ntanks = 3", "cellar.toml: has no tank"),
        ("site = 'a'\n[[tanks]]\nname = 'fv1'", "cellar.toml: has no tank; add a table [tanks.fv1]; [[tanks]]"),
        ("site = 'a'\n[tanks]\nvolume_l = 3", "cellar.toml: tanks: volume_l is of one tank, and every tank has a name"),
        ("site = 'a'\n[tanks.sensors]\nb = 3", "cellar.toml: tanks: sensors is of one tank, and every tank has a name"),
        ("site = 'a'\n[tanks.sensors]\nvolume_l = 3\nsensors.beer = 'tilt'",
         "cellar.toml: tanks.sensors.sensors.beer: is 'tilt'; it should be a table with \"kind\"; known: den"),
        ("site = 'a'\n[tanks]\nfv1 = 3", "cellar.toml: tanks.fv1: has to be a table [tanks.fv1]"),
    ],
)
def test_a_file_that_is_no_config_gets_a_sentence(check, text: str, sentence: str):
    assert any(said.startswith(sentence) for said in check(text=text))


def test_a_missing_file_says_where_to_start(tmp_path: Path):
    with pytest.raises(ConfigErrors, match=r"no such file; deploy/cellar.example.toml"):
        load(tmp_path / "cellar.toml")


PILL = 'beer = { kind = "mqtt_thermometer", topic = "TOPIC", temperature_unit = "c", measure = "beer_c" }'


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("cellar/my probe", None),
        ("brewpi/annex/fv1/state", None),
        ("cellar/probe ", "topic: is 'cellar/probe '; it should be like"),
        (" cellar/probe", "topic: is ' cellar/probe'; it should be like"),
        ("brewpi/riverside/fv1/state", "topic: brewpi/riverside/fv1/state is what brewpi itself says, which is no"),
    ],
)
def test_a_topic_that_no_device_has_is_refused_before_a_sensor_waits_for_it(check, topic: str, said: str | None):
    probe = PILL.replace("TOPIC", topic)
    found = check(('beer = { kind = "ds18b20", id = "28-0316a2794eff" }', probe))
    assert [one.startswith(f"cellar.toml: tanks.fv1.sensors.beer.{said}") for one in found] == [True] * bool(said)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('username = "cellar"', "mqtt: username cellar has no password_file; a broker that knows accounts refuses it"),
        ("port = 8883", "mqtt.port: 8883 is the port for TLS, and tls is not set"),
        ("port = 1883\ntls = true", "mqtt.port: 1883 is the port without TLS, and tls is set"),
        ("port = 1884", None),
        ("[tanks.fv1.dosing]\nsolution_mg_ml = 25.0\nmax_ml_per_dose = 50\nmax_ml_per_day = 100\n"
         "max_mg_l_per_batch = 250",
         "tanks.fv1.dosing: there is no pump; what is given by hand is recorded. Is outputs.nutrient missing?"),
    ],
)  # fmt: skip
def test_what_would_only_show_on_the_pi_is_remarked_on(table: str, said: str | None):
    found = list(remarks(loads(f"{GOOD.replace('pin = 4', 'pin = 22')}\n[mqtt]\n{table}", "c")))
    assert [said and one.startswith(said) for one in found] == [True] * bool(said)
