"""The practice desk: what the help prints opens it, and an official site has none."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as project
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from content.core.models import SiteProof
from content.reports import examples
from content.reports.vault import examination, holder, installation, keys, phrase, practice, services, staff, standing
from content.reports.vault.models import AuditEvent, Holder, Note, Report, Seat, Unit
from tests.content.reports.reporting import Reporter, text_of

pytestmark = pytest.mark.django_db(databases=["default", "reports"])
EMAILS = ("satu@lentera.example", "dua@lentera.example")


def nothing(what: str, done: int, total: int) -> None: ...


@pytest.fixture
def people(closed_vault: Path) -> list[Client]:
    examples.load(nothing)
    clients = []
    for email in EMAILS:
        client = Client()
        client.force_login(get_user_model().objects.create_user(email, "x", demo=True))
        clients.append(client)
    return clients


@pytest.fixture
def help_(people: list[Client]) -> str:
    return "\n".join(examples.open_desk(EMAILS))


def test_what_the_help_prints_opens_every_example(help_: str, people: list[Client]) -> None:
    page = text_of(people[0].get(reverse("desk_inbox", args=[Unit.PRACTICE])))
    lock = json.loads(re.search(r'id="lock-data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    typed = re.search(r"key phrase: (.*)", help_)[1]  # type: ignore[index]
    key = phrase.phrase_key(phrase.Phrase.parse(typed.replace("/", "")), bytes.fromhex(lock["salt"]))
    row = Holder.objects.get(pk=lock["id"])
    own = holder.unlock(bytes(row.phrase_lock), key, row.pk, holder.Lock.PHRASE)
    unit = Unit.objects.get(code=Unit.PRACTICE)
    seed = holder.open_share(bytes.fromhex(lock["shares"]["1"]), unit.pk, 1, own)
    told = [services.open_report(report, holder.unit_key(seed)).decode() for report in Report.objects.all()]
    assert len(told) == len(practice.EXAMPLES)
    assert all(json.loads(text)["story"].startswith("Contoh: ") for text in told)
    code = phrase.RecoveryCode.parse(re.search(r"recovery code: (.*)", help_)[1])  # type: ignore[index]
    by_paper = holder.unlock(bytes(row.recovery_lock), phrase.recovery_key(code), row.pk, holder.Lock.RECOVERY)
    assert by_paper.seed == own.seed


def test_the_desk_shows_something_of_everything(help_: str, people: list[Client]) -> None:
    page = text_of(people[0].get(reverse("desk_inbox", args=[Unit.PRACTICE])))
    for words in ("Ini unit latihan", "Jawaban pertama terlambat", "Langkah berikutnya terlambat", "Tugas saya (1)"):
        assert words in page
    assert standing.standing_of(Unit.objects.get(code=Unit.PRACTICE).pk).live == 2
    assert Note.objects.count() == 1
    number = re.search(r"with an answer: (\S+(?: \S+){4})", help_)[1]  # type: ignore[index]
    status = text_of(Reporter().status(number))
    assert "Contoh: terima kasih" in status
    assert "Lembaga lain ikut menanganinya" in status
    assert "practice_code" in help_
    for worker in practice.WORKERS:
        assert worker.second_factor in help_
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).count() == 2


def test_twice_is_once_and_removing_leaves_nothing(help_: str, people: list[Client]) -> None:
    events = AuditEvent.objects.count()
    again = "\n".join(examples.open_desk(EMAILS))
    assert practice.WORKERS[0].second_factor in again
    assert "with an answer" not in again
    assert (Report.objects.count(), AuditEvent.objects.count()) == (len(practice.EXAMPLES), events)
    examples.remove(nothing)
    assert not any(model.objects.exists() for model in (Report, Seat, Holder, Unit))
    assert not list(examples.demo_key_path().parent.glob("reports-demo.*"))


def test_a_proven_site_opens_no_practice_desk(people: list[Client], settings: object) -> None:
    for name in ("owner", "decree", "host"):
        setattr(settings, f"SITE_{name.upper()}", "dinas.go.id")
    SiteProof.objects.create(owner="dinas.go.id", decree="dinas.go.id", host="dinas.go.id")
    assert project.SITE_HOST == "dinas.go.id"
    assert examples.open_desk(EMAILS) == []
    assert not Seat.objects.exists()


def test_without_accounts_or_seed_there_is_none(people: list[Client]) -> None:
    assert examples.open_desk(EMAILS[:1]) == []
    services.seed_path(examples.demo_key_path()).unlink()
    assert examples.open_desk(EMAILS) == []
    assert not Holder.objects.exists()


def test_the_key_for_practice_stays(help_: str) -> None:
    unit = Unit.objects.get(code=Unit.PRACTICE)
    roster = standing.roster_of(unit.pk)
    assert roster is not None
    held = Holder.objects.first()
    assert held is not None
    key = keys.public_bytes(keys.generate().public_key())
    renewed = replace(roster, number=2, epoch=2, key=key, previous=roster.digest)
    with pytest.raises(staff.Refused, match="keeps its key"):
        staff.propose(unit, held, staff.Proposal(renewed.raw, b"", {}))
    assert installation.is_pinned(unit.keys.get())


def test_nobody_of_practice_holds_a_real_unit(help_: str, people: list[Client], closed_vault: Path) -> None:
    of_practice = get_user_model().objects.get(email=EMAILS[0]).pk
    real = staff.make_unit("jember", "Jember", "35.09")
    held = Holder.objects.get(user=of_practice)
    with pytest.raises(staff.Refused, match="practice"):
        staff.give_seat(real, of_practice)
    # Nor once the unit is gone, if the key was left.
    Seat.objects.filter(user=of_practice).delete()
    for refused in (lambda: staff.give_seat(real, of_practice), lambda: staff.trust(real, held.member)):
        with pytest.raises(staff.Refused, match="practice"):
            refused()
    staff.give_seat(real, 4711)
    with pytest.raises(staff.Refused, match="real unit"):
        staff.give_seat(Unit.objects.get(code=Unit.PRACTICE), 4711)
    found = [finding for finding in examination.examine() if finding.name == "unit jember, people"]
    assert found == []
    Seat.objects.create(unit=real, user=of_practice)
    (finding,) = [finding for finding in examination.examine() if finding.name == "unit jember, people"]
    assert "for practice" in finding.advice
