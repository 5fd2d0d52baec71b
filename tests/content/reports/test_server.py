"""The report path on the shipped server: what is left behind, two workers, restarts and kill -9 (DECISIONS 45, 60)."""

from __future__ import annotations

import base64
import contextlib
import io
import os
import secrets
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from PIL import Image

from content.reports.headers import HEADERS
from content.reports.vault import attachment
from content.reports.vault.receipt import Receipt
from tests.content.reports.reporting import DistantReporter, Phone, hidden, receipt_in, text_of
from tests.demo import Demo, serving
from tests.postgresql import PostgreSQL
from tests.servers import Answer, Server

pytestmark = pytest.mark.demo


@pytest.fixture(scope="module")
def site(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demonstration site once more, for this module: reports are sent to it."""
    copy = demo.copy(tmp_path_factory.mktemp("reports") / "site")
    (copy.folder / "tmp").mkdir()
    return copy


@pytest.fixture(scope="module")
def server(site: Demo) -> Iterator[Server]:
    """Two workers whose temporary folder lies inside the site."""
    with serving(site, **temporary(site)) as running:
        yield running


def temporary(site: Demo) -> dict[str, str]:
    return {"TMPDIR": str(site.folder / "tmp"), "SQLITE_TMPDIR": str(site.folder / "tmp")}


def vault_rows(site: Demo, question: str) -> list[tuple]:
    """The answer of the reports database, asked from outside."""
    with closing(sqlite3.connect(site.folder / "db" / "reports.sqlite3", timeout=20)) as database:
        return database.execute(question).fetchall()


def counted(site: Demo, table: str) -> int:
    return vault_rows(site, f"SELECT count(*) FROM vault_{table}")[0][0]


def photo() -> bytes:
    """As small as one can be."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "JPEG")
    return out.getvalue()


# What is left behind


def shapes(marker: str) -> dict[str, bytes]:
    """A text in the forms in which a program might have written it."""
    found = {
        "UTF-8": marker.encode(),
        "UTF-16 LE": marker.encode("utf-16-le"),
        "UTF-16 BE": marker.encode("utf-16-be"),
        "URL": quote(marker, safe="").encode(),
        "URL lower": quote(marker, safe="").lower().encode(),
        "URL plus": quote_plus(marker).encode(),
        "JSON": marker.encode("ascii", "backslashreplace"),
        "hexadecimal": marker.encode().hex().encode(),
        "HEXADECIMAL": marker.encode().hex().upper().encode(),
    }
    for offset in range(3):
        # Three alignments; what depends on the neighbours is cut off.
        coded = base64.b64encode(b"\0" * offset + marker.encode())
        found[f"base64 {offset}"] = coded[4 if offset else 0 : -4]
    return found


def files_below(folder: Path) -> Iterator[Path]:
    """Every file; rglob would fail where a folder goes while it is walked through."""
    for where, _folders, names in os.walk(folder):
        yield from (Path(where, name) for name in names)


def left_behind(folder: Path, *markers: str) -> set[tuple[str, str]]:
    """(file, form) of every marker found in any file below ``folder``."""
    needles = [(name, needle) for marker in markers for name, needle in shapes(marker).items()]
    hits = set()
    for path in files_below(folder):
        with contextlib.suppress(FileNotFoundError):
            if path.is_file():
                content = path.read_bytes()
                hits |= {(str(path.relative_to(folder)), name) for name, needle in needles if needle in content}
    return hits


def marker() -> str:
    """A text that occurs nowhere else; the last letter is written differently in every form."""
    return f"ZXQ {secrets.token_hex(12)}/ü"


@pytest.mark.parametrize("name", list(shapes("x" * 12)))
def test_the_search_finds_what_is_planted_in_a_file(tmp_path: Path, name: str) -> None:
    planted = marker()
    assert not left_behind(tmp_path, planted)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"\x01before" + shapes(planted)[name] + b"after\xff")
    assert ("deep/file", name) in left_behind(tmp_path, planted)


def test_the_search_finds_what_is_planted_in_the_running_site(site: Demo, server: Server) -> None:
    planted = marker()
    (site.folder / "tmp" / "upload").write_text(planted)
    with server.output.open("a") as output:
        output.write(f"WARNING {planted}\n")
    with closing(sqlite3.connect(site.folder / "db" / "reports.sqlite3", timeout=20)) as database:
        database.execute("PRAGMA wal_autocheckpoint=0")
        database.execute("CREATE TABLE planted (text TEXT)")
        database.execute("INSERT INTO planted VALUES (?)", (planted,))
        database.commit()
        found = {path for path, _shape in left_behind(site.folder, planted)}
        assert {"tmp/upload", server.output.name, "db/reports.sqlite3-wal"} <= found
        database.execute("DROP TABLE planted")
        database.commit()


