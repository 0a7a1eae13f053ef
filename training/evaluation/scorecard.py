"""`python -m training evaluate`: the scorecard on standard output, in tables or in JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from brewpi.forecast.tflite_model import Model, ModelError
from training.evaluation.evaluate import (
    Card,
    Group,
    Verdict,
    by_medium,
    card_of,
    contenders,
    effort,
    groups,
    judge,
    show,
)
from training.evaluation.scoring import answerer
from training.site_retraining.progress import progress_of

Spread = Callable[..., Iterator[Any]]


def run(
    model: Path, folders: Sequence[Path], share: float, retrain: bool, plots: Path | None, as_json: bool,
    spread: Spread | None = None,
) -> int:  # fmt: skip
    """Print it; returns the exit status. spread: who works; this process if nobody is named."""
    if not folders:
        print("name a folder with --logs or --groups", file=sys.stderr)
        return 2
    try:
        Model.load(model)
    except ModelError as error:
        print(error, file=sys.stderr)
        return 2
    console = Console(width=None if sys.stdout.isatty() else 220)
    cards: list[Card] = []
    for card in _cards(model, list(groups(folders, share)), model if retrain else None, spread or _in_turn):
        cards.append(card)
        if as_json:
            print(json.dumps(card.as_dict()), flush=True)
        else:
            show(card, console)
        if plots is not None:
            from training.evaluation.plots import draw

            draw(card, answerer(model), plots)
    if not cards:
        print("no complete log in these folders", file=sys.stderr)
        return 1
    if not as_json:
        for medium, (share_, (low, high), n) in by_medium(cards).items():
            console.print(f"{medium}: our 80 % intervals hold {share_:.2f} ({low:.2f}-{high:.2f}) of {n}")
    return 0


def _cards(model: Path, found: Sequence[Group], base: Path | None, spread: Spread) -> Iterator[Card]:
    """Each group once all of its forecasters are judged, and meanwhile how far that is."""
    tasks = [(name, model, group, base) for group in found for name in contenders(group, base)]
    with progress_of("judging", sum(effort(name, group) for name, _, group, _ in tasks)) as progress:
        verdicts: list[Verdict] = []
        for (name, _, group, _), verdict in zip(tasks, spread(judge, tasks), strict=True):
            verdicts.append(verdict)
            progress.advance(effort(name, group))
            if len(verdicts) == len(contenders(group, base)):
                yield card_of(group, verdicts)
                verdicts = []


def _in_turn(work: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
    return (work(*task) for task in tasks)
