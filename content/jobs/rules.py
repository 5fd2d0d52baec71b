"""What makes a listing legal: small named rules, each in two forms that say the same (DECISIONS 31-33).

* :func:`check` explains: for one listing and day, each rule's answer, its sentence in the reader's language, the days in
  which it holds, its law and the date of the check. Forms, the import, publishing and the page of a listing use it.
* :func:`public_condition` decides: one SQL condition over the source rows, which every reader applies. Nothing stored on
  a listing can stand in for it, so that no ``save()``, ``update()`` or fixture makes an illegal row public.

A test holds the two forms together over random worlds. Rules exist only where a source carries them; what the portal
itself asks for (ORD-1, DATE-1) names no law.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.registers import labels
from content.registers.models import DestinationRule

from .intervals import ALWAYS, Interval, inside, outside
from .models import Agency, AgencyStatus, CostLine, Hold, JobListing, JobOrder
from .vocabulary import Payer

# UU 18/2017 art. 5a: nobody below this age, whatever a destination allows.
ADULT = 18
# Placed by the government itself; everything else that is listed here goes through a company (the five schemes).
GOVERNMENT_SCHEMES = ("g2g", "g2p")
COMPANY_SCHEMES = ("p2p", "ssw")
# BP2MI Regulation 9/2020 calls it “jasa perusahaan”; UU 18/2017 art. 30 forbids to charge it to anybody.
PLACEMENT_SERVICE = "placement_service"


@dataclass(frozen=True)
class Law:
    """A register source by code, and the article that carries the rule."""

    code: str
    article: str = ""


@dataclass(frozen=True)
class Answer:
    """What a rule says of one listing: it holds in ``interval`` (``None``: never, as things stand), and why."""

    ok: bool
    sentence: Promise | str
    interval: Interval | None
    checked_on: dt.date | None = None
    sources: tuple[int, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One law of a listing. ``field`` is the form field that a refusal belongs to.

    ``waits``: what refuses is a decision that somebody has yet to take, not the listing; it may be edited meanwhile.
    """

    id: str
    name: Promise | str
    field: str
    answer: Callable[[JobListing, Ground], Answer]
    condition: Callable[[dt.date], Q]
    laws: tuple[Law, ...] = ()
    waits: bool = False


@dataclass(frozen=True)
class Outcome:
    """A rule and its answer. ``str()`` names the rule: “LIC-1 company licence: …”."""

    rule: Rule
    answer: Answer

    @property
    def ok(self) -> bool:
        return self.answer.ok

    def __str__(self) -> str:
        return f"{self.rule.id} {self.rule.name}: {self.answer.sentence}"


@dataclass(frozen=True)
class Held:
    """What is being looked into now: the keys of agencies and of listings."""

    agencies: frozenset[int] = frozenset()
    listings: frozenset[int] = frozenset()

    @classmethod
    def now(cls) -> Held:
        """One query."""
        rows = list(Hold.objects.filter(state=Hold.State.OPEN, contact=None).values_list("agency", "listing"))
        return cls(frozenset(row[0] for row in rows if row[0]), frozenset(row[1] for row in rows if row[1]))


