"""The commands of docs/installer.md are each typed on the emulated Pi, or it is said why not."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # these run without a package, on a machine that has only Python

from installer_page import ELSEWHERE, NEEDS_HARDWARE, PAGE, TYPED, block_with, blocks

BY_HAND = "OutputDevice(25)"


@pytest.mark.parametrize("block", blocks(PAGE.read_text()))
def test_every_command_of_the_page_is_typed_or_it_is_said_why_not(block):
    known = (BY_HAND, *ELSEWHERE, *NEEDS_HARDWARE, *(typed.words for typed in TYPED))
    assert len([words for words in known if words in block]) == 1


@pytest.mark.parametrize("typed", TYPED, ids=lambda typed: typed.words)
def test_what_the_emulator_wants_otherwise_stands_in_the_block(typed):
    assert all(theirs in block_with(typed.words) for theirs in typed.but)


@pytest.mark.parametrize("words", NEEDS_HARDWARE)
def test_what_needs_hardware_is_marked_so_on_the_page(words):
    before, _ = PAGE.read_text().split(block_with(words))
    assert "needs hardware" in before.rpartition("\n##")[2]
