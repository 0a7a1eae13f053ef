"""Whoever never finishes a request over HTTP holds a place for seconds only, one address not all of them, and a request
no more memory than it has a use for."""

from __future__ import annotations

import asyncio
import ipaddress
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

REQUEST_S = 10.0  # for the head and the body of a request
PER_ADDRESS = 100  # connections; a page has one or two
ALL = 1000
LARGEST = 2**16  # bytes of a request with its head: a command has 4 kB, and no form more than 8

_open: dict[asyncio.Transport, PatientProtocol] = {}  # the oldest first; all of it on the event loop


class PatientProtocol(AutoHTTPProtocol):  # type: ignore[valid-type, misc]
    """uvicorn's protocol with a deadline for requests and a limit of connections.

    A proxy on this machine speaks for everybody, so only the limit of all of them is for it. Beyond that one, room is
    made for whoever comes.
    per_address, most: connections of one address and of all, PER_ADDRESS and ALL where a server says nothing.
    """

    per_address: int | None = None
    most: int | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Counts, and closes what is too many."""
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self.address = peer[0] if isinstance(peer, tuple) else ""
        self.received = 0
        self.deadline: asyncio.TimerHandle | None = None
        _forget_closed()
        _open[transport] = self
        ours = sum(other.address == self.address for other in _open.values())
        if ours > (self.per_address or PER_ADDRESS) and not _is_here(self.address):
            transport.abort()
            return
        self._expect()
        if len(_open) > (self.most or ALL):
            _make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """No deadline is left behind."""
        if self.deadline is not None:
            self.deadline.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A new request has its own deadline, however slowly it comes, and a size: uvicorn keeps every line of a head
        and of a trailer, as many as come."""
        super().data_received(data)
        self.received = self.received + len(data) if self._waits_for_request else 0
        if self.received > LARGEST:
            self._give_up()
        self._expect()

    def _expect(self) -> None:
        if self._waits_for_request and self.deadline is None:
            self.deadline = asyncio.get_running_loop().call_later(REQUEST_S, self._give_up)
        elif not self._waits_for_request and self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    @property
    def _waits_for_request(self) -> bool:
        """Whether it is the client's turn; a socket has another protocol by then."""
        cycle: Any = self.cycle
        return cycle is None or cycle.response_complete or cycle.more_body

    def _give_up(self) -> None:
        self.deadline = None
        transport = self.transport
        if self._waits_for_request and transport.get_protocol() is self and not transport.is_closing():
            transport.abort()


def _forget_closed() -> None:
    """Looked up in the transports: a connection that became a websocket has a protocol of its own, which tells nobody
    here when it ends."""
    for transport in [one for one in _open if one.is_closing()]:
        del _open[transport]


def _make_room() -> None:
    """Whoever has kept us waiting for a request the longest goes: who asks properly is done in a moment, and gets in
    however many addresses the others have."""
    for transport, protocol in _open.items():
        if protocol.deadline is not None:
            transport.abort()
            return


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
