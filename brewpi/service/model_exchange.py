"""A running service takes another model between two ticks.

What passes its trials (`model_watch.py`) waits for the next pause between two ticks, in which all tanks get it at once;
what does not is refused, and the one before goes on. So it is with a model that passes and then fails on a tank's own
readings. The directory is what survives a restart, and to switch it takes no right over the service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from brewpi.cellar.cellar import Cellar
from brewpi.cellar.track_record import MODEL
from brewpi.forecast.drift import card_accuracy_of
from brewpi.forecast.forecaster import ForecasterOptions
from brewpi.forecast.tflite_model import default_directory
from brewpi.records import Alarm
from brewpi.seam import Seam
from brewpi.sentences import Sentence, message_of
from brewpi.service.model_watch import Found, ModelWatch, Opened, Refused, Start, in_thread
from brewpi.service.shadow import Shadow

RENEWED_A_TICK = 2  # tanks: a fresh forecast takes some of the tick's time
ON_TRIAL_S = 86_400.0  # for so long a model that fails on a tank's readings gives way to the one before
REFUSED = "model: refused"
FAILED_KEPT = 20


class ModelExchange:
    """Of one cellar. start: who looks at the directory; a thread."""

    def __init__(self, options: ForecasterOptions, cellar: Cellar, start: Start = in_thread) -> None:
        self.cellar = cellar
        self.seam = Seam("model exchange", "control and forecast go on with the model that they have")
        self.watch: ModelWatch | None = None
        if hasattr(options, "directory"):  # not every kind of forecaster has one
            self.own = isinstance(options.directory, Path)  # the packaged one changes with a restart only
            place = options.directory if self.own else default_directory()
            self.watch = ModelWatch(options, place, tuple(cellar.tanks), start)
        self.shadow = Shadow(options, cellar, start)
        self.serving: Opened | None = None
        self.before: Opened | None = None
        self.refused: Refused | None = None
        self.since: float | None = None
        self._renew: list[str] = []

    def follow(self, now: float) -> None:
        """Between two ticks, and never for long."""
        self.seam.run(now, partial(self._follow, now), None)
        key = f"{self.seam.name}: failing"
        if (alarm := self.seam.alarm(now)) is not None:
            self.cellar.notices[key] = alarm
        else:
            self.cellar.notices.pop(key, None)

    def _follow(self, now: float) -> None:
        for name in self._renew[:RENEWED_A_TICK]:
            self.cellar.tanks[name].forecaster.renew()
        del self._renew[:RENEWED_A_TICK]
        if self.watch is not None and (self.own or self.serving is None):
            found = self.watch.poll(now, self._failed())
            if found is not None:
                self._take(found, now)
        self._judge_the_new_one(now)
        if self.shadow.follow(now):
            self._publish(now)

    def _take(self, found: Found, now: float) -> None:
        opened, refused = found.opened, found.refused
        if refused is not None:
            self._refuse(refused, opened, now)
        else:
            self.refused = None
            self.cellar.notices.pop(REFUSED, None)
        if opened is None and self.serving is None:
            for tank in self.cellar.tanks.values():
                tank.forecaster.exchange(None, refused.why if refused else None)
        elif opened is not None and opened is not self.serving:
            first, self.before, self.serving = self.serving is None, self.serving, opened
            if not (first and refused is None and self._answers_already(opened)):
                self._swap(opened, now)
        self._remember(now)

    def _answers_already(self, opened: Opened) -> bool:
        """Whether it is what the service was started with."""
        asked = [tank.forecaster.asked for tank in self.cellar.tanks.values()]
        return all(one is not None and one.name == opened.name for one in asked)

    def _swap(self, opened: Opened, now: float) -> None:
        """All tanks at once; their fresh forecasts come a few a tick."""
        for name, tank in self.cellar.tanks.items():
            was = tank.forecaster.asked
            tank.forecaster.exchange(opened.forecasters[name])
            text = Sentence("forecasts are made by {model} from now on, before by {before}",
                            model=opened.name, before=was.name if was else Sentence("the fitted curve"))  # fmt: skip
            details: dict[str, object] = {"model": opened.name, "sha256": opened.sha256, "message": message_of(text)}
            self.cellar.store.event(self.cellar.publisher.event(name, now, "model", text, **details))
        self._renew = list(self.cellar.tanks)

    def _refuse(self, refused: Refused, instead: Opened | None, now: float) -> None:
        self.refused = refused
        goes_on = instead or self.serving
        text = Sentence(
            "model {model} is not taken ({reason}); {before} goes on",
            model=refused.name, reason=refused.why, before=goes_on.name if goes_on else Sentence("the fitted curve"),
        )  # fmt: skip
        self.cellar.notices[REFUSED] = Alarm("model: refused", "warning", text, now)

    def _judge_the_new_one(self, now: float) -> None:
        """One that passed every trial may still fail on a tank's own readings."""
        before, serving = self.before, self.serving
        if before is None or serving is None or now - (self.since or now) > ON_TRIAL_S:
            return
        failed = next((tank for tank in self.cellar.tanks.values() if tank.forecaster.failed), None)
        if failed is None:
            return
        why = f"it fails in {failed.name}: {failed.forecaster.failed}"
        self.serving, self.before = before, None
        self._swap(before, now)
        self._refuse(Refused(serving.name, serving.mark, why), before, now)
        self._remember(now, {serving.mark: why})

    # --- remembering

    def _known(self) -> dict[str, Any]:
        known = self.cellar.store.settings("").get(MODEL)
        return known if isinstance(known, dict) else {}

    def _failed(self) -> dict[str, str]:
        """What has failed here, by the mark of its card: after a restart, too."""
        failed = self._known().get("failed")
        return {str(mark): str(why) for mark, why in failed.items()} if isinstance(failed, dict) else {}

    def _remember(self, now: float, failed: Mapping[str, str] | None = None) -> None:
        """In the store, and on the broker."""
        serving, known = self.serving, self._known()
        since = known.get("since")
        if serving is None or known.get("mark") != serving.mark or not isinstance(since, int | float):
            since = now
        self.since = float(since)
        kept = dict([*self._failed().items(), *(failed or {}).items()][-FAILED_KEPT:])
        if serving is not None:
            stated = card_accuracy_of(serving.card)
            fields = {"mark": serving.mark, "name": serving.name, "since": self.since, "failed": kept,
                    "promise": asdict(stated) if stated else None}  # fmt: skip
            self.cellar.store.set("", MODEL, fields, now)
            self.cellar.operator.track.show(now)
        self._publish(now)

    def _publish(self, now: float) -> None:
        serving, before, refused, shadow = self.serving, self.before, self.refused, self.shadow
        known: dict[str, object] = {
            "name": serving and serving.name, "sha256": serving and serving.sha256,
            "since": self.since if serving else None, "before": before and before.name,
            "refused": refused and {"name": refused.name, "why": refused.why},
        }  # fmt: skip
        if shadow.known is not None:
            known["shadow"] = shadow.known
        self.cellar.publisher.model(known, now)
