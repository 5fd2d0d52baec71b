"""Check 52: how long reports stay. Never opened: for ever; closed: 90 days; held: as long as the hold; deleted: no byte left."""

from __future__ import annotations

import datetime as dt
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from content.reports.vault import casework, envelope, escalation, retention, services
from content.reports.vault.audit import Action
from content.reports.vault.models import AuditEvent, Hold, Holder, Message, Report, today
from content.reports.vault.receipt import Receipt
from tests.content.reports.reporting import Reporter, hidden, on_sqlite, receipt_in, text_of
from tests.servers import ROOT

pytestmark = pytest.mark.django_db(databases=["default", "reports"])
INBOX = "/akun/laporan/provinsi/"
START = dt.datetime(2026, 3, 2, 5, 0, tzinfo=dt.UTC)


class Calendar:
    """Days after the first one, each with a night."""

    def __init__(self, clock: time_machine.Coordinates) -> None:
        self.clock = clock

    def night(self, day: int) -> str:
        """The night of this day, others left out: somebody says each time that this is so."""
        self.clock.move_to(START + dt.timedelta(days=day))
        out = StringIO()
        call_command("reports_nightly", "--after-long-pause", stdout=out)
        return out.getvalue()

    def nights(self, first: int, last: int) -> None:
        for day in range(first, last + 1):
            self.night(day)


@pytest.fixture
def calendar(erased: list[str]) -> object:
    with time_machine.travel(START, tick=False) as clock:
        yield Calendar(clock)


@pytest.fixture
def number(calendar: Calendar, ana: Client) -> str:
    found = receipt_in(Reporter().send())
    assert found
    return found


def do(client: Client, what: str, **sent: object) -> object:
    client.force_login(client.user)  # type: ignore[attr-defined]
    return client.post(reverse(f"desk_{what}", args=["provinsi", Report.objects.get().pk]), sent)


def page(client: Client) -> str:
    client.force_login(client.user)  # type: ignore[attr-defined]
    return text_of(client.get(reverse("desk_report", args=["provinsi", Report.objects.get().pk])))


def closed(client: Client) -> None:
    page(client)
    do(client, "status", status="closed")


def test_check_52_what_nobody_opened_is_never_deleted(number: str, calendar: Calendar, ana: Client) -> None:
    calendar.night(1000)
    assert Report.objects.exists()
    # Not even once somebody has closed it, or called it noise, without looking.
    for state in ("closed", "spam"):
        do(ana, "status", status=state)
        calendar.nights(1001, 1003)
        calendar.night(1200)
        calendar.night(1300)
        assert Report.objects.exists(), state


def test_check_52_closed_reports_are_announced_and_deleted_after_90_days(
    number: str, calendar: Calendar, ana: Client
) -> None:
    closed(ana)
    calendar.nights(55, 59)
    assert "Akan dihapus" not in text_of(ana.get(reverse("desk_inbox", args=["provinsi"])))
    calendar.nights(60, 89)
    ana.force_login(ana.user)  # type: ignore[attr-defined]
    inbox = text_of(ana.get(reverse("desk_inbox", args=["provinsi"]), {"status": "ending"}))
    assert "Akan dihapus (1)" in inbox
    assert "Dihapus 31 Mei 2026" in inbox
    assert Report.objects.exists()
    assert "deleted, as their term has ended: 1" in calendar.night(90)
    assert not Report.objects.exists()
    told = AuditEvent.objects.get(action=Action.DELETED)
    assert (told.actor, told.unit, told.detail) == (None, "provinsi", "because=closed")
    assert Reporter().status(number).content == Reporter().status(Receipt.generate().grouped).content


def test_check_52_noise_goes_after_7_days(number: str, calendar: Calendar, ana: Client) -> None:
    page(ana)
    do(ana, "status", status="spam")
    calendar.nights(1, 6)
    assert Report.objects.exists()
    calendar.night(7)
    assert not Report.objects.exists()


