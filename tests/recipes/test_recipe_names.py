"""What the files of imported recipes are called, and in which letters their names are."""

from functools import partial

import command_line
import pytest

from brewpi.recipes.imported import decoded, file_names, read_recipes

brewpi = partial(command_line.brewpi, "recipe", "import")
RECIPE = "<RECIPE><NAME>{}</NAME><OG>1.050</OG></RECIPE>"


def library(*names):
    return f"<RECIPES>{''.join(map(RECIPE.format, names))}</RECIPES>"


def test_recipes_of_one_name_in_one_file_are_all_written(tmp_path):
    file = tmp_path / "library.xml"
    file.write_text(library("Pale", "Pale", "Stout"), encoding="utf-8")
    done = brewpi(file, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.glob("*.toml")) == ["pale-2.toml", "pale.toml", "stout.toml"]


def test_a_name_without_latin_letters_is_a_recipe_and_no_step():
    assert file_names(read_recipes(library("Пиво", "ビール", "7"))) == ["recipe.toml", "recipe-2.toml", "recipe-7.toml"]


@pytest.mark.parametrize("said", ['<?xml version="1.0" encoding="ISO-8859-1"?>', ""])
def test_what_windows_calls_latin_1_has_its_quotes_and_dashes(said):
    (found,) = read_recipes(decoded(said.encode() + library("Brewer’s – Kölsch").encode("cp1252")))
    assert found.name == "Brewer’s – Kölsch"
