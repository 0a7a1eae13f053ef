"""Network and fitted curves together, as `docs/model.md` has it: what brewpi is shipped with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from pydantic import Field

from brewpi.forecast import fitted_curve
from brewpi.forecast.curve_bank import CurveFit, Posterior
from brewpi.forecast.evidence import Evidence, network_quantiles
from brewpi.forecast.forecaster import ForecasterOptions
from brewpi.forecast.latest import Latest
from brewpi.forecast.pauses import Pause, pauses, without_pauses
from brewpi.forecast.pool import Rest, pooled, verdict
from brewpi.forecast.quantiles import Quantiles
from brewpi.forecast.sampling import lowest
from brewpi.forecast.tflite_model import Model, ModelError, OutOfDistribution, default_directory, read_pair
from brewpi.hardware.files import FilePath
from brewpi.hardware.plug_context import PlugContext
from brewpi.records import Array, BatchSeries, Forecast


class NetworkAndCurves(ForecasterOptions):
    """The learned network, with a share of the fitted curves that follows the evidence of each batch. Where there is no
    model, or none that fits, the curves answer alone and say so."""

    example: ClassVar[str] = 'kind = "network_and_curves"'

    directory: FilePath | None = Field(default=None, description="a model directory; the packaged model when absent")
    shadow: FilePath | None = Field(
        default=None,
        description="a candidate's directory: it forecasts beside the model and is never acted on; absent: `shadow` "
        "beside `directory` where that is called `current`",
    )

    def open(self, context: PlugContext) -> Pool:
        """One for a tank; its model is loaded, and tried, once for all of them. Raises ModelError."""
        where = self.directory or default_directory()
        if (key := f"model {where}") not in context.shared:
            try:
                context.shared[key] = Model.load(where)
            except ModelError as error:
                context.shared[key] = error
        if isinstance(context.shared[key], ModelError):
            raise context.shared[key]
        return Pool(context.shared[key])

    def why_unusable(self) -> tuple[str, str] | None:
        """A directory without a model that could be tried."""
        try:
            if self.directory is not None:
                read_pair(self.directory)
        except ModelError as error:
            return "directory", str(error)
        return None


class Pool:
    """Asks both, and remembers what was said at earlier marks of the batch."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._evidence = Evidence()
        self._fitted: Latest[CurveFit] = Latest()
        self._seen: Latest[tuple[Posterior, Array]] = Latest()
        self._rest: Latest[Rest] = Latest()
        self._paused: Latest[list[Pause]] = Latest()
        self._other: Latest[Quantiles] = Latest()

    @property
    def name(self) -> str:
        """Of the model, from its card."""
        return self.model.card.name

    def forecast(self, series: BatchSeries, at_h: float) -> Forecast:
        """What both expect. Raises OutOfDistribution."""
        past = series.until(at_h)
        curves, (expected,) = self._expected(*self._without_pauses(past, at_h), [past.planned_temp_c])
        answer = verdict(expected, past, at_h, self.name, then=self._expected_of, measured=self._measured(past, at_h))
        return answer if past.medium is not None else replace(answer, assumed=curves.likeliest)

    def what_if(self, series: BatchSeries, at_h: float, holds_c: Sequence[float]) -> list[Forecast]:
        """The same for each temperature; none without a measured one to compare with. Raises OutOfDistribution."""
        past = series.until(at_h)
        measured = self._measured(past, at_h)
        return [
            verdict(quantiles, past, at_h, self.name, then=self._expected_of, measured=measured)
            for quantiles in self._expected(*self._without_pauses(past, at_h), holds_c)[1]
        ]

    def _expected_of(self, earlier: BatchSeries, at_h: float) -> Quantiles:
        """What is expected of other readings of the same batch: up to when it came to a standstill, which is kept while
        it stands, or since sugar was added."""
        earlier, at_h = without_pauses(earlier, at_h)
        key = at_h, *_readings(earlier), earlier.told
        return self._other.of(key, lambda: self._of_both(earlier, at_h))

    def _of_both(self, earlier: BatchSeries, at_h: float) -> Quantiles:
        """By both, or by the curves alone where the batch was strange to the network then."""
        curves = fitted_curve.posterior(earlier, at_h)
        try:
            (network,) = network_quantiles(self.model, earlier, at_h, curves, [None])
        except OutOfDistribution:
            return curves
        return pooled(network, curves, self._evidence.share(self.model, earlier, at_h, curves, network), network)

    def _expected(
        self, past: BatchSeries, at_h: float, plans_c: Sequence[float | None]
    ) -> tuple[Posterior, list[Quantiles]]:
        """Of the curves, and of both for each temperature that is planned. Raises OutOfDistribution."""
        curves, row = self._looked_at(past, at_h)
        as_it_is, *planned = network_quantiles(self.model, past, at_h, curves, [None, *plans_c], row)
        share = self._evidence.share(self.model, past, at_h, curves, as_it_is)
        return curves, [pooled(network, curves, share, as_it_is) for network in planned]

    def _looked_at(self, past: BatchSeries, at_h: float) -> tuple[Posterior, Array]:
        """What curves and features make of the readings. A tank with a plan asks three times in a row, about a what-if
        once more, and only the temperature differs: the latest answer is kept."""
        return self._seen.of(
            (at_h, *_readings(past), past.told),
            lambda: (self._fit(past).at(at_h, lowest(past.sg)), self.model.row(past, at_h)),
        )

    def _measured(self, past: BatchSeries, at_h: float) -> Rest:
        """Kept like what was looked at: a plan changes nothing of it."""
        return self._rest.of((at_h, *_readings(past), past.told), lambda: Rest.of(past, at_h))

    def _without_pauses(self, past: BatchSeries, at_h: float) -> tuple[BatchSeries, float]:
        """What was found is kept until there are other readings to look at."""
        count = fitted_curve.looked_at(past.hours)
        key = past.hours[:count].tobytes(), past.sg[:count].tobytes()
        return without_pauses(past, at_h, self._paused.of(key, lambda: pauses(past.first(count))))

    def _fit(self, past: BatchSeries) -> CurveFit:
        """The curves', kept until they look at other readings."""
        count = fitted_curve.looked_at(past.hours)
        key = *_readings(past.first(count)), past.told
        return self._fitted.of(key, lambda: fitted_curve.fit(past))


def _readings(past: BatchSeries) -> tuple[bytes, bytes, bytes]:
    return past.hours.tobytes(), past.sg.tobytes(), past.temp_c.tobytes()