@dataclass
class Ground:
    """The rows that rules read besides the listing itself, fetched once for any number of listings.

    ``offered`` counts, by job order, the places of its published listings; ``taken`` holds the share of each listing.
    ``decisions`` holds, by agency, the one that gave it a status other than active; ``held`` what is being looked into.
    Both are read when first asked for.
    """

    on: dt.date
    destinations: Mapping[str, Sequence[DestinationRule]] = field(default_factory=dict)
    offered: dict[int, int] = field(default_factory=dict)
    taken: dict[int, tuple[int, int]] = field(default_factory=dict)
    decisions: dict[int, AgencyStatus | None] = field(default_factory=dict)
    held: Held | None = None
    _countries: set[str] = field(default_factory=set)
    _orders: set[int] = field(default_factory=set)

    @classmethod
    def load(cls, listings: Iterable[JobListing], on: dt.date | None = None) -> Ground:
        """What is needed to check these listings: four queries."""
        rows = list(listings)
        orders = {row.job_order_id for row in rows if row.job_order_id is not None}
        return cls.of({row.country for row in rows}, orders, on, [row.pk for row in rows if row.pk is not None])

    @classmethod
    def of_public(cls, listing: JobListing, on: dt.date) -> Ground:
        """For a listing that the database has just called public, and that nobody looks into therefore: four queries."""
        ground = cls.load([listing], on)
        ground.held = Held()
        return ground

    @classmethod
    def of(
        cls,
        countries: Iterable[str],
        orders: Iterable[int],
        on: dt.date | None = None,
        listings: Iterable[int] | None = None,
    ) -> Ground:
        """What is needed to check listings in these countries under these job orders: three queries.

        ``listings`` names the stored ones that are checked; without it the share of every listing is read.
        """
        ground = cls(on or timezone.localdate())
        ground.extend(countries, orders, listings)
        return ground

    def extend(self, countries: Iterable[str], orders: Iterable[int], listings: Iterable[int] | None = None) -> None:
        """Add what is needed for these countries and job orders, as far as it is not here."""
        new = set(countries) - self._countries
        if new:
            self._countries |= new
            held: dict[str, list[DestinationRule]] = {}
            for rule in DestinationRule.objects.filter(destination__country__in=new).prefetch_related("sources"):
                held.setdefault(rule.destination_id, []).append(rule)
            self.destinations = {**self.destinations, **held}
        unknown = set(orders) - self._orders
        if not unknown:
            return
        self._orders |= unknown
        published = JobListing.objects.filter(status=JobListing.Status.PUBLISHED, job_order__in=unknown).order_by()
        if listings is None:
            for pk, order, places in published.values_list("pk", "job_order_id", "places"):
                self.take(pk, order, places)
            return
        sums = published.values_list("job_order_id").annotate(sum=Sum("places"))
        self.offered |= dict(sums)
        own = published.filter(pk__in=list(listings))
        self.taken |= {pk: (order, places) for pk, order, places in own.values_list("pk", "job_order_id", "places")}

    def take(self, listing: int, order: int, places: int) -> None:
        """Count ``places`` of ``order`` as offered by ``listing``, instead of what it offered before."""
        held = self.taken.pop(listing, None)
        if held is not None:
            self.offered[held[0]] -= held[1]
        self.offered[order] = self.offered.get(order, 0) + places
        self.taken[listing] = (order, places)

    def offered_by_others(self, order: int, listing: int | None) -> int:
        """The places of ``order`` that published listings other than ``listing`` offer."""
        held = self.taken.get(listing) if listing is not None else None
        return self.offered.get(order, 0) - (held[1] if held and held[0] == order else 0)

    def read_decisions(self, agencies: Iterable[int]) -> None:
        """Fetch the decisions of these agencies together: one query."""
        held = AgencyStatus.objects.filter(agency__in=set(agencies), status=F("agency__status")).order_by("since", "pk")
        self.decisions |= {**dict.fromkeys(agencies), **{row.agency_id: row for row in held}}

    def decision(self, agency: Agency) -> AgencyStatus | None:
        """The newest recorded decision that gave ``agency`` the status it has."""
        if agency.pk not in self.decisions:
            # In Python, so that those who have fetched the decisions with the agency ask no more.
            held = (decision for decision in agency.statuses.all() if decision.status == agency.status)
            self.decisions[agency.pk] = next(held, None)
        return self.decisions[agency.pk]

    def holds_agency(self, agency: int) -> bool:
        """Whether somebody looks into this agency."""
        self.held = self.held or Held.now()
        return agency in self.held.agencies

    def holds(self, listing: JobListing) -> bool:
        """Whether somebody looks into this listing or its agency."""
        on_agency = self.holds_agency(listing.agency_id)
        return on_agency or bool(self.held and listing.pk in self.held.listings)

    def without_holds(self) -> Ground:
        """The same ground as if nothing were being looked into."""
        return replace(self, held=Held())

    def matching(self, listing: JobListing) -> list[DestinationRule]:
        """The destination rules for the country, work and scheme of a listing, whatever their days."""
        works, schemes = (listing.occupation.work.code, DestinationRule.ANY), (listing.scheme_id, DestinationRule.ANY)
        held = self.destinations.get(listing.country, ())
        return [rule for rule in held if rule.work in works and rule.scheme in schemes]

    def routes(self, listing: JobListing) -> list[DestinationRule]:
        """Those of :meth:`matching` that open a way and name a source."""
        return [r for r in self.matching(listing) if r.status != DestinationRule.Status.CLOSED and r.sources.all()]


