"""The demonstration site for tests: built once in a test run, served by the shipped server.

``demo`` is the site as ``make demo`` builds it, in a folder of its own. Processes of pytest-xdist share it; whoever comes
first builds it behind a file lock. Tests that change something take ``demo_copy``. ``portal_server`` serves the shared
one: read from it, or send what changes nothing public. ``demo_database`` puts the same content into the test database of
this process, for tests with Django's client. ``demo_on_postgresql`` has its databases there.

Set DEMO_DIR to keep the site between runs while writing tests.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from pytest_django import DjangoDbBlocker

from content.registers import generation
from tests.postgresql import PostgreSQL
from tests.public_templates import ENDED, HELD, HELD_COMPANY, OPEN, SLIP_KEYS
from tests.servers import (
    ROOT,
    Server,
    free_port,
    once,
    run_folder,
    running,
    seen_by_an_old_browser,
    wait_until_it_answers,
)

DATABASES = ("lentera", "reports")
UNTOUCHED = "reports-as-built.sqlite3"
# What a person's shell may hold, and what the settings of the tests have put into this process.
CHOSEN_OUTSIDE = (
    "ALLOWED_HOSTS",
    "BASE_URL",
    "CACHE_URL",
    "CONTACT_HASH_KEY",
    "DATABASE_URL",
    "DEBUG",
    "ELASTICSEARCH_URL",
    "REPORTS_DATABASE_URL",
    "REPORTS_PATH",
    "REPORTS_STORAGE_KEY_FILE",
    "SECRET_KEY",
    "SITE_DECREE",
    "SITE_HOST",
    "SITE_OWNER",
    "SLIP_KEYS",
    "TASKS_BACKEND",
)

KNOWN_BY_CODE = f"""
from content.jobs.models import JobListing
for status, code in (("on_hold", {HELD!r}), ("closed", {ENDED!r})):
    listing = JobListing.objects.filter(status=status, first_public_at__isnull=False).first()
    assert JobListing.objects.filter(pk=listing.pk).update(code=code) == 1
assert JobListing.objects.filter(pk=JobListing.objects.public().first().pk).update(code={OPEN!r}) == 1
assert JobListing.objects.filter(agency__holds__state="open").update(code={HELD_COMPANY!r}) == 1
"""


@dataclass(frozen=True)
class Demo:
    """A demonstration site in a folder: databases, keys, cache, collected files."""

    folder: Path

    def environment(self, **chosen: str) -> dict[str, str]:
        """The environment of a process that works on this site, with nothing inherited that settings read."""
        held = {name: value for name, value in os.environ.items() if name not in CHOSEN_OUTSIDE}
        return {**held, "DJANGO_SETTINGS_MODULE": "portal.settings.dev", "VAR_DIR": str(self.folder), **chosen}

    def manage(self, *arguments: str, **chosen: str) -> str:
        """What ``manage.py`` prints; fails with everything it printed when it does not end well."""
        return manage(self.environment(**chosen), *arguments)

    def copy(self, folder: Path) -> Demo:
        """The same site again in ``folder``: databases through SQLite's own backup, so that it is whole at any moment.

        Its reports are those of the demonstration, whoever else has reported at the shared site meanwhile.
        """
        databases = tuple(f"{name}.sqlite3{part}" for name in DATABASES for part in ("", "-wal", "-shm", "-journal"))
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns(*databases, UNTOUCHED, "cache", "*.log"))
        (folder / "db").mkdir(exist_ok=True)
        for name in DATABASES:
            copy_database(self.folder / "db" / f"{name}.sqlite3", folder / "db" / f"{name}.sqlite3")
        if (built := self.folder / UNTOUCHED).exists():  # a copy of a copy has its own
            shutil.copy(built, folder / "db" / "reports.sqlite3")
        return Demo(folder)


def manage(environment: Mapping[str, str], *arguments: str) -> str:
    """Run ``manage.py`` with ``arguments`` in a process of its own."""
    command = [sys.executable, "manage.py", *arguments]
    run = subprocess.run(command, cwd=ROOT, env=dict(environment), capture_output=True, text=True)
    if run.returncode:
        words = " ".join(arguments)
        pytest.fail(f"manage.py {words} ended with {run.returncode}:\n{run.stdout}\n{run.stderr}", pytrace=False)
    return run.stdout


def copy_database(source: Path, target: Path | sqlite3.Connection) -> None:
    """A consistent copy of a SQLite file, also while it is written to, in another or in a database that is open."""
    with closing(sqlite3.connect(source)) as held:
        if isinstance(target, sqlite3.Connection):
            held.backup(target)
            return
        with closing(sqlite3.connect(target)) as made:
            held.backup(made)


def build(folder: Path, **chosen: str) -> Demo:
    """The demonstration site in ``folder``, as ``make demo`` builds it; ``chosen`` are settings of the environment."""
    site = Demo(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if not all(po.with_suffix(".mo").exists() for po in (ROOT / "portal").glob("locale*/*/LC_MESSAGES/*.po")):
        site.manage("compile_messages")
    (folder / "demo.log").write_text(site.manage("demo", **chosen), encoding="utf-8")
    if "REPORTS_DATABASE_URL" not in chosen:
        copy_database(folder / "db" / "reports.sqlite3", folder / UNTOUCHED)
    return site


@pytest.fixture(scope="session")
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demonstration site, shared: read only."""

    def make(folder: Path) -> None:
        (folder / "db").mkdir(parents=True, exist_ok=True)
        copy_database(request.getfixturevalue("migrated_file"), folder / "db" / "lentera.sqlite3")
        build(folder)

    return Demo(once(Path(os.environ.get("DEMO_DIR") or run_folder(tmp_path_factory) / "demo"), make))


