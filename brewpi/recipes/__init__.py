"""Ready recipes, and what a config's `recipe = "..."` means: one of them by its name, or a brewer's own file."""

from __future__ import annotations

from pathlib import Path

from brewpi.control.procedure import BadRecipe, Procedure, parse
from brewpi.hardware.files import not_utf8, read_text
from brewpi.registry import nearest

__all__ = ["BadRecipe", "load", "names"]

READY = Path(__file__).parent
FOREIGN = (".xml", ".beerxml", ".json", ".beerjson", ".bsmx")


def names() -> list[str]:
    """The ready recipes."""
    return sorted(path.stem for path in READY.glob("*.toml"))


def is_file(word: str) -> bool:
    """Whether a word means a brewer's own file."""
    return word.lower().endswith(".toml")


def load(word: str) -> Procedure:
    """The recipe of this name, or of this file. Raises BadRecipe."""
    return parse(text(word), _path(word).name)


def _path(word: str) -> Path:
    return Path(word) if is_file(word) else READY / f"{word}.toml"


def text(word: str) -> str:
    """As it stands in the file. Raises BadRecipe."""
    path = _path(word)
    try:
        return read_text(path)
    except FileNotFoundError:
        if is_file(word):
            raise BadRecipe([f"{path}: no such recipe file"]) from None
        if Path(word).suffix.lower() in FOREIGN:
            said = f"{word} is another program's recipe; brewpi recipe import makes a .toml file of it, to name here"
            raise BadRecipe([said]) from None
        hint = nearest(word, names())
        own = f"{' Or' if hint.endswith('?') else '; or'} name a .toml file"
        raise BadRecipe([f'no ready recipe is called "{word}"{hint}{own}']) from None
    except UnicodeDecodeError as error:
        raise BadRecipe([f"{path}: {not_utf8(error)}"]) from None
    except OSError as error:
        raise BadRecipe([f"{path}: cannot be read ({error.strerror}); it has to be a text file"]) from None
