"""`brewpi outbound`: hears the broker, sends notices and readings. Knows nothing of control, store or tanks."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import FrameType

from brewpi.hardware.plug_context import Inbox, Message
from brewpi.hardware.systemd import notify
from brewpi.mqtt import Mqtt
from brewpi.mqtt.link import MqttLink
from brewpi.mqtt.payloads import StatePayload, read
from brewpi.mqtt.topics import OFFLINE
from brewpi.outbound import Notice, OutboundOptions
from brewpi.outbound.delivery_worker import DeliveryWorker, Reading, on_duty
from brewpi.outbound.memory import Memory
from brewpi.outbound.notice_filter import NoticeFilter, is_fresh
from brewpi.sentences import Sentence

LOOK_EVERY_S = 0.5
AVAILABILITY = "brewpi-outbound/{site}/availability"  # not below brewpi/: it is no tank

MEANWHILE = "no alarm is sent on until it is back, but that nothing is heard"

log = logging.getLogger("brewpi")


class Service:
    """What is heard goes through the filter to every worker."""

    def __init__(
        self, site: str, link: MqttLink, workers: Mapping[str, DeliveryWorker], memory: Memory,
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        """clock: of the wall, for who is on duty."""
        self.site, self.link, self.workers, self.memory, self.clock = site, link, workers, memory, clock
        self.notices = NoticeFilter(site, memory.published)
        self.offline = False
        base = f"brewpi/{site}"
        topics = (f"{base}/availability", f"{base}/+/event", f"{base}/+/state")
        self.inboxes: list[Inbox] = [link.subscribe(topic) for topic in topics]

    def poll(self, now: float) -> None:
        """Take what has arrived, pass on what it means, and keep what a restart needs."""
        self.link.pump()
        for inbox in self.inboxes:
            for message in inbox.take():
                self._tell(self._receive(message, now))
        self._tell(self.notices.listen(self._why_silent(), now))
        self.memory.persist(self.workers.values())

    def _receive(self, message: Message, now: float) -> Iterator[Notice]:
        _, _, *rest = message.topic.split("/")
        if rest == ["availability"]:
            self.offline = message.payload == OFFLINE.encode()
            return
        state = read(StatePayload, message.payload) if rest[-1:] == ["state"] else None
        if state is not None and is_fresh(state, now):
            for worker in self.workers.values():
                worker.persist(Reading(self.site, rest[0], state))
        yield from self.notices.receive(message, now)

    def _why_silent(self) -> str | None:
        if not self.link.online:
            host, port = self.link.options.address
            return Sentence("the broker {broker} does not answer", broker=f"{host}:{port}")
        return Sentence("its service is gone") if self.offline else None

    def _tell(self, notices: Iterator[Notice]) -> None:
        for notice in notices:
            for worker in self._recipients(notice):
                worker.tell(notice)

    def _recipients(self, notice: Notice) -> Iterable[DeliveryWorker]:
        return on_duty(self.workers.values(), notice, datetime.fromtimestamp(self.clock()).astimezone())


def run(site: str, broker: Mqtt, ways: Mapping[str, OutboundOptions], memory_file: Path) -> None:
    """Until SIGTERM or Ctrl-C."""
    leaving = threading.Event()

    def leave(signum: int, frame: FrameType | None) -> None:
        leaving.set()

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, leave)
    for loud in ("httpx", "httpcore"):  # at INFO they write every address into the log
        logging.getLogger(loud).setLevel(logging.WARNING)
    memory = Memory(memory_file)
    workers = {name: DeliveryWorker(name, options, time.time) for name, options in ways.items()}
    with ExitStack() as stack:
        link = MqttLink(broker, AVAILABILITY.format(site=site), time.time, meanwhile=MEANWHILE)
        service = Service(site, link, workers, memory)
        link.start()
        stack.callback(link.stop)
        for worker in workers.values():
            memory.hand_over(worker)
            worker.start()
            stack.callback(worker.stop)
        log.info("%s: %s", site, ", ".join(f"outbound.{name}" for name in workers))
        notify("READY=1")
        while not leaving.wait(LOOK_EVERY_S):
            service.poll(time.time())
            notify("WATCHDOG=1")
        notify("STOPPING=1")
    memory.persist(workers.values())
