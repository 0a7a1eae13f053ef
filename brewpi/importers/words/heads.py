"""What the head of a column says: which quantity, in which unit, measured or meant, of which device."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from brewpi.importers.words import other_scripts
from brewpi.importers.words import vocabulary as known

LONGEST = 120  # characters of a head that count
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_LABELS, _LABEL = re.compile(r'\{[^{}]*=[^{}]*\}'), re.compile(r'="?([^",{}]*)"?')  # Prometheus: {color="red"}
_COMPENSATED = re.compile(
    r"\b(?:temp|temperatur(?:e|a)?)[\s._-]*(?:corrected|compensated|adjusted|corr|comp|adj|korrigiert|kompensiert"
    r"|bereinigt|corrig\w*|compens\w*|correg\w*|corrett\w*)\b"
)
# The sensor by its type, its bus or its address: 28-0316a2794eff.
_ONE_WIRE = re.compile(r"\bds ?18 ?[bs] ?20|\b(?:1|one)-?wire\b|\bdallas\b|\b28[-.]?[0-9a-f]{10,12}\b", re.I)
# AE, A.E., EA, E. app. as laboratories write apparent extract; "EA" alone is not enough, it is water in French.
_AE = re.compile(r"\W*(?:a\.? ?e\b|e\.? ?a\b(?=\W*(?:%|°|plato))|(?:e\.? ?app|app\.? ?e)\b)")
_ES = re.compile(r"\W*es\b\W*(?:%|g[gew]|gew|mas|m[/ ]|g/|°)")  # of German laboratories, Es (GG%)
_OTHER_WEIGHTS = re.compile(r"\blbs?\b|\bppg\b|°? ?\bapi\b")  # of a gallon or a cubic foot, and of oil
_BY_TIME = re.compile(r"/ ?dt\b")  # dSG/dt, a rate
_SP_GR = re.compile(r"\bsp[. ]{1,2}gr\b\.?", re.I)
_MASS_OF_VOLUME = re.compile(
    r"\b(?:(?:mass[ae]|masa) (?:vol[uú]mi(?:que|ca)|esp[eé]c[ií]fica|specifica)|m[eě]rn[aá] hmotnos[tť])(?!\w)", re.I
)
_SPECIFIC_WEIGHT = re.compile(  # which is specific gravity, in all languages but French and English
    r"\b(?:spez(?:\.|ifisches)? ?gew(?:icht|\.)|peso espec[ií]fico|peso specifico|ci[eę][zż]ar w[lł]a[sś]ciwy"
    r"|specifik vikt|egenv[æa]e?gt|greutate specific[aă]|specifi[cč]na te[zž]ina|[oö]zg[uü]l a[gğ][ıi]rl[ıi]k)(?!\w)",
    re.I,
)
_SG = re.compile(r"\bs(?:p\.?)?[. ] ?g\.?(?![\w.])", re.I)  # S.G., Sp.G.
_IN_OTHER_WORDS = (
    (_SG, "SG"), (_SP_GR, "specific gravity"), (_SPECIFIC_WEIGHT, "specific gravity"), (_MASS_OF_VOLUME, "density"),
    (re.compile(r"\bcél(?=\s?h[oő]m)", re.I), "target"),
)  # fmt: skip
_AT_ITS_TEMPERATURE = re.compile(r"(?:\b(?:at|bei|a)\b|@)\s*(?:[a-z]+\s+){0,2}temp[a-z]*\b")  # SG at sample temp
_FIRST = re.compile(  # of a gravity: before fermentation
    r"\borig|\binitial|\binicial|\biniziale|\bpocatecn|\bpoczatkow|\bstart|\bprimitif|\bpuvodn|\bkezdo|\bpocetn|\bzacetn"
    r"|\bpociatocn"
)
_WORD = re.compile(r"[a-z]+|\d+")
_LETTERS = str.maketrans(
    {"ß": "ss", "ł": "l", "ı": "i", "ø": "o", "æ": "ae", "œ": "oe", "º": "°", "ª": "°", "˚": "°", "ᵒ": "°", "³": "3"}
)

# In the order in which they are tried, on the head in small letters without accents.
GRAVITY_UNITS = (
    (r"refra[ckt]|rifrat|\bri[if]?\b", "refractometer"),
    (r"brix|°\s*bx|deg ?bx|\bbx\b", "brix"),
    (r"oechsle|\bochsle|°\s*oe?(?![a-z])|^oe\s?°|deg ?oe\b|mostgewicht oe\b", "oechsle"),
    (r"\bkmw\b|klosterneuburg|\bbabo\b", "kmw"),
    (r"twadd[ae]l|°\s*tw(?![a-z])", "twaddell"),
    (r"baume|°\s*be(?![a-z])|^be\s?°?$", "baume"),
    (r"\bgrav(?:ity)?[ _-]p\b", "plato"),
    (r"^p\s?°|deg\.? ?p\b", "plato"),
    (r"plato|°\s*p(?![a-z])|[([]\s*p\s*[)\]]|balling|\bblg\b|°\s*bl?g|% ?(w/w|m/m|mas|gew)|g[gew]%", "plato"),
    (r"sac+harom|cukrom", "plato"),
    (r"stupnovitost|\bgew\.?-?%|\bmas\.?-?%|g/100 ?g", "plato"),
    (r"g\s*/\s*(100 ?ml|dl)|%? ?\bw/v\b|g[_ ](per[_ ])?100[_ ]?ml\b|g% ?\(?vol", "g/100ml"),
    (r"(?<![\d./])(15(?:[.,]56?)?|60|20|25)\s*°?[cf]?\s*/\s*\1(?![\d./])", "sg"),
    (r"(20|15)\s*°?c?\s*/\s*4\b", "g/cm3"),
    (r"\bt\s*/\s*m3|g\s*/\s*(cm|cc|ml)|kg\s*/\s*(l|dm)|g[_ ](per[_ ])?(cm3|cc|ml)\b|\bkg_l\b|gcm-?3|g·cm", "g/cm3"),
    (r"kg\s*/\s*hl\b|kg[_ ](per[_ ])?hl\b", "kg/hl"),
    (r"k?g\s*/\s*(l|m3?|dm3)\b|g[_ ](per[_ ])?l\b|kg[_ ](per[_ ])?m3\b|\bgl\b|kgm-?3", "g/l"),
    (r"[([]\s*(points?|pts|gu|gp)\.?\s*[)\]]|(gravity|sg|density)[ _]*(in )?(points?|pts)\b", "points"),
    (r"excess gravity|^gu$", "points"),
    (r"\bs\.?g\.?(\b|$)|specific|spezifisch|especifica|specifico|soortelijk|[([]\s*(sg|g)\s*[)\]]", "sg"),
)
TEMPERATURE_UNITS = (
    (r"°\s*c(?![a-z])|deg ?c\b|celsius|[([_ ]\s*c\s*([)\]]|$)|temp(erature)?[ _-]?c\b|grad c", "c"),
    (r"°\s*f(?![a-z])|deg ?f\b|fahrenheit|[([_ ]\s*f\s*([)\]]|$)|temp(erature)?[ _-]?f\b", "f"),
    (r"kelvin|[([_ ]\s*k\s*([)\]]|$)", "k"),
    (r"°\s*r[ea]?(?![a-z])|reaumur|rankine", "r"),
)
TIME_UNITS = (
    (r"\bms\b|millis", 1 / 3_600_000.0),
    (r"\b(h|hrs?|hours?|std|stunden?|horas?|heures?|ore|uur|uren|godzin[ay]?|hodin[ay]?|elapsed hours?)\b", 1.0),
    (r"\b(d|days?|tage?|dias?|jours?|giorn[oi]|dagen|dag|dni|dzien|dny|den|dnu|gartage?)\b", 24.0),
    (r"\b(min|mins|minutes?|minuten|minutos|minuti|minut[ay]?)\b", 1 / 60.0),
    (r"\b(s|secs?|seconds?|sekunden|segundos|secondes|secondi|sekund[ay]?)\b", 1 / 3600.0),
    (r"\b(weeks?|wochen?|semaines?|semanas?|settiman[ae]|weken)\b", 168.0),
)


_OF_A_TANK = (known.DEVICE, known.BEER, known.NUMBER)


@dataclass(frozen=True, slots=True)
class Head:
    """One head, understood. `plain` is the text in small letters without accents; `words` are its words."""

    text: str
    plain: str
    words: tuple[str, ...]

    def says(self, pattern: re.Pattern[str]) -> bool:
        """Whether one of the words is of this kind."""
        return any(pattern.fullmatch(word) for word in self.words)

    def count(self, pattern: re.Pattern[str]) -> int:
        """How many of the words are of this kind."""
        return sum(pattern.fullmatch(word) is not None for word in self.words)

    def only(self, *patterns: re.Pattern[str]) -> bool:
        """Whether every word is of one of these kinds."""
        return bool(self.words) and all(any(p.fullmatch(word) for p in patterns) for word in self.words)

    @property
    def gravity_unit(self) -> str | None:
        """The unit that it names for a gravity; extract without one is in °P, per cent by weight."""
        return self.named_gravity_unit or (
            "plato" if self.is_extract or self.words in (("es",), ("ae",), ("ae", "pct"), ("e", "s")) else None
        )

    @property
    def named_gravity_unit(self) -> str | None:
        """The unit that it names for a gravity; none of "Extract" alone."""
        return _unit(self.plain, GRAVITY_UNITS)

    @property
    def temp_unit(self) -> str | None:
        """The unit that it names for a temperature: c, f or k."""
        return _unit(self.plain, TEMPERATURE_UNITS)

    @property
    def hours_per_unit(self) -> float | None:
        """Hours in the unit of time that it names."""
        found = (hours for pattern, hours in TIME_UNITS if re.search(pattern, self.plain.replace("_", " ")))
        return next(found, None)

    @property
    def is_gravity(self) -> bool:
        """Of a gravity that may be the measured one."""
        if ("true" in self.words and self.is_extract) or _OTHER_WEIGHTS.search(self.plain):  # true as in real extract
            return False
        if _BY_TIME.search(self.plain):
            return False
        return self.of_gravity and not self.says(known.NO_GRAVITY) and not self.says(known.TARGET) and not self.is_time

    @property
    def is_og(self) -> bool:
        """Of an original gravity as somebody declared it."""
        of_weight = self.plain == "oe" or self.gravity_unit == "plato" or re.match(r"oe\W*%", self.plain)
        extract = "oe" in self.words and of_weight  # not °Oechsle
        names = {"og", "stammwurze"} & set(self.words) or extract
        first = _FIRST.search(self.plain)
        derived = {"fg", "unit", "units", "confirmed", "time", "date", "points"} & set(self.words)
        return bool(names or (first and self.of_gravity)) and not self.says(known.TARGET) and not derived

    @property
    def is_temperature(self) -> bool:
        """Of any temperature that is measured, the room's too."""
        marked = re.search("°|deg|grad", self.plain) or re.search(r"\w_[cf]$", self.plain) or self._ends_in_degrees
        by_unit = self.temp_unit is not None and bool(marked) and not self.of_gravity
        beside = self.says(known.BEER) or self.says(known.NOT_BEER) or self.temp_unit  # T3_beer, T (C)
        probe = ("t" in self.words and beside and not self.of_gravity) or self.plain in ("t°", "t °") or self._is_t_of
        is_labelled = probe or by_unit or self.says(known.TEMPERATURE)
        if "temps" in self.words and self.hours_per_unit:  # French for time
            return False
        controls = {"out", "sp"} & set(self.words) or {"unit", "units", "format"} & set(self.words)
        return is_labelled and not controls and not self.says(known.TARGET) and not self.is_unit_of

    @property
    def _is_t_of(self) -> bool:
        """T of something: "T cuve", "T° réelle", "FV1 T", but not "Tank T1"."""
        others = tuple(word for word in self.words if word != "t")
        alone = re.search(r"(?<![a-z0-9])t ?°?(?![a-z0-9°])", self.plain)
        return alone is not None and Head(self.text, self.plain, others).only(*_OF_A_TANK, known.ACTUAL)

    @property
    def _ends_in_degrees(self) -> bool:
        """C or F in brackets, or behind the name of a tank or of a beer: "Wort (C)", "(C)", "FV1 F"."""
        if self.says(known.OTHER_QUANTITY):
            return False
        if re.search(r"^[([][cf][)\]]|[([][cf][)\]]$", self.plain):
            return True
        before = Head(self.text, self.plain, self.words[:-1])
        return self.words[-1:] in (("c",), ("f",)) and before.only(*_OF_A_TANK)

    @property
    def is_measured(self) -> bool:
        """Of a gravity or a temperature that a word names."""
        return (self.says(known.GRAVITY) and self.is_gravity) or (self.says(known.TEMPERATURE) and self.is_temperature)

    @property
    def is_unit_of(self) -> bool:
        """Of a column that names the unit of another."""
        return bool({"unit", "units", "uom", "format", "tempunits", "tempunit", "fermunits"} & set(self.words))

    @property
    def is_time(self) -> bool:
        """Of a moment or a span of time."""
        ends = self.words[-1:] and self.words[-1] in ("time", "date", "timestamp", "at", "datum", "fecha")
        return bool(ends)

    @property
    def names_moment(self) -> bool:
        """Of a moment or a time since something, by one of its words."""
        return self.says(known.MOMENT) or self.says(known.ELAPSED)

    @property
    def names_something(self) -> bool:
        """Of something that a log holds."""
        measured = self.is_gravity or self.is_temperature or self.is_og or self.plain in ("_time", "_value", "_field")
        kinds = (known.MOMENT, known.ELAPSED, known.BATCH, known.DEVICE, known.VALUE, known.VARIABLE)
        return measured or (len(self.words) <= 4 and any(self.says(kind) for kind in kinds))

    @property
    def is_extract(self) -> bool:
        """Of extract, which is some weight in another, where a gravity is a density."""
        words = "extra[ck]t|^extr$|ekstrakt|extrait|estratto|^extrato$"
        return self._is_apparent_extract or any(re.search(words, word) for word in self.words)

    @property
    def _is_apparent_extract(self) -> bool:
        in_words = {"app", "apparent", "appar", "scheinb"} & set(self.words) and {"ext", "extr"} & set(self.words)
        return bool(in_words) or _AE.match(self.plain) is not None or _ES.match(self.plain) is not None

    @property
    def of_gravity(self) -> bool:
        """Of any gravity, a target's too."""
        strange = {"temp", "temperature", "temperatur", "tempunits"} & set(self.words)
        by_unit = (
            re.fullmatch(r"\W*(sg|pg|s\. ?g|gu|p|bx|be|oe|plato|brix|es|e\s?\(s\)|deg\.? ?p)\W*", self.plain)
            or re.fullmatch(r"\W*(gg|g[ew]{1,2}\.?-?|mas\.?-?)\s?%\W*", self.plain)
            or re.search(r"(?:°|\bdeg\.?)\s*(p|bx|oe|be|tw|plato|brix)(?![a-z0-9])", self.plain)
            or re.fullmatch(r"d ?(15|20|25) ?/ ?(4|15|20|25)( ?°?c)?", self.plain)
            or (re.search(r"[([](p|sg|bx|oe)[)\]]$", self.plain) and not self.says(known.OTHER_QUANTITY))
        )
        return not strange and (self.says(known.GRAVITY) or self._is_apparent_extract or bool(by_unit))


