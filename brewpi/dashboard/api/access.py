"""Who asks, whether they may, and not too often. Time is an argument."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from brewpi.dashboard.api.tokens import Tokens
from brewpi.mqtt.limits import RateLimit

READS_PER_MINUTE, COMMANDS_PER_MINUTE, WRONG_PER_MINUTE = 240, 30, 20
ADDRESSES_KEPT = 1000
BEARER = HTTPBearer(auto_error=False, description="made by `brewpi api-token add`")


class Problem(Exception):
    """An answer that is none: status, and the sentence."""

    def __init__(self, status: int, why: str, **headers: str) -> None:
        super().__init__(why)
        self.status, self.why, self.headers = status, why, headers


@dataclass(slots=True)
class _Limits:
    reads: RateLimit = field(default_factory=lambda: RateLimit(READS_PER_MINUTE))
    commands: RateLimit = field(default_factory=lambda: RateLimit(COMMANDS_PER_MINUTE))


class Access:
    """Of one board."""

    def __init__(self, tokens: Tokens, clock: Callable[[], float] = time.monotonic) -> None:
        self.tokens, self.clock = tokens, clock
        self._limits: dict[str, _Limits] = {}
        self._wrong: OrderedDict[str, RateLimit] = OrderedDict()

    def may_read(
        self, request: Request, shown: HTTPAuthorizationCredentials | None = Depends(BEARER)  # noqa: B008
    ) -> str:
        """The name of the program. Raises Problem."""
        name, limits, _ = self._known(request, shown)
        _within(limits.reads, self.clock())
        return name

    def may_command(
        self, request: Request, shown: HTTPAuthorizationCredentials | None = Depends(BEARER)  # noqa: B008
    ) -> str:
        """The same of one that may command. A STOP is never too much."""
        name, limits, scope = self._known(request, shown)
        if scope != "command":
            raise Problem(403, f"the token of {name} may only read; make one with --scope command")
        if not request.url.path.endswith("/commands/stop"):
            _within(limits.commands, self.clock())
        return name

    def _known(self, request: Request, shown: HTTPAuthorizationCredentials | None) -> tuple[str, _Limits, str]:
        found = self.tokens.owner(shown.credentials) if shown else None
        if found is None:
            self._count_wrong(request)
            raise Problem(401, "no or wrong token; brewpi api-token add makes one", **{"WWW-Authenticate": "Bearer"})
        name, token = found
        return name, self._limits.setdefault(name, _Limits()), token.scope

    def _count_wrong(self, request: Request) -> None:
        address = request.client.host if request.client else ""
        wrong = self._wrong.setdefault(address, RateLimit(WRONG_PER_MINUTE))
        self._wrong.move_to_end(address)
        while len(self._wrong) > ADDRESSES_KEPT:
            self._wrong.popitem(last=False)
        _within(wrong, self.clock())


def _within(limit: RateLimit, now: float) -> None:
    if not limit.allows(now):
        raise Problem(429, "too many requests within a minute; wait", **{"Retry-After": "60"})
