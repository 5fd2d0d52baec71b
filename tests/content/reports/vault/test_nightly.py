"""The night: run twice, missed, dry; who is told of a unit that does not read; mail that says nothing (checks 47 and 51)."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path
from smtplib import SMTPException, SMTPRecipientsRefused

import pytest
import time_machine
from django.conf import settings as project
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.management import CommandError, call_command
from django.core.serializers import serialize
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from content.reports.vault import audit, escalation, examination, letters, retention, services, staff
from content.reports.vault.audit import Action
from content.reports.vault.models import (
    AuditEvent,
    DailyMessage,
    Holder,
    MonthAccount,
    Report,
    RosterMessage,
    Unit,
    UnitRoster,
)
from tests.content.reports.reporting import Reporter, Team, receipt_in, text_of

pytestmark = pytest.mark.django_db(databases=["default", "reports"])
START = dt.datetime(2026, 3, 2, 5, 0, tzinfo=dt.UTC)


@pytest.fixture
def clock(erased: list[str]) -> object:
    with time_machine.travel(START, tick=False) as held:
        yield held


@pytest.fixture
def ana(ana: Client) -> Client:
    """Her unit began a while ago: everybody has been told."""
    UnitRoster.objects.update(told_on=START.date())
    return ana


def night(*arguments: str) -> str:
    out = StringIO()
    call_command("reports_nightly", *arguments, stdout=out)
    return out.getvalue()


def everything() -> str:
    """Every row of the vault."""
    models = [AuditEvent, DailyMessage, Holder, Report, Unit, UnitRoster]
    return "".join(serialize("json", model.objects.order_by("pk")) for model in models)


def sent(reports: int) -> None:
    for _time in range(reports):
        assert receipt_in(Reporter().send())


# The command


def test_twice_is_once(clock: time_machine.Coordinates, ana: Client, erased: list[str]) -> None:
    sent(1)
    first = night()
    assert "daily messages sent: 2" in first
    held, mails = everything(), len(mail.outbox)
    second = night()
    assert "daily messages sent: 0" in second
    assert everything() == held
    assert len(mail.outbox) == mails
    assert len(erased) == 1
    assert AuditEvent.objects.filter(action=Action.NIGHTLY).count() == 1


def test_a_dry_run_says_all_and_changes_nothing(
    clock: time_machine.Coordinates, ana: Client, erased: list[str]
) -> None:
    sent(3)
    night()
    first, second, third = Report.objects.order_by("pk")
    ago = START.date() - dt.timedelta(days=200)
    Report.objects.filter(pk=first.pk).update(status="closed", opened_on=ago, touched_on=ago, warned_on=ago)
    Report.objects.filter(pk=second.pk).update(withdrawn_on=ago)
    Report.objects.filter(pk=third.pk).update(received_on=ago)
    clock.move_to(START + dt.timedelta(days=3))
    mail.outbox.clear()
    held = everything()
    out = night("--dry-run")
    for line in (
        "nights missed: 2",
        "deleted, as their term has ended: 1",
        "deleted, as they were withdrawn: 1",
        "announced at the desk: 0",
        "escalations begun or ended: 1",
        "unit provinsi: 1 unread for 3 days; nobody above reads: telephone its holders",
        "daily messages to send: 2",
        "Nothing was changed.",
    ):
        assert line in out
    assert everything() == held
    assert mail.outbox == []
    done = night()
    assert "nights missed: 2; what was due in them is done now" in done
    assert "deleted, as their term has ended: 1" in done
    assert "deleted, as they were withdrawn: 1" in done
    assert Report.objects.get() == third
    event = AuditEvent.objects.filter(action=Action.NIGHTLY).last()
    assert event
    assert event.detail == "announced=0 deleted=2 escalated=1 failed=0 missed=2"


def test_one_part_that_fails_stops_no_other(
    clock: time_machine.Coordinates, ana: Client, monkeypatch: pytest.MonkeyPatch, erased: list[str]
) -> None:
    sent(1)

    def fails() -> int:
        raise DatabaseError("DETAIL: a row with ZXQ-7781")

    monkeypatch.setattr(retention, "delete_due", fails)
    with pytest.raises(CommandError, match=r"as their term has ended: DatabaseError$"):
        night()
    assert len(mail.outbox) == 2
    assert AuditEvent.objects.filter(action=Action.NIGHTLY).exists()


def of_the_night() -> list[str]:
    """What the doctor says of the nights."""
    return [finding.advice for finding in examination.examine() if finding.name == "nights" and finding.advice]


def test_the_doctor_names_a_night_in_which_something_failed_until_it_is_made_up_for(
    clock: time_machine.Coordinates, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> int:
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr(retention, "delete_due", fails)
        for _time in range(2):
            with pytest.raises(CommandError):
                night()
        patch.setattr(retention, "delete_withdrawn", fails)
        with pytest.raises(CommandError):
            night()
    (advice,) = of_the_night()
    assert "2 works" in advice
    night()
    assert of_the_night() == []
    told = [event.detail for event in AuditEvent.objects.filter(action=Action.NIGHTLY).order_by("number")]
    assert [int(detail.split("failed=")[1].split()[0]) for detail in told] == [1, 2, 0]


@pytest.mark.parametrize(("place", "name"), [(escalation, "troubles"), (letters, "something_waits")])
def test_what_is_not_known_is_not_said_to_be_nothing(
    clock: time_machine.Coordinates, ana: Client, monkeypatch: pytest.MonkeyPatch, place: object, name: str
) -> None:
    def fails(*_arguments: object) -> list[escalation.Trouble]:
        raise DatabaseError

    sent(1)
    with monkeypatch.context() as patch:
        patch.setattr(place, name, fails)
        with pytest.raises(CommandError, match="daily messages sent"):
            night()
    assert mail.outbox == []
    assert not DailyMessage.objects.exists()
    night()
    assert len(mail.outbox) == 2
    assert {message.body for message in mail.outbox} == {letters.daily(True, audit.head())[1]}


def test_a_file_that_could_not_be_written_anew_is_tried_again(
    clock: time_machine.Coordinates, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "erase", lambda: False)
    with pytest.raises(CommandError, match="written anew"):
        night()
    monkeypatch.setattr(retention, "erase", lambda: True)
    assert "written anew without what was deleted: 1" in night()


# Check 51: the daily message


@pytest.mark.parametrize("reports", [0, 1, 10, 70])
def test_check_51_the_message_is_the_same_but_for_yes_or_no(
    clock: time_machine.Coordinates, ana: Client, reports: int
) -> None:
    sent(reports)
    night()
    assert len(mail.outbox) == 2
    assert {tuple(message.to) for message in mail.outbox} == {("ana@example.org",), ("budi@example.org",)}
    quiet, loud = letters.daily(False, audit.head()), letters.daily(True, audit.head())
    for message in mail.outbox:
        assert (message.subject, message.body) == (loud if reports else quiet)
    assert quiet[0] == loud[0]
    assert len(quiet[1]) == len(loud[1])
    assert len(quiet[1].encode()) == len(loud[1].encode())
    body = mail.outbox[0].body
    assert audit.head().hex() in body
    assert ".." not in body
    for word in ("http", "/akun/", "provinsi", "Provinsi", "laporan", "Laporan", project.REPORTS_PATH):
        assert word not in mail.outbox[0].subject + body
    for report in Report.objects.all()[:5]:
        assert f"{report.pk:x}" not in body
    # However many come later that day: there is one message a day.
    sent(2)
    clock.shift(3600)
    night()
    assert len(mail.outbox) == 2


def test_check_51_every_day_has_its_message_and_its_own_head(clock: time_machine.Coordinates, ana: Client) -> None:
    heads = set()
    for day in range(5):
        clock.move_to(START + dt.timedelta(days=day))
        mail.outbox.clear()
        night()
        assert len(mail.outbox) == 2
        heads.add(audit.head())
        assert all(audit.had(line) for line in mail.outbox[0].body.splitlines() if len(line) == 64)
    assert len(heads) == 5


def test_check_51_a_change_of_state_is_a_no_and_an_announcement_a_yes(
    clock: time_machine.Coordinates, ana: Client, team: Team
) -> None:
    user = team.people[0].user

    def waits() -> bool:
        return letters.something_waits(user, escalation.troubles())

    assert not waits()
    sent(1)
    assert waits()
    Report.objects.update(status="closed", opened_on=START.date(), touched_on=START.date())
    assert not waits()
    for day, expected in ((59, False), (60, True), (61, False), (83, True), (89, True)):
        clock.move_to(START + dt.timedelta(days=day))
        Holder.objects.update(opened_on=(START + dt.timedelta(days=day)).date())
        assert waits() is expected, day
    roster = team.next(team.people, new_key=True)
    clock.move_to(START)
    staff.propose(team.unit, team.people[0].row, team.proposal(roster, team.people[0]))
    assert waits()


def test_of_the_messages_of_earlier_days_no_row_is_left(clock: time_machine.Coordinates, ana: Client) -> None:
    night()
    clock.shift(86400)
    assert "daily messages of earlier days forgotten: 2" in night("--dry-run")
    assert "daily messages of earlier days forgotten: 2" in night()
    assert set(DailyMessage.objects.values_list("on", flat=True)) == {clock_day(1)}
    assert DailyMessage.objects.count() == 2


def test_who_gets_it(clock: time_machine.Coordinates, ana: Client, team: Team) -> None:
    """Holders with a seat; nobody who left, no account that is switched off, and nobody for a unit for practice."""
    night()
    assert len(mail.outbox) == 2
    clock.shift(86400)
    mail.outbox.clear()
    staff.take_seat(team.unit, team.people[1].user)
    citra = get_user_model().objects.create_user("citra@example.org", "x")
    staff.give_seat(team.unit, citra.pk)
    night()
    assert [message.to for message in mail.outbox] == [["ana@example.org"]]
    clock.shift(86400)
    get_user_model().objects.update(is_active=False)
    mail.outbox.clear()
    night()
    assert mail.outbox == []


def test_a_mail_server_that_is_down_is_asked_again(
    clock: time_machine.Coordinates, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_arguments: object) -> None:
        raise SMTPException

    def refuses(*_arguments: object) -> None:
        raise SMTPRecipientsRefused({})

    with monkeypatch.context() as patch:
        patch.setattr(letters, "send_mail", down)
        with pytest.raises(CommandError, match="2 could not be sent"):
            night()
    assert not DailyMessage.objects.exists()
    night()
    assert len(mail.outbox) == 2
    clock.shift(86400)
    with monkeypatch.context() as patch:
        patch.setattr(letters, "send_mail", refuses)
        night()  # a mailbox that is gone fails no night


# Check 47: everybody hears of another roster


def recipients() -> list[str]:
    return sorted(address for message in mail.outbox for address in message.to)


def test_check_47_all_holders_are_told_of_a_roster_and_the_key_is_shown_as_new(
    clock: time_machine.Coordinates, ana: Client, budi: Client, team: Team
) -> None:
    night()
    mail.outbox.clear()
    roster = team.next([*team.people[:1], team.seat(_user("citra"))], new_key=True)
    first, second = team.people[0], team.people[1]
    staff.propose(team.unit, first.row, team.proposal(roster, first))
    assert mail.outbox == []
    signed = second.key.sign(roster.to_sign).hex()
    address = reverse("desk_sign", args=["provinsi"])
    body = {"digest": roster.digest.hex(), "signature": signed}
    assert budi.post(address, body, content_type="application/json").json() == {"holds": True}
    # Who left, who stays and who came.
    assert recipients() == ["ana@example.org", "budi@example.org", "citra@example.org"]
    assert {message.subject for message in mail.outbox} == {"Lentera: kunci unit Anda berubah"}
    assert "http" not in mail.outbox[0].body
    assert "Provinsi" not in mail.outbox[0].body
    assert budi.get(reverse("desk_inbox", args=["provinsi"])).status_code == 404
    mail.outbox.clear()
    night("-v0")
    assert all("kunci unit" not in message.subject for message in mail.outbox)
    for day, shown in ((0, True), (29, True), (30, False)):
        clock.move_to(START + dt.timedelta(days=day))
        Holder.objects.update(opened_on=clock_day(day))
        ana.force_login(ana.user)  # type: ignore[attr-defined]
        for name in ("inbox", "keys", "history"):
            page = text_of(ana.get(reverse(f"desk_{name}", args=["provinsi"])))
            assert ("Kunci unit ini diganti pada 2 Maret 2026: nomor 2" in page) is shown, (day, name)
        public = text_of(Reporter().post(step="place", place="35"))
        assert ("Kuncinya diganti pada 2 Maret 2026" in public) is shown, day
    events = [e.action for e in AuditEvent.objects.filter(action__startswith="roster").order_by("number")]
    assert events == [Action.ROSTER_PROPOSED, Action.ROSTER_SIGNED, Action.ROSTER_ACCEPTED] * 2


def clock_day(day: int) -> dt.date:
    return (START + dt.timedelta(days=day)).date()


def _user(name: str) -> int:
    return get_user_model().objects.create_user(f"{name}@example.org", "x").pk


def test_check_47_whom_no_server_took_is_told_by_the_night(
    clock: time_machine.Coordinates, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    UnitRoster.objects.update(told_on=None)
    assert [row.number for row in letters.untold()] == [1]
    assert "changes of holders to be told: 1" in night("--dry-run")
    night()
    assert "Lentera: kunci unit Anda berubah" in {message.subject for message in mail.outbox}
    assert letters.untold() == []


def test_check_47_each_is_told_once_however_long_another_cannot_be(
    clock: time_machine.Coordinates, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    UnitRoster.objects.update(told_on=None)
    real = letters.send_mail

    def picky(subject: str, body: str, sender: str, whom: list[str]) -> None:
        if "budi@example.org" in whom:
            raise SMTPException
        real(subject, body, sender, whom)

    with monkeypatch.context() as patch:
        patch.setattr(letters, "send_mail", picky)
        for _time in range(3):
            assert letters.tell_of_rosters() == (0, 1)
    assert recipients() == ["ana@example.org"]
    assert letters.tell_of_rosters() == (1, 0)
    assert recipients() == ["ana@example.org", "budi@example.org"]
    assert letters.untold() == []
    assert not RosterMessage.objects.exists()


# Escalation


@pytest.fixture
def below(ana: Client, team: Team) -> Team:
    """A unit of a regency under the province, which receives."""
    held = Team.of(staff.make_unit("jember", "Gugus Tugas Jember", "35.09", team.unit))
    held.found()
    return held


def test_unread_reports_are_told_above_after_three_days(
    clock: time_machine.Coordinates, ana: Client, below: Team
) -> None:
    assert receipt_in(Reporter().send(regency="Jember"))
    assert Report.objects.get().unit == below.unit
    inbox = reverse("desk_inbox", args=["provinsi"])
    for day, told in ((0, False), (2, False), (3, True), (4, True)):
        clock.move_to(START + dt.timedelta(days=day))
        ana.force_login(ana.user)  # type: ignore[attr-defined]
        mail.outbox.clear()
        night()
        assert ("Gugus Tugas Jember" in text_of(ana.get(inbox))) is told, day
        own = next(message for message in mail.outbox if message.to == ["ana@example.org"])
        assert ("ada yang menunggu" in own.body) is told, day
    events = AuditEvent.objects.filter(action=Action.ESCALATED)
    assert [event.detail for event in events] == ["because=unread told=provinsi"]
    assert "1 laporan menunggu di sana 3 hari" in text_of(ana.get(inbox))
    Report.objects.update(status="read", opened_on=clock_day(4))
    night()
    assert "Jember" not in text_of(ana.get(inbox))
    assert AuditEvent.objects.filter(action=Action.ESCALATION_ENDED, unit="jember").count() == 1


def test_a_unit_without_a_live_holder_is_told_above(
    clock: time_machine.Coordinates, ana: Client, team: Team, below: Team
) -> None:
    clock.move_to(START + dt.timedelta(days=31))
    Holder.objects.filter(user__in=[person.user for person in team.people]).update(opened_on=clock_day(31))
    out = night()
    assert "unit jember: no live holder; told to provinsi" in out
    ana.force_login(ana.user)  # type: ignore[attr-defined]
    assert "tidak ada yang membuka kunci di sana" in text_of(ana.get(reverse("desk_inbox", args=["provinsi"])))


def test_where_the_unit_above_does_not_read_either_the_next_one_is_told(
    clock: time_machine.Coordinates, ana: Client, team: Team
) -> None:
    middle = staff.make_unit("tengah", "Tengah", "63", team.unit)
    lowest = staff.make_unit("bawah", "Bawah", "63.03", middle)
    Team.of(lowest).found()
    Holder.objects.exclude(user__in=[person.user for person in team.people]).update(opened_on=None)
    (trouble,) = escalation.troubles()
    assert (trouble.unit, trouble.told) == (lowest, team.unit)
    # A ring of units, and nobody at all above.
    Unit.objects.filter(pk=middle.pk).update(parent=lowest)
    assert [found.told for found in escalation.troubles()] == [None]


def test_a_unit_that_is_being_set_up_is_no_trouble(clock: time_machine.Coordinates, ana: Client, team: Team) -> None:
    Team.of(staff.make_unit("baru", "Baru", "63", team.unit))
    assert escalation.troubles() == []


def test_practice_is_nobodys_trouble(clock: time_machine.Coordinates, vault: Path) -> None:
    assert receipt_in(Reporter().send())
    clock.shift(86400 * 10)
    assert escalation.troubles() == []
    night()
    assert mail.outbox == []


def test_what_was_added_and_not_opened_is_unread(clock: time_machine.Coordinates, ana: Client, team: Team) -> None:
    sent(1)
    rows = Report.objects.all()
    assert escalation.unread(rows).count() == 1
    Report.objects.update(status="in-progress", opened_on=START.date())
    assert escalation.unread(rows).count() == 0
    report = Report.objects.get()
    report.messages.create(
        mid=b"m" * 16, direction="from-reporter", header=b"", wraps=b"", body=b"", received_on=clock_day(1)
    )
    clock.move_to(START + dt.timedelta(days=1))
    assert escalation.unread(rows).count() == 1
    clock.move_to(START + dt.timedelta(days=4))
    assert [(found.reason, found.unread) for found in escalation.troubles()] == [(escalation.UNREAD, 1)]
    Report.objects.update(opened_on=clock_day(4))
    assert escalation.unread(rows).count() == 0


# A clock that stands far ahead


def ended() -> None:
    """One report that was withdrawn and one that was closed, each with its term about to end a few days after the first night."""
    sent(2)
    withdrawn, closed = Report.objects.order_by("pk")
    Report.objects.filter(pk=withdrawn.pk).update(withdrawn_on=START.date())
    Report.objects.filter(pk=closed.pk).update(status="closed", opened_on=START.date(), touched_on=START.date())


def test_a_clock_that_stands_far_ahead_deletes_nothing(clock: time_machine.Coordinates, ana: Client) -> None:
    ended()
    night()
    # Whoever sets it right again finds everything as it was.
    for day in (200, 201, 202):
        clock.move_to(START + dt.timedelta(days=day))
        assert "waits for --after-long-pause" in night("--dry-run")
        with pytest.raises(CommandError, match=r"no night since 2026-03-02 .* --after-long-pause"):
            night()
        services.tidy()
        assert (Report.objects.count(), Report.objects.exclude(warned_on=None).count()) == (2, 0)
        assert not MonthAccount.objects.exists()
    # Everybody hears of it, and twice a day is once.
    assert len(mail.outbox) == 8
    assert AuditEvent.objects.filter(action=Action.NIGHTLY).count() == 4
    (advice,) = of_the_night()
    assert "the clock may be wrong" in advice
    with pytest.raises(CommandError):
        night()
    assert AuditEvent.objects.filter(action=Action.NIGHTLY).count() == 4
    clock.move_to(START + dt.timedelta(days=1))
    assert "deleted, as they were withdrawn: 0" in night()
    assert of_the_night() == []
    assert Report.objects.count() == 2


def test_after_a_long_pause_a_person_says_that_the_clock_is_right(clock: time_machine.Coordinates, ana: Client) -> None:
    ended()
    night()
    clock.move_to(START + dt.timedelta(days=100))
    for _time in range(2):
        with pytest.raises(CommandError):
            night()
    out = night("--after-long-pause")
    assert "deleted, as they were withdrawn: 1" in out
    assert "announced at the desk: 1" in out
    assert of_the_night() == []
    clock.move_to(START + dt.timedelta(days=107))
    assert "deleted, as their term has ended: 1" in night()
    assert not Report.objects.exists()


def test_a_night_that_failed_goes_on_after_a_long_pause_all_the_same(
    clock: time_machine.Coordinates, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many works failed in it as in the one that was refused."""

    def fails() -> int:
        raise DatabaseError

    night()
    clock.move_to(START + dt.timedelta(days=100))
    with pytest.raises(CommandError):
        night()
    with monkeypatch.context() as patch:
        patch.setattr(retention, "warn", fails)
        with pytest.raises(CommandError):
            night("--after-long-pause")
    night()
    assert retention.held_back_since() is None


@pytest.mark.parametrize(("missed", "done"), [(retention.MOST_MISSED, True), (retention.MOST_MISSED + 1, False)])
def test_a_week_of_nights_is_caught_up_unasked(
    clock: time_machine.Coordinates, ana: Client, missed: int, done: bool
) -> None:
    night()
    clock.move_to(START + dt.timedelta(days=missed + 1))
    assert (retention.held_back_since() is None) is done


def test_who_has_put_a_backup_back_has_looked(clock: time_machine.Coordinates, ana: Client) -> None:
    night()
    clock.move_to(START + dt.timedelta(days=100))
    assert retention.held_back_since() == START.date()
    audit.record(Action.RESTORED, state=START.date(), lost=0)
    assert retention.held_back_since() is None


def test_an_installation_without_a_night_waits_for_nobody(clock: time_machine.Coordinates, ana: Client) -> None:
    clock.move_to(START + dt.timedelta(days=100))
    assert retention.held_back_since() is None
    services.tidy()
    night()
