"""The battery of a hydrometer that floats in the beer: told days before it falls silent, while it can be changed
between two batches, or the batch be followed by hand."""

from __future__ import annotations

from brewpi.alarms.rules.view import FINE, HOUR_S, UNKNOWN, AlarmCondition, View
from brewpi.sentences import Sentence

FRESH_S = 6 * HOUR_S  # hydrometers report every quarter of an hour, or hour
# One lithium cell (18650): at rest 4.2 V full, 3.7 V half; by 3.5 V a tenth is left (makers' discharge curves), and
# below 3.3 V the regulator of an ESP8266 drops out while it sends. Other voltages are of batteries of another kind.
LEAST_V, LOW_V, LOW_PCT = 2.5, 3.5, 15.0


def low(view: View) -> AlarmCondition:
    """Whether what it said last is close to its end."""
    volts = view.state.fresh("battery_v", view.now, FRESH_S)
    percent = view.state.fresh("battery_pct", view.now, FRESH_S)
    if volts is not None and LEAST_V <= volts <= LOW_V:
        text = Sentence("the hydrometer's battery is at {volts:.2f} V: it falls silent within days", volts=volts)
        return AlarmCondition(True, text, "warning")
    if percent is not None and percent <= LOW_PCT:
        text = Sentence("the hydrometer's battery is at {percent:.0f} %: it falls silent within days", percent=percent)
        return AlarmCondition(True, text, "warning")
    return UNKNOWN if volts is None and percent is None else FINE
