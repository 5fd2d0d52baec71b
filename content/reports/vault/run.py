"""The run directory: what all workers share for a day or less, and what a reboot may forget.

In production ``VAR_DIR/run`` is a tmpfs, so nothing here ever reaches a disk. It holds the day keys of forms, the locks
of the derivation slots, and for a quarter of an hour the mark that a form has just been sent.
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

from . import keys
from .models import today

KEYS_KEPT = 2
# How long the same form shows its receipt again (DECISIONS 45).
RECEIPT_SECONDS = 15 * 60
_POLL_SECONDS = 0.02


def folder() -> Path:
    """The run directory of the vault, made at first use for its owner alone."""
    path = Path(settings.VAR_DIR) / "run" / "reports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


@contextmanager
def _locked(name: str) -> Iterator[None]:
    descriptor = os.open(folder() / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


# Day keys


@dataclass(frozen=True)
class DayKey:
    """The key of the forms of one local day."""

    day: dt.date
    key: bytes = field(repr=False)


def day_keys() -> tuple[DayKey, ...]:
    """The keys of today and, where it still exists, of yesterday. The first worker after midnight makes the new one."""
    held = _read_day_keys()
    if held and held[0].day >= today():
        return held
    with _locked("day-keys.lock"):
        held = _read_day_keys()
        if held and held[0].day >= today():
            return held
        yesterday = today() - dt.timedelta(days=1)
        fresh = DayKey(today(), secrets.token_bytes(keys.KEY_BYTES))
        held = (fresh, *(key for key in held if key.day >= yesterday))[:KEYS_KEPT]
        _write_day_keys(held)
    return held


def _read_day_keys() -> tuple[DayKey, ...]:
    try:
        lines = (folder() / "day-keys").read_text(encoding="ascii").split()
    except FileNotFoundError:
        return ()
    return tuple(
        DayKey(dt.date.fromisoformat(day), bytes.fromhex(key)) for day, key in zip(lines[::2], lines[1::2], strict=True)
    )


def _write_day_keys(held: tuple[DayKey, ...]) -> None:
    fresh = folder() / "day-keys.new"
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.writelines(f"{key.day} {key.key.hex()}\n" for key in held)
    os.replace(fresh, folder() / "day-keys")


# Derivation slots


class Busy(Exception):
    """All slots are taken: the person is asked to try again in a moment."""


class Slot(StrEnum):
    """Each costs 64 MiB while it is held; one is reserved for each kind of work, over all processes (DECISIONS 51)."""

    INTAKE = "intake"
    LOOKUP = "lookup"


@dataclass(frozen=True)
class _Patience:
    seconds: float
    waiting: BoundedSemaphore


# A report waits longer than a question: it must not be lost. Beyond these, threads would be held up for nothing.
_PATIENCE = {
    Slot.INTAKE: _Patience(20, BoundedSemaphore(16)),
    Slot.LOOKUP: _Patience(2, BoundedSemaphore(4)),
}


@contextmanager
def slot(kind: Slot) -> Iterator[None]:
    """Hold the one slot of this kind; Busy when too many wait already or it does not become free in time."""
    patience = _PATIENCE[kind]
    if not patience.waiting.acquire(blocking=False):
        raise Busy
    try:
        descriptor = os.open(folder() / f"slot-{kind}.lock", os.O_RDWR | os.O_CREAT, 0o600)
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


# Forms that have just been sent


def mark_sent(nonce_mac: bytes) -> None:
    """Remember for a quarter of an hour, outside the database, that this form was sent."""
    _forget_old_marks()
    path = _marks() / nonce_mac.hex()
    path.touch(mode=0o600)
    os.utime(path, (time.time(), time.time()))


def was_sent_just_now(nonce_mac: bytes) -> bool:
    """Whether this form was first sent less than a quarter of an hour ago."""
    try:
        return _age(_marks() / nonce_mac.hex()) < RECEIPT_SECONDS
    except FileNotFoundError:
        return False


def _marks() -> Path:
    path = folder() / "sent"
    path.mkdir(exist_ok=True, mode=0o700)
    return path


def _age(path: Path) -> float:
    return time.time() - path.stat().st_mtime


def _forget_old_marks() -> None:
    for path in _marks().iterdir():
        try:
            if _age(path) >= RECEIPT_SECONDS:
                path.unlink()
        except FileNotFoundError:
            continue  # another worker was faster
