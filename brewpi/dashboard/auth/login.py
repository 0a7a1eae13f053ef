"""Signing in and out: a form without a script, a fresh session for every success."""

from __future__ import annotations

import logging
import re
import time
from html import escape
from math import ceil
from urllib.parse import parse_qs

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from brewpi.dashboard.auth.guard import SIGN_IN, SIGN_OUT, cookie_name
from brewpi.dashboard.auth.login_rate_limiter import LoginRateLimiter, device_cookie, limits_for, new_device
from brewpi.dashboard.auth.sessions import LONGEST_S, Sessions
from brewpi.dashboard.auth.users import NOBODY, User, matches
from brewpi.dashboard.views.plain_page import plain_page, words_of
from brewpi.dashboard.views.units import Units
from brewpi.sentences import Sentence

LARGEST = 8192  # bytes of a form
NAME_LENGTH = 40
HASHES_AT_ONCE, HASHES_WAITING = 2, 20  # each takes 19 MiB
DEVICE_S = 180 * 86_400
WRONG = Sentence("Name or password is wrong.")  # never which
NO_FORM = Sentence("That was no sign-in form.")
BUSY = Sentence("Too many people sign in at this moment; try again.")

log = logging.getLogger(__name__)


class LoginPages:
    """`/sign-in` and `/sign-out`. secure: whether browsers reach us over TLS only."""

    def __init__(self, sessions: Sessions, secure: bool) -> None:
        self.sessions, self.secure = sessions, secure
        self.limiter = LoginRateLimiter()
        self.hashing = CapacityLimiter(HASHES_AT_ONCE)
        self.routes: list[BaseRoute] = [
            Route(SIGN_IN, self.form, methods=["GET"]),
            Route(SIGN_IN, self.sign_in, methods=["POST"]),
            Route(SIGN_OUT, self.sign_out, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        """The form, or the way back for somebody who is signed in.

        A link in a mail or a chat comes without the cookie (SameSite=Strict); the second step from here has it.
        """
        target = _way_back(request.query_params.get("next", "/"))
        if request.headers.get("sec-fetch-site") == "cross-site":
            words = words_of(request)
            moment = f"<p>{words.tr('One moment.')}</p>"
            return _page(f'<meta http-equiv="refresh" content="0;url={escape(target)}">{moment}', words)
        if self.sessions.get(self._token(request), time.monotonic()):
            return RedirectResponse(target, 303)
        return self._form(target, words_of(request))

    async def sign_in(self, request: Request) -> Response:
        """Name and password, for a session that did not exist before."""
        fields = await _fields(request)
        if fields is None:
            return self._form("/", words_of(request), NO_FORM, 400)
        name = self.sessions.users.known_as(fields["name"][:80])
        password, target = fields["password"], _way_back(fields["next"])
        user = await self._proven(request, name, password)
        if isinstance(user, tuple):
            return self._form(target, words_of(request), *user, name=fields["name"][:NAME_LENGTH])
        now = time.monotonic()
        self.sessions.end(self._token(request))
        log.info("%s signed in from %s", name, _address(request))
        answer = RedirectResponse(target, 303)
        self._set(answer, cookie_name(self.secure), self.sessions.begin(name, user, now), int(LONGEST_S[user.role]))
        self._set(answer, device_cookie(name), new_device(name, user), DEVICE_S)
        return answer

    async def sign_out(self, request: Request) -> Response:
        """The session ends here, not only its cookie."""
        self.sessions.end(self._token(request))
        answer = RedirectResponse(SIGN_IN, 303)
        answer.delete_cookie(cookie_name(self.secure), secure=self.secure, httponly=True, samesite="strict")
        return answer

    async def _proven(self, request: Request, name: str, password: str) -> User | tuple[Sentence, int]:
        """The user whose password it is, or why not, with a status."""
        user, address, now = self.sessions.users.get(name), _address(request), time.monotonic()
        if self.hashing.statistics().tasks_waiting >= HASHES_WAITING:
            return BUSY, 503
        limits = limits_for(name, address, request.cookies.get(device_cookie(name), ""), user)
        wait_s = self.limiter.spend(limits, now)
        if wait_s:
            log.warning("sign-in refused to %s: too many tries", address)
            minutes = ceil(wait_s / 60)
            return Sentence("Too many tries; wait {minutes} min.", minutes=minutes), 429
        right = await to_thread.run_sync(matches, user or NOBODY, password, limiter=self.hashing)
        if user is None or not right:
            log.warning("sign-in refused to %s: wrong %s", address, "password" if user else "name")
            return WRONG, 403
        self.limiter.reset(limits, now)
        new = await to_thread.run_sync(self.sessions.users.upgrade, name, user, password, limiter=self.hashing)
        self.sessions.changed(user, new)
        return new

    def _token(self, request: Request) -> str:
        return request.cookies.get(cookie_name(self.secure), "")

    def _set(self, answer: Response, name: str, value: str, age_s: int) -> None:
        answer.set_cookie(name, value, max_age=age_s, path="/", secure=self.secure, httponly=True, samesite="strict")

    def _form(
        self, target: str, words: Units, why: Sentence | None = None, status: int = 200, name: str = ""
    ) -> Response:
        """name: what was typed already; only the password is typed anew."""
        tr = words.tr
        if self.sessions.users.file is None:
            there = tr("No users are configured: the board is to look at only.")
            return _page(f'<p><a href="/">{escape(there)}</a></p>', words)
        alert = f'<p role="alert">{escape(tr(why.key, **why.values))}</p>' if why else ""
        return _page(
            f'{alert}<form method="post" action="{SIGN_IN}"><input type="hidden" name="next" value="{escape(target)}">'
            f'<label>{tr("Name")}<input name="name" autocomplete="username" required maxlength="{NAME_LENGTH}" '
            f'autocapitalize="none" spellcheck="false" value="{escape(name)}"{"" if name else " autofocus"}></label>'
            f'<label>{tr("Password")}<input name="password" type="password" autocomplete="current-password" required'
            f'{" autofocus" if name else ""}></label><button type="submit">{tr("Sign in")}</button></form>',
            words, status,
        )  # fmt: skip


def _page(body: str, words: Units, status: int = 200) -> Response:
    return plain_page(words.tr("Sign in"), body, words, status)


def _address(request: Request) -> str:
    return request.client.host if request.client else "nowhere"


def _way_back(target: str) -> str:
    """A page of ours and of nobody else."""
    return target if re.fullmatch(r"/((?:tank|batch)/[^/\\\s]+/[^/\\\s]+|[a-z-]*)", target) else "/"


async def _fields(request: Request) -> dict[str, str] | None:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return None
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return None
    try:
        posted = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return None
    return {name: posted.get(name, [""])[0] for name in ("name", "password", "next")}
