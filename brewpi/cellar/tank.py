"""One tank, one tick: sensors -> state -> forecast -> demand -> interlocks -> outputs -> report."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

from pydantic import Field

from brewpi.alarms.manager import AlarmManager, AlarmsSnapshot
from brewpi.alarms.monitors import AlarmMonitors, MonitorsSnapshot
from brewpi.alarms.rules.crossed_probes import Minute
from brewpi.cellar.absence import Absence, AwayValue
from brewpi.cellar.control_journal import BEGAN, CHECKPOINT, LOOKED, MOVED, OFF, OTHERS, SUPPLY, SWAPPED, ControlJournal
from brewpi.cellar.control_journal import EMERGENCY as EMERGENCY_STOP
from brewpi.cellar.sensor_bank import SensorBank
from brewpi.control.approvals import Approvals, ApprovalsSnapshot
from brewpi.control.dosing import DAY_S, lately
from brewpi.control.interlocks import Interlocks, InterlocksSnapshot
from brewpi.control.recipe import Recipe, RecipeSnapshot
from brewpi.estimation.beginning import without_lead_in
from brewpi.estimation.life_cycle import LifeCycle, LifeCycleSnapshot
from brewpi.estimation.rinse import without_rinses
from brewpi.estimation.state import SensesSnapshot, StateEstimator
from brewpi.estimation.trusted import trusted
from brewpi.forecast.tank_forecaster import NO_FORECAST, TankForecaster, forecast_seam
from brewpi.forecast.what_if import WhatIf
from brewpi.outputs.dose_runner import DoseRunner
from brewpi.outputs.output_bank import EMERGENCY, OutputBank
from brewpi.records import (
    Alarm,
    Batch,
    Command,
    ControlRequest,
    Forecast,
    Reading,
    Report,
    TankState,
)
from brewpi.roles import ROLES
from brewpi.seam import Seam
from brewpi.sentences import Sentence
from brewpi.snapshot import Restorable, Snapshot


class TankSnapshot(Snapshot):
    """A tank's parts as the store keeps them."""

    always = ("recipe", "interlocks")
    recipe: RecipeSnapshot = Field(default_factory=RecipeSnapshot)
    approvals: ApprovalsSnapshot = Field(default_factory=ApprovalsSnapshot)
    interlocks: InterlocksSnapshot = Field(default_factory=InterlocksSnapshot)
    alarms: AlarmsSnapshot = Field(default_factory=AlarmsSnapshot)
    monitors: MonitorsSnapshot = Field(default_factory=MonitorsSnapshot)
    life_cycle: LifeCycleSnapshot = Field(default_factory=LifeCycleSnapshot)
    senses: SensesSnapshot = Field(default_factory=SensesSnapshot)
    away: AwayValue | None = None


