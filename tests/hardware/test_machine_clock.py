"""Whether the kernel's clock is synchronised, also where a sandbox forbids the question."""

from __future__ import annotations

import ctypes

import pytest

from brewpi.hardware import machine_clock


class Kernel:
    def __init__(self, state: int) -> None:
        self.state = state

    def adjtimex(self, _structure: object) -> int:
        return self.state


@pytest.mark.parametrize(("state", "file", "synchronised"), [
    (0, False, True), (4, False, True), (5, True, False), (-1, False, False), (-1, True, True),
])  # fmt: skip
def test_what_the_kernel_says_and_else_what_the_time_service_left(monkeypatch, tmp_path, state, file, synchronised):
    left = tmp_path / "synchronized"
    if file:
        left.touch()
    monkeypatch.setattr(machine_clock, "TIMESYNCD", left)
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: Kernel(state))
    assert machine_clock.is_synchronised() is synchronised


def test_a_file_that_may_not_be_looked_at_is_not_there(monkeypatch, tmp_path):
    monkeypatch.setattr(machine_clock, "TIMESYNCD", tmp_path / ("long" * 200))  # an OSError, whoever asks
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: Kernel(-1))
    assert machine_clock.is_synchronised() is False
