"""`/api/v1`: what the board knows, as JSON, and commands; described at `openapi.json`, for people at `docs`."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from html import escape
from pathlib import Path
from typing import Any, TypeVar

from fastapi import Body, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from brewpi import __version__
from brewpi.dashboard.api.access import Access, Problem
from brewpi.dashboard.api.commands import Commands, Done, body_of
from brewpi.dashboard.api.tokens import Tokens
from brewpi.dashboard.auth.guard import PROGRAMS, App, Receive, Scope, Send
from brewpi.dashboard.feed.board import Board, Tank
from brewpi.mqtt.batch_payloads import ListedBatch, RecordPayload
from brewpi.mqtt.command_fields import COMMANDS
from brewpi.mqtt.commands import LARGEST
from brewpi.mqtt.payloads import CurvePayload, EventPayload, ForecastPayload, ScorecardPayload, StatePayload
from brewpi.registry import unknown
from brewpi.validation import explaining, sentences

API = f"{PROGRAMS}v1"
T = TypeVar("T")
ABOUT = """Everything that the board knows, and every command that it can give, for other programs. A program shows its
token: `Authorization: Bearer brewpi_...`. An error is a sentence, in `why`. Units are in the names of the fields."""
NO_FIELDS = "the body has to be an object of JSON with the command's fields, sent as Content-Type: application/json"


class ErrorAnswer(BaseModel):
    """Why there is no other answer."""

    why: str


class TankAnswer(BaseModel):
    """A tank. stale: why what is said of it may be untrue (unheard, broker, service, silent), null if it is fresh."""

    site: str
    tank: str
    stale: str | None
    batch: str | None = Field(description="the name of what is in it")
    sg: float | None
    beer_c: float | None
    target_c: float | None
    step: str | None
    alarms: int


class BatchAnswer(BaseModel):
    """A batch with its site."""

    site: str
    batch: ListedBatch


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How they stand in the description; a body without a length is too large for any address."""
    says = {
        401: "no or wrong token", 403: "the token may only read", 404: "nothing is known of it",
        409: "refused by the cellar", 413: "too large", 422: "cannot be right", 429: "too many requests",
        503: "nobody hears it", 504: "no answer; it may have obeyed",
    }  # fmt: skip
    return {status: {"model": ErrorAnswer, "description": says[status]} for status in sorted({*statuses, 413})}


READ = problems(401, 404, 422, 429)
SEEN: dict[str, Any] = {"responses": READ, "response_model_exclude_unset": True}


def application(
    board: Board, tokens: Tokens, send: Callable[[str, str], None], command_keys: Path | None = None
) -> FastAPI:
    """The API over one board; `send` publishes."""
    api = FastAPI(
        title="brewpi", version=__version__, description=ABOUT, docs_url=None, redoc_url=None, servers=[{"url": API}],
        root_path_in_servers=False, separate_input_output_schemas=False,  # the schema that a reader checks
    )  # fmt: skip
    access = Access(tokens)
    _explains(api)
    _reads(api, board, access, send)
    _commands(api, Commands(board, send, command_keys), access)
    api.get("/docs", include_in_schema=False)(lambda: HTMLResponse(page(api)))
    return api


class WithApi:
    """ASGI: what begins with `/api/` is the API's, whatever stands in it; all else is the pages', which have users."""

    def __init__(self, pages: App, api: App) -> None:
        self.pages, self.api = pages, api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PROGRAMS):
            await self.api({**scope, "root_path": API}, receive, send)
        else:
            await self.pages(scope, receive, send)


