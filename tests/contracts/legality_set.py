"""A judged set of listings over the shipped registers: 120 that are legal and 120 that are not, each by one thing.

Which ways are open is read from the registers here, not asked of the rules that are being judged. Each listing has an
agency and a job order of its own, so that what is wrong with one touches no other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any

from content.jobs.models import Agency, CostLine, JobListing, JobOrder
from content.registers.models import CostComponent, DestinationRule, Occupation, Scheme
from tests.factories.job_files import row
from tests.factories.jobs import day

SIZE = 120
# A destination that no rule of the registers speaks of.
NO_RULE = "BR"
# Ends the reference of a legal listing that stands in the way of another one.
TAKER = "-taker"
# Placed by the government itself, by a licensed company, and by nobody here (UU 18/2017 art. 49; FACTS 2).
GOVERNMENT, COMPANY = {"g2g", "g2p"}, {"p2p", "ssw"}
FREE_PARTS = ("medical_exam", "passport_replacement", "work_visa", "training", "police_certificate")


@dataclass
class Case:
    """One listing as an officer would bring it, and the rule it breaks; no rule: it is legal."""

    number: int
    rule: str = ""
    name: str = "legal"
    agency: dict[str, Any] = field(default_factory=dict)
    order: dict[str, Any] | None = field(default_factory=dict)
    listing: dict[str, Any] = field(default_factory=dict)
    costs: list[tuple[str, str, int]] = field(default_factory=list)
    # What is written besides, once the rows stand.
    also: Callable[[JobListing], Any] | None = None

    @property
    def reference(self) -> str:
        return f"{'X' if self.rule else 'L'}-{self.number:03}"


def ways() -> Iterator[tuple[DestinationRule, Occupation, str]]:
    """Every open way of the registers: rule, occupation, scheme."""
    closed = {(rule.destination_id, rule.work) for rule in DestinationRule.objects.filter(status="closed")}
    today = day(0)
    for rule in DestinationRule.objects.exclude(status="closed").filter(sources__isnull=False).distinct():
        if (rule.until and rule.until < today) or (rule.since and rule.since > today):
            continue
        for occupation in Occupation.objects.select_related("work"):
            work = occupation.work.code
            if rule.work not in (work, "any") or {(rule.destination_id, work), (rule.destination_id, "any")} & closed:
                continue
            for scheme in [rule.scheme] if rule.scheme != "any" else ["p2p"]:
                if scheme in GOVERNMENT | COMPANY:
                    yield rule, occupation, scheme


def _legal(number: int, way: tuple[DestinationRule, Occupation, str]) -> Case:
    rule, occupation, scheme = way
    ages = DestinationRule.objects.filter(
        destination=rule.destination, work__in=(occupation.work.code, "any"), scheme__in=(scheme, "any")
    ).values_list("minimum_age", flat=True)
    lowest = max([18, *filter(None, ages)])
    government = scheme in GOVERNMENT
    common = {"work": occupation.work, "country": rule.destination_id, "scheme_id": scheme}
    return Case(
        number,
        agency={
            "kind": "government" if government else "company",
            "valid_from": None if government else day(-400),
            # Edges are legal: a licence, an order, a closing date that ends today still holds today.
            "valid_until": None if government else day((0, 1, 400)[number % 3]),
        },
        order={**common, "places": 4 + number % 5, "valid_from": day((0, -60)[number % 2]), "valid_until": day((90, 0)[number % 2])},
        listing={
            "occupation": occupation,
            "country": rule.destination_id,
            "scheme_id": scheme,
            "places": 4 + (0 if number % 4 == 0 else number % 5),
            "minimum_age": lowest + number % 3,
            "closing_date": day((0, 1, 30, 200)[number % 4]),
        },
        costs=[
            ("medical_exam", "employer", 750_000),
            ("placement_service", "employer", 9_000_000),
            *([("passport_new", "worker", 0)] if number % 2 else []),
            *([("personal_needs", "worker", 300_000)] if number % 3 == 0 and not occupation.zero_cost else []),
        ],
    )  # fmt: skip


def legal_cases() -> list[Case]:
    """:data:`SIZE` legal listings, over every open way in turn."""
    return [_legal(number, way) for number, way in zip(range(SIZE), cycle(list(ways())), strict=False)]


def _order_of_another(listing: JobListing) -> None:
    other = Agency.objects.exclude(pk=listing.agency_id).filter(kind="company").first()
    JobOrder.objects.filter(pk=listing.job_order_id).update(agency=other)


def _taken(listing: JobListing) -> None:
    """Another published listing has the places of its order."""
    copy = JobListing.objects.get(pk=listing.pk)
    places = JobOrder.objects.get(pk=listing.job_order_id).places
    copy.pk, copy.code, copy.reference, copy.places = None, f"zz{listing.pk:06}", f"{listing.reference}{TAKER}", places
    copy.status = "published"
    JobListing.objects.bulk_create([copy])


def _breaches() -> list[tuple[str, str, Callable[[Case], Any]]]:
    """Every way to be illegal: its name, the rule that must say so, how a legal case becomes one."""
    nurse = Occupation.objects.filter(work__code="nurse").first()
    other_work = {o.work.code: o.work for o in Occupation.objects.select_related("work")}

    def order(**values: Any) -> Callable[[Case], Any]:
        return lambda case: case.order is not None and case.order.update(values)

    def agency(**values: Any) -> Callable[[Case], Any]:
        return lambda case: case.agency.update(values)

    def listing(**values: Any) -> Callable[[Case], Any]:
        return lambda case: case.listing.update(values)

    def both(**values: Any) -> Callable[[Case], Any]:
        return lambda case: (case.listing.update(values), case.order is not None and case.order.update(values))

    def cost(*lines: tuple[str, str, int]) -> Callable[[Case], Any]:
        return lambda case: case.costs.extend(lines)

    def free(part: str) -> Callable[[Case], Any]:
        return lambda case: case.costs.append((part, "worker", 1))

    def to(country: str, work: str) -> Callable[[Case], Any]:
        occupation = Occupation.objects.filter(work__code=work).first()

        def change(case: Case) -> None:
            case.listing |= {"country": country, "occupation": occupation}
            case.order |= {"country": country, "work": occupation.work}

        return change

    def no_order(case: Case) -> None:
        case.order = None

    def wrong_work(case: Case) -> None:
        held = case.listing["occupation"].work.code
        case.order["work"] = next(work for code, work in other_work.items() if code != held)

    def after(act: Callable[[JobListing], Any]) -> Callable[[Case], Any]:
        return lambda case: setattr(case, "also", act)

    assert nurse is not None
    return [
        ("licence without dates", "LIC-1", agency(valid_from=None, valid_until=None)),
        ("licence ended yesterday", "LIC-1", agency(valid_from=day(-400), valid_until=day(-1))),
        ("licence begins tomorrow", "LIC-1", agency(valid_from=day(1), valid_until=day(400))),
        ("licence turned around", "LIC-1", agency(valid_from=day(10), valid_until=day(-10))),
        ("suspended company", "LIC-2", agency(status="suspended")),
        ("withdrawn company", "LIC-2", agency(status="withdrawn")),
        ("a company in a scheme of the government", "SCH-1", both(scheme_id="g2g")),
        ("a company for those who go by themselves", "SCH-1", both(scheme_id="mandiri")),
        ("a company for an employer's own workers", "SCH-1", both(scheme_id="ukps")),
        ("no job order", "ORD-1", no_order),
        ("unverified job order", "ORD-1", order(verified=False)),
        ("job order ended yesterday", "ORD-1", order(valid_until=day(-1))),
        ("job order begins tomorrow", "ORD-1", order(valid_from=day(1))),
        ("job order for another country", "ORD-1", order(country="JM")),
        ("job order for other work", "ORD-1", wrong_work),
        ("job order for another scheme", "ORD-1", order(scheme_id="ukps")),
        ("job order of another company", "ORD-1", after(_order_of_another)),
        ("more places than the job order", "ORD-1", order(places=3)),
        ("places that another listing has taken", "ORD-1", after(_taken)),
        ("a country of no rule", "DEST-1", both(country=NO_RULE)),
        ("work that no rule of the country names", "DEST-1", to("TW", "plantation")),
        ("a closed country", "DEST-2", to("KH", "hospitality")),
        ("another closed country", "DEST-2", to("MM", "factory")),
        ("household work where it is closed", "DEST-2", to("SA", "domestic")),
        ("seventeen years old", "AGE-1", listing(minimum_age=17)),
        ("thirteen years old", "AGE-1", listing(minimum_age=13)),
        *((f"{part} paid by the worker on free work", "COST-1", free(part)) for part in FREE_PARTS),
        ("a placement fee", "COST-2", cost(("placement_service", "worker", 15_000_000))),
        ("a placement fee among fair costs", "COST-2", cost(("accommodation", "employer", 1), ("placement_service", "worker", 1))),
        ("closed yesterday", "DATE-1", listing(closing_date=day(-1))),
        ("closed last year", "DATE-1", listing(closing_date=day(-365))),
    ]  # fmt: skip


def illegal_cases() -> list[Case]:
    """:data:`SIZE` illegal listings: every breach in turn on legal ones of different ways."""
    companies = [way for way in ways() if way[2] in COMPANY]
    free = [way for way in companies if way[1].zero_cost]
    numbers = count()
    found = []
    for (name, rule, change), turn in zip(cycle(_breaches()), count(), strict=False):
        pool = free if rule == "COST-1" else companies
        number = next(numbers)
        case = _legal(number, pool[(turn * 7) % len(pool)])
        case.agency |= {"kind": "company", "valid_from": day(-400), "valid_until": day(400)}
        case.rule, case.name = rule, name
        change(case)
        found.append(case)
        if len(found) == SIZE:
            return found
    raise AssertionError("not reached")


def write(cases: list[Case], **values: Any) -> dict[str, JobListing]:
    """The rows of these cases, past every service; by their references. ``values`` are set on every listing."""
    known = set(CostComponent.objects.values_list("code", flat=True))
    parts = CostComponent.objects.in_bulk(field_name="code")
    assert set(FREE_PARTS) <= known
    assert {case.listing["scheme_id"] for case in cases} <= set(Scheme.objects.values_list("code", flat=True))
    held = {}
    for case in cases:
        agency, order = _ground(case)
        listing = JobListing(
            reference=case.reference, agency=agency, job_order=order, wage_min=20_000, currency="TWD",
            contract_months=24, checked_on=day(-2), example=True, **{**case.listing, **values},
        )  # fmt: skip
        JobListing.objects.bulk_create([listing])
        CostLine.objects.bulk_create(
            CostLine(listing=listing, component=parts[part], payer=payer, amount=amount)
            for part, payer, amount in case.costs
        )
        held[case.reference] = listing
    for case in cases:
        if case.also:
            case.also(held[case.reference])
    return held


def _ground(case: Case) -> tuple[Agency, JobOrder | None]:
    agency = Agency(
        legal_name=f"PT Contoh {case.reference}", licence_number=f"CONTOH/{case.reference}", checked_on=day(-3),
        example=True, **case.agency,
    )  # fmt: skip
    Agency.objects.bulk_create([agency])
    if case.order is None:
        return agency, None
    order = JobOrder(
        agency=agency, number=f"JO/{case.reference}", employer="Contoh Ltd",
        **{"verified": True, "verified_on": day(-10), "valid_from": day(-60), "valid_until": day(90), **case.order},
    )  # fmt: skip
    JobOrder.objects.bulk_create([order])
    return agency, order


def cells(case: Case) -> dict[str, str]:
    """The row of a file that brings this case; its agency and job order stand already (:func:`ground_only`)."""
    listing = case.listing
    day_of: Callable[[dt.date], str] = dt.date.isoformat
    return row(
        izin=f"CONTOH/{case.reference}",
        referensi=case.reference,
        job_order=f"JO/{case.reference}",
        pekerjaan=listing["occupation"].code,
        negara=listing["country"],
        kota="",
        skema=listing["scheme_id"],
        tempat=str(listing["places"]),
        usia_min=str(listing["minimum_age"]),
        tutup=day_of(listing["closing_date"]),
        biaya="|".join(f"{part}:{payer}:{amount}" for part, payer, amount in case.costs),
    )


def ground_only(cases: list[Case]) -> None:
    """The agencies and job orders of these cases, without a listing."""
    for case in cases:
        _ground(case)
