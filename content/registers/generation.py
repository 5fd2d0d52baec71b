"""The site generation: one random value that changes whenever something public may have changed (DECISIONS 7).

It is part of every cache key, so replacing it empties every cache of every process at once. It lives in a file of its
own, written by rename; with a shared cache (Redis) it is a key without expiry. It is never an entry of Django's file
cache: that one culls at random. A missing generation is simply made anew.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

_KEY = "site-generation"


def _shared() -> bool:
    return bool(getattr(settings, "GENERATION_IN_CACHE", False))


def _path() -> Path:
    return settings.VAR_DIR / "cache" / "generation"


# What the file held, with its identity: a rename gives it another inode and time, so one stat tells whether to read.
_seen: tuple[tuple[int, int], str] | None = None


def current() -> str:
    """The generation now. Read it before the first query of a request, or a stale page could be stored as new."""
    global _seen
    if _shared():
        return cache.get(_KEY) or replace()
    path = _path()
    try:
        status = os.stat(path)
        identity = (status.st_ino, status.st_mtime_ns)
        if _seen is not None and _seen[0] == identity:
            return _seen[1]
        value = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return replace()
    if not value:
        return replace()
    _seen = (identity, value)
    return value


def replace() -> str:
    """Start a new generation at once and return it."""
    value = secrets.token_hex(16)
    if _shared():
        cache.set(_KEY, value, timeout=None)
        return value
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix="generation-")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(value)
    os.replace(name, path)
    return value


def replace_after_commit(using: str | None = None) -> None:
    """Start a new generation once the change is visible to other processes."""
    transaction.on_commit(replace, using=using)
