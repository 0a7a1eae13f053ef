"""Alarms about heat that goes in and does not show."""

from __future__ import annotations

from collections.abc import Mapping

from brewpi.alarms.entry import ALARM, LINGER_S, CatalogueEntry

ENTRIES: Mapping[str, CatalogueEntry] = {
    "beer: balance": CatalogueEntry(
        severity=ALARM,
        says="heat that went in does not show: the beer may be ... °C warmer than its probe reads, ...",
        meanwhile="goes on; from 3 °C on that output is off until `resume`",
        todo="Measure the beer by hand at once: a probe that drifts is replaced, its well dried. Where the probe is "
             "right, look for a draught, an open lid, the other side's valve; then send resume.",
        todo_in={
            "de": "Das Bier sofort von Hand messen: ein Fühler, der driftet, wird ersetzt, seine Hülse getrocknet. "
                  "Stimmt der Fühler, nach Zugluft, offenem Deckel und dem Ventil der anderen Seite sehen; dann "
                  "fortsetzen.",
            "es": "Mida la cerveza a mano enseguida: una sonda que deriva se cambia y su vaina se seca. Si la sonda es "
                  "correcta, busque corriente de aire, tapa abierta o la válvula del otro lado; luego reanude.",
            "fr": "Mesurez tout de suite la bière à la main : une sonde qui dérive se remplace, son doigt de gant se "
                  "sèche. Si la sonde est juste, cherchez courant d'air, couvercle ouvert ou vanne de l'autre côté ; "
                  "puis reprenez.",
        },
        says_in={
            "heat that went in does not show: the beer may be {missing_delta_c:.1f} °C warmer than its probe reads, or "
            "draught or an open lid takes the heat; measure by hand": {
                "de": "Wärme, die hineinging, zeigt sich nicht: das Bier ist vielleicht {missing_delta_c:.1f} °C "
                      "wärmer, als sein Fühler zeigt, oder Zugluft oder ein offener Deckel nimmt sie; von Hand messen",
                "es": "el calor que entró no se nota: la cerveza puede estar {missing_delta_c:.1f} °C más caliente de "
                      "lo que marca su sonda, o se lo lleva una corriente o una tapa abierta; mida a mano",
                "fr": "la chaleur fournie ne se voit pas : la bière est peut-être {missing_delta_c:.1f} °C plus chaude "
                      "que ne dit sa sonde, ou un courant d'air ou un couvercle ouvert la prend ; mesurez à la main",
            },
            "heat that went in does not show: the beer may be {missing_delta_c:.1f} °C warmer than its probe reads, "
            "heating is off; measure by hand, then resume": {
                "de": "Wärme, die hineinging, zeigt sich nicht: das Bier ist vielleicht {missing_delta_c:.1f} °C "
                      "wärmer, als sein Fühler zeigt, das Heizen ist aus; von Hand messen, dann freigeben",
                "es": "el calor que entró no se nota: la cerveza puede estar {missing_delta_c:.1f} °C más caliente de "
                      "lo que marca su sonda, el calor está apagado; mida a mano, luego reanude",
                "fr": "la chaleur fournie ne se voit pas : la bière est peut-être {missing_delta_c:.1f} °C plus chaude "
                      "que ne dit sa sonde, le chauffage est coupé ; mesurez à la main, puis reprenez",
            },
            "cooling does not show: the beer may be {missing_delta_c:.1f} °C colder than its probe reads, or sun or an "
            "open door warms it; measure by hand": {
                "de": "Kühlen zeigt sich nicht: das Bier ist vielleicht {missing_delta_c:.1f} °C kälter, als sein "
                      "Fühler zeigt, oder Sonne oder eine offene Tür wärmt es; von Hand messen",
                "es": "el frío no se nota: la cerveza puede estar {missing_delta_c:.1f} °C más fría de lo que marca su "
                      "sonda, o la calienta el sol o una puerta abierta; mida a mano",
                "fr": "le froid ne se voit pas : la bière est peut-être {missing_delta_c:.1f} °C plus froide que ne "
                      "dit sa sonde, ou le soleil ou une porte ouverte la réchauffe ; mesurez à la main",
            },
            "cooling does not show: the beer may be {missing_delta_c:.1f} °C colder than its probe reads, cooling is "
            "off; measure by hand, then resume": {
                "de": "Kühlen zeigt sich nicht: das Bier ist vielleicht {missing_delta_c:.1f} °C kälter, als sein "
                      "Fühler zeigt, das Kühlen ist aus; von Hand messen, dann freigeben",
                "es": "el frío no se nota: la cerveza puede estar {missing_delta_c:.1f} °C más fría de lo que marca su "
                      "sonda, el frío está apagado; mida a mano, luego reanude",
                "fr": "le froid ne se voit pas : la bière est peut-être {missing_delta_c:.1f} °C plus froide que ne "
                      "dit sa sonde, le froid est coupé ; mesurez à la main, puis reprenez",
            },
        },
        linger_s=LINGER_S,
    ),
}  # fmt: skip
