"""A small world to search in: pages in several languages, listings of every kind, and the truth counted by hand."""

from __future__ import annotations

import random

from wagtail.models import Locale, Page, Site

from content.core.models import HomePage, StandardPage
from content.jobs import rules
from content.jobs.models import JobListing
from content.jobs.services import together
from content.jobs.vocabulary import Education
from content.registers import generation
from search import analysis
from search.types import CLOSING_DAYS, FACETS, JobQuery
from tests.factories.jobs import (
    AgencyFactory,
    ComponentFactory,
    CostLineFactory,
    DestinationFactory,
    JobOrderFactory,
    ListingFactory,
    OccupationFactory,
    RuleFactory,
    SchemeFactory,
    WorkGroupFactory,
    day,
)

COUNTRIES = ("TW", "JP", "HK")
WORKS = {
    "caregiver": ("5322", "Pengasuh lansia"),
    "factory": ("8219", "Perakit mesin"),
    "fishing": ("6223", "Awak kapal"),
}
SCHEMES = ("p2p", "ssw")


def settle() -> None:
    """What a commit does: processes read registers and tree anew."""
    generation.replace()


def home(language: str) -> HomePage:
    """The home page of a language; the Indonesian one is the root of the default site."""
    locale, _made = Locale.objects.get_or_create(language_code=language)
    source = HomePage.objects.filter(locale__language_code="id").first()
    page = HomePage(title=f"Lentera {language}", slug=f"home-{language}", locale=locale)
    if source is not None:
        page.translation_key = source.translation_key
    Page.get_first_root_node().add_child(instance=page)
    if source is None:
        Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "testserver", "root_page": page})
    page.save_revision().publish()
    settle()
    return page


def article(parent: Page, title: str, *, text: str = "", of: Page | None = None, **values: object) -> StandardPage:
    """A published page; ``of`` is the page that it translates."""
    page = StandardPage(
        title=title, slug=values.pop("slug", None) or f"a{random.random()}"[3:], locale=parent.locale, **values
    )
    page.body = [("text", f"<p>{text}</p>")] if text else []
    if of is not None:
        page.translation_key = of.translation_key
    parent.add_child(instance=page)
    page.save_revision().publish()
    settle()
    return page


def listing(**values: object) -> JobListing:
    """A published, legal listing in the world of the factories."""
    if not JobListing.objects.exists():
        RuleFactory()
    made = ListingFactory(status="published", **values)
    settle()
    return made


def many_listings(count: int, seed: int) -> list[JobListing]:
    """Listings of every kind, the same for each seed; some may not be shown."""
    dice = random.Random(seed)
    for country in COUNTRIES:
        destination = DestinationFactory(country=country)
        for work in WORKS:
            for scheme in SCHEMES:
                RuleFactory(destination=destination, work=work, scheme=scheme)
    agencies = [AgencyFactory(), AgencyFactory(legal_name="PT Contoh Samudra"), AgencyFactory(valid_until=day(-1))]
    made = []
    with together():
        for _number in range(count):
            country, scheme = dice.choice(COUNTRIES), SchemeFactory(code=dice.choice(SCHEMES))
            work, (code, name) = dice.choice(list(WORKS.items()))
            group = WorkGroupFactory(code=work)
            occupation = OccupationFactory(
                code=code, name={"id": name, "en": f"{work} worker"}, work=group, zero_cost=False
            )
            order = JobOrderFactory(agency=dice.choice(agencies), country=country, work=group, scheme=scheme)
            made.append(
                ListingFactory(
                    job_order=order,
                    occupation=occupation,
                    country=country,
                    scheme=scheme,
                    place=dice.choice(["Taichung", "Osaka", "Kowloon", ""]),
                    education=dice.choice(Education.values),
                    closing_date=day(dice.choice([0, 6, 7, 8, 14, 15, 29, 30, 31, 90])),
                    status=dice.choice(["published"] * 5 + ["draft", "on_hold"]),
                )
            )
            if dice.random() < 0.4:
                CostLineFactory(listing=made[-1], payer="worker", component=ComponentFactory(free_by_law=True))
    settle()
    return made


def fits(row: JobListing, name: str, value: str) -> bool:
    """The meaning of a filter, said in plain Python."""
    if name == "closing":
        return (row.closing_date - day(0)).days <= int(value)
    if name == "education":
        return Education.values.index(row.education) <= Education.values.index(value)
    if name == "cost":
        pays = any(line.payer == "worker" and line.amount for line in row.cost_lines.all())
        return value == ("some" if pays else "zero")
    return value == {"country": row.country, "work": row.occupation.work.code, "scheme": row.scheme_id}[name]


def holds(row: JobListing, words: str) -> bool:
    """Whether every word stands somewhere in the listing, for words of titles, agencies and employers."""
    names = " ".join([*row.occupation.name.values(), row.place, row.agency.legal_name, row.job_order.employer])
    countries = {"TW": "Taiwan", "JP": "Jepang Japan", "HK": "Hong Kong Tiongkok China SAR"}[row.country]
    return set(analysis.terms(words)) <= set(analysis.terms(f"{names} {countries} lowongan kerja"))


VALUES = {
    "country": COUNTRIES,
    "work": tuple(WORKS),
    "cost": ("zero", "some"),
    "education": tuple(Education.values),
    "scheme": SCHEMES,
    "closing": tuple(str(days) for days in CLOSING_DAYS),
}


class Truth:
    """Everything that an engine may say, found by looking at every listing and judging it by its rules."""

    def __init__(self) -> None:
        rows = JobListing.objects.with_parts().filter(status="published")
        self.rows = [row for row in rows if not rules.refusals(row)]

    def ids(self, query: JobQuery) -> set[int]:
        """The listings that a question finds."""
        return {
            row.pk
            for row in self.rows
            if holds(row, query.words) and all(fits(row, name, value) for name, value in query.filters.items())
        }

    def counts(self, query: JobQuery) -> dict[str, dict[str, int]]:
        """For each filter and value: what one would find with that value instead of the present one."""
        from dataclasses import replace

        return {
            name: {value: count for value in VALUES[name] if (count := len(self.ids(replace(query, **{name: value}))))}
            for name in FACETS
        }
