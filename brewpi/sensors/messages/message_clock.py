"""When a hydrometer's message is from, by the time that it says, and whether it is news at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from brewpi.hardware.plug_context import Message
from brewpi.sensors import SensorError
from brewpi.sensors.messages.formats import Telegram
from brewpi.sensors.messages.message_probe import clock_ahead
from brewpi.sentences import spoken

LATE_S, AS_LATE_S = 3000.0, 120.0  # a clock in another zone: always as late, by most of an hour at least
UNSET_S = 366 * 86_400.0  # older than this is no message but a clock that nobody set


@dataclass(slots=True)
class MessageClock:
    """Of one device. ahead_s: by how much the time of devices is ahead of the cellar's; stamp: the time that its last
    message said, numbers: what it measured; late_s: by how much it was older than its arrival."""

    ahead_s: Callable[[], float] = lambda: 0.0
    stamp: float | None = None
    numbers: tuple[float | None, ...] = ()
    late_s: float = 0.0

    def is_news(self, telegram: Telegram, message: Message) -> bool:
        """A gateway may repeat the last message of a hydrometer that is long out of battery, and a broker whatever is
        retained: that has to say when it is from, by a clock that is not ahead of ours, or it may be of any age. Raises
        SensorError for a clock that stands: its messages would all be repetitions, and that would be silence."""
        said_at = _said_at(telegram, message)
        if said_at is None:
            return not message.retained
        before, self.numbers = self.numbers, numbers_of(telegram)
        if said_at == self.stamp:
            late_s = message.at - said_at + self.ahead_s()
            if before != self.numbers and late_s > LATE_S and not message.retained:
                raise standing(late_s)
            return False
        self.stamp = said_at
        return not message.retained or said_at - self.ahead_s() <= message.at

    def time_of(self, telegram: Telegram, message: Message) -> tuple[float, SensorError | None]:
        """When it was measured, by the source's own time if it gives one, and whether its clock is wrong. A time ahead
        of the arrival is only a clock that disagrees with ours. Raises SensorError for a clock that nobody set."""
        said_at = _said_at(telegram, message)
        if said_at is None:
            return message.at, None
        said_at -= self.ahead_s()
        if message.retained:
            return said_at, None
        late_s, self.late_s = self.late_s, message.at - said_at
        if self.late_s > UNSET_S:
            raise SensorError("message gives a time that is years old; let the device learn the time, or leave it out")
        clock = clock_ahead(said_at, message.at)
        if is_as_late(late_s, self.late_s):
            clock = always_late(self.late_s)
        return min(said_at, message.at), clock


def standing(late_s: float) -> SensorError:
    """The fault of a clock that says one time beside other numbers, so many seconds later."""
    return SensorError(
        f"messages say other numbers at one and the same time, {spoken(late_s)} ago: does the"
        " device's clock stand? Let the device learn the time, or leave it out"
    )


def is_as_late(before_s: float, late_s: float) -> bool:
    """Whether two messages were late by the same time, as by that of a zone."""
    return min(before_s, late_s) > LATE_S and abs(before_s - late_s) < AS_LATE_S


def always_late(late_s: float) -> SensorError:
    """The fault of a clock whose messages are all so many seconds old."""
    return SensorError(
        f"messages say that they are {spoken(late_s)} old when they come, each of them: is a clock or time"
        " zone wrong? A time needs its zone, as 2026-05-01T14:30:00+02:00 or ...Z, or is best left out"
    )


def _said_at(telegram: Telegram, message: Message) -> float | None:
    """Its own time; of a retained message, which may be of any age, the oldest that is meant."""
    return min(telegram.at, default=None) if message.retained else telegram.time_near(message.at)


def numbers_of(telegram: Telegram) -> tuple[float | None, ...]:
    """What it measures, as far as it is a number."""
    said = telegram.gravity, telegram.temperature
    return tuple(None if isinstance(value, SensorError) else value for value in said)
