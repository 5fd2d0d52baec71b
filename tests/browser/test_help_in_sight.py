"""Whoever cries for help sees a number to press without scrolling, on a common phone without JavaScript."""

from __future__ import annotations

import pytest

from tests.chromium import Contexts
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]

HEIGHT = 640
# Where the first number to press ends, and what it dials.
FIRST = """() => {
    const held = document.querySelector('main a[href^="tel:"]');
    return [held.getBoundingClientRect().bottom, held.getAttribute('href')];
}"""


@pytest.mark.parametrize("room", ["cari", "lowongan"])
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(("typed", "dialled"), [("saya+disekap+di+kamboja", "tel:+855"), ("saya+disekap", "tel:110")])
def test_the_first_number_is_whole_on_the_first_screen(
    room: str, language: str, typed: str, dialled: str, contexts: Contexts, portal_server: Server
) -> None:
    page = contexts(width=360, height=HEIGHT).new_page()
    page.goto(f"{portal_server.url}/{language}/{room}/?q={typed}")
    bottom, address = page.evaluate(FIRST)
    assert address.startswith(dialled)
    assert bottom <= HEIGHT