@pytest.mark.parametrize("state", ["received", "read", "in-progress"])
def test_check_52_open_reports_are_decided_by_people(number: str, calendar: Calendar, ana: Client, state: str) -> None:
    page(ana)
    do(ana, "status", status=state)
    calendar.night(364)
    assert not retention.undecided(Report.objects.all()).exists()
    calendar.night(365)
    calendar.night(1000)
    assert Report.objects.exists()
    if state == "received":
        return
    ana.force_login(ana.user)  # type: ignore[attr-defined]
    assert "Perlu diputuskan (1)" in text_of(ana.get(reverse("desk_inbox", args=["provinsi"])))
    do(ana, "keep")
    assert not retention.undecided(Report.objects.all()).exists()


@pytest.mark.one_database
def test_whoever_acts_begins_the_term_anew(number: str, calendar: Calendar, ana: Client) -> None:
    closed(ana)
    calendar.nights(60, 89)
    assert Report.objects.get().warned_on
    do(ana, "keep")
    assert Report.objects.get().warned_on is None
    calendar.nights(90, 95)
    assert Report.objects.exists()
    calendar.nights(149, 179)
    assert not Report.objects.exists()


def test_a_duplicate_has_the_term_of_the_report_that_it_names(number: str, calendar: Calendar, ana: Client) -> None:
    """Announced while that one was closed, and that one taken up again: it does not go in the night of the next closing."""
    second = Report.objects.get()
    assert receipt_in(Reporter().send())
    first = Report.objects.exclude(pk=second.pk).get()

    def say(what: str, report: Report, **sent: str) -> None:
        ana.force_login(ana.user)  # type: ignore[attr-defined]
        assert ana.post(reverse(f"desk_{what}", args=["provinsi", report.pk]), sent).status_code == 302

    for report in (first, second):
        ana.get(reverse("desk_report", args=["provinsi", report.pk]))
    say("duplicate", second, of=casework.short_name(first.pk))
    calendar.night(62)
    say("status", first, status="closed")
    calendar.night(122)
    second.refresh_from_db()
    assert second.warned_on == today()
    say("status", first, status="in-progress")
    second.refresh_from_db()
    assert second.warned_on is None
    calendar.night(300)
    say("status", first, status="closed")
    calendar.nights(300, 302)
    calendar.night(360)
    calendar.night(389)
    assert set(Report.objects.all()) == {first, second}
    calendar.night(390)
    assert not Report.objects.exists()


def test_what_was_never_announced_waits_another_week(number: str, calendar: Calendar, ana: Client) -> None:
    """Whoever forgets the nights for a year does not lose reports without a word on the first of them."""
    closed(ana)
    calendar.night(1)
    out = calendar.night(400)
    assert "nights missed: 398" in out
    assert "announced at the desk: 1" in out
    assert Report.objects.exists()
    calendar.nights(401, 406)
    assert Report.objects.exists()
    calendar.night(407)
    assert not Report.objects.exists()


@pytest.mark.one_database
def test_what_was_added_and_not_opened_keeps_its_report(number: str, calendar: Calendar, ana: Client) -> None:
    closed(ana)
    calendar.clock.move_to(START + dt.timedelta(days=80))
    Holder.objects.update(opened_on=dt.date(2026, 5, 20))
    reporter = Reporter()
    reporter.post(**{**hidden(reporter.status(number)), "step": "add", "text": "Masih terjadi lagi."})
    assert Message.objects.filter(direction=envelope.Direction.FROM_REPORTER).count() == 1
    calendar.nights(81, 120)
    assert Report.objects.exists()
    # Once it is opened, the desk says so for a week first.
    page(ana)
    calendar.nights(121, 127)
    assert Report.objects.exists()
    calendar.night(128)
    assert not Report.objects.exists()


