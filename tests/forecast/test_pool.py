"""Network and curves together: in order, never narrower than the readings allow, and more of the curves when due."""

from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brewpi.forecast import fitted_curve, sampling
from brewpi.forecast.curve_bank import Posterior
from brewpi.forecast.evidence import Evidence, difference, marks, network_quantiles
from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.pool import Share, pooled, verdict
from brewpi.forecast.quantiles import Quantiles
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import CHECKOUT, Model
from brewpi.records import BatchSeries, SiteHistory


@pytest.fixture(scope="module")
def model():
    return Model.load(CHECKOUT)


def course(hours, sg, medium=None, temp_c=19.0):
    hours = np.asarray(hours, float)
    return BatchSeries(hours, np.asarray(sg, float), np.full(hours.size, temp_c), medium=medium)


def ale(step_h=12.0, until_h=240.0, half_h=45.0, og=1.050, final=1.010, steep=3.6):
    hours = np.arange(0.0, until_h, step_h)
    fallen = 1.0 / (1.0 + np.exp(-steep * (hours / half_h - 1.0)))
    start = 1.0 / (1.0 + np.exp(steep))
    return course(hours, np.round(og - (og - final) * (fallen - start) / (1.0 - start), 4))


def long_tail(step_h=0.5, until_h=400.0):
    """A strong ale: half of the drop in four days, done after a fortnight, no network's idea of an ale."""
    hours = np.arange(0.0, until_h, step_h)
    return course(hours, np.round(1.006 + 0.069 / (1.0 + (hours / 92.0) ** 2.2), 4))


def quantiles(low, middle, high):
    return Quantiles((low, middle, high), (0.5 * low, 0.5 * middle, 0.5 * high), (1.009, 1.010, 1.011), 0.01)


def curves(low, middle, high):
    said = quantiles(low, middle, high)
    return Posterior(said.remaining_h, said.rest_h, said.final_sg, media={"beer": 1.0}, media_at_temp={"beer": 1.0})


def test_no_share_is_the_network_and_all_of_it_the_curves():
    network, other = quantiles(10, 20, 30), curves(100, 200, 300)
    assert pooled(network, other, Share(0.0), network).remaining_h == pytest.approx(network.remaining_h)
    assert pooled(network, other, Share(1.0), network).remaining_h == pytest.approx(other.remaining_h)
    half = pooled(network, other, Share(0.5, later=1.5), network).remaining_h
    assert network.remaining_h[1] < half[1] < other.remaining_h[1]
    assert (np.diff(half) >= 0.0).all()


def test_what_a_warmer_plan_gains_it_gains_in_the_curves_too():
    unplanned, warm = quantiles(10, 20, 30), quantiles(8, 16, 24)
    share = Share(0.7)
    as_it_is = pooled(unplanned, curves(50, 90, 150), share, unplanned).remaining_h
    planned = pooled(warm, curves(50, 90, 150), share, unplanned).remaining_h
    assert all(warmer <= now for warmer, now in zip(planned, as_it_is, strict=True))


def test_the_same_moments_are_looked_back_to_whoever_asks_when():
    assert marks(7.0) == []
    assert set(marks(100.0)) & set(marks(110.0))
    for at_h in (9.0, 50.0, 333.0):
        assert all(0.35 * at_h < mark <= 0.75 * at_h for mark in marks(at_h)), marks(at_h)


def test_a_batch_that_leaves_the_networks_world_is_followed_by_the_curves(model):
    """The completion of a long tail moves later and later; the interval has to widen and follow."""
    beer = replace(long_tail(), medium="beer")
    evidence, moved = Evidence(), []
    for at_h in (150.0, 200.0):
        past = beer.until(at_h)
        said = fitted_curve.posterior(past, at_h)
        (network,) = network_quantiles(model, past, at_h, said, [None])
        moved.append(evidence.drift(model, past, at_h, said, network).most)
        share = evidence.share(model, past, at_h, said, network)
        assert share.curves > 0.3
    assert max(moved) > 0.7
    usual = ale(0.5).until(48.0)
    said = fitted_curve.posterior(usual, 48.0)
    assert evidence.share(model, usual, 48.0, said, network_quantiles(model, usual, 48.0, said, [None])[0]).curves < 0.2


