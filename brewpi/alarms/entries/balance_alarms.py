"""Alarms about heat that goes in and does not show, and about a room that shows in the beer."""

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
    "beer: room": CatalogueEntry(
        severity=ALARM,
        says="the beer temperature does at once what the room does (95 % of it), which no beer does: ...",
        meanwhile="goes on; from 60 % on heating and cooling are off until `resume`",
        todo="Measure the beer by hand; push the probe all the way into its well, with paste or water around it, and "
             "insulate what looks out; then send resume.",
        todo_in={
            "de": "Das Bier von Hand messen; den Fühler ganz in seine Hülse schieben, mit Paste oder Wasser darum, und "
                  "dämmen, was herausschaut; dann fortsetzen.",
            "es": "Mida la cerveza a mano; meta la sonda hasta el fondo de su vaina, con pasta o agua alrededor, y "
                  "aísle lo que sobresale; luego reanude.",
            "fr": "Mesurez la bière à la main ; enfoncez la sonde au fond de son doigt de gant, avec de la pâte ou de "
                  "l'eau autour, et isolez ce qui dépasse ; puis reprenez.",
        },
        says_in={
            "the beer temperature does at once what the room does ({share_pct:.0f} % of it), which no beer does: "
            "heating and cooling are off; put the probe back into its well, then resume": {
                "de": "die Biertemperatur macht sofort mit, was der Raum macht ({share_pct:.0f} % davon), was kein "
                      "Bier tut: Heizen und Kühlen sind aus; den Fühler zurück in seine Hülse stecken, dann freigeben",
                "es": "la temperatura de la cerveza hace enseguida lo que hace la sala ({share_pct:.0f} %), como "
                      "ninguna cerveza: calor y frío están apagados; devuelva la sonda a su vaina, luego reanude",
                "fr": "la température de la bière suit aussitôt la pièce ({share_pct:.0f} %), ce que ne fait aucune "
                      "bière : chauffage et froid sont coupés ; remettez la sonde dans son doigt de gant, puis "
                      "reprenez",
            },
            "the beer temperature does at once a part of what the room does ({share_pct:.0f} % of it), which no beer "
            "does: is the probe all the way in its well?": {
                "de": "die Biertemperatur macht sofort einen Teil von dem mit, was der Raum macht ({share_pct:.0f} % "
                      "davon), was kein Bier tut: steckt der Fühler ganz in seiner Hülse?",
                "es": "la temperatura de la cerveza hace enseguida una parte de lo que hace la sala "
                      "({share_pct:.0f} %), como ninguna cerveza: ¿está la sonda hasta el fondo de su vaina?",
                "fr": "la température de la bière suit aussitôt une partie de ce que fait la pièce "
                      "({share_pct:.0f} %), ce que ne fait aucune bière : la sonde est-elle au fond de son doigt de "
                      "gant ?",
            },
        },
        linger_s=LINGER_S,
    ),
}  # fmt: skip
