"""The two words of a drain: somebody arms it, and somebody confirms that within minutes. It is never done by itself."""

from __future__ import annotations

from dataclasses import dataclass

from brewpi.records import DrainStanding
from brewpi.sentences import Sentence
from brewpi.snapshot import Snapshot, Words


class DrainSnapshot(Snapshot):
    """The one run of a batch; one that was not closed is over."""

    always = ("standing", "opened_for")
    standing: DrainStanding = "closed"
    opened_for: Words | None = None
    aborted: bool = False
    may_have_opened: bool = True  # unless the record says otherwise
    why: Words = "closed"


@dataclass(slots=True)
class DrainApproval:
    """The two words before beer may leave the tank, and the one run of a batch that they are good for. The gate opens
    and closes the valve. `opened_for` is the batch whose run has begun; `may_have_opened`: what was aborted last was an
    open valve, of which nobody but a sensor knows that it has closed."""

    armed_s: float  # between arming and confirming, at the most
    standing: DrainStanding = "closed"
    why: str = "closed"
    since: float = 0.0
    by: str = ""
    opened_for: str | None = None
    aborted: bool = False
    may_have_opened: bool = False

    def arm(self, by: str, now: float, missing: str | None) -> str | None:
        """The first of two words. missing: what the gate has not seen proven. Returns why not."""
        if self.standing != "closed":
            return Sentence("the drain is {standing} already", standing=self.standing)
        if missing is not None:
            return missing
        why = Sentence("armed by {by}, waits {armed_min:.0f} min for confirm", by=by, armed_min=self.armed_s / 60.0)
        self.become("armed", why, now)
        self.by = by
        return None

    def confirm(self, by: str, batch_id: str, now: float) -> str | None:
        """The second word. Returns why not."""
        if self.standing != "armed":
            return Sentence("the drain is not armed")
        if self.is_late(now):
            return Sentence("armed more than {armed_min:.0f} min ago; arm it again", armed_min=self.armed_s / 60.0)
        self.become("confirmed", Sentence("confirmed by {by}", by=by), now)
        self.by, self.opened_for = by, batch_id
        return None

    def is_late(self, now: float) -> bool:
        """Whether it was armed and nobody has confirmed in time."""
        return self.standing == "armed" and now - self.since > self.armed_s

    def become(self, standing: DrainStanding, why: str, now: float) -> None:
        """The next standing, from now on."""
        self.standing, self.why, self.since, self.aborted = standing, why, now, False

    def close(self, why: str, now: float, *, aborted: bool) -> None:
        """Both words are used up, or taken back."""
        was = self.standing
        if was == "confirmed":
            self.opened_for = None  # not a drop has left: it may be armed again
        self.become("closed", Sentence("aborted {reason}" if aborted else "done {reason}", reason=why), now)
        self.aborted, self.may_have_opened = aborted, was == "open"

    def abort(self, why: str, now: float) -> None:
        """Anyone's veto, a stop, a fault: closed from now on."""
        if self.standing != "closed":
            self.close(why, now, aborted=True)

    def forget(self) -> None:
        """Another batch, or none: nobody has approved its transfer. One under way says why it goes no further."""
        cut_short = Sentence("aborted: {reason}", reason=Sentence("its batch has ended"))
        self.become("closed", cut_short if self.standing == "open" else "closed", 0.0)
        self.by, self.opened_for = "", None

    def snapshot(self) -> DrainSnapshot:
        return DrainSnapshot.model_construct(
            standing=self.standing, opened_for=self.opened_for, aborted=self.aborted, why=str(self.why),
            may_have_opened=self.may_have_opened,
        )  # fmt: skip

    def restore(self, kept: DrainSnapshot, now: float) -> None:
        """After a restart the valve is closed, and a run that was under way is over."""
        self.become("closed", kept.why, now)
        self.opened_for, self.aborted, self.may_have_opened = kept.opened_for, kept.aborted, kept.may_have_opened
        if kept.standing != "closed":  # one that was confirmed may have opened in the tick that was not written down
            self.close(Sentence("brewpi was restarted"), now, aborted=True)
            self.may_have_opened = kept.standing != "armed"
