"""Whether the beer probe still measures the beer, by what else is known: a second thermometer in the same beer, which
is slow and has an offset of its own, and the heat that a fermentation makes. Warnings only: no output goes by them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from statistics import median

from pydantic import Field

from brewpi.alarms.rules.temperature_rules import by_room
from brewpi.alarms.rules.view import EVERY_S, FINE, HOUR_S, AlarmCondition, Apart, Standstill, View
from brewpi.estimation.trusted import trusted
from brewpi.physics import C_PER_SG
from brewpi.roles import moving
from brewpi.sentences import Sentence
from brewpi.snapshot import Value

DAY_S = 24 * HOUR_S
PAIRS = 12  # in a day, of a hydrometer that reports every two hours at least
STEADY_C = 1.5  # of the beer within that day: a hydrometer follows a ramp hours later
LIKE_THEN_C = 3.0  # of the beer since the comparison began: colder, warm beer lies on cold, and scales differ
DRIFTED_C = 0.8  # two halves of a Tilt's step of 1 °F, and as much again for layers in a tank at rest

FAR_C = 5.0  # no offset of a hydrometer, nor what it is behind a beer that moves by less than WANDERS_C
FAR_S, FAR_PAIRS, WANDERS_C = 6 * HOUR_S, 3, 4.0

FINE_C = 0.07  # steps of a DS18B20; a coarser probe rests on one number for days
STILL_S = 8 * HOUR_S
KEPT_STILL_S = 2 * HOUR_S  # a shorter standstill is forgotten by a restart, and written down by nobody
STILL_SG = 0.004  # fermented meanwhile: 1.2 °C of warmth, twenty steps of the probe
STILL_C = 1.2  # as much by the room
LEAST_RUNS, KEPT_RUNS = 3, 12  # of outputs, in a day: room or fermentation moves the beer by a deadband each
INTERVALS = 3.0  # as long as usual from one run to the next


class Began(Value):
    """A second thermometer at the beginning of the batch: by how much the beer probe read more, in which beer."""

    apart_c: float = Field(ge=-60.0, le=60.0)
    beer_c: float = Field(ge=-30.0, le=120.0)


@dataclass(slots=True)
class ProbeMemory:
    """What the beer probe of one tank has said beside other things, minute by minute."""

    began: dict[str, Began] = field(default_factory=dict)
    pairs: dict[str, deque[tuple[float, float, float]]] = field(default_factory=dict)  # time, difference, beer
    still: Standstill | None = None
    finest_c: float | None = None
    heard: bool = False  # since the start
    runs: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT_RUNS))  # of the last day
    ran_at: float = float("-inf")  # last

    def note_outputs(self, now: float, ran: Collection[str]) -> None:
        """Those that ran within the last minute."""
        if moving(ran):
            if now - self.ran_at > 2.0 * EVERY_S:
                self.runs.append(now)
            self.ran_at = now
        while self.runs and self.runs[0] < now - DAY_S:
            self.runs.popleft()

    def note(self, now: float, beer_c: float | None, others: Mapping[str, tuple[float, float]], sg: float) -> None:
        """others: by sensor, time and temperature that it read last; sg: as it is believed."""
        if beer_c is None:
            self.still = None if self.heard else self.still
            return
        self.heard = True
        if self.still is None or beer_c != self.still.beer_c:
            step_c = abs(beer_c - self.still.beer_c) if self.still else None
            if step_c is not None and (self.finest_c is None or step_c < self.finest_c):
                self.finest_c = step_c
            self.still = Standstill.model_construct(since=now, beer_c=beer_c, sg=sg, runs_before=len(self.runs))
        for sensor, (at, other_c) in others.items():
            pairs = self.pairs.setdefault(sensor, deque())
            if now - at < 900.0 and (not pairs or at > pairs[-1][0] + 600.0):
                pairs.append((at, beer_c - other_c, beer_c))
            while pairs and pairs[0][0] < now - DAY_S:
                pairs.popleft()

    def apart(self, now: float) -> list[Apart]:
        """By how much each second thermometer has moved away from the probe since the batch's first steady day."""
        found = []
        for sensor, pairs in self.pairs.items():
            covered = len(pairs) >= PAIRS and pairs[-1][0] - pairs[0][0] > 0.8 * DAY_S
            temperatures = [beer_c for _, _, beer_c in pairs]
            if not covered or max(temperatures) - min(temperatures) > STEADY_C:
                continue
            apart_c, beer_c = median(d for _, d, _ in pairs), median(temperatures)
            began = self.began.setdefault(sensor, Began.model_construct(apart_c=apart_c, beer_c=beer_c))
            if abs(beer_c - began.beer_c) <= LIKE_THEN_C:
                found.append(Apart(sensor, apart_c - began.apart_c, beer_c, beer_c - apart_c))
        return found

    def far_apart(self, now: float) -> list[Apart]:
        """Second thermometers that read something else altogether, for hours: by how much at least, and in which beer.
        One of the two is not in the beer, or has not been since the batch began."""
        found = []
        for sensor, pairs in self.pairs.items():
            recent = list(takewhile(lambda pair: pair[0] >= now - FAR_S, reversed(pairs)))
            temperatures = [beer_c for _, _, beer_c in recent]
            if len(recent) < FAR_PAIRS or recent[0][0] - recent[-1][0] < 0.5 * FAR_S:
                continue
            if max(temperatures) - min(temperatures) > WANDERS_C or now - recent[0][0] > 0.5 * FAR_S:
                continue
            least_c = min((d for _, d, _ in recent), key=abs)
            if all(d * least_c > 0.0 for _, d, _ in recent) and abs(least_c) >= FAR_C:
                found.append(Apart(sensor, least_c, temperatures[0], temperatures[0] - recent[0][1]))
        return found

    def still_now(self, now: float) -> Standstill | None:
        """A standstill that a restart has to know of."""
        return None if self.still is None or now - self.still.since < KEPT_STILL_S else self.still

    def recall(self, finest_c: float | None, still: Standstill | None, runs: Iterable[float], now: float) -> None:
        """What was learnt before a restart."""
        self.finest_c = finest_c
        self.runs.extend(min(at, now) for at in runs)
        self.ran_at = self.runs[-1] if self.runs else self.ran_at
        if still is not None:
            self.still = still.model_copy(update={"since": min(still.since, now)})

    def forget(self) -> None:
        """Another batch: another hydrometer may float in it."""
        self.began.clear()
        self.pairs.clear()


