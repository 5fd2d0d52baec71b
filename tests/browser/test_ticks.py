"""The ticks of a plan: kept by the phone when it is asked to, forgotten when it is not, gone with the exit (DECISIONS 57)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import ARGUMENTS, executable
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]

LISTS = "/id/rencana/centang/?k=1.HK.5152.p2p.23..m..y...x.ktp~kk"
OTHER = "/id/rencana/centang/?k=1.TW.5152.p2p.23..m..y...x.ktp~kk"
STORED = "() => JSON.stringify(localStorage)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        held = playwright.chromium.launch(executable_path=executable(), args=list(ARGUMENTS))
        yield held
        held.close()


@pytest.fixture
def page(browser: Browser, portal_server: Server) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 640}, base_url=portal_server.url)
    yield context.new_page()
    context.close()


def test_nothing_is_kept_before_one_asks_for_it(page: Page) -> None:
    page.goto(LISTS)
    assert not page.locator("[data-lupa]").is_visible(), "the script can keep them"
    page.locator("[value=paspor]").check()
    assert page.evaluate(STORED) == "{}"
    page.reload()
    assert not page.locator("[value=paspor]").is_checked()
    assert page.locator("[value=ktp]").is_checked()


def test_kept_ticks_come_back_and_hold_no_answer(page: Page) -> None:
    page.goto(LISTS)
    page.locator("[data-simpan]").check()
    page.locator("[value=paspor]").check()
    assert re.fullmatch(r'\{"centang-[0-9a-f]{8}":"ktp kk paspor"\}', page.evaluate(STORED))
    page.goto("/id/")
    page.goto(LISTS)
    assert page.locator("[value=paspor]").is_checked()
    assert page.locator("[data-simpan]").is_checked()
    page.locator("[data-simpan]").uncheck()
    assert page.evaluate(STORED) == "{}"


def test_what_is_done_for_one_way_is_not_done_for_another_and_what_was_taken_back_stays_so(page: Page) -> None:
    page.goto(LISTS)
    page.locator("[data-simpan]").check()
    page.locator("[value=paspor]").check()
    page.locator("[value=ktp]").uncheck()
    page.goto(OTHER)
    assert not page.locator("[value=paspor]").is_checked()
    assert not page.locator("[data-simpan]").is_checked()
    page.goto(LISTS)
    assert page.locator("[value=paspor]").is_checked()
    assert not page.locator("[value=ktp]").is_checked()


def test_the_exit_wipes_them(page: Page) -> None:
    # Where the exit leads is another host's.
    page.route("**/keluar/", lambda route: route.fulfill(body=" "))
    page.goto(LISTS)
    page.locator("[data-simpan]").check()
    page.locator("a.exit").first.click()
    page.wait_for_url("**/keluar/")
    again = page.context.new_page()
    again.goto(LISTS)
    assert again.evaluate(STORED) == "{}"
    assert not again.locator("[data-simpan]").is_checked()


def test_without_script_the_boxes_work_and_nothing_is_offered_to_be_kept(
    browser: Browser, portal_server: Server
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=portal_server.url)
    page = context.new_page()
    page.goto(LISTS)
    page.locator("[value=paspor]").check()
    assert page.locator("[value=paspor]").is_checked()
    assert not page.locator("[data-simpan]").is_visible()
    context.close()
