"""What all network plugs have in common: relays that are told over MQTT, and fall off by themselves without us.

A plug that only does as it is told stays on when the Pi, the broker or the WiFi dies. So these are told "on, for a
minute" again and again, and count as on only while they confirm it. Each maker's dialect has a file of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from pydantic import Field

from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.outputs import OutputError, OutputOptions

CONFIRM_S = 15.0  # a plug on a weak WiFi answers within a second or two
RENEWALS = 4.0  # within its time: two may be lost


@dataclass(frozen=True, slots=True)
class PlugStatus:
    """What a message from the plug says. on: whether it is; was_on: whether it was when our order came; falls_off:
    whether its own timer will switch it off."""

    on: bool | None = None
    falls_off: bool | None = None
    was_on: bool | None = None


class Dialect(Protocol):
    """How one make of plug is spoken to. Every message is (topic, payload)."""

    topics: tuple[str, ...]  # what it answers on

    def arm(self) -> list[tuple[str, str]]:
        """Set its auto-off timer; empty where every "on" carries its own."""
        ...

    def on(self) -> list[tuple[str, str]]:
        """On, and begin its timer anew; it answers with what it does."""
        ...

    def off(self) -> list[tuple[str, str]]:
        """Off."""
        ...

    def status_of(self, message: Message) -> PlugStatus:
        """What an answer says."""
        ...


class NetworkPlug(OutputOptions):
    """Options of a plug that is told over MQTT."""

    needs_broker: ClassVar[bool] = True

    fall_off_s: float = Field(
        default=60.0, ge=15.0, le=600.0, description="its own timer: off by itself this long after our last word"
    )

    def label(self) -> str:
        """The plug, in a sentence."""
        raise NotImplementedError

    def pins(self) -> tuple[str, ...]:
        return (self.label(),)

    def dialect(self) -> Dialect:
        """How it is spoken to."""
        raise NotImplementedError

    def open(self, context: PlugContext) -> Plug:
        """Told off. Raises nothing: a plug or broker that does not answer is said by the first `set`."""
        plug = Plug(self.label(), self.dialect(), self.fall_off_s, context)
        plug.off()
        return plug


class Plug:
    """An opened plug. `set` says what is wanted and reads what it answered; it waits for nothing."""

    def __init__(self, label: str, dialect: Dialect, fall_off_s: float, context: PlugContext) -> None:
        self.label, self.dialect, self.fall_off_s, self.tell = label, dialect, fall_off_s, context.tell
        self.inboxes: list[Inbox] = [context.subscribe(topic) for topic in dialect.topics]
        self.is_on: bool | None = None
        self.falls_off: bool | None = None
        self.wanted_since: float | None = None  # since when it shall be on
        self.dropped = False  # it went off while it should have been on
        self.said_at = float("-inf")
        self.confirmed_at = float("-inf")

    def set(self, duty: float, now: float) -> None:
        """On from half power up. Raises OutputError when it does not do as it is told, or would not fall off."""
        self._listen(now)
        since_s = now - self.said_at
        if duty < 0.5:
            # Again and again: somebody may have pressed the button on the plug, and then it has no timer.
            if self.wanted_since is not None or since_s >= (CONFIRM_S if self.is_on else self.fall_off_s):
                self.said_at = now
                self.off()
            return
        if self.wanted_since is None:
            self.wanted_since, since_s = now, self.fall_off_s
        if self.dropped:
            self.dropped = False
            raise OutputError(f"{self.label} went off, by its own timer or its button; it rests")
        if since_s >= self.fall_off_s / RENEWALS or self.is_on is False:
            self.said_at = now
            arm = self.dialect.arm()
            self._say(self.dialect.on() if self.falls_off or not arm else arm)
        if self.falls_off is False:
            self.falls_off = None
            raise OutputError(f"{self.label} keeps no timer of its own, so it may not be on")
        if now - max(self.wanted_since, self.confirmed_at) > max(CONFIRM_S, self.fall_off_s):
            raise OutputError(f"{self.label} does not answer; it goes off by itself within {self.fall_off_s:g} s")

    def off(self) -> None:
        """Told off, from any thread; if that does not reach it, it falls off by itself."""
        self.wanted_since, self.dropped = None, False
        for topic, payload in self.dialect.off():
            self.tell(topic, payload)

    def close(self) -> None:
        """Off; the link keeps the subscription."""
        self.off()

    def _say(self, messages: Iterable[tuple[str, str]]) -> None:
        heard = [self.tell(topic, payload) for topic, payload in messages]
        if not all(heard):
            falls = f"it goes off by itself within {self.fall_off_s:g} s"
            raise OutputError(f"the broker is away, so {self.label} cannot be told; {falls}")

    def _listen(self, now: float) -> None:
        for inbox in self.inboxes:
            for message in inbox.take():
                if message.retained:  # of any age
                    continue
                status = self.dialect.status_of(message)
                if status.falls_off is not None:
                    if status.falls_off and not self.falls_off:
                        self.said_at = float("-inf")  # its timer is set only now: it may go on at once
                    self.falls_off = status.falls_off
                was_confirmed = self.wanted_since is not None and self.confirmed_at > self.wanted_since
                self.dropped |= was_confirmed and (status.on is False or status.was_on is False)
                if status.on is not None:
                    self.is_on = status.on
                    if status.on:
                        self.confirmed_at = now
