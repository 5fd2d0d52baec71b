"""The portal on PostgreSQL: both databases from the first migration, the demo, and the suites that meet the database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.demo import Demo, build
from tests.postgresql import PostgreSQL
from tests.servers import ROOT

pytestmark = [pytest.mark.postgresql, pytest.mark.xdist_group("postgresql")]

# What speaks to the database in words that differ, or must answer alike: run as they stand, on PostgreSQL. Where the content
# of the demonstration is loaded it stays, so those that want it have a run and a database of their own.
SUITES = (
    ("rooms", "not demo", ("tests/content", "tests/search", "tests/accounts")),
    (
        "addresses",
        "demo",
        (
            "tests/contracts/test_adversarial_urls.py",
            "tests/contracts/test_query_budget.py",
            "tests/content/education/test_shipped_stories.py",
        ),
    ),
)
# What these send never becomes part of a question to a database, whichever it is.
_URLS = "tests/contracts/test_adversarial_urls.py::test_"
UNASKED = ("every_address_with_hostile_bodies", "every_address_with_odd_headers", "every_address_with_other_methods")
# These start a server of their own, whose database is not ours to choose.
ELSEWHERE = "postgresql or elasticsearch or browser"
# Loaded into PostgreSQL by test_judged_search, which asks it all the queries.
CORPUS = "tests/search/test_judging.py::test_the_corpus_is_the_same_for_each_seed_and_follows_the_rules"


def test_the_demo_is_built_twice_and_the_second_time_changes_nothing(postgresql: PostgreSQL, tmp_path: Path) -> None:
    pair = postgresql.pair()
    site = build(tmp_path / "site", **pair)
    count = "select count(*), coalesce(max(id), 0) from"
    tables = ("wagtailcore_page", "wagtailcore_revision", "jobs_joblisting", "registers_fact", "search_searchdocument")
    name = pair["DATABASE_URL"].rpartition("/")[2]
    before = {table: postgresql.query(name, f"{count} {table}") for table in tables}
    site.manage("demo", **pair)
    assert {table: postgresql.query(name, f"{count} {table}") for table in tables} == before
    assert all(int(held.split("|")[0]) > 0 for held in before.values()), before
    assert "No changes detected" in site.manage("makemigrations", "--check", "--dry-run", **pair)


@pytest.mark.parametrize(("chosen", "paths"), [suite[1:] for suite in SUITES], ids=[suite[0] for suite in SUITES])
def test_the_suite_passes(
    chosen: str, paths: tuple[str, ...], postgresql: PostgreSQL, demo: Demo, tmp_path: Path
) -> None:
    pair = postgresql.pair()
    marks = f"{chosen} and not ({ELSEWHERE})"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--database-only", "-m", marks]
    command += [f"--deselect={CORPUS}", *(f"--deselect={_URLS}{name}" for name in UNASKED), *paths]
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("PYTEST_XDIST")},
        **pair,
        # The files of a demo beside the databases (keys, media) come from the one that is built already.
        "DEMO_DIR": str(demo.folder),
        "VAR_DIR": str(tmp_path / "var"),
    }
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert " passed" in run.stdout
