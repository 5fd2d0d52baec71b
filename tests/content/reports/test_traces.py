"""Must show 3: a whole journey in both modes, with files, behind the web server; then everything that the host keeps is searched.

Besides check 19: nobody to whom a link leads learns where one came from, and nobody else is asked for anything.
"""

from __future__ import annotations

import base64
import http.server
import sqlite3
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import pytest
from cryptography import x509
from playwright.sync_api import Browser, BrowserContext, Page

from content.reports.vault import frame
from tests.certificates import self_signed
from tests.chromium import ARGUMENTS, executable
from tests.chromium import chromium as chromium
from tests.content.reports.reporting import hidden, receipt_in, text_of
from tests.content.reports.test_attachments import jpeg
from tests.content.reports.test_phone_files import ADDED, added, choose, noise, press, ready
from tests.content.reports.test_phone_sealing import details, press_send, wait_for_sealing
from tests.content.reports.test_server import files_below, left_behind, marker
from tests.demo import Demo
from tests.portal.test_deployment import HERE, Deployed, reporter
from tests.portal.test_deployment import running as running
from tests.portal.test_deployment import services as services
from tests.servers import Quiet

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]

AGENT = "Peramban-Penanda/9"


@pytest.fixture
def context(chromium: Browser, running: Deployed) -> Iterator[BrowserContext]:
    """A phone whose browser says a name of its own, so that it can be searched for."""
    held = chromium.new_context(
        viewport={"width": 360, "height": 640},
        base_url=running.web.machine.base_url,
        locale="id-ID",
        user_agent=AGENT,
        ignore_https_errors=True,
    )
    held.set_default_timeout(30_000)
    yield held
    held.close()


def with_javascript(page: Page, text: str) -> str:
    """Report, photo, answer, addition; the number."""
    details(page, f"{text} dan seterusnya.")
    page.fill("#contact", f"{text} nomor")
    wait_for_sealing(page)
    number = press_send(page)
    ready(page)
    choose(page, noise((300, 200)), name=f"{text.replace('/', '-')}.jpg")
    press(page)
    added(page)
    page.goto("/layanan/")
    page.fill("#receipt", number)
    page.locator("form[data-sealing=ready]").wait_for()
    page.click("main form:has(#receipt) button")
    ready(page)
    page.fill("#text", f"{text} lagi.")
    press(page)
    added(page)
    page.click(".exit", no_wait_after=True)
    return number


def without(running: Deployed, text: str) -> str:
    """The same without JavaScript, from an address that can be searched for; the number."""
    said = {"User-Agent": text, "Referer": f"https://{text}.example/", "Cookie": f"a={text}"}
    said = {name: value.encode().decode("latin-1") for name, value in said.items()}
    person = reporter(running, said)
    number = receipt_in(person.send(person.form(), story=f"{text} terjadi di sini.", contact=text)) or ""
    page = person.status(number)
    assert ADDED in text_of(person.post_file(jpeg(), **hidden(page), text=text))
    page = person.status(number)
    assert ADDED in text_of(person.post(**{**hidden(page), "text": f"{text} lagi."}))
    withdraw = {**hidden(person.status(number)), "step": "withdraw", "sure": "yes"}
    assert person.post(**withdraw).status == 200
    return number