# A sentence made anew in the language of each reader.
_say = lazy(lambda make: make(), str)


def _span(rule: DestinationRule) -> Interval:
    return Interval(rule.since, rule.until)


def _sources(rules: Iterable[DestinationRule]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(source.pk for rule in rules for source in rule.sources.all()))


def _newest(rules: Iterable[DestinationRule]) -> dt.date | None:
    return max((rule.verified_on for rule in rules), default=None)


def _current(rules: Iterable[DestinationRule], on: dt.date) -> list[DestinationRule]:
    return [rule for rule in rules if on in _span(rule)]


def _remarks(rules: Iterable[DestinationRule]) -> str:
    """What rules ask and what their sources leave open, in the reader's language: conditions first, each once."""
    held = list(rules)
    texts = [str(rule.requirements) for rule in held] + [str(rule.note) for rule in held]
    return " ".join(dict.fromkeys(text for text in texts if text))


# --- SQL over destination rules -----------------------------------------------------------------------------------


def _destination_rules(on: dt.date) -> QuerySet[DestinationRule]:
    """The rules for country, work and scheme of the outer listing that are current on that day."""
    return DestinationRule.objects.filter(
        Q(work=OuterRef("occupation__work__code")) | Q(work=DestinationRule.ANY),
        Q(scheme=OuterRef("scheme_id")) | Q(scheme=DestinationRule.ANY),
        Q(since=None) | Q(since__lte=on),
        Q(until=None) | Q(until__gte=on),
        destination=OuterRef("country"),
    )


# --- who places ---------------------------------------------------------------------------------------------------


def _of_its_agency(answer: Callable[[Agency, Ground], Answer]) -> Callable[[JobListing, Ground], Answer]:
    """A rule of the agency, asked of a listing."""
    return lambda listing, ground: answer(listing.agency, ground)


def of_agency(agency: Agency, on: dt.date | None = None, *, ground: Ground | None = None) -> list[Answer]:
    """What LIC-1 and LIC-2 say of an agency apart from any listing: its licence, and its standing with day and source."""
    held = ground or Ground(on or timezone.localdate())
    return [_licence(agency, held), _standing(agency, held)]


def agency_fails(on: dt.date) -> Q:
    """The agencies of which LIC-1 or LIC-2 does not hold on that day."""
    licensed = Q(valid_from__isnull=False, valid_until__isnull=False, valid_from__lte=on, valid_until__gte=on)
    return ~Q(status=Agency.Status.ACTIVE) | (Q(kind=Agency.Kind.COMPANY) & ~licensed)


