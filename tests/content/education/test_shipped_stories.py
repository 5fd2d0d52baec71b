"""The stories of the demonstration, walked to every ending. Apart, because that content fills the whole test database."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from playwright.sync_api import Page as Tab

from content.education.models import StoryPage
from tests.chromium import Contexts
from tests.content.education.story_world import choices, endings, walk
from tests.demo import Demo
from tests.servers import Server

SEEDED = (
    "kabar-dari-tetangga",
    "admin-bergaji-dolar",
    "magang-sambil-liburan",
    "lamaran-dari-jauh",
    "tanggal-sudah-ditentukan",
)


@pytest.mark.demo
@pytest.mark.django_db(databases=["default", "reports"])
@pytest.mark.xdist_group("adversarial")
class TestShipped:
    @pytest.mark.parametrize("language", ["id", "en"])
    @pytest.mark.parametrize("slug", SEEDED)
    def test_every_ending_is_reached_without_a_script(
        self, slug: str, language: str, client: Client, demo_database: Demo
    ) -> None:
        page = StoryPage.objects.get(slug=slug, locale__language_code=language)
        start = f"/{language}/pendidikan/cerita/{slug}/"
        seen = walk(client, start)
        codes = [one.code for one in page.graph()]
        assert set(seen) == {start, *(f"{start}{code}/" for code in codes[1:])}
        ends = {f"{start}{one.code}/" for one in page.graph() if one.ending}
        assert endings(seen) == ends
        assert len(ends) >= 3
        for address in ends:
            # What one can do, by whom: official channels, from the registers.
            assert seen[address].select('main .c a[href^="tel:"], main .c a[href^="https://"]'), address

    def test_all_five_are_found_from_the_room(self, client: Client, demo_database: Demo) -> None:
        answer = client.get("/id/pendidikan/cerita/")
        assert answer.status_code == 200
        links = choices(answer.content, "/id/pendidikan/cerita/")
        assert {f"/id/pendidikan/cerita/{slug}/" for slug in SEEDED} <= set(links)


@pytest.mark.browser
@pytest.mark.demo
@pytest.mark.xdist_group("browser")
def test_every_ending_is_reached_by_keyboard(contexts: Contexts, portal_server: Server) -> None:
    """Tab and Enter alone, JavaScript off: from the beginning along every choice to every ending."""
    start = f"{portal_server.url}/id/pendidikan/cerita/lamaran-dari-jauh/"
    tab = contexts().new_page()
    reached: set[str] = set()
    seen: set[str] = set()
    open_ = [start]
    while open_:
        address = open_.pop()
        tab.goto(address)
        if tab.locator("main .tip").count():
            reached.add(address)
            continue
        for number in range(tab.locator("main a.c.go").count()):
            tab.goto(address)
            press(tab, number)
            if tab.url not in seen:
                seen.add(tab.url)
                open_.append(tab.url)
    assert {re.sub(r".*/([^/]+)/$", r"\1", address) for address in reached} == {"menolak", "batal", "pulang"}


def press(tab: Tab, number: int) -> None:
    """Tab to the choice with this number, then Enter."""
    choice = tab.locator("main a.c.go").nth(number)
    for _step in range(80):
        tab.keyboard.press("Tab")
        if choice.evaluate("element => element === document.activeElement"):
            break
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
