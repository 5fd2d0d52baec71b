"""What the server notes of a report that is passed on, and who may read what was handed over."""

from __future__ import annotations

import datetime as dt
import json
import re
import secrets

import pytest
from django.test import Client
from django.urls import reverse

from content.reports.vault import (
    casework,
    envelope,
    holder,
    htcds,
    keys,
    letters,
    recusal,
    referrals,
    replies,
    selectors,
    services,
    staff,
)
from content.reports.vault.models import AuditEvent, HandedWrap, Message, Recusal, Referral, Report, Unit, today
from tests.content.reports.caseworkers import Users
from tests.content.reports.caseworkers import ana as ana
from tests.content.reports.caseworkers import sign_in as sign_in
from tests.content.reports.caseworkers import team as team
from tests.content.reports.reporting import Reporter, Team, hidden, receipt_in, text_of

pytestmark = pytest.mark.django_db(databases=["default", "reports"])
RECIPIENT = "age1" + "q" * 58


@pytest.fixture
def number(ana: Client) -> str:
    return receipt_in(Reporter().send()) or ""


@pytest.fixture
def report(number: str) -> Report:
    return Report.objects.get()


@pytest.fixture
def other(ana: Client, sign_in: Users) -> tuple[Team, Client]:
    """Another unit that receives, and one of its holders."""
    held = Team(staff.make_unit("jember", "Gugus Tugas Jember", "35.09"), [])
    clients = [sign_in(f"{name}@example.org") for name in ("eka", "fitri")]
    for client in clients:
        held.seat(client.user.pk)  # type: ignore[attr-defined]
    held.found()
    return held, clients[0]


def noted(**changed: object) -> dict[str, object]:
    about = {"consent": "given", "shown": True, "note": secrets.token_hex(referrals.NOTE_BYTES), "epoch": 1}
    return {**about, "receiver": "protection", "digest": "ab" * 32, "recipient": RECIPIENT, **changed}


def post(client: Client, name: str, report: Report, sent: dict[str, object], code: str = "provinsi"):
    address = reverse(f"desk_{name}", args=[code, f"{report.pk:x}"])
    return client.post(address, json.dumps(sent), content_type="application/json")


