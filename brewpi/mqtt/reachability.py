"""Why a broker cannot be reached, as people are told, and when a log says so. Pure."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

from brewpi.hardware.files import told, why_unreadable
from brewpi.sentences import Sentence

PATIENCE_S = 2.5  # a broker that starts with the machine is no news; the third attempt comes after 3 s
AWAY_S = 60.0  # a broker that restarts is no news
AGAIN_S = 3600.0
ANSWER_S = 5.0  # as paho has it, for a connection and then for TLS

OUT_OF_DATE = (9, 10)  # OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED

ABSENT = Sentence("does not answer")
LOST = Sentence("closed the connection")
STILL = Sentence("is silent")
MUTE = Sentence("takes the connection and says nothing")
STRANGE = Sentence("does not speak MQTT; check the port")


class Unasked(Exception):
    """We have not what it takes to ask the broker; the message follows the broker's name."""


def unreadable(option: str, file: Path, error: Exception) -> Unasked:
    """For a file that the config names."""
    why = "it holds no certificate" if isinstance(error, ssl.SSLError) else why_unreadable(error)
    return Unasked(
        Sentence("cannot be asked: {option} {file} cannot be read ({error})", option=option, file=told(file), error=why)
    )


def why_not_connected(error: BaseException | None, tls: bool) -> Sentence:
    """What an attempt failed of, to be said after "broker HOST:PORT"."""
    match error:
        case ssl.SSLCertVerificationError() if error.verify_code in OUT_OF_DATE:
            return Sentence(
                "is not trusted ({error}); check the clock of this machine, else renew the certificate of the broker",
                error=error.verify_message,
            )
        case ssl.SSLCertVerificationError():
            return Sentence(
                "is not trusted ({error}); check ca_file and the name in its certificate", error=error.verify_message
            )
        case ssl.SSLError() | ConnectionResetError() if tls:
            return Sentence("does not understand TLS; check the port")
        case socket.gaierror():
            return Sentence(
                "has a name that cannot be found ({error}); check the name and the network", error=error.strerror
            )
        case ConnectionRefusedError():
            return Sentence("does not answer: nothing listens on that port")
        case TimeoutError():
            return Sentence("does not answer: no reply within {seconds:.0f} s", seconds=ANSWER_S)
        case OSError():
            return Sentence("does not answer ({error})", error=error.strerror or error)
    return ABSENT


def why_closed(tls: bool) -> Sentence:
    """A connection that was closed before the broker had said anything."""
    if tls:
        return Sentence(
            "closes the connection without a word of MQTT; check the port, it may want a certificate of ours or have no"
            " room for one more connection"
        )
    return Sentence(
        "closes the connection without a word of MQTT; check the port, it may want TLS or have no room for one more"
        " connection"
    )


class OutageLog:
    """Which of all failing attempts are a line on the log: the first of each reason in an outage, and its end.

    tells_first: that the broker is found is said also where it was there at once.

    An outage within the hour after another that was said has to last a minute: nobody reads the log of a night in which
    the broker came and went.
    """

    def __init__(self, tells_first: bool = False) -> None:
        self._owes_found = tells_first
        self._since: float | None = None
        self._said: set[str] = set()  # in this outage
        self._ended: float | None = None  # when the last outage did that was said

    def begins(self, now: float) -> None:
        """The first attempt is made."""
        self._since = now

    def fails(self, why: str, now: float, at_once: bool = False) -> bool:
        """Whether this is to be said now. at_once: waiting does not help."""
        self._since = now if self._since is None else min(self._since, now)  # a clock may be set back
        soon_again = self._ended is not None and now - self._ended < AGAIN_S
        patience_s = AWAY_S if soon_again and not self._said else 0.0 if at_once else PATIENCE_S
        if why in self._said or now - self._since < patience_s:
            return False
        self._said.add(why)
        self._owes_found = True
        return True

    def found(self, now: float) -> bool:
        """Whether it is to be said that the broker is there."""
        owed, self._owes_found = self._owes_found, False
        if self._said:
            self._ended = now
        self._said.clear()
        self._since = None
        return owed
