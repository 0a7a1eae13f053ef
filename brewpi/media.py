"""What ferments: the media that are known, where a usual batch of each ends, and which moments of its fall are cues."""

from __future__ import annotations

from typing import Literal, get_args

Medium = Literal["beer", "wine", "cider", "mead"]
MEDIA: tuple[Medium, ...] = get_args(Medium)  # in this order among the model's features: a new one goes to the end

# Apparent attenuation of a usual finished batch; what a batch says of itself goes before it.
DEFAULT_ATTENUATION: dict[Medium, float] = {"beer": 0.77, "wine": 1.05, "cider": 1.02, "mead": 0.98}

REST_FRACTION = 0.75  # of the drop: the usual moment for a diacetyl rest or free rise
COMPLETE_ABOVE_TERMINAL = 0.002  # SG: where cellars call primary fermentation done, see `forecast/labels.py`