def test_the_chain_holds_the_mark_and_the_fingerprint_alone(ana: Client, report: Report, number: str) -> None:
    answer = post(ana, "refer", report, noted())
    assert answer.status_code == 200, answer.content
    event = AuditEvent.objects.get(action="referred")
    fingerprint = keys.fingerprint_of(RECIPIENT.encode())
    assert event.detail == f"package={'ab' * 32} receiver={fingerprint.replace(' ', '-')}"
    held = Referral.objects.get()
    assert (held.receiver, held.consent, bytes(held.package)) == ("protection", "given", b"\xab" * 32)
    report.refresh_from_db()
    assert report.touched_on is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"receiver": "unit"},
        {"receiver": "tetangga"},
        {"consent": ""},
        {"digest": "ab"},
        {"note": "ab"},
        {"recipient": "age1=cmd"},
        {"epoch": "x"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_does_not_fit_is_not_noted(ana: Client, report: Report, wrong: dict) -> None:
    assert post(ana, "refer", report, noted(**wrong)).status_code == 400
    assert not Referral.objects.exists()
    assert not AuditEvent.objects.filter(action="referred").exists()


def test_without_a_key_of_the_unit_nothing_is_passed_on(
    ana: Client, report: Report, team: Team, sign_in: Users
) -> None:
    client = sign_in("citra@example.org")
    team.seat(client.user.pk)  # type: ignore[attr-defined]
    for name in ("refer", "hand", "export"):
        assert post(client, name, report, noted()).status_code == 400
    assert not Referral.objects.exists()


def test_the_reporter_learns_the_kind_of_receiver_and_only_what_is_to_be_shown(
    ana: Client, report: Report, number: str
) -> None:
    post(ana, "refer", report, noted(receiver="health"))
    post(ana, "refer", report, noted(receiver="police", shown=False))
    page = text_of(Reporter().status(number))
    assert "Layanan kesehatan" in page
    assert "Polisi" not in page.split("<h2>")[0]


def test_an_export_is_noted(ana: Client, report: Report) -> None:
    assert post(ana, "export", report, {"digest": "cd" * 32, "how": "plain"}).status_code == 200
    assert AuditEvent.objects.get(action="exported").detail == f"package={'cd' * 32} receiver=plain"
    assert post(ana, "export", report, {"digest": "cd" * 32, "how": "mail"}).status_code == 400


def handed(ana: Client, report: Report, other: Team):
    """As the browser does it: the key of each envelope, sealed to the other unit and bound to the same header."""
    to = next(r for r in selectors.receivers().by_region.values() if r.unit == other.unit.pk)
    wraps = {"": secrets.token_hex(envelope.WRAP_BYTES)}
    for message in report.messages.all():
        wraps[f"{message.pk:x}"] = secrets.token_hex(envelope.WRAP_BYTES)
    sent = noted(unit=str(other.unit.pk), to_epoch=to.epoch, wraps=wraps)
    return post(ana, "hand", report, sent), wraps, to


def test_handing_over_lets_the_other_unit_read_and_nothing_else(
    ana: Client, report: Report, team: Team, other: tuple[Team, Client]
) -> None:
    there, eka = other
    address = reverse("desk_report", args=["jember", f"{report.pk:x}"])
    assert eka.get(address).status_code == 404
    assert not letters.something_waits(eka.user.pk, [])  # type: ignore[attr-defined]
    answer, wraps, to = handed(ana, report, there)
    assert answer.status_code == 200, answer.content
    assert AuditEvent.objects.get(action="referred").detail.endswith(
        f"receiver={keys.fingerprint(to.public_key).replace(' ', '-')}"
    )
    assert letters.something_waits(eka.user.pk, [])  # type: ignore[attr-defined]
    assert "Laporan terkunci" in text_of(eka.get(reverse("desk_inbox", args=["jember"])))
    page = text_of(eka.get(address))
    assert wraps[""] in page
    assert "Diserahkan oleh" in page
    assert "reply-form" not in page
    assert not letters.something_waits(eka.user.pk, [])  # type: ignore[attr-defined]
    for name in ("status", "keep", "hold", "reply", "refer", "hand", "export"):
        assert post(eka, name, report, noted(), "jember").status_code == 404, name
    assert eka.get(reverse("desk_package", args=["jember", f"{report.pk:x}"])).status_code == 404
    # The own unit is handed no wrap of another.
    assert wraps[""] not in text_of(ana.get(reverse("desk_report", args=["provinsi", f"{report.pk:x}"])))


def test_the_unit_that_can_read_it_already_is_handed_nothing(
    ana: Client, report: Report, other: tuple[Team, Client]
) -> None:
    """Nor does what it was handed before wait for it, once the report lies with it: no opening would end that."""
    there, eka = other
    assert handed(ana, report, there)[0].status_code == 200
    Report.objects.update(also=there.unit, status="in-progress", opened_on=today())
    assert not letters.something_waits(eka.user.pk, [])  # type: ignore[attr-defined]
    answer = handed(ana, report, there)[0]
    assert answer.status_code == 400
    assert "sudah bisa membaca" in answer.json()["refused"]
    assert Referral.objects.count() == 1
    page = text_of(ana.get(reverse("desk_package", args=["provinsi", report.pk])))
    assert str(there.unit.pk) not in page


def test_what_came_in_a_burst_and_was_handed_over_is_in_the_inbox(
    ana: Client, report: Report, other: tuple[Team, Client]
) -> None:
    """The unit it was handed to has no page of that burst."""
    there, eka = other
    Report.objects.update(burst=True)
    casework.decide(report.unit, [report.pk], "read", ana.user.pk)  # type: ignore[attr-defined]
    assert handed(ana, report, there)[0].status_code == 200
    assert eka.get(reverse("desk_burst", args=["jember", today()])).status_code == 404
    inbox = reverse("desk_inbox", args=["jember"])
    assert f"{report.pk:x}/" in text_of(eka.get(inbox))
    assert f"{report.pk:x}/" in text_of(eka.get(inbox, {"status": "read"}))
    # At home it is still sorted with the others of its day.
    assert f"{report.pk:x}/" not in text_of(ana.get(reverse("desk_inbox", args=["provinsi"])))


def test_what_a_line_of_a_list_says_is_no_opening(
    ana: Client, report: Report, number: str, other: tuple[Team, Client]
) -> None:
    there, eka = other
    reporter = Reporter()
    reporter.post(step="add", access=hidden(reporter.status(number))["access"], text="Tambahan pertama")
    handed(ana, report, there)
    for client, code in ((ana, "provinsi"), (eka, "jember")):
        page = text_of(client.get(reverse("desk_report", args=[code, f"{report.pk:x}"]), {"ringkas": "1"}))
        sealed = json.loads(re.search(r'id="sealed"[^>]*>(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
        assert sealed["envelope"]
        assert not sealed["messages"]
    report.refresh_from_db()
    assert report.opened_on is None
    assert Referral.objects.get().opened_on is None
    assert not AuditEvent.objects.filter(action="opened").exists()


def test_a_guest_gets_nothing_that_came_later_and_changes_nothing(
    ana: Client, report: Report, number: str, team: Team, other: tuple[Team, Client]
) -> None:
    there, eka = other
    reporter = Reporter()
    reporter.post(step="add", access=hidden(reporter.status(number))["access"], text="Tambahan pertama")
    handed(ana, report, there)
    reporter.post(step="add", access=hidden(reporter.status(number))["access"], text="Tambahan kedua")
    assert report.messages.count() == 2
    page = text_of(eka.get(reverse("desk_report", args=["jember", f"{report.pk:x}"])))
    sealed = json.loads(re.search(r'id="sealed"[^>]*>(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    assert len(sealed["messages"]) == 1
    assert "Yang sudah dilakukan" not in page
    report.refresh_from_db()
    # Its own unit has not opened it: it waits there still, and is never deleted meanwhile.
    assert report.opened_on is None
    opened = AuditEvent.objects.get(action="opened")
    assert (opened.unit, opened.actor) == ("jember", eka.user.pk)  # type: ignore[attr-defined]


def test_a_guest_keeps_away_her_own_people_alone_and_lets_nobody_back(
    ana: Client, report: Report, team: Team, other: tuple[Team, Client]
) -> None:
    there, eka = other
    handed(ana, report, there)
    ana_, eka_, fitri = team.people[0].user, there.people[0].user, there.people[1].user
    for wrong in ({"do": "other", "user": ana_}, {"do": "other", "user": team.people[1].user}):
        address = reverse("desk_conflict", args=["jember", f"{report.pk:x}"])
        assert eka.post(address, wrong).status_code == 400, wrong
    assert not Recusal.objects.exists()
    # A colleague, and herself, whom it may name as well.
    recusal.recuse(report, fitri, eka_)
    assert eka.post(address, {"do": "end", "user": fitri}).status_code == 400
    assert "terakhir" not in text_of(eka.post(address, {"do": "self"}))
    assert eka.post(address, {"do": "self", "sure": "yes"}).status_code == 302
    assert eka.get(reverse("desk_report", args=["jember", f"{report.pk:x}"])).status_code == 404
    assert set(Recusal.objects.values_list("user", flat=True)) == {fitri, eka_}
    # Whose report it is lets them see it again.
    recusal.lift(report, fitri, ana_)


def test_the_own_unit_keeps_somebody_of_a_guest_away(ana: Client, report: Report, other: tuple[Team, Client]) -> None:
    there, eka = other
    handed(ana, report, there)
    recusal.recuse(report, eka.user.pk, ana.user.pk)  # type: ignore[attr-defined]
    assert eka.get(reverse("desk_report", args=["jember", f"{report.pk:x}"])).status_code == 404


def test_a_guest_is_not_told_who_works_on_it_or_is_kept_from_it(
    ana: Client, report: Report, team: Team, other: tuple[Team, Client]
) -> None:
    there, eka = other
    handed(ana, report, there)
    Reporter().send()
    same = Report.objects.exclude(pk=report.pk).get()
    Report.objects.filter(pk=same.pk).update(duplicate_of=report)
    Report.objects.filter(pk=report.pk).update(assignee=ana.user.pk)  # type: ignore[attr-defined]
    colleague = team.people[1].user
    recusal.recuse(report, colleague, ana.user.pk)  # type: ignore[attr-defined]
    page = text_of(eka.get(reverse("desk_report", args=["jember", f"{report.pk:x}"])))
    for told in ("Penanggung jawab", "Tenggat", "Dijauhkan", f"{same.pk:x}"[:6], f'value="{colleague}"'):
        assert told not in page, told
    assert f'value="{colleague}"' in text_of(ana.get(reverse("desk_report", args=["provinsi", f"{report.pk:x}"])))


def test_a_guest_is_told_no_more_in_the_list(
    ana: Client, report: Report, team: Team, other: tuple[Team, Client]
) -> None:
    """Neither who works on it, by when and what came, nor whether it is noise, the same as another, late or nobody's."""
    there, eka = other
    handed(ana, report, there)
    answered(report, team)
    inbox = reverse("desk_inbox", args=["jember"])
    Reporter().send()
    same = Report.objects.exclude(pk=report.pk).get()
    months = today() - dt.timedelta(days=60)
    seen = set()
    for change in (
        {"assignee": ana.user.pk, "step_due": months},  # type: ignore[attr-defined]
        {"assignee": None, "step_due": None, "status": "closed", "opened_on": months, "touched_on": months},
        {"spam": True},
        {"spam": False, "duplicate_of": same},
    ):
        Report.objects.filter(pk=report.pk).update(**change)
        page = text_of(eka.get(inbox))
        (row,) = re.findall(r"<tr><td.*?</tr>", page, re.DOTALL)
        words = re.sub(r"<[^>]+>|\s+", " ", row)
        assert str(ana.user) not in words  # type: ignore[attr-defined]
        for told in ("terlambat", "paling lambat", "Dihapus", "gangguan", "sama dengan"):
            assert told not in words, told
        seen.add(tuple(re.findall(r"<td[^>]*>([^<]*)</td>", row)[-4:]))
        for whose in ("saya", "belum"):
            assert "data-summary" not in text_of(eka.get(inbox, {"siapa": whose}))
        assert re.findall(r"Belum ditugaskan \((\d+)\)", page) == ["0"]
    assert {row[0] for row in seen} == {"–"}
    assert {row[-2:] for row in seen} == {("–", "–")}


def test_a_wrap_too_few_another_epoch_or_the_own_unit_hands_nothing_over(
    ana: Client, report: Report, team: Team, other: tuple[Team, Client]
) -> None:
    there, _eka = other
    sent = noted(unit=str(there.unit.pk), to_epoch=1, wraps={"": "00" * envelope.WRAP_BYTES})
    for wrong in (
        {"to_epoch": 2},
        {"unit": str(team.unit.pk)},
        {"wraps": {}},
        {"wraps": {"": "00"}},
        {"wraps": {"": "00" * envelope.WRAP_BYTES, "1": "00" * envelope.WRAP_BYTES}},
    ):
        assert post(ana, "hand", report, {**sent, **wrong}).status_code == 400, wrong
    assert not HandedWrap.objects.exists()


def answered(report: Report, team: Team, signature: bytes | None = None) -> Message:
    """An answer of the team's unit, signed by its first holder unless with something else."""
    person = team.people[0]
    header = envelope.Header.for_message(
        unit=team.unit.pk,
        epoch=1,
        mode=envelope.Mode.BROWSER,
        rid=bytes(report.rid),
        direction=envelope.Direction.FROM_UNIT,
    )
    recipients = [keys.load_public(services.key_of_reporter(report)), holder.unit_key(team.seeds[1]).public_key()]
    sealed = envelope.seal(b'{"v":1,"text":"Kami dengar Anda."}', header, recipients)
    made = services.reply(report, person.row, sealed, person.key.sign(replies.to_sign(sealed, person.id)))
    if signature is not None:
        Message.objects.filter(pk=made.pk).update(signature=signature)
    return made


def test_what_its_unit_cannot_open_stops_no_handing_over(
    ana: Client, report: Report, team: Team, other: tuple[Team, Client], sign_in: Users
) -> None:
    """The answer of the unit below was sealed to that unit; what nobody has signed is no answer at all."""
    there, _eka = other
    before, forged = answered(report, team), answered(report, team, bytes(64))
    above = Team(staff.make_unit("nasional", "Pusat", ""), [])
    gita = sign_in("gita@example.org")
    above.seat(gita.user.pk)  # type: ignore[attr-defined]
    above.seat()
    above.found()
    Report.objects.update(unit=above.unit, handed_from=team.unit)
    report.refresh_from_db()
    now = answered(report, above)
    wraps = {"": "00" * envelope.WRAP_BYTES}
    sent = noted(unit=str(there.unit.pk), to_epoch=1, wraps=wraps)
    assert post(gita, "hand", report, sent, "nasional").status_code == 400
    wraps[f"{now.pk:x}"] = "00" * envelope.WRAP_BYTES
    assert post(gita, "hand", report, sent, "nasional").status_code == 200
    # What it can open it may hand over as well.
    wraps[f"{before.pk:x}"] = "00" * envelope.WRAP_BYTES
    assert post(gita, "hand", report, sent, "nasional").status_code == 200
    assert forged.pk not in HandedWrap.objects.values_list("message", flat=True)


def test_a_wrap_lies_locked_and_bound_to_its_report(
    ana: Client, report: Report, team: Team, other: tuple[Team, Client]
) -> None:
    there, _eka = other
    _answer, wraps, _to = handed(ana, report, there)
    row = HandedWrap.objects.get()
    assert bytes.fromhex(wraps[""]) not in bytes(row.wrap)
    assert referrals.wraps_for(report, there.unit) == {None: [bytes.fromhex(wraps[""])]}
    Reporter().send()
    moved = Report.objects.exclude(pk=report.pk).get()
    Referral.objects.update(report=moved)
    with pytest.raises(keys.VaultKeyError):
        referrals.wraps_for(moved, there.unit)


def test_what_is_deleted_here_is_gone_there(
    ana: Client, report: Report, team: Team, other: tuple[Team, Client]
) -> None:
    handed(ana, report, other[0])
    report.delete()
    assert not HandedWrap.objects.exists()
    assert Unit.objects.filter(code="jember").exists()


def test_once_it_was_withdrawn_nothing_is_begun_but_to_save_somebody(
    ana: Client, report: Report, other: tuple[Team, Client]
) -> None:
    address = reverse("desk_report", args=["provinsi", f"{report.pk:x}"])
    package = reverse("desk_package", args=["provinsi", f"{report.pk:x}"])
    assert 'id="reason"' in text_of(ana.get(address))
    assert 'id="export"' in text_of(ana.get(package))
    Report.objects.update(withdrawn_on=today())
    report.refresh_from_db()
    with pytest.raises(staff.Refused, match="withdrawn"):
        casework.ask_hold(report, "police", today() + dt.timedelta(days=9), ana.user.pk)  # type: ignore[attr-defined]
    assert post(ana, "refer", report, noted()).status_code == 400
    assert handed(ana, report, other[0])[0].status_code == 400
    assert post(ana, "export", report, {"digest": "cd" * 32, "how": "plain"}).status_code == 400
    assert not Referral.objects.exists()
    page = text_of(ana.get(address))
    assert 'id="reason"' not in page
    assert "Teruskan karena ada yang dalam bahaya" in page
    page = text_of(ana.get(package))
    assert 'value="given"' not in page
    assert 'value="danger"' in page
    assert 'id="export"' not in page
    assert post(ana, "refer", report, noted(consent="danger")).status_code == 200


def test_names_and_codes_are_those_of_the_standard() -> None:
    """Taken by hand from “HTCDS Field Standards 2.0” of the IOM."""
    fields = {f.name: f for f in htcds.FIELDS}
    assert [code for code, _label in fields["vic_TypeOfExploitation"].codes] == [
        "ForcedLabour", "SexualExploitation", "ChildLabour", "ForcedMarriage", "Servitude", "ForcedMilitaryByNonStateActors",
        "OrganRemoval", "ForcedBegging", "ForcedAdoption", "Surrogacy", "Other",
    ]  # fmt: skip
    assert [code for code, _label in fields["cas_Status"].codes] == ["Active", "FollowUp", "Closed", "ClosedReferred"]
    assert {name.partition("_")[0] for name in fields} == {"con", "cas", "vic", "prs", "hte"}
