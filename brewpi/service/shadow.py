"""A candidate model forecasts beside the one in use, for whole batches, and nothing is ever done about it.

It is asked between two ticks, about the tank as the tick left it, and what it says goes into a book of its own in the
store, which only the scorecard reads: no tank, recipe, interlock or topic of a tank knows that there is one. It is
asked once an hour a tank, one tank a tick; one that fails or takes long is put aside until another takes its place.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from brewpi.cellar.cellar import Cellar
from brewpi.cellar.tank import Tank
from brewpi.cellar.track_record import SHADOW as SETTING
from brewpi.forecast.forecaster import ForecasterOptions
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.offline.model_home import CURRENT, SHADOW
from brewpi.seam import Seam
from brewpi.service.model_watch import Found, ModelWatch, Start, in_thread

ASKED_EVERY_S = 3600.0  # as often as a forecast is kept to be judged
MOST_S = 1.0  # for one forecast: a tick has other things to do


class Shadow:
    """Of one cellar; idle where there is no candidate. start: who looks for one; clock: seconds, to time it with."""

    def __init__(
        self, options: ForecasterOptions, cellar: Cellar, start: Start = in_thread,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:  # fmt: skip
        self.cellar, self.clock = cellar, clock
        self.seam = Seam("candidate model", "control and forecast go on; the candidate is put aside")
        place = place_of(options)
        self.watch = None if place is None else ModelWatch(options, place, tuple(cellar.tanks), start, optional=True)
        self.forecasters: dict[str, TankForecaster] = {}
        self.mark = ""
        self.known: dict[str, Any] | None = None  # of it, as the topic `model` has it
        self._asked_at: dict[str, float] = {}

    def follow(self, now: float) -> bool:
        """Between two ticks. Returns whether there is something new to say of it."""
        return self.seam.run(now, partial(self._follow, now), False)

    def _follow(self, now: float) -> bool:
        found = self.watch.poll(now, {}) if self.watch is not None else None
        if found is not None:
            self._take(found, now)
            return True
        due = [tank for name, tank in self.cellar.tanks.items() if name in self.forecasters and self._is_due(tank, now)]
        return bool(due) and self._ask(min(due, key=self._last_asked), now)

    def _take(self, found: Found, now: float) -> None:
        opened, refused, known = found.opened, found.refused, self.cellar.store.settings("").get(SETTING)
        setting: dict[str, Any] | None = None
        self.forecasters = {}
        if opened is not None:
            self.mark, self._asked_at = opened.mark, {}
            self.forecasters = {name: TankForecaster(one) for name, one in opened.forecasters.items()}
            kept = known if isinstance(known, dict) and known.get("mark") == opened.mark else {}
            since = kept["since"] if isinstance(kept.get("since"), float) else now
            setting = {"mark": opened.mark, "name": opened.name, "since": since}
            self.known = {"name": opened.name, "sha256": opened.sha256, "since": since, "why": None}
        else:
            self.known = {"name": refused.name, "why": refused.why} if refused else None
        if setting != known:
            self.cellar.store.set("", SETTING, setting, now)
        self.cellar.operator.track.show(now)

    def _is_due(self, tank: Tank, now: float) -> bool:
        waits = now - self._last_asked(tank) >= ASKED_EVERY_S
        return waits and tank.state.batch is not None and bool(tank.state.history)

    def _last_asked(self, tank: Tank) -> float:
        return self._asked_at.get(tank.name, float("-inf"))

    def _ask(self, tank: Tank, now: float) -> bool:
        """Ask of one tank and keep the answer. Returns whether the candidate has just been put aside."""
        self._asked_at[tank.name] = now
        state, forecaster = tank.state, self.forecasters[tank.name]
        forecaster.site_history = tank.forecaster.site_history
        forecaster.renew()
        began = self.clock()
        forecast = forecaster.forecast(state, now, partial(tank.recipe.planned_c, state, now))
        took_s = self.clock() - began
        if state.batch is not None:
            self.cellar.store.shadow_book.tell(state.batch.id, self.mark, tank.life_cycle.believed(forecast, state))
        failed, broken = forecaster.failed, forecaster.seam.failures
        if not failed and not broken and took_s <= MOST_S:
            return False
        why = f"it took {took_s:.1f} s" if took_s > MOST_S else f"it fails: {failed or 'no forecast'}"
        self.known = {**(self.known or {}), "why": f"put aside in {tank.name}: {why}"}
        self.forecasters = {}
        return True


def place_of(options: ForecasterOptions) -> Path | None:
    """Where a candidate lies, or would."""
    named, directory = getattr(options, "shadow", None), getattr(options, "directory", None)
    if isinstance(named, Path):
        return named
    return directory.parent / SHADOW if isinstance(directory, Path) and directory.name == CURRENT else None
