"""A database that could not be written for a moment, and can be again, is opened anew.

Connections outlive requests (CONN_MAX_AGE). SQLite opens a file that may not be written for reading only, and what it opened
so stays so, together with the -shm file that all connections of a process share: one idle thread would keep everybody from
writing until the server is restarted.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from content.reports.vault import files


def watch() -> None:
    """Look at every connection that is opened (called in AppConfig.ready)."""
    connection_created.connect(_once_if_only_read, dispatch_uid="reconnecting")


def _once_if_only_read(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Let a connection that may only read end with the request, or the round of work, that opened it."""
    if (file := files.file_of(connection.settings_dict)) and (
        files.unwritable(file) or _only_reads(connection.connection)
    ):
        connection.close_at = time.monotonic()


def _only_reads(opened: sqlite3.Connection) -> bool:
    """Whether SQLite says so, which knows in what state others of this process have opened the -shm file before.

    Of a database whose own file is open for reading only it says nothing: there the file is asked.
    """
    (patience,) = opened.execute("PRAGMA busy_timeout").fetchone()
    opened.execute("PRAGMA busy_timeout = 0")
    try:
        opened.execute("BEGIN IMMEDIATE")
        opened.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        # Somebody else writes: then it may be written.
        return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY
    finally:
        opened.execute(f"PRAGMA busy_timeout = {patience}")
    return False
