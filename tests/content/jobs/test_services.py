"""Writing listings: states, the log, the copies and the announcements."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from content.core import background
from content.jobs import services
from content.jobs.models import Agency, JobListing
from content.jobs.signals import listings_changed
from content.registers import generation
from tests.factories.jobs import RuleFactory, day, legal_listing, published_listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Any:
    """The keys of every announcement."""
    keys: list[list[int]] = []

    def listen(sender: object, keys: list[int], heard: list = keys, **kwargs: object) -> None:
        heard.append(keys)

    listings_changed.connect(listen)
    yield keys
    listings_changed.disconnect(listen)


def test_each_act_moves_logs_and_announces_once(heard: list) -> None:
    listing = legal_listing()
    for act, status in (
        (services.send_to_review, "in_review"),
        (services.publish, "published"),
        (services.hold, "on_hold"),
        (services.reopen, "published"),
        (services.close, "closed"),
    ):
        heard.clear()
        act(listing)
        assert JobListing.objects.get().status == listing.status == status
        assert heard == [[listing.pk]]
    whats = list(listing.changes.values_list("what", flat=True))
    assert whats == ["closed", "reopened", "held", "published", "review"]


def test_a_held_listing_is_not_published_by_the_way() -> None:
    listing = published_listing()
    services.hold(listing)
    services.publish(listing)
    assert services.publish_many([listing.pk]).done == 0
    listing.refresh_from_db()
    assert listing.status == "on_hold"


def test_publishing_many_publishes_the_legal_ones_and_names_the_others() -> None:
    good, bad = legal_listing(), legal_listing(minimum_age=15)
    result = services.publish_many([good.pk, bad.pk])
    assert result.done == 1
    ((listing, refused),) = result.refused
    assert listing == bad
    assert [outcome.rule.id for outcome in refused.outcomes] == ["AGE-1"]


def test_two_listings_published_together_cannot_share_the_last_places() -> None:
    first = legal_listing(places=30)
    second = legal_listing(places=30, job_order=first.job_order)
    result = services.publish_many([first.pk, second.pk])
    assert (result.done, len(result.refused)) == (1, 1)
    assert JobListing.objects.public().count() == 1


def test_the_copies_follow_every_row_that_a_rule_reads() -> None:
    listing = published_listing(closing_date=day(30))
    agency = listing.agency
    agency.valid_until = day(9)
    agency.save()
    listing.refresh_from_db()
    assert listing.public_until == day(9)
    rule = RuleFactory(work="any", scheme="any", status="closed", since=day(4))
    listing.refresh_from_db()
    assert listing.public_until == day(3)
    rule.delete()
    listing.refresh_from_db()
    assert listing.public_until == day(9)


def test_what_is_no_longer_public_keeps_its_last_day() -> None:
    listing = published_listing()
    services.set_agency_status(listing.agency, "suspended", timezone.localdate(), note="SK 1")
    listing.refresh_from_db()
    assert (listing.public_from, listing.public_until) == (None, day(-1))
    services.set_agency_status(listing.agency, "active", timezone.localdate(), note="SK 2")
    listing.refresh_from_db()
    assert listing.public_until == listing.closing_date


def test_a_change_that_reaches_many_is_announced_in_chunks_after_its_commit(
    heard: list, at_once: list, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(background, "CHUNK", 2)
    first = legal_listing()
    keys = [first.pk, *(legal_listing(job_order=first.job_order).pk for _number in range(4))]
    services.publish_many(keys)
    heard.clear()
    before = generation.current()
    agency = Agency.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        agency.valid_until = day(3)
        agency.save()
        assert (heard, at_once) == ([], [])
    assert at_once == [("content.jobs.tasks.write_copies", (sorted(keys),))]
    assert [len(chunk) for chunk in heard] == [2, 2, 1]
    assert generation.current() != before
    assert set(JobListing.objects.values_list("public_until", flat=True)) == {day(3)}


def test_the_repair_finds_what_was_written_past_every_service() -> None:
    listing, hidden = published_listing(), published_listing()
    assert services.repair() == 0
    JobListing.objects.filter(pk=listing.pk).update(public_until=day(-5), first_public_at=None)
    JobListing.objects.filter(pk=hidden.pk).update(closing_date=day(-1))
    assert services.repair() == 2
    assert services.repair() == 0
    listing.refresh_from_db()
    hidden.refresh_from_db()
    assert (listing.public_until, bool(listing.first_public_at)) == (listing.closing_date, True)
    assert (hidden.public_from, hidden.public_until) == (None, day(-1))


def test_deleting_a_listing_is_announced(heard: list) -> None:
    listing = published_listing()
    key = listing.pk
    heard.clear()
    listing.delete()
    assert heard[-1] == [key]
