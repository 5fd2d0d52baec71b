"""A reporter without JavaScript, what one reads off the pages, and the words and units that a test needs."""

from __future__ import annotations

import base64
import html
import json
import re
import secrets
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from content.reports.vault import attachment, envelope, holder, installation, keys, receipt, staff, standing
from content.reports.vault.attachment import SealedFile
from content.reports.vault.holder import HolderKey, Lock
from content.reports.vault.keys import hkdf
from content.reports.vault.models import Holder, Unit, UnitKey
from content.reports.vault.phrase import Phrase, RecoveryCode, recovery_key
from content.reports.vault.rosters import Member, Roster
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


def make_unit(folder: Path, region: str, name: str, *, demo: bool = False, parent: Unit | None = None) -> UnitKey:
    """A unit that receives, its private key at ``keys/<region>.pem``: two holders have signed for it.

    For practice: a pinned key at ``keys/demo.pem``. Written in bulk, because saving a unit for practice ends the official
    state in the other database (portal.doctor).
    """
    code = name.lower().replace(" ", "-")
    if not demo:
        team = Team.of(staff.make_unit(code, name, region, parent))
        team.found()
        keys.write_private(folder / "keys" / f"{region}.pem", holder.unit_key(team.seeds[1]))
        return UnitKey.objects.get(unit=team.unit)
    private = keys.generate()
    keys.write_private(key_path(folder), private)
    unit = Unit(code=code, name=name, region=region, demo=True)
    Unit.objects.bulk_create([unit])
    key = UnitKey(unit=unit, epoch=1, public_key=keys.public_bytes(private.public_key()), demo=True)
    UnitKey.objects.bulk_create([key])
    installation.pin(key)
    return key


@dataclass
class Person:
    """A holder with all that her browser and her sheets know."""

    user: int
    key: HolderKey = field(default_factory=HolderKey.generate)
    id: UUID = field(default_factory=uuid4)
    phrase: Phrase = field(default_factory=Phrase.generate)
    code: RecoveryCode = field(default_factory=RecoveryCode.generate)

    def enrolment(self) -> staff.Enrolment:
        salt = secrets.token_bytes(16)
        sent = staff.Enrolment(
            id=self.id,
            exchange_key=self.key.exchange_public,
            signing_key=self.key.signing_public,
            phrase_salt=salt,
            # Cheap: what a phrase is stretched to is the business of test_phrase.
            phrase_lock=holder.lock(self.key.seed, hkdf(self.phrase.digits.encode(), salt), self.id, Lock.PHRASE),
            recovery_lock=holder.lock(self.key.seed, recovery_key(self.code), self.id, Lock.RECOVERY),
            signature=b"",
        )
        return replace(sent, signature=self.key.sign(sent.to_sign))

    def enrol(self) -> Holder:
        return staff.enrol(self.user, self.enrolment())

    @property
    def row(self) -> Holder:
        return Holder.objects.get(pk=self.id)

    @property
    def member(self) -> Member:
        return Member(self.id, self.key.exchange_public, self.key.signing_public)


_USERS = count(1001)


@dataclass
class Team:
    """A unit and those who hold its key, doing what their browsers do."""

    unit: Unit
    people: list[Person]
    seeds: dict[int, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, unit: Unit, size: int = 2) -> Team:
        """So many people with a seat and a key, of whom none is trusted yet."""
        team = cls(unit, [])
        for _person in range(size):
            team.seat()
        return team

    def seat(self, user: int | None = None) -> Person:
        """One more with a seat and a key, not yet in the roster."""
        person = Person(next(_USERS) if user is None else user)
        staff.give_seat(self.unit, person.user)
        person.enrol()
        self.people.append(person)
        return person

    def found(self) -> Roster:
        """The first two are trusted and sign the first roster."""
        for person in self.people[:2]:
            installation.trust(self.unit.pk, person.member)
        roster = self.next(self.people[:2], new_key=True)
        self.carry(roster, *self.people[:2])
        return roster

    def next(self, people: list[Person], *, new_key: bool = False) -> Roster:
        """The roster that would make these the holders."""
        before = standing.roster_of(self.unit.pk)
        epoch = (before.epoch if before else 0) + new_key
        if new_key:
            self.seeds[epoch] = secrets.token_bytes(32)
        return Roster(
            unit=self.unit.pk,
            number=before.number + 1 if before else 1,
            epoch=epoch,
            key=keys.public_bytes(holder.unit_key(self.seeds[epoch]).public_key()),
            members=tuple(sorted(p.member for p in people)),
            previous=before.digest if before else bytes(32),
        )

    def proposal(self, roster: Roster, by: Person) -> staff.Proposal:
        before = standing.roster_of(self.unit.pk)
        epochs = range(1, before.epoch + 1) if before else range(0)
        shares = {
            (m.id, epoch): holder.seal_share(self.seeds[epoch], self.unit.pk, epoch, keys.load_public(m.exchange))
            for m in roster.members
            for epoch in sorted({*epochs, roster.epoch})
            if epoch not in epochs or before is None or before.member(m.id) is None
        }
        return staff.Proposal(roster.raw, by.key.sign(roster.to_sign), shares)

    def carry(self, roster: Roster, first: Person, second: Person) -> bool:
        """The first proposes, the second signs; whether it holds."""
        staff.propose(self.unit, first.row, self.proposal(roster, first))
        return staff.sign(self.unit, second.row, roster.digest, second.key.sign(roster.to_sign))


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

    def post_file(self, content: bytes, **data: str) -> HttpResponse:
        """A form with a file."""
        body, kind = multipart(data, content)
        return self.client.post(self.address, body, content_type=kind, headers=self.headers)


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

    def post_file(self, content: bytes, **data: str) -> Answer:
        """A form with a file."""
        body, kind = multipart(data, content)
        headers = {**self.said, "Sec-Fetch-Site": "same-origin", "Content-Type": kind}
        return self.server.ask("/layanan/", "POST", body, headers)


