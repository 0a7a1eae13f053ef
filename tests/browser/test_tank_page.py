"""One tank, with its chart: what ECharts was given, and what stands on the canvas."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from rig import LiveSite, say, state

from brewpi.dashboard.views.chart import _day_or_hour
from brewpi.dashboard.views.formatting import View
from brewpi.mqtt.topics import iso

pytestmark = pytest.mark.browser
CHART = "() => { const e = document.querySelector('.b-chart'); return e && getElement(e.id.slice(1))?.chart; }"
OPTIONS = f"() => ({CHART})().getOption()"
# The colour of the canvas at a point that is given in the units of the axes.
COLOUR = f"""([series, x, y]) => {{
    const chart = ({CHART})();
    const [left, top] = chart.convertToPixel({{seriesIndex: series}}, [x, y]);
    const canvas = chart.getDom().querySelector('canvas'), scale = chart.getDevicePixelRatio();
    return [...canvas.getContext('2d').getImageData(left * scale, top * scale, 1, 1).data];
}}"""


def series_of(page: Page) -> dict[str, dict[str, Any]]:
    page.wait_for_function(CHART)
    found = {}
    for number, one in enumerate(page.evaluate(OPTIONS)["series"]):
        found.setdefault(one["name"], {**one, "number": number})
    return found


def test_the_chart_draws_the_batch_and_the_band_that_falls_to_terminal_gravity(
    site: LiveSite, visit: Callable[..., Page]
):
    page = visit(f"{site.board.url}/tank/riverside/fv3")
    series = series_of(page)
    measured, low, rise = series["gravity"]["data"], series["low"]["data"], series["80 % band"]["data"]
    assert len(measured) == 11
    assert measured[0][1] > measured[-1][1]
    assert low[0][0] == pytest.approx(measured[-1][0], abs=3 * 3600 * 1000)  # the band begins where the readings end
    widest = max(range(len(rise)), key=lambda n: rise[n][1])
    assert 0.0005 < rise[widest][1] < 0.02
    assert low[-1][1] < measured[-1][1]
    ((begins, ends),) = series["gravity"]["markArea"]["data"]
    assert measured[-1][0] < begins["xAxis"] < ends["xAxis"], "the completion window"

    x, bottom, height = low[widest][0], low[widest][1], rise[widest][1]
    number = series["low"]["number"]
    expect(page.locator(".b-chart canvas")).to_be_visible()
    inside = [page.evaluate(COLOUR, [number, x, bottom + part * height]) for part in (0.2, 0.8)]
    outside = [page.evaluate(COLOUR, [number, x, bottom + part * height]) for part in (-0.6, 1.6)]
    assert inside[0] == inside[1], "the band is one colour"
    assert all(colour != inside[0] for colour in outside), "and its surroundings are another"


def test_the_legend_lies_above_the_signs_of_what_happened_however_narrow_the_page(
    site: LiveSite, visit: Callable[..., Page]
):
    """Two lines of it on a phone."""
    page = visit(f"{site.board.url}/tank/riverside/fv3", locale="de-DE", viewport={"width": 390, "height": 844})
    bottom = f"""() => {{
        const chart = ({CHART})(), legend = chart.getModel().getComponent('legend');
        const group = chart.getViewOfComponentModel(legend).group;
        return group.y + group.getBoundingRect().height;
    }}"""
    page.wait_for_function(f"() => ({CHART})()?.getOption()?.series?.length")
    for width in (390, 1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_function(f"() => ({bottom})() <= ({CHART})().getOption().grid[2].top")
    assert page.evaluate(bottom) > 40.0, "the legend has two lines"


def test_the_chart_is_zoomed_to_the_last_day_and_back(site: LiveSite, visit: Callable[..., Page]):
    page = visit(f"{site.board.url}/tank/riverside/fv3")
    page.wait_for_function(CHART)

    def shown_h() -> float:
        axis = page.evaluate(OPTIONS)["xAxis"][0]
        return float(axis["max"] - axis["min"]) / 3.6e6

    whole_h = shown_h()
    assert whole_h > 60.0
    page.get_by_role("button", name="last day").click()
    page.wait_for_function(f"() => {{ const a = ({CHART})().getOption().xAxis[0]; return a.max - a.min < 1.1e8; }}")
    assert shown_h() == pytest.approx(30.0, abs=0.5)
    page.get_by_role("button", name="whole batch").click()
    page.wait_for_function(f"() => {{ const a = ({CHART})().getOption().xAxis[0]; return a.max - a.min > 2e8; }}")


def test_one_reading_is_drawn_on_an_axis_of_a_beer(site: LiveSite, visit: Callable[..., Page]):
    page = visit(f"{site.board.url}/tank/riverside/fv1")
    page.wait_for_function(CHART)
    low, high = page.evaluate(f"() => ({CHART})().getModel().getComponent('yAxis', 0).axis.scale.getExtent()")
    assert 0.9 < low < high < 1.2


APART = """([one, other]) => {
    const boxes = (selector) => [...document.querySelectorAll(selector)].flatMap((element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return [...range.getClientRects()];
    });
    const gaps = boxes(one).flatMap((a) => boxes(other).filter((b) => a.top < b.bottom && b.top < a.bottom)
        .map((b) => Math.max(a.left - b.right, b.left - a.right)));
    return gaps.length ? Math.min(...gaps) : null;
}"""
ENDS = {"p10": 30.0, "p50": 40.0, "p90": 50.0}


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_no_words_of_a_tank_lie_upon_others_on_a_phone(site: LiveSite, visit: Callable[..., Page], language: str):
    """What the outputs do stands beside the batch, a forecast of before beside how it turned out."""
    now = time.time()
    topic = "brewpi/annex/fv1"
    batch = {"id": "a", "name": "il " * 25, "medium": "beer", "started_at": iso(now - 172_800.0)}
    say(site.broker, f"{topic}/state", state(now, phase="fermenting", batch=batch))
    complete = {name: iso(now + 3600.0 * h) for name, h in (("p10", 40.0), ("p50", 50.0), ("p90", 60.0))}
    forecast = {"at": iso(now), "expires_at": iso(now + 3600.0), "source": "model", "complete_at": complete}
    say(site.broker, f"{topic}/forecast", forecast)
    earlier = [{"at_h": h, "complete_h": ENDS, "hours": [], "sg": []} for h in (2.0, 26.0)]
    measured = {"hours": [0.0, 47.0], "sg": [1.05, 1.03], "beer_c": [19.0, 19.0]}
    say(site.broker, f"{topic}/curve", {"started_at": iso(now - 172_800.0), "measured": measured, "earlier": earlier})
    locale = {"en": "en-GB"}.get(language, language)
    page = visit(f"{site.board.url}/tank/annex/fv1", viewport={"width": 390, "height": 844}, locale=locale)
    expect(page.locator(".b-outs")).to_be_visible()
    beside = page.evaluate(APART, [".b-outs .b-out", ".b-batch"])
    assert beside is None or beside >= 4.0
    page.locator(".b-tabs button").last.click()
    expect(page.locator(".b-lanes").last).to_be_visible()
    assert page.evaluate(APART, [".b-lanes tbody th", ".b-lanes td:last-child"]) >= 4.0
    for name in ("state", "forecast", "curve"):
        say(site.broker, f"{topic}/{name}", "")


def test_an_hour_that_the_night_has_twice_bears_the_name_of_its_time(browser: Browser):
    page = browser.new_page(timezone_id="Europe/Berlin")
    at_ms = 1_792_886_400_000.0  # 25 October 2026, 00:00 UTC
    names = [page.evaluate(_day_or_hour(View(language="de")), at_ms + 1_800_000.0 * half) for half in range(-3, 5)]
    page.close()
    assert names[:2] == ["00:30", "01:00"]
    assert [name.split()[0] for name in names[3:]] == ["02:00", "02:30", "02:00", "02:30", "03:00"]
    assert len(set(names)) == len(names)
