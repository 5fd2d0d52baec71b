"""Links inside texts: to the page in the reader's language, without a query."""

from __future__ import annotations

import pytest
from django.test.utils import override_settings
from django.utils import translation
from wagtail.rich_text import expand_db_html

from content.core.models import StandardPage
from content.core.tree import tree
from tests.site import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(site: World) -> StandardPage:
    """A public page in Indonesian and English."""
    page = site.homes["id"].add_child(
        instance=StandardPage(title="Tentang", slug="tentang", locale=site.locales["id"], live=True)
    )
    page.copy_for_translation(site.locales["en"]).save_revision().publish()
    page.save_revision().publish()
    return page


@pytest.mark.parametrize(
    ("language", "opening"),
    [
        ("id", '<a href="/id/tentang/">'),
        ("en", '<a href="/en/tentang/">'),
        ("jv", '<a href="/id/tentang/" hreflang="id">'),
    ],
)
@override_settings(DEBUG=True)
def test_a_link_leads_to_the_readers_language_without_a_query(
    page: StandardPage, language: str, opening: str, django_assert_num_queries: object
) -> None:
    tree()
    with translation.override(language), django_assert_num_queries(0):  # type: ignore[operator]
        html = expand_db_html(f'<p><a linktype="page" id="{page.pk}">Baca</a></p>')
    assert html == f"<p>{opening}Baca</a></p>"


@pytest.mark.parametrize("target", ["999999", "", "x", "1; DROP"])
def test_a_link_to_nothing_is_its_words(site: World, target: str) -> None:
    assert expand_db_html(f'<a linktype="page" id="{target}">Baca</a>') == "<a>Baca</a>"


def test_a_link_to_a_page_that_is_no_longer_public_is_its_words(page: StandardPage) -> None:
    page.unpublish()
    assert expand_db_html(f'<a linktype="page" id="{page.pk}">Baca</a>') == "<a>Baca</a>"


def test_an_address_outside_stays_as_it_is(site: World) -> None:
    assert expand_db_html('<a href="https://a.example/">x</a>') == '<a href="https://a.example/">x</a>'
