"""The engines. Nobody but this package names one of them; everybody asks :func:`get_engine`."""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from .asking import AskingEngine
from .base import Answering, Engine


def get_engine() -> Answering:
    """Who answers: the engine inside the default database, or Elasticsearch with that one behind it."""
    if not settings.ELASTICSEARCH_URL:
        return get_embedded()
    from .guarded import GuardedEngine

    return GuardedEngine(get_outer(), get_embedded())


def get_outer() -> AskingEngine:
    """Elasticsearch alone. Raises :class:`~search.engines.base.Unavailable` where it cannot answer."""
    from .elastic import ElasticEngine

    return ElasticEngine()


def get_embedded() -> Engine:
    """The engine inside the default database: SQLite or PostgreSQL."""
    if connection.vendor == "postgresql":
        from .postgresql import PostgresqlEngine

        return PostgresqlEngine()
    from .sqlite import SqliteEngine

    return SqliteEngine()