def drift(view: View) -> AlarmCondition:
    """Two thermometers in one beer that move apart over days: one of them ages, or has water in its sleeve."""
    worst = max(view.apart, key=lambda apart: abs(apart.moved_c), default=None)
    if worst is None or abs(worst.moved_c) < DRIFTED_C:
        return FINE
    text = Sentence(
        "beer probe and {sensor} have moved {moved_delta_c:.1f} °C apart since the batch began, {beer_c:.1f} and"
        " {other_c:.1f} °C today: one of them drifts",
        sensor=worst.sensor, moved_delta_c=abs(worst.moved_c), beer_c=worst.beer_c, other_c=worst.other_c,
    )  # fmt: skip
    return AlarmCondition(True, text, "warning")


def elsewhere(view: View) -> AlarmCondition:
    """Two thermometers of which one is not in the beer: a probe half out of its well holds a beer that is as much too
    warm as the room is too cold, and all else looks as it should. After cooling warm beer lies on cold, and a
    hydrometer that floats there is right to be the warmer one."""
    cooled = any("cool" in block.ran for block in view.blocks)
    far = [apart for apart in view.far_apart if not (cooled and apart.moved_c < 0.0)]
    if not far or view.state.batch is None:
        return FINE
    worst = max(far, key=lambda apart: abs(apart.moved_c))
    text = Sentence(
        "beer probe and {sensor} read {beer_c:.1f} and {other_c:.1f} °C, for hours: one of them is not in the beer",
        sensor=worst.sensor, beer_c=worst.beer_c, other_c=worst.other_c,
    )  # fmt: skip
    return AlarmCondition(True, text, "alarm" if moving(view.roles) else "warning")


def standstill(view: View) -> AlarmCondition:
    """A fine probe that reads the same to the last digit while fermentation, or the room, warms or cools the beer, or
    after an output had to run again and again the day before: its firmware hangs."""
    still = view.still
    if still is None or view.finest_c is None or view.finest_c > FINE_C or view.beer_c is None:
        return FINE
    if view.now - still.since < STILL_S:
        return FINE
    text = _warmed_meanwhile(still, view) or _moved_by_room(still, view) or _held_before(still, view)
    return FINE if text is None else AlarmCondition(True, text, "alarm" if moving(view.roles) else "warning")


def _warmed_meanwhile(still: Standstill, view: View) -> Sentence | None:
    history = view.state.history
    fermented_sg = still.sg - median(sg for _, sg, _ in history[-3:]) if history else 0.0
    if fermented_sg < STILL_SG:
        return None
    return Sentence(
        "beer temperature is exactly {beer_c:.2f} °C for {still_h:.0f} h, and what fermented meanwhile warms by"
        " {warmth_delta_c:.1f} °C: does the probe still measure?", beer_c=still.beer_c,
        still_h=(view.now - still.since) / HOUR_S, warmth_delta_c=C_PER_SG * fermented_sg,
    )  # fmt: skip


def _moved_by_room(still: Standstill, view: View) -> Sentence | None:
    """In a room that is measured, while nothing held the beer where it is."""
    room_c = trusted(view.state, "room_c", view.now, HOUR_S)
    if room_c is None or any(block.ran for block in view.blocks if block.at >= still.since):
        return None
    still_h = (view.now - still.since) / HOUR_S
    moved_c = still_h * by_room(view, 1.0 if room_c > still.beer_c else -1.0)
    if moved_c < STILL_C:
        return None
    return Sentence(
        "beer temperature is exactly {beer_c:.2f} °C for {still_h:.0f} h, and a room of {room_c:.0f} °C moves it by"
        " {moved_delta_c:.1f} °C meanwhile: does the probe still measure?", beer_c=still.beer_c, still_h=still_h,
        room_c=room_c, moved_delta_c=moved_c,
    )  # fmt: skip


def _held_before(still: Standstill, view: View) -> Sentence | None:
    """In a room that nobody measures: an output had to run again and again, and since then not a step shows of what it
    ran against."""
    if view.ran_at >= still.since or still.runs_before < LEAST_RUNS:
        return None
    still_h = (view.now - still.since) / HOUR_S
    if still_h < INTERVALS * DAY_S / HOUR_S / still.runs_before:
        return None
    return Sentence(
        "beer temperature is exactly {beer_c:.2f} °C for {still_h:.0f} h, and it was heated or cooled {runs} times in"
        " the day before: does the probe still measure?",
        beer_c=still.beer_c, still_h=still_h, runs=still.runs_before,
    )  # fmt: skip
