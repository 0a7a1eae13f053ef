"""A record that may know less than what happened: a backup or an older copy in its place, or one with a long gap.

Nothing in it says which doses, stops, targets and batches came after it. So a tank with an older record begins stopped,
and the first dose of either is asked for, whatever the mode: a dose that is given twice cannot be taken out.
"""

from __future__ import annotations

from collections.abc import Callable

from brewpi.cellar.tank import Tank
from brewpi.sentences import Sentence, spoken
from brewpi.store import Store
from brewpi.store.copies import PUT_BACK

BY_COPY = "an older copy of the record"
GAP_S = 6 * 3600.0  # somebody may have dosed by hand meanwhile, or a card was put back as it was


class PutBack:
    """For all tanks of a site. tell: writes an event (tank, now, kind, text, details)."""

    def __init__(self, store: Store, tell: Callable[..., None]) -> None:
        self.store, self.tell = store, tell

    @property
    def is_older(self) -> bool:
        """Whether a backup was put back, or more was written here once than the record has."""
        return self.store.is_older_copy or bool(self.store.settings("").get(PUT_BACK))

    def distrust(self, tank: Tank, left_at: float | None, now: float) -> None:
        """After what is known of the tank is back. left_at: its newest report in the record."""
        if not self.is_older:
            tank.approvals.policies["dose"].asks_first |= left_at is not None and now - left_at >= GAP_S
            return
        for policy in tank.approvals.policies.values():
            policy.withdraw()  # what was agreed to then may be done
        tank.approvals.policies["dose"].asks_first = True
        tank.interlocks.stop(now, BY_COPY)
        length = spoken(0.0 if left_at is None else max(0.0, now - left_at))
        text = Sentence(
            "the record is an older copy, which ends {length} ago: it knows no dose, stop, target and batch since then;"
            " compare batch, target and doses with what is in {tank}, then resume; the first dose is asked for",
            length=length, tank=tank.name,
        )  # fmt: skip
        self.tell(tank, now, "record_put_back", text)

    def done(self, now: float) -> None:
        """With the stops of this start on the disk it is over."""
        if self.store.settings("").get(PUT_BACK):
            self.store.set("", PUT_BACK, None, now)
