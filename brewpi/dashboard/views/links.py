"""Addresses in what people wrote, such as that of a photo, as links. The board itself fetches nothing. Pure."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlsplit

ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\^]+", re.IGNORECASE)
AFTER = ".,;:!?)]}"  # of the sentence around it
LONGEST = 60  # as it is shown


def linked(text: str) -> str:
    """HTML: everything escaped, each http:// and https:// address to be followed in a tab of its own."""
    parts, end = [], 0
    for found in ADDRESS.finditer(text):
        address = found[0].rstrip(AFTER)
        if not _is_address(address):
            continue
        parts += [escape(text[end : found.start()]), _link(address)]
        end = found.start() + len(address)
    return "".join((*parts, escape(text[end:])))


def _link(address: str) -> str:
    shown = address if len(address) <= LONGEST else f"{address[:LONGEST]}…"
    return f'<a href="{escape(address, quote=True)}" target="_blank" rel="noopener noreferrer">{escape(shown)}</a>'


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
