"""On paper: each guide is a checklist on at most two A4 pages in letters of at least ten points (must show 3, UX G2.8)."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.chromium import Contexts
from tests.servers import Server, lacking

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]

GUIDES = ("p-ke-p", "g-ke-g-korea", "g-ke-g-jepang", "ssw-jepang", "mandiri")
A4 = (595.3, 841.9)
# A point is 4/3 of a CSS pixel.
SMALLEST = """() => {
    let smallest = [Infinity, ''];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const held = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !held.getClientRects().length) continue;
        const points = parseFloat(getComputedStyle(held).fontSize) * 0.75;
        if (points < smallest[0]) smallest = [points, held.outerHTML.slice(0, 90)];
    }
    return smallest;
}"""


def printed(page: Page, folder: Path) -> tuple[int, tuple[float, float], str]:
    """Number of pages, page size in points, and the text."""
    if shutil.which("pdfinfo") is None:
        lacking("pdfinfo and pdftotext", "poppler-utils")
    path = folder / "page.pdf"
    margin = dict.fromkeys(("top", "right", "bottom", "left"), "10mm")
    page.pdf(path=path, format="A4", margin=margin)
    told = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    pages = int(re.search(r"^Pages:\s+(\d+)", told, re.MULTILINE)[1])
    size = re.search(r"^Page size:\s+([\d.]+) x ([\d.]+)", told, re.MULTILINE)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    return pages, (float(size[1]), float(size[2])), text


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_fits_on_two_pages(
    name: str, language: str, contexts: Contexts, portal_server: Server, tmp_path: Path
) -> None:
    page = contexts(base_url=portal_server.url).new_page()
    page.goto(f"/{language}/panduan/{name}/")
    steps = page.locator("main h2, main h3").all_inner_texts()
    pages, size, text = printed(page, tmp_path)
    assert size == pytest.approx(A4, abs=1)
    assert pages <= 2
    page.emulate_media(media="print")
    points, where = page.evaluate(SMALLEST)
    assert round(points, 3) >= 10, where
    # Everything that is a step on the screen is one on paper, with the date and the source; nothing to press is printed.
    words = re.sub(r"\s+", "", text).lower()
    visible = [step for step in steps if page.get_by_text(step, exact=True).first.is_visible()]
    assert len(visible) >= 3
    assert all(re.sub(r"\s+", "", step).lower() in words for step in visible)
    assert not page.locator("nav:visible, form:visible, a.exit:visible").count()


# A common plan, the longest ones, and what somebody gets who knows nothing of himself.
PLANS = (
    "1.HK.5152.p2p.23..m..y...3508.ktp",
    "1.JP.2221.g2g.23..d...24..3508.x",
    "1.SG.5152.p2p.x.x.x.x.x.x.x.x.x",
    "1.MY.8121.p2p.40..d..n.24..x.x",
)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("code", PLANS)
def test_a_plan_is_a_checklist_of_two_pages_and_details_of_four(
    code: str, language: str, contexts: Contexts, portal_server: Server, tmp_path: Path
) -> None:
    """DECISIONS 58. Every step and paper of the screen is on paper, and so is the way back to the plan."""
    page = contexts(base_url=portal_server.url).new_page()
    for address, most in (("rencana/", 2), ("rencana/rincian/", 4)):
        page.goto(f"/{language}/{address}?k={code}")
        steps = page.locator("ol.s h3").all_inner_texts()
        # Two columns: of a paper the words that surely stand on one line.
        papers = [" ".join(paper.split()[:2]) for paper in page.locator("ul.tick li").all_inner_texts()]
        pages, size, text = printed(page, tmp_path)
        assert size == pytest.approx(A4, abs=1)
        assert pages <= most, address
        page.emulate_media(media="print")
        points, where = page.evaluate(SMALLEST)
        assert round(points, 3) >= 10, where
        words = re.sub(r"\s+", "", text).lower()
        assert len(steps) >= 15
        assert all(re.sub(r"\s+", "", step).lower() in words for step in (*steps, *papers))
        assert f"k={code}" in words or f"k={code}".lower() in words
        assert not page.locator("nav:visible, form:visible").count()
        page.emulate_media(media="null")


@pytest.mark.parametrize("minutes", [20, 45, 90])
def test_a_session_prints_with_its_handout(
    minutes: int, contexts: Contexts, portal_server: Server, tmp_path: Path
) -> None:
    """The handout of the pupils begins on a page of its own."""
    page = contexts(base_url=portal_server.url).new_page()
    page.goto(f"/id/sekolah/sesi-{minutes}-menit/")
    heading = page.locator("main .handout h2, main .sheet h2").first.inner_text()
    pages, size, text = printed(page, tmp_path)
    assert size == pytest.approx(A4, abs=1)
    assert pages >= 2
    assert any(sheet.strip().startswith(heading) for sheet in text.split("\f"))
    page.emulate_media(media="print")
    points, where = page.evaluate(SMALLEST)
    assert round(points, 3) >= 10, where
