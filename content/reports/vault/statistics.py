"""What is counted of reports, and how it is kept from pointing at one of them (DECISIONS 52, REPORTING 5.6, check 53).

At triage a case worker enters a few codes. They wait for the night, which mixes what was entered during the day and keeps it without
a day, an order or the number of a report: nothing leads back. What was not opted in for counts for its month and regency alone.

Whoever sees figures sees no small one. A line (what adds up to a total that is shown) never leaves fewer than two, or together fewer
than ``k``, to be worked out from the rest; the smallest figures are merged or withheld until that is so. What is published is rounded
to 5 besides.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_noop

from . import audit, casework, coarse, recusal
from .audit import Action
from .coarse import ATTRIBUTES
from .envelope import Direction
from .models import DATABASE, Message, MonthAccount, Report, StatRecord, ToCount, Unit, WeekCount, today
from .staff import Refused

INTERNAL_K, PUBLIC_K = 5, 10
ROUNDED_TO = 5
# The early warning looks at 8 weeks before each of the last ones; what is older than this is of no use to it.
WEEKS_KEPT = 26
# An answer of the unit within so many days is one in time. No report is deleted earlier, so each is counted once.
IN_TIME_DAYS = 7
OPEN_DAYS = 30
# A quarter is published once so many days have gone by since its end: what was entered late should be part of it.
SETTLING_DAYS = 15
BOARD_MONTHS = 6
# All that is not shown by itself, in one row or column.
REST = "*"
# Cells of a published table that hold no figure: fewer than ten, and held back so that those cannot be worked out.
LESS, HELD_BACK = "<", "x"

_system = random.SystemRandom()
_CHUNK = 500


# Entering


def enter(report: Report, by: int, *, regency: str, opted_in: bool, **codes: str) -> None:
    """Count a report, once and for good. ``codes`` are its district and attributes, taken only where the reporter has opted in.

    Refused for noise, practice, what was withdrawn, what tells of the same as another, what was counted before, and for
    codes that there are not.
    """
    codes = {name: value for name, value in codes.items() if value}
    _check(report.unit, regency, opted_in, codes)
    district, modus = codes.get("district"), codes.get("modus")
    with transaction.atomic(using=DATABASE):
        held = casework.lock(report)
        if held.counted:
            raise Refused(gettext_noop("It has been counted already."))
        if held.duplicate_of_id is not None:
            raise Refused(gettext_noop("The report that tells of the same is counted, not this one."))
        if held.spam or held.withdrawn_on is not None or report.unit.demo:
            raise Refused(gettext_noop("Noise, practice and what was withdrawn are not counted."))
        ToCount.objects.create(
            unit=report.unit.code,
            month=coarse.month_of(held.received_on),
            regency=regency,
            week=coarse.week_of(held.received_on) if district and modus else None,
            **codes,
        )
        Report.objects.filter(pk=held.pk).update(counted=True)
        # Who counted, not what: the chain outlives the report.
        audit.record(Action.COUNTED, actor=by, unit=report.unit.code)


def _check(unit: Unit, regency: str, opted_in: bool, codes: Mapping[str, str]) -> None:
    if codes and not opted_in:
        raise Refused(gettext_noop("Only the regency is counted, unless the reporter has allowed more."))
    if regency and regency not in dict(coarse.regencies(unit.region)):
        raise Refused(gettext_noop("Choose a regency of this unit."))
    known = {name: vocabulary.values for name, vocabulary in ATTRIBUTES.items()}
    known["district"] = [code for code, _name in coarse.districts(regency)]
    if any(value not in known.get(name, ()) for name, value in codes.items()):
        raise Refused(gettext_noop("This cannot be read."))


def uncounted(unit: Unit, user: int) -> int:
    """How many reports of the unit could still be counted, of those that this account is not kept from."""
    rows = Report.objects.filter(unit=unit, counted=False, spam=False, withdrawn_on=None, duplicate_of=None)
    return recusal.visible(rows.filter(unit__demo=False), user).count()


# The night


def waiting() -> int:
    """How many entries wait to be mixed."""
    return ToCount.objects.count()


def mix() -> int:
    """Keep what was entered, in an order that nobody chose; how many. Whole or not at all, so a second run finds nothing to do."""
    with transaction.atomic(using=DATABASE):
        rows = list(ToCount.objects.select_for_update())
        names = ("unit", "month", "regency", "district", *ATTRIBUTES)
        records = [StatRecord(**{name: getattr(row, name) for name in names}) for row in rows]
        _system.shuffle(records)
        StatRecord.objects.bulk_create(records, batch_size=_CHUNK)
        weeks = Counter((row.unit, row.week, row.district, row.modus) for row in rows if row.week is not None)
        cells = [(cell, n) for cell, n in weeks.items() if cell[1] is not None and cell[1] >= _oldest_week()]
        _system.shuffle(cells)
        for (unit, week, district, modus), n in cells:
            where = {"unit": unit, "week": week, "district": district, "modus": modus}
            if not WeekCount.objects.filter(**where).update(n=F("n") + n):
                WeekCount.objects.create(**where, n=n)
        ToCount.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _oldest_week() -> dt.date:
    return coarse.week_of(today()) - dt.timedelta(weeks=WEEKS_KEPT)


def outdated() -> QuerySet[WeekCount]:
    """The counts of weeks that are over for the early warning."""
    return WeekCount.objects.filter(week__lt=_oldest_week())


def forget_weeks() -> int:
    """Delete them; how many."""
    return outdated().delete()[0]


def to_account() -> QuerySet[Report]:
    """Reports whose time for an answer is over and that no account names yet."""
    over = today() - dt.timedelta(days=IN_TIME_DAYS)
    return Report.objects.filter(accounted=False, received_on__lt=over, unit__demo=False)


def account() -> int:
    """Count how many arrived and how many of them were answered in time; how many reports that were. Noise is none.

    Before anything is deleted: every report is at least a week old by then.
    """
    with transaction.atomic(using=DATABASE):
        rows = list(to_account().select_for_update(of=("self",)).order_by().values_list("pk", "received_on", "spam"))
        received: Counter[str] = Counter()
        in_time: Counter[str] = Counter()
        for start in range(0, len(rows), _CHUNK):
            part = [number for number, _on, _spam in rows[start : start + _CHUNK]]
            answered = _first_answers(part)
            for number, on, spam in rows[start : start + _CHUNK]:
                if not spam:
                    received[coarse.month_of(on)] += 1
                    if number in answered and (answered[number] - on).days <= IN_TIME_DAYS:
                        in_time[coarse.month_of(on)] += 1
            Report.objects.filter(pk__in=part).update(accounted=True)
        for month, count in received.items():
            MonthAccount.objects.get_or_create(month=month)
            MonthAccount.objects.filter(month=month).update(
                received=F("received") + count, in_time=F("in_time") + in_time[month]
            )
    return len(rows)


def _first_answers(reports: list[int]) -> dict[int, dt.date]:
    answers = Message.objects.filter(report__in=reports, direction=Direction.FROM_UNIT).order_by("-received_on")
    return dict(answers.values_list("report", "received_on"))  # the earliest comes last and stays


# Small figures


def merged(totals: Mapping[str, int], k: int) -> dict[str, int]:
    """``totals`` with those below ``k`` in one, named :data:`REST`, and with as many more as it takes for that to hold ``k``.

    Empty where all together are below ``k``. What is not there at all is part of the rest as well: none cannot be told from few.
    """
    whole = sum(totals.values())
    if whole < k:
        return {}
    hidden = _hidden({name: n for name, n in totals.items() if n}, k, {name for name, n in totals.items() if n < k})
    shown = {name: n for name, n in totals.items() if name not in hidden and n >= k}
    rest = whole - sum(shown.values())
    return {**shown, REST: rest} if rest else shown


def _hidden(line: Mapping[str, int], k: int, hidden: Iterable[str]) -> set[str]:
    """What of one line is not shown, once nothing small can be worked out from its total and the others."""
    held = set(hidden)
    while True:
        secret = [line[name] for name in held if line.get(name)]
        if not secret or (len(secret) > 1 and sum(secret) >= k):
            return held
        left = [(n, name) for name, n in line.items() if n and name not in held]
        if not left:
            return held
        held.add(min(left)[1])


def withheld(table: Mapping[str, Mapping[str, int]], k: int) -> set[tuple[str, str]]:
    """The cells (row, column) of a table that are not shown where the totals of all its rows and columns are."""
    rows, columns = list(table), sorted({column for row in table.values() for column in row})
    held = {(row, column) for row in rows for column in columns if table[row].get(column, 0) < k}
    while True:
        before = len(held)
        for row in rows:
            line = {column: table[row].get(column, 0) for column in columns}
            held |= {(row, name) for name in _hidden(line, k, {c for r, c in held if r == row})}
        for column in columns:
            line = {row: table[row].get(column, 0) for row in rows}
            held |= {(name, column) for name in _hidden(line, k, {r for r, c in held if c == column})}
        if len(held) == before:
            return held


def rounded(n: int) -> int:
    """To the nearest 5; what may be shown at all stays at least 10."""
    return (n + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def told(n: int) -> int | str:
    """One figure by itself, as it is published."""
    return rounded(n) if n >= PUBLIC_K else LESS


# The board of a unit


@dataclass(frozen=True)
class Month:
    """A month that is over, for the people of a unit: figures below 5 are in the rest, or there is none at all."""

    month: str
    total: int | None
    regencies: dict[str, int]
    ways: dict[str, int]


def units_of(unit: Unit) -> QuerySet[Unit, str]:
    """The codes of the units whose counts this one sees: its own, and of those for places within its region.

    Not those of the unit above: what was sent to the province alone is not to be worked out in the regency. A unit for
    practice, whose phrases everybody knows, sees none.
    """
    below = Q(region=unit.region) | Q(region__startswith=f"{unit.region}.") if unit.region else Q()
    seen = Unit.objects.none() if unit.demo else Unit.objects.filter(below, demo=False)
    return seen.values_list("code", flat=True)


def board(unit: Unit) -> list[Month]:
    """The last months that are over, the newest first."""
    first = today().replace(day=1)
    months = []
    for _number in range(BOARD_MONTHS):
        first = (first - dt.timedelta(days=1)).replace(day=1)
        months.append(coarse.month_of(first))
    rows = list(StatRecord.objects.filter(unit__in=units_of(unit), month__in=months))
    return [_month(month, [row for row in rows if row.month == month]) for month in months]


def _month(month: str, rows: list[StatRecord]) -> Month:
    ways = Counter(row.modus for row in rows)
    return Month(
        month,
        len(rows) if len(rows) >= INTERNAL_K else None,
        merged(Counter(row.regency for row in rows), INTERNAL_K),
        merged(ways, INTERNAL_K),
    )


# What is published


@dataclass(frozen=True)
class Quarter:
    """The figures of a quarter as they may be published: nothing below 10, everything rounded to 5."""

    quarter: str
    figures: dict[str, object] = field(default_factory=dict)
    account: dict[str, int | str] = field(default_factory=dict)


def may_be_published(quarter: str) -> dt.date:
    """The first day on which a quarter may be published."""
    return coarse.last_day_of(quarter) + dt.timedelta(days=SETTLING_DAYS + 1)


def of_quarter(quarter: str) -> Quarter:
    """What is published of a quarter. ValueError where it is none."""
    months = coarse.months_of(quarter)
    records = list(StatRecord.objects.filter(month__in=months))
    sums = {"received": 0, "in_time": 0}
    for row in MonthAccount.objects.filter(month__in=months):
        sums["received"] += row.received
        sums["in_time"] += row.in_time
    account = {name: told(n) for name, n in sums.items()}
    return Quarter(quarter, figures_of(records), {**account, "open": told(long_open())})


def long_open() -> int:
    """How many reports are open today that arrived more than 30 days ago."""
    since = today() - dt.timedelta(days=OPEN_DAYS)
    rows = Report.objects.filter(received_on__lt=since, withdrawn_on=None, unit__demo=False)
    return rows.exclude(status=Report.Status.CLOSED).count()


def figures_of(records: list[StatRecord]) -> dict[str, object]:
    """All, by regency, and by regency and one attribute at a time.

    Regencies and codes with small totals are merged first, so that every total that is left may be shown; then cells are withheld.
    """
    places = merged(Counter(row.regency for row in records), PUBLIC_K)
    by = {name: _by(records, places, name) for name in ATTRIBUTES} if places else {}
    return {
        "total": told(len(records)),
        "regencies": {place: rounded(n) for place, n in places.items()},
        "by": by,
    }


def _by(records: list[StatRecord], places: Mapping[str, int], name: str) -> dict[str, object]:
    columns = merged(Counter(getattr(row, name) for row in records), PUBLIC_K)
    table: dict[str, Counter[str]] = {place: Counter() for place in places}
    for row in records:
        place = row.regency if row.regency in places else REST
        code = getattr(row, name)
        table[place][code if code in columns else REST] += 1
    hidden = withheld(table, PUBLIC_K)

    def cell(place: str, code: str) -> int | str:
        # One mark for what is small and for what hides it: two would tell which is which.
        return HELD_BACK if (place, code) in hidden else rounded(table[place][code])

    return {
        "columns": {code: rounded(n) for code, n in columns.items()},
        "rows": {place: {code: cell(place, code) for code in columns} for place in places},
    }
