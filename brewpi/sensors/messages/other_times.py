"""When a reading is from that says so under a name that its format does not promise.

A bridge that sends the last value of a dead hydrometer again and again mostly says somewhere from when it is. What is
found here makes a reading older or no news at all, never newer, and a clock that nobody set says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from brewpi.hardware.plug_context import Message
from brewpi.sensors import SensorError
from brewpi.sensors.messages.message_clock import LATE_S, UNSET_S, always_late, standing
from brewpi.sensors.messages.message_probe import AHEAD_S
from brewpi.sensors.messages.said_times import Said

DAY_S = 86_400.0
MOMENT_S = 10.0  # within which comes what was kept
MOVES = 3  # messages in a row, each with another time: it is their own, and not that of a batch or an account
NEAR_S, LEAST_S, NEAR_SHARE = 120.0, 5.0, 0.1  # by so much, or by this share of the time since the last one


@dataclass(slots=True)
class OtherTimes:
    """Of one device. text: the time that its last message said, numbers: what that measured; late_s: by how much it was
    older than its arrival, at came_at; said_at, heard_at: of any time, also of a clock that nobody set; perhaps: the
    last time under a name that may be of something else, moved: in how many messages in a row it was another one."""

    text: str = ""
    numbers: tuple[float | None, ...] = ()
    late_s: float = 0.0
    came_at: float = float("-inf")
    said_at: float = float("-inf")
    heard_at: float = float("-inf")
    perhaps: str = ""
    moved: int = 0

    def time_of(
        self, said: Said, numbers: tuple[float | None, ...], message: Message, ahead_s: float
    ) -> tuple[float | None, SensorError | None]:
        """When it was measured, None for what was heard before, and whether its clock is wrong. ahead_s: by how much
        the time of devices is ahead of the cellar's. Raises SensorError for a clock that stands."""
        if said.age_s is not None:
            return message.at - said.age_s, None
        if not said.text or not (said.is_sure or self._moves(said.text)):
            return message.at, None
        said_at = min(said.times, key=lambda at: abs(at - ahead_s - message.at)) - ahead_s
        late_s = message.at - said_at
        counts_ms = self._counts_ms(said_at, message.at)
        if counts_ms or not -DAY_S < late_s < UNSET_S:
            return message.at, None
        before, self.text, measured, self.numbers = self.text, said.text, self.numbers, numbers
        if before == said.text:
            if measured != numbers and late_s > LATE_S and said.has_zone:
                raise standing(late_s)
            return None if measured == numbers else message.at, None
        is_clock = self._is_as_late(late_s, message.at)
        self.late_s, self.came_at = late_s, message.at
        if not said.has_zone:
            return message.at, None
        if is_clock and late_s > AHEAD_S:
            return message.at, always_late(late_s)
        return min(said_at, message.at), None

    def _moves(self, text: str) -> bool:
        """Whether it is seen to be the time of the messages, another in each of them until they are repeated."""
        before, self.perhaps = self.perhaps, text
        if self.moved < MOVES:
            self.moved = self.moved + 1 if before not in ("", text) else 0
        return self.moved >= MOVES

    def _counts_ms(self, said_at: float, at: float) -> bool:
        """Whether it goes a thousand times as fast as time does: thousandths of a second since the device's start,
        which come by the seconds of today after three weeks."""
        gap_s, went_s = at - self.heard_at, said_at - self.said_at
        self.heard_at, self.said_at = at, said_at
        return gap_s > MOMENT_S and abs(went_s / gap_s - 1000.0) < 100.0

    def _is_as_late(self, late_s: float, at: float) -> bool:
        """Whether a message is as late as the one before: by its clock, for what was kept and is sent at last comes in
        one go, or at another distance."""
        gap_s = at - self.came_at
        return abs(late_s - self.late_s) <= min(NEAR_S, max(LEAST_S, NEAR_SHARE * gap_s)) and gap_s < DAY_S
