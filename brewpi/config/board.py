"""`[dashboard]`: how `brewpi dashboard CONFIG` serves the board. A flag of the command goes before its option."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from brewpi.hardware.addresses import host_and_port
from brewpi.hardware.files import FilePath


class BoardOptions(BaseModel):
    """`[dashboard]`: how `brewpi dashboard CONFIG` serves the board; each option is a flag too, which goes before it.
    Where the broker is, [mqtt] says; the board has an account of its own there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    listen: str = Field(default="127.0.0.1:8080", description="HOST:PORT where browsers find it")
    site: str = Field(default="+", min_length=1, description="one site only; + for all that the broker has")
    users: FilePath | None = Field(
        default=None, repr=False, description="who may, written by `brewpi dashboard-user`; absent: to look"
    )
    name: tuple[str, ...] = Field(default=(), description="what else the board is called in an address")
    tls_certificate: FilePath | None = Field(default=None, description="PEM, to serve https")
    tls_key: FilePath | None = Field(default=None, repr=False, description="PEM, belongs to it")
    behind_proxy: bool = Field(default=False, description="a proxy on this machine serves https")
    without_tls: bool = Field(default=False, description="plain http on a network, knowingly")
    metrics_token: FilePath | None = Field(
        default=None, repr=False, description="a file that holds what a scraper shows"
    )
    anyone_may_look: bool = Field(default=False, description="signing in is for acting only")
    api_tokens: FilePath | None = Field(
        default=None, repr=False,
        description="tokens of programs for /api/v1, written by `brewpi api-token`; absent: no API",
    )
    setup: FilePath | None = Field(
        default=None, description="the config that who may configure sees and changes in the browser; absent: nobody"
    )
    push: FilePath | None = Field(
        default=None, description="a folder of the board's own, from where it tells devices of alarms; absent: none"
    )
    push_contact: str | None = Field(
        default=None, min_length=3, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$|^https://[^\s]+$",
        examples=["anna@brewery.example"],
        description="a mail address or page, to which push services may write about the board; wanted with push",
    )
    push_services: tuple[str, ...] = Field(
        default=(), description="push services beside those of the usual browsers, as HOST or HOST:PORT"
    )
    username: str | None = Field(default=None, min_length=1, description="as the broker knows the board")
    password_file: FilePath | None = Field(
        default=None, repr=False, description="a file that holds the broker's password"
    )

    @field_validator("listen")
    @classmethod
    def _has_a_port(cls, value: str) -> str:
        host_and_port(value)
        return value

    def with_flags(self, flags: dict[str, Any]) -> BoardOptions:
        """The same with what the command line says; a flag that is None was not given."""
        given = {name: value for name, value in flags.items() if value is not None}
        return BoardOptions.model_validate({**self.model_dump(exclude_unset=True), **given})