def _explains(api: FastAPI) -> None:
    """Every error in the same form."""

    @api.exception_handler(Problem)
    async def problem(_: Request, error: Problem) -> JSONResponse:
        return JSONResponse({"why": error.why}, error.status, error.headers)

    @api.exception_handler(RequestValidationError)
    async def wrong(request: Request, error: RequestValidationError) -> JSONResponse:
        first = explaining(error.errors())
        within = {**first, "loc": [part for part in first["loc"] if part not in ("body", "query", "path")]}
        if not within["loc"] or first["type"] == "json_invalid":
            return JSONResponse({"why": NO_FIELDS}, 422)
        command = request.url.path.rsplit("/", 1)[-1]
        body = body_of(command) if command in COMMANDS else None
        return JSONResponse({"why": sentences([within], body, word="field")[0]}, 422)

    @api.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> JSONResponse:
        status = 422 if error.status_code == 400 else error.status_code  # a body that is no JSON
        return JSONResponse({"why": _no_such(request, status) or str(error.detail)}, status, error.headers)

    @api.middleware("http")
    async def small(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        """A body has its length before it, and is no larger than a command; that of a STOP is not read."""
        length = request.headers.get("content-length", "0")
        if request.url.path.endswith("/commands/stop"):
            return await call(request)
        if "transfer-encoding" in request.headers or not length.isdecimal() or int(length) > LARGEST:
            return JSONResponse({"why": f"a body has a length, of {LARGEST} bytes at most"}, 413)
        return await call(request)


def _no_such(request: Request, status: int) -> str | None:
    """Why an address does nothing here, or not what was asked of it; None of other mistakes."""
    *_, group, name = request.url.path.rsplit("/", 2)
    if status == 404 and group == "commands":
        return unknown("command", name, COMMANDS)
    wrong = {404: "there is no such address", 405: f"this address takes no {request.method}"}.get(status)
    return wrong and f"{wrong}; {API}/docs has all of them"


def _reads(api: FastAPI, board: Board, access: Access, send: Callable[[str, str], None]) -> None:
    may = [Depends(access.may_read)]

    @api.get("/tanks", dependencies=may, responses=problems(401, 422, 429), tags=["tanks"])
    async def tanks() -> list[TankAnswer]:
        """Every tank, those who need somebody first."""
        now = time.time()
        return [_tank(board, tank, now) for tank in board.ordered(now)]

    @api.get("/tanks/{site}/{tank}/state", dependencies=may, response_model=StatePayload, tags=["tanks"], **SEEN)
    async def state(site: str, tank: str) -> StatePayload:
        """What is believed and done now, as on the topic `state`."""
        return _said(_known(board, site, tank).state, "state")

    @api.get("/tanks/{site}/{tank}/forecast", dependencies=may, response_model=ForecastPayload, tags=["tanks"], **SEEN)
    async def forecast(site: str, tank: str) -> ForecastPayload:
        """When it is complete, as on the topic `forecast`."""
        return _said(_known(board, site, tank).forecast, "forecast")

    @api.get("/tanks/{site}/{tank}/curve", dependencies=may, response_model=CurvePayload, tags=["tanks"], **SEEN)
    async def curve(site: str, tank: str) -> CurvePayload:
        """The batch so far and the band ahead, as on the topic `curve`."""
        return _said(_known(board, site, tank).curve, "curve")

    @api.get(
        "/tanks/{site}/{tank}/events", dependencies=may, response_model=list[EventPayload], tags=["tanks"], **SEEN
    )
    async def events(site: str, tank: str) -> list[EventPayload]:
        """What happened since the board began to listen, the newest first."""
        return list(_known(board, site, tank).events)

    @api.get("/sites/{site}/scorecard", dependencies=may, response_model=ScorecardPayload, tags=["sites"], **SEEN)
    async def scorecard(site: str) -> ScorecardPayload:
        """How past forecasts turned out."""
        return _said(board.scorecards.get(site), "scorecard")

    @api.get("/batches", dependencies=may, responses=problems(401, 422, 429), tags=["batches"])
    async def batches() -> list[BatchAnswer]:
        """Present and past, those that began last first."""
        return [BatchAnswer(site=site, batch=batch) for site, batch in board.archive.batches()]

    @api.get("/batches/{site}/{batch}", dependencies=may, responses=READ, tags=["batches"])
    async def batch(site: str, batch: str) -> BatchAnswer:
        """What is known of one."""
        return BatchAnswer(site=site, batch=_said(board.archive.get(site, batch), "such batch"))

    @api.get(
        "/batches/{site}/{batch}/record", dependencies=may, responses={**READ, **problems(503)}, tags=["batches"],
        response_model=RecordPayload, response_model_exclude_unset=True,
    )  # fmt: skip
    async def record(site: str, batch: str) -> RecordPayload:
        """Its curve, at most 400 points, and what happened; asked of its cellar."""
        _said(board.archive.get(site, batch), "such batch")
        found = await board.archive.record(site, batch, send)
        if found is None:
            raise Problem(503, f"the cellar of {site} does not answer")
        return found


def _known(board: Board, site: str, tank: str) -> Tank:
    found = board.tanks.get((site, tank))
    if found is None:
        raise Problem(404, f"nothing has been heard of a tank {tank} of {site}")
    return found


def _said(what: T | None, name: str) -> T:
    if what is None:
        raise Problem(404, f"no {name} has been heard of")
    return what


def _tank(board: Board, tank: Tank, now: float) -> TankAnswer:
    state = tank.state
    batch = state.batch if state else None
    return TankAnswer(
        site=tank.site, tank=tank.name, stale=board.stale(tank, now), batch=batch.name if batch else None,
        sg=state.sg if state else None, beer_c=state.beer_c if state else None,
        target_c=state.target_c if state else None, step=state.step if state else None,
        alarms=len(state.alarms) if state else 0,
    )  # fmt: skip


def _commands(api: FastAPI, commands: Commands, access: Access) -> None:
    """One address for each, with its own fields."""
    for name in COMMANDS:
        api.post(
            f"/tanks/{{site}}/{{tank}}/commands/{name}", tags=["commands"], operation_id=name,
            responses=problems(401, 403, 404, 409, 413, 422, 429, 503, 504), description=COMMANDS[name].__doc__,
        )((_stop if name == "stop" else _command)(name, commands, access))  # fmt: skip


def _command(name: str, commands: Commands, access: Access) -> Callable[..., Any]:
    body = body_of(name)

    async def give(site: str, tank: str, fields: Any, by: str) -> Done:
        given = fields.model_dump(mode="json", exclude_unset=True)
        return await commands.give(site, tank, name, given, by)

    needs_some = any(field.is_required() for field in body.model_fields.values())
    give.__annotations__ |= {"fields": body, "by": str, "return": Done}
    give.__defaults__ = (Body() if needs_some else Body(default_factory=body), Depends(access.may_command))
    return give


def _stop(name: str, commands: Commands, access: Access) -> Callable[..., Any]:
    """What is sent with it is not looked at: no mistake there keeps anybody from stopping."""

    async def give(site: str, tank: str, by: str) -> Done:
        return await commands.give(site, tank, name, {}, by)

    give.__defaults__ = (Depends(access.may_command),)
    return give


def page(api: FastAPI) -> str:
    """The description for people, without anything from elsewhere."""
    rows = []
    for path, ways in api.openapi()["paths"].items():
        for method, about in ways.items():
            text = about.get("description") or about.get("summary", "")
            way = f"{method.upper()} {escape(API + path)}"
            rows.append(f"<tr><th scope='row'><code>{way}</code></th><td>{escape(text)}</td></tr>")
    return (
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>brewpi: API</title><style>"
        "body{font-family:system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#14212b}"
        "th{text-align:left;font-weight:400;padding:.3rem 1rem .3rem 0;white-space:nowrap}td{padding:.3rem 0}"
        f"</style></head><body><main><h1>brewpi {escape(__version__)}: API</h1><p>{escape(ABOUT)}</p>"
        f"<p><a href='{API}/openapi.json'>Its description for machines (OpenAPI)</a></p>"
        f"<table>{''.join(rows)}</table></main></body></html>"
    )