def _licence(agency: Agency, ground: Ground) -> Answer:
    if agency.kind == Agency.Kind.GOVERNMENT:
        return Answer(
            True,
            _say(lambda: _("%(agency)s is a government body and needs no licence.") % {"agency": agency}),
            ALWAYS,
            agency.checked_on,
        )
    if not (agency.valid_from and agency.valid_until):
        sentence = _say(lambda: _("%(agency)s has no licence with dates.") % {"agency": agency})
        return Answer(False, sentence, None, agency.checked_on)
    interval = Interval(agency.valid_from, agency.valid_until) if agency.valid_from <= agency.valid_until else None
    values = {"agency": agency.legal_name, "number": agency.licence_number}
    start, end = agency.valid_from, agency.valid_until
    if interval is not None and ground.on in interval:
        return Answer(
            True,
            _say(
                lambda: (
                    _("%(agency)s holds licence %(number)s, valid until %(date)s.")
                    % {**values, "date": labels.date(end)}
                )
            ),
            interval,
            agency.checked_on,
        )
    if ground.on > end:
        sentence = _say(
            lambda: _("The licence %(number)s of %(agency)s ended on %(date)s.") % {**values, "date": labels.date(end)}
        )
    else:
        sentence = _say(
            lambda: (
                _("The licence %(number)s of %(agency)s begins only on %(date)s.")
                % {**values, "date": labels.date(start)}
            )
        )
    return Answer(False, sentence, interval, agency.checked_on)


def _licence_q(on: dt.date) -> Q:
    return Q(agency__kind=Agency.Kind.GOVERNMENT) | Q(agency__valid_from__lte=on, agency__valid_until__gte=on)


def _standing(agency: Agency, ground: Ground) -> Answer:
    if agency.status == Agency.Status.ACTIVE:
        sentence = _say(lambda: _("%(agency)s is neither suspended nor withdrawn.") % {"agency": agency})
        return Answer(True, sentence, ALWAYS, agency.checked_on)
    # What a register said on a day, not what a company is: the decision may have been lifted since.
    decision = ground.decision(agency)
    seen = max(agency.checked_on, decision.since) if decision and decision.since <= ground.on else agency.checked_on
    source = decision.source_id if decision and decision.source_id else agency.source_id
    values = {"agency": agency.legal_name}
    suspended = agency.status == Agency.Status.SUSPENDED
    sentence = _say(
        lambda: (
            (
                _("At the check of %(date)s the licence of %(agency)s was recorded as suspended.")
                if suspended
                else _("At the check of %(date)s the licence of %(agency)s was recorded as withdrawn.")
            )
            % {**values, "date": labels.date(seen)}
        )
    )
    return Answer(False, sentence, None, seen, (source,) if source else ())


def _standing_q(on: dt.date) -> Q:
    return Q(agency__status=Agency.Status.ACTIVE)


def _scheme(listing: JobListing, ground: Ground) -> Answer:
    government = listing.agency.kind == Agency.Kind.GOVERNMENT
    allowed = GOVERNMENT_SCHEMES if government else COMPANY_SCHEMES
    values = {"agency": listing.agency.legal_name, "scheme": listing.scheme}
    if listing.scheme_id in allowed:
        if government:
            sentence = _say(lambda: _("The government itself places workers this way: %(scheme)s.") % values)
        else:
            sentence = _say(lambda: _("A licensed company may place workers this way: %(scheme)s.") % values)
        return Answer(True, sentence, ALWAYS, listing.agency.checked_on)
    if listing.scheme_id in GOVERNMENT_SCHEMES:
        sentence = _say(lambda: _("Only the government places workers this way, no company: %(scheme)s.") % values)
    else:
        sentence = _say(lambda: _("%(agency)s may not place workers this way: %(scheme)s.") % values)
    return Answer(False, sentence, None, listing.agency.checked_on)


def _scheme_q(on: dt.date) -> Q:
    return Q(agency__kind=Agency.Kind.GOVERNMENT, scheme__in=GOVERNMENT_SCHEMES) | Q(
        agency__kind=Agency.Kind.COMPANY, scheme__in=COMPANY_SCHEMES
    )


# --- what was approved --------------------------------------------------------------------------------------------


