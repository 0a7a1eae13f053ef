"""All tanks of a site: they share link and store, never state, and a fault in one stops no other.

Outputs of every tank move before anything is stored or published: a dead broker or a full disk never delays
a relay.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from brewpi.alarms.manager import Clock
from brewpi.cellar.command_handler import Operator
from brewpi.cellar.tank import Tank
from brewpi.mqtt.null import Link
from brewpi.mqtt.publisher import Publisher
from brewpi.records import Report
from brewpi.store import Store

log = logging.getLogger("brewpi")


class Cellar:
    """Unopened until `opened`; then `tick` is all there is."""

    def __init__(
        self, tanks: dict[str, Tank], operator: Operator, publisher: Publisher, link: Link, store: Store
    ) -> None:
        self.tanks, self.operator, self.publisher, self.link, self.store = tanks, operator, publisher, link, store
        self.clock = Clock()

    @contextmanager
    def opened(self, now: float) -> Iterator[Cellar]:
        """Store, outputs and link are open, and what was known is back; leaving turns everything off first."""
        with ExitStack() as stack:
            self.store.open(now)
            stack.callback(self.store.close)
            self.link.start()
            stack.callback(self.link.stop)
            for tank in self.tanks.values():
                stack.callback(tank.close)
                tank.outputs.open(now)
                tank.watch(now)
            self.operator.bring_back(now)
            self.publisher.bring_back(self.store, {name: tank.state.batch for name, tank in self.tanks.items()})
            self.publisher.withdraw(self.store, now)
            yield self

    def tick(self, now: float) -> list[Report]:
        """Obey what operators sent, tick every tank, then store and publish."""
        self.link.pump()
        self.operator.obey(now)
        stepped = self.clock.alarm(self.publisher.stepped_s(), now)
        shared = tuple(alarm for alarm in (self.store.alarm(), self.link.alarm(), stepped) if alarm)
        for tank in self.tanks.values():
            tank.shared = shared
        reports = [self._tick(tank, now) for tank in self.tanks.values()]
        for report in reports:
            self._tell(report, now)
        self.operator.keep(now)
        self.store.flush_if_due(now)
        self.publisher.forward(self.store)
        return reports

    @staticmethod
    def _tick(tank: Tank, now: float) -> Report:
        try:
            return tank.tick(now)
        except Exception as error:  # this tank is made safe, the others go on
            return tank.safe(now, error)

    def _tell(self, report: Report, now: float) -> None:
        try:
            for event in self.publisher.publish(report, now):
                self.store.event(event)
            self.store.record(report)
            self.publisher.answer(report, self.tanks[report.tank].what_if, now)
        except Exception as error:  # what cannot be told must not keep the others, or the next tick, from being done
            log.error("%s: its report was lost (%s: %s)", report.tank, type(error).__name__, error)

    def off(self) -> None:
        """Every output into its safe state, from any thread, whatever else is broken."""
        for tank in self.tanks.values():
            tank.outputs.off()