@pytest.fixture
def demo_copy(demo: Demo, tmp_path: Path) -> Demo:
    """The demonstration site once more, for a test that changes it."""
    return demo.copy(tmp_path / "site")


@pytest.fixture(scope="session")
def demo_on_postgresql(
    postgresql: PostgreSQL, migrated_databases: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Demo, dict[str, str]]:
    """The demonstration site with its databases on PostgreSQL, and their addresses: to be copied, not to be used."""
    pair = postgresql.pair(like=migrated_databases)
    return build(tmp_path_factory.mktemp("on_postgresql") / "demo", **pair), pair


@contextmanager
def serving(site: Demo, workers: int = 2, **chosen: str) -> Iterator[Server]:
    """``manage.py serve`` on ``site``: the shipped server, without scheduled work."""
    port = free_port()
    command = [sys.executable, "manage.py", "serve", "--port", str(port), "--workers", str(workers), "--no-tick"]
    environment = site.environment(**{"BASE_URL": f"http://127.0.0.1:{port}", **chosen})
    with running(command, environment, site.folder / f"server-{port}.log", port) as server:
        # A site with https takes this from the web server before it.
        secure = {"X-Forwarded-Proto": environment["BASE_URL"].partition(":")[0]}
        wait_until_it_answers(server, "/sehat/", said=secure)
        yield server


@pytest.fixture(scope="session")
def portal_server(demo: Demo) -> Iterator[Server]:
    """The demonstration site as people reach it. Two workers; one server in each process of the test run."""
    with serving(demo) as server:
        yield server


@pytest.fixture(scope="session")
def sites(demo: Demo, portal_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    """The demonstration site under the circumstances that states of templates need (``public_templates``).

    ``closed`` is the day when nobody could read a report: no unit key is pinned, so the form is closed; a listing on hold,
    one of a company on hold, one that has ended and one on offer have codes that tests know, and slips are signed with a
    key that they hold. ``old browser`` does not say where its forms come from.
    """
    site = demo.copy(tmp_path_factory.mktemp("closed") / "site")
    (site.folder / "keys" / "reports-units.pins").unlink()
    site.manage("shell", "-c", KNOWN_BY_CODE)
    with serving(site, workers=1, SLIP_KEYS=SLIP_KEYS) as closed, seen_by_an_old_browser(portal_server) as old:
        yield {"demo": portal_server, "closed": closed, "old browser": old}


@pytest.fixture(scope="module")
def demo_database(
    demo: Demo, django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """The demonstration site's content and files in this process; SQLite's databases and the files are put back at the end."""
    embedded = connections["default"].vendor == "sqlite"
    folders = [path for path in demo.folder.iterdir() if path.name not in ("db", "cache", "static") and path.is_dir()]
    aside = tmp_path_factory.mktemp("aside")
    for path in folders:
        if (own := settings.VAR_DIR / path.name).exists():
            shutil.move(own, aside / path.name)
        shutil.copytree(path, own)
    with django_db_blocker.unblock():
        if embedded:
            with _sqlite_content(demo):
                _forget()
                yield demo
        else:
            # Nothing could be taken out again: emptied databases would lack what migrations wrote.
            assert apps.get_model("registers.Source").objects.exists(), (
                "Databases of a server begin as copies of demo_on_postgresql: contracts/test_postgresql.py."
            )
            _forget()
            yield demo
    _forget()
    for path in folders:
        shutil.rmtree(settings.VAR_DIR / path.name)
        if (aside / path.name).exists():
            shutil.move(aside / path.name, settings.VAR_DIR / path.name)


def _forget() -> None:
    """Nothing that this process kept of the other content is used: no page, and none of Wagtail's root paths."""
    generation.replace()
    cache.clear()


@contextmanager
def _sqlite_content(demo: Demo) -> Iterator[None]:
    """The shared site's rows, page by page of the file; then what the test database held before."""
    held = {}
    for alias, name in zip(("default", "reports"), DATABASES, strict=True):
        connections[alias].ensure_connection()
        raw = connections[alias].connection
        held[alias] = sqlite3.connect(":memory:")
        raw.backup(held[alias])
        with closing(sqlite3.connect(demo.folder / "db" / f"{name}.sqlite3")) as source:
            source.backup(raw)
    yield
    for alias, before in held.items():
        before.backup(connections[alias].connection)
        before.close()
