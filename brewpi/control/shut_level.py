"""Whether beer leaves a tank whose drain valve is told to be shut, as far as its level switch shows that. Pure."""

from __future__ import annotations

from brewpi.records import Alarm, Batch
from brewpi.sentences import Sentence

CLOSES_S = 120.0  # a motor valve, and what runs after
EMPTY_S = 60.0  # foam, and a switch that bounces


class ShutLevel:
    """A tank that had beer after its valve was told to close, and is empty now. Known until the switch says otherwise,
    the valve opens, or another batch."""

    def __init__(self) -> None:
        self._batch: str | None = None
        self._open_at = float("-inf")
        self._held = False  # the switch has said that there is beer, well after the valve was told to close
        self._empty_since: float | None = None
        self._emptied_at: float | None = None

    def watch(self, level_low: float | None, batch: Batch | None, opened: bool, now: float) -> None:
        """level_low: what the switch says, None while it does not answer; opened: whether the valve is."""
        held_batch = None if batch is None else batch.id
        if opened or held_batch is None or held_batch != self._batch:
            self._batch, self._open_at = held_batch, now if opened else self._open_at
            self._held, self._empty_since, self._emptied_at = False, None, None
        elif level_low == 0.0:
            self._held = self._held or now - self._open_at > CLOSES_S
            self._empty_since = self._emptied_at = None
        elif level_low == 1.0 and self._held:
            self._empty_since = now if self._empty_since is None else self._empty_since
            if now - self._empty_since >= EMPTY_S:
                self._emptied_at = self._empty_since

    def alarms(self) -> list[Alarm]:
        """Beer that has left."""
        if self._emptied_at is None:
            return []
        text = Sentence(
            "the level switch says that the tank is empty, and the drain is told to be shut: drained by hand, or does"
            " the valve leak?"
        )
        return [Alarm("drain: emptied", "alarm", text, self._emptied_at)]
