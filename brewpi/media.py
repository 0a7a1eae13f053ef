"""What ferments: the media that are known, where a usual batch of each ends, and which moments of its fall are cues."""

from __future__ import annotations

import re
from typing import Literal, get_args

Medium = Literal["beer", "wine", "cider", "mead"]
MEDIA: tuple[Medium, ...] = get_args(Medium)  # in this order among the model's features: a new one goes to the end

# Apparent attenuation of a usual finished batch; what a batch says of itself goes before it.
DEFAULT_ATTENUATION: dict[Medium, float] = {"beer": 0.77, "wine": 1.05, "cider": 1.02, "mead": 0.98}

REST_FRACTION = 0.75  # of the drop: the usual moment for a diacetyl rest or free rise
COMPLETE_ABOVE_TERMINAL = 0.002  # SG: where cellars call primary fermentation done, see `forecast/labels.py`
WATER_SG = 1.006  # below it nothing was brewed: rinse water

# What people call a batch of each, in the names of files and beers.
_CALLED: dict[Medium, str] = {
    "beer": "ale altbier beer bier biere bière bitter bock cerveja cerveza cervisia dipa dubbel gose hefeweizen"
    " helles ipa kellerbier kolsch kölsch lager lambic märzen neipa pils pilsener pilsner pivo piwo porter"
    " saison stout tripel weissbier weizen witbier øl öl пиво ビール 啤酒 맥주",
    "wine": "cabernet chardonnay grenache malbec merlot pinot primitivo riesling rioja sangiovese sauvignon"
    " semillon shiraz silvaner spätburgunder syrah tempranillo veltliner vin vinho vino vins wein wijn"
    " wine wino zinfandel вино ワイン 葡萄酒 와인",
    "cider": "apfelwein cider ciders cidre cyder jabłecznik perry poire poiré sagardo sidra сидр シードル 苹果酒",
    "mead": "bochet braggot cyser hidromel hidromiel hydromel idromele mead meads medovina melomel metheglin miód"
    " mjöd mjød pyment медовуха ミード 蜂蜜酒",
}


def named_medium(name: str) -> Medium | None:
    """The medium whose words stand in the name of a file or batch; None where none does, or those of several, as in
    "Cider House Pale Ale". A name is no statement: it may be asked about, and is never acted on."""
    parted = re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])", " ", name)
    words = set(re.findall(r"[^\W\d_]+", parted.casefold()))
    found = [medium for medium, called in _CALLED.items() if not words.isdisjoint(called.split())]
    return found[0] if len(found) == 1 else None
