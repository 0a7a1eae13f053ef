"""What one tank may only do with people, and what they said: modes, questions, answers, the two words of a drain.

advise: it says what it would do. ask: it does so once somebody confirms. act: it announces, and does so after a while
unless somebody vetoes. What is vetoed is asked again after some hours; what nobody answers is said again. Draining is
never done by itself: somebody arms it, and somebody confirms that within minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args

from pydantic import Field

from brewpi.control.drain_approval import DrainApproval, DrainSnapshot
from brewpi.records import Action, ApprovalRequest, AskStanding
from brewpi.sentences import Sentence
from brewpi.snapshot import At, Snapshot, Value, Words

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


class PendingValue(Value):
    """A question in the store, without text and effect, which are said anew at every tick."""

    key: Words
    since: At
    mode: Mode
    times: int = Field(ge=1, le=1_000_000)
    confirmed_by: Words | None
    vetoed_by: Words | None
    vetoed_at: At


class PolicySnapshot(Snapshot):
    """Without a mode that can be read, a person is asked."""

    mode: Mode = "ask"
    pending: PendingValue | None = None
    asks_first: bool = False


class ApprovalPolicy:
    """One kind of action of one tank. Ask `is_allowed` at every tick while the wish stands; `withdraw` when it does
    not. asks_first: what was done before is not known for sure, so the next is asked for, whatever the mode."""

    def __init__(self, action: Action, mode: Mode = "ask") -> None:
        self.action: Action = action
        self.mode: Mode = mode
        self.pending: PendingApproval | None = None
        self.asks_first = False

    def is_allowed(
        self, key: str, text: str, now: float, *, always_ask: bool = False, effect: Mapping[str, object] | None = None
    ) -> bool:
        """Whether the act called `key` may be done now. always_ask: a person is needed whatever the mode; effect: what
        it would do, as the payload of the question has it."""
        mode: Mode = "ask" if always_ask or (self.asks_first and self.mode == "act") else self.mode
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
            return Sentence("no {action} waits for a confirmation", action=self.action)
        pending.confirmed_by = by
        self.asks_first = False
        return None

    def veto(self, by: str, now: float) -> str | None:
        """Somebody says no. Returns why that means nothing, if so."""
        pending = self.pending
        if pending is None or pending.vetoed_by is not None:
            return Sentence("no {action} is asked for or announced", action=self.action)
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

    def snapshot(self) -> PolicySnapshot:
        pending = None
        if self.pending:
            facts = {name: getattr(self.pending, name) for name in PendingValue.model_fields}
            pending = PendingValue.model_construct(**facts)
        return PolicySnapshot.model_construct(mode=self.mode, pending=pending, asks_first=self.asks_first)

    def restore(self, kept: PolicySnapshot, now: float) -> None:
        """As it was before a restart. An announcement begins anew: nobody could veto while we were away."""
        self.mode, self.asks_first = kept.mode, kept.asks_first
        self.pending = PendingApproval(text="", **dict(kept.pending)) if kept.pending else None
        pending = self.pending
        if pending and pending.mode == "act" and pending.confirmed_by is None and pending.vetoed_by is None:
            self.pending = None


class StepWords(Protocol):
    """The recipe step that runs, as far as people have a say in it."""

    since: float | None

    @property
    def words(self) -> tuple[str, ...]:
        """What it waits to be told, such as "vdk"."""

    def confirm(self, word: str | None) -> str | None:
        """Somebody says one of them. Returns why that means nothing."""


class ApprovalsSnapshot(Snapshot):
    """Modes and questions by action, and the drain's words."""

    policies: dict[Action, PolicySnapshot] = Field(default_factory=dict)
    drain: DrainSnapshot | None = None


