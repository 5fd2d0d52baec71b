"""Reading listings: cards in a given order, one listing with its standing, what the search document holds."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from itertools import chain
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import Case, CharField, Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, override

from content.registers import labels
from content.registers.fields import Words
from content.registers.models import ExchangeRate, Source
from content.registers.selectors import registers

from . import contacts, money, rules
from .codes import is_well_formed
from .models import (
    Agency,
    AgencyContact,
    AgencyStatus,
    CostLine,
    DeletedListing,
    Hold,
    JobListing,
    ListingChange,
    SuspectContact,
)
from .vocabulary import ContactKind, Education, HoldState, Moment, WagePeriod

# The address of a listing tells for this long that it has ended (DECISIONS 34).
DAYS_SHOWN_CLOSED = 90


def address(code: str, language: str | None = None) -> str:
    """The address of a listing in ``language`` (default: the active one); Indonesian for a regional one."""
    wanted = language or get_language() or settings.LANGUAGE_CODE
    return f"/{wanted if wanted in settings.COMPLETE_LANGUAGES else settings.LANGUAGE_CODE}/lowongan/{code}/"


# Amounts of listings come again and again, and CLDR takes long over each. What readers type does not pass here.
_money = lru_cache(maxsize=10_000)(labels.money)
_about_rupiah = lru_cache(maxsize=10_000)(labels.about_rupiah)


def wage(listing: JobListing) -> str:
    """“NT$20.000–NT$22.000 per bulan” in the active language; the original currency, never converted."""
    language = get_language()
    amount = _money(listing.wage_min, listing.currency, language)
    if listing.wage_max is not None and listing.wage_max != listing.wage_min:
        amount = f"{amount}–{_money(listing.wage_max, listing.currency, language)}"
    return f"{amount} {WagePeriod(listing.wage_period).label}"


def wage_in_rupiah(listing: JobListing, on: dt.date) -> str:
    """“Rp9,8–10,8 juta” by the kept rate; empty where the wage is paid in rupiah or the rate is too old."""
    if listing.currency == money.RUPIAH:
        return ""
    ends = [end for end in (listing.wage_min, listing.wage_max) if end is not None]
    converted = [money.in_rupiah(end, listing.currency, on, registers().rates) for end in ends]
    known = [amount for amount in converted if amount is not None]
    return _about_rupiah(known[0], known[-1], get_language()) if known else ""


def _sums(lines: Iterable[CostLine]) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        totals[line.currency] += line.amount
    return dict(totals)


def charged(listing: JobListing) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """:func:`worker_pays` and :func:`taken_monthly`."""
    lines = [line for line in listing.cost_lines.all() if rules.charged(line)]
    monthly = [line for line in lines if line.when == Moment.MONTHLY]
    return _sums(line for line in lines if line.when != Moment.MONTHLY), _sums(monthly)


def worker_pays(listing: JobListing) -> dict[str, Decimal]:
    """What the worker pays in all, by currency; empty when it is nothing. What is taken from wages is not among it."""
    return charged(listing)[0]


def taken_monthly(listing: JobListing) -> dict[str, Decimal]:
    """What is taken from each month's wage, by currency."""
    return charged(listing)[1]


def in_words(sums: money.Sums) -> str:
    """“Rp800.000 + NT$500” in the active language; “Rp0” when it is nothing."""
    return " + ".join(labels.money(amount, code) for code, amount in (sums or {money.RUPIAH: Decimal(0)}).items())


def you_pay(listing: JobListing) -> str:
    """“Rp0” or the sums by currency, and what is taken from the wages, in the active language."""
    return paid_in_words(*charged(listing))


def paid_in_words(paid: money.Sums, taken: money.Sums) -> str:
    """What is paid in all and what is taken from each month's wage, in the active language."""
    if not taken:
        return in_words(paid)
    values = {"paid": in_words(paid), "taken": in_words(taken)}
    return gettext("%(paid)s, then %(taken)s from each month's wage") % values


def lowest_monthly(listing: JobListing) -> Decimal | None:
    """The lowest wage by the month; ``None`` where it cannot be said."""
    return money.monthly(listing.wage_min, listing.wage_period, listing.hours_per_week)


