"""Alarms about what heats, cools and switches."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from brewpi.alarms.entry import ALARM, WARNING, CatalogueEntry
from brewpi.alarms.rules import switch_rules, welded_relay
from brewpi.roles import ROLES, OutputRole, moving

STUCK_ON_IN = {
    "temperature {verb} while {output} is off: {gone_delta_c:.1f} °C in {minutes:.0f} min, without {label}"
    " {could_delta_c:.1f} at most; is the probe in its well, its relay stuck on?": {
        "de": "Temperatur {verb}, obwohl „{output}“ aus ist: {gone_delta_c:.1f} °C in {minutes:.0f} min, ohne {label} "
              "höchstens {could_delta_c:.1f}; sitzt der Fühler in seiner Hülse, klebt sein Relais?",
        "es": "la temperatura {verb} con «{output}» apagado: {gone_delta_c:.1f} °C en {minutes:.0f} min, sin {label} "
              "{could_delta_c:.1f} como mucho; ¿sonda en su vaina?, ¿relé pegado?",
        "fr": "la température {verb} alors que « {output} » est arrêté : {gone_delta_c:.1f} °C en {minutes:.0f} min, "
              "sans {label} {could_delta_c:.1f} au plus ; sonde dans son doigt de gant ? relais collé ?",
    },
}  # fmt: skip
PROBE_FIRST = "Look whether the probe is in its thermowell, away from heater, cooler and wall."
PROBE_FIRST_IN = {
    "de": "Nachsehen, ob der Fühler in seiner Hülse sitzt, fern von Heizung, Kühlung und Wand.",
    "es": "Mire si la sonda está en su vaina, lejos de calefactor, enfriador y pared.",
    "fr": "Regardez si la sonde est dans son doigt de gant, loin du chauffage, du refroidissement et du mur.",
}
THEN_REPLACE_IN = {
    "de": "; dreht das Bier dann um, ihr Relais ersetzen.",
    "es": "; si entonces la cerveza cambia, cambie su relé.",
    "fr": " ; si la bière se retourne alors, remplacez son relais.",
}


def _stuck_on(role: OutputRole) -> CatalogueEntry:
    verb = "rises" if role.direction > 0 else "falls"
    return CatalogueEntry(
        severity=ALARM,
        says=f"temperature {verb} while {role.name} is off: ...; is the probe in its well, its relay stuck on?",
        meanwhile="goes on", todo=f"{PROBE_FIRST} {role.by_hand}; if the beer then turns, replace its relay.",
        todo_in={
            language: f"{PROBE_FIRST_IN[language]} {by_hand}{THEN_REPLACE_IN[language]}"
            for language, by_hand in role.by_hand_in.items()
            if language in THEN_REPLACE_IN
        },
        says_in=STUCK_ON_IN, rule=partial(welded_relay.stuck_on, role=role.name), raise_s=600.0, clear_s=1800.0,
    )  # fmt: skip


ENTRIES: Mapping[str, CatalogueEntry] = {
    "{output}: guilty": CatalogueEntry(
        severity=ALARM, says="cool moves the beer the wrong way and is off: ...",
        meanwhile="off until `resume`",
        todo="Look whether the probe is in the beer, heater and cooler in the right sockets, and the glycol cold; then "
             "send resume.",
        todo_in={
            "de": "Nachsehen, ob der Fühler im Bier ist, Heizung und Kühlung in den richtigen Dosen stecken und das "
                  "Glykol kalt ist; dann fortsetzen.",
            "es": "Mire si la sonda está en la cerveza, calefactor y enfriador en sus enchufes, y el glicol frío; luego"
                  " reanude.",
            "fr": "Regardez si la sonde est dans la bière, chauffage et refroidissement dans les bonnes prises, et le "
                  "glycol froid ; puis reprenez.",
        },
        says_in={
            "{output} moves the beer the wrong way and is off: is it wired to the right socket? Resume when it is": {
                "de": "{output} bewegt das Bier in die falsche Richtung und ist aus: steckt es in der richtigen "
                      "Dose? Dann freigeben",
                "es": "{output} mueve la cerveza en sentido contrario y está apagado: ¿está en el enchufe correcto?"
                      " Reanude cuando lo esté",
                "fr": "{output} fait aller la bière dans le mauvais sens et est coupé : est-il sur la bonne prise ?"
                      " Reprendre ensuite",
            },
        },
    ),
    "{output}: dead": CatalogueEntry(
        severity=ALARM, says="cool ran without effect and is off: is the probe in the beer? ...",
        meanwhile="off until `resume`; a cooler that has worked is tried again after 1, 3, 9 and 24 h, and when "
                  "its glycol is cold again or cools another tank again, unless the probe has leapt",
        todo="Look whether the probe is in the beer; check fuse, wire, glycol and compressor, and plate and hose for "
             "ice; then send resume.",
        todo_in={
            "de": "Nachsehen, ob der Fühler im Bier ist; Sicherung, Draht, Glykol und Kompressor prüfen, Platte und "
                  "Schlauch auf Eis; dann fortsetzen.",
            "es": "Mire si la sonda está en la cerveza; revise fusible, cable, glicol y compresor, y si hay hielo en "
                  "placa o manguera; luego reanude.",
            "fr": "Regardez si la sonde est dans la bière ; vérifiez fusible, fil, glycol et compresseur, et s'il y a "
                  "de la glace dans plaque ou tuyau ; puis reprenez.",
        },
        says_in={
            "{output} ran without effect and is off: is the probe in the beer? Check fuse and wire, then resume": {
                "de": "{output} lief ohne Wirkung und ist aus: ist der Fühler im Bier? Sicherung und Kabel prüfen, "
                      "dann freigeben",
                "es": "{output} funcionó sin efecto y está apagado: ¿está la sonda en la cerveza? Revise fusible y "
                      "cable, luego reanude",
                "fr": "{output} a marché sans effet et est coupé : la sonde est-elle dans la bière ? Vérifier "
                      "fusible et câble, puis reprendre",
            },
            "{output} ran without effect and is off, and is tried again from time to time: check glycol, pump, hose "
            "and probe, then resume": {
                "de": "{output} lief ohne Wirkung, ist aus und wird von Zeit zu Zeit wieder versucht: Glykol, Pumpe, "
                      "Schlauch und Fühler prüfen, dann freigeben",
                "es": "{output} funcionó sin efecto, está apagado y se prueba de nuevo de vez en cuando: revise "
                      "glicol, bomba, manguera y sonda, luego reanude",
                "fr": "{output} a marché sans effet, est coupé et sera réessayé de temps en temps : vérifier "
                      "glycol, pompe, tuyau et sonde, puis reprendre",
            },
        },
    ),
    "{output}: weak": CatalogueEntry(
        severity=WARNING, says="cool runs and does not keep up; ...",
        meanwhile="goes on",
        todo="Check glycol temperature, flow, valves and doors, and that the probe is all the way in its well.",
        todo_in={
            "de": "Glykoltemperatur, Durchfluss, Ventile und Türen prüfen, und ob der Fühler ganz in seiner Hülse "
                  "sitzt.",
            "es": "Revise temperatura del glicol, caudal, válvulas y puertas, y que la sonda esté del todo en su "
                  "vaina.",
            "fr": "Vérifiez température du glycol, débit, vannes et portes, et que la sonde soit bien au fond de son "
                  "doigt de gant.",
        },
        says_in={
            "{output} runs and does not keep up; check that it works, and how strong it is": {
                "de": "{output} läuft und kommt nicht nach; prüfen, ob es arbeitet und wie stark es ist",
                "es": "{output} funciona y no da abasto; compruebe que trabaja y cuánta fuerza tiene",
                "fr": "{output} marche et ne suit pas ; vérifier qu'il fonctionne, et sa puissance",
            },
        },
    ),
    "{output}: longest run": CatalogueEntry(
        severity=ALARM, says="cool ran for 6 h, its longest run, and rests; ...",
        meanwhile="rests 30 minutes, then tries again",
        todo="Check that the output is strong enough, that nothing lets the heat in or out, and that the probe is "
             "all the way in its well.",
        todo_in={
            "de": "Prüfen, ob der Ausgang stark genug ist, nichts Wärme hinein- oder hinauslässt und der Fühler "
                  "ganz in seiner Hülse sitzt.",
            "es": "Compruebe que la salida es bastante potente, que nada deja entrar o salir el calor y que la "
                  "sonda está del todo en su vaina.",
            "fr": "Vérifiez que la sortie est assez puissante, que rien ne laisse entrer ou sortir la chaleur, et "
                  "que la sonde est bien au fond de son doigt de gant.",
        },
        says_in={
            "{output} ran for {length}, its longest run, and rests; is it strong enough?": {
                "de": "{output} lief {length}, seine längste Laufzeit, und ruht; ist es stark genug?",
                "es": "{output} funcionó {length}, su máximo, y descansa; ¿es bastante fuerte?",
                "fr": "{output} a marché {length}, sa durée maximale, et se repose ; est-ce assez puissant ?",
            },
            "{output} ran for {length}, its longest run, {times} times in a row and is still asked for; is it strong "
            "enough?": {
                "de": "{output} lief {times}-mal hintereinander {length}, seine längste Laufzeit, und wird noch "
                      "gebraucht; ist es stark genug?",
                "es": "{output} funcionó {length}, su máximo, {times} veces seguidas y aún se le pide; ¿es bastante "
                      "fuerte?",
                "fr": "{output} a marché {length}, sa durée maximale, {times} fois de suite et reste demandé ; est-ce "
                      "assez puissant ?",
            },
        },
    ),
    "{output}: short cycles": CatalogueEntry(
        severity=WARNING, says="cool starts 6 times an hour, 6 are what a compressor bears, ...",
        meanwhile="goes on, ten minutes from start to start",
        todo="Look whether the probe lies on the jacket, the plate or the wall: into the thermowell with it, deep in "
             "the beer; measure by hand, the beer may be warmer than it reads.",
        todo_in={
            "de": "Nachsehen, ob der Fühler am Kühlmantel, an der Platte oder Wand liegt: in die Hülse damit, tief "
                  "ins Bier; von Hand messen, das Bier ist vielleicht wärmer als angezeigt.",
            "es": "Mire si la sonda toca la camisa, la placa o la pared: métala en la vaina, hondo en la cerveza; mida "
                  "a mano, la cerveza puede estar más caliente de lo que marca.",
            "fr": "Regardez si la sonde touche l'enveloppe, la plaque ou la paroi : dans le doigt de gant, au cœur de "
                  "la bière ; mesurez à la main, la bière est peut-être plus chaude qu'indiqué.",
        },
        says_in={
            "{output} starts {starts:.0f} times an hour, {most:.0f} are what a compressor bears, and the beer "
            "temperature answers at once: does its probe lie on the jacket, or at the wall?": {
                "de": "{output} startet {starts:.0f}-mal in der Stunde, {most:.0f} verträgt ein Kompressor, und die "
                      "Biertemperatur folgt sofort: liegt der Fühler am Kühlmantel oder an der Wand?",
                "es": "{output} arranca {starts:.0f} veces por hora, un compresor aguanta {most:.0f}, y la temperatura "
                      "de la cerveza responde enseguida: ¿toca la sonda la camisa o la pared?",
                "fr": "{output} démarre {starts:.0f} fois par heure, un compresseur en supporte {most:.0f}, et la "
                      "température de bière suit aussitôt : la sonde touche-t-elle l'enveloppe ou la paroi ?",
            },
        },
        linger_s=600.0,
    ),
    "{output}: output": CatalogueEntry(
        severity=ALARM, says="cool: output does not obey (...); switched off, ...",
        meanwhile="that output is off",
        todo="Check pin, relay board and ribbon cable; switch it by hand until then.",
        todo_in={
            "de": "Pin, Relaisplatine und Flachkabel prüfen; bis dahin von Hand schalten.",
            "es": "Revise pin, placa de relés y cable plano; mientras tanto conmute a mano.",
            "fr": "Vérifiez broche, carte relais et nappe ; commutez à la main jusque-là.",
        },
        says_in={
            "{output}: output does not obey ({error}); switched off, check its wiring": {
                "de": "{output}: Ausgang gehorcht nicht ({error}); abgeschaltet, Verdrahtung prüfen",
                "es": "{output}: la salida no obedece ({error}); apagada, revise el cableado",
                "fr": "{output} : la sortie n'obéit pas ({error}) ; arrêtée, vérifiez le câblage",
            },
        },
    ),
    "{output}: shared": CatalogueEntry(
        severity=ALARM, says="glycol is off (...); cool of fv1, fv2 stays off meanwhile",
        meanwhile="that output of these tanks stays off",
        todo="Look at the shared output: power, wiring, is it strong enough; after an emergency stop send resume.",
        todo_in={
            "de": "Den gemeinsamen Ausgang ansehen: Strom, Verdrahtung, Leistung; nach einem Not-Aus fortsetzen.",
            "es": "Mire la salida compartida: corriente, cableado, potencia; tras una parada de emergencia, reanude.",
            "fr": "Regardez la sortie commune : courant, câblage, puissance ; après un arrêt d'urgence, reprenez.",
        },
        says_in={
            "{shared} {reason}; {output} of {tanks} stays off meanwhile": {
                "de": "{shared} {reason}; „{output}“ von {tanks} bleibt solange aus",
                "es": "{shared} {reason}; «{output}» de {tanks} queda apagado mientras tanto",
                "fr": "{shared} {reason} ; « {output} » de {tanks} reste arrêté en attendant",
            },
        },
    ),
    "tank: door": CatalogueEntry(
        severity=WARNING, says="the door is open while cool runs",
        meanwhile="goes on",
        todo="Close the door.",
        todo_in={"de": "Die Tür schließen.", "es": "Cierre la puerta.", "fr": "Fermez la porte."},
        says_in={
            "the door is open while {output} runs": {
                "de": "die Tür ist offen, während „{output}“ läuft",
                "es": "la puerta está abierta mientras «{output}» funciona",
                "fr": "la porte est ouverte pendant que « {output} » marche",
            },
        },
        rule=switch_rules.door, raise_s=600.0, clear_s=120.0,
    ),
    **{f"{role}: stuck on": _stuck_on(ROLES[role]) for role in reversed(moving(ROLES))},
}  # fmt: skip
