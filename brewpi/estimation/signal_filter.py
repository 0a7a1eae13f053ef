"""One quantity of one tank, from the sensor's word to what is believed: the door, the gate and the filter.

The door refuses what cannot be true. The gate holds back a jump until readings agree with each other for as
long as the filter remembers, so a spike is never believed and a real step (fruit added, a cold crash) is not
locked out. The filter is the median of the last readings: half the window behind for fast sensors, and simply
the last reading for those slower than the window, such as a hydrometer's temperature or a brewer's hand.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import inf

from brewpi.quantities import CONTROLLED, QUANTITIES
from brewpi.records import Fault, Measured
from brewpi.sentences import Sentence, spoken
from brewpi.snapshot import At, Value, Words

AHEAD_S = 60.0  # a source's clock may be this far ahead of ours
OLDEST_S = 7 * 86_400.0  # a hand reading of last week is welcome, the year 1970 is not
IN_A_ROW = 3  # readings in a row that make a fault, or a jump believed
GAPS, GAP_S = 5, 60.0  # the last gaps between readings; shorter ones are those of a wired probe, or of a radio
LONGEST_WINDOW = 31  # readings; bounds the work for a gravity that comes every 5 s
FROZEN_READINGS = 12
STANDS_S = 300.0  # after a jump, to the last digit: beer that was topped up and a probe that was moved settle meanwhile
HANGS_S = 86_400.0  # nothing is locked out for ever: after a day somebody has looked
STANDS_SHARE = 1.0 / 12.0  # of the time that makes a value suspect: from then on a restart has to know of it


@dataclass(frozen=True, slots=True)
class SignalSource:
    """Which sensor measures a quantity. `hand`: a person, who is believed at once and never missed. offset_c: what its
    plug has added to a temperature."""

    quantity: str
    sensor: str
    stale_s: float
    hand: bool = False
    offset_c: float = 0.0


class SignalMemory(Value):
    """What was learnt of a sensor: whether its steps are fine, since when it has said one value, which sensor it
    copies, and a jump to a number that it has repeated since: when, from and to."""

    is_fine: bool = False
    stood_since: At | None = None
    stood_at: float | None = None
    copies: Words | None = None
    jumped: tuple[At, float, float] | None = None


NOTHING = SignalMemory()  # is known of a sensor that takes long to learn: of nearly all, at every tick


class SignalFilter:
    """Listens to one meter; `believed` is the result, `fault` why there is none now."""

    def __init__(self, meter: SignalSource) -> None:
        self.meter = meter
        self.row = QUANTITIES[meter.quantity]
        self.window_s = 0.0 if meter.hand else self.row.window_s
        self.window: deque[tuple[float, float]] = deque(maxlen=LONGEST_WINDOW)
        self.pending: list[tuple[float, float]] = []
        self.late: list[tuple[float, float]] = []  # hand readings entered after newer ones, for the history
        self.value: Measured | None = None
        self.fault: Fault | None = None
        self.received_at = -inf
        self.raw: float | None = None
        self.duplicate_of: str | None = None
        self.gaps: deque[float] = deque(maxlen=GAPS)  # between readings
        self._reference: tuple[float, float] | None = None
        self._jumped: tuple[float, float, float] | None = None  # when, from and to; until it moves
        self._refused = 0
        self._refused_since = 0.0
        self._same_since = 0.0
        self._same_count = 0
        self._moves = 0
        self._fine_moves = 0

    def add(self, at: float, value: float, now: float, read: float | None = None) -> bool:
        """Take one reading; True if `believed` is new. Repeated and older ones are no news at all. read: what the
        sensor said, where a calibration made `value` of it."""
        if not now - OLDEST_S <= at <= now + AHEAD_S:
            self._refuse(now, "implausible", _wrong_time(now - at))
            return False
        at = min(at, now)
        if at <= self.received_at:
            if self.meter.hand and self.row.refusal(value) is None:
                self.late.append((at, value))
            return False
        if self.received_at > -inf:
            self.gaps.append(at - self.received_at)
        self.received_at = at
        reason = self.row.refusal(value)
        if reason is None and not self.meter.hand:
            reason = self._dead_zero(value, value if read is None else read)
        if reason is not None:
            self._refuse(now, "implausible", reason)
            return False
        frozen = self._stands_still(at, value)
        self.raw = value
        if frozen or self.duplicate_of:
            self._flag_fault(now, value)
            return False
        if not self.meter.hand and (self._hangs(at, value, now) or self._jumps(at, value, now)):
            return False
        self._believe(at, value)
        return True

    def remember(self, at: float, value: float, now: float) -> None:
        """What was believed before a restart: the next reading is judged by it, and has to be newer.

        A clock that came back behind the last reading must not make us deaf until it has caught up.
        """
        self.received_at = min(at, now)
        self._reference = (self.received_at, value)

    def forget(self) -> None:
        """Another batch is in the tank: the next reading may be anything plausible."""
        self._reference, self._jumped, self.pending = None, None, []
        self.window.clear()

    def memory(self) -> SignalMemory:
        """What a restart has to know, or NOTHING. A living sensor's moves are written down by nobody."""
        stood_s = self.received_at - self._same_since
        stands = self.raw is not None and stood_s >= STANDS_SHARE * 3600.0 * self.row.frozen_h
        jumped = self._jumped or self._jump_to_one_number()
        if not (stands or self.duplicate_of or jumped or self._is_fine()):
            return NOTHING
        return SignalMemory.model_construct(
            is_fine=self._is_fine(), stood_since=self._same_since if stands else None,
            stood_at=self.raw if stands else None, copies=self.duplicate_of, jumped=jumped,
        )  # fmt: skip

    def recall(self, kept: SignalMemory, now: float) -> None:
        """What was learnt before a restart."""
        self.duplicate_of = kept.copies
        if kept.jumped is not None:
            jumped_at, from_c, to_c = kept.jumped
            self._jumped = (min(jumped_at, now), from_c, to_c)
        if kept.is_fine:
            self._moves = self._fine_moves = FROZEN_READINGS
        if kept.stood_since is not None and kept.stood_at is not None:
            self.raw, self._same_since, self._same_count = kept.stood_at, min(kept.stood_since, now), FROZEN_READINGS

    def _is_fine(self) -> bool:
        return self._moves >= FROZEN_READINGS and 2 * self._fine_moves > self._moves

    @property
    def trusted_s(self) -> float:
        """How old a reading may be: the meter's word, or three of the intervals in which this device really reports, if
        outputs run on it. One that has begun to save its battery has done so from its first long interval on."""
        if self.meter.quantity not in CONTROLLED or len(self.gaps) < GAPS:
            return self.meter.stale_s
        if (usual_s := sorted(self.gaps)[GAPS // 2]) < GAP_S:
            return self.meter.stale_s
        return min(self.meter.stale_s, max(self.row.stale_s, 3.0 * usual_s, 1.5 * self.gaps[-1]))

    def silent_at(self, born: float) -> float:
        """When this channel will count as silent, if nothing is heard until then."""
        return inf if self.meter.hand else max(self.received_at, born) + self.trusted_s

    def silence(self, born: float) -> Fault:
        """The fault of a sensor that says nothing, or so seldom that it is none in between."""
        label, length = self.row.label, spoken(self.trusted_s)
        text = Sentence("no {label} for over {length}", label=label, length=length)
        if self.row.binary:
            text = Sentence('no word for over {length} on "{label}", yes or no', label=label, length=length)
        every_s = min(list(self.gaps)[-2:], default=0.0)
        if every_s > self.trusted_s:
            text = Sentence(
                "no {label} for over {length}, and it reports every {every}; set its interval_s if that is meant",
                label=label, length=length, every=spoken(every_s),
            )  # fmt: skip
        return self._as_fault("silent", text, max(self.received_at, born))

    def _believe(self, at: float, value: float) -> None:
        window = self.window
        window.append((at, value))
        while window[0][0] < at - self.window_s:
            window.popleft()
        n = len(window)
        if n > 1:
            values = sorted([v for _, v in window])
            middle = values[n // 2] if n % 2 else 0.5 * (values[n // 2 - 1] + values[n // 2])
        else:
            middle = value
        self.value = Measured(middle, at, value)
        self._reference = (at, middle)
        self._refused = 0
        self.fault = None
        if self.pending:
            self.pending = []

    def _jumps(self, at: float, value: float, now: float) -> bool:
        """Whether a reading has to wait for others that agree with it."""
        if self._reference is None or self._follows(self._reference, at, value):
            return False
        if self.pending and not self._follows(self.pending[-1], at, value):
            self.pending = []
        self.pending.append((at, value))
        if len(self.pending) >= IN_A_ROW and at - self.pending[0][0] >= self.window_s:
            self.window.clear()
            self.window.extend(self.pending[:-1])
            self._jumped = self._jump_to_one_number()
            return False
        before, after = self.row.text(self._reference[1]), self.row.text(value)
        text = Sentence(
            "{label} jumped from {before} to {after}; not believed until it stays",
            label=self.row.label, before=before, after=after,
        )  # fmt: skip
        self._refuse(now, "implausible", text)
        return True

    def _jump_to_one_number(self) -> tuple[float, float, float] | None:
        """When, from and to, of a temperature that has jumped to a number and says only that; it may still wait."""
        if not self.pending or self._reference is None or self.row.unit != "°C":
            return None
        (at, value), *_ = self.pending
        is_one = all(before == value for _, before in self.pending)
        return (at, self._reference[1], value) if is_one else None

    def _hangs(self, at: float, value: float, now: float) -> bool:
        """Whether a fine probe has jumped to a number that it repeats to the last digit since, as a converter or a
        library that hangs does."""
        if self._jumped is None:
            return False
        jumped_at, from_c, to_c = self._jumped
        if value != to_c or at - jumped_at >= HANGS_S:
            self._jumped = None
            return False
        if at - jumped_at < STANDS_S or not self._is_fine():
            return False
        text = Sentence(
            "{label} jumped from {before} to exactly {after} and stands there; not believed until it moves",
            label=self.row.label, before=self.row.text(from_c), after=self.row.text(to_c),
        )  # fmt: skip
        self._refuse(now, "implausible", text, at_once=True)
        return True

    def _follows(self, earlier: tuple[float, float], at: float, value: float) -> bool:
        at_before, before = earlier
        return abs(value - before) <= self.row.jump + self.row.max_rate_per_h * (at - at_before) / 3600.0

    def _dead_zero(self, value: float, read: float) -> str | None:
        """Exactly 0 °C is what a dead sensor says; it is a temperature only next to others about zero."""
        if read != self.meter.offset_c or self.row.unit != "°C":
            return None
        if self._reference is not None and abs(self._reference[1] - value) <= self.row.jump:
            return None
        return Sentence(
            "{label} of exactly {value_c:.0f} °C out of nowhere is what a dead sensor says",
            label=self.row.label, value_c=0.0,
        )  # fmt: skip

    def _stands_still(self, at: float, value: float) -> bool:
        """Whether the value has not moved for longer than a living sensor can.

        Beer that is done rests for weeks on one 0.1 °P or one whole point of a Tilt, so only a sensor whose
        steps so far were mostly finer is judged.
        """
        if value != self.raw:
            self._same_since, self._same_count = at, 0
            if self.raw is not None:
                self._moves += 1
                self._fine_moves += abs(value - self.raw) < self.row.fine
        self._same_count += 1
        if self._same_count < FROZEN_READINGS or at - self._same_since < self.row.frozen_h * 3600.0:
            return False
        return self._is_fine() and not self.meter.hand

    def _flag_fault(self, now: float, value: float) -> None:
        row = self.row
        if self.duplicate_of:
            text = Sentence(
                "reads the same as {other} to the last digit; one copies the other, check both", other=self.duplicate_of
            )
            self._refuse(now, "twin", text, at_once=True)
        else:
            text = Sentence(
                "{label} has been exactly {value} for {frozen_h:g} h; a living sensor flickers",
                label=row.label, value=f"{value:.6g} {row.unit}", frozen_h=row.frozen_h,
            )  # fmt: skip
            self._refuse(now, "frozen", text, at_once=True)

    def _refuse(self, now: float, kind: str, text: str, *, at_once: bool = False) -> None:
        """One refused reading is weather; a row of them is a fault."""
        if not self._refused:
            self._refused_since = now
        self._refused += 1
        lasting = self._refused >= IN_A_ROW and now - self._refused_since >= self.window_s
        if at_once or lasting:
            self.fault = self._as_fault(kind, text, self._refused_since)

    def _as_fault(self, kind: str, text: str, since: float) -> Fault:
        sentence = Sentence("{sensor}: {reason}", sensor=self.meter.sensor, reason=text)
        return Fault(self.meter.sensor, self.meter.quantity, kind, sentence, since)


def _wrong_time(age_s: float) -> str:
    if age_s > 0.0:
        return Sentence("reading is dated {length} back; check the clock of its source", length=spoken(age_s))
    return Sentence("reading is dated {length} ahead; check the clock of its source", length=spoken(-age_s))
