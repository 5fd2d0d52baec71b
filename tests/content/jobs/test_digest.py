"""The daily message: to officers, once, in their language, with numbers and addresses alone, and not without news."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from wagtail.users.models import UserProfile

from content.jobs import digest, services
from content.jobs.models import Agency, JobListing, ListingChange, OfficerDigest
from portal import ticking
from tests.factories.jobs import HoldFactory, JobOrderFactory, day, legal_listing, published_listing
from tests.staff import Members

pytestmark = pytest.mark.django_db


@pytest.fixture
def morning() -> Iterator[time_machine.Traveller]:
    """Ten o'clock of a day; the test moves on from there."""
    now = timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0)
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


def next_day(traveller: time_machine.Traveller, hour: int = 10) -> None:
    traveller.move_to((timezone.localtime() + dt.timedelta(days=1)).replace(hour=hour))


def tick() -> list[Any]:
    """The messages that one more tick has sent."""
    before = len(mail.outbox)
    works = dict(ticking.works())
    for name in ("Listings put right", "Messages to job officers"):
        works[name]()
    return mail.outbox[before:]


def ends_tomorrow(**values: Any) -> JobListing:
    """A listing that is public today and has closed tomorrow."""
    listing = published_listing(**values)
    JobListing.objects.filter(pk=listing.pk).update(closing_date=day(0))
    return listing


# --- what is logged ----------------------------------------------------------------------------------------------


def ends() -> list[tuple[int, str]]:
    return list(ListingChange.objects.filter(what="ended").order_by("pk").values_list("listing", "note"))


def test_a_midnight_that_ends_a_listing_is_logged_once_with_its_rule(morning: time_machine.Traveller) -> None:
    listing = ends_tomorrow()
    published_listing(place="Tainan")
    tick()
    assert ends() == []
    next_day(morning)
    tick()
    tick()
    assert ends() == [(listing.pk, "DATE-1")]
    next_day(morning)
    tick()
    assert len(ends()) == 1


def test_an_edit_elsewhere_that_ends_listings_is_logged_at_once(morning: time_machine.Traveller) -> None:
    first = published_listing()
    second = published_listing(job_order=first.job_order, place="Tainan")
    services.set_agency_status(first.agency, "suspended", day(-1))
    assert ends() == [(first.pk, "LIC-2"), (second.pk, "LIC-2")]
    services.set_agency_status(first.agency, "active", day(0))
    services.set_agency_status(first.agency, "withdrawn", day(0))
    assert len(ends()) == 4


def test_what_is_written_past_every_service_is_logged_by_the_tick(morning: time_machine.Traveller) -> None:
    listing = published_listing()
    Agency.objects.update(valid_until=day(-1), status="suspended")
    assert ends() == []
    tick()
    assert ends() == [(listing.pk, "LIC-1, LIC-2")]


def test_what_an_officer_closes_or_holds_has_not_ended_by_itself(morning: time_machine.Traveller) -> None:
    first, second, third = (published_listing(place=place) for place in ("Taichung", "Tainan", "Hualien"))
    services.close(first, reason="penuh")
    services.hold(second, reason="laporan")
    HoldFactory(contact=None, agency=third.agency)
    assert not JobListing.objects.public().exists()
    legal_listing(closing_date=day(-1))
    tick()
    assert ends() == []


# --- what is sent ------------------------------------------------------------------------------------------------


def test_an_officer_is_told_once_a_day_what_has_ended(member: Members, morning: time_machine.Traveller) -> None:
    officer = member("job_officer")
    listing = ends_tomorrow(reference="RAHASIA-1", place="Taichung")
    tick()  # that it closes is news of its own
    mail.outbox.clear()
    next_day(morning)
    (message,) = tick()
    assert message.to == [officer.email]
    assert "1 lowongan tidak tampil lagi" in message.body
    assert "http://localhost:8000/akun/cms/jobs/attention/" in message.body
    assert tick() == []
    morning.shift(dt.timedelta(hours=9))
    assert tick() == []
    for word in (listing.reference, listing.place, listing.code, listing.agency.legal_name, officer.email):
        assert word not in message.subject + message.body


def test_without_news_there_is_no_message(member: Members, morning: time_machine.Traveller) -> None:
    member("job_officer")
    published_listing(closing_date=day(40), wage_min=1, currency="IDR")
    assert tick() == []
    assert OfficerDigest.objects.get().sent is False
    # What waits already is told once, not every day.
    JobListing.objects.filter(pk=legal_listing(currency="IDR").pk).update(status="in_review")
    next_day(morning)
    assert len(tick()) == 1
    next_day(morning)
    assert tick() == []
    JobListing.objects.filter(pk=legal_listing(currency="IDR", place="Tainan").pk).update(status="in_review")
    next_day(morning)
    (message,) = tick()
    assert "2" in message.subject


