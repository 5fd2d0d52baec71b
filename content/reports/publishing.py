"""Publishing the figures of a quarter, once and for good: the one way from the database of the reports to the public pages.

A person runs ``reports_publish``. What crosses is made safe on the other side (vault.statistics): no figure below ten, all rounded
to 5, no day, no report. It becomes one row here, which nothing changes any more.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from . import frozen
from .models import PublishedQuarter
from .vault import coarse, statistics
from .vault.statistics import Quarter


class NotPublished(Exception):
    """A quarter is not published; the text says why."""


def newest() -> str:
    """The last quarter that may be published today."""
    day = timezone.localdate()
    while True:
        day = day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1) - dt.timedelta(days=1)
        quarter = coarse.quarter_of(day)
        if statistics.may_be_published(quarter) <= timezone.localdate():
            return quarter


def figures(quarter: str) -> Quarter:
    """What would be published. NotPublished where it is no quarter, not over for long enough, or out already."""
    try:
        from_day = statistics.may_be_published(quarter)
    except ValueError:
        raise NotPublished(f"“{quarter}” is no quarter: write 2026-Q3.") from None
    if timezone.localdate() < from_day:
        raise NotPublished(f"{quarter} may be published from {from_day} on: reports of it are still being entered.")
    if PublishedQuarter.objects.filter(quarter=quarter).exists():
        raise NotPublished(f"{quarter} is out already and stays as it is.")
    return statistics.of_quarter(quarter)


def publish(quarter: str) -> PublishedQuarter:
    """Publish it. NotPublished besides where the database would let it be changed afterwards."""
    held = figures(quarter)
    if not frozen.is_frozen():
        raise NotPublished("The database would let a published quarter be changed: run `manage.py migrate`.")
    try:
        with transaction.atomic():
            return PublishedQuarter.objects.create(
                quarter=quarter, published_on=timezone.localdate(), figures=held.figures, account=held.account
            )
    except IntegrityError:
        raise NotPublished(f"{quarter} is out already and stays as it is.") from None
