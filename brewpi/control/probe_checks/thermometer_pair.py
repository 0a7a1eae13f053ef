"""Two thermometers in one beer: while they disagree, outputs that go by its temperature are off. Pure."""

from __future__ import annotations

from brewpi.estimation.trusted import trusted
from brewpi.records import Alarm, TankState
from brewpi.sentences import Sentence

DISAGREE_S = 300.0


class ThermometerPair:
    """The beer sensor of a tank and the one named `witness`, if there is one. within_c: they agree up to so much;
    stale_s: an older temperature is none."""

    def __init__(self, within_c: float, stale_s: float) -> None:
        self.within_c, self.stale_s = within_c, stale_s
        self.readings = ""  # of both, as a person reads them
        self._since: float | None = None

    def compare(self, beer_c: float | None, state: TankState, now: float) -> None:
        """Once a tick. While one of the two says nothing they cannot agree: what they disagreed about stands."""
        other_c = trusted(state, "witness_c", now, self.stale_s) if "witness_c" in state.measured else None
        if beer_c is None or other_c is None:
            return
        self.readings = Sentence("{beer_c:.1f} and {other_c:.1f} °C", beer_c=beer_c, other_c=other_c)
        if abs(beer_c - other_c) <= self.within_c:
            self._since = None
        elif self._since is None:
            self._since = now

    def why_not(self, now: float) -> str | None:
        """Why nothing may run by the beer's temperature; None while they agree, or have differed for a moment only."""
        if self._since is None or now - self._since < DISAGREE_S:
            return None
        return Sentence("the two beer thermometers disagree ({what})", what=self.readings)

    def alarm(self, now: float) -> Alarm | None:
        """What a person has to know."""
        if self._since is None or self.why_not(now) is None:
            return None
        text = Sentence("the two beer thermometers disagree ({what}): heating and cooling are off", what=self.readings)
        return Alarm("beer: witness", "alarm", text, self._since)
