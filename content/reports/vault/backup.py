"""Backups: two archives, each sealed to a public age key whose private half lies elsewhere (DECISIONS 53).

One holds the databases and what belongs to them, the other the storage key and what is remembered outside the databases. They are
to be kept in different places: the databases without the key open nothing, not even a receipt. What is older than 30 days is
removed, so that what was deleted is gone in the end.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage
from django.conf import settings
from django.db import connections
from django.utils import timezone

from . import files, installation, tombstones

VERSION = 1
DAYS_KEPT = 30
DATABASES, KEYS = "databases", "keys"
KINDS = (DATABASES, KEYS)
ALIASES = ("default", "reports")
# What is remembered beside the databases and must not go back with them.
REMEMBERED = ("tombstones", "rosters", "audit-head", "audit-cuts", "restored")
# How the folders begin in which both work, and after how long nobody works in one any more.
MAKING, RESTORING = "backup-", "restore-"
WORKING, LEFT_SECONDS = (MAKING, RESTORING), 3600
_PIECE = 256 * 1024
_NAME = re.compile(r"lentera-(\d{4}-\d\d-\d\d)T\d{6}-(databases|keys)\.tar\.age")


class BackupError(Exception):
    """No backup was made; the text says why and what to do."""


@dataclass(frozen=True)
class Archive:
    """A sealed archive, by what its name says."""

    path: Path
    day: dt.date
    kind: str


@dataclass
class Made:
    """What was done, a line for each thing."""

    lines: list[str] = field(default_factory=list)


# A part of an archive: its name there, and the file that it is made of.
Part = tuple[str, Path]


def folder(kind: str) -> Path:
    """Where archives of this kind are put."""
    return Path(settings.BACKUP_DIR) / kind


def recipient(kind: str) -> pyrage.x25519.Recipient:
    """Whom archives of this kind are sealed to; BackupError where nobody is named."""
    text = (
        settings.BACKUP_RECIPIENT if kind == DATABASES else settings.BACKUP_KEYS_RECIPIENT or settings.BACKUP_RECIPIENT
    )
    if not text:
        raise BackupError(
            "Set BACKUP_RECIPIENT to a public age key (age1…); `manage.py reports_backup --new-identity` makes one."
        )
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise BackupError("BACKUP_RECIPIENT or BACKUP_KEYS_RECIPIENT is no public age key (age1…).") from error


def archives(kind: str | None = None) -> list[Archive]:
    """Those that are here, oldest first."""
    found = []
    for one in KINDS if kind is None else (kind,):
        for path in files.held_in(folder(one)):
            if (match := _NAME.fullmatch(path.name)) and match[2] == one:
                found.append(Archive(path, dt.date.fromisoformat(match[1]), one))
    return sorted(found, key=lambda archive: archive.path.name)


def outdated() -> list[Archive]:
    """What is older than anything may be kept."""
    return [one for one in archives() if (timezone.localdate() - one.day).days > DAYS_KEPT]


def leftovers() -> list[Path]:
    """What a backup or a restore that was killed has left behind, readable to its owner: older than any that still runs."""
    places = [path for path in files.held_in(Path(settings.VAR_DIR)) if path.name.startswith(WORKING) and path.is_dir()]
    parts = [path for kind in KINDS for path in files.held_in(folder(kind)) if path.suffix == ".part"]
    return [path for path in (*places, *parts) if _age(path) > LEFT_SECONDS]


def _age(path: Path) -> float:
    """Seconds since anything of it was last written; none where it is gone meanwhile."""
    try:
        return time.time() - max(held.stat().st_mtime for held in (path, *path.rglob("*")))
    except OSError:
        return 0


def forget_leftovers(*, but: Sequence[Path] = ()) -> int:
    """Remove them, apart from those that hold one of ``but``; how many."""
    gone = [path for path in leftovers() if not any(kept.is_relative_to(path) for kept in but)]
    for path in gone:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(gone)


def faults() -> list[str]:
    """What is wrong with the backups, each with what to do."""
    found = []
    if left := leftovers():
        found.append(
            f"an interrupted backup or restore left copies behind that can be read ({', '.join(map(str, left))}): run `manage.py reports_nightly`, which removes them"
        )
    try:
        for kind in KINDS:
            recipient(kind)
    except BackupError as error:
        return [*found, str(error)]
    for kind in KINDS:
        held = archives(kind)
        if not held:
            found.append(
                f"there is no archive of the {kind} in {folder(kind)}: let a timer run `manage.py reports_backup`"
            )
        elif (timezone.localdate() - held[-1].day).days > 1:
            found.append(
                f"the newest archive of the {kind} is of {held[-1].day}: look at the timer of `manage.py reports_backup`"
            )
    if old := outdated():
        found.append(
            f"{len(old)} archives are older than {DAYS_KEPT} days, and hold what was deleted: run `manage.py reports_backup`, which removes them"
        )
    return found


def plan() -> list[str]:
    """What a run would do now; nothing is written."""
    return [
        *(f"would seal the {kind} to {recipient(kind)}: {folder(kind)}" for kind in KINDS),
        *(f"  {alias}: {connections[alias].vendor}" for alias in ALIASES),
        *(f"  {name}" for name, _path in (*_beside(), *_secrets())),
        *(f"would remove {one.path}" for one in outdated()),
    ]


def work() -> Made:
    """Make both archives, then remove what is too old. BackupError or OSError where one could not be made: nothing is removed."""
    made = Made()
    forget_leftovers()
    # First: what is deleted from here on is either in the databases no more, or marked in the next archive of the keys.
    tombstones.gather()
    moment = timezone.localtime()
    whom = {kind: recipient(kind) for kind in KINDS}
    for kind in (KEYS, DATABASES):
        path = files.make_folder(folder(kind)) / f"lentera-{moment:%Y-%m-%dT%H%M%S}-{kind}.tar.age"
        about: dict[str, Any] = {"v": VERSION, "kind": kind, "on": moment.date().isoformat()}
        if kind == KEYS:
            _seal(path, whom[kind], about, _secrets())
        else:
            with tempfile.TemporaryDirectory(prefix=MAKING, dir=settings.VAR_DIR) as place:
                copies = [_copy(alias, Path(place)) for alias in ALIASES]
                about["engines"] = {alias: connections[alias].vendor for alias in ALIASES}
                _seal(path, whom[kind], about, [*copies, *_beside()])
        made.lines.append(f"{path} ({path.stat().st_size:,} bytes)")
    for old in outdated():
        old.path.unlink()
        made.lines.append(f"removed, as it was older than {DAYS_KEPT} days: {old.path.name}")
    return made


# What goes in


def _copy(alias: str, place: Path) -> Part:
    connection = connections[alias]
    if connection.vendor == "postgresql":
        path = place / f"{alias}.dump"
        run_postgresql(
            connection.settings_dict, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}"
        )
        return f"databases/{alias}.dump", path
    path = place / f"{alias}.sqlite3"
    file = files.file_of(connection.settings_dict)
    if file is None:  # in memory
        connection.ensure_connection()
        path.write_bytes(connection.connection.serialize())
    else:
        # Through a connection of its own: SQLite copies nothing out of one that is writing.
        with closing(sqlite3.connect(file, timeout=60)) as held, closing(sqlite3.connect(path)) as copy:
            held.backup(copy)
            # One file, and a whole one.
            copy.execute("PRAGMA journal_mode=DELETE")
    with closing(sqlite3.connect(path)) as copy:
        if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise BackupError(f"The database {alias} is damaged: restore an earlier backup.")
    return f"databases/{alias}.sqlite3", path


def run_postgresql(database: Mapping[str, Any], program: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs on a database of the settings; what it says may hold rows, so only its status is passed on."""
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    said = {variable: str(database[key]) for variable, key in named.items() if database.get(key)}
    try:
        run = subprocess.run([program, "--no-password", *arguments], env={**os.environ, **said}, capture_output=True)  # noqa: S603
    except FileNotFoundError as error:
        raise BackupError(f"{program} is not installed (Debian: postgresql-client).") from error
    if run.returncode:
        raise BackupError(f"{program} failed with {run.returncode}. Is it as new as the server?")


