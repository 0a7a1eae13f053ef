"""Alarms about the hydrometer itself."""

from __future__ import annotations

from collections.abc import Mapping

from brewpi.alarms.entry import WARNING, CatalogueEntry
from brewpi.alarms.rules import battery
from brewpi.alarms.rules.view import HOUR_S

ENTRIES: Mapping[str, CatalogueEntry] = {
    "gravity: battery": CatalogueEntry(
        severity=WARNING, says="the hydrometer's battery is at 3.45 V: it falls silent within days",
        meanwhile="goes on",
        todo="Charge or change it between two batches; until then plan readings by hand for the day it falls silent.",
        todo_in={
            "de": "Zwischen zwei Suden laden oder wechseln; bis dahin Messungen von Hand für den Tag einplanen, an dem "
                  "es verstummt.",
            "es": "Cárguela o cámbiela entre dos lotes; hasta entonces prevea medidas a mano para el día en que calle.",
            "fr": "Rechargez-la ou changez-la entre deux brassins ; d'ici là, prévoyez des mesures à la main pour le "
                  "jour où il se taira.",
        },
        says_in={
            "the hydrometer's battery is at {volts:.2f} V: it falls silent within days": {
                "de": "die Batterie des Hydrometers hat {volts:.2f} V: es verstummt in Tagen",
                "es": "la batería del hidrómetro está a {volts:.2f} V: callará en días",
                "fr": "la batterie du densimètre est à {volts:.2f} V : il se taira dans quelques jours",
            },
            "the hydrometer's battery is at {percent:.0f} %: it falls silent within days": {
                "de": "die Batterie des Hydrometers hat {percent:.0f} %: es verstummt in Tagen",
                "es": "la batería del hidrómetro está al {percent:.0f} %: callará en días",
                "fr": "la batterie du densimètre est à {percent:.0f} % : il se taira dans quelques jours",
            },
        },
        rule=battery.low, raise_s=HOUR_S, clear_s=HOUR_S,
    ),
}
