"""What tanks share: outputs that run while one of several tanks asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import inf
from typing import Any

from pydantic import ValidationError

from brewpi.cellar.tank import Tank
from brewpi.control.output_timers import TimersSnapshot
from brewpi.control.shared import Shared, SharedInterlock, SharedSnapshot
from brewpi.outputs.output_bank import EMERGENCY, OutputBank
from brewpi.records import Alarm, Command, Report
from brewpi.sentences import Sentence


class SharedOutput:
    """One of them, with the tanks that rely on it."""

    def __init__(self, name: str, options: Shared, tanks: Mapping[str, Tank], bank: OutputBank) -> None:
        self.name, self.options, self.tanks, self.bank = name, options, tanks, bank
        self.interlock = SharedInterlock(name, options, 0.0)
        self.reason: str | None = None  # why it may not run
        self.alarm: Alarm | None = None  # of a reason that wants a person
        self.on = False

    def open(self, now: float) -> None:
        """Open it, off; its rest begins."""
        self.interlock = SharedInterlock(self.name, self.options, now)
        self.bank.open(now)

    def begin_again(self, now: float) -> None:
        """Off, and its rest begins: the clock was put right, and no time of before counts."""
        self.bank.off()
        self.interlock, self.on = SharedInterlock(self.name, self.options, now), False

    def restore(self, kept: TimersSnapshot, now: float) -> None:
        """What it had to rest from before, and what waits for it, go on."""
        self.interlock.timers.restore(kept, now)

    def check(self, others: Sequence[SharedOutput], now: float) -> None:
        """Before the tanks decide: whether it may run, and if not, what keeps their own outputs off."""
        try:
            self.bank.take_emergency()  # the tank whose button it was is stopped by it, until somebody resumes
            grave = self._failing() or self._stopped()
            self.reason = grave or self._forbids(others, now)
        except Exception as error:  # the tanks go on; their own outputs that rely on this one stay off
            self.reason = grave = f"is off ({type(error).__name__}: {error})"
        tripped = self.interlock.timers.tripped_at is not None
        self.alarm = self._alarm(self.reason, now) if self.reason and (grave or tripped) else None
        recovered = {name: tank.interlocks.recovered_at(self.options.role) for name, tank in self.tanks.items()}
        for name, tank in self.tanks.items():
            suppliers = {k: v for k, v in tank.interlocks.supply.items() if k != self.name}
            if self.reason is not None:
                suppliers[self.name] = (self.options.role, f"{self.name} {self.reason}")
            tank.supplied(suppliers)
            # Whether it works shows in the other tanks, too.
            others_at = max((at for other, at in recovered.items() if other != name), default=-inf)
            tank.others_recovered(self.options.role, others_at)

    def drive(self, reports: Mapping[str, Report], others: Sequence[SharedOutput], now: float) -> None:
        """After the tanks have moved their own: on while one of those is. Whatever goes wrong here, it is off."""
        try:
            asked = any(reports[name].command.duty(self.options.role) > 0.0 for name in self.tanks)
            held = any(tank.interlocks.stopped_by is None and tank.broken is None for tank in self.tanks.values())
            reason = self.reason or self._stopped() or self._forbids(others, now)  # something may have begun since
            on = self.interlock.permit(asked, held, reason, now)
            command = self.bank.apply(Command({self.name: float(on)}), now)
            self.on = command.duty(self.name) > 0.0
        except Exception as error:  # the tanks and the other outputs go on
            self.bank.off()
            text = f"{type(error).__name__}: {error}"
            self.bank.failing[self.name] = Alarm(f"{self.name}: shared", "alarm", text, now)
            self.on = False
        if not self.on:
            self.interlock.timers.stop(now)

    def _forbids(self, others: Sequence[SharedOutput], now: float) -> str | None:
        return self.interlock.forbids([other.interlock for other in others if other is not self], now)

    def _failing(self) -> str | None:
        failing = self.bank.failing.get(self.name)
        return None if failing is None else Sentence("is off ({reason})", reason=failing.text)

    def _stopped(self) -> str | None:
        pressed = [name for name, tank in self.tanks.items() if tank.interlocks.stopped_by == EMERGENCY]
        if not pressed:
            return None
        return Sentence("is off: the emergency stop of {tanks} was pressed, waits for resume", tanks=", ".join(pressed))

    def _alarm(self, reason: str, now: float) -> Alarm:
        since = self.alarm.since if self.alarm else now
        text = Sentence(
            "{shared} {reason}; {output} of {tanks} stays off meanwhile",
            shared=self.name, reason=reason, output=self.options.role, tanks=", ".join(self.tanks),
        )  # fmt: skip
        return Alarm(f"{self.name}: shared", "alarm", text, since)


class SharedOutputs:
    """All of a site, by name."""

    def __init__(self, outputs: Mapping[str, SharedOutput] | None = None) -> None:
        self.outputs = dict(outputs or {})

    def open(self, now: float) -> None:
        """All of them, off."""
        for output in self.outputs.values():
            output.open(now)

    def snapshot(self) -> SharedSnapshot:
        """For the store. An output's own rest is none of it: whatever was before, it begins at the start."""
        ran = {name: output.interlock.timers.snapshot() for name, output in self.outputs.items()}
        return SharedSnapshot.model_construct(ran=ran)

    def restore(self, known: object, now: float) -> None:
        """As the store had them. Of a record that cannot be read, each counts as having run until now."""
        try:
            kept, skipped = SharedSnapshot.read({"ran": {}} if known is None else known)
            is_whole = not skipped.damaged
        except ValidationError:
            kept, is_whole = SharedSnapshot(), False
        unknown = TimersSnapshot(on=not is_whole)
        for name, output in self.outputs.items():
            output.restore(kept.ran.get(name, unknown) if is_whole else unknown, now)

    def begin_again(self, true_times: Callable[[Any], Any], now: float) -> None:
        """As after a restart. true_times: JSON with the times of before as they really were."""
        kept = true_times(self.snapshot().model_dump(mode="json"))
        for output in self.outputs.values():
            output.begin_again(now)
        self.restore(kept, now)

    def check(self, now: float) -> None:
        """Before the tanks' ticks: which of them may run."""
        others = list(self.outputs.values())
        for output in others:
            output.check(others, now)

    def drive(self, reports: Sequence[Report], now: float) -> None:
        """After the tanks' ticks: what goes off does so before anything goes on."""
        by_tank = {report.tank: report for report in reports}
        for output in sorted(self.outputs.values(), key=lambda output: not output.on):
            output.drive(by_tank, list(self.outputs.values()), now)

    def alarms(self, tank: str) -> Iterator[Alarm]:
        """What a tank has to be told of those that it relies on."""
        for output in self.outputs.values():
            if tank in output.tanks and output.alarm is not None:
                yield output.alarm

    def on(self, tank: str) -> dict[str, bool]:
        """Of those that a tank relies on, which are on."""
        return {name: output.on for name, output in self.outputs.items() if tank in output.tanks}

    def off(self) -> None:
        """Every one into its safe state, from any thread."""
        for output in self.outputs.values():
            output.bank.off()

    def close(self) -> None:
        """Off, then let go."""
        for output in self.outputs.values():
            output.bank.close()
