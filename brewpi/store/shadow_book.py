"""What a candidate model has said of the batches under way, and how that turned out: kept beside the forecasts that are
acted on, and read by nothing but the scorecard."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from brewpi.forecast.scorecard import ForecastScore, PastForecast
from brewpi.records import Forecast
from brewpi.store.database import Statement
from brewpi.store.kept_batches import scores_by_batch
from brewpi.store.rows import Rows, mark_of, past_forecast_of, past_forecast_row

TOLD = "INSERT OR REPLACE INTO shadow_told VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
MARK = "INSERT OR REPLACE INTO shadow_mark VALUES (?, ?, ?, ?, ?, ?, ?)"


class ShadowBook:
    """model: which candidate, by the mark of its card. later: has a statement written with the next reports; read: what
    of a table can be true."""

    def __init__(self, later: Callable[[Statement], None], read: Rows) -> None:
        self.later, self.read = later, read

    def tell(self, batch: str, model: str, forecast: Forecast) -> None:
        """One forecast of completion; without one there is nothing to keep."""
        if forecast.remaining_h is not None:
            self.later((TOLD, (batch, model, *past_forecast_row(forecast, forecast.remaining_h))))

    def past_forecasts(self, batch: str, model: str) -> list[PastForecast]:
        """The forecasts of a batch, in order."""
        sql = ("SELECT at_h, p10, p50, p90, source, sg, final_sg FROM shadow_told"
               " WHERE batch = ? AND model = ? ORDER BY at_h")  # fmt: skip
        return self.read("shadow_told", past_forecast_of, sql, batch, model)

    def judge(self, batch: str, model: str, marks: Iterable[ForecastScore], now: float) -> None:
        """How they turned out; what was told of the batch is not needed any more."""
        for one in marks:
            self.later((MARK, (batch, model, one.way, now, one.error_h, int(one.inside), one.source)))
        self.later(("DELETE FROM shadow_told WHERE batch = ?", (batch,)))

    def scores(self, model: str) -> dict[str, list[ForecastScore]]:
        """By the id of their batch, the oldest first."""
        sql = ("SELECT batch, way, error_h, inside, source FROM shadow_mark"
               " WHERE model = ? ORDER BY at, batch, way")  # fmt: skip
        return scores_by_batch(self.read("shadow_mark", mark_of, sql, model))
