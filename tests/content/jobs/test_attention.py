"""The queue: each section finds what it says and nothing else, for a fixed price, and leads to where it is dealt with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from content.jobs import attention, services
from content.jobs.attention import BY_CODE, SECTIONS
from content.jobs.holds import SamePerson
from content.jobs.models import Agency, JobListing, JobOrder, NotDuplicate
from content.registers import generation
from content.registers.models import DestinationRule, ExchangeRate
from tests.cms import errors_of, listing_url
from tests.factories.jobs import (
    AgencyFactory,
    HoldFactory,
    JobOrderFactory,
    RuleFactory,
    SourceFactory,
    day,
    legal_listing,
    published_listing,
)
from tests.staff import SignedIn

pytestmark = pytest.mark.django_db


def counts() -> dict[str, int]:
    """What is in the queue, without its empty sections."""
    return {code: count for code, count in attention.counts(day(0)).items() if count}


def told(code: str) -> list[tuple[str, ...]]:
    return [line.cells for line in BY_CODE[code].part(day(0), 0, 99)[1]]


def a_rate(**values: Any) -> ExchangeRate:
    return ExchangeRate.objects.create(**{"currency": "TWD", "rupiah": 500, "on": day(0), "example": True, **values})


def quiet(**values: Any) -> JobListing:
    """A public listing that needs nobody."""
    if not ExchangeRate.objects.exists():
        a_rate()
    return published_listing(**values)


def test_where_all_is_well_nothing_needs_attention() -> None:
    quiet()
    legal_listing(place="Tainan")
    services.close(quiet(place="Hualien"), reason="penuh")
    assert counts() == {}


# What is done to a listing that needs nobody, and the sections that show it then.
CASES: dict[str, tuple[Callable[[JobListing], Any], set[str]]] = {
    "closes today": (lambda x: _update(x, closing_date=day(0)), {"closing"}),
    "closes in 7 days": (lambda x: _update(x, closing_date=day(7)), {"closing"}),
    "closes in 8 days": (lambda x: _update(x, closing_date=day(8)), set()),
    "has simply ended": (lambda x: _update(x, closing_date=day(-1)), set()),
    "licence for 30 days": (lambda x: Agency.objects.update(valid_until=day(30)), {"licences"}),
    "licence for 31 days": (lambda x: Agency.objects.update(valid_until=day(31)), set()),
    "licence is over": (lambda x: Agency.objects.update(valid_until=day(-1)), {"stopped", "hidden"}),
    "licence without days": (lambda x: Agency.objects.update(valid_from=None, valid_until=None), {"stopped", "hidden"}),
    "government without days": (
        lambda x: Agency.objects.update(kind="government", valid_from=None, valid_until=None), {"hidden"},
    ),  # the scheme is a company's
    "agency suspended": (lambda x: Agency.objects.update(status="suspended"), {"stopped", "hidden"}),
    "agency withdrawn": (lambda x: Agency.objects.update(status="withdrawn"), {"stopped", "hidden"}),
    "suspended and closed": (
        lambda x: (Agency.objects.update(status="suspended"), _update(x, status="closed")), set(),
    ),
    "order for 30 days": (lambda x: JobOrder.objects.update(valid_until=day(30)), {"orders"}),
    "order is over": (lambda x: JobOrder.objects.update(valid_until=day(-1)), {"hidden"}),
    "too many places": (lambda x: JobOrder.objects.update(places=4), {"overbooked", "hidden"}),
    "too young": (lambda x: _update(x, minimum_age=17), {"hidden"}),
    "listing looked at 31 days ago": (lambda x: _update(x, checked_on=day(-31)), {"old-listings"}),
    "listing looked at 30 days ago": (lambda x: _update(x, checked_on=day(-30)), set()),
    "agency looked at 91 days ago": (lambda x: Agency.objects.update(checked_on=day(-91)), {"old-agencies"}),
    "agency looked at 90 days ago": (lambda x: Agency.objects.update(checked_on=day(-90)), set()),
    "rule overdue": (lambda x: DestinationRule.objects.update(verify_by=day(-1)), {"rules"}),
    "rule due today": (lambda x: DestinationRule.objects.update(verify_by=day(0)), set()),
    "another rule overdue": (lambda x: RuleFactory(work="fishing", verify_by=day(-1)), set()),
    "a rule for any work overdue": (lambda x: RuleFactory(work="any", scheme="any", verify_by=day(-1)), {"rules"}),
    "rate of 31 days ago": (lambda x: ExchangeRate.objects.update(on=day(-31)), {"rates"}),
    "rate of 30 days ago": (lambda x: ExchangeRate.objects.update(on=day(-30)), set()),
    "no rate": (lambda x: ExchangeRate.objects.all().delete(), {"rates"}),
    "wage in rupiah": (lambda x: (ExchangeRate.objects.all().delete(), _update(x, currency="IDR")), set()),
    "in review": (lambda x: _update(x, status="in_review"), {"review"}),
    "held until today": (lambda x: HoldFactory(contact=None, listing=x, review_on=day(0)), {"holds"}),
    "held until today, and too young": (
        lambda x: (HoldFactory(contact=None, listing=x, review_on=day(0)), _update(x, minimum_age=17)),
        {"holds", "hidden"},
    ),
    "held until tomorrow": (lambda x: HoldFactory(contact=None, listing=x, review_on=day(1)), set()),
    "hold lifted": (lambda x: HoldFactory(contact=None, listing=x, review_on=day(0), state="lifted"), set()),
    "agency held until yesterday": (lambda x: HoldFactory(contact=None, agency=x.agency, review_on=day(-1)), {"holds"}),
    "contact held until yesterday": (lambda x: HoldFactory(review_on=day(-1)), {"holds"}),
    "another like it": (lambda x: legal_listing(job_order=x.job_order), {"duplicates"}),
}  # fmt: skip


def _update(listing: JobListing, **values: Any) -> None:
    JobListing.objects.filter(pk=listing.pk).update(**values)


@pytest.mark.every_case
@pytest.mark.parametrize(("change", "sections"), CASES.values(), ids=CASES)
def test_a_section_shows_what_it_says_and_nothing_else(change: Callable, sections: set[str]) -> None:
    listing = quiet()
    change(listing)
    assert counts() == dict.fromkeys(sections, 1)
    for code in sections:
        (cells,) = told(code)
        assert len(cells) == len(BY_CODE[code].columns) - (code != "duplicates")  # the first column names the thing
        assert all(cell.strip() for cell in cells)


def test_what_is_hidden_says_which_rule_fails() -> None:
    listing = quiet()
    _update(listing, minimum_age=17)
    Agency.objects.update(valid_until=day(-1))
    ((_agency, sentences),) = told("hidden")
    assert "LIC-1 " in sentences
    assert "AGE-1 " in sentences


def test_a_suspended_agency_is_told_with_the_day_of_its_decision(settings: Any) -> None:
    listing = quiet()
    quiet(job_order=listing.job_order, place="Tainan")
    services.set_agency_status(listing.agency, "suspended", day(-1), source=SourceFactory())
    ((sentence, number),) = told("stopped")
    assert (number, str(day(-1).year) in sentence) == ("2", True)


def test_the_price_does_not_grow(django_assert_max_num_queries: Any) -> None:
    def price() -> int:
        with CaptureQueriesContext(connection) as held:
            for section in SECTIONS:
                section.part(day(0), 0, 50)
        return len(held)

    def fill() -> None:
        for number in range(3):
            order = quiet(place=f"Kota {number}a".replace("0", "x").replace("1", "y").replace("2", "z")).job_order
            for change in ({"checked_on": day(-40)}, {"minimum_age": 17}, {"status": "in_review"}):
                _update(quiet(job_order=order, place="Tainan"), **change)
            services.set_agency_status(quiet().agency, "suspended", day(-1))
            Agency.objects.filter(pk=quiet(closing_date=day(3)).agency_id).update(
                valid_until=day(3), checked_on=day(-200)
            )
            JobOrder.objects.filter(pk=quiet().job_order_id).update(valid_until=day(4))
            JobOrder.objects.filter(pk=quiet().job_order_id).update(places=1)
            HoldFactory(review_on=day(0))
            HoldFactory(contact=None, agency=AgencyFactory(), review_on=day(0))
            HoldFactory(contact=None, listing=quiet(), review_on=day(0))

    fill()
    DestinationRule.objects.update(verify_by=day(-1))
    ExchangeRate.objects.update(on=day(-99))
    assert set(counts()) == set(BY_CODE)
    first = price()
    fill()
    fill()
    assert price() == first <= 60


# --- its page ----------------------------------------------------------------------------------------------------


QUEUE = "/akun/cms/jobs/attention/"


def test_the_page_leads_to_where_each_thing_is_dealt_with(signed_in: SignedIn) -> None:
    officer = signed_in("job_officer")
    listing = quiet()
    _update(listing, closing_date=day(2))
    other = quiet(place="Tainan")
    services.set_agency_status(other.agency, "suspended", day(-1))
    hold = HoldFactory(contact=None, listing=quiet(place="Hualien"), review_on=day(-3), reason="Nomor <b>lain</b>")
    page = officer.get(reverse("jobs_attention:index"))
    assert page.request["PATH_INFO"] == QUEUE
    soup = BeautifulSoup(page.content, "html.parser")
    links = {link["href"] for link in soup.select("section a[href]")}
    assert {
        listing_url("edit", listing.pk), listing_url("edit", other.pk), reverse("agency:edit", args=[other.agency_id]),
        f"{listing_url('list')}?agency={other.agency_id}&status=published", reverse("hold:edit", args=[hold.pk]),
    } <= links  # fmt: skip
    assert {section["id"] for section in soup.select("section[id]")} == {"closing", "stopped", "hidden", "holds"}
    assert hold.reason in soup.select_one("#holds").text
    assert "LIC-2" in soup.select_one("#hidden").text
    for link in links:
        assert officer.get(link).status_code == 200, link
    # The empty ones are named below.
    assert str(BY_CODE["rates"].title) in soup.select_one("main, .attention").text


def test_an_empty_queue_says_so(signed_in: SignedIn) -> None:
    page = signed_in("job_officer").get(QUEUE).content.decode()
    assert "Tidak ada yang perlu perhatian" in page


def test_a_long_section_is_shown_page_by_page(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    from content.jobs.viewsets import attention as views

    monkeypatch.setattr(views, "SHOWN", 2)
    monkeypatch.setattr(views, "PAGE", 3)
    officer, order = signed_in("job_officer"), JobOrderFactory(places=99)
    for number in range(7):
        _update(quiet(job_order=order, place="abcdefg"[number] * 3), closing_date=day(number))
    rows = lambda url: len(BeautifulSoup(officer.get(url).content, "html.parser").select("#closing tbody tr"))  # noqa: E731
    assert (rows(QUEUE), rows(f"{QUEUE}?section=closing"), rows(f"{QUEUE}?section=closing&p=3")) == (2, 3, 1)
    assert rows(f"{QUEUE}?section=closing&p=x") == 3
    assert rows(f"{QUEUE}?section=closing&p=99") == 1
    assert rows(f"{QUEUE}?section=closing&p=0") == rows(f"{QUEUE}?section=closing&p={'9' * 40}") == 3
    assert "?section=closing" in officer.get(QUEUE).content.decode()
    assert officer.get(f"{QUEUE}?section=tidak-ada").status_code == 404
    assert officer.get(f"{QUEUE}?section=review").status_code == 200


def test_one_of_a_pair_is_closed_or_both_are_kept_apart(signed_in: SignedIn) -> None:
    officer = signed_in("job_officer")
    first, second = (quiet(job_order=order) for order in [JobOrderFactory()] * 2)
    forms = BeautifulSoup(officer.get(QUEUE).content, "html.parser").select("#duplicates form")
    assert len(forms) == 1
    pair = forms[0].select_one('[name="pair"]')["value"]
    assert pair == f"{first.pk}-{second.pk}"
    for wrong in (
        {"pair": f"{first.pk}-{second.pk + 99}", "act": f"close-{first.pk}"}, {"pair": "x", "act": "apart"},
        {"pair": f"{first.pk}-{first.pk}", "act": "apart"}, {"pair": pair, "act": "close-999"}, {},
        {"pair": "9" * 30 + "-1", "act": "apart"},
    ):  # fmt: skip
        assert officer.post(QUEUE, wrong).status_code == 302
    assert counts() == {"duplicates": 1}
    officer.post(QUEUE, {"pair": pair, "act": "apart"})
    assert counts() == {}
    assert NotDuplicate.objects.get().actor.groups.filter(name="Petugas lowongan").exists()
    officer.post(QUEUE, {"pair": pair, "act": "apart"})
    assert NotDuplicate.objects.count() == 1
    officer.post(QUEUE, {"pair": pair, "act": f"close-{second.pk}"})
    second.refresh_from_db()
    assert (second.status, second.changes.first().note) == ("closed", f"Kembar dari {first.reference}")


def test_who_placed_a_hold_does_not_end_it_as_a_duplicate(signed_in: SignedIn) -> None:
    officer, other = signed_in("job_officer"), JobOrderFactory()
    first, second = (quiet(job_order=other) for _number in range(2))
    placed = User.objects.get(groups__name="Petugas lowongan")
    HoldFactory(contact=None, listing=first, placed_by=placed)
    answer = officer.post(QUEUE, {"pair": f"{first.pk}-{second.pk}", "act": f"close-{first.pk}"}, follow=True)
    first.refresh_from_db()
    assert first.status == "published"
    assert str(SamePerson.sentence) in errors_of(answer.content)


@pytest.mark.parametrize("role", ["editor", "translator", "case_worker"])
def test_nobody_else_sees_the_queue(signed_in: SignedIn, role: str) -> None:
    other: Client = signed_in(role)
    first, second = (quiet(job_order=order) for order in [JobOrderFactory()] * 2)
    assert other.get(QUEUE).status_code in (302, 403)
    assert other.post(QUEUE, {"pair": f"{first.pk}-{second.pk}", "act": f"close-{first.pk}"}).status_code in (302, 403)
    first.refresh_from_db()
    assert first.status == "published"
    if role != "case_worker":
        home = other.get("/akun/cms/").content.decode()
        assert QUEUE not in home


@pytest.mark.parametrize("role", ["job_officer", "admin"])
def test_the_home_of_the_cms_counts_what_waits(signed_in: SignedIn, role: str) -> None:
    generation.replace()  # nothing of another test, whose transaction never commits
    _update(quiet(), closing_date=day(2))
    soup = BeautifulSoup(signed_in(role).get("/akun/cms/").content, "html.parser")
    panel = soup.select_one("#jobs-attention-title").parent
    links = {link["href"] for link in panel.select("a")}
    assert {f"{QUEUE}#closing", QUEUE, reverse("importrun:add"), listing_url("add")} == links
    assert panel.select_one("li b").text == "1"
    assert soup.select(f'nav a[href="{QUEUE}"], [data-wagtail-sidebar-props]') or QUEUE in str(soup)


def test_the_home_counts_again_when_something_was_written(signed_in: SignedIn) -> None:
    generation.replace()
    first, second = (quiet(job_order=order) for order in [JobOrderFactory()] * 2)
    assert attention.counts_of_now()["duplicates"] == 1
    with CaptureQueriesContext(connection) as held:
        attention.counts_of_now()
    assert len(held) == 1
    services.keep_apart(first, second)
    assert attention.counts_of_now()["duplicates"] == 0
    _update(first, closing_date=day(2))
    generation.replace()  # as the commit of that write does
    assert attention.counts_of_now()["closing"] == 1
    with time_machine.travel(timezone.localtime() + dt.timedelta(days=10)):
        assert attention.counts_of_now()["closing"] == 0


def test_what_is_compared_is_compared_once_for_a_page(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    officer, asked = signed_in("job_officer"), []
    compare = attention.likeness.pairs
    monkeypatch.setattr(attention.likeness, "pairs", lambda *given: asked.append(1) or compare(*given))
    for order in [JobOrderFactory()] * 2:
        quiet(job_order=order)
    officer.get(QUEUE)
    officer.get(f"{QUEUE}?section=duplicates&p=1")
    assert len(asked) == 2


def test_the_page_costs_the_same_for_many(signed_in: SignedIn) -> None:
    officer, order = signed_in("job_officer"), JobOrderFactory(places=9999)

    def price() -> int:
        with CaptureQueriesContext(connection) as held:
            officer.get(QUEUE)
        return len(held)

    _update(quiet(job_order=order), minimum_age=17)
    officer.get(QUEUE)
    first = price()
    for number in range(15):
        _update(quiet(job_order=order, place="abcdefghijklmno"[number] * 4), minimum_age=17)
    assert price() == first
