"""What could not be sent may wait on the phone, sealed, where its owner wants that (DECISIONS 12, 45): against a real server."""

from __future__ import annotations

import datetime as dt
import json
import time

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.a11y.test_axe import findings
from tests.content.reports.reporting import RECEIPT
from tests.content.reports.test_phone_sealing import chromium as chromium
from tests.content.reports.test_phone_sealing import context as context
from tests.content.reports.test_phone_sealing import details, rows, wait_for_sealing
from tests.content.reports.test_phone_sealing import server as server
from tests.content.reports.test_phone_sealing import site as site
from tests.content.reports.test_server import marker
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]

KEEP, NOW, DROP = "Simpan terkunci di HP ini", "Kirim sekarang", "Hapus dari HP ini"
READ = """async () => {
    const names = (await indexedDB.databases()).map(base => base.name);
    if (!names.length) return [names, []];
    const base = await new Promise(done => { const o = indexedDB.open(names[0]); o.onsuccess = () => done(o.result) });
    const asked = base.transaction('a').objectStore('a').getAll();
    await new Promise(done => { asked.onsuccess = done });
    base.close();
    return [names, asked.result]
}"""


def unsent(page: Page, story: str) -> None:
    """A report that is written while the signal goes."""
    details(page, story)
    wait_for_sealing(page)
    page.context.set_offline(True)
    page.click("main form:has(#story) button")
    page.locator(".err").wait_for()


def kept(page: Page, story: str) -> str:
    unsent(page, story)
    page.get_by_role("button", name=KEEP).click()
    page.get_by_role("heading", name="BELUM TERKIRIM").wait_for()
    found = RECEIPT.search(page.content())
    assert found
    return found[1]


def databases(page: Page) -> list[str]:
    held, _rows = page.evaluate(READ)
    return held


def wait_until_wiped(page: Page) -> None:
    """A database that is deleted is there until the browser has got to it."""
    deadline = time.monotonic() + 15
    while (left := page.evaluate("async () => (await indexedDB.databases()).length")) and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert not left


def reports(site: Demo) -> int:
    return rows(site, "SELECT count(*) FROM vault_report")[0][0]


def test_it_waits_only_where_its_owner_says_so_and_is_sent_once(context: BrowserContext, site: Demo) -> None:
    page, story, before = context.new_page(), f"Paspor saya disimpan orang, {marker()}.", reports(site)
    unsent(page, story)
    assert databases(page) == []
    assert "HP ini" in page.inner_text(".err")
    page.get_by_role("button", name=KEEP).click()
    page.get_by_role("heading", name="BELUM TERKIRIM").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert "tidak dibaca siapa pun" in page.inner_text("main")
    shown = page.locator("main [role=img]")
    assert (shown.get_attribute("aria-label") or "").startswith("BELUM TERKIRIM")
    assert shown.locator("s b").count() == 1
    number = RECEIPT.search(page.content())[1]  # type: ignore[index]
    # Sealed, and nothing that opens it.
    names, (held,) = page.evaluate(READ)
    assert names == ["a"]
    assert set(held) == {"envelope", "lookup", "reporter", "above", "hour"}
    lying = json.dumps(held)
    assert story not in lying
    assert number.replace(" ", "") not in lying
    assert page.locator("textarea").count() == 0
    assert findings(page) == []
    page.get_by_role("button", name=NOW).click()
    page.locator("[role=status]", has_text="Belum ada sambungan").wait_for()
    assert reports(site) == before
    context.set_offline(False)
    page.get_by_role("heading", name="Laporan Anda sudah").wait_for()
    assert RECEIPT.search(page.content())[1] == number  # type: ignore[index]
    assert page.locator("main s").count() == 0
    wait_until_wiped(page)
    assert reports(site) == before + 1
    # Neither a further signal nor coming back sends or keeps anything.
    context.set_offline(True)
    context.set_offline(False)
    page.goto("/layanan/")
    page.wait_for_timeout(500)
    assert databases(page) == []
    assert reports(site) == before + 1
    page.fill("#receipt", number)
    page.locator("form[data-sealing=ready]").wait_for()
    page.click("main form:has(#receipt) button")
    page.get_by_role("heading", name="Laporan Anda").wait_for()


def test_a_page_that_was_closed_sends_when_it_is_opened_again(context: BrowserContext, site: Demo) -> None:
    first, before = context.new_page(), reports(site)
    number = kept(first, f"Paspor saya disimpan orang, {marker()}.")
    first.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto("/layanan/")
    page.locator("main .lead", has_text="sudah terkirim").wait_for()
    assert RECEIPT.search(page.content()) is None
    assert page.locator("main .help").count() == 0
    assert findings(page) == []
    wait_until_wiped(page)
    assert reports(site) == before + 1
    page.goto("/layanan/")
    page.fill("#receipt", number)
    page.locator("form[data-sealing=ready]").wait_for()
    page.click("main form:has(#receipt) button")
    page.get_by_role("heading", name="Laporan Anda").wait_for()


