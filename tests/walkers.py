"""Two readers that walk to the states of ``public_templates``: a browser, and Django's test client."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import ElementHandle, Locator, Page

# What a browser says of a form that was sent from our own page.
OWN_PAGE = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}


def selector(names: list[str]) -> str:
    """The form that has all these fields."""
    return "form" + "".join(f':has([name="{name}"])' for name in names)


class BrowserWalker:
    """Walks as a person does: fills in fields and presses the button."""

    def __init__(self, page: Page, base: str, language: str) -> None:
        self.page, self.base, self.language = page, base, language

    def go(self, address: str) -> None:
        self.page.goto(self.base + address)

    def send(self, **fields: str) -> None:
        form = self.page.locator(selector(list(fields))).first
        for name, value in fields.items():
            fill(form, name, value)
        # With JavaScript the form is sealed here: once it can be, and then there is no new page to wait for.
        seals = form.get_attribute("data-s") == "" or form.get_attribute("data-sealing") is not None
        sent = form.element_handle()
        if seals:
            self.page.locator("form[data-sealing=ready]").first.wait_for()
        form.locator("button").first.click()
        self.page.wait_for_load_state()
        if seals:
            self._wait_until_gone(sent)

    def _wait_until_gone(self, form: ElementHandle) -> None:
        """Until what was sent has made room for an answer, or a sentence says what is wrong with it."""
        deadline = time.monotonic() + 15
        while form.evaluate("form => form.isConnected") and not self.page.locator(".err").count():
            if time.monotonic() > deadline:
                pytest.fail("The form that was sent is still there.")
            self.page.wait_for_timeout(50)

    def follow(self, pattern: str) -> None:
        for link in self.page.locator("main a[href]").all():
            if re.fullmatch(pattern, link.get_attribute("href") or ""):
                link.click()
                self.page.wait_for_load_state()
                return
        pytest.fail(f"{self.page.url} has no link {pattern}")

    def text(self) -> str:
        return self.page.content()


def fill(form: Locator, name: str, value: str) -> None:
    """Put ``value`` into a field of any kind."""
    entry = form.locator(f'[name="{name}"]').first
    kind = entry.evaluate("element => element.type")
    if kind.startswith("select"):
        entry.select_option(value)
    elif kind == "hidden":
        return  # it names the form and is sent as it is
    elif kind in ("radio", "checkbox"):
        form.locator(f'[name="{name}"][value="{value}"]').check()
    else:
        entry.fill(value)


@dataclass(frozen=True)
class Form:
    """A form of a page: where it goes, how, and what it sends when nothing is changed."""

    address: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()


def forms_of(document: BeautifulSoup, address: str) -> list[Form]:
    """Every form of a page, with the values a browser would send."""
    return [_form(form, address) for form in document.find_all("form")]


def _form(form: Tag, address: str) -> Form:
    sent: dict[str, str] = {}
    names: list[str] = []
    for element in form.find_all(["input", "select", "textarea"]):
        name, kind = element.get("name"), element.get("type", "text")
        if not name or element.has_attr("disabled"):
            continue
        names.append(str(name))
        if element.name == "select":
            options = element.find_all("option")
            chosen = next(
                (option for option in options if option.has_attr("selected")), options[0] if options else None
            )
            if chosen is not None:
                sent[name] = str(chosen.get("value", chosen.get_text(strip=True)))
        elif element.name == "textarea":
            sent[name] = element.get_text().removeprefix("\n")
        elif kind not in ("radio", "checkbox") or element.has_attr("checked"):
            sent[name] = str(element.get("value", "on" if kind in ("radio", "checkbox") else ""))
    target = urlsplit(urljoin(address, str(form.get("action", "")) or address))
    return Form(target.path, str(form.get("method", "get")).upper(), sent, tuple(dict.fromkeys(names)))


class ClientWalker:
    """Walks in this process, without a server; remembers where it stands."""

    def __init__(self, language: str, client: Client | None = None) -> None:
        self.client, self.language = client or Client(headers=OWN_PAGE), language
        self.address, self.response = "/", HttpResponse()

    def _arrive(self, address: str, response: HttpResponse) -> None:
        while 300 <= response.status_code < 400:
            address = urljoin(address, response["Location"])
            response = self.client.get(address)
        self.address, self.response = address, response

    @property
    def document(self) -> BeautifulSoup:
        return BeautifulSoup(self.response.content, "html5lib")

    def forms(self) -> list[Form]:
        return forms_of(self.document, self.address)

    def go(self, address: str) -> None:
        self._arrive(address, self.client.get(address))

    def send(self, **fields: str) -> None:
        form = next((form for form in self.forms() if set(fields) <= set(form.names)), None)
        assert form is not None, f"{self.address} has no form with {sorted(fields)}"
        data = {**form.fields, **fields}
        answer = self.client.get if form.method == "GET" else self.client.post
        self._arrive(form.address, answer(form.address, data))

    def follow(self, pattern: str) -> None:
        for link in self.document.select("main a[href]"):
            if re.fullmatch(pattern, str(link["href"])):
                self.go(str(link["href"]))
                return
        pytest.fail(f"{self.address} has no link {pattern}")

    def text(self) -> str:
        return self.response.content.decode()
