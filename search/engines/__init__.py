"""The engines. Nobody but this package names one of them; everybody asks :func:`get_engine`."""

from __future__ import annotations

from django.db import connection

from .base import Engine


def get_engine() -> Engine:
    """The engine inside the default database: SQLite or PostgreSQL."""
    if connection.vendor == "postgresql":
        from .postgresql import PostgresqlEngine

        return PostgresqlEngine()
    from .sqlite import SqliteEngine

    return SqliteEngine()
