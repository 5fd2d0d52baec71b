"""Conflict of interest: an account that is kept from a report which concerns her, and the unit above in her place.

What this does: from then on the server hands her nothing of the report, neither in a list nor as it is sealed, and takes
nothing from her for it. What it cannot do: take back what she has read, or the key of the unit, which she still holds. Who
holds it and gets at a copy of the database elsewhere can open the report. A unit whose people cannot be trusted with a report
at all hands it over and renews its key; the reporter's own protection is "not this regency" before sending.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_noop

from . import audit, duplicates
from .audit import Action, Entry
from .models import DATABASE, AuditEvent, Holder, Recusal, Referral, Report, Seat, Unit, today
from .rosters import Roster
from .staff import Refused
from .standing import Standing, roster_of


def visible(rows: QuerySet[Report], user: int) -> QuerySet[Report]:
    """Those that this account is not kept from."""
    return rows.exclude(Exists(Recusal.objects.filter(report=OuterRef("pk"), user=user)))


def excludes(report: int, user: int) -> bool:
    """Whether the account is kept from the report with this number."""
    return Recusal.objects.filter(report=report, user=user).exists()


def hidden_from(user: int) -> list[int]:
    """The numbers of the reports that it is kept from."""
    return list(Recusal.objects.filter(user=user).order_by().values_list("report", flat=True))


def hidden_in_history(user: int) -> set[str]:
    """The same as events name them, with those that are deleted: the rows go with their report, the events stay."""
    acts = AuditEvent.objects.filter(
        action__in=(Action.RECUSED, Action.RECUSAL_LIFTED), detail=audit.words_of(account=user)
    )
    newest = dict(acts.order_by("number").values_list("report", "action"))
    return {f"{number:x}" for number in hidden_from(user)} | {
        report for report, action in newest.items() if action == Action.RECUSED
    }


def recuse(report: Report, user: int, by: int) -> None:
    """Keep an account from a report, at once, and from those that tell of the same. It loses what was assigned to it.

    Accounts of the units that it lies with, and of those that it was handed to. Who only belongs to such a unit keeps away
    nobody but the people of hers.
    """
    with transaction.atomic(using=DATABASE):
        Report.objects.select_for_update().get(pk=report.pk)
        own, theirs, hers = _own(report), _seats(user), _seats(by)
        guests = set(Referral.objects.filter(report=report, unit__isnull=False).values_list("unit", flat=True))
        may = user == by or own & hers or (not own & theirs and guests & theirs & hers)
        if not (own | guests) & theirs or not may:
            raise Refused(gettext_noop("This account has no seat in the unit."))
        if Recusal.objects.filter(report=report, user=user).exists():
            raise Refused(gettext_noop("This account is kept from the report already."))
        for one in (report, *_of_the_same(report)):
            if not excludes(one.pk, user):
                _keep(one, user, by, by)


def keep_from_all(reports: Iterable[Report], by: int) -> None:
    """Keep whoever is kept from one of these from all of them: ``by`` says that they tell of the same."""
    held = list(reports)
    rows = list(Recusal.objects.filter(report__in=held))
    known = {(row.report_id, row.user) for row in rows}
    for user, first in {row.user: row.by for row in rows}.items():
        for report in held:
            if (report.pk, user) not in known:
                _keep(report, user, first, by)


def _keep(report: Report, user: int, by: int, actor: int) -> None:
    Recusal.objects.create(report=report, user=user, by=by)
    Report.objects.filter(pk=report.pk, assignee=user).update(assignee=None)
    audit.record(Action.RECUSED, actor=actor, unit=report.unit.code, report=report.pk, account=user)


def _of_the_same(report: Report) -> QuerySet[Report]:
    """The other reports that were marked as telling of the same."""
    first = report.duplicate_of_id or report.pk
    rows = Report.objects.filter(Q(pk=first) | Q(duplicate_of=first)).exclude(pk=report.pk)
    return rows.select_related("unit").order_by("pk")


def lift(report: Report, user: int, by: int) -> None:
    """Let the account see the report again: by somebody else of a unit that it lies with."""
    with transaction.atomic(using=DATABASE):
        if (
            user == by
            or not _own(report) & _seats(by)
            or not Recusal.objects.filter(report=report, user=user).delete()[0]
        ):
            raise Refused(gettext_noop("There is nothing to end."))
        audit.record(Action.RECUSAL_LIFTED, actor=by, unit=report.unit.code, report=report.pk, account=user)


def _own(report: Report) -> set[UUID]:
    """The units that the report lies with; to all others it was handed at most."""
    return {unit for unit in (report.unit_id, report.also_id) if unit}


def _seats(user: int) -> set[UUID]:
    return set(Seat.objects.filter(user=user).values_list("unit", flat=True))


# Who is left


def readers(roster: Roster | None) -> set[int]:
    """The accounts of those who hold the unit's key and see its pages."""
    if roster is None:
        return set()
    held = Holder.objects.filter(pk__in=[member.id for member in roster.members], left_on=None)
    seats = Seat.objects.filter(unit=roster.unit).values("user")
    return set(held.filter(user__in=seats).values_list("user", flat=True))


