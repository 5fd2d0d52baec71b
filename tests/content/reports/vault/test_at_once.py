"""What two do in the same moment, over two connections of a real database: neither loses what the other was promised."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.demo import Demo
from tests.postgresql import PostgreSQL

# A unit with two holders, and ``while_held``: what the first does is open (not yet committed) when the second begins.
SET_UP = """
import datetime as dt, os, threading, time
from django.db import connections, transaction
from content.reports.vault import attaching, attachment, casework, envelope, installation, retention, storing
from content.reports.vault.models import *
from tests.content.reports.reporting import Team
from content.reports.vault import staff

installation.set_up()
team = Team.of(staff.make_unit("provinsi", "Provinsi", "35"))
team.found()
long_ago = today() - dt.timedelta(days=120)

def make(**changed):
    return Report.objects.create(lookup_mac=os.urandom(32), rid=os.urandom(16), unit=team.unit, mode="browser",
        reporter_key=b"k", header=b"{}", wraps=b"w", body=b"b", received_on=long_ago, **changed)

def closed(**changed):
    return make(status="closed", opened_on=long_ago, touched_on=long_ago, **changed)

def while_held(first, second):
    begun, said = threading.Event(), []
    def run():
        begun.set()
        try:
            said.append(second())
        except Exception as error:
            said.append(error)
        finally:
            connections.close_all()
    thread = threading.Thread(target=run)
    with transaction.atomic(using="reports"):
        first()
        thread.start()
        begun.wait()
        # Time enough to come to where it has to wait.
        time.sleep(1)
        assert thread.is_alive(), said
    thread.join(30)
    assert not thread.is_alive()
    return said[0]
"""
NIGHT = """
report = closed(spam=True)

def add():
    storing.was_added_to(report)
    Message.objects.create(report=report, mid=os.urandom(16), direction="from-reporter", header=b"m", wraps=b"w", body=b"b")

assert while_held(add, retention.delete_due) == 0
assert report.messages.count() == 1

held = closed(warned_on=long_ago)
assert while_held(lambda: casework.ask_hold(held, "police", today() + dt.timedelta(days=9), 7), retention.delete_due) == 0
assert Report.objects.count() == 2

gone, same = make(withdrawn_on=long_ago), make(status="read")

def mark():
    casework.lock(gone)
    Report.objects.filter(pk=same.pk).update(duplicate_of=gone, status="closed")

assert while_held(mark, retention.delete_withdrawn) == 1
same.refresh_from_db()
assert (same.status, same.duplicate_of) == ("received", None), "nobody has opened it"
print("holds")
"""
UPLOAD = """
report = make()
uploads = [Attachment.objects.create(report=report, aid=os.urandom(16), size=attachment.padded_size(9)) for _n in range(3)]
for held in uploads:
    AttachmentChunk.objects.create(attachment=held, index=0, body=b"chunk")

def finish():
    storing.was_added_to(report)
    message = Message.objects.create(report=report, mid=os.urandom(16), direction="from-reporter", header=b"m", wraps=b"w", body=b"b")
    assert Attachment.objects.filter(pk=uploads[0].pk, message=None).update(message=message) == 1

def begin():
    return attaching.begin(report, os.urandom(16), attachment.padded_size(9))

assert isinstance(while_held(finish, begin), attaching.Upload)
assert set(Attachment.objects.exclude(message=None)) == {uploads[0]}
assert uploads[0].chunks.count() == 1
assert Attachment.objects.filter(message=None).count() == 1

begun = Attachment.objects.get(message=None)
Attachment.objects.filter(pk=begun.pk).update(begun_on=long_ago)
uploads[0] = begun
assert while_held(finish, attaching.forget_unfinished) == 0
assert Attachment.objects.filter(message=None).count() == 0 and Attachment.objects.count() == 2
print("holds")
"""
OPENING = """
report = make(opened_on=today(), status="read")

def open_it():
    casework.was_opened(Report.objects.get(pk=report.pk), 7)

while_held(open_it, open_it)
assert AuditEvent.objects.filter(action="opened", actor=7, report=f"{report.pk:x}").count() == 1
print("holds")
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Demo, dict[str, str]]:
    """An empty portal, and the environment that chooses the database of its reports."""
    chosen: dict[str, str] = {}
    if request.param == "postgresql":
        held: PostgreSQL = request.getfixturevalue("postgresql")
        chosen = {"REPORTS_DATABASE_URL": held.pair()["REPORTS_DATABASE_URL"]}
    made = Demo(tmp_path / "site")
    made.manage("migrate", "vault", "--database", "reports", "-v0", **chosen)
    made.manage("migrate", "accounts", "-v0", **chosen)
    return made, chosen


@pytest.mark.parametrize("script", [NIGHT, UPLOAD, OPENING], ids=["the night", "an upload", "an opening"])
def test_neither_loses_what_the_other_was_promised(site: tuple[Demo, dict[str, str]], script: str) -> None:
    made, chosen = site
    assert "holds" in made.manage("shell", "--no-imports", "-v0", "-c", SET_UP + script, **chosen)
