"""Noticing that far more reports come than is usual. Nobody is refused for it: what comes is marked, and phones are asked for work.

No address is known here, and no time is written: each process counts the minutes of its own reports in memory and forgets them
after ten. (Several processes together notice a burst a little later; a restart forgets it.)
"""

from __future__ import annotations

import time
from collections import Counter
from threading import Lock

LIMIT, MINUTES = 60, 10
# Zeros that a solution begins with: some 16,000 tries, about a second on a phone (tests/content/reports/test_bursts.py).
WORK_BITS = 14

_lock = Lock()
_minutes: Counter[int] = Counter()


def one_more() -> bool:
    """Count a report that is about to be stored; whether it belongs to a burst."""
    with _lock:
        _forget_old()
        _minutes[_now()] += 1
        return _minutes.total() > LIMIT


def is_on() -> bool:
    """Whether there is a burst at this moment."""
    with _lock:
        _forget_old()
        return _minutes.total() >= LIMIT


def forget() -> None:
    """Begin anew."""
    with _lock:
        _minutes.clear()


def _now() -> int:
    return int(time.monotonic() // 60)


def _forget_old() -> None:
    for minute in [minute for minute in _minutes if minute <= _now() - MINUTES]:
        del _minutes[minute]
