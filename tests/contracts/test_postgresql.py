"""The portal on PostgreSQL: both databases from the first migration, the demo, and the suites that meet the database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.demo import Demo
from tests.postgresql import PostgreSQL, database_of
from tests.servers import ROOT

pytestmark = [pytest.mark.postgresql, pytest.mark.xdist_group("postgresql")]

# What speaks to the database in words that differ, or must answer alike: run as they stand, on PostgreSQL. Those that want
# the content of the demonstration have a run of their own, in which it stays.
ROOMS = ("tests/content", "tests/search", "tests/accounts")
ADDRESSES = (
    "tests/contracts/test_adversarial_urls.py",
    "tests/contracts/test_query_budget.py",
    "tests/content/education/test_shipped_stories.py",
)
# What these send never becomes part of a question to a database, or is what every form is asked with as well.
_URLS = "tests/contracts/test_adversarial_urls.py::test_"
UNASKED = (
    "every_address_with_hostile_bodies",
    "every_address_with_malformed_queries",
    "every_address_with_odd_headers",
    "every_address_with_other_methods",
    "every_kind_of_path_with_malformed_queries",
)
# These start a server of their own, whose database is not ours to choose.
ELSEWHERE = "postgresql or elasticsearch or browser"


def test_the_demo_is_built_a_second_time_and_nothing_changes(
    postgresql: PostgreSQL, demo_on_postgresql: tuple[Demo, dict[str, str]]
) -> None:
    site, built = demo_on_postgresql
    pair = postgresql.pair(like=built)
    count = "select count(*), coalesce(max(id), 0) from"
    tables = ("wagtailcore_page", "wagtailcore_revision", "jobs_joblisting", "registers_fact", "search_searchdocument")
    name = database_of(pair["DATABASE_URL"])
    before = {table: postgresql.query(name, f"{count} {table}") for table in tables}
    site.manage("demo", **pair)
    assert {table: postgresql.query(name, f"{count} {table}") for table in tables} == before
    assert all(int(held.split("|")[0]) > 0 for held in before.values()), before
    assert "No changes detected" in site.manage("makemigrations", "--check", "--dry-run", **pair)


def test_the_rooms_pass(postgresql: PostgreSQL, migrated_databases: dict[str, str], demo: Demo, tmp_path: Path) -> None:
    # The vault is made without migrations, as on SQLite.
    template = {"TEST_TEMPLATE_DEFAULT": database_of(migrated_databases["DATABASE_URL"])}
    passes("not demo", ROOMS, tmp_path, {**postgresql.pair(), **template, "DEMO_DIR": str(demo.folder)})


def test_every_address_of_the_demo_passes(
    postgresql: PostgreSQL, demo_on_postgresql: tuple[Demo, dict[str, str]], tmp_path: Path
) -> None:
    site, built = demo_on_postgresql
    site.folder.with_suffix(".built").write_text("whole")
    templates = {
        "TEST_TEMPLATE_DEFAULT": database_of(built["DATABASE_URL"]),
        "TEST_TEMPLATE_REPORTS": database_of(built["REPORTS_DATABASE_URL"]),
    }
    passes("demo", ADDRESSES, tmp_path, {**postgresql.pair(), **templates, "DEMO_DIR": str(site.folder)})


def passes(chosen: str, paths: tuple[str, ...], folder: Path, environment: dict[str, str]) -> None:
    """Run the tests below ``paths`` that carry the marks, in a process whose databases ``environment`` chooses."""
    marks = f"{chosen} and not ({ELSEWHERE})"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--database-only", "-m", marks]
    command += [*(f"--deselect={_URLS}{name}" for name in UNASKED), *paths]
    held = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_XDIST")}
    environment = {**held, **environment, "VAR_DIR": str(folder / "var")}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert " passed" in run.stdout
