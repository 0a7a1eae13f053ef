"""Each mistake of a config or recipe is told with the line in which it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brewpi.config.config import ConfigErrors, load, load_board
from brewpi.toml_lines import LONGEST_STATEMENT, Lines, key_of

TEXT = """\ufeff# a cellar
site = "a [tanks.fv1] in a text"

[tanks.fv1]         # line 4
volume_l = 500
sensors.beer = { kind = "ds18b20", id = "28-0" }
[tanks.fv1.outputs]
cool = {kind="relay", pin=17}
notes = \"\"\"
volume_l = 3
[tanks.fv2]
\"\"\"
pins = [
  17, # ]
  27,
]
[tanks.fv1.sensors."my room"]
kind = "dht22"
[[steps]]
name = "a"
[[steps]]
name = "b"
[steps.until]
kind = "stable"
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("site",), 2),
        (("tanks",), 4),
        (("tanks", "fv1", "volume_l"), 5),
        (("tanks", "fv1", "medium"), 4),  # missing: its table
        (("tanks", "fv1", "sensors", "beer"), 6),
        (("tanks", "fv1", "sensors", "beer", "id"), 6),
        (("tanks", "fv1", "outputs", "cool", "pin"), 8),
        (("tanks", "fv1", "outputs", "notes"), 9),
        (("tanks", "fv1", "outputs", "pins", 1), 13),
        (("tanks", "fv1", "sensors", "my room", "kind"), 18),
        (("steps", 0, "name"), 20),
        (("steps", 1, "name"), 22),
        (("steps", 1, "until", "kind"), 24),
        (("mqtt",), None),
        ((), None),
    ],
)
def test_a_key_is_found_in_the_line_that_sets_it(key, line, end):
    assert Lines(TEXT.replace("\n", end)).of(key) == line


def test_a_statement_without_an_end_in_sight_costs_what_is_below_and_no_more():
    text = "a = 1\nb = [\n" + "1,\n" * (LONGEST_STATEMENT + 1) + "]\nc = 1\n"
    assert [Lines(text).of((key,)) for key in "abc"] == [1, None, None]


@given(st.text(max_size=60))
def test_whatever_the_text_is_nothing_is_raised(text):
    Lines(text).of(("a", 0, "b"))
    key_of(text)


def test_check_names_the_line_of_each_mistake(tmp_path):
    (tmp_path / "own.toml").write_text('name = "Own"\n\n[[steps]]\nname = "hold"\n\ntarget = 3\n')
    (tmp_path / "a.toml").write_text(
        'site = "a"\n\n[tanks.fv1]\nvolume_l = 5\nrecipe = "own.toml"\n\n[tanks.fv1.sensors.room]\n'
        'kind = "dht22"\npinn = 4\n\n[tanks.fv2]\nvolume_l = 5\ntemperature.target_c = 19\n'
        'sensors.beer = { kind = "simulated", measure = ["beer_c"] }\n'
        'outputs.heat = { kind = "relay", pin = 5 }\noutputs.cool = { kind = "relay", pin = 5 }\n'
    )
    with pytest.raises(ConfigErrors) as caught:
        load(tmp_path / "a.toml")
    assert caught.value.told == [
        f"{sentence} (line {line})" for sentence, line in zip(caught.value.sentences, (7, 9, 6, 16), strict=True)
    ]
    keys = [sentence.split(": ")[1] for sentence in caught.value.sentences]
    assert keys == ["tanks.fv1.sensors.room", "tanks.fv1.sensors.room", "tanks.fv1.recipe", "tanks.fv2.outputs.cool"]
    (tmp_path / "b.toml").write_text('[mqtt]\nhost = "pi"\n\n[dashboard]\nlisen = "x"\n')
    with pytest.raises(ConfigErrors) as of_board:
        load_board(tmp_path / "b.toml")
    assert of_board.value.told == ['b.toml: dashboard: unknown option "lisen"; did you mean "listen"? (line 5)']
