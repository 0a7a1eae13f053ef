"""The wall clock has become known, and it is later than was thought: what was dated since the start is put right, once.

A Pi without a battery-backed clock wakes up at about the time of the power cut. What was recorded before the cut is
right, what came since is dated too early, by as long as the power was away. Control begins anew as after a restart: the
outputs are off and rest, so no timer of a compressor takes the hours of the cut for its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from brewpi.cellar.control_journal import RESTORED
from brewpi.cellar.tank import Tank, TankSnapshot
from brewpi.records import Batch, Dose, EndedBatch, TankState
from brewpi.store import Store


@dataclass(frozen=True, slots=True)
class Correction:
    """What is dated from `since` on was really `by_s` later."""

    since: float
    by_s: float

    def at(self, at: float) -> float:
        return at + self.by_s if at >= self.since else at

    def of(self, kept: Any) -> Any:
        """The same JSON with its times put right: a number that is a time since the start can be nothing else."""
        if isinstance(kept, dict):
            return {key: self.of(value) for key, value in kept.items()}
        if isinstance(kept, list):
            return [self.of(value) for value in kept]
        is_time = isinstance(kept, float) and self.since <= kept <= self.since + 10 * 365 * 86_400.0
        return self.at(kept) if is_time else kept

    def of_batch(self, batch: Batch | None) -> Batch | None:
        """Pitched, added to and read at its true times."""
        if batch is None:
            return None
        readings_since = batch.readings_since
        return replace(
            batch,
            started_at=self.at(batch.started_at),
            additions=tuple(replace(addition, at=self.at(addition.at)) for addition in batch.additions),
            readings_since=None if readings_since is None else self.at(readings_since),
        )

    def of_ended(self, ended: EndedBatch | None) -> EndedBatch | None:
        """Pitched and emptied at its true times."""
        if ended is None:
            return None
        return replace(ended, started_at=self.at(ended.started_at), ended_at=self.at(ended.ended_at))

    def of_doses(self, doses: tuple[Dose, ...]) -> tuple[Dose, ...]:
        """Given at their true times."""
        return tuple(replace(dose, at=self.at(dose.at)) for dose in doses)


class ClockCorrection:
    """For all tanks of a site. blank: a tank of the same config that knows nothing yet."""

    def __init__(self, tanks: Mapping[str, Tank], store: Store, blank: Callable[[str], Tank]) -> None:
        self.tanks, self.store, self.blank = tanks, store, blank

    def is_quiet(self) -> bool:
        """Whether no dose and no transfer is under way: these are timed, and nobody takes the hours away from them."""
        drains = (tank.interlocks.drain for tank in self.tanks.values())
        closed = all(drain is None or drain.approval.standing == "closed" for drain in drains)
        return closed and all(tank.dose_runner.run is None for tank in self.tanks.values())

    def put_right(self, since: float, by_s: float, now: float) -> None:
        """From now on, which is `by_s` later than a moment ago."""
        correction = Correction(since, by_s)
        for tank in self.tanks.values():
            self._put_right(tank, correction, now)
        self.store.put_right(correction.since, correction.by_s, correction.of)

    def _put_right(self, tank: Tank, correction: Correction, now: float) -> None:
        tank.outputs.off()
        kept, _ = TankSnapshot.read(correction.of(tank.snapshot().model_dump(mode="json")))
        tank.begin_anew(self.blank(tank.name))
        state = tank.state
        tank.state = TankState(
            batch=correction.of_batch(state.batch),
            history=tuple((correction.at(at), sg, beer_c) for at, sg, beer_c in state.history),
            doses=correction.of_doses(state.doses),
            doses_before=correction.of_doses(state.doses_before),
            last_batch=correction.of_ended(state.last_batch),
        )
        tank.restore(kept, now)
        tank.mark(RESTORED, now)
        tank.forecaster.forget()
        tank.sensors.ask_anew()
