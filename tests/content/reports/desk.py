"""A desk with a unit of two holders, each before a browser of her own, for the tests that work at it."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.content.reports.reporting import DistantReporter, receipt_in
from tests.demo import Demo, serving
from tests.servers import Server

STORY = "Paspor saya disimpan orang di Jember, ZXQ-7781. Lihat http://jahat.example/x <b>tebal</b>"
PASSWORD = "kata-sandi-panjang-sekali"
PEOPLE = ("ana", "budi", "citra")
MAKE_ACCOUNTS = f"""
from accounts.models import User
for name in {PEOPLE!r}:
    User.objects.create_user(f"{{name}}@lentera.example", {PASSWORD!r}, first_name=name.title(), demo=True)
"""


@pytest.fixture(scope="module")
def site(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    copy = demo.copy(tmp_path_factory.mktemp("desk") / "site")
    copy.manage("shell", "-c", MAKE_ACCOUNTS)
    seats = [argument for name in PEOPLE[:2] for argument in ("--seat", f"{name}@lentera.example")]
    copy.manage("reports_setup", "--unit", "jatim", "--name", "Gugus Tugas Jawa Timur", "--region", "35", *seats)
    return copy


@pytest.fixture(scope="module")
def server(site: Demo) -> Iterator[Server]:
    with serving(site) as held:
        yield held


@dataclass
class Worker:
    """A case worker before her browser, who finds everything by what is written on it."""

    name: str
    page: Page
    sent: list[str] = field(default_factory=list)
    # The same with address and headers, as bytes: a key need not be text.
    wire: list[bytes] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    phrase: str = ""
    code: str = ""
    # The report of the module as addresses write it; the list shows those of one day in no order that says anything.
    report: str = ""

    def press(self, label: str) -> None:
        self.page.get_by_role("button", name=label).first.click()

    def sign_in(self) -> None:
        page = self.page
        page.goto("/akun/login/")
        page.get_by_label("Alamat surel").or_(page.locator("input[type=email]")).first.fill(
            f"{self.name}@lentera.example"
        )
        page.locator("input[type=password]").fill(PASSWORD)
        self.press("Masuk")
        page.wait_for_url("**/akun/**")
        page.goto("/akun/laporan/")
        # Before anything else a second factor is set up, by whoever knows the password.
        page.get_by_role("heading", name="Benar ini Anda?").wait_for()
        page.get_by_label("Kata sandi").fill(PASSWORD)
        self.press("Lanjutkan")
        page.get_by_role("heading", name="Pasang aplikasi kode").wait_for()
        secret = page.locator("p:has-text('Huruf') b").inner_text()
        page.locator("input[name=code]").fill(totp(secret))
        self.press("Pasang")
        page.get_by_role("link", name="Sudah saya catat").wait_for()
        page.goto("/akun/laporan/jatim/kunci/")

    def enrol(self) -> str:
        page = self.page
        self.press("Buat kunci saya")
        page.locator("#shown-code").wait_for()
        self.phrase, self.code = page.inner_text("#shown-phrase"), page.inner_text("#shown-code")
        page.get_by_label("Ketik sandi kunci dari kertas").fill(self.phrase)
        groups = self.code.split()
        page.get_by_label("Ketik kelompok pertama dan terakhir").fill(f"{groups[0]} {groups[-1]}")
        self.press("Keduanya sudah di kertas")
        page.get_by_text("Buka kunci Anda untuk melihatnya").wait_for()
        self.open_key()
        page.locator("#own-fingerprint", has_text=re.compile(r"\d{5}")).wait_for()
        return page.inner_text("#own-fingerprint")

    def open_key(self) -> None:
        self.page.get_by_label("Sandi kunci: 26 angka").fill(self.phrase)
        self.press("Buka kunci saya")
        self.page.get_by_text("Kunci Anda terbuka").wait_for()


def totp(secret: str) -> str:
    """What an app shows now. A person waits for the next code where this one is about to go; only the newest counts."""
    left = 30 - time.time() % 30
    if left < 5:
        time.sleep(left + 0.1)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def as_bytes(request: Request) -> bytes:
    return b"\n".join([request.url.encode(), json.dumps(request.headers).encode(), request.post_data_buffer or b""])


def worker(chromium: Browser, server: Server, name: str) -> Worker:
    context: BrowserContext = chromium.new_context(
        viewport={"width": 1280, "height": 800}, base_url=server.url, locale="id-ID"
    )
    context.set_default_timeout(40_000)
    held = Worker(name, context.new_page())
    held.page.on("request", lambda request: held.sent.append(request.post_data or request.url))
    held.page.on("request", lambda request: held.wire.append(as_bytes(request)))
    held.page.on("console", lambda message: message.type in ("error", "warning") and held.said.append(message.text))
    held.page.on("pageerror", lambda error: held.said.append(str(error)))
    return held


@pytest.fixture(scope="module")
def team(chromium: Browser, server: Server, site: Demo) -> Iterator[list[Worker]]:
    """Ana and Budi with keys of their own and of the unit, which receives."""
    people = [worker(chromium, server, name) for name in PEOPLE[:2]]
    for person in people:
        person.sign_in()
        fingerprint = person.enrol()
        out = site.manage("reports_setup", "--unit", "jatim", "--trust", fingerprint)
        assert f"{fingerprint} (trusted)" in out
    ana, budi = people
    ana.page.reload()
    ana.open_key()
    ana.press("Buat kunci unit")
    ana.page.get_by_text("Menunggu tanda tangan kedua").wait_for()
    budi.page.reload()
    budi.open_key()
    budi.press("Semua sama: tanda tangani")
    budi.page.get_by_text("Kunci nomor 1").wait_for()
    yield people
    for person in people:
        person.page.context.close()


@pytest.fixture(scope="module")
def number(team: list[Worker], server: Server, site: Demo) -> str:
    """The receipt of the report that the team works on."""
    reporter, before = DistantReporter(server), reports(site)
    sent = receipt_in(reporter.send(reporter.form(), story=STORY)) or ""
    (row,) = reports(site) - before
    for person in team:
        person.report = f"{row:x}"
    return sent


def reports(site: Demo) -> set[int]:
    with closing(sqlite3.connect(site.folder / "db" / "reports.sqlite3", timeout=20)) as database:
        return {row for (row,) in database.execute("SELECT id FROM vault_report")}


def to_report(person: Worker) -> None:
    person.page.goto("/akun/laporan/jatim/")
    person.open_key()
    person.page.get_by_role("link", name=re.compile("ditahan|Jawa Timur|terkunci", re.IGNORECASE)).and_(
        person.page.locator(f'a[href*="/{person.report}"]')
    ).first.click()
    person.page.get_by_role("heading", name="Yang terjadi").wait_for()
