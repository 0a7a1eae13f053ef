"""Asks the broker, at every connect and now and then, whether commands reach us; see `echo.py` for what is asked."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import replace

from brewpi.hardware.plug_context import Message
from brewpi.mqtt import Mqtt
from brewpi.mqtt.echo import Echoes, Result
from brewpi.mqtt.once import BrokerError, visit
from brewpi.mqtt.stop_line import Receiver
from brewpi.records import Alarm

log = logging.getLogger(__name__)


class HearingCheck:
    """Of one link. It visits the broker by a connection of its own, in a thread: nothing waits for it.

    clock: the cellar's, for what people are told; steady: seconds of a broker, which knows of no other pace.
    """

    def __init__(
        self,
        options: Mqtt,
        availability: str,
        clock: Callable[[], float],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.options, self.clock, self.steady = options, clock, steady
        self.echoes = Echoes(availability)
        self._found = 0
        self._visit: threading.Thread | None = None
        self._result: Result | None = None
        self._raised: tuple[str, float, float] | None = None  # key, since when by the broker's and by our clock

    def line(self, topic_filter: str, commands: Receiver) -> Receiver:
        """What a subscription to commands is to fill, so that echoes are taken out of it."""
        self.echoes.filters.append(topic_filter)
        return WithoutEchoes(self.echoes, commands, self.steady)

    def pump(self, connects: int, refused: Collection[str]) -> None:
        """Once a tick while the broker is there. connects: how often it was found; refused: filters that it does not
        let us subscribe to."""
        echoes, now = self.echoes, self.steady()
        if connects != self._found:
            self._found = connects
            echoes.found(now)
        if self._visit is not None:
            if self._visit.is_alive():
                return
            self._visit = None
            echoes.sent(self._result, now)
        if messages := echoes.due(now):
            self._visit = threading.Thread(target=self._send, args=(messages,), daemon=True)
            self._visit.start()
        elif echoes.judge(now, refused):
            self._say()

    def alarm(self) -> Alarm | None:
        """What people are told of it."""
        host, port = self.options.address
        now = self.steady()
        found = self.echoes.alarm(f"{host}:{port}", self.options.username, now)
        return found and replace(found, since=self._since(found, now))

    def _since(self, found: Alarm, now: float) -> float:
        """By the cellar's clock, once for each alarm."""
        if self._raised is None or self._raised[:2] != (found.key, found.since):
            self._raised = found.key, found.since, self.clock() - (now - found.since)
        return self._raised[2]

    def _say(self) -> None:
        found = self.alarm()
        if found is None:
            log.info("commands reach us again")
        else:
            log.warning("%s", found.text)

    def _send(self, messages: list[tuple[str, str]]) -> None:
        try:
            self._result = visit(self.options, messages)
        except BrokerError as error:
            self._result = None
            log.debug("%s", error)


class WithoutEchoes:
    """A subscription to commands."""

    def __init__(self, echoes: Echoes, commands: Receiver, steady: Callable[[], float]) -> None:
        self.echoes, self.commands, self.steady = echoes, commands, steady

    def put(self, message: Message) -> bool:
        """Whether it may be a STOP."""
        return not self.echoes.put(message, self.steady()) and self.commands.put(message)
