"""From a listing to the guide to its papers: by scheme and country, never by a name in code (DECISIONS 24)."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client

from content.guides.models import GuideIndexPage, GuidePage
from content.guides.selectors import guide_for
from tests.factories.jobs import SchemeFactory, day, published_listing
from tests.search.world import home, settle

pytestmark = pytest.mark.django_db
WORDS = {"summary": "Contoh", "steward": "Contoh", "verified_on": day(-1), "verify_by": day(9)}


@pytest.fixture
def room() -> GuideIndexPage:
    for code in ("p2p", "g2g", "ssw"):
        SchemeFactory(code=code)
    index = home("id").add_child(instance=GuideIndexPage(title="Panduan", slug="panduan", **WORDS))
    settle()
    return index


def guide(room: GuideIndexPage, slug: str, scheme: str, countries: str = "") -> GuidePage:
    made = room.add_child(instance=GuidePage(title=slug, slug=slug, scheme=scheme, countries=countries, **WORDS))
    settle()
    return made


def slug_of(scheme: str, country: str, language: str = "id") -> str:
    found = guide_for(scheme, country, language)
    assert found is not None
    return f"{found.language}:{found.slug}"


def test_a_country_of_its_own_comes_first_and_the_room_last(room: GuideIndexPage) -> None:
    guide(room, "di-mana-pun", "g2g")
    guide(room, "berdua", "g2g", "KR,JP")
    guide(room, "jepang-saja", "ssw", "JP")
    assert slug_of("g2g", "KR") == slug_of("g2g", "JP") == "id:berdua"
    assert slug_of("g2g", "TW") == "id:di-mana-pun"
    assert slug_of("ssw", "JP") == "id:jepang-saja"
    assert slug_of("ssw", "TW") == slug_of("p2p", "TW") == "id:panduan"


def test_what_an_editor_moves_to_another_way_is_found_there(room: GuideIndexPage) -> None:
    page = guide(room, "panduan-baru", "p2p")
    assert slug_of("p2p", "TW") == "id:panduan-baru"
    page.scheme = "ssw"
    page.save_revision().publish()
    settle()
    assert slug_of("p2p", "TW") == "id:panduan"
    page.unpublish()
    settle()
    assert slug_of("ssw", "TW") == "id:panduan"


def test_it_is_in_the_language_of_the_reader_where_it_exists(room: GuideIndexPage) -> None:
    page = guide(room, "p-ke-p", "p2p")
    assert slug_of("p2p", "TW", "en") == "id:p-ke-p"
    english = home("en")
    index = room.copy_for_translation(english.locale)
    index.save_revision().publish()
    page.copy_for_translation(english.locale).save_revision().publish()
    settle()
    assert slug_of("p2p", "TW", "en") == "en:p-ke-p"
    assert slug_of("g2g", "TW", "en") == "en:panduan"


def test_without_any_guide_there_is_none() -> None:
    home("id")
    assert guide_for("p2p", "TW", "id") is None


@pytest.mark.parametrize(("scheme", "countries", "field"), [("p2q", "", "scheme"), ("p2p", "JP,XQ", "countries")])
def test_a_code_of_nothing_is_refused(room: GuideIndexPage, scheme: str, countries: str, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        guide(room, "salah", scheme, countries)
    assert list(refused.value.message_dict) == [field]


def test_the_page_of_a_listing_leads_there(room: GuideIndexPage) -> None:
    listing = published_listing()
    guide(room, "p-ke-p", listing.scheme_id, listing.country)
    soup = BeautifulSoup(Client().get(f"/id/lowongan/{listing.code}/").content, "html.parser")
    assert "/id/panduan/p-ke-p/" in {link["href"] for link in soup.select("aside.side a.b")}
