"""Nothing typed is found afterwards in anything that a served site or Elasticsearch keeps (issue 5, DECISIONS 40, 60)."""

from __future__ import annotations

import re
import secrets
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.content.reports.test_server import left_behind, marker, temporary
from tests.demo import Demo, serving
from tests.elasticsearch import Elasticsearch
from tests.postgresql import USER, PostgreSQL, database_of
from tests.search.judge import QUEUE
from tests.servers import Server

pytestmark = pytest.mark.demo
PATHS = (
    "/id/lowongan/", "/en/lowongan/", "/id/cari/", "/en/cari/", "/id/lowongan/umpan.atom", "/id/lowongan/umpan.json",
    "/api/v1/lowongan/", "/api/v1/perusahaan/", "/id/cari/kata.json",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    copy = demo.copy(tmp_path_factory.mktemp("typed") / "site")
    (copy.folder / "tmp").mkdir()
    return copy


def typed() -> tuple[str, str]:
    """What is typed, and the term that the analysis makes of it: a letter first, or it were a number."""
    term = f"x{secrets.token_hex(12)}"
    return f"{marker()} {term.upper()}", term


def journey(server: Server, text: str) -> set[tuple[str, int]]:
    """``text`` asked everywhere where words can be, alone, with what is found and what is mistyped; what was answered."""
    answered = set()
    said = {"User-Agent": text, "Referer": f"{server.url}/id/cari/?q={quote(text)}", "Cookie": f"a={quote(text)}"}
    said = {name: value.encode().decode("latin-1") for name, value in said.items()}
    for path in PATHS:
        for words in (text, f"perawt lansia {text}", f"taiwan gaji 12 juta “{text}”", f"tolong {text}", text * 60):
            for rest in ("", f"&negara={quote(text)}&hal=2&urut=baru", "&hal=99999"):
                answered.add((path, server.ask(f"{path}?q={quote(words)}{rest}", headers=said).status))
        for name in ("wilayah", "limit", "lang", "x"):
            answered.add((path, server.ask(f"{path}?{name}={quote(text)}", headers=said).status))
    return answered


@contextmanager
def renamed(site: Demo, table: str) -> Iterator[None]:
    """A table is missing meanwhile."""
    with closing(sqlite3.connect(site.folder / "db" / "lentera.sqlite3", timeout=20)) as database:
        database.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
        database.commit()
        yield
        database.execute(f"ALTER TABLE {table}_away RENAME TO {table}")
        database.commit()


def test_nothing_typed_is_left_behind(site: Demo) -> None:
    text, term = typed()
    with serving(site, **temporary(site)) as server:
        answered = journey(server, text)
        assert {status for _path, status in answered} == {200, 400}
        # A question with words is asked on every one of them; a page is answered, whatever was typed.
        assert {path for path, status in answered if status == 200} >= {path for path in PATHS if "api" not in path}
        with renamed(site, "search_searchdocument"):
            failed = [server.ask(f"{room}?q={quote(text)}").status for room in ("/id/lowongan/", "/id/cari/")]
        assert failed == [503, 503]
        assert "The search of lowongan failed: OperationalError" in server.output.read_text()
        assert not left_behind(site.folder, text, term)
        # The search finds what is planted where something might be written: a log, a table and what is temporary.
        (site.folder / "tmp" / "sorted").write_text(term)
        with server.output.open("a") as output:
            output.write(f"WARNING {text}\n")
        with closing(sqlite3.connect(site.folder / "db" / "lentera.sqlite3", timeout=20)) as database:
            database.execute("PRAGMA wal_autocheckpoint=0")
            database.execute("INSERT INTO search_searchword (kind, word, term) VALUES ('job', ?, 'x')", (term,))
            database.commit()
            planted = {path for path, _shape in left_behind(site.folder, text, term)}
            assert planted == {"tmp/sorted", server.output.name, "db/lentera.sqlite3-wal"}
            database.execute("DELETE FROM search_searchword WHERE word = ?", (term,))
            database.commit()


@pytest.mark.postgresql
@pytest.mark.xdist_group("postgresql")
def test_nothing_typed_is_left_behind_in_postgresql(
    postgresql: PostgreSQL, demo_on_postgresql: tuple[Demo, dict[str, str]], tmp_path: Path
) -> None:
    """A failed statement would stand in its log whole: what the doctor asks for keeps it out."""
    like, built = demo_on_postgresql
    pair, (text, term) = postgresql.pair(like=built), typed()
    site, database = like.copy(tmp_path / "site"), database_of(pair["DATABASE_URL"])
    (site.folder / "tmp").mkdir()

    def failed(words: str) -> list[int]:
        postgresql.query(database, "ALTER TABLE search_searchdocument RENAME TO away")
        try:
            return [server.ask(f"{room}?q={quote(words)}").status for room in ("/id/lowongan/", "/id/cari/")]
        finally:
            postgresql.query(database, "ALTER TABLE away RENAME TO search_searchdocument")

    with serving(site, **pair, **temporary(site)) as server:
        words, plainly = typed()
        assert failed(words) == [503, 503]
        assert {path for path, _shape in left_behind(postgresql.folder, plainly)} == {"log"}
    asked = "from portal.doctor import examine; [print(one.advice) for one in examine() if 'statements' in one.name]"
    advice = site.manage("shell", "--no-imports", "-c", asked, **pair)
    said = re.findall(r"ALTER ROLE \S+ SET \w+ = [^;]+;", advice)
    assert len(said) == 1
    for sentence in said:
        postgresql.query(database, sentence)
    try:
        assert "ALTER" not in site.manage("shell", "--no-imports", "-c", asked, **pair)
        with serving(site, **pair, **temporary(site)) as server:
            assert {status for _path, status in journey(server, text)} == {200, 400}
            assert failed(text) == [503, 503]
        for folder in (site.folder, postgresql.folder):
            assert not left_behind(folder, text, term)
    finally:
        postgresql.query(database, f"ALTER ROLE {USER} RESET ALL")


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
def test_nothing_typed_is_left_behind_beside_elasticsearch(
    demo: Demo, elasticsearch: Elasticsearch, tmp_path: Path
) -> None:
    from elasticsearch import Elasticsearch as Client

    site, (text, term) = demo.copy(tmp_path / "site"), typed()
    (site.folder / "tmp").mkdir()
    chosen = {"ELASTICSEARCH_URL": elasticsearch.url, "ELASTICSEARCH_PREFIX": "typed", **QUEUE, **temporary(site)}
    site.manage("migrate", "--verbosity", "0", **chosen)
    site.manage("rebuild_search_index", "--verbosity", "0", **chosen)
    with serving(site, **chosen) as server:
        assert {status for _path, status in journey(server, text)} == {200, 400}
        site.manage("db_worker", "--batch", "--queue-name", "*", **chosen)
        asked = Client(elasticsearch.url).indices.stats(index="typed-*", metric="search")["_all"]["total"]["search"]
        assert asked["query_total"] > 0
        # Nobody listens: the database answers, and it is logged.
        elasticsearch.signal(signal.SIGKILL)
        try:
            assert {status for _path, status in journey(server, text)} == {200, 400}
        finally:
            elasticsearch.start()
    assert "Elasticsearch" in server.output.read_text()
    for folder in (site.folder, elasticsearch.folder):
        assert not left_behind(folder, text, term)
    with Client(elasticsearch.url) as client:
        client.index(index="planted", document={"typed": text})
        try:
            assert {path.split("/")[0] for path, _shape in left_behind(elasticsearch.folder, text)} == {"data"}
        finally:
            client.indices.delete(index="planted")
