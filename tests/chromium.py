"""The system's Chromium for tests, driven by Playwright: no download, no traffic of its own.

``chromium`` lives as long as a module, not a session: Playwright's synchronous interface keeps an event loop running in
this thread, and Django refuses database work beside one.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.servers import lacking

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Contexts = Callable[..., BrowserContext]
Pages = Callable[..., Page]


def executable() -> str:
    """Where Chromium is installed; without one the test is skipped (or fails, DECISIONS 30)."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        lacking("Chromium", "chromium")
    return found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def contexts(chromium: Browser) -> Iterator[Contexts]:
    """A maker of fresh profiles: ``contexts(width=320, script=False)``. Each is closed after the test."""
    with ExitStack() as stack:

        def make(width: int = 320, height: int = 640, script: bool = False, **options: Any) -> BrowserContext:
            return stack.enter_context(_profile(chromium, width, height, script, options))

        yield make


@pytest.fixture(scope="module")
def pages(chromium: Browser) -> Iterator[Pages]:
    """A maker of pages as ``contexts`` would, kept for the tests of the module: for those that look and leave nothing.

    A new profile takes most of a second, and in it every script is read anew.
    """
    with ExitStack() as stack:
        held: dict[tuple[object, ...], Page] = {}

        def kept(width: int = 320, height: int = 640, script: bool = False, **options: Any) -> Page:
            kind = (script, *sorted(options.items()))
            if kind not in held:
                held[kind] = stack.enter_context(_profile(chromium, width, height, script, options)).new_page()
            held[kind].goto("about:blank")
            held[kind].context.clear_cookies()
            held[kind].set_viewport_size({"width": width, "height": height})
            return held[kind]

        yield kept


def _profile(chromium: Browser, width: int, height: int, script: bool, options: dict[str, Any]) -> BrowserContext:
    context = chromium.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=script, locale="id-ID", **options
    )
    context.set_default_timeout(15_000)
    return context
