"""Slack's incoming webhooks, which Mattermost, Rocket.Chat and Discord (its address with /slack) understand too."""

from __future__ import annotations

from typing import ClassVar

from brewpi.outbound import Notice, NotificationOptions, Request

MARKS = {"alarm": ":rotating_light:", "warning": ":warning:", "info": ":beer:"}


class Slack(NotificationOptions):
    """A line in a channel. The secret is the address of the incoming webhook."""

    example: ClassVar[str] = 'brewers = { kind = "slack", secret_file = "/etc/brewpi/slack.url" }'

    def of_notice(self, notice: Notice, secret: str) -> Request | None:
        """Slack's own three characters are escaped, so that no text becomes a link or a mention."""
        if not self.wants(notice):
            return None
        mark = ":white_check_mark:" if notice.over else MARKS.get(notice.severity, "")
        todo = f"\n{notice.todo}" if notice.todo else ""
        return Request(secret, {"text": f"{mark} *{notice.where}*: {_escaped(notice.text + todo)}"}, self.token())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
