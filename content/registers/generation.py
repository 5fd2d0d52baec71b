"""The site generation: one random value that changes whenever something public may have changed (DECISIONS 7).

It is part of every cache key, so replacing it empties every cache of every process at once. It is what a symbolic link
points to: one call of the system reads it, and a rename replaces it. (A file's number and time do not tell whether it is
another one: numbers are given again, clocks of files are coarse.) With a shared cache (Redis) it is a key without expiry.
It is never an entry of Django's file cache: that one culls at random. A missing generation is simply made anew.

Rooms name the tables that public pages show (:func:`watch`). Every statement that writes one of them starts a new
generation after its commit: a form, ``update()``, ``bulk_create()``, a fixture, a cascade, SQL by hand. No signal is
needed for it, so none can be gone past.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from threading import Lock
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Model

logger = logging.getLogger(__name__)

_KEY = "site-generation"
# What stands for the generation of this process while no new one can be started, and when that was tried last.
_owed, _tried = "", 0.0
_renewing = Lock()
_PAUSE = 1.0


def _shared() -> bool:
    return bool(getattr(settings, "GENERATION_IN_CACHE", False))


def _path() -> Path:
    return settings.VAR_DIR / "cache" / "generation"


def current() -> str:
    """The generation now. Read it before the first query of a request, or a stale page could be stored as new."""
    if _owed:
        return _renew(_PAUSE)
    if _shared():
        return cache.get(_KEY) or replace()
    try:
        # Asked dozens of times for one page: no path is put together for it.
        return os.readlink(f"{settings.VAR_DIR}/cache/generation")
    except OSError:  # none yet, or something else lies there
        return _renew(_PAUSE)


def is_owed() -> bool:
    """Whether a change is public and no new generation could be started: this process makes up for it, and keeps no page."""
    return bool(_owed)


def replace() -> str:
    """Start a new generation at once and return it."""
    value = secrets.token_hex(16)
    if _shared():
        cache.set(_KEY, value, timeout=None)
        return value
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"generation-{value}")
    fresh.symlink_to(value)
    try:
        fresh.replace(path)
    except OSError:
        fresh.unlink()
        raise
    return value


def renew() -> str:
    """Start a new generation; where none can be started (no room, no Redis), it is owed, logged and tried again.

    Until then this process shows nothing that was kept. So do the others of its host where the old generation could be taken
    away at least; with Redis they, and a process that ends before, leave what was kept as it is until midnight.
    """
    return _renew(0)


def _renew(pause: float) -> str:
    global _owed, _tried
    with _renewing:
        if _owed and time.monotonic() - _tried < pause:
            return _owed
        try:
            value = replace()
        except Exception:
            # Whatever the client of a shared cache raises. What was committed stands, so nobody above can do anything about it.
            if not _owed:
                logger.exception("No new generation could be started; it is tried again with every page.")
            with suppress(OSError):
                _path().unlink(missing_ok=True)
            _owed, _tried = secrets.token_hex(16), time.monotonic()
            return _owed
        _owed = ""
        return value


def replace_after_commit(using: str | None = None) -> None:
    """Start a new generation once the change is visible to other processes.

    What was committed stands: that no new one could be started is no failure of whoever wrote.
    """
    transaction.on_commit(renew, using=using)


# --- what is kept for a generation ---------------------------------------------------------------------------------

T = TypeVar("T")


class PerGeneration(Generic[T]):
    """A value computed once per process and generation, however many threads ask for it at once.

    The generation is read before the value is computed.
    """

    def __init__(self, load: Callable[[], T]) -> None:
        self._load = load
        self._lock = Lock()
        self._held: tuple[str, T] | None = None
        self._own: ContextVar[T | None] = ContextVar("own", default=None)

    @contextmanager
    def fresh(self) -> Iterator[None]:
        """Inside the block this thread reads the value anew, with what its transaction has changed; nobody else sees it.

        For listeners inside a transaction: the generation is replaced only after commit, so the held value is old there.
        """
        mark = self._own.set(self._load())
        try:
            yield
        finally:
            self._own.reset(mark)

    def __call__(self) -> T:
        own = self._own.get()
        if own is not None:
            return own
        held = self._held
        if held is None or held[0] != current():
            with self._lock:
                # Read again: whoever had the lock before may have loaded just this.
                now, held = current(), self._held
                if held is None or held[0] != now:
                    self._held = held = (now, self._load())
        return held[1]


# --- what is written -----------------------------------------------------------------------------------------------

_tables: set[str] = set()
_WORD = re.compile(r"\w+")
_WRITES = frozenset({"insert", "replace", "update", "delete", "truncate", "merge", "copy"})


def watch(models: Iterable[type[Model]]) -> None:
    """Public pages show these rows and what they refer to many-to-many (called in AppConfig.ready)."""
    for model in models:
        _tables.add(model._meta.db_table)
        _tables.update(field.m2m_db_table() for field in model._meta.local_many_to_many)
    connection_created.connect(_look_on, dispatch_uid="generation")
    for connection in connections.all(initialized_only=True):
        _look_on(connection)


def shows(sql: str) -> bool:
    """Whether a statement may change what public pages show: it writes, and names a table that is watched.

    One that only reads such a table while it writes another counts as well: a page too many is made anew, none too few.
    """
    if sql.lstrip(" \n\t(")[:6].lower() == "select" and ";" not in sql:
        return False
    words = {word.lower() for word in _WORD.findall(sql)}
    return not _tables.isdisjoint(words) and not _WRITES.isdisjoint(words)


def _look_on(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if connection.alias == DEFAULT_DB_ALIAS and _after_writing not in connection.execute_wrappers:
        connection.execute_wrappers.append(_after_writing)


def _after_writing(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    result = execute(sql, params, many, context)
    if shows(str(sql)):
        replace_after_commit(using=context["connection"].alias)
    return result