def elsewhere(since: float, *markers: str) -> set[str]:
    """Files written since then in the folders that every program shares, in which a marker stands; not those of tests and browsers."""
    hits = set()
    needles = [marker.encode() for marker in markers]
    for folder in (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm")):
        for path in folder.glob("*"):
            with suppress(OSError):
                if path.is_file() and path.stat().st_mtime >= since and path.stat().st_size < 2**26:
                    content = path.read_bytes()
                    hits |= {str(path) for needle in needles if needle in content}
    return hits


def numbers_of(site: Demo) -> dict[str, set[bytes]]:
    """Every number by which something of a report is known, in the forms in which it might have been written."""
    columns = {"report": ("id", "rid", "lookup_mac"), "message": ("id", "mid"), "attachment": ("id", "aid")}
    found: dict[str, set[bytes]] = {}
    with closing(sqlite3.connect(site.folder / "db" / "reports.sqlite3", timeout=20)) as database:
        for table, names in columns.items():
            for name in names:
                for (value,) in database.execute(f"SELECT {name} FROM vault_{table}"):
                    raw = value if isinstance(value, bytes) else int(value).to_bytes(8)
                    forms = {raw, raw.hex().encode(), raw.hex().upper().encode(), base64.b64encode(raw)[:10]}
                    forms |= {base64.urlsafe_b64encode(raw)[:10]} if isinstance(value, bytes) else {str(value).encode()}
                    found.setdefault(f"{table}.{name}", set()).update(forms)
    return found


def test_must_show_3_a_journey_in_both_modes_leaves_no_word_and_no_sender(
    running: Deployed, context: BrowserContext
) -> None:
    since, on_phone, plain = time.time(), marker(), marker()
    page = context.new_page()
    first = with_javascript(page, on_phone)
    context.close()
    second = without(running, plain)
    sought = [on_phone, plain, AGENT, HERE]
    for number in (first, second):
        sought += [number, number.replace(" ", "")]
    # Both databases with what is written ahead, media, caches, keys, run directory, temporary folder, and all that both
    # services have printed; then nginx with its logs and every folder that it writes to.
    for folder in (running.site.folder, running.web.folder):
        assert left_behind(folder, *sought) == set()
    assert elsewhere(since, *sought) == set()
    parts = {str(path.relative_to(running.site.folder)).split("/")[0] for path in running.site.folder.rglob("*")}
    assert {"db", "media", "keys", "run", "tmp", "cache"} <= parts
    assert {server.output.parent for server in (running.portal, running.reports)} == {running.site.folder}
    assert (running.web.logs / "lentera.log").exists()
    # No number of a report in the main database, nor anywhere else but in that of the reports.
    known = numbers_of(running.site)
    assert set(known) == {
        f"{t}.{n}"
        for t, n in (
            ("report", "id"),
            ("report", "rid"),
            ("report", "lookup_mac"),
            ("message", "id"),
            ("message", "mid"),
            ("attachment", "id"),
            ("attachment", "aid"),
        )
    }
    hits = set()
    for folder in (running.site.folder, running.web.folder):
        for path in files_below(folder):
            # What is gone before it was read is gone.
            with suppress(FileNotFoundError):
                if path.is_file() and not path.name.startswith("reports.sqlite3"):
                    content = path.read_bytes()
                    hits |= {
                        (path.name, name) for name, forms in known.items() if any(form in content for form in forms)
                    }
    assert hits == set()
    # And the searches see what is planted, also in what is written ahead.
    with closing(sqlite3.connect(running.site.folder / "db" / "lentera.sqlite3", timeout=20)) as database:
        database.execute("PRAGMA wal_autocheckpoint=0")
        database.execute("CREATE TABLE planted (text)")
        database.execute("INSERT INTO planted VALUES (?)", (f"{plain} {quote(AGENT)}",))
        database.commit()
        assert left_behind(running.site.folder, *sought)
        database.execute("DROP TABLE planted")
        database.execute("VACUUM")
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


# Check 19


class Outside(Quiet):
    """Every host that is not ours: it keeps what it is told."""

    heard: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        self.heard.append({name.lower(): value for name, value in self.headers.items()})
        self.answer(200, [("Content-Type", "text/html")], b"<p>Di luar sana</p>")


@pytest.fixture
def traveller(chromium: Browser, running: Deployed, tmp_path: Path) -> Iterator[Page]:
    """A page of a browser for which every foreign host is one of the test."""
    public, private = self_signed(tmp_path, x509.DNSName("localhost"))
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(public, private)
    Outside.heard.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Outside) as other:
        other.socket = secure.wrap_socket(other.socket, server_side=True)
        threading.Thread(target=other.serve_forever, daemon=True).start()
        rules = f"--host-resolver-rules=MAP * 127.0.0.1:{other.server_address[1]}, EXCLUDE localhost"
        browser = chromium.browser_type.launch(executable_path=executable(), args=[*ARGUMENTS, rules])
        context = browser.new_context(
            viewport={"width": 360, "height": 640}, base_url=running.web.machine.base_url, ignore_https_errors=True
        )
        context.set_default_timeout(30_000)
        yield context.new_page()
        browser.close()
        other.shutdown()


def test_check_19_links_lead_out_without_a_referer_and_nobody_else_is_asked(running: Deployed, traveller: Page) -> None:
    page, own = traveller, running.web.machine.base_url
    # The whole flow first: nothing but our own host.
    details(page, "Paspor saya disimpan orang.")
    wait_for_sealing(page)
    number = press_send(page)
    page.goto("/layanan/")
    page.fill("#receipt", number)
    page.locator("form[data-sealing=ready]").wait_for()
    page.click("main form:has(#receipt) button")
    page.get_by_role("heading", name="Laporan Anda").wait_for()
    assert Outside.heard == []
    # Then each link that leads out, by way of our exit or at once, of the door and of the help for another country.
    tried = 0
    for place in ("", "KH"):
        seen: set[str] = set()
        while True:
            page.goto("/layanan/")
            if place:
                page.select_option("#place", place)
                page.click("main form:has(#place) button")
                page.locator("#story").wait_for()
            links = page.locator("a[href^=http], a[href='/keluar/']").evaluate_all("all => all.map(one => one.href)")
            left = [link for link in links if link not in seen and (not link.startswith(own) or "/keluar/" in link)]
            if not left:
                break
            seen.add(left[0])
            before = len(Outside.heard)
            page.evaluate(
                "link => [...document.links].find(one => one.href === link).removeAttribute('target')", left[0]
            )
            page.evaluate("link => [...document.links].find(one => one.href === link).click()", left[0])
            page.wait_for_url(lambda url: not url.startswith(own))
            page.get_by_text("Di luar sana").wait_for()
            assert len(Outside.heard) > before, left[0]
            tried += 1
    assert tried >= 2
    pages = [said for said in Outside.heard if said["sec-fetch-dest"] == "document"]
    assert len(pages) >= tried
    for said in pages:
        assert not said.keys() & {"referer", "cookie", "origin"}
    # What their pages ask for themselves (an icon) names them, not us.
    for said in Outside.heard:
        assert "localhost" not in " ".join(said.values())


# Check 21


def test_check_21_no_worker_of_the_portal_stands_before_the_path(running: Deployed, context: BrowserContext) -> None:
    """The portal has none, its policy lets none begin, and requests for one are refused (DECISIONS 49)."""
    page = context.new_page()
    for address in ("/id/", "/layanan/"):
        page.goto(address)
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then(found => found.length)") == 0
        tried = """name => navigator.serviceWorker.register(name, {scope: '/'}).then(() => 'registered', error => error.name)"""
        for name in (f"/layanan/{frame.sealer().name}", "/media/a.js", "/sw.js"):
            assert page.evaluate(tried, name) in ("SecurityError", "TypeError", "NotSupportedError"), (address, name)
    page.goto("/layanan/")
    assert page.evaluate("caches.keys().then(found => found.length)") == 0
    assert page.evaluate("navigator.serviceWorker.controller === null")
