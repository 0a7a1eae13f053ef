"""The outputs of one tank, and their emergency.

One thread ticks. Two others touch outputs, and for them there is a lock: gpiozero's, when an emergency stop is pressed,
and that of `outputs.expiry`, when ticks stop coming.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import cast

from brewpi.hardware.plug_context import PlugContext
from brewpi.hardware.process_state import kept_process_state
from brewpi.outputs import Actuator, MeteringPump, OutputError, OutputOptions
from brewpi.records import Alarm, Command
from brewpi.roles import in_order
from brewpi.sentences import Sentence

EMERGENCY = "the emergency stop"
LOCK_S = 0.2  # a driver that hangs in a tick does not hold up an emergency for longer


@dataclass(slots=True)
class OutputBank:
    """The outputs of one tank by role. One that fails is switched off and named until it works again.

    `emergency`, `overdue` and `expire` may be called from any thread; everything else is the tick's. renewed_s: when a
    tick last drove an output that is on, by the monotonic clock; expired: what went off by itself, until it is heeded;
    also: outputs that this tank shares with others, which an emergency here switches off too.
    """

    options: dict[str, OutputOptions]
    context: PlugContext
    actuators: dict[str, Actuator] = field(default_factory=dict)
    failing: dict[str, Alarm] = field(default_factory=dict)
    latched: bool = False
    lock: Lock = field(default_factory=Lock)
    renewed_s: dict[str, float] = field(default_factory=dict)
    expired: set[str] = field(default_factory=set)
    also: list[OutputBank] = field(default_factory=list)

    def open(self, now: float) -> None:
        """Open every output, off. One that cannot be opened is an alarm; the tank goes on without it."""
        for role, options in self.options.items():
            try:
                with kept_process_state(role):
                    self.actuators[role] = options.open(self.context)
            except Exception as error:  # whatever a driver throws, the other outputs have to be opened
                text = str(error) if isinstance(error, OutputError) else f"{type(error).__name__}: {error}"
                self._fail(role, Sentence("{output}: output cannot be used, {reason}", output=role, reason=text), now)

    def apply(self, command: Command, now: float) -> Command:
        """Drive every output as permitted: what goes off does so before anything goes on. Returns what became of it:
        an output that fails is off, and all of them are while an emergency waits for the tick to heed it."""
        with self.lock:
            for role, actuator in sorted(self.actuators.items(), key=lambda item: command.duty(item[0])):
                duty = 0.0 if self.latched or role in self.expired else command.duty(role)
                self._drive(role, actuator, duty, now)
            latched, expired, self.expired = self.latched, self.expired, set()
            if latched:
                self.off()
        for role in expired:
            self._fail(role, Sentence(
                "{output}: the control loop was held up and the output went off by itself; it rests", output=role
            ), now)
        dark = dict(self.failing)
        if latched:
            alarm = Alarm("emergency", "alarm", Sentence("the emergency stop was pressed: everything is off"), now)
            dark |= dict.fromkeys(self.actuators, alarm)
        return _with_outputs_forced_off(command, dark) if dark else command

    def _drive(self, role: str, actuator: Actuator, duty: float, now: float) -> None:
        try:
            actuator.set(duty, now)
        except Exception as error:  # a driver's fault is this output's alarm, not the tank's end
            self._fail(role, Sentence(
                "{output}: output does not obey ({error}); switched off, check its wiring", output=role, error=error
            ), now)
            with suppress(Exception):
                actuator.off()
            self.renewed_s.pop(role, None)
        else:
            self.failing.pop(role, None)
            if duty > 0.0:
                self.renewed_s[role] = time.monotonic()
            else:
                self.renewed_s.pop(role, None)

    def _fail(self, role: str, text: str, now: float) -> None:
        self.failing.setdefault(role, Alarm(f"{role}: output", "alarm", text, now))

    @property
    def pump(self) -> MeteringPump | None:
        """The nutrient pump, if there is one that works. It starts nothing while an emergency is latched."""
        pump = self.actuators.get("nutrient")
        return (
            None
            if pump is None or "nutrient" in self.failing
            else EmergencyGuardedOutput(self, cast("MeteringPump", pump))
        )

    def emergency(self) -> None:
        """Everything off at once, from any thread, and latched until the tick has heeded it."""
        self.latched = True  # first: whoever drives an output now does not switch it on any more
        ours = self.lock.acquire(timeout=LOCK_S)
        try:
            self.off()
        finally:
            if ours:
                self.lock.release()
        for shared in self.also:
            shared.emergency()

    def overdue(self, usual_s: float, at_s: float) -> set[str]:
        """Roles that no tick has renewed within their `expires_s`, or `usual_s`, by `at_s` of the monotonic clock."""
        renewed = self.renewed_s.copy()
        return {role for role, was_s in renewed.items() if at_s - was_s > (self.options[role].expires_s or usual_s)}

    def expire(self, roles: set[str]) -> None:
        """Off with outputs that no tick has renewed, from any thread; they stay off until a tick has heeded it."""
        self.expired |= roles  # first: a tick that wakes up now does not switch it on any more
        ours = self.lock.acquire(timeout=LOCK_S)
        try:
            for role in in_order(roles):
                self.renewed_s.pop(role, None)
                with suppress(Exception):
                    self.actuators[role].off()
        finally:
            if ours:
                self.lock.release()

    def take_emergency(self) -> bool:
        """Whether there was an emergency since the last call; the tick that hears it stops the tank."""
        with self.lock:
            latched, self.latched = self.latched, False
        return latched

    def off(self) -> None:
        """The safe state of every output, whatever fails on the way: first what lets beer out or puts something in."""
        for role in in_order(self.actuators):
            with suppress(Exception):
                self.actuators[role].off()

    def close(self) -> None:
        """Off, then let go: an active-low relay closed while on would stay on."""
        self.off()
        for actuator in self.actuators.values():
            with suppress(Exception):
                actuator.close()
        self.actuators.clear()


def _with_outputs_forced_off(command: Command, dark: Mapping[str, Alarm]) -> Command:
    """A command whose `dark` outputs, by role, are off, each for the reason of its alarm."""
    drain = command.drain
    if drain is not None and drain.standing == "open" and "drain" in dark:
        drain = replace(drain, standing="closed", why=Sentence("aborted: {reason}", reason=dark["drain"].text))
    return replace(
        command,
        duties={role: 0.0 if role in dark else duty for role, duty in command.duties.items()},
        drain=drain,
        alarms=(*command.alarms, *dict.fromkeys(dark.values())),
    )


class EmergencyGuardedOutput:
    """A pump behind the lock of its bank: an emergency between two lines of a tick still keeps it from starting."""

    def __init__(self, bank: OutputBank, actuator: MeteringPump) -> None:
        self.bank, self.actuator = bank, actuator

    def give(self, volume_ml: float) -> float:
        """Start a dose, unless there is an emergency. Raises OutputError."""
        with self.bank.lock:
            if self.bank.latched:
                raise OutputError(f"{EMERGENCY} was pressed")
            run_s = self.actuator.give(volume_ml)
            if self.bank.latched:  # just now, and it could not wait for us
                self.actuator.off()
            return run_s

    @property
    def running(self) -> bool:
        """Whether a dose is being given."""
        return self.actuator.running

    @property
    def given_ml(self) -> float:
        """Of the last dose, so far or until it was stopped."""
        return self.actuator.given_ml

    def set(self, duty: float, now: float) -> None:
        self.actuator.set(duty, now)

    def off(self) -> None:
        self.actuator.off()

    def close(self) -> None:
        self.actuator.close()
