"""Databases that have every table and no content, made once in a test run: all others begin as copies of them.

A migration from nothing takes most of a minute. ``migrated_file`` is SQLite's, with which the test database of every
process begins; ``migrated_databases`` are a pair on PostgreSQL. Of a copy Django still asks whether a migration is missing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from tests.demo import Demo, copy_database
from tests.postgresql import PostgreSQL
from tests.servers import once, run_folder


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SQLite's file of the portal, without that of the reports."""
    site = Demo(once(run_folder(tmp_path_factory) / "migrated", lambda folder: Demo(folder).manage("migrate", "-v0")))
    return site.folder / "db" / "lentera.sqlite3"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, django_db_modify_db_settings_parallel_suffix: None
) -> Iterator[None]:
    """Let the test database in memory begin as a copy."""
    creation = connections["default"].creation
    if connections["default"].vendor != "sqlite":
        yield
        return
    source, made = request.getfixturevalue("migrated_file"), creation._create_test_db

    def copied(*arguments: Any, **options: Any) -> str:
        name = made(*arguments, **options)
        copy_database(source, held)
        return name

    # What lies in memory is gone with the last who holds it.
    with (
        closing(sqlite3.connect(creation._get_test_db_name(), uri=True)) as held,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(creation, "_create_test_db", copied)
        yield


@pytest.fixture(scope="session")
def migrated_databases(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The addresses of a pair on PostgreSQL: to be copied, not to be used."""
    pair, site = postgresql.pair(), Demo(tmp_path_factory.mktemp("migrated"))
    site.manage("migrate", "-v0", **pair)
    site.manage("migrate", "--database", "reports", "-v0", **pair)
    return pair
