"""What came of a retraining, in a brewer's words first and in figures after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from training.evaluation.scoring import Score
from training.site_retraining.retrain import LEAST_BATCHES, Found

SURE_FROM = 20  # batches that judge; with fewer, one or two unusual ones decide
HALF_WAY = "50%"
HELP = {  # by the rule that left a log out: what to do next time
    "plateau": "measure until two readings a day apart agree, before the crash",
    "level": "measure until two readings a day apart agree, before the crash",
    "gap": "measure at least once a day around the end",
    "late": "take the first reading at pitching, or within hours of it",
    "readings": "measure at least once a day",
    "rise": "say when fruit or sugar goes in, and keep those batches apart",
    "fall": "check the hydrometer: it sticks, or its unit changes",
    "drop": "is the file of a fermenting batch? Its gravity hardly falls",
    "attenuation": "is the file whole? Its gravity ends far from dry",
    "no_log": "export these as CSV or a workbook with a time and a gravity",
}


def in_words(found: Found) -> Iterator[str]:
    """The result, a sentence each."""
    if found.verdict is None or found.champion is None or found.candidate is None:
        yield f"Nothing learnt: {found.why_not}."
        return
    ours, old, count = found.candidate, found.champion, len(found.judged)
    if found.verdict.winner == "candidate":
        compared = f"{_off(ours)} instead of {_days(_half_way(old))}{_yet(ours, old)}"
        yield f"The new model is better: {compared}; {_inside(ours)}."
    else:
        compared = f"{_off(old)}, the new one by {_days(_half_way(ours))}{_yet(old, ours)}"
        yield f"The model you have stays: {compared}; {_inside(old)}."
    yield f"Judged on {count} batches that neither had seen, told what your daemon would be told."
    if count < SURE_FROM:
        yield f"Only {count} batches judge: one or two unusual ones decide that. Retrain again after ten more."
    names = [word.split(" ", 1)[1] for word in found.words]
    if names:
        yield f"Known by name from now on: {', '.join(names)}."


def advice(found: Found) -> Iterator[str]:
    """What would help the next time, what helps most first."""
    by_rule = Counter(HELP[one.rule] for one in found.unused if one.rule in HELP)
    for what, count in by_rule.most_common():
        yield f"{count} {'log does' if count == 1 else 'logs do'} not count: {what}."
    if len(found.batches) < LEAST_BATCHES:
        yield f"{LEAST_BATCHES - len(found.batches)} more complete batches, and there is enough to learn from."
    unnamed = sum(not batch.series.brand for batch in found.batches)
    if unnamed > len(found.batches) / 2:
        yield f'{unnamed} batches have no name: {{"brand": "Rousse"}} in a .json beside a log names its beer.'
    if sum(not batch.series.yeast for batch in found.batches) > len(found.batches) / 2:
        yield 'Most batches do not say their yeast: {"yeast": "US-05"} in a .json beside the log does.'


def _half_way(score: Score) -> float:
    return score.median_error(HALF_WAY)


def _off(score: Score) -> str:
    return f"off by {_days(_half_way(score))} at half-way"


def _yet(winner: Score, loser: Score) -> str:
    """What decided, where half-way alone says the opposite: the verdict counts every moment, and its window."""
    return "" if _half_way(winner) <= _half_way(loser) else ", but better where all moments and their windows count"


def _days(hours: float) -> str:
    return f"{hours / 24:.1f} days" if hours >= 12 else f"{hours:.0f} hours"


def _inside(score: Score) -> str:
    return f"{10 * score.coverage:.0f} in 10 inside the window"
