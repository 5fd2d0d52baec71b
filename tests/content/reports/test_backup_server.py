"""Check 55: a fresh machine with backup and storage key finds and opens a report; without the key not even a receipt."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyrage
import pytest

from content.reports.vault.receipt import Receipt
from tests.content.reports.reporting import DistantReporter, hidden, receipt_in, text_of
from tests.content.reports.test_server import counted, photo, vault_rows
from tests.demo import Demo, serving
from tests.postgresql import PostgreSQL
from tests.servers import ROOT

pytestmark = pytest.mark.demo
STORY = "Cerita yang harus kembali, ZXQ-5501."


def sealed_to(folder: Path) -> tuple[Path, dict[str, str]]:
    """A file with a private key, and the settings that seal to it."""
    identity = pyrage.x25519.Identity.generate()
    path = folder / "identity"
    path.write_text(f"# offline\n{identity}\n")
    return path, {"BACKUP_RECIPIENT": str(identity.to_public()), "BACKUP_DIR": str(folder / "backup")}


def newest(folder: Path, kind: str) -> str:
    return str(max((folder / "backup" / kind).iterdir()))


def refused(site: Demo, *arguments: str, **chosen: str) -> str:
    """What ``manage.py`` says where it does not end well."""
    command = [sys.executable, "manage.py", *arguments]
    run = subprocess.run(command, cwd=ROOT, env=site.environment(**chosen), capture_output=True, text=True)
    assert run.returncode, run.stdout
    return run.stdout + run.stderr


def test_check_55_backup_and_storage_key_bring_everything_back_and_neither_alone(demo: Demo, tmp_path: Path) -> None:
    site = demo.copy(tmp_path / "site")
    examples = counted(site, "report")
    identity, chosen = sealed_to(tmp_path)
    with serving(site, **chosen) as server:
        reporter = DistantReporter(server)
        number, late, gone = (receipt_in(reporter.send(reporter.form(), story=STORY)) or "" for _time in range(3))
        page = reporter.status(number)
        assert "ditambahkan" in text_of(reporter.post_file(photo(), **hidden(page)))
        # While it is running.
        site.manage("reports_backup", **chosen)
        archives = newest(tmp_path, "databases"), newest(tmp_path, "keys")
        # After the backup: one is withdrawn, one is deleted, one comes.
        withdraw = {**hidden(reporter.status(late)), "step": "withdraw", "sure": "yes"}
        assert reporter.post(**withdraw).status == 200
        lost = receipt_in(reporter.send(reporter.form(), story=STORY)) or ""
        gone_page = reporter.post(**{**hidden(reporter.status(gone)), "step": "withdraw", "sure": "yes"})
        assert gone_page.status == 200
    assert counted(site, "report") == examples + 4
    site.manage("shell", "-c", AGED)
    site.manage("reports_nightly", **chosen)
    assert counted(site, "report") == examples + 3
    site.manage("reports_backup", **chosen)
    newest_keys = newest(tmp_path, "keys")

    # A fresh machine: the old backup of the databases, the newest of the keys.
    fresh = Demo(tmp_path / "fresh")
    said = site.manage(
        "reports_restore", archives[0], newest_keys, "--identity", str(identity), "--rehearse", str(fresh.folder)
    )
    assert f"reports: {examples + 2}, of which the storage key fits {examples + 2}" in said
    assert "deleted again: 1 reports, 0 answers; withdrawn again: 1" in said
    assert counted(site, "report") == examples + 3  # nothing here was touched
    shutil.copytree(site.folder / "static", fresh.folder / "static", dirs_exist_ok=True)
    with serving(fresh) as server:
        reporter = DistantReporter(server)
        found = text_of(reporter.status(number))
        assert "Laporan Anda" in found
        assert "mungkin hilang" in found
        for unknown in (late, gone, lost, Receipt.generate().grouped):
            page = text_of(reporter.status(unknown))
            assert "mungkin hilang" in page
            assert "Laporan Anda" not in page
        # It takes reports again.
        assert receipt_in(reporter.send(reporter.form(), story=STORY))
    report = vault_rows(fresh, "SELECT id FROM vault_report WHERE withdrawn_on IS NULL")
    key = next((fresh.folder / "keys").glob("*.pem"))
    opened = [fresh.manage("reports_open", f"{pk & (2**64 - 1):016x}", "--key", str(key)) for (pk,) in report]
    # Beside the examples: the one of before that was neither withdrawn nor deleted, and the new one.
    assert len(opened) == examples + 2
    assert sum(STORY in text for text in opened) == 2
    assert any("Added on" in text and json.dumps("file")[1:-1] in text for text in opened)
    assert "events of the audit chain that are lost: 1" in said
    assert "events hold" in fresh.manage("reports_audit")

    # The databases alone.
    bare = tmp_path / "bare"
    words = refused(site, "reports_restore", archives[0], "--identity", str(identity), "--rehearse", str(bare))
    assert "No receipt can be looked up" in words
    shutil.copytree(site.folder / "static", bare / "static", dirs_exist_ok=True)
    with serving(Demo(bare)) as server:
        page = DistantReporter(server).status(number)
        assert page.status == 503
        assert "Laporan Anda" not in text_of(page)
    # Without the private key nothing opens, and with another none.
    other = tmp_path / "other"
    other.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    assert "does not open with this key" in refused(
        site, "reports_restore", *archives, "--identity", str(other), "--rehearse", str(tmp_path / "no")
    )


AGED = """
import datetime as dt
from content.reports.vault import selectors, retention
from content.reports.vault.models import Report, today
rows = list(Report.objects.exclude(withdrawn_on=None).order_by("pk"))
assert len(rows) == 2
Report.objects.filter(pk=rows[0].pk).update(withdrawn_on=today() - dt.timedelta(days=14))
"""


def test_a_restore_replaces_reports_only_when_told(demo: Demo, tmp_path: Path) -> None:
    site = demo.copy(tmp_path / "site")
    examples = counted(site, "report")
    identity, chosen = sealed_to(tmp_path)
    with serving(site, **chosen) as server:
        reporter = DistantReporter(server)
        number = receipt_in(reporter.send(reporter.form(), story=STORY)) or ""
        site.manage("reports_backup", **chosen)
        archives = newest(tmp_path, "databases"), newest(tmp_path, "keys")
        lost = receipt_in(reporter.send(reporter.form(), story=STORY)) or ""
        assert "--yes" in refused(site, "reports_restore", *archives, "--identity", str(identity))
        assert counted(site, "report") == examples + 2
        # Also beneath a running server.
        said = site.manage("reports_restore", *archives, "--identity", str(identity), "--yes")
        assert "was here, left as it is" in said
        assert "Laporan Anda" in text_of(reporter.status(number))
        assert "mungkin hilang" in text_of(reporter.status(lost))
    assert counted(site, "report") == examples + 1
    # Another storage key is never replaced.
    (key,) = (site.folder / "keys").glob("reports-storage.key")
    key.rename(key.with_name("away"))
    key.write_text(f"{'cd' * 32}\n")
    key.chmod(0o400)
    words = refused(site, "reports_restore", *archives, "--identity", str(identity), "--yes")
    assert "Another storage key" in words


@pytest.mark.postgresql
def test_check_55_on_postgresql(demo: Demo, tmp_path: Path, postgresql: PostgreSQL) -> None:
    """``pg_dump`` and ``pg_restore``, the reports into an empty database of the rehearsal."""
    site = demo.copy(tmp_path / "site")
    identity, chosen = sealed_to(tmp_path)
    chosen["REPORTS_DATABASE_URL"] = postgresql.pair()["REPORTS_DATABASE_URL"]
    site.manage("migrate", "vault", "--database", "reports", "-v0", **chosen)
    site.manage("reports_demo_unit", "--key-out", str(site.folder / "keys" / "other.pem"), **chosen)
    with serving(site, **chosen) as server:
        reporter = DistantReporter(server)
        number = receipt_in(reporter.send(reporter.form(), story=STORY)) or ""
        assert number
    site.manage("reports_backup", **chosen)
    archives = newest(tmp_path, "databases"), newest(tmp_path, "keys")
    fresh = Demo(tmp_path / "fresh")
    empty = postgresql.pair()["REPORTS_DATABASE_URL"]
    said = site.manage(
        *("reports_restore", *archives, "--identity", str(identity), "--rehearse", str(fresh.folder)),
        *("--reports-url", empty),
        **chosen,
    )
    assert "reports: 1, of which the storage key fits 1" in said
    shutil.copytree(site.folder / "static", fresh.folder / "static", dirs_exist_ok=True)
    with serving(fresh, REPORTS_DATABASE_URL=empty) as server:
        assert "Laporan Anda" in text_of(DistantReporter(server).status(number))
    # A backup of one kind of database does not go into another.
    words = refused(
        site, "reports_restore", *archives, "--identity", str(identity), "--rehearse", str(tmp_path / "no"), **chosen
    )
    assert "The backup is one of" in words
