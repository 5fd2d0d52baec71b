"""What the people of a unit do about its reports without any key. Each act is in the audit chain.

States and sub-states, spam, who goes on with a report and by when, duplicates, terms and holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from . import audit, duplicates, recusal, standing, substatus
from .audit import Action, Entry
from .models import DATABASE, Hold, Report, Unit, today
from .staff import Refused

# What may be decided besides a state: that somebody only wanted to make noise.
SPAM = "spam"
DECISIONS = (*Report.Status.values, SPAM)
# A hold that nobody else has confirmed, and the longest one: then somebody looks at it again.
UNCONFIRMED_DAYS, HOLD_DAYS = 14, 180
# The latest day that may be set for an answer or a step.
MOST_DUE_DAYS = 180


def was_opened(report: Report, by: int) -> None:
    """A holder is given the sealed report to open it; in the chain once for each report and holder."""
    if report.opened_on != today():
        Report.objects.filter(pk=report.pk).update(opened_on=today())
        report.opened_on = today()
    audit.record_once(Action.OPENED, actor=by, unit=report.unit.code, report=report.pk)


def decide(unit: Unit, reports: Iterable[int], decision: str, by: int) -> int:
    """Set a state, with a sub-state where one follows a stroke, or close as spam; how many reports of the unit that were.

    Refused for a decision that there is not. A report that was marked as a duplicate is one of its own again, and a day
    that was set for the next step is gone: the step was taken.
    """
    decision, _stroke, sub = decision.partition("/")
    if decision not in DECISIONS or (sub and sub not in substatus.of(decision)):
        raise Refused(gettext_noop("There is no such state."))
    spam = decision == SPAM
    state = Report.Status.CLOSED if spam else decision
    detail: dict[str, object] = {"state": decision, "sub": sub} if sub else {"state": decision}
    with transaction.atomic(using=DATABASE):
        # By number: nothing of this tells in which order they came.
        rows = recusal.visible(Report.objects.filter(unit=unit, pk__in=list(reports)), by)
        numbers = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        touch(numbers, status=state, spam=spam, substatus=sub, duplicate_of=None, step_due=None)
        audit.record_all(Entry(Action.STATE_SET, by, unit.code, number, detail) for number in numbers)
    return len(numbers)


def keep(report: Report, by: int) -> None:
    """Let the term of a report begin anew."""
    with transaction.atomic(using=DATABASE):
        lock(report)
        touch([report.pk])
        audit.record(Action.KEPT, actor=by, unit=report.unit.code, report=report.pk)


def has_answered(report: Report) -> None:
    """The unit has answered: the term begins anew, and a day that was set for the next step is gone."""
    touch([report.pk], step_due=None)


def has_worked(report: Report) -> None:
    """Somebody of the unit did something about it: its term begins anew."""
    touch([report.pk])


def touch(numbers: list[int], **changed: object) -> None:
    # SQLite takes so many values at once and no more.
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        Report.objects.filter(pk__in=some).update(touched_on=today(), warned_on=None, **changed)
        # What tells of the same is worked on with it: its term begins anew as well, and what was announced is no longer so.
        Report.objects.filter(duplicate_of__in=some).update(touched_on=today(), warned_on=None)


# Who goes on with it, and by when


def candidates(unit: Unit, report: Report) -> set[int]:
    """The accounts that a report may be assigned to: holders of today, but for whom is kept from it."""
    kept = set(report.recusals.values_list("user", flat=True))
    return recusal.readers(standing.roster_of(unit.pk)) - kept


def assign(report: Report, user: int | None, by: int) -> None:
    """Let a holder go on with the report, or nobody. Refused for an account that holds no key of the unit."""
    if user is not None and user not in candidates(report.unit, report):
        raise Refused(gettext_noop("Choose somebody who holds the key of the unit."))
    with transaction.atomic(using=DATABASE):
        lock(report)
        if not Report.objects.filter(pk=report.pk).exclude(assignee=user).update(assignee=user):
            return
        detail = {} if user is None else {"account": user}
        audit.record(Action.ASSIGNED, actor=by, unit=report.unit.code, report=report.pk, **detail)


def set_due(report: Report, answer: dt.date | None, step: dt.date | None, by: int) -> None:
    """Set by when the first answer and the next step are due; without a day it follows from the state (due.py).

    Refused for a new day that is over or far off.
    """
    for day, before in ((answer, report.answer_due), (step, report.step_due)):
        if day is not None and day != before and not today() <= day <= today() + dt.timedelta(days=MOST_DUE_DAYS):
            raise Refused(gettext_noop("Choose a day from today on, at most 180 days from now."))
    with transaction.atomic(using=DATABASE):
        lock(report)
        Report.objects.filter(pk=report.pk).update(answer_due=answer, step_due=step)
        days = {"answer": answer, "step": step}
        detail = {name: day.isoformat() for name, day in days.items() if day}
        audit.record(Action.DUE_SET, actor=by, unit=report.unit.code, report=report.pk, **detail)


# Duplicates


def short_name(report: int) -> str:
    """What people call a report by: the first letters and figures of its number."""
    return f"{report:x}"[:6]


def report_called(unit: Unit, name: str, by: int) -> Report:
    """The report of the unit that is called so. Refused where there is none, or more than one."""
    wanted = name.strip().lower()
    numbers = recusal.visible(Report.objects.filter(unit=unit), by).order_by().values_list("pk", flat=True)
    found = [number for number in numbers if f"{number:x}".startswith(wanted)] if len(wanted) >= 6 else []
    if len(found) != 1:
        raise Refused(gettext_noop("No report of this unit is called so. Compare the letters and figures."))
    return Report.objects.get(pk=found[0])


def mark_duplicate(report: Report, original: Report, by: int) -> None:
    """Say that it tells of the same as another one, where it is worked on from now on.

    Whoever holds its number sees the state of the other report, and no word of there being one. Who is kept from one of both is
    kept from the other. Refused for itself, where one of both is marked or looked up already, and for one that was withdrawn.
    """
    if report.pk == original.pk or report.unit_id != original.unit_id:
        raise Refused(gettext_noop("Choose another report of this unit."))
    with transaction.atomic(using=DATABASE):
        # In the order of their numbers, as everywhere.
        for held in sorted((report, original), key=lambda row: row.pk):
            lock(held)
        if Report.objects.filter(pk=original.pk, withdrawn_on__isnull=False).exists():
            raise Refused(gettext_noop("That one was withdrawn and is deleted: nobody goes on with it."))
        if Report.objects.filter(pk=original.pk, duplicate_of__isnull=False).exists():
            raise Refused(gettext_noop("That one is marked as a duplicate itself: choose the report that it names."))
        if report.duplicates.exists():
            raise Refused(gettext_noop("Others are marked as duplicates of this report: undo that first."))
        touch([report.pk], status=Report.Status.CLOSED, substatus="", spam=False, duplicate_of=original, step_due=None)
        # And from the others that were marked as the same: those share it with the original already.
        recusal.keep_from_all([report, original, *original.duplicates.exclude(pk=report.pk)], by)
        detail = {"of": short_name(original.pk)}
        audit.record(Action.DUPLICATE, actor=by, unit=report.unit.code, report=report.pk, **detail)


def undo_duplicate(report: Report, by: int) -> None:
    """It is a report of its own again, and a read one if anybody has opened it."""
    with transaction.atomic(using=DATABASE):
        if lock(report).duplicate_of_id is None:
            raise Refused(gettext_noop("It is not marked as a duplicate."))
        duplicates.set_free(Report.objects.filter(pk=report.pk))
        audit.record(Action.DUPLICATE_UNDONE, actor=by, unit=report.unit.code, report=report.pk)


# Holds


def active_holds() -> Q:
    """Holds that keep their report from being deleted today."""
    fresh = today() - dt.timedelta(days=UNCONFIRMED_DAYS)
    return Q(lifted_on=None, until__gte=today()) & (Q(confirmed_on__isnull=False) | Q(asked_on__gte=fresh))


def hold_on(report: Report) -> Hold | None:
    """The hold that keeps this report today."""
    return report.holds.filter(active_holds()).first()


def hold_ends(held: Hold) -> dt.date:
    """The last day of a hold that nobody has lifted."""
    unconfirmed = held.asked_on + dt.timedelta(days=UNCONFIRMED_DAYS)
    return held.until if held.confirmed_on else min(held.until, unconfirmed)


def ask_hold(report: Report, reason: str, until: dt.date, by: int) -> Hold:
    """Keep a report from being deleted, at once, for 14 days. Refused for a reason or day that cannot be.

    And once it was withdrawn: whoever did so was told that it is deleted.
    """
    if reason not in Hold.Reason:
        raise Refused(gettext_noop("Choose a reason."))
    if not today() < until <= today() + dt.timedelta(days=HOLD_DAYS):
        raise Refused(gettext_noop("Choose a day after today, at most 180 days from now."))
    with transaction.atomic(using=DATABASE):
        refuse_withdrawn(report)
        if hold_on(report) is not None:
            raise Refused(gettext_noop("It is held already."))
        report.holds.filter(lifted_on=None).update(lifted_on=today())
        held = Hold.objects.create(report=report, reason=reason, until=until, asked_by=by)
        detail = {"reason": reason, "until": until.isoformat()}
        audit.record(Action.HOLD_ASKED, actor=by, unit=report.unit.code, report=report.pk, **detail)
    return held


def lock(report: Report) -> Report:
    """Lock the report for an act of the unit that it was read with. Inside a transaction.

    Refused where another unit answers for it by now, or where it is gone: whoever pressed the button saw what it was before.
    """
    held = Report.objects.select_for_update().filter(pk=report.pk, unit=report.unit_id).first()
    if held is None:
        raise Refused(gettext_noop("This report is no longer with your unit."))
    return held


def refuse_withdrawn(report: Report) -> None:
    """The same; Refused also where it was withdrawn."""
    if lock(report).withdrawn_on is not None:
        raise Refused(gettext_noop("This report was withdrawn and is deleted: nothing new is begun with it."))


def confirm_hold(report: Report, by: int) -> None:
    """The second person: from now on it holds until its day. Refused for whoever asked for it.

    And once the report was withdrawn: what one person asked for before ends by itself after its 14 days.
    """
    with transaction.atomic(using=DATABASE):
        refuse_withdrawn(report)
        held = report.holds.select_for_update().filter(active_holds(), confirmed_on=None).first()
        if held is None:
            raise Refused(gettext_noop("There is nothing to confirm."))
        if held.asked_by == by:
            raise Refused(gettext_noop("Somebody else of the unit has to confirm it."))
        Hold.objects.filter(pk=held.pk).update(confirmed_by=by, confirmed_on=today())
        audit.record(Action.HOLD_CONFIRMED, actor=by, unit=report.unit.code, report=report.pk)


def lift_hold(report: Report, by: int) -> None:
    """End a hold. The report is not deleted for another 30 days, so that everybody of the unit sees it coming."""
    with transaction.atomic(using=DATABASE):
        lock(report)
        if not report.holds.filter(active_holds()).update(lifted_on=today()):
            raise Refused(gettext_noop("It is not held."))
        audit.record(Action.HOLD_LIFTED, actor=by, unit=report.unit.code, report=report.pk)
