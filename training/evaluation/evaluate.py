"""The scorecard: what is shipped beside all that a brewer could use instead, on the same moments of the same logs.

Batches are taken in the order in which they were brewed. The earlier ones teach what can be taught the site
(median, boosting, our retrained model), the later ones judge everybody. Of a group too small for that, each batch is
judged by what the others teach.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from brewpi.forecast import fitted_curve
from brewpi.records import Forecast
from training.data.logs import Batch, read_complete, thinned, write_folder
from training.evaluation import baselines, site_baselines
from training.evaluation.scoring import (
    FRACTIONS,
    Answerer,
    Question,
    Score,
    answerer,
    difference,
    done_at_every_reading,
    jitter,
    late_done,
    score,
    trials,
    wilson,
)

SHIPPED, RETRAINED = "ours, as shipped", "ours, retrained"
UNTOLD = "ours, told nothing"
FALLBACK, LAST_RATE = "fitted curve (fallback)", "last rate"
TEACH_FROM = 5            # complete batches; fewer make no site history
SPLIT_FROM = 30           # complete batches; a smaller group is judged one by one
Teach = Callable[[Sequence[Batch]], Answerer]


@dataclass(frozen=True, slots=True)
class Group:
    """Logs of one kind: what may be learnt from and what judges; the same ones where they are few."""

    name: str
    earlier: Sequence[Batch]
    judged: Sequence[Batch]

    @property
    def one_by_one(self) -> bool:
        """Whether every batch is judged by what the others teach."""
        return self.earlier is self.judged


@dataclass(frozen=True, slots=True)
class Card:
    """The scores of one group, ours first; jitter in hours per hour and late "done" by forecaster."""

    group: Group
    scores: Sequence[Score]
    jitters: dict[str, float] = field(default_factory=dict)
    late: dict[str, tuple[int, int]] = field(default_factory=dict)
    said_done: dict[str, float] = field(default_factory=dict)  # ours, asked at every reading

    def as_dict(self) -> dict[str, object]:
        """For `--json`: one object a group."""
        rows = []
        for found in self.scores:
            gap, low, high = difference(found, self.scores[0])
            rows.append(found.as_dict() | {
                "pinball_minus_ours_h": [gap, low, high], "eta_jitter_h_per_h": self.jitters[found.name],
                "finished_but_over_12_h": self.late[found.name][0], "finished": self.late[found.name][1],
            } | ({"every_reading": self.said_done} if found.name == SHIPPED else {}))  # fmt: skip
        return {"group": self.group.name, "judged": len(self.group.judged), "taught": len(self.group.earlier),
                "one_by_one": self.group.one_by_one, "forecasters": rows}


class Curve:
    """The fallback, as a forecaster."""

    forecast = staticmethod(fitted_curve.forecast)


def groups(folders: Sequence[Path], share: float) -> Iterator[Group]:
    """Each folder as a group; one that a sensor logged also thinned to two readings a day."""
    for folder in folders:
        batches = read_complete(folder)
        if batches:
            yield _split(folder.name, batches, share)
        dense = [batch for batch in batches if not batch.label.hand_kept]
        if dense:
            yield _split(f"{folder.name}, two a day", [thinned(batch) for batch in dense], share)


def _split(name: str, batches: Sequence[Batch], share: float) -> Group:
    if len(batches) < SPLIT_FROM:
        return Group(name, batches, batches)
    n = round(share * len(batches))
    return Group(name, batches[:n], batches[n:])


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one forecaster on one group: jitter in hours per hour; late "done" and of how many; for ours, what
    it says at every reading."""

    score: Score
    jitter: float
    late: tuple[int, int]
    said_done: dict[str, float]


def contenders(group: Group, base: Path | None = None) -> list[str]:
    """Who is judged on a group, ours first; with `base`, also that model retrained on the group's earlier batches."""
    names = [SHIPPED, FALLBACK, UNTOLD]
    if len(group.earlier) >= TEACH_FROM:
        names += [RETRAINED] * (base is not None and not group.one_by_one) + list(site_baselines.PEERS)
    return [*names, *baselines.FITS, LAST_RATE]


def effort(name: str, group: Group) -> int:
    """About how long a forecaster takes on a group, in questions to a median."""
    anew = group.one_by_one and name in site_baselines.PEERS  # taught for each batch
    return len(group.judged) * (8 if anew else 3 if name in baselines.FITS else 1)


def judge(name: str, ours: object, group: Group, base: Path | None) -> Verdict:
    """One forecaster on one group; ours: a model directory, or anything that forecasts."""
    judged = group.judged
    who = _forecaster(name, ours, group, base)
    said_done = done_at_every_reading(who, judged) if name == SHIPPED else {}
    return Verdict(score(who, judged, name, trials(judged)), jitter(who, judged), late_done(who, judged), said_done)


