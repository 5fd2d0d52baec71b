"""The practice desk of the demonstration before a browser: people who have its help and nothing else, and find all by its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from content.reports.vault import practice
from tests.chromium import chromium as chromium
from tests.content.reports.desk import PASSWORD, totp
from tests.demo import Demo, serving
from tests.servers import Server

EMAILS = ("case-worker@lentera.example", "case-worker-2@lentera.example")
INBOX = "/akun/laporan/contoh/"
# The demonstration prints passwords once; here both get another. A third account has a seat and no key yet.
PREPARE = f"""
from allauth.mfa.totp.internal.auth import TOTP
from accounts.models import User
from content.reports.vault import staff
from content.reports.vault.models import Report, Unit
for email in {EMAILS!r}:
    user = User.objects.get(email=email)
    user.set_password({PASSWORD!r})
    user.save()
new = User.objects.create_user("baru@lentera.example", {PASSWORD!r}, first_name="Baru", demo=True)
TOTP.activate(new, {practice.WORKERS[0].second_factor!r})
unit = Unit.objects.get(code="contoh")
staff.give_seat(unit, new.pk)
"""


@pytest.fixture(scope="module")
def site(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    copy = demo.copy(tmp_path_factory.mktemp("practice") / "site")
    copy.manage("shell", "-c", PREPARE)
    return copy


@pytest.fixture(scope="module")
def server(site: Demo) -> Iterator[Server]:
    with serving(site) as held:
        yield held


@dataclass
class Worker:
    """Somebody at the practice desk, who has the help of the demonstration and nothing else."""

    page: Page
    known: practice.Worker
    said: list[str]

    def press(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).first.click()

    def sign_in(self, email: str) -> None:
        page = self.page
        page.goto("/akun/login/")
        page.get_by_label("Surel").fill(email)
        page.get_by_label("Kata sandi").fill(PASSWORD)
        self.press("Masuk")
        page.get_by_role("heading", name="Langkah kedua").wait_for()
        page.get_by_role("textbox").last.fill(totp(self.known.second_factor))
        self.press("Masuk")
        page.wait_for_url(lambda url: "login" not in url and "kode" not in url)

    def open_key(self) -> None:
        self.page.get_by_label("Sandi kunci: 26 angka").fill(" ".join(self.known.phrase.lines))
        self.press("Buka kunci saya")
        self.page.get_by_text("Kunci Anda terbuka").wait_for()

    def open_inbox(self) -> None:
        self.page.goto(INBOX)
        self.open_key()
        # The last that the list has to say.
        self.page.get_by_role("link", name="Hal lain").wait_for()

    def open_report(self, name: str) -> None:
        self.open_inbox()
        self.page.get_by_role("link", name=name).first.click()
        self.page.get_by_role("heading", name="Yang terjadi").wait_for()


def at_desk(chromium: Browser, server: Server, email: str, known: practice.Worker) -> Worker:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, base_url=server.url, locale="id-ID")
    context.set_default_timeout(60_000)
    held = Worker(context.new_page(), known, [])
    held.page.on("console", lambda message: message.type in ("error", "warning") and held.said.append(message.text))
    held.page.on("pageerror", lambda error: held.said.append(str(error)))
    held.sign_in(email)
    return held


@pytest.fixture(scope="module")
def first(chromium: Browser, server: Server) -> Iterator[Worker]:
    held = at_desk(chromium, server, EMAILS[0], practice.WORKERS[0])
    yield held
    held.page.context.close()


@pytest.fixture(scope="module")
def newcomer(chromium: Browser, server: Server) -> Iterator[Worker]:
    held = at_desk(chromium, server, "baru@lentera.example", practice.WORKERS[0])
    yield held
    held.page.context.close()


MARRIAGE, HELD = re.compile("dikawinkan"), re.compile("ditahan atau dipaksa")
