"""Which connections outlive the request that opened them. A real server is asked in reports/test_failing_server.py."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import DjangoDbBlocker

from content.reports.vault import files
from tests.privileges import UNPRIVILEGED


@pytest.fixture
def opened(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[BaseDatabaseWrapper]:
    """A connection to a file, among those that Django closes at the end of a request; not opened yet."""
    held = {**connections.settings["default"], "ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "x.sqlite3"}
    connections.settings["beside"] = {
        **held,
        "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL", "timeout": 5},
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
    monkeypatch.setattr(files.os, "access", lambda path, mode: not (path == held and mode == os.W_OK))
    held.touch()
    opened.ensure_connection()
    assert opened.connection is not None
    close_old_connections()
    assert opened.connection is None
    monkeypatch.undo()
    opened.ensure_connection()
    close_old_connections()
    assert opened.connection is not None


def _open_beside_one_that_only_reads(beside: BaseDatabaseWrapper) -> list[bool]:
    """Which are kept: opened in a bad moment, opened after it beside the first, opened once both are closed."""
    exec(UNPRIVILEGED)  # In this thread, which ends.
    parts = list(Path(str(beside.settings_dict["NAME"])).parent.iterdir())
    first, second, third = (beside.copy() for _ in range(3))
    for part in parts:
        part.chmod(0o400)
    first.ensure_connection()
    for part in parts:
        part.chmod(0o600)
    second.ensure_connection()
    with second.cursor() as cursor, pytest.raises(OperationalError, match="readonly"):
        cursor.execute("INSERT INTO one VALUES (1)")
    first.close()
    second.close()
    third.ensure_connection()
    with third.cursor() as cursor:
        cursor.execute("INSERT INTO one VALUES (1)")
    third.close()
    return [one.close_at is None for one in (first, second, third)]


def test_what_shares_the_shm_file_of_one_that_only_reads_ends_too(opened: BaseDatabaseWrapper, tmp_path: Path) -> None:
    with opened.cursor() as cursor:
        cursor.execute("CREATE TABLE one (two)")
        # As a server leaves them that was killed.
        left = shutil.copytree(tmp_path, tmp_path / "left")
    opened.close()
    opened.settings_dict["NAME"] = left / "x.sqlite3"
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(_open_beside_one_that_only_reads, opened).result() == [False, False, True]


def test_what_waits_for_another_writer_is_kept(opened: BaseDatabaseWrapper) -> None:
    opened.ensure_connection()
    second = opened.copy()
    with opened.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        second.ensure_connection()
        cursor.execute("ROLLBACK")
    assert second.close_at is None
    with second.cursor() as cursor:
        # As patient as the settings have it.
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (5000,)
    second.close()


def test_a_connection_of_the_settings_is_kept_for_good() -> None:
    """Otherwise none of this would be asked for, and every request would open the database."""
    assert {held["CONN_MAX_AGE"] for held in settings.DATABASES.values()} == {None}
