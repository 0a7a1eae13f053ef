"""What a message says beside its number: that it counts for nothing, and which device it is of."""

from __future__ import annotations

import re
from collections.abc import Iterable

from brewpi.sensors import MISSED, SensorError
from brewpi.sensors.payload import NUMBER, Fields

NO = ("false", "0", "no", "off")
NO_FAULT = ("", "0", "00", "0x0", "0x00", "false", "no", "off", "none", "null", "ok", "good", "normal", "no error")
# In small letters, their words not apart. Not "present", which is somebody in the room, nor "connected" alone: what
# only broadcasts never is.
SAYS_GOOD = re.compile(
    "(?:is|)(?:valid|ok|available|online|reachable|healthy|alive|success)"
    "|(?:sensor|probe)(?:ok|valid|present|connected|available|online)"
)
SAYS_BAD = re.compile(
    "(?:is|)(?:stale|offline|fault|faulty|broken)|(?:sensor|probe)(?:fault|error|fail|failed|failure|lost|disconnected)|err"
)
SAYS_CODE = re.compile("(?:error|fault)code")
SAYS_STATE = re.compile("(?:sensor|probe|device|)(?:status|state|availability|health|quality)")
BAD_STATES = re.compile(
    "offline|(?:un|not)available|error|faulty?|fail(?:ed|ure|)|(?:dis|not)connected|stale|bad|invalid|timeout|lost"
)
# What names a device; a number alone only where the name says that it is one: {"probe": 19.5} is a temperature.
NAMES_DEVICE = re.compile(
    "(?:device|dev|sensor|probe|node|chip)(?:id|no|number|eui|addr(?:ess)?|mac)|mac(?:addr(?:ess)?)|eui"
    "|serial(?:no|number|)|rom(?:code|id|address|)"
)
NAMES_IN_WORDS = re.compile(
    "(?:device|sensor|probe|node|friendly|)name|device|sensor|probe|node|entityid|clientid|topic|location|room|tank"
)
ENVELOPES = ("deviceinfo", "enddeviceids", "device")  # of ChirpStack, The Things Network, zigbee2mqtt
WITHIN_S = MISSED * 900.0  # in which a second device that shares a topic is heard again
MOST = 8  # of them


def not_valid(beside: Fields) -> str | None:
    """What a device says for which its number is no measurement; None where it says nothing of the kind."""
    for name, value in beside.alike.items():
        if isinstance(value, dict | list):
            continue
        said = str(value).strip()
        word = said.lower()
        is_number = NUMBER.fullmatch(said) is not None
        if SAYS_GOOD.fullmatch(name):
            bad = word in NO
        elif SAYS_BAD.fullmatch(name):
            bad = value is not None and (word == "1" if is_number else word not in NO_FAULT)
        elif SAYS_CODE.fullmatch(name):
            bad = value is not None and word not in NO_FAULT
        else:
            state = re.sub(r"[\W_]", "", word)
            bad = SAYS_STATE.fullmatch(name) is not None and BAD_STATES.fullmatch(state) is not None
        if bad:
            return "" if name.endswith("valid") else f"{name}: {said}"
    return None


def named(levels: Iterable[Fields]) -> dict[str, str]:
    """What the objects around a number call the device that it is of: a text for each name. A model tells radios apart
    that have chosen the same number."""
    found: dict[str, str] = {}
    for level in levels:
        if level.word("id") and (model := level.word("model")):
            found["model"] = model
        for name, value in level.alike.items():
            if value is None or isinstance(value, dict | list | bool | float):
                continue
            said = str(value).strip().casefold()
            in_words = NAMES_IN_WORDS.fullmatch(name) and NUMBER.fullmatch(said) is None
            if said and (in_words or NAMES_DEVICE.fullmatch(name)):
                found[name] = said
    return found


class Senders:
    """Which devices were heard on one topic. Of two that take turns neither is believed; one that comes where another
    has been heard again and again, only once it has come twice. What is another in each message, as a count is, tells
    no device from another."""

    def __init__(self) -> None:
        self.heard: dict[str, dict[str, float]] = {}  # name -> what it said and when, the latest last
        self.again: dict[str, int] = {}  # name -> how often it said its latest in a row
        self.newcomer: dict[str, str] = {}  # name -> what it said once, in the place of the usual
        self.turns_at: dict[str, float] = {}  # name -> when one came back after another

    def refuse_another(self, said: dict[str, str], at: float, what: str) -> None:
        """Raises SensorError for a message of another device than those before."""
        doubts = [doubt for name, value in said.items() if (doubt := self._doubt(name, value, at))]
        if doubts:
            raise SensorError(f"{what} is {doubts[0]}; let each device be sent to a topic of its own")

    def _doubt(self, name: str, value: str, at: float) -> str | None:
        recent = {one: then for one, then in self.heard.get(name, {}).items() if at - then < WITHIN_S}
        latest = next(reversed(recent), value)
        newcomer = self.newcomer.pop(name, None)
        if value not in (latest, newcomer) and self.again.get(name, 0) > 1:
            self.newcomer[name] = value
            return f'of {name} "{value[:40]}" now, not of "{latest[:40]}"'
        self.again[name] = self.again.get(name, 0) + 1 if value in (latest, newcomer) else 1
        if value != latest and value in recent:
            self.turns_at[name] = at
        others = [(one, then) for one, then in recent.items() if one != value][-MOST:]
        self.heard[name] = {**dict(others), value: at}
        if others and at - self.turns_at.get(name, float("-inf")) < WITHIN_S:
            return f'of {name} "{value[:40]}" and of "{others[-1][0][:40]}" by turns'
        return None