def _forecaster(name: str, ours: object, group: Group, base: Path | None) -> object:
    if name in (SHIPPED, UNTOLD):
        return answerer(ours) if name == SHIPPED else without_facts(answerer(ours))
    if name == RETRAINED and base is not None:
        return retrained(base, group.earlier)
    if name in site_baselines.PEERS:
        return taught(group, site_baselines.PEERS[name])
    if name in baselines.FITS:
        return baselines.curve_fit(name)
    return {FALLBACK: Curve(), LAST_RATE: baselines.last_rate}[name]


def card_of(group: Group, verdicts: Sequence[Verdict]) -> Card:
    """What came of everybody on one group."""
    return Card(
        group,
        [one.score for one in verdicts],
        {one.score.name: one.jitter for one in verdicts},
        {one.score.name: one.late for one in verdicts},
        verdicts[0].said_done,
    )


def evaluate(ours: object, group: Group, base: Path | None = None) -> Card:
    """Everybody on one group, one after the other."""
    return card_of(group, [judge(name, ours, group, base) for name in contenders(group, base)])


def without_facts(ask: Answerer) -> Answerer:
    """The same, of bare readings: no medium, style, yeast or declared gravity."""
    return lambda questions: ask([
        (replace(series, medium=None, style=None, yeast=None, og=None), at_h) for series, at_h in questions
    ])  # fmt: skip


def taught(group: Group, teach: Teach) -> Answerer:
    """A forecaster that knows the site: from the earlier batches, or from all but the one it is asked about."""
    if not group.one_by_one:
        return teach(group.earlier)
    pupils: dict[int, Answerer] = {}

    def answer(questions: Sequence[Question]) -> list[Forecast]:
        answers: list[Forecast] = []
        for question in questions:
            own = id(question[0])
            if own not in pupils:
                pupils[own] = teach([batch for batch in group.judged if id(batch.series) != own])
            answers += pupils[own]([question])
        return answers

    return answer


def retrained(base: Path, earlier: Sequence[Batch]) -> Answerer:
    """The shipped model after `retrain` on the site's earlier batches, from files as a brewer would do it."""
    from training.site_retraining.retrain import retrain

    with tempfile.TemporaryDirectory() as place:
        write_folder(earlier, Path(place) / "logs")
        retrain(Path(place) / "logs", base, Path(place) / "model", tell=lambda text: print(text, file=sys.stderr))
        return answerer(Path(place) / "model")


def show(card: Card, console: Console) -> None:
    """One table a group, ours on top."""
    table = Table(title=f"{card.group.name}: {len(card.group.judged)} batches, {len(card.scores[0].trials)} forecasts",
                  title_justify="left")
    table.add_column("forecaster", no_wrap=True)
    heads = ("pinball h", "more than ours", "MAE h at " + " / ".join(f"{f:.0%}" for f in FRACTIONS), "at 24/48/72/96 h",
             "median", "80 % covers", "width h", "final, points", "rest h", "false done", "late done", "jitter")
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    for found in card.scores:
        table.add_row(found.name, *_cells(found, card))
    console.print(table)


def _cells(found: Score, card: Card) -> list[str]:
    gap, low, high = difference(found, card.scores[0])
    wrong, of = found.false_done
    late, over = card.late[found.name]
    covers_low, covers_high = found.coverage_interval
    return [
        f"{found.pinball:.1f}",
        "" if found is card.scores[0] else f"{gap:+.1f} ({low:+.1f} to {high:+.1f})",
        " / ".join(f"{found.mae(f'{f:.0%}'):.0f}" for f in FRACTIONS),
        " / ".join(f"{found.mae(f'{h} h'):.0f}" for h in (24, 48, 72, 96)),
        f"{found.median_error():.0f}",
        f"{found.coverage:.2f} ({covers_low:.2f}-{covers_high:.2f})",
        f"{found.width:.0f}",
        f"{found.final_points:.1f}",
        f"{found.rest_mae:.0f}",
        f"{wrong} of {of}",
        f"{late} of {over}",
        f"{card.jitters[found.name]:.2f}",
    ]


def by_medium(cards: Sequence[Card]) -> dict[str, tuple[float, tuple[float, float], int]]:
    """Coverage of our 80 % interval by medium over all groups: share, Wilson interval, forecasts."""
    covered: dict[str, list[float]] = {}
    for card in cards:
        ours = card.scores[0]
        answered = [t for t, band in zip(ours.trials, ours.remaining, strict=True) if band[1] == band[1]]
        for trial, hit in zip(answered, ours.covered, strict=True):
            medium = card.group.judged[trial.batch].series.medium or "unknown"
            covered.setdefault(medium, []).append(float(hit))
    return {m: (sum(hits) / len(hits), wilson(int(sum(hits)), len(hits)), len(hits)) for m, hits in covered.items()}
