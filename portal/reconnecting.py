"""A database that could not be written for a moment, and can be again, is opened anew.

Connections outlive requests (CONN_MAX_AGE). SQLite opens a file that may not be written for reading only, and what it opened
so stays so, together with the -shm file that all connections of a process share: one idle thread would keep everybody from
writing until the server is restarted.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from content.reports.vault import files


def watch() -> None:
    """Look at every connection that is opened (called in AppConfig.ready)."""
    connection_created.connect(_once_if_only_read, dispatch_uid="reconnecting")


def _once_if_only_read(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Let a connection that may only read end with the request, or the round of work, that opened it."""
    if (file := files.file_of(connection.settings_dict)) and not _may_be_written(file):
        connection.close_at = time.monotonic()


def _may_be_written(database: Path) -> bool:
    return all(os.access(part, os.W_OK) for part in files.parts_of(database) if part.exists())
