"""What search engines are told of, and that it is what the pages say of themselves (DECISIONS 3, 29)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from content.core.models import SiteProof, StandardPage
from content.jobs import services
from content.jobs.models import Agency, JobListing
from content.registers import generation
from content.reports.models import ReportPage
from portal import cache, sitemaps
from tests.factories.jobs import AgencyFactory, JobOrderFactory, RuleFactory, SourceFactory, day, published_listing
from tests.site import World

pytestmark = pytest.mark.django_db

HOST = "lentera.contoh.go.id"
SITE = f"https://{HOST}"
XML = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}


@pytest.fixture
def official(site: World, settings: Any) -> Client:
    """A reader of an official site."""
    settings.SITE_OWNER, settings.SITE_DECREE, settings.SITE_HOST = "Pemkab Contoh", "SK 1/2026", HOST
    settings.ALLOWED_HOSTS, settings.BASE_URL = [HOST, "testserver"], SITE
    SiteProof.objects.create(owner="Pemkab Contoh", decree="SK 1/2026", host=HOST)
    cache.process_copies.clear()
    generation.replace()
    return Client(headers={"host": HOST})


@pytest.fixture
def pages(site: World) -> dict[str, Page]:
    """A page in both complete languages, one in Indonesian alone, one in Javanese besides, a draft, and the report form."""
    home = site.homes["id"]
    both, alone, regional = (
        home.add_child(instance=StandardPage(title=name, slug=name)) for name in ("dua-bahasa", "sendiri", "daerah")
    )
    draft = home.add_child(instance=StandardPage(title="draf", slug="draf", live=False))
    report = home.add_child(instance=ReportPage(heading="Formulir", lead="Tanpa nama."))
    for page, languages in ((both, ("en",)), (regional, ("en", "jv"))):
        for code in languages:
            made = page.copy_for_translation(site.locales[code])
            made.live = True
            made.save()
    alone.copy_for_translation(site.locales["en"], alias=True)
    generation.replace()
    return {"both": both, "alone": alone, "regional": regional, "draft": draft, "report": report}


def real_listing(**values: Any) -> JobListing:
    """A public listing that is no example, in name and number either: one would end the state (portal.nature)."""
    source = SourceFactory()
    number = JobListing.objects.count()
    agency = AgencyFactory(
        legal_name=f"PT Bahari {number}", licence_number=f"SIP3MI/{number}", example=False, source=source
    )
    order = JobOrderFactory(agency=agency, number=f"JO/{number}", employer="Care Home")
    return published_listing(job_order=order, example=False, source=source, **values)


def announced(client: Client, path: str = "/sitemap.xml") -> dict[str, dict[str, str]]:
    """The addresses of a file, each with its versions by language."""
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    found = ElementTree.fromstring(response.content).findall("s:url", XML)
    held = {
        entry.findtext("s:loc", "", XML): {
            link.attrib["hreflang"]: link.attrib["href"] for link in entry.findall("x:link", XML)
        }
        for entry in found
    }
    assert len(held) == len(found), "an address stands there twice"
    return held


def test_pages_listings_and_views_of_the_complete_languages_are_announced(official: Client, pages: Any) -> None:
    code = real_listing().code
    views = [
        "lowongan/",
        "cek/",
        "rencana/",
        "cek-kontrak/",
        "hitung-biaya/",
        "bantuan/",
        "data-terbuka/",
        "bahasa/",
        "peringatan/",
        "angka/",
    ]
    both = ["", "dua-bahasa/", "daerah/", f"lowongan/{code}/", *views]
    expected = {f"{SITE}/{language}/{path}" for path in both for language in ("id", "en")}
    assert set(announced(official)) == expected | {f"{SITE}/id/sendiri/"}


def test_an_entry_says_what_its_page_says_of_itself(official: Client, pages: Any) -> None:
    """Canonical address, versions, and that it may be indexed: read from the very page."""
    real_listing()
    for address, versions in announced(official).items():
        response = official.get(address.removeprefix(SITE))
        assert response.status_code == 200, address
        assert "noindex" not in response.get("X-Robots-Tag", ""), address
        document = BeautifulSoup(response.content, "html5lib")
        assert document.select_one("link[rel=canonical]")["href"] == address
        assert {link["hreflang"]: link["href"] for link in document.select("link[hreflang]")} == versions, address


def test_a_regional_version_is_named_but_not_announced(official: Client, pages: Any) -> None:
    held = announced(official)
    assert held[f"{SITE}/id/daerah/"]["jv"] == f"{SITE}/jv/daerah/"
    assert not [address for address in held if "/jv/" in address]


def test_an_example_is_never_announced(official: Client) -> None:
    """Neither one by its own flag nor one that an example company offers."""
    shown, own, company = real_listing(), real_listing(), real_listing()
    # Past the signals, which would end the state.
    JobListing.objects.filter(pk=own.pk).update(example=True)
    Agency.objects.filter(pk=company.agency_id).update(example=True)
    text = official.get("/sitemap.xml").content.decode()
    assert JobListing.objects.public().count() == 3
    assert [one.code for one in (shown, own, company) if one.code in text] == [shown.code]


ENDS: dict[str, Callable[[JobListing], Any]] = {
    "held": lambda held: services.hold(held, reason="x"),
    "closed": services.close,
    "agency suspended": lambda held: Agency.objects.update(status="suspended"),
    "licence over": lambda held: Agency.objects.update(valid_until=day(-1)),
    "destination closed": lambda held: RuleFactory(work="any", scheme="any", status="closed"),
    "past its day": lambda held: JobListing.objects.update(closing_date=day(-1)),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_what_is_not_public_is_not_announced(end: Callable[[JobListing], Any], official: Client) -> None:
    held = real_listing()
    assert f"{SITE}/id/lowongan/{held.code}/" in announced(official)
    end(held)
    assert f"{SITE}/id/lowongan/{held.code}/" not in announced(official)


def test_a_listing_is_gone_at_midnight(official: Client) -> None:
    zone = timezone.get_default_timezone()
    with time_machine.travel(dt.datetime(2027, 3, 9, 23, 59, 50, tzinfo=zone), tick=False) as clock:
        address = f"{SITE}/en/lowongan/{real_listing(closing_date=dt.date(2027, 3, 9)).code}/"
        assert address in announced(official)
        clock.move_to(dt.datetime(2027, 3, 10, 0, 0, tzinfo=zone))
        assert address not in announced(official)


def test_a_site_that_is_not_official_announces_nothing(official: Client, pages: Any) -> None:
    for client in (Client(), official):
        if client is official:
            SiteProof.objects.all().delete()
            generation.replace()
        assert client.get("/sitemap.xml").status_code == 404
        assert client.get("/sitemap-1.xml").status_code == 404
        assert "itemap" not in client.get("/robots.txt").content.decode()


def test_robots_are_shown_the_way_by_an_official_site(official: Client) -> None:
    robots = RobotFileParser()
    robots.parse(official.get("/robots.txt").content.decode().splitlines())
    assert robots.site_maps() == [f"{SITE}/sitemap.xml"]
    assert robots.can_fetch("*", f"{SITE}/id/lowongan/")
    assert not robots.can_fetch("*", f"{SITE}/akun/")
    assert not robots.can_fetch("*", f"{SITE}/keluar/")


def test_more_than_one_file_holds_is_divided_and_the_index_names_every_part(
    official: Client, pages: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _each in range(5):
        real_listing()
    whole = announced(official)
    monkeypatch.setattr(sitemaps, "MOST", 6)
    response = official.get("/sitemap.xml")
    index = ElementTree.fromstring(response.content)
    parts = [part.findtext("s:loc", "", XML) for part in index.findall("s:sitemap", XML)]
    found: dict[str, dict[str, str]] = {}
    for address in parts:
        held = announced(official, address.removeprefix(SITE))
        assert 0 < len(held) <= 6
        assert not held.keys() & found.keys()
        found |= held
    assert found == whole
    assert len(parts) == len(set(parts)) > 3
    for number in (len(parts) + 1, 0, 9999, 10000):
        assert official.get(f"/sitemap-{number}.xml").status_code == 404


def test_it_is_asked_again_cheaply_and_costs_few_queries(official: Client, django_assert_max_num_queries: Any) -> None:
    for _each in range(5):
        real_listing()
    official.get("/sitemap.xml")
    with django_assert_max_num_queries(12):
        response = official.get("/sitemap.xml?x=1", headers={"accept-encoding": "br"})
    assert response["Content-Encoding"] == "br"
    again = official.get("/sitemap.xml?x=1", headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert not response.cookies
    assert official.post("/sitemap.xml").status_code == 405