def multipart(data: dict[str, str], content: bytes, name: str = "x", kind: str = "image/jpeg") -> tuple[bytes, str]:
    """The body of a form with a file, and its content type. The name is sent as it is."""
    parts = [f'--batas\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{text}\r\n' for key, text in data.items()]
    head = f'--batas\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
    body = "".join([*parts, head]).encode("utf-8", "replace") + content + b"\r\n--batas--\r\n"
    return body, "multipart/form-data; boundary=batas"


@dataclass
class Phone:
    """What a phone does that seals by itself, for the number of a report; each step may be left out or spoilt."""

    reporter: Reporter | DistantReporter
    number: str

    @cached_property
    def lookup(self) -> str:
        salt = bytes.fromhex(json.loads(text_of(self.reporter.post(step="sealing", place="35")))["salt"])
        root = receipt.stretch(receipt.Receipt.parse(self.number), salt)
        return receipt.credentials(root).lookup_id.hex()

    def post(self, step: str, **data: str) -> HttpResponse | Answer:
        return self.reporter.post(**{"step": step, "lookup": self.lookup, **data})

    def begin(self, file: SealedFile | None = None, **data: str) -> HttpResponse | Answer:
        about = {}
        if file is not None:
            size = str(attachment.padded_size(file.manifest.size))
            about = {"aid": file.manifest.id.hex(), "size": size}
        return self.post("begin", **{**about, **data})

    def put(self, file: SealedFile, place: int, /, body: bytes | None = None, **data: str) -> HttpResponse | Answer:
        content = file.chunks[place] if body is None else body
        about = {"step": "chunk", "lookup": self.lookup, "aid": file.manifest.id.hex(), "index": str(place), **data}
        return self.reporter.post_file(content, **about)

    def envelope(self, file: SealedFile | None = None, text: str = "", **changed: Any) -> str:
        """The message, sealed as ``begin`` says. ``changed`` are fields of its content or header."""
        known = json.loads(text_of(self.begin(file)))
        header = {
            "unit": UUID(known["unit"]),
            "epoch": known["epoch"],
            "mode": envelope.Mode.BROWSER,
            "kind": envelope.Kind.MESSAGE,
            "rid": bytes.fromhex(known["rid"]),
            "mid": envelope.new_id(),
            "direction": envelope.Direction.FROM_REPORTER,
        }
        content: dict[str, Any] = {"v": 1, "language": "id", "text": text}
        if file is not None:
            content["file"] = {**file.manifest.to_content(), **changed.pop("manifest", {})}
        recipients = [keys.load_public(bytes.fromhex(key)) for key in known["keys"]]
        sealed = envelope.seal(json.dumps(content).encode(), envelope.Header(**{**header, **changed}), recipients)
        return base64.urlsafe_b64encode(sealed.to_bytes()).decode()

    def more(self, sealed: str, file: SealedFile | None = None, **data: str) -> HttpResponse | Answer:
        about = {}
        if file is not None:
            about = {"aid": file.manifest.id.hex(), "digest": attachment.digest_of(file.chunks).hex()}
        return self.post("more", envelope=sealed, **{**about, **data})

    def send(self, file: SealedFile, text: str = "", **manifest: Any) -> HttpResponse | Answer:
        """All of it, as it should be but for what ``manifest`` says otherwise."""
        sealed = self.envelope(file, text, manifest=manifest)
        for index in range(len(file.chunks)):
            self.put(file, index)
        return self.more(sealed, file)


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
