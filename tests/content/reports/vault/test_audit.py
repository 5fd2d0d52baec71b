"""Check 50: the audit chain is only added to, shows every change of it, and knows nothing of reporters."""

from __future__ import annotations

import base64
import datetime as dt
import os
import re
import subprocess
import sys
import threading
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.urls import reverse

from content.reports.vault import audit, casework, examination, installation, keys, staff
from content.reports.vault.audit import Action
from content.reports.vault.models import AuditEvent, Report
from tests.content.reports.reporting import STORY, Person, Reporter, Team, hidden, on_sqlite, receipt_in
from tests.postgresql import PostgreSQL
from tests.servers import ROOT

pytestmark = pytest.mark.django_db(databases=["default", "reports"])


@pytest.fixture
def chain(protected: None, ana: Client) -> list[AuditEvent]:
    """What setting up a unit has left."""
    return list(AuditEvent.objects.all())


def forced(statement: str, *values: object) -> None:
    """What whoever owns the database can do: take the refusal away, change, put it back."""
    connection = connections["reports"]
    with connection.cursor() as cursor:
        audit.unprotect(cursor, connection.vendor)
        cursor.execute(statement, values)
        audit.protect(cursor, connection.vendor)


def test_setting_up_a_unit_is_told_step_by_step(chain: list[AuditEvent], team: Team) -> None:
    first, second = (person.user for person in team.people)
    told = [(event.action, event.actor) for event in chain]
    assert told == [
        (Action.UNIT_MADE, None),
        (Action.SEAT_GIVEN, None),
        (Action.KEY_MADE, first),
        (Action.SEAT_GIVEN, None),
        (Action.KEY_MADE, second),
        (Action.ROSTER_PROPOSED, first),
        (Action.ROSTER_SIGNED, second),
        (Action.ROSTER_ACCEPTED, second),
    ]
    assert audit.verify() == audit.Verified(8, bytes(chain[-1].digest))


# The columns of an event but for its number; of another one, as somebody would write it over the fourth.
_REST = 'actor, action, unit, report, detail, previous, digest, "on"'
_FOURTH = 'SELECT %s, 7, action, unit, report, detail, previous, digest, "on" FROM vault_auditevent WHERE number = 4'
REFUSED = [
    "UPDATE vault_auditevent SET actor = 7",
    "DELETE FROM vault_auditevent",
    *(
        pytest.param(statement, marks=on_sqlite)
        for statement in (
            f"INSERT OR REPLACE INTO vault_auditevent (number, {_REST}) {_FOURTH % 'number'}",
            # Every row of SQLite has this number as well.
            f"INSERT OR REPLACE INTO vault_auditevent (rowid, number, {_REST}) {_FOURTH % 'rowid, 99'}",
        )
    ),
]


@pytest.mark.parametrize("statement", REFUSED)
def test_check_50_the_database_refuses_to_change_or_delete_an_event(chain: list[AuditEvent], statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="only ever added to"),
        transaction.atomic(using="reports"),
        connections["reports"].cursor() as cursor,
    ):
        cursor.execute(statement)
    assert audit.verify().fault == ""


# What looks like the refusal and refuses nothing.
HOLLOW = {
    "sqlite": {
        "never": "CREATE TRIGGER audit_no_update BEFORE UPDATE ON vault_auditevent WHEN 0 "
        "BEGIN SELECT RAISE(ABORT, 'The audit chain is only ever added to.'); END",
        "idle": "CREATE TRIGGER audit_no_update BEFORE UPDATE ON vault_auditevent BEGIN SELECT 1; END",
        "late": "CREATE TRIGGER audit_no_update BEFORE UPDATE OF unit ON vault_auditevent "
        "BEGIN SELECT RAISE(ABORT, 'The audit chain is only ever added to.'); END",
    },
    "postgresql": {
        "never": "CREATE TRIGGER audit_no_update BEFORE UPDATE ON vault_auditevent FOR EACH ROW WHEN (OLD.number < 0) "
        "EXECUTE FUNCTION audit_refuse()",
        "idle": "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "late": "CREATE TRIGGER audit_no_update AFTER UPDATE ON vault_auditevent FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    },
}


@pytest.mark.parametrize("way", HOLLOW["sqlite"])
def test_check_50_a_refusal_that_refuses_nothing_is_none(chain: list[AuditEvent], way: str) -> None:
    connection = connections["reports"]
    statement = HOLLOW[connection.vendor][way]
    with connection.cursor() as cursor:
        if "TRIGGER" in statement:
            cursor.execute(audit._GUARD._drop("audit_no_update", connection.vendor))
        cursor.execute(statement)
    assert "(audit_no_update" in audit.verify().fault
    with connection.cursor() as cursor:
        audit.protect(cursor, connection.vendor)
    assert audit.verify().fault == ""


