"""What moves a listing up besides its words: gently, in steps of whole days, the same on every engine.

A boost multiplies how well the words fit, so that it decides between listings that fit about as well and never lifts one
that does not: all boosts together are less than what a word in the title counts above one in the text. Nothing here is
chance, a click or money: on one day, one question has one order.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils import timezone

# Public for at most so many days: seldom filled already.
FRESH: Final = ((7, 0.06), (30, 0.03))
# Closing within so many days: who waits will miss it.
CLOSING: Final = ((7, 0.04), (14, 0.02))


def fresh_since(on: dt.date) -> list[tuple[dt.datetime, float]]:
    """From which midnight on a listing that became public gets which boost; the first that holds counts."""
    days = [(on - dt.timedelta(days=days), boost) for days, boost in FRESH]
    return [(timezone.make_aware(dt.datetime.combine(day, dt.time.min)), boost) for day, boost in days]


def closing_until(on: dt.date) -> list[tuple[dt.date, float]]:
    """Until which day a listing that closes gets which boost; the first that holds counts."""
    return [(on + dt.timedelta(days=days), boost) for days, boost in CLOSING]
