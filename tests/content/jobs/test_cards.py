"""Cards: what a list shows of listings, joined from few queries and the registers that every process keeps."""

from __future__ import annotations

import pytest

from content.jobs import selectors
from content.jobs.models import JobListing
from content.registers import generation
from content.registers.models import Occupation
from tests.factories.jobs import ComponentFactory, CostLineFactory, ListingFactory, RuleFactory, day

pytestmark = pytest.mark.django_db


def listings(count: int) -> list[JobListing]:
    RuleFactory()
    # What the law frees nobody from may be charged.
    part = ComponentFactory(code="passport", free_by_law=False)
    made = [ListingFactory(status="published") for _number in range(count)]
    for number, listing in enumerate(made):
        if number % 2:
            CostLineFactory(listing=listing, payer="worker", amount=100_000 * number, component=part)
            CostLineFactory(listing=listing, payer="worker", amount=5, when="monthly", component=part)
        CostLineFactory(listing=listing, payer="employer", amount=7, component=part)
    generation.replace()
    return made


def test_a_page_of_cards_costs_three_queries(django_assert_num_queries) -> None:
    keys = [listing.pk for listing in listings(5)]
    assert selectors.cards(keys, day(0))
    with django_assert_num_queries(3):
        assert len(selectors.cards(keys, day(0))) == 5


def test_they_say_what_each_listing_says_by_itself() -> None:
    keys = [listing.pk for listing in reversed(listings(4))]
    whole = JobListing.objects.with_parts().in_bulk(keys)
    assert selectors.cards(keys, day(0)) == [selectors.card(whole[key], day(0)) for key in keys]
    free = [card.free for card in selectors.cards(keys, day(0))]
    assert free == [False, True, False, True]
    shown = selectors.listings(keys, day(0))
    assert [selectors.charged(one) for one in shown] == [selectors.charged(whole[key]) for key in keys]


def test_a_row_of_the_registers_that_is_newer_than_what_is_kept_is_fetched() -> None:
    [known] = listings(1)
    assert selectors.cards([known.pk], day(0))
    occupation = Occupation.objects.create(code="9999", name={"id": "Baru", "en": "New"}, work=known.occupation.work)
    JobListing.objects.filter(pk=known.pk).update(occupation=occupation)
    assert selectors.cards([known.pk], day(0))[0].title.startswith("Baru")
