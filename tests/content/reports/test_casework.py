"""Casework at the desk: who and by when, sub-states, notes, duplicates, conflicts of interest, handing over."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from collections.abc import Callable

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content.reports.vault import (
    audit,
    casework,
    due,
    envelope,
    escalation,
    keys,
    letters,
    notes,
    recusal,
    referrals,
    retention,
    services,
    snapshot,
    staff,
    standing,
    statistics,
    substatus,
)
from content.reports.vault.audit import Action
from content.reports.vault.models import AuditEvent, Message, Note, Recusal, Referral, Report, Unit, UnitRoster, today
from content.reports.vault.staff import Refused
from tests.content.reports.caseworkers import Users, question
from tests.content.reports.reporting import Person, Reporter, Team, hidden, receipt_in, text_of
from tests.content.reports.test_desk import of_a_report

pytestmark = pytest.mark.django_db(databases=["default", "reports"])

INBOX = "/akun/laporan/provinsi/"


@pytest.fixture
def number(ana: Client) -> str:
    return receipt_in(Reporter().send()) or ""


@pytest.fixture
def report(number: str) -> Report:
    return Report.objects.get()


def another(seen: Report) -> Report:
    assert receipt_in(Reporter().send())
    return Report.objects.exclude(pk__in=[seen.pk]).get()


def address(name: str, report: Report) -> str:
    return reverse(f"desk_{name}", args=["provinsi", report.pk])


def do(client: Client, name: str, report: Report, **data: object) -> HttpResponse:
    return client.post(address(name, report), data)


def user(client: Client) -> int:
    return client.user.pk  # type: ignore[attr-defined, no-any-return]


def days_ago(days: int) -> dt.date:
    return today() - dt.timedelta(days=days)


def happened(action: Action) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action))


# Who


def test_a_report_is_assigned_reassigned_and_found_under_mine(ana: Client, budi: Client, report: Report) -> None:
    other = another(report)
    assert do(ana, "assign", report, user=user(budi)).status_code == 302
    mine = text_of(budi.get(INBOX, {"siapa": "saya"}))
    assert f"{report.pk:x}" in mine
    assert f"{other.pk:x}" not in mine
    nobody = text_of(ana.get(INBOX, {"siapa": "belum"}))
    assert f"/{other.pk:x}/" in nobody
    assert f"/{report.pk:x}/" not in nobody
    do(ana, "assign", report, user=user(ana))
    report.refresh_from_db()
    assert report.assignee == user(ana)
    do(ana, "assign", report, user=user(ana))
    do(ana, "assign", report, user="")
    report.refresh_from_db()
    assert report.assignee is None
    assert [event.detail for event in happened(Action.ASSIGNED)] == [
        f"account={user(budi)}",
        f"account={user(ana)}",
        "",
    ]


def test_mine_and_nobodys_count_what_they_list(ana: Client, budi: Client, report: Report) -> None:
    """Also of a burst: whoever was given one of it finds it among the others, and no decision about all changes it."""
    second = another(report)
    Report.objects.filter(pk=second.pk).update(burst=True)

    def counted(client: Client, **asked: str) -> tuple[str, ...]:
        page = text_of(client.get(INBOX, asked))
        return tuple(re.findall(r"(?:Tugas saya|Belum ditugaskan) \((\d+)\)", page))

    def listed(client: Client, **asked: str) -> int:
        return text_of(client.get(INBOX, asked)).count("data-summary")

    for asked, mine, nobodys in (
        ({}, "0", "1"),
        ({"status": "received"}, "0", "1"),
        ({"status": "closed"}, "0", "0"),
    ):
        assert counted(budi, **asked) == (mine, nobodys), asked
        assert listed(budi, siapa="saya", **asked) == int(mine)
        assert listed(budi, siapa="belum", **asked) == int(nobodys)
    do(ana, "assign", second, user=user(budi))
    assert counted(budi) == ("1", "1")
    assert listed(budi, siapa="saya") == 1
    sent_ = {"status": "closed", "every": "yes", "on": today().isoformat(), "of": "received"}
    assert ana.post(reverse("desk_decide", args=["provinsi"]), sent_).status_code == 400
    second.refresh_from_db()
    assert second.status == "received"


@pytest.mark.parametrize("who", ["999999", "x", "-1", "1" * 12])
def test_only_a_holder_is_given_a_report(ana: Client, report: Report, who: str) -> None:
    assert do(ana, "assign", report, user=who).status_code == 400
    report.refresh_from_db()
    assert report.assignee is None


def test_who_has_a_seat_but_no_key_is_given_no_report(ana: Client, report: Report, team: Team, sign_in: Users) -> None:
    citra = sign_in("citra@example.org")
    staff.give_seat(team.unit, user(citra))
    assert do(ana, "assign", report, user=user(citra)).status_code == 400


def test_who_leaves_loses_what_was_assigned(ana: Client, budi: Client, report: Report, team: Team) -> None:
    do(ana, "assign", report, user=user(budi))
    staff.take_seat(team.unit, user(budi))
    report.refresh_from_db()
    assert report.assignee is None


def test_who_is_removed_from_the_roster_loses_what_was_assigned(
    ana: Client, budi: Client, report: Report, team: Team, sign_in: Users
) -> None:
    citra = team.seat(user(sign_in("citra@example.org")))
    team.carry(team.next(team.people), team.people[0], team.people[1])
    do(ana, "assign", report, user=user(budi))
    team.carry(team.next([team.people[0], citra], new_key=True), team.people[0], citra)
    report.refresh_from_db()
    assert report.assignee is None


# By when


@pytest.mark.every_case
@pytest.mark.parametrize(
    ("changed", "late"),
    [
        ({}, {}),
        ({"received_on": 3}, {}),
        ({"received_on": 4}, {due.What.STEP: 1}),
        ({"received_on": 9}, {due.What.STEP: 6, due.What.ANSWER: 2}),
        ({"status": "read", "received_on": 7, "touched_on": 7}, {}),
        ({"status": "read", "received_on": 7, "touched_on": 8}, {due.What.STEP: 1}),
        ({"status": "in-progress", "received_on": 7, "touched_on": 14}, {}),
        ({"status": "in-progress", "received_on": 7, "touched_on": 16}, {due.What.STEP: 2}),
        ({"status": "closed", "received_on": 300, "touched_on": 300}, {}),
        ({"received_on": 300, "withdrawn_on": 1}, {}),
        ({"received_on": 9, "answer_due": 0, "step_due": -1}, {}),
        ({"answer_due": 2}, {due.What.ANSWER: 2}),
        ({"step_due": 5}, {due.What.STEP: 5}),
    ],
)
def test_what_is_late_is_the_same_in_words_and_for_the_database(
    ana: Client, report: Report, changed: dict[str, object], late: dict[due.What, int]
) -> None:
    days = {name: days_ago(value) if isinstance(value, int) else value for name, value in changed.items()}
    Report.objects.update(**days)
    report.refresh_from_db()
    assert {one.what: one.late for one in due.of(report, answered=False) if one.late} == late
    assert due.late(Report.objects.all()).exists() == bool(late)


def test_an_answer_ends_the_first_of_both(ana: Client, report: Report, team: Team) -> None:
    Report.objects.update(received_on=days_ago(60), status="in-progress", touched_on=days_ago(2))
    assert due.late(Report.objects.all()).exists()
    services.reply(report, team.people[0].row, *sealed_by(report, team, team.people[0], "text"))
    assert not due.late(Report.objects.all()).exists()
    report.refresh_from_db()
    assert [one.what for one in due.of(report, answered=True)] == [due.What.STEP]


def test_days_are_set_shown_and_gone_with_the_next_state(ana: Client, report: Report) -> None:
    day = today() + dt.timedelta(days=20)
    assert do(ana, "due", report, answer="", step=day.isoformat()).status_code == 302
    report.refresh_from_db()
    assert (report.answer_due, report.step_due) == (None, day)
    assert [event.detail for event in happened(Action.DUE_SET)] == [f"step={day}"]
    do(ana, "status", report, status="in-progress")
    report.refresh_from_db()
    assert report.step_due is None


@pytest.mark.parametrize("step", ["gone", "2020-01-01", "2999-01-01"])
def test_a_day_that_cannot_be_is_refused(ana: Client, report: Report, step: str) -> None:
    assert do(ana, "due", report, step=step).status_code == 400
    report.refresh_from_db()
    assert report.step_due is None


def test_a_day_that_is_over_may_stay(ana: Client, report: Report) -> None:
    Report.objects.update(step_due=days_ago(3))
    day = (today() + dt.timedelta(days=3)).isoformat()
    assert do(ana, "due", report, step=days_ago(3).isoformat(), answer=day).status_code == 302


def test_the_late_come_first_then_what_nobody_has_taken(ana: Client, report: Report) -> None:
    rows = [report]
    for _more in range(3):
        assert receipt_in(Reporter().send())
        rows.append(Report.objects.exclude(pk__in=[row.pk for row in rows]).get())
    late, free, taken, closed = rows
    Report.objects.filter(pk=late.pk).update(assignee=user(ana), received_on=days_ago(30))
    Report.objects.filter(pk=taken.pk).update(assignee=user(ana))
    Report.objects.filter(pk=closed.pk).update(status="closed")
    page = text_of(ana.get(INBOX))
    places = [page.index(f"/{row.pk:x}/") for row in (late, free, taken, closed)]
    assert places == sorted(places)
    assert "Jawaban pertama terlambat 23 hari" in page
    assert "Langkah berikutnya terlambat 27 hari" in page
    assert "Langkah berikutnya paling lambat" in page
    only = text_of(ana.get(INBOX, {"status": "late"}))
    assert f"/{late.pk:x}/" in only
    assert f"/{free.pk:x}/" not in only


def test_what_was_added_and_not_read_comes_first_and_has_a_list(
    ana: Client, budi: Client, number: str, report: Report
) -> None:
    """What the message of the day says is waiting is found at the desk, also where it is closed or of a burst."""
    other, words = another(report), "Tambahan belum dibaca"
    ana.get(address("report", report))
    do(ana, "status", report, status="closed")
    assert words not in text_of(ana.get(INBOX))
    Report.objects.filter(pk=report.pk).update(opened_on=days_ago(1))
    reporter = Reporter()
    reporter.post(step="add", access=hidden(reporter.status(number))["access"], text="Masih terjadi lagi.")
    page = text_of(ana.get(INBOX))
    assert page.index(f"/{report.pk:x}/") < page.index(f"/{other.pk:x}/")
    assert f"{words} (1)" in page
    assert page.count(words) == 2
    assert letters.something_waits(user(ana), [])
    Report.objects.filter(pk=report.pk).update(burst=True)
    only = text_of(ana.get(INBOX, {"status": "added"}))
    assert f"/{report.pk:x}/" in only
    assert f"/{other.pk:x}/" not in only
    recusal.recuse(report, user(budi), user(ana))
    assert words not in text_of(budi.get(INBOX))
    ana.get(address("report", report))
    assert words not in text_of(ana.get(INBOX))


def test_further_pages_keep_what_was_asked_for(ana: Client, report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    from content.reports.vault.desk import views

    monkeypatch.setattr(views, "PAGE_SIZE", 1)
    another(report)
    page = text_of(ana.get(INBOX, {"status": "received", "siapa": "belum", "hal": "2"}))
    assert "?status=received&amp;siapa=belum&amp;hal=1" in page
    assert re.search(r'hal=2"[^>]*aria-current="page"', page)
    hostile = text_of(ana.get(INBOX, {"status": '"><script>', "siapa": "&x=<b>"}))
    assert "<script>" not in re.sub(r"<script[^>]*(src|type)[^>]*>", "", hostile)
    assert "<b>&" not in hostile


# Sub-states


def test_the_sentence_of_a_sub_state_stands_below_the_state(ana: Client, report: Report, number: str) -> None:
    do(ana, "status", report, status="in-progress/with-others")
    page = text_of(Reporter().status(number))
    assert "Lembaga lain ikut menanganinya" in page
    assert happened(Action.STATE_SET)[-1].detail == "state=in-progress sub=with-others"
    held = snapshot.read("id")
    assert held is not None
    texts = {**held.texts, substatus.text_name("with-others"): "Kami <b> bersama kantor {kanal:polisi-110}."}
    snapshot.write(snapshot.Snapshot(**{**held.__dict__, "texts": texts}))
    page = text_of(Reporter().status(number))
    assert "Kami &lt;b&gt; bersama kantor" in page
    assert 'href="tel:110"' in page
    assert "Lembaga lain" not in page
    assert "bersama kantor" in text_of(ana.get(address("report", report)))
    do(ana, "status", report, status="closed")
    assert "bersama kantor" not in text_of(Reporter().status(number))


@pytest.mark.parametrize("decision", ["read/with-others", "closed/queued", "spam/queued", "read/", "read/x", "/queued"])
def test_a_sub_state_belongs_to_its_state(ana: Client, report: Report, decision: str) -> None:
    answer = do(ana, "status", report, status=decision)
    report.refresh_from_db()
    assert report.substatus == ""
    assert (answer.status_code == 302) == (decision == "read/")


def test_every_sub_state_has_words_for_both_sides() -> None:
    from content.reports.models import ReportPage
    from content.reports.vault.desk import views

    assert set(views.sub_words()) == set(substatus.CODES)
    assert all(substatus.sentence(code) for code in substatus.CODES)
    for code in substatus.CODES:
        assert ReportPage._meta.get_field(substatus.text_name(code)).max_length == 200
    assert {state for state in Report.Status.values if substatus.of(state)} == set(Report.Status.values)


# Notes


def sealed_by(
    report: Report, team: Team, person: Person, kind: str, **changed: object
) -> tuple[envelope.Envelope, bytes]:
    """An answer (``text``) or a ``note``, with the signature that belongs to it."""
    header = envelope.Header(
        **{
            "unit": report.unit_id,
            "epoch": 1,
            "mode": envelope.Mode.BROWSER,
            "kind": envelope.Kind.MESSAGE,
            "rid": bytes(report.rid),
            "mid": envelope.new_id(),
            "direction": envelope.Direction.FROM_UNIT,
            **changed,
        }  # type: ignore[arg-type]
    )
    recipients = [keys.load_public(standing.roster_of(team.unit.pk).key)]  # type: ignore[union-attr]
    if kind == "text":
        recipients.insert(0, keys.load_public(services.key_of_reporter(report)))
    sealed = envelope.seal(json.dumps({kind: "Rumah pamannya. ZXQ-7781", "v": 1}).encode(), header, recipients)
    from content.reports.vault import replies

    words = notes.to_sign if kind == "note" else replies.to_sign
    return sealed, person.key.sign(words(sealed, person.id))


def sent(client: Client, name: str, report: Report, sealed: envelope.Envelope, signature: bytes) -> HttpResponse:
    body = {"envelope": base64.b64encode(sealed.to_bytes()).decode(), "signature": signature.hex()}
    return client.post(address(name, report), json.dumps(body), content_type="application/json")


def notes_on(page: str) -> list[dict[str, str]]:
    return json.loads(re.search(r'id="sealed"[^>]*>(.*?)</script>', page, re.DOTALL)[1])["notes"]  # type: ignore[index, no-any-return]


def test_a_note_is_handed_to_the_unit_sealed_and_never_to_the_reporter(
    ana: Client, budi: Client, report: Report, number: str, team: Team
) -> None:
    sealed, signature = sealed_by(report, team, team.people[0], "note")
    assert sent(ana, "note", report, sealed, signature).status_code == 200
    assert sent(ana, "note", report, sealed, signature).status_code == 200
    assert Note.objects.count() == 1
    assert happened(Action.NOTED)[0].actor == user(ana)
    page = text_of(budi.get(address("report", report)))
    assert "ZXQ-7781" not in page
    held = envelope.Envelope.from_bytes(base64.b64decode(notes_on(page)[0]["envelope"]))
    private = keys.derive_private_key(keys.hkdf(team.seeds[1], b"lentera/unit/v1"))
    assert b"Rumah pamannya" in envelope.open_(held, private)
    with pytest.raises(envelope.EnvelopeError):
        envelope.open_(held, keys.generate())
    status = text_of(Reporter().status(number))
    assert "Rumah pamannya" not in status
    assert "Belum ada" in status


@pytest.mark.parametrize(("name", "kind"), [("reply", "text"), ("note", "note")])
def test_only_what_was_stored_is_acknowledged(ana: Client, report: Report, team: Team, name: str, kind: str) -> None:
    """Another text under the same id, of this report or of another one, is refused and changes nothing."""
    mid, second = envelope.new_id(), another(report)
    first = sealed_by(report, team, team.people[0], kind, mid=mid)
    for _time in range(2):
        assert sent(ana, name, report, *first).status_code == 200
    for other in (report, second):
        answer = sent(ana, name, other, *sealed_by(other, team, team.people[0], kind, mid=mid))
        assert answer.status_code == 400
        assert answer.json()["refused"] == "Tidak berhasil. Buka halaman ini lagi."
    (row,) = [*Message.objects.all(), *Note.objects.all()]
    assert (row.report, bytes(row.body)) == (report, first[0].body)


def test_a_note_that_is_moved_among_the_answers_is_none_and_an_answer_no_note(
    ana: Client, report: Report, number: str, team: Team
) -> None:
    answer = sealed_by(report, team, team.people[0], "text")
    assert sent(ana, "note", report, *answer).status_code == 400
    note = sealed_by(report, team, team.people[0], "note")
    assert sent(ana, "reply", report, *note).status_code == 400
    assert not Note.objects.exists()
    assert not Message.objects.exists()
    notes.add(report, team.people[0].row, *note)
    row = Note.objects.get()
    Message.objects.create(
        report=report,
        mid=row.nid,
        direction=envelope.Direction.FROM_UNIT,
        signer=row.signer,
        signature=row.signature,
        header=row.header,
        wraps=row.wraps,
        body=row.body,
    )
    assert "Rumah pamannya" not in text_of(Reporter().status(number))


def messages_on(page: str) -> list[dict[str, object]]:
    return json.loads(re.search(r'id="sealed"[^>]*>(.*?)</script>', page, re.DOTALL)[1])["messages"]  # type: ignore[index, no-any-return]


def test_what_no_holder_signed_is_shown_as_nobodys_answer(ana: Client, report: Report, number: str, team: Team) -> None:
    """Whoever writes to the database can put a row there, name a holder, and turn a reporter's message into an answer."""
    writer = team.people[0]
    sealed, signature = sealed_by(report, team, writer, "text")
    assert sent(ana, "reply", report, sealed, signature).status_code == 200
    page = text_of(ana.get(address("report", report)))
    (held,) = messages_on(page)
    assert (held["forged"], held["writer"]) == (False, str(ana.user))  # type: ignore[attr-defined]
    assert held["envelope"]
    for change in (
        {"signature": b""},
        {"signature": bytes(64)},
        {"signer": team.people[1].row},
        {"signer": None},
        {"signature": notes_signature(sealed, writer)},
    ):
        row = Message.objects.get()
        Message.objects.update(**change)
        for name in ("report", "package"):
            (held,) = messages_on(text_of(ana.get(address(name, report))))
            assert (held["forged"], held["writer"], held["envelope"], held["file"]) == (True, "", "", ""), change
        row.save()
    Message.objects.all().delete()
    reporter = Reporter()
    reporter.post(step="add", access=hidden(reporter.status(number))["access"], text="Tambahan")
    Message.objects.update(direction=envelope.Direction.FROM_UNIT, signer=writer.row, signature=signature)
    (held,) = messages_on(text_of(ana.get(address("report", report))))
    assert (held["forged"], held["envelope"]) == (True, "")


