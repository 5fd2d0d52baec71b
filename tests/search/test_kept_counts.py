"""Counts, and what the rules say of each hit, are kept for a generation and a day, and are right after every change of
any row that a rule reads (DECISIONS 31, 38).
"""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from content.jobs import selectors as jobs
from content.jobs.models import Agency, CostLine, Hold, JobListing, JobOrder
from content.jobs.rules import PLACEMENT_SERVICE, RULES
from content.registers import generation
from content.registers.models import CostComponent, DestinationRule, Occupation, Source
from search.engines import get_engine
from search.types import JobQuery
from tests.factories.jobs import ComponentFactory, CostLineFactory, ListingFactory, day
from tests.search.world import listing

pytestmark = pytest.mark.django_db(transaction=True)


def total(**values: object) -> int:
    return get_engine().search_jobs(JobQuery(**values), day(0)).total


def test_they_are_counted_once_and_anew_after_every_change() -> None:
    generation.replace()
    shown = listing()
    assert (total(), total(country="TW"), total(country="JP")) == (1, 1, 0)
    with CaptureQueriesContext(connection) as asked:
        assert total(country="TW") == 1
    assert not [query["sql"] for query in asked if "GROUP BY 1, 2" in query["sql"]]
    Agency.objects.filter(pk=shown.agency_id).update(status="suspended")
    assert total() == 0
    Agency.objects.filter(pk=shown.agency_id).update(status="active")
    assert total() == 1
    # Another day has its own counts.
    assert get_engine().search_jobs(JobQuery(), day(20_000)).total == 0


def test_what_an_open_transaction_sees_is_kept_for_nobody() -> None:
    generation.replace()
    shown = listing()
    with transaction.atomic():
        Agency.objects.filter(pk=shown.agency_id).update(status="suspended")
        assert total() == 0
        transaction.set_rollback(True)
    assert total() == 1


# For each rule a change of the rows that it reads, by SQL alone, and what undoes it.
BREAKS = {
    "LIC-1": (
        lambda row: Agency.objects.update(valid_until=day(-1)),
        lambda row: Agency.objects.update(valid_until=day(300)),
    ),
    "LIC-2": (
        lambda row: Agency.objects.update(status="suspended"),
        lambda row: Agency.objects.update(status="active"),
    ),
    "SCH-1": (
        lambda row: Agency.objects.update(kind="government"),
        lambda row: Agency.objects.update(kind="company"),
    ),
    "ORD-1": (
        lambda row: JobOrder.objects.update(places=0),
        lambda row: JobOrder.objects.update(places=1000),
    ),
    "DEST-1": (
        lambda row: [rule.sources.clear() for rule in DestinationRule.objects.all()],
        lambda row: [rule.sources.set(Source.objects.all()) for rule in DestinationRule.objects.all()],
    ),
    "DEST-2": (
        lambda row: DestinationRule.objects.update(status="closed"),
        lambda row: DestinationRule.objects.update(status="open"),
    ),
    "AGE-1": (
        lambda row: DestinationRule.objects.update(minimum_age=60),
        lambda row: DestinationRule.objects.update(minimum_age=None),
    ),
    "COST-1": (
        lambda row: Occupation.objects.update(zero_cost=True),
        lambda row: Occupation.objects.update(zero_cost=False),
    ),
    "COST-2": (
        lambda row: CostComponent.objects.update(code=PLACEMENT_SERVICE),
        lambda row: CostComponent.objects.update(code="medical"),
    ),
    "DATE-1": (
        lambda row: JobListing.objects.update(closing_date=day(-1)),
        lambda row: JobListing.objects.update(closing_date=day(30)),
    ),
    "OVER-1": (
        lambda row: Hold.objects.bulk_create([Hold(listing=row, state="open", reason="x", review_on=day(3))]),
        lambda row: Hold.objects.all().delete(),
    ),
}


def charged_listing() -> JobListing:
    """One that the worker pays a part of, which the law frees ten posts from."""
    shown = listing()
    CostLineFactory(
        listing=shown, payer="worker", amount=5, component=ComponentFactory(code="medical", free_by_law=True)
    )
    Occupation.objects.update(zero_cost=False)
    return shown


def test_a_listing_is_no_hit_from_the_commit_on_that_breaks_a_rule() -> None:
    assert list(BREAKS) == [rule.id for rule in RULES]
    shown = charged_listing()
    words = str(shown.occupation)
    for rule, (breaks, mends) in BREAKS.items():
        assert total(words=words) == total(words=words, cost="some") == 1, rule
        breaks(shown)
        assert total(words=words) == 0, rule
        mends(shown)
    assert total(words=words) == 1


def test_what_is_counted_and_sorted_of_a_hit_follows_its_rows() -> None:
    shown = charged_listing()
    words = str(shown.occupation)
    assert (total(words=words, cost="some"), total(words=words, cost="zero")) == (1, 0)
    CostLine.objects.update(payer="employer")
    assert (total(words=words, cost="some"), total(words=words, cost="zero")) == (0, 1)
    other = ListingFactory(status="published", occupation=shown.occupation, closing_date=day(5))
    assert get_engine().search_jobs(JobQuery(words=words), day(0)).ids == (other.pk, shown.pk)
    JobListing.objects.filter(pk=shown.pk).update(closing_date=day(2))
    assert get_engine().search_jobs(JobQuery(words=words), day(0)).ids == (shown.pk, other.pk)


def test_the_rules_are_asked_once_of_a_hit_on_one_day() -> None:
    shown = charged_listing()
    words = str(shown.occupation)
    assert total(words=words) == 1
    with CaptureQueriesContext(connection) as asked:
        assert total(words=words) == 1
    assert not [query["sql"] for query in asked if "jobs_joborder" in query["sql"]]
    # Another day asks anew.
    later = get_engine().search_jobs(JobQuery(words=words), day(20_000))
    assert (later.total, total(words=words)) == (0, 1)
    # What a transaction sees that is still open, is kept for nobody.
    with transaction.atomic():
        Agency.objects.update(status="suspended")
        assert total(words=words) == 0
        transaction.set_rollback(True)
    assert total(words=words) == 1


def test_what_is_kept_too_long_is_counted_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = charged_listing()
    words = str(shown.occupation)
    assert total(words=words) == 1
    # As if the process that wrote had died between its commit and telling the others.
    monkeypatch.setattr(generation, "replace", generation.current)
    Agency.objects.update(status="suspended")
    found = get_engine().search_jobs(JobQuery(words=words), day(0))
    assert found.ids == (shown.pk,)
    assert jobs.cards(found.ids, day(0)) == []
