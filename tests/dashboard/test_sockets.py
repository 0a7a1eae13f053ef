"""NiceGUI's own socket handlers, between which and a page the board puts its check: what they have to be."""

import inspect

import nicegui
import pytest
from nicegui import core

from brewpi.dashboard.auth.sockets import HOLDS_FOR, OF_A_PAGE

GUARDED = {"connect", "handshake", *OF_A_PAGE}
HARMLESS = {"disconnect"}  # knows the socket's own number only


def test_the_seam_holds_for_the_version_that_is_installed():
    installed = tuple(int(part) for part in nicegui.__version__.split(".")[:2])
    first, last = HOLDS_FOR
    assert first <= installed <= last, "read NiceGUI's socket handlers again, then say so in HOLDS_FOR"


def test_no_handler_takes_messages_past_the_check():
    assert set(core.sio.handlers["/"]) == GUARDED | HARMLESS


@pytest.mark.parametrize(("name", "given"), [("connect", 3), ("handshake", 2), *((name, 2) for name in OF_A_PAGE)])
def test_each_handler_takes_what_the_check_hands_on(name: str, given: int):
    inspect.signature(core.sio.handlers["/"][name]).bind(*range(given))