@lru_cache(maxsize=4096)
def head(text: str) -> Head:
    """The head of a column as it is written, understood."""
    text = _LABELS.sub(lambda found: " ".join(["", *_LABEL.findall(found[0])]), text).strip()[:LONGEST]
    for pattern, word in _IN_OTHER_WORDS:
        text = pattern.sub(word, text)
    said = _ONE_WIRE.sub("probe", text)
    plain = other_scripts.translated(simple(said))
    words = tuple(_WORD.findall(other_scripts.translated(simple(_CAMEL.sub(" ", said)))))
    if any(known.GRAVITY.fullmatch(word) for word in words):  # and no temperature
        for pattern in (_COMPENSATED, _AT_ITS_TEMPERATURE):
            if (found := pattern.search(plain)) is not None:
                is_put_right = pattern is _COMPENSATED or re.search("ref|standard|cal", found[0])
                plain = plain.replace(found[0], "corrected" if is_put_right else "uncorrected")
                words = tuple(_WORD.findall(plain))
    return Head(text, plain, words)


def simple(text: str) -> str:
    """In small letters, without accents, with plain blanks."""
    return without_accents(without_accents(text).lower())


def without_accents(text: str) -> str:
    """In plain letters, with plain blanks."""
    if text.isascii():
        return " ".join(text.split())
    folded = unicodedata.normalize("NFKD", text.translate(_LETTERS)).translate(_LETTERS)
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).split())


def _unit(plain: str, units: tuple[tuple[str, str], ...]) -> str | None:
    return next((unit for pattern, unit in units if re.search(pattern, plain)), None)
