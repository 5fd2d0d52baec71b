"""The desk in Chromium, by labels alone: two people enrol, open a unit, read, answer; paper opens what a phrase cannot.

What goes over the wire is kept: no phrase, code or seed ever does (check 46).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, BrowserContext, Dialog, Page

from tests.a11y.test_axe import findings
from tests.chromium import chromium as chromium
from tests.content.reports.reporting import DistantReporter, receipt_in, text_of
from tests.content.reports.test_server import left_behind
from tests.demo import Demo, serving
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]

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
    said: list[str] = field(default_factory=list)
    phrase: str = ""
    code: str = ""

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
    """What an app shows now, or will in a moment."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def worker(chromium: Browser, server: Server, name: str) -> Worker:
    context: BrowserContext = chromium.new_context(
        viewport={"width": 1280, "height": 800}, base_url=server.url, locale="id-ID"
    )
    context.set_default_timeout(40_000)
    held = Worker(name, context.new_page())
    held.page.on("request", lambda request: held.sent.append(request.post_data or request.url))
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
def number(team: list[Worker], server: Server) -> str:
    reporter = DistantReporter(server)
    return receipt_in(reporter.send(reporter.form(), story=STORY)) or ""


def to_report(person: Worker) -> None:
    person.page.goto("/akun/laporan/jatim/")
    person.open_key()
    person.page.get_by_role("link", name=re.compile("ditahan|Jawa Timur|terkunci", re.IGNORECASE)).first.click()
    person.page.get_by_role("heading", name="Yang terjadi").wait_for()


def test_a_report_is_read_answered_and_closed(team: list[Worker], number: str, server: Server) -> None:
    ana = team[0]
    to_report(ana)
    shown = ana.page.inner_text("#story")
    # As it was written, but what looks like an address leads nowhere, and markup is letters.
    assert "ZXQ-7781" in shown
    assert "hxxp://jahat[.]example" in shown
    assert "<b>tebal</b>" in shown
    assert "Jawa Timur" in ana.page.inner_text("#fields")
    ana.page.get_by_label("Jawaban Anda").fill("Kami akan menghubungi Anda. <script>alert(1)</script>")
    ana.press("Kunci, tanda tangani, dan kirim")
    ana.page.get_by_text("Jawaban unit").wait_for()
    ana.page.get_by_label("Status yang dilihat pelapor").select_option("in-progress")
    ana.press("Ubah")
    page = text_of(DistantReporter(server).status(number))
    assert "Kami akan menghubungi Anda." in page
    assert "<script>alert" not in page
    assert "Sedang" in page
    assert "ZXQ-7781" not in page


def test_the_other_holder_reads_the_same(team: list[Worker], number: str) -> None:
    budi = team[1]
    to_report(budi)
    assert "ZXQ-7781" in budi.page.inner_text("#story")


def test_a_closed_key_shows_nothing_and_an_open_one_is_forgotten(team: list[Worker], number: str) -> None:
    budi = team[1]
    to_report(budi)
    budi.press("Kunci sekarang")
    assert "ZXQ-7781" not in budi.page.content()
    assert budi.page.get_by_label("Sandi kunci: 26 angka").is_visible()
    to_report(budi)
    budi.page.reload()
    budi.page.get_by_label("Sandi kunci: 26 angka").wait_for()
    assert "ZXQ-7781" not in budi.page.content()
    storage = budi.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert storage == "[{},{}]"
    assert budi.page.evaluate("indexedDB.databases().then(held => held.length)") == 0


def test_the_key_closes_after_a_quarter_of_an_hour_without_work(team: list[Worker], number: str) -> None:
    budi = team[1]
    budi.page.clock.install()
    try:
        budi.page.goto("/akun/laporan/jatim/")
        budi.page.get_by_label("Sandi kunci: 26 angka").fill(budi.phrase)
        budi.press("Buka kunci saya")
        budi.page.clock.run_for(200)
        budi.page.get_by_text("Kunci Anda terbuka").wait_for()
        budi.page.clock.run_for(16 * 60 * 1000)
        assert budi.page.get_by_label("Sandi kunci: 26 angka").is_visible()
    finally:
        budi.page.clock.resume()


