"""The report path in a real browser: what stays behind a page that was left, and a form sent again by reloading."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from content.reports.vault import frame
from tests.chromium import ARGUMENTS, executable
from tests.content.reports.reporting import RECEIPT, STORY
from tests.demo import Demo, serving
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def server(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(demo.copy(tmp_path_factory.mktemp("phone") / "site"), workers=1) as held:
        yield held


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser that keeps left pages alive for Back, as people's browsers do."""
    with sync_playwright() as playwright:
        held = playwright.chromium.launch(
            executable_path=executable(),
            args=list(ARGUMENTS),
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield held
        held.close()


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def context(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[BrowserContext]:
    held = browser.new_context(
        viewport={"width": 320, "height": 640}, base_url=server.url, java_script_enabled=request.param
    )
    held.set_default_timeout(15_000)
    yield held
    held.close()


def form(page: Page) -> None:
    """From the door to the form, filled in."""
    page.goto("/layanan/")
    page.select_option("#place", "35")
    page.click("main form:has(#place) button")
    page.locator("#story").wait_for()
    page.check("input[name=about][value=held]")
    page.fill("#story", STORY)


def send(page: Page) -> str:
    form(page)
    page.click("main form:has(#story) button")
    page.locator("main [role=img]").wait_for()
    found = RECEIPT.search(page.content())
    assert found
    return found[1]


def test_a_report_is_sent_and_answered(context: BrowserContext) -> None:
    page = context.new_page()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    number = send(page)
    page.goto("/layanan/")
    page.fill("#receipt", number)
    page.click("main form:has(#receipt) button")
    page.fill("#text", "Nomor mobilnya terlihat dari jalan.")
    page.click("main form:has(#text) button")
    page.get_by_role("heading", name="ditambahkan").wait_for()
    # Nothing but the path, and what seals there.
    assert {url.split("/", 3)[3] for url in seen} <= {"layanan/", f"layanan/{frame.sealer().name}"}
    assert context.cookies() == []


def test_reloading_the_page_with_the_number_shows_the_same_number(browser: Browser, server: Server) -> None:
    """Where the server sealed. A number that a phone made is in that page alone (docs/guides/report.md)."""
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    number = send(page)
    page.reload()
    page.locator("main [role=img]").wait_for()
    assert RECEIPT.search(page.content())[1] == number
    context.close()


@pytest.mark.parametrize("sent", [True, False])
def test_back_shows_neither_text_nor_number(browser: Browser, server: Server, sent: bool) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, base_url=server.url)
    page = context.new_page()
    number = send(page) if sent else form(page) or ""
    page.goto("/id/")
    for _press in range(3):
        with_back(page)
        shown = page.evaluate(
            "document.body.innerText + [...document.querySelectorAll('textarea,input')].map(f => f.value)"
        )
        assert STORY not in shown
        assert not number or number not in shown
    context.close()


def with_back(page: Page) -> None:
    page.evaluate("setTimeout(() => history.back(), 0)")
    page.wait_for_timeout(800)


def test_the_policy_lets_our_sheet_and_script_run_and_nothing_else(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.url)
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    send(page)
    assert refused == []
    assert page.evaluate("getComputedStyle(document.querySelector('.bar')).backgroundColor") == "rgb(16, 41, 63)"
    context.close()


@pytest.mark.parametrize("sent", [True, False], ids=["number", "typed"])
def test_check_41_after_the_exit_nothing_of_ours_is_seen_again(browser: Browser, server: Server, sent: bool) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 640}, base_url=server.url)
    # Where the exit leads, without leaving this machine.
    context.route("**/keluar/", lambda route: route.fulfill(body="<title>Cuaca</title>Cerah", content_type="text/html"))
    page = context.new_page()
    page.goto("/id/")
    number = send(page) if sent else form(page) or ""
    hidden_after = page.evaluate(
        """() => {
            const begun = performance.now();
            document.querySelector('.exit').click();
            return document.documentElement.hidden ? performance.now() - begun : Infinity
        }"""
    )
    assert hidden_after < 300
    page.wait_for_url("**/keluar/")
    for _press in range(3):
        with_back(page)
        shown = page.evaluate(
            "document.documentElement.hidden ? '' : document.body.innerText + [...document.querySelectorAll('textarea,input')].map(f => f.value)"
        )
        assert STORY not in shown
        assert not number or number not in shown
    context.close()


def test_check_42_one_neutral_address_and_title_for_every_step(context: BrowserContext) -> None:
    """What a browser keeps of a visit: addresses and titles. Every step has the same."""
    page = context.new_page()
    kept: set[tuple[str, str]] = set()
    page.on("load", lambda page: kept.add((page.url.split("/", 3)[3], page.title())))
    number = send(page)
    page.goto("/layanan/")
    page.fill("#receipt", number)
    page.click("main form:has(#receipt) button")
    page.locator("#text").wait_for()
    page.click("main form:has(input[value=withdraw]) button")
    page.get_by_role("heading", name="Tarik laporan ini?").wait_for()
    page.wait_for_load_state()
    assert kept == {("layanan/", "Formulir")}
    assert page.locator("link[rel*=icon]").count() == 0
    words = page.title() + page.url
    assert not any(word in words.lower() for word in ("tppo", "perdagangan", "lapor", "korban", "report"))
