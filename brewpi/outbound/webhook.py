"""Any program that takes JSON by POST."""

from __future__ import annotations

from typing import ClassVar

from pydantic import TypeAdapter

from brewpi.outbound import Notice, NotificationOptions, Request

BODY = TypeAdapter(Notice)


class Webhook(NotificationOptions):
    """What happened as a JSON object with `id, at, site, tank, about, severity, text, todo, key, over, message`; an
    alarm that is gone comes with `over = true`. The secret is the address."""

    example: ClassVar[str] = 'logbook = { kind = "webhook", secret_file = "/etc/brewpi/logbook.url" }'

    def of_notice(self, notice: Notice, secret: str) -> Request | None:
        """All that is known of it."""
        return Request(secret, BODY.dump_python(notice, mode="json"), self.token()) if self.wants(notice) else None
