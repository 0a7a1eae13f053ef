"""No string that a person reads is missing in a language, and none is written past the catalogues."""

import ast
import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
from messages import PACKAGE, messages
from payload_factory import NO_BREAK, NOW, READER, board_of, curve, forecast, fv1, say, state, times

from brewpi.alarms.catalogue import CATALOGUE
from brewpi.dashboard.actions import commands
from brewpi.dashboard.feed import forecast_history
from brewpi.dashboard.views import cards, chart_text, details, schedule, scores
from brewpi.dashboard.views.formatting import View
from brewpi.dashboard.views.language import LANGUAGES, catalogue, english_weekdays, is_translated, preferred
from brewpi.dashboard.views.sentences import in_words
from brewpi.forecast.what_if import WhatIf
from brewpi.mqtt import topics
from brewpi.mqtt.wire_types import MessagePayload
from brewpi.quantities import published_rows
from brewpi.records import Forecast
from brewpi.sentences import Sentence

OTHERS = [language for language in LANGUAGES if language != "en"]


def fields(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", text))


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated_with_its_fields(language: str):
    missing, odd = [], []
    for message in messages():
        one = message if isinstance(message, str) else message[0]
        if isinstance(message, tuple):
            told_ = [catalogue(language).ngettext(*message, count) for count in (1, 5)]
            if not all(set(fields(text)) <= fields(message[1]) for text in told_):
                odd.append(one)
            if told_[0] == message[0]:
                missing.append(one)
        elif not is_translated(language, one):
            missing.append(one)
        elif not fields(catalogue(language).gettext(one)) <= fields(one):
            odd.append(one)
    assert not missing, f"write them into brewpi/dashboard/locale/{language}.po, or into their row: {missing}"
    assert not odd, f"fields that are none of the message's: {odd}"


@pytest.mark.parametrize("key", CATALOGUE)
def test_what_an_alarm_says_and_asks_for_stands_beside_it_in_each_language(key: str):
    entry, said = CATALOGUE[key], messages()
    assert set(entry.todo_in) == set(OTHERS), f"todo_in of {key} has {', '.join(entry.todo_in)}"
    for english, translations in entry.says_in.items():
        assert english in said, f"nothing says this any more: {english}"
        assert set(translations) == set(OTHERS), f"{key}: {english}"


@dataclass(frozen=True, slots=True)
class Marked(View):
    """A language in which everything that went through a catalogue stands in brackets."""

    def tr(self, message: str, **values: object) -> str:
        return f"⟦{message.format(**values) if values else message}⟧"

    def trn(self, one: str, more: str, count: int, **values: object) -> str:
        return f"⟦{(one if count == 1 else more).format(count=count, **values)}⟧"


class Written(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text += [value or "" for name, value in attrs if name == "aria-label"]


def untranslated(html: str) -> set[str]:
    """Words outside of the brackets; names, units and the days of the calendar are none."""
    parser = Written()
    parser.feed(html)
    text = " ".join(parser.text)
    while re.search(r"⟦[^⟦⟧]*⟧", text):
        text = re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
    known = {"fv", "cellar", "SG", "STOP", "Amber", "anna", "min", "points", "day", "s", "h", "ml", "C", "it"}
    calendar = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "May", "Jun"}
    return set(re.findall(r"[A-Za-z]+", text)) - known - calendar


def test_nothing_is_written_past_the_catalogues():
    board = board_of("fv1")
    ask = {"key": "rise", "action": "step", "standing": "asked", "text": "it", "step": "rise", "target_c": 21.0}
    alarm = {"key": "it", "severity": "alarm", "text": "it", "todo": "it", "acknowledged_by": "anna"}
    permissives = [{"name": "step", "ok": False, "text": "it"}, {"name": "vent", "ok": True, "text": "it"}]
    dose = {"number": 1, "standing": "given", "volume_ml": 9.0, "given_ml": 9.0}
    said = state(
        batch={"name": "Amber", "style": "amber ale"}, phase="fermenting",
        next_step="crash", asks=[ask], alarms=[alarm], doses=[dose],
        heat_duty=1.0, beer_c=None, stale_s={"beer_c": 900.0}, attenuation=0.5, switches={"vent_open": True},
        drain={"state": "closed", "why": "it", "permissives": permissives},
        conditions=[{"kind": "operator", "met": False, "text": "it"}],
    )  # fmt: skip
    say(board, "fv1/state", said)
    earlier = [{"at_h": 24, "complete_h": {"p10": 60, "p50": 72, "p90": 90}, "hours": [], "sg": []}]
    say(board, "fv1/curve", curve(earlier=earlier, marks=[{"hours": 5, "kind": "step", "text": "it"}]))
    say(board, "fv1/forecast", forecast(10, 24, 50, rest=times(5, 8, 11), p_stuck=0.4))
    holds = [{"hold_c": 17.0, "complete_at": times(30, 40, 50)}]
    say(board, "fv1/what_if", {"at": said["at"], "target_c": 19.0, "holds": holds})
    judged = [{"way": 0.5, "error_h": 3.0, "inside": True}]
    figures = {"forecasts": 4, "median_abs_error_h": 3.0, "inside_interval": 0.8}
    shadow = {"name": "Amber", "batches": 2, "nearer": 1, **figures, "champion": figures}
    live = {"name": "Amber", "batches": 2, **figures, "promised": figures, "worse": True}
    both, by_way = {"shadow": shadow, "live": live}, {"50%": {"forecasts": 2}}
    say(board, "scorecard", {"batches": 2, **figures, "by_way": by_way, "latest": [judged, judged], **both})
    tank, view = fv1(board), Marked(zone=READER.zone)
    html = (
        cards.body(board, tank, NOW, view)
        + details.details(board, tank, NOW, view)
        + details.events(tank, NOW, view)
        + schedule.schedule(board, NOW, view)
        + scores.scorecard(board, view)
        + forecast_history.tables(tank, NOW, view)
        + chart_text.table(tank, view, NOW)
        + chart_text.spoken(tank, view, NOW)
        + cards.summary(board, NOW, view)
    )
    orders = [order for offer in commands.offers(tank, view) for _, order in offer.orders]
    orders += [
        commands.setpoint(tank, 16.0, view), commands.hand_reading(tank, 1.02, "sg", view),
        commands.dose(tank, 9.0, True, view), commands.stop(tank, view), commands.resume(tank, view),
    ]  # fmt: skip
    assert untranslated(html + " ".join(f"{one.effect} {one.yes} {one.title}" for one in orders)) == set()


def test_a_daemons_sentence_is_said_in_the_readers_language_and_units():
    sentence = Sentence("beer at {beer_c:.1f} of {target_c:.1f} °C", beer_c=18.9, target_c=19.0)
    message = MessagePayload.model_validate(sentence.message())
    assert in_words(str(sentence), message, View(language="de")) == f"Bier bei 18,9 von 19,0{NO_BREAK}°C"
    assert in_words(str(sentence), message, View(fahrenheit=True)) == f"beer at 66.0 of 66.2{NO_BREAK}°F"
    assert in_words("not made of anything", None, View(language="de")) == "not made of anything"


def test_an_operator_reads_attenuation_as_per_cent():
    sentence = Sentence("attenuation {reached:.2f} of {needed:.2f}", reached=0.75, needed=0.45)
    message = MessagePayload.model_validate(sentence.message())
    assert in_words(str(sentence), message, View()) == "75\N{NO-BREAK SPACE}% attenuated, 45\N{NO-BREAK SPACE}% needed"


def test_a_forged_sentence_is_only_text():
    message = MessagePayload(key="{a.__class__} {a!r} {a:>99999999} {b} {a}", values={"a": 1.0})
    assert in_words("x", message, View()) == "{a.__class__} {a!r} {a:>99999999} {b} 1"
    endless = {"key": "{a}", "values": {"a": {"key": "{a}", "values": {}}}}
    for _ in range(30):
        endless = {"key": "{a}", "values": {"a": endless}}
    assert in_words("x", MessagePayload.model_validate(endless), View()) == ""


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("de-AT,de;q=0.9,en;q=0.8", "de"), ("fr", "fr"), ("pt-BR,es;q=0.5", "es"), ("ja", "en"), ("", "en"),
     (";;,,q", "en"), ("en-GB,en;q=0.9,de;q=0.8", "en"), ("de;q=0,fr;q=0.1", "fr")],
)  # fmt: skip
def test_the_browser_chooses_the_language(accepted: str, language: str):
    assert preferred(accepted) == language


