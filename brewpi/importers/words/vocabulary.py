"""What brewers and their programs call a column: every word that the general reader knows, in eight languages.

Words are in small letters without accents (ß is ss, ł is l); a pattern has to match one whole word of a head, which is
split at spaces, punctuation and capitals. English, German, French, Spanish, Italian, Dutch, Polish, Czech.
"""

from __future__ import annotations

import re


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{word})" for line in words for word in line.split()))


# What is measured. A pattern may end in .* to take compounds such as Restextrakt, Biertemperatur, Gravitationswert.
GRAVITY = _any(
    r"sgs? .*gravit(y|e|a) gravitys? gravities gravedad grav densit(y|ies|es?|a|at) densidad(es?)? densitate",
    r".*dichte? dichtheid gestosc hustota plato .*brix oechsle ochsle balling blg baume kmw babo bx twadd[ae]ll?e?",
    r"(?!yeast).*extrakt(gehalt|wert)? (?!yeast).*extract .*extraktwert extrait extracto estratto",
    r"extr rho sac+harom.* cukrom.* ekstrakt .*mostgewicht moutgewicht stupnovitost",
    r"klosterneuburg.*",
    r"cukernatost ae degp degbx degoe soortelijk hydro(meter)?(reading)? refrac.* refrak.* refrat.* rifrat.*",
    r"spezifisches (specific|spec)gravity gravidade",
    r"dens gustoca gostota extrat[oi] densitet tathet tetthet vaegtfylde massefylde ominaispaino tiheys suruseg",
    r"fajsuly yogunluk blivums tihedus ochslegrade?",
)
TEMPERATURE = _any(
    r"temp [a-z]*temp(?!late|o)(erat[a-z]*|c|f)? temps tmp .*teplota .*teploty celsius fahrenheit degc degf tic",
    r"(beer|wort|fluid|hydrometer)c lampotila homerseklet sicakli[kg][a-z]* tepl tt tit te rtd",
    r"thermomet(er|re) termomet(r|er|ro|re|ru|rem) thermowell thermocouple hitastig tenperatura",
    r"suhu nhiet .*lampo",
)
PROBE = _any(  # of what measures temperatures; in German Probe is a sample as well
    r"probe sonde sonda .*fuhler pt(100|1000)? ntc cidlo snimac voeler czujnik fol[ey]r sond termopar",
)
MOMENT = _any(  # the moment of a reading, by date and time
    r"timestamp datetime timepoint time ts at zeitpunkt zeitstempel zeit horodatage moment created createdon",
    r"recorded measured logged sampled read received isotime datum date fecha data dato czas cas tijdstip tijd utc",
    r"epoch unix momento instant changed jour dzien orario erstellt gemessen aufgezeichnet mesure heure hora ora",
    r"messung(en)? um mereni pomiar pomiaru medicion misura misurazione rilevazione meting releve",
    r"tidspunkt tidpunkt tid klockslag klokkeslaet paivamaara paivays aika kellonaika idopont ido",
    r"taken collected prob(e|en)?(nahme|datum|zeit).* entnahme.* preleve prelevement muestreo prelievo campionamento",
    r"monstername pobrania odberu?",
    r"julian jd mjd julianday datenum klo kello kl pvm saat tarih",
    r"unixtime ables(edatum|ung) abgelesen marca znacznik znacka avlast matdatum aflaest klokkeslett mittausaika",
    r"meres olcum vrijeme kuupaev kellaaeg datums laiks paiva afgelezen tanggal",
    r"mess(zeit|datum|tag).* meet(moment|tijd|datum) uhr uhrzeit godzina x temps timecode stamp when wann quand cuando",
    r"quando kiedy kdy wanneer fechahora createdat recordedat measuredat loggedat sampledate readingtime",
)
SAMPLED = _any(  # of a moment, that it is the reading's own
    r"samples? sampled sampling taken collected collection drawn measured read readings? gemessen messung mesure",
    r"prob(e|en)?(nahme|datum|zeit).* entnahme.* preleve prelevement muestra muestreo prelievo campionamento",
    r"monstername pobrania odberu?",
)
RECORDED = _any(  # that it is when somebody wrote the reading down, often a day later
    r"created(on|at)? logged(at)? recorded(at)? entered entry input inserted posted submitted saved received results?",
    r"analy(sis|se[ds]?|zed|sed)(at|on)? analyse(datum|zeit) erfasst erfassung.* eingabe.* eingang.* saisie?",
    r"registrad[ao] registrat[ao] registered zapisano",
)
DATE = _any(r"dates? datum data dato fecha day tag jour dia giorno dag dzien den")  # of a moment, the day
HOUR = _any(r"hour hr h stunde std heure hora ora uur godzina hodina hh")  # alone over times of day, beside a date
ELAPSED = _any(  # time since something, in the unit that it names
    r"hours? hrs? h std stunden? horas? heures? ore uur uren godzin[ay]? hodin[ay]? elapsed age runtime days? tage?",
    r"d dias? jours? giorn[oi] dag(en)? dzien dni den dny dnu minutes? mins? minuten minutos minuti minut[ay]?",
    r"seconds? secs? s sekunden segundos secondes secondi sekund[ay]? weeks? wochen? verstrichen.* ecoule.*",
    r"transcurrid.* trascors.* verstreken uplynul.* uplynel.* laufzeit dauer duree duracion durata duur trwania",
    r"delka gartag(e)? braudauer time t zeit temps tiempo tempo tijd czas cas millis(econds?)?",
)

