"""Gives a permitted dose: written down first, pumped in portions, closed afterwards.

A dose whose intent is in the journal is never begun again, whatever happened between: the journal refuses its id.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from brewpi.outputs import MeteringPump, OutputError
from brewpi.records import Alarm, Dose, DoseRequest, DoseStanding, TankState
from brewpi.sentences import Sentence

DROP_ML = 0.05  # less than this is not left to give


class Journal(Protocol):
    """Where doses are written down; the store is one."""

    @property
    def trouble(self) -> str | None:
        """Why nothing can be written at the moment."""
        ...

    def record_start(self, tank: str, batch: str, dose: Dose, now: float) -> bool:
        """On the disk itself when this returns True; False if that cannot be, or if the id is known already."""
        ...

    def knows_dose(self, dose_id: str) -> bool:
        """Whether an id was ever written."""
        ...

    def record_result(self, tank: str, batch: str, dose: Dose, now: float) -> None:
        """What became of it."""
        ...

    def doses(self, tank: str, batch: str) -> tuple[Dose, ...]:
        """Every dose of a batch, oldest first."""
        ...

    def doses_since(self, tank: str, since: float) -> tuple[Dose, ...]:
        """Every dose of a tank from `since` on, whatever the batch, oldest first."""
        ...


@dataclass(slots=True)
class Run:
    """A dose under way, of the batch that it was begun for. `given_ml` are the portions that are finished."""

    request: DoseRequest
    dose: Dose
    batch: str
    given_ml: float = 0.0
    pumping: bool = False
    next_at: float = 0.0


class DoseRunner:
    """One per tank. `tick` after the outputs were driven; returns the batch's doses as they are then."""

    def __init__(self, tank: str, journal: Journal) -> None:
        self.tank, self.journal = tank, journal
        self.run: Run | None = None
        self.trouble: Alarm | None = None
        self._now = 0.0

    def tick(
        self, request: DoseRequest | None, pump: MeteringPump | None, state: TankState, now: float
    ) -> tuple[Dose, ...]:
        """Begin, go on with, or end the dose that is permitted now."""
        self._now = now
        if self.run is None:
            if request is None:
                self.trouble = None
                return state.doses
            return self._begin(request, pump, state, now)
        run = self.run
        if pump is None or request is None or request.id != run.request.id:
            return self._end("part", pump, state, now)
        try:
            return self._go_on(run, pump, state, now)
        except OutputError as error:
            self._complain(Sentence("dose {number} stopped: {error}", number=run.request.number, error=error), now)
            return self._end("part", pump, state, now)

    def _begin(self, request: DoseRequest, pump: MeteringPump | None, state: TankState, now: float) -> tuple[Dose, ...]:
        if pump is None or state.batch is None:
            text = Sentence("dose {number} cannot be given: the pump cannot be used", number=request.number)
            self._complain(text, now)
            return state.doses
        if any(dose.id == request.id for dose in state.doses):
            return state.doses
        dose = Dose(request.id, now, request.number, request.volume_ml, request.nitrogen_mg_l, "intended")
        if not self.journal.record_start(self.tank, state.batch.id, dose, now):
            text = Sentence("dose {number} is not given: it cannot be written down first", number=request.number)
            self._complain(text, now)
            return state.doses
        self.trouble = None
        self.run = Run(request, dose, state.batch.id, next_at=now)
        doses = (*state.doses, dose)
        try:
            self._go_on(self.run, pump, replace(state, doses=doses), now)
        except OutputError as error:
            self._complain(Sentence("dose {number} stopped: {error}", number=request.number, error=error), now)
            return self._end("part", pump, replace(state, doses=doses), now)
        return doses

    def _go_on(self, run: Run, pump: MeteringPump, state: TankState, now: float) -> tuple[Dose, ...]:
        if run.pumping:
            if pump.running:
                return state.doses
            run.given_ml += pump.given_ml
            run.pumping, run.next_at = False, now + run.request.pause_s
        left_ml = run.dose.volume_ml - run.given_ml
        if left_ml <= DROP_ML:
            return self._end("given", pump, state, now)
        if now >= run.next_at:
            pump.give(min(left_ml, run.request.portion_ml))
            run.pumping = True
        return state.doses

    def _end(self, standing: DoseStanding, pump: MeteringPump | None, state: TankState, now: float) -> tuple[Dose, ...]:
        run = self.run
        assert run is not None
        given_ml = run.given_ml
        if pump is not None:
            pump.off()
            given_ml += pump.given_ml if run.pumping else 0.0
        elif run.pumping:
            standing = "uncertain"
        done = replace(run.dose, standing=standing, given_ml=min(given_ml, run.dose.volume_ml))
        self.run = None
        self.journal.record_result(self.tank, run.batch, done, now)
        return tuple(done if dose.id == done.id else dose for dose in state.doses)

    def leave(self, pump: MeteringPump | None, state: TankState) -> tuple[Dose, ...]:
        """On the way out of a dose: what has been given is known, so it is written down and not left in doubt."""
        return state.doses if self.run is None else self._end("part", pump, state, self._now)

    def _complain(self, text: str, now: float) -> None:
        if self.trouble is None or self.trouble.text != text:
            self.trouble = Alarm("dose: not given", "alarm", text, now)

    def by_hand(self, state: TankState, dose_id: str, volume_ml: float, nitrogen_mg_l: float, now: float) -> Dose:
        """A dose that a person has given, for the totals."""
        number = 1 + sum(dose.number > 0 for dose in state.doses)
        dose = Dose(dose_id, now, number, volume_ml, nitrogen_mg_l, "by_hand", volume_ml)
        assert state.batch is not None
        self.journal.record_result(self.tank, state.batch.id, dose, now)
        return dose

    def restore(self, batch: str, now: float) -> tuple[Dose, ...]:
        """The doses of a batch after a restart: one that was under way is uncertain from now on, for ever."""
        doses = []
        for dose in self.journal.doses(self.tank, batch):
            if dose.standing == "intended":
                dose = replace(dose, standing="uncertain")
                self.journal.record_result(self.tank, batch, dose, now)
            doses.append(dose)
        return tuple(doses)
