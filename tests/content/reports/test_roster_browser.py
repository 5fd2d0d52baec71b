"""Holders come and go, in Chromium. Apart from the rest of the desk: who is a holder afterwards differs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.chromium import chromium as chromium
from tests.content.reports.desk import Worker, to_report, worker
from tests.content.reports.desk import number as number
from tests.content.reports.desk import server as server
from tests.content.reports.desk import site as site
from tests.content.reports.desk import team as team
from tests.content.reports.reporting import DistantReporter, receipt_in
from tests.demo import Demo
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]


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