class Remembers(Evidence):
    """Evidence of a batch whose network and curves said these hours of completion at every earlier mark."""

    def __init__(self, network_h, curves_h):
        super().__init__()
        self.bands = tuple(np.log([0.8 * h, h, 1.25 * h]) for h in (network_h, curves_h))

    def said(self, model, past, mark_h):
        return self.bands


def share_at_60(model, network_then_h, curves_then_h):
    """The share at hour 60, when network and curves, then of these, say 100 hours."""
    now, usual = quantiles(30, 40, 50), curves(30, 40, 50)
    return Remembers(network_then_h, curves_then_h).share(model, ale(0.5).until(60.0), 60.0, usual, now)


def test_curves_are_believed_where_the_network_moves_later_and_they_do_not_move_earlier(model):
    steady, moved = share_at_60(model, 100.0, 100.0), share_at_60(model, 83.0, 100.0)
    assert moved.curves > steady.curves + 0.3
    assert share_at_60(model, 83.0, 140.0).curves == steady.curves
    assert share_at_60(model, 83.0, 105.0).curves == pytest.approx(
        steady.curves + (moved.curves - steady.curves) * (1.0 + share_at(100.0, 105.0) / 0.3)
    )


def test_curves_that_are_sure_of_a_later_time_are_believed_as_far_as_the_network_moved_that_way(model):
    now, later = quantiles(30, 40, 50), curves(200, 300, 400)
    shares = [
        Remembers(then_h, 300.0).share(model, ale(0.5).until(60.0), 60.0, later, now).curves
        for then_h in (120.0, 110.0, 98.0, 96.0)
    ]
    assert shares[:2] == [0.0, 0.0]
    assert 0.0 < shares[2] < shares[3]


def test_a_model_that_a_site_has_taught_hears_the_curves_only_where_it_drifts(model):
    class Taught:
        forest = object()

    by_day = replace(curves(30, 40, 50), sampling=sampling.STAMPED, media={"beer": 0.5, "wine": 0.5})
    past, now = ale(24.0).until(60.0), quantiles(30, 40, 50)
    for network_then_h, least in ((100.0, 0.0), (86.0, 0.3)):
        then = Remembers(network_then_h, 100.0)
        untaught, taught = (then.share(one, past, 60.0, by_day, now).curves for one in (model, Taught()))
        assert taught == pytest.approx(untaught - 0.3)
        assert taught >= least


def test_who_named_the_medium_of_a_batch_read_by_day_hears_the_network_until_the_batch_speaks_against_it(model):
    steady, now, past = Remembers(100.0, 100.0), quantiles(30, 40, 50), ale(24.0).until(60.0)
    may_be_wine = replace(curves(30, 40, 50), sampling=sampling.STAMPED, media={"beer": 0.5, "wine": 0.5})
    surely_beer = replace(may_be_wine, media={"beer": 0.95, "wine": 0.05})
    assert steady.share(model, past, 60.0, may_be_wine, now).curves > 0.2
    assert steady.share(model, past, 60.0, surely_beer, now).curves == 0.0
    named = replace(past, medium="beer")
    assert steady.share(model, named, 60.0, may_be_wine, now).curves == 0.0
    assert Remembers(83.0, 100.0).share(model, named, 60.0, may_be_wine, now).curves > 0.3


def share_at(now_h, then_h):
    """Half-intervals by which a completion moved earlier, where an interval reached from 0.8 to 1.25 times."""
    return np.log((now_h + 0.1) / then_h) / np.log(1.25)


