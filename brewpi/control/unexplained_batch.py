"""A batch that nobody understands: its beer stays as warm as it was found, until somebody says what it is. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from brewpi.records import Alarm
from brewpi.roles import OutputRole
from brewpi.sentences import Sentence

HELD_WITHIN_C = 1.0  # of its setpoint: found as it was held


@dataclass(slots=True)
class UnexplainedBatch:
    """reason: what nobody understands, since when; None of any other batch. found_c: the beer when that began."""

    reason: str | None = None
    since: float = 0.0
    found_c: float | None = None

    def note(self, beer_c: float | None, target_c: float | None) -> None:
        """Once a tick. beer_c: None while it is not known."""
        if self.reason is None:
            self.found_c = None
        elif self.found_c is None and beer_c is not None:
            is_held = target_c is not None and abs(beer_c - target_c) <= HELD_WITHIN_C
            self.found_c = target_c if is_held else beer_c

    def why_not(self, role: OutputRole, beer_c: float | None) -> str | None:
        """Why an output may not run: it would take the beer away from the temperature it was found at. Back to it is
        no risk to the old beer nor to new wort, which left alone warms itself by up to 3 °C for 0.010 SG."""
        if self.reason is None:
            return None
        if beer_c is not None and self.found_c is not None and role.direction * (self.found_c - beer_c) > 0.0:
            return None
        return Sentence("holds, {reason}; another batch?", reason=self.reason)

    def alarm(self) -> Alarm | None:
        """What a person has to know."""
        if self.reason is None:
            return None
        text = Sentence(
            "another batch? {reason}: held as warm as it was found, no step, dose or drain until somebody says",
            reason=self.reason,
        )
        return Alarm("batch: another", "alarm", text, self.since)
