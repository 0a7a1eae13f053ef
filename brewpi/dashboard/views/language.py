"""The languages of the board: gettext catalogues in `locale/`, read as they are, without a step between.

English is what stands in the code. A message that a catalogue does not have is shown in English.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.core import negotiate_locale
from babel.dates import get_day_names, get_month_names
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol
from babel.support import Translations

from brewpi.alarms.catalogue import words_in
from brewpi.outbound.hours import DAYS
from brewpi.quantities import published_rows

LANGUAGES = ("en", "de", "es", "fr")
FOLDER = Path(__file__).parents[1] / "locale"


@cache
def catalogue(language: str) -> NullTranslations:
    """What gettext looks up in; of English, or a language that is not there, what returns the message itself."""
    file = FOLDER / f"{language}.po"
    if language not in LANGUAGES or not file.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as lines:
        write_mo(compiled, read_po(lines, locale=language))
    compiled.seek(0)
    found = Translations(compiled)
    found.add_fallback(RowWords(language))
    return found


class RowWords(NullTranslations):
    """What quantities, roles and alarms say themselves in other languages, each in its row."""

    def __init__(self, language: str) -> None:
        super().__init__()
        labels = {row.label: row.label_in[language] for row in published_rows() if language in row.label_in}
        self.words = words_in(language) | labels

    def gettext(self, message: str) -> str:
        """What the row has, or the message itself."""
        return self.words.get(message, message)


@cache
def is_translated(language: str, message: str) -> bool:
    """Whether a language has a message, in its catalogue or in a row."""
    found = catalogue(language)
    return isinstance(found, Translations) and (message in found._catalog or message in RowWords(language).words)


@cache
def decimal_symbol(language: str) -> str:
    """A point or a comma."""
    return get_decimal_symbol(language)


@cache
def weekdays(language: str) -> tuple[str, ...]:
    """Short names of the weekdays, Monday first."""
    names = get_day_names("abbreviated", "stand-alone", language)
    return tuple(names[n].rstrip(".") for n in range(7))


def english_weekdays(text: str, language: str) -> str:
    """Times of the week as somebody writes them in a language, "mo-fr 06:00-14:00", with the days as `outbound.hours`
    has them; accents may be absent, and English days stay."""
    names = {name.casefold(): day for name, day in zip(weekdays(language), DAYS, strict=True)}
    names |= {_without_accents(name): day for name, day in names.items()}
    return re.sub(r"[^\W\d_]+\.?", lambda word: names.get(word[0].casefold().rstrip("."), word[0]), text)


def _without_accents(word: str) -> str:
    return unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()


@cache
def months(language: str) -> tuple[str, ...]:
    """Short names of the months, January first."""
    names = get_month_names("abbreviated", "format", language)
    return tuple(names[n].rstrip(".") for n in range(1, 13))


def preferred(accepted: str) -> str:
    """The best of ours for a browser's Accept-Language ("de-AT,de;q=0.9,en;q=0.8"); English if it wants none."""
    wished: list[tuple[float, str]] = []
    for part in accepted[:200].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wished.append((-float(quality or 1.0), tag.replace("-", "_")))
        except ValueError:
            continue
    order = [tag for weight, tag in sorted(wished, key=lambda one: one[0]) if tag and weight < 0.0]
    return negotiate_locale(order, LANGUAGES, sep="_") or "en"