def months_to_repay(listing: JobListing, on: dt.date) -> Decimal | None:
    """How many lowest monthly wages the worker pays in all, in half months; ``None`` where that cannot be said."""
    return _months(listing, worker_pays(listing), on)


def _months(listing: JobListing, paid: money.Sums, on: dt.date) -> Decimal | None:
    return money.months_to_repay(paid, lowest_monthly(listing), listing.currency, on, registers().rates)


@dataclass(frozen=True)
class Card:
    """What a list shows of one listing, in the active language (UX §4.2)."""

    id: int
    code: str
    url: str
    title: str
    example: bool
    agency: str
    licence_until: dt.date | None
    order_number: str
    wage: str
    # What the wage comes to in rupiah, and by which rate; empty without a current one.
    rupiah: str
    rate: ExchangeRate | None
    you_pay: str
    free: bool
    # How many monthly wages the costs come to; empty for none, and where that cannot be said.
    months: str
    contract_months: int
    places: int
    closing_date: dt.date
    left: str
    source: Source | None
    checked_on: dt.date


def left(closing_date: dt.date, on: dt.date) -> str:
    """“sisa 6 hari”, “hari terakhir” in the active language."""
    days = (closing_date - on).days
    if days <= 0:
        return gettext("today is the last day")
    return ngettext("%(count)s day left", "%(count)s days left", days) % {"count": days}


def card(listing: JobListing, on: dt.date | None = None) -> Card:
    """The card of a listing fetched ``with_parts``; costs no query."""
    day = on or timezone.localdate()
    company = listing.agency.kind == Agency.Kind.COMPANY
    paid, taken = charged(listing)
    months = _months(listing, paid, day)
    return Card(
        id=listing.pk,
        code=listing.code,
        url=address(listing.code),
        title=listing.title,
        example=listing.is_example,
        agency=listing.agency.legal_name,
        licence_until=listing.agency.valid_until if company else None,
        order_number=listing.job_order.number if listing.job_order else "",
        wage=wage(listing),
        rupiah=wage_in_rupiah(listing, day),
        rate=money.rate_of(listing.currency, day, registers().rates),
        you_pay=paid_in_words(paid, taken),
        free=not (paid or taken),
        months=labels.number(months) if months else "",
        contract_months=listing.contract_months,
        places=listing.places,
        closing_date=listing.closing_date,
        left=left(listing.closing_date, day),
        source=listing.source,
        checked_on=listing.checked_on,
    )


def cards(ids: Sequence[int], on: dt.date | None = None) -> list[Card]:
    """The cards of these listings in this order. What is not public on that day is left out. Three queries."""
    return [card(listing, on) for listing in listings(ids, on)]


def listings(ids: Sequence[int], on: dt.date | None = None) -> list[JobListing]:
    """These listings in this order, with what cards and programs are told of them. What is not public on that day is left
    out. Three queries.
    """
    public = public_among(ids, on or timezone.localdate())
    found = JobListing.objects.select_related("agency", "job_order").in_bulk(public)
    lines: dict[int, list[CostLine]] = {pk: [] for pk in found}
    for line in CostLine.objects.filter(listing__in=public):
        lines[line.listing_id].append(line)
    for pk, listing in found.items():
        # As modelcluster keeps the lines of an unsaved listing: its way to fetch them takes as long as all the rest.
        listing._cluster_related_objects = {"cost_lines": lines[pk]}
    _join_registers(found.values(), chain.from_iterable(lines.values()))
    return [found[pk] for pk in ids if pk in found]


def _join_registers(found: Iterable[JobListing], lines: Iterable[CostLine]) -> None:
    """Give listings and their lines the rows of the registers that every process keeps; what is newer is fetched."""
    held = registers()
    for listing in found:
        if occupation := held.occupations.get(listing.occupation_id):
            listing.occupation = occupation
        if scheme := held.schemes.get(listing.scheme_id):
            listing.scheme = scheme
        if listing.source_id and (source := held.sources.get(listing.source_id)):
            listing.source = source
    for line in lines:
        if component := held.components.get(line.component_id):
            line.component = component