def notes_signature(sealed: envelope.Envelope, person: Person) -> bytes:
    return person.key.sign(notes.to_sign(sealed, person.id))


def test_an_answer_about_another_report_is_none_about_this_one(ana: Client, report: Report, team: Team) -> None:
    second = another(report)
    assert sent(ana, "reply", second, *sealed_by(second, team, team.people[0], "text")).status_code == 200
    Message.objects.update(report=report)
    (held,) = messages_on(text_of(ana.get(address("report", report))))
    assert held["forged"] is True


def test_what_is_no_note_of_hers_is_refused_and_an_altered_one_not_shown(
    ana: Client, report: Report, team: Team
) -> None:
    first, second = team.people
    sealed, signature = sealed_by(report, team, first, "note")
    for wrong in (
        (sealed, bytes(64)),
        sealed_by(report, team, second, "note"),
        sealed_by(report, team, first, "note", rid=bytes(16)),
        sealed_by(report, team, first, "note", epoch=2),
        sealed_by(report, team, first, "note", direction=envelope.Direction.FROM_REPORTER),
    ):
        assert sent(ana, "note", report, *wrong).status_code == 400
    assert not Note.objects.exists()
    notes.add(report, first.row, sealed, signature)
    assert notes_on(text_of(ana.get(address("report", report))))
    Note.objects.update(signature=bytes(64))
    assert notes_on(text_of(ana.get(address("report", report)))) == []