@pytest.mark.one_database
def test_what_was_added_and_opened_on_one_day_keeps_its_report_no_longer(
    number: str, calendar: Calendar, ana: Client
) -> None:
    reporter = Reporter()
    add = {**hidden(reporter.status(number)), "step": "add"}
    reporter.post(**add, text="Masih terjadi lagi.")
    closed(ana)
    assert not escalation.unread(Report.objects.all()).exists()
    calendar.nights(60, 89)
    assert Report.objects.exists()
    calendar.night(90)
    assert not Report.objects.exists()


# Holds


@pytest.mark.one_database
def test_check_52_a_hold_keeps_its_report_and_needs_a_second_person(
    number: str, calendar: Calendar, ana: Client, budi: Client
) -> None:
    closed(ana)
    do(ana, "hold", do="ask", reason="court", until="2026-08-29")
    assert "Jika tidak dikuatkan" in page(ana)
    answer = do(ana, "hold", do="confirm")
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert "Harus dikuatkan orang lain" in text_of(answer)  # type: ignore[arg-type]
    do(budi, "hold", do="confirm")
    assert "Ditahan sampai 29 Agustus 2026" in page(budi)
    calendar.nights(60, 180)
    assert Report.objects.exists()
    # 180 days after the start it ends; nothing goes for another 30.
    calendar.nights(181, 209)
    assert Report.objects.exists()
    calendar.nights(210, 218)
    assert not Report.objects.exists()
    held = [event.action for event in AuditEvent.objects.filter(action__startswith="hold").order_by("number")]
    assert held == [Action.HOLD_ASKED, Action.HOLD_CONFIRMED]


@pytest.mark.one_database
def test_an_unconfirmed_hold_ends_after_14_days(number: str, calendar: Calendar, ana: Client) -> None:
    closed(ana)
    calendar.nights(70, 85)
    do(ana, "hold", do="ask", reason="police", until="2026-08-29")
    calendar.nights(86, 99)
    assert promised(ana) is None
    # On day 70 it was announced; that it would go in this very night, nobody could have known.
    calendar.night(100)
    day = START.date() + dt.timedelta(days=99 + 30)
    assert promised(ana) == day
    calendar.nights(101, 128)
    assert promised(ana) == day
    calendar.night(129)
    assert not Report.objects.exists()


@pytest.mark.one_database
def test_a_hold_that_nobody_confirmed_ends_on_its_own_day_if_that_is_sooner(
    number: str, calendar: Calendar, ana: Client
) -> None:
    closed(ana)
    calendar.nights(70, 85)
    do(ana, "hold", do="ask", reason="police", until="2026-05-30")  # day 89
    calendar.nights(86, 90)
    assert promised(ana) == START.date() + dt.timedelta(days=89 + 30)
    calendar.nights(117, 118)
    assert Report.objects.exists()
    calendar.night(119)
    assert not Report.objects.exists()


@pytest.mark.one_database
def test_a_lifted_hold_leaves_30_days(number: str, calendar: Calendar, ana: Client, budi: Client) -> None:
    closed(ana)
    do(ana, "hold", do="ask", reason="oversight", until="2026-08-29")
    do(budi, "hold", do="confirm")
    calendar.nights(60, 120)
    do(budi, "hold", do="lift")
    calendar.nights(121, 149)
    assert Report.objects.exists()
    calendar.nights(150, 160)
    assert not Report.objects.exists()


def test_a_withdrawn_report_is_kept_by_a_hold_alone(number: str, calendar: Calendar, ana: Client, budi: Client) -> None:
    page(ana)
    do(ana, "hold", do="ask", reason="police", until="2026-04-01")
    do(budi, "hold", do="confirm")
    # One from before: after a withdrawal nobody can ask for another.
    Report.objects.update(withdrawn_on=START.date())
    for name in ("report", "package"):
        shown = text_of(ana.get(reverse(f"desk_{name}", args=["provinsi", Report.objects.get().pk])))
        assert "Laporan ditahan sampai 1 April 2026; sesudah hari itu dihapus" in shown, name
        assert "14 hari sesudah hari itu" not in shown, name
    calendar.nights(1, 30)
    services.tidy()
    assert Report.objects.exists()
    calendar.night(31)
    assert not Report.objects.exists()


