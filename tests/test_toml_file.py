"""A line that is no TOML is told with its number, its name and what to do about it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brewpi.config.config import ConfigErrors, load
from brewpi.toml_file import LONGEST, NotToml, parse_toml

SLIPS = {
    "site = “cellar”": "line 1, site: quotes have to be plain ones",
    "volume_l = 5\ntarget_c = 19,0": "line 2, target_c: a decimal has a point",
    "temperature = { target_c = 19,0, deadband_c = 0.5 }": "line 1, temperature: a decimal has a point",
    "limit_c = .5": "line 1, limit_c: a decimal has digits on both sides of its point",
    "limit_c = 5.": "line 1, limit_c: a decimal has digits on both sides of its point",
    "volume_l = 500 l": "line 1, volume_l: a number stands alone",
    "target_c = 19 °C # warm": "line 1, target_c: a number stands alone",
    "pin = 017": "line 1, pin: a number does not begin with 0",
    "active_high = True": "line 1, active_high: write true or false",
    "active_high = yes": "line 1, active_high: write true or false",
    "site = cellar": "line 1, site: text stands in quotes",
    "recipe = /etc/brewpi/ale.toml": "line 1, recipe: text stands in quotes",
    "site =": "line 1: nothing stands behind the =",
    "cool = { kind = \"relay\", pin = }": "line 1, cool: nothing stands behind the =",
    "site": "line 1: an option has a value behind an =",
    "site: cellar": "line 1: between an option and its value stands =",
    '{"site": "cellar"}': "it is JSON",
    "{\\rtf1\\ansi site = cellar}": "it is the rich text of a word processor",
    "site = 'cellar'\n\0\0\0": "it holds zeros and is no text",
    "volume_l 500": "line 1: between an option and its value stands =",
    "[tanks.fv1\nvolume_l = 500": "line 1: a heading ends with ]",
    "[[steps]\nname = 'a'": "line 1, [[steps]: a heading that begins with [[ ends with ]]",
    "[tanks.fv 1]": "line 1, [tanks.fv 1]: a name with anything but",
    "[tanks.gärtank]": "line 1, [tanks.gärtank]: a name with anything but",
    "volume l = 5": "line 1: a name with anything but",
    'site = "cellar': "line 1, site: a text ends in its own line",
    "site = 'cellar\"": "line 1, site: a text ends in its own line",
    'file = "C:\\users\\key"': "line 1, file: in double quotes a backslash stands for something else",
    'file = "C:\\private\\key"': "line 1, file: in double quotes a backslash stands for something else",
    'cool = { kind = "relay",\n pin = 17 }': "line 1, cool: all between { and } stands in one line",
    'cool = { kind = "relay" pin = 17 }': "line 1, cool: between { and } a comma stands",
    'cool = { kind = "relay", }': "line 1, cool: no comma stands before the }",
    "// the old cellar\nsite = 'a'": "line 1: a comment begins with #",
    "a = 1\nb = 2\na = 3": "line 3, a: it stands twice",
    "[fv1]\nx = 1\n[fv1]\ny = 2": "line 3, [fv1]: it stands twice",
    "at = 08:00": "line 1, at: a time of day has seconds",
    "until = 24:00:00": "line 1, until: a time of day is 00:00:00 to 23:59:59, and a length of time a number",
    "until = { kind = 'elapsed', hours = 36:00 }": "line 1, until: a time of day is 00:00:00 to 23:59:59, and a length",
    "at = 08:75": "line 1, at: a time of day is 00:00:00 to 23:59:59",
    "at = 8:00:00": "line 1, at: an hour has two digits",
    "<!DOCTYPE html>\n<html lang='en'>": "it is a web page or XML",
    'site = "cellar"\r[tanks.fv1]\r': "its lines end as on an old Macintosh",
    "a = 1 2": "line 1, a: one value stands behind the =",
    "a = [1, 2": "line 1, a: a quote or bracket above is never closed",
    "a = [1,": "line 1, a: a quote or bracket above is never closed",
    "\xa0target_c = 19.0": "line 1, target_c: a blank or sign that nobody sees",
    "target_c\xa0= 19.0": "line 1, target_c: a blank or sign that nobody sees",
    "target_c = 19.0\u200b": "line 1, target_c: a blank or sign that nobody sees",
    "offset_c = \u22120.25": "line 1, offset_c: a minus is the - of the keyboard",
    "offset_c = \u20130.25": "line 1, offset_c: a minus is the - of the keyboard",
    "target_c = \uff11\uff19": "line 1, target_c: letters and digits are the narrow ones",
    "target_c == 19.0": "line 1: one = stands between",
    "target_c = 19.0;": "line 1, target_c: nothing stands behind a value",
    "site = 'a',": "line 1, site: nothing stands behind a value",
    "target_c = 19.0 // warm": "line 1, target_c: a comment begins with #",
}  # fmt: skip


@pytest.mark.parametrize("text", SLIPS)
def test_what_people_write_instead_is_told_with_what_to_write(text):
    with pytest.raises(ValueError, match="^" + re.escape(SLIPS[text])):
        parse_toml(text)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a = 5 l\nb = 2\nc = 19,5\nd = yes\n", [1, 3, 4]),
        ("a = 5 l\n[b\nc = 19,5", [1, 2]),  # below a heading that is none nobody knows what belongs where
        ("a = { b = 1,\n c = 2 }\nd = 19,5", [1]),
        ("a = 5 l\nb = [1,\nc = 2", [1, 3]),
        ('a = """x\nb = 5 l\nc = yes', [3]),
        ("".join(f"a{n} = 19,5\n" for n in range(100)), list(range(1, 11))),
    ],
)
def test_every_line_that_is_wrong_by_itself_is_told_at_once(text, lines):
    with pytest.raises(NotToml) as caught:
        parse_toml(text)
    assert [int(re.match(r"line (\d+)", mistake)[1]) for mistake in caught.value.mistakes] == lines
    assert str(caught.value) == caught.value.mistakes[0]