def test_who_holds_no_key_writes_no_note(ana: Client, report: Report, team: Team, sign_in: Users) -> None:
    citra = sign_in("citra@example.org")
    person = team.seat(user(citra))
    assert sent(citra, "note", report, *sealed_by(report, team, person, "note")).status_code == 400
    assert not Note.objects.exists()


# Duplicates


def test_a_duplicate_shows_the_state_of_the_other_and_no_word_of_it(ana: Client, report: Report) -> None:
    reporter = Reporter()
    number = receipt_in(reporter.send()) or ""
    second = Report.objects.exclude(pk=report.pk).get()
    called = casework.short_name(report.pk)
    assert do(ana, "duplicate", second, of=called.upper()).status_code == 302
    second.refresh_from_db()
    assert (second.duplicate_of, second.status) == (report, "closed")
    do(ana, "status", report, status="in-progress/waiting")
    page = text_of(reporter.status(number))
    assert "Sedang ditangani" in page
    assert "Ditutup" not in page
    assert "menunggu jawaban" not in page
    for word in ("kembar", "laporan lain", called):
        assert word not in page
    desk = text_of(ana.get(address("report", second)))
    assert called in desk
    assert "state-form" not in desk
    assert casework.short_name(second.pk) in text_of(ana.get(address("report", report)))
    assert "sama dengan laporan lain" in text_of(ana.get(INBOX))
    assert do(ana, "duplicate", second, do="undo").status_code == 302
    second.refresh_from_db()
    assert (second.duplicate_of, second.status) == (None, "read")
    assert do(ana, "duplicate", second, do="undo").status_code == 400
    assert [event.action for event in AuditEvent.objects.filter(action__startswith="duplicate")] == [
        "duplicate",
        "duplicate-undone",
    ]