# What is not the reading itself: a target, another time of the batch, something derived.
TARGET = _any(
    r"target set setpoint setpt sp setting settings goal soll sollwert ziel zielwert zieltemp.* solltemp.* consigne",
    r"cible consigna objetivo objectif obiettivo impostat[ao] setpunt doel.* gewenst[e]? streef.* zadan[aey]",
    r"docelow[aey] cilov[aey] pozadovan[ay] plan planned geplant prevu[e]? previst[ao] expected expect[ed]*",
    r"erwartet[e]? attendu[e]? esperad[ao] atteso attesa estimated est est(d|imate) predicted prediction forecast",
    r"prognose theoretical ann annotation min max minimum maximum low high limit alarm threshold upper lower ideal",
    r"desired beerset fridgeset out program(med)? profile scheduled sollwert.* vorgabe.* eingestellt.* gewunscht.*",
    r"souhaitee? reglee? desead[ao] programad[ao] fijad[ao] desiderat[ao] ustawion[ay] oczekiwan[ay] nastaven[ay]",
    r"cielov[aey] gewenst.* ingesteld.* alvo desejad[ao] definid[ao] mal maltemp.* bor(temp|varde).* installd innstilt",
    r"indstillet onsket tavoite.* aset(ettu|us).* beallitott setata? tinta ciljn[ai] postavljen[ao] hedef ayarlanan",
)
ACTUAL = _any(  # of what is measured, beside its target
    r"actual current ist measured gemessen mesuree? medid[ao] misurat[ao] gemeten mierzon[ay] zmeren[ay] real reale",
    r"reelle? werkelijk pv sample probe muestra echantillon campione ferm",
)
NO_GRAVITY = _any(  # of a gravity that is not the one of this moment
    r"original og final fg tg terminal initial(e|es)? inicial iniziale start(ing|wert)? stammwurze anfangs.* beginn",
    r"pre post preboil postboil origin.* pocatecn[iy] poczatkow[aey] begin.* eind.* koncow[aey] konecn[ay] end",
    r"vergar.* real full finale? fin velocity slope rate trend delta change diff difference previous prev last std",
    r"sd stdev error err offset adf rdf attenuation vergarungsgrad abv abw alcohol alkohol alcool velocidad",
    r"geschwindigkeit drop di df unit units wirklicher wirkliche reel reale real(er)? yeast count per day pro",
    r"id name status link comment note notes smoothing variance confidence quality correction factor wcf coefficient",
    r"orig primitif rzeczywist[ay] puvodn[aiy] skutecn[aiy] sollextrakt enddichte startdichte kezdo vegso cel",
    r"initiala finala pocetna konacna zacetna koncna pociatocn[ay] ago co cell pitch optical gas battery",
    r"rack(ing|ed)? coefficients formula polynomial yesterdays? gestern vortag vorher veille hier ayer ieri wirkl",
)
SUMMARY = _any(  # of a row: what is worked out from all others
    r"daily weekly totals? sum average avg means? median min minimum max maximum count std stdev range overall",
    r"summen? gesamt mittelwert mittel durchschnitt anzahl spannweite moyenne somme ecart total nombre promedio suma",
    r"desviacion cuenta minimo maximo media somma totale minimo massimo conteggio gemiddelde som totaal aantal srednia",
    r"razem liczba prumer soucet celkem pocet",
)
FORESEEN = _any(  # of a row: what somebody expects, and nobody has measured
    r"predict(ed|ion)? forecast(ed)? projected projection planned plan target expected simulated model(led)? future",
    r"prognose prognostiziert geplant soll erwartet prevu[es]? prevision previst[ao]s? pronostico esperad[ao] cible",
    r"objetivo obiettivo previsione attes[ao] verwacht gepland voorspeld doel prognoza planowan[aey] predpoved",
)
NO_BEER = _any(  # of a row: what the hydrometer was in meanwhile, or done for
    r"calibration kalibrierung kalibration etalonnage calibracion calibrazione calibrage kalibratie kalibracja",
    r"kalibrace (tap|distilled)?water (leitungs)?wasser eau agua acqua woda voda rinse rinsing rinsed spulen spulung",
    r"cip cleaning cleaned reinigung nettoyage rincage limpieza enjuague pulizia lavaggio risciacquo reiniging spoelen",
    r"mash(ing|ed)? sparg(e|ing) (pre)?boil(ing)? maischen? (wurze)?kochen lautern bollitura ammostamento ebullition",
    r"czyszczenie mycie cisteni myti empty leer vide vacio vuoto leeg pusty prazdny",
)
QUALITY = _any(  # of a column that says whether a value counts
    r"quality (opc)?quality qualitydetail qualitycode qualitat qualite calidad qualita kwaliteit jakosc kvalita",
    r"isvalid valid validity gultig(keit)? valide validite valido validez validita geldig(heid)? waznosc platn(y|ost)",
    r"status statuscode statut estado stato flags? isgood good ok detail code opc",
)
VALID = _any(
    r"isvalid valid validity gultig(keit)? valide validite valido validez validita geldig(heid)? wazn(y|osc)",
    r"platn(y|ost) isgood good ok gut",
)
REJECTED = _any(  # of a column that says yes where a value does not count
    r"bad isbad invalid questionable suspect(ed)? outlier(s)? rejected excluded? exclude ignored? skip(ped)? deleted",
    r"discard(ed)? ungultig ausreisser verworfen ignoriert geloscht ignore exclu aberrant excluido descartado",
)
BAD = _any(  # what such a column says of a value
    r"bad uncertain doubtful invalid invalide? error faulty? fail(ed|ure)? stale offline questionable suspect",
    r"timeout unreliable outlier rejected ungultig schlecht fehler(haft)? gestort storung ausreisser mauvaise?",
    r"douteu(x|se) erreur defaut mal[oa] erroneo dudoso fallo invalido errore guasto ongeldig fout blad chyba",
)
DENIAL = _any(r"no not none non nicht kein(e|er)? sans without pas sin senza geen niet bez nie 0")
OTHER_QUANTITY = _any(
    r"press(ure|ione)? druck pression presion pressione druk cisnienie tlak co bars? psi kpa ph acid.* saure vol(ume)?",
    r"batt.* volt.* rssi signal humid.* angle tilt winkel duty power watt.* flow level ta so turb.* cells? count index",
)
MORNING = _any(
    r"am morning mornings fruh morgens? vormittags? matin(ee)? mananas? manha mattin[ao] ochtend rano morgon dopoledne",
    r"fruhschicht",
)
NOON = _any(
    r"noon midday mittags? midi mediodia mezzogiorno middag poludnie poledne afternoons? nachmittags? odpoledne",
    r"apres-?midi pomeriggio namiddag popoludniu eftermiddag",
)
EVENING = _any(
    r"pm evenings? night abends? spat soir(ee)? tardes? noches? noite sera avond wieczor(em)? vecer kvall aften",
    r"spatschicht",
)
OTHER_TIME = _any(  # a moment, but not that of the reading
    r"updated? modified changed? edited synced exported export uploaded upload pitch(ed|ing)? pitchdate brew(ed)?",
    r"brewday start(ed|s|ing)? startdate begin begins begun end(ed|s)? enddate stop(ped)? finish(ed)? completed",
    r"completion bottled bottling packaged packaging racked kegged filled harvest(ed)? vintage expires? expiry next",
    r"due eta seen deleted aktualisiert geandert angestellt anstell.* brau.* abgefullt ende actualizado modificado",
    r"inicio fin fine inizio debut modifie ensemencement brassage embouteillage bijgewerkt gewijzigd einde zmieniono",
    r"zmeneno konec koniec zalozen[aoi]? ferm brewing dob year release install(ed)? calibrated ingevoerd gestart",
    r"zone offset between interval since velocity online",
)
RAW = _any(
    r"raw uncal uncalibrated[a-z]* uncorrected unadjusted roh rohwert unkalibriert unkorrigiert brut[eoa]? crudo",
    r"grezz[oa] ruw[e]? surow[aey] surov[ay] ongecorrigeerd nieskorygowan[ay] nekalibrovan[ay] noncorrig.*",
)
CALIBRATED = _any(
    r"calibrated calib cal corrected corr corrgravity adjusted adj compensated comp kalibriert korrigiert[e]? korr",
    r"corrig.* calibre[e]? corregid[ao] calibrad[ao] corrett[ao] calibrat[ao] gecorrigeerd[e]? gekalibreerd",
    r"skorygowan[ay] skalibrowan[ay] kalibrovan[ay] opraven[ay] korigovan[ay] tc",
)
SMOOTHED = _any(
    r"filtered smooth(ed)? average avg mean median ema rolling moyenne media gemiddelde mittel.* srednia",
)
BEER = _any(  # whose temperature counts
    r"beer .*bier(temp.*)? biere birra cerveza piwo piwa pivo piva wort .*wurze.* mosto? mout must moszcz most",
    r"moszczu wine wein vino? wijn wino vin cider mead liquid fluid liquor liquide liquido product produkt.*",
    r"internal inner core thermowell pv beertemp fermenter fermentor fermentation .*gar(temp.*|ung)? brassin warki",
    r"mladiny brzeczki cerveja vinho fermentora fermentacji kvaseni fermentacion fermentazione fermentacao mostu",
    r"wina vina (wort|most|wein|wijn|gist|vort|urt|ol|kern)temp.* gaer(ings)?temp.* gjaring.* garing.* jastemp.*",
    r"oluen vierteen kaymis.* erjeszt.* erjed.* berii mustului bira sladovine fermentacije kvasenia",
)
DRINK = _any(r"cider cidre sidra sidro mead met hydromel perry wine wein vin vino? wijn wino kombucha sake")
NOT_BEER = _any(
    r"fridge[a-z]* freezer chamber room ambient[ea]? .*raum.* umgebung.* .*kuhl.* kamer omgeving.* otoczeni[ae]",
    r"okoli pokoj.* lodow.* lednic.* glycol glykol coolant cooling jacket mantel outside outdoor external extern ext",
    r"aux cpu board heater heat sink wall air luft.* kettle mash cellar keller.* cave bodega headspace camera frigo",
    r"refrigerador nevera koelkast lucht salle piece stanza habitacion sala teploty? correction calibration velocity",
    r"offset unit units format humidity dew glycole glicol glicole wasser water eau agua acqua pitch max min rate",
    r"change batt.* bottom top supply return inlet outlet vorlauf rucklauf depart retour mandata ritorno hlt mlt bk",
    r"chai kitchen garage.* basement house shed attic office kuche.* cuisine cocina cucina keuken kuchnia kuchyne boil",
    r"cabinet chiller cooler incubator fermchamber environment(al)? keezer kegerator coolroom bath box enclosure",
    r"weather .*zimmer.* .*schrank.* .*keller.* au(ss|s)en.* wasserbad.* heiz.* abluft.* zuluft.* mantel.* vorlauf.*",
    r"rucklauf.* glykol.* glycol.* ambiant.* ambiance exterieure? chambre local enveloppe bain armoire frigidaire",
    r"enceinte exterior aire camisa garaje cuarto camara frigorifico heladera bano ambiental estern[ao] aria",
    r"cantina cella camicia locale frigorifero ambientale pomieszcz.* powietrz.* piwnic.* zewn.* glikol.*",
    r"plaszcz.* komor[ay] gara(zu|ze) chlodziar.* mistnost.* miestnost.* okoli.* okolni.* vzduchu? sklepa? venk.*",
    r"glykolu plaste chladnic.* pivnic[ea] kamer.* koelkast.* .*kasttemp.* gistkast kast kelder.* lucht.*",
    r"buiten.* ruimte.* schuur.* ar geladeira adega quarto frigobar garagem rumtemp.* rom(temp.*)? omgivning.*",
    r"omgivelse.* kyl.* koleskab.* kjoleskap.* kallar.* kaelder.* kjeller.* ute(temp.*)? ude(temp.*)? stue.*",
    r"huone.* ymparisto.* ilman? jaakaap.* kellari.* ulko.* szoba.* kornyezet.* levego huto.* pince kulso camerei",
    r"mediu(lui)? aer(ului)? frigider(ului)? pivnit.* oda ortam hava buzdolabi dis sob[ae] okolin[ae] zraka?",
    r"hladnjak.* podrum.* reference ref referenz diff difference differenz delta previous prev yesterdays? gestern",
    r"vortag vorher std hx mcu chip esp esp32 esp8266 rtc dewpoint error fehler cal rumstemp.*",
)
FILLER = _any(  # words of a head that tell no device from another
    r"sensor sensors reading readings value values current measured actual apparent scheinbar scheinbarer",
    r"scheinbare true state data payload specific live latest the of at in deg degrees grad gr units unit g l cm ml kg",
    r"m bx p oe c f w mas gew sg s be point points gp pts fg spezifisches spezifische peso gewicht weight must",
    r"mosto moszcz wort wurze mout beer bier biere birra cerveza piwo pivo wine wein vin vino wijn mead cider",
    r"medio apparente aparente schijnbaar pozorny zdanlivy result results lab labor manual hand hydrometer",
    r"refractometer tilt calc calculated to scheinb todays? heute now pct percent",
)
HYDROMETER = _any(
    r"tilt .*spindle .*spindel pill hydrometer gravity spindel float rapt gravitymon",
)

