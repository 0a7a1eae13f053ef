"""Alarms about tanks that are taken for each other."""

from __future__ import annotations

from collections.abc import Mapping

from brewpi.alarms.entry import ALARM, CatalogueEntry

ENTRIES: Mapping[str, CatalogueEntry] = {
    "beer: swapped": CatalogueEntry(
        severity=ALARM,
        says="what heats and cools fv1 moves the beer probe of fv2 and not its own, and the reverse: ...",
        meanwhile="heating and cooling of both are off until `resume`; nothing is switched over",
        todo="Measure both beers by hand and compare with the board; hold each probe in the hand and see which reading "
             "rises; cross plugs, wells or topics back, then send resume to both tanks.",
        todo_in={
            "de": "Beide Biere von Hand messen und mit der Anzeige vergleichen; jeden Fühler in die Hand nehmen und "
                  "sehen, welche Anzeige steigt; Stecker, Hülsen oder Topics zurücktauschen, dann beide Tanks "
                  "fortsetzen.",
            "es": "Mida ambas cervezas a mano y compare con el tablero; tome cada sonda en la mano y mire qué lectura "
                  "sube; devuelva conectores, vainas o topics a su sitio y reanude ambos tanques.",
            "fr": "Mesurez les deux bières à la main et comparez avec l'affichage ; prenez chaque sonde en main "
                  "et voyez quelle lecture monte ; remettez fiches, doigts de gant ou topics, puis reprenez les deux "
                  "cuves.",
        },
        says_in={
            "what heats and cools {tank} moves the beer probe of {other} and not its own, and the reverse: are the two "
            "probes swapped?": {
                "de": "was {tank} heizt und kühlt, bewegt den Bierfühler von {other} und nicht den eigenen, und "
                      "umgekehrt: sind die beiden Fühler vertauscht?",
                "es": "lo que calienta y enfría {tank} mueve la sonda de cerveza de {other} y no la suya, y al revés: "
                      "¿están cambiadas las dos sondas?",
                "fr": "ce qui chauffe et refroidit {tank} fait bouger la sonde de bière de {other} et non la sienne, "
                      "et l'inverse : les deux sondes sont-elles interverties ?",
            },
            "the beer probe of {tank} went from {before_c:.1f} to {after_c:.1f} °C, where that of {other} was, and "
            "that one came here: are the two swapped?": {
                "de": "der Bierfühler von {tank} ging von {before_c:.1f} auf {after_c:.1f} °C, wo der von {other} war, "
                      "und jener kam hierher: sind die beiden vertauscht?",
                "es": "la sonda de cerveza de {tank} pasó de {before_c:.1f} a {after_c:.1f} °C, donde estaba la de "
                      "{other}, y aquella vino aquí: ¿están cambiadas?",
                "fr": "la sonde de bière de {tank} est passée de {before_c:.1f} à {after_c:.1f} °C, où était celle de "
                      "{other}, et celle-ci est venue ici : sont-elles interverties ?",
            },
        },
    ),
}
