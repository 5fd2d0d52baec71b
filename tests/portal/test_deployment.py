"""The shipped files of nginx and systemd, before the shipped server: who asks is written nowhere (REPORTING checks 16, 18, 20)."""

from __future__ import annotations

import http.server
import io
import json
import os
import re
import secrets
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command

from content.reports.headers import CLOSED, KINDS, OPEN, PAGE, headers
from content.reports.vault import attachment, frame
from content.reports.vault.keys import generate, public_bytes
from content.reports.vault.receipt import Receipt
from portal import outside
from tests.content.reports.reporting import DistantReporter, Phone, hidden, receipt_in, text_of
from tests.content.reports.test_bursts import sealed
from tests.content.reports.test_server import change, left_behind, marker, photo
from tests.demo import Demo, serving
from tests.nginx import Nginx, nginx
from tests.servers import Answer, Server, free_port

pytestmark = pytest.mark.demo
HERE = "127.0.0.77"


@dataclass(frozen=True)
class Deployed:
    """Both services on one site, and a web server before them."""

    site: Demo
    portal: Server
    reports: Server
    web: Nginx


@pytest.fixture(scope="module")
def services(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Demo, Server, Server]]:
    """The portal and the service of the reports, which know the address of the site."""
    site = demo.copy(tmp_path_factory.mktemp("deployed") / "site")
    (site.folder / "tmp").mkdir()
    chosen = {"BASE_URL": "https://localhost", "TMPDIR": str(site.folder / "tmp")}
    with serving(site, workers=1, **chosen) as portal, serving(site, **chosen) as reports:
        yield site, portal, reports


@contextmanager
def deployed(services: tuple, folder: Path, change: Callable[[str], str] = str) -> Iterator[Deployed]:
    site, portal, reports = services
    with nginx(folder, site.folder, portal.port, reports.port, change) as web:
        yield Deployed(site, portal, reports, web)


