"""Work at the practice desk of the demonstration: by what is written on it alone, and by keys alone."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, expect

from content.reports.vault import practice
from tests.chromium import chromium as chromium
from tests.content.reports.practice import EMAILS, HELD, INBOX, MARRIAGE, Worker, at_desk
from tests.content.reports.practice import first as first
from tests.content.reports.practice import server as server
from tests.content.reports.practice import site as site
from tests.content.reports.reporting import DistantReporter, receipt_in, text_of
from tests.content.reports.test_server import files_below
from tests.demo import Demo
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]


# By keys alone


def to(page: Page, name: str) -> None:
    """Press Tab until what is called so has the focus, and can be seen to have it."""
    for _press in range(120):
        page.keyboard.press("Tab")
        held = page.evaluate(
            """() => { const one = document.activeElement, label = one.labels && one.labels[0];
            const look = getComputedStyle(one);
            return [one.getAttribute('aria-label') || (label || one).textContent.trim(), look.outlineStyle != 'none' && look.outlineWidth != '0px'] }"""
        )
        if re.search(name, held[0]):
            assert held[1], f"{name}: nobody sees where the focus is"
            return
    pytest.fail(f"Tab never comes to {name}")


def test_check_43_by_keys_alone(first: Worker) -> None:
    page = first.page
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(INBOX)
    to(page, "Sandi kunci: 26 angka")
    page.keyboard.type(" ".join(first.known.phrase.lines))
    page.keyboard.press("Enter")
    page.get_by_text("Kunci Anda terbuka").wait_for()
    page.get_by_role("link", name=MARRIAGE).wait_for()
    to(page, "dikawinkan")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Yang terjadi").wait_for()
    to(page, "^Catatan baru")
    page.keyboard.type("Contoh: ditulis dengan papan tombol saja.")
    to(page, "Kunci, tanda tangani, dan simpan")
    page.keyboard.press("Enter")
    page.get_by_text("ditulis dengan papan tombol").wait_for()
    to(page, "Ubah tenggat")
    page.keyboard.press("Enter")
    to(page, "Langkah berikutnya paling lambat")
    to(page, "Simpan tenggat")
    page.keyboard.press("Enter")
    page.get_by_text("Tenggat diubah").wait_for()
    expect(page.get_by_text("Kunci Anda terbuka")).to_be_visible()


# Must show 8, but for referring: by what is written on it alone


def test_a_report_is_taken_on_noted_answered_joined_and_closed(
    first: Worker, chromium: Browser, server: Server, site: Demo
) -> None:
    """Two people at the desk and a reporter with two numbers."""
    reporter = DistantReporter(server)
    numbers = [
        receipt_in(reporter.send(reporter.form(), story=f"Contoh: paspor kami dipegang, {which}. ZXQ-4410")) or ""
        for which in ("yang pertama", "yang kedua")
    ]
    second = at_desk(chromium, server, EMAILS[1], practice.WORKERS[1])
    page = first.page
    called = []
    for which in ("yang pertama", "yang kedua"):
        for place in range(3):
            first.open_inbox()
            page.get_by_role("link", name=HELD).nth(place).click()
            page.get_by_role("heading", name="Yang terjadi").wait_for()
            if page.get_by_text(which).count():
                break
        called.append(page.get_by_role("heading", level=1).inner_text().split()[-1])
    # It is the second now: it is marked as the same as the first.
    page.get_by_text("Isinya sama dengan laporan lain", exact=True).click()
    page.get_by_label("Sebutan laporan yang lain").fill(called[0])
    first.press("Tandai sama")
    page.get_by_text("Isinya sama dengan laporan lain dan ditangani di sana").wait_for()
    page.get_by_role("heading", name="Yang terjadi").wait_for()
    page.get_by_role("link", name=f"Laporan {called[0]}").click()
    page.get_by_text("yang pertama").wait_for()
    # Taken on, noted, with a sentence below the state, answered.
    page.get_by_label("Catatan baru").fill("Contoh: telepon dinas, catatan QWV-9917.")
    page.get_by_label("Penanggung jawab").select_option(label="Contoh Petugas kasus")
    first.press("Tugaskan")
    page.get_by_text("Penanggung jawab: Contoh Petugas kasus").wait_for()
    # What was being written is still there.
    first.press("Kunci, tanda tangani, dan simpan")
    page.get_by_text("QWV-9917").wait_for()
    page.get_by_label("Status yang dilihat pelapor").select_option(
        label="Sedang ditangani: menunggu jawaban pihak lain"
    )
    first.press("Ubah")
    page.get_by_text("Kami menunggu jawaban dari pihak lain").wait_for()
    page.get_by_text("QWV-9917").wait_for()
    page.get_by_label("Jawaban Anda").fill("Contoh: kami sudah membaca laporan Anda.")
    first.press("Kunci, tanda tangani, dan kirim")
    page.get_by_text("Jawaban unit").wait_for()
    told = [text_of(reporter.status(number)) for number in numbers]
    assert "Kami menunggu jawaban dari pihak lain" in told[0]
    assert "kami sudah membaca" in told[0]
    assert "Sedang ditangani" in told[1]
    assert "Kami menunggu" not in told[1]
    assert not any("QWV-9917" in page_ or called[0] in page_ for page_ in told)
    # The other holder reads the note; the first keeps herself away, and finds it no more.
    second.open_inbox()
    second.page.get_by_role("link", name="Semua petugas").wait_for()
    address = page.url
    second.page.goto(address)
    second.open_key()
    second.page.get_by_text("QWV-9917").wait_for()
    page.get_by_text("Menyangkut saya atau rekan saya").click()
    first.press("Menyangkut saya")
    first.press("Ya, jauhkan saya darinya")
    page.get_by_role("heading", name="Kotak masuk").wait_for()
    assert page.get_by_text(called[0]).count() == 0
    answer = page.goto(address)
    assert answer
    assert answer.status == 404
    second.page.reload()
    second.page.get_by_text("Menyangkut saya atau rekan saya").click()
    second.press("Izinkan Contoh Petugas kasus melihatnya lagi")
    second.page.get_by_label("Status yang dilihat pelapor").select_option(label="Ditutup: bantuan diberikan")
    second.press("Ubah")
    second.page.get_by_text("Bantuan sudah diberikan").wait_for()
    assert "Bantuan sudah diberikan" in text_of(reporter.status(numbers[0]))
    assert "Ditutup" in text_of(reporter.status(numbers[1]))
    for path in files_below(site.folder):
        with suppress(FileNotFoundError):
            content = path.read_bytes()
            assert not [secret for secret in (b"QWV-9917", b"ZXQ-4410") if secret in content], path
    second.page.context.close()
