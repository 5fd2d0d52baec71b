"""The desk: who finds it, what it hands out, what it takes (DECISIONS 49, check 49)."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from content.reports.vault import (
    attachment,
    casework,
    envelope,
    escalation,
    installation,
    keys,
    replies,
    services,
    staff,
    standing,
)
from content.reports.vault.desk import urls as desk
from content.reports.vault.desk import views
from content.reports.vault.models import (
    Attachment,
    AttachmentChunk,
    AuditEvent,
    Hold,
    Holder,
    Message,
    Report,
    Unit,
    UnitRoster,
)
from tests.content.reports.caseworkers import Users
from tests.content.reports.reporting import Person, Phone, Reporter, Team, hidden, receipt_in, text_of
from tests.content.reports.vault.test_sealed import Phone as SealingPhone

pytestmark = pytest.mark.django_db(databases=["default", "reports"])


@pytest.fixture
def report(ana: Client) -> Report:
    assert receipt_in(Reporter().send())
    return Report.objects.get()


@pytest.fixture
def file(ana: Client) -> Attachment:
    """Of two chunks, beside the only report."""
    phone = Phone(Reporter(), receipt_in(Reporter().send()) or "")
    phone.send(attachment.seal(b"x" * 70_000, "jpg", attachment.Cleaned.PHONE))
    return Attachment.objects.get()


def addresses(report: Report) -> dict[str, str]:
    """Every address of the desk, as its list of addresses says, for this report and its file."""
    file = Attachment.objects.filter(report=report).first()
    known = {
        "code": "provinsi",
        "name": f"{report.pk:x}",
        "file": f"{file.pk:x}" if file else "1",
        "index": 0,
        "on": report.received_on,
    }
    return {
        pattern.name.removeprefix("desk_"): reverse(
            pattern.name, kwargs={name: known[name] for name in pattern.pattern.converters}
        )
        for pattern in desk.urlpatterns
    }


def of_a_report() -> set[str]:
    """The addresses that name one."""
    return {p.name.removeprefix("desk_") for p in desk.urlpatterns if "name" in p.pattern.converters}


def ask(client: Client, address: str) -> list[int]:
    sent = client.post(address, "{}", content_type="application/json")
    return [client.get(address).status_code, sent.status_code]


def test_nobody_else_finds_any_page(report: Report, file: Attachment, sign_in: Users) -> None:
    """A superuser outside the unit, a holder of another one, a case worker without a seat: 404, whatever is asked."""
    other = staff.make_unit("lain", "Lain", "63")
    strangers = {
        "superuser": sign_in("root@example.org", is_superuser=True, is_staff=True),
        "case worker": sign_in("kasus@example.org"),
        "of another unit": sign_in("lain@example.org"),
    }
    staff.give_seat(other, strangers["of another unit"].user.pk)  # type: ignore[attr-defined]
    for who, client in strangers.items():
        for name, address in addresses(file.report).items():
            if (who, name) == ("of another unit", "units"):
                continue
            # Also in the way that nobody asks it: a 405 would say that there is such a page.
            assert ask(client, address) == [404, 404], (who, name)


def test_without_signing_in_every_page_leads_to_the_door(report: Report) -> None:
    for name, address in addresses(report).items():
        for answer in (Client().get(address), Client().post(address, "{}", content_type="application/json")):
            assert answer.status_code == 302, name
            assert answer["Location"].startswith("/akun/login/"), name


def test_without_a_second_factor_nothing_is_shown(report: Report, team: Team, sign_in: Users) -> None:
    client = sign_in("citra@example.org", second_factor=False)
    staff.give_seat(team.unit, client.user.pk)  # type: ignore[attr-defined]
    for name, address in addresses(report).items():
        for answer in (client.get(address), client.post(address, "{}", content_type="application/json")):
            assert answer["Location"] == "/akun/kode/pasang/", name


def test_who_loses_the_seat_sees_nothing_from_then_on(ana: Client, report: Report, team: Team) -> None:
    assert ana.get(reverse("desk_inbox", args=["provinsi"])).status_code == 200
    staff.take_seat(team.unit, ana.user.pk)  # type: ignore[attr-defined]
    assert ana.get(reverse("desk_inbox", args=["provinsi"])).status_code == 404


def chunk_address(report: Report, file: str, index: object) -> str:
    return f"/akun/laporan/provinsi/{report.pk:x}/berkas/{file}/{index}/"


def test_the_desk_hands_out_a_file_as_it_is_sealed(ana: Client, file: Attachment) -> None:
    held, report = file, file.report
    for stored in held.chunks.all():
        answer = ana.get(chunk_address(report, f"{held.pk:x}", stored.index))
        assert answer.content == bytes(stored.body)
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"] == "attachment"
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
    page = text_of(ana.get(addresses(report)["report"]))
    assert f'"file": "{held.pk:x}"' in page
    assert bytes(held.aid).hex() not in page


@pytest.mark.parametrize("mode", ["browser", "server"])
def test_check_44_the_desk_says_where_a_report_was_locked(ana: Client, mode: str) -> None:
    """As it is stored; what the reporter reads of each mode: test_phone_sealing.test_check_44."""
    if mode == "browser":
        assert SealingPhone().send().status_code == 200
    else:
        assert receipt_in(Reporter().send())
    held = Report.objects.get()
    assert held.mode == mode
    page = text_of(ana.get(addresses(held)["report"]))
    said = "di HP pelapor", "di server kami, yang sempat bisa membacanya sebentar"
    assert [words in page for words in said] == [mode == "browser", mode == "server"]


def test_no_other_file_and_no_other_place_is_handed_out(ana: Client, file: Attachment) -> None:
    held, report = file, file.report
    phone = Phone(Reporter(), receipt_in(Reporter().send()) or "")
    foreign = attachment.seal(b"y" * 70_000, "jpg", attachment.Cleaned.PHONE)
    phone.begin(foreign)
    phone.put(foreign, 0)
    unfinished = Attachment.objects.get(message=None)
    for name, index in (
        (f"{held.pk:x}", 2),
        (f"{held.pk:x}", 160),
        (f"{held.pk:x}", 10**30),
        ("f" * 16, 0),
        ("0", 0),
        (f"{unfinished.pk:x}", 0),
    ):
        assert ana.get(chunk_address(report, name, index)).status_code == 404, (name, index)
    second = Report.objects.exclude(pk=report.pk).get()
    assert ana.get(chunk_address(second, f"{unfinished.pk:x}", 0)).status_code == 404
    assert ana.get(chunk_address(second, f"{held.pk:x}", 0)).status_code == 404
    assert AttachmentChunk.objects.filter(attachment=held).count() == 2


def test_a_report_of_another_unit_is_not_there(ana: Client, report: Report) -> None:
    other = staff.make_unit("lain", "Lain", "63")
    Report.objects.update(unit=other)
    for name in of_a_report():
        assert 404 in ask(ana, addresses(report)[name])
    assert "Laporan terkunci" not in text_of(ana.get(reverse("desk_inbox", args=["provinsi"])))


def test_what_the_unit_below_can_no_longer_read_alone_is_read_here_and_answered_there(
    ana: Client, report: Report, team: Team
) -> None:
    below = staff.make_unit("jember", "Gugus Tugas Jember", "35.09", team.unit)
    Report.objects.update(unit=below, also=team.unit)
    assert "Laporan terkunci" in text_of(ana.get(reverse("desk_inbox", args=["provinsi"])))
    page = text_of(ana.get(addresses(report)["report"]))
    assert "Gugus Tugas Jember" in page
    assert "reply-form" not in page
    assert "state-form" not in page
    for name in of_a_report() - {"report", "chunk", "conflict", "hand_over"}:
        assert 404 in ask(ana, addresses(report)[name])


@pytest.mark.parametrize("row", ["0", "ffffffffffffffff", "7fffffffffffffff"])
def test_strange_rows_are_not_there(ana: Client, row: str) -> None:
    assert ana.get(f"/akun/laporan/provinsi/{row}/").status_code == 404


def test_the_pages_have_a_policy_of_their_own_and_nothing_inline(ana: Client, report: Report) -> None:
    for name in ("inbox", "history", "report", "keys", "package", "paper"):
        answer = ana.get(addresses(report)[name])
        policy = answer["Content-Security-Policy"]
        assert "unsafe-" not in policy
        assert "worker-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "default-src 'none'" in policy
        assert answer["Cache-Control"] == "no-store"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        page = text_of(answer)
        assert not re.search(r"<script(?![^>]*(?:src=|type=\"application/json\"))", page)
        assert not re.search(r"\son\w+=|style=|javascript:", page)
        assert "wagtail" not in page.lower()
        # What takes seconds is in the worker alone: the page cannot stand still for it.
        assert not re.search(r'<script[^>]*src="[^"]*(argon2|age-)', page)


def test_what_is_added_after_an_opening_waits_on_the_same_day(ana: Client) -> None:
    reporter = Reporter()
    number = receipt_in(reporter.send()) or ""
    page = reverse("desk_report", args=["provinsi", Report.objects.get().pk])
    ana.get(page)
    Report.objects.update(status="read")
    assert not escalation.unread(Report.objects.all()).exists()
    reporter.post(step="add", access=hidden(reporter.status(number))["access"], text="Ia sudah dipindahkan.")
    assert Message.objects.exists()
    assert escalation.unread(Report.objects.all()).exists()
    ana.get(page)
    assert not escalation.unread(Report.objects.all()).exists()


def test_what_is_handed_out_is_sealed(ana: Client, report: Report, team: Team) -> None:
    page = text_of(ana.get(addresses(report)["report"]))
    assert "ZXQ-7781" not in page
    sealed = json.loads(re.search(r'id="sealed"[^>]*>(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    held = envelope.Envelope.from_bytes(base64.b64decode(sealed["envelope"]))
    private = keys.derive_private_key(keys.hkdf(team.seeds[1], b"lentera/unit/v1"))
    assert b"ZXQ-7781" in envelope.open_(held, private)
    lock = json.loads(re.search(r'id="lock-data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    assert set(lock["shares"]) == {"1"}
    assert team.people[0].key.seed.hex() not in page
    assert team.seeds[1].hex() not in page


def test_shares_go_to_holders_of_today_alone(ana: Client, report: Report, team: Team, sign_in: Users) -> None:
    """Who has a seat and a key but is in no roster gets no share, though one lies there already."""
    citra = sign_in("citra@example.org")
    person = team.seat(citra.user.pk)  # type: ignore[attr-defined]
    roster = team.next(team.people)
    staff.propose(team.unit, team.people[0].row, team.proposal(roster, team.people[0]))
    page = text_of(citra.get(addresses(report)["inbox"]))
    assert json.loads(re.search(r'id="lock-data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])["shares"] == {}  # type: ignore[index]
    staff.sign(team.unit, team.people[1].row, roster.digest, team.people[1].key.sign(roster.to_sign))
    page = text_of(citra.get(addresses(report)["inbox"]))
    assert json.loads(re.search(r'id="lock-data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])["shares"]  # type: ignore[index]
    assert person.row


def sends(client: Client, address: str, **sent: object) -> HttpResponse:
    return client.post(address, json.dumps(sent), content_type="application/json")


def test_the_state_is_set_and_whoever_has_the_number_sees_it(ana: Client, report: Report) -> None:
    address = addresses(report)["status"]
    answer = ana.post(address, {"status": "in-progress"})
    assert (answer.status_code, answer["Location"]) == (302, addresses(report)["report"])
    report.refresh_from_db()
    assert report.status == "in-progress"
    for bad in ("gone", "", "3"):
        answer = ana.post(address, {"status": bad})
        assert answer.status_code == 400
        assert "Status itu tidak ada" in text_of(answer)
    report.refresh_from_db()
    assert report.status == "in-progress"


def sealed_answer(report: Report, team: Team, person: Person, **changed: object) -> dict[str, str]:
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
    public = keys.load_public(standing.roster_of(team.unit.pk).key)  # type: ignore[union-attr]
    recipients = [keys.load_public(services.key_of_reporter(report)), public]
    sealed = envelope.seal(b'{"text":"Kami hubungi Anda.","v":1}', header, recipients)
    signature = person.key.sign(replies.to_sign(sealed, person.id))
    return {"envelope": base64.b64encode(sealed.to_bytes()).decode(), "signature": signature.hex()}


def test_an_answer_of_a_holder_reaches_the_reporter(ana: Client, team: Team) -> None:
    reporter = Reporter()
    number = receipt_in(reporter.send()) or ""
    report = Report.objects.get()
    answer = sends(ana, addresses(report)["reply"], **sealed_answer(report, team, team.people[0]))
    assert answer.status_code == 200
    assert "Kami hubungi Anda." in text_of(reporter.status(number))
    assert "Kami hubungi" not in text_of(ana.get(addresses(report)["report"]))


def test_what_was_withdrawn_is_answered_no_more(ana: Client, report: Report, team: Team) -> None:
    """Also from a page that was open: nobody would ever read it."""
    sent = sealed_answer(report, team, team.people[0])
    Report.objects.update(withdrawn_on=timezone.localdate())
    answer = sends(ana, addresses(report)["reply"], **sent)
    assert answer.status_code == 400
    assert "ditarik" in answer.json()["refused"]
    assert not Message.objects.exists()
    assert not AuditEvent.objects.filter(action="answered").exists()


def test_what_is_no_answer_of_hers_is_refused(ana: Client, report: Report, team: Team) -> None:
    address = addresses(report)["reply"]
    first, second = team.people
    good = sealed_answer(report, team, first)
    wrong = [
        sealed_answer(report, team, second),
        {**good, "signature": "00" * 64},
        {**good, "signature": "zz"},
        {**good, "envelope": "%"},
        {**good, "envelope": ""},
        {},
        sealed_answer(report, team, first, rid=bytes(16)),
        sealed_answer(report, team, first, epoch=2),
    ]
    for sent in wrong:
        answer = sends(ana, address, **sent)
        assert answer.status_code == 400
        assert answer.json()["refused"]
    assert not Message.objects.exists()


def test_what_cannot_be_read_is_logged_by_its_kind_alone(
    ana: Client, report: Report, team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    sent = {**sealed_answer(report, team, team.people[0]), "signature": "rahasia"}
    assert sends(ana, addresses(report)["reply"], **sent).status_code == 400
    logged = [record.getMessage() for record in caplog.records if record.name == views.__name__]
    assert logged == ["The desk could not read what was sent to reply: ValueError"]
    assert "rahasia" not in caplog.text


def test_who_is_trusted_is_read_once_for_all(ana: Client, team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    reads, pins = [], installation._pins
    monkeypatch.setattr(installation, "_pins", lambda: reads.append(1) or pins())
    people = views.roster_data(team.unit, None, None)["people"]
    assert [one["trusted"] for one in people] == [True, True]
    assert len(reads) == 1


def test_who_is_in_no_roster_answers_nobody(ana: Client, report: Report, team: Team, sign_in: Users) -> None:
    citra = sign_in("citra@example.org")
    person = team.seat(citra.user.pk)  # type: ignore[attr-defined]
    answer = sends(citra, addresses(report)["reply"], **sealed_answer(report, team, person))
    assert answer.status_code == 400
    without = sign_in("dewi@example.org")
    staff.give_seat(team.unit, without.user.pk)  # type: ignore[attr-defined]
    assert sends(without, addresses(report)["reply"]).status_code == 400
    assert not Message.objects.exists()


def test_enrolling_and_founding_by_what_browsers_send(closed_vault: Path, sign_in: Users) -> None:
    unit = staff.make_unit("provinsi", "Provinsi", "35")
    clients = [sign_in(f"{name}@example.org") for name in ("ana", "budi")]
    team = Team(unit, [])
    for client in clients:
        staff.give_seat(unit, client.user.pk)  # type: ignore[attr-defined]
        person = Person(client.user.pk)  # type: ignore[attr-defined]
        sent = person.enrolment()
        fields = ("exchange_key", "signing_key", "phrase_salt", "phrase_lock", "recovery_lock", "signature")
        body = {"id": str(sent.id), **{name: getattr(sent, name).hex() for name in fields}}
        answer = sends(client, reverse("desk_enrol", args=["provinsi"]), **body)
        assert answer.json() == {"fingerprint": person.member.fingerprint}
        assert (
            sends(client, reverse("desk_enrol", args=["provinsi"]), **{**body, "signature": "00" * 64}).status_code
            == 400
        )
        installation.trust(unit.pk, person.member)
        team.people.append(person)
    roster = team.next(team.people, new_key=True)
    proposal = team.proposal(roster, team.people[0])
    shares = [{"holder": str(h), "epoch": e, "sealed": s.hex()} for (h, e), s in proposal.shares.items()]
    answer = sends(
        clients[0],
        reverse("desk_propose", args=["provinsi"]),
        roster=roster.raw.hex(),
        signature=proposal.signature.hex(),
        shares=shares,
    )
    assert answer.status_code == 200
    page = text_of(clients[1].get(reverse("desk_keys", args=["provinsi"])))
    assert "Menunggu tanda tangan kedua" in page
    for person in team.people:
        assert person.member.fingerprint in page
    # It is the proposal that speaks, whatever was written beside it; and who stands nowhere else is listed too.
    Holder.objects.filter(pk=team.people[0].id).update(exchange_key=bytes(team.people[1].key.exchange_public))
    assert team.people[0].member.fingerprint in text_of(clients[1].get(reverse("desk_keys", args=["provinsi"])))
    Holder.objects.filter(pk=team.people[0].id).update(exchange_key=team.people[0].key.exchange_public)
    address = reverse("desk_sign", args=["provinsi"])
    mine = team.people[1].key.sign(roster.to_sign).hex()
    assert sends(clients[1], address, digest="00" * 32, signature=mine).status_code == 400
    assert sends(clients[1], address, digest=roster.digest.hex(), signature=mine).json() == {"holds": True}
    assert Reporter().get()["X-Intake"] == "open"


def test_opening_a_key_counts_once_a_day(ana: Client, team: Team) -> None:
    first, address = team.people[0], reverse("desk_opened", args=["provinsi"])
    Holder.objects.update(opened_on=None)
    good = first.key.sign(staff.to_show_opened(first.row)).hex()
    assert (
        sends(ana, address, signature=team.people[1].key.sign(staff.to_show_opened(first.row)).hex()).status_code == 400
    )
    assert first.row.opened_on is None
    assert sends(ana, address, signature=good).status_code == 200
    assert first.row.opened_on == timezone.localdate()


def test_a_proposal_can_be_taken_back(ana: Client, team: Team) -> None:
    roster = team.next(team.people, new_key=True)
    staff.propose(team.unit, team.people[0].row, team.proposal(roster, team.people[0]))
    assert sends(ana, reverse("desk_withdraw", args=["provinsi"])).json() == {"gone": 1}
    assert UnitRoster.objects.count() == 1


def test_forms_need_the_token_of_the_session(ana: Client, report: Report) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ana.user)  # type: ignore[attr-defined]
    assert strict.post(addresses(report)["status"], {"status": "closed"}).status_code == 403
    report.refresh_from_db()
    assert report.status == "received"


def test_several_units_are_listed_and_the_only_one_is_opened(ana: Client, team: Team) -> None:
    assert ana.get(reverse("desk_units"))["Location"] == "/akun/laporan/provinsi/"
    staff.give_seat(staff.make_unit("lain", "Unit Lain", "63"), ana.user.pk)  # type: ignore[attr-defined]
    page = text_of(ana.get(reverse("desk_units")))
    assert "Unit Lain" in page
    assert "Provinsi" in page


def test_a_unit_with_a_hostile_name_is_shown_as_words(ana: Client, team: Team) -> None:
    Unit.objects.update(name='</script><script>alert(1)</script>"><img src=x onerror=alert(1)>')
    page = text_of(ana.get(reverse("desk_inbox", args=["provinsi"])))
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_what_the_app_shows_is_locked_in_the_database(ana: Client) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    user = get_user_model().objects.create_user("e@example.org", "x")
    TOTP.activate(user, secret)
    row = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    assert secret not in json.dumps(row.data)
    assert row.wrap().instance.data["secret"] == row.data["secret"]


def test_a_lost_secret_key_opens_no_second_factor(ana: Client, settings: object) -> None:
    from accounts.adapters import SecondFactorAdapter

    adapter = SecondFactorAdapter()
    locked = adapter.encrypt("JBSWY3DPEHPK3PXP")
    assert adapter.decrypt(locked) == "JBSWY3DPEHPK3PXP"
    old = settings.SECRET_KEY  # type: ignore[attr-defined]
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    # Not empty and not twice the same: nobody can compute a code.
    assert len({adapter.decrypt(locked), adapter.decrypt(locked), "JBSWY3DPEHPK3PXP", ""}) == 4
    settings.SECRET_KEY_FALLBACKS = [old]  # type: ignore[attr-defined]
    assert adapter.decrypt(locked) == "JBSWY3DPEHPK3PXP"


def test_the_desk_has_words_for_every_code_of_the_vault() -> None:
    for language in ("id", "en"):
        with translation.override(language):
            for said, codes in (
                (views._hold_reasons(), Hold.Reason.values),
                (views._event_words(), AuditEvent.Action.values),
                (views.decision_words(), casework.DECISIONS),
            ):
                assert {str(code) for code in said} == set(codes)
                assert len({str(words) for words in said.values()}) == len(codes)