def _order(listing: JobListing, ground: Ground) -> Answer:
    order = listing.job_order
    if order is None:
        return Answer(False, gettext_lazy("No job order is named."), None)
    values = {"number": order.number}
    mismatch = _order_mismatch(listing, order)
    if mismatch is not None:
        return Answer(False, mismatch, None, order.verified_on)
    others = ground.offered_by_others(order.pk, listing.pk)
    if others + listing.places > order.places:
        sentence = _say(
            lambda: (
                _(
                    "Job order %(number)s allows %(places)s places; %(others)s are offered by other listings "
                    "and %(asked)s are asked here."
                )
                % {**values, "places": order.places, "others": others, "asked": listing.places}
            )
        )
        return Answer(False, sentence, None, order.verified_on)
    interval = Interval(order.valid_from, order.valid_until) if order.valid_from <= order.valid_until else None
    if interval is not None and ground.on in interval:
        sentence = _say(
            lambda: (
                _("Job order %(number)s for %(places)s places, valid until %(date)s.")
                % {**values, "places": order.places, "date": labels.date(order.valid_until)}
            )
        )
        return Answer(True, sentence, interval, order.verified_on)
    if ground.on > order.valid_until:
        sentence = _say(
            lambda: _("Job order %(number)s ended on %(date)s.") % {**values, "date": labels.date(order.valid_until)}
        )
    else:
        sentence = _say(
            lambda: (
                _("Job order %(number)s begins only on %(date)s.") % {**values, "date": labels.date(order.valid_from)}
            )
        )
    return Answer(False, sentence, interval, order.verified_on)


def _order_mismatch(listing: JobListing, order: JobOrder) -> Promise | None:
    """Why this job order is not one for this listing, if it is not."""
    values = {"number": order.number}
    if not order.verified:
        return _say(lambda: _("Job order %(number)s has not been verified by an officer.") % values)
    if order.agency_id != listing.agency_id:
        return _say(lambda: _("Job order %(number)s belongs to another agency.") % values)
    if order.country != listing.country:
        return _say(
            lambda: (
                _("Job order %(number)s is for %(country)s.")
                % {**values, "country": labels.country_name(order.country)}
            )
        )
    if order.work_id != listing.occupation.work_id:
        return _say(
            lambda: _("Job order %(number)s is for another field of work: %(work)s.") % {**values, "work": order.work}
        )
    if order.scheme_id != listing.scheme_id:
        return _say(
            lambda: _("Job order %(number)s is for another scheme: %(scheme)s.") % {**values, "scheme": order.scheme}
        )
    return None


def _order_q(on: dt.date) -> Q:
    # Asked of each listing over one small index: most questions are about few listings, and summing all orders at once
    # would cost each of them as much as the whole list.
    offered = (
        JobListing.objects.filter(status=JobListing.Status.PUBLISHED, job_order=OuterRef("job_order"))
        .order_by()
        .values("job_order")
        .annotate(sum=Sum("places"))
        .values("sum")
    )
    return Q(
        job_order__verified=True,
        job_order__agency=F("agency"),
        job_order__country=F("country"),
        job_order__work=F("occupation__work"),
        job_order__scheme=F("scheme"),
        job_order__valid_from__lte=on,
        job_order__valid_until__gte=on,
        job_order__places__gte=Coalesce(Subquery(offered), 0),
    )


# --- where to -----------------------------------------------------------------------------------------------------


def _way(listing: JobListing, ground: Ground) -> Answer:
    routes = ground.routes(listing)
    interval = inside(map(_span, routes), ground.on)
    current = _current(routes, ground.on)
    values = {"work": listing.occupation.work, "scheme": listing.scheme}
    if current:
        sentence = _say(lambda: _open_way(current, ground.on, listing.country, values))
        return Answer(True, sentence, interval, _newest(current), _sources(current))
    sentence = _say(
        lambda: (
            _("We have no verified current rule for %(country)s: %(work)s, %(scheme)s.")
            % {**values, "country": labels.country_name(listing.country)}
        )
    )
    return Answer(False, sentence, interval)


