"""What a message says beside its number: that it counts for nothing, and which device it is of."""

from __future__ import annotations

import re
from collections.abc import Iterable

from brewpi.sensors import MISSED, SensorError
from brewpi.sensors.messages.payload import NUMBER, Fields

YES, NO = ("true", "yes"), ("false", "0", "no", "n", "off")
NO_FAULT = ("", "0", "00", "0x0", "0x00", "false", "no", "off", "none", "null", "ok", "good", "normal", "no error")
# In small letters, their words not apart. Not "present", which is somebody in the room, nor "connected" alone: what
# only broadcasts never is.
_PROBE = "sensor|probe|hydrometer|thermometer"
SAYS_GOOD = re.compile(
    "(?:is|)(?:valid|ok|good|available|online|reachable|healthy|alive|success|fresh|uptodate)|(?:crc|checksum)(?:ok|valid)"
    f"|(?:{_PROBE}|reading|measurement)(?:ok|valid|good|present|connected|available|online)"
)
SAYS_BAD = re.compile(
    "(?:is|)(?:stale|offline|fault|faulty|broken|outdated|outofrange|(?:over|under)range)|err"
    f"|(?:{_PROBE})(?:fault|error|fail|failed|failure|lost|missing|disconnected)"
)
# With a yes alone: a number below such a name counts or sets something.
SAYS_BAD_BY_YES = re.compile(
    "(?:is|in|)(?:cached|lastknown|expired|lost|missing|timedout|invalid|failed|dead|simulated|simulation|demo|old|frozen"
    "|disconnected|calibrating|estimated?|(?:temp|temperature|gravity|sg)isestimated?|test|(?:test|calibration|demo|config"
    "|configuration|setup)mode)"
)
SAYS_CODE = re.compile("(?:error|fault)code")
SAYS_STATE = re.compile(
    f"(?:{_PROBE}|device|)(?:status|state|availability|health|quality|alarm|alert|warning)(?:code|)|{_PROBE}|q"
)
SAYS_MODE = re.compile("(?:device|operating|run)mode")  # what it is in when it does not measure the beer
NO_MEASURING = re.compile("calibrat(?:ion|ing)|config(?:uration|)|setup|test|demo|simulat(?:ion|or|ed)")
_BAD = (
    "offline|(?:un|not)available|unhealthy|errors?|faulty?|fail(?:ed|ure|)|(?:dis|not)connected|stale|bad|invalid|timeout"
    "|timedout|lost|dead|missing|broken|unplugged|calibrating|uncertain|doubtful|(?:open|short)(?:circuit|ed)"
    "|outofrange|(?:over|under)range"
)
BAD_STATES = re.compile(
    f"(?:{_PROBE}|device|signal|connection|comms?|communication|read|)(?:is|)(?:{_BAD})"
    f"|(?:{_BAD}|no)(?:{_PROBE}|device|signal|connection|comms?|communication)"
    "|(?:bad|uncertain)(?:not|no|last|sensor|device|comm|config|out|wait|sub|data|engineering|resource|timeout)[a-z]*"
)
OPC_BAD = 0x8000_0000  # of OPC UA's status codes (Part 4, 7.39) those from here on are bad, whatever the reason
# The same of one number, its name without what parts its words before it: temp_valid, gravity_status.
OF_THE_NUMBER = re.compile("(?:valid|ok|status|state|quality|error|fault)")
# What names a device; a number alone only where the name says that it is one: {"probe": 19.5} is a temperature.
_THING = (
    "device|dev|sensor|probe|node|chip|client|host|thing|asset|station|beacon|tag|logger|hydrometer|spindle|pill|hardware"
    "|hw|object|unique|entity|equipment|instance|tank|vessel|fv|ferment[eo]r|peripheral|radio|slave|unit|esp|short"
    "|network"
)
NAMES_DEVICE = re.compile(
    f"(?:{_THING})(?:id|no|number|eui|addr(?:ess)?|mac|serial)|(?:bt|ble|wifi|)mac(?:addr(?:ess)?|)|eui(?:64|)"
    "|(?:ieee|ext|bd|bt|ble|nwk|modbus|)addr(?:ess)?|serial(?:no|num|number|)|sn|uuid|uid|guid|imei|esn|[dns]id"
    "|rom(?:code|id|address|)|rfid|ident(?:ifier|)|(?:write|device|)(?:token|apikey)|writekey"
)
NAMES_IN_WORDS = re.compile(
    f"(?:{_THING}|friendly|)name|device|sensor|probe|node|entityid|clientid|client|host|src|sender|thing|alias|topic"
    "|location|room|zone|tank|vessel|fv|ferment[eo]r|hydrometer|spind(?:el|le)|pill|beacon|station|asset|equipment|logger"
    "|label|peripheral|esp|user(?:name|)|batch|brew"
)
NETWORK = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")  # an address in it may change
TEMPERATURE_NAMES, GRAVITY_NAMES = ("temp", "temperature"), ("gravity", "corrgravity", "sg")
ENVELOPES = ("deviceinfo", "enddeviceids", "device")  # of ChirpStack, The Things Network, zigbee2mqtt
MOST = 8  # of them


