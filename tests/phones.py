"""A telephone and the push service of its maker: takes what the board posts, and reads it with the phone's own key."""

from __future__ import annotations

import json
import os
import ssl
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import http_ece
import trustme
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from brewpi.dashboard.push.devices import Device


class Handset:
    """What a browser makes for one subscription, and keeps to itself."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)

    @property
    def keys(self) -> dict[str, str]:
        """As `PushSubscription.toJSON()` has them."""
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": encoded(point), "auth": encoded(self.secret)}

    def device(self, endpoint: str, who: str = "anna", **more: Any) -> Device:
        return Device.model_validate({"endpoint": endpoint, "who": who, **self.keys, **more})

    def reads(self, body: bytes) -> dict[str, Any]:
        """Raises http_ece.ECEException for what was encrypted for somebody else."""
        return dict(json.loads(http_ece.decrypt(body, private_key=self.private, auth_secret=self.secret)))


class PushService:
    """On TLS, as they all are; `answers` are its next statuses, after those 201. `certificate`: of who made its own."""

    def __init__(self, here: Path) -> None:
        self.answers: deque[int] = deque()
        self.got: list[tuple[str, dict[str, str], bytes]] = []  # path, headers and body of what was posted
        authority = trustme.CA()
        self.certificate = here / "authority.pem"
        authority.cert_pem.write_to_path(self.certificate)
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(service.answers.popleft() if service.answers else 201)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Tests are quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def endpoint(self, name: str = "one") -> str:
        return f"https://{self.host}/send/{name}"

    def read_by(self, handset: Handset, name: str = "one") -> list[dict[str, Any]]:
        """What that device shows, in order."""
        return [handset.reads(body) for path, _, body in self.got if path == f"/send/{name}"]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def encoded(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def claims(authorization: str) -> dict[str, Any]:
    """Of a VAPID header (RFC 8292), after its signature was tried with the key that it names."""
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    parts = dict(part.strip().split("=", 1) for part in authorization.removeprefix("vapid ").split(","))
    head, body, signature = parts["t"].split(".")
    raw = decoded(signature)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(parts["k"]))
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    public.verify(encode_dss_signature(r, s), f"{head}.{body}".encode(), ec.ECDSA(SHA256()))
    return {**json.loads(decoded(body)), "k": parts["k"]}


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
