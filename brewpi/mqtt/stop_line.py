"""A STOP comes on two lines: with the other commands, and on one that carries nothing else.

A broker holds one queue for each client of its own. Whoever may command and never stops fills that of the commands, and
what does not fit is lost; a STOP still has the other line. Each is let through once, on whichever line it comes first.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Protocol

from brewpi.hardware.plug_context import Inbox, Message

COMMANDS, STOPS = 0, 1  # the two lines
KEPT = 4096  # messages of which it is known on which line they came


class Receiver(Protocol):
    """What a subscription fills."""

    def put(self, message: Message) -> bool:
        """Take a message. Returns whether it may be a STOP."""
        ...


class TwoLines:
    """An inbox that both fill, each on a thread of its own."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox
        self.commands, self.stops = OneLine(self, COMMANDS), OneLine(self, STOPS)
        self._came: OrderedDict[tuple[str, bytes], list[int]] = OrderedDict()  # how often on each line
        self._lock = threading.Lock()

    def put(self, message: Message, line: int) -> bool:
        """The same message again on the same line is another one, as its sender meant it."""
        if message.retained:  # each line is told anew at every connect, and it is never obeyed
            return line == COMMANDS and self.inbox.put(message)
        if not message.topic.endswith("/command/stop"):
            return self.inbox.put(message)
        with self._lock:
            came = self._came.setdefault((message.topic, message.payload), [0, 0])
            came[line] += 1
            is_first = came[line] > came[1 - line]
            while len(self._came) > KEPT:
                self._came.popitem(last=False)
            return is_first and self.inbox.put(message)


class OneLine:
    """One of the two."""

    def __init__(self, both: TwoLines, number: int) -> None:
        self.both, self.number = both, number

    def put(self, message: Message) -> bool:
        return self.both.put(message, self.number)
