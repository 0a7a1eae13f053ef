"""`python -m training evaluate`: the scorecard on standard output, in tables or in JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from brewpi.forecast.tflite_model import ModelError
from training.evaluation.evaluate import Card, by_medium, evaluate, groups, show
from training.evaluation.scoring import answerer


def run(model: Path, folders: Sequence[Path], share: float, retrain: bool, plots: Path | None, as_json: bool) -> int:
    """Print it; returns the exit status."""
    absent = [folder for folder in folders if not folder.is_dir()]
    if absent or not folders:
        print(f"{absent[0]}: no such folder" if absent else "name a folder with --logs or --groups", file=sys.stderr)
        return 2
    try:
        ours = answerer(model)
    except ModelError as error:
        print(error, file=sys.stderr)
        return 2
    cards: list[Card] = []
    console = Console(width=None if sys.stdout.isatty() else 220)
    for group in groups(folders, share):
        card = evaluate(ours, group, model if retrain else None)
        cards.append(card)
        if as_json:
            print(json.dumps(card.as_dict()), flush=True)
        else:
            show(card, console)
        if plots is not None:
            from training.evaluation.plots import draw

            draw(card, ours, plots)
    if not cards:
        print("no complete log in these folders", file=sys.stderr)
        return 1
    if not as_json:
        for medium, (share_, (low, high), n) in by_medium(cards).items():
            console.print(f"{medium}: our 80 % intervals hold {share_:.2f} ({low:.2f}-{high:.2f}) of {n}")
    return 0
