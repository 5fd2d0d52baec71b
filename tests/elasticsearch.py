"""A real Elasticsearch for tests: the core that ``make services`` obtained, in a temporary folder, on a loopback port.

``elasticsearch`` starts it once in each process of the test run that asks for it; ``serving`` starts one to be killed.
ELASTICSEARCH_VERSION chooses another version that was obtained (``make test-es9``).
"""

from __future__ import annotations

import http.client
import os
import pwd
import re
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.servers import free_port, lacking, stop

VERSION = os.environ.get("ELASTICSEARCH_VERSION") or "8.19.8"
ACCOUNT = "elasticsearch"
# As .ci/obtain_elasticsearch.py leaves it.
_FOLDER = Path("/var/cache/lentera") if os.geteuid() == 0 else Path.home() / ".cache" / "lentera"
_SETTINGS = {
    "discovery.type": "single-node",
    "http.host": "127.0.0.1",
    "transport.host": "127.0.0.1",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
}


@dataclass
class Elasticsearch:
    """A node that can be started, stopped, frozen and killed; what it holds lies in ``folder``."""

    folder: Path
    home: Path
    java: Path
    account: str | None
    port: int
    settings: dict[str, str]
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """All that the server has written, also its slow and deprecation logs."""
        files = [self.folder / "printed", *self.folder.glob("logs/**/*")]
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in files if path.is_file())

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "ES_JAVA_HOME": str(self.java),
            "ES_JAVA_OPTS": "-Xms512m -Xmx512m",
            "ES_PATH_CONF": str(self.folder / "config"),
            "ES_TMPDIR": str(self.folder / "tmp"),
            # The program that starts the server leaves a folder behind each time.
            "CLI_JAVA_OPTS": f"-Djava.io.tmpdir={self.folder / 'tmp'}",
        }

    def run(self, program: str, *arguments: str) -> None:
        """One of the programs beside the server."""
        command = [str(self.home / "bin" / program), *arguments]
        run = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        if run.returncode:
            pytest.fail(f"{program} ended with {run.returncode}:\n{run.stdout}\n{run.stderr}", pytrace=False)

    def start(self, seconds: float = 300) -> None:
        """Begin, and return once it answers."""
        chosen = {
            **_SETTINGS,
            "http.port": str(self.port),
            "transport.port": str(free_port()),
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
            **self.settings,
        }
        command = [str(self.home / "bin" / "elasticsearch"), "-p", str(self.folder / "pid")]
        command += [part for name, value in chosen.items() for part in ("-E", f"{name}={value}")]
        with (self.folder / "printed").open("ab") as printed:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdout=printed, stderr=printed, start_new_session=True,
                **_as(self.account),
            )  # fmt: skip
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.answers():
                return
            time.sleep(0.2)
        pytest.fail(f"Elasticsearch did not answer:\n{self.log[-4000:]}", pytrace=False)

    def answers(self) -> bool:
        """Whether it would answer a search now; what asks for a password is there as well."""
        if "xpack.security.http.ssl.enabled" in self.settings:
            unknown = ssl._create_unverified_context()
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=5, context=unknown)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s")
            return connection.getresponse().status in (200, 401)
        return False

    def signal(self, number: int) -> None:
        """Send a signal to everything that this server is made of: SIGSTOP makes it slow, SIGKILL ends it at once."""
        assert self.process is not None
        os.killpg(self.process.pid, number)
        if number == signal.SIGKILL:
            self.process.wait()

    def end(self) -> None:
        """Stop it, whatever state it is in."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.signal(signal.SIGCONT)
            stop(self.process)


def _as(account: str | None) -> dict[str, object]:
    return {"user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []} if account else {}


def _home() -> Path:
    """The unpacked distribution."""
    home = _FOLDER / f"elasticsearch-{VERSION}"
    if not (home / "bin" / "elasticsearch").exists():
        lacking(f"Elasticsearch {VERSION}", command="make services")
    return home


def _java(least: int) -> Path:
    """The oldest Java that is new enough: the one that this version of the server was tried with."""
    found = {}
    for release in Path("/usr/lib/jvm").glob("*/release"):
        if version := re.search(r'JAVA_VERSION="(\d+)', release.read_text(encoding="utf-8")):
            found[int(version[1])] = release.parent
    fitting = [number for number in sorted(found) if number >= least]
    if not fitting:
        lacking(f"Java {least}", "openjdk-17-jre-headless" if least == 17 else f"a JDK {least} or newer")
    return found[fitting[0]]


def _account() -> str | None:
    """The server refuses to run as root."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam(ACCOUNT).pw_name
    lacking("an unprivileged account for Elasticsearch", command="make services")


@contextmanager
def serving(prepare: Callable[[Elasticsearch], None] | None = None, **settings: str) -> Iterator[Elasticsearch]:
    """A server of its own, gone at the end; ``prepare`` is called before it starts."""
    home, account = _home(), _account()
    java = _java(17 if VERSION.startswith("8.") else 21)
    folder = Path(tempfile.mkdtemp(prefix="lentera-elasticsearch-"))
    shutil.copytree(home / "config", folder / "config")
    for name in ("data", "logs", "tmp"):
        (folder / name).mkdir()
    chosen = {"xpack.security.enabled": "false", **settings}
    server = Elasticsearch(folder, home, java, account, free_port(), chosen)
    try:
        if prepare:
            prepare(server)
        if account:
            for path in (folder, *folder.rglob("*")):
                shutil.chown(path, account)
        server.start()
        yield server
    finally:
        server.end()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def elasticsearch() -> Iterator[Elasticsearch]:
    """The server of this process of the test run."""
    with serving() as server:
        yield server