SPEAKERS = ("alarms", "cellar", "control", "estimation", "forecast", "outputs")  # what they say is shown on the board
TERMINAL = ("alarms/catalogue", "control/procedure", "control/until", "forecast/golden", "forecast/labels",
            "forecast/model_trial", "outputs/mcp23017", "outputs/modbus_relay", "outputs/shelly", "outputs/tasmota")
SPOKEN = {"Alarm": 2, "AlarmCondition": 1, "Fault": 3, "CannotForecast": 0, "OutOfDistribution": 0, "abort": 0,
          "close": 0, "_fail": 1, "_complain": 0, "_tell": 3, "tell": 3}  # which argument is read by people
NAMES = ("text", "why", "reason")  # of what holds a sentence


def spoken(node: ast.AST) -> list[ast.expr | None]:
    """What of a piece of code becomes a sentence for people."""
    match node:
        case ast.Return():
            return [node.value]
        case ast.Assign(targets=[ast.Name(id=name)]) if name in NAMES:
            return [node.value]
        case ast.Call():
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = SPOKEN.get(called, 99)
            return [*node.args[place : place + 1], *(one.value for one in node.keywords if one.arg in NAMES)]
        case ast.Yield():
            return [node.value]
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.Tuple():
            return list(node.elts)
    return []


