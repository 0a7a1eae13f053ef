"""What is sent elsewhere: alarms to people's phones, readings to services that keep them. Optional, off by default.

A process of its own (`brewpi outbound CONFIG`) that knows only the broker: the cellar does not notice whether it runs.
Add a kind with one file, one line in KINDS and one test. A kind is a pydantic model of its options which turns what
happened into a request; sending, waiting and trying again is not its business (`delivery_worker.py`), and neither are
secrets: they lie in a file or in the environment, never in the TOML, and are in no sentence.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from brewpi.hardware.files import NOT_TOLD, FilePath, read_text, told, why_unreadable
from brewpi.mqtt.wire_types import MessagePayload
from brewpi.outbound.hours import are_times, within
from brewpi.registry import with_installed
from brewpi.toml_text import dotted

if TYPE_CHECKING:  # every config is read with these options, `brewpi off` after a crash too, which needs no payload
    from brewpi.mqtt.payloads import StatePayload

KINDS: dict[str, str] = {
    "apprise": "brewpi.outbound.apprise:Apprise",
    "brewfather": "brewpi.outbound.brewfather:Brewfather",
    "ntfy": "brewpi.outbound.ntfy:Ntfy",
    "slack": "brewpi.outbound.slack:Slack",
    "webhook": "brewpi.outbound.webhook:Webhook",
}
Topic = Literal["alarms", "questions", "milestones"]


class NoSecret(Exception):
    """What a way out needs and does not find; the message is a sentence without the secret."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a person wants to be told, once. `id` is that of its event; `tank` is "" for the whole site.

    about: which of the topics it belongs to; over: an alarm that is gone, `severity` is then what it was; message: what
    `text` is made of, for who says it in another language.
    """

    id: str
    at: str
    site: str
    tank: str
    about: Topic
    severity: str
    text: str
    todo: str = ""
    key: str = ""
    over: bool = False
    message: MessagePayload | None = None

    @property
    def where(self) -> str:
        """ "riverside fv1"."""
        return f"{self.site} {self.tank}".rstrip()


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """A POST of JSON, or of `content` as its headers say. Does not show what it holds: any of it may be the secret."""

    url: str
    body: Mapping[str, Any] = field(default_factory=dict)
    token: str | None = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class Handover:
    """Something that a library of its own sends to so many `addresses`: `send` says how many took it. Does not show
    what it holds."""

    send: Callable[[], int]
    addresses: int = 1


class OutboundOptions(BaseModel):
    """What every way out has in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    example: ClassVar[str]
    holds: ClassVar[str] = "the address to post to"  # what its secret is, for sentences
    every_s: ClassVar[float] = 0.0  # at most one reading of a tank in so many seconds

    secret_file: FilePath | None = Field(default=None, description="a file that holds the secret, readable only by us")
    secret_env: str | None = Field(
        default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", examples=["NTFY_TOPIC"],
        description="or the environment variable that does",
    )
    tanks: tuple[str, ...] = Field(default=(), description="these only; all of them when absent")

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if (self.secret_file is None) == (self.secret_env is None):
            raise ValueError(f"give secret_file or secret_env, one of them: it holds {self.holds}")
        if self.secret_file is not None and ":/" in str(self.secret_file):
            raise ValueError("secret_file is the name of a file; put the address into that file")
        return self

    def secret(self) -> str:
        """What the file or the variable holds. Raises NoSecret."""
        if self.secret_file is not None:
            where, text = f"secret_file {told(self.secret_file)}", _read(self.secret_file)
        else:
            name = self.secret_env or ""
            is_name = name in os.environ or name.isupper()  # else it may be the secret itself
            where, text = f"secret_env {name if is_name else NOT_TOLD}", os.environ.get(name, "").strip()
        why = self.secret_problem(text) if text else f"it holds nothing, and should hold {self.holds}"
        if why is not None:
            raise NoSecret(f"{where}: {why}")
        return text

    def about(self) -> str:
        """For people, in a few words: the kind and the tanks."""
        kinds, own = with_installed("outbound", KINDS), f"{type(self).__module__}:{type(self).__qualname__}"
        kind = next(word for word, where in kinds.items() if where == own)
        return f"{kind}, {', '.join(self.tanks) or 'all tanks'}"

    def secret_problem(self, secret: str) -> str | None:
        """Why this cannot be the secret, without saying it."""
        return None if is_address(secret) else "it holds no http:// or https:// address"

    def may_go(self, notice: Notice, at: datetime) -> bool:
        """Whether it may go out now, on the wall's clock; what may not waits."""
        return True

    def is_on_duty(self, at: datetime) -> bool:
        """Whether it is told anything at that time."""
        return True

    def tells(self, notice: Notice) -> bool:
        """Whether people are told of it this way."""
        return False

    def of_notice(self, notice: Notice, secret: str) -> Request | Handover | None:
        """The request that tells it; None if this way out does not tell of it."""
        return None

    def of_state(self, site: str, tank: str, state: StatePayload, secret: str) -> Request | None:
        """The request that keeps a reading, from the payload of `state`; None if there is nothing to keep."""
        return None


class NotificationOptions(OutboundOptions):
    """A way out that tells people: which of what happens, and with whose right to post."""

    tell: tuple[Topic, ...] = Field(
        default=("alarms",), min_length=1, description="questions want confirm or veto; milestones are steps and cues"
    )
    severities: tuple[Literal["alarm", "warning"], ...] = Field(
        default=("alarm", "warning"), min_length=1, description="of alarms"
    )
    token_file: FilePath | None = Field(
        default=None, description="a file that holds a bearer token, where one is needed"
    )

    quiet: tuple[str, ...] = Field(
        default=(), description='when only alarms go out and the rest waits, such as "22:00-07:00" or "sat,sun"'
    )
    on_duty: tuple[str, ...] = Field(
        default=(), description='when somebody is there, such as "mon-fri 06:00-14:00"; absent: always'
    )

    _are_times = field_validator("quiet", "on_duty")(are_times)

    def may_go(self, notice: Notice, at: datetime) -> bool:
        """Whether it may go out now: in quiet hours only what is grave, and its end, which calms."""
        return notice.severity == "alarm" or not within(self.quiet, at)

    def is_on_duty(self, at: datetime) -> bool:
        """Whether somebody is there to read it."""
        return not self.on_duty or within(self.on_duty, at)

    def tells(self, notice: Notice) -> bool:
        """Whether people are told of it this way: of this tank, and of such things."""
        return self.wants(notice) and not (self.tanks and notice.tank and notice.tank not in self.tanks)

    def wants(self, notice: Notice) -> bool:
        """Whether it is one of those."""
        return notice.about in self.tell and (notice.about != "alarms" or notice.severity in self.severities)

    def token(self) -> str | None:
        """The bearer token. Raises NoSecret."""
        return None if self.token_file is None else _read(self.token_file)


def _read(file: Path) -> str:
    try:
        return read_text(file).strip()
    except (OSError, UnicodeDecodeError) as error:
        why = why_unreadable(error)
        raise NoSecret(f"{told(file)} cannot be read ({why}); the user that runs it has to be able to") from None


def is_address(text: str) -> bool:
    """Whether it looks like one, and is of one line."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and len(text.split()) == 1
    except ValueError:
        return False


def secret_problems(ways: Mapping[str, OutboundOptions]) -> Iterator[str]:
    """Which secrets cannot be used on this machine, a sentence each, without any of them."""
    for name, options in ways.items():
        try:
            options.secret()
            if isinstance(options, NotificationOptions):
                options.token()
        except NoSecret as error:
            yield f"{dotted('outbound', name)}: {error}"