def test_what_was_handed_to_a_holder_is_not_called_unread(ana: Client, report: Report) -> None:
    """Opening changes no state; of a duplicate, that of the other report counts."""
    reporter = Reporter()
    number = receipt_in(reporter.send()) or ""
    second = Report.objects.exclude(pk=report.pk).get()
    assert "belum dibaca" in text_of(reporter.status(number))
    desk = text_of(ana.get(address("report", second)))
    assert "bukan bahwa sudah ada yang membacanya" in desk
    page = text_of(reporter.status(number))
    assert "belum dibaca" not in page
    assert "Sudah diterima, ada pada petugas." in page
    do(ana, "duplicate", second, of=casework.short_name(report.pk))
    assert "belum dibaca" in text_of(reporter.status(number))
    ana.get(address("report", report))
    assert "belum dibaca" not in text_of(reporter.status(number))


def test_a_unit_for_practice_says_that_it_counts_nothing(ana: Client, team: Team) -> None:
    said = "Unit latihan tidak menghitung"
    assert said not in text_of(ana.get(f"{INBOX}angka/"))
    Unit.objects.filter(pk=team.unit.pk).update(demo=True)
    assert said in text_of(ana.get(f"{INBOX}angka/"))


def test_a_duplicate_names_another_report_of_the_unit_that_is_none_itself(ana: Client, report: Report) -> None:
    second = another(report)
    assert receipt_in(Reporter().send())
    third = Report.objects.exclude(pk__in=[report.pk, second.pk]).get()
    called = casework.short_name
    for wrong in (called(second.pk), "", "zzzzzz", called(report.pk)[:3], "%", "0" * 16):
        assert do(ana, "duplicate", second, of=wrong).status_code == 400, wrong
    do(ana, "duplicate", second, of=called(report.pk))
    assert do(ana, "duplicate", third, of=called(second.pk)).status_code == 400
    assert do(ana, "duplicate", report, of=called(third.pk)).status_code == 400
    other = staff.make_unit("lain", "Lain", "63")
    Report.objects.filter(pk=third.pk).update(unit=other)
    assert do(ana, "duplicate", report, of=called(third.pk)).status_code == 400