# Who is who in a file of several.
BATCH = _any(
    r"batch(es)? batchno lots? lotto lote brew brewid brewname beer beers biere bier birra cerveza piwo pivo product",
    r"produkt produit producto prodotto charge sude? los partij brouwsel warka partia varka sarze brassin cotta",
    r"coccion recipe recept rezept receta recette ricetta brand wine wein vin vino wijn wino gyle session",
    r"chargen.* sud(nummer|name|nr) biersorte sorte biername brouwnummer batchnummer warki varky brassagem leva",
    r"receita cerveja brygd bryg sats era olut fozet bira sarja serija sarz[ae] receptura fermentation frame",
    r"gebrau kvas batchid batchname beername mash brasin cuvee cocimiento",
)
DEVICE = _any(
    r"tanks? fv fermenters? fermentor fermentador fermenteur fermentatore gartank gargefass garbehalter vessel",
    r"cuves? deposito tanque serbatoio tino vat gistvat gisttank zbiornik nadrz kad spilka device gerat geraet",
    r"dispositif dispositivo apparaat apparecchio urzadzenie zarizeni colou?r farbe couleur kleur kolor barva tilt",
    r"pill spindle spindel hydrometer sensor source host element mac cuba carboy bucket keg bbt fst bidon tina",
    r"unitank cct ccv conical demijohn jar cask tun foeder .*bottich zkg zkt fut damigiana damejeanne fermentator",
    r"wiadro balon nadoba kvasnice demizon emmer fermentadora balde jastank jaskarl hink gaeringstank gaeringskar",
    r"spand gjaeringskar kaymisastia erjeszto tartaly fermantor kova posuda",
    r"fermentacni .*behalter gefass .*eimer fass barrel tonneau barrique barril barrica botte beczka sudek",
)
NAME = _any(
    r"name nom nombre nome naam nazwa nazev bezeichnung label id series serie deviceid sensorid title topic key",
    r"sample muestra echantillon campione probka vzorek",
)
SAMPLE = _any(  # of a head that tells readings of one beer apart, or a laboratory's samples of several
    r"samples? replicates? rep duplicates? dup reading trial muestra echantillon campione probka vzorek monster prov",
    r"stichprobe messprobe",
)
BY_HAND = _any(  # of a cell that says who or what took a reading
    r"manual(ly)? hand user manuell manuel(le)? manuale? mano rucni recznie handmatig"
)
TANKS = _any(  # of a title: that there are several beers
    r"fermenters fermentors vessels tanks carboys buckets kegs fvs demijohns split batches gartanks gefasse gareimer",
    r"fermenteurs cuves fermentadores fermentatori tini gistvaten tanki zbiorniki wiadra nadoby kvasnice",
)
ASKED = _any(  # of the head of a form's answers: "Which tank is it?", "Select fermenter"
    r"which what select choose pick enter welche[rsnm]? quel(le)?s? qua[il]e?s? cual(es)? welke? ktor[yae]",
)
NUMBER = _any(r"numbers? no num nr nummer numero n numer cislo ref reference code event data current active \d+")

