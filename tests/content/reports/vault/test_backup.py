"""Backups: sealed to a key that is not here, databases and keys apart, none older than 30 days (checks 52 and 55)."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import sqlite3
import stat
import tarfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pyrage
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import InterfaceError, connections
from django.db.utils import ConnectionHandler
from django.test import Client

from content.reports.vault import audit, backup, installation, nightly, restoring, retention, services, tombstones
from content.reports.vault.models import AuditEvent, Message, Report, today
from tests.content.reports.reporting import Reporter, on_sqlite, receipt_in, text_of

pytestmark = pytest.mark.django_db(databases=["default", "reports"])
SUFFIX = {"sqlite": "sqlite3", "postgresql": "dump"}


@pytest.fixture
def identity(closed_vault: Path, settings: Any, tmp_path: Path) -> pyrage.x25519.Identity:
    """Backups of this vault are sealed to its public half."""
    made = pyrage.x25519.Identity.generate()
    settings.BACKUP_RECIPIENT, settings.BACKUP_KEYS_RECIPIENT = str(made.to_public()), ""
    settings.BACKUP_DIR = tmp_path / "backup"
    settings.MEDIA_ROOT = closed_vault / "media"
    (settings.MEDIA_ROOT / "original").mkdir(parents=True)
    (settings.MEDIA_ROOT / "original" / "a.jpg").write_bytes(b"picture")
    return made


def said(command: str, *arguments: object) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def members(path: Path, identity: pyrage.x25519.Identity) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(pyrage.decrypt(path.read_bytes(), [identity]))) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]


def test_databases_and_keys_are_in_archives_apart(ana: Client, identity: pyrage.x25519.Identity) -> None:
    assert receipt_in(Reporter().send())
    said("reports_backup")
    (databases,), (secrets,) = backup.archives("databases"), backup.archives("keys")
    assert databases.path.parent != secrets.path.parent
    held, apart = members(databases.path, identity), members(secrets.path, identity)
    databases_held = {f"databases/{alias}.{SUFFIX[connections[alias].vendor]}" for alias in ("default", "reports")}
    assert {*databases_held, "media/original/a.jpg", "reports/snapshots/id.json"} <= set(held)
    assert {"storage.key", "units.pins"} <= set(apart)
    key = installation.key_file().read_bytes()
    assert apart["storage.key"] == key
    # Neither name nor content of a key among the databases, and no database among the keys.
    assert not [
        name for name, content in held.items() if key.strip() in content or bytes.fromhex(key.decode()) in content
    ]
    assert not [name for name, content in apart.items() if b"SQLite format" in content or b"PGDMP" in content]
    # And no plain word of either on the disk.
    for path in (databases.path, secrets.path):
        raw = path.read_bytes()
        assert raw.startswith(b"age-encryption.org/v1\n")
        assert b"SQLite format" not in raw
        assert b"PGDMP" not in raw
        assert key.strip() not in raw
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(path.name for path in databases.path.parent.parent.rglob("*.part")) == []
    assert not list(installation.key_file().parent.parent.glob("backup-*"))


# A copy of a file holds what has been committed.
@on_sqlite
@pytest.mark.django_db(transaction=True, databases=["default", "reports"])
def test_the_copy_is_whole(ana: Client, identity: pyrage.x25519.Identity, tmp_path: Path) -> None:
    assert receipt_in(Reporter().send())
    said("reports_backup")
    (path,) = [one.path for one in backup.archives("databases")]
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes(members(path, identity)["databases/reports.sqlite3"])
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT body FROM vault_report").fetchone() == (bytes(Report.objects.get().body),)


def test_another_recipient_may_be_named_for_the_keys(identity: pyrage.x25519.Identity, settings: Any) -> None:
    other = pyrage.x25519.Identity.generate()
    settings.BACKUP_KEYS_RECIPIENT = str(other.to_public())
    said("reports_backup")
    (databases,), (secrets,) = backup.archives("databases"), backup.archives("keys")
    assert members(secrets.path, other)
    with pytest.raises(pyrage.DecryptError):
        members(secrets.path, identity)
    with pytest.raises(pyrage.DecryptError):
        members(databases.path, other)


def test_a_dry_run_writes_nothing(identity: pyrage.x25519.Identity, settings: Any) -> None:
    shown = said("reports_backup", "--dry-run")
    assert "Nothing was changed." in shown
    assert "storage.key" in shown
    assert not settings.BACKUP_DIR.exists()


@pytest.mark.parametrize("recipient", ["", "age1nothing"])
def test_without_a_recipient_nothing_is_made(identity: pyrage.x25519.Identity, settings: Any, recipient: str) -> None:
    settings.BACKUP_RECIPIENT = recipient
    with pytest.raises(CommandError, match="BACKUP_RECIPIENT"):
        call_command("reports_backup")
    assert not backup.archives()


def test_what_cannot_be_read_leaves_no_archive(
    identity: pyrage.x25519.Identity, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(backup, "_beside", lambda: [("media/gone", tmp_path / "gone")])
    with pytest.raises(CommandError, match="could not be read"):
        call_command("reports_backup")
    assert not backup.archives("databases")
    assert not list((tmp_path / "backup" / "databases").iterdir())


def test_check_52_no_backup_of_31_days_exists(identity: pyrage.x25519.Identity, settings: Any) -> None:
    begin = dt.datetime(2026, 3, 2, 5, 0, tzinfo=dt.UTC)
    foreign = settings.BACKUP_DIR / "databases" / "of-somebody-else.tar.age"
    with time_machine.travel(begin, tick=False) as clock:
        for day in range(0, 62, 10):
            clock.move_to(begin + dt.timedelta(days=day))
            said("reports_backup")
            foreign.touch()
            for kind in backup.KINDS:
                days = [(today() - one.day).days for one in backup.archives(kind)]
                assert days == [age for age in (30, 20, 10, 0) if age <= day]
        clock.move_to(begin + dt.timedelta(days=92))
        assert "remove" in said("reports_backup", "--dry-run")
        # The newest is made before any other goes: where that fails, all stay, and the doctor says so.
        settings.BACKUP_RECIPIENT = "age1nothing"
        with pytest.raises(CommandError):
            call_command("reports_backup")
        assert len(backup.archives()) == 8
        settings.BACKUP_RECIPIENT = str(identity.to_public())
        said("reports_backup")
        assert len(backup.archives()) == 2
    assert foreign.exists()


def test_the_doctor_names_a_missing_and_an_old_backup(identity: pyrage.x25519.Identity, settings: Any) -> None:
    assert len(backup.faults()) == 2
    said("reports_backup")
    assert backup.faults() == []
    (secrets,) = backup.archives("keys")
    moved = secrets.path.rename(secrets.path.with_suffix(".away"))
    assert "no archive of the keys" in " ".join(backup.faults())
    moved.rename(secrets.path)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=2)):
        assert [fault[:14] for fault in backup.faults()] == ["the newest arc"] * 2
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=31)):
        assert "2 archives are older than 30 days" in backup.faults()[-1]
    settings.BACKUP_RECIPIENT = ""
    assert "BACKUP_RECIPIENT" in backup.faults()[0]


@pytest.mark.parametrize("begin", [backup.work, backup.forget_leftovers, nightly.work])
def test_what_a_killed_run_left_readable_is_named_and_removed(
    identity: pyrage.x25519.Identity, settings: Any, erased: list[str], begin: Callable[[], object]
) -> None:
    said("reports_backup")
    left = [Path(settings.VAR_DIR) / name for name in ("backup-x1", "restore-x2")]
    for folder in left:
        folder.mkdir()
        (folder / "reports.sqlite3").write_bytes(b"SQLite")
    part = settings.BACKUP_DIR / "keys" / "lentera-x.tar.age.part"
    part.write_bytes(b"age")
    # It may be of a run that goes on at this moment.
    assert backup.faults() == []
    old = time.time() - 2 * backup.LEFT_SECONDS
    for path in (left[0] / "reports.sqlite3", left[1] / "reports.sqlite3", *left, part):
        os.utime(path, (old, old))
    assert "can be read" in backup.faults()[0]
    assert backup.forget_leftovers(but=[*left, part]) == 0
    begin()
    assert not any(path.exists() for path in (*left, part))
    assert not any("can be read" in fault for fault in backup.faults())


def test_an_identity_is_made_once_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "identity"
    shown = said("reports_backup", "--new-identity", path)
    assert f"BACKUP_RECIPIENT={restoring.identity_in(path).to_public()}" in shown
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    with pytest.raises(CommandError, match="exists"):
        call_command("reports_backup", "--new-identity", path)
    path.chmod(0o600)
    path.write_text("nothing")
    with pytest.raises(backup.BackupError):
        restoring.identity_in(path)


@pytest.mark.parametrize("name", ["../outside", "/outside", "a/../../outside"])
def test_an_archive_writes_nowhere_else(identity: pyrage.x25519.Identity, tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as tar:
        tar.addfile(tarfile.TarInfo(name))
    with pytest.raises(backup.BackupError, match="no backup of ours"), restoring.opened(path, None, "keys"):
        pass
    assert not list(tmp_path.rglob("outside"))


def test_an_altered_archive_does_not_open(identity: pyrage.x25519.Identity) -> None:
    said("reports_backup")
    (databases,), (secrets,) = backup.archives("databases"), backup.archives("keys")
    raw = bytearray(databases.path.read_bytes())
    raw[len(raw) // 2] ^= 1
    databases.path.write_bytes(raw)
    with pytest.raises(backup.BackupError, match="altered"), restoring.opened(databases.path, identity, "databases"):
        pass
    with (
        pytest.raises(backup.BackupError, match="not an archive of the databases"),
        restoring.opened(secrets.path, identity, "databases"),
    ):
        pass


# Marks of deletions


def digest() -> str:
    return hashlib.sha256(tombstones.path().read_bytes()).hexdigest()


def test_what_was_deleted_is_deleted_again(ana: Client) -> None:
    """The rows are put back by hand, as those of a backup would be."""
    numbers = [receipt_in(Reporter().send()) for _time in range(3)]
    kept, withdrawn, deleted = Report.objects.order_by("pk")
    Report.objects.filter(pk=deleted.pk).update(withdrawn_on=today() - dt.timedelta(days=retention.WITHDRAWN_DAYS))
    Report.objects.filter(pk=withdrawn.pk).update(withdrawn_on=today())
    assert not tombstones.path().exists()
    assert retention.delete_withdrawn() == 1
    tombstones.gather()
    before = digest()
    tombstones.gather()
    assert digest() == before
    deleted.save(force_insert=True)
    Report.objects.filter(pk=withdrawn.pk).update(withdrawn_on=None)
    assert tombstones.apply() == tombstones.Applied(deleted=1, withdrawn=1)
    assert set(Report.objects.values_list("pk", "withdrawn_on")) == {(kept.pk, None), (withdrawn.pk, today())}
    assert tombstones.apply() == tombstones.Applied()
    assert len(set(numbers)) == 3


def test_what_told_of_the_same_as_a_deleted_report_is_one_of_its_own(ana: Client) -> None:
    for _time in range(2):
        Reporter().send()
    same, deleted = Report.objects.order_by("pk")
    with tombstones.marked([bytes(deleted.rid)]):
        pass
    Report.objects.filter(pk=same.pk).update(duplicate_of=deleted, status="closed")
    assert tombstones.apply() == tombstones.Applied(deleted=1)
    same.refresh_from_db()
    assert (same.duplicate_of_id, same.status) == (None, "received"), "nobody has opened it"


def test_marks_tell_nothing_without_the_storage_key(ana: Client) -> None:
    assert receipt_in(Reporter().send())
    one = Report.objects.get()
    Report.objects.update(withdrawn_on=today() - dt.timedelta(days=retention.WITHDRAWN_DAYS))
    assert retention.delete_withdrawn() == 1
    text = tombstones.path().read_text()
    assert stat.S_IMODE(tombstones.path().stat().st_mode) == 0o600
    for number in (bytes(one.rid).hex(), f"{one.pk:x}", hashlib.sha256(bytes(one.rid)).hexdigest()):
        assert number not in text
    assert f"{today():%Y-%m} deleted " in text
    assert today().isoformat() not in text
    path = installation.key_file()
    path.chmod(0o600)
    path.write_text(f"{'ab' * 32}\n")
    path.chmod(0o400)
    one.save(force_insert=True)
    assert tombstones.apply() == tombstones.Applied()


def test_without_a_storage_key_nothing_is_deleted_unmarked(ana: Client) -> None:
    assert receipt_in(Reporter().send())
    Report.objects.update(withdrawn_on=today() - dt.timedelta(days=retention.WITHDRAWN_DAYS))
    installation.key_file().rename(installation.key_file().with_name("away"))
    assert services.tidy() == 0
    assert Report.objects.exists()
    installation.key_file().with_name("away").rename(installation.key_file())
    assert services.tidy() > 0
    assert not Report.objects.exists()


def test_a_deletion_that_fails_leaves_no_mark(ana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert receipt_in(Reporter().send())
    Report.objects.update(withdrawn_on=today() - dt.timedelta(days=retention.WITHDRAWN_DAYS))

    def fail(*_arguments: object) -> None:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(retention.Report.objects.all().__class__, "delete", fail)
        with pytest.raises(OSError):  # noqa: PT011
            retention.delete_withdrawn()
    assert tombstones.path().read_text() == ""


def test_marks_go_once_no_backup_can_need_them(ana: Client) -> None:
    assert receipt_in(Reporter().send())
    with time_machine.travel(dt.datetime(2026, 3, 31, 5, 0, tzinfo=dt.UTC), tick=False) as clock:
        Report.objects.update(withdrawn_on=today() - dt.timedelta(days=retention.WITHDRAWN_DAYS))
        assert retention.delete_withdrawn() == 1
        clock.move_to(dt.datetime(2026, 5, 30, 5, 0, tzinfo=dt.UTC))
        tombstones.gather()
        assert tombstones.path().read_text()
        clock.move_to(dt.datetime(2026, 6, 1, 5, 0, tzinfo=dt.UTC))
        tombstones.gather()
        assert not tombstones.path().read_text()


def test_a_deleted_answer_is_deleted_again(ana: Client) -> None:
    from content.reports.vault import envelope

    assert receipt_in(Reporter().send())
    one = Report.objects.get()
    common = {"report": one, "direction": envelope.Direction.FROM_UNIT, "header": b"h", "wraps": b"w", "body": b"b"}
    first, second = (Message.objects.create(mid=bytes([n] * 16), **common) for n in (1, 2))
    Message.objects.filter(pk=first.pk).update(body=b"", wraps=b"")
    tombstones.gather()
    Message.objects.filter(pk=first.pk).update(body=b"b", wraps=b"w")
    assert tombstones.apply() == tombstones.Applied(answers=1)
    assert not bytes(Message.objects.get(pk=first.pk).body)
    assert bytes(Message.objects.get(pk=second.pk).body)


# Putting it back


def kept(folder: Path) -> tuple[Path, dict[str, Any]]:
    """What a small backup of SQLite looks like once it is open."""
    (folder / "databases").mkdir(parents=True)
    for alias in backup.ALIASES:
        with closing(sqlite3.connect(folder / "databases" / f"{alias}.sqlite3")) as database:
            database.execute("CREATE TABLE some (thing)")
            database.executemany("INSERT INTO some VALUES (?)", [(os.urandom(3000),) for _row in range(20)])
            database.commit()
    return folder, {"on": "2026-11-12", "engines": dict.fromkeys(backup.ALIASES, "sqlite")}


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:20_000]),
    "something else": lambda path: path.write_bytes(b"x" * 5000),
    "gone": lambda path: path.unlink(),
}


@on_sqlite
@pytest.mark.parametrize("alias", backup.ALIASES)
@pytest.mark.parametrize("way", DAMAGES)
def test_of_a_damaged_backup_nothing_is_put_back(
    closed_vault: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, alias: str, way: str
) -> None:
    folder, about = kept(tmp_path / "backup")
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "units.pins").write_text("founder x\n")
    put: list[str] = []
    monkeypatch.setattr(restoring, "_put_back_database", lambda name, _place: put.append(name))
    DAMAGES[way](folder / "databases" / f"{alias}.sqlite3")
    with pytest.raises(backup.BackupError, match=f"{alias} of the backup is damaged"):
        restoring.put_back(folder, about, secrets)
    assert put == []
    assert not installation.pins_file().exists()
    assert installation.restored_from() == []


@on_sqlite
def test_from_the_first_step_on_it_is_said_that_reports_may_be_lost(
    closed_vault: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, about = kept(tmp_path / "backup")

    def killed(_alias: str, _place: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(restoring, "_put_back_database", killed)
    with pytest.raises(KeyboardInterrupt):
        restoring.put_back(folder, about, None)
    assert installation.restored_from() == [(dt.date(2026, 11, 12), today())]


def test_no_database_with_anything_in_it_is_replaced_unasked(closed_vault: Path, tmp_path: Path) -> None:
    assert not Report.objects.exists()
    with pytest.raises(CommandError, match="--yes"):
        call_command("reports_restore", tmp_path / "a.tar")
    with pytest.raises(CommandError, match="no backup of ours"):
        call_command("reports_restore", tmp_path / "a.tar", "--yes")


def test_what_cannot_be_asked_counts_as_something(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    places = {alias: tmp_path / f"{alias}.sqlite3" for alias in backup.ALIASES}
    configured = {alias: {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)} for alias, path in places.items()}
    held = ConnectionHandler(configured)
    monkeypatch.setattr(restoring, "connections", held)
    assert not restoring.has_anything()
    assert not any(path.exists() for path in places.values())
    for path in places.values():
        path.touch()
    assert not restoring.has_anything()
    for alias, path in places.items():
        with closing(sqlite3.connect(path)) as database:
            database.execute("CREATE TABLE some (thing)")
        assert restoring.has_anything()
        held[alias].close()
        path.write_bytes(b"x" * 5000)
        assert restoring.has_anything()
        held[alias].close()
        path.unlink()

    def fails() -> list[str]:
        raise InterfaceError

    with monkeypatch.context() as patch:
        patch.setattr(held["reports"].introspection, "table_names", fails)
        places["reports"].touch()
        assert restoring.has_anything()
    held.close_all()


# What is said afterwards


def test_after_a_restore_whoever_asks_is_told_that_reports_may_be_lost(ana: Client) -> None:
    number = receipt_in(Reporter().send()) or ""
    unknown = "0000 0000 0000 0000 0000"
    sentence = "mungkin hilang"
    assert sentence not in text_of(Reporter().status(number))
    installation.remember_restore(dt.date(2026, 11, 12))
    for asked in (number, unknown):
        page = text_of(Reporter().status(asked))
        assert sentence in page
        assert "12 November 2026" in page
    # The form itself stays what it was.
    assert sentence not in text_of(Reporter().get())
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=installation.RESTORE_TOLD_DAYS + 1)):
        assert installation.restored_from() == []


def test_of_each_restore_of_a_year_it_is_said_what_may_be_lost(ana: Client) -> None:
    with time_machine.travel(dt.datetime(2026, 3, 12, 5, 0, tzinfo=dt.UTC), tick=False) as clock:
        installation.remember_restore(dt.date(2026, 3, 10))
        clock.move_to(dt.datetime(2026, 4, 12, 5, 0, tzinfo=dt.UTC))
        # Stopped in the middle and run again, with another archive: one day is within the other.
        for day in (11, 11, 9):
            installation.remember_restore(dt.date(2026, 4, day))
        first, second = installation.restored_from()
        assert first == (dt.date(2026, 3, 10), dt.date(2026, 3, 12))
        assert second == (dt.date(2026, 4, 9), dt.date(2026, 4, 12))
        page = text_of(Reporter().status("0000 0000 0000 0000 0000"))
        for told in ("10 Maret 2026", "12 Maret 2026", "9 April 2026", "12 April 2026"):
            assert told in page
        clock.move_to(dt.datetime(2027, 3, 13, 5, 0, tzinfo=dt.UTC))
        assert installation.restored_from() == [second]


def cut(number: int) -> int:
    """A backup that ends with this event is put back; how many are said to be lost."""
    AuditEvent.objects.filter(number__gt=number).delete()
    lost = restoring._say_so(dt.date(2026, 3, 1))
    told = AuditEvent.objects.order_by("-number")[0]
    assert told.detail == f"lost={lost} state=2026-03-01"
    return lost


def acted(times: int) -> None:
    for _time in range(times):
        audit.record(audit.Action.NIGHTLY)


def test_a_backup_that_is_put_back_twice_tells_twice_what_is_lost(
    closed_vault: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(using="reports", execute=True):
        acted(10)
    for _time in range(3):
        with django_capture_on_commit_callbacks(using="reports", execute=True):
            assert cut(3) == 7
        assert "backup" not in audit.verify().fault
        assert installation.remembered_head()[0] == 4  # type: ignore[index]
    # What an event that is kept has told is told once.
    with django_capture_on_commit_callbacks(using="reports", execute=True):
        acted(4)
    with django_capture_on_commit_callbacks(using="reports", execute=True):
        assert cut(6) == 2
    # An older one takes it along.
    with django_capture_on_commit_callbacks(using="reports", execute=True):
        assert cut(2) == 8
