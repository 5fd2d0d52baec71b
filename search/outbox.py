"""What the engine outside the database has still to be told of (DECISIONS 36).

A row is written in the transaction of its change; after the commit a task tells the engine, and what it could not tell
waits for the next task or for ``tick``. Without ELASTICSEARCH_URL nothing is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from content.core import background

from .models import SearchChange


@dataclass(frozen=True)
class Waiting:
    """How many changes wait, and for how long the oldest has."""

    count: int
    oldest: dt.timedelta
    since: dt.datetime | None


def note(kind: str, keys: Iterable[int]) -> None:
    """Have these objects told of after the commit. Called in the transaction of their change."""
    if not settings.ELASTICSEARCH_URL:
        return
    rows = [SearchChange(kind=kind, object_key=key) for key in keys]
    if rows:
        SearchChange.objects.bulk_create(rows)
        # Where no task can be begun, nothing is lost by it, and the change itself is done.
        transaction.on_commit(_begin_to_tell, robust=True)


def _begin_to_tell() -> None:
    from .tasks import tell  # the task drains what is noted here

    background.start(tell, resumable=True)


def waiting() -> Waiting:
    """What has not been told yet."""
    oldest = SearchChange.objects.order_by("pk").first()
    age = timezone.now() - oldest.since if oldest else dt.timedelta()
    return Waiting(SearchChange.objects.count(), age, oldest.since if oldest else None)