def given_up(beside: Fields) -> str | None:
    """Why a device says itself that all its numbers are no measurements, in brackets; None where it does not."""
    many = (beside.word("errors") or "").strip("[]'")  # Shelly's newer ones have a list; a number counts past ones
    fault = beside.word("error") or ("" if many.isdecimal() else many)
    objects = [(name, value) for name, value in beside.alike.items() if isinstance(value, dict)]
    states = [Fields(value) for name, value in objects if SAYS_STATE.fullmatch(name)]
    found = (said for said in map(not_valid, [beside, *states]) if said is not None)
    why = fault if fault.lower() not in NO_FAULT else next(found, None)
    return why and f" ({why[:40]})"


def not_valid(beside: Fields, *of: str) -> str | None:
    """What a device says for which a number is no measurement; None where it says nothing of the kind. of: what the
    number is called, in small letters, for what is said of it alone; of any number without."""
    for name, value in beside.alike.items():
        said = "" if value is None or isinstance(value, dict | list) else str(value).strip()
        about = name
        if of:
            rests = (name.removeprefix(one) for one in of if name.startswith(one))
            about = next(filter(OF_THE_NUMBER.fullmatch, rests), "")
        if said and about and _is_bad(about, said):
            return "" if name.endswith("valid") else f"{name}: {said}"
    return None


def _is_bad(name: str, said: str) -> bool:
    word = said.lower()
    if SAYS_GOOD.fullmatch(name):
        return word in NO
    if SAYS_BAD.fullmatch(name) or name == "error":
        return word == "1" if NUMBER.fullmatch(said) else word not in NO_FAULT
    if SAYS_BAD_BY_YES.fullmatch(name):
        return word in YES
    if SAYS_CODE.fullmatch(name):
        return word not in NO_FAULT
    plain = re.sub(r"[\W_]", "", word)
    if SAYS_MODE.fullmatch(name):
        return NO_MEASURING.fullmatch(plain.removesuffix("mode")) is not None
    if name == "statuscode" and plain.isdecimal():
        return int(plain) >= OPC_BAD
    return SAYS_STATE.fullmatch(name) is not None and BAD_STATES.fullmatch(plain) is not None


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
            if said and not NETWORK.fullmatch(said) and (in_words or NAMES_DEVICE.fullmatch(name)):
                found[name] = said
    return found


def named_around(message: Fields, *levels: Fields) -> dict[str, str]:
    """What a message calls its device, beside its number, above it or in the envelope of a gateway."""
    around = [Fields(value) for name, value in message.alike.items() if name in ENVELOPES and isinstance(value, dict)]
    return named([*around, *levels])


class Senders:
    """Which devices were heard on one topic. Of two that take turns neither is believed; one that comes where another
    has been heard again and again, only once it has come twice, if newcomers wait. What is another in each message, as
    a count is, tells no device from another. within_s: in which a second device that shares a topic is heard again."""

    def __init__(self, within_s: float = MISSED * 900.0, newcomers_wait: bool = True) -> None:
        self.within_s, self.newcomers_wait = within_s, newcomers_wait
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
        recent = {one: then for one, then in self.heard.get(name, {}).items() if at - then < self.within_s}
        latest = next(reversed(recent), value)
        newcomer = self.newcomer.pop(name, None)
        if self.newcomers_wait and value not in (latest, newcomer) and self.again.get(name, 0) > 1:
            self.newcomer[name] = value
            return f'of {name} "{value[:40]}" now, not of "{latest[:40]}"'
        self.again[name] = self.again.get(name, 0) + 1 if value in (latest, newcomer) else 1
        if value != latest and value in recent:
            self.turns_at[name] = at
        others = [(one, then) for one, then in recent.items() if one != value][-MOST:]
        self.heard[name] = {**dict(others), value: at}
        if others and at - self.turns_at.get(name, float("-inf")) < self.within_s:
            return f'of {name} "{value[:40]}" and of "{others[-1][0][:40]}" by turns'
        return None