def is_left_alone(report: Report) -> bool:
    """Whether the unit above has to know: nobody of the unit is left, or one alone whom others were kept away from it.

    Whoever kept them away: she who is left may have asked somebody to. Who says that it concerns herself counts only where
    nobody is left.
    """
    return bool(report.recusals.all()) and _is_left_alone(report, readers(roster_of(report.unit_id)))


def _is_left_alone(report: Report, holders: set[int]) -> bool:
    kept = {row.user: row.by for row in report.recusals.all()}
    left = holders - set(kept)
    if not kept or len(left) > 1:
        return False
    return not left or any(by != user for user, by in kept.items() if user in holders)


def all_left_alone(roster: Callable[[UUID], Roster | None] = roster_of) -> list[Report]:
    """The reports that this concerns, closed ones as well until they are deleted; what is withdrawn waits for nobody."""
    rows = Report.objects.filter(withdrawn_on=None, recusals__isnull=False)
    holders: dict[UUID, set[int]] = {}
    found = []
    for report in rows.order_by("pk").distinct().only("unit").prefetch_related("recusals"):
        if report.unit_id not in holders:
            holders[report.unit_id] = readers(roster(report.unit_id))
        if _is_left_alone(report, holders[report.unit_id]):
            found.append(report)
    return found


def left_alone(stand: Mapping[UUID, Standing]) -> Mapping[UUID, int]:
    """How many reports of each unit that concerns."""
    return Counter(r.unit_id for r in all_left_alone(lambda unit: stand[unit].roster if unit in stand else None))


# Handing over


def may_hand_over(unit: Unit, report: Report) -> bool:
    """Whether ``unit`` may give the report to the unit above that can open it, or, being that unit, take it."""
    if report.also_id is None or report.withdrawn_on is not None:
        return False
    return report.unit_id == unit.pk or (report.also_id == unit.pk and is_left_alone(report))


def hand_over(unit: Unit, report: Report, by: int) -> None:
    """From now on the unit above answers for the report; it was sealed to it as well. Refused where it was not.

    There it is a new report, whatever the unit below made of it: nobody has read it, and every term begins anew. The server
    hands the unit below nothing of it any more. Its key still opens what was sealed to it before.
    """
    with transaction.atomic(using=DATABASE):
        held = Report.objects.select_for_update().get(pk=report.pk)
        if not may_hand_over(unit, held):
            raise Refused(gettext_noop("The unit above cannot open this report: it was not sealed to it."))
        before, after = held.unit, held.also
        held.unit, held.also, held.handed_from = after, None, before  # type: ignore[assignment]
        # Closed as noise by her whom it concerns, it would be deleted in the night after.
        held.status, held.substatus, held.spam = Report.Status.RECEIVED, "", False
        held.touched_on, held.opened_on, held.warned_on = today(), None, None
        held.assignee = held.answer_due = held.step_due = held.duplicate_of = None
        held.save(
            update_fields=[
                "unit",
                "also",
                "handed_from",
                "status",
                "substatus",
                "spam",
                "touched_on",
                "opened_on",
                "warned_on",
                "assignee",
                "answer_due",
                "step_due",
                "duplicate_of",
            ]
        )
        # Reports that the unit took for the same as this one are its own again to work on.
        duplicates.set_free(held.duplicates.all())
        _say(held, by, before, after)


def _say(report: Report, by: int, *units: Unit | None) -> None:
    told: Iterable[Unit] = [unit for unit in units if unit is not None]
    audit.record_all(Entry(Action.HANDED_OVER, by, unit.code, report.pk) for unit in told)
