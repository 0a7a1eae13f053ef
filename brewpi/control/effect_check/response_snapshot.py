"""What a restart brings back of what was seen of an output, in the words of the record."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, PlainSerializer

from brewpi.control.effect_check.second_chance import ChanceSnapshot
from brewpi.snapshot import Snapshot

Standing = Literal["fine", "verifying", "weak", "dead", "trying", "reversed"]
Latched = Literal["reversed", "dead"]
LATCHED = get_args(Latched)


def _in_todays_words(standing: object) -> object:
    return "reversed" if standing == "guilty" else standing


def _in_stored_words(standing: str | None) -> str | None:
    """A service that goes back to an earlier version has to find its latches: the record keeps the first word."""
    return "guilty" if standing == "reversed" else standing


class ResponseSnapshot(Snapshot):
    """What was seen of an output: a latch, how fast it moves the beer, and for how long it has run without effect."""

    standing: Annotated[
        Latched | None, BeforeValidator(_in_todays_words), PlainSerializer(_in_stored_words)
    ] = None
    learnt_c_per_h: float | None = Field(default=None, ge=0.0, le=1000.0)
    effort_s: float = Field(default=0.0, ge=0.0, le=30 * 86_400.0)
    driven_s: float = Field(default=0.0, ge=0.0, le=30 * 86_400.0)
    gained_c_per_h: float = Field(default=0.0, ge=-1000.0, le=1000.0)
    trials: int = Field(default=0, ge=0, le=1000)
    chance: ChanceSnapshot = Field(default_factory=ChanceSnapshot)
