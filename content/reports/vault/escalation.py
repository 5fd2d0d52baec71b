"""Who is told when a unit does not read: the nearest unit above it that somebody really reads (the dead-man rule).

Told are counts and days only. The unit above opens nothing by that: it telephones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from . import recusal, standing
from .envelope import Direction
from .models import Message, Report, Unit, UnitRoster, today

# Until then a report should have been opened.
DUE_DAYS = 3
NO_HOLDER, UNREAD, CONFLICT = "no-holder", "unread", "conflict"


@dataclass(frozen=True)
class Trouble:
    """A unit that does not read. ``told`` is who is told; None where there is nobody above that reads."""

    unit: Unit
    reason: str
    told: Unit | None
    unread: int = 0
    # Reports that concern all who could read them (recusal.py).
    conflicts: int = 0


def reports_of(unit: Unit) -> QuerySet[Report]:
    """What the people of a unit can open."""
    return Report.objects.filter(Q(unit=unit) | Q(also=unit))


def unread(rows: QuerySet[Report], until: dt.date | None = None) -> QuerySet[Report]:
    """Reports that are new, or to which something was added since a holder last opened them; received by this day.

    What a unit took over waits there since then, not since it came.
    """
    until = until or today()
    waits = rows.filter(Q(handed_from=None) | Q(touched_on__lte=until), withdrawn_on=None)
    return waits.filter(Q(status=Report.Status.RECEIVED, received_on__lte=until) | Q(unopened_addition(until)))


def added_to(rows: QuerySet[Report]) -> QuerySet[Report]:
    """Reports to which something was added that no holder has opened."""
    return rows.filter(unopened_addition(), withdrawn_on=None)


def unopened_addition(until: dt.date | None = None) -> Exists:
    """Of a report: whether something was added, by this day, that no holder has opened.

    What came on the day of an opening was there before it: what comes after it takes that day back (storing.was_added_to).
    """
    added = Message.objects.filter(report=OuterRef("pk"), direction=Direction.FROM_REPORTER)
    added = added.filter(Q(received_on__gt=F("report__opened_on")) | Q(report__opened_on=None))
    return Exists(added if until is None else added.filter(received_on__lte=until))


def troubles() -> list[Trouble]:
    """Every unit that does not read. One that is being set up, with no key and no reports yet, is none."""
    units = {unit.pk: unit for unit in Unit.objects.filter(demo=False)}
    stand = standing.standings(units)
    began = set(UnitRoster.objects.exclude(accepted_on=None).values_list("unit", flat=True))
    began |= set(Report.objects.order_by().values_list("unit", flat=True).distinct())
    overdue = unread(Report.objects.all(), today() - dt.timedelta(days=DUE_DAYS)).order_by()
    waiting = dict(overdue.values_list("unit").annotate(Count("pk")))
    conflicts = recusal.left_alone(stand)
    found = []
    for unit in units.values():
        late = waiting.get(unit.pk, 0)
        dead = bool(stand[unit.pk].fault) and unit.pk in began
        recused = conflicts.get(unit.pk, 0)
        if dead or late or recused:
            told = _above(unit, units, stand)
            reason = NO_HOLDER if dead else CONFLICT if recused else UNREAD
            found.append(Trouble(unit, reason, told, late, recused))
    return found


def below(unit: Unit, among: Iterable[Trouble] | None = None) -> list[Trouble]:
    """The units below that this one is told of."""
    if among is None and not Unit.objects.filter(parent=unit).exists():
        return []
    return [trouble for trouble in (troubles() if among is None else among) if trouble.told == unit]


def above(unit: Unit) -> Unit | None:
    """Who is told of a unit that does not read; None where there is nobody above that reads."""
    units = {held.pk: held for held in Unit.objects.filter(demo=False)}
    return _above(unit, units, standing.standings(units))


def _above(unit: Unit, units: dict, stand: dict) -> Unit | None:  # type: ignore[type-arg]
    """The nearest unit above with a live holder. A ring of units ends where it began."""
    seen = {unit.pk}
    above = units.get(unit.parent_id)
    while above is not None and above.pk not in seen:
        if not stand[above.pk].fault:
            return above
        seen.add(above.pk)
        above = units.get(above.parent_id)
    return None
