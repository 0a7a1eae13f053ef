"""How forecasts of a site turned out: judged when a batch ends, published as its scorecard, and held against what the
model's card promised. A candidate that forecasts beside the model is judged the same way."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from brewpi.cellar.tank import Tank
from brewpi.forecast.drift import CardAccuracy, Drift, drift_of
from brewpi.forecast.scorecard import compared, completion_h, judged, scorecard
from brewpi.mqtt.publisher import Publisher
from brewpi.records import Alarm
from brewpi.sentences import Sentence
from brewpi.store import Store
from brewpi.store.kept_batches import SENSOR

MODEL = "model"  # setting of the site: what forecasts, since when, what its card promises, and what has failed here
SHADOW = "shadow"  # setting of the site: which candidate forecasts beside it
DRIFT = "drift"  # setting of the site: whether the model does worse than its card promises


class TrackRecord:
    """notices: alarms of the site, by key."""

    def __init__(self, store: Store, publisher: Publisher) -> None:
        self.store, self.publisher = store, publisher
        self.notices: dict[str, Alarm] = {}

    def judge(self, tank: Tank, now: float) -> None:
        """What was said of a batch that ends now, by the model and by a candidate."""
        complete_h, batch = completion_h(tank.state), tank.state.batch
        if complete_h is None or batch is None:
            return
        mark = str(self._setting(SHADOW).get("mark", ""))
        shadow = self.store.shadow_book
        shadow.judge(batch.id, mark, judged(shadow.past_forecasts(batch.id, mark), complete_h), now)
        self.store.judge(tank.name, batch.id, judged(self.store.past_forecasts(tank.name, batch.id), complete_h), now)
        self.show(now)

    def show(self, now: float) -> None:
        """Publish the scorecard; with a candidate, both on the same forecasts."""
        scores, candidate = self.store.scores(), self._setting(SHADOW)
        sensors = {one.id: one.facts[SENSOR] for one in self.store.batches() if SENSOR in one.facts}
        figures = scorecard(scores, sensors)
        if mark := candidate.get("mark"):
            beside = compared(scores, self.store.shadow_book.scores(str(mark)))
            figures["shadow"] = {"name": str(candidate.get("name")), **beside}
        if (live := self._held_against_its_card(now)) is not None:
            figures["live"] = live
        self.publisher.scorecard(figures, now)

    def _held_against_its_card(self, now: float) -> dict[str, Any] | None:
        """The batches that the model has seen from their beginning; the alarm comes and goes with what they say."""
        model, was = self._setting(MODEL), self._setting(DRIFT)
        stated, drift, name = card_accuracy_in(model), None, str(model.get("name"))
        if stated is not None:
            since, scores = model.get("since"), self.store.scores()
            begun = {one.id for one in self.store.batches() if isinstance(since, float) and one.started_at >= since}
            same = bool(was.get("worse")) and was.get("mark") == model.get("mark")
            drift = drift_of([marks for batch, marks in scores.items() if batch in begun], stated, same)
        drifted = {"mark": model.get("mark"), "worse": drift is not None and drift.is_worse}
        if drifted != was:
            self.store.set("", DRIFT, drifted, now)
        if stated is None or drift is None or not drift.is_worse:
            self.notices.pop("model: drift", None)
        elif "model: drift" not in self.notices:
            self.notices["model: drift"] = Alarm("model: drift", "warning", _sentence(name, drift, stated), now)
        if stated is None or drift is None:
            return None
        figures = {"forecasts": drift.forecasts, "median_abs_error_h": round(drift.median_abs_error_h, 1),
                   "inside_interval": round(drift.inside_interval, 3)}  # fmt: skip
        return {"name": name, "batches": drift.batches, **figures, "promised": asdict(stated), "worse": drift.is_worse}

    def _setting(self, key: str) -> dict[str, Any]:
        known = self.store.settings("").get(key)
        return known if isinstance(known, dict) else {}


def card_accuracy_in(model: dict[str, Any]) -> CardAccuracy | None:
    """What the card of the model in use promised, as it was noted when it was taken."""
    known = model.get("promise")
    if not isinstance(known, dict) or not isinstance(known.get("inside_interval"), float):
        return None
    error_h = known.get("median_abs_error_h")
    return CardAccuracy(error_h if isinstance(error_h, float) else None, known["inside_interval"])


def _sentence(name: str, drift: Drift, stated: CardAccuracy) -> Sentence:
    held = Sentence("{share:.0f} % inside the window, {promised:.0f} % promised",
                    share=100.0 * drift.inside_interval, promised=100.0 * stated.inside_interval)  # fmt: skip
    if stated.median_abs_error_h is None:
        return Sentence("{model} does worse here than its card promises, over {count} batches: {held}; retrain it",
                        model=name, count=drift.batches, held=held)  # fmt: skip
    return Sentence(
        "{model} does worse here than its card promises, over {count} batches: off by {hours:.0f} h in the median,"
        " {promised:.0f} h promised; {held}; retrain it",
        model=name, count=drift.batches, hours=drift.median_abs_error_h, promised=stated.median_abs_error_h, held=held,
    )  # fmt: skip