def provoke(site: Demo, server: Server, text: str) -> dict[str, Answer]:
    """Send ``text`` in every field and header, and make the server fail with it in its hands."""
    said = {"User-Agent": text, "Referer": f"{server.url}/id/?q={quote(text)}", "Cookie": f"a={quote(text)}"}
    said = {name: value.encode().decode("latin-1") for name, value in said.items()}
    reporter = DistantReporter(server, said)
    form = reporter.form()
    answers = {"sent": reporter.send(form, story=f"{text} terjadi di sini.", contact=text)}
    number = receipt_in(answers["sent"]) or ""
    answers["changed"] = reporter.send(form, story=f"{text} terjadi di sana.", contact=text)
    page = reporter.status(number)
    answers["added"] = reporter.post(**{**hidden(page), "text": text})
    for _time in range(5):
        answers["unknown"] = reporter.status(Receipt.generate().grouped)
    answers["wrong"] = reporter.send(reporter.form(), story=text[:5], contact=text)
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    answers["too large"] = server.ask("/layanan/", "POST", quote(text).encode() * 20_000, kind)
    kind = {"Content-Type": "multipart/form-data", "Sec-Fetch-Site": "same-origin"}
    answers["malformed"] = server.ask("/layanan/", "POST", text.encode(), kind)
    answers["address"] = server.ask(f"/layanan/{quote(text)}?l={quote(text)}", "GET", None, said)
    answers["foreign"] = server.ask(
        "/layanan/", "POST", quote(text).encode(), {**said, "Origin": "https://jahat.example"}
    )
    # A mode that does not exist is found only once the form is sent again, with the text in hand.
    change(site, "UPDATE vault_report SET mode = 'no-mode'")
    answers["broken"] = reporter.send(form, story=f"{text} lagi dan lagi.", contact=text)
    change(site, "UPDATE vault_report SET mode = 'server'")
    (key,) = (site.folder / "keys").glob("reports-storage.key")
    fresh = reporter.form()
    key.rename(key.with_name("away"))
    answers["closed"] = reporter.send(fresh, story=f"{text} yang terakhir.", contact=text)
    key.with_name("away").rename(key)
    return answers


def change(site: Demo, statement: str) -> None:
    """Change rows from outside."""
    with closing(sqlite3.connect(site.folder / "db" / "reports.sqlite3", timeout=20)) as database:
        database.execute(statement)
        database.commit()


def test_nothing_of_a_report_is_left_behind(site: Demo, server: Server) -> None:
    text = marker()
    answers = provoke(site, server, text)
    assert {name: answer.status for name, answer in answers.items()} == {
        "sent": 200,
        "changed": 200,
        "added": 200,
        "unknown": 200,
        "wrong": 200,
        "too large": 413,
        "malformed": 400,
        "address": 404,
        "foreign": 403,
        "broken": 500,
        "closed": 200,
    }
    assert answers["closed"].header("X-Intake") == "closed"
    number = receipt_in(answers["sent"]) or ""
    assert number
    assert "Report path failed: ValueError" in server.output.read_text()
    rid, header = vault_rows(site, "SELECT hex(rid), header FROM vault_report")[-1]
    assert not left_behind(site.folder, text, number, number.replace(" ", ""))
    default = {hit for hit in left_behind(site.folder, rid.lower()) if hit[0].startswith("db/lentera")}
    assert not default
    assert header


# Two workers and a restart


def test_every_answer_of_the_server_has_our_headers_alone(server: Server) -> None:
    large = b"x" * 600_000
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    answers = [
        server.ask("/layanan/"),
        server.ask("/layanan/tidak-ada"),
        server.ask("/layanan/", "DELETE"),
        server.ask("/layanan/", "POST", large, kind),
    ]
    for answer in answers:
        names = {name.title() for name, _value in answer.headers}
        # The server adds its date and its name; behind nginx the name is nginx's (docs/runbooks/nginx-reports.md).
        assert names - {"Date", "Server", "Connection"} == {name.title() for name in HEADERS} | {"Content-Length"}
        assert not any(c.isdigit() for c in answer.header("Server"))


def test_ten_megabytes_get_the_page_and_not_a_broken_connection(server: Server) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    answer = server.ask("/layanan/", "POST", b"story=" + b"x" * 10_000_000, kind)
    assert answer.status == 413
    assert "tel:110" in text_of(answer)


def test_one_form_sent_by_many_at_once_is_one_report(site: Demo, server: Server) -> None:
    reporter = DistantReporter(server)
    form, before = reporter.form(), counted(site, "report")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: reporter.send(form), range(8)))
    assert len({receipt_in(answer) for answer in answers}) == 1
    assert receipt_in(answers[0])
    assert counted(site, "report") == before + 1


