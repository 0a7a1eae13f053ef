"""What nobody sees for days unless somebody watches: slow conditions, judged once a minute. Pure.

Each finding holds, does not hold, or cannot be known; with nothing known, what is raised stays and what was only
suspected begins anew. A finding has to hold for its raise-time and be gone for its clear-time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import Field

from brewpi.alarms.catalogue import CATALOGUE, raise_s
from brewpi.alarms.entry import CatalogueEntry
from brewpi.alarms.options import Alarming
from brewpi.alarms.rules.crossed_probes import LEAP_C
from brewpi.alarms.rules.moved_probe import Steps
from brewpi.alarms.rules.output_pauses import Pauses
from brewpi.alarms.rules.probe_rules import Began, ProbeMemory
from brewpi.alarms.rules.temperature_rules import BLOCK_S, FIGHT_S
from brewpi.alarms.rules.view import EVERY_S, HOUR_S, AlarmCondition, ForecastSample, Sample, Standstill, Step, View
from brewpi.estimation.gravity import leveled, sensor_original_gravity
from brewpi.estimation.trusted import trusted
from brewpi.records import Alarm, Batch, Command, ControlRequest, Forecast, Phase, Severity, TankState
from brewpi.roles import moving
from brewpi.sentences import Sentence
from brewpi.snapshot import At, Snapshot, Words

SAMPLES = 393  # minutes of temperature at hand
SLOW_EVERY_S = 600.0  # what looks at a batch's gravity changes over hours
KEPT_SUSPICION_S = 900.0  # a younger one begins anew after a restart, and is written down by nobody


@dataclass(slots=True)
class DelayedAlarm:
    """An entry of the catalogue on its way: raised after `raise_s`, cleared after the entry's `clear_s`."""

    entry: CatalogueEntry
    raise_s: float
    due_at: float = float("-inf")
    suspected_at: float | None = None
    gone_at: float | None = None
    alarm: Alarm | None = None
    first_text: str = ""

    def judge(self, key: str, finding: AlarmCondition, now: float) -> None:
        """Raise, keep or clear the alarm."""
        if finding.holds is None:
            self.gone_at = None
            self.suspected_at = None
        elif not finding.holds:
            self.suspected_at = None
            self.gone_at = now if self.gone_at is None else self.gone_at
            if now - self.gone_at >= self.entry.clear_s:
                self.alarm = None
        else:
            self.gone_at = None
            self.suspected_at = now if self.suspected_at is None else self.suspected_at
            if self.alarm is not None:
                self.alarm = replace(self.alarm, text=finding.text, severity=finding.severity)
            elif now - self.suspected_at >= self.raise_s:
                self.first_text = finding.text
                self.alarm = Alarm(key, finding.severity, finding.text, self.suspected_at, self.entry.todo)

    def forget(self) -> None:
        """Another batch: what was seen of the last one does not count."""
        self.suspected_at = self.gone_at = self.alarm = None


class MonitorsSnapshot(Snapshot):
    """What is raised: severity, text and since when; what is suspected, and since when; how second thermometers read
    when the batch began; the finest step that the beer probe was seen to make, a standstill and a leap of it, and when
    outputs began to run, last."""

    raised: dict[str, tuple[Severity, Words, At]] = Field(default_factory=dict)
    suspected: dict[str, At] = Field(default_factory=dict)
    began: dict[str, Began] = Field(default_factory=dict)
    finest_c: float | None = Field(default=None, ge=0.0, le=100.0)
    still: Standstill | None = None
    runs: tuple[At, ...] = ()
    step: Step | None = None


