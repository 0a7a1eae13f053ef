"""The front door of the service: exit stack, signals, systemd.

All brewing happens on the main thread (`TickScheduler` calls the tick there), so there are no locks.
Leaving, however it happens, unwinds the exit stack: every output off, then closed.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import NoReturn

from brewpi.cellar.build import build, vessels_for
from brewpi.cellar.cellar import Cellar
from brewpi.clock import SystemClock
from brewpi.config.options import Config
from brewpi.config.remarks import in_file, remarks_of_service
from brewpi.hardware.lock import Taken, lock_config, lock_record
from brewpi.hardware.machine_clock import MACHINE
from brewpi.hardware.process_state import Leaving, lingering_threads
from brewpi.hardware.systemd import notify
from brewpi.hardware.watchdog import Watchdog
from brewpi.outputs.expiry import OutputExpiry
from brewpi.seam import Seam
from brewpi.sentences import counted
from brewpi.service.model_exchange import ModelExchange
from brewpi.service.tick_scheduler import TickScheduler
from brewpi.store.foreign import why_foreign
from brewpi.store.place import TwoRecords, located

log = logging.getLogger("brewpi")

ENDS = (signal.SIGTERM, signal.SIGINT)
# What ends a program that does not catch them: a terminal or a connection that is closed, Ctrl-\, a script's guess.
ENDS_UNLESS_IGNORED = (signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM)
SUSPENDS = (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)  # Ctrl-Z, and a terminal that is used in the background


class CannotStart(Exception):
    """Nothing could be driven at all; the message is a sentence."""


def run(config: Config, file: Path | None = None) -> None:
    """Run the cellar until SIGTERM or SIGINT; outputs are off when this returns. file: where the config stands."""
    config = _with_record(config, file)
    clock = SystemClock()
    clock.go_by(MACHINE)
    leaving = False
    scheduler: TickScheduler | None = None

    def leave(signum: int, frame: FrameType | None) -> None:
        nonlocal leaving
        if leaving:  # nothing may interrupt the way out
            return
        leaving = True
        log.info("%s: switching everything off", signal.Signals(signum).name)
        if scheduler is None or not scheduler.running:  # still starting, perhaps stuck in the first tick
            raise Leaving(0)
        scheduler.stop()

    _catch(leave)

    os.umask(0o077)  # record and lock are ours alone, also where somebody starts this by hand
    with ExitStack() as stack:
        _take_locks(stack, config, file)
        _remark(config, file, clock.now())
        vessels = vessels_for(config, clock.now())
        built = build(
            config, clock.now, vessels=vessels, stepped_s=clock.stepped_s, is_clock_known=clock.is_known,
            senders_ahead_s=clock.senders_ahead_s,
        )  # fmt: skip
        cellar = stack.enter_context(built.opened(built.begin(clock)))
        _refuse_without_outputs(cellar)
        banks = {name: tank.outputs for name, tank in cellar.tanks.items()}
        banks |= {f"shared {name}": output.bank for name, output in cellar.shared.outputs.items()}
        stack.enter_context(OutputExpiry(banks, usual_s=max(20.0, 4.0 * config.tick_s)))
        hung = cellar.store.hung_sensors
        watchdog = stack.enter_context(
            Watchdog(cellar.off, limit_s=max(30.0, 6.0 * config.tick_s), note=lambda: hung.note(clock.now()))
        )

        exchange = ModelExchange(config.model, cellar)

        def tick() -> None:
            cellar.follow(clock)
            cellar.tick(clock.now())
            exchange.follow(clock.now())
            watchdog.fed()
            notify("WATCHDOG=1")

        scheduler = TickScheduler(tick, config.tick_s, clock.wall_stepped_s)
        cellar.link.on_stop(scheduler.hurry)  # before the first tick, in which a STOP may come
        cellar.link.on_found(scheduler.hurry)  # or whoever has sent one waits a tick for its answer
        if not leaving:  # pydantic, say, keeps to itself what is raised while it calls a function of ours
            tick()
        if leaving:
            return
        tanks = counted(len(cellar.tanks), "tank")
        log.info("%s runs: %s, a tick every %g s; Ctrl-C switches everything off", config.site, tanks, config.tick_s)
        notify(f"READY=1\nSTATUS={counted(len(cellar.tanks), 'tank')}, every {config.tick_s:g} s")
        stack.callback(notify, "STOPPING=1")
        scheduler.run()


def _catch(leave: Callable[[int, FrameType | None], None]) -> None:
    """Nothing ends this process before its outputs are off, and nothing makes it sleep while they are on."""
    for signum in (*ENDS, *ENDS_UNLESS_IGNORED):
        if signum in ENDS or signal.getsignal(signum) is not signal.SIG_IGN:  # as after nohup
            signal.signal(signum, leave)
    for signum in SUSPENDS:
        signal.signal(signum, _stay)


def _stay(signum: int, frame: FrameType | None) -> None:
    log.warning("%s: is not suspended, its outputs would stay as they are; Ctrl-C ends it", signal.Signals(signum).name)


def _with_record(config: Config, file: Path | None) -> Config:
    """Where its record is, or begins. A foreign file is refused before a lock stands beside it: what never was a
    record is no damaged one."""
    try:
        store, remark = located(config.store, file.absolute().parent if file else Path.cwd())
    except TwoRecords as error:
        raise CannotStart(f"store.path: {error}") from None
    why = why_foreign(store.path)
    if why is not None:
        raise CannotStart(f"store.path: {why}")
    if remark:
        log.warning("store.path: %s", remark)
    if not store.path.exists():
        log.info("%s: a record begins here; of batches, settings and doses before nothing is known", store.path)
    return config.model_copy(update={"store": store})


def _take_locks(stack: ExitStack, config: Config, file: Path | None) -> None:
    """A second daemon would be refused the pins, but say offline for both of them."""
    try:
        if file is not None:
            stack.enter_context(lock_config(file))
        if str(config.store.path) != ":memory:":
            stack.enter_context(lock_record(config.store.path))
    except Taken as taken:
        raise CannotStart(str(taken)) from None


def _remark(config: Config, file: Path | None, now: float) -> None:
    """What `brewpi check` remarks, for who changed the config without it; nothing that is only said stops a start."""
    if file is not None:
        none: list[str] = []
        seam = Seam("the check of the config", "it starts without")
        for remark in seam.run(now, lambda: in_file(config, file, remarks_of_service), none):
            log.warning("%s", remark)


def end_process() -> NoReturn:
    """After `run`: outputs are off, and a thread that a driver left behind must not keep systemd waiting."""
    lingering = lingering_threads()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    if lingering:
        print(f"left behind: {', '.join(lingering)}", file=sys.stderr, flush=True)
        os._exit(0)
    sys.exit(0)


def _refuse_without_outputs(cellar: Cellar) -> None:
    """One output that cannot be opened is its tank's alarm; if that is true of all of them, this is no cellar."""
    failing = [alarm.text for tank in cellar.tanks.values() for alarm in tank.outputs.failing.values()]
    if failing and not any(tank.outputs.actuators for tank in cellar.tanks.values()):
        raise CannotStart(f"no output can be used: {failing[0]}")
