"""Alarms about doses and the drain."""

from __future__ import annotations

from collections.abc import Mapping

from brewpi.alarms.entry import ALARM, EITHER, CatalogueEntry
from brewpi.alarms.rules import switch_rules

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
        severity=EITHER, says="drain aborted after 212 s: vent: the switch says no; ...",
        meanwhile="the valve is told to close; a warning if it was never opened",
        todo="Look at valve, vent and receiver before you arm the drain again.",
        todo_in={
            "de": "Ventil, Entlüftung und Zieltank ansehen, bevor der Ablass wieder scharf gemacht wird.",
            "es": "Mire válvula, venteo y receptor antes de volver a armar el drenaje.",
            "fr": "Regardez vanne, évent et réceptacle avant de réarmer la vidange.",
        },
        says_in={
            "drain {reason}; the valve is told to close, look whether it has": {
                "de": "Ablassen {reason}; das Ventil soll schließen, nachsehen, ob es zu ist",
                "es": "vaciado {reason}; la válvula tiene orden de cerrar, mire si ha cerrado",
                "fr": "vidange {reason} ; la vanne a l'ordre de fermer, regardez si elle est fermée",
            },
            "drain {reason}; the valve was not opened": {
                "de": "Ablassen {reason}; das Ventil wurde nicht geöffnet",
                "es": "vaciado {reason}; la válvula no se abrió",
                "fr": "vidange {reason} ; la vanne n'a pas été ouverte",
            },
        },
    ),
    "drain: leaks": CatalogueEntry(
        severity=ALARM, says="the flow switch says that it flows, and the drain is told to be shut: ...",
        meanwhile="nothing: the drain is told to be shut already",
        todo="Close the valve by hand, and look where it flows to; then look at valve and flow switch.",
        todo_in={
            "de": "Das Ventil von Hand schließen und nachsehen, wohin es fließt; dann Ventil und Schalter prüfen.",
            "es": "Cierre la válvula a mano y mire adónde fluye; luego revise la válvula y el interruptor.",
            "fr": "Fermez la vanne à la main et regardez où cela coule ; puis vérifiez vanne et contacteur.",
        },
        says_in={
            "the flow switch says that it flows, and the drain is told to be shut: is it stuck?": {
                "de": "der Strömungsschalter meldet Durchfluss, und der Ablass soll zu sein: klemmt er?",
                "es": "el interruptor de caudal indica paso, y el drenaje debería estar cerrado: ¿está atascado?",
                "fr": "le contacteur de débit signale un passage, et la vidange devrait être fermée : coincée ?",
            },
        },
        rule=switch_rules.leaks, raise_s=120.0, clear_s=600.0,
    ),
    "drain: emptied": CatalogueEntry(
        severity=ALARM, says="the level switch says that the tank is empty, and the drain is told to be shut: ...",
        meanwhile="nothing: the drain is told to be shut already",
        todo="If you have drained it, end the batch. Else close the valve by hand, and look where the beer went.",
        todo_in={
            "de": "Wer ihn selbst abgelassen hat, beendet den Sud. Sonst das Ventil von Hand schließen und nachsehen, "
                  "wohin das Bier lief.",
            "es": "Si lo ha vaciado usted, termine el lote. Si no, cierre la válvula a mano y mire adónde fue la "
                  "cerveza.",
            "fr": "Si vous l'avez vidée, terminez le brassin. Sinon fermez la vanne à la main et regardez où la bière "
                  "est allée.",
        },
        says_in={
            "the level switch says that the tank is empty, and the drain is told to be shut: drained by hand, or does"
            " the valve leak?": {
                "de": "der Füllstandsschalter meldet den Tank leer, und der Ablass soll zu sein: von Hand abgelassen, "
                      "oder ist das Ventil undicht?",
                "es": "el interruptor de nivel indica tanque vacío, y el drenaje debería estar cerrado: ¿vaciado a "
                      "mano, o pierde la válvula?",
                "fr": "le capteur de niveau dit la cuve vide, et la vidange devrait être fermée : vidée à la main, ou "
                      "la vanne fuit-elle ?",
            },
        },
    ),
    "tank: vacuum": CatalogueEntry(
        severity=ALARM, says="the tank is under vacuum: top pressure -0.08 bar",
        meanwhile="nothing is drained",
        todo="Let air or gas in at the top at once, slowly, before the tank folds; then look at vent and its filter.",
        todo_in={
            "de": "Sofort, aber langsam oben Luft oder Gas einlassen, bevor der Tank einfällt; dann Entlüftung und "
                  "Filter ansehen.",
            "es": "Deje entrar ya, despacio, aire o gas por arriba, antes de que el tanque colapse; luego mire venteo "
                  "y filtro.",
            "fr": "Laissez tout de suite entrer, doucement, de l'air ou du gaz par le haut avant que la cuve ne "
                  "s'écrase ; puis regardez l'évent et son filtre.",
        },
        says_in={
            "the tank is under vacuum: top pressure {top_bar:.2f} bar": {
                "de": "im Tank ist Unterdruck: Kopfdruck {top_bar:.2f} bar",
                "es": "el tanque está en vacío: presión {top_bar:.2f} bar",
                "fr": "la cuve est en dépression : {top_bar:.2f} bar",
            },
        },
        rule=switch_rules.vacuum, raise_s=60.0, clear_s=600.0,
    ),
}  # fmt: skip
