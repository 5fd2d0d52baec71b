"""axe finds nothing on any public template in any state, in three languages, on a phone and on a desk (DECISIONS 59).

With JavaScript on, because axe itself needs it; the same states without JavaScript are walked by ``tests/browser``.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.chromium import Pages
from tests.public_templates import STATES, State
from tests.servers import Server
from tests.walkers import BrowserWalker

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("axe")]

AXE = Axe().axe_script
LANGUAGES = ("id", "en", "jv")
WIDTHS = (320, 1280)
RULES = {
    "resultTypes": ["violations", "incomplete"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# What axe cannot decide by itself and a person has looked at; everything else undecided counts as found.
UNDECIDED = {"color-contrast"}


def findings(page: Page) -> list[str]:
    """What axe has to say about the page as it stands. A page that holds axe already is not given it again."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    results = page.evaluate("rules => axe.run(document, rules)", RULES)
    held = [*results["violations"], *(one for one in results["incomplete"] if one["id"] not in UNDECIDED)]
    return [f"{one['id']}: {one['help']}: {node['html'][:160]}" for one in held for node in one["nodes"]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES, ids=str)
def test_axe_finds_nothing(state: State, language: str, sites: dict[str, Server], pages: Pages) -> None:
    page = pages(script=True)
    state.way(BrowserWalker(page, sites[state.site].url, language))
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} px {finding}" for finding in findings(page)]
    assert not found, f"{page.url}\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ('<img src="/a.png">', "image-alt"),
        ("<button></button>", "button-name"),
        ('<input id="a">', "label"),
        ('<p style="color:#bbb;background:#fff">Tulisan pucat</p>', "color-contrast"),
        ("<h2>a</h2><h4>b</h4>", "heading-order"),
    ],
)
def test_axe_finds_what_is_planted(html: str, rule: str, pages: Pages) -> None:
    """An axe that ran on nothing would be content with everything."""
    page = pages(script=True)
    page.set_content(f'<!doctype html><html lang="id"><title>a</title><main><h1>a</h1>{html}</main>')
    assert any(finding.startswith(rule) for finding in findings(page))
