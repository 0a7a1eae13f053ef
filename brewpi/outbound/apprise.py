"""Apprise: one address for each of a hundred services (Telegram, Signal, Matrix, mail, Pushover, ...).

It sends by itself and says only whether it could, not why: what it could not send is tried again, behind the same queue
as every way out. Its log, which holds addresses, is silenced.
"""

from __future__ import annotations

import logging
from typing import ClassVar

from brewpi.outbound import Handover, Notice, NotificationOptions

KINDS_OF = {"alarm": "failure", "warning": "warning"}  # severity -> Apprise's own word, which picks colour and sound


class Apprise(NotificationOptions):
    """The secret is an address in Apprise's form (github.com/caronc/apprise/wiki), such as `tgram://token/chat`,
    `mailto://user:password@example.com` or `ntfys://topic`; several stand on one line, with spaces between."""

    example: ClassVar[str] = 'brewers = { kind = "apprise", secret_file = "/etc/brewpi/brewers.apprise" }'
    holds: ClassVar[str] = "an address in Apprise's form"

    def secret_problem(self, secret: str) -> str | None:
        """Whether Apprise knows what this is, where it is installed."""
        quiet()
        try:
            from apprise import Apprise as Sender
        except ImportError:
            return "Apprise is not installed; type: pip install 'brewpi-edge[outbound]'"
        known = all("://" in word and Sender.instantiate(word) is not None for word in secret.split())
        return None if known else f"it holds no {self.holds[3:]}, such as ntfys://a-long-random-word"

    def of_notice(self, notice: Notice, secret: str) -> Handover | None:
        """A title, the text with what to do, and how grave it is."""
        if not self.wants(notice):
            return None
        body = f"{notice.text}\n{notice.todo}" if notice.todo else notice.text
        word = "success" if notice.over else KINDS_OF.get(notice.severity, "info")
        return Handover(lambda: send(secret, notice.where, body, word))


def send(addresses: str, title: str, body: str, word: str) -> bool:
    """Whether every address took it."""
    from apprise import Apprise as Sender
    from apprise import NotifyFormat, NotifyType

    quiet()
    sender = Sender()
    for address in addresses.split():
        sender.add(address)
    return bool(sender.notify(body, title, notify_type=NotifyType(word), body_format=NotifyFormat.TEXT))


def quiet() -> None:
    """Its own words hold addresses."""
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