def public_among(ids: Sequence[int], on: dt.date) -> list[int]:
    """Which of these listings are public on that day. One query."""
    if not ids:
        return []
    sql, parameters = filterable_sql(on, JobListing.objects.db)
    marks = ", ".join(["%s"] * len(ids))
    with connections[JobListing.objects.db].cursor() as cursor:
        # Nothing but the SQL of the rules and marks stand in it.
        cursor.execute(f"SELECT l.key FROM ({sql}) l WHERE l.key IN ({marks})", (*parameters, *ids))  # noqa: S608
        return [key for (key,) in cursor.fetchall()]


def changed_at(found: Sequence[JobListing]) -> dict[int, dt.datetime]:
    """When each of these listings was last changed, by its log; without one, when it became public. One query."""
    changes = ListingChange.objects.filter(listing__in=[listing.pk for listing in found]).order_by()
    logged = dict(changes.values_list("listing").annotate(Max("when")))
    return {
        listing.pk: logged.get(listing.pk)
        or listing.first_public_at
        or timezone.make_aware(dt.datetime.combine(listing.checked_on, dt.time.min))
        for listing in found
    }


def filterable(on: dt.date) -> QuerySet:
    """What a search filters, counts and sorts of each listing that is public on that day, for its SQL.

    Read where it is true, never from a document (DECISIONS 31). ``cost``: “zero” or “some”, as a card says it; ``pays``:
    the top of the range, in ``currency`` by ``wage_period``.
    """
    return _searched(JobListing.objects.public(on))


def copied(keys: Iterable[int]) -> QuerySet:
    """The same of these listings, public or not, for an index outside the database, with the copy ``public_until``."""
    return _searched(JobListing.objects.filter(pk__in=list(keys)), "public_until")


def _searched(found: QuerySet[JobListing], *besides: str) -> QuerySet:
    cost = Case(When(Exists(rules.charges()), then=Value("some")), default=Value("zero"), output_field=CharField())
    columns = (
        "country", "education", "scheme_id", "closing_date", "public_from", "first_public_at", "currency", "wage_period"
    )  # fmt: skip
    pays = Coalesce("wage_max", "wage_min")
    named = {"key": F("pk"), "work": F("occupation__work__code"), "cost": cost, "pays": pays}
    return found.order_by().values(*columns, *besides, **named)


def filterable_sql(on: dt.date, using: str) -> tuple[str, tuple[Any, ...]]:
    """:func:`filterable` as SQL with its parameters. It is made from the rules alone, so it is kept: making it takes
    longer than asking it of the few listings that most questions are about.
    """
    return _filterable_sql(on, using, connections[using].vendor)


def published_sql(using: str) -> tuple[str, tuple[Any, ...]]:
    """The same of what is published, whether a rule refuses it or not: to narrow what the rules are asked of."""
    return _filterable_sql(None, using, connections[using].vendor)


@lru_cache(maxsize=8)
def _filterable_sql(on: dt.date | None, using: str, vendor: str) -> tuple[str, tuple[Any, ...]]:
    found = filterable(on) if on else _searched(JobListing.objects.filter(status=JobListing.Status.PUBLISHED))
    sql, parameters = found.using(using).query.get_compiler(using).as_sql()
    return sql, tuple(parameters)


def closing_soon(count: int, on: dt.date | None = None) -> list[Card]:
    """The next public listings to close: for the home page."""
    listings = JobListing.objects.public(on).with_parts().order_by("closing_date", "pk")[:count]
    return [card(listing, on) for listing in listings]


def similar(listing: JobListing, count: int = 3, on: dt.date | None = None) -> list[Card]:
    """Public listings of the same work, those in the same country first."""
    found = JobListing.objects.public(on).with_parts().filter(occupation__work=listing.occupation.work_id)
    nearest = found.filter(country=listing.country).exclude(pk=listing.pk).order_by("closing_date", "pk")[:count]
    shown = list(nearest)
    if len(shown) < count:
        others = found.exclude(country=listing.country).order_by("closing_date", "pk")[: count - len(shown)]
        shown += list(others)
    return [card(row, on) for row in shown]


# Reported, and being looked into or confirmed.
DOUBT = Q(holds__state=HoldState.OPEN) | Q(confirmed_on__isnull=False)


