"""What was forecast of the batches under way, one an hour, and how that turned out once a batch was over."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from brewpi.forecast.scorecard import ForecastScore, PastForecast
from brewpi.records import Forecast, Report
from brewpi.store.database import Statement
from brewpi.store.kept_batches import scores_by_batch
from brewpi.store.rows import MARK, TOLD, Rows, mark_of, past_forecast_of, past_forecast_row

TOLD_EVERY_H = 1.0


class ForecastBook:
    """later: has a statement written with the next reports; soon: at the end of this tick; read: what of a table can be
    true."""

    def __init__(self, later: Callable[[Statement], None], soon: Callable[[Statement], None], read: Rows) -> None:
        self.later, self.soon, self.read = later, soon, read
        self._last: dict[str, tuple[str, float, Forecast]] = {}  # by tank: batch, at_h and the forecast looked at last

    def keep(self, report: Report) -> None:
        """One an hour, to be judged when the batch is over."""
        forecast, batch = report.forecast, report.state.batch
        last = self._last.get(report.tank)
        if batch is None or forecast.remaining_h is None or (last is not None and forecast is last[2]):
            return
        if last is not None and last[0] == batch.id and forecast.at_h - last[1] < TOLD_EVERY_H:
            return
        self._last[report.tank] = (batch.id, forecast.at_h, forecast)
        self.later((TOLD, (report.tank, batch.id, *past_forecast_row(forecast, forecast.remaining_h))))

    def past_forecasts(self, tank: str, batch: str) -> list[PastForecast]:
        """The forecasts of a batch, in order."""
        sql = "SELECT at_h, p10, p50, p90, source, sg, final_sg FROM told WHERE tank = ? AND batch = ? ORDER BY at_h"
        return self.read("told", past_forecast_of, sql, tank, batch)

    def judge(self, tank: str, batch: str, marks: Iterable[ForecastScore], now: float) -> None:
        """How a batch's forecasts turned out; what was told of it is not needed any more."""
        for m in marks:
            self.soon((MARK, (batch, m.way, now, tank, m.error_h, int(m.inside), m.source)))
        self.soon(("DELETE FROM told WHERE tank = ? AND batch = ?", (tank, batch)))

    def scores(self) -> dict[str, list[ForecastScore]]:
        """How forecasts turned out, by the id of their batch, those of the oldest first."""
        sql = "SELECT batch, way, error_h, inside, source FROM mark ORDER BY at, batch, way"
        return scores_by_batch(self.read("mark", mark_of, sql))
