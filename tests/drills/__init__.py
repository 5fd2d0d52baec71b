"""Drills: what takes minutes or asks the clock. Each prints what it measured, and can fail.

Their files are named ``drill_*.py``, so that no ordinary run collects them; ``make drills`` names them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence


def say(line: str) -> None:
    """Print a figure, past whatever captures the output of tests that pass."""
    print(f"\n{line}", flush=True)  # noqa: T201


def rank_test(one: Sequence[float], other: Sequence[float]) -> float:
    """The two-sided chance of ranks that differ so much or more (Mann-Whitney, with the normal law and ties)."""
    both = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks, ties, place = 0.0, 0.0, 1
    for _value, group in itertools.groupby(both, key=lambda pair: pair[0]):
        tied = list(group)
        ranks += (place + (len(tied) - 1) / 2) * sum(1 for _v, which in tied if which == 0)
        ties += len(tied) ** 3 - len(tied)
        place += len(tied)
    first, second, total = len(one), len(other), len(both)
    statistic = ranks - first * (first + 1) / 2
    spread = math.sqrt(first * second / 12 * ((total + 1) - ties / (total * (total - 1))))
    return 1.0 if spread == 0 else math.erfc(abs(statistic - first * second / 2) / spread / math.sqrt(2))
