"""Which connections outlive the request that opened them. A real server is asked in reports/test_failing_server.py."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import DjangoDbBlocker

from portal import reconnecting


@pytest.fixture
def opened(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[BaseDatabaseWrapper]:
    """A connection to a file, among those that Django closes at the end of a request; not opened yet."""
    held = {**connections.settings["default"], "ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "x.sqlite3"}
    connections.settings["beside"] = {
        **held,
        "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL"},
        "CONN_MAX_AGE": None,
    }
    connection = connections["beside"]
    with django_db_blocker.unblock():
        yield connection
        connection.close()
    del connections["beside"], connections.settings["beside"]


def test_what_may_be_written_is_kept(opened: BaseDatabaseWrapper) -> None:
    opened.ensure_connection()
    close_old_connections()
    assert opened.connection is not None


@pytest.mark.parametrize("part", ["x.sqlite3", "x.sqlite3-wal", "x.sqlite3-shm"])
def test_what_may_only_be_read_ends_with_the_request(
    opened: BaseDatabaseWrapper, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.ensure_connection()
    with opened.cursor() as cursor:
        cursor.execute("CREATE TABLE one (two)")
    held = Path(str(opened.settings_dict["NAME"])).with_name(part)
    assert held.exists()
    opened.close()
    # Root may write to every file, so the leave is taken away where it is asked for.
    monkeypatch.setattr(reconnecting.os, "access", lambda path, mode: not (path == held and mode == os.W_OK))
    held.touch()
    opened.ensure_connection()
    assert opened.connection is not None
    close_old_connections()
    assert opened.connection is None
    monkeypatch.undo()
    opened.ensure_connection()
    close_old_connections()
    assert opened.connection is not None


def test_a_connection_of_the_settings_is_kept_for_good() -> None:
    """Otherwise none of this would be asked for, and every request would open the database."""
    assert {held["CONN_MAX_AGE"] for held in settings.DATABASES.values()} == {None}
