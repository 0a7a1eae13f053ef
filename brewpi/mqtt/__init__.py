"""The voice of the cellar: topics and payloads, commands, Home Assistant discovery, and the link that carries them.

`connection.py` and `paho_client.py` are the only files that know paho; everything else here is pure and builds or
reads plain JSON.
"""

from __future__ import annotations

import re
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from brewpi.hardware.files import FilePath

HOST = re.compile(r"[^\s/:@\[\]]+|(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]+(?:%[\w.-]+)?")  # a name, IPv4, or IPv6 with its zone


class Mqtt(BaseModel):
    """`[mqtt]`: the broker that the cellar talks to. Passwords stay in a file of their own, never in the TOML."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(default="localhost", min_length=1, description="name or address of the broker")
    port: int | None = Field(default=None, ge=1, le=65_535, description="1883 when absent, 8883 with tls")
    username: str | None = Field(default=None, min_length=1, description="as the broker knows the cellar")
    password_file: FilePath | None = Field(
        default=None, repr=False, description="a file that holds the password, readable only by us"
    )
    command_keys: FilePath | None = Field(
        default=None, repr=False,
        description="a file of operators' keys: only commands that they have signed are obeyed, and STOP",
    )
    tls: bool = Field(default=False, description="encrypt, and check the broker's certificate")
    ca_file: FilePath | None = Field(
        default=None, description="the authority that signed it; the system's own when absent"
    )
    home_assistant: bool = Field(default=True, description="announce every tank to Home Assistant")
    home_assistant_prefix: str = Field(
        default="homeassistant", pattern=r"^[^#+/\s]+$", examples=["homeassistant"], description="its discovery prefix"
    )

    @field_validator("host")
    @classmethod
    def _stands_alone(cls, value: str) -> str:
        if not HOST.fullmatch(value):
            raise ValueError("should be a name or address alone; the port has an option of its own, and so has TLS")
        return value

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if self.password_file and not self.username:
            raise ValueError("password_file needs a username")
        if self.ca_file and not self.tls:
            raise ValueError("ca_file needs tls = true")
        return self

    @property
    def address(self) -> tuple[str, int]:
        return self.host, self.port or (8883 if self.tls else 1883)
