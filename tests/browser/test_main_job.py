"""The main job from end to end in Chromium, without JavaScript, 320 px wide: with a finger, then with the keyboard alone
(must show 3)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.persons import Finger, Keyboard, Person
from tests.chromium import Contexts
from tests.public_templates import RECEIPT, STORY
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]


@pytest.fixture(params=[Finger, Keyboard])
def person(request: pytest.FixtureRequest, contexts: Contexts, portal_server: Server) -> Person:
    context = contexts(width=320, height=640, has_touch=True, base_url=portal_server.url)
    return request.param(context.new_page())


def test_from_an_article_to_the_answer_of_a_report(person: Person) -> None:
    page = person.page
    page.goto("/id/")

    # Read an article, and change the language and back.
    person.press('main a[href="/id/pendidikan/perdagangan-orang/"]')
    person.press('main a[href="/id/pendidikan/perdagangan-orang/cara-perekrut-bekerja/"]')
    expect(page.locator("main h1")).to_be_visible()
    person.press('nav.lang a[lang="en"]')
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/en/pendidikan/perdagangan-orang/cara-perekrut-bekerja/")
    person.press('nav.lang a[lang="id"]')

    # Find a caregiver job in Taiwan by words, then by a filter.
    person.press('nav.rooms a[href="/id/lowongan/"]')
    person.write('main input[name="q"]', "pengasuh lansia")
    person.press('main form[role="search"] button')
    person.choose('select[name="negara"]', "Taiwan")
    person.press("form#saring button")
    assert "q=pengasuh+lansia" in page.url
    assert "negara=TW" in page.url
    listings = page.locator('main article a[href^="/id/lowongan/"], main a.c[href^="/id/lowongan/"]')
    assert listings.count() >= 1
    address = listings.first.get_attribute("href")

    # Open it, and follow the guide of its scheme.
    person.press(f'main a[href="{address}"]')
    expect(page.locator("main")).to_contain_text("Taiwan")
    expect(page.locator("main h1")).to_contain_text(re.compile("pengasuh|perawat|caregiver", re.IGNORECASE))
    person.press('main a[href^="/id/panduan/"]')
    assert "/id/panduan/p-ke-p/" in page.url
    assert page.locator("main ol > li, main section[id]").count() >= 10

    # Send a report from the help block of this page, and read its status by the receipt.
    person.press('div.help a[href^="/layanan/"]')
    person.choose('select[name="place"]', "Jawa Tengah")
    person.press('main form:has(select[name="place"]) button')
    person.tick('input[name="about"]')
    person.write('textarea[name="story"]', STORY)
    person.press('main form:has(textarea[name="story"]) button')
    found = RECEIPT.search(page.locator("main").inner_text())
    assert found, page.locator("main").inner_text()
    page.goto("/layanan/")
    person.write('input[name="receipt"]', found[1])
    person.press('main form:has(input[name="receipt"]) button')
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("main dl")).to_contain_text(re.compile("diterima", re.IGNORECASE))
    assert STORY not in page.content()


def test_the_journey_leaves_nothing_in_the_browser(contexts: Contexts, portal_server: Server) -> None:
    """With JavaScript on, reading sets no cookie and writes no storage (UX G1.6)."""
    context = contexts(script=True, base_url=portal_server.url)
    page = context.new_page()
    for address in ("/id/", "/id/lowongan/?q=pengasuh", "/id/pendidikan/perdagangan-orang/", "/layanan/", "/en/"):
        page.goto(address)
        held = page.evaluate("async () => [localStorage.length, sessionStorage.length, (await caches.keys()).length]")
        assert held == [0, 0, 0], address
    assert context.cookies() == []