@pytest.mark.parametrize("text", ["token = geheim12", "secret12", "token = 12geheim", "c2VjcmV0MTI=", 'k = "secret12'])
def test_a_value_is_never_repeated(text):
    with pytest.raises(ValueError, match="line 1") as caught:
        parse_toml(text)
    assert "12" not in str(caught.value)
    assert "MTI" not in str(caught.value)


def test_curly_quotes_in_a_text_or_a_comment_are_no_slip():
    assert parse_toml('name = "the “old” one" # 19,0 °C: “fine”') == {"name": "the “old” one"}
    with pytest.raises(ValueError, match="line 2, a: a decimal"):
        parse_toml('name = "the “old” one" # 19,0 °C: “fine”\na = 1,5 # “no”')


@given(st.text(st.characters(codec="utf-8")), st.sampled_from(["", "a = ", "[", "a = { b = ", 'a = "x" ']))
def test_whatever_stands_there_is_a_table_or_one_line(text, before):
    said = "fine"
    try:
        assert isinstance(parse_toml(before + text), dict)
    except ValueError as error:
        said = str(error)
    assert 0 < len(said) <= LONGEST
    assert "\n" not in said


CELLAR = 'site = "cellar"\n[tanks.fv1]\nvolume_l = 500\nsensors.hand = { kind = "manual" }\n'


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_file_of_an_editor_that_begins_it_with_a_mark_is_read(tmp_path, newline):
    file = tmp_path / "cellar.toml"
    file.write_bytes(b"\xef\xbb\xbf" + CELLAR.replace("\n", newline).encode())
    assert load(file).site == "cellar"


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_the_line_that_is_not_in_utf_8_is_named(tmp_path, encoding):
    file = tmp_path / "cellar.toml"
    file.write_bytes(CELLAR.replace("fv1]", "fv1] # Gärtank").encode(encoding))
    with pytest.raises(ConfigErrors) as caught:
        load(file)
    assert caught.value.sentences == [f"{file}: line 2 is not in UTF-8; save the file as text in UTF-8"]
