"""What the people of a unit do about its reports without any key: states, spam, terms, holds. Each act is in the audit chain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from . import audit
from .audit import Action, Entry
from .models import AuditEvent, Hold, Report, Unit, today
from .staff import Refused

DATABASE = "reports"
# What may be decided besides a state: that somebody only wanted to make noise.
SPAM = "spam"
DECISIONS = (*Report.Status.values, SPAM)
# A hold that nobody else has confirmed, and the longest one: then somebody looks at it again.
UNCONFIRMED_DAYS, HOLD_DAYS = 14, 180


def was_opened(report: Report, by: int) -> None:
    """A holder is given the sealed report to open it; in the chain once for each report and holder."""
    if report.opened_on != today():
        Report.objects.filter(pk=report.pk).update(opened_on=today())
    known = AuditEvent.objects.filter(action=Action.OPENED, actor=by, report=f"{report.pk:x}")
    if not known.exists():
        audit.record(Action.OPENED, actor=by, unit=report.unit.code, report=report.pk)


def decide(unit: Unit, reports: Iterable[int], decision: str, by: int) -> int:
    """Set a state, or close as spam; how many reports of the unit that were. Refused for a decision that there is not."""
    if decision not in DECISIONS:
        raise Refused(gettext_noop("There is no such state."))
    spam = decision == SPAM
    state = Report.Status.CLOSED if spam else decision
    with transaction.atomic(using=DATABASE):
        # By number: nothing of this tells in which order they came.
        found = list(
            Report.objects.select_for_update().filter(unit=unit, pk__in=list(reports)).order_by("pk").values_list("pk")
        )
        numbers = [number for (number,) in found]
        _touch(numbers, status=state, spam=spam)
        audit.record_all(Entry(Action.STATE_SET, by, unit.code, number, {"state": decision}) for number in numbers)
    return len(numbers)


def keep(report: Report, by: int) -> None:
    """Let the term of a report begin anew."""
    with transaction.atomic(using=DATABASE):
        _touch([report.pk])
        audit.record(Action.KEPT, actor=by, unit=report.unit.code, report=report.pk)


def touch(report: Report) -> None:
    """Somebody of the unit did something about it: its term begins anew."""
    _touch([report.pk])


def _touch(numbers: list[int], **changed: object) -> None:
    # SQLite takes so many values at once and no more.
    for start in range(0, len(numbers), 500):
        rows = Report.objects.filter(pk__in=numbers[start : start + 500])
        rows.update(touched_on=today(), warned_on=None, **changed)


# Holds


def active_holds() -> Q:
    """Holds that keep their report from being deleted today."""
    fresh = today() - dt.timedelta(days=UNCONFIRMED_DAYS)
    return Q(lifted_on=None, until__gte=today()) & (Q(confirmed_on__isnull=False) | Q(asked_on__gte=fresh))


def hold_on(report: Report) -> Hold | None:
    """The hold that keeps this report today."""
    return report.holds.filter(active_holds()).first()


def ask_hold(report: Report, reason: str, until: dt.date, by: int) -> Hold:
    """Keep a report from being deleted, at once, for 14 days. Refused for a reason or day that cannot be."""
    if reason not in Hold.Reason:
        raise Refused(gettext_noop("Choose a reason."))
    if not today() < until <= today() + dt.timedelta(days=HOLD_DAYS):
        raise Refused(gettext_noop("Choose a day after today, at most 180 days from now."))
    with transaction.atomic(using=DATABASE):
        Report.objects.select_for_update().get(pk=report.pk)
        if hold_on(report) is not None:
            raise Refused(gettext_noop("It is held already."))
        report.holds.filter(lifted_on=None).update(lifted_on=today())
        held = Hold.objects.create(report=report, reason=reason, until=until, asked_by=by)
        detail = {"reason": reason, "until": until.isoformat()}
        audit.record(Action.HOLD_ASKED, actor=by, unit=report.unit.code, report=report.pk, **detail)
    return held


def confirm_hold(report: Report, by: int) -> None:
    """The second person: from now on it holds until its day. Refused for whoever asked for it."""
    with transaction.atomic(using=DATABASE):
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
        if not report.holds.filter(active_holds()).update(lifted_on=today()):
            raise Refused(gettext_noop("It is not held."))
        audit.record(Action.HOLD_LIFTED, actor=by, unit=report.unit.code, report=report.pk)
