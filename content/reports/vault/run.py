"""The run directory: what all workers share for a day or less, and what a reboot may forget.

In production ``VAR_DIR/run`` is a tmpfs, so nothing here ever reaches a disk. It holds the day keys of forms and the locks
of the derivation slots. A file tells when it was made, and no program can change that: so none is made, written or named
because somebody sent a report (``prepare`` makes them all, at the first look at the form and at midnight).
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from threading import BoundedSemaphore

from django.conf import settings

from . import files, keys
from .models import today

KEYS_KEPT = 2
_POLL_SECONDS = 0.02
_KEYS, _KEYS_LOCK = "day-keys", "day-keys.lock"


def folder() -> Path:
    """The run directory of the vault, made at first use for its owner alone."""
    return files.make_folder(Path(settings.VAR_DIR) / "run" / "reports")


def prepare() -> None:
    """Make everything that a report needs here, before there is one; OSError where that is impossible."""
    for name in (_KEYS_LOCK, *(kind.lock for kind in Slot)):
        os.close(_opened(name))
    day_keys()


def _opened(name: str) -> int:
    return os.open(folder() / name, os.O_RDWR | os.O_CREAT, files.FILE)


@contextmanager
def _locked(name: str) -> Iterator[None]:
    descriptor = _opened(name)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def was_done_today(work: str) -> bool:
    """Whether :func:`done_today` has been said of this work since midnight and the last reboot."""
    try:
        return (folder() / work).read_text(encoding="ascii") == today().isoformat()
    except FileNotFoundError:
        return False


def done_today(work: str) -> None:
    """Remember it until midnight or a reboot."""
    _replace(work, today().isoformat())


def _replace(name: str, text: str) -> None:
    """Write a file whole, under a name of its own first."""
    fresh = folder() / f"{name}.new"
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, files.FILE)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    os.replace(fresh, folder() / name)


# Day keys


@dataclass(frozen=True)
class DayKey:
    """The key of the forms of one local day."""

    day: dt.date
    key: bytes = field(repr=False)


def day_keys() -> tuple[DayKey, ...]:
    """The key of today first and, where it still exists, that of yesterday. The first worker after midnight makes the new one.

    A clock that ran ahead has left the key of another day: it is no key of today, and is gone with the next one that is made.
    One that was set back over midnight finds the key that it had.
    """
    if held := _keys_of_today():
        return held
    with _locked(_KEYS_LOCK):
        if held := _keys_of_today():
            return held
        day = dt.timedelta(days=1)
        fresh = DayKey(today(), secrets.token_bytes(keys.KEY_BYTES))
        held = (fresh, *(key for key in _read_day_keys() if abs(key.day - today()) <= day))[:KEYS_KEPT]
        _replace(_KEYS, "".join(f"{key.day} {key.key.hex()}\n" for key in held))
    return held


def _keys_of_today() -> tuple[DayKey, ...]:
    """What is there, that of today first; nothing where today has none."""
    held = _read_day_keys()
    own = [key for key in held if key.day == today()]
    return (*own, *(key for key in held if key not in own)) if own else ()


def _read_day_keys() -> tuple[DayKey, ...]:
    """What is there. A file that cannot be understood is none: forms given out under it have become too old."""
    try:
        lines = (folder() / _KEYS).read_text(encoding="ascii").split()
        pairs = zip(lines[::2], lines[1::2], strict=True)
        return tuple(DayKey(dt.date.fromisoformat(day), bytes.fromhex(key)) for day, key in pairs)
    except (FileNotFoundError, ValueError):
        return ()


# Derivation slots


class Busy(Exception):
    """All slots are taken: the person is asked to try again in a moment."""


class Slot(StrEnum):
    """Each costs 64 MiB or more while it is held; one is reserved for each kind of work, over all processes (DECISIONS 51)."""

    INTAKE = "intake"
    LOOKUP = "lookup"
    # A file on its way into memory, and one that is being cleaned: each costs more than a derivation.
    UPLOAD = "upload"
    CLEANING = "cleaning"

    @property
    def lock(self) -> str:
        return f"slot-{self}.lock"


@dataclass(frozen=True)
class _Patience:
    seconds: float
    waiting: BoundedSemaphore


# A report waits longer than a question: it must not be lost. Beyond these, threads would be held up for nothing.
_PATIENCE = {
    Slot.INTAKE: _Patience(20, BoundedSemaphore(16)),
    # Two threads of a process at most, so that the others are there for texts.
    Slot.LOOKUP: _Patience(2, BoundedSemaphore(2)),
    Slot.UPLOAD: _Patience(20, BoundedSemaphore(2)),
    Slot.CLEANING: _Patience(20, BoundedSemaphore(2)),
}


@contextmanager
def slot(kind: Slot) -> Iterator[None]:
    """Hold the one slot of this kind; Busy when too many wait already or it does not become free in time."""
    patience = _PATIENCE[kind]
    if not patience.waiting.acquire(blocking=False):
        raise Busy
    try:
        descriptor = _opened(kind.lock)
        try:
            _lock_within(descriptor, patience.seconds)
            yield
        finally:
            os.close(descriptor)
    finally:
        patience.waiting.release()


def _lock_within(descriptor: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise Busy from None
            time.sleep(_POLL_SECONDS)
        else:
            return