def test_what_moved_later_for_both_moves_on(model):
    assert share_at_60(model, 100.0, 100.0).onward == pytest.approx(0.0, abs=1e-3)
    both = share_at_60(model, 80.0, 90.0)
    assert both.onward == pytest.approx(0.1 * np.log(100.1 / 90.0), abs=1e-3)
    assert share_at_60(model, 80.0, 110.0).onward == 0.0
    as_it_is = pooled(quantiles(30, 40, 50), curves(30, 40, 50), replace(both, onward=0.0), quantiles(30, 40, 50))
    later = pooled(quantiles(30, 40, 50), curves(30, 40, 50), both, quantiles(30, 40, 50))
    assert np.log1p(later.remaining_h) - np.log1p(as_it_is.remaining_h) == pytest.approx(both.onward)


def test_where_nobody_named_the_medium_it_says_what_it_took_it_for(model):
    forecaster = TankForecaster(Pool(model))
    beer = forecaster.at(ale(), 60.0)
    assert beer.assumed.medium == "beer"
    assert beer.assumed.share > 0.8
    assert forecaster.at(replace(ale(), medium="beer"), 60.0).assumed is None
    must = ale(24.0, 600.0, 130.0, 1.092, 0.994, 3.0)
    assert forecaster.at(must, 144.0).assumed.medium == "wine"


def test_an_assumed_beer_is_forecast_as_a_beer(model):
    forecaster = TankForecaster(Pool(model))
    untold, said = forecaster.at(ale(), 60.0), forecaster.at(replace(ale(), medium="beer"), 60.0)
    assert untold.remaining_h.p50 == pytest.approx(said.remaining_h.p50, rel=0.05)
    assert untold.final_sg.p50 == pytest.approx(said.final_sg.p50, abs=0.0005)


def test_where_no_medium_is_clear_half_of_what_the_network_says_is_what_it_says_told_none(model):
    must, at_h = ale(24.0, 600.0, 130.0, 1.080, 0.998, 3.0).until(120.0), 120.0
    media = {"beer": 0.6, "wine": 0.4, "cider": 0.0, "mead": 0.0}
    unclear = replace(curves(30, 40, 50), media=media, media_at_temp=media)
    (said,) = network_quantiles(model, must, at_h, unclear, [None])
    beer, wine, none = (
        np.log1p(model.quantiles(replace(must, medium=medium), at_h).remaining_h) for medium in ("beer", "wine", None)
    )
    assert np.log1p(said.remaining_h) == pytest.approx(0.3 * beer + 0.2 * wine + 0.5 * none)
    clear = replace(unclear, media={"beer": 0.9, "wine": 0.1, "cider": 0.0, "mead": 0.0})
    assert np.log1p(network_quantiles(model, must, at_h, clear, [None])[0].remaining_h) == pytest.approx(beer)


def test_readings_are_looked_at_once_for_all_temperatures_and_anew_once_they_change(model, monkeypatch):
    beer = ale(0.5).until(48.0)
    planned = [replace(beer, planned_temp_c=planned_c, sg=beer.sg.copy()) for planned_c in (None, 22.0, 24.0)]
    corrected = beer.sg.copy()
    corrected[-1] -= 0.001
    others = [(replace(beer, sg=corrected), 48.0), (replace(beer, medium="wine"), 48.0), (beer, 48.5)]
    afresh = [Pool(model).forecast(asked, at_h) for asked, at_h in [*((one, 48.0) for one in planned), *others]]
    rows, fits, row, fit = [], [], model.row, fitted_curve.fit
    monkeypatch.setattr(model, "row", lambda past, at_h: rows.append(at_h >= 48.0) or row(past, at_h))
    monkeypatch.setattr(fitted_curve, "fit", lambda past: fits.append(past.until(47.9).hours.size) or fit(past))
    pool = Pool(model)
    assert [pool.forecast(asked, 48.0) for asked in planned] == afresh[:3]
    pool.what_if(beer, 48.0, [18.0, 20.0])
    assert (sum(rows), fits.count(96)) == (1, 1)
    assert [pool.forecast(asked, at_h) for asked, at_h in others] == afresh[3:]
    assert (sum(rows), fits.count(96)) == (1 + 3, 1 + 3)


