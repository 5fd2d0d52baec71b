"""By when something should be done about a report: the first answer, and the next step. Days that a worker set go before these.

| due | where nobody set a day |
|---|---|
| first answer | 7 days after it arrived; of one that another unit handed over, after the last work on it |
| next step of a new report: read it | 3 days after it arrived |
| of a read one | 7 days after the last work on it |
| of one in work | 14 days after the last work on it |
| of a closed one | never |

Days only, as nothing here has a time of day. They order the list and are said in words; nothing follows from them by itself.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from . import escalation
from .envelope import Direction
from .models import Message, Report, today

ANSWER_DAYS = 7
STEP_DAYS = {
    Report.Status.RECEIVED: escalation.DUE_DAYS,
    Report.Status.READ: 7,
    Report.Status.IN_PROGRESS: 14,
}


class What(StrEnum):
    """What is due."""

    ANSWER = "answer"
    STEP = "step"


@dataclass(frozen=True)
class Due:
    """One thing that is due, and by how many days it is late; none where it is not."""

    what: What
    on: dt.date

    @property
    def late(self) -> int:
        return max(0, (today() - self.on).days)


def is_open(report: Report) -> bool:
    """Whether the unit still has something to do about it."""
    return report.status in STEP_DAYS and report.withdrawn_on is None and report.duplicate_of_id is None


def of(report: Report, answered: bool) -> list[Due]:
    """What is due for a report, the nearest first."""
    if not is_open(report):
        return []
    found = [Due(What.STEP, report.step_due or _step_by_itself(report))]
    if not answered:
        found.append(Due(What.ANSWER, report.answer_due or _answer_by_itself(report)))
    return sorted(found, key=lambda due: (due.on, due.what))


def _step_by_itself(report: Report) -> dt.date:
    return (report.touched_on or report.received_on) + dt.timedelta(days=STEP_DAYS[Report.Status(report.status)])


def _answer_by_itself(report: Report) -> dt.date:
    """Its terms began anew where it was taken over, whatever was missed before; there is no day of that but of work."""
    since = report.received_on if report.handed_from_id is None else report.touched_on or report.received_on
    return since + dt.timedelta(days=ANSWER_DAYS)


def _open() -> Q:
    return Q(status__in=list(STEP_DAYS), withdrawn_on=None, duplicate_of=None)


def _late() -> Q:
    """The same as a condition of the database."""
    step = Q(step_due__lt=today())
    for status, days in STEP_DAYS.items():
        last = today() - dt.timedelta(days=days)
        since = Q(touched_on__lt=last) | Q(touched_on=None, received_on__lt=last)
        step |= Q(step_due=None, status=status) & since
    answers = Message.objects.filter(report=OuterRef("pk"), direction=Direction.FROM_UNIT)
    last = today() - dt.timedelta(days=ANSWER_DAYS)
    own = Q(handed_from=None) | Q(touched_on=None)
    asked = Q(answer_due__lt=today()) | (Q(answer_due=None) & own & Q(received_on__lt=last))
    asked |= Q(answer_due=None, handed_from__isnull=False, touched_on__lt=last)
    return _open() & (step | (asked & ~Q(Exists(answers))))


def late(rows: QuerySet[Report]) -> QuerySet[Report]:
    """Reports for which something is overdue."""
    return rows.filter(_late())


def unassigned(rows: QuerySet[Report]) -> QuerySet[Report]:
    """Open reports that nobody has taken on."""
    return rows.filter(_open(), assignee=None)


def in_order(rows: QuerySet[Report], guests: Q) -> QuerySet[Report]:
    """What is late or has an unread addition first, then what nobody has taken on, then what is in work, then what is closed.

    Within these the newest day, within a day by random numbers: the order of the table would be that of arrival. Those that
    are ``guests`` in a list come second, whatever is done about them elsewhere.
    """
    rank = Case(
        When(guests, then=Value(1)),
        When(_late() | Q(escalation.unopened_addition(), withdrawn_on=None), then=Value(0)),
        When(~_open(), then=Value(3)),
        When(assignee=None, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return rows.annotate(rank=rank).order_by("rank", "-received_on", "pk")
