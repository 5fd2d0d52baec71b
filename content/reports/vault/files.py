"""Files and folders of the vault: for their owner alone, whatever the umask of the process that makes them."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOLDER, FILE = 0o700, 0o600
_OTHERS = 0o077


def make_folder(path: Path) -> Path:
    """Make the folder and those above it where they are missing. One that exists is left to whoever made it."""
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True, mode=FOLDER)
        path.chmod(FOLDER)
    return path


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Make the folder where it is missing and let nobody else in here meanwhile; its descriptor, to be synced."""
    descriptor = os.open(make_folder(folder), os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def is_private(path: Path) -> bool:
    """Whether nobody but the owner may do anything with it; also true where there is nothing to be seen."""
    try:
        return not stat.S_IMODE(path.stat().st_mode) & _OTHERS
    except OSError:
        return True


def held_in(folder: Path) -> list[Path]:
    """What lies in the folder; nothing where there is none, or where it is closed to us."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def file_of(database: Mapping[str, Any]) -> Path | None:
    """Where a database of the settings lies; None where it is no file: another server's, or in memory."""
    name = str(database["NAME"])
    if "sqlite" not in database["ENGINE"] or name.startswith((":memory:", "file:")):
        return None
    return Path(name)


def parts_of(database: Path) -> tuple[Path, ...]:
    """The files that a SQLite database may consist of."""
    return (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm", "-journal")))


def unwritable(database: Path) -> Path | None:
    """The first of what a SQLite database is written to (its folder, its files) that this process may not write."""
    held = (part for part in parts_of(database) if part.exists())
    return next((path for path in (database.parent, *held) if not os.access(path, os.W_OK)), None)


def make_database_private(database: Path) -> None:
    """Make an empty file for a new database, and close what exists of an old one to others.

    An existing file is never opened here: SQLite's locks are the process's, and closing any descriptor of the file would
    release those of every other thread (https://sqlite.org/howtocorrupt.html, 2.2).
    """
    make_folder(database.parent)
    try:
        descriptor = os.open(database, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE)
    except FileExistsError:
        for part in parts_of(database):
            if not is_private(part):
                _close_to_others(part)
    else:
        os.fchmod(descriptor, FILE)
        os.close(descriptor)


def _close_to_others(path: Path) -> None:
    try:
        path.chmod(FILE)
    except (FileNotFoundError, PermissionError):
        # Gone meanwhile, or somebody else's: then the check reports.W001 says so, and reports are still taken.
        return
