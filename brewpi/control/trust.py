"""How much an operator lets the software do, for each kind of action of each tank.

advise: it says what it would do. ask: it does so once somebody confirms. act: it announces, and does so after a while
unless somebody vetoes. What is vetoed is asked again after some hours; what nobody answers is said again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from brewpi.records import Action, ApprovalRequest, AskStanding

Mode = Literal["advise", "ask", "act"]
ACTIONS: tuple[Action, ...] = get_args(Action)
MODES: tuple[Mode, ...] = get_args(Mode)

VETO_WINDOW_S = 600.0  # between the announcement and the act
VETOED_S = 6 * 3600.0  # before it is asked again
UNANSWERED_S = 12 * 3600.0  # before it is said again


@dataclass(slots=True)
class PendingApproval:
    """A question that is open."""

    key: str
    text: str
    since: float
    mode: Mode
    times: int = 1
    confirmed_by: str | None = None
    vetoed_by: str | None = None
    vetoed_at: float = 0.0
    effect: Mapping[str, object] = field(default_factory=dict)


class ApprovalPolicy:
    """One kind of action of one tank. Ask `may` at every tick while the wish stands; `withdraw` when it does not."""

    def __init__(self, action: Action, mode: Mode = "ask") -> None:
        self.action: Action = action
        self.mode: Mode = mode
        self.pending: PendingApproval | None = None

    def is_allowed(
        self, key: str, text: str, now: float, *, always_ask: bool = False, effect: Mapping[str, object] | None = None
    ) -> bool:
        """Whether the act called `key` may be done now. always_ask: a person is needed whatever the mode; effect: what
        it would do, as the payload of the question has it."""
        mode: Mode = "ask" if always_ask else self.mode
        pending = self.pending
        if pending is None or pending.key != key:
            pending = self.pending = PendingApproval(key, text, now, mode)
        if pending.mode != mode:
            pending.mode, pending.since = mode, now
        if pending.vetoed_by is not None:
            if now - pending.vetoed_at < VETOED_S:
                return False
            self.pending = pending = PendingApproval(key, text, now, mode, pending.times + 1)
        pending.effect = effect or {}
        if pending.confirmed_by is not None:
            return True
        pending.text = text
        if mode == "act":
            return now - pending.since >= VETO_WINDOW_S
        if now - pending.since >= UNANSWERED_S * pending.times:
            pending.times += 1
        return False

    def withdraw(self) -> None:
        """The wish is over: done, or no longer there."""
        self.pending = None

    def confirm(self, by: str) -> str | None:
        """Somebody says yes. Returns why that means nothing, if so."""
        pending = self.pending
        if pending is None or pending.vetoed_by is not None:
            return f"no {self.action} waits for a confirmation"
        pending.confirmed_by = by
        return None

    def veto(self, by: str, now: float) -> str | None:
        """Somebody says no. Returns why that means nothing, if so."""
        pending = self.pending
        if pending is None or pending.vetoed_by is not None:
            return f"no {self.action} is asked for or announced"
        pending.vetoed_by, pending.vetoed_at, pending.confirmed_by = by, now, None
        return None

    def ask(self) -> ApprovalRequest | None:
        """The open question, for operators."""
        pending = self.pending
        if pending is None:
            return None
        standing: AskStanding
        if pending.vetoed_by is not None:
            standing = "vetoed"
        elif pending.confirmed_by is not None:
            standing = "confirmed"
        else:
            usual: dict[Mode, AskStanding] = {"advise": "advised", "ask": "asked", "act": "announced"}
            standing = usual[pending.mode]
        return ApprovalRequest(
            pending.key, self.action, pending.text, pending.since, standing, pending.times, pending.effect
        )

    def snapshot(self) -> dict[str, Any]:
        """For the store: without text and effect, which are said anew at every tick."""
        pending = None
        if self.pending:
            pending = {k: v for k, v in asdict(self.pending).items() if k not in ("text", "effect")}
        return {"mode": self.mode, "pending": pending}

    def restore(self, held: dict[str, Any]) -> None:
        """As it was before a restart. An announcement begins anew: nobody could veto while we were away."""
        self.mode = held["mode"]
        self.pending = PendingApproval(text="", **held["pending"]) if held["pending"] else None
        if self.pending and self.pending.mode == "act" and self.pending.confirmed_by is None:
            self.pending = None