@pytest.mark.every_case
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", 7),
        ("action", "kept"),
        ("unit", "lain"),
        ("report", "ff"),
        ("detail", "state=closed"),
        ("previous", b"x" * 32),
        ("digest", b"x" * 32),
        ('"on"', "2020-01-01"),
    ],
)
def test_check_50_an_altered_event_is_noticed(chain: list[AuditEvent], column: str, value: object) -> None:
    forced(f"UPDATE vault_auditevent SET {column} = %s WHERE number = 4", value)
    assert "the event 4" in audit.verify().fault
    assert any("audit chain" in f.name and "the event 4" in f.advice for f in examination.examine())
    with pytest.raises(CommandError, match="broken"):
        call_command("reports_audit", stdout=StringIO())


def test_check_50_a_missing_event_is_noticed(chain: list[AuditEvent]) -> None:
    forced("DELETE FROM vault_auditevent WHERE number = 4")
    assert audit.verify().fault == "the event 4 is missing"


def test_of_two_writers_the_later_event_is_remembered(chain: list[AuditEvent], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is remembered after the commit, when the next event may be there already."""
    real = installation._replace
    later = threading.Thread(target=installation.remember_head, args=(10, bytes([10])))

    def slow(*args: Any) -> None:
        monkeypatch.setattr(installation, "_replace", real)
        later.start()
        later.join(0.5)
        real(*args)

    monkeypatch.setattr(installation, "_replace", slow)
    installation.remember_head(9, bytes([9]))
    later.join()
    assert installation.remembered_head() == (10, bytes([10]))


def test_check_50_a_chain_that_was_cut_or_made_anew_is_noticed_from_outside(
    chain: list[AuditEvent], django_capture_on_commit_callbacks: Any
) -> None:
    """Whoever owns the database can compute every hash; the head lies outside, and in the mailbox of every holder."""
    with django_capture_on_commit_callbacks(using="reports", execute=True):
        last = audit.record(Action.NIGHTLY)
    mark = bytes(last.digest).hex()
    assert installation.remembered_head() == (9, bytes(last.digest))
    out = StringIO()
    call_command("reports_audit", head=mark, stdout=out)
    assert "9 events hold" in out.getvalue()
    forced("DELETE FROM vault_auditevent WHERE number = 9")
    assert "was a backup put back" in audit.verify().fault
    audit.record(Action.NIGHTLY, missed=1)
    assert "made anew" in audit.verify().fault
    (installation._head_file()).unlink()
    assert audit.verify().fault == ""
    with pytest.raises(CommandError, match="no part of the chain"):
        call_command("reports_audit", head=mark, stdout=StringIO())


def test_check_50_a_database_that_no_longer_refuses_is_noticed(chain: list[AuditEvent]) -> None:
    with connections["reports"].cursor() as cursor:
        audit.unprotect(cursor, connections["reports"].vendor)
    assert "lets events be changed (audit_no_update, audit_no_delete, audit_no_" in audit.verify().fault


@on_sqlite
def test_check_50_the_refusal_of_another_table_counts_for_nothing(chain: list[AuditEvent]) -> None:
    with connections["reports"].cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_no_delete")
        cursor.execute("CREATE TRIGGER audit_no_delete BEFORE DELETE ON vault_seat BEGIN SELECT 1; END")
    assert "lets events be changed (audit_no_delete)" in audit.verify().fault


def test_check_50_nothing_of_a_report_and_nothing_a_reporter_did_is_in_it(
    ana: Client, team: Team, erased: list[str]
) -> None:
    """A whole journey: what the reporter does leaves no event, and no event holds more than codes and numbers."""
    before = AuditEvent.objects.count()
    reporter = Reporter()
    number = receipt_in(reporter.send()) or ""
    page = reporter.status(number)
    reporter.post(**{**hidden(page), "step": "add", "text": "Tambahan, RQX-3310, selesai."})
    assert AuditEvent.objects.count() == before
    report = Report.objects.get()
    address = reverse("desk_report", args=["provinsi", report.pk])
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=1)):
        ana.force_login(ana.user)  # type: ignore[attr-defined]
        for _time in range(3):
            ana.get(address)
        ana.post(reverse("desk_status", args=["provinsi", report.pk]), {"status": "read"})
        asked = reporter.status(number)
        sure = reporter.post(**{**hidden(asked), "step": "withdraw"})
        reporter.post(**{**hidden(sure), "step": "withdraw", "sure": "yes"})
        told = list(AuditEvent.objects.filter(number__gt=before))
        assert [event.action for event in told] == [Action.OPENED, Action.STATE_SET]
    assert Report.objects.get().withdrawn_on
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=16)):
        call_command("reports_nightly", stdout=StringIO())
    assert not Report.objects.exists()
    assert not AuditEvent.objects.filter(action=Action.DELETED).exists()
    rid, lookup, words = bytes(report.rid), bytes(report.lookup_mac), (STORY, "ZXQ-7781", "RQX-3310", number)
    for event in AuditEvent.objects.all():
        line = f"{event.actor}|{event.action}|{event.unit}|{event.report}|{event.detail}"
        assert re.fullmatch(r"(None|\d+)\|[a-z-]+\|[a-z-]*\|[0-9a-f]{0,16}\|([a-z]+=[A-Za-z0-9._:-]+ ?)*", line), line
        for secret in (*words, number.replace(" ", ""), rid.hex(), lookup.hex(), base64.b64encode(lookup).decode()):
            assert secret not in line
    assert not any("withdraw" in event.action and "proposal" not in event.action for event in AuditEvent.objects.all())


@pytest.mark.parametrize("words", ["Paspor saya disimpan orang di mes itu, tolong segera!", "a,b", "", "ü", "x" * 65])
def test_only_codes_get_in(ana: Client, words: str) -> None:
    count = AuditEvent.objects.count()
    with pytest.raises(ValueError, match="Only codes"):
        audit.record(Action.KEPT, reason=words)
    assert AuditEvent.objects.count() == count


def test_what_fails_is_not_told(ana: Client, team: Team) -> None:
    """The event stands or falls with what it tells."""
    count = AuditEvent.objects.count()
    with transaction.atomic(using="reports"):
        staff.give_seat(team.unit, 4711)
        assert AuditEvent.objects.count() == count + 1
        transaction.set_rollback(True, using="reports")
    with pytest.raises(staff.Refused):
        Person(team.people[0].user).enrol()
    with pytest.raises(staff.Refused):
        casework.decide(team.unit, [1], "gone", 1)
    assert AuditEvent.objects.count() == count


def test_the_history_of_a_unit_shows_its_own_events_only(ana: Client, team: Team) -> None:
    other = staff.make_unit("lain", "Lain", "63")
    staff.give_seat(other, 4711)
    page = ana.get(reverse("desk_history", args=["provinsi"])).content.decode()
    assert "Daftar pemegang kunci yang baru berlaku: kunci nomor 1, 2 pemegang" in page
    assert f"Kunci sendiri dibuat: {team.people[0].member.fingerprint}" in page
    assert "Tempat diberikan: budi@example.org" in page
    assert "=" not in re.sub(r"<[^>]*>", "", page[page.index("<h1>") : page.index("</main>")])
    assert page.count("Tempat diberikan") == len(team.people)
    assert audit.head().hex() in page


ON_POSTGRESQL = """
import datetime as dt
from django.db import DatabaseError, connections
from django.utils import timezone
from content.reports.vault import audit, casework, nightly, retention, staff
from content.reports.vault.models import Report
audit.record(audit.Action.SEAT_GIVEN)
unit = staff.make_unit("x", "X", "35")
for statement in ("UPDATE vault_auditevent SET actor = 7", "DELETE FROM vault_auditevent", "TRUNCATE vault_auditevent"):
    try:
        with connections["reports"].cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        assert "only ever added to" in str(error)
    else:
        raise AssertionError(statement)
assert audit.verify() == audit.Verified(2, audit.head()), audit.verify()
with connections["reports"].cursor() as cursor:
    for off, on in (
        ("ALTER TABLE vault_auditevent DISABLE TRIGGER audit_no_delete", "ALTER TABLE vault_auditevent ENABLE TRIGGER audit_no_delete"),
        (
            "ALTER TRIGGER audit_no_delete ON vault_auditevent RENAME TO away; "
            "CREATE TRIGGER audit_no_delete BEFORE DELETE ON vault_seat FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
            "DROP TRIGGER audit_no_delete ON vault_seat; ALTER TRIGGER away ON vault_auditevent RENAME TO audit_no_delete",
        ),
    ):
        cursor.execute(off)
        assert "lets events be changed (audit_no_delete)" in audit.verify().fault, off
        cursor.execute(on)
        assert not audit.verify().fault, on
    cursor.execute("SELECT proname FROM pg_proc WHERE proname LIKE 'audit_%%'", [])
    assert cursor.fetchall() == [("audit_refuse",)]
assert retention.erase()
day = timezone.localdate() - dt.timedelta(days=200)
sealed = {"header": b"{}", "wraps": b"w", "body": b"b", "reporter_key": b"k", "mode": "server", "unit": unit}
first, second = (Report.objects.create(lookup_mac=part * 32, rid=part * 16, **sealed) for part in (b"1", b"2"))
assert casework.decide(unit, [first.pk, second.pk], "closed", 7) == 2
casework.ask_hold(second, "police", timezone.localdate() + dt.timedelta(days=9), 7)
casework.confirm_hold(second, 8)
Report.objects.update(opened_on=day, touched_on=day, warned_on=day)
night = nightly.work()
assert not night.failed, night.failed
assert Report.objects.get() == second
casework.lift_hold(second, 8)
# Two at the start, two states, three of the hold, one deletion, one escalation (nobody holds a key), the night.
assert audit.verify() == audit.Verified(10, audit.head()), audit.verify()
print("holds")
"""


@pytest.mark.postgresql
def test_check_50_it_holds_on_postgresql_too(
    postgresql: PostgreSQL, migrated_databases: dict[str, str], tmp_path: Path
) -> None:
    key = tmp_path / "reports-storage.key"
    environment = {
        **os.environ,
        "VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "REPORTS_STORAGE_KEY_FILE": str(key),
        **postgresql.pair(like=migrated_databases),
    }

    def manage(*arguments: str) -> str:
        done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    # A deletion is remembered under the key of the storage.
    keys.write_storage_key(key)
    assert "holds" in manage("shell", "-v0", "-c", ON_POSTGRESQL)
