"""`brewpi receiver`: HTTP on one side, the broker on the other."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from brewpi.hardware.addresses import host_and_port, why_not_here
from brewpi.hardware.files import read_text, told, why_unreadable
from brewpi.mqtt import Mqtt
from brewpi.mqtt.link import MqttLink
from brewpi.receiver.gate import LARGEST, LEAST_TOKEN, Gate, Refused
from brewpi.slow_clients import PatientProtocol

AVAILABILITY = "brewpi-receiver/availability"
BODY_LIMIT_S = 5.0
CONNECTIONS = 64
NAMES = ("/ispindel", "/gravitymon", "/stream", "/tilt")
PER_ADDRESS = 8  # connections: a hydrometer opens one, says what it has measured, and goes

log = logging.getLogger("brewpi")
Tell = Callable[[str, str], bool]


class CannotReceive(Exception):
    """It cannot start; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Options:
    """listen: HOST:PORT; prefix: of the topics it publishes to, `<prefix>/<device>`."""

    listen: str
    token_file: Path
    prefix: str = "hydrometer"


class BriefVisits(PatientProtocol):
    """Whoever holds connections open keeps no hydrometer out."""

    per_address = PER_ADDRESS
    most = CONNECTIONS


def run(mqtt: Mqtt, options: Options) -> None:
    """Receive until SIGTERM. Raises CannotReceive."""
    token = _token(options.token_file)
    try:
        host, port = host_and_port(options.listen)
    except ValueError:
        raise CannotReceive(f"--listen {options.listen}: say HOST:PORT, such as 0.0.0.0:8090") from None
    why = why_not_here(host, port)
    if why is not None:
        raise CannotReceive(f"--listen {options.listen}: {why}")
    link = MqttLink(mqtt, AVAILABILITY, time.time, meanwhile="what hydrometers send is refused until it is back")
    link.start()
    try:
        uvicorn.run(
            application(Gate(token), link.tell, options.prefix), host=host, port=port,
            log_level="warning", access_log=False, timeout_keep_alive=5, server_header=False,
            http=BriefVisits, h11_max_incomplete_event_size=2 * LARGEST,
        )  # fmt: skip
    finally:
        link.stop()


def application(gate: Gate, tell: Tell, prefix: str, clock: Callable[[], float] = time.monotonic) -> Starlette:
    """What uvicorn or a test runs; `tell` publishes, now or not at all."""

    async def receive(request: Request) -> Response:
        address = request.client.host if request.client else "?"
        try:
            gate.admit(address)
            post = gate.take(await _body(request), tokens_shown(request), address, clock())
        except Refused as refused:
            return JSONResponse({"ok": False, "why": refused.why}, refused.status)
        if not tell(f"{prefix}/{post.device}", post.payload):
            return JSONResponse({"ok": False, "why": "the broker is away"}, 503)
        return JSONResponse({"ok": True, "topic": f"{prefix}/{post.device}"})

    async def elsewhere(_request: Request, error: Exception) -> Response:
        """What a device or a browser that is sent here by mistake is told."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        headers = error.headers if isinstance(error, HTTPException) else None
        why = f"send it with POST, to one of {', '.join(NAMES)}"
        return JSONResponse({"ok": False, "why": why}, status, headers)

    paths = ("/", *NAMES, *(f"{name}/" for name in NAMES))  # no device follows a redirect
    routes = [Route(path, receive, methods=["POST"]) for path in paths]
    return Starlette(routes=routes, exception_handlers={404: elsewhere, 405: elsewhere})


async def _body(request: Request) -> bytes:
    """Not a byte more than is taken, however much comes."""
    body = b""
    try:
        async with asyncio.timeout(BODY_LIMIT_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST:
                    break
    except TimeoutError:
        raise Refused(408, f"not all of it came within {BODY_LIMIT_S:g} s") from None
    except ClientDisconnect:
        raise Refused(400, "the device went away") from None
    return body


def tokens_shown(request: Request) -> Mapping[str, str]:
    """Where devices can put a token: a header, or the address they post to (Brewfather's way is `?id=`)."""
    places = {
        "bearer": re.sub("^bearer ", "", request.headers.get("authorization", ""), flags=re.IGNORECASE).strip(),
        "header": request.headers.get("x-auth-token", ""),
        "token": request.query_params.get("token", ""),
        "id": request.query_params.get("id", ""),
    }
    return {place: token for place, token in places.items() if token}


def _token(file: Path) -> str:
    try:
        token = read_text(file).strip()
    except (OSError, ValueError) as error:  # no text, or no path
        raise CannotReceive(f"--token-file {told(file)} cannot be read ({why_unreadable(error)})") from None
    if len(token) < LEAST_TOKEN:
        raise CannotReceive(f"--token-file {file}: {LEAST_TOKEN} characters at least; openssl rand -hex 16 makes some")
    return token
