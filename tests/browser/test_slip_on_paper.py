"""A slip goes through a printer and the camera of a simple phone, and is believed; its page fits on half a sheet (must show 5)."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Page

from tests.browser.test_print import SMALLEST
from tests.chromium import Contexts
from tests.servers import Server, lacking

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]

# Half of A4 in CSS pixels: below it the sheet is cut.
HALF_SHEET = 148.5 / 25.4 * 96
MARGIN = 10 / 25.4 * 96
# Every run wears the paper alike.
RANDOM = random.Random(5)


def open_slip(page: Page, language: str) -> str:
    """Go to the slip of the first listing, as a reader does; its code."""
    page.goto(f"/{language}/lowongan/")
    page.locator('main article a[href*="/lowongan/"]').first.click()
    page.locator('main a[href$="/slip/"]').first.click()
    return re.search(r"/lowongan/(\w+)/slip/", page.url)[1]


def on_paper(page: Page, folder: Path, sheet: str, dots: int) -> list[Image.Image]:
    """What a printer with so many dots to the inch makes of the page, in grey."""
    if shutil.which("pdftoppm") is None:
        lacking("pdftoppm", "poppler-utils")
    path = folder / f"{sheet}-{dots}.pdf"
    page.pdf(path=path, format=sheet)
    subprocess.run(["pdftoppm", "-gray", "-r", str(dots), "-png", path, path.with_suffix("")], check=True)
    return [Image.open(found).convert("L") for found in sorted(folder.glob(f"{sheet}-{dots}-*.png"))]


def noise(sheet: Image.Image, amount: int) -> Image.Image:
    """Grain of a cheap sensor, around the grey of each point."""
    grain = Image.frombytes("L", sheet.size, RANDOM.randbytes(sheet.width * sheet.height))
    return ImageChops.add(sheet, grain.point(lambda value: value * amount // 255), offset=-amount // 2)


def turned(sheet: Image.Image, degrees: float) -> Image.Image:
    return sheet.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def crumpled(sheet: Image.Image) -> Image.Image:
    """Held askew, pale, a little out of focus, in bad light."""
    pale = sheet.point(lambda value: 90 + value * 120 // 255)
    light = Image.linear_gradient("L").resize(sheet.size).point(lambda value: 200 + value * 55 // 255)
    return noise(turned(ImageChops.multiply(pale, light), 7).filter(ImageFilter.GaussianBlur(0.8)), 50)


def photocopied(sheet: Image.Image) -> Image.Image:
    """Black or white, with dirt, as the office machine gives it."""
    return noise(sheet.filter(ImageFilter.GaussianBlur(1)), 90).point(lambda value: 255 if value > 140 else 0)


def folded(sheet: Image.Image) -> Image.Image:
    """A worn crease of a millimetre across the middle of the QR code, and one down its side."""
    held = sheet.copy()
    across = round(sheet.height * 0.155)
    held.paste(215, (0, across, sheet.width, across + 4))
    held.paste(215, (round(sheet.width * 0.25), 0, round(sheet.width * 0.25) + 4, sheet.height))
    return held.filter(ImageFilter.GaussianBlur(0.7))


WEAR: dict[str, tuple[int, Callable[[Image.Image], Image.Image]]] = {
    "as printed": (150, lambda sheet: sheet),
    "coarse": (100, lambda sheet: sheet),
    "turned": (120, lambda sheet: turned(sheet, -12)),
    "upside down": (150, lambda sheet: sheet.rotate(180)),
    "blurred": (150, lambda sheet: sheet.filter(ImageFilter.GaussianBlur(1.6))),
    "grain": (120, lambda sheet: noise(sheet, 120)),
    "crumpled": (150, crumpled),
    "photocopied": (150, photocopied),
    "folded": (150, folded),
    "far away": (150, lambda sheet: sheet.resize((sheet.width * 11 // 20, sheet.height * 11 // 20))),
}


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_slip_is_read_from_paper_and_believed(
    language: str, contexts: Contexts, portal_server: Server, tmp_path: Path
) -> None:
    page = contexts(base_url=portal_server.url).new_page()
    code = open_slip(page, language)
    sheets = {dots: on_paper(page, tmp_path, "A4", dots) for dots in {dots for dots, _wear in WEAR.values()}}
    assert all(len(held) == 1 for held in sheets.values())
    found = {}
    for name, (dots, wear) in WEAR.items():
        barcodes = zxingcpp.read_barcodes(wear(sheets[dots][0]))
        found[name] = [barcode.text for barcode in barcodes]
    address = found["as printed"][0]
    assert address.startswith(f"{portal_server.url}/{language}/cek/slip/")
    assert found == {name: [address] for name in WEAR}
    response = page.goto(address)
    assert response is not None
    assert response.headers["cache-control"] == "no-store"
    box = page.locator("#hasil .tip")
    assert re.search("masih ditawarkan|still on offer", box.inner_text())
    assert f"{code[:4]} {code[4:]}".upper() in page.locator("#hasil").inner_text()


def test_one_altered_digit_is_noticed(contexts: Contexts, portal_server: Server) -> None:
    page = contexts(base_url=portal_server.url).new_page()
    open_slip(page, "id")
    address = page.locator("main a:has(svg)").get_attribute("href") or ""
    place = len(address) - 30
    page.goto(address[:place] + str((int(address[place]) + 1) % 10) + address[place + 1 :])
    assert "Slip ini telah diubah" in page.locator("#hasil .warn").inner_text()
    page.goto(address)
    assert page.locator("#hasil .tip").is_visible()


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_slip_fits_on_half_a_sheet_and_on_a5(
    language: str, contexts: Contexts, portal_server: Server, tmp_path: Path
) -> None:
    page = contexts(base_url=portal_server.url, width=round(210 / 25.4 * 96 - 2 * MARGIN)).new_page()
    open_slip(page, language)
    assert len(on_paper(page, tmp_path, "A4", 50)) == 1
    assert len(on_paper(page, tmp_path, "A5", 50)) == 1
    page.emulate_media(media="print")
    bottom = page.locator("main").evaluate("element => element.getBoundingClientRect().bottom")
    assert bottom + MARGIN <= HALF_SHEET
    points, where = page.evaluate(SMALLEST)
    assert round(points, 3) >= 10, where
    assert not page.locator("nav:visible, form:visible, header:visible, footer:visible").count()
    # More than half a millimetre for each square, as wide on paper as it says.
    svg = page.locator("main svg")
    squares = int((svg.get_attribute("viewBox") or "").split()[2])
    assert (svg.bounding_box() or {})["width"] / 96 * 25.4 / squares >= 0.5
