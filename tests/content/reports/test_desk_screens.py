"""Every screen of the desk, at 360, 640 and 1280 px, with axe, and as a screen reader gets it.

The last lies in docs/screen-reader/desk, written anew with WRITE_TRANSCRIPTS=1. Nothing here changes what the desk shows.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.a11y.test_axe import findings
from tests.chromium import chromium as chromium
from tests.content.reports.practice import EMAILS, HELD, INBOX, MARRIAGE, Worker
from tests.content.reports.practice import first as first
from tests.content.reports.practice import newcomer as newcomer
from tests.content.reports.practice import server as server
from tests.content.reports.practice import site as site
from tests.demo import Demo
from tests.servers import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]

ABOVE = f"""
from accounts.models import User
from content.reports.vault.models import Report, Seat, Unit
above = Unit.objects.create(code="contoh-atas", name="Unit Contoh Atas", region="99", demo=True)
Seat.objects.create(unit=above, user=User.objects.get(email={EMAILS[0]!r}).pk)
Report.objects.filter(status="received").update(also=above)
"""
NO_LONGER_ABOVE = """
from content.reports.vault.models import Report, Unit
Report.objects.update(also=None)
Unit.objects.filter(code="contoh-atas").delete()
"""
TRANSCRIPTS = ROOT / "docs" / "screen-reader" / "desk"
UNREVIEWED = "belum ditinjau manusia"
BURST = """
from content.reports.vault.models import Report
# Whether somebody has opened them does not depend on which screens were walked before.
Report.objects.filter(status="received").update(burst={}, opened_on=None)
"""
# As if the unit were one that counts, with a week that stands out and a warning that somebody else wrote.
COUNTING = f"""
import datetime as dt
from accounts.models import User
from content.registers.models import Bulletin
from content.registers.services import write_bulletin
from content.reports.vault import coarse
from content.reports.vault.models import StatRecord, Unit, WeekCount, today
Unit.objects.filter(code="contoh").update(demo=False, region="35")
WeekCount.objects.create(unit="contoh", week=coarse.week_of(today()), district="35.09.01", modus="sea", n=9)
month = coarse.month_of(today().replace(day=1) - dt.timedelta(days=1))
for number in range(12):
    StatRecord.objects.create(unit="contoh", month=month, regency="35.09", modus="sea")
warning = Bulletin(title={{"id": "Contoh peringatan"}}, text={{"id": "Contoh: periksa tawaran kerja di kapal."}},
                   valid_until=today() + dt.timedelta(days=20), example=True)
