"""How long reports stay, and their deletion (REPORTING 5.11, DECISIONS 46 and 53).

| report | deleted |
|---|---|
| closed as spam | 7 days after the last thing that the unit did about it |
| closed | 90 days after it, and at least 7 after the desk first said so |
| a duplicate | as any closed one, from the last work on it or on the report that it names, and not before that is closed; that one withdrawn, it is on its own within a minute |
| withdrawn | 14 days after it was withdrawn |
| in work | never by itself; after a year without any work the unit is asked to decide |
| never opened, or with an addition that nobody has opened | never |
| left alone with one holder or none (recusal.py) | never by the desk: somebody else has to look at it |

A hold keeps each of them, and 30 days more, also one that nobody has confirmed; but for a withdrawn one, which goes with its hold.
Nothing is deleted while the clock may stand far ahead (:func:`held_back_since`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from django.db import DatabaseError, OperationalError, connections, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from . import audit, casework, duplicates, escalation, files, recusal, tombstones
from .audit import Action, Entry
from .models import DATABASE, AttachmentChunk, AuditEvent, Hold, Message, Note, Report, Unit, today

WITHDRAWN_DAYS, SPAM_DAYS, CLOSED_DAYS, OPEN_DAYS = 14, 7, 90, 365
# When holders are told that something ends, in days before it.
WARNINGS = (30, 7, 1)
LEAST_WARNING = 7
AFTER_HOLD_DAYS = 30
# More than so many nights without one that did its work: either nobody ran them, or the clock is wrong.
MOST_MISSED = 7
REFUSED = "refused"
_CHUNK = 200
OPEN = (Report.Status.RECEIVED, Report.Status.READ, Report.Status.IN_PROGRESS)
# What a list does not need, and what weighs: some 24 KB each.
SEALED = ("header", "wraps", "body", "reporter_key")


def days_ago(days: int) -> dt.date:
    """The day so many days before today."""
    return today() - dt.timedelta(days=days)


def held_back_since() -> dt.date | None:
    """The day of the last night, where so many were missed since that a person has to say that the clock is right.

    A clock that stands far ahead would end every term at once. A night that was refused for this is none. None where nothing is
    held back.
    """
    nights = Q(action=Action.NIGHTLY) & ~Q(detail__contains=f"{REFUSED}=")
    events = AuditEvent.objects.filter(nights | Q(action=Action.RESTORED))
    last = events.order_by("-number").values_list("on", flat=True).first()
    return last if last is not None and (today() - last).days - 1 > MOST_MISSED else None


def ends_on(report: Report) -> dt.date | None:
    """The day on which a report is deleted if nobody does anything; None where there is none."""
    return ends([report]).get(report.pk)


def ends(reports: Iterable[Report]) -> dict[int, dt.date]:
    """The same for many at once, by their numbers: what is kept for whatever reason is not among them.

    What the night asks before it deletes is asked here, of the rows as they are now.
    """
    may = [report.pk for report in reports if report.withdrawn_on or report.status == Report.Status.CLOSED]
    if not may:
        return {}
    free = Report.objects.filter(pk__in=may).exclude(_held())
    gone = free.exclude(withdrawn_on=None).values_list("pk", "withdrawn_on")
    found = {pk: day + dt.timedelta(days=WITHDRAWN_DAYS) for pk, day in gone if day is not None}
    rows = list(_ended(free).only("spam", "touched_on", "warned_on"))
    freed = _freed_on(rows)
    for row in rows:
        found[row.pk] = _end_of(row, freed.get(row.pk))
    return {pk: max(day, today()) for pk, day in found.items()}


def _end_of(report: Report, freed_on: dt.date | None) -> dt.date:
    last = report.touched_on or today()
    if report.spam:
        days = [last + dt.timedelta(days=SPAM_DAYS)]
    else:
        warned_on = report.warned_on or today()
        days = [last + dt.timedelta(days=CLOSED_DAYS), warned_on + dt.timedelta(days=LEAST_WARNING)]
    if freed_on is not None:
        days.append(freed_on + dt.timedelta(days=AFTER_HOLD_DAYS))
    return max(days)


def of_unit(unit: Unit) -> QuerySet[Report]:
    """The reports that the unit decides about."""
    return Report.objects.filter(unit=unit)


def _held() -> Exists:
    return Exists(Hold.objects.filter(casework.active_holds(), report=OuterRef("pk")))


def _ended_holds() -> Q:
    """Holds that have ended: by somebody, by their day, or because nobody else confirmed them."""
    fresh = days_ago(casework.UNCONFIRMED_DAYS)
    return Q(lifted_on__isnull=False) | Q(until__lt=today()) | Q(confirmed_on=None, asked_on__lt=fresh)


def _freed_on(reports: Iterable[Report]) -> dict[int, dt.date]:
    """When the last of them ended, for those of these reports that were held."""
    found: dict[int, dt.date] = {}
    for some in _chunks(report.pk for report in reports):
        for hold in Hold.objects.filter(_ended_holds(), report__in=some):
            day = hold.lifted_on or casework.hold_ends(hold)
            found[hold.report_id] = max(day, found.get(hold.report_id, day))
    return found


def _lately_held() -> Exists:
    """Whose hold has ended less than 30 days ago."""
    lately = days_ago(AFTER_HOLD_DAYS)
    confirmed = Q(confirmed_on__isnull=False) | Q(asked_on__gt=lately - dt.timedelta(days=casework.UNCONFIRMED_DAYS))
    until_lately = Q(lifted_on__gt=lately) | (Q(lifted_on=None, until__gt=lately) & confirmed)
    return Exists(Hold.objects.filter(_ended_holds() & until_lately, report=OuterRef("pk")))


def _ended(rows: QuerySet[Report]) -> QuerySet[Report]:
    """Closed reports that are deleted at all, be it only after their term or a hold."""
    rows = rows.filter(status=Report.Status.CLOSED, opened_on__isnull=False, withdrawn_on=None)
    # A duplicate stays as long as the report that it names: its receipt leads to that one's state.
    rows = rows.exclude(duplicate_of__isnull=False, duplicate_of__status__in=OPEN)
    # Who is alone with a report that concerns her must not let it vanish as noise.
    rows = rows.exclude(pk__in=[report.pk for report in recusal.all_left_alone()])
    return rows.exclude(escalation.unopened_addition())


def _ending(days: int) -> QuerySet[Report]:
    """Those whose term has ended, or does so within as many days."""
    return _ended(Report.objects.all()).filter(
        Q(spam=True, touched_on__lte=days_ago(SPAM_DAYS - days))
        | Q(spam=False, touched_on__lte=days_ago(CLOSED_DAYS - days))
    )


def warned(rows: QuerySet[Report] | None = None) -> QuerySet[Report]:
    """Closed reports that are deleted within 30 days if nobody does anything."""
    rows = Report.objects.all() if rows is None else rows
    return rows.filter(pk__in=_ending(WARNINGS[0]).order_by().values("pk")).exclude(_held())


def warned_today(rows: QuerySet[Report]) -> bool:
    """Whether this is one of the days on which a holder is told so."""
    days = set(ends(warned(rows).filter(spam=False).defer(*SEALED)).values())
    return bool(days & {today() + dt.timedelta(days=days) for days in WARNINGS})


def undecided(rows: QuerySet[Report]) -> QuerySet[Report]:
    """Open reports about which nobody has done anything for a year."""
    states = (Report.Status.READ, Report.Status.IN_PROGRESS)
    return rows.filter(status__in=states, touched_on__lte=days_ago(OPEN_DAYS), withdrawn_on=None)


def held(rows: QuerySet[Report]) -> QuerySet[Report]:
    """What a hold keeps today."""
    return rows.filter(_held())


def due() -> QuerySet[Report]:
    """What is deleted today because its term has ended."""
    rows = _ending(0).exclude(_held()).exclude(_lately_held())
    return rows.filter(Q(spam=True) | Q(warned_on__lte=days_ago(LEAST_WARNING)))


def withdrawn() -> QuerySet[Report]:
    """What was withdrawn 14 days ago and is not held."""
    return Report.objects.filter(withdrawn_on__lte=days_ago(WITHDRAWN_DAYS)).exclude(_held())


def to_warn() -> QuerySet[Report]:
    """What the desk begins to announce today."""
    return warned().filter(warned_on=None)


def warn() -> int:
    """Note since when the desk announces a deletion; how many began today."""
    numbers = list(to_warn().order_by().values_list("pk", flat=True))
    for some in _chunks(numbers):
        Report.objects.filter(pk__in=some).update(warned_on=today())
    return len(numbers)


def delete_due() -> int:
    """Delete what has had its term, each with an event; how many."""
    count = 0
    while rows := list(due().select_related("unit").defer(*SEALED).order_by("pk")[:_CHUNK]):
        # The marks are taken back where the transaction fails, also at its very end.
        with ExitStack() as marks, transaction.atomic(using=DATABASE):
            # Asked once more: somebody may have done something about one of them in this moment.
            locked = _lock(row.pk for row in rows)
            gone = set(due().filter(pk__in=locked).values_list("pk", flat=True))
            marks.enter_context(tombstones.marked(bytes(row.rid) for row in rows if row.pk in gone))
            Report.objects.filter(pk__in=gone).delete()
            audit.record_all(
                Entry(Action.DELETED, None, row.unit.code, row.pk, {"because": "spam" if row.spam else "closed"})
                for row in rows
                if row.pk in gone
            )
        count += len(gone)
        if not gone:
            break
    return count


def delete_withdrawn() -> int:
    """Delete what was withdrawn 14 days ago; how many. No event names them: when, was the reporter's own doing.

    What was taken for the same as a withdrawn one is a report of its own again, at once: nobody has withdrawn that, and
    nobody goes on with the other.
    """
    same = Report.objects.filter(duplicate_of__withdrawn_on__isnull=False)
    with ExitStack() as marks, transaction.atomic(using=DATABASE):
        ended = withdrawn().order_by("pk").values_list("pk", flat=True)
        locked = _lock([*ended, *same.order_by("pk").values_list("pk", flat=True)])
        for some in _chunks(locked):
            duplicates.set_free(same.filter(pk__in=some))
        rows = {pk: rid for pk, rid in withdrawn().order_by("pk").values_list("pk", "rid") if pk in locked}
        marks.enter_context(tombstones.marked(map(bytes, rows.values())))
        for some in _chunks(rows):
            # What was marked while this waited, too.
            duplicates.set_free(Report.objects.filter(duplicate_of__in=some))
            Report.objects.filter(pk__in=some).delete()
    return len(rows)


def _lock(numbers: Iterable[int]) -> set[int]:
    """Lock these reports, in the order of their numbers; those that are still there.

    A statement of its own: one that waits for a row judges what lies in other tables (additions, holds) by the moment in
    which it began. What was added until now, the next statement sees; what is added later waits for the end of this.
    """
    found: set[int] = set()
    for some in _chunks(sorted(numbers)):
        found |= set(Report.objects.select_for_update().filter(pk__in=some).order_by("pk").values_list("pk", flat=True))
    return found


def _chunks(numbers: Iterable[int]) -> Iterator[list[int]]:
    """SQLite takes so many values at once and no more."""
    held = list(numbers)
    return (held[start : start + _CHUNK] for start in range(0, len(held), _CHUNK))


def erase() -> bool:
    """Write the file of the database anew without what was deleted, and empty what has been written ahead (DECISIONS 53).

    Whether that was done: somebody may be writing. PostgreSQL gives the room back to itself.
    """
    connection = connections[DATABASE]
    if files.file_of(connection.settings_dict) is None:
        return _vacuum_tables()
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except OperationalError:
        return False
    return True


def _vacuum_tables() -> bool:
    connection = connections[DATABASE]
    if connection.vendor != "postgresql":
        return True  # in memory
    try:
        with connection.cursor() as cursor:
            for model in (Report, Message, Note, AttachmentChunk):
                cursor.execute(f"VACUUM FULL {connection.ops.quote_name(model._meta.db_table)}")
    except DatabaseError:
        return False
    return True