@pytest.fixture(scope="module")
def running(services: tuple, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with deployed(services, tmp_path_factory.mktemp("nginx")) as found:
        yield found


@dataclass(frozen=True)
class Through:
    """A server as :class:`DistantReporter` knows it, by way of nginx and from an address of its own."""

    site: outside.Site

    def ask(self, address: str, method: str = "GET", body: bytes | None = None, headers: Any = None) -> Answer:
        heard = self.site.ask(address, method, body, dict(headers or {}))
        return Answer(heard.status, heard.headers, heard.body)


def reporter(running: Deployed, said: dict[str, str] | None = None) -> DistantReporter:
    return DistantReporter(Through(running.web.site(HERE)), said or {})  # type: ignore[arg-type]


def patiently(site: outside.Site, address: str, said: dict[str, str]) -> outside.Heard:
    """nginx closes on what is too long while it is still being sent: sometimes the answer is lost on the way."""
    for _time in range(20):
        with suppress(*outside.CUT_OFF):
            return site.ask(address, said=said)
    pytest.fail("No answer arrived.")


def at_once(ask: Callable[[], outside.Heard], times: int) -> list[outside.Heard]:
    """Many requests together: one after the other a slow machine would stay below the limit."""
    with ThreadPoolExecutor(15) as crowd:
        return list(crowd.map(lambda _time: ask(), range(times)))


class TestLogs:
    def test_check_16_who_asked_is_in_no_log_and_no_table(self, running: Deployed) -> None:
        """A whole journey and every way to fail; then address, Referer, browser and words are searched everywhere."""
        text, site = marker(), running.web.site(HERE)
        said = {"User-Agent": text, "Referer": f"https://{text}.example/", "Cookie": f"a={text}"}
        said = {name: value.encode().decode("latin-1") for name, value in said.items()}
        person = reporter(running, said)
        form_of_person = person.form()
        number = receipt_in(person.send(form_of_person, story=f"{text} terjadi di sini.")) or ""
        assert "Laporan Anda" in text_of(person.status(number))
        static = next((running.site.folder / "static" / "css").glob("site.*.css")).name
        form = {**said, "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        # A mode that does not exist is found only once the form is sent again, with the text in hand.
        change(running.site, "UPDATE vault_report SET mode = 'no-mode'")
        broken = person.send(form_of_person, story=f"{text} lagi dan lagi.")
        change(running.site, "UPDATE vault_report SET mode = 'server'")
        assert b"no-mode" not in broken.body
        # Nginx answers 400 to a header that is too long. Too many short ones it lets through but for the form: the server
        # itself answers 431, also at the form where nothing stands before it.
        many_headers = {**said, **{f"X-{number}": said["User-Agent"] for number in range(120)}}
        itself = outside.Site(running.reports.url, own=HERE)
        fates = {
            500: broken,
            200: site.ask("/id/", said=said),
            303: site.ask("/keluar/", said=said),
            400: patiently(site, "/", {**said, "X-Long": "x" * 40_000}),
            403: site.ask("/layanan/", "POST", b"step=send", {**form, "Sec-Fetch-Site": "cross-site"}),
            404: site.ask("/layanan/tidak-ada", said=said),
            405: site.ask("/layanan/", "DELETE", said=said),
            413: site.ask("/layanan/", "POST", b"x" * 13_000_000, form),
            414: patiently(site, f"/{'x' * 40_000}", said),
            431: site.ask("/id/", said=many_headers),
        }
        assert {status: heard.status for status, heard in fates.items()} == {status: status for status in fates}
        assert patiently(itself, "/layanan/", many_headers).status == 431
        assert patiently(itself, "/layanan/", {**said, "X-Long": said["User-Agent"] * 40_000}).status == 431
        assert site.ask("/layanan/", said=many_headers).status == 200
        assert site.ask(f"/static/css/{static}", said=said).status == 200
        site.raw(b"no request at all\r\n\r\n")
        for malformed in (b"GET /%s HTTP/9.9\r\n\r\n" % text.encode(), b"\x16\x03\x01 no handshake", b"GET\r\n\r\n"):
            site.raw(malformed)
            plainly = outside.Site(f"http://127.0.0.1:{running.web.machine.port}", own=HERE)
            plainly.raw(malformed)
        with pytest.raises(OSError):  # noqa: PT011 - whichever way the handshake fails
            outside.Site(site.url, ssl.create_default_context(), HERE).ask("/")
        many = {answer.status for answer in at_once(lambda: site.ask(f"/layanan/{quote(text)}", said=said), 80)}
        assert many == {404, 429}
        for folder in (running.site.folder, running.web.folder):
            assert not left_behind(folder, text, HERE, number.replace(" ", ""))
        lines = (running.web.logs / "lentera.log").read_text().splitlines()
        assert len(lines) >= 4
        assert [line for line in lines if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d \S* \d{3} \d+", line)] == []
        # The search finds what is planted.
        with (running.web.logs / "lentera.log").open("a") as file:
            file.write(f"{HERE} {text}\n")
        assert {hit[0] for hit in left_behind(running.web.folder, text, HERE)} == {"logs/lentera.log"}
        (running.web.logs / "lentera.log").write_text("")

    def test_the_doctor_passes_the_shipped_files(self, running: Deployed) -> None:
        # Whoever has asked too often is let in again: the doctor waits for it.
        site = running.web.site("127.0.0.93")
        assert 429 in {answer.status for answer in at_once(lambda: site.ask("/layanan/"), 80)}
        found = outside.examine(site, [running.web.logs])
        assert [(finding.name, finding.advice) for finding in found if not finding.ok] == []
        assert len(found) == 8


BREAKS: dict[str, tuple[Callable[[str], str], str]] = {
    "another script": (
        lambda text: text.replace("gzip off;", "gzip off; sub_filter_types *; sub_filter importKey importKcy;", 1),
        "scripts of the reports as they are",
    ),
    "the usual log": (
        lambda text: text.replace("lentera.log lentera;", "lentera.log combined;"),
        "no log tells who asks",
    ),
    "a log of the path": (
        lambda text: text.replace("access_log off;", "access_log {logs}/path.log combined;", 1),
        "no log tells what readers ask for",
    ),
    "errors with addresses": (
        lambda text: text.replace("-error.log alert;", "-error.log info;"),
        "no log tells who asks",
    ),
    "a header too many": (
        lambda text: text.replace("gzip off;", "gzip off; add_header X-Served-By one always;", 1),
        "headers of the form",
    ),
    "a header less": (
        lambda text: text.replace("gzip off;", "gzip off; proxy_hide_header Referrer-Policy;", 1),
        "headers of the form as they are",
    ),
    "a tag": (lambda text: text.replace("gzip off;", "gzip off; add_header ETag x always;", 1), "headers of the form"),
    "a version": (
        lambda text: text.replace("server_tokens off;", "server_tokens on;"),
        "no version of the web server",
    ),
}


@pytest.mark.parametrize("name", list(BREAKS))
def test_check_56_the_doctor_names_what_is_broken(services: tuple, tmp_path: Path, name: str) -> None:
    change, finding = BREAKS[name]
    with deployed(services, tmp_path, lambda text: change(text).replace("{logs}", str(tmp_path / "logs"))) as found:
        red = {one.name for one in outside.examine(found.web.site(HERE), [found.web.logs]) if not one.ok}
    assert finding in red


def test_a_site_that_does_not_answer_is_red() -> None:
    (found,) = outside.examine(outside.Site(f"http://127.0.0.1:{free_port()}"))
    assert "does not answer" in found.advice


class Recorder(http.server.BaseHTTPRequestHandler):
    """Answers everything and keeps the names of the headers."""

    heard: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        self.heard.append(dict(self.headers.items()))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    def log_message(self, *args: object) -> None:
        pass


def test_check_20_nothing_but_the_allowed_headers_reaches_the_portal(tmp_path: Path) -> None:
    recorder = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=recorder.serve_forever, daemon=True).start()
    port = recorder.server_port
    said = {"Cookie": "a=b", "User-Agent": "Opera Mini", "X-Forwarded-For": "10.9.8.7", "Referer": "https://x.example/"}
    said |= {"Forwarded": "for=10.9.8.7", "X-Real-IP": "10.9.8.7", "Accept-Language": "jv", "Accept-Encoding": "br"}
    allowed = {"Host", "X-Forwarded-Proto", "Origin", "Sec-Fetch-Site", "X-Proxy-Browser", "Connection"}
    try:
        with nginx(tmp_path, tmp_path, port, port) as web:
            Recorder.heard.clear()
            site = web.site(HERE)
            mine = {"Origin": "https://localhost", "Sec-Fetch-Site": "same-origin"}
            site.ask("/layanan/", said={**said, **mine})
            site.ask("/layanan/", "POST", b"a=b", {**said, **mine, "Content-Type": "text/plain"})
            site.ask("/layanan/s-0a1b.js", said=said)
            site.ask("/keluar/", said=said)
            site.ask("/id/", said=said)
            page, sent, script, left, other = Recorder.heard
    finally:
        recorder.shutdown()
        recorder.server_close()
    assert page.keys() == allowed
    assert page["X-Proxy-Browser"] == "1"
    assert page["Host"] == "localhost"
    assert sent.keys() == allowed | {"Content-Type", "Content-Length"}
    assert script["Accept-Encoding"] == "br"
    assert not script.keys() & {"Cookie", "User-Agent", "Referer", "X-Forwarded-For", "Accept-Language"}
    assert left.keys() <= {"Host", "X-Forwarded-Proto", "Connection"}
    assert other["Accept-Language"] == "jv"


def every_step(site: outside.Site) -> dict[str, Answer]:
    """What the path answers at each step of both ways to report, and when something is wrong."""
    through = Through(site)
    person = DistantReporter(through)  # type: ignore[arg-type]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    steps = {
        "the door": through.ask("/layanan/"),
        "the door in English": through.ask("/layanan/en/"),
        "the form": person.post(step="place", place="35"),
        "the keys": person.post(step="sealing", place="35"),
        "the script": through.ask(f"/layanan/{frame.sealer().name}"),
        "the script compressed": through.ask(f"/layanan/{frame.sealer().name}", headers={"Accept-Encoding": "br"}),
        "a slip": person.status("1234 5678 9012 3456 7890"),
        "an unknown number": person.status(Receipt.generate().digits),
        "unconfirmed": through.ask("/layanan/", "POST", b"step=place&place=35", form),
        "foreign": through.ask("/layanan/", "POST", b"step=send", {**form, "Sec-Fetch-Site": "cross-site"}),
        "nothing": through.ask("/layanan/tidak-ada"),
        "another method": through.ask("/layanan/", "DELETE"),
        "too large": through.ask("/layanan/", "POST", b"x" * 600_000, {**form, "Sec-Fetch-Site": "same-origin"}),
    }
    steps["the number"] = person.send(hidden(steps["the form"]))
    number = receipt_in(steps["the number"]) or ""
    steps["what is missing"] = person.send(person.form(), story="")
    sealed_here = {"lookup": secrets.token_hex(32), "reporter": public_bytes(generate().public_key()).hex()}
    steps["sealed"] = person.post(**sealed(json.loads(steps["the keys"].body)), **sealed_here)
    steps["the state"] = person.status(number)
    steps["added"] = person.post(**hidden(steps["the state"]), text="Satu lagi.")
    steps["a file"] = person.post_file(photo(), **hidden(person.status(number)))
    phone, file = Phone(person, number), attachment.seal(b"x" * 9_000, "jpg", attachment.Cleaned.PHONE)
    steps["the state, sealed"] = phone.post("look")  # type: ignore[assignment]
    steps["a file begins"] = phone.begin(file)  # type: ignore[assignment]
    steps["a chunk"] = phone.put(file, 0)  # type: ignore[assignment]
    steps["a file, sealed"] = phone.more(phone.envelope(file), file)  # type: ignore[assignment]
    withdraw = {**hidden(person.status(number)), "step": "withdraw"}
    steps["really?"] = person.post(**withdraw)
    steps["withdrawn"] = person.post(**withdraw, sure="yes")
    return steps


# What is no page of the form or is refused.
STATUSES = {"foreign": 403, "nothing": 404, "another method": 405, "too large": 413}


def test_check_18_every_step_has_our_headers_byte_for_byte_and_no_other(running: Deployed) -> None:
    steps = every_step(running.web.site("127.0.0.92"))
    assert {name: answer.status for name, answer in steps.items()} == {name: STATUSES.get(name, 200) for name in steps}
    assert receipt_in(steps["the number"])
    for name, said in (("added", "ditambahkan"), ("a file, sealed", "ditambahkan"), ("sealed", "Terkunci di HP Anda")):
        assert said in text_of(steps[name]), name
    kinds = {"the keys": KINDS[1], "a file begins": KINDS[1], "a chunk": KINDS[1]}
    for name, answer in steps.items():
        # A script is the same whoever reads, and asks no database about it: only what knows that it is open says so.
        intake, kind = (CLOSED, KINDS[2]) if name.startswith("the script") else (OPEN, kinds.get(name, PAGE))
        wanted = [*headers(intake, kind).items(), ("Content-Length", str(len(answer.body)))]
        if name == "the script compressed":
            wanted.append(("Content-Encoding", "br"))
        got = [(key.title(), value) for key, value in answer.headers if key not in ("Server", "Date", "Connection")]
        assert sorted(got) == sorted((key.title(), value) for key, value in wanted), name
        assert answer.header("Server") == "nginx", name


def test_what_nginx_answers_by_itself_shows_phone_numbers(services: tuple, tmp_path: Path) -> None:
    """The service of the reports is down: the portal goes on, and its form says whom to call."""
    site, portal, _reports = services
    with nginx(tmp_path, site.folder, portal.port, free_port()) as web:
        heard = web.site(HERE).ask("/layanan/")
        assert (heard.status, dict(heard.headers)["Retry-After"]) == (502, "60")
        said = {(name, value) for name, value in heard.headers if name not in ("Date", "Connection", "Content-Length")}
        assert said == {
            ("Server", "nginx"),
            ("Content-Type", "text/html"),
            ("Cache-Control", "no-store"),
            ("Retry-After", "60"),
            ("X-Robots-Tag", "noindex"),
        }
        assert b"tel:110" in heard.body
        assert b"tel:129" in heard.body
        assert b"<html lang=id>" in heard.body
        english = web.site(HERE).ask("/layanan/en/")
        assert (english.status, dict(english.headers)["Retry-After"]) == (502, "60")
        assert b"<html lang=en>" in english.body
        assert b"tel:110" in english.body
        # A language without a page of its own, and one that nobody speaks.
        for address in ("/layanan/jv/", "/layanan/tidak/ada/"):
            assert b"<html lang=id>" in web.site(HERE).ask(address).body
        assert web.site(HERE).ask("/id/").status == 200


def test_too_many_at_once_are_told_to_wait_and_whom_to_call(running: Deployed) -> None:
    site = running.web.site("127.0.0.78")
    answers = at_once(lambda: site.ask("/layanan/tidak-ada"), 75)
    (first, *_rest) = [heard for heard in answers if heard.status == 429]
    assert b"tel:110" in first.body
    assert dict(first.headers)["Retry-After"] == "60"
    # Somebody else is not kept waiting.
    assert running.web.site("127.0.0.79").ask("/layanan/").status == 200


def hurried(text: str) -> str:
    """The shipped file with less patience, so that a test need not wait as long."""
    assert "client_header_timeout 20s;" in text
    assert "client_body_timeout 60s;" in text
    return text.replace("_header_timeout 20s;", "_header_timeout 2s;").replace(
        "_body_timeout 60s;", "_body_timeout 2s;"
    )


def slowly(web: Nginx, head: bytes, own: str) -> bytes:
    """Send a beginning, then a byte now and then, until the other side has enough; what it said at last."""
    connection = web.site(own).connection()
    connection.connect()
    held: socket.socket = connection.sock
    held.sendall(head)
    held.settimeout(0.7)
    said = b""
    for _byte in range(40):
        try:
            piece = held.recv(65536)
            if not piece:
                break
            said += piece
        except TimeoutError:
            if head.endswith(b"\r\n\r\n"):
                continue  # of a body nothing more comes at all
            with suppress(OSError):
                held.sendall(b"x")
        except OSError:
            break
    else:
        pytest.fail("It was waited for for half a minute.")
    connection.close()
    return said


def test_check_37_who_sends_slowly_keeps_nobody_waiting_and_who_announces_too_much_is_told_so(
    services: tuple, tmp_path: Path
) -> None:
    heads = {
        "header": b"POST /layanan/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        "body": b"POST /layanan/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 4000000\r\n\r\n",
        "too long": b"POST /layanan/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 40000000\r\n\r\n",
    }
    with deployed(services, tmp_path, hurried) as running:
        with ThreadPoolExecutor(90) as pool:
            asked = [
                (name, pool.submit(slowly, running.web, head, f"127.0.1.{1 + place}"))
                for place in range(30)
                for name, head in heads.items()
            ]
            time.sleep(0.5)
            started = time.monotonic()
            assert running.web.site(HERE).ask("/layanan/").status == 200
            assert time.monotonic() - started < 5
            answers = {(name, one.result()[:12]) for name, one in asked}
        # Who announces too much is told so before any of it comes; on the others nginx closes without a word.
        said = {name: {said for other, said in answers if other == name} for name in heads}
        assert said["too long"] == {b"HTTP/1.1 413"}
        assert said["header"] | said["body"] <= {b"", b"HTTP/1.1 408"}
        assert not [path for path in (tmp_path / "body").rglob("*") if path.is_file()]


def memory(group: int) -> int:
    """Bytes of all processes of a group."""
    total = 0
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            if os.getpgid(int(path.name)) == group:
                rows = (path / "smaps_rollup").read_text().splitlines()
                total += sum(int(row.split()[1]) for row in rows if row.startswith("Pss:")) * 1024
    return total


@pytest.mark.parametrize("through", ["nginx", "the server itself"])
def test_check_37_an_endless_body_ends_early_and_in_no_file(running: Deployed, through: str) -> None:
    site = running.web.site("127.0.0.91") if through == "nginx" else outside.Site(running.reports.url)
    connection = site.connection()
    connection.connect()
    held: socket.socket = connection.sock
    before, peak, sent = memory(running.reports.process.pid), 0, 0
    kind = b"Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n"
    kind += b"X-Forwarded-Proto: https\r\n"
    held.sendall(b"POST /layanan/ HTTP/1.1\r\nHost: localhost\r\n" + kind + b"Transfer-Encoding: chunked\r\n\r\n")
    piece = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    said = b""
    with suppress(OSError):
        held.settimeout(10)
        for _megabyte in range(200):
            if select.select([held], [], [], 0)[0] and (heard := held.recv(4096)):
                said += heard
                break
            held.sendall(piece)
            sent += 1
            peak = max(peak, memory(running.reports.process.pid))
    with suppress(OSError):
        said = said or held.recv(4096)
    connection.close()
    assert sent < 200
    # nginx hears out who is still sending, so its answer arrives. Without it a body without a length is none: the form comes
    # back, unless the connection is cut while something is still being sent and the answer is lost with it.
    assert said[:12] in ({b"HTTP/1.1 413"} if through == "nginx" else {b"", b"HTTP/1.1 200"})
    assert peak - before < 60 * 2**20
    for folder in (running.site.folder / "tmp", running.web.folder / "body"):
        assert not [path for path in folder.rglob("*") if path.is_file()]
    assert running.web.site(HERE).ask("/layanan/").status in (200, 429)


class TestFiles:
    def test_the_command_writes_them_with_the_names_of_this_server(self, tmp_path: Path, settings: Any) -> None:
        settings.BASE_URL, settings.VAR_DIR = "https://lentera.contoh.go.id", Path("/var/lib/lentera-jatim")
        call_command("deployment", tmp_path, certificate="/c.pem", certificate_key="/k.pem", stdout=io.StringIO())
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            "lentera-backup.service",
            "lentera-backup.timer",
            "lentera-nginx.conf",
            "lentera-night.service",
            "lentera-night.timer",
            "lentera-reports.service",
            "lentera.service",
            r"var-lib-lentera\x2djatim-run.mount",
        ]
        text = "".join(path.read_text() for path in tmp_path.iterdir())
        assert "server_name lentera.contoh.go.id;" in text
        assert "{{" not in text
        assert "Where=/var/lib/lentera-jatim/run" in text
        assert "manage.py reports_backup" in (tmp_path / "lentera-backup.service").read_text()
        assert "manage.py reports_nightly" in (tmp_path / "lentera-night.service").read_text()

    def test_it_can_be_looked_at_first(self, tmp_path: Path, settings: Any) -> None:
        settings.BASE_URL, out = "https://lentera.contoh.go.id", io.StringIO()
        folder = tmp_path / "none"
        call_command("deployment", folder, certificate="/c", certificate_key="/k", dry_run=True, stdout=out)
        assert "ssl_certificate /c;" in out.getvalue()
        assert not folder.exists()

    def test_without_https_it_says_what_to_set(self, tmp_path: Path, settings: Any) -> None:
        settings.BASE_URL = "http://localhost:8000"
        with pytest.raises(CommandError, match="BASE_URL"):
            call_command("deployment", tmp_path, certificate="/c", certificate_key="/k")