def by_hand(tree: ast.AST) -> set[int]:
    """Lines on which a sentence with something in it is put together without its key."""
    return {
        one.lineno
        for node in ast.walk(tree)
        for one in spoken(node)
        if isinstance(one, ast.JoinedStr)
        and re.search(r"[a-z]{2,}.* ", "".join(p.value for p in one.values if isinstance(p, ast.Constant)))
    }


def test_what_a_cellar_says_is_made_of_a_key_and_values():
    """A sentence with a number in it that is put together by hand cannot be said in another language."""
    found = {}
    for room in SPEAKERS:
        for file in sorted((PACKAGE / room).rglob("*.py")):
            if str(file.relative_to(PACKAGE).with_suffix("")) in TERMINAL:  # for who reads docs, configs or a terminal
                continue
            if lines := by_hand(ast.parse(file.read_text(encoding="utf-8"))):
                found[str(file.relative_to(PACKAGE))] = sorted(lines)
    assert not found, f"write them as Sentence(...): {found}"


@pytest.mark.parametrize(
    "line",
    ['return f"no {thing} waits"', 'why = f"{a} is at {b}"', 'Alarm("k", "alarm", f"it {x} burns", 0)',
     'return 0, f"dose {n} is due"', 'f(why=f"{n} of a kind")'],
)  # fmt: skip
def test_one_that_is_put_together_by_hand_is_found(line: str):
    assert by_hand(ast.parse(f"def f():\n {line}")) == {2}


def test_what_an_interlock_says_is_said_in_the_readers_language():
    why = Sentence("{output}: {reason}", output="cool", reason=Sentence("compressor rests, {left} left", left="3 min"))
    message = MessagePayload.model_validate(why.message())
    assert in_words(str(why), message, View(language="de")) == "kühlt: Kompressor ruht, noch 3 min"


def test_a_unit_that_is_a_word_is_in_the_readers_language():
    (row,) = (row for row in published_rows() if row.name == "rate_6h")
    assert View(language="de").value(row, 7.2) == f"7,2{NO_BREAK}Punkte/Tag"
    assert View().value(row, 7.2) == f"7.2{NO_BREAK}points/day"


def test_why_there_is_no_what_if_is_said_in_the_readers_language():
    why = Sentence(
        "only the model knows temperature; {reason}", reason=Sentence("needs two readings of gravity; has none")
    )
    payload = json.loads(topics.what_if(WhatIf(Forecast(0.0, None, "none"), why=why), NOW))
    board = board_of("fv1")
    say(board, "fv1/what_if", payload)
    html = forecast_history.tables(fv1(board), NOW, View(language="de"))
    assert "nur das Modell kennt Temperaturen; braucht zwei Dichtemesswerte, hat keinen" in html


@pytest.mark.parametrize(
    ("text", "language", "english"),
    [
        ("Mo-Fr 06:00-14:00; sa,so", "de", "mon-fri 06:00-14:00; sat,sun"),
        ("lun-vie 6:00-14:00; sab,dom", "es", "mon-fri 6:00-14:00; sat,sun"),
        ("mié", "es", "wed"), ("mar.,jeu", "fr", "tue,thu"), ("mon-fri", "de", "mon-fri"),
        ("at night", "de", "at night"),
    ],
)  # fmt: skip
def test_times_of_the_week_may_be_in_the_readers_language(text: str, language: str, english: str):
    assert english_weekdays(text, language) == english
