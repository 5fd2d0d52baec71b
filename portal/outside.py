"""The site from outside, as a reader's phone and its network see it (check_site --outside).

The settings of a portal cannot say what a web server before it does. So the site is asked over the network: what comes
back is compared with what the path of the report promises, and requests with a word that occurs nowhere else show whether
anything on this machine writes down who asked (DECISIONS 44, REPORTING checks 16, 18).
"""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.templatetags.static import static

from content.reports.headers import OPEN, PAGE, headers
from content.reports.vault import frame

from .doctor import Finding

# What a server may say about the connection and itself; everything else is ours or a fault.
_OF_THE_CONNECTION = {"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"}
_SECONDS = 20
# How a connection ends that the other side has closed while something was still being sent.
CUT_OFF = (BrokenPipeError, ConnectionResetError, ConnectionAbortedError, ssl.SSLEOFError)


@dataclass(frozen=True)
class Heard:
    """An answer as it came over the wire."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Site:
    """Where to ask. ``context`` trusts the certificate; a test has one of its own."""

    url: str
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    # Where to ask from: a machine has several addresses of its own.
    own: str = ""

    def connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        source = (self.own, 0) if self.own else None
        if parts.scheme == "https":
            return http.client.HTTPSConnection(
                parts.hostname or "", parts.port, timeout=_SECONDS, context=self.context, source_address=source
            )
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_SECONDS, source_address=source)

    def ask(
        self, address: str, method: str = "GET", body: bytes | None = None, said: dict[str, str] | None = None
    ) -> Heard:
        """One answer. Raises OSError and http.client.HTTPException."""
        connection = self.connection()
        try:
            connection.connect()
            with suppress(*CUT_OFF):
                # A server that refuses may close before it has heard everything; its answer is there all the same.
                connection.request(method, address, body=body, headers=said or {})
            answer = connection.getresponse()
            return Heard(answer.status, tuple(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def raw(self, request: bytes) -> None:
        """Send what is no request of HTTP."""
        connection = self.connection()
        with suppress(OSError):
            connection.connect()
            held: socket.socket = connection.sock
            held.sendall(request)
            held.recv(4096)
        connection.close()

    def address(self) -> str:
        """The own address, as the server sees it where nothing stands between."""
        connection = self.connection()
        connection.connect()
        try:
            return str(connection.sock.getsockname()[0])
        finally:
            connection.close()


def examine(site: Site, logs: Iterable[Path] = ()) -> list[Finding]:
    """Everything that can be seen from outside, and whether ``logs`` and VAR_DIR say afterwards who asked."""
    try:
        return [*_form(site), _scripts(site), *_traces(site, [*logs, settings.VAR_DIR])]
    except (OSError, http.client.HTTPException) as error:
        return [Finding("the site from outside", f"{site.url} does not answer: {error}")]


def _form(site: Site) -> Iterator[Finding]:
    """The headers of the form, each as it is written in ``content.reports.headers`` and no other."""
    answer = _let_in(site, f"/{settings.REPORTS_PATH}/")
    got = {name.lower(): value for name, value in answer.headers if name.lower() not in _OF_THE_CONNECTION}
    wanted = {name.lower(): value for name, value in headers(got.get("x-intake", OPEN), PAGE).items()}
    strange = sorted(got.keys() - wanted.keys())
    apart = sorted(name for name, value in wanted.items() if got.get(name) != value)
    yield Finding("the form answers", "" if answer.status == 200 else f"it answers {answer.status}")
    yield Finding("headers of the form", f"take away in the web server: {', '.join(strange)}" if strange else "")
    yield Finding(
        "headers of the form as they are", f"the web server changes or drops: {', '.join(apart)}" if apart else ""
    )
    names = {_server(answer), _server(site.ask("/keluar/"))}
    versions = sorted(name for name in names if any(map(str.isdigit, name)))
    yield Finding(
        "no version of the web server", f"server_tokens off: it says {', '.join(versions)}" if versions else ""
    )
    yield Finding("https alone", "" if site.url.startswith("https://") else "give the site a certificate")


def _server(answer: Heard) -> str:
    """What the server calls itself."""
    return ", ".join(value for name, value in answer.headers if name.lower() == "server")


def _let_in(site: Site, address: str) -> Heard:
    """An answer other than "too often": a web server counts what comes from an address, and others ask from there too."""
    for _second in range(_SECONDS):
        heard = site.ask(address)
        if heard.status != HTTPStatus.TOO_MANY_REQUESTS:
            break
        time.sleep(1)
    return heard


def _scripts(site: Site) -> Finding:
    """What seals on phones and opens at the desk comes as it lies here: a network between could put in its own."""
    folder = Path(settings.BASE_DIR) / "static"
    ours = {f"/{settings.REPORTS_PATH}/{frame.sealer().name}": frame.sealer().forms[""]}
    names = (path.relative_to(folder).as_posix() for path in sorted((folder / "formulir").rglob("*.js")))
    try:
        ours |= {static(name): (folder / name).read_bytes() for name in names}
    except ValueError:
        return Finding("scripts of the reports as they are", "not all are collected: run `manage.py prepare`")
    apart = [address for address, wanted in ours.items() if _let_in(site, address).body != wanted]
    advice = f"others than here come: {', '.join(apart)}: restart the services, then look at what stands before them"
    return Finding("scripts of the reports as they are", advice if apart else "")


def _traces(site: Site, folders: list[Path]) -> Iterator[Finding]:
    before = dict(_logs(folders))
    word = f"canary{secrets.token_hex(8)}"
    _send_canaries(site, word)
    own = site.address()
    found = {"word": set[str](), "address": set[str]()}
    for path, _size in _logs(folders):
        with suppress(OSError), path.open("rb") as file:
            file.seek(before.get(path, 0))
            fresh = file.read()
            if word.encode() in fresh:
                found["word"].add(str(path))
            if own.encode() in fresh:
                found["address"].add(str(path))
    for kind, what in (("word", "what readers ask for"), ("address", "who asks")):
        places = ", ".join(sorted(found[kind]))
        yield Finding(
            f"no log tells {what}",
            f"set the logs of the web server as `manage.py deployment` writes them: {places}" if places else "",
        )


def _logs(folders: Iterable[Path]) -> Iterator[tuple[Path, int]]:
    """Every file that may be a log, and its size: below VAR_DIR what is none of its databases, pictures and collected files."""
    for folder in folders:
        # Not by rglob: it fails where a folder goes while it is walked through.
        for where, below, names in os.walk(folder):
            if Path(where) == folder == settings.VAR_DIR:
                below[:] = [name for name in below if name not in ("db", "media", "static", "keys")]
            for path in (Path(where, name) for name in names):
                with suppress(OSError):
                    if path.is_file():
                        yield path, path.stat().st_size


def _send_canaries(site: Site, word: str) -> None:
    """Requests of every fate, each with the word wherever a reader's own words could stand."""
    said = {"User-Agent": word, "Referer": f"https://{word}.example/", "Cookie": f"a={word}", "X-Forwarded-For": word}
    path = f"/{settings.REPORTS_PATH}/"
    form = {**said, "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    requests: list[tuple[str, str, bytes | None, dict[str, str]]] = [
        (path, "GET", None, said),
        (f"{path}{word}/", "GET", None, said),
        ("/keluar/", "GET", None, said),
        (f"/id/{word}/", "GET", None, said),
        (f"/static/{word}.css", "GET", None, said),
        (f"/id/cari/?q={word}", "GET", None, said),
        (f"/%zz{word}", "GET", None, said),
        (f"/{word}{'x' * 20_000}", "GET", None, said),
        ("/", "GET", None, {**said, "X-Long": word * 4_000}),
        (path, "POST", f"step={word}".encode(), form),
        (path, "POST", word.encode() * 100_000, form),
    ]
    for address, method, body, told in requests:
        # What is refused may be cut off: whether somebody wrote it down is the question.
        with suppress(*CUT_OFF):
            site.ask(address, method, body, told)
    site.raw(f"{word}\r\n\r\n".encode())
