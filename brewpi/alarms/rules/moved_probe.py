"""A beer probe that was moved: what it reads steps to another temperature within minutes, and stays there. A probe that
hangs half out of its well reads a mix of beer and room, which heater and cooler hold as if it were the beer: all that
shows of it is the step. So is a reader that jumps by some degrees. Nothing is switched by it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from brewpi.alarms.rules.restless_probe import unless_restless
from brewpi.alarms.rules.view import EVERY_S, FINE, HOUR_S, AlarmCondition, Sample, Step, View, lately
from brewpi.roles import ROLES, moving
from brewpi.sentences import Sentence

WITHIN_S = 600.0  # a steel probe is in the air's temperature to 90 % by then
STEP_C = 2.0  # smaller ones are those of beer that is roused; half out, it takes the beer 2 °C away
BEER_C_PER_H = 4.0  # a jacket of 3 W/l and a vigorous fermentation
DRIVEN_C_PER_H = 20.0  # a heater of a hundred watts in a bucket of five litres
SETTLED_C, SETTLED_S = 0.5, 5.0 * EVERY_S
FILLING_S = 12 * HOUR_S  # after pitching: the tank may be filled meanwhile, in two brews
BACK_SHARE = 0.5  # of a step that goes back so far as to undo the one before


@dataclass(slots=True)
class Steps:
    """The last minutes of a beer probe, and its last step that has not gone back. least_c: of a step."""

    least_c: float = STEP_C
    step: Step | None = None
    _minutes: deque[Sample] = field(default_factory=deque)
    _from_c: float | None = None  # while it steps

    def note(self, minute: Sample) -> None:
        """One minute more; the last one before a silence is kept."""
        minutes = self._minutes
        while len(minutes) > 1 and minutes[0].at < minute.at - WITHIN_S:
            minutes.popleft()
        minutes.append(minute)
        if self._from_c is None:
            self._from_c = self._left(minute)
        elif self._is_settled():
            self._end(minute, minute.beer_c - self._from_c)

    def forget(self) -> None:
        """Another batch, or somebody has looked."""
        self.step = self._from_c = None
        self._minutes.clear()

    def _left(self, minute: Sample) -> float | None:
        """What it read before it went faster than beer does; None if it did not."""
        for before in self._minutes:
            gone_c = minute.beer_c - before.beer_c
            if abs(gone_c) >= self.least_c:
                driven = any(ROLES[role].direction * gone_c > 0.0 for m in self._minutes for role in m.ran)
                can_c_per_h = DRIVEN_C_PER_H if driven else BEER_C_PER_H
                if abs(gone_c) >= self.least_c + can_c_per_h * (minute.at - before.at) / HOUR_S:
                    return before.beer_c
        return None

    def _is_settled(self) -> bool:
        since = self._minutes[-1].at - SETTLED_S
        last = [minute.beer_c for minute in lately(self._minutes, since - 1.0)]
        return len(last) > SETTLED_S / EVERY_S and max(last) - min(last) <= SETTLED_C

    def _end(self, minute: Sample, gone_c: float) -> None:
        """It stays where it is now. One that came back by itself was none, nor is one that goes back."""
        assert self._from_c is not None
        moved_c = gone_c + (self.step.moved_c if self.step else 0.0)
        if abs(gone_c) >= self.least_c:
            is_back = self.step is not None and abs(moved_c) <= BACK_SHARE * abs(gone_c)
            self.step = None if is_back else Step.model_construct(
                at=minute.at, before_c=self._from_c, after_c=minute.beer_c, moved_c=moved_c
            )  # fmt: skip
        self._from_c = None
        self._minutes.clear()
        self._minutes.append(minute)


def stepped(view: View) -> AlarmCondition:
    """The probe of a running batch, by which it is held, reads something else since minutes, hours or days ago."""
    step, batch = view.step, view.state.batch
    if step is None or batch is None or step.at < batch.started_at + FILLING_S:
        return FINE
    if view.demand.target_c is None or not moving(view.roles):
        return FINE  # it only watches: no beer is led astray
    text = Sentence(
        "beer temperature went from {before_c:.1f} to {after_c:.1f} °C within minutes, which beer does not: is the"
        " probe all the way in its well, or was something poured in?", before_c=step.before_c, after_c=step.after_c,
    )  # fmt: skip
    return unless_restless(AlarmCondition(True, text), view)
