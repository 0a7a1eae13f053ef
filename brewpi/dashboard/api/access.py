"""Who asks, whether they may, and not too often.

`limits` counts in windows of the wall clock: one that is set back makes them longer. Signing in has windows of its own
(auth/login_rate_limiter.py), and so has the daemon (mqtt/limits.py); both say why.
"""

from __future__ import annotations

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from brewpi.dashboard.api.tokens import Tokens

READS, COMMANDS = RateLimitItemPerMinute(240), RateLimitItemPerMinute(30)  # of one program
WRONG, ALL_WRONG = RateLimitItemPerMinute(20), RateLimitItemPerMinute(1000)  # tokens, from one address and from all
BEARER = HTTPBearer(auto_error=False, description="made by `brewpi api-token add`")


class Problem(Exception):
    """An answer that is none: status, and the sentence."""

    def __init__(self, status: int, why: str, **headers: str) -> None:
        super().__init__(why)
        self.status, self.why, self.headers = status, why, headers


class Access:
    """Who may use a board's API, and how often."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def may_read(
        self, request: Request, shown: HTTPAuthorizationCredentials | None = Depends(BEARER)  # noqa: B008
    ) -> str:
        """The name of the program. Raises Problem."""
        name, _ = self._known(request, shown)
        self._count(READS, "reads", name)
        return name

    def may_command(
        self, request: Request, shown: HTTPAuthorizationCredentials | None = Depends(BEARER)  # noqa: B008
    ) -> str:
        """The same of one that may command. A STOP is never too much."""
        name, scope = self._known(request, shown)
        if scope != "command":
            raise Problem(403, f"the token of {name} may only read; make one with --scope command")
        if not request.url.path.endswith("/commands/stop"):
            self._count(COMMANDS, "commands", name)
        return name

    def _known(self, request: Request, shown: HTTPAuthorizationCredentials | None) -> tuple[str, str]:
        found = self.tokens.owner(shown.credentials) if shown else None
        if found is None:
            self._count_wrong(request)
            raise Problem(401, "no or wrong token; brewpi api-token add makes one", **{"WWW-Authenticate": "Bearer"})
        name, token = found
        return name, token.scope

    def _count_wrong(self, request: Request) -> None:
        self._count(ALL_WRONG, "wrong")  # first: so no more addresses than these are remembered
        self._count(WRONG, "wrong", request.client.host if request.client else "")

    def _count(self, limit: RateLimitItem, *of: str) -> None:
        if not self._limiter.hit(limit, *of):
            raise Problem(429, "too many requests within a minute; wait", **{"Retry-After": "60"})