def _open_way(current: Sequence[DestinationRule], on: dt.date, country: str, values: Mapping[str, object]) -> str:
    """That a way is open, with every condition and doubt of its rules. One restricted rule restricts the way."""
    named = {
        **values,
        "country": labels.country_name(country),
        "checked": labels.date(max(rule.verified_on for rule in current)),
    }
    if any(rule.status == DestinationRule.Status.RESTRICTED for rule in current):
        parts = [_("%(country)s is open with conditions: %(work)s, %(scheme)s.") % named]
    else:
        parts = [_("By sources checked on %(checked)s, %(country)s takes workers for: %(work)s, %(scheme)s.") % named]
    parts.append(_remarks(current))
    due = min(rule.verify_by for rule in current)
    if due < on:  # the rule stands, and says that nobody has looked at it again (DECISIONS 13)
        parts.append(_("The next check was due on %(date)s.") % {"date": labels.date(due)})
    return " ".join(filter(None, parts))


def _way_q(on: dt.date) -> Q:
    open_ = _destination_rules(on).exclude(status=DestinationRule.Status.CLOSED).filter(sources__isnull=False)
    return Q(Exists(open_))


def _closed(listing: JobListing, ground: Ground) -> Answer:
    closed = [rule for rule in ground.matching(listing) if rule.status == DestinationRule.Status.CLOSED]
    interval = outside(map(_span, closed), ground.on)
    current = _current(closed, ground.on)
    values = {"work": listing.occupation.work}
    if current:
        sentence = _say(
            lambda: " ".join(
                filter(
                    None,
                    (
                        _("%(country)s is closed for this work: %(work)s.")
                        % {**values, "country": labels.country_name(listing.country)},
                        _remarks(current),
                    ),
                )
            )
        )
        return Answer(False, sentence, interval, _newest(current), _sources(current))
    sentence = _say(
        lambda: (
            _("No closure of %(country)s for this work is recorded.")
            % {"country": labels.country_name(listing.country)}
        )
    )
    routes = ground.routes(listing)
    return Answer(True, sentence, interval, _newest(routes), _sources(routes))


def _closed_q(on: dt.date) -> Q:
    return ~Q(Exists(_destination_rules(on).filter(status=DestinationRule.Status.CLOSED)))


def _age(listing: JobListing, ground: Ground) -> Answer:
    """The strictest lower limit of the matching rules, at least 18; where none names one, 18 (DECISIONS 33)."""
    asked = listing.minimum_age
    routes = ground.routes(listing)
    stricter = [rule for rule in routes if rule.minimum_age is not None and rule.minimum_age > asked]
    current = _current(routes, ground.on)
    limits = [rule.minimum_age for rule in current if rule.minimum_age is not None]
    limit = max([ADULT, *limits])
    sources, checked = _sources(current) if limits else (), _newest(current)
    if asked < limit:
        sentence = _say(
            lambda: (
                _("The listing takes people from %(asked)s years; the law asks for at least %(limit)s.")
                % {"asked": asked, "limit": limit}
            )
        )
        interval = None if asked < ADULT else outside(map(_span, stricter), ground.on)
        return Answer(False, sentence, interval, checked, sources)
    if limits:
        sentence = _say(
            lambda: _("From %(asked)s years; the rule asks for at least %(limit)s.") % {"asked": asked, "limit": limit}
        )
    else:
        sentence = _say(
            lambda: (
                _(
                    "From %(asked)s years; the law asks for at least %(limit)s. "
                    "We know no lowest age of the destination itself: ask."
                )
                % {"asked": asked, "limit": limit}
            )
        )
    highest = min((rule.maximum_age for rule in current if rule.maximum_age is not None), default=None)
    if highest is not None:
        lowest, sources = sentence, _sources(current)
        sentence = _say(
            lambda: " ".join(
                (str(lowest), _("The destination takes people up to %(limit)s years.") % {"limit": highest})
            )
        )
    return Answer(True, sentence, outside(map(_span, stricter), ground.on), checked, sources)


def _age_q(on: dt.date) -> Q:
    stricter = (
        _destination_rules(on)
        .exclude(status=DestinationRule.Status.CLOSED)
        .filter(sources__isnull=False, minimum_age__gt=OuterRef("minimum_age"))
    )
    return Q(minimum_age__gte=ADULT) & ~Q(Exists(stricter))


# --- what it costs ------------------------------------------------------------------------------------------------


