"""One at a time, on whatever host: a row of the database says who, and until when.

A holder that was killed is waited for until its time is over. One that was only slow may come back after that: what it
writes carries a smaller number than what was written meanwhile, and :meth:`Lease.is_held` tells it so.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from .models import SearchLease

_PAUSE = 0.1


@dataclass(frozen=True)
class Lease:
    """A lease that was taken. ``number`` is larger than that of every holder before."""

    name: str
    number: int

    def is_held(self) -> bool:
        """Whether it is still ours."""
        return SearchLease.objects.filter(name=self.name, number=self.number, until__gt=timezone.now()).exists()

    def renew(self, seconds: float) -> bool:
        """Keep it for so long from now; False where somebody else has it by now."""
        mine = SearchLease.objects.filter(name=self.name, number=self.number)
        return bool(mine.update(until=timezone.now() + dt.timedelta(seconds=seconds)))

    def give_back(self) -> None:
        """Let the next one have it."""
        self.renew(0)


def take(name: str, seconds: float, wait: float = 0) -> Lease | None:
    """The lease for so many seconds; None where another has it and does not give it back within ``wait`` seconds."""
    deadline = time.monotonic() + wait
    while (lease := _take(name, seconds)) is None and time.monotonic() < deadline:
        time.sleep(_PAUSE)
    return lease


def end(name: str) -> None:
    """Let the next one have it, whoever has it: the end of a thing that one process begins and another one ends."""
    SearchLease.objects.filter(name=name).update(until=timezone.now())


def is_taken(name: str) -> bool:
    """Whether somebody has it now."""
    return SearchLease.objects.filter(name=name, until__gt=timezone.now()).exists()


@contextmanager
def taken(name: str, seconds: float, wait: float = 0) -> Iterator[Lease | None]:
    """The lease around something, given back afterwards; None as in :func:`take`."""
    lease = take(name, seconds, wait)
    try:
        yield lease
    finally:
        if lease is not None:
            lease.give_back()


def _take(name: str, seconds: float) -> Lease | None:
    now = timezone.now()
    with transaction.atomic():
        SearchLease.objects.bulk_create([SearchLease(name=name, until=now)], ignore_conflicts=True)
        row = SearchLease.objects.select_for_update().get(name=name)
        if row.until > now:
            return None
        # By the clock, so that it is larger as well than those of a database that was replaced by its backup.
        row.number = max(row.number + 1, int(now.timestamp() * 1000))
        row.until = now + dt.timedelta(seconds=seconds)
        row.save()
    return Lease(name, row.number)