def _beside() -> Iterator[Part]:
    """Files that belong to the databases: media, and the words of the form."""
    held = Path(settings.VAR_DIR) / "reports"
    for path in sorted(held.rglob("*")):
        if path.is_file() and path.relative_to(held).parts[0] not in REMEMBERED:
            yield f"reports/{path.relative_to(held)}", path
    media = Path(settings.MEDIA_ROOT)
    for path in sorted(media.rglob("*")):
        if path.is_file():
            yield f"media/{path.relative_to(media)}", path


def _secrets() -> Iterator[Part]:
    """Keys, pins, and what is remembered outside the databases."""
    for name, path in (("storage.key", installation.key_file()), ("units.pins", installation.pins_file())):
        if path.exists():
            yield name, path
    folder_of_keys = Path(settings.VAR_DIR) / "keys"
    for path in files.held_in(folder_of_keys):
        if path.is_file() and path not in (installation.key_file(), installation.pins_file()):
            yield f"keys/{path.name}", path
    held = Path(settings.VAR_DIR) / "reports"
    for name in REMEMBERED:
        for path in [held / name, *sorted((held / name).glob("*"))]:
            if path.is_file():
                yield f"remembered/{path.relative_to(held)}", path


def _seal(path: Path, whom: pyrage.x25519.Recipient, about: dict[str, Any], parts: Iterable[Part]) -> None:
    """Write an archive under its name only once it is whole. Nothing of it lies readable anywhere."""
    fresh, stream = path.with_name(f"{path.name}.part"), _Stream(_tar(about, parts))
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, files.FILE)
    try:
        with os.fdopen(descriptor, "wb") as out:
            pyrage.encrypt_io(stream, out, [whom])
            out.flush()
            os.fsync(out.fileno())
        os.replace(fresh, path)
    except BaseException:
        # Also where it is stopped by hand: no half archive stays.
        fresh.unlink(missing_ok=True)
        if stream.failed is not None:
            raise BackupError(f"Something could not be read: {type(stream.failed).__name__}.") from stream.failed
        raise


class _Stream:
    """A tar file as it is made, piece by piece, for whoever reads."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""
        self.failed: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._rest:
                self._rest = next(self._pieces)
        except StopIteration:
            return b""
        except Exception as error:
            # What the sealing library makes of it says less.
            self.failed = error
            raise
        size = len(self._rest) if size < 0 else size
        given, self._rest = self._rest[:size], self._rest[size:]
        return given


def _tar(about: dict[str, Any], parts: Iterable[Part]) -> Iterator[bytes]:
    """No owner and no time of any file: only what was said."""
    text = json.dumps(about).encode()
    yield _head("backup.json", len(text)) + text + _fill(len(text))
    for name, path in parts:
        with path.open("rb") as file:
            size = left = os.fstat(file.fileno()).st_size
            yield _head(name, size)
            while left:
                piece = file.read(min(left, _PIECE))
                if not piece:
                    raise EOFError
                left -= len(piece)
                yield piece
            yield _fill(size)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _head(name: str, size: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, files.FILE
    return member.tobuf(tarfile.PAX_FORMAT)


def _fill(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)
