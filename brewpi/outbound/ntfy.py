"""ntfy (ntfy.sh, or one's own server): a notification on a telephone. Published as JSON, which takes any text."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

from brewpi.outbound import Notice, NotificationOptions, Request, is_address

PRIORITIES = {"alarm": 5, "warning": 4}  # 5 rings through "do not disturb"
TAGS = {"alarm": "rotating_light", "warning": "warning"}


class Ntfy(NotificationOptions):
    """The secret is the address of the topic, such as https://ntfy.sh/a-long-random-word: who knows it may listen."""

    example: ClassVar[str] = 'phones = { kind = "ntfy", secret_file = "/etc/brewpi/ntfy.url", severities = ["alarm"] }'
    holds: ClassVar[str] = "the address of the topic"

    def secret_problem(self, secret: str) -> str | None:
        """An address with a topic."""
        if is_address(secret) and urlsplit(secret).path.strip("/"):
            return None
        return "it holds no address of a topic, such as https://ntfy.sh/a-long-random-word"

    def of_notice(self, notice: Notice, secret: str) -> Request | None:
        """To the server's root, with the topic in the message."""
        if not self.wants(notice):
            return None
        server, _, topic = secret.rstrip("/").rpartition("/")
        severity = "" if notice.over else notice.severity
        todo = f"\n{notice.todo}" if notice.todo else ""
        body = {
            "topic": topic,
            "title": notice.where,
            "message": notice.text + todo,
            "priority": PRIORITIES.get(severity, 3),
            "tags": ["white_check_mark" if notice.over else TAGS.get(severity, "beer")],
        }
        return Request(server, body, self.token())
