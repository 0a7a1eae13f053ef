"""Two machines of one name at a broker: each is thrown out when the other comes. Who came later gives way. Pure.

A broker lets one connection a client id stand, and ours follows from the site. Without this both would come back
within a second, for ever, and each time the other's last will would say that the site is offline. A broker that dies
closes connections, too; but then it is not there at the first try.
"""

from __future__ import annotations

from collections import deque

from brewpi.sentences import Sentence

SHORT_S = 15.0  # a connection closed sooner may be that of the newcomer: the other one came back and threw it out
SHORT_IN_A_ROW = 4  # short ones in a row; the newcomer has had so many first
GIVES_WAY_S, LONGEST_S = 30.0, 600.0
SUSPICIOUS, WITHIN_S = 4, 3600.0  # so many closings


class Rivals:
    """What the broker's closing of our connections tells."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._short = 0
        self._closings: deque[float] = deque(maxlen=SUSPICIOUS)

    def greeted(self, now: float) -> None:
        """We are connected."""
        self._since = now

    def closed(self, now: float) -> float:
        """The broker has closed the connection. For how many seconds to stay away; 0: come back at once."""
        if self._since is None:
            return 0.0
        self._short = self._short + 1 if now - self._since < SHORT_S else 0
        self._since = None
        self._closings.append(now)
        more = self._short - SHORT_IN_A_ROW
        return min(GIVES_WAY_S * 2.0 ** min(more, 10), LONGEST_S) if more >= 0 else 0.0

    def unreachable(self) -> None:
        """It was the broker, or the network."""
        self._short = 0
        self._closings.clear()

    def suspected_since(self, now: float) -> float | None:
        """When the first of so many closings within an hour was; None where there were fewer."""
        full = len(self._closings) == SUSPICIOUS and now - self._closings[0] < WITHIN_S
        return self._closings[0] if full else None


def suspicion(broker: str) -> Sentence:
    """As an alarm says it."""
    return Sentence(
        "broker {address} closed our connection {count} times within an hour: another brewpi may have the name of this"
        " site, and then commands and STOP reach only one of them", address=broker, count=SUSPICIOUS,
    )  # fmt: skip