def charged(line: CostLine) -> bool:
    """Whether the worker pays this line; a line of nothing is no charge."""
    return line.payer == Payer.WORKER and line.amount != 0


def _free_posts(listing: JobListing, ground: Ground) -> Answer:
    lines = [line for line in listing.cost_lines.all() if charged(line) and line.component.free_by_law]
    if listing.occupation.zero_cost and lines:
        parts = [line.component for line in lines]
        sentence = _say(
            lambda: (
                _("This work is free of placement cost; the worker may not pay: %(parts)s.")
                % {"parts": ", ".join(map(str, parts))}
            )
        )
        return Answer(False, sentence, None)
    if listing.occupation.zero_cost:
        return Answer(
            True, gettext_lazy("This work is free of placement cost, and none is charged to the worker."), ALWAYS
        )
    return Answer(
        True,
        gettext_lazy(
            "This work is not on the list of ten of BP2MI Regulation 9/2020. Article 30 of Law 18/2017 still holds: "
            "you may not be charged placement costs."
        ),
        ALWAYS,
    )


def charges() -> QuerySet[CostLine]:
    """The lines that the worker pays of the outer listing: :func:`charged` in SQL."""
    return CostLine.objects.filter(listing=OuterRef("pk"), payer=Payer.WORKER).exclude(amount=0)


def _free_posts_q(on: dt.date) -> Q:
    return Q(occupation__zero_cost=False) | ~Q(Exists(charges().filter(component__free_by_law=True)))


def _placement_fee(listing: JobListing, ground: Ground) -> Answer:
    if any(charged(line) and line.component.code == PLACEMENT_SERVICE for line in listing.cost_lines.all()):
        return Answer(False, gettext_lazy("The worker may not pay for the service of the placement company."), None)
    return Answer(True, gettext_lazy("The worker pays nothing for the service of the placement company."), ALWAYS)


def _placement_fee_q(on: dt.date) -> Q:
    return ~Q(Exists(charges().filter(component__code=PLACEMENT_SERVICE)))


# --- until when ---------------------------------------------------------------------------------------------------


def _closing(listing: JobListing, ground: Ground) -> Answer:
    last = listing.closing_date
    if ground.on <= last:
        sentence = _say(lambda: _("One can apply until %(date)s.") % {"date": labels.date(last)})
    else:
        sentence = _say(lambda: _("The closing date %(date)s is over.") % {"date": labels.date(last)})
    return Answer(ground.on <= last, sentence, Interval(None, last), listing.checked_on)


def _closing_q(on: dt.date) -> Q:
    return Q(closing_date__gte=on)


# --- what is being looked into ------------------------------------------------------------------------------------


def _overseen(listing: JobListing, ground: Ground) -> Answer:
    values = {"agency": listing.agency.legal_name}
    if ground.holds_agency(listing.agency_id):
        sentence = _say(
            lambda: (
                _(
                    "%(agency)s is being looked into. Until that is decided, its listings are not shown. It is no finding."
                )
                % values
            )
        )
    elif ground.holds(listing):
        sentence = gettext_lazy("This listing is being looked into. Until that is decided, it is not shown.")
    else:
        sentence = _say(lambda: _("Neither this listing nor %(agency)s is being looked into here.") % values)
        return Answer(True, sentence, ALWAYS)
    return Answer(False, sentence, None)


