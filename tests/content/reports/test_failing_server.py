"""Check 28 on the shipped server: its database is full, locked or may only be read. An honest page, the text kept, no receipt."""

from __future__ import annotations

import os
import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.content.reports.reporting import DistantReporter, errors_in, kept_in, receipt_in, text_of
from tests.content.reports.test_server import counted, left_behind, marker, temporary
from tests.demo import Demo, serving
from tests.privileges import UNPRIVILEGED
from tests.servers import Server

pytestmark = pytest.mark.demo

AT_ONCE = 16


@pytest.fixture
def site(demo: Demo, tmp_path: Path) -> Demo:
    copy = demo.copy(tmp_path / "site")
    (copy.folder / "tmp").mkdir()
    return copy


@pytest.fixture
def server(site: Demo, tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "sitecustomize.py").write_text(UNPRIVILEGED)
    with serving(site, PYTHONPATH=str(tmp_path), **temporary(site)) as running:
        yield running


def processes(server: Server) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(path.name)) == server.process.pid:
                found.append(int(path.name))
        except OSError:
            continue
    return found


@contextmanager
def full(site: Demo, server: Server) -> Iterator[None]:
    """No file of the server takes anything beyond its first page; readiness sees room on the disk all the same."""
    everybody = processes(server)
    for process in everybody:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    yield
    for process in everybody:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def locked(site: Demo, server: Server) -> Iterator[None]:
    """Somebody else writes and does not stop."""
    with closing(sqlite3.connect(site.folder / "db" / "reports.sqlite3", timeout=20)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()


@contextmanager
def read_only(site: Demo, server: Server) -> Iterator[None]:
    files = list((site.folder / "db").glob("reports.sqlite3*"))
    for path in files:
        path.chmod(0o400)
    yield
    for path in files:
        path.chmod(0o600)


@pytest.mark.parametrize("way", [full, locked, read_only])
def test_check_28_a_database_that_takes_nothing(
    site: Demo, server: Server, way: Callable[[Demo, Server], contextmanager[None]]
) -> None:
    reporter, text = DistantReporter(server), marker()
    number = receipt_in(reporter.send(reporter.form())) or ""
    form, *others = [reporter.form() for _ in range(7)]
    before = counted(site, "report")
    with way(site, server):
        started = time.monotonic()
        answer = reporter.send(form, story=f"{text} dan seterusnya.", contact="di warung")
        assert time.monotonic() - started < 60
        assert not receipt_in(answer)
        page = text_of(answer)
        assert answer.status in (200, 503)
        assert "tel:110" in page
        assert "tel:129" in page
        kept = kept_in(answer, "story") or kept_in(answer, "kept")
        assert text in kept
        assert "tersimpan" in errors_in(answer)
        # More at once than a worker has threads: each of them opens the database in this state.
        with ThreadPoolExecutor(AT_ONCE) as crowd:
            list(crowd.map(reporter.status, [number] * AT_ONCE))
    assert counted(site, "report") == before
    # The same form again, and it is stored; so is everybody's, whichever thread answers.
    sent = receipt_in(reporter.send(form, story=f"{text} dan seterusnya.", contact="di warung"))
    assert sent
    assert all(receipt_in(reporter.send(other)) for other in others)
    assert counted(site, "report") == before + 1 + len(others)
    for one in (number, sent):
        assert "Laporan Anda" in text_of(reporter.status(one))
    assert not left_behind(site.folder, text)
