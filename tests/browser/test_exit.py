"""Leaving quickly: what was open is gone, Back does not bring it back, and nothing is left in the browser
(DECISIONS 12, UX G1.3; the shape was tried in Annex B of the research)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.chromium import ARGUMENTS, executable
from tests.demo import Demo, serving
from tests.servers import Quiet, Server, answering

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]

ARTICLE = "/id/pendidikan/perdagangan-orang/cara-perekrut-bekerja/"
REPORT = "/layanan/"


class Neutral(Quiet):
    """The site where the exit leads."""

    def do_GET(self) -> None:
        self.answer(200, [("Content-Type", "text/html")], b"<!doctype html><title>Cuaca</title><h1>Cuaca hari ini</h1>")


@pytest.fixture(scope="module")
def neutral() -> Iterator[str]:
    with answering(Neutral) as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture(scope="module")
def server(demo: Demo, neutral: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    # Its own folder: the address of the exit is part of what is cached.
    with serving(demo.copy(tmp_path_factory.mktemp("exit") / "site"), workers=1, EXIT_URL=neutral) as held:
        yield held


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser that keeps left pages alive for Back, as people's browsers do (Playwright switches that off)."""
    with sync_playwright() as playwright:
        held = playwright.chromium.launch(
            executable_path=executable(),
            args=list(ARGUMENTS),
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield held
        held.close()


@pytest.fixture
def context(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    held = browser.new_context(viewport={"width": 360, "height": 640}, base_url=server.url)
    held.set_default_timeout(15_000)
    yield held
    held.close()


def read_and_leave(page: Page, address: str, neutral: str) -> None:
    """Come from the home page, write something where one can write, and press the exit."""
    page.goto("/id/")
    page.goto(address)
    page.evaluate("() => { localStorage.setItem('a', 'b'); sessionStorage.setItem('c', 'd') }")
    page.evaluate(
        "async () => { await caches.open('x'); await new Promise(done => { indexedDB.open('y').onsuccess = done }) }"
    )
    page.locator("a.exit").first.click()
    page.wait_for_url(neutral)


@pytest.mark.parametrize("address", [ARTICLE, REPORT])
def test_back_never_shows_what_was_left(address: str, context: BrowserContext, server: Server, neutral: str) -> None:
    page = context.new_page()
    read_and_leave(page, address, neutral)
    for _press in range(5):
        page.evaluate("() => { setTimeout(() => history.back()) }")
        page.wait_for_timeout(700)
        page.wait_for_load_state()
        left = page.url.startswith(server.url) and page.url.removeprefix(server.url) != "/id/"
        shown = page.evaluate(
            "getComputedStyle(document.documentElement).display !== 'none' && document.body.innerText"
        )
        assert not left or not shown, f"{page.url} is shown again"


@pytest.mark.parametrize("address", [ARTICLE, REPORT])
def test_nothing_is_left_in_the_browser(address: str, context: BrowserContext, server: Server, neutral: str) -> None:
    page = context.new_page()
    read_and_leave(page, address, neutral)
    fresh = context.new_page()
    fresh.goto(f"{server.url}/sehat/")
    held = fresh.evaluate(
        """async () => [localStorage.length, (await caches.keys()).length, (await indexedDB.databases()).length,
            (await navigator.serviceWorker.getRegistrations()).length]"""
    )
    assert held == [0, 0, 0, 0]
    assert context.cookies() == []


def test_a_visit_by_address_is_not_blocked_afterwards(context: BrowserContext, neutral: str) -> None:
    page = context.new_page()
    read_and_leave(page, ARTICLE, neutral)
    page.goto(ARTICLE)
    assert page.locator("main h1").is_visible()


@pytest.mark.parametrize("address", [ARTICLE, REPORT])
def test_the_exit_is_two_stops_away_large_and_always_in_sight(address: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(address)
    exit_ = page.locator("a.exit").first
    assert exit_.bounding_box()["height"] >= 48
    for _stop in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('a.exit')")
    for part in (0, 0.5, 1):
        page.evaluate("part => scrollTo(0, part * document.documentElement.scrollHeight)", part)
        seen = page.evaluate(
            "() => [...document.querySelectorAll('a.exit')].some(e => { const b = e.getBoundingClientRect();"
            " return b.top >= 0 && b.bottom <= innerHeight })"
        )
        assert seen, f"not in sight at {part:.0%}"
    assert page.locator("a.exit").count() >= 2


@pytest.mark.parametrize("address", [ARTICLE, REPORT])
def test_the_page_is_blank_at_once(address: str, context: BrowserContext, neutral: str) -> None:
    """Within a tenth of a second of the tap, on a phone four times slower, also while the network hangs."""
    page = context.new_page()
    page.goto(address)
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    blank = page.evaluate(
        """() => new Promise(done => {
            const begun = performance.now();
            const gone = () => {
                const shown = getComputedStyle(document.documentElement).display !== 'none'
                    && getComputedStyle(document.documentElement).visibility !== 'hidden'
                    && !document.querySelector('html > *:not(head):not(body)') && document.body.innerText.trim();
                shown && performance.now() - begun < 2000 ? setTimeout(gone, 1) : done(performance.now() - begun);
            };
            document.querySelector('a.exit').click();
            gone();
        })"""
    )
    assert blank <= 100


@pytest.mark.parametrize("address", [ARTICLE, REPORT])
def test_without_javascript_one_tap_leaves(address: str, browser: Browser, server: Server, neutral: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=server.url)
    page = context.new_page()
    page.goto(address)
    page.locator("a.exit").first.click()
    page.wait_for_url(neutral)
    context.close()


def test_the_exit_clears_the_cache_and_is_the_only_way_out(server: Server, neutral: str) -> None:
    answer = server.ask("/keluar/")
    assert answer.status == 303
    assert answer.header("Location") == neutral
    assert answer.header("Clear-Site-Data") == '"cache"'
    assert not answer.header("Set-Cookie")