def test_a_slip_is_told_and_a_wrong_phrase_opens_nothing(team: list[Worker]) -> None:
    ana, budi = team
    ana.page.goto("/akun/laporan/jatim/")
    phrase = ana.phrase.replace("\n", " ")
    slip = f"{(int(phrase[0]) + 1) % 10}{phrase[1:]}"
    for typed, sentence in ((slip, "baris pertama"), ("123", "26 angka"), (budi.phrase, "Tidak terbuka")):
        ana.page.get_by_label("Sandi kunci: 26 angka").fill(typed)
        ana.press("Buka kunci saya")
        ana.page.get_by_role("alert").get_by_text(sentence).wait_for()
        assert ana.page.locator("#lock-open").is_hidden()


PLANTED = """
from content.reports.vault.models import Share, Holder
from content.reports.vault.holder import seal_share
from content.reports.vault.keys import load_public
share = Share.objects.get(unit__code="jatim", holder__user={user})
{what}
share.save()
"""
ANOTHER_SEED = "share.sealed = seal_share(bytes(32), share.unit_id, 1, load_public(bytes(share.holder.exchange_key)))"


def test_a_seed_that_somebody_else_sealed_to_a_holder_is_not_the_units(team: list[Worker], site: Demo) -> None:
    """It would open nothing, but answers would be sealed to it: whoever planted it could read them."""
    ana = team[0]
    user = site.manage(
        "shell",
        "-v",
        "0",
        "-c",
        "from accounts.models import User; print(User.objects.get(email='ana@lentera.example').pk)",
    ).strip()
    held = site.manage(
        "shell",
        "-v",
        "0",
        "-c",
        f"from content.reports.vault.models import Share; print(bytes(Share.objects.get(unit__code='jatim', holder__user={user}).sealed).hex())",
    ).strip()
    try:
        site.manage("shell", "-c", PLANTED.format(user=user, what=ANOTHER_SEED))
        ana.page.goto("/akun/laporan/jatim/")
        ana.open_key()
        ana.page.get_by_role("alert").get_by_text("bukan kunci yang ditandatangani").wait_for()
    finally:
        site.manage("shell", "-c", PLANTED.format(user=user, what=f"share.sealed = bytes.fromhex('{held}')"))


def test_a_lost_phrase_is_recovered_from_paper_and_replaced(team: list[Worker], number: str) -> None:
    ana = team[0]
    old = ana.phrase
    ana.page.goto("/akun/laporan/jatim/kunci/")
    ana.press("Saya hanya punya lembar pemulihan")
    ana.page.get_by_label("Kode pemulihan").fill(ana.code.lower())
    ana.press("Buka kunci saya")
    ana.page.get_by_text("Kunci Anda terbuka").wait_for()
    ana.press("Buat sandi kunci baru")
    ana.page.locator("#shown-new").wait_for()
    ana.phrase = ana.page.inner_text("#shown-new")
    ana.page.get_by_label("Ketik sandi kunci dari kertas").fill(ana.phrase)
    with ana.page.expect_navigation():
        ana.press("Pakai sandi kunci ini")
    ana.page.get_by_label("Sandi kunci: 26 angka").fill(old)
    ana.press("Buka kunci saya")
    ana.page.get_by_role("alert").get_by_text("Tidak terbuka").wait_for()
    to_report(ana)
    assert "ZXQ-7781" in ana.page.inner_text("#story")


