"""Whether what is sent to our command topics reaches us. Pure.

A broker whose access list keeps commands from us may grant the subscription, take every command, and deliver none: no
STOP arrives, and nobody is told. So beside the commands of each tank there is a topic `.../command/echo`, to which we
write ourselves. It is obeyed by nobody and never retained; what has to come is its return.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from math import inf
from typing import Literal

from brewpi.hardware.plug_context import Message
from brewpi.mqtt.broker_users import ECHO
from brewpi.records import Alarm
from brewpi.sanitize import parse_object
from brewpi.sentences import Sentence

OF_A_SERVICE = re.compile(r"[0-9a-f]{32}-\d{1,9}")
FIRST_S = 2.0  # after the broker has been found
ANSWER_S = 10.0  # the echo has to be back
AGAIN_S, WRONG_S, EVERY_S = 20.0, 60.0, 600.0  # to the next: after a first miss, while it is wrong, while all is well
MISSES = 2  # in a row: one may be a broker that is busy
NAMED = 3  # so many tanks are named one by one
ANOTHER_S = 2.5 * EVERY_S  # another service of this site has been heard so lately

Result = Mapping[str, bool | None]  # by topic: taken, refused, or nobody knows
Verdict = Literal["read", "write", "unknown"]


class Echoes:
    """What has been sent to ourselves, and what of it came back.

    One thread calls everything but `put`, which is of the thread on which messages arrive.
    """

    def __init__(self, availability: str) -> None:
        self.availability = availability
        self.filters: list[str] = []  # of commands, one a tank
        self._own = uuid.uuid4().hex
        self._number = 0
        self._next_at, self._judged_at = inf, inf
        self._came: set[str] = set()  # topics without their last word, of which the last echo came back
        self._commanded: set[str] = set()  # the same, of which a command has come since the broker was found
        self._result: Result | None = None
        self._misses, self._since = 0, 0.0
        self._another: float | None = None
        self.verdict: Verdict | None = None
        self.lacking: list[str] = []  # topics of the verdict

    def put(self, message: Message, now: float) -> bool:
        """What came on the line of commands. Returns whether it was an echo, which is no command."""
        before, _, word = message.topic.rpartition("/")
        if message.retained:
            return word == ECHO
        if word != ECHO:
            self._commanded.add(before)
            return False
        try:
            said = parse_object(message.payload).get("id")
        except ValueError:
            return True
        if said == f"{self._own}-{self._number}":
            self._came.add(before)
        elif isinstance(said, str) and OF_A_SERVICE.fullmatch(said) and not said.startswith(self._own):
            self._another = now
        return True

    def found(self, now: float) -> None:
        """The broker is there, perhaps again: what was under way says nothing."""
        if self.filters:
            self._next_at, self._judged_at, self._result, self._commanded = now + FIRST_S, inf, None, set()

    def due(self, now: float) -> list[tuple[str, str]]:
        """What is to be sent now, topics and payloads; nothing while it is not time. Whether anything else of ours is
        taken is asked only once an echo was missed: everybody hears that we are online."""
        if now < self._next_at:
            return []
        self._next_at, self._number, self._came = inf, self._number + 1, set()
        echo = json.dumps({"id": f"{self._own}-{self._number}"})
        more = [(self.availability, "online")] if self._misses else []
        return [*more, *((self._echo(one), echo) for one in self.filters)]

    def sent(self, result: Result | None, now: float) -> None:
        """What became of it; None where the broker could not be visited."""
        self._result = result
        if result is None:
            self._next_at = now + AGAIN_S
        else:
            self._judged_at = now + ANSWER_S

    def judge(self, now: float, refused: Collection[str] = ()) -> bool:
        """Once it is time. refused: subscriptions that the broker does not grant. Returns whether the verdict is
        another one."""
        result = self._result
        missing = [one for one in self.filters if one.rpartition("/")[0] not in self._came]
        if result is None or (now < self._judged_at and missing):
            return False
        before, self._result = (self.verdict, self.lacking), None
        found = self._found_out(result, missing, refused)
        self._misses = self._misses + 1 if found else 0
        self._since = now if self._misses == 1 else self._since
        self._next_at = now + (EVERY_S if not found else AGAIN_S if self._misses < MISSES else WRONG_S)
        if found is None:
            self.verdict, self.lacking = None, []
        elif self._misses >= MISSES:
            self.verdict, self.lacking = found
        return (self.verdict, self.lacking) != before

    def _found_out(
        self, result: Result, missing: list[str], refused: Collection[str]
    ) -> tuple[Verdict, list[str]] | None:
        """What is wrong first of all."""
        deaf = [one for one in missing if one in refused or result.get(self._echo(one))]
        if deaf:
            return "read", deaf
        if result.get(self.availability) is False:
            return "write", [self.availability]
        unknown = [one for one in missing if one.rpartition("/")[0] not in self._commanded]
        return ("unknown", unknown) if unknown else None

    def alarm(self, address: str, user: str | None, now: float) -> Alarm | None:
        """What is wrong, as people are told. user: our account at the broker."""
        if self._another is not None and now - self._another < ANOTHER_S:
            text = Sentence(
                "another brewpi of this site hears the commands at broker {address}: both obey them, and each says"
                " what the other does not know", address=address,
            )  # fmt: skip
            return Alarm("same_name", "alarm", text, self._another)
        rule = self._rule(user)
        match self.verdict:
            case "read":
                text = Sentence(
                    "broker {address} keeps commands from us, STOP too: they are sent and do not arrive. Its access"
                    " list needs: {rule}", address=address, rule=rule,
                )  # fmt: skip
                return Alarm("broker: commands", "alarm", text, self._since)
            case "write":
                text = Sentence(
                    "broker {address} takes nothing that we say: boards and phones hear nothing. Its access list"
                    " needs: {rule}", address=address, rule=rule,
                )  # fmt: skip
                return Alarm("broker: refused", "alarm", text, self._since)
            case "unknown":
                text = Sentence(
                    "whether commands and STOP reach us is not known: what we send to ourselves does not come back"
                    " from broker {address}. Its access list needs: {rule}", address=address, rule=rule,
                )  # fmt: skip
                return Alarm("broker: unproven", "warning", text, self._since)
        return None

    def _rule(self, user: str | None) -> str:
        """As an access list of Mosquitto has it."""
        topics: Sequence[str] = self.lacking
        if len(topics) == len(self.filters) or len(topics) > NAMED:
            topics = sorted({_of_all(one) for one in topics})
        words = {"read": ["read"], "write": ["write"], "unknown": ["read", "write"]}[self.verdict or "read"]
        lines = [
            f"topic {word} {self._echo(one) if word == 'write' and one != self.availability else one}"
            for one in topics for word in words
        ]  # fmt: skip
        if self.verdict == "write":
            base = self.availability.rpartition("/")[0]
            lines.append(f"topic write {base}/#")
        return "; ".join(([f"user {user}"] if user else []) + lines)

    @staticmethod
    def _echo(topic_filter: str) -> str:
        return f"{topic_filter.rpartition('/')[0]}/{ECHO}"


def _of_all(topic_filter: str) -> str:
    """`brewpi/riverside/fv1/command/+` for every tank."""
    parts = topic_filter.split("/")
    return "/".join([*parts[:-3], "+", *parts[-2:]]) if parts[-2:] == ["command", "+"] else topic_filter