def test_a_withdrawn_report_is_held_no_longer_than_it_was(
    number: str, calendar: Calendar, ana: Client, budi: Client
) -> None:
    """What one person asked for before ends after its 14 days; nobody makes it 180 then."""
    page(ana)
    do(ana, "hold", do="ask", reason="police", until="2026-04-01")
    Report.objects.update(withdrawn_on=START.date())
    assert "14 hari sesudah hari itu" in page(ana)
    for client in (ana, budi):
        answer = do(client, "hold", do="confirm")
        assert answer.status_code == 400
        assert "ditarik" in text_of(answer)
    assert Hold.objects.get().confirmed_on is None
    calendar.nights(1, 15)
    services.tidy()
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"do": "ask", "reason": "bosan", "until": "2026-04-01"}, "Pilih alasan"),
        ({"do": "ask", "reason": "police", "until": "besok"}, "Pilih hari"),
        ({"do": "ask", "reason": "police", "until": "2026-03-02"}, "paling lama 180 hari"),
        ({"do": "ask", "reason": "police", "until": "2027-03-02"}, "paling lama 180 hari"),
        ({"do": "confirm"}, "Tidak ada yang perlu dikuatkan"),
        ({"do": "lift"}, "tidak ditahan"),
        ({}, "tidak bisa dibaca"),
    ],
)
def test_what_a_hold_cannot_be(
    number: str, calendar: Calendar, ana: Client, sent: dict[str, str], sentence: str
) -> None:
    answer = do(ana, "hold", **sent)
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert sentence in text_of(answer)  # type: ignore[arg-type]
    assert not Hold.objects.exists()


def test_one_hold_at_a_time_and_another_after_it(number: str, calendar: Calendar, ana: Client) -> None:
    report = Report.objects.select_related("unit").get()
    casework.ask_hold(report, "police", dt.date(2026, 3, 10), 1)
    with pytest.raises(casework.Refused):
        casework.ask_hold(report, "court", dt.date(2026, 3, 10), 2)
    calendar.clock.move_to(START + dt.timedelta(days=15))
    casework.ask_hold(report, "court", dt.date(2026, 5, 1), 2)
    assert casework.hold_on(report).reason == "court"  # type: ignore[union-attr]


# What the desk promises


def promised(client: Client) -> dt.date | None:
    """The day that the inbox says, and the page of the report with it."""
    client.force_login(client.user)  # type: ignore[attr-defined]
    for status in ("", "ending", "added"):
        listed = re.search(r"Dihapus (\d+ \w+ \d{4})", text_of(client.get(INBOX, {"status": status})))
        if listed:
            break
    said = retention.ends_on(Report.objects.get())
    assert bool(listed) == (said is not None)
    assert not listed or listed[1] == date_format(said, "j F Y")
    return said


@pytest.mark.one_database
def test_the_desk_promises_what_the_night_does(number: str, calendar: Calendar, ana: Client, budi: Client) -> None:
    """Each day until it is gone: no day is promised before the one on which it goes, and from the warning on that day alone."""
    closed(ana)
    do(ana, "hold", do="ask", reason="court", until="2026-06-10")  # day 100
    do(budi, "hold", do="confirm")
    said: dict[int, dt.date | None] = {}
    for day in range(55, 200):
        calendar.night(day)
        if not Report.objects.exists():
            break
        said[day] = promised(ana)
    # Held until day 100, and 30 more.
    assert day == 130
    assert {said[n] for n in range(55, 101)} == {None}
    assert {said[n] for n in range(101, 130)} == {START.date() + dt.timedelta(days=130)}


