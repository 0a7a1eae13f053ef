"""Alarms about doses and the drain."""

from __future__ import annotations

from collections.abc import Mapping

from brewpi.alarms import switch_rules
from brewpi.alarms.entry import ALARM, CatalogueEntry

ENTRIES: Mapping[str, CatalogueEntry] = {
    "dose: {dose}": CatalogueEntry(
        severity=ALARM, says="dose 2 of 409 ml is uncertain: ...",
        meanwhile="not repeated, for the whole batch",
        todo="Measure what is left in the bottle; never give this dose again before you know.",
        todo_in={
            "de": "Messen, was noch in der Flasche ist; diese Dosis nie wiederholen, bevor das klar ist.",
            "es": "Mida lo que queda en la botella; no repita esta dosis antes de saberlo.",
            "fr": "Mesurez ce qui reste dans la bouteille ; ne redonnez jamais cette dose avant de savoir.",
        },
        says_in={
            "dose {number} of {volume_ml:.0f} ml is uncertain: brewpi stopped while it was given; it counts as "
            "given and is not repeated, look at the bottle": {
                "de": "Dosis {number} von {volume_ml:.0f} ml ist ungewiss: brewpi hielt an, während sie lief; sie "
                      "zählt als gegeben und wird nicht wiederholt, in die Flasche sehen",
                "es": "la dosis {number} de {volume_ml:.0f} ml es incierta: brewpi se paró mientras se daba; cuenta"
                      " como dada y no se repite, mire la botella",
                "fr": "la dose {number} de {volume_ml:.0f} ml est incertaine : brewpi s'est arrêté pendant qu'elle "
                      "coulait ; elle compte comme donnée et n'est pas répétée, regardez la bouteille",
            },
        },
    ),
    "dose: not given": CatalogueEntry(
        severity=ALARM, says="dose 2 is not given: it cannot be written down first",
        meanwhile="no dose",
        todo="Check pump, hose, bottle and disk; give the dose by hand and record it with the command dose.",
        todo_in={
            "de": "Pumpe, Schlauch, Flasche und Speicher prüfen; die Dosis von Hand geben und eintragen.",
            "es": "Revise bomba, tubo, botella y disco; dé la dosis a mano y anótela.",
            "fr": "Vérifiez pompe, tuyau, bouteille et disque ; donnez la dose à la main et notez-la.",
        },
    ),
    "drain: aborted": CatalogueEntry(
        severity=ALARM, says="drain aborted after 212 s: vent: the switch says no; ...",
        meanwhile="the valve is closed",
        todo="Look at valve, vent and receiver before you arm the drain again.",
        todo_in={
            "de": "Ventil, Entlüftung und Zieltank ansehen, bevor der Ablass wieder scharf gemacht wird.",
            "es": "Mire válvula, venteo y receptor antes de volver a armar el drenaje.",
            "fr": "Regardez vanne, évent et réceptacle avant de réarmer la vidange.",
        },
        says_in={
            "drain {reason}; the valve is closed, look at the tank": {
                "de": "Ablassen {reason}; das Ventil ist zu, nach dem Tank sehen",
                "es": "vaciado {reason}; la válvula está cerrada, revise el tanque",
                "fr": "vidange {reason} ; la vanne est fermée, regardez la cuve",
            },
        },
    ),
    "drain: leaks": CatalogueEntry(
        severity=ALARM, says="the flow switch says that it flows, and the drain is shut: ...",
        meanwhile="nothing: the drain is shut already",
        todo="Close the valve by hand, and look where it flows to; then look at valve and flow switch.",
        todo_in={
            "de": "Das Ventil von Hand schließen und nachsehen, wohin es fließt; dann Ventil und Schalter prüfen.",
            "es": "Cierre la válvula a mano y mire adónde fluye; luego revise la válvula y el interruptor.",
            "fr": "Fermez la vanne à la main et regardez où cela coule ; puis vérifiez vanne et contacteur.",
        },
        says_in={
            "the flow switch says that it flows, and the drain is shut: does it leak?": {
                "de": "der Strömungsschalter meldet Durchfluss, und der Ablass ist zu: ist er undicht?",
                "es": "el interruptor de caudal indica paso, y el drenaje está cerrado: ¿pierde?",
                "fr": "le contacteur de débit signale un passage, et la vidange est fermée : fuit-elle ?",
            },
        },
        rule=switch_rules.leaks, raise_s=120.0, clear_s=600.0,
    ),
}  # fmt: skip
