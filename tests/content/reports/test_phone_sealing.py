"""Sealing on the phone against a real server: what goes over the wire, what stays, and what the page says of it.

Each test is named after its check in the design where it has one.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from content.reports.vault import frame, keys
from tests.chromium import chromium as chromium
from tests.content.reports.reporting import RECEIPT
from tests.content.reports.test_server import left_behind, marker
from tests.demo import Demo, serving
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]

ON_PHONE, ON_SERVER = "dikunci di HP ini", "Server bisa membacanya sebentar"
STORED_ON_PHONE, STORED_ON_SERVER = "Terkunci di HP Anda", "Terkunci di server kami"


@pytest.fixture(scope="module")
def site(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    copy = demo.copy(tmp_path_factory.mktemp("sealing") / "site")
    (copy.folder / "tmp").mkdir()
    return copy


@pytest.fixture(scope="module")
def server(site: Demo) -> Iterator[Server]:
    with serving(site, TMPDIR=str(site.folder / "tmp"), SQLITE_TMPDIR=str(site.folder / "tmp")) as held:
        yield held


@pytest.fixture
def context(chromium: Browser, server: Server) -> Iterator[BrowserContext]:
    held = chromium.new_context(viewport={"width": 360, "height": 640}, base_url=server.url, locale="id-ID")
    held.set_default_timeout(30_000)
    yield held
    held.close()


def rows(site: Demo, question: str) -> list[tuple]:
    with closing(sqlite3.connect(site.folder / "db" / "reports.sqlite3", timeout=20)) as database:
        return database.execute(question).fetchall()


def details(page: Page, story: str = "Paspor saya disimpan orang, saya takut.") -> None:
    """From the door to the form, filled in as people do: the last field is the story."""
    page.goto("/layanan/")
    page.select_option("#place", "35")
    page.click("main form:has(#place) button")
    page.check("input[name=about][value=held]")
    page.fill("#story", story)


def wait_for_sealing(page: Page) -> None:
    page.locator("form[data-sealing=ready]").wait_for()
    assert ON_PHONE in page.inner_text("#lock")


def press_send(page: Page) -> str:
    page.click("main form:has(#story) button")
    page.locator("main [role=img]").wait_for()
    found = RECEIPT.search(page.content())
    assert found
    return found[1]


def test_check_01_03_what_is_sealed_on_the_phone_is_nowhere_in_clear(
    context: BrowserContext, site: Demo, server: Server
) -> None:
    page, text, there = context.new_page(), marker(), sealed_on_phones(site)
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(request.post_data or ""))
    details(page, f"{text} dan seterusnya.")
    page.fill("#contact", f"{text} nomor")
    wait_for_sealing(page)
    before = len(bodies)
    number = press_send(page)
    sent = bodies[before:]
    assert len(sent) == 1
    assert text not in "".join(bodies)
    assert text.split()[1] not in "".join(bodies)
    fields = parse_qs(sent[0])
    assert set(fields) == {"step", "envelope", "lookup", "reporter", "token"}
    assert number.replace(" ", "") not in sent[0]
    # Nothing that was typed is left in the page.
    assert text not in page.content()
    assert page.evaluate("[...document.querySelectorAll('textarea, #contact')].length") == 0
    assert not left_behind(site.folder, text)
    assert not left_behind(site.folder, number)
    assert not left_behind(site.folder, number.replace(" ", ""))
    # And it is the report: the key of the unit for practice opens it.
    (name,) = sealed_on_phones(site) - there
    opened = site.manage("reports_open", name, "--key", str(site.folder / "keys" / "reports-demo.pem"))
    assert text in opened
    assert f"{text} nomor" in opened


def test_from_abroad_the_numbers_of_the_place_stay_though_the_server_is_told_no_place(context: BrowserContext) -> None:
    """The page that follows has 110 in a sentence: what is reached from the place stands before it."""
    page = context.new_page()
    page.goto("/layanan/")
    page.select_option("#place", "KH")
    page.click("main form:has(#place) button")
    page.check("input[name=about][value=held]")
    page.select_option("#when", "now")
    page.fill("#story", "tolong aku")
    box = page.inner_html("#away")
    assert "tel:+855" in box
    wait_for_sealing(page)
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(request.post_data or ""))
    press_send(page)
    assert set(parse_qs(bodies[0])) == {"step", "envelope", "lookup", "reporter", "token"}
    assert page.inner_html("main #away") == box
    shown = page.content()
    assert shown.index("tel:+855") < shown.index("tel:110")
    assert "tel:+855" in page.inner_html("aside.side")


def test_a_reader_whom_the_page_has_not_named_is_named_before_anything_is_sent(
    context: BrowserContext, site: Demo
) -> None:
    page, there = context.new_page(), sealed_on_phones(site)
    details(page)
    wait_for_sealing(page)
    page.evaluate("document.querySelector('[name=readers]').value = ':00000000'")
    page.click("main form:has(#story) button")
    page.locator(".err", has_text="kini Unit Contoh").wait_for()
    assert sealed_on_phones(site) == there
    assert page.input_value("#story")
    press_send(page)
    assert len(sealed_on_phones(site) - there) == 1


def test_in_indonesia_no_number_for_abroad_is_shown_after_sending(context: BrowserContext) -> None:
    page = context.new_page()
    details(page)
    wait_for_sealing(page)
    press_send(page)
    assert page.locator("#away").count() == 0


def sealed_on_phones(site: Demo) -> set[str]:
    """The names of such reports, as ``reports_list`` prints them, in no order that says anything."""
    return {line.split()[0] for line in site.manage("reports_list").splitlines() if " browser " in line}


def test_check_15_the_number_is_shown_once_it_is_stored_and_in_no_other_place(context: BrowserContext) -> None:
    page = context.new_page()
    details(page)
    wait_for_sealing(page)
    number = press_send(page)
    label = page.get_attribute("#number", "aria-label") or ""
    assert label.replace(", ", " ") == " ".join(number.replace(" ", ""))
    # Without the port, whose figures may be any.
    address = "location.pathname + location.search + location.hash"
    for place in (address, "document.title", "JSON.stringify({...localStorage, ...sessionStorage})"):
        assert number[:4] not in str(page.evaluate(place))
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
    assert page.evaluate("history.length") <= 4
    assert context.cookies() == []
    # Marked and copied it is the number and nothing else.
    mark = "held => { getSelection().selectAllChildren(held); return getSelection().toString() }"
    copied = str(page.locator("#number").evaluate(mark))
    assert copied.split() == number.split()
    # It opens the report, without being sent.
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(request.post_data or ""))
    page.goto("/layanan/")
    page.fill("#receipt", copied)
    page.locator("form[data-sealing=ready]").wait_for()
    page.click("main form:has(#receipt) button")
    page.get_by_role("heading", name="Laporan Anda").wait_for()
    assert number.replace(" ", "") not in "".join(bodies).replace("+", "").replace("%20", "")
    assert any("step=look" in body for body in bodies)


def test_a_slip_in_the_number_is_told_without_sending_it(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/layanan/")
    page.fill("#receipt", "1234 5678 9012 3456 7890")
    page.locator("form[data-sealing=ready]").wait_for()
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(request.post_data or ""))
    page.click("main form:has(#receipt) button")
    page.locator(".err").wait_for()
    assert bodies == []
    assert page.evaluate("document.activeElement.className") == "err"


def test_what_is_missing_is_said_on_the_phone_and_nothing_leaves_it(context: BrowserContext) -> None:
    page, text = context.new_page(), marker()
    details(page, text[:2])
    page.evaluate("document.getElementById('contact').removeAttribute('maxlength')")
    page.fill("#contact", text * 8)
    wait_for_sealing(page)
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(request.post_data or ""))
    page.click("main form:has(#story) button")
    errors = page.locator(".err li")
    errors.first.wait_for()
    assert errors.count() == 2
    assert bodies == []
    assert page.input_value("#contact").startswith(text)


def test_a_lost_connection_keeps_the_text_and_sending_again_is_one_report(context: BrowserContext, site: Demo) -> None:
    page = context.new_page()
    details(page)
    wait_for_sealing(page)
    before = rows(site, "SELECT count(*) FROM vault_report")[0][0]
    lost: list[str] = []

    def lose(route: Route) -> None:
        """The report arrives, the answer does not."""
        if "step=sealed" in (route.request.post_data or "") and len(lost) < 2:
            lost.append(route.request.post_data or "")
            if len(lost) == 2:
                route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/layanan/", lose)
    for _time in range(2):
        page.click("main form:has(#story) button")
        page.locator(".err", has_text="Kami tidak tahu apakah sudah sampai").wait_for()
        assert page.input_value("#story")
        assert page.locator("main [role=img]").count() == 0
        page.evaluate("document.querySelector('.err').remove()")
    assert press_send(page)
    assert lost[0] == lost[1]
    assert rows(site, "SELECT count(*) FROM vault_report")[0][0] == before + 1


def test_a_report_that_was_withdrawn_meanwhile_gets_another_number(context: BrowserContext, site: Demo) -> None:
    """It arrives, the answer does not, and it is withdrawn: sent again it is a report of its own."""
    page = context.new_page()
    details(page)
    wait_for_sealing(page)
    before, lost = {row for (row,) in rows(site, "SELECT id FROM vault_report")}, []

    def lose(route: Route) -> None:
        if "step=sealed" in (route.request.post_data or "") and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/layanan/", lose)
    page.click("main form:has(#story) button")
    page.locator(".err", has_text="Kami tidak tahu apakah sudah sampai").wait_for()
    page.evaluate("document.querySelector('.err').remove()")
    (first,) = {row for (row,) in rows(site, "SELECT id FROM vault_report")} - before
    withdraw = (
        f"from content.reports.vault.models import *; Report.objects.filter(pk={first}).update(withdrawn_on=today())"
    )
    site.manage("shell", "--no-imports", "-c", withdraw)
    number = press_send(page)
    assert lost == [200]
    assert len({row for (row,) in rows(site, "SELECT id FROM vault_report")} - before) == 2
    page.goto("/layanan/")
    page.fill("#receipt", number)
    page.locator("form[data-sealing=ready]").wait_for()
    page.click("main form:has(#receipt) button")
    page.get_by_role("heading", name="Laporan Anda").wait_for()


def test_check_25_a_clock_that_is_years_off_changes_nothing(context: BrowserContext) -> None:
    for year in (2021, 2031):
        page = context.new_page()
        page.clock.set_fixed_time(f"{year}-11-28T00:00:00Z")
        details(page)
        wait_for_sealing(page)
        assert press_send(page)
        page.close()


def no_script_file(page: Page) -> None:
    page.route(f"**/{frame.sealer().name}", lambda route: route.fulfill(status=404, body=""))


def no_webcrypto(page: Page) -> None:
    page.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })")


def no_wasm(page: Page) -> None:
    page.add_init_script("WebAssembly.compile = WebAssembly.instantiate = () => Promise.reject(Error('blocked'))")


def wrong_argon2(page: Page) -> None:
    ours = b"const lentera="
    assert ours in frame.sealer().forms[""]
    spoilt = frame.sealer().forms[""].replace(ours, b"hashwasm.argon2id = async () => new Uint8Array(32);" + ours)
    page.route(f"**/{frame.sealer().name}", lambda route: route.fulfill(content_type="text/javascript", body=spoilt))


def no_keys(page: Page) -> None:
    def refuse(route: Route) -> None:
        route.abort() if "step=sealing" in (route.request.post_data or "") else route.continue_()

    page.route("**/layanan/", refuse)


BROKEN: dict[str, Callable[[Page], None]] = {
    "no script file": no_script_file,
    "no WebCrypto": no_webcrypto,
    "no WebAssembly": no_wasm,
    "wrong Argon2": wrong_argon2,
    "no keys": no_keys,
}


@pytest.mark.parametrize("way", BROKEN)
def test_check_32_whatever_is_missing_the_server_seals_and_the_page_says_so(
    context: BrowserContext, site: Demo, way: str
) -> None:
    page = context.new_page()
    BROKEN[way](page)
    details(page)
    page.wait_for_timeout(2_500)
    assert ON_SERVER in page.inner_text("#lock")
    assert press_send(page)
    assert STORED_ON_SERVER in page.inner_text("main")
    assert STORED_ON_PHONE not in page.inner_text("main")


OPERA_MINI = "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1.32052/29.3709; U; id) Presto/2.8.119 Version/11.10"
READ_ON_ITS_WAY = "komputer pembuatnya"
# What the browser is, what is spoilt in it, and how the report is then stored. Opera Mini runs our script on computers of its
# maker, if at all: where it gets through, the form seals, and says besides whose computers see the page.
MODES: dict[str, tuple[dict, Callable[[Page], None] | None, str]] = {
    "JavaScript": ({}, None, "browser"),
    "no JavaScript": ({"java_script_enabled": False}, None, "server"),
    "the self-test fails": ({}, wrong_argon2, "server"),
    "Opera Mini": ({"user_agent": OPERA_MINI}, None, "browser"),
    "Opera Mini, no JavaScript": ({"user_agent": OPERA_MINI, "java_script_enabled": False}, None, "server"),
    "Opera Mini, the self-test fails": ({"user_agent": OPERA_MINI}, wrong_argon2, "server"),
}


@pytest.mark.parametrize("way", MODES)
def test_check_44_what_the_page_says_is_what_happened(chromium: Browser, server: Server, site: Demo, way: str) -> None:
    """The form and the page with the number; what the desk says of each mode: test_desk.test_check_44."""
    browser, spoil, mode = MODES[way]
    context = chromium.new_context(base_url=server.url, **browser)
    page = context.new_page()
    if spoil:
        spoil(page)
    on_phone, passed_on = mode == "browser", "user_agent" in browser
    stored = "SELECT mode FROM vault_report"
    before = Counter(rows(site, stored))
    details(page)
    if on_phone:
        wait_for_sealing(page)
    elif spoil:
        # Time enough for a test that passes.
        page.wait_for_timeout(2_500)
    shown = page.inner_text("main")
    assert (ON_PHONE in shown, ON_SERVER in shown) == (on_phone, not on_phone)
    assert (READ_ON_ITS_WAY in shown) is passed_on
    press_send(page)
    shown = page.inner_text("main")
    assert (STORED_ON_PHONE in shown, STORED_ON_SERVER in shown) == (on_phone, not on_phone)
    assert (READ_ON_ITS_WAY in shown) is passed_on
    assert Counter(rows(site, stored)) - before == Counter({(mode,): 1})
    context.close()


def test_the_policy_is_broken_by_nothing(context: BrowserContext) -> None:
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    details(page)
    wait_for_sealing(page)
    press_send(page)
    assert said == []


def test_the_whole_way_weighs_less_than_60_kb(context: BrowserContext) -> None:
    """Check 31, by bytes: everything that comes over the wire before sending (no cookie, no cache)."""
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    received: list[float] = []
    client.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    details(page)
    wait_for_sealing(page)
    page.wait_for_timeout(300)
    assert 20_000 < sum(received) < 60_000


def test_keys_of_practice_are_what_the_phone_was_given(site: Demo) -> None:
    """So that the tests above say something about a key that is really the unit's."""
    private = keys.read_private(Path(site.folder / "keys" / "reports-demo.pem"))
    (public,) = rows(site, "SELECT public_key FROM vault_unitkey")[0]
    assert keys.public_bytes(private.public_key()) == bytes(public)
