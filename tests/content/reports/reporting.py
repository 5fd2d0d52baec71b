"""A reporter without JavaScript, what one reads off the pages, and the words and units that a test needs."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from content.reports.vault import installation, keys
from content.reports.vault.models import Unit, UnitKey
from content.reports.vault.snapshot import Number, Snapshot
from tests.servers import Answer, Server

STORY = "Paspor saya disimpan orang. Saya tidak boleh keluar dari mes, ZXQ-7781."

NUMBERS = {
    "kanal:polisi-110": Number(
        "110", "Polisi 110", "24 jam", "tel:110", phone=True, emergency=True, verified_on="2025-09-03"
    ),
    "kanal:sapa-129": Number(
        "129", "SAPA 129", "24 jam", "tel:129", phone=True, emergency=True, verified_on="2025-10-27"
    ),
    "kanal:dari-luar": Number("+62 000 1", "Dari luar negeri", "", "tel:+620001", phone=True, verified_on="2025-12-01"),
    "kanal:perwakilan": Number("+855 000 1", "Perwakilan", "", "tel:+8550001", phone=True, verified_on="2025-12-01"),
}
# As a sentence of ours names them.
NUMBERS_TO_CALL = '<a href="tel:110">110</a>, <a href="tel:129">129</a>'
REGENCIES = {"35": [("35.09", "Kabupaten Jember"), ("35.71", "Kota Kediri")], "63": [("63.03", "Kabupaten Banjar")]}


# What asks SQLite's own file: where the reports lie on a server, there is none.
on_sqlite = pytest.mark.skipif(
    "sqlite" not in settings.DATABASES["reports"]["ENGINE"], reason="asks the file of a SQLite database"
)


def words(language: str = "id", **changed: object) -> Snapshot:
    """A small snapshot; ``changed`` replaces parts of it."""
    held: dict[str, object] = {
        "language": language,
        "texts": {
            "heading": "Tell it" if language == "en" else "Ceritakan",
            "lead": "Tanpa nama.",
            "closed": "Sedang tutup.",
        },
        "numbers": NUMBERS,
        "help": ["kanal:polisi-110", "kanal:sapa-129"],
        "abroad": ["kanal:dari-luar"],
        "missions": {"KH": ["kanal:perwakilan"]},
        "provinces": [("35", "Jawa Timur"), ("63", "Kalimantan Selatan")],
        "regencies": REGENCIES,
        "countries": [("KH", "Kamboja"), ("MY", "Malaysia")],
    }
    return Snapshot(**{**held, **changed})  # type: ignore[arg-type]


def key_path(folder: Path) -> Path:
    return folder / "keys" / "demo.pem"


def make_unit(folder: Path, region: str, name: str, *, demo: bool = False) -> UnitKey:
    """A unit with a pinned key at ``keys/<region>.pem``; for practice at ``keys/demo.pem``.

    Written in bulk, because saving a unit for practice ends the official state in the other database (portal.doctor).
    """
    private = keys.generate()
    keys.write_private(key_path(folder) if demo else folder / "keys" / f"{region}.pem", private)
    unit = Unit(code=name.lower().replace(" ", "-"), name=name, region=region, demo=demo)
    Unit.objects.bulk_create([unit])
    key = UnitKey(unit=unit, epoch=1, public_key=keys.public_bytes(private.public_key()), demo=demo)
    UnitKey.objects.bulk_create([key])
    installation.pin(key)
    return key


RECEIPT = re.compile(r"<b>(\d{4}(?: \d{4}){4})</b>")


@dataclass
class Reporter:
    """Somebody with a browser that says where its forms come from, and no JavaScript."""

    client: Client = field(default_factory=Client)
    address: str = "/layanan/"
    headers: dict[str, str] = field(default_factory=lambda: {"Sec-Fetch-Site": "same-origin"})

    def get(self, address: str | None = None) -> HttpResponse:
        return self.client.get(address or self.address, headers=self.headers)

    def post(self, **data: str) -> HttpResponse:
        return self.client.post(self.address, data, headers=self.headers)

    def form(self, place: str = "35", **more: str) -> dict[str, str]:
        """The hidden fields of the form for a place."""
        return hidden(self.post(step="place", place=place, **more))

    def send(self, form: dict[str, str] | None = None, **answers: str) -> HttpResponse:
        """Fill in and send a form."""
        return self.post(**{**(form or self.form()), "about": "held", "story": STORY, **answers})

    def status(self, number: str) -> HttpResponse:
        return self.post(step="status", receipt=number)


@dataclass
class DistantReporter:
    """The same person before a real server; ``said`` is what the browser says of itself besides."""

    server: Server
    said: dict[str, str] = field(default_factory=dict)

    def post(self, **data: str) -> Answer:
        headers = {**self.said, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
        return self.server.ask("/layanan/", "POST", urlencode(data).encode(), headers)

    def form(self, place: str = "35") -> dict[str, str]:
        return hidden(self.post(step="place", place=place))

    def send(self, form: dict[str, str], **answers: str) -> Answer:
        return self.post(**{**form, "about": "held", "story": STORY, **answers})

    def status(self, number: str) -> Answer:
        return self.post(step="status", receipt=number)


def text_of(response: HttpResponse | Answer) -> str:
    """The page, of Django's client or as it came over the wire."""
    return (response.body if isinstance(response, Answer) else response.content).decode()


def hidden(response: HttpResponse | Answer) -> dict[str, str]:
    """The hidden fields of the first form that sends more than a question for an answer."""
    form = next(f for f in re.findall(r"<form.*?</form>", text_of(response), re.DOTALL) if "value=status" not in f)
    fields = re.findall(r"<input type=hidden name=(\w+) value=(\"[^\"]*\"|[^\s>]+)", form)
    return {name: html.unescape(value.strip('"')) for name, value in fields}


def receipt_in(response: HttpResponse | Answer) -> str | None:
    """The number that a page shows, if it shows one."""
    found = RECEIPT.search(text_of(response))
    return found[1] if found else None


def errors_in(response: HttpResponse | Answer) -> str:
    """The summary of what is wrong, if the page has one."""
    found = re.search(r"<div class=err.*?</div>", text_of(response), re.DOTALL)
    return html.unescape(re.sub(r"<(?!/?a\b)[^>]+>", " ", found[0])).strip() if found else ""


def kept_in(response: HttpResponse | Answer, name: str) -> str:
    """What a text field holds."""
    found = re.search(rf"<textarea id={name}\b[^>]*>\n?(.*?)</textarea>", text_of(response), re.DOTALL)
    return html.unescape(found[1]) if found else ""


def assert_closed(answer: HttpResponse) -> None:
    """The form is closed as it must be: an ordinary page without a form, with the numbers to call."""
    page = text_of(answer)
    assert answer.status_code == 200
    assert answer["X-Intake"] == "closed"
    assert "name=place" not in page
    assert "name=story" not in page
    assert "tel:110" in page
    assert "tel:129" in page