def test_one_more_and_one_less(team: list[Worker], number: str, chromium: Browser, server: Server, site: Demo) -> None:
    """A third holder opens what came before; one who is removed loses the pages and the next report."""
    ana, budi = team
    site.manage("reports_setup", "--unit", "jatim", "--seat", "citra@lentera.example")
    citra = worker(chromium, server, "citra")
    citra.sign_in()
    fingerprint = citra.enrol()
    citra.page.get_by_role("alert").get_by_text("belum termasuk").wait_for()
    for person in (ana, budi):
        person.page.goto("/akun/laporan/jatim/kunci/")
        assert fingerprint in person.page.inner_text("main")
        person.open_key()
        if person is ana:
            ana.press("Tambah Citra")
            ana.page.get_by_text("Menunggu tanda tangan kedua").wait_for()
        else:
            with budi.page.expect_navigation():
                budi.press("Semua sama: tanda tangani")
    assert budi.page.get_by_text("pemegang", exact=True).count() == 3
    to_report(citra)
    assert "ZXQ-7781" in citra.page.inner_text("#story")
    # Budi leaves: Ana proposes, Citra signs.
    ana.page.goto("/akun/laporan/jatim/kunci/")
    ana.open_key()
    ana.press("Keluarkan Budi")
    ana.page.get_by_text("Menunggu tanda tangan kedua").wait_for()
    citra.page.goto("/akun/laporan/jatim/kunci/")
    citra.open_key()
    with citra.page.expect_navigation():
        citra.press("Semua sama: tanda tangani")
    assert "Kunci nomor 2" in citra.page.inner_text("main")
    answer = budi.page.goto("/akun/laporan/jatim/")
    assert answer
    assert answer.status == 404
    # What comes now is sealed to the new key, and both of today open old and new.
    reporter = DistantReporter(server)
    assert receipt_in(reporter.send(reporter.form(), story="Laporan yang kedua, RQX-3310 dan seterusnya."))
    ana.page.goto("/akun/laporan/jatim/")
    ana.open_key()
    found = set()
    for place in range(2):
        ana.page.goto("/akun/laporan/jatim/")
        ana.open_key()
        ana.page.locator("a[data-summary]").nth(place).click()
        ana.page.locator("#story", has_text=re.compile("ZXQ|RQX")).wait_for()
        found |= set(re.findall("ZXQ-7781|RQX-3310", ana.page.inner_text("#story")))
    assert found == {"ZXQ-7781", "RQX-3310"}
    citra.page.context.close()


def test_no_secret_went_over_the_wire_or_stayed_behind(team: list[Worker], number: str, site: Demo) -> None:
    for person in team:
        wire = "".join(person.sent)
        assert "phrase_lock" in wire
        for secret in (person.phrase, person.code):
            plain = re.sub(r"\s", "", secret)
            assert plain not in re.sub(r"[\s+]|%20|%0A", "", wire)
            assert not left_behind(site.folder, secret, plain)
        assert "ZXQ-7781" not in wire
        assert [line for line in person.said if "404" not in line and "400" not in line] == []
    assert not left_behind(site.folder, "ZXQ-7781")


def test_nothing_runs_over_the_edge_and_axe_finds_nothing(team: list[Worker], number: str, tmp_path: Path) -> None:
    """Inbox, keys and an opened report, at 360 and 1280 px."""
    ana = team[0]
    ana.page.on("dialog", lambda dialog: Dialog.dismiss(dialog))
    for width in (360, 1280):
        ana.page.set_viewport_size({"width": width, "height": 800})
        for name, address in (("inbox", "/akun/laporan/jatim/"), ("keys", "/akun/laporan/jatim/kunci/")):
            ana.page.goto(address)
            ana.page.screenshot(path=tmp_path / f"{name}-{width}.png", full_page=True)
            over = "document.documentElement.scrollWidth - innerWidth"
            assert ana.page.evaluate(over) <= 0, (name, width)
            assert findings(ana.page) == [], name
        to_report(ana)
        ana.page.screenshot(path=tmp_path / f"report-{width}.png", full_page=True)
        assert ana.page.evaluate(over) <= 0, width
        assert findings(ana.page) == []
    assert json.dumps(sorted(path.name for path in tmp_path.iterdir()))
