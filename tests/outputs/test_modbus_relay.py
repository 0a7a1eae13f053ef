"""Relays on a serial line, through the real pyserial, against a board at the other end of a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import select
import threading
import time
import tty
from collections.abc import Iterator

import pytest

from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs import OutputError
from brewpi.outputs.modbus_relay import ModbusRelay, checksum


class Board:
    """Eight relays at address 1 that keep their timers. `deaf`: it hears nothing; `noisy`: its answers are damaged."""

    def __init__(self) -> None:
        self.ours, theirs = pty.openpty()
        tty.setraw(theirs)
        self.port = os.ttyname(theirs)
        self.theirs = theirs
        self.off_at = [0.0] * 8
        self.deaf = self.noisy = self.obstinate = False
        self.timers: list[float] = []
        self.closing = threading.Event()
        self.server = threading.Thread(target=self._serve, daemon=True)
        self.server.start()

    def is_on(self, channel: int) -> bool:
        return time.monotonic() < self.off_at[channel]

    def _serve(self) -> None:
        request = b""
        while not self.closing.is_set():
            if not select.select([self.ours], [], [], 0.02)[0]:
                continue
            request += os.read(self.ours, 8 - len(request))
            if len(request) < 8:
                continue
            if not self.deaf and request[0] == 1:
                assert request[-2:] == checksum(request[:-2])
                answer = self._obey(request[:-2])
                answer += checksum(answer)
                os.write(self.ours, answer[::-1] if self.noisy else answer)
            request = b""

    def _obey(self, request: bytes) -> bytes:
        address, value = int.from_bytes(request[2:4]), int.from_bytes(request[4:6])
        if request[1] == 1:
            return bytes((1, 1, 1, self.is_on(address)))
        if address >= 0x0200 and not self.obstinate:
            self.timers.append(value / 10.0)
            self.off_at[address - 0x0200] = time.monotonic() + value / 10.0
        elif value == 0:
            self.off_at[address] = 0.0
        return request

    def close(self) -> None:
        """The thread first: a number of a closed file is given to the next board, and it would answer for that one."""
        self.closing.set()
        self.server.join()
        os.close(self.theirs)
        os.close(self.ours)


@pytest.fixture
def board() -> Iterator[Board]:
    board = Board()
    yield board
    board.close()


@pytest.fixture
def context() -> PlugContext:
    return PlugContext()


def relay(board: Board, channel: int = 0) -> ModbusRelay:
    return ModbusRelay(port=board.port, channel=channel)


def test_the_checksum_is_that_of_the_makers_own_examples():
    for text in ("0105020000078DB0", "01050000FF008C3A", "0101000000083DCC"):
        frame = bytes.fromhex(text)
        assert checksum(frame[:-2]) == frame[-2:]


def test_it_is_switched_on_for_a_while_only_and_renewed_in_time(board, context):
    switch = relay(board, 3).open(context)
    assert not board.is_on(3)
    for now in range(0, 60, 5):
        switch.set(1.0, float(now))
        assert board.is_on(3)
    assert board.timers == [60.0] * 4  # at 0, 15, 30 and 45 s
    switch.set(0.0, 60.0)
    assert not board.is_on(3)
    switch.close()


def test_two_relays_share_the_line(board, context):
    first, second = relay(board, 0).open(context), relay(board, 1).open(context)
    first.set(1.0, 0.0)
    second.set(1.0, 0.0)
    first.close()
    assert (board.is_on(0), board.is_on(1)) == (False, True)
    second.set(0.0, 5.0)
    second.close()


@pytest.mark.parametrize("mood", ["deaf", "noisy"])
def test_a_board_that_cannot_be_understood_is_a_fault(board, context, mood):
    switch = relay(board).open(context)
    switch.set(1.0, 0.0)
    setattr(board, mood, True)
    with pytest.raises(OutputError, match="does not answer; it goes off by itself"):
        switch.set(1.0, 5.0)


def test_a_board_that_cannot_switch_itself_off_is_a_fault(board, context):
    board.obstinate = True
    switch = relay(board).open(context)
    with pytest.raises(OutputError, match="is off and should not be"):
        switch.set(1.0, 0.0)


def test_a_relay_that_went_off_by_itself_is_switched_on_again(board, context):
    switch = relay(board).open(context)
    switch.set(1.0, 0.0)
    board.off_at[0] = 0.0  # somebody unplugged the board for a moment
    with pytest.raises(OutputError, match="is off and should not be"):
        switch.set(1.0, 5.0)
    switch.set(1.0, 10.0)
    assert board.is_on(0)


def test_a_line_that_is_not_there_says_so(context):
    with pytest.raises(OutputError, match="/dev/ttyNONE cannot be opened"):
        ModbusRelay(port="/dev/ttyNONE", channel=0).open(context)


def test_a_board_that_is_silent_from_the_start_leaves_the_line_closed(board, context):
    board.deaf = True
    with pytest.raises(OutputError, match="does not answer"):
        relay(board).open(context)
    assert not context.shared