def test_before_the_office_opens_nobody_is_told(member: Members, morning: time_machine.Traveller) -> None:
    member("job_officer")
    ends_tomorrow()
    next_day(morning, hour=digest.HOUR - 1)
    assert tick() == []
    morning.shift(dt.timedelta(hours=1))
    assert len(tick()) == 1


def test_only_active_people_whose_role_holds_listings_are_told(
    member: Members, morning: time_machine.Traveller, django_user_model: Any
) -> None:
    told = {member("job_officer").email, member("admin").email}
    for role in ("editor", "translator", "case_worker"):
        member(role)
    member("job_officer", is_active=False)
    django_user_model.objects.create_superuser(email="root@lentera.example", password="x")
    ends_tomorrow()
    assert {message.to[0] for message in tick()} == told


def test_each_reads_in_the_language_of_his_cms(member: Members, morning: time_machine.Traveller) -> None:
    one, other = member("job_officer"), member("job_officer")
    UserProfile.objects.create(user=other, preferred_language="en")
    UserProfile.objects.create(user=one, preferred_language="id-id")
    ends_tomorrow()
    messages = {message.to[0]: message.body for message in tick()}
    assert "need attention" in messages[other.email] or "needs attention" in messages[other.email]
    assert "perlu perhatian" in messages[one.email]


def test_who_edited_it_last_is_told_that_it_was_his(member: Members, morning: time_machine.Traveller) -> None:
    owner, other = member("job_officer"), member("job_officer")
    listing = ends_tomorrow()
    ListingChange.objects.create(listing=listing, what="created", actor=other)
    ListingChange.objects.create(listing=listing, what="edited", actor=owner)
    ListingChange.objects.create(listing=listing, what="published", actor=other)
    tick()
    mail.outbox.clear()
    next_day(morning)
    messages = {message.to[0]: message.body for message in tick()}
    assert "terakhir Anda ubah" in messages[owner.email]
    assert "terakhir Anda ubah" not in messages[other.email]


def test_what_is_public_again_is_not_told_as_ended(member: Members, morning: time_machine.Traveller) -> None:
    listing = published_listing(currency="IDR", closing_date=day(60), job_order=JobOrderFactory(valid_until=day(99)))
    services.set_agency_status(listing.agency, "suspended", day(-1))
    services.set_agency_status(listing.agency, "active", day(0))
    assert [
        count for _pk, count in digest.ended_since(timezone.now() - dt.timedelta(days=1)).values_list("pk", "owner")
    ] == []
    member("job_officer")
    assert tick() == []


def test_a_mail_server_that_is_down_is_asked_again_and_nobody_is_told_twice(
    member: Members, morning: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = member("job_officer"), member("job_officer")
    ends_tomorrow()
    send = digest.send_mail

    def fail(*args: Any) -> None:
        if args[3] == [first.email]:
            raise SMTPServerDisconnected
        send(*args)

    monkeypatch.setattr(digest, "send_mail", fail)
    with pytest.raises(SMTPServerDisconnected):
        digest.send_due()
    monkeypatch.setattr(digest, "send_mail", send)
    assert digest.send_due() == 1
    assert [message.to for message in mail.outbox] == [[second.email], [first.email]]


def test_an_address_that_nobody_takes_keeps_no_one_from_his_message(
    member: Members, morning: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = member("job_officer"), member("job_officer")
    ends_tomorrow()
    send = digest.send_mail

    def refuse(*args: Any) -> None:
        if args[3] == [first.email]:
            raise SMTPRecipientsRefused({})
        send(*args)

    monkeypatch.setattr(digest, "send_mail", refuse)
    assert (digest.send_due(), digest.send_due()) == (1, 0)
    assert [message.to for message in mail.outbox] == [[second.email]]
    assert OfficerDigest.objects.get(recipient=first).sent is False


def test_two_ticks_at_once_send_one_message(
    member: Members, morning: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = member("job_officer")
    ends_tomorrow()
    now = timezone.localtime()
    people = list(digest.recipients())
    OfficerDigest.objects.create(recipient=officer, on=now.date(), at=now)  # the other one was quicker
    assert digest._look(people[0], now, {"closing": 1}, [], news=True) is False
    assert mail.outbox == []


def test_a_tick_that_has_nothing_to_tell_is_cheap(
    member: Members, morning: time_machine.Traveller, django_assert_max_num_queries: Any
) -> None:
    member("job_officer")
    digest.send_due()
    with django_assert_max_num_queries(1):
        digest.send_due()