@pytest.mark.parametrize("kept", ["first", "second"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_who_is_kept_from_a_report_is_kept_from_what_tells_of_the_same(
    ana: Client, budi: Client, report: Report, kept: str, when: str
) -> None:
    second = another(report)
    of = {"first": report, "second": second}[kept]
    do(ana, "assign", report, user=user(budi))
    do(ana, "assign", second, user=user(budi))
    if when == "before":
        do(ana, "conflict", of, do="other", user=user(budi))
    assert do(ana, "duplicate", second, of=casework.short_name(report.pk)).status_code == 302
    if when == "after":
        do(ana, "conflict", of, do="other", user=user(budi))
    assert {(row.report, row.user, row.by) for row in Recusal.objects.all()} == {
        (held, user(budi), user(ana)) for held in (report, second)
    }
    assert {budi.get(address("report", held)).status_code for held in (report, second)} == {404}
    assert not Report.objects.exclude(assignee=None).exists()
    assert len(happened(Action.RECUSED)) == 2


def test_the_name_of_a_report_that_one_is_kept_from_stands_nowhere(ana: Client, budi: Client, report: Report) -> None:
    second = another(report)
    do(ana, "duplicate", second, of=casework.short_name(report.pk))
    do(ana, "conflict", report, do="other", user=user(budi))
    # Somebody lets him see the duplicate again, and that one alone.
    do(ana, "conflict", second, do="end", user=user(budi))
    for page in (address("report", second), INBOX, f"{INBOX}riwayat/"):
        assert casework.short_name(second.pk) in text_of(budi.get(page)), page
        assert casework.short_name(report.pk) not in text_of(budi.get(page)), page
    assert "dijauhkan dari Anda" in text_of(budi.get(address("report", second)))


def test_a_duplicate_stays_as_long_as_the_other_is_open(ana: Client, report: Report) -> None:
    second = another(report)
    do(ana, "duplicate", second, of=casework.short_name(report.pk))
    old = days_ago(120)
    Report.objects.filter(pk=second.pk).update(touched_on=old, opened_on=old, warned_on=days_ago(30))
    second.refresh_from_db()
    assert retention.ends_on(second) is None
    assert not retention.due().exists()
    Report.objects.filter(pk=report.pk).update(status="closed")
    assert retention.ends_on(second) is not None
    assert list(retention.due()) == [second]


def test_what_was_the_same_as_a_withdrawn_report_is_one_of_its_own(ana: Client, report: Report) -> None:
    second = another(report)
    ana.get(address("report", second))
    do(ana, "duplicate", second, of=casework.short_name(report.pk))
    Report.objects.filter(pk=report.pk).update(withdrawn_on=days_ago(15))
    assert retention.delete_withdrawn() == 1
    second.refresh_from_db()
    assert (second.status, second.duplicate_of) == ("read", None)


def test_what_is_the_same_as_one_that_is_withdrawn_waits_again_within_a_minute(
    ana: Client, report: Report, number: str
) -> None:
    """Its reporter has withdrawn nothing, and nobody goes on with the other: not after its 14 days, at once."""
    reporter = Reporter()
    second = another(report)
    do(ana, "duplicate", second, of=casework.short_name(report.pk))
    reporter.post(step="withdraw", access=hidden(reporter.status(number))["access"], sure="yes")
    assert retention.delete_withdrawn() == 0
    second.refresh_from_db()
    assert (second.status, second.duplicate_of, second.warned_on) == ("received", None, None)
    assert Report.objects.count() == 2
    assert due.is_open(second)
    assert letters.something_waits(user(ana), [])
    answer = do(ana, "duplicate", second, of=casework.short_name(report.pk))
    assert answer.status_code == 400
    assert "sudah ditarik" in text_of(answer)
    second.refresh_from_db()
    assert second.duplicate_of is None


def test_what_nobody_has_opened_is_not_read_once_it_is_on_its_own_again(ana: Client, report: Report) -> None:
    second = another(report)
    do(ana, "duplicate", second, of=casework.short_name(report.pk))
    do(ana, "duplicate", second, do="undo")
    second.refresh_from_db()
    assert (second.duplicate_of, second.status, second.opened_on) == (None, "received", None)


def test_who_opens_a_report_is_not_told_that_nobody_has(
    ana: Client, report: Report, team: Team, sign_in: Users
) -> None:
    second, without = another(report), sign_in("citra@example.org")
    staff.give_seat(team.unit, user(without))
    do(ana, "duplicate", second, of=casework.short_name(report.pk))
    for client, unopened in ((without, True), (ana, False), (without, False)):
        assert ("Belum dibuka siapa pun" in text_of(client.get(address("report", second)))) == unopened


def asked(client: Client, page: str, **data: str) -> list[int]:
    """How many queries a page costs, of both databases."""
    with CaptureQueriesContext(connections["default"]) as ours, CaptureQueriesContext(connections["reports"]) as vault:
        assert client.get(page, data).status_code == 200
    return [len(ours), len(vault)]


def test_a_page_asks_no_more_for_more_answers_notes_or_duplicates(ana: Client, report: Report, team: Team) -> None:
    def more() -> None:
        for kind, name in (("text", "reply"), ("note", "note")):
            for person in team.people:
                sealed, signature = sealed_by(report, team, person, kind)
                write = services.reply if name == "reply" else notes.add
                write(report, person.row, sealed, signature)  # type: ignore[operator]
        second = receipt_in(Reporter().send()) and Report.objects.filter(duplicate_of=None).exclude(pk=report.pk).get()
        casework.was_opened(second, user(ana))
        casework.mark_duplicate(second, report, user(ana))

    more()
    pages = ((address("report", report), {}), (address("package", report), {}), (INBOX, {}), (INBOX, {"siapa": "saya"}))
    for page, data in pages:
        asked(ana, page, **data)
    before = [asked(ana, page, **data) for page, data in pages]
    more()
    more()
    assert [asked(ana, page, **data) for page, data in pages] == before
    written = json.loads(re.search(r'id="sealed"[^>]*>(.*?)</script>', text_of(ana.get(pages[0][0])), re.DOTALL)[1])  # type: ignore[index]
    assert {one["writer"] for one in [*written["messages"], *written["notes"]]} == {
        "ana@example.org",
        "budi@example.org",
    }
    assert (len(written["messages"]), len(written["notes"])) == (6, 6)


def test_a_line_of_a_list_is_made_of_the_report_alone(ana: Client, report: Report, team: Team) -> None:
    """Nothing is noted by it, nothing that was added stands in it, and little is asked for it: a list has fifty."""
    services.reply(report, team.people[0].row, *sealed_by(report, team, team.people[0], "text"))
    Report.objects.update(opened_on=None)
    events = AuditEvent.objects.count()
    brief = ana.get(address("report", report), {"ringkas": "1"})
    held = json.loads(re.fullmatch(r'<script id="sealed"[^>]*>(.*?)</script>\s*', text_of(brief), re.DOTALL)[1])  # type: ignore[index]
    assert held["messages"] == held["notes"] == held["handed"] == []
    assert held["envelope"]
    assert brief["Cache-Control"] == "no-store"
    assert AuditEvent.objects.count() == events
    assert Report.objects.get().opened_on is None
    assert sum(asked(ana, address("report", report), ringkas="1")) <= 9


# Conflicts of interest


def test_who_is_kept_from_a_report_finds_nothing_of_it(ana: Client, budi: Client, report: Report, team: Team) -> None:
    other = another(report)
    do(ana, "assign", report, user=user(budi))
    assert do(ana, "conflict", report, do="other", user=user(budi)).status_code == 302
    report.refresh_from_db()
    assert report.assignee is None
    name = f"{report.pk:x}"
    for page in (INBOX, f"{INBOX}?status=received", f"{INBOX}riwayat/", address("report", other)):
        assert name not in text_of(budi.get(page)), page
    assert name[:6] not in text_of(budi.get(f"{INBOX}riwayat/"))
    for one in of_a_report() - {"chunk"}:
        assert 404 in {budi.get(address(one, report)).status_code, do(budi, one, report).status_code}, one
    chunk = reverse("desk_chunk", args=["provinsi", name, "1", 0])
    assert budi.get(chunk).status_code == 404
    before = report.status
    casework.decide(team.unit, [report.pk], "closed", user(budi))
    report.refresh_from_db()
    assert report.status == before
    # She who is not kept from it reads on.
    assert ana.get(address("report", report)).status_code == 200
    assert do(ana, "assign", report, user=user(budi)).status_code == 400
    event = happened(Action.RECUSED)[0]
    assert (event.actor, event.detail) == (user(ana), f"account={user(budi)}")


def test_what_concerns_oneself_is_asked_for_twice_and_ended_by_somebody_else(
    ana: Client, budi: Client, report: Report
) -> None:
    assert "menyangkut Anda?" in text_of(do(ana, "conflict", report, do="self"))
    assert not Recusal.objects.exists()
    answer = do(ana, "conflict", report, do="self", sure="yes")
    assert answer["Location"] == INBOX
    assert ana.get(address("report", report)).status_code == 404
    assert do(ana, "conflict", report, do="end", user=user(ana)).status_code == 404
    assert do(budi, "conflict", report, do="end", user=user(budi)).status_code == 400
    assert do(budi, "conflict", report, do="end", user=user(ana)).status_code == 302
    assert ana.get(address("report", report)).status_code == 200
    assert happened(Action.RECUSAL_LIFTED)[0].actor == user(budi)
    for wrong in ({"do": "other"}, {"do": "other", "user": "999999"}, {"do": "x"}, {}):
        assert do(budi, "conflict", report, **wrong).status_code == 400


def test_a_burst_is_decided_without_what_one_is_kept_from(ana: Client, budi: Client, report: Report) -> None:
    second = another(report)
    Report.objects.update(burst=True)
    recusal.recuse(report, user(budi), user(ana))
    page = text_of(budi.get(reverse("desk_burst", args=["provinsi", today()])))
    assert f"{report.pk:x}" not in page
    sent_ = {"status": "closed", "every": "yes", "on": today().isoformat(), "of": ""}
    decide = reverse("desk_decide", args=["provinsi"])
    budi.post(decide, question(budi.post(decide, sent_)))
    assert set(Report.objects.values_list("pk", "status")) == {(report.pk, "received"), (second.pk, "closed")}


def test_what_one_is_kept_from_does_not_wait_for_her(ana: Client, budi: Client, report: Report) -> None:
    UnitRoster.objects.update(told_on=today())
    assert letters.something_waits(user(budi), [])
    recusal.recuse(report, user(budi), user(ana))
    assert not letters.something_waits(user(budi), [])
    assert letters.something_waits(user(ana), [])


def test_the_history_names_no_report_that_one_was_kept_from_once_it_is_deleted(
    ana: Client, budi: Client, report: Report, number: str, erased: list[str]
) -> None:
    """The row of it goes with the report, what the chain says of it stays."""
    page, kept = reverse("desk_history", args=["provinsi"]), "Dijauhkan dari laporan"
    name = casework.short_name(report.pk)
    assert receipt_in(Reporter().send())
    other = Report.objects.exclude(pk=report.pk).get()
    recusal.recuse(report, user(ana), user(budi))
    recusal.recuse(other, user(ana), user(budi))
    casework.mark_duplicate(other, report, user(budi))
    assert kept in text_of(budi.get(page))
    Report.objects.update(withdrawn_on=days_ago(20))
    assert retention.delete_withdrawn() == 2
    shown = text_of(ana.get(page))
    for telling in (kept, name, casework.short_name(other.pk)):
        assert telling not in shown
        assert telling in text_of(budi.get(page))


def test_the_history_names_what_one_is_kept_from_no_more(ana: Client, budi: Client, report: Report) -> None:
    page = reverse("desk_history", args=["provinsi"])
    recusal.recuse(report, user(ana), user(budi))
    assert casework.short_name(report.pk) not in text_of(ana.get(page))
    recusal.lift(report, user(ana), user(budi))
    # Nor does it hide what others are kept from.
    recusal.recuse(report, user(budi), user(ana))
    assert casework.short_name(report.pk) in text_of(ana.get(page))


@pytest.fixture
def above(ana: Client, report: Report, team: Team, sign_in: Users) -> tuple[Team, Client]:
    """A unit above with two holders, of whom one is before a browser."""
    unit = staff.make_unit("pusat", "Pusat", "", None)
    team.unit.parent = unit
    team.unit.save()
    client = sign_in("pusat@example.org")
    held = Team(unit, [])
    held.seat(user(client))
    held.seat()
    held.found()
    return held, client


def test_the_unit_above_is_told_when_nobody_is_left(
    ana: Client, budi: Client, report: Report, above: tuple[Team, Client]
) -> None:
    held, client = above
    recusal.recuse(report, user(budi), user(budi))
    assert not recusal.is_left_alone(report)
    assert escalation.troubles() == []
    recusal.recuse(report, user(ana), user(ana))
    trouble = escalation.troubles()[0]
    assert (trouble.reason, trouble.told, trouble.conflicts) == (escalation.CONFLICT, held.unit, 1)
    assert letters.something_waits(user(client), escalation.troubles())
    assert "menyangkut semua yang bisa membacanya" in text_of(client.get("/akun/laporan/pusat/"))
    # Closed is not gone: whoever closed it may be the one whom it concerns.
    Report.objects.update(status="closed")
    assert escalation.troubles()[0].conflicts == 1
    Report.objects.all().delete()
    assert escalation.troubles() == []


def test_an_accomplice_without_a_key_leaves_nobody_alone_unseen(
    ana: Client, budi: Client, report: Report, team: Team, above: tuple[Team, Client], sign_in: Users
) -> None:
    accomplice = sign_in("citra@example.org")
    team.seat(user(accomplice))
    recusal.recuse(report, user(budi), user(accomplice))
    assert escalation.troubles()[0].conflicts == 1
    assert "diberi tahu malam ini" in text_of(ana.get(address("report", report)))
    team.unit.parent = None
    team.unit.save()
    assert "diberi tahu malam ini" not in text_of(ana.get(address("report", report)))


def test_a_report_that_is_left_alone_does_not_vanish_as_noise(
    ana: Client, budi: Client, report: Report, erased: list[str]
) -> None:
    old = days_ago(retention.SPAM_DAYS)
    Report.objects.update(status="closed", spam=True, opened_on=old, touched_on=old)
    report.refresh_from_db()
    assert retention.ends_on(report) == today()
    recusal.recuse(report, user(budi), user(ana))
    assert retention.ends_on(Report.objects.get()) is None
    assert not retention.warned().exists()
    assert retention.delete_due() == 0
    # Once somebody else may look at it again, it ends as any other.
    recusal.lift(report, user(budi), user(ana))
    assert retention.delete_due() == 1


def test_who_keeps_all_others_from_a_report_does_not_stay_alone_unseen(
    ana: Client, budi: Client, report: Report, above: tuple[Team, Client]
) -> None:
    recusal.recuse(report, user(budi), user(ana))
    assert [trouble.reason for trouble in escalation.troubles()] == [escalation.CONFLICT]


def test_a_report_is_handed_over_to_the_unit_that_it_was_sealed_to_as_well(
    ana: Client, budi: Client, report: Report, number: str, team: Team, above: tuple[Team, Client]
) -> None:
    held, client = above
    assert do(ana, "hand_over", report).status_code == 400
    assert do(ana, "hand_over", report, sure="yes").status_code == 400
    Report.objects.update(also=held.unit)
    report.refresh_from_db()
    services.reply(report, team.people[0].row, *sealed_by(report, team, team.people[0], "text"))
    taken = reverse("desk_hand_over", args=["pusat", report.pk])
    assert client.post(taken, {"sure": "yes"}).status_code == 400
    assert "Serahkan laporan ini?" in text_of(do(ana, "hand_over", report))
    assert do(ana, "hand_over", report, sure="yes").status_code == 302
    report.refresh_from_db()
    assert (report.unit, report.also, report.handed_from) == (held.unit, None, team.unit)
    for person in (ana, budi):
        assert person.get(address("report", report)).status_code == 404
        assert f"{report.pk:x}" not in text_of(person.get(INBOX))
    assert client.get(reverse("desk_report", args=["pusat", report.pk])).status_code == 200
    # What was answered before is read on, and the unit above answers now.
    assert "Rumah pamannya" in text_of(Reporter().status(number))
    answer = sealed_by(report, held, held.people[0], "text")
    services.reply(report, held.people[0].row, *answer)
    assert text_of(Reporter().status(number)).count("Rumah pamannya") == 2
    assert [event.unit for event in happened(Action.HANDED_OVER)] == ["provinsi", "pusat"]


def test_what_the_unit_above_opens_is_not_read_where_it_lies(
    ana: Client, report: Report, number: str, team: Team, above: tuple[Team, Client]
) -> None:
    """What is added once two holders are back is sealed to the unit below alone: nobody above can open it."""
    held, client = above
    Report.objects.filter(pk=report.pk).update(also=held.unit)
    ana.get(address("report", report))
    do(ana, "status", report, status="closed")
    Report.objects.update(opened_on=days_ago(1))
    reporter = Reporter()
    access = hidden(reporter.status(number))["access"]
    reporter.post(step="add", access=access, text="Mereka menemukan saya, tolong")
    assert client.get(reverse("desk_report", args=["pusat", report.pk])).status_code == 200
    assert escalation.added_to(Report.objects.all()).exists()
    assert letters.something_waits(user(ana), [])
    # That it was opened there stands in the chain.
    event = AuditEvent.objects.get(action=audit.Action.OPENED, actor=user(client))
    assert (event.unit, event.report) == ("pusat", f"{report.pk:x}")
    ana.get(address("report", report))
    assert not escalation.added_to(Report.objects.all()).exists()


def test_who_has_no_seat_is_given_nothing_and_leaves_the_other_alone(
    ana: Client, budi: Client, report: Report, team: Team, above: tuple[Team, Client]
) -> None:
    staff.take_seat(team.unit, user(budi))
    assert casework.candidates(team.unit, report) == {user(ana)}
    assert do(ana, "assign", report, user=str(user(budi))).status_code == 400
    # She is told that she is the last before she says that it concerns her.
    assert 'class="warn"' in text_of(do(ana, "conflict", report, do="self"))
    recusal.recuse(report, user(ana), user(ana))
    assert recusal.is_left_alone(report)
    assert [found.reason for found in escalation.troubles()] == [escalation.CONFLICT]


def test_the_unit_above_takes_it_over_once_nobody_is_left(
    ana: Client, budi: Client, report: Report, above: tuple[Team, Client]
) -> None:
    held, client = above
    Report.objects.update(also=held.unit)
    report.refresh_from_db()
    taken = reverse("desk_hand_over", args=["pusat", report.pk])
    assert client.post(taken, {"sure": "yes"}).status_code == 400
    for person in (ana, budi):
        recusal.recuse(report, user(person), user(person))
    assert "Ambil alih laporan ini?" in text_of(client.post(taken))
    assert client.post(taken, {"sure": "yes"}).status_code == 302
    report.refresh_from_db()
    assert report.unit == held.unit


@pytest.mark.parametrize("state", [casework.SPAM, "closed", "in-progress/waiting"])
def test_what_is_handed_over_is_new_where_it_comes_to(
    ana: Client, budi: Client, report: Report, above: tuple[Team, Client], erased: list[str], state: str
) -> None:
    """Whom it concerns has closed it as noise long ago; nobody of the unit above has seen it yet."""
    held, client = above
    Report.objects.update(also=held.unit, received_on=days_ago(200))
    ana.get(address("report", report))
    do(ana, "status", report, status=state)
    Report.objects.update(touched_on=days_ago(120), opened_on=days_ago(120), warned_on=days_ago(30))
    for person in (ana, budi):
        recusal.recuse(report, user(person), user(person))
    assert retention.delete_due() == 0
    client.post(reverse("desk_hand_over", args=["pusat", report.pk]), {"sure": "yes"})
    assert not retention.due().exists()
    assert not retention.warned().exists()
    assert retention.delete_due() == 0
    report.refresh_from_db()
    assert (report.status, report.substatus, report.spam) == ("received", "", False)
    assert (report.opened_on, report.warned_on, report.touched_on) == (None, None, today())
    # It waits there from this day on, and is late there after three.
    assert letters.something_waits(user(client), [])
    assert escalation.troubles() == []
    Report.objects.update(touched_on=days_ago(3))
    assert [(trouble.unit, trouble.unread) for trouble in escalation.troubles()] == [(held.unit, 1)]


@pytest.mark.parametrize(("touched", "late"), [(0, {}), (7, {}), (9, {due.What.ANSWER: 2})])
def test_what_was_missed_before_a_handing_over_is_not_late_after_it(
    report: Report, above: tuple[Team, Client], touched: int, late: dict[due.What, int]
) -> None:
    held, client = above
    Report.objects.update(also=held.unit, received_on=days_ago(40))
    recusal.hand_over(report.unit, Report.objects.get(), user(client))
    assert "terlambat" not in text_of(client.get(reverse("desk_inbox", args=["pusat"])))
    # A step that somebody set: what is looked at is the answer.
    Report.objects.update(touched_on=days_ago(touched), step_due=today())
    report.refresh_from_db()
    assert {one.what: one.late for one in due.of(report, answered=False) if one.late} == late
    assert due.late(Report.objects.all()).exists() == bool(late)


def test_what_was_begun_before_the_handing_over_is_done_by_nobody(
    ana: Client, report: Report, number: str, team: Team, above: tuple[Team, Client]
) -> None:
    """Two browsers in one moment: the page was opened, and its request read, while the report was still there."""
    held, _client = above
    second, by = another(report), user(ana)
    text, note = (sealed_by(report, team, team.people[0], kind) for kind in ("text", "note"))
    Report.objects.filter(pk=report.pk).update(also=held.unit, duplicate_of=second)
    stale = Report.objects.get(pk=report.pk)
    recusal.hand_over(team.unit, stale, by)
    before = AuditEvent.objects.count()
    writer, digest = team.people[0].row, b"d" * referrals.DIGEST_BYTES
    package = referrals.Package("police", "given", True, digest, "", b"n" * referrals.NOTE_BYTES, 1)
    acts: list[Callable[[], object]] = [
        lambda: services.reply(stale, writer, *text),
        lambda: notes.add(stale, writer, *note),
        lambda: casework.keep(stale, by),
        lambda: casework.assign(stale, by, by),
        lambda: casework.set_due(stale, today(), None, by),
        lambda: casework.mark_duplicate(stale, second, by),
        lambda: casework.mark_duplicate(second, stale, by),
        lambda: casework.undo_duplicate(stale, by),
        lambda: casework.ask_hold(stale, "police", today() + dt.timedelta(days=9), by),
        lambda: casework.confirm_hold(stale, by),
        lambda: casework.lift_hold(stale, by),
        lambda: referrals.refer(stale, by, package),
        lambda: referrals.export(stale, by, digest, referrals.PLAIN),
        lambda: statistics.enter(stale, by, regency="", opted_in=False),
    ]
    for act in acts:
        with pytest.raises(Refused, match="no longer with your unit"):
            act()
    assert casework.decide(team.unit, [stale.pk], "closed", by) == 0
    report.refresh_from_db()
    assert (report.unit, report.status, report.assignee, report.counted) == (held.unit, "received", None, False)
    assert not Message.objects.exists()
    assert not Note.objects.exists()
    assert not Referral.objects.exists()
    assert AuditEvent.objects.count() == before


def test_nothing_of_this_breaks_the_chain_or_puts_words_into_it(
    protected: None, ana: Client, budi: Client, report: Report
) -> None:
    do(ana, "assign", report, user=user(budi))
    do(ana, "due", report, step=(today() + dt.timedelta(days=2)).isoformat())
    do(ana, "status", report, status="read/examined")
    do(ana, "conflict", report, do="other", user=user(budi))
    assert audit.verify().fault == ""
    page = text_of(ana.get(f"{INBOX}riwayat/"))
    for words in ("Penanggung jawab", "Tenggat diubah: Langkah berikutnya", "sedang dipelajari", "Dijauhkan"):
        assert words in page
