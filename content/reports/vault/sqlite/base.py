"""Django's SQLite, for a database that nobody but its owner may read (the ENGINE of the alias ``reports``)."""

from __future__ import annotations

from threading import Lock
from typing import Any

from django.db.backends.sqlite3 import base

from content.reports.vault import files

# Between making the file and closing it no thread may open it: see files.make_database_private.
_making = Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite gives its -wal and -shm the mode of the database, so the file is made before SQLite makes it."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if file := files.file_of(self.settings_dict):
            with _making:
                files.make_database_private(file)
        return super().get_new_connection(conn_params)
