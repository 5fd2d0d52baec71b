"""The sealed paper envelope in Chromium, by labels alone: two sheets are made; all holders are lost; two new people bring the unit back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.a11y.test_axe import findings
from tests.chromium import chromium as chromium
from tests.content.reports.desk import PASSWORD, STORY, Worker, worker
from tests.content.reports.desk import number as number
from tests.content.reports.desk import server as server
from tests.content.reports.desk import site as site
from tests.content.reports.desk import team as team
from tests.demo import Demo
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]

NEW = ("eka", "fitri")
MAKE_ACCOUNTS = f"""
from accounts.models import User
for name in {NEW!r}:
    User.objects.create_user(f"{{name}}@lentera.example", {PASSWORD!r}, first_name=name.title(), demo=True)
"""
UNSEAT = [argument for name in ("ana", "budi") for argument in ("--unseat", f"{name}@lentera.example")]


def sheets_of(ana: Worker, folder: Path) -> list[str]:
    """Both codes as they stand on paper, each seen on its own."""
    page, codes = ana.page, []
    page.goto("/akun/laporan/jatim/kunci/")
    ana.open_key()
    assert "Belum ada." in page.inner_text("main")
    page.get_by_role("link", name="Buat amplop, atau pulihkan unit").click()
    ana.press("Buat kedua lembar")
    for sheet, following in ((1, "Lembar 1 sudah di kertas"), (2, "Lembar 2 sudah di kertas")):
        page.get_by_role("heading", name=f"Lembar {sheet} dari 2").wait_for()
        shown = page.locator("main").inner_text()
        (code,) = re.findall(r"(?:[0-9A-Z]{5} ){4}[0-9A-Z]{5}", shown)
        codes.append(code)
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            page.screenshot(path=folder / f"sheet-{sheet}-{width}.png", full_page=True)
        # On paper stands this sheet and nothing else of the page.
        page.emulate_media(media="print")
        page.screenshot(path=folder / f"sheet-{sheet}-print.png", full_page=True)
        printed = page.locator("body").inner_text()
        assert code in printed
        assert "Dua orang hadir" not in printed
        assert "Sandi kunci" not in printed
        page.emulate_media(media="screen")
        ana.press(following)
    assert codes[0] != codes[1]
    return codes


def test_two_sheets_bring_back_a_unit_that_has_lost_all_its_holders(
    team: list[Worker], number: str, chromium: Browser, server: Server, site: Demo, tmp_path: Path
) -> None:
    ana = team[0]
    first, second = sheets_of(ana, tmp_path)
    page = ana.page
    assert findings(page) == []
    page.get_by_label("Kode lembar 1, dari kertas").fill(first)
    page.get_by_label("Kode lembar 2, dari kertas").fill(first)
    ana.press("Keduanya benar: berlakukan amplop")
    page.get_by_role("alert").filter(has_text="Ini tidak sama dengan yang ditampilkan").wait_for()
    page.get_by_label("Kode lembar 2, dari kertas").fill(second.lower())
    ana.press("Keduanya benar: berlakukan amplop")
    page.get_by_text("Amplop sudah berlaku.").wait_for()
    assert "kunci nomor 1" in page.inner_text("main")
    # All who held the key are gone: two others get seats and make keys of their own.
    site.manage("shell", "-c", MAKE_ACCOUNTS)
    seats = [argument for name in NEW for argument in ("--seat", f"{name}@lentera.example")]
    site.manage("reports_setup", "--unit", "jatim", *UNSEAT, *seats)
    people = [worker(chromium, server, name) for name in NEW]
    for person in people:
        person.sign_in()
        fingerprint = person.enrol()
        site.manage("reports_setup", "--unit", "jatim", "--trust", fingerprint)
    eka, fitri = people
    eka.page.goto("/akun/laporan/jatim/kunci/amplop/")
    eka.open_key()
    eka.page.get_by_label("Kode lembar 1").fill(first)
    eka.page.get_by_label("Kode lembar 2").fill(first)
    eka.press("Buka amplop dan usulkan pemegang baru")
    eka.page.get_by_text("Amplop tidak terbuka dengan kode ini").wait_for()
    for width in (360, 1280):
        eka.page.set_viewport_size({"width": width, "height": 800})
        eka.page.screenshot(path=tmp_path / f"recover-{width}.png", full_page=True)
        assert eka.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert findings(eka.page) == []
    eka.page.get_by_label("Kode lembar 1").fill(first)
    eka.page.get_by_label("Kode lembar 2").fill(second)
    eka.press("Buka amplop dan usulkan pemegang baru")
    eka.page.get_by_text("Amplop terbuka. Pemegang baru yang lain").wait_for()
    fitri.page.goto("/akun/laporan/jatim/kunci/")
    fitri.open_key()
    fitri.press("Semua sama: tanda tangani")
    fitri.page.get_by_text("Kunci nomor 2").wait_for()
    # Both read what was sent before; the history tells it all; the envelope is to be made anew.
    for person in people:
        person.page.goto("/akun/laporan/jatim/")
        person.open_key()
        person.page.get_by_role("link", name=re.compile("Jawa Timur")).first.click()
        person.page.get_by_role("heading", name="Yang terjadi").wait_for()
        assert STORY[:40] in person.page.inner_text("#story")
    fitri.page.get_by_role("link", name="Riwayat").click()
    fitri.page.get_by_role("heading", name="Riwayat").wait_for()
    told = fitri.page.inner_text("main")
    assert "Amplop tersegel unit dibuat" in told
    assert "Amplop tersegel unit dibuka" in told
    fitri.page.get_by_role("link", name="Kunci", exact=True).click()
    fitri.page.get_by_text("Buat yang baru.").wait_for()
    # Neither code was ever sent, by whoever made it nor by whoever typed it.
    for person in (ana, *people):
        sent = "\n".join(person.sent).upper()
        for code in (first, second):
            assert code not in sent
            assert code.replace(" ", "") not in sent
        assert [line for line in person.said if "400" not in line] == []
    for person in people:
        person.page.context.close()
