"""Whether a dose may be pumped: caps and permissives of one tank. Knows no recipe; who wishes is `nutrients.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict, Field

from brewpi.estimation.gravity import HALF, alcohol_pct, fermentable_fraction_consumed
from brewpi.estimation.trusted import trusted
from brewpi.records import Alarm, Dose, DoseRequest, TankState
from brewpi.sentences import Sentence

DAY_S = 86_400.0


class Dosing(BaseModel):
    """`[tanks.<name>.dosing]`: what is in the bottle, and what no recipe and no operator gets past."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    solution_mg_ml: float = Field(gt=0.0, le=500.0, description="assimilable nitrogen in the bottle, mg for each ml")
    max_ml_per_dose: float = Field(gt=0.0, le=100_000.0, description="a larger dose is refused")
    max_ml_per_day: float = Field(gt=0.0, le=200_000.0, description="in any 24 hours, whatever the batch")
    max_mg_l_per_batch: float = Field(
        default=300.0, gt=0.0, le=400.0, description="nitrogen for each litre; 300-350 is the usual ceiling"
    )
    max_alcohol_pct: float = Field(default=9.0, gt=0.0, le=12.0, description="none above; % by volume")
    fresh_h: float = Field(default=2.0, gt=0.0, le=24.0, description="a gravity older than this does not count")
    beer: bool = Field(default=False, description="beer brings its own nitrogen: dosed only where this is true")


class DoseGate:
    """The last word on doses of one tank. Without `[dosing]` nothing is ever dosed."""

    def __init__(self, limits: Dosing | None) -> None:
        self.limits = limits

    def permit(self, request: DoseRequest | None, state: TankState, now: float) -> tuple[DoseRequest | None, str]:
        """The dose if it may be given now, else None; and why. Asked again at every tick while it is given."""
        if request is None:
            return None, ""
        for reason in self._forbids(request, state, now):
            return None, Sentence("dose {number}: {reason}", number=str(request.number or "extra"), reason=reason)
        return request, request.why

    def _forbids(self, request: DoseRequest, state: TankState, now: float) -> Iterator[str]:
        """The gravest reason first."""
        limits = self.limits
        if limits is None:
            yield Sentence("this tank has no [dosing] in its config")
            return
        known = {dose.id: dose for dose in state.doses}
        if request.id in known and known[request.id].standing != "intended":
            yield Sentence("is {standing} already and never repeated", standing=known[request.id].standing)
        if state.batch is None:
            yield Sentence("no batch is in this tank")
        elif (state.batch.medium or "beer") == "beer" and not limits.beer:
            yield Sentence("beer is not dosed here")
        if trusted(state, "sg", now, limits.fresh_h * 3600.0) is None:
            yield Sentence("needs a fresh gravity, at most {fresh_h:g} h old", fresh_h=limits.fresh_h)
        gone = fermentable_fraction_consumed(state, now, limits.fresh_h)
        if gone is not None and gone > HALF:
            yield Sentence("{gone:.0%} of the sugar are gone, none after half of it", gone=gone)
        alcohol = alcohol_pct(state, now, limits.fresh_h)
        if alcohol is not None and alcohol > limits.max_alcohol_pct:
            yield Sentence(
                "{alcohol_pct:.1f} % alcohol, none above {most_pct:g} %",
                alcohol_pct=alcohol, most_pct=limits.max_alcohol_pct,
            )  # fmt: skip
        yield from self._over_caps(request, state, limits, now)

    @staticmethod
    def _over_caps(request: DoseRequest, state: TankState, limits: Dosing, now: float) -> Iterator[str]:
        others = [dose for dose in state.doses if dose.id != request.id]
        day_ml = sum(dose.counted_ml for dose in (*others, *state.doses_before) if now - dose.at < DAY_S)
        batch_mg_l = sum(_nitrogen_mg_l(dose.volume_ml, dose.nitrogen_mg_l, dose.counted_ml) for dose in others)
        if request.volume_ml > limits.max_ml_per_dose:
            yield Sentence(
                "{volume_ml:.0f} ml is more than {most_ml:g} ml, the most for one",
                volume_ml=request.volume_ml, most_ml=limits.max_ml_per_dose,
            )  # fmt: skip
        if day_ml + request.volume_ml > limits.max_ml_per_day:
            yield Sentence(
                "{day_ml:.0f} ml were given within a day, {most_ml:g} ml are the most",
                day_ml=day_ml, most_ml=limits.max_ml_per_day,
            )  # fmt: skip
        if batch_mg_l + request.nitrogen_mg_l > limits.max_mg_l_per_batch + 1e-6:
            yield Sentence(
                "{batch_mg_l:.0f} mg/L nitrogen were given, {most_mg_l:g} are the most for a batch",
                batch_mg_l=batch_mg_l, most_mg_l=limits.max_mg_l_per_batch,
            )  # fmt: skip

    def alarms(self, state: TankState) -> list[Alarm]:
        """Doses of which nobody knows how much went in."""
        return [
            Alarm(
                f"dose: {dose.id}",
                "alarm",
                Sentence(
                    "dose {number} of {volume_ml:.0f} ml is uncertain: brewpi stopped while it was given; it counts as"
                    " given and is not repeated, look at the bottle",
                    number=dose.number,
                    volume_ml=dose.volume_ml,
                ),
                dose.at,
            )
            for dose in state.doses
            if dose.standing == "uncertain"
        ]


def lately(doses: Iterable[Dose]) -> tuple[Dose, ...]:
    """Those that may still count for the day: at most a day older than the newest."""
    kept = tuple(doses)
    newest = max((dose.at for dose in kept), default=0.0)
    return tuple(dose for dose in kept if newest - dose.at < DAY_S)


def _nitrogen_mg_l(volume_ml: float, nitrogen_mg_l: float, counted_ml: float) -> float:
    return nitrogen_mg_l * counted_ml / volume_ml if volume_ml > 0.0 else nitrogen_mg_l
