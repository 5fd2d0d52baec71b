"""Spans of days, both ends inclusive (DECISIONS 6). No Django: rules and tests compute with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Interval:
    """From ``start`` to ``end``, both days included; ``None`` is open on that side."""

    start: dt.date | None = None
    end: dt.date | None = None

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, dt.date):
            return False
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def meet(self, other: Interval) -> Interval | None:
        """The days of both, or ``None`` when they share none."""
        starts = [day for day in (self.start, other.start) if day is not None]
        ends = [day for day in (self.end, other.end) if day is not None]
        start, end = max(starts, default=None), min(ends, default=None)
        return None if start and end and start > end else Interval(start, end)


ALWAYS = Interval()


def _ordered(spans: Iterable[Interval]) -> list[Interval]:
    """The spans in order, those that overlap or touch joined into one; impossible ones left out.

    There is no day before the first or after the last one that can be written: such an end is an open one.
    """
    real = [
        Interval(None if span.start == dt.date.min else span.start, None if span.end == dt.date.max else span.end)
        for span in spans
        if not (span.start and span.end and span.start > span.end)
    ]
    joined: list[Interval] = []
    for span in sorted(real, key=lambda span: span.start or dt.date.min):
        last = joined[-1] if joined else None
        if last is not None and (last.end is None or span.start is None or span.start <= last.end + DAY):
            end = None if last.end is None or span.end is None else max(last.end, span.end)
            joined[-1] = Interval(last.start, end)
        else:
            joined.append(span)
    return joined


def inside(spans: Iterable[Interval], on: dt.date) -> Interval | None:
    """The stretch of days covered by ``spans`` around ``on``, else the next one after it, else ``None``."""
    return next((span for span in _ordered(spans) if span.end is None or span.end >= on), None)


def outside(spans: Iterable[Interval], on: dt.date) -> Interval | None:
    """The stretch of days that no span covers around ``on``, else the next one after it, else ``None``."""
    start: dt.date | None = None
    for span in _ordered(spans):
        if span.start is not None and (start is None or start < span.start):
            gap = Interval(start, span.start - DAY)
            if gap.end is not None and gap.end >= on:
                return gap
        if span.end is None:
            return None
        start = span.end + DAY
    return Interval(start, None)
