"""Alarms about the beer, its batch and its forecast."""

from __future__ import annotations

from collections.abc import Mapping

from brewpi.alarms.entry import ALARM, EITHER, WARNING, CatalogueEntry
from brewpi.alarms.rules import batch_rules, gravity_rules, temperature_rules
from brewpi.alarms.rules.view import HOUR_S

ENTRIES: Mapping[str, CatalogueEntry] = {
    "beer: off target": CatalogueEntry(
        severity=ALARM, says="beer ... °C, ... above its setpoint ... and not on its way",
        meanwhile="goes on",
        todo="Check heater, glycol and doors, and that the probe is all the way in its well; is the target meant?",
        todo_in={
            "de": "Heizung, Glykol und Türen prüfen, und ob der Fühler ganz in seiner Hülse sitzt; ist der Sollwert so "
                  "gemeint?",
            "es": "Revise calefactor, glicol y puertas, y que la sonda esté del todo en su vaina; ¿es esa la consigna?",
            "fr": "Vérifiez chauffage, glycol et portes, et que la sonde soit bien au fond de son doigt de gant ; "
                  "la consigne est-elle voulue ?",
        },
        says_in={
            "beer {beer_c:.1f} °C, {off_delta_c:.1f} above its setpoint {target_c:.1f} and not on its way": {
                "de": "Bier {beer_c:.1f} °C, {off_delta_c:.1f} über dem Sollwert {target_c:.1f} und nicht auf dem "
                      "Weg dorthin",
                "es": "cerveza a {beer_c:.1f} °C, {off_delta_c:.1f} por encima de la consigna {target_c:.1f} y no "
                      "va hacia ella",
                "fr": "bière à {beer_c:.1f} °C, {off_delta_c:.1f} au-dessus de la consigne {target_c:.1f} et elle "
                      "n'y va pas",
            },
            "beer {beer_c:.1f} °C, {off_delta_c:.1f} below its setpoint {target_c:.1f} and not on its way": {
                "de": "Bier {beer_c:.1f} °C, {off_delta_c:.1f} unter dem Sollwert {target_c:.1f} und nicht auf dem "
                      "Weg dorthin",
                "es": "cerveza a {beer_c:.1f} °C, {off_delta_c:.1f} por debajo de la consigna {target_c:.1f} y no "
                      "va hacia ella",
                "fr": "bière à {beer_c:.1f} °C, {off_delta_c:.1f} au-dessous de la consigne {target_c:.1f} et elle "
                      "n'y va pas",
            },
        },
        rule=temperature_rules.off_target, raise_s=3 * HOUR_S, clear_s=900.0,
    ),
    "beer: fighting": CatalogueEntry(
        severity=WARNING, says="heater and cooler work against each other: ... and ... of 12 h, ...",
        meanwhile="goes on",
        todo="Set deadband_c of [tanks.NAME.temperature] to what it says, or move the probe nearer to the heater.",
        todo_in={
            "de": "deadband_c von [tanks.NAME.temperature] auf den genannten Wert setzen, oder den Fühler näher an "
                  "die Heizung.",
            "es": "Ponga deadband_c de [tanks.NAME.temperature] en lo que dice, o acerque la sonda al calefactor.",
            "fr": "Mettez deadband_c de [tanks.NAME.temperature] à ce qui est dit, ou rapprochez la sonde du "
                  "chauffage.",
        },
        says_in={
            "heater and cooler work against each other: {heated_h:.1f} and {cooled_h:.1f} of {window_h:.0f} h, beer"
            " {lowest_c:.1f} to {highest_c:.1f} °C; try a deadband_c of {wanted_delta_c:.1f}": {
                "de": "Heizung und Kühlung arbeiten gegeneinander: {heated_h:.1f} und {cooled_h:.1f} von "
                      "{window_h:.0f} h, Bier {lowest_c:.1f} bis {highest_c:.1f} °C; deadband_c von "
                      "{wanted_delta_c:.1f} versuchen",
                "es": "calefactor y refrigerador trabajan uno contra otro: {heated_h:.1f} y {cooled_h:.1f} de "
                      "{window_h:.0f} h, cerveza de {lowest_c:.1f} a {highest_c:.1f} °C; pruebe un deadband_c de "
                      "{wanted_delta_c:.1f}",
                "fr": "chauffage et refroidissement se combattent : {heated_h:.1f} et {cooled_h:.1f} h sur "
                      "{window_h:.0f} h, bière de {lowest_c:.1f} à {highest_c:.1f} °C ; essayez un deadband_c de "
                      "{wanted_delta_c:.1f}",
            },
        },
        rule=temperature_rules.fighting, raise_s=900.0, clear_s=6 * HOUR_S,
    ),
    "beer: yeast range": CatalogueEntry(
        severity=ALARM, says="beer ... °C is above the yeast's range, ...",
        meanwhile="goes on; the range is the recipe's, the batch's or of `[tanks.NAME.alarms]`",
        todo="Check target and cooling against what the yeast bears.",
        todo_in={
            "de": "Sollwert und Kühlung mit dem vergleichen, was die Hefe verträgt.",
            "es": "Compare consigna y frío con lo que soporta la levadura.",
            "fr": "Comparez consigne et froid avec ce que la levure supporte.",
        },
        says_in={
            "beer {beer_c:.1f} °C is above the yeast's range, {high_c:g} at most": {
                "de": "Bier {beer_c:.1f} °C ist über dem Bereich der Hefe, höchstens {high_c:g}",
                "es": "cerveza a {beer_c:.1f} °C, por encima del margen de la levadura, {high_c:g} como máximo",
                "fr": "bière à {beer_c:.1f} °C, au-dessus de la plage de la levure, {high_c:g} au plus",
            },
            "beer {beer_c:.1f} °C is below the yeast's range, {low_c:g} at least; it may fall asleep": {
                "de": "Bier {beer_c:.1f} °C ist unter dem Bereich der Hefe, mindestens {low_c:g}; sie könnte "
                      "einschlafen",
                "es": "cerveza a {beer_c:.1f} °C, por debajo del margen de la levadura, {low_c:g} como mínimo; "
                      "puede dormirse",
                "fr": "bière à {beer_c:.1f} °C, au-dessous de la plage de la levure, {low_c:g} au moins ; elle peut"
                      " s'endormir",
            },
        },
        rule=batch_rules.yeast_range, raise_s=HOUR_S, clear_s=HOUR_S,
    ),
    "batch: another": CatalogueEntry(
        severity=ALARM, says="another batch? gravity rose from ... to ... and nothing was added: ...",
        meanwhile="heats and cools only back to the temperature that the beer had then; no step, dose, drain or "
                  "forecast",
        todo="Measure by hand; then send start_batch, or addition if something went in, or resume if it is the old "
             "beer.",
        todo_in={
            "de": "Von Hand messen; dann „Sud beginnt“, oder „Zugabe“, wenn etwas hineinkam, oder fortsetzen, wenn "
                  "es das alte Bier ist.",
            "es": "Mida a mano; luego diga que empieza un lote, o una adición si entró algo, o reanude si es la "
                  "misma cerveza.",
            "fr": "Mesurez à la main ; puis dites qu'un brassin commence, ou un ajout si quelque chose est entré, "
                  "ou reprenez si c'est la même bière.",
        },
        says_in={
            "another batch? {reason}: held as warm as it was found, no step, dose or drain until somebody says": {
                "de": "ein anderer Sud? {reason}: wird so warm gehalten wie vorgefunden, kein Schritt, keine Gabe, "
                      "kein Ablassen, bis jemand es sagt",
                "es": "¿otro lote? {reason}: se mantiene a la temperatura encontrada, sin pasos, dosis ni vaciado "
                      "hasta que alguien lo diga",
                "fr": "un autre brassin ? {reason} : maintenu à la température trouvée, ni étape, ni dose, ni "
                      "vidange avant qu'on le dise",
            },
        },
    ),
    "batch: original gravity": CatalogueEntry(
        severity=ALARM, says="an original gravity of ... was told, the first readings, ... h after pitching, are ...",
        meanwhile="recipe, doses and forecast go by the readings",
        todo="Measure by hand; then send correct_batch with the right og, or with pitched_at if it began earlier.",
        todo_in={
            "de": "Von Hand messen; dann den Sud berichtigen: Stammwürze, oder Zeit des Anstellens, wenn er früher "
                  "begann.",
            "es": "Mida a mano; luego corrija el lote: la densidad original, o la hora de inoculación si empezó antes.",
            "fr": "Mesurez à la main ; puis corrigez le brassin : la densité initiale, ou l'heure d'ensemencement "
                  "s'il a commencé plus tôt.",
        },
        rule=batch_rules.original_gravity, raise_s=600.0, clear_s=0.0, of_batch=True,
    ),
    "batch: late lag": CatalogueEntry(
        severity=ALARM, says="late lag: gravity fell by ...",
        meanwhile="goes on",
        todo="Measure by hand; then rouse and aerate, or pitch fresh yeast.",
        todo_in={
            "de": "Von Hand messen; dann aufrühren und belüften, oder frische Hefe geben.",
            "es": "Mida a mano; luego remueva y airee, o añada levadura fresca.",
            "fr": "Mesurez à la main ; puis remuez et aérez, ou ajoutez de la levure fraîche.",
        },
        says_in={
            "late lag: gravity fell by {drop_plato:.1f} °P in {hours:.0f} h since pitching, {due_plato:.1f} °P are "
            "due by {limit_h:.0f} h": {
                "de": "später Start: Dichte fiel um {drop_plato:.1f} °P in {hours:.0f} h seit dem Anstellen, "
                      "{due_plato:.1f} °P sind bis {limit_h:.0f} h fällig",
                "es": "arranque tardío: la densidad bajó {drop_plato:.1f} °P en {hours:.0f} h desde la inoculación,"
                      " se esperan {due_plato:.1f} °P a las {limit_h:.0f} h",
                "fr": "départ tardif : la densité a baissé de {drop_plato:.1f} °P en {hours:.0f} h depuis "
                      "l'ensemencement, {due_plato:.1f} °P sont attendus à {limit_h:.0f} h",
            },
        },
        rule=batch_rules.late_lag, raise_s=HOUR_S, clear_s=HOUR_S, of_batch=True,
    ),
    "batch: stuck": CatalogueEntry(
        severity=EITHER, says="stuck or sluggish: gravity ... moved ...",
        meanwhile="goes on",
        todo="Measure by hand; then rouse, warm by 2 °C, or pitch active yeast.",
        todo_in={
            "de": "Von Hand messen; dann aufrühren, um 2 °C wärmen oder aktive Hefe geben.",
            "es": "Mida a mano; luego remueva, caliente 2 °C o añada levadura activa.",
            "fr": "Mesurez à la main ; puis remuez, réchauffez de 2 °C, ou ajoutez de la levure active.",
        },
        says_in={
            "stuck, or complete? gravity {sg:.4f} stands still, {why}": {
                "de": "steckengeblieben oder fertig? Die Dichte {sg:.4f} steht still, {why}",
                "es": "¿parada o terminada? La densidad {sg:.4f} no se mueve, {why}",
                "fr": "bloquée ou finie ? La densité {sg:.4f} ne bouge plus, {why}",
            },
            "stuck or sluggish: gravity {sg:.4f} moved {moved_delta_sg:.4f} in {window_h:.0f} h, {points:.0f} "
            "points above the {end_sg:.4f} expected; {chance}": {
                "de": "steckengeblieben oder träge: Dichte {sg:.4f} bewegte sich um {moved_delta_sg:.4f} in "
                      "{window_h:.0f} h, {points:.0f} Punkte über den erwarteten {end_sg:.4f}; {chance}",
                "es": "atascada o lenta: la densidad {sg:.4f} se movió {moved_delta_sg:.4f} en {window_h:.0f} h, "
                      "{points:.0f} puntos sobre los {end_sg:.4f} esperados; {chance}",
                "fr": "bloquée ou lente : la densité {sg:.4f} a bougé de {moved_delta_sg:.4f} en {window_h:.0f} h, "
                      "{points:.0f} points au-dessus des {end_sg:.4f} attendus ; {chance}",
            },
            "there is no model to ask": {
                "de": "kein Modell ist zu fragen",
                "es": "no hay modelo al que preguntar",
                "fr": "il n'y a pas de modèle à interroger",
            },
            "the model gives it {chance_pct:.0f} %": {
                "de": "das Modell gibt ihm {chance_pct:.0f} %",
                "es": "el modelo le da {chance_pct:.0f} %",
                "fr": "le modèle lui donne {chance_pct:.0f} %",
            },
        },
        rule=batch_rules.stuck, raise_s=HOUR_S, clear_s=6 * HOUR_S, of_batch=True,
    ),
    "batch: rose": CatalogueEntry(
        severity=WARNING, says="gravity rose by ... points to ... and nothing was told: ...",
        meanwhile="goes on; forecast and steps go by what it reads",
        todo="Measure by hand; then send addition if something went in, else free the hydrometer of foam and trub.",
        todo_in={
            "de": "Von Hand messen; dann „Zugabe“, wenn etwas hineinkam, sonst das Aräometer von Schaum und Trub "
                  "befreien.",
            "es": "Mida a mano; luego diga la adición si entró algo, si no libere el densímetro de espuma y turbios.",
            "fr": "Mesurez à la main ; puis dites l'ajout si quelque chose est entré, sinon libérez le densimètre de "
                  "la mousse.",
        },
        says_in={
            "gravity rose by {points:.0f} points to {sg:.3f} and nothing was told: foam or trub on the hydrometer, "
            "or was something added?": {
                "de": "Dichte stieg um {points:.0f} Punkte auf {sg:.3f}, und nichts wurde gesagt: Schaum oder Trub "
                      "am Aräometer, oder kam etwas hinein?",
                "es": "la densidad subió {points:.0f} puntos a {sg:.3f} y no se dijo nada: ¿espuma o turbios en el "
                      "densímetro, o se añadió algo?",
                "fr": "la densité a monté de {points:.0f} points à {sg:.3f} et rien n'a été dit : mousse ou trub sur "
                      "le densimètre, ou un ajout ?",
            },
        },
        rule=gravity_rules.rose, raise_s=6 * HOUR_S, clear_s=6 * HOUR_S, of_batch=True,
    ),
    "batch: fell at once": CatalogueEntry(
        severity=WARNING, says="gravity fell from ... to ... within 1 h, faster than yeast does: ...",
        meanwhile="goes on; no forecast while it stands where a fall of 12 points left it",
        todo="Measure by hand before you confirm a step; see which hydrometer floats in which tank.",
        todo_in={
            "de": "Von Hand messen, bevor ein Schritt bestätigt wird; sehen, welches Aräometer in welchem Tank ist.",
            "es": "Mida a mano antes de confirmar un paso; mire qué densímetro flota en qué tanque.",
            "fr": "Mesurez à la main avant de confirmer une étape ; voyez quel densimètre est dans quelle cuve.",
        },
        says_in={
            "gravity fell from {before_sg:.3f} to {sg:.3f} within {within_h:.0f} h, faster than yeast does: is it "
            "another tank's hydrometer, or did water come in?": {
                "de": "Dichte fiel in {within_h:.0f} h von {before_sg:.3f} auf {sg:.3f}, schneller als Hefe es kann: "
                      "das Aräometer eines anderen Tanks, oder kam Wasser hinein?",
                "es": "la densidad bajó de {before_sg:.3f} a {sg:.3f} en {within_h:.0f} h, más rápido que la levadura:"
                      " ¿es el densímetro de otro tanque, o entró agua?",
                "fr": "la densité est passée de {before_sg:.3f} à {sg:.3f} en {within_h:.0f} h, plus vite que la "
                      "levure : le densimètre d'une autre cuve, ou de l'eau ?",
            },
        },
        rule=gravity_rules.fell_at_once, raise_s=HOUR_S, clear_s=6 * HOUR_S, of_batch=True,
    ),
    "batch: falls again": CatalogueEntry(
        severity=WARNING, says="gravity fell from ... to ... since fermentation was complete: ...",
        meanwhile="goes on; the drain waits until it is at rest",
        todo="Measure by hand and wait until it stands still; bottles filled now burst. Hop creep, or a wild yeast.",
        todo_in={
            "de": "Von Hand messen und warten, bis sie steht; jetzt gefüllte Flaschen platzen. Hopfen-Nachgärung "
                  "oder wilde Hefe.",
            "es": "Mida a mano y espere a que se detenga; las botellas llenadas ahora revientan. Lúpulo, o levadura "
                  "salvaje.",
            "fr": "Mesurez à la main et attendez qu'elle s'arrête ; des bouteilles remplies maintenant éclatent. "
                  "Houblon, ou levure sauvage.",
        },
        says_in={
            "gravity fell from {done_sg:.4f} to {sg:.4f} since fermentation was complete: it ferments again, do not "
            "package yet": {
                "de": "Dichte fiel von {done_sg:.4f} auf {sg:.4f}, seit die Gärung fertig war: sie gärt wieder, noch "
                      "nicht abfüllen",
                "es": "la densidad bajó de {done_sg:.4f} a {sg:.4f} desde que la fermentación terminó: fermenta otra "
                      "vez, no envase aún",
                "fr": "la densité est passée de {done_sg:.4f} à {sg:.4f} depuis la fin de la fermentation : elle "
                      "fermente de nouveau, n'embouteillez pas encore",
            },
        },
        rule=gravity_rules.falls_again, raise_s=6 * HOUR_S, clear_s=24 * HOUR_S, of_batch=True,
    ),
    "batch: emptied": CatalogueEntry(
        severity=WARNING, says="gravity ... is not that of this beer: was the tank emptied?",
        meanwhile="goes on; there is no forecast",
        todo="If it was emptied, send end_batch and set another target; if not, look at the hydrometer.",
        todo_in={
            "de": "Wurde er geleert: „Sud ist zu Ende“ und einen anderen Sollwert; sonst das Aräometer ansehen.",
            "es": "Si se vació, diga que el lote terminó y ponga otra consigna; si no, mire el densímetro.",
            "fr": "Si elle a été vidée, dites que le brassin est fini et changez la consigne ; sinon, regardez le "
                  "densimètre.",
        },
        says_in={
            "gravity {sg:.3f} is not that of this beer: was the tank emptied?": {
                "de": "Dichte {sg:.3f} ist nicht die dieses Biers: wurde der Tank geleert?",
                "es": "la densidad {sg:.3f} no es la de esta cerveza: ¿se vació el tanque?",
                "fr": "la densité {sg:.3f} n'est pas celle de cette bière : la cuve a-t-elle été vidée ?",
            },
        },
        rule=gravity_rules.emptied, raise_s=1800.0, clear_s=HOUR_S, of_batch=True,
    ),
    "forecast: jumped": CatalogueEntry(
        severity=WARNING, says="forecast jumped: complete ... h later than said ...",
        meanwhile="goes on",
        todo="Measure gravity by hand; do not act on this forecast before.",
        todo_in={
            "de": "Dichte von Hand messen; vorher nicht nach dieser Vorhersage handeln.",
            "es": "Mida la densidad a mano; no actúe antes según este pronóstico.",
            "fr": "Mesurez la densité à la main ; n'agissez pas avant d'après cette prévision.",
        },
        says_in={
            "forecast jumped: complete {moved_h:.0f} h later than said {over_h:.0f} h ago, nothing was changed": {
                "de": "Vorhersage ist gesprungen: fertig {moved_h:.0f} h später als vor {over_h:.0f} h gesagt, "
                      "nichts wurde geändert",
                "es": "el pronóstico saltó: completa {moved_h:.0f} h más tarde de lo dicho hace {over_h:.0f} h, "
                      "nada se cambió",
                "fr": "la prévision a sauté : terminée {moved_h:.0f} h plus tard que dit il y a {over_h:.0f} h, "
                      "rien n'a été changé",
            },
            "forecast jumped: complete {moved_h:.0f} h earlier than said {over_h:.0f} h ago, nothing was changed": {
                "de": "Vorhersage ist gesprungen: fertig {moved_h:.0f} h früher als vor {over_h:.0f} h gesagt, "
                      "nichts wurde geändert",
                "es": "el pronóstico saltó: completa {moved_h:.0f} h antes de lo dicho hace {over_h:.0f} h, nada se"
                      " cambió",
                "fr": "la prévision a sauté : terminée {moved_h:.0f} h plus tôt que dit il y a {over_h:.0f} h, rien"
                      " n'a été changé",
            },
        },
        rule=batch_rules.jumped, raise_s=1800.0, clear_s=HOUR_S, of_batch=True,
    ),
}  # fmt: skip
