"""Alarms about what measures."""

from __future__ import annotations

from collections.abc import Mapping

from brewpi.alarms.entry import ALARM, EITHER, LINGER_S, WARNING, CatalogueEntry
from brewpi.alarms.rules import moved_probe, probe_rules, restless_probe
from brewpi.alarms.rules.view import HOUR_S

ENTRIES: Mapping[str, CatalogueEntry] = {
    "beer: unknown": CatalogueEntry(
        severity=ALARM, says="no beer temperature (...): heating and cooling are off, check the probe",
        meanwhile="neither heats nor cools; the bracket says what was last heard",
        todo="Check the beer probe, its cable and plug; measure by hand, nothing heats or cools meanwhile.",
        todo_in={
            "de": "Den Bierfühler, sein Kabel und seinen Stecker prüfen; von Hand messen, solange heizt und kühlt "
                  "nichts.",
            "es": "Revise la sonda de cerveza, su cable y su conector; mida a mano, mientras tanto nada calienta ni"
                  " enfría.",
            "fr": "Vérifiez la sonde de bière, son câble et sa fiche ; mesurez à la main, rien ne chauffe ni ne "
                  "refroidit en attendant.",
        },
        says_in={
            "no beer temperature ({reason}): heating and cooling are off, check the probe": {
                "de": "keine Biertemperatur ({reason}): Heizen und Kühlen sind aus, Fühler prüfen",
                "es": "sin temperatura de la cerveza ({reason}): calor y frío apagados, revise la sonda",
                "fr": "pas de température de bière ({reason}) : chauffage et froid coupés, vérifier la sonde",
            },
        },
        linger_s=LINGER_S,
    ),
    "beer: witness": CatalogueEntry(
        severity=ALARM, says="the two beer thermometers disagree (...): heating and cooling are off",
        meanwhile="neither heats nor cools until they agree again",
        todo="Look whether both are in the beer and in their wells; measure by hand which of the two is right.",
        todo_in={
            "de": "Nachsehen, ob beide im Bier und in ihren Hülsen sind; von Hand messen, welcher stimmt.",
            "es": "Mire si ambas están en la cerveza y en sus vainas; mida a mano cuál de las dos es correcta.",
            "fr": "Regardez si les deux sont dans la bière et dans leurs doigts de gant ; mesurez à la main "
                  "laquelle est juste.",
        },
        says_in={
            "the two beer thermometers disagree ({what}): heating and cooling are off": {
                "de": "die beiden Bierthermometer widersprechen sich ({what}): Heizen und Kühlen sind aus",
                "es": "los dos termómetros de la cerveza no coinciden ({what}): calor y frío apagados",
                "fr": "les deux thermomètres de la bière se contredisent ({what}) : chauffage et froid coupés",
            },
        },
    ),
    "beer: drift": CatalogueEntry(
        severity=WARNING, says="beer probe and ... have moved ... °C apart since the batch began, ...",
        meanwhile="goes on by the beer probe",
        todo="Measure by hand which of the two is right; replace a probe that drifts, with its sleeve dried and "
             "sealed.",
        todo_in={
            "de": "Von Hand messen, welcher von beiden stimmt; einen driftenden Fühler ersetzen, die Hülse trocknen "
                  "und abdichten.",
            "es": "Mida a mano cuál de los dos es correcto; sustituya la sonda que deriva, con la vaina seca y "
                  "sellada.",
            "fr": "Mesurez à la main lequel est juste ; remplacez la sonde qui dérive, le doigt de gant séché et "
                  "fermé.",
        },
        says_in={
            "beer probe and {sensor} have moved {moved_delta_c:.1f} °C apart since the batch began, {beer_c:.1f} and "
            "{other_c:.1f} °C today: one of them drifts": {
                "de": "Bierfühler und {sensor} sind seit Beginn des Suds um {moved_delta_c:.1f} °C "
                      "auseinandergelaufen, heute {beer_c:.1f} und {other_c:.1f} °C: einer driftet",
                "es": "la sonda de cerveza y {sensor} se han separado {moved_delta_c:.1f} °C desde el inicio del "
                      "lote, hoy {beer_c:.1f} y {other_c:.1f} °C: uno deriva",
                "fr": "la sonde de bière et {sensor} se sont écartées de {moved_delta_c:.1f} °C depuis le début du "
                      "brassin, {beer_c:.1f} et {other_c:.1f} °C aujourd'hui : l'une dérive",
            },
        },
        rule=probe_rules.drift, raise_s=6 * HOUR_S, clear_s=12 * HOUR_S,
    ),
    "beer: elsewhere": CatalogueEntry(
        severity=EITHER, says="beer probe and ... read ... and ... °C, for hours: one of them is not in the beer",
        meanwhile="goes on by the beer probe",
        todo="Measure the beer by hand at once; look whether the probe is all the way in its thermowell, and "
             "whether the other one floats in this beer.",
        todo_in={
            "de": "Das Bier sofort von Hand messen; nachsehen, ob der Fühler ganz in seiner Hülse sitzt und der andere "
                  "in diesem Bier schwimmt.",
            "es": "Mida la cerveza a mano enseguida; mire si la sonda está del todo en su vaina y si el otro flota en "
                  "esta cerveza.",
            "fr": "Mesurez tout de suite la bière à la main ; regardez si la sonde est bien au fond de son doigt de "
                  "gant et si l'autre flotte dans cette bière.",
        },
        says_in={
            "beer probe and {sensor} read {beer_c:.1f} and {other_c:.1f} °C, for hours: one of them is not in the beer":
            {
                "de": "Bierfühler und {sensor} zeigen seit Stunden {beer_c:.1f} und {other_c:.1f} °C: einer ist nicht "
                      "im Bier",
                "es": "la sonda de cerveza y {sensor} marcan desde hace horas {beer_c:.1f} y {other_c:.1f} °C: uno no "
                      "está en la cerveza",
                "fr": "la sonde de bière et {sensor} indiquent depuis des heures {beer_c:.1f} et {other_c:.1f} °C : "
                      "l'un n'est pas dans la bière",
            },
        },
        rule=probe_rules.elsewhere, raise_s=HOUR_S, clear_s=2 * HOUR_S, of_batch=True,
    ),
    "beer: moved": CatalogueEntry(
        severity=ALARM, says="beer temperature went from ... to ... °C within minutes, which beer does not: ...",
        meanwhile="goes on by the beer probe",
        todo="Measure by hand; push the probe all the way into its well. If something was poured in, send resume.",
        todo_in={
            "de": "Von Hand messen; den Fühler ganz in seine Hülse schieben. Wurde etwas hineingegossen, fortsetzen.",
            "es": "Mida a mano; meta la sonda del todo en su vaina. Si se vertió algo, reanude.",
            "fr": "Mesurez à la main ; enfoncez la sonde jusqu'au fond de son doigt de gant. Si on a versé quelque "
                  "chose, reprenez.",
        },
        says_in={
            "beer temperature went from {before_c:.1f} to {after_c:.1f} °C within minutes, which beer does not: is the "
            "probe all the way in its well, or was something poured in?": {
                "de": "Biertemperatur ging in Minuten von {before_c:.1f} auf {after_c:.1f} °C, was Bier nicht tut: "
                      "sitzt der Fühler ganz in seiner Hülse, oder wurde etwas hineingegossen?",
                "es": "la temperatura de la cerveza pasó en minutos de {before_c:.1f} a {after_c:.1f} °C, lo que la "
                      "cerveza no hace: ¿está la sonda del todo en su vaina, o se vertió algo?",
                "fr": "la température de la bière est passée en quelques minutes de {before_c:.1f} à {after_c:.1f} °C, "
                      "ce que la bière ne fait pas : la sonde est-elle bien enfoncée, ou a-t-on versé quelque chose ?",
            },
        },
        rule=moved_probe.stepped, raise_s=600.0, clear_s=0.0, of_batch=True,
    ),
    "beer: restless": CatalogueEntry(
        severity=EITHER, says="beer temperature goes to and fro by ... °C within minutes, which beer does not: ...",
        meanwhile="goes on by the beer probe; relays turn with it as often as their rests allow",
        todo="Dry and seal the probe's plug and sleeve, lay its cable away from motors, and move the probe away from "
             "heater and jacket; measure by hand until then.",
        todo_in={
            "de": "Stecker und Hülse des Fühlers trocknen und abdichten, sein Kabel von Motoren fernhalten, den Fühler "
                  "von Heizung und Kühlmantel wegsetzen; bis dahin von Hand messen.",
            "es": "Seque y selle el conector y la vaina de la sonda, aleje su cable de motores y la sonda del "
                  "calefactor y de la camisa; mientras tanto mida a mano.",
            "fr": "Séchez et fermez la fiche et le doigt de gant de la sonde, éloignez son câble des moteurs et la "
                  "sonde du chauffage et de l'enveloppe ; mesurez à la main jusque-là.",
        },
        says_in={
            "beer temperature goes to and fro by {turn_delta_c:.1f} °C within minutes, which beer does not: is water "
            "in its probe's plug, or does it touch heater or jacket?": {
                "de": "Biertemperatur geht in Minuten um {turn_delta_c:.1f} °C hin und her, was Bier nicht tut: ist "
                      "Wasser im Stecker des Fühlers, oder berührt er Heizung oder Kühlmantel?",
                "es": "la temperatura de la cerveza va y viene {turn_delta_c:.1f} °C en minutos, lo que la cerveza no "
                      "hace: ¿hay agua en el conector de la sonda, o toca el calefactor o la camisa?",
                "fr": "la température de la bière va et vient de {turn_delta_c:.1f} °C en quelques minutes, ce que la "
                      "bière ne fait pas : y a-t-il de l'eau dans la fiche de la sonde, ou touche-t-elle le chauffage "
                      "ou l'enveloppe ?",
            },
        },
        rule=restless_probe.restless, raise_s=1200.0, clear_s=2 * HOUR_S,
    ),
    "beer: standstill": CatalogueEntry(
        severity=EITHER, says="beer temperature is exactly ... °C for ... h, and what fermented meanwhile (a room of "
                              "... °C) warms by ... °C (it was heated or cooled ... times in the day before): ...",
        meanwhile="goes on; where an output runs by it, the effect check stops that",
        todo="Measure by hand; unplug the probe and plug it in again, or start its reader anew.",
        todo_in={
            "de": "Von Hand messen; den Fühler ab- und wieder anstecken, oder sein Lesegerät neu starten.",
            "es": "Mida a mano; desenchufe la sonda y vuelva a enchufarla, o reinicie su lector.",
            "fr": "Mesurez à la main ; débranchez et rebranchez la sonde, ou redémarrez son lecteur.",
        },
        says_in={
            "beer temperature is exactly {beer_c:.2f} °C for {still_h:.0f} h, and what fermented meanwhile warms by "
            "{warmth_delta_c:.1f} °C: does the probe still measure?": {
                "de": "Biertemperatur ist seit {still_h:.0f} h genau {beer_c:.2f} °C, und was inzwischen vergor, "
                      "wärmt um {warmth_delta_c:.1f} °C: misst der Fühler noch?",
                "es": "la temperatura de la cerveza es exactamente {beer_c:.2f} °C desde hace {still_h:.0f} h, y lo "
                      "fermentado calienta {warmth_delta_c:.1f} °C: ¿mide aún la sonda?",
                "fr": "la température de la bière est exactement {beer_c:.2f} °C depuis {still_h:.0f} h, et ce qui a "
                      "fermenté réchauffe de {warmth_delta_c:.1f} °C : la sonde mesure-t-elle encore ?",
            },
            "beer temperature is exactly {beer_c:.2f} °C for {still_h:.0f} h, and it was heated or cooled {runs} times "
            "in the day before: does the probe still measure?": {
                "de": "Biertemperatur ist seit {still_h:.0f} h genau {beer_c:.2f} °C, und am Tag davor wurde "
                      "{runs}-mal geheizt oder gekühlt: misst der Fühler noch?",
                "es": "la temperatura de la cerveza es exactamente {beer_c:.2f} °C desde hace {still_h:.0f} h, y el "
                      "día anterior se calentó o enfrió {runs} veces: ¿mide aún la sonda?",
                "fr": "la température de la bière est exactement {beer_c:.2f} °C depuis {still_h:.0f} h, et la veille "
                      "elle a été chauffée ou refroidie {runs} fois : la sonde mesure-t-elle encore ?",
            },
            "beer temperature is exactly {beer_c:.2f} °C for {still_h:.0f} h, and a room of {room_c:.0f} °C moves it "
            "by {moved_delta_c:.1f} °C meanwhile: does the probe still measure?": {
                "de": "Biertemperatur ist seit {still_h:.0f} h genau {beer_c:.2f} °C, und ein Raum von {room_c:.0f} °C "
                      "bewegt sie inzwischen um {moved_delta_c:.1f} °C: misst der Fühler noch?",
                "es": "la temperatura de la cerveza es exactamente {beer_c:.2f} °C desde hace {still_h:.0f} h, y una "
                      "sala a {room_c:.0f} °C la mueve {moved_delta_c:.1f} °C: ¿mide aún la sonda?",
                "fr": "la température de la bière est exactement {beer_c:.2f} °C depuis {still_h:.0f} h, et une pièce à"
                      " {room_c:.0f} °C la déplace de {moved_delta_c:.1f} °C : la sonde mesure-t-elle encore ?",
            },
        },
        rule=probe_rules.standstill, raise_s=0.0, clear_s=HOUR_S,
    ),
    "{sensor}: error": CatalogueEntry(
        severity=EITHER, says="beer: DS18B20 ... is gone; check its cable and plug",
        meanwhile="nothing moves on it once its last reading is stale",
        todo="Check the sensor's cable and plug, then its entry in the config.",
        todo_in={
            "de": "Kabel und Stecker des Sensors prüfen, dann seinen Eintrag in der Konfiguration.",
            "es": "Revise el cable y el conector del sensor, luego su entrada en la configuración.",
            "fr": "Vérifiez le câble et la fiche du capteur, puis son entrée dans la configuration.",
        },
        says_in={
            "did not come back from being read and hung the service, {times} times within the hour; check its cable and"
            " supply, it is asked again in {length}": {
                "de": "kam vom Lesen nicht zurück und hielt den Dienst an, {times}-mal in der Stunde; Kabel und "
                      "Versorgung prüfen, in {length} wird er wieder gefragt",
                "es": "no volvió de una lectura y colgó el servicio, {times} veces en la hora; revise cable y "
                      "alimentación, se le pregunta otra vez en {length}",
                "fr": "n'est pas revenu d'une lecture et a bloqué le service, {times} fois dans l'heure ; vérifiez "
                      "câble et alimentation, il est relu dans {length}",
            },
            "{sensor}: a reading does not fit its calibration; check that, and the temperature it needs": {
                "de": "{sensor}: ein Messwert passt nicht zu seiner Kalibrierung; diese prüfen, und die Temperatur,"
                      " die sie braucht",
                "es": "{sensor}: una lectura no encaja con su calibración; revísela, y la temperatura que necesita",
                "fr": "{sensor} : une mesure ne va pas avec son étalonnage ; vérifiez-le, et la température qu'il "
                      "lui faut",
            },
        },
        linger_s=LINGER_S,
    ),
    "{sensor}: silent": CatalogueEntry(
        severity=EITHER, says="gravity: no gravity for over 2 h",
        meanwhile="the last value is not used any more; the forecast goes on from it",
        todo="Check the sensor's battery, supply, cable and radio; the last value is not used once it is old.",
        todo_in={
            "de": "Batterie, Netzteil, Kabel und Funk des Sensors prüfen; ist der letzte Wert alt, wird er nicht "
                  "mehr benutzt.",
            "es": "Revise pila, alimentación, cable y radio del sensor; el último valor no se usa cuando envejece.",
            "fr": "Vérifiez pile, alimentation, câble et radio du capteur ; la dernière valeur n'est plus utilisée "
                  "une fois vieille.",
        },
        linger_s=LINGER_S,
    ),
    "{sensor}: implausible": CatalogueEntry(
        severity=EITHER, says="... jumped from ... to (exactly) ...; not believed until it stays (moves)",
        meanwhile="keeps the old value until readings agree; of a fine probe, until they flicker",
        todo="Look at the sensor: is it in the beer, on the right pin, in the unit that the config says?",
        todo_in={
            "de": "Den Sensor ansehen: ist er im Bier, am richtigen Pin, in der Einheit der Konfiguration?",
            "es": "Mire el sensor: ¿está en la cerveza, en el pin correcto, en la unidad de la configuración?",
            "fr": "Regardez le capteur : est-il dans la bière, sur la bonne broche, dans l'unité de la configuration ?",
        },
        says_in={
            "{label} jumped from {before} to exactly {after} and stands there; not believed until it moves": {
                "de": "Sprung von {before} auf genau {after} ({label}), und da bleibt es; nicht geglaubt, bis es sich "
                      "rührt",
                "es": "salto de {before} a exactamente {after} ({label}), y ahí se queda; no creído hasta que se mueva",
                "fr": "saut de {before} à exactement {after} ({label}), où elle reste ; pas cru tant qu'elle ne bouge "
                      "pas",
            },
            "{label} jumped from {before} to {after}; not believed until it stays": {
                "de": "Sprung von {before} auf {after} ({label}); nicht geglaubt, bis es so bleibt",
                "es": "salto de {before} a {after} ({label}); no se cree hasta que se mantenga",
                "fr": "saut de {before} à {after} ({label}) ; pas cru tant qu'il ne dure pas",
            },
            "{label} of exactly {value_c:.0f} °C out of nowhere is what a dead sensor says": {
                "de": "genau {value_c:.0f} °C aus dem Nichts ({label}) sagt ein toter Sensor",
                "es": "exactamente {value_c:.0f} °C de repente ({label}) es lo que dice un sensor muerto",
                "fr": "exactement {value_c:.0f} °C sans raison ({label}), c'est ce que dit un capteur mort",
            },
        },
        linger_s=LINGER_S,
    ),
    "{sensor}: misread": CatalogueEntry(
        severity=EITHER, says="gravity 1.0040 lies 22 points under where the beer was going; not believed ...",
        meanwhile="forecast and recipe go on without it until the next reading",
        todo="Measure again and type it in; take it back if it was a slip, tell the addition if sugar came in.",
        todo_in={
            "de": "Noch einmal messen und eingeben; war es ein Versehen, den Messwert zurücknehmen, kam Zucker dazu, "
                  "die Zugabe melden.",
            "es": "Mida otra vez e introdúzcalo; retire la lectura si fue un desliz, anote la adición si entró azúcar.",
            "fr": "Mesurez de nouveau et saisissez ; reprenez la mesure si c'était une erreur, notez l'ajout si du "
                  "sucre est entré.",
        },
        says_in={
            "gravity {sg:.4f} lies {points:.0f} points under where the beer was going; not believed until the next"
            " reading: was it misread?": {
                "de": "Dichte {sg:.4f} liegt {points:.0f} Punkte unter dem, wohin das Bier ging; nicht geglaubt bis zum"
                      " nächsten Messwert: falsch abgelesen?",
                "es": "densidad {sg:.4f}, {points:.0f} puntos por debajo de donde iba la cerveza; no se cree hasta la "
                      "próxima lectura: ¿mal leída?",
                "fr": "densité {sg:.4f}, {points:.0f} points sous la trajectoire de la bière ; pas crue avant la "
                      "prochaine mesure : mal lue ?",
            },
            "gravity {sg:.4f} lies {points:.0f} points above the last one; not believed until the next reading: was it"
            " misread, or did sugar come in?": {
                "de": "Dichte {sg:.4f} liegt {points:.0f} Punkte über der letzten; nicht geglaubt bis zum nächsten "
                      "Messwert: falsch abgelesen, oder kam Zucker dazu?",
                "es": "densidad {sg:.4f}, {points:.0f} puntos por encima de la última; no se cree hasta la próxima "
                      "lectura: ¿mal leída, o entró azúcar?",
                "fr": "densité {sg:.4f}, {points:.0f} points au-dessus de la dernière ; pas crue avant la prochaine "
                      "mesure : mal lue, ou du sucre est-il entré ?",
            },
        },
        linger_s=LINGER_S,
    ),
    "{sensor}: frozen": CatalogueEntry(
        severity=EITHER, says="... has been exactly ... for ...; a living sensor flickers",
        meanwhile="it is not believed",
        todo="Restart or replace the sensor; measure by hand until then.",
        todo_in={
            "de": "Den Sensor neu starten oder ersetzen; bis dahin von Hand messen.",
            "es": "Reinicie o cambie el sensor; mientras tanto mida a mano.",
            "fr": "Redémarrez ou remplacez le capteur ; mesurez à la main jusque-là.",
        },
        says_in={
            "{label} has been exactly {value} for {frozen_h:g} h; a living sensor flickers": {
                "de": "seit {frozen_h:g} h genau {value} ({label}); ein lebender Sensor schwankt",
                "es": "exactamente {value} desde hace {frozen_h:g} h ({label}); un sensor vivo oscila",
                "fr": "exactement {value} depuis {frozen_h:g} h ({label}) ; un capteur vivant varie",
            },
        },
        linger_s=LINGER_S,
    ),
    "{sensor}: twin": CatalogueEntry(
        severity=EITHER, says="reads the same as ... to the last digit; one copies the other",
        meanwhile="neither is believed",
        todo="Look whether two names read one probe, and unplug one to find out.",
        todo_in={
            "de": "Nachsehen, ob zwei Namen einen Fühler lesen; zum Prüfen einen abstecken.",
            "es": "Mire si dos nombres leen una sonda, y desenchufe una para saberlo.",
            "fr": "Regardez si deux noms lisent une même sonde, et débranchez-en une pour savoir.",
        },
        says_in={
            "reads the same as {other} to the last digit; one copies the other, check both": {
                "de": "liest bis auf die letzte Stelle dasselbe wie {other}; einer kopiert den anderen, beide prüfen",
                "es": "lee lo mismo que {other} hasta la última cifra; uno copia al otro, revise ambos",
                "fr": "lit la même chose que {other} au dernier chiffre ; l'un copie l'autre, vérifiez les deux",
            },
        },
        linger_s=LINGER_S,
    ),
}  # fmt: skip
