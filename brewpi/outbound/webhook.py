"""Any program that takes JSON by POST."""

from __future__ import annotations

from dataclasses import asdict
from typing import ClassVar

from brewpi.outbound import Notice, NotificationOptions, Request


class Webhook(NotificationOptions):
    """What happened as a JSON object with `id, at, site, tank, about, severity, text, todo, key, over`; an alarm that
    is gone comes with `over = true`. The secret is the address."""

    example: ClassVar[str] = 'logbook = { kind = "webhook", secret_file = "/etc/brewpi/logbook.url" }'

    def of_notice(self, notice: Notice, secret: str) -> Request | None:
        """All that is known of it."""
        return Request(secret, asdict(notice), self.token()) if self.wants(notice) else None