@settings(max_examples=15, deadline=None)
@given(
    noise=st.lists(st.floats(-0.001, 0.001), min_size=120, max_size=240),
    corrected=st.sets(st.integers(100, 239), max_size=3),
    medium=st.sampled_from([None, "beer"]),
)
def test_what_a_tank_remembers_from_tick_to_tick_changes_no_forecast(model, noise, corrected, medium):
    """A reading a tick; now and then an earlier one is corrected."""
    pool, beer = Pool(model), ale(0.5)
    sg = beer.sg[: len(noise)] + noise
    for count in range(100, len(noise), 3):
        for place in corrected & set(range(count, count + 3)):
            sg[place - 60] += 0.002
        so_far = replace(beer.first(count), sg=sg[:count].copy(), medium=medium)
        at_h = float(so_far.hours[-1]) + 0.1
        assert pool.forecast(so_far, at_h) == Pool(model).forecast(so_far, at_h)


TOLD = {
    "og": 1.055, "medium": "wine", "expected_attenuation": 0.35, "style": "saison", "yeast": "belle saison",
    "brand": "Rousse #212", "planned_temp_c": 23.0, "site_history": SiteHistory(6, 200.0, 0.7, 60.0), "added_h": 30.0,
    "pitched_h": 36.0,
}  # fmt: skip


def test_every_fact_that_a_batch_may_be_told_is_tried_below():
    assert {each.name for each in fields(BatchSeries)} == {"hours", "sg", "temp_c", *TOLD}


@pytest.mark.parametrize("at_h", [60.0, 100.0, 236.0])
@pytest.mark.parametrize("fact", TOLD)
def test_what_is_told_or_corrected_during_a_batch_reaches_the_next_forecast(model, fact, at_h):
    """No other reading has come since, from which the curves would look again."""
    pool, beer = Pool(model), replace(ale(0.5).until(at_h), og=1.050, medium="beer", expected_attenuation=0.8)
    stopped = replace(beer, sg=np.maximum(beer.sg, 1.028))
    for so_far in (beer, stopped):
        told = replace(so_far, **{fact: TOLD[fact]})
        assert pool.forecast(so_far, at_h) == Pool(model).forecast(so_far, at_h)
        assert pool.forecast(told, at_h) == Pool(model).forecast(told, at_h)


def test_the_newest_of_many_readings_wait_for_the_curves_and_of_few_none_does():
    every_h = 0.25 * np.arange(5000)
    looked = [fitted_curve.looked_at(every_h[:count]) for count in (2, 60, 99, 100, 103, 104)]
    assert looked == [2, 60, 99, 100, 100, 104]
    assert all(0.95 * count < fitted_curve.looked_at(every_h[:count]) <= count for count in range(2, 5000, 7))


def test_none_waits_that_comes_long_after_the_others():
    logged_for_days_then_by_hand = np.concatenate((0.25 * np.arange(288), 72.0 + 12.0 * np.arange(1, 8)))
    assert fitted_curve.looked_at(logged_for_days_then_by_hand[:290]) == 290
    assert fitted_curve.looked_at(logged_for_days_then_by_hand) == 295


def test_what_floats_is_known_by_its_whole_points():
    hours = np.arange(0.0, 48.0, 0.25)
    assert sampling.sampling(course(hours, np.round(1.05 - 0.0004 * hours, 3))) == sampling.FLOATING
    assert sampling.sampling(course(hours, 1.05 - 0.0004 * hours)) == sampling.LOGGED
    assert sampling.sampling(course(24.0 * np.arange(4), [1.05, 1.04, 1.03, 1.02])) == sampling.STAMPED
    assert sampling.sampling(course([0, 11.5, 24, 36], [1.05, 1.0404, 1.03, 1.02])) == sampling.BY_HAND