def is_doubted(contact: AgencyContact) -> bool:
    """Whether what stands as an official contact was reported and is being looked into, or was confirmed. One query."""
    return SuspectContact.objects.filter(DOUBT, kind=contact.kind, normal=contact.normal).exists()


def undoubted(held: list[AgencyContact]) -> list[AgencyContact]:
    """Those of ``held`` of which :func:`is_doubted` does not hold. One query for any number."""
    if not held:
        return []
    found = SuspectContact.objects.filter(DOUBT, normal__in={one.normal for one in held})
    doubted = set(found.values_list("kind", "normal"))
    return [one for one in held if (one.kind, one.normal) not in doubted]


class Standing(Enum):
    """How a listing answers at its own address (DECISIONS 34)."""

    PUBLIC = "public"
    HELD = "held"
    ENDED = "ended"
    GONE = "gone"


def _is_held(listing: JobListing, on: dt.date) -> bool:
    """Whether a listing that is not public waits for a decision on it, or is kept back by nothing but one on its agency."""
    if listing.status != JobListing.Status.PUBLISHED:
        return listing.status == JobListing.Status.ON_HOLD
    looked_into = Exists(Hold.objects.filter(listing=OuterRef("pk"), state=HoldState.OPEN))
    return JobListing.objects.filter(Q(looked_into) | rules.held_condition(on), pk=listing.pk).exists()


def find(code: str, on: dt.date | None = None) -> tuple[JobListing, Standing] | None:
    """The listing with this code and its standing; ``None`` for one that never was public, never was, or was deleted."""
    day = on or timezone.localdate()
    listing = JobListing.objects.with_parts().filter(code=code).first()
    if listing is None:
        return None
    if JobListing.objects.public(day).filter(pk=listing.pk).exists():
        return listing, Standing.PUBLIC
    if listing.first_public_at is None:
        return None
    if _is_held(listing, day):
        return listing, Standing.HELD
    first = timezone.localtime(listing.first_public_at).date()
    last = max(first, min(listing.public_until or first, day))
    over = (day - last).days > DAYS_SHOWN_CLOSED
    return listing, Standing.GONE if over else Standing.ENDED


def was_deleted(code: str) -> bool:
    """Whether a listing with this code was public once and has been deleted, as :func:`find` cannot tell. One query."""
    return is_well_formed(code) and DeletedListing.objects.filter(code=code).exists()


def known_codes(among: Sequence[str]) -> set[str]:
    """Those of these codes that a listing has or, deleted since, had while it was public. Two queries."""
    found = set(JobListing.objects.filter(code__in=among).values_list("code", flat=True))
    return found | set(DeletedListing.objects.filter(code__in=among).values_list("code", flat=True))


@dataclass(frozen=True)
class Reason:
    """One rule of “why this listing is legal”: its sentence, its laws with their articles, and when it was checked."""

    id: str
    name: str
    sentence: str
    laws: list[tuple[Source, str]]
    checked_on: dt.date | None


def reason(outcome: rules.Outcome) -> Reason:
    """What a rule says of a listing, in the active language; costs no query."""
    held = registers().sources
    by_code = {source.code: source for source in held.values()}
    laws = [(by_code[law.code], law.article) for law in outcome.rule.laws if law.code in by_code]
    laws += [(held[pk], "") for pk in outcome.answer.sources if pk in held]
    return Reason(
        id=outcome.rule.id,
        name=str(outcome.rule.name),
        sentence=str(outcome.answer.sentence),
        laws=laws,
        # A law is as old as its reading; what an officer looked at is as old as that look.
        checked_on=outcome.answer.checked_on or max((source.accessed for source, _article in laws), default=None),
    )


def announced(on: dt.date) -> QuerySet[JobListing]:
    """The public listings that search engines are told of: no example (DECISIONS 29)."""
    return JobListing.objects.public(on).filter(example=False, agency__example=False).order_by("pk")