def _overseen_q(on: dt.date) -> Q:
    # Two short lists, read once for the whole statement.
    held = Hold.objects.filter(state=Hold.State.OPEN).order_by()
    return ~Q(agency__in=held.filter(agency__isnull=False).values("agency")) & ~Q(
        pk__in=held.filter(listing__isnull=False).values("listing")
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "LIC-1",
        gettext_lazy("company licence"),
        "agency",
        _of_its_agency(_licence),
        _licence_q,
        (Law("uu-18-2017", "Pasal 49"), Law("jabarnews-2025")),
    ),
    Rule(
        "LIC-2",
        gettext_lazy("standing of the company"),
        "agency",
        _of_its_agency(_standing),
        _standing_q,
        (Law("permen-p2mi-4-2025"), Law("kp2mi-cabut-izin-2026")),
    ),
    Rule("SCH-1", gettext_lazy("way of placement"), "scheme", _scheme, _scheme_q, (Law("okezone-2023-09-10"),)),
    Rule("ORD-1", gettext_lazy("job order"), "job_order", _order, _order_q),
    Rule("DEST-1", gettext_lazy("rule of the destination"), "country", _way, _way_q),
    Rule("DEST-2", gettext_lazy("closed destinations"), "country", _closed, _closed_q),
    Rule("AGE-1", gettext_lazy("legal age"), "minimum_age", _age, _age_q, (Law("uu-18-2017", "Pasal 5"),)),
    Rule(
        "COST-1",
        gettext_lazy("work free of cost"),
        "cost_lines",
        _free_posts,
        _free_posts_q,
        (Law("perban-bp2mi-9-2020"), Law("uu-18-2017", "Pasal 30")),
    ),
    Rule(
        "COST-2",
        gettext_lazy("placement fee"),
        "cost_lines",
        _placement_fee,
        _placement_fee_q,
        (Law("uu-18-2017", "Pasal 30"),),
    ),
    Rule("DATE-1", gettext_lazy("closing date"), "closing_date", _closing, _closing_q),
    Rule("OVER-1", gettext_lazy("nothing being looked into"), "agency", _overseen, _overseen_q, waits=True),
)


def check(listing: JobListing, on: dt.date | None = None, *, ground: Ground | None = None) -> list[Outcome]:
    """Every rule's answer for ``listing`` on that day (default: today), in the order of :data:`RULES`.

    Costs are read from ``listing.cost_lines``, also those that are only in memory. ``ground`` saves the queries when
    many listings are checked; its day counts then.
    """
    held = ground or Ground.load([listing], on)
    return [Outcome(rule, rule.answer(listing, held)) for rule in RULES]


def refusals(listing: JobListing, on: dt.date | None = None, *, ground: Ground | None = None) -> list[Outcome]:
    """The rules that do not hold; an empty list is a legal listing."""
    return [outcome for outcome in check(listing, on, ground=ground) if not outcome.ok]


def faults(listing: JobListing, on: dt.date | None = None, *, ground: Ground | None = None) -> list[Outcome]:
    """The :func:`refusals` of a listing that stands already: those that lie in its rows, not in a pending decision."""
    return [outcome for outcome in refusals(listing, on, ground=ground) if not outcome.rule.waits]


def public_interval(listing: JobListing, on: dt.date | None = None, *, ground: Ground | None = None) -> Interval | None:
    """The days around ``on`` (or the next ones after it) in which every rule holds; ``None`` if there are none.

    The status is not asked: this is when the listing *may* be public.
    """
    held = ground or Ground.load([listing], on)
    while True:
        intervals = [rule.answer(listing, held).interval for rule in RULES]
        found: Interval | None = ALWAYS
        for interval in intervals:
            found = found and interval and found.meet(interval)
        if found is not None:
            return found if found.end is None or found.end >= held.on else None
        # Every stretch lies around the day or after it: where they do not meet, look again where the last one begins.
        starts = [interval.start for interval in intervals if interval and interval.start and interval.start > held.on]
        if None in intervals or not starts:
            return None
        held = replace(held, on=max(starts))


def public_condition(on: dt.date) -> Q:
    """Published, and every rule holds on that day: the one condition of publicness."""
    return _published_under(RULES, on)


def held_condition(on: dt.date) -> Q:
    """Published, and every rule holds that waits for no decision: of what is not public, what is only held."""
    return _published_under((rule for rule in RULES if not rule.waits), on)


def _published_under(asked: Iterable[Rule], on: dt.date) -> Q:
    condition = Q(status=JobListing.Status.PUBLISHED)
    for rule in asked:
        condition &= rule.condition(on)
    return condition
