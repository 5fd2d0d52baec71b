"""Putting a backup back, or trying whether that would work (DECISIONS 53).

Both are the same steps on other settings: a rehearsal has a folder of its own. What was deleted after the backup is deleted
again, the audit chain says that it was put back, and the form says that reports from after that day may be lost.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pyrage
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import Error as AnyDatabaseError
from django.db import connections

from . import audit, backup, files, installation, keys, retention, services, tombstones
from .backup import BackupError
from .models import DATABASE, AuditEvent, Report


@dataclass
class Restored:
    """The day of the backup, and a line for each thing that was done."""

    day: dt.date
    lines: list[str] = field(default_factory=list)


def identity_in(path: Path) -> pyrage.x25519.Identity:
    """The private age key in a file as ``age-keygen`` writes it."""
    try:
        lines = path.read_text(encoding="ascii").split()
        (secret,) = [line for line in lines if line.startswith("AGE-SECRET-KEY-1")]
        return pyrage.x25519.Identity.from_str(secret)
    except (OSError, ValueError, pyrage.IdentityError) as error:
        raise BackupError(f"{path} holds no private age key.") from error


@contextmanager
def opened(archive: Path, identity: pyrage.x25519.Identity | None, kind: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """What an archive holds, in a folder that is gone afterwards. One that ends with ``.tar`` was opened elsewhere already."""
    with tempfile.TemporaryDirectory(prefix=backup.RESTORING, dir=settings.VAR_DIR) as name:
        place = Path(name)
        if archive.suffix == ".tar":
            plain = archive
        elif identity is None:
            raise BackupError(
                "Name the file of the private age key (--identity), or open the archives with `age` elsewhere."
            )
        else:
            plain = place / "archive.tar"
            try:
                with archive.open("rb") as sealed, plain.open("wb") as out:
                    pyrage.decrypt_io(sealed, out, [identity])
            except (pyrage.DecryptError, OSError) as error:
                raise BackupError(f"{archive} does not open with this key, or was altered.") from error
        content = place / "content"
        try:
            with tarfile.open(plain) as tar:
                _unpack(tar, content)
            about = json.loads((content / "backup.json").read_text())
        except (tarfile.TarError, OSError, ValueError) as error:
            raise BackupError(f"{archive} is no backup of ours, or not a whole one.") from error
        if about.get("v") != backup.VERSION or about.get("kind") != kind:
            raise BackupError(f"{archive} is not an archive of the {kind}.")
        yield content, about


def _unpack(tar: tarfile.TarFile, place: Path) -> None:
    """Only files, and only below ``place``."""
    for member in tar:
        target = place / member.name
        if not member.isfile() or ".." in target.parts or Path(member.name).is_absolute():
            raise tarfile.TarError(member.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        held: IO[bytes] | None = tar.extractfile(member)
        if held is not None:
            with target.open("wb") as out:
                shutil.copyfileobj(held, out)


def has_anything() -> bool:
    """Whether one of the databases holds something that would be replaced; also where it cannot say."""
    return not all(map(_is_empty, backup.ALIASES))


def _is_empty(alias: str) -> bool:
    """Without a single table, or not there."""
    connection = connections[alias]
    file = files.file_of(connection.settings_dict)
    try:
        if file is not None and not file.exists():
            return True
        return not connection.introspection.table_names()
    except (AnyDatabaseError, OSError):
        return False


def put_back(databases: Path, about: dict[str, Any], secrets: Path | None) -> Restored:
    """Put an opened backup back. BackupError before anything is replaced where it is damaged or does not fit what is here.

    From then on whoever asks for a report is told that some may be lost. What fails or is killed in the middle is run again.
    """
    done = Restored(dt.date.fromisoformat(about["on"]))
    engines = {alias: connections[alias].vendor for alias in backup.ALIASES}
    if engines != about["engines"]:
        raise BackupError(f"The backup is one of {about['engines']}, the settings name {engines}.")
    backup.forget_leftovers(but=[databases, *([secrets] if secrets else [])])
    for alias in backup.ALIASES:
        _check_database(alias, databases / "databases")
    if secrets is not None:
        done.lines += _put_back_keys(secrets)
    with suppress(AnyDatabaseError, keys.VaultKeyError, OSError):
        # What is still here knows best what was withdrawn since.
        tombstones.gather()
    installation.remember_restore(done.day)
    for alias in backup.ALIASES:
        _put_back_database(alias, databases / "databases")
        done.lines.append(f"database {alias}: as it was on {done.day}")
        call_command("migrate", database=alias, interactive=False, verbosity=0)
    for part, target in (("media", Path(settings.MEDIA_ROOT)), ("reports", Path(settings.VAR_DIR) / "reports")):
        if (databases / part).is_dir():
            shutil.copytree(databases / part, target, dirs_exist_ok=True)
            done.lines.append(f"{part}: put back")
    for name in settings.CACHES:
        caches[name].clear()
    done.lines += _delete_again()
    lost = _say_so(done.day)
    done.lines.append(f"events of the audit chain that are lost: {lost}")
    return done


def _put_back_keys(secrets: Path) -> list[str]:
    """Keys where none are. Another storage key is never replaced: it may be the only one of what is here."""
    lines = []
    named = {"storage.key": installation.key_file(), "units.pins": installation.pins_file()}
    others = {
        f"keys/{path.name}": Path(settings.VAR_DIR) / "keys" / path.name for path in files.held_in(secrets / "keys")
    }
    held = Path(settings.VAR_DIR) / "reports"
    remembered = {
        str(path.relative_to(secrets)): held / path.relative_to(secrets / "remembered")
        for path in sorted((secrets / "remembered").rglob("*"))
        if path.is_file() and path.name != "tombstones"
    }
    storage = secrets / "storage.key"
    there = installation.key_file()
    if there.exists() and storage.exists() and there.read_bytes() != storage.read_bytes():
        raise BackupError(
            f"Another storage key is at {there}. Move it away if the one of the backup is right; never delete it."
        )
    for name, target in {**named, **others, **remembered}.items():
        source = secrets / name
        if not source.is_file():
            continue
        if target.exists():
            lines.append(f"{target}: was here, left as it is")
            continue
        files.make_folder(target.parent)
        shutil.copyfile(source, target)
        target.chmod(0o400 if name in named else files.FILE)
        lines.append(f"{target}: put back")
    with suppress(FileNotFoundError):
        marks = (secrets / "remembered" / "tombstones").read_text(encoding="ascii").splitlines()
        lines.append(f"marks of deletions: {tombstones.merge(marks)} more")
    return lines


def _check_database(alias: str, place: Path) -> None:
    """Read the copy in a backup from its beginning to its end, and write nothing; BackupError where that cannot be done."""
    connection = connections[alias]
    if connection.vendor == "postgresql":
        backup.run_postgresql(connection.settings_dict, "pg_restore", "--file=/dev/null", str(place / f"{alias}.dump"))
        return
    try:
        with closing(sqlite3.connect(f"{(place / f'{alias}.sqlite3').resolve().as_uri()}?mode=ro", uri=True)) as held:
            whole = held.execute("PRAGMA quick_check").fetchone() == ("ok",)
    except sqlite3.Error:
        whole = False
    if not whole:
        raise BackupError(f"The database {alias} of the backup is damaged: take another backup.")


def _put_back_database(alias: str, place: Path) -> None:
    connection = connections[alias]
    if connection.vendor == "postgresql":
        dump = place / f"{alias}.dump"
        arguments = (
            "--clean",
            "--if-exists",
            "--no-owner",
            "--no-privileges",
            "--single-transaction",
            f"--dbname={connection.settings_dict['NAME']}",
        )
        backup.run_postgresql(connection.settings_dict, "pg_restore", *arguments, str(dump))
        return
    # Through SQLite itself: whoever has the database open sees the old or the new one, whole.
    with suppress(AnyDatabaseError):
        connection.ensure_connection()
    connection.close()
    file = Path(connection.settings_dict["NAME"])
    file.parent.mkdir(parents=True, exist_ok=True)
    if alias == DATABASE:
        files.make_database_private(file)
    with (
        closing(sqlite3.connect(place / f"{alias}.sqlite3")) as held,
        closing(sqlite3.connect(file, timeout=60)) as target,
    ):
        held.backup(target)


def _delete_again() -> list[str]:
    try:
        again = tombstones.apply()
    except keys.VaultKeyError:
        return [
            "deletions were not applied again, as there is no storage key: run this once more with the archive of the keys"
        ]
    retention.erase()
    return [f"deleted again: {again.deleted} reports, {again.answers} answers; withdrawn again: {again.withdrawn}"]


def _say_so(day: dt.date) -> int:
    """The chain goes on from where the backup ends, and says so; how many events are lost."""
    last = AuditEvent.objects.order_by("-number").first()
    ends_with = last.number if last else 0
    furthest = installation.furthest_head(ends_with)
    lost = max(0, furthest - ends_with)
    installation.remember_cut(ends_with + 1, furthest)
    installation.forget_head()
    audit.record(audit.Action.RESTORED, state=day, lost=lost)
    return lost


# Whether it would be enough


@dataclass(frozen=True)
class Proof:
    """What a restored installation can do."""

    reports: int
    opened: int
    fault: str = ""


def prove() -> Proof:
    """Open the layer at rest of every report, and ask for what finds a receipt."""
    count = Report.objects.count()
    try:
        installation.secrets_of_installation()
    except (installation.NotSetUp, keys.VaultKeyError, OSError) as error:
        return Proof(count, 0, f"No receipt can be looked up and no report opened: {error}")
    opened_ = 0
    for report in Report.objects.order_by("pk").iterator(chunk_size=200):
        with suppress(keys.VaultKeyError):
            services.sealed_report(report)
            opened_ += 1
    fault = "" if opened_ == count else "Some reports were stored under another storage key, or altered."
    return Proof(count, opened_, fault)
