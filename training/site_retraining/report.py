"""The page about a retraining: what was read, how both models did, the worst batches drawn, what would help.

One file that asks the network for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

import numpy as np

from training.data.logs import Batch
from training.evaluation.scoring import FRACTIONS, LEVELS, Score
from training.site_retraining.drawing import batch_chart, reliability_chart
from training.site_retraining.in_words import SURE_FROM, advice, in_words
from training.site_retraining.retrain import Found

WORST = 10
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2.5rem } .first { font-size: 1.15rem }
table { border-collapse: collapse; display: block; overflow-x: auto }
svg { max-width: 100%; height: auto }
th, td { padding: .25rem .8rem .25rem 0; text-align: right }
th:first-child, td:first-child { text-align: left }
tr { border-bottom: 1px solid #ddd }
figure { display: inline-block; margin: 0 1rem 1.5rem 0; vertical-align: top }
figcaption { font-size: .9rem; max-width: 26rem }
.new { color: #0b6b3a } .old { color: #8a5a00 }
"""


def html(found: Found, logs: Path) -> str:
    """The report as one HTML page."""
    name = logs.resolve().name
    parts = [f"<h1>Retraining on {escape(name)}</h1>", *_first(found), *_read(found)]
    if found.champion is not None and found.candidate is not None:
        parts += [*_scorecard(found.champion, found.candidate), *_reliability(found.champion, found.candidate)]
        parts += _worst(found.judged, found.champion, found.candidate)
    parts += _help(found)
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(name)}</title>'
    return f'<!doctype html>\n<html lang="en"><head>{head}<style>{STYLE}</style></head>\n<body>\n' + "\n".join(
        parts
    ) + "\n</body></html>\n"  # fmt: skip


def _first(found: Found) -> Iterator[str]:
    for line in in_words(found):
        yield f'<p class="first">{escape(line)}</p>'
    if found.verdict:
        yield f"<p>{escape(str(found.verdict))} (pinball loss: being off, windows too narrow or wide)</p>"


def _read(found: Found) -> Iterator[str]:
    yield f"<h2>What was read</h2><p>{len(found.batches)} complete batches; {len(found.unused)} that do not count.</p>"
    if found.unused:
        yield "<details><summary>Those that do not count, and why</summary>"
        yield from _table(("log", "because"), ((one.name, one.why) for one in found.unused))
        yield "</details>"
    rows = (
        (b.name, b.series.brand or "", b.series.yeast or "", str(b.series.hours.size), f"{b.label.og:.4f}",
         f"{b.label.terminal:.4f}", f"{b.label.completion_h / 24:.1f}")
        for b in found.batches
    )  # fmt: skip
    yield "<details><summary>The complete ones</summary>"
    yield from _table(("batch", "beer", "yeast", "readings", "OG", "ends at", "days"), rows)
    yield "</details>"


def _scorecard(old: Score, new: Score) -> Iterator[str]:
    yield "<h2>Scorecard</h2><p>Hours to completion, asked of batches that neither model had seen.</p>"
    rows = []
    for what, score in (("new model", new), ("the one you had", old)):
        off = [f"{score.median_error(f'{share:.0%}'):.0f} h" for share in FRACTIONS]
        rows.append((what, *off, f"{score.coverage:.0%}", f"{score.width:.0f} h", f"{score.final_points:.1f}"))
    heads = (*(f"off at {share:.0%}" for share in FRACTIONS), "inside the 80 % window", "its width", "final, points")
    yield from _table(("", *heads), rows)
    low, high = new.coverage_interval
    yield f"<p>With so few forecasts the true share inside lies between {low:.0%} and {high:.0%}.</p>"


def _reliability(old: Score, new: Score) -> Iterator[str]:
    """How often the truth came before what was said to be its p10, p50 and p90."""
    yield "<h2>Is it as sure as it should be?</h2><p>On the line: as often done by then as it said.</p>"
    shares = [[float(np.nanmean(s.truth <= s.remaining[:, k])) for k in range(LEVELS.size)] for s in (new, old)]
    yield f"<figure>{reliability_chart(LEVELS.tolist(), shares[0], shares[1])}</figure>"


def _worst(judged: Sequence[Batch], old: Score, new: Score) -> list[str]:
    batches = sorted({int(b) for b in new.batch}, key=lambda b: -float(np.nanmean(new.losses[new.batch == b])))[:WORST]
    out = [f"<h2>The {len(batches)} that went worst</h2><p>Gravity as read. A dot is when it was asked, the bar in "
           "its row the window that was said, its tick the likeliest; the dashed line is when it was done.</p>"]
    for b in batches:
        mine = new.batch == b
        off = float(np.nanmean(np.abs(new.errors[mine])))
        windows = [(trial.at_h, *band) for trial, band, own in zip(new.trials, new.remaining, mine, strict=True)
                if own and trial.moment.endswith("%")]  # fmt: skip
        before = float(np.nanmean(np.abs(old.errors[mine])))
        title = f"{judged[b].name}: off by {off:.0f} h; the one you had by {before:.0f} h"
        out.append(f"<figure>{batch_chart(judged[b], windows)}<figcaption>{escape(title)}</figcaption></figure>")
    return out


def _help(found: Found) -> Iterator[str]:
    lines = list(advice(found))
    if found.judged and len(found.judged) < SURE_FROM:
        lines.append("More batches: the judging ones are the last fifth, and few of them are much luck.")
    if lines:
        yield "<h2>What would help</h2><ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "<table><tr>" + "".join(f"<th>{escape(head)}</th>" for head in heads) + "</tr>"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
    yield "</table>"
