"""Alarms about the broker: it is away, somebody else there has our name, or it keeps from us what is said there."""

from __future__ import annotations

from collections.abc import Mapping

from brewpi.alarms.entry import ALARM, WARNING, CatalogueEntry

_REMEDY = (
    "Write that into the broker's access list (sudo brewpi broker-users daemon brewpi --config"
    " /etc/brewpi/cellar.toml < /dev/null writes it), then sudo systemctl reload mosquitto."
)
_REMEDY_IN = {
    "de": "Das in die Zugriffsliste des Brokers schreiben (sudo brewpi broker-users daemon brewpi --config"
    " /etc/brewpi/cellar.toml < /dev/null schreibt es), dann sudo systemctl reload mosquitto.",
    "es": "Escríbalo en la lista de acceso del bróker (lo hace sudo brewpi broker-users daemon brewpi --config"
    " /etc/brewpi/cellar.toml < /dev/null), luego sudo systemctl reload mosquitto.",
    "fr": "Écrivez-le dans la liste d'accès du broker (sudo brewpi broker-users daemon brewpi --config"
    " /etc/brewpi/cellar.toml < /dev/null l'écrit), puis sudo systemctl reload mosquitto.",
}

ENTRIES: Mapping[str, CatalogueEntry] = {
    "broker": CatalogueEntry(
        severity=WARNING, of_cellar=True,
        says="broker ...; control goes on, events are kept and sent when it is back",
        meanwhile="as it says; raised after a minute without it",
        todo="Check the broker and the network; control goes on, events are kept.",
        todo_in={
            "de": "Broker und Netzwerk prüfen; geregelt wird weiter, Ereignisse werden behalten.",
            "es": "Revise el bróker y la red; el control sigue, los eventos se guardan.",
            "fr": "Vérifiez le broker et le réseau ; la régulation continue, les évènements sont gardés.",
        },
        says_in={
            "broker {address} {reason}; control goes on, events are kept and sent when it is back": {
                "de": "Broker {address}: {reason}; geregelt wird weiter, Ereignisse werden behalten und später "
                      "gesendet",
                "es": "bróker {address}: {reason}; el control sigue, los eventos se guardan y se envían cuando vuelva",
                "fr": "broker {address} : {reason} ; la régulation continue, les évènements sont gardés et envoyés "
                      "à son retour",
            },
            "broker {address} lets in only some of our connections, another {reason}: STOP may have no line of its own,"
            " and hydrometers may not be heard": {
                "de": "Broker {address} lässt nur einige unserer Verbindungen ein, eine andere: {reason}; STOP hat "
                      "vielleicht keine eigene Leitung, und Spindeln werden vielleicht nicht gehört",
                "es": "el bróker {address} admite solo algunas de nuestras conexiones, otra: {reason}; STOP puede no "
                      "tener línea propia, y los hidrómetros pueden no oírse",
                "fr": "le broker {address} n'admet que certaines de nos connexions, une autre : {reason} ; STOP n'a "
                      "peut-être pas sa propre ligne, et les densimètres ne sont peut-être pas entendus",
            },
            "does not answer": {"de": "antwortet nicht", "es": "no responde", "fr": "ne répond pas"},
            "does not answer ({error})": {
                "de": "antwortet nicht ({error})", "es": "no responde ({error})", "fr": "ne répond pas ({error})",
            },
            "does not answer: nothing listens on that port": {
                "de": "antwortet nicht: auf diesem Port hört niemand", "es": "no responde: nadie escucha en ese puerto",
                "fr": "ne répond pas : rien n'écoute sur ce port",
            },
            "does not answer: no reply within {seconds:.0f} s": {
                "de": "antwortet nicht: nichts kam innerhalb von {seconds:.0f} s",
                "es": "no responde: nada llegó en {seconds:.0f} s",
                "fr": "ne répond pas : rien reçu en {seconds:.0f} s",
            },
            "has a name that cannot be found ({error}); check the name and the network": {
                "de": "sein Name ist nicht zu finden ({error}); Namen und Netzwerk prüfen",
                "es": "no se encuentra su nombre ({error}); revise el nombre y la red",
                "fr": "son nom est introuvable ({error}) ; vérifiez le nom et le réseau",
            },
            "takes the connection and says nothing": {
                "de": "nimmt die Verbindung an und sagt nichts", "es": "acepta la conexión y no dice nada",
                "fr": "accepte la connexion et ne dit rien",
            },
            "closed the connection": {
                "de": "hat die Verbindung geschlossen", "es": "cerró la conexión", "fr": "a fermé la connexion",
            },
            "is silent": {"de": "schweigt", "es": "está callado", "fr": "est muet"},
            "does not speak MQTT; check the port": {
                "de": "spricht kein MQTT; Port prüfen", "es": "no habla MQTT; revise el puerto",
                "fr": "ne parle pas MQTT ; vérifiez le port",
            },
            "closes the connection without a word of MQTT; check the port, it may want a certificate of ours or have no"
            " room for one more connection": {
                "de": "schließt die Verbindung ohne ein Wort MQTT; Port prüfen, er will vielleicht ein Zertifikat oder "
                      "hat für keine weitere Verbindung Platz",
                "es": "cierra la conexión sin una palabra de MQTT; revise el puerto, quizá pida un certificado nuestro "
                      "o no admita otra conexión",
                "fr": "ferme la connexion sans un mot de MQTT ; vérifiez le port, il veut peut-être un certificat de "
                      "nous ou n'a plus de place pour une connexion",
            },
            "closes the connection without a word of MQTT; check the port, it may want TLS or have no room for one more"
            " connection": {
                "de": "schließt die Verbindung ohne ein Wort MQTT; Port prüfen, vielleicht verlangt er TLS oder hat "
                      "für keine weitere Verbindung Platz",
                "es": "cierra la conexión sin una palabra de MQTT; revise el puerto, quizá pida TLS o no admita otra "
                      "conexión",
                "fr": "ferme la connexion sans un mot de MQTT ; vérifiez le port, il veut peut-être TLS ou n'a plus de "
                      "place pour une connexion",
            },
            "does not understand TLS; check the port": {
                "de": "versteht kein TLS; Port prüfen", "es": "no entiende TLS; revise el puerto",
                "fr": "ne comprend pas TLS ; vérifiez le port",
            },
            "is not trusted ({error}); check ca_file and the name in its certificate": {
                "de": "ist nicht vertrauenswürdig ({error}); ca_file und den Namen in seinem Zertifikat prüfen",
                "es": "no es de confianza ({error}); revise ca_file y el nombre de su certificado",
                "fr": "n'est pas digne de confiance ({error}) ; vérifiez ca_file et le nom de son certificat",
            },
            "is not trusted ({error}); check the clock of this machine, else renew the certificate of the broker": {
                "de": "ist nicht vertrauenswürdig ({error}); die Uhr dieses Geräts prüfen, sonst das Zertifikat des "
                      "Brokers erneuern",
                "es": "no es de confianza ({error}); revise el reloj de este equipo o renueve el certificado del "
                      "bróker",
                "fr": "n'est pas digne de confiance ({error}) ; vérifiez l'horloge de cette machine, sinon renouvelez "
                      "le certificat du broker",
            },
            "refuses us ({error})": {
                "de": "lässt uns nicht ein ({error})", "es": "nos rechaza ({error})", "fr": "nous refuse ({error})",
            },
            "cannot be asked: {option} {file} cannot be read ({error})": {
                "de": "kann nicht gefragt werden: {option} {file} ist nicht lesbar ({error})",
                "es": "no se le puede preguntar: {option} {file} no se puede leer ({error})",
                "fr": "ne peut pas être interrogé : {option} {file} est illisible ({error})",
            },
        },
    ),
    "same_name": CatalogueEntry(
        severity=ALARM, of_cellar=True,
        says="broker ... closed our connection 4 times within an hour: another brewpi may have the "
                            "name of this site",
        meanwhile="as it says; for an hour, whoever came later gives way for longer and longer",
        todo="Look for a second brewpi on the broker and give it a site of its own; if there is none, the broker "
             "restarts.",
        todo_in={
            "de": "Nach einem zweiten brewpi am Broker suchen und ihm einen eigenen Standort geben; gibt es keins, "
                  "startet der Broker neu.",
            "es": "Busque un segundo brewpi en el bróker y dele un sitio propio; si no hay, es el bróker que se "
                  "reinicia.",
            "fr": "Cherchez un second brewpi sur le broker et donnez-lui un site à lui ; s'il n'y en a pas, c'est "
                  "le broker qui redémarre.",
        },
        says_in={
            "another brewpi of this site hears the commands at broker {address}: both obey them, and each says what the"
            " other does not know": {
                "de": "ein anderes brewpi dieses Standorts hört die Befehle am Broker {address}: beide befolgen sie, "
                      "und jedes sagt, was das andere nicht weiß",
                "es": "otro brewpi de este sitio oye las órdenes en el bróker {address}: ambos las obedecen, y cada "
                      "uno dice lo que el otro no sabe",
                "fr": "un autre brewpi de ce site entend les commandes sur le broker {address} : tous deux y "
                      "obéissent, et chacun dit ce que l'autre ne sait pas",
            },
            "broker {address} closed our connection {count} times within an hour: another brewpi may have the name of"
            " this site, and then commands and STOP reach only one of them": {
                "de": "Broker {address} hat unsere Verbindung {count}-mal in einer Stunde geschlossen: ein anderes "
                      "brewpi trägt vielleicht den Namen dieses Standorts, und dann erreichen Befehle und STOP nur "
                      "eines davon",
                "es": "el bróker {address} cerró nuestra conexión {count} veces en una hora: otro brewpi puede tener "
                      "el nombre de este sitio, y entonces las órdenes y STOP llegan solo a uno de ellos",
                "fr": "le broker {address} a fermé notre connexion {count} fois en une heure : un autre brewpi porte "
                      "peut-être le nom de ce site, et les commandes et STOP n'atteignent alors que l'un d'eux",
            },
        },
    ),
    "broker: commands": CatalogueEntry(
        severity=ALARM, of_cellar=True,
        says="broker ... keeps commands from us, STOP too: they are sent and do not arrive. Its access "
                             "list needs: topic read ...",
        meanwhile="goes on, and hears nobody; asked again every minute",
        todo="Until it is mended stop at the tank, or with sudo systemctl stop brewpi. " + _REMEDY,
        todo_in={
            "de": "Bis dahin am Tank stoppen oder mit sudo systemctl stop brewpi. " + _REMEDY_IN["de"],
            "es": "Hasta entonces pare en el tanque o con sudo systemctl stop brewpi. " + _REMEDY_IN["es"],
            "fr": "D'ici là arrêtez à la cuve ou avec sudo systemctl stop brewpi. " + _REMEDY_IN["fr"],
        },
        says_in={
            "broker {address} keeps commands from us, STOP too: they are sent and do not arrive. Its access list needs:"
            " {rule}": {
                "de": "Broker {address} hält Befehle von uns fern, auch STOP: sie werden gesendet und kommen nicht an. "
                      "Seine Zugriffsliste braucht: {rule}",
                "es": "el bróker {address} nos oculta las órdenes, también STOP: se envían y no llegan. Su lista de "
                      "acceso necesita: {rule}",
                "fr": "le broker {address} nous cache les commandes, STOP aussi : elles sont envoyées et n'arrivent "
                      "pas. Il faut dans sa liste d'accès : {rule}",
            },
        },
    ),
    "broker: refused": CatalogueEntry(
        severity=ALARM, of_cellar=True,
        says="broker ... takes nothing that we say: boards and phones hear nothing. Its access list "
                             "needs: topic write ...",
        meanwhile="goes on, and nobody hears of it; in the journal too",
        todo=_REMEDY,
        todo_in=_REMEDY_IN,
        says_in={
            "broker {address} takes nothing that we say: boards and phones hear nothing. Its access list needs: {rule}":
            {
                "de": "Broker {address} nimmt nichts an, was wir sagen: Tafeln und Telefone hören nichts. Seine "
                      "Zugriffsliste braucht: {rule}",
                "es": "el bróker {address} no acepta nada de lo que decimos: pizarras y teléfonos no oyen nada. Su "
                      "lista de acceso necesita: {rule}",
                "fr": "le broker {address} ne prend rien de ce que nous disons : tableaux et téléphones n'entendent "
                      "rien. Il faut dans sa liste d'accès : {rule}",
            },
        },
    ),
    "broker: unproven": CatalogueEntry(
        severity=WARNING, of_cellar=True,
        says="whether commands and STOP reach us is not known: ... Its access list needs: topic read "
                               "...; topic write ...",
        meanwhile="goes on; over once a command has come to each tank",
        todo="Send each tank a command that does no harm, such as a note, and see whether it is answered. " + _REMEDY,
        todo_in={
            "de": "Jedem Tank einen harmlosen Befehl senden, etwa eine Notiz, und sehen, ob er beantwortet wird. "
                  + _REMEDY_IN["de"],
            "es": "Envíe a cada tanque una orden inofensiva, como una nota, y vea si se responde. " + _REMEDY_IN["es"],
            "fr": "Envoyez à chaque cuve une commande anodine, comme une note, et voyez si elle a sa réponse. "
                  + _REMEDY_IN["fr"],
        },
        says_in={
            "whether commands and STOP reach us is not known: what we send to ourselves does not come back from broker"
            " {address}. Its access list needs: {rule}": {
                "de": "ob Befehle und STOP uns erreichen, ist nicht bekannt: was wir uns selbst senden, kommt vom "
                      "Broker {address} nicht zurück. Seine Zugriffsliste braucht: {rule}",
                "es": "no se sabe si las órdenes y STOP nos llegan: lo que nos enviamos no vuelve del bróker "
                      "{address}. Su lista de acceso necesita: {rule}",
                "fr": "on ne sait pas si les commandes et STOP nous parviennent : ce que nous nous envoyons ne revient "
                      "pas du broker {address}. Il faut dans sa liste d'accès : {rule}",
            },
        },
    ),
}  # fmt: skip
