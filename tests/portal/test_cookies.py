"""A day's work in the CMS leaves no cookie that a public page or the report would ever receive (DECISIONS 2).

One walk in the system's Chromium on the shipped server: sign in, fold the sidebar, write an article with a code, look at
its preview, schedule and publish it; then read the public site in the same browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.chromium import Contexts
from tests.demo import Demo, serving
from tests.servers import Server
from tests.staff import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.demo]
EDITOR = "editor@lentera.example"
FOLDED = "wagtail_sidebar_collapsed"


@pytest.fixture(scope="module")
def server(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demonstration site once more, with an editor whose password we know."""
    site = demo.copy(tmp_path_factory.mktemp("cookies") / "site")
    site.manage(
        "shell",
        "-c",
        f"from accounts.models import User; u = User.objects.get(email={EDITOR!r}); "
        f"u.set_password({PASSWORD!r}); u.save()",
    )
    with serving(site) as running:
        yield running


class Watch:
    """What went over the wire and what the browser complained about."""

    def __init__(self, context: BrowserContext) -> None:
        self.sent: list[Request] = []
        self.complaints: list[str] = []
        context.on("request", lambda request: self.sent.append(request))
        context.on("console", lambda message: self._note(message.type, message.text, message.location["url"]))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _note(self, kind: str, text: str, address: str) -> None:
        if "400 (Bad Request)" in text and "/akun/cms/pages/" in address:
            return  # the editor saves by itself on a slow machine, and half a page is refused
        if kind == "error" or "Content Security Policy" in text:
            self.complaints.append(text)

    def cookies_outside(self) -> list[str]:
        """Addresses outside /akun/ that were sent a cookie."""
        return [
            request.url
            for request in self.sent
            if not urlsplit(request.url).path.startswith("/akun/") and "cookie" in request.all_headers()
        ]

    def hosts(self) -> set[str]:
        """Every host that was asked for anything."""
        return {urlsplit(request.url).netloc for request in self.sent if request.url.startswith("http")}


def _sign_in(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/akun/cms/")
    page.fill("[name=login]", EDITOR)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/akun/cms/")


def _fold(page: Page) -> None:
    page.click("button.sidebar__collapse-toggle")
    page.wait_for_function(f"document.cookie.includes('{FOLDED}=1')")


def _write_article(page: Page, server: Server) -> str:
    """A published article with a code in it; its public address."""
    page.goto(f"{server.url}/akun/cms/api/main/pages/?locale=id&limit=20")
    kinds = "JSON.parse(document.body.innerText).items.find(item => item.meta.type === 'education.TopicPage').id"
    topic = page.evaluate(kinds)
    page.goto(f"{server.url}/akun/cms/pages/add/education/articlepage/{topic}/")
    # A walk that takes longer than the editor's own saving meets it: here we press the button.
    page.evaluate("document.querySelector('[data-edit-form]').dataset.wAutosaveActiveValue = 'false'")
    page.fill("textarea[name=title], input[name=title]", "Artikel percobaan kuki")
    page.fill("input[name=summary]", "Satu kalimat.")
    page.click(".c-sf-add-button >> nth=0")
    page.click("[role=option] >> nth=1")
    page.click("[contenteditable=true]")
    page.keyboard.type("Telepon bila ragu")
    page.click(".token-opener")
    page.fill("dialog.token-picker input", "sapa 129")
    page.click("dialog.token-picker li:not([hidden]) button >> nth=0")
    # The rich text lies in the form a moment after it stands on the screen.
    expect(page.locator("[name^=body][name$=value]")).to_have_value(re.compile(r"\{kanal:sapa-129\}"))
    page.click("button.action-save")
    page.wait_for_url("**/edit/**")
    page.click("[data-side-panel-toggle=preview]")
    page.frame_locator("iframe[data-preview-iframe], iframe").first.locator("h1").wait_for()
    page.click("footer [data-w-dropdown-target=toggle]")
    page.click("button[name=action-publish]")
    page.wait_for_load_state("networkidle")
    return page.locator(".messages a").first.get_attribute("href") or ""


def test_work_in_the_cms_sends_no_cookie_anywhere_else(server: Server, contexts: Contexts) -> None:
    context = contexts(width=1280, height=900, script=True)
    watch = Watch(context)
    page = context.new_page()
    page.goto(f"{server.url}/id/")
    assert context.cookies() == []
    _sign_in(page, server)
    _fold(page)
    page.reload()
    assert page.locator(".sidebar--slim").count() == 1, "the sidebar forgot that it was folded"
    public = _write_article(page, server)
    for path in (
        "images/add/",
        "registers/channel/",
        "registers/fact/new/",
        "tokens/",
        "account/",
        "reports/site-history/",
    ):
        page.goto(f"{server.url}/akun/cms/{path}")
        page.wait_for_load_state("networkidle")

    page.goto(server.url + urlsplit(public).path)
    assert page.locator("h1").inner_text() == "Artikel percobaan kuki"
    assert page.evaluate("document.cookie") == ""
    for path in ("/", "/en/", "/id/lowongan/", "/layanan/"):
        page.goto(f"{server.url}{path}")
    names = {cookie["name"]: cookie["path"] for cookie in context.cookies()}
    assert {"sessionid", "csrftoken", FOLDED} <= set(names)
    assert set(names.values()) == {"/akun/"}, names
    assert watch.cookies_outside() == []
    assert watch.hosts() == {server.host}
    assert watch.complaints == []


def test_without_our_script_the_sidebar_would_leak(server: Server, contexts: Contexts) -> None:
    context = contexts(width=1280, height=900, script=True)
    context.route("**/admin-cookies*.js", lambda route: route.abort())
    watch = Watch(context)
    page = context.new_page()
    _sign_in(page, server)
    _fold(page)
    page.goto(f"{server.url}/id/")
    assert {cookie["path"] for cookie in context.cookies() if cookie["name"] == FOLDED} == {"/"}
    assert watch.cookies_outside()
