"""Real processes for tests: a free port, waiting until one answers, what they share, and what happens where a program is
missing.
"""

from __future__ import annotations

import fcntl
import http.client
import http.server
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parent.parent


def lacking(program: str, package: str = "", command: str = "") -> NoReturn:
    """Skip because ``program`` is not installed; with REQUIRE_SERVERS=1 fail (DECISIONS 30)."""
    reason = f"needs {program} ({command or f'Debian: sudo apt-get install {package}'})"
    if os.environ.get("REQUIRE_SERVERS") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The temporary folder of the whole run, which the processes of pytest-xdist share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def once(path: Path, make: Callable[[Path], object]) -> Path:
    """``path``, made by whichever process comes first; the others wait, and fail where it could not be made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock, built = path.with_suffix(".lock"), path.with_suffix(".built")
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not built.exists():
            # Written first: where the making fails, the other processes do not try it again.
            built.write_text("failed")
            make(path)
            built.write_text("whole")
        whole = built.read_text() == "whole"
        if not whole and "DEMO_DIR" in os.environ:  # kept between runs
            built.unlink()
    if not whole:
        pytest.fail(f"{path.name} could not be made; the first failure says why.", pytrace=False)
    return path


@dataclass(frozen=True)
class Answer:
    """A response exactly as it came over the wire: header lines in order, body not decompressed."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header, several joined with a comma; empty where it is absent."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())


@dataclass(frozen=True)
class Server:
    """A running portal: where it answers, the process that leads its group, and all it has printed."""

    port: int
    process: subprocess.Popen[bytes]
    output: Path

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def ask(
        self, address: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request over a connection of its own; redirects are not followed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            return ask(connection, address, method, body, headers)
        finally:
            connection.close()


def ask(
    connection: http.client.HTTPConnection,
    address: str,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request over an open connection, with no header but the given ones."""
    connection.request(method, address, body=body, headers=dict(headers or {}))
    response = connection.getresponse()
    return Answer(response.status, tuple(response.getheaders()), response.read())


def wait_until_it_answers(
    server: Server, address: str, seconds: float = 60, said: Mapping[str, str] | None = None
) -> None:
    """Return once ``address`` answers 200; fail with what the process printed when it ends or takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.process.poll() is None:
        with suppress(OSError, http.client.HTTPException):
            if server.ask(address, headers=said).status == 200:
                return
        time.sleep(0.1)
    printed = server.output.read_text(encoding="utf-8", errors="replace")[-4000:]
    pytest.fail(f"The server did not answer {address} (exit status {server.process.poll()}):\n{printed}", pytrace=False)


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str], output: Path, port: int) -> Iterator[Server]:
    """Start ``command`` as the leader of its own group; end the whole group afterwards."""
    with output.open("ab") as printed:
        process = subprocess.Popen(
            command, cwd=ROOT, env=dict(environment), stdout=printed, stderr=printed, start_new_session=True
        )
    try:
        yield Server(port, process, output)
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes], seconds: float = 20) -> None:
    """End a process group: politely, then for good."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            process.poll()
            try:
                os.killpg(process.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.05)


# What an old browser does not say about a form that it sends.
UNSAID = ("origin", "referer", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest", "sec-fetch-user")


@contextmanager
def answering(handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[int]:
    """A small web server of the test itself; its port."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield int(site.server_address[1])
        site.shutdown()


class Quiet(http.server.BaseHTTPRequestHandler):
    """Answers and logs nothing."""

    def answer(self, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Silent."""


@contextmanager
def seen_by_an_old_browser(server: Server) -> Iterator[Server]:
    """The same site for a browser that does not say where its forms come from."""

    class Between(Quiet):
        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
            said = {name: value for name, value in self.headers.items() if name.lower() not in UNSAID}
            held = server.ask(self.path, self.command, body, said)
            hops = ("content-length", "connection", "transfer-encoding")
            self.answer(held.status, [(n, v) for n, v in held.headers if n.lower() not in hops], held.body)

        do_GET = do_HEAD = do_POST = pass_on

    with answering(Between) as port:
        yield Server(port, server.process, server.output)
