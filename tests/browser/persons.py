"""Two people who use the same pages: one with a finger, one with a keyboard and nothing else.

Things on a page are named by selectors, so that a test reads the same for both.
"""

from __future__ import annotations

from typing import Protocol

import pytest
from playwright.sync_api import Page, expect

# No page of ours has more stops than this.
MOST_STOPS = 250


class Person(Protocol):
    """What somebody does on a page."""

    page: Page

    def press(self, selector: str) -> None:
        """Press a link or button that leads to another page."""

    def write(self, selector: str, text: str) -> None:
        """Write into a field."""

    def choose(self, selector: str, label: str) -> None:
        """Choose the option of a list that begins with ``label``."""

    def tick(self, selector: str) -> None:
        """Tick a box or a round button."""


class Finger:
    """Taps what is on the screen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(selector).first.tap()

    def write(self, selector: str, text: str) -> None:
        self.page.locator(selector).first.fill(text)

    def choose(self, selector: str, label: str) -> None:
        entry = self.page.locator(selector).first
        options = entry.locator("option").all_text_contents()
        entry.select_option(label=next(option for option in options if option.strip().startswith(label)))

    def tick(self, selector: str) -> None:
        self.page.locator(selector).first.check()


class Keyboard:
    """Moves with Tab, writes, and presses Enter or Space."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def _reach(self, selector: str) -> None:
        for _stop in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        pytest.fail(f"Tab does not reach {selector} on {self.page.url}", pytrace=False)

    def press(self, selector: str) -> None:
        self._reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, selector: str, text: str) -> None:
        self._reach(selector)
        self.page.keyboard.type(text)

    def choose(self, selector: str, label: str) -> None:
        self._reach(selector)
        self.page.keyboard.type(label)
        chosen = self.page.locator(f"{selector} >> option:checked")
        expect(chosen.first).to_contain_text(label)

    def tick(self, selector: str) -> None:
        self._reach(selector)
        self.page.keyboard.press("Space")
        assert self.page.evaluate("document.activeElement.checked")
