"""The frame of a public page: languages that exist, help in one place, what was checked and what was not, the way out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup, Tag
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext
from wagtail.models import Page

from content.core.models import PageSource, StandardPage
from content.education.models import ArticlePage, EducationIndexPage, TopicPage
from content.registers import generation, labels
from content.registers.models import Channel, Fact, Source
from portal import inline
from tests.factories.jobs import day
from tests.site import World

pytestmark = pytest.mark.django_db
Opened = Callable[..., BeautifulSoup]


@pytest.fixture
def opened(client: Client) -> Opened:
    """The page at an address, parsed; fails for another status than expected."""

    def get(address: str, status: int = 200) -> BeautifulSoup:
        response = client.get(address)
        assert response.status_code == status
        return BeautifulSoup(response.content.decode(), "html5lib")

    return get


@pytest.fixture
def source() -> Source:
    return Source.objects.create(
        code="uu-1-2000",
        kind=Source.Kind.LAW,
        title="Undang-Undang 1/2000 tentang Contoh",
        article="Pasal 3",
        confidence="H",
    )


@pytest.fixture
def police(source: Source) -> Channel:
    """An emergency number that nobody has called, overdue since yesterday."""
    made = Channel.objects.create(
        slug="polisi-110",
        kind=Channel.Kind.PHONE,
        organisation={"id": "Kepolisian", "en": "Police"},
        name={"id": "Polisi 110", "en": "Police 110"},
        value="110",
        purpose={"id": "Bahaya", "en": "Danger"},
        emergency=True,
        verified_on=day(-40),
        verify_by=day(-1),
        steward="Contoh",
    )
    made.sources.add(source)
    generation.replace()
    return made


@pytest.fixture
def pages(site: World, source: Source, police: Channel) -> dict[str, Page]:
    """A room with one topic of two articles; the first is sensitive, has a source, and exists in English too."""
    home = site.homes["id"]
    room = home.add_child(instance=EducationIndexPage(title="Pendidikan", slug="pendidikan"))
    topic = room.add_child(instance=TopicPage(title="Topik", slug="topik"))
    first = topic.add_child(
        instance=ArticlePage(
            title="Satu",
            slug="satu",
            summary="Telepon {kanal:polisi-110}.",
            sensitive=True,
            steward="Dinas Contoh",
            verified_on=day(-90),
            verify_by=day(30),
        )
    )
    PageSource.objects.create(page=first, source=source)
    second = topic.add_child(instance=ArticlePage(title="Dua", slug="dua"))
    for page in (room, topic, first):
        translated = page.copy_for_translation(site.locales["en"])
        translated.live = True
        translated.save()
    about = home.add_child(instance=StandardPage(title="Tentang", slug="tentang"))
    generation.replace()
    return {"room": room, "topic": topic, "first": first, "second": second, "about": about}


FIRST, SECOND = "/id/pendidikan/topik/satu/", "/id/pendidikan/topik/dua/"


def languages(page: BeautifulSoup) -> list[str]:
    return [entry["lang"] for entry in page.select("nav.lang > *")]


def near(tag: Tag) -> str:
    return tag.find_parent(attrs={"lang": True})["lang"]


def said(message: str, spoken: str = "id", **values: str) -> str:
    with translation.override(spoken):
        return gettext(message) % values


def test_the_switcher_lists_the_languages_in_which_the_page_exists(pages, opened: Opened) -> None:
    page = opened(FIRST)
    assert languages(page) == ["id", "en"]
    assert page.select_one("nav.lang a")["href"] == FIRST.replace("/id/", "/en/")
    assert page.select_one("nav.lang [aria-current]")["lang"] == "id"
    assert languages(opened(SECOND)) == []


def test_aliases_are_no_languages_of_a_page(pages, opened: Opened) -> None:
    """Every regional home of this site is an alias."""
    assert languages(opened("/id/")) == ["id", "en"]


def test_only_real_translations_are_announced(pages, opened: Opened) -> None:
    links = opened(FIRST).select("link[hreflang]")
    assert {link["hreflang"]: link["href"] for link in links} == {
        "id": f"{settings.BASE_URL}{FIRST}",
        "en": f"{settings.BASE_URL}{FIRST.replace('/id/', '/en/')}",
        "x-default": f"{settings.BASE_URL}{FIRST}",
    }
    assert not opened(SECOND).select("link[hreflang]")


def test_the_front_door_is_the_indonesian_home(pages, opened: Opened) -> None:
    assert opened("/").select_one("link[rel=canonical]")["href"] == f"{settings.BASE_URL}/id/"


@pytest.mark.parametrize("wanted", ["en", "jv"])
def test_a_page_without_a_translation_says_so_and_stays_indonesian(wanted: str, pages, client: Client) -> None:
    response = client.get(SECOND.replace("/id/", f"/{wanted}/"))
    page = BeautifulSoup(response.content.decode(), "html5lib")
    assert page.html["lang"] == "id"
    assert response["X-Robots-Tag"] == "noindex"
    assert page.select_one("link[rel=canonical]")["href"] == f"{settings.BASE_URL}{SECOND}"
    notice = page.select_one("main .note p")
    message = "This page does not exist in %(language)s yet. You are reading the Indonesian version."
    expected = said(message, wanted, language=translation.get_language_info(wanted)["name_local"])
    assert notice.text == expected


def test_the_notice_for_an_english_reader_is_english(pages, opened: Opened) -> None:
    assert opened(SECOND.replace("/id/", "/en/")).select_one("main .note p")["lang"] == "en"


def test_the_strip_says_that_this_is_an_example(pages, opened: Opened) -> None:
    strip = opened(FIRST).select_one("header .strip")
    assert said("Example site, not an official site.") in strip.text
    assert strip.a["href"] == "/id/tentang/"


def test_the_strip_names_the_owner_once_it_is_proven(pages, client: Client, settings, monkeypatch) -> None:
    monkeypatch.setattr("portal.identity.is_official", lambda request: True)
    settings.SITE_OWNER = "Dinas <Contoh>"
    page = BeautifulSoup(client.get(FIRST).content.decode(), "html5lib")
    assert said("Official site of %(owner)s.", owner="Dinas <Contoh>") in page.select_one(".strip").text


def test_help_stands_in_the_same_place_everywhere(pages, opened: Opened) -> None:
    """After the content and before the foot, on pages and on errors (WCAG 3.2.6)."""
    for address, status in (("/id/", 200), (FIRST, 200), ("/id/tentang/", 200), ("/id/tidak-ada/", 404)):
        page = opened(address, status)
        help_block = page.select_one("aside .help")
        assert help_block.select_one("a[href='tel:110']") is not None
        assert help_block.find_parent("aside").find_previous_sibling("main") is not None
        assert help_block.find_parent("aside").find_next_sibling("footer") is not None


def test_a_number_that_nobody_called_says_so_in_help_and_below(pages, police: Channel, opened: Opened) -> None:
    page = opened(FIRST)
    note = said(
        "%(number)s: not yet tested by phone, source of %(date)s.",
        number="110",
        date=labels.date(police.verified_on, "id"),
    )
    assert note in page.select_one(".help").text
    below = page.select_one(".src ul").text
    assert said("Not yet tested by phone.") in below
    assert said("A new check is due.") in below


def test_a_number_that_was_called_says_nothing(pages, police: Channel, opened: Opened) -> None:
    police.check_kind, police.verify_by = Channel.CheckKind.CALLED, day(30)
    police.save()
    generation.replace()
    page = opened(FIRST)
    assert "110:" not in page.select_one(".help").text
    assert said("Not yet tested by phone.") not in page.select_one(".src ul").text


def test_the_foot_of_a_page_names_its_sources_once_and_refers_to_them_by_number(pages, opened: Opened) -> None:
    page = opened(FIRST)
    assert len(page.select(".src ol li")) == 1
    assert "Undang-Undang 1/2000" in page.select_one(".src ol li").text
    assert f"{said('Source')} 1," in page.select_one(".src ul li").text


def test_a_fact_brings_its_own_source(pages, opened: Opened) -> None:
    other = Source.objects.create(code="lain", kind=Source.Kind.NEWS, title="Berita Lain", confidence="M")
    fact = Fact.objects.create(
        slug="usia", kind="number", label={"id": "Usia", "en": "Age"}, number=18, verified_on=day(0), verify_by=day(9)
    )
    fact.sources.add(other)
    page = ArticlePage.objects.get(slug="satu", locale__language_code="id")
    page.summary = "Usia {fakta:usia}."
    page.save_revision().publish()
    shown = opened(FIRST)
    assert [row.text.partition(" (")[0].strip() for row in shown.select(".src ol li")][1] == "Berita Lain"
    assert f"{said('Source')} 2," in shown.select_one(".src ul li").text


def test_an_overdue_page_warns(pages, opened: Opened) -> None:
    due = day(-1)
    ArticlePage.objects.filter(slug="satu").update(verify_by=due)
    warning = said("The next check was due on %(date)s and has not been done yet.", date=labels.date(due, "id"))
    assert opened(FIRST).select_one(".src b").text == warning


def test_a_check_that_is_due_today_is_not_overdue(pages, opened: Opened) -> None:
    ArticlePage.objects.filter(slug="satu").update(verify_by=dt.date.fromordinal(day(0).toordinal()))
    assert opened(FIRST).select_one(".src > p > b") is None


def test_names_that_exist_in_indonesian_only_say_so_on_an_english_page(pages, opened: Opened) -> None:
    page = opened(FIRST.replace("/id/", "/en/"))
    assert page.html["lang"] == "en"
    assert near(page.select_one(".src ol li")) == "id"
    assert page.select_one(".src > p > span[lang=id]").text == "Dinas Contoh"


def test_a_sensitive_page_has_two_exits_and_the_script_before_anything_is_shown(pages, client: Client) -> None:
    response = client.get(FIRST)
    page = BeautifulSoup(response.content.decode(), "html5lib")
    assert len(page.select("a.exit[href='/keluar/']")) == 2
    assert [script.string for script in page.select("script")] == [str(inline.exit_script().text)]
    assert page.script.find_parent("head") is not None
    assert inline.exit_script().source in response["Content-Security-Policy"]
    assert page.select("body a")[1]["class"] == ["exit"]


def test_another_page_has_neither_exit_nor_script(pages, opened: Opened) -> None:
    page = opened(SECOND)
    assert not page.select(".exit, script")


def test_breadcrumbs_lead_up_to_the_front_page(pages, opened: Opened) -> None:
    crumbs = opened(FIRST).select("nav.crumb a")
    assert [link["href"] for link in crumbs] == ["/id/", "/id/pendidikan/", "/id/pendidikan/topik/"]
    assert not opened("/id/").select("nav.crumb")


def test_an_article_ends_with_the_next_one_and_the_last_with_its_topic(pages, opened: Opened) -> None:
    assert [link["href"] for link in opened(FIRST).select("main a.c.go")] == [SECOND]
    assert [link["href"] for link in opened(SECOND).select("main a.c.go")] == ["/id/pendidikan/topik/"]


def test_the_room_one_is_in_is_marked(pages, opened: Opened) -> None:
    assert [link["href"] for link in opened(FIRST).select("nav.rooms [aria-current]")] == ["/id/pendidikan/"]


@pytest.mark.parametrize(("language", "words"), [("id", "id"), ("en", "en"), ("jv", "id")])
def test_an_error_is_told_in_the_language_of_the_address(language: str, words: str, pages, opened: Opened) -> None:
    page = opened(f"/{language}/tidak-ada/", 404)
    assert page.html["lang"] == language
    heading = page.select_one("main h1")
    expected = said("Page not found", language)
    assert heading.text == expected
    if language == "jv" and expected == said("Page not found"):
        assert heading.span["lang"] == words


def test_a_page_that_was_taken_down_says_so(pages, opened: Opened) -> None:
    ArticlePage.objects.filter(slug="dua").update(first_published_at=timezone.now())
    ArticlePage.objects.get(slug="dua").unpublish()
    assert opened(SECOND, 410).select_one("main h1").text == said("This page is no longer here")


def test_saving_data_is_one_link_away_and_one_link_back(pages, opened: Opened) -> None:
    assert opened("/id/?hal=2").select_one("footer a[rel=nofollow]")["href"] == "?hal=2&hemat=1"
    page = opened("/id/?hemat=1&hal=2")
    assert page.select_one("footer a[rel=nofollow]")["href"] == "?hal=2"
    assert page.select_one("input[name=hemat]")["value"] == "1"


def test_the_site_map_names_every_page_once(pages, opened: Opened) -> None:
    links = [link["href"] for link in opened("/id/peta-situs/").select("main a")]
    assert len(links) == len(set(links))
    assert {"/id/", "/id/lowongan/", "/id/tentang/", FIRST, SECOND} <= set(links)


def test_the_page_of_languages_counts_what_exists(pages, opened: Opened) -> None:
    page = opened("/id/bahasa/")
    assert [heading["lang"] for heading in page.select("main h2")] == [code for code, _name in settings.LANGUAGES]
    assert said("%(count)s pages", count="6") in page.main.text


def test_browsers_ask_once_for_the_picture_of_the_tab(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert response["Content-Type"] == "image/svg+xml"
    assert "max-age=2592000" in response["Cache-Control"]
    assert len(response.content) <= 500


def test_the_page_of_all_parts_is_for_staff(site: World, police: Channel, client: Client, admin_client: Client) -> None:
    assert client.get("/akun/gaya/").status_code == 302
    response = admin_client.get("/akun/gaya/")
    page = BeautifulSoup(response.content.decode(), "html5lib")
    assert page.select_one("#kesalahan a[href^='#id_salah']") is not None
    targets = {link["href"][1:] for link in page.select("#kesalahan a")}
    assert targets <= {tag["id"] for tag in page.select("[id]")}
    assert page.select(".bad [aria-invalid=true]")
    assert response["Cache-Control"] == "no-store"


def test_a_page_in_the_menu_keeps_its_language_on_an_error_page(site: World, opened: Opened) -> None:
    """A regional language has no menu of its own: what editors put there is Indonesian, and says so."""
    site.homes["id"].add_child(instance=StandardPage(title="Warung informasi", slug="warung", show_in_menus=True))
    generation.replace()
    links = opened("/jv/tidak-ada/", 404).select('a[href="/id/warung/"]')
    assert [link.select_one("[lang]")["lang"] for link in links] == ["id", "id"]
