"""Reading listings: cards in a given order, one listing with its standing, what the search document holds."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from django.conf import settings
from django.db.models import Case, CharField, Exists, F, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, override

from content.registers import labels
from content.registers.fields import Words
from content.registers.models import Source

from . import rules
from .models import Agency, JobListing
from .vocabulary import Education, HoldState, WagePeriod

# The address of a listing tells for this long that it has ended (DECISIONS 34).
DAYS_SHOWN_CLOSED = 90


def address(code: str, language: str | None = None) -> str:
    """The address of a listing in ``language`` (default: the active one); Indonesian for a regional one."""
    wanted = language or get_language() or settings.LANGUAGE_CODE
    return f"/{wanted if wanted in settings.COMPLETE_LANGUAGES else settings.LANGUAGE_CODE}/lowongan/{code}/"


def wage(listing: JobListing) -> str:
    """“NT$20.000–NT$22.000 per bulan” in the active language; the original currency, never converted."""
    amount = labels.money(listing.wage_min, listing.currency)
    if listing.wage_max is not None and listing.wage_max != listing.wage_min:
        amount = f"{amount}–{labels.money(listing.wage_max, listing.currency)}"
    return f"{amount} {WagePeriod(listing.wage_period).label}"


def worker_pays(listing: JobListing) -> dict[str, Decimal]:
    """What the worker pays in all, by currency; empty when it is nothing."""
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for line in listing.cost_lines.all():
        if rules.charged(line):
            totals[line.currency] += line.amount
    return dict(totals)


def you_pay(listing: JobListing) -> str:
    """“Rp0” or the sums by currency in the active language."""
    totals = worker_pays(listing) or {"IDR": Decimal(0)}
    return " + ".join(labels.money(amount, currency) for currency, amount in totals.items())


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
    you_pay: str
    free: bool
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
        you_pay=you_pay(listing),
        free=not worker_pays(listing),
        contract_months=listing.contract_months,
        places=listing.places,
        closing_date=listing.closing_date,
        left=left(listing.closing_date, day),
        source=listing.source,
        checked_on=listing.checked_on,
    )


def cards(ids: Sequence[int], on: dt.date | None = None) -> list[Card]:
    """The cards of these listings in this order. What is not public on that day is left out. Three queries."""
    found = {listing.pk: listing for listing in JobListing.objects.public(on).with_parts().filter(pk__in=ids)}
    return [card(found[pk], on) for pk in ids if pk in found]


def filterable(on: dt.date) -> QuerySet:
    """What a search filters, counts and sorts of each listing that is public on that day, for its SQL.

    Read where it is true, never from a document (DECISIONS 31). ``cost``: “zero” or “some”, as a card says it.
    """
    cost = Case(When(Exists(rules.charges()), then=Value("some")), default=Value("zero"), output_field=CharField())
    columns = ("country", "education", "scheme_id", "closing_date", "public_from")
    found = JobListing.objects.public(on).order_by()
    return found.values(*columns, key=F("pk"), work=F("occupation__work__code"), cost=cost)


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


class Standing(Enum):
    """How a listing answers at its own address (DECISIONS 34)."""

    PUBLIC = "public"
    HELD = "held"
    ENDED = "ended"
    GONE = "gone"


def _is_held(listing: JobListing, on: dt.date) -> bool:
    """Whether a listing that is not public waits for a decision on it, or is kept back by nothing but one on its agency."""
    if listing.status == JobListing.Status.ON_HOLD or listing.holds.filter(state=HoldState.OPEN).exists():
        return True
    return JobListing.objects.filter(rules.held_condition(on), pk=listing.pk).exists()


def find(code: str, on: dt.date | None = None) -> tuple[JobListing, Standing] | None:
    """The listing with this code and its standing; ``None`` for one that never was public, or never was."""
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
    )
