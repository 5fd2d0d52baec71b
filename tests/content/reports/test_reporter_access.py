"""Check 43: every step of a reporter by keyboard, at 200 % and at 240 px, in words that a screen reader has to say.

axe itself runs over the same states in tests/a11y. The transcripts lie in docs/transcripts, one a language; they are what
Chromium tells assistive technology, and nobody who depends on it has heard them yet. After a change of the pages:
``TRANSCRIPTS=write pytest tests/content/reports/test_reporter_access.py -k transcript``, then read the difference.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests.chromium import Contexts, Pages
from tests.chromium import chromium as chromium
from tests.content.reports.reporting import RECEIPT
from tests.public_templates import STATES, State
from tests.servers import Server
from tests.walkers import BrowserWalker

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("axe")]

LANGUAGES = ("id", "en", "jv")
STEPS = [state for state in STATES if state.template.startswith("vault/")]
ERRORS = [step for step in STEPS if step.name == "error"]
FOLDER = Path(settings.BASE_DIR) / "docs" / "transcripts"
UNREVIEWED = {
    "id": "Belum ditinjau manusia: ditulis oleh peramban, belum didengarkan oleh pemakai pembaca layar.",
    "en": "Belum ditinjau manusia (not reviewed by a human): written by a browser, not yet heard by anyone who uses a screen reader.",
    "jv": "Belum ditinjau manusia: ditulis oleh peramban, belum didengarkan oleh pemakai pembaca layar.",
}
# What differs from one day, site or report to another.
PASSING = (
    (r"\b(?:\d ){19}\d\b|\b(?:\d \d \d \d(?:, )?){5}", "1 2 3 4, 5 6 7 8, …"),
    (RECEIPT.pattern.replace("<b>(", "").replace(")</b>", ""), "1234 5678 …"),
    (r"\b\d{1,2} (?:[A-Z][a-z]+) 20\d\d\b", "1 Januari 2026"),
    (r"127\.0\.0\.1:\d+", "example.org"),
)


def arrive(step: State, language: str, sites: dict[str, Server], page: Page) -> None:
    step.way(BrowserWalker(page, sites[step.site].url, language))


def transcript(page: Page) -> str:
    held = page.locator("body").aria_snapshot()
    for pattern, word in PASSING:
        held = re.sub(pattern, word, held)
    return held


@pytest.mark.parametrize("language", LANGUAGES)
def test_check_43_the_transcripts_are_up_to_date(
    language: str, sites: dict[str, Server], contexts: Contexts, request: pytest.FixtureRequest
) -> None:
    parts = [f"# Formulir ({language})", UNREVIEWED[language]]
    for step in STEPS:
        page = contexts(script=True).new_page()
        arrive(step, language, sites, page)
        parts.append(
            f"## {step.template.removeprefix('vault/').removesuffix('.html')}, {step.name}\n\n```yaml\n{transcript(page)}\n```"
        )
        page.context.close()
    path, written = FOLDER / f"report.{language}.md", "\n\n".join(parts) + "\n"
    if os.environ.get("TRANSCRIPTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(written, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == written
    assert "elum ditinjau manusia" in written


# Nothing is cut off, and nothing has to be drawn sideways.
OVERFLOWS = """() => [...document.querySelectorAll('main *, aside *, header *')]
    .filter(e => e.getClientRects().length && !e.closest('select') && e.getBoundingClientRect().right > innerWidth + 1)
    .map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", STEPS, ids=str)
def test_check_43_nothing_is_cut_off_at_200_percent_and_at_240_px(
    step: State, language: str, sites: dict[str, Server], pages: Pages
) -> None:
    page = pages()
    arrive(step, language, sites, page)
    # 640 px wide at 200 % is 320, and the letters alone may be as large as well.
    for width, letters in ((240, 100), (320, 100), (320, 200), (640, 200)):
        page.set_viewport_size({"width": width, "height": 640})
        page.evaluate("size => { document.documentElement.style.fontSize = size + '%' }", letters)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, letters)
        assert page.evaluate(OVERFLOWS) == [], (width, letters)
        button = page.locator("main button, main a.b").first
        if button.count():
            button.scroll_into_view_if_needed()
            assert button.is_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", ERRORS, ids=str)
def test_check_43_the_summary_of_errors_is_where_the_reader_is(
    step: State, language: str, script: bool, sites: dict[str, Server], contexts: Contexts
) -> None:
    page = contexts(script=script).new_page()
    arrive(step, language, sites, page)
    page.wait_for_timeout(100)
    focused = page.locator(":focus")
    assert "err" in (focused.get_attribute("class") or "")
    assert focused.get_attribute("role") == "alert"
    # And from there to the field that is wrong.
    link = page.locator(".err a").first
    if link.count():
        target = (link.get_attribute("href") or "").removeprefix("#")
        page.keyboard.press("Tab")
        assert link.evaluate("link => link === document.activeElement")
        page.keyboard.press("Enter")
        assert page.locator(f"#{target}").count() == 1
        assert page.evaluate("location.hash") == f"#{target}"


def reach(page: Page, target: str, limit: int = 80) -> None:
    """Press Tab until it has the focus, which must be seen."""
    for _press in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("target => document.activeElement.matches(target)", target):
            outline = page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.boxShadow] }"
            )
            assert outline[0] != "none" or outline[1] != "none", target
            return
    pytest.fail(f"{target} is not reached with the keyboard")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_check_43_a_report_is_sent_and_asked_for_with_the_keyboard_alone(
    script: bool, sites: dict[str, Server], contexts: Contexts
) -> None:
    page = contexts(script=script).new_page()
    page.goto(f"{sites['demo'].url}/layanan/")
    reach(page, "#place")
    page.keyboard.type("Jawa Tim")
    reach(page, "main form:has(#place) button")
    page.keyboard.press("Enter")
    page.locator("#story").wait_for()
    reach(page, "input[name=about]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    reach(page, "#story")
    page.keyboard.type("Paspor saya disimpan orang, saya takut.")
    if script:
        page.locator("form[data-sealing=ready]").wait_for()
    reach(page, "main form:has(#story) button")
    page.keyboard.press("Enter")
    page.locator("main [role=img]").wait_for()
    number = RECEIPT.search(page.content())[1]  # type: ignore[index]
    reach(page, "#file")
    reach(page, "main a.b[href='/keluar/']")
    page.goto(page.url)
    reach(page, "#receipt")
    page.keyboard.type(number)
    if script:
        page.locator("form[data-sealing=ready]").wait_for()
    page.keyboard.press("Enter")
    page.locator("#text").wait_for()
    assert page.locator("dl.f").count() == 1