class AlarmMonitors:
    """One per tank. `roles`: the outputs it has; `stale_s`: a beer temperature older than this is none."""

    def __init__(
        self, options: Alarming | None = None, volume_l: float = 0.0, roles: frozenset[str] = frozenset(),
        stale_s: float = 300.0,
    ) -> None:  # fmt: skip
        self.options, self.volume_l, self.roles, self.stale_s = options or Alarming(), volume_l, roles, stale_s
        self.latches = {
            key: DelayedAlarm(entry, raise_s(key, self.options)) for key, entry in CATALOGUE.items() if entry.rule
        }
        self.samples: deque[Sample] = deque(maxlen=SAMPLES)
        self.blocks: deque[Sample] = deque(maxlen=round(FIGHT_S / BLOCK_S))
        self.pauses = [Pauses(role) for role in moving(self.roles)]
        self.forecasts: deque[ForecastSample] = deque(maxlen=64)
        self._raised: tuple[Alarm, ...] = ()
        self._due_at = float("-inf")
        self._batch: Batch | None = None
        self._forecast: Forecast | None = None
        self._target_c: float | None = None
        self._steady_since = float("-inf")
        self._ran: frozenset[str] = frozenset()
        self.probe = ProbeMemory()
        self.steps, self.leaps = Steps(), Steps(least_c=LEAP_C)
        self.looks = 0

    def evaluate(
        self,
        state: TankState,
        forecast: Forecast,
        demand: ControlRequest,
        command: Command,
        now: float,
        phase: Phase | None = None,
        done_sg: float | None = None,
        others: Mapping[str, tuple[float, float]] | None = None,
    ) -> tuple[Alarm, ...]:
        """The alarms of slow conditions; judged anew once a minute, the last answer in between. done_sg: where gravity
        stood when fermentation was complete; others: second thermometers in the beer, when and what they read."""
        self._ran |= {role for role, duty in command.duties.items() if duty > 0.0}
        if now < self._due_at:
            return self._raised
        self._due_at = now + EVERY_S - 1.0
        if state.batch is not self._batch:
            self._meet(state.batch)
        ran = self._ran
        view = self._view(leveled(state), forecast, demand, now, phase)
        view.done_sg = done_sg
        self.probe.note_outputs(now, ran)
        self.probe.note(now, view.beer_c, others or {}, view.state.history[-1][1] if view.state.history else 1.0)
        view.still, view.finest_c, view.apart = self.probe.still, self.probe.finest_c, self.probe.apart(now)
        view.ran_at = self.probe.ran_at
        view.far_apart, view.step = self.probe.far_apart(now), self.steps.step
        for key, latch in self.latches.items():
            if now >= latch.due_at:
                latch.due_at = now + (SLOW_EVERY_S if latch.entry.of_batch else EVERY_S) - 1.0
                latch.judge(key, _judged(key, latch.entry, view), now)
        self._raised = tuple(latch.alarm for latch in self.latches.values() if latch.alarm is not None)
        return self._raised

    def _meet(self, batch: Batch | None) -> None:
        same = self._batch is not None and batch is not None and self._batch.id == batch.id  # it was corrected
        if not same and (self._batch is not None or batch is None):  # None before: the start, with what was restored
            for latch in self.latches.values():
                if latch.entry.of_batch:
                    latch.forget()
            self.probe.forget()
            self.steps.forget()
            self.leaps.forget()
        self.forecasts.clear()
        self._batch = batch

    def _view(
        self, state: TankState, forecast: Forecast, demand: ControlRequest, now: float, phase: Phase | None
    ) -> View:
        """This minute's sample, and what the rules look at."""
        beer_c = trusted(state, "beer_c", now, self.stale_s)
        if beer_c is None:
            self.samples.clear()
            for pauses in self.pauses:
                pauses.forget()
        else:
            minute = Sample(now, beer_c, self._ran)
            self.samples.append(minute)
            self._extend_blocks(minute)
            self.steps.note(minute)
            self.leaps.note(minute)
            for pauses in self.pauses:
                pauses.note(minute)
        self._ran = frozenset()
        target_c = demand.target_c
        if target_c is None or self._target_c is None or abs(target_c - self._target_c) > 0.01:
            self._steady_since, self._target_c = now, target_c
        self._note(forecast, state, now)
        return View(
            state, forecast, demand, now, beer_c, self.samples, self.forecasts, self.options, self.volume_l, self.roles,
            self._steady_since, sensor_original_gravity(state), phase, self.blocks,
            {pauses.role: pauses.known() for pauses in self.pauses},
        )  # fmt: skip

    def _extend_blocks(self, minute: Sample) -> None:
        """The last half day in blocks of some minutes, each with all that ran in it."""
        last = self.blocks[-1] if self.blocks else None
        if last is None or minute.at - last.at >= BLOCK_S - 1.0:
            self.blocks.append(minute)
        else:
            self.blocks[-1] = replace(last, ran=last.ran | minute.ran)

    def _note(self, forecast: Forecast, state: TankState, now: float) -> None:
        """A new forecast joins those before it, unless there is a cause for it to differ."""
        if self.forecasts and self._steady_since > self.forecasts[-1].at:
            self.forecasts.clear()
        hours = forecast.remaining_h
        if forecast is self._forecast or hours is None:
            return
        self._forecast = forecast
        if forecast.why is not None:  # it stands still, or the cold has stopped it: it says so itself
            self.forecasts.clear()
            return
        source = f"{forecast.source} {forecast.model} {len(state.doses)}"
        if self.forecasts and self.forecasts[-1].source != source:
            self.forecasts.clear()
        times = (now + HOUR_S * hours.p10, now + HOUR_S * hours.p50, now + HOUR_S * hours.p90)
        self.forecasts.append(ForecastSample(now, *times, source))

    def looked(self) -> None:
        """Somebody has looked and resumes: where the beer probe is now, it stays."""
        self.steps.forget()
        self.leaps.forget()
        self.looks += 1

    def snapshot(self) -> MonitorsSnapshot:
        """What is raised, for the store: a restart does not clear what took a day to find."""
        raised = [(latch.alarm, latch.first_text) for latch in self.latches.values() if latch.alarm is not None]
        # the first text: it changes by the minute
        return MonitorsSnapshot.model_construct(
            raised={a.key: (a.severity, str(text), a.since) for a, text in raised}, suspected=self._suspected(),
            began=dict(self.probe.began), finest_c=self.probe.finest_c, still=self.probe.still_now(self._due_at),
            runs=tuple(self.probe.runs), step=self.steps.step,
        )  # fmt: skip

    def _suspected(self) -> dict[str, float]:
        """What is on its way to an alarm for some time."""
        since = {key: latch.suspected_at for key, latch in self.latches.items() if latch.alarm is None}
        return {key: at for key, at in since.items() if at is not None and self._due_at - at >= KEPT_SUSPICION_S}

    def restore(self, kept: MonitorsSnapshot, now: float) -> None:
        """As it was, until it is known better."""
        for key, (severity, text, since) in kept.raised.items():
            if key in self.latches:
                latch = self.latches[key]
                latch.alarm = Alarm(key, severity, text, since, latch.entry.todo)
                latch.first_text = text
        for key, since in kept.suspected.items():
            if key in self.latches:
                self.latches[key].suspected_at = min(since, now)
        self.probe.began.update(kept.began)
        self.probe.recall(kept.finest_c, kept.still, kept.runs, now)
        self.steps.step = self.leaps.step = kept.step


def _judged(key: str, entry: CatalogueEntry, view: View) -> AlarmCondition:
    """A fault in a rule must not cost the tank its tick: it is itself a thing to be said."""
    assert entry.rule is not None
    try:
        return entry.rule(view)
    except Exception as error:
        text = Sentence("{alarm}: cannot be judged ({error})", alarm=key, error=f"{type(error).__name__}: {error}")
        return AlarmCondition(True, text, "warning")
