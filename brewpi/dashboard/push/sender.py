"""What the board hears becomes notices, and each device gets those that it asked for, by a worker of its own."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from brewpi.dashboard.feed.board import Board
from brewpi.dashboard.push import DEVICES, KEY, MEMORY, PushOptions
from brewpi.dashboard.push.devices import Device, Devices
from brewpi.dashboard.push.phone import Phone
from brewpi.hardware.plug_context import Message
from brewpi.mqtt.wire_types import iso
from brewpi.outbound import Notice
from brewpi.outbound.delivery_worker import DeliveryWorker, on_duty
from brewpi.outbound.memory import Memory
from brewpi.outbound.notice_filter import NoticeFilter
from brewpi.sentences import Sentence

SITES_KEPT = 200

log = logging.getLogger("brewpi")


class PushSender:
    """Of one board. may_look: whether a name is still of somebody who may; a device is told no longer than that."""

    def __init__(
        self, board: Board, options: PushOptions, may_look: Callable[[str], bool],
        clock: Callable[[], float] = time.time, time_scale: float = 1.0,
    ) -> None:  # fmt: skip
        """clock: of the wall, for quiet hours; pace: see DeliveryWorker."""
        self.board, self.may_look, self.clock, self.time_scale = board, may_look, clock, time_scale
        self.contact = options.contact if ":" in options.contact else f"mailto:{options.contact}"
        self.public_key, self.key_file = options.public_key, options.folder / KEY
        self.devices = Devices(options.folder / DEVICES, options.more_services)
        self.memory = Memory(options.folder / MEMORY)
        self.filters: dict[str, NoticeFilter] = {}
        self.workers: dict[str, DeliveryWorker] = {}
        for device in self.devices:
            self.memory.hand_over(self._employ(device))

    # --- what people do

    def add(self, device: Device) -> None:
        """Told from now on, and told so at once. Raises UnknownService, TooMany, OSError."""
        self.devices.add(device)
        worker = self._employ(device)
        at = iso(self.clock())
        text = Sentence("This device is told from now on.")
        worker.tell(Notice(f"push-{device.id}-{at}", at, "brewpi", "", device.tell[0], "alarm", text, key="push"))

    def remove(self, id_: str) -> None:
        """Told no more."""
        worker = self.workers.pop(id_, None)
        if worker is not None:
            worker.stop(0.0)
        try:
            self.devices.remove(id_)
        except OSError as error:
            log.warning("%s cannot be written (%s)", self.devices.file, error.strerror)

    # --- what the board hears

    def receive(self, messages: Iterable[Message]) -> None:
        """Events, as they come."""
        for message in messages:
            _, site, *rest = message.topic.split("/")
            if rest[-1:] == ["event"]:
                self._tell(self._filter(site).receive(message, message.at))

    def poll(self) -> None:
        """What no event told: alarms that stand, cellars that are silent; devices that are gone; the memory."""
        now = self.clock()
        for tank in self.board.tanks.values():
            if tank.state is not None and self.board.stale(tank, now) is None:
                self._tell(self._filter(tank.site).compare(tank.name, tank.state, self.board.time_at(tank.site, now)))
        for site, filter_ in self.filters.items():
            self._tell(filter_.listen(self._why_silent(site), now))
        for id_, worker in list(self.workers.items()):
            device = self.devices.get(id_)
            if worker.gone or device is None or not self.may_look(device.who):
                self.remove(id_)
        self.memory.persist(self.workers.values())

    def stop(self) -> None:
        """What waits goes into the memory."""
        self.memory.persist(self.workers.values())
        for worker in self.workers.values():
            worker.stop(0.0)

    def _filter(self, site: str) -> NoticeFilter:
        if site not in self.filters:
            while len(self.filters) >= SITES_KEPT:
                del self.filters[next(iter(self.filters))]
            self.filters[site] = NoticeFilter(site, self.memory.published, shared=True)
        return self.filters[site]

    def _why_silent(self, site: str) -> str | None:
        if not self.board.connected:
            return Sentence("the board does not reach the broker")
        return Sentence("its service is gone") if self.board.online.get(site) is False else None

    def _tell(self, notices: Iterator[Notice]) -> None:
        for notice in notices:
            for worker in on_duty(self.workers.values(), notice, datetime.fromtimestamp(self.clock()).astimezone()):
                worker.tell(notice)

    def _employ(self, device: Device) -> DeliveryWorker:
        before = self.workers.pop(device.id, None)
        if before is not None:
            before.stop(0.0)
        phone = Phone(
            secret_file=self.key_file, device=device, contact=self.contact, tell=device.tell,
            severities=("alarm", "warning") if device.warnings else ("alarm",),
            quiet=device.quiet, on_duty=device.on_duty,
        )  # fmt: skip
        worker = self.workers[device.id] = DeliveryWorker(
            f"push.{device.id}", phone, self.clock, time_scale=self.time_scale
        )
        worker.start()
        return worker