# Long tables: one column says what the value of a row is.
VARIABLE = _any(
    r"field entity variable parameter param measurement metric series topic key attribute tag property channel",
    r"spec quantity messgrosse kanal grandeur magnitud grandezza grootheid wielkosc velicina sensor signal point item",
    r"name type kind analyte component determinand assay merkmal bestandteil composant componente",
    r"test analysis analyse analisis parametr parametre parametro",
)
VALUE = _any(
    r"(float|double|num|numeric)?value actual values val v var state wert valeur valor valore waarde wartosc hodnota",
    r"reading result payload messwert y",
)
UNIT_COLUMN = _any(
    r"units? uom einheit unite unidad unita eenheid jednostka jednotka format",
)

MONTHS = (  # by three letters and more, as far as they tell them apart; Finnish, Turkish and Hungarian too
    ("jan", "janv", "ene", "gen", "sty", "led", "tammik", "ocak"),
    ("feb", "fev", "fevr", "lut", "uno", "helmik", "subat"),
    ("mar", "mrz", "maerz", "mars", "maa", "mrt", "bre"), ("apr", "avr", "abr", "kwi", "dub", "huhtik", "nisan"),
    ("may", "mai", "mag", "mei", "maj", "kve", "toukok"),
    ("jun", "juin", "giu", "cze", "cerven", "cer", "kesak", "haziran"),
    ("jul", "juil", "lug", "lip", "cervenec", "heinak", "temmuz"),
    ("aug", "aout", "ago", "sie", "srp", "elok", "agustos"),
    ("sep", "sept", "set", "wrz", "zar", "szept", "syysk", "eylul"),
    ("oct", "okt", "out", "ott", "paz", "rij", "lokak", "ekim"), ("nov", "lis", "marrask", "kasim"),
    ("dec", "dez", "dic", "gru", "pro", "jouluk", "aralik"),
)  # fmt: skip
