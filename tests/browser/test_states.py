"""Every public template in every state, without JavaScript, on the narrowest phones (DECISIONS 59, UX G1.2, G2.1, G3.2)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.chromium import Contexts, Pages
from tests.public_templates import STATES, State
from tests.servers import Server
from tests.walkers import BrowserWalker

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]

# Text spacing of WCAG 1.4.12, as a reader's own style sheet.
SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }"
SPACED = "css => document.head.append(Object.assign(document.createElement('style'), {textContent: css}))"
OVERFLOW = """() => {
    const wide = document.scrollingElement.scrollWidth - document.documentElement.clientWidth;
    if (wide <= 0) return null;
    const guilty = [...document.querySelectorAll('body *')].filter(
        e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
    );
    return wide + ' px: ' + guilty.slice(-3).map(e => e.outerHTML.slice(0, 90)).join(' | ');
}"""
# The middle of what has the focus, and what lies there on top.
COVERED = """() => {
    const held = document.activeElement, box = held.getClientRects()[0];  // the first line of a broken link
    if (held === document.body) return null;
    const x = box.left + Math.min(box.width, innerWidth) / 2, y = box.top + Math.min(box.height / 2, 20);
    const top = document.elementFromPoint(x, y);
    if (top && (held.contains(top) || top.contains(held) || (top.labels && [...top.labels].includes(held)))) return null;
    return held.outerHTML.slice(0, 90) + ' lies below ' + (top ? top.outerHTML.slice(0, 60) : 'the edge of the screen');
}"""
# What is there to be looked at or pressed, and has no height: a player once was one.
FLAT = """() => [...document.querySelectorAll('main audio, main video, main img, main button, main select, main textarea')]
    .filter(e => e.getBoundingClientRect().height < 8).map(e => e.outerHTML.slice(0, 90))"""
# Words that a line ends in the middle of. An address has no better place to break.
BROKEN = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange(), found = [];
    for (let node; (node = texts.nextNode()); )
        for (const word of node.data.matchAll(/(?<![\\w./@:-])\\p{L}{4,}(?![\\w./@:-]*[\\w/@])/gu)) {
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) found.push(word[0]);
        }
    return found;
}"""
NORMAL = [state for state in STATES if state.name == "normal"]


def opened(page: Page, state: State, sites: dict[str, Server], language: str = "id") -> Page:
    state.way(BrowserWalker(page, sites[state.site].url, language))
    return page


@pytest.mark.parametrize("state", STATES, ids=str)
def test_it_works_without_javascript_and_never_scrolls_sideways(
    state: State, sites: dict[str, Server], pages: Pages
) -> None:
    for language in ("id", "en"):
        # The policy refuses foreign styles; a reader's own browser puts them in all the same.
        page = opened(pages(width=320, bypass_csp=True), state, sites, language)
        assert page.locator("main h1").count() == 1
        assert page.locator("main h1").is_visible()
        assert page.evaluate(FLAT) == []
        for width in (320, 240):
            page.set_viewport_size({"width": width, "height": 640})
            assert page.evaluate(OVERFLOW) is None, f"{language}, {width} px"
        page.set_viewport_size({"width": 320, "height": 640})
        page.evaluate(SPACED, SPACING)
        assert page.evaluate(OVERFLOW) is None, f"{language}, wide letters"


@pytest.mark.parametrize("state", NORMAL, ids=str)
def test_no_word_is_broken_on_a_common_phone(state: State, sites: dict[str, Server], pages: Pages) -> None:
    for language in ("id", "en"):
        page = opened(pages(width=360), state, sites, language)
        assert page.evaluate(BROKEN) == [], language


@pytest.mark.parametrize("state", NORMAL, ids=str)
def test_a_page_is_one_request(state: State, sites: dict[str, Server], contexts: Contexts) -> None:
    """What a browser with JavaScript really asks for: the page, and nothing of another host."""
    page = contexts(width=360, script=True).new_page()
    asked: list[str] = []
    refused: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    opened(page, state, sites)
    asked.clear()
    page.reload()
    page.wait_for_load_state("networkidle")
    assert [address for address in asked if not address.endswith("/favicon.ico")] == [page.url]
    assert not [text for text in refused if "Content Security Policy" in text]


@pytest.mark.parametrize("state", NORMAL, ids=str)
def test_the_focus_is_always_seen(state: State, sites: dict[str, Server], pages: Pages) -> None:
    """Each stop of the Tab key lies on top, on the screen, with an outline (WCAG 2.4.7, 2.4.11)."""
    page = opened(pages(width=320), state, sites)
    stops = 0
    while stops < 200:
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        stops += 1
        assert page.evaluate(COVERED) is None
        assert page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement);"
            " return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 || s.boxShadow !== 'none' }"
        ), page.evaluate("document.activeElement.outerHTML.slice(0, 90)")
    assert stops >= 5


@pytest.mark.parametrize("state", NORMAL, ids=str)
def test_what_one_presses_is_large_enough(state: State, sites: dict[str, Server], pages: Pages) -> None:
    """Controls are at least 44 px high; links inside a sentence are exempt (WCAG 2.5.8, UX 3)."""
    page = opened(pages(width=320), state, sites)
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, input:not([type=hidden]):not([type=radio]):not([type=checkbox]),'
            + ' select, textarea, a.b, a.c, a.exit, a.tel, label.pick, nav.rooms a')]
            .filter(e => e.offsetParent !== null && e.getBoundingClientRect().height < 43.5)
            .map(e => Math.round(e.getBoundingClientRect().height) + ' px: ' + e.outerHTML.slice(0, 90))"""
    )
    assert small == []


def test_an_overflow_is_found(pages: Pages) -> None:
    page = pages(width=320)
    page.set_content('<!doctype html><main><p style="width:400px">lebar</p></main>')
    assert "lebar" in page.evaluate(OVERFLOW)


def test_a_covered_focus_is_found(pages: Pages) -> None:
    page = pages(width=320)
    page.set_content(
        '<!doctype html><div style="position:fixed;inset:0 0 auto;height:99px;background:#fff">x</div><a href="#a">y</a>'
    )
    page.keyboard.press("Tab")
    assert "lies below" in page.evaluate(COVERED)
