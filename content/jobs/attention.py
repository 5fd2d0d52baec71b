"""What needs an officer: what will end, what has ended unseen, what nobody has looked at for long, what waits.

Each section is read where it is true, on that day; nothing is stored, so nothing has to be ticked off. Whatever the number
of rows, a section costs a fixed number of queries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, Model, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.registers import generation, labels
from content.registers.models import DestinationRule, ExchangeRate

from . import likeness, rules, selectors
from .models import Agency, Hold, JobListing, JobOrder, NotDuplicate

Status = JobListing.Status

# An officer who looks once a week still sees each listing before it closes.
CLOSING = dt.timedelta(days=7)
# To renew a licence or to extend a job order takes weeks; the lists of the CMS call thirty days “soon” as well.
ENDING = dt.timedelta(days=30)
# An opening is filled within weeks: a month after the last look at its source nobody knows whether it is still there.
LISTING_CHECKED = dt.timedelta(days=30)
# A licence holds for years and is suspended on any day. All agencies can be compared with the official list once a quarter.
AGENCY_CHECKED = dt.timedelta(days=90)


@dataclass(frozen=True)
class Line:
    """One line: what is to be dealt with, and what is told of it.

    ``other`` is the second listing of a pair; ``name`` says it where there is no row yet.
    """

    about: Model | None
    cells: tuple[str, ...]
    other: JobListing | None = None
    name: str = ""


@dataclass(frozen=True)
class Section:
    """One kind of thing that needs attention. ``hint`` says what to do about it; ``columns`` head the cells of a line."""

    code: str
    title: Promise | str
    hint: Promise | str
    columns: tuple[Promise | str, ...]
    found: Callable[[dt.date], Any]
    told: Callable[[Sequence[Any], dt.date], list[Line]]

    def count(self, on: dt.date) -> int:
        """How many there are."""
        return _count(self.found(on))

    def part(self, on: dt.date, start: int, stop: int) -> tuple[int, list[Line]]:
        """How many there are, and the lines from ``start`` to before ``stop``. What was compared is compared once."""
        found = self.found(on)
        count = _count(found)
        return count, self.told(list(found[start:stop]), on) if count > start else []


def _count(found: Any) -> int:
    return found.count() if isinstance(found, QuerySet) else len(found)


def public(on: dt.date) -> QuerySet[JobListing]:
    return JobListing.objects.public(on).order_by()


def _published(on: dt.date) -> QuerySet[JobListing]:
    """What an officer has published and what has not simply ended by its closing date."""
    return JobListing.objects.filter(status=Status.PUBLISHED, closing_date__gte=on).order_by()


def _numbers(listings: QuerySet[JobListing], name: str, rows: Sequence[Model]) -> dict[int, int]:
    """How many of these listings each of the rows has."""
    found = listings.filter(**{f"{name}__in": [row.pk for row in rows]})
    return dict(found.values_list(name).annotate(count=Count("pk")))


def _ground(listings: Sequence[JobListing], on: dt.date) -> rules.Ground:
    ground = rules.Ground.load(listings, on)
    ground.read_decisions({listing.agency_id for listing in listings})
    return ground


# --- what ends -----------------------------------------------------------------------------------------------------


def _closing(on: dt.date) -> QuerySet[JobListing]:
    soon = JobListing.objects.public(on).filter(closing_date__lte=on + CLOSING)
    return soon.with_parts().order_by("closing_date", "pk")


def _tell_closing(listings: Sequence[JobListing], on: dt.date) -> list[Line]:
    return [
        Line(one, (one.agency.legal_name, labels.date(one.closing_date), selectors.left(one.closing_date, on)))
        for one in listings
    ]


def _licences(on: dt.date) -> QuerySet[Agency]:
    ends = Agency.objects.filter(kind=Agency.Kind.COMPANY, valid_until__range=(on, on + ENDING))
    return ends.filter(pk__in=public(on).values("agency")).order_by("valid_until", "pk")


def _tell_licences(agencies: Sequence[Any], on: dt.date) -> list[Line]:
    shown = _numbers(public(on), "agency", agencies)
    return [
        Line(one, (one.licence_number, labels.date(one.valid_until), str(shown.get(one.pk, 0)))) for one in agencies
    ]


def _orders(on: dt.date) -> QuerySet[JobOrder]:
    ends = JobOrder.objects.filter(valid_until__range=(on, on + ENDING), pk__in=public(on).values("job_order"))
    return ends.select_related("agency", "work").order_by("valid_until", "pk")


def _tell_orders(orders: Sequence[JobOrder], on: dt.date) -> list[Line]:
    shown = _numbers(public(on), "job_order", orders)
    return [
        Line(one, (one.agency.legal_name, labels.date(one.valid_until), str(shown.get(one.pk, 0)))) for one in orders
    ]


# --- what has ended ------------------------------------------------------------------------------------------------


def _stopped(on: dt.date) -> QuerySet[Agency]:
    failing = Agency.objects.filter(rules.agency_fails(on), pk__in=_published(on).values("agency"))
    return failing.order_by("legal_name", "pk")


def _tell_stopped(agencies: Sequence[Agency], on: dt.date) -> list[Line]:
    held, ground = _numbers(_published(on), "agency", agencies), rules.Ground(on)
    ground.read_decisions([agency.pk for agency in agencies])
    return [
        Line(
            one,
            (
                " ".join(str(said.sentence) for said in rules.of_agency(one, ground=ground) if not said.ok),
                str(held.get(one.pk, 0)),
            ),
        )
        for one in agencies
    ]


def _hidden(on: dt.date) -> QuerySet[JobListing]:
    """What a fault keeps out of sight; what only waits for the decision on a hold stands in the section of holds."""
    hidden = JobListing.objects.filter(status=Status.PUBLISHED, closing_date__gte=on)
    shown = JobListing.objects.filter(rules.held_condition(on)).order_by()
    return hidden.exclude(pk__in=shown.values("pk")).with_parts().order_by("-pk")


def _tell_hidden(listings: Sequence[JobListing], on: dt.date) -> list[Line]:
    ground = _ground(listings, on)
    return [
        Line(one, (one.agency.legal_name, " ".join(map(str, rules.refusals(one, ground=ground))))) for one in listings
    ]


def _overbooked(on: dt.date) -> QuerySet[JobOrder]:
    offered = Sum("listings__places", filter=Q(listings__status=Status.PUBLISHED), default=0)
    found = JobOrder.objects.annotate(offered=offered).filter(offered__gt=F("places"))
    return found.select_related("agency", "work").order_by("pk")


def _tell_overbooked(orders: Sequence[Any], on: dt.date) -> list[Line]:
    return [Line(one, (one.agency.legal_name, f"{one.offered} / {one.places}")) for one in orders]


# --- what nobody has looked at for long ----------------------------------------------------------------------------


def _old_listings(on: dt.date) -> QuerySet[JobListing]:
    old = JobListing.objects.public(on).filter(checked_on__lt=on - LISTING_CHECKED)
    return old.with_parts().order_by("checked_on", "pk")


def _tell_old_listings(listings: Sequence[JobListing], on: dt.date) -> list[Line]:
    return [Line(one, (one.agency.legal_name, labels.date(one.checked_on), str(one.source or "–"))) for one in listings]


def _old_agencies(on: dt.date) -> QuerySet[Agency]:
    old = Agency.objects.filter(checked_on__lt=on - AGENCY_CHECKED, pk__in=public(on).values("agency"))
    return old.select_related("source").order_by("checked_on", "pk")


def _tell_old_agencies(agencies: Sequence[Agency], on: dt.date) -> list[Line]:
    return [Line(one, (one.licence_number, labels.date(one.checked_on), str(one.source or "–"))) for one in agencies]


def _overdue_rules(on: dt.date) -> list[tuple[DestinationRule, int]]:
    """The rules whose check is overdue, with the public listings that they carry: two queries."""
    overdue = DestinationRule.objects.filter(verify_by__lt=on).order_by("verify_by", "pk")
    shown = public(on).values_list("country", "occupation__work__code", "scheme_id").annotate(count=Count("pk"))
    found, groups = [], list(shown)
    for rule in overdue:
        count = sum(
            number
            for country, work, scheme, number in groups
            if country == rule.destination_id
            and rule.work in (work, DestinationRule.ANY)
            and rule.scheme in (scheme, DestinationRule.ANY)
        )
        if count:
            found.append((rule, count))
    return found


def _tell_overdue_rules(found: Sequence[tuple[DestinationRule, int]], on: dt.date) -> list[Line]:
    return [
        Line(rule, (labels.country_name(rule.destination_id), labels.date(rule.verify_by), str(count)))
        for rule, count in found
    ]


def _rates(on: dt.date) -> list[tuple[str, ExchangeRate | None]]:
    """The currencies of public wages whose rate is too old to be used, or missing: two queries."""
    used = set(public(on).values_list("currency", flat=True).distinct()) - {"IDR"}
    rates = {rate.currency: rate for rate in ExchangeRate.objects.filter(currency__in=used)}
    return [(one, rates.get(one)) for one in sorted(used) if one not in rates or not rates[one].is_current(on)]


def _tell_rates(found: Sequence[tuple[str, ExchangeRate | None]], on: dt.date) -> list[Line]:
    return [
        Line(rate, (labels.date(rate.on) if rate else _("No rate is recorded."),), name=currency)
        for currency, rate in found
    ]


# --- what waits ----------------------------------------------------------------------------------------------------


def _review(on: dt.date) -> QuerySet[JobListing]:
    return JobListing.objects.filter(status=Status.IN_REVIEW).with_parts().order_by("closing_date", "pk")


def _tell_review(listings: Sequence[JobListing], on: dt.date) -> list[Line]:
    return [Line(one, (one.agency.legal_name, labels.date(one.closing_date))) for one in listings]


def _holds(on: dt.date) -> QuerySet[Hold]:
    due = Hold.objects.filter(state=Hold.State.OPEN, review_on__lte=on)
    return due.select_related("agency", "listing__occupation", "contact", "placed_by").order_by("review_on", "pk")


def _tell_holds(holds: Sequence[Hold], on: dt.date) -> list[Line]:
    return [Line(one, (one.reason, labels.date(one.review_on), str(one.placed_by or "–"))) for one in holds]


def _duplicates(on: dt.date) -> list[likeness.Pair]:
    """The pairs that look alike and of which nobody has said that they are two: two queries."""
    return sorted(likeness.pairs(likeness.of_stored(likeness.comparable(on)), likeness.apart()), reverse=True)


def _tell_duplicates(pairs: Sequence[likeness.Pair], on: dt.date) -> list[Line]:
    keys = {key for pair in pairs for key in pair}
    held = JobListing.objects.with_parts().in_bulk(keys)
    return [
        Line(
            held[one],
            tuple(f"{half.agency}, {half.get_status_display()}" for half in (held[one], held[two])),
            held[two],
        )
        for one, two in pairs
        if one in held and two in held
    ]


_LISTING, _AGENCY, _ORDER = gettext_lazy("Listing"), gettext_lazy("Agency"), gettext_lazy("Job order")
_SHOWN, _CHECKED, _SOURCE = gettext_lazy("Shown to readers"), gettext_lazy("Checked on"), gettext_lazy("Source")

SECTIONS: tuple[Section, ...] = (
    Section(
        "hidden", gettext_lazy("Published, but not shown: a rule fails"),
        gettext_lazy("Correct what the rule names, or close the listing."),
        (_LISTING, _AGENCY, gettext_lazy("Rule")), _hidden, _tell_hidden,
    ),
    Section(
        "stopped", gettext_lazy("Agencies that may not place workers, with published listings"),
        gettext_lazy("Readers see none of them. Close the listings, or record the new licence or decision."),
        (_AGENCY, gettext_lazy("What the rule says"), gettext_lazy("Published listings")), _stopped, _tell_stopped,
    ),
    Section(
        "overbooked", gettext_lazy("Job orders that are offered too often"),
        gettext_lazy("While more places are offered than were approved, none of the listings is shown."),
        (_ORDER, _AGENCY, gettext_lazy("Offered / places")), _overbooked, _tell_overbooked,
    ),
    Section(
        "holds", gettext_lazy("Holds that are to be looked at again"),
        gettext_lazy("Lift or close the hold, by another person than who placed it, or set a new day."),
        (gettext_lazy("On hold"), gettext_lazy("Reason"), gettext_lazy("Look at it again by"), gettext_lazy("Placed by")),
        _holds, _tell_holds,
    ),
    Section(
        "review", gettext_lazy("Drafts that wait for review"),
        gettext_lazy("A colleague has asked you to look at them and to publish them."),
        (_LISTING, _AGENCY, gettext_lazy("Closing date")), _review, _tell_review,
    ),
    Section(
        "closing", gettext_lazy("Listings that close within 7 days"),
        gettext_lazy("They end by themselves. Extend them only if the agency still takes applications."),
        (_LISTING, _AGENCY, gettext_lazy("Closing date"), gettext_lazy("Left")), _closing, _tell_closing,
    ),
    Section(
        "licences", gettext_lazy("Licences that end within 30 days"),
        gettext_lazy("Look whether the licence was renewed. On the day after, its listings are no longer shown."),
        (_AGENCY, gettext_lazy("Licence number"), gettext_lazy("Licence valid until"), _SHOWN),
        _licences, _tell_licences,
    ),
    Section(
        "orders", gettext_lazy("Job orders that end within 30 days"),
        gettext_lazy("Look whether the job order was extended. On the day after, its listings are no longer shown."),
        (_ORDER, _AGENCY, gettext_lazy("Valid until"), _SHOWN), _orders, _tell_orders,
    ),
    Section(
        "duplicates", gettext_lazy("Listings that look alike"),
        gettext_lazy("Close one of the two, or say that they are no duplicates."),
        (_LISTING, gettext_lazy("Looks like")), _duplicates, _tell_duplicates,
    ),
    Section(
        "old-listings", gettext_lazy("Listings whose source nobody has looked at for 30 days"),
        gettext_lazy("Look whether the opening is still there, and record the day."),
        (_LISTING, _AGENCY, _CHECKED, _SOURCE), _old_listings, _tell_old_listings,
    ),
    Section(
        "old-agencies", gettext_lazy("Agencies whose entry nobody has looked at for 90 days"),
        gettext_lazy("Compare licence and standing with the official list, and record the day."),
        (_AGENCY, gettext_lazy("Licence number"), _CHECKED, _SOURCE), _old_agencies, _tell_old_agencies,
    ),
    Section(
        "rules", gettext_lazy("Destination rules that are overdue for a check"),
        gettext_lazy("Listings are shown by them. Compare them with their sources, and record the day."),
        (gettext_lazy("Rule"), gettext_lazy("Country"), gettext_lazy("Check again by"), _SHOWN),
        _overdue_rules, _tell_overdue_rules,
    ),
    Section(
        "rates", gettext_lazy("Exchange rates that are too old"),
        gettext_lazy("Readers see these wages in their own currency alone until there is a new rate."),
        (gettext_lazy("Currency"), gettext_lazy("Rate of")), _rates, _tell_rates,
    ),
)  # fmt: skip
BY_CODE = {section.code: section for section in SECTIONS}


def counts(on: dt.date | None = None) -> dict[str, int]:
    """How much each section holds, in their order. A fixed number of queries."""
    day = on or timezone.localdate()
    return {section.code: section.count(day) for section in SECTIONS}


def counts_of_now() -> dict[str, int]:
    """:func:`counts`, worked out again only when a row that they speak of was written, or on another day.

    To compare twenty thousand listings for likeness takes a second; the home of the CMS is opened many times a day.
    """
    written = generation.current()  # before the first query
    key = f"jobs-attention-{written}-{timezone.localdate()}-{NotDuplicate.objects.count()}"
    held = cache.get(key)
    if held is None:
        held = counts()
        cache.set(key, held, timeout=86_400)
    return held