def agencies() -> QuerySet[Agency]:
    """Every agency by its name, with source, decisions, ``on_hold`` and the contacts that nobody doubts: three queries
    for any number of rows.
    """
    decisions = Prefetch("statuses", AgencyStatus.objects.select_related("source"))
    doubted = SuspectContact.objects.filter(DOUBT, kind=OuterRef("kind"), normal=OuterRef("normal"))
    trusted = Prefetch("contacts", AgencyContact.objects.exclude(Exists(doubted)))
    looked_into = Hold.objects.filter(agency=OuterRef("pk"), state=Hold.State.OPEN)
    found = Agency.objects.select_related("source").prefetch_related(decisions, trusted)
    return found.annotate(on_hold=Exists(looked_into)).order_by("legal_name", "pk")


def official_contacts(agency: Agency) -> list[AgencyContact]:
    """The contacts of one of :func:`agencies` that may be passed on: no bank account, whose digits are for comparing alone,
    and of an example nothing that can be dialled or opened (DECISIONS 29, 34). Costs no query.
    """
    held = [one for one in agency.contacts.all() if one.kind != ContactKind.ACCOUNT]
    return [one for one in held if not agency.example or contacts.is_invented(one.kind, one.value)]


@dataclass(frozen=True)
class FoundAgency:
    """An agency in a list of what was found: who it is, and how its licence stands on a day."""

    name: str
    licence: str
    example: bool
    on_hold: bool
    fails: bool
    company: bool
    valid_until: dt.date | None


def agency_names() -> list[contacts.Named]:
    """Every agency by its legal name, with all its names and its licence number. One query."""
    found: dict[int, contacts.Named] = {}
    rows = Agency.objects.order_by("legal_name", "pk", "names__name")
    for key, legal, licence, other in rows.values_list("pk", "legal_name", "licence_number", "names__name"):
        held = found.get(key) or contacts.Named(key, (legal,), licence)
        found[key] = replace(held, names=(*held.names, other)) if other else held
    return list(found.values())


def found_agencies(keys: Sequence[int], on: dt.date) -> list[FoundAgency]:
    """These agencies in this order. One query, none for none."""
    if not keys:
        return []
    looked_into = Exists(Hold.objects.filter(agency=OuterRef("pk"), state=HoldState.OPEN))
    fails = Case(When(rules.agency_fails(on), then=Value(True)), default=Value(False))
    rows = Agency.objects.annotate(on_hold=looked_into, fails=fails).in_bulk(keys)
    return [
        FoundAgency(
            row.legal_name,
            row.licence_number,
            row.example,
            row.on_hold,
            row.fails,
            row.kind == Agency.Kind.COMPANY,
            row.valid_until,
        )
        for key in keys
        if (row := rows.get(key))
    ]


@dataclass(frozen=True)
class DocumentFields:
    """What is searched of a listing. Texts are by language, all complete ones."""

    title: dict[str, str]
    occupation: dict[str, str]
    work_name: dict[str, str]
    country_name: dict[str, str]
    details: dict[str, list[str]]
    agency: str
    employer: str
    place: str
    reference: str
    code: str
    wages: tuple[str, ...]


def _in_each(words: Words) -> dict[str, str]:
    return {language: words.text(language) for language in settings.COMPLETE_LANGUAGES}


def _title(listing: JobListing, language: str) -> str:
    with override(language):
        return listing.title


def _details(listing: JobListing, language: str) -> list[str]:
    with override(language):
        found = [str(listing.scheme), str(Education(listing.education).label)]
        found += JobListing._meta.get_field("requirements").labels_of(listing.requirements)
        found += JobListing._meta.get_field("benefits").labels_of(listing.benefits)
        return found


def document_fields(listing: JobListing) -> DocumentFields:
    """The search document of a listing fetched ``with_parts``; costs no query."""
    return DocumentFields(
        title={language: _title(listing, language) for language in settings.COMPLETE_LANGUAGES},
        occupation=_in_each(listing.occupation.name),
        work_name=_in_each(listing.occupation.work.name),
        country_name={
            language: labels.country_name(listing.country, language) for language in settings.COMPLETE_LANGUAGES
        },
        details={language: _details(listing, language) for language in settings.COMPLETE_LANGUAGES},
        agency=listing.agency.legal_name,
        employer=listing.job_order.employer if listing.job_order else "",
        place=listing.place,
        reference=listing.reference,
        code=listing.code,
        wages=tuple(str(wage.normalize().__format__("f")) for wage in (listing.wage_min, listing.wage_max) if wage),
    )