@pytest.mark.parametrize("slow", [1.0, 1.3])
@pytest.mark.parametrize("final", [1.005, 1.008])
def test_a_sparse_hydrometer_with_a_slow_tail_may_take_days_longer(model, slow, final):
    """Read now and then in whole points; three quarters of the drop in two days, and then days for the rest."""
    hours = np.array([0, 8, 13, 15, 21, 26, 27, 31, 33, 36, 48, 54, 59, 74, 98, 181, 201, 340]) * slow
    quick = 1.0 / (1.0 + np.exp((hours - 30.0 * slow) / (4.5 * slow)))
    tail = np.exp(-hours / (55.0 * slow))
    beer = course(hours, np.round(final + 0.036 * quick + 0.009 * tail, 3))
    done_h = 55.0 * slow * np.log(0.009 / 0.002)
    said = TankForecaster(Pool(model)).at(beer, 49.0 * slow)
    assert said.remaining_h.p10 <= done_h - 49.0 * slow <= said.remaining_h.p90


def test_before_it_is_measured_flat_an_interval_has_a_width_and_nothing_is_done(model):
    beer = ale(12.0)
    forecaster = TankForecaster(Pool(model))
    for at_h in np.arange(12.0, 130.0, 6.0):
        band = forecaster.at(beer, float(at_h)).remaining_h
        if band.p90 > 0.0:
            assert band.p50 >= 1.5
            assert band.p90 - band.p50 >= 6.0


@pytest.mark.parametrize(("step_h", "hidden_h"), [(0.5, 0.2), (12.0, 4.8), (24.0, 9.6), (60.0, 9.6)])
def test_what_lies_between_two_readings_adds_to_the_interval(step_h, hidden_h):
    said = verdict(quantiles(10.0, 30.0, 60.0), ale(step_h).until(120.0), 120.0, "any").remaining_h
    assert said.p50 == 30.0
    assert said.p10 == pytest.approx(30.0 - np.hypot(20.0, hidden_h))
    assert said.p90 == pytest.approx(30.0 + np.hypot(30.0, hidden_h))


gravities = st.lists(st.floats(0.990, 1.110), min_size=2, max_size=40)


@settings(max_examples=40, deadline=None)
@given(sg=gravities, step_h=st.sampled_from([0.5, 8.0, 24.0]), medium=st.sampled_from([None, "beer", "mead"]))
def test_whatever_it_is_shown_the_answer_is_in_order(model, sg, step_h, medium):
    seen = course(np.arange(len(sg)) * step_h, sg, medium)
    said = TankForecaster(Pool(model)).at(seen, float(seen.hours[-1]) + 5.0)
    for band in (said.remaining_h, said.rest_h, said.final_sg):
        assert np.isfinite([band.p10, band.p50, band.p90]).all()
        assert band.p10 <= band.p50 <= band.p90


@settings(max_examples=25, deadline=None)
@given(sg=gravities, step_h=st.sampled_from([0.5, 24.0]), now_c=st.floats(8, 26))
def test_together_too_warmer_is_never_later(model, sg, step_h, now_c):
    seen = course(np.arange(len(sg)) * step_h, sg, "beer", now_c)
    forecaster, at_h = TankForecaster(Pool(model)), float(seen.hours[-1])
    said = [forecaster.at(replace(seen, planned_temp_c=now_c + by_c), at_h) for by_c in (-4.0, 0.0, 4.0)]
    for colder, warmer in pairwise(said):
        if colder.source == warmer.source == "model":
            assert warmer.remaining_h.p50 <= colder.remaining_h.p50 + 1e-6


def test_looking_back_twice_gives_the_same_answer(model):
    forecaster, beer = TankForecaster(Pool(model)), long_tail(2.0)
    first = forecaster.at(beer, 150.0)
    forecaster.at(ale(), 60.0)
    assert forecaster.at(beer, 150.0) == first == TankForecaster(Pool(model)).at(beer, 150.0)


def test_the_curves_are_later_by_half_intervals():
    assert difference(quantiles(10, 20, 30), curves(10, 20, 30)) == 0.0
    assert difference(quantiles(10, 20, 30), curves(60, 90, 150)) > 1.0
    assert difference(quantiles(60, 90, 150), curves(10, 20, 30)) < -1.0