def test_a_form_and_its_number_survive_a_restart(site: Demo) -> None:
    with serving(site) as first:
        form = DistantReporter(first).form()
        number = receipt_in(DistantReporter(first).send(form))
        fresh = DistantReporter(first).form()
    before = counted(site, "report"), counted(site, "message")
    with serving(site) as second:
        reporter = DistantReporter(second)
        assert receipt_in(reporter.send(form)) == number
        assert receipt_in(reporter.send(form, story="Cerita yang lain sama sekali.")) == number
        assert (counted(site, "report"), counted(site, "message")) == (before[0], before[1] + 1)
        assert receipt_in(reporter.send(fresh))
        # As if a quarter of an hour had passed: no second of it fits this mark.
        change(site, "UPDATE vault_formtoken SET moment_mac = zeroblob(32)")
        late = reporter.send(form)
        assert not receipt_in(late)
        assert "sudah" in text_of(late)
        assert "Laporan Anda" in text_of(reporter.status(number or ""))
    assert counted(site, "report") == before[0] + 1


@pytest.mark.parametrize("moment", [0.02, 0.2])
def test_a_killed_server_keeps_a_whole_report_or_none_and_leaves_nothing_behind(site: Demo, moment: float) -> None:
    text, before = marker(), counted(site, "report")
    answered: list[Answer] = []
    with serving(site, **temporary(site)) as doomed:
        reporter = DistantReporter(doomed)
        forms = [reporter.form() for _time in range(4)]

        def send(form: dict[str, str]) -> None:
            with contextlib.suppress(Exception):
                answered.append(reporter.send(form, story=f"{text} dan seterusnya."))

        threads = [threading.Thread(target=send, args=(form,)) for form in forms]
        for thread in threads:
            thread.start()
        time.sleep(moment)
        os.killpg(doomed.process.pid, signal.SIGKILL)
        for thread in threads:
            thread.join()
    assert not left_behind(site.folder, text)
    shown = {receipt_in(answer) for answer in answered} - {None}
    with serving(site) as again:
        story = f"{text} dan seterusnya."
        numbers = {receipt_in(DistantReporter(again).send(form, story=story)) for form in forms}
        for number in shown:
            assert "Laporan Anda" in text_of(DistantReporter(again).status(number or ""))
    assert len(numbers - {None}) == 4
    assert shown <= numbers
    assert counted(site, "report") == before + 4
    assert counted(site, "formtoken") >= 4


def test_the_files_of_the_vault_are_private_while_it_works(site: Demo, server: Server) -> None:
    assert receipt_in(DistantReporter(server).send(DistantReporter(server).form()))
    held = [*(site.folder / "keys").iterdir(), *(site.folder / "run" / "reports").iterdir()]
    held += [path for path in (site.folder / "db").iterdir() if path.name.startswith("reports.")]
    assert {"reports.sqlite3-wal", "reports.sqlite3-shm", "day-keys", "reports-storage.key"} <= {p.name for p in held}
    assert {path: path.stat().st_mode & 0o077 for path in held} == dict.fromkeys(held, 0)


def test_unknown_numbers_are_equal_in_bytes_over_both_workers(server: Server) -> None:
    reporter = DistantReporter(server)
    answers = {reporter.status(Receipt.generate().digits).body for _time in range(12)}
    assert len(answers) == 1


@pytest.mark.postgresql
def test_it_works_the_same_on_postgresql(demo: Demo, tmp_path: Path, postgresql: PostgreSQL) -> None:
    site = demo.copy(tmp_path / "site")
    chosen = {"REPORTS_DATABASE_URL": postgresql.pair()["REPORTS_DATABASE_URL"]}
    site.manage("migrate", "vault", "--database", "reports", "-v0", **chosen)
    site.manage("reports_demo_unit", "--key-out", str(site.folder / "keys" / "other.pem"), **chosen)
    with serving(site, **chosen) as running:
        reporter = DistantReporter(running)
        form = reporter.form()
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _n: reporter.send(form), range(6)))
        number = receipt_in(answers[0]) or ""
        assert {receipt_in(answer) for answer in answers} == {number}
        assert receipt_in(reporter.send(form, story="Cerita yang lain sama sekali.")) == number
        page = reporter.status(number)
        assert "ditambahkan" in text_of(reporter.post(**{**hidden(page), "text": "Satu lagi."}))
        assert "ditambahkan" in text_of(reporter.post_file(photo(), **hidden(page)))
        phone, file = Phone(reporter, number), attachment.seal(os.urandom(200_000), "jpg", attachment.Cleaned.PHONE)
        sealed = phone.envelope(file)
        with ThreadPoolExecutor(6) as pool:
            assert {answer.status for answer in pool.map(lambda n: phone.put(file, n % 4), range(12))} == {200}
            ended = {answer.status for answer in pool.map(lambda _n: phone.more(sealed, file), range(6))}
        assert ended == {200}
        assert phone.put(file, 0, b"x" * 65_552).status == 409
    listed = site.manage("reports_list", **chosen)
    assert "+4" in listed
    assert listed.splitlines()[-1] == "1 reports"
