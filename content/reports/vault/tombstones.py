"""What was deleted is deleted again after a backup was put back (DECISIONS 53): marks outside the database and its backup.

A mark is a MAC under the storage key: without it nobody learns what it stands for, and with it only whoever still has the report.
It names the month and nothing finer. No mark is ever written in the moment in which a reporter does something, or the time of
the file would be that of a withdrawal: ``gather`` does it at night and before a backup, and what is deleted is marked as it goes.
"""

from __future__ import annotations

import datetime as dt
import hmac
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import transaction

from . import duplicates, files, installation, keys
from .envelope import Direction
from .models import DATABASE, Message, Report, today

_LABEL = b"lentera/tombstone/v1"
# Backups are kept for 30 days; a copy that somebody forgot may be older.
MONTHS_KEPT = 3
_CHUNK = 500


class Gone(StrEnum):
    """What became of it."""

    DELETED = "deleted"
    WITHDRAWN = "withdrawn"
    # An answer that its reporter has deleted.
    ANSWER = "answer"


@dataclass(frozen=True)
class Applied:
    """How many of each were deleted or hidden once more."""

    deleted: int = 0
    withdrawn: int = 0
    answers: int = 0


def path() -> Path:
    """Where the marks lie."""
    return Path(settings.VAR_DIR) / "reports" / "tombstones"


@contextmanager
def marked(numbers: Iterable[bytes]) -> Iterator[None]:
    """Reports (by ``rid``) that are deleted within; where that fails, they are marked no more.

    VaultKeyError or OSError where they cannot be marked: then nothing is deleted.
    """
    fresh = _lines(Gone.DELETED, numbers)
    _add(fresh)
    try:
        yield
    except BaseException:
        _rewrite(lambda held: held - fresh)
        raise


def gather() -> int:
    """Mark what is withdrawn and which answers were deleted, and forget what no backup can hold any more; how many are new."""
    withdrawn = Report.objects.exclude(withdrawn_on=None).order_by("pk").values_list("rid", flat=True)
    emptied = (
        Message.objects.filter(direction=Direction.FROM_UNIT, body=b"").order_by("pk").values_list("mid", flat=True)
    )
    return _add(_lines(Gone.WITHDRAWN, withdrawn) | _lines(Gone.ANSWER, emptied), forget=True)


def merge(lines: Iterable[str]) -> int:
    """Marks from another place (of an archive) beside those that are here; how many are new."""
    return _add({line for line in lines if len(line.split()) == 3})


def apply() -> Applied:
    """Delete once more what was deleted after the state that the database is in."""
    marks = {(kind, mark) for _month, kind, mark in (line.split() for line in _read())}
    if not marks:
        return Applied()
    storage = _storage()

    def is_gone(kind: Gone, number: bytes) -> bool:
        return any((str(kind), mark) in marks for mark in _marks(storage, kind, number))

    reports = list(Report.objects.order_by("pk").values_list("pk", "rid"))
    deleted = [pk for pk, rid in reports if is_gone(Gone.DELETED, bytes(rid))]
    withdrawn = [pk for pk, rid in reports if is_gone(Gone.WITHDRAWN, bytes(rid))]
    answers = Message.objects.filter(direction=Direction.FROM_UNIT).exclude(body=b"").values_list("pk", "mid")
    emptied = [pk for pk, mid in answers if is_gone(Gone.ANSWER, bytes(mid))]
    with transaction.atomic(using=DATABASE):
        hidden = wiped = 0
        for some in _pieces(deleted):
            # What was taken for the same as one of them is a report of its own again, as when it was deleted first.
            duplicates.set_free(Report.objects.filter(duplicate_of__in=some).exclude(pk__in=some))
            Report.objects.filter(pk__in=some).delete()
        for some in _pieces(withdrawn):
            # From today: those who may want to know why see it for as long as ever.
            hidden += Report.objects.filter(pk__in=some, withdrawn_on=None).update(withdrawn_on=today())
        for some in _pieces(emptied):
            wiped += Message.objects.filter(pk__in=some).update(body=b"", wraps=b"", signature=b"")
    return Applied(len(deleted), hidden, wiped)


def _pieces(numbers: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(numbers), _CHUNK):
        yield numbers[start : start + _CHUNK]


def _storage() -> keys.StorageKeys:
    try:
        return keys.StorageKeys.read(installation.key_file())
    except FileNotFoundError as error:
        raise keys.VaultKeyError(f"There is no storage key at {installation.key_file()}.") from error


def _marks(storage: keys.StorageKeys, kind: Gone, number: bytes) -> Iterator[str]:
    for key in storage.keys:
        yield hmac.digest(keys.hkdf(key, _LABEL), str(kind).encode() + b"|" + number, "sha256").hex()


def _lines(kind: Gone, numbers: Iterable[bytes]) -> set[str]:
    found = [bytes(number) for number in numbers]
    if not found:
        return set()
    storage, month = _storage(), f"{today():%Y-%m}"
    return {f"{month} {kind} {next(_marks(storage, kind, number))}" for number in found}


# The file: sorted, so that it tells no order


def _read() -> set[str]:
    try:
        return {line for line in path().read_text(encoding="ascii").splitlines() if len(line.split()) == 3}
    except FileNotFoundError:
        return set()


def _add(fresh: set[str], *, forget: bool = False) -> int:
    new = 0

    def change(held: set[str]) -> set[str]:
        nonlocal new
        kept = {line for line in held if _is_kept(line)} if forget else held
        known = {line.split()[2] for line in kept}
        added = {line for line in fresh if line.split()[2] not in known}
        new = len(added)
        return kept | added

    _rewrite(change)
    return new


def _is_kept(line: str) -> bool:
    month = dt.date.fromisoformat(f"{line.split()[0]}-01")
    return (today().year - month.year) * 12 + today().month - month.month < MONTHS_KEPT


def _rewrite(change: Callable[[set[str]], set[str]]) -> None:
    with files.locked(path().parent) as folder:
        held = _read()
        wanted = change(held)
        if wanted != held:
            _replace("".join(f"{line}\n" for line in sorted(wanted)))
            os.fsync(folder)


def _replace(text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path().parent, prefix="tombstones-")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        os.fchmod(file.fileno(), files.FILE)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path())
