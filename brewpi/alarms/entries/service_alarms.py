"""Alarms about the service, its surroundings and what people pressed."""

from __future__ import annotations

from collections.abc import Mapping

from brewpi.alarms.entry import ALARM, WARNING, CatalogueEntry

ENTRIES: Mapping[str, CatalogueEntry] = {
    "stop": CatalogueEntry(
        severity=ALARM, says="stopped by anna: everything is off until somebody resumes",
        meanwhile="off",
        todo="Send resume when everything may run again.",
        todo_in={
            "de": "Fortsetzen, wenn alles wieder laufen darf.",
            "es": "Reanude cuando todo pueda volver a funcionar.",
            "fr": "Reprenez quand tout peut marcher de nouveau.",
        },
        says_in={
            "stopped by {by}: everything is off until somebody resumes": {
                "de": "gestoppt von {by}: alles ist aus, bis jemand freigibt",
                "es": "parado por {by}: todo está apagado hasta que alguien reanude",
                "fr": "arrêté par {by} : tout est coupé jusqu'à la reprise",
            },
        },
    ),
    "emergency": CatalogueEntry(
        severity=ALARM, says="the emergency stop was pressed: everything is off",
        meanwhile="off",
        todo="Look at the tank, release the button, send resume.",
        todo_in={
            "de": "Den Tank ansehen, den Knopf lösen, fortsetzen.",
            "es": "Mire el tanque, suelte el botón, reanude.",
            "fr": "Regardez la cuve, relâchez le bouton, reprenez.",
        },
        says_in={
            "the emergency stop was pressed: everything is off": {
                "de": "der Not-Aus wurde gedrückt: alles ist aus",
                "es": "se pulsó la parada de emergencia: todo está apagado",
                "fr": "l'arrêt d'urgence a été enfoncé : tout est arrêté",
            },
        },
    ),
    "tank: broken": CatalogueEntry(
        severity=ALARM, says="control of fv1 failed (...); its outputs are off",
        meanwhile="off, the others go on; tried again at every tick",
        todo="Tend this tank by hand and report the sentence; it is tried again at every tick.",
        todo_in={
            "de": "Diesen Tank von Hand versorgen und den Satz melden; es wird ständig neu versucht.",
            "es": "Atienda este tanque a mano e informe de la frase; se reintenta sin cesar.",
            "fr": "Occupez-vous de cette cuve à la main et signalez la phrase ; c'est réessayé sans cesse.",
        },
        says_in={
            "control of {tank} failed ({error}); its outputs are off": {
                "de": "die Regelung von {tank} ist ausgefallen ({error}); seine Ausgänge sind aus",
                "es": "el control de {tank} falló ({error}); sus salidas están apagadas",
                "fr": "la régulation de {tank} a échoué ({error}) ; ses sorties sont arrêtées",
            },
        },
    ),
    "brewpi: away": CatalogueEntry(
        severity=ALARM, says="... was away for 5.0 h (power cut, or stopped): nobody watched this batch",
        meanwhile="goes on where it was",
        todo="Taste and measure the beer, compare temperature, step and doses with the plan, then acknowledge.",
        todo_in={
            "de": "Bier kosten und messen, Temperatur, Schritt und Dosen mit dem Plan vergleichen, dann quittieren.",
            "es": "Pruebe y mida la cerveza, compare temperatura, paso y dosis con el plan, luego reconozca.",
            "fr": "Goûtez et mesurez la bière, comparez température, étape et doses au plan, puis acquittez.",
        },
        says_in={
            "brewpi was away for {away_h:.1f} h (power cut, or stopped): nobody watched this batch": {
                "de": "brewpi war {away_h:.1f} h weg (Stromausfall oder angehalten): niemand hat diesen Sud bewacht",
                "es": "brewpi estuvo ausente {away_h:.1f} h (corte de luz o parado): nadie vigiló este lote",
                "fr": "brewpi a été absent {away_h:.1f} h (coupure ou arrêt) : personne n'a surveillé ce brassin",
            },
        },
    ),
    "store": CatalogueEntry(
        severity=ALARM, of_cellar=True,
        says="about the record",
        meanwhile="controls on; the newest is kept in memory",
        todo="Do what it says; else make room on the disk or replace the card; control goes on meanwhile.",
        todo_in={
            "de": "Tun, was er sagt; sonst Platz schaffen oder die Karte ersetzen; geregelt wird solange weiter.",
            "es": "Haga lo que dice; si no, haga sitio o cambie la tarjeta; el control sigue mientras tanto.",
            "fr": "Faites ce qu'elle dit ; sinon faites de la place ou changez la carte ; la régulation continue.",
        },
    ),
    "model: refused": CatalogueEntry(
        severity=WARNING, of_cellar=True,
        says="model ... is not taken (...); ... goes on",
        meanwhile="the one before forecasts, or the fitted curve",
        todo="Install a sound model, or type brewpi model rollback: the service takes what is current by itself.",
        todo_in={
            "de": "Ein heiles Modell installieren oder brewpi model rollback eingeben: der Dienst nimmt von selbst,"
                  " was dann gilt.",
            "es": "Instale un modelo sano o escriba brewpi model rollback: el servicio toma por sí solo el que valga.",
            "fr": "Installez un modèle sain ou tapez brewpi model rollback : le service prend de lui-même celui qui"
                  " vaut.",
        },
        says_in={
            "model {model} is not taken ({reason}); {before} goes on": {
                "de": "Modell {model} wird nicht genommen ({reason}); {before} macht weiter",
                "es": "el modelo {model} no se toma ({reason}); sigue {before}",
                "fr": "le modèle {model} n'est pas pris ({reason}) ; {before} continue",
            },
        },
    ),
    "model: drift": CatalogueEntry(
        severity=WARNING, of_cellar=True,
        says="... does worse here than its card promises, over ... batches: ...; retrain it",
        meanwhile="goes on with it",
        todo="On a laptop: make retrain LOGS=FOLDER, with the logs since then; brewpi model install my-model --to "
             "USER@PI.",
        todo_in={
            "de": "Auf einem Laptop: make retrain LOGS=FOLDER, mit den Logs seither; brewpi model install my-model "
                  "--to USER@PI.",
            "es": "En un portátil: make retrain LOGS=FOLDER, con los registros desde entonces; brewpi model install"
                  " my-model --to USER@PI.",
            "fr": "Sur un portable : make retrain LOGS=FOLDER, avec les journaux depuis lors ; brewpi model install"
                  " my-model --to USER@PI.",
        },
        says_in={
            "{model} does worse here than its card promises, over {count} batches: {held}; retrain it": {
                "de": "{model} ist hier schlechter, als seine Karte verspricht, über {count} Sude: {held}; neu "
                      "trainieren",
                "es": "{model} rinde aquí menos de lo que promete su ficha, en {count} lotes: {held}; vuelva a "
                      "entrenarlo",
                "fr": "{model} fait ici moins bien que ne promet sa fiche, sur {count} brassins : {held} ; "
                      "réentraînez-le",
            },
            "{model} does worse here than its card promises, over {count} batches: off by {hours:.0f} h in the "
            "median, {promised:.0f} h promised; {held}; retrain it": {
                "de": "{model} ist hier schlechter, als seine Karte verspricht, über {count} Sude: im Median "
                      "{hours:.0f} h daneben, {promised:.0f} h versprochen; {held}; neu trainieren",
                "es": "{model} rinde aquí menos de lo que promete su ficha, en {count} lotes: error de {hours:.0f} "
                      "h de mediana, {promised:.0f} h prometidas; {held}; vuelva a entrenarlo",
                "fr": "{model} fait ici moins bien que ne promet sa fiche, sur {count} brassins : erreur de "
                      "{hours:.0f} h en médiane, {promised:.0f} h promises ; {held} ; réentraînez-le",
            },
            "{share:.0f} % inside the window, {promised:.0f} % promised": {
                "de": "{share:.0f} % im Fenster, {promised:.0f} % versprochen",
                "es": "{share:.0f} % dentro de la ventana, {promised:.0f} % prometido",
                "fr": "{share:.0f} % dans la fenêtre, {promised:.0f} % promis",
            },
        },
    ),
    "clock": CatalogueEntry(
        severity=WARNING, of_cellar=True,
        says="the wall clock has stepped ...",
        meanwhile="goes on, by its own clock",
        todo="Check the time service; send commands with the right time. Control goes by its own clock.",
        todo_in={
            "de": "Den Zeitdienst prüfen; Befehle mit der richtigen Zeit senden. Geregelt wird nach eigener Uhr.",
            "es": "Revise el servicio horario; envíe órdenes con la hora correcta. El control va con su propio reloj.",
            "fr": "Vérifiez le service de temps ; envoyez les commandes à la bonne heure. La régulation suit sa "
                  "propre horloge.",
        },
        says_in={
            "nobody has set the wall clock (no time service, no battery): commands are not refused for their age": {
                "de": "niemand hat die Uhr gestellt (kein Zeitdienst, keine Batterie): Befehle werden nicht wegen "
                      "ihres Alters abgelehnt",
                "es": "nadie ha puesto en hora el reloj (sin servicio horario ni pila): no se rechazan órdenes por "
                      "su antigüedad",
                "fr": "personne n'a réglé l'horloge (ni service de temps ni pile) : aucune commande n'est refusée "
                      "pour son âge",
            },
            "the wall clock has stepped {stepped_s:.0f} s {way} since the start; control goes on unbent": {
                "de": "die Uhr ist seit dem Start um {stepped_s:.0f} s {way} gesprungen; die Regelung geht unbeirrt"
                      " weiter",
                "es": "el reloj ha saltado {stepped_s:.0f} s {way} desde el inicio; el control sigue sin cambios",
                "fr": "l'horloge a sauté de {stepped_s:.0f} s {way} depuis le démarrage ; la régulation continue "
                      "sans changement",
            },
        },
    ),
    "{part}: failing": CatalogueEntry(
        severity=ALARM, says="forecast fails (...); control goes on ...",
        meanwhile="as it says",
        todo="Report the sentence; the part is tried again all the time. Restart brewpi if it stays.",
        todo_in={
            "de": "Den Satz melden; das Teil wird ständig neu versucht. Bleibt es so, brewpi neu starten.",
            "es": "Informe de la frase; la parte se reintenta siempre. Reinicie brewpi si persiste.",
            "fr": "Signalez la phrase ; la partie est réessayée sans cesse. Redémarrez brewpi si cela dure.",
        },
        says_in={
            "{part} fails ({error}); {cost}": {
                "de": "{part} fällt aus ({error}); {cost}",
                "es": "{part} falla ({error}); {cost}",
                "fr": "{part} échoue ({error}) ; {cost}",
            },
        },
    ),
}  # fmt: skip
