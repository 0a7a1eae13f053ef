"""Apprise: one address for each of a hundred services (Telegram, Signal, Matrix, mail, Pushover, ...).

It sends by itself and says only whether it could, not why: what it could not send is tried again, behind the same queue
as every way out. What one of several addresses took is not: it would ring there as often as another one fails. Its log,
which holds addresses, is silenced.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
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
        addresses = secret.split()
        return Handover(lambda: send(addresses, notice.where, body, word), len(addresses))


def send(addresses: Sequence[str], title: str, body: str, word: str) -> int:
    """How many of the addresses took it. One at a time: of several Apprise says only whether all of them did."""
    from apprise import Apprise as Sender
    from apprise import NotifyFormat, NotifyType

    quiet()
    taken = 0
    for address in addresses:
        sender = Sender()
        sender.add(address)
        taken += bool(sender.notify(body, title, notify_type=NotifyType(word), body_format=NotifyFormat.TEXT))
    return taken


def quiet() -> None:
    """Its own words hold addresses."""
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
