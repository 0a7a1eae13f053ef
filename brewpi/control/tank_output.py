"""One output of a tank as the interlocks see it: its timers, its duty cycle and whether it has an effect. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from brewpi.control.duty_cycle import DutyCycle
from brewpi.control.effect_check.effect import stated_c_per_h
from brewpi.control.effect_check.output_response import OutputResponseCheck
from brewpi.control.effect_check.response_snapshot import ResponseSnapshot
from brewpi.control.output_timers import MOST_STARTS_PER_H, OutputTimers
from brewpi.outputs.run_limits import RunLimits
from brewpi.records import Alarm
from brewpi.roles import OutputRole
from brewpi.sentences import Sentence, spoken

MANY_PER_H, FEWER_PER_H = 5.0, 4.0  # starts of a compressor: a beer makes it start once or twice
AGAIN = 2  # longest runs in a row: from then on it is one alarm until it is not asked for, and not one for each rest


@dataclass(slots=True, kw_only=True)
class TankOutput(OutputTimers):
    """`response`: only what moves the beer's temperature has its effect checked."""

    role: OutputRole
    cycle: DutyCycle
    response: OutputResponseCheck | None = None
    hunts_since: float | None = None

    def note_starts(self, now: float) -> None:
        """Whether it starts more often than any beer makes it."""
        self.forget_starts(now)
        if not self.options.compressor or self.starts_per_h < (MANY_PER_H if self.hunts_since is None else FEWER_PER_H):
            self.hunts_since = None
        elif self.hunts_since is None:
            self.hunts_since = now

    def why_untrusted(self, now: float) -> str | None:
        """Why it is not known to do to the beer what it should; None while nothing speaks against it."""
        standing = self.response.standing if self.response is not None else "fine"
        if standing == "reversed":
            return Sentence("moves the beer the wrong way, waits for resume")
        if self.response is not None and standing == "dead":
            due_at = self.response.chance.due_at
            if due_at is None or not self.response.chance.is_left:
                return Sentence("had no effect, waits for resume")
            return Sentence("had no effect, is tried again in {left}", left=spoken(max(due_at - now, 0.0)))
        if self.response is not None and standing == "verifying":
            return Sentence("is off for a trial: {doubt} while it ran", doubt=self.response.suspicion)
        return None

    def alarms(self) -> list[Alarm]:
        """What a person has to know of it."""
        name, alarms = self.role.name, []
        if self.tripped_at is not None:
            text = Sentence(
                "{output} ran for {length}, its longest run, and rests; is it strong enough?",
                output=name, length=spoken(self.options.max_run_s),
            )  # fmt: skip
            alarms.append(Alarm(f"{name}: longest run", "alarm", text, self.tripped_at))
        elif self.trips >= AGAIN:
            text = Sentence(
                "{output} ran for {length}, its longest run, {times} times in a row and is still asked for; is it"
                " strong enough?", output=name, length=spoken(self.options.max_run_s), times=self.trips,
            )  # fmt: skip
            alarms.append(Alarm(f"{name}: longest run", "alarm", text, self.stopped_at))
        if self.hunts_since is not None:
            text = Sentence(
                "{output} starts {starts:.0f} times an hour, {most:.0f} are what a compressor bears, and the beer"
                " temperature answers at once: does its probe lie on the jacket, or at the wall?",
                output=name, starts=self.starts_per_h, most=MOST_STARTS_PER_H,
            )  # fmt: skip
            alarms.append(Alarm(f"{name}: short cycles", "warning", text, self.hunts_since))
        if self.response and (found := self.response.alarm(name)):
            alarms.append(found)
        return alarms


def response_check(
    role: OutputRole, options: RunLimits, volume_l: float, before: ResponseSnapshot, now: float
) -> OutputResponseCheck | None:
    """None for what does not move the beer's temperature. before: what was seen of it until a restart."""
    if not role.direction:
        return None
    stated = stated_c_per_h(options.power_w, volume_l)
    response = OutputResponseCheck(role.direction, since=now, stated_c_per_h=stated, volume_l=volume_l)
    response.restore(before, now)
    return response
