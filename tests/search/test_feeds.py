"""A search that is followed: the newest public listings that fit it, each under its own address, in two forms."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from content.jobs import services
from content.jobs.models import Agency, JobListing, ListingChange
from portal import cache
from search.types import FEED_ENTRIES
from tests.contracts.adversarial import VALUES
from tests.factories.jobs import AgencyFactory, SourceFactory, day, published_listing
from tests.search.world import listing, many_listings, settle

pytestmark = pytest.mark.django_db

ATOM, JSON = "/en/lowongan/umpan.atom", "/en/lowongan/umpan.json"
NAMES = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(autouse=True)
def fresh() -> None:
    cache.process_copies.clear()
    settle()


def atom(client: Client, query: str = "") -> ElementTree.Element:
    response = client.get(f"{ATOM}{query}")
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ElementTree.fromstring(response.content)


def feed(client: Client, query: str = "", path: str = JSON) -> dict[str, Any]:
    response = client.get(f"{path}{query}")
    assert (response.status_code, response["Content-Type"]) == (200, "application/feed+json")
    return json.loads(response.content)


def text(element: ElementTree.Element, path: str) -> str:
    found = element.find(path, NAMES)
    assert found is not None, path
    return found.text or ""


def moment(written: str) -> dt.datetime:
    return dt.datetime.fromisoformat(written)


def test_both_forms_hold_the_same_listings_the_newest_first(client: Client, settings: Any) -> None:
    older, newer = published_listing(), published_listing(closing_date=day(60))
    JobListing.objects.filter(pk=older.pk).update(first_public_at=timezone.now() - dt.timedelta(days=2))
    addresses = [f"{settings.BASE_URL}/en/lowongan/{one.code}/" for one in (newer, older)]
    root, items = atom(client), feed(client)["items"]
    entries = root.findall("a:entry", NAMES)
    assert [text(entry, "a:id") for entry in entries] == addresses
    assert [entry.find("a:link", NAMES).attrib["href"] for entry in entries] == addresses  # type: ignore[union-attr]
    assert [(item["id"], item["url"]) for item in items] == [(one, one) for one in addresses]
    assert [item["title"] for item in items] == [text(entry, "a:title") for entry in entries]
    assert [item["content_text"] for item in items] == [text(entry, "a:summary") for entry in entries]
    assert items[0]["content_text"].startswith("Wage: NT$20,000 per month. You pay: Rp0. Open until ")


def test_a_feed_says_which_search_it_is_and_where_it_stands(client: Client, settings: Any) -> None:
    listing()
    query = "?q=carer&negara=TW"
    found = feed(client, f"{query}&urut=tutup&hal=7&utm_source=wa")
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert found["title"] == "Jobs abroad: “carer”, Taiwan – Lentera"
    assert found["home_page_url"] == f"{settings.BASE_URL}/en/lowongan/{query}"
    assert found["feed_url"] == f"{settings.BASE_URL}{JSON}{query}"
    assert found["language"] == "en"
    assert found["description"].startswith("Licensed is not the same as safe")
    root = atom(client, query)
    links = {link.attrib["rel"]: link.attrib["href"] for link in root.findall("a:link", NAMES)}
    assert links == {
        "self": f"{settings.BASE_URL}{ATOM}{query}",
        "alternate": f"{settings.BASE_URL}/en/lowongan/{query}",
    }
    assert text(root, "a:id") == f"{settings.BASE_URL}{ATOM}{query}"
    assert text(root, "a:author/a:name") == "Lentera"
    assert root.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "en"


def test_a_regional_language_is_answered_in_indonesian(client: Client) -> None:
    listing()
    found = feed(client, path="/jv/lowongan/umpan.json")
    assert found["language"] == "id"
    assert found["items"][0]["url"].endswith(f"/id/lowongan/{JobListing.objects.get().code}/")


def test_an_example_says_so_in_both(client: Client) -> None:
    real = listing(
        job_order__agency=AgencyFactory(example=False, source=SourceFactory()), example=False, source=SourceFactory()
    )
    example = listing()
    items = {item["url"].split("/")[-2]: item for item in feed(client)["items"]}
    assert items[example.code]["title"].startswith("Example: ")
    assert items[example.code]["_lentera"] == {"example": True}
    assert not items[real.code]["title"].startswith("Example")
    assert "_lentera" not in items[real.code]
    tags = {
        text(entry, "a:id").split("/")[-2]: [one.attrib["term"] for one in entry.findall("a:category", NAMES)]
        for entry in atom(client).findall("a:entry", NAMES)
    }
    assert tags == {example.code: ["contoh"], real.code: []}


def test_the_dates_are_those_of_the_listing(client: Client) -> None:
    zone = timezone.get_default_timezone()
    published, edited = (dt.datetime(2027, 3, number, 8, 30, tzinfo=zone) for number in (9, 10))
    with time_machine.travel(published, tick=False) as clock:
        held = published_listing(closing_date=dt.date(2027, 4, 9))
        clock.move_to(edited)
        ListingChange.objects.create(listing=held, what=ListingChange.What.EDITED)
        settle()
        clock.shift(dt.timedelta(days=2))
        (item,), root = feed(client)["items"], atom(client)
    assert (moment(item["date_published"]), moment(item["date_modified"])) == (published, edited)
    assert (moment(text(root, "a:entry/a:published")), moment(text(root, "a:entry/a:updated"))) == (published, edited)
    assert moment(text(root, "a:updated")) == edited


def test_an_empty_feed_is_as_old_as_its_day(client: Client) -> None:
    zone = timezone.get_default_timezone()
    with time_machine.travel(dt.datetime(2027, 3, 9, 15, 0, tzinfo=zone), tick=False):
        assert moment(text(atom(client), "a:updated")) == dt.datetime(2027, 3, 9, tzinfo=zone)
        assert feed(client)["items"] == []


def test_a_row_written_past_every_service_has_dates_as_well(client: Client) -> None:
    held = listing()
    JobListing.objects.filter(pk=held.pk).update(first_public_at=None)
    (item,) = feed(client)["items"]
    assert moment(item["date_published"]).date() == moment(item["date_modified"]).date() == held.checked_on


@pytest.mark.parametrize(
    "end",
    [
        lambda held: services.hold(held, reason="x"),
        lambda held: services.close(held),
        lambda held: Agency.objects.update(status="suspended"),
        lambda held: JobListing.objects.update(closing_date=day(-1)),
    ],
    ids=["held", "closed", "suspended agency", "past its day"],
)
def test_an_entry_is_gone_as_soon_as_its_listing_is(
    end: Any, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    held = published_listing()
    for path in (ATOM, JSON, f"{JSON}?q=carer", f"{ATOM}?negara=TW"):
        assert held.code in client.get(path).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        end(held)
    for path in (ATOM, JSON, f"{JSON}?q=carer", f"{ATOM}?negara=TW"):
        assert held.code not in client.get(path).content.decode()


def test_a_feed_ends_after_its_newest_entries(client: Client) -> None:
    many_listings(130, seed=3)
    assert JobListing.objects.public().count() > FEED_ENTRIES
    items = feed(client)["items"]
    assert len(items) == len(atom(client).findall("a:entry", NAMES)) == FEED_ENTRIES
    shown = [item["date_published"] for item in items]
    assert shown == sorted(shown, reverse=True)


@pytest.mark.parametrize("path", [ATOM, JSON])
def test_a_filter_that_is_not_understood_is_refused_not_left_out(path: str, client: Client) -> None:
    """Whoever follows jobs in one country must not be sent all of them, because its code has changed."""
    listing()
    for query in ("negara=XX", "biaya=zero", "q=dan"):
        response = client.get(f"{path}?{query}")
        assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
        assert "left out" not in response.content.decode()
    # What a form sends for a field that nobody filled in.
    assert client.get(f"{path}?negara=&q=").status_code == 200


@pytest.mark.parametrize("name", VALUES)
def test_hostile_words_make_a_feed_that_can_be_read_or_a_refusal(name: str, client: Client) -> None:
    listing()
    JobListing.objects.update(place="\x0bTaichung")
    Agency.objects.update(legal_name=f"PT Contoh & <b>\x0b{VALUES[name][:100]}".replace("\x00", ""))
    settle()
    response = client.get(ATOM, {"q": VALUES[name]})
    if response.status_code == 200:
        ElementTree.fromstring(response.content)
    else:
        assert response.status_code == 400
    (entry,) = atom(client).findall("a:entry", NAMES)
    # The summary is HTML: it has to be escaped once more than the rest.
    assert "&lt;b&gt;" in text(entry, "a:summary")
    assert "<b>" in feed(client)["items"][0]["content_text"]


def test_a_feed_is_kept_and_asked_again_as_a_page_is(client: Client, django_assert_num_queries: Any) -> None:
    listing()
    for path in (ATOM, JSON):
        tag = client.get(path)["ETag"]
        with django_assert_num_queries(0):
            assert client.get(path, headers={"if-none-match": tag}).status_code == 304
        for query, control in (("negara=TW", "public, max-age=0, must-revalidate"), ("q=carer", "no-store")):
            answer = client.get(f"{path}?{query}")
            assert (answer["Cache-Control"], "ETag" in answer) == (control, control != "no-store")
            assert not answer.cookies
            assert answer["Access-Control-Allow-Origin"] == "*"
            assert answer["X-Robots-Tag"] == "noindex"
        assert client.post(path).status_code == 405


def test_a_feed_costs_few_queries_however_long_it_is(client: Client, django_assert_max_num_queries: Any) -> None:
    many_listings(70, seed=3)
    for path in (ATOM, JSON):
        client.get(f"{path}?x=1")
        with django_assert_max_num_queries(12):
            client.get(f"{path}?x=1&q=kerja")
