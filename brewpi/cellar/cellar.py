"""All tanks of a site: they share link and store, never state, and a fault in one stops no other.

Outputs of every tank move before anything is stored or published: a dead broker or a full disk never delays
a relay.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial

from brewpi.alarms.manager import ClockAlarm
from brewpi.alarms.rules.crossed_probes import CrossedProbes
from brewpi.cellar.clock_correction import ClockCorrection, Correction
from brewpi.cellar.command_handler import CommandHandler
from brewpi.cellar.shared_outputs import SharedOutputs
from brewpi.cellar.tank import Tank
from brewpi.clock import SystemClock
from brewpi.control.shared import SharedSnapshot
from brewpi.mqtt.null import Link
from brewpi.mqtt.publisher import Publisher
from brewpi.records import Alarm, Event, Report
from brewpi.seam import Seam
from brewpi.sentences import Sentence
from brewpi.store import Store

CLOCK = "clock"  # setting of the site: the cellar's clock in this boot of the machine
SHARED = "shared"  # setting of the site: what the shared outputs have to rest from


class Cellar:
    """Unopened until `opened`; then `tick` is all there is."""

    def __init__(
        self, tanks: dict[str, Tank], operator: CommandHandler, publisher: Publisher, link: Link, store: Store,
        shared: SharedOutputs | None = None,
    ) -> None:  # fmt: skip
        self.tanks, self.operator, self.publisher, self.link, self.store = tanks, operator, publisher, link, store
        self.shared = shared or SharedOutputs()
        self._kept_shared = SharedSnapshot()
        self.crossed = CrossedProbes()
        self.clock, self.is_known = ClockAlarm(), operator.is_clock_known
        self.notices = operator.track.notices  # of the site, by key
        self.correction, self.began_at = ClockCorrection(tanks, store, operator.restart.blank), 0.0
        self.record = Seam("record", Sentence("control goes on, but not all of it is kept"))
        self.line = Seam("link", Sentence("control goes on, but not all of it is published"))
        self.comparison = Seam("comparison", Sentence("control goes on, but swapped probes are not noticed"))

    @contextmanager
    def opened(self, now: float) -> Iterator[Cellar]:
        """Store, outputs and link are open, and what was known is back; leaving turns everything off first."""
        with ExitStack() as stack:
            if not self.store.is_open:
                self.store.open(now)
            stack.callback(self.store.close)
            self.link.start()
            stack.callback(self.link.stop)
            for tank in self.tanks.values():
                stack.callback(tank.close)
                tank.outputs.open(now)
                tank.watch(now)
            stack.callback(self.shared.close)
            self.shared.open(now)
            self.began_at = now
            self.shared.restore(self.store.settings("").get(SHARED), now)
            self.operator.restore(now)
            batches = {name: tank.state.batch for name, tank in self.tanks.items()}
            self.record.run(now, partial(self.publisher.restore, self.store, batches), None)
            self.line.run(now, partial(self.publisher.withdraw, self.store, now), None)
            yield self

    def tick(self, now: float) -> list[Report]:
        """Obey what operators sent, tick every tank, then store and publish."""
        record, link = self.record, self.line
        link.run(now, self.link.pump, None)
        self.operator.process(now)
        self.operator.restart.begin_calibrations(now)
        self.shared.check(now)
        shared = tuple(self._shared(now))
        for name, tank in self.tanks.items():
            tank.shared = (*shared, *self.shared.alarms(name))
        reports = [self._tick(tank, now) for tank in self.tanks.values()]
        self.shared.drive(reports, now)
        self.comparison.run(now, partial(self._compare, reports, now), None)
        reports = [replace(report, shared=self.shared.on(report.tank)) for report in reports]
        for report in reports:
            self._tell(report, now)
        self.operator.restart.persist(now)
        record.run(now, partial(self._persist_shared, now), None)
        record.run(now, partial(self.store.flush_if_due, now), None)
        record.run(now, self.operator.restart.mark_stops, None)
        link.run(now, partial(self.publisher.forward, self.store), None)
        return reports

    def begin(self, clock: SystemClock) -> float:
        """Open the record and see from it what time it is; then `opened` may date things. Returns that time."""
        self.store.open(clock.now())
        clock.begin_after(self.store.newest_record(), self.store.settings("").get(CLOCK))
        self.store.set("", CLOCK, clock.snapshot(), clock.now())
        return clock.now()

    def follow(self, clock: SystemClock) -> None:
        """Between two ticks: put the present right once the clock can be, but not while a dose or a transfer runs."""
        by_s = clock.correction_s()
        if by_s <= 0.0 or not self.correction.is_quiet():
            return
        clock.put_right(by_s)
        now = clock.now()
        self.store.set("", CLOCK, clock.snapshot(), now)
        self.shared.begin_again(Correction(self.began_at, by_s).of, now)
        self.correction.put_right(self.began_at, by_s, now)
        self.began_at += by_s
        self.operator.restart.put_right(by_s, self.began_at, now)

    def _shared(self, now: float) -> Iterator[Alarm]:
        """What is wrong with what all tanks share."""
        stepped = self.clock.alarm(self.publisher.stepped_s(), now, self.is_known())
        seams = (self.record, self.line, self.comparison, self.operator.seam)
        for alarm in (self.store.alarm(), self.link.alarm(), stepped, *(seam.alarm(now) for seam in seams)):
            if alarm is not None:
                yield alarm
        yield from self.notices.values()

    def _compare(self, reports: list[Report], now: float) -> None:
        """What a comparison of all tanks shows: two whose probes are swapped neither heat nor cool by them."""
        if self.crossed.is_due(now):
            self.crossed.note({report.tank: self.tanks[report.tank].minute(report) for report in reports}, now)
            for name, tank in self.tanks.items():
                for alarm in self.crossed.alarms(name):
                    tank.swapped(alarm.text, alarm.since)

    def _persist_shared(self, now: float) -> None:
        """What the shared outputs have to rest from, whenever it has changed."""
        kept = self.shared.snapshot()
        if kept != self._kept_shared:
            self._kept_shared = kept
            self.store.set("", SHARED, kept.model_dump(mode="json"), now)

    @staticmethod
    def _tick(tank: Tank, now: float) -> Report:
        try:
            return tank.tick(now)
        except Exception as error:  # this tank is made safe, the others go on
            return tank.safe(now, error)

    def _tell(self, report: Report, now: float) -> None:
        """What cannot be told must not keep the others, or the next tick, from being done."""
        nothing: list[Event] = []
        for event in self.line.run(now, partial(self.publisher.publish, report, now), nothing):
            self.record.run(now, partial(self.store.event, event), None)
        self.record.run(now, partial(self.store.record, report), None)
        self.line.run(now, partial(self.publisher.answer, report, self.tanks[report.tank].what_if, now), None)

    def off(self) -> None:
        """Every output into its safe state, from any thread, whatever else is broken."""
        self.shared.off()
        for tank in self.tanks.values():
            tank.outputs.off()