@pytest.mark.one_database
@pytest.mark.parametrize("lifted", [20, 80, 85])
def test_after_a_hold_the_desk_says_when_its_30_days_are_over(
    number: str, calendar: Calendar, ana: Client, budi: Client, lifted: int
) -> None:
    closed(ana)
    do(ana, "hold", do="ask", reason="court", until="2026-08-29")
    do(budi, "hold", do="confirm")
    calendar.clock.move_to(START + dt.timedelta(days=lifted))
    do(budi, "hold", do="lift")
    day = START.date() + dt.timedelta(days=max(90, lifted + 30))
    assert promised(ana) == day
    calendar.nights(lifted, (day - START.date()).days - 1)
    assert Report.objects.exists()
    assert promised(ana) == day
    calendar.night((day - START.date()).days)
    assert not Report.objects.exists()


@pytest.mark.one_database
def test_what_has_an_unread_addition_is_promised_to_nobody(number: str, calendar: Calendar, ana: Client) -> None:
    closed(ana)
    calendar.nights(60, 79)
    assert promised(ana) == START.date() + dt.timedelta(days=90)
    Holder.objects.update(opened_on=dt.date(2026, 5, 20))
    reporter = Reporter()
    reporter.post(**{**hidden(reporter.status(number)), "step": "add", "text": "Masih terjadi lagi."})
    assert promised(ana) is None
    assert not retention.warned().exists()
    assert "Akan dihapus" not in text_of(ana.get(INBOX))
    # Who holds no key sees why, and opens nothing by it.
    Holder.objects.filter(user=ana.user.pk).update(left_on=START.date())  # type: ignore[attr-defined]
    assert "Tambahannya belum dibuka siapa pun" in page(ana)


# No byte left

DELETE = """
import datetime as dt
from django.utils import timezone
from content.reports.vault import nightly, retention
from content.reports.vault.models import Report
day = timezone.localdate() - dt.timedelta(days=91)
Report.objects.update(status="closed", opened_on=day, touched_on=day, warned_on=day)
night = nightly.work()
assert not night.failed, night.failed
assert not Report.objects.exists()
"""
STORE = """
import os
from content.reports.vault import installation, keys, staff
from content.reports.vault.models import Report, Unit
installation.set_up()
unit = Unit.objects.create(code="x", name="X", region="35")
for part in range(3):
    Report.objects.create(lookup_mac=os.urandom(32), rid=os.urandom(16), unit=unit, mode="server", reporter_key=b"k",
        header=b"{}", wraps=b"w", body=b"ZXQ-7781 ciphertext %d " % part * 1000)
"""


@on_sqlite
def test_check_52_after_the_night_the_ciphertext_is_not_in_the_file(tmp_path: Path) -> None:
    # As somebody alone: a process that tests beside others has a folder of its own.
    held = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}
    environment = {**held, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "portal.settings.test"}

    def manage(*arguments: str) -> None:
        done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()

    def there() -> bool:
        return any(b"ZXQ-7781" in path.read_bytes() for path in (tmp_path / "db").iterdir())

    for alias in ("default", "reports"):
        manage("migrate", "--database", alias, "-v0", *(["vault"] if alias == "reports" else ["auth"]))
    manage("migrate", "-v0", "accounts")
    manage("shell", "-v0", "-c", STORE)
    assert there()
    manage("shell", "-v0", "-c", DELETE)
    assert not there()
    with closing(sqlite3.connect(tmp_path / "db" / "reports.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM vault_report").fetchone() == (0,)
        # And the migration has left the chain so that it can only be added to.
        with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
            database.execute("DELETE FROM vault_auditevent")


def test_every_act_is_a_form_that_needs_no_script(number: str, calendar: Calendar, ana: Client) -> None:
    closed(ana)
    shown = page(ana)
    for what in ("status", "simpan", "tahan"):
        (form,) = re.findall(
            rf'<form method="post" action="[^"]*/{what}/".*?</form>|<form id="state-form" method="post" action="[^"]*/{what}/".*?</form>',
            shown,
            re.DOTALL,
        )
        assert "csrfmiddlewaretoken" in form
        assert "<button" in form
