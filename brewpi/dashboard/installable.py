"""What lets a tablet install the board as an app: manifest and icons; and `/alive`, by which a page knows that it still
reaches the board."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from brewpi.dashboard.auth.guard import ALIVE, ICONS, MANIFEST, PUSH_WORKER

STATIC = Path(__file__).parent / "static"
MANIFEST_FIELDS = {
    "name": "brewpi", "short_name": "brewpi", "start_url": "/", "scope": "/", "display": "standalone",
    "background_color": "#eef1f3", "theme_color": "#16303f",
    "icons": [
        {"src": "/icon-192.png", "sizes": "192x192", "type": "image/png", "purpose": "any"},
        {"src": "/icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
        {"src": "/icon.svg", "sizes": "any", "type": "image/svg+xml"},
    ],
}  # fmt: skip


async def alive(_: Request) -> Response:
    """Answers at once: the board is there."""
    return Response(status_code=204)


async def manifest(_: Request) -> Response:
    """As https://www.w3.org/TR/appmanifest/ has it."""
    return JSONResponse(MANIFEST_FIELDS, media_type="application/manifest+json")


async def file(request: Request) -> Response:
    """One of `ICONS`, or what shows notices on a device."""
    return FileResponse(STATIC / request.url.path.lstrip("/"))


ROUTES: list[BaseRoute] = [
    Route(ALIVE, alive), Route(MANIFEST, manifest), *(Route(path, file) for path in (*ICONS, PUSH_WORKER)),
]  # fmt: skip