class Approvals:
    """One per tank. Recipe and drain gate ask here, people answer here. Without a drain valve `drain` is None; `step`
    is the recipe's, None where none is followed."""

    def __init__(self, drain: DrainApproval | None = None) -> None:
        self.policies: dict[Action, ApprovalPolicy] = {action: ApprovalPolicy(action) for action in ACTIONS}
        self.drain = drain
        self.step: StepWords | None = None

    @property
    def modes(self) -> dict[str, str]:
        """How much may be done without anybody, by action."""
        return {action: policy.mode for action, policy in self.policies.items()}

    @property
    def asks(self) -> tuple[ApprovalRequest, ...]:
        """Every open question."""
        return tuple(ask for policy in self.policies.values() if (ask := policy.ask()))

    @property
    def waits(self) -> bool:
        """Whether a step or a dose waits for a yes."""
        return any(ask.standing in ("asked", "announced") for ask in self.asks)

    def set_mode(self, action: Action, mode: Mode) -> str | None:
        """How much the software may do by itself. Returns why not."""
        if action == "drain" and mode == "act":
            return Sentence("draining is never done without an operator: advise or ask")
        self.policies[action].mode = mode
        self.policies[action].asks_first = False
        return None

    def confirm(
        self, what: str | None, by: str, now: float, batch_id: str | None = None, key: str | None = None
    ) -> str | None:
        """Yes to the drain, to a word that the step waits for ("vdk"), or to what is asked. key: of the question that
        was read, for another may stand there by now. Returns why not."""
        drain = self.drain
        if drain is not None and drain.standing == "armed" and batch_id is not None and what in (None, "drain"):
            if what is None and self.waits:
                return Sentence('the drain is armed and something else waits: say what = "drain", "step" or "dose"')
            return drain.confirm(by, batch_id, now)
        if what == "drain":
            return Sentence("the drain is not armed")
        words = self.step.words if self.step is not None else ()
        if self.step is not None and self.step.since is not None and what in words:
            return self.step.confirm(what)
        return self._over(what, key) or self._answer(what, by, words)

    def _over(self, what: str | None, key: str | None) -> str | None:
        """Why an answer to the question `key` means nothing now, if so."""
        if key is None or any(policy.pending and policy.pending.key == key for policy in self._called(what)):
            return None
        return Sentence("{question} is not asked any more; look what is asked now", question=key)

    def _answer(self, what: str | None, by: str, words: tuple[str, ...]) -> str | None:
        open_ = [p for p in self._called(what) if p.pending is not None and p.pending.confirmed_by is None]
        if not open_:
            nothing = Sentence("nothing waits for a confirmation")
            if what:
                nothing = Sentence("nothing called {what} waits for a confirmation", what=what)
            if not words:
                return nothing
            return Sentence('{nothing}; this step waits for "{words}"', nothing=nothing, words=", ".join(words))
        if len(open_) > 1:
            return Sentence('both a step and a dose wait: say what = "step" or what = "dose"')
        if open_[0].action == "dose" and open_[0].mode == "advise":
            return Sentence("doses are only advised here; give it by hand and record it with the command dose")
        return open_[0].confirm(by)

    def veto(self, what: str | None, by: str, now: float, key: str | None = None) -> str | None:
        """No to the drain, or to what is asked or announced; key: as for `confirm`. Returns why that means nothing."""
        if self.drain is not None and self.drain.standing != "closed" and what in (None, "drain"):
            self.drain.abort(Sentence("vetoed by {by}", by=by), now)
            return None
        if (over := self._over(what, key)) is not None:
            return over
        whys = [policy.veto(by, now) for policy in self._called(what)]
        return None if None in whys else Sentence("nothing is asked for or announced")

    def arm(self, by: str, now: float, missing: str | None) -> str | None:
        """The first word of a drain; its second is `confirm`. Returns why not."""
        if self.drain is None:
            return Sentence("this tank has no drain valve")
        if self.policies["drain"].mode == "advise":
            return Sentence("draining is only advised here; set the mode of drain to ask, or open the valve by hand")
        return self.drain.arm(by, now, missing)

    def _called(self, what: str | None) -> list[ApprovalPolicy]:
        return [self.policies[action] for action in ("step", "dose") if what in (action, None)]

    def begin(self, step: StepWords | None) -> None:
        """Another batch, or none: nothing of the last one is open any more."""
        self.step = step
        for policy in self.policies.values():
            policy.withdraw()
            policy.asks_first = False

    def snapshot(self) -> ApprovalsSnapshot:
        policies = {action: policy.snapshot() for action, policy in self.policies.items()}
        return ApprovalsSnapshot.model_construct(policies=policies, drain=self.drain.snapshot() if self.drain else None)

    def restore(self, kept: ApprovalsSnapshot, now: float) -> None:
        """What people have said stands; what was announced or armed has to be said anew."""
        for action, policy in kept.policies.items():
            self.policies[action].restore(policy, now)
        if self.drain is not None and kept.drain is not None:
            self.drain.restore(kept.drain, now)
