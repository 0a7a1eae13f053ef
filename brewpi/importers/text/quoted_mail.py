"""A table in a mail that was answered: behind > at the beginning of its lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

_QUOTED = re.compile(r"\s*(?:>\s?)+(?![.\s]*[\d.]+%?\s*$)")  # not >1.052, nor a margin note of one number
LEAST_QUOTED = 4  # lines


def answered(lines: Sequence[str]) -> list[str]:
    """What a mail quotes behind > at the beginning of most of its lines, without what is said around it."""
    quoted = [_QUOTED.match(line) for line in lines]
    several = sum(found is not None for found in quoted)
    if several < LEAST_QUOTED or 2 * several < sum(bool(line.strip()) for line in lines):
        return list(lines)
    return [line[found.end() :] if found else "" for line, found in zip(lines, quoted, strict=True)]