write_bulletin(warning, User.objects.get(email={EMAILS[1]!r}))
"""
NO_LONGER_COUNTING = """
from content.registers.models import Bulletin
from content.reports.vault.models import StatRecord, Unit, WeekCount
Bulletin.objects.filter(title__id="Contoh peringatan").delete()
WeekCount.objects.all().delete()
StatRecord.objects.all().delete()
Unit.objects.filter(code="contoh").update(demo=True, region="")
"""


# The screens


def inbox(worker: Worker) -> None:
    worker.open_inbox()


def locked_inbox(worker: Worker) -> None:
    worker.page.goto(INBOX)


def overdue(worker: Worker) -> None:
    worker.open_inbox()
    worker.page.get_by_role("link", name="Terlambat").click()
    worker.page.get_by_role("link", name="Terlambat").and_(worker.page.locator("[aria-current]")).wait_for()
    expect(worker.page.get_by_role("link", name="Laporan terkunci")).to_have_count(0)


def report(worker: Worker) -> None:
    worker.open_report(MARRIAGE)
    worker.page.get_by_text("Contoh catatan").wait_for()
    for summary in worker.page.locator("summary").all():
        summary.click()


def locked_report(worker: Worker) -> None:
    worker.page.goto(INBOX)
    worker.page.get_by_role("link", name="Laporan terkunci").first.click()
    worker.page.get_by_text("Buka kunci Anda di atas").wait_for()


def conflict(worker: Worker) -> None:
    worker.open_report(HELD)
    worker.page.get_by_text("Menyangkut saya atau rekan saya").click()
    worker.press("Menyangkut saya")
    worker.page.get_by_role("heading", name="Apakah laporan ini menyangkut Anda?").wait_for()


def refused(worker: Worker) -> None:
    worker.open_report(HELD)
    worker.page.get_by_text("Isinya sama dengan laporan lain", exact=True).click()
    worker.page.get_by_label("Sebutan laporan yang lain").fill("zzzzzz")
    worker.press("Tandai sama")
    worker.page.get_by_role("heading", name="Itu tidak dilakukan").wait_for()


def keys(worker: Worker) -> None:
    worker.page.goto(f"{INBOX}kunci/")


def recovery(worker: Worker) -> None:
    worker.page.goto(f"{INBOX}kunci/")
    worker.press("Saya hanya punya lembar pemulihan")
    worker.page.get_by_label("Kode pemulihan").wait_for()


def history(worker: Worker) -> None:
    worker.page.goto(f"{INBOX}riwayat/")


SCREENS: dict[str, Callable[[Worker], None]] = {
    "kotak-masuk-terkunci": locked_inbox,
    "kotak-masuk": inbox,
    "terlambat": overdue,
    "laporan-terkunci": locked_report,
    "laporan": report,
    "menyangkut-saya": conflict,
    "ditolak": refused,
    "kunci": keys,
    "pemulihan": recovery,
    "riwayat": history,
}


def look_at(worker: Worker, name: str, pictures: Path) -> None:
    """At 360, 640 (1280 px at 200 %) and 1280 px: nothing runs over the edge, and axe finds nothing."""
    for width in (360, 640, 1280):
        worker.page.set_viewport_size({"width": width, "height": 800})
        worker.page.screenshot(path=pictures / f"{name}-{width}.png", full_page=True)
        assert worker.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (name, width)
        assert findings(worker.page) == [], (name, width)


# What differs from day to day and from site to site.
_MONTH = r"(?:Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November|Desember) \d{4}"
_CHANGING = (
    (rf"\d{{1,2}} {_MONTH}", "‹hari›"),
    (_MONTH, "‹bulan›"),
    (r"\b\d{4}-\d{2}-\d{2}\b", "‹hari›"),
    (r"\b[0-9a-f]{64}\b", "‹tanda›"),
    (r"\d{5}(?: \d{5}){5}", "‹sidik jari›"),
    (r"(/akun/laporan/\w+/)[0-9a-f]{7,16}/", r"\1‹laporan›/"),
    (r"\b(?=[0-9a-f]*[0-9])[0-9a-f]{6}\b|\b[a-f]{6}\b", "‹sebutan›"),
    (r"terlambat \d+ hari", "terlambat ‹n› hari"),
    (r"https?://127\.0\.0\.1:\d+", ""),
)


def transcript(page: Page, name: str) -> str:
    """The accessibility tree of the page, as a screen reader goes through it."""
    text = page.locator("body").aria_snapshot()
    if name == "riwayat":
        text = first_acts(text)
    text = re.sub(r"(?:^ +- '?option .*\n){10,}", shortened, text, flags=re.MULTILINE)
    for pattern, instead in _CHANGING:
        text = re.sub(pattern, instead, text)
    return f"# {name} ({UNREVIEWED})\n\nPohon aksesibilitas layar ini seperti yang diterima pembaca layar.\n\n```yaml\n{text}\n```\n"


def shortened(options: re.Match[str]) -> str:
    """A list of regions or districts: its beginning says what it is."""
    lines = options[0].splitlines(keepends=True)
    return "".join(lines[:3]) + re.sub(r"- '?option.*", f"- text: ‹dan {len(lines) - 3} lagi›", lines[3])


def first_acts(text: str) -> str:
    """A history without what was done since the desk was opened: its head and the three oldest rows."""
    rows = [match.start() for match in re.finditer(r"^ +- '?row ", text, re.MULTILINE)]
    return text[: rows[1]] + text[rows[-3] :]


def check_transcript(page: Page, name: str) -> None:
    path, made = TRANSCRIPTS / f"{name}.md", transcript(page, name)
    if os.environ.get("WRITE_TRANSCRIPTS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == made, (
        f"{name}: write the transcripts anew (WRITE_TRANSCRIPTS=1), then read them"
    )


@pytest.mark.parametrize("name", SCREENS)
def test_check_43_every_screen(name: str, first: Worker, tmp_path: Path) -> None:
    first.page.set_viewport_size({"width": 1280, "height": 800})
    SCREENS[name](first)
    check_transcript(first.page, name)
    look_at(first, name, tmp_path)
    # That something was refused is an answer of its own, of which the browser takes note.
    assert [line for line in first.said if name != "ditolak" or "400" not in line] == []
    first.said.clear()


def test_check_43_making_a_key(newcomer: Worker, tmp_path: Path) -> None:
    page = newcomer.page
    page.goto(f"{INBOX}kunci/")
    check_transcript(page, "buat-kunci")
    look_at(newcomer, "buat-kunci", tmp_path)
    newcomer.press("Buat kunci saya")
    page.get_by_role("group", name="Lembar pemulihan Anda").wait_for()
    look_at(newcomer, "kunci-dibuat", tmp_path)


def test_check_43_a_burst(first: Worker, site: Demo, tmp_path: Path) -> None:
    site.manage("shell", "-c", BURST.format(True))
    try:
        first.page.set_viewport_size({"width": 1280, "height": 800})
        first.page.goto(INBOX)
        first.open_key()
        first.page.get_by_role("link", name="Pilah").first.click()
        first.page.get_by_role("checkbox").first.check()
        first.page.get_by_role("link", name=re.compile("ditahan|Tawaran kerja")).first.wait_for()
        check_transcript(first.page, "lonjakan")
        look_at(first, "lonjakan", tmp_path)
        first.page.get_by_label("Status untuk yang dipilih").select_option(
            label="Ditutup: bukan laporan, hanya gangguan"
        )
        first.press("Ubah yang dicentang")
        first.page.get_by_role("heading", name="Anda yakin?").wait_for()
        check_transcript(first.page, "anda-yakin")
        look_at(first, "anda-yakin", tmp_path)
    finally:
        site.manage("shell", "-c", BURST.format(False))


def test_check_43_a_unit_above(first: Worker, site: Demo, tmp_path: Path) -> None:
    """Somebody with seats in two units, and a report that the one above can open too."""
    site.manage("shell", "-c", ABOVE)
    try:
        first.page.set_viewport_size({"width": 1280, "height": 800})
        first.page.goto("/akun/laporan/")
        first.page.get_by_role("link", name="Unit Contoh Atas").wait_for()
        check_transcript(first.page, "unit")
        look_at(first, "unit", tmp_path)
        first.open_report(HELD)
        first.page.get_by_text("Menyangkut saya atau rekan saya").click()
        first.press("Serahkan kepada Unit Contoh Atas")
        first.page.get_by_role("heading", name="Serahkan laporan ini?").wait_for()
        check_transcript(first.page, "serahkan")
        look_at(first, "serahkan", tmp_path)
    finally:
        site.manage("shell", "-c", NO_LONGER_ABOVE)


def test_check_43_figures_and_warnings(first: Worker, site: Demo, tmp_path: Path) -> None:
    """What stands out, and from there to a warning; and a report that is counted."""
    page = first.page

    def look(name: str) -> None:
        page.set_viewport_size({"width": 1280, "height": 800})
        check_transcript(page, name)
        look_at(first, name, tmp_path)

    site.manage("shell", "-c", COUNTING)
    try:
        first.open_inbox()
        page.get_by_role("link", name="Lihat", exact=True).click()
        page.get_by_role("heading", name="Yang menonjol").wait_for()
        look("angka")
        page.get_by_role("link", name="Tulis peringatan untuk masyarakat").click()
        look("tulis-peringatan")
        page.goto(INBOX)
        page.get_by_role("link", name="Peringatan", exact=True).click()
        look("semua-peringatan")
        page.get_by_role("link", name="Contoh peringatan").click()
        page.get_by_role("button", name="Sudah saya baca: terbitkan").wait_for()
        look("peringatan")
        first.open_report(MARRIAGE)
        page.get_by_text("Hitung untuk statistik").click()
        page.get_by_label("Kabupaten atau kota").select_option("35.09")
        page.get_by_label("boleh dihitung tanpa identitas").check()
        first.press("Hitung")
        page.get_by_label("Kecamatan").wait_for()
        look("kecamatan")
    finally:
        site.manage("shell", "-c", NO_LONGER_COUNTING)


def test_every_transcript_has_a_screen() -> None:
    stored = {path.stem for path in TRANSCRIPTS.glob("*.md")}
    others = {"buat-kunci", "lonjakan", "anda-yakin", "unit", "serahkan"}
    assert stored == {*SCREENS, *others, "angka", "tulis-peringatan", "semua-peringatan", "peringatan", "kecamatan"}
    assert all(UNREVIEWED in path.read_text(encoding="utf-8") for path in TRANSCRIPTS.glob("*.md"))
