"""A beer probe that reads the room, all of it or a part: it slipped out of its well into a room that is about as warm
as the beer is held, or hangs half-way in it.

Its output then runs by the room, which turns with the day as if it had an effect, and the beer goes where nobody
measures. But a door that opens, a heating that starts, a gust: what a room does within the hour shows in such a probe
at once, and in beer it does not, for its mass takes half a day to follow. So over some hours the reading is compared
with the measured room: what is left of both once all that beer may do is taken away (an even course, a curve of it,
heater and cooler, and to follow the room slowly). What of the one shows in the other is the share of the room that the
probe reads.

In 24 simulated tanks of 5 to 1000 l over three days, with doors, fronts and steps of the setpoint, in 24 fridges
with the room's sensor in them, and in 96 buckets and tanks in a room whose heating goes on and off, it is 0.2 at most
where it is sure; docs/effect-check.md has how soon it is found.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from pydantic import Field

from brewpi.records import Alarm, Array
from brewpi.sentences import Sentence
from brewpi.snapshot import Snapshot

BLOCK_S = 600.0  # a probe in air, and the room's own sensor, are some minutes behind
WINDOWS = (18, 36)  # blocks: six hours where a room does little, three soon after a probe has slipped
TELLS_C = 0.07  # of a room, root mean square of what beer can not follow: less is its sensor's noise
CLEARS_C = 0.2  # the same, of a room that shows that the probe is back: beside noise, a share looks smaller than it is
SURE = 0.8  # correlation of what is left of both
SAID, GONE, STOPS = 0.3, 0.15, 0.6  # shares of the room
LEAST_DRIVEN = 0.05  # of an hour: less of an output explains nothing

class RoomShareSnapshot(Snapshot):
    """The share of the room that the probe was found to read, and whether outputs are off for it."""

    share: float | None = Field(default=None, ge=0.0, le=10.0)
    is_stopped: bool = False


class BlockMeans(NamedTuple):
    """Of one block: the reading, the room, and for how much of it heater and cooler had power."""

    beer_c: float
    room_c: float
    heated: float
    cooled: float


class RoomFit(NamedTuple):
    """The share of the room in the reading; how surely, as a correlation; and how much the room did, °C."""

    share: float
    correlation: float
    room_c: float


@dataclass(slots=True)
class RoomShare:
    """Of one tank. Tell it every tick. share: as it was found last, since when; is_stopped: so much that nothing may
    run by this probe, until somebody has looked."""

    share: float | None = None
    since: float | None = None
    is_stopped: bool = False
    _blocks: deque[BlockMeans] = field(default_factory=lambda: deque(maxlen=WINDOWS[-1]))
    _block: list[BlockMeans] = field(default_factory=list)
    _began_at: float = 0.0
    _last_at: float = float("-inf")

    def note(self, beer_c: float | None, room_c: float | None, *, heats: bool, cools: bool, now: float) -> None:
        """Once a tick. beer_c, room_c: None while not known; a gap in either begins anew."""
        passed_s, self._last_at = now - self._last_at, now
        if beer_c is None or room_c is None or not 0.0 <= passed_s <= BLOCK_S:
            self._blocks.clear()
            self._block.clear()
        if beer_c is None or room_c is None:
            return
        if self._block and now - self._began_at >= BLOCK_S - 1.0:
            beers_c, rooms_c, heated, cooled = (sum(column) / len(column) for column in zip(*self._block, strict=True))
            self._blocks.append(BlockMeans(beers_c, rooms_c, heated, cooled))
            self._block.clear()
            self._judge(now)
        if not self._block:
            self._began_at = now
        self._block.append(BlockMeans(beer_c, room_c, float(heats), float(cools)))

    def _judge(self, now: float) -> None:
        blocks = list(self._blocks)
        looks = [room_share(blocks[-count:]) for count in WINDOWS if len(blocks) >= count]
        telling = [seen for seen in looks if seen is not None and seen.room_c >= TELLS_C]
        seen = max(telling, key=attrgetter("correlation"), default=None)
        if seen is None:
            return
        if seen.share >= SAID and seen.correlation >= SURE:
            self.share, self.since = seen.share, now if self.since is None else self.since
            self.is_stopped = self.is_stopped or seen.share >= STOPS
        elif seen.share < GONE and seen.room_c >= CLEARS_C and not self.is_stopped:
            self.share = self.since = None

    def why_not(self) -> str | None:
        """Why nothing may run by this probe; None while nothing speaks against it."""
        return Sentence("the beer probe reads the room, waits for resume") if self.is_stopped else None

    def alarm(self) -> Alarm | None:
        """What a person has to know."""
        return None if self.since is None else Alarm("beer: room", "alarm", _text(self), self.since)

    def forget(self) -> None:
        """Another batch, or somebody has looked."""
        self.share, self.since, self.is_stopped = None, None, False
        self._blocks.clear()
        self._block.clear()

    def snapshot(self) -> RoomShareSnapshot:
        return RoomShareSnapshot.model_construct(
            share=None if self.share is None else round(self.share, 1), is_stopped=self.is_stopped
        )

    def restore(self, kept: RoomShareSnapshot, now: float) -> None:
        self.share, self.is_stopped = kept.share, kept.is_stopped
        self.since = now if kept.is_stopped or kept.share is not None else None


def room_share(blocks: Sequence[BlockMeans]) -> RoomFit | None:
    """By least squares. None of a reading that stands, or a room that does nothing of its own."""
    beer_c, room_c, heated, cooled = np.array(blocks).T
    hours = np.arange(len(blocks)) * BLOCK_S / 3600.0
    columns = [np.ones_like(hours), hours, hours * hours, np.cumsum(room_c - room_c.mean())]
    for driven in (heated, cooled):
        if driven.sum() * BLOCK_S / 3600.0 > LEAST_DRIVEN:
            columns += [driven, np.cumsum(driven)]  # what its wall shows at once, and what the beer does
    beside = np.column_stack(columns)
    left_c, room_left_c = (_left(beside, celsius) for celsius in (beer_c, room_c))
    room_c2, beer_c2, both_c2 = (
        float(one @ other) for one, other in ((room_left_c, room_left_c), (left_c, left_c), (room_left_c, left_c))
    )
    if min(room_c2, beer_c2) <= 0.0:
        return None
    return RoomFit(both_c2 / room_c2, both_c2 / sqrt(room_c2 * beer_c2), sqrt(room_c2 / len(blocks)))


def _left(columns: Array, values: Array) -> Array:
    """What of values the columns do not explain."""
    gains, *_ = np.linalg.lstsq(columns, values, rcond=None)
    return np.asarray(values - columns @ gains)


def _text(found: RoomShare) -> Sentence:
    return Sentence(
        "the beer temperature does at once what the room does ({share_pct:.0f} % of it), which no beer does: heating"
        " and cooling are off; put the probe back into its well, then resume"
        if found.is_stopped
        else "the beer temperature does at once a part of what the room does ({share_pct:.0f} % of it), which no beer"
        " does: is the probe all the way in its well?",
        share_pct=100.0 * min(found.share or 0.0, 1.0),
    )