def test_its_owner_deletes_it(context: BrowserContext, site: Demo) -> None:
    page, before = context.new_page(), reports(site)
    kept(page, f"Paspor saya disimpan orang, {marker()}.")
    page.get_by_role("button", name=DROP).click()
    page.locator("main .lead", has_text="Sudah dihapus dari HP ini").wait_for()
    wait_until_wiped(page)
    context.set_offline(False)
    page.wait_for_timeout(1_000)
    page.goto("/layanan/")
    page.wait_for_timeout(1_000)
    assert reports(site) == before


@pytest.mark.parametrize("way", ["the button", "the key"])
def test_the_exit_wipes_it(context: BrowserContext, site: Demo, way: str) -> None:
    page, before = context.new_page(), reports(site)
    kept(page, f"Paspor saya disimpan orang, {marker()}.")
    context.route("**/keluar/", lambda route: route.fulfill(body="<title>Cuaca</title>", content_type="text/html"))
    # The signal that comes back must not send it first.
    context.route("**/layanan/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    context.set_offline(False)
    if way == "the button":
        page.locator(".exit").first.click()
    else:
        for _press in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url("**/keluar/")
    wait_until_wiped(page)
    context.unroute("**/layanan/")
    page.goto("/layanan/")
    page.wait_for_timeout(1_000)
    assert reports(site) == before


def refuse(context: BrowserContext, status: int, said: str = "") -> list[str]:
    """Let the server answer what a phone has sealed with this status and sentence; a line for each time."""
    tries: list[str] = []

    def answer(route) -> None:
        if "step=sealed" in (route.request.post_data or ""):
            tries.append("")
            return route.fulfill(
                status=status, body=f'<main><p class="lead">{said}</p></main>', content_type="text/html"
            )
        return route.continue_()

    context.route("**/layanan/", answer)
    return tries


def test_after_72_hours_it_is_tried_once_and_deleted(context: BrowserContext, site: Demo) -> None:
    first, before = context.new_page(), reports(site)
    kept(first, f"Paspor saya disimpan orang, {marker()}.")
    first.close()
    tries = refuse(context, 503)
    context.set_offline(False)
    page = context.new_page()
    page.clock.set_fixed_time(dt.datetime.now(dt.UTC) + dt.timedelta(hours=73))
    page.goto("/layanan/")
    page.locator("main .lead", has_text="lebih dari 72 jam").wait_for()
    assert len(tries) == 1
    wait_until_wiped(page)
    assert reports(site) == before


@pytest.mark.parametrize("hours", [70, 73, -2])
def test_what_waited_is_sent_whatever_the_clock_says(context: BrowserContext, site: Demo, hours: int) -> None:
    first, before = context.new_page(), reports(site)
    kept(first, f"Paspor saya disimpan orang, {marker()}.")
    first.close()
    context.set_offline(False)
    page = context.new_page()
    page.clock.set_fixed_time(dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours))
    page.goto("/layanan/")
    page.locator("main .lead", has_text="sudah terkirim").wait_for()
    assert reports(site) == before + 1


@pytest.mark.parametrize("status", [410, 422])
def test_what_nobody_could_open_any_more_is_deleted_and_said_so(
    context: BrowserContext, site: Demo, status: int
) -> None:
    """Sealed to a key that has been replaced meanwhile, or under a number that is taken: the server's own sentence is said."""
    page, before = context.new_page(), reports(site)
    kept(page, f"Paspor saya disimpan orang, {marker()}.")
    tries = refuse(context, status, "Yang menunggu di sini dihapus.")
    context.set_offline(False)
    page.locator("main .lead", has_text="Yang menunggu di sini dihapus.").wait_for()
    assert len(tries) == 1
    wait_until_wiped(page)
    assert reports(site) == before


@pytest.mark.parametrize("status", [400, 403, 409, 429])
def test_what_is_refused_for_now_waits_on(context: BrowserContext, site: Demo, status: int) -> None:
    page, before = context.new_page(), reports(site)
    kept(page, f"Paspor saya disimpan orang, {marker()}.")
    tries = refuse(context, status)
    context.set_offline(False)
    deadline = time.monotonic() + 15
    while not tries and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert tries
    page.wait_for_timeout(500)
    assert databases(page)
    context.unroute("**/layanan/")
    page.get_by_role("button", name=NOW).click()
    page.get_by_role("heading", name="BELUM TERKIRIM").wait_for(state="detached")
    assert reports(site) == before + 1


def test_without_a_way_to_wipe_it_nothing_is_kept(context: BrowserContext) -> None:
    """A browser that does not tell which databases it has: the exit would leave this one behind."""
    page = context.new_page()
    page.add_init_script("delete IDBFactory.prototype.databases")
    unsent(page, f"Paspor saya disimpan orang, {marker()}.")
    assert page.get_by_role("button", name=KEEP).count() == 0
    assert page.input_value("#story")


def test_no_service_worker_is_registered(context: BrowserContext) -> None:
    page = context.new_page()
    kept(page, f"Paspor saya disimpan orang, {marker()}.")
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
    assert page.evaluate("caches.keys().then(all => all.length)") == 0