@dataclass(slots=True)
class Tank:
    """A tank with its sensors and outputs. `tick` is the hallway; `safe` is for when the tick itself fails."""

    name: str
    sensors: SensorBank
    absorber: StateEstimator
    forecaster: TankForecaster
    recipe: Recipe
    interlocks: Interlocks
    outputs: OutputBank
    dose_runner: DoseRunner
    state: TankState = field(default_factory=TankState)
    broken: Alarm | None = None
    alarm_monitors: AlarmMonitors = field(default_factory=AlarmMonitors)
    alarm_manager: AlarmManager = field(default_factory=AlarmManager)
    absence: Absence = field(default_factory=Absence)
    forecasting: Seam = field(default_factory=forecast_seam)
    life_cycle: LifeCycle = field(default_factory=LifeCycle)
    ticked_at: float | None = None
    journal: ControlJournal = field(default_factory=ControlJournal)
    judged_history: object = None  # in which the beginning of the batch was looked for
    shared: tuple[Alarm, ...] = ()  # of store, link and clock; any other alarm may join them here

    @property
    def approvals(self) -> Approvals:
        """What it may do only with people."""
        return self.recipe.approvals

    def tick(self, now: float) -> Report:
        """Look, think, act, report."""
        if self.journal.is_due(now):
            self.mark(CHECKPOINT, now)
        self._obey_emergency_stop(now)
        readings, faults = self.sensors.read(now)
        self.state = self.absorber.absorb(self.state, readings, now, faults)
        self.ticked_at = now
        self._leave_out_lead_in(now)
        plan = partial(self.recipe.planned_c, self.state, now)
        forecast = self.forecasting.run(now, partial(self.forecaster.forecast, self.state, now, plan), NO_FORECAST)
        self.journal.note_unwritten(self.dose_runner.journal.trouble)
        forecast, demand, command = self.decide(forecast, now)
        command = self.outputs.apply(command, now)
        off = ROLES if self.outputs.latched else self.outputs.failing
        self.interlocks.stopped(now, off)
        if off:
            self.journal.note(OFF, roles=sorted(off))
        command = self._dosed(command, now)
        self.broken = None
        phase = self.life_cycle.phase(self.state)
        beer = self.absorber.channels.get("beer_c")
        others = self.sensors.second_thermometers(beer.meter.sensor) if beer is not None else {}
        slow = self.alarm_monitors.evaluate(
            self.state, forecast, demand, command, now, phase, self.life_cycle.done_sg, others
        )
        command = self._with_alarms(command, slow, now)
        inputs = self.journal.take()
        return Report(
            now, self.name, tuple(readings), self.state, forecast, demand, command, inputs, phase=phase,
            sensors=self.sensors.latest(),
        )  # fmt: skip

    def decide(self, forecast: Forecast, now: float) -> tuple[Forecast, ControlRequest, Command]:
        """What the rules make of the tank as it is: what they believe of the forecast, what is wished, what is
        permitted. Drives nothing."""
        self.life_cycle.update(self.state, now)
        forecast = self.life_cycle.judge(forecast, self.state)
        unexplained = self.interlocks.unexplained
        self.recipe.holds = unexplained.reason = self.life_cycle.risen
        unexplained.since = self.life_cycle.since
        self.recipe.setpoint.found_c = unexplained.found_c if self.life_cycle.risen else None
        demand = self.recipe.decide(self.state, forecast, now)
        if self.interlocks.drain is not None:
            self.interlocks.drain.unwritten = self.journal.unwritten
        return forecast, demand, self.interlocks.permit(demand, self.state, now, forecast)

    def _leave_out_lead_in(self, now: float) -> None:
        """Once the readings show that the first ones were not of the wort, the batch begins after them, and goes on
        without those of a hydrometer that was out of the beer."""
        if self.state.history is self.judged_history:
            return
        begun = without_lead_in(self.state)
        if begun is not self.state:
            self.state = begun
            self.forecaster.forget()
            self.interlocks.wort_came(begun.history[0][0], now)
        rinsed = without_rinses(self.state)
        if rinsed is not self.state:
            self.state = rinsed
            self.forecaster.renew()
        self.judged_history = self.state.history

    def _dosed(self, command: Command, now: float) -> Command:
        """The permitted dose goes on, and what became of doses is part of the state."""
        doses = self.dose_runner.tick(command.dose, self.outputs.pump, self.state, now)
        if doses is not self.state.doses:
            self.state = replace(self.state, doses=doses)
        trouble = self.dose_runner.trouble
        return replace(command, alarms=(*command.alarms, trouble)) if trouble else command

    def _with_alarms(self, command: Command, slow: tuple[Alarm, ...], now: float) -> Command:
        """All that is wrong, from whatever source, as people see it."""
        failing = self.forecasting.alarm(now)
        if failing is not None:
            slow = (*slow, failing)
        found = (*command.alarms, *slow, *self.shared, *self.absence.alarms(self.alarm_manager))
        alarms = self.alarm_manager.update(found, now)
        return replace(command, alarms=alarms) if found or alarms else command

    def watch(self, now: float) -> None:
        """Open the emergency stops before anything is switched on: their edge does not wait for a tick."""
        if self.sensors.pressed(now):
            self.outputs.emergency()

    def _obey_emergency_stop(self, now: float) -> None:
        """An emergency stop stops the tank until somebody resumes. It is also read here, should its edge be missed."""
        signalled, pressed = self.outputs.take_emergency(), self.sensors.pressed(now)
        if (signalled or pressed) and self.interlocks.stopped_by != EMERGENCY:
            self.interlocks.stop(now, EMERGENCY)
            self.journal.note(EMERGENCY_STOP)

    def safe(self, now: float, error: Exception) -> Report:
        """Everything off because the tick itself failed; the other tanks go on."""
        self.outputs.off()
        self.interlocks.stopped(now)
        self.journal.note(OFF, roles=sorted(ROLES))
        if self.broken is None:
            text = Sentence(
                "control of {tank} failed ({error}); its outputs are off",
                tank=self.name, error=f"{type(error).__name__}: {error}",
            )  # fmt: skip
            self.broken = Alarm("tank: broken", "alarm", text, now)
        command = self._with_alarms(Command(why=self.broken.text, alarms=(self.broken,)), (), now)
        forecast = Forecast(0.0, None, "none", why=self.broken.text)
        inputs = self.journal.take()
        return Report(now, self.name, (), self.state, forecast, ControlRequest("broken", None), command, inputs)

    def minute(self, report: Report) -> Minute:
        """What it shows to whoever compares tanks."""
        return Minute(
            trusted(report.state, "beer_c", report.at, self.interlocks.stale_s),
            float(sum(ROLES[role].direction * duty for role, duty in report.command.duties.items())),
            self.alarm_monitors.leaps.step, self.alarm_monitors.looks,
        )  # fmt: skip

    def what_if(self, report: Report) -> WhatIf:
        """What the report's forecast would be at other temperatures, as far as yeast and interlocks would go."""
        limits, alarms, batch = self.interlocks.limits, self.alarm_monitors.options, report.state.batch or Batch(0.0)
        lows = (limits.beer_low_c, alarms.yeast_low_c, batch.yeast_low_c)
        highs = (limits.beer_high_c, alarms.yeast_high_c, batch.yeast_high_c)
        return self.forecaster.what_if(
            report.forecast,
            report.state,
            trusted(report.state, "beer_c", report.at, self.interlocks.stale_s),
            self.recipe.setpoint.target_c,
            (max(low for low in lows if low is not None), min(high for high in highs if high is not None)),
        )

    def begin(self, batch: Batch | None, came_at: float | None = None) -> None:
        """A new batch, or none: history begins with the next reading. Temperature control goes on as it was. came_at:
        since when it is in this tank; an output that had no effect before that had none on it."""
        doses = self.dose_runner.leave(self.outputs.pump, self.state)
        before = lately((*self.state.doses_before, *doses))
        self.state = replace(self.state, batch=batch, history=(), doses=(), doses_before=before)
        self.forecaster.forget()
        self.recipe.begin(batch)
        self.interlocks.begin()
        if came_at is not None:
            self.interlocks.wort_came(came_at, came_at)
        self.journal.note(BEGAN, batch=asdict(batch) if batch else None, came_at=came_at)

    def supplied(self, missing: Mapping[str, tuple[str, str]]) -> None:
        """Which shared outputs may not run now, by name: the role that they feed, and why."""
        if missing.keys() != self.interlocks.supply.keys():  # how long it still rests is said at every tick
            self.journal.note(SUPPLY, missing={name: list(held) for name, held in missing.items()})
        self.interlocks.supply = dict(missing)

    def others_recovered(self, role: str, at: float) -> None:
        """When an output of that role, in another tank on the same supply, had an effect again."""
        if self.interlocks.others_recovered(role, at):
            self.journal.note(OTHERS, role=role, at=at)

    def swapped(self, text: str, since: float) -> None:
        """Its beer probe was found to be in another tank."""
        if self.interlocks.beer_probe.swapped.note(text, since):
            self.journal.note(SWAPPED, text=text, since=since)

    def looked(self, now: float) -> None:
        """Somebody has looked at the batch: what was read so far explains itself."""
        self.life_cycle.looked(now)
        self.journal.note(LOOKED)

    def calibrated(self, quantity: str, now: float) -> None:
        """What measures this reads otherwise from now on: the next reading may jump, and the forecast is made anew."""
        self.absorber.expect_jump(quantity)
        self.forecaster.forget()
        self.looked(now)

    def take_over(self, kept: RecipeSnapshot, now: float) -> None:
        """Go on with the steps of a batch that came from another tank."""
        self.recipe.take_over(kept, now)
        self.journal.note(MOVED, steps=kept.model_dump(mode="json"))

    def begin_anew(self, blank: Tank) -> None:
        """As at a start: what knows times is as in a tank that knows nothing yet."""
        self.recipe, self.interlocks, self.life_cycle = blank.recipe, blank.interlocks, blank.life_cycle
        self.alarm_manager, self.alarm_monitors, self.absorber = (
            blank.alarm_manager, blank.alarm_monitors, blank.absorber
        )  # fmt: skip

    def mark(self, kind: str, now: float) -> None:
        """A replay may begin here, with all that control knows now."""
        state = {"history": self.state.history, "doses": [asdict(dose) for dose in self.state.doses],
                 "doses_before": [asdict(dose) for dose in self.state.doses_before],
                 "batch": asdict(self.state.batch) if self.state.batch else None,
                 "supply": {name: list(held) for name, held in self.interlocks.supply.items()}}  # fmt: skip
        self.journal.begin(kind, now, snapshot=self.snapshot().model_dump(mode="json"), **state)

    def ask_dose(self, dose_id: str, volume_ml: float, by_hand: bool, by: str, now: float) -> str | None:
        """An operator's own dose: by the pump, or given by hand and only recorded. Returns why not."""
        dosing = self.recipe.dosing
        if self.state.batch is None:
            return Sentence("no batch is in this tank")
        if dosing is None:
            return Sentence(
                "nothing is known of the nutrient here; add [tanks.{tank}.dosing] to the config", tank=self.name
            )
        if self.dose_runner.journal.knows_dose(dose_id):  # commands are remembered for an hour, doses for ever
            return Sentence("this id is that of an earlier dose; send it with a new one")
        nitrogen_mg_l = volume_ml * dosing.solution_mg_ml / self.recipe.volume_l
        if by_hand:
            dose = self.dose_runner.by_hand(self.state, dose_id, volume_ml, nitrogen_mg_l, now)
            self.state = replace(self.state, doses=(*self.state.doses, dose))
            return None
        if self.dose_runner.run is not None or self.recipe.extra is not None:
            return Sentence("another dose is being given")
        return self.recipe.ask_extra(dose_id, volume_ml, by, self.interlocks.doses, self.state, now)

    def restore_doses(self, now: float) -> None:
        """The doses of the batch after a restart; one that was under way is uncertain and says so."""
        if self.state.batch is not None:
            self.state = replace(self.state, doses=self.dose_runner.restore(self.state.batch.id, now))

    def restore_earlier_doses(self, now: float) -> None:
        """Those of the last day that are not of the batch: they count for the tank, whatever was in it."""
        of_batch = {dose.id for dose in self.state.doses}
        lately_given = self.dose_runner.journal.doses_since(self.name, now - DAY_S)
        self.state = replace(self.state, doses_before=tuple(d for d in lately_given if d.id not in of_batch))

    def take_by_hand(self, reading: Reading) -> None:
        """A hand reading, in the unit of its quantity's name; the next tick has it, and a forecast of it."""
        self.sensors.take_by_hand(reading)
        self.forecaster.renew()

    @property
    def parts(self) -> dict[str, Restorable[Any]]:
        """What comes back after a restart, by its field in `TankSnapshot`."""
        return {
            "recipe": self.recipe,
            "approvals": self.approvals,
            "interlocks": self.interlocks,
            "alarms": self.alarm_manager,
            "monitors": self.alarm_monitors,
            "life_cycle": self.life_cycle,
            "senses": self.absorber,
            "away": self.absence,
        }

    def snapshot(self) -> TankSnapshot:
        """What its parts want back after a restart."""
        return TankSnapshot.model_construct(**{name: part.snapshot() for name, part in self.parts.items()})

    def restore(self, kept: TankSnapshot, now: float) -> None:
        """Setpoint, answers and latches as they were."""
        for name, part in self.parts.items():
            part.restore(getattr(kept, name), now)

    def close(self) -> None:
        """Outputs first: off, closed, then the sensors."""
        if self.dose_runner.run is not None:
            self.outputs.off()  # before anything is written
            with suppress(Exception):  # a dose in doubt is no reason to leave a pin on
                self.dose_runner.leave(self.outputs.pump, self.state)
        self.outputs.close()
        self.sensors.close()
