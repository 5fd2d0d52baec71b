"""What was taken for the same as another report becomes a report of its own again."""

from __future__ import annotations

from django.db.models import Case, QuerySet, Value, When

from .models import Report, today


def set_free(rows: QuerySet[Report]) -> None:
    """Let duplicates be reports of their own again. What nobody has opened is new: it was never said to be read."""
    state = Case(When(opened_on=None, then=Value(Report.Status.RECEIVED)), default=Value(Report.Status.READ))
    rows.update(status=state, substatus="", duplicate_of=None, touched_on=today(), warned_on=None)
