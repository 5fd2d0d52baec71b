"""A real PostgreSQL for tests: its own server in a temporary folder, on a socket there and a free loopback port.

``postgresql`` starts it once in each process of the test run that asks for it; ``pair`` makes the two databases of a
portal there. ``--database-only`` runs of the chosen tests those that meet a database, and of the many cases of one test
two, others in each run (pytest-randomly): they ask the same questions. A test marked ``every_case``, whose cases are rules
of the database or questions of their own, is run whole; one marked ``one_database`` not at all: it takes long, and asks
nothing that others do not.
"""

from __future__ import annotations

import itertools
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.servers import free_port, lacking

USER = "lentera"
# Of the cases of one test, on another database.
CASES = 2
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only", action="store_true", help="only tests that another database may answer otherwise"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--database-only"):
        return
    cases: Counter[str] = Counter()
    taken, left_out = [], []
    for item in items:
        if wanted := _meets_a_database(item):
            test = item.nodeid.partition("[")[0]
            cases[test] += 1
            wanted = cases[test] <= CASES or item.get_closest_marker("every_case") is not None
        (taken if wanted else left_out).append(item)
    items[:] = taken
    config.hook.pytest_deselected(items=left_out)


def _meets_a_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("one_database") is not None:
        return False
    asked_for = set(getattr(item, "fixturenames", ()))
    return bool(asked_for & DATABASE_FIXTURES) or item.get_closest_marker("django_db") is not None


@dataclass(frozen=True)
class PostgreSQL:
    """A running server. ``address`` names a database of it as DATABASE_URL does."""

    programs: Path
    folder: Path
    port: int
    account: str | None
    _numbers: itertools.count = field(default_factory=itertools.count)

    def run(self, program: str, *arguments: str) -> str:
        """What one of PostgreSQL's own programs prints, run as the unprivileged account."""
        command = [str(self.programs / program), *arguments]
        run = subprocess.run(
            command,
            user=self.account,
            group=_group(self.account),
            extra_groups=[] if self.account else None,
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        if run.returncode:
            pytest.fail(f"{program} ended with {run.returncode}:\n{run.stdout}\n{run.stderr}", pytrace=False)
        return run.stdout

    def address(self, database: str) -> str:
        """``postgres://…`` over the loopback port."""
        return f"postgres://{USER}@127.0.0.1:{self.port}/{database}"

    def query(self, database: str, statement: str) -> str:
        """The rows of ``statement``, columns divided by a bar."""
        where = ("-h", str(self.folder), "-p", str(self.port), "-U", USER, "-d", database)
        return self.run("psql", *where, "-A", "-t", "-c", statement).strip()

    def pair(self, like: Mapping[str, str] | None = None) -> dict[str, str]:
        """DATABASE_URL and REPORTS_DATABASE_URL of two new databases: empty, or copies of a pair that nobody is using."""
        number = next(self._numbers)
        names = {"DATABASE_URL": f"portal_{number}", "REPORTS_DATABASE_URL": f"reports_{number}"}
        where = ("-h", str(self.folder), "-p", str(self.port), "-U", USER)
        for variable, name in names.items():
            template = database_of(like[variable]) if like else "template0"
            self.run("createdb", *where, "-E", "UTF8", "-T", template, name)
        return {variable: self.address(name) for variable, name in names.items()}


def database_of(address: str) -> str:
    """The name of the database that ``address`` leads to."""
    return address.rpartition("/")[2]


def _group(account: str | None) -> int | None:
    return pwd.getpwnam(account).pw_gid if account else None


def _programs() -> Path:
    """The folder of the newest installed server programs."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(re.findall(r"\d+", path.parts[-3])[0])
    )
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    if found is None:
        lacking("a PostgreSQL server", "postgresql")
    return Path(found).resolve().parent


def _account() -> str | None:
    """PostgreSQL refuses to run as root: then the account of its package runs it."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        lacking("an unprivileged account for PostgreSQL", "postgresql")
    return "postgres"


@contextmanager
def serving(buffers: str = "64MB") -> Iterator[PostgreSQL]:
    """A server of its own, fast rather than durable, gone at the end. ``buffers`` is its ``shared_buffers``."""
    programs, account = _programs(), _account()
    # Not below pytest's folder: only its owner may enter that one, and a socket's path has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="lentera-postgresql-"))
    if account:
        shutil.chown(folder, account)
    server = PostgreSQL(programs, folder, free_port(), account)
    data = str(folder / "data")
    server.run("initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    options = (
        f"-p {server.port} -k {folder} -h 127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        f" -c max_connections=50 -c shared_buffers={buffers}"
    )
    server.run("pg_ctl", "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "-t", "60", "start")
    try:
        yield server
    finally:
        server.run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """The server of this process of the test run."""
    with serving() as server:
        yield server


@pytest.fixture(scope="session", autouse=True)
def emptied_past_guards() -> Iterator[None]:
    """Let a test that commits be cleaned up after: its tables are emptied past the triggers that refuse TRUNCATE."""
    # Not above: who imports this module for a server alone has no Django set up.
    from django.db.backends.postgresql.operations import DatabaseOperations

    plain = DatabaseOperations.sql_flush

    def past_guards(self: DatabaseOperations, *arguments: Any, **options: Any) -> list[str]:
        statements = plain(self, *arguments, **options)
        return ["SET LOCAL session_replication_role = replica", *statements] if statements else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", past_guards)
        yield
