"""``make screenshots``: the pictures of the README, taken from the demonstration site at 360 and 1280 px.

The command builds a demonstration site of its own, serves it, and writes ``<name>-<width>.png`` beside itself. With
``--whole`` it takes whole pages instead of the first screen, with ``--into FOLDER`` it writes elsewhere: for looking.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.chromium import ARGUMENTS, executable  # noqa: E402
from tests.demo import Demo, build, serving  # noqa: E402

# Width and height of the first screen.
SCREENS = ((360, 740), (1280, 800))
COLOURS = 64
ARTICLE = "/id/pendidikan/perdagangan-orang/apa-itu-perdagangan-orang/"
PICTURES = {
    "home": "/id/",
    "article": ARTICLE,
    "jobs": "/id/lowongan/?q=pengasuh+lansia&negara=TW",
    "job": "",  # the first listing of the list
    "guide": "/id/panduan/p-ke-p/",
    "report": "/layanan/",
    "empty": "/id/lowongan/?q=astronot&negara=TW",
    "error": "/id/tidak-pernah-ada/",
}


def open_picture(page: Page, base: str, name: str) -> None:
    """Show what the picture ``name`` shows."""
    if name == "job":
        page.goto(f"{base}/id/lowongan/")
        page.locator('main a[href*="/lowongan/"]:not([href*="?"])').first.click()
    else:
        page.goto(f"{base}{PICTURES[name]}")


def save(shot: bytes, path: Path) -> int:
    """Write a picture with few colours; its size in bytes."""
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path.stat().st_size


def take(browser: Browser, base: str, folder: Path, *, whole: bool) -> None:
    """Every picture at every width."""
    for width, height in SCREENS:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="id-ID")
        page = context.new_page()
        for name in PICTURES:
            open_picture(page, base, name)
            path = folder / f"{name}-{width}.png"
            size = save(page.screenshot(full_page=whole), path)
            print(f"{path.name:<18}{size / 1000:>8.1f} KB")
        context.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--whole", action="store_true", help="whole pages, not the first screen")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent, help="the folder to write into")
    parser.add_argument("--site", type=Path, help="a folder with a demonstration site that is there already")
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lentera-pictures-") as folder, sync_playwright() as playwright:
        site = Demo(options.site.resolve()) if options.site else build(Path(folder) / "demo")
        browser = playwright.chromium.launch(executable_path=executable(), args=list(ARGUMENTS))
        with serving(site) as server:
            take(browser, server.url, options.into, whole=options.whole)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
