"""What an operator is told: the difference between one report of a tank and the next. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import inf

from brewpi.alarms.left_out import left_out
from brewpi.alarms.manager import RESTORED_S
from brewpi.alarms.told_before import ToldBefore
from brewpi.records import Alarm, ApprovalRequest, ControlRequest, Dose, Event, Report, Severity
from brewpi.sentences import Sentence, message_of, spoken

ANOTHER_H = 24.0  # no forecast of a finished beer says so much
COLD_C = 5.0  # no yeast is pitched for so cold a beer: a crash of the batch before
JUMP_C = 0.2  # a ramp moves the setpoint by less in one tick

ASKED = {
    "advised": "advice: {question}",
    "asked": "asks: {question}",
    "announced": "is about to, unless somebody vetoes: {question}",
    "confirmed": "confirmed: {question}",
    "vetoed": "vetoed: {question}",
}
DOSED = {  # by the time that the pump ran: nothing measures what came out of the hose
    "intended": "dose {dose} begins: {volume_ml:.0f} ml",
    "given": "dose {dose}: the pump ran its time for {given_ml:.0f} ml",
    "part": "dose {dose} stopped: the pump ran for {given_ml:.0f} of {volume_ml:.0f} ml",
    "uncertain": "dose {dose} is uncertain: {volume_ml:.0f} ml were begun before the restart, look at the bottle",
    "by_hand": "dose {dose} given by hand: {volume_ml:.0f} ml",
}

DOSE_SEVERITY: Mapping[str, Severity] = {"uncertain": "alarm", "part": "warning"}

COMMAND_KINDS = ("command", "command_refused")

Ids = Callable[[], str]


def is_about_a_command(event: Event) -> bool:
    """Whether an event only records what somebody sent. It goes after what happened to the beer."""
    return event.kind in COMMAND_KINDS


def ids(run: str) -> Ids:
    """Event ids that are unique for ever if `run` is: one new word for each start of the daemon."""
    count = 0

    def next_id() -> str:
        nonlocal count
        count += 1
        return f"{run}-{count}"

    return next_id


class EventDetector:
    """Tells the story of one tank: give it every report, in order."""

    def __init__(self, tank: str, next_id: Ids) -> None:
        self.tank = tank
        self.next_id = next_id
        self.last: Report | None = None
        self.complete = self.rested = False
        self._told: ToldBefore | None = None
        self._open: dict[object, Event] = {}  # raised before a restart, by key, until they are back or over
        self._open_until = inf

    def restore(self, events: Iterable[Event]) -> None:
        """After a restart: what was told of the batch, so that the first report tells what came of it meanwhile."""
        self._told = ToldBefore()
        for event in events:
            self._told.note(event)

    def events(self, report: Report) -> list[Event]:
        """What is new since the report before; of the first one its alarms, and what came of the batch meanwhile."""
        last, self.last = self.last, report
        happened = list(self._alarms(last, report))
        if last is None:
            return happened + list(self._meanwhile(report))
        if self._open:
            happened += self._gone(report)
        if _batch_id(last) != _batch_id(report):
            happened += self._batch(last, report)
        elif last.state.history is not report.state.history:
            happened += self._left_out(last, report)
        if last.demand is not report.demand:
            happened += self._demand(last, report)
        if last.forecast is not report.forecast:
            happened += self._forecast(last, report)
        if last.state.doses is not report.state.doses and _batch_id(last) == _batch_id(report):
            happened += self._doses(last, report)
        if last.command.drain != report.command.drain:
            happened += self._drain(last, report)
        return happened

    def _meanwhile(self, report: Report) -> Iterator[Event]:
        """What is otherwise than it was told before a restart: a question that came up while nobody watched would wait
        half a day to be said, and a dose that was cut short would never be."""
        told, self._told = self._told, None
        if told is None or report.state.batch is None:
            self.complete, self.rested = _is_complete(report), _is_rested(report)
            return
        self._open, self._open_until = told.alarms, report.at + RESTORED_S
        if told.step not in (None, report.demand.step):
            yield self._step(str(told.step), report)
        yield from self._asked([ask for ask in report.demand.asks if not told.knows(ask, report.at)], report)
        for dose in report.state.doses:
            if told.doses.get(dose.id, dose.standing) != dose.standing:
                yield self._dose(dose, report)
        self.complete, self.rested = "complete" in told.kinds, "rest_cue" in told.kinds
        yield from self._marks(report)

    def _gone(self, report: Report) -> Iterator[Event]:
        """Alarms of before a restart that ended while nobody watched, once those that come back are back."""
        for alarm in report.command.alarms:
            self._open.pop(alarm.key, None)
        if report.at >= self._open_until:
            for key, raised in self._open.items():
                text = Sentence("over after {length}: {alarm}", length=spoken(report.at - raised.at), alarm=raised.text)
                yield self._event(report, "alarm_cleared", "info", text, key=key)
            self._open = {}

    def _event(self, report: Report, kind: str, severity: Severity, text: str, **details: object) -> Event:
        message = message_of(text)
        all_details = details if message is None else {**details, "message": message}
        return Event(self.next_id(), report.at, self.tank, kind, severity, text, all_details)

    def _alarms(self, last: Report | None, report: Report) -> Iterator[Event]:
        """Raised, cleared, become worse, or said again because nobody has acknowledged it."""
        before: tuple[Alarm, ...] = last.command.alarms if last else ()
        now = report.command.alarms
        if now is before or now == before:
            return
        old, new = {a.key: a for a in before}, {a.key: a for a in now}
        for key, alarm in new.items():
            if key not in old or old[key].severity != alarm.severity:
                if alarm.acknowledged_by is None:  # else it was told before a restart
                    yield self._event(report, "alarm_raised", alarm.severity, alarm.text, key=key, todo=alarm.todo)
            elif alarm.times > old[key].times:
                lasts = spoken(max(0.0, report.at - alarm.since))
                text = Sentence("for {length}, nobody has acknowledged it: {alarm}", length=lasts, alarm=alarm.text)
                yield self._event(report, "alarm_repeated", alarm.severity, text, key=key, todo=alarm.todo)
        for key, alarm in old.items():
            if key not in new:
                lasted, (output, _, found) = spoken(max(0.0, report.at - alarm.since)), key.partition(": ")
                text = Sentence("over after {length}: {alarm}", length=lasted, alarm=alarm.text)
                if found == "dead" and last is not None and last.command.duty(output) and report.command.duty(output):
                    text = Sentence("{output} was tried again and works, after {length}", output=output, length=lasted)
                yield self._event(report, "alarm_cleared", "info", text, key=key)

    def _batch(self, last: Report, report: Report) -> Iterator[Event]:
        before, now = last.state.batch, report.state.batch
        self.complete = self.rested = now is None  # what stays in the tank was told of its batch
        left = {dose.id: dose for dose in report.state.doses_before}
        for dose in last.state.doses:  # one that the end of its batch cut short
            if left.get(dose.id, dose) != dose:
                yield self._dose(left[dose.id], report)
        if before is not None:
            text = Sentence("batch {batch} ends", batch=before.name or before.id)
            yield self._event(report, "batch_ended", "info", text, batch=before.id)
        if now is not None:
            text = Sentence(
                "batch {batch} begins: {medium}", batch=now.name or now.id, medium=now.medium or "medium not said"
            )
            yield self._event(report, "batch_started", "info", text, batch=now.id)
            was_c, is_c = _goal_c(last.demand), _goal_c(report.demand)
            if was_c is not None and is_c == was_c and is_c <= COLD_C:
                text = Sentence("the setpoint is still {target_c:.1f} °C, as before this batch: it will be chilled",
                                target_c=is_c)  # fmt: skip
                yield self._event(report, "target", "warning", text, before_c=was_c, target_c=is_c)

    def _left_out(self, last: Report, report: Report) -> Iterator[Event]:
        for text, readings in left_out(last.state, report.state):
            yield self._event(report, "left_out", "warning", text, readings=readings)

    def _demand(self, last: Report, report: Report) -> Iterator[Event]:
        before, now = last.demand, report.demand
        if before.step != now.step:
            yield self._step(before.step, report)
        known = {(ask.key, ask.standing, ask.times) for ask in before.asks}
        yield from self._asked([ask for ask in now.asks if (ask.key, ask.standing, ask.times) not in known], report)
        was_c, is_c = _goal_c(before), _goal_c(now)
        if _jumped(was_c, is_c):
            text = _moved(was_c, is_c)
            yield self._event(report, "target", "info", text, before_c=was_c, target_c=is_c)

    def _step(self, before: str, report: Report) -> Event:
        now = report.demand
        text = Sentence("step {before} -> {step}", before=before, step=now.step)
        if now.why:
            text = Sentence("{what}: {reason}", what=text, reason=now.why)
        return self._event(report, "step", "info", text, before=before, step=now.step)

    def _asked(self, asks: Iterable[ApprovalRequest], report: Report) -> Iterator[Event]:
        for ask in asks:
            severity: Severity = "warning" if ask.times > 1 else "info"
            text = Sentence(ASKED[ask.standing], question=ask.text)
            if ask.times > 1:
                text = Sentence("{what} (said {times} times)", what=text, times=ask.times)
            yield self._event(report, ask.standing, severity, text, key=ask.key, action=ask.action)

    def _doses(self, last: Report, report: Report) -> Iterator[Event]:
        before = {dose.id: dose for dose in last.state.doses}
        for dose in report.state.doses:
            if before.get(dose.id) != dose:
                yield self._dose(dose, report)

    def _dose(self, dose: Dose, report: Report) -> Event:
        """One that stopped on its way is short of what the yeast needs, and nobody repeats it: that is to be seen."""
        text = Sentence(
            DOSED[dose.standing], dose=str(dose.number or "extra"), volume_ml=dose.volume_ml, given_ml=dose.given_ml
        )
        severity = DOSE_SEVERITY.get(dose.standing, "info")
        return self._event(report, "dose", severity, text, dose=dose.id, standing=dose.standing)

    def _drain(self, last: Report, report: Report) -> Iterator[Event]:
        before, now = last.command.drain, report.command.drain
        if now is None or before is None or before.standing == now.standing:
            return
        severity: Severity = "info"
        if now.why.startswith("aborted"):  # before the valve was told to open no beer is at stake
            severity = "alarm" if before.standing == "open" else "warning"
        text = Sentence(
            "drain {before} -> {standing}: {reason}", before=before.standing, standing=now.standing, reason=now.why
        )
        yield self._event(report, "drain", severity, text, before=before.standing, standing=now.standing)

    def _forecast(self, last: Report, report: Report) -> Iterator[Event]:
        before, now = last.forecast, report.forecast
        if before.source != now.source:
            text = Sentence("forecast: {source} answers, was {before}", source=now.source, before=before.source)
            if now.why:
                text = Sentence("{what}; {reason}", what=text, reason=now.why)
            yield self._event(report, "forecast", "info", text, before=before.source, source=now.source)
        yield from self._marks(report)

    def _marks(self, report: Report) -> Iterator[Event]:
        """What a fermentation passes once; without a batch it is another one when most of it is still to come."""
        remaining = report.forecast.remaining_h
        if report.state.batch is None and remaining is not None and remaining.p50 >= ANOTHER_H:
            self.complete = self.rested = False
        if not self.rested and _is_rested(report):
            self.rested = True
            text = Sentence("rest cue: three quarters of the sugar are gone")
            yield self._event(report, "rest_cue", "info", _with_gravity(text, report))
        if not self.complete and _is_complete(report):
            self.complete = True
            yield self._event(report, "complete", "info", _with_gravity(Sentence("fermentation is complete"), report))


def _batch_id(report: Report) -> str | None:
    """Corrections make another record of the same batch."""
    return report.state.batch.id if report.state.batch else None


def _is_complete(report: Report) -> bool:
    """By the forecast, which the life cycle has judged: what is stuck is not complete."""
    remaining = report.forecast.remaining_h
    return remaining is not None and remaining.p50 <= 0.0


def _is_rested(report: Report) -> bool:
    rest = report.forecast.rest_h
    return rest is not None and rest.p50 <= 0.0


def _with_gravity(text: Sentence, report: Report) -> Sentence:
    sg = report.forecast.sg
    return text if sg is None else Sentence("{what}, gravity {sg:.4f} SG", what=text, sg=sg)


def _goal_c(demand: ControlRequest) -> float | None:
    """What somebody set. A setpoint that starts its ramp at the beer's own temperature has not been set by anybody."""
    return demand.target_c if demand.target_goal_c is None else demand.target_goal_c


def _jumped(before: float | None, now: float | None) -> bool:
    if before is None or now is None:
        return before is not now
    return abs(now - before) >= JUMP_C


def _moved(was_c: float | None, is_c: float | None) -> Sentence:
    if was_c is None or is_c is None:
        return Sentence("target {before} -> {target}", before=_celsius(was_c), target=_celsius(is_c))
    return Sentence("target {before_c:.1f} °C -> {target_c:.1f} °C", before_c=was_c, target_c=is_c)


def _celsius(value: float | None) -> Sentence:
    return Sentence("none") if value is None else Sentence("{target_c:.1f} °C", target_c=value)
